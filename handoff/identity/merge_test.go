package identity_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/handoff/identity"
)

var (
	mergeDay = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	mergeA   = handoff.Ref{Kind: handoff.KindLead, ID: "A"}
	mergeB   = handoff.Ref{Kind: handoff.KindLead, ID: "B"}
	mergeC   = handoff.Ref{Kind: handoff.KindLead, ID: "C"}
)

// ago is the time so many days before the merge.
func ago(days int) time.Time { return mergeDay.AddDate(0, 0, -days) }

// held is a text that was set so many days before the merge; of less than 0, nobody knows when.
func held(text string, days int, source string) identity.Held {
	h := identity.Held{Source: source}
	if text != "" {
		h.Value = handoff.StringValue(text)
	}
	if days >= 0 {
		h.Set = ago(days)
	}
	return h
}

// holding is records A, B and so on that hold a field each.
func holding(field string, list ...identity.Held) []identity.Snapshot {
	var out []identity.Snapshot
	for i, h := range list {
		ref := handoff.Ref{Kind: handoff.KindLead, ID: string(rune('A' + i))}
		out = append(out, identity.Snapshot{Ref: ref, Values: map[string]identity.Held{field: h}})
	}
	return out
}

func mustMerge(t testing.TB, s identity.Survivorship, records ...identity.Snapshot) identity.Merged {
	t.Helper()
	m, err := identity.Merge(mergeDay, s, records...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// asJSON is a value as it is stored: a time is the same in whatever zone, and nothing as much as an empty list.
func asJSON(t testing.TB, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestMerge_Keep(t *testing.T) {
	list := func(words ...string) identity.Held { return identity.Held{Value: handoff.ListValue(words)} }
	number := identity.Held{Value: handoff.IntValue(7)}
	wins, yields := identity.ClearedWins, identity.ClearedYields
	for _, tt := range []struct {
		name, reason string
		rule         identity.Rule
		held         []identity.Held
		want         string // its value and where it is from
		displaced    string
	}{
		{"nothing is said", "the first stays", identity.Rule{}, []identity.Held{held("a", 9, ""), held("b", 1, "")}, `"a" A`, "B"},
		{"the first is blank", "it is filled", identity.Rule{}, []identity.Held{held("", -1, ""), held("b", 1, "")}, `"b" B`, ""},
		{"the first is spaces", "they are nothing", identity.Rule{}, []identity.Held{held("  ", 0, ""), held("b", 1, "")}, `"b" B`, ""},
		{"the same", "nothing is displaced", identity.Rule{}, []identity.Held{held("a", 9, ""), held("a", 1, "")}, `"a" A`, ""},
		{"survivor only", "a blank stays one", identity.Rule{Keep: identity.KeepSurvivor}, []identity.Held{held("", -1, ""), held("b", 1, "")}, "(absent) A", "B"},

		{"most recent", "it was set later", identity.Rule{Keep: identity.KeepMostRecent}, []identity.Held{held("a", 2, ""), held("b", 1, ""), held("c", 3, "")}, `"b" B`, "A C"},
		{"most recent, one unknown", "that is the oldest", identity.Rule{Keep: identity.KeepMostRecent}, []identity.Held{held("a", -1, ""), held("b", 900, "")}, `"b" B`, "A"},
		{"most recent, at once", "the first stays", identity.Rule{Keep: identity.KeepMostRecent}, []identity.Held{held("a", 2, ""), held("b", 2, "")}, `"a" A`, "B"},
		{"most recent, cleared since", "a blank is no value", identity.Rule{Keep: identity.KeepMostRecent, Cleared: yields}, []identity.Held{held("a", 2, ""), held("", 1, "")}, `"a" A`, ""},
		{"most recent, cleared since, wins", "somebody emptied it", identity.Rule{Keep: identity.KeepMostRecent, Cleared: wins}, []identity.Held{held("a", 2, ""), held("", 1, "")}, "(absent) B", "A"},
		{"most recent, cleared before, wins", "it was set again", identity.Rule{Keep: identity.KeepMostRecent, Cleared: wins}, []identity.Held{held("a", 2, ""), held("", 3, "")}, `"a" A`, ""},
		{"most recent, never set, wins", "a blank without a time was not cleared", identity.Rule{Keep: identity.KeepMostRecent, Cleared: wins}, []identity.Held{held("a", -1, ""), held("", -1, "")}, `"a" A`, ""},

		{"filled, cleared before the other was set", "it is known by now", identity.Rule{Cleared: wins}, []identity.Held{held("", 3, ""), held("b", 2, "")}, `"b" B`, ""},
		{"filled, cleared since", "it stays empty", identity.Rule{Cleared: wins}, []identity.Held{held("", 1, ""), held("b", 2, "")}, "(absent) A", "B"},
		{"filled, cleared at that instant", "what was set is not newer", identity.Rule{Cleared: wins}, []identity.Held{held("", 2, ""), held("b", 2, "")}, "(absent) A", "B"},
		{"filled, cleared since, by one of three", "the third was set since", identity.Rule{Cleared: wins}, []identity.Held{held("", 2, ""), held("b", 3, ""), held("c", 1, "")}, `"c" C`, "B"},
		{"filled, cleared twice", "the later clearing counts", identity.Rule{Cleared: wins}, []identity.Held{held("", 1, ""), held("", 3, ""), held("c", 2, "")}, "(absent) A", "C"},
		{"filled, the other cleared it", "the survivor's own stays", identity.Rule{Cleared: wins}, []identity.Held{held("a", 2, ""), held("", 1, "")}, `"a" A`, ""},

		{"most trusted", "the source is before the other", identity.Rule{Keep: identity.KeepMostTrusted}, []identity.Held{held("a", 1, "form"), held("b", 9, "crm")}, `"b" B`, "A"},
		{"most trusted, its own list", "it is before that of all", identity.Rule{Keep: identity.KeepMostTrusted, Sources: []string{"form"}}, []identity.Held{held("a", 1, "form"), held("b", 9, "crm")}, `"a" A`, "B"},
		{"most trusted, unlisted", "it is behind all that are listed", identity.Rule{Keep: identity.KeepMostTrusted}, []identity.Held{held("a", 1, "wiki"), held("b", 9, "form")}, `"b" B`, "A"},
		{"most trusted, no source named", "it is the record's", identity.Rule{Keep: identity.KeepMostTrusted}, []identity.Held{held("a", 1, "form"), held("b", 9, "")}, `"b" B`, "A"},
		{"most trusted, of one source", "the recent one", identity.Rule{Keep: identity.KeepMostTrusted}, []identity.Held{held("a", 9, "crm"), held("b", 1, "crm")}, `"b" B`, "A"},

		{"furthest", "it comes later in the list", identity.Rule{Keep: identity.KeepFurthest, Words: []string{"x", "y"}}, []identity.Held{held("x", 1, ""), held("y", 9, "")}, `"y" B`, "A"},
		{"furthest, unlisted", "it is less far than all", identity.Rule{Keep: identity.KeepFurthest, Words: []string{"x", "y"}}, []identity.Held{held("z", 1, ""), held("x", 9, "")}, `"x" B`, "A"},
		{"longest", "in characters, not bytes", identity.Rule{Keep: identity.KeepLongest}, []identity.Held{held("Müü", 1, ""), held("Muel", 9, "")}, `"Muel" B`, "A"},

		{"all texts", "they are joined, each once", identity.Rule{Keep: identity.KeepAll, Join: "; "}, []identity.Held{held("a", 9, ""), held("", -1, ""), held("c", 1, ""), held("a", 1, "")}, `"a; c" A C`, ""},
		{"all lists", "they are united", identity.Rule{Keep: identity.KeepAll}, []identity.Held{list("x", "y"), list("z", "x")}, `["x", "y", "z"] A B`, ""},
		{"all numbers", "nothing joins them", identity.Rule{Keep: identity.KeepAll}, []identity.Held{number, {Value: handoff.IntValue(8)}}, "7 A", "B"},
		{"all, a mixture", "nothing joins it", identity.Rule{Keep: identity.KeepAll}, []identity.Held{held("a", 1, ""), list("x")}, `"a" A`, "B"},
		{"all, none", "there is nothing", identity.Rule{Keep: identity.KeepAll}, []identity.Held{held("", 1, ""), held("", 1, "")}, "(absent)", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := identity.Survivorship{Rules: map[string]identity.Rule{"f": tt.rule}, Sources: []string{"crm", "form"}}
			records := holding("f", tt.held...)
			for i := range records {
				records[i].Source = "crm"
			}
			k := mustMerge(t, s, records...).Values["f"]
			got := k.Value.String()
			for _, ref := range k.Of {
				got += " " + ref.ID
			}
			var displaced []string
			for _, v := range k.Displaced {
				displaced = append(displaced, v.Ref.ID)
			}
			if got != tt.want || strings.Join(displaced, " ") != tt.displaced {
				t.Errorf("%s, not %v; want %s, not %s: %s", got, displaced, tt.want, tt.displaced, tt.reason)
			}
		})
	}
}

func TestMerge_Given(t *testing.T) {
	s := identity.Survivorship{Given: map[string]handoff.Value{identity.OwnerField: handoff.StringValue("kim"), "phone": {}, "note": handoff.IntValue(1)}}
	records := holding(identity.OwnerField, held("lee", 1, ""), held("ana", 1, ""))
	records[0].Values["phone"] = held("+1", 1, "")
	m := mustMerge(t, s, records...)
	if got := m.Owner(); got != "kim" || len(m.Values[identity.OwnerField].Displaced) != 2 {
		t.Errorf("%q owns it instead of %v; what was given counts", got, m.Values[identity.OwnerField].Displaced)
	}
	if k := m.Values["phone"]; !k.Value.IsZero() || len(k.Displaced) != 1 {
		t.Errorf("the phone is %s; it was given as none", k.Value)
	}
	if k := m.Values["note"]; k.Value.Int() != 1 || k.By != identity.KeepGiven || len(k.Of) != 0 || !k.Set.Equal(mergeDay) {
		t.Errorf("a field that no record has is %+v", k.Held)
	}
}

func TestMerge_Order(t *testing.T) {
	p := func(list ...identity.Precedence) []identity.Precedence { return list }
	for _, tt := range []struct {
		name, reason string
		order        []identity.Precedence
		a, b         identity.Snapshot
		want         string // the survivor and what told it from the other
	}{
		{"nothing", "the least id", nil, identity.Snapshot{}, identity.Snapshot{}, "A id"},
		{"an opportunity", "before a lead", p(identity.FirstOpportunity), identity.Snapshot{}, identity.Snapshot{Deal: handoff.OpportunityOpen}, "B opportunity_first"},
		{"an archived one", "behind one that is not", p(identity.FirstActive), identity.Snapshot{Archived: true}, identity.Snapshot{}, "B active_first"},
		{"the second order", "where the first sees no difference", p(identity.FirstActive, identity.FirstOpportunity), identity.Snapshot{}, identity.Snapshot{Deal: handoff.OpportunityLost}, "B opportunity_first"},
		{"a known probability", "before an unknown one", p(identity.FirstProbable), identity.Snapshot{}, identity.Snapshot{Probability: handoff.Some[int64](0)}, "B highest_probability"},
		{"oldest", "a known time before an unknown one", p(identity.FirstOldest), identity.Snapshot{}, identity.Snapshot{Created: ago(1)}, "B oldest"},
		{"oldest of two", "the earlier", p(identity.FirstOldest), identity.Snapshot{Created: ago(1)}, identity.Snapshot{Created: ago(2)}, "B oldest"},
		{"newest", "a known time before an unknown one", p(identity.FirstNewest), identity.Snapshot{}, identity.Snapshot{Created: ago(9)}, "B newest"},
		{"newest of two", "the later", p(identity.FirstNewest), identity.Snapshot{Created: ago(1)}, identity.Snapshot{Created: ago(2)}, "A newest"},
		{"most complete", "blanks do not count", p(identity.FirstComplete), identity.Snapshot{Values: map[string]identity.Held{"x": held("", 1, ""), "y": held(" ", 1, "")}}, identity.Snapshot{Values: map[string]identity.Held{"x": held("x", 1, "")}}, "B most_complete"},
		{"most trusted", "a listed source before another", p(identity.FirstTrusted), identity.Snapshot{Source: "wiki"}, identity.Snapshot{Source: "crm"}, "B most_trusted"},
		{"changed last", "by the latest of its values", p(identity.FirstChanged), identity.Snapshot{Values: map[string]identity.Held{"x": held("x", 2, "")}}, identity.Snapshot{Values: map[string]identity.Held{"x": held("", 1, "")}}, "B latest_change"},
		{"furthest", "an unlisted stage is less far", p(identity.FirstFurthest), identity.Snapshot{Values: map[string]identity.Held{identity.StageField: held("odd", 1, "")}}, identity.Snapshot{Values: map[string]identity.Held{identity.StageField: held("new", 1, "")}}, "B furthest_stage"},
		{"as given", "the first that is given", p(identity.FirstGiven, identity.FirstOpportunity), identity.Snapshot{}, identity.Snapshot{Deal: handoff.OpportunityOpen}, "A given"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := identity.Survivorship{Order: tt.order, Stages: []string{"new", "won"}, Sources: []string{"crm"}}
			tt.a.Ref, tt.b.Ref = mergeA, mergeB
			m := mustMerge(t, s, tt.a, tt.b)
			if got := fmt.Sprint(m.Into.ID, " ", m.Chosen); got != tt.want {
				t.Errorf("%s, want %s: %s", got, tt.want, tt.reason)
			}
			if slices.Contains(tt.order, identity.FirstGiven) {
				return
			}
			if back := mustMerge(t, s, tt.b, tt.a); asJSON(t, back) != asJSON(t, m) {
				t.Errorf("given in the other order another comes out: %s", back)
			}
		})
	}
}

func TestMerge_Refuses(t *testing.T) {
	good := []identity.Snapshot{{Ref: mergeA}, {Ref: mergeB}}
	secret := handoff.Ref{Kind: handoff.KindLead, ID: "amy@example.com\n"}
	for _, tt := range []struct {
		name    string
		at      time.Time
		s       identity.Survivorship
		records []identity.Snapshot
		want    []string
	}{
		{"one record", mergeDay, identity.Survivorship{}, good[:1], []string{"two records or more, and there are 1"}},
		{"none", mergeDay, identity.Survivorship{}, nil, []string{"and there are 0"}},
		{"no time", time.Time{}, identity.Survivorship{}, good, []string{"the time of the merge is missing"}},
		{"the same record", mergeDay, identity.Survivorship{}, []identity.Snapshot{good[0], good[1], good[0]}, []string{"record 3 has the id of record 1"}},
		{"another kind", mergeDay, identity.Survivorship{}, []identity.Snapshot{good[0], {Ref: handoff.Ref{Kind: handoff.KindAccount, ID: "B"}}}, []string{"record 2 is of another kind"}},
		{"reps", mergeDay, identity.Survivorship{}, []identity.Snapshot{{Ref: handoff.RepKey("kim")}, {Ref: handoff.RepKey("lee")}}, []string{"record 1: is neither", "record 2: is neither"}},
		{"a bad id", mergeDay, identity.Survivorship{}, []identity.Snapshot{good[0], {Ref: secret}}, []string{"record 2: lead id holds a control character"}},
		{"unknown words", mergeDay, identity.Survivorship{Order: []identity.Precedence{"eldest"}, Default: identity.Rule{Keep: "best"}, Rules: map[string]identity.Rule{"x": {Cleared: "maybe"}, "y": {Keep: identity.KeepGiven}}}, good,
			[]string{"order[0]: unknown order of records; known are opportunity_first", "default: unknown way", `rules["x"]: unknown word about cleared fields; known are yields, wins`, `rules["y"]: unknown way`}},
		{"nothing to go by", mergeDay, identity.Survivorship{Order: []identity.Precedence{identity.FirstFurthest, identity.FirstTrusted}, Default: identity.Rule{Keep: identity.KeepMostTrusted}, Rules: map[string]identity.Rule{identity.StageField: {Keep: identity.KeepFurthest}}}, good,
			[]string{"order[0]: furthest_stage needs stages", "order[1]: most_trusted needs sources", "default: most_trusted needs sources", `rules["stage"]: furthest needs words`}},
		{"a clearing that cannot win", mergeDay, identity.Survivorship{Default: identity.Rule{Keep: identity.KeepAll, Cleared: identity.ClearedWins}}, good, []string{"default: by all a cleared field cannot win"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := identity.Merge(tt.at, tt.s, tt.records...)
			if err == nil {
				t.Fatal("there is no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error lacks %q:\n%v", want, err)
				}
			}
			if strings.Contains(err.Error(), "amy") {
				t.Errorf("the error repeats an id: %v", err)
			}
		})
	}
}

func TestMerge_WordsAreClosed(t *testing.T) {
	for _, text := range []string{`{"order":["eldest"]}`, `{"default":{"keep":"best"}}`, `{"default":{"cleared":"maybe"}}`} {
		var s identity.Survivorship
		if err := json.Unmarshal([]byte(text), &s); err == nil || !strings.Contains(err.Error(), "known are") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestSurvivorship_Named merges two records, the first of which is given first, is younger and less far.
func TestSurvivorship_Named(t *testing.T) {
	a := identity.Snapshot{Ref: mergeA, Created: ago(10), Values: map[string]identity.Held{
		"email": held("a@x.example", 9, ""), "phone": held("", 3, ""), "city": held("Bonn", 9, ""), "description": held("hot", 9, ""),
		identity.OwnerField: held("kim", 9, ""), identity.StageField: held("lead", 1, "")}}
	b := identity.Snapshot{Ref: mergeB, Created: ago(20), Values: map[string]identity.Held{
		"email": held("b@x.example", 1, ""), "phone": held("+49 1", 5, ""), "city": held("Köln", 1, ""), "description": held("cold", 1, ""),
		identity.OwnerField: held("lee", 1, ""), identity.StageField: held("customer", 9, "")}}
	stages := []string{"lead", "customer"}
	for _, tt := range []struct {
		name, reason string
		stages       []string
		want         string // survivor, e-mail, phone, city, description, owner, stage
	}{
		{"standard", "the furthest stays with its owner, and the newest values", stages, `B b@x.example "+49 1" Köln cold lee customer`},
		{"standard", "without stages the oldest stays, and the stage is a field like any other", nil, `B b@x.example "+49 1" Köln cold lee lead`},
		{"hubspot_2017", "the newest values, but for e-mail and stage", nil, `A a@x.example "+49 1" Köln cold lee customer`},
		{"hubspot_2025", "the first one's, and the phone was cleared since", nil, `A a@x.example (absent) Bonn hot kim lead`},
		{"odoo", "the furthest one's, and both descriptions", stages, "B b@x.example \"+49 1\" Köln cold\n\nhot lee customer"},
	} {
		t.Run(fmt.Sprint(tt.name, len(tt.stages)), func(t *testing.T) {
			s, known := identity.NamedSurvivorship(tt.name, tt.stages...)
			if !known {
				t.Fatal("it is not known")
			}
			m := mustMerge(t, s, a, b)
			text := func(field string) string { return m.Values[field].Value.Text() }
			got := fmt.Sprint(m.Into.ID, " ", text("email"), " ", m.Values["phone"].Value, " ", text("city"), " ", text("description"), " ", m.Owner(), " ", m.Stage())
			if got != tt.want {
				t.Errorf("%s\nwant %s: %s", got, tt.want, tt.reason)
			}
		})
	}
	for _, name := range identity.Survivorships() {
		if s, known := identity.NamedSurvivorship(name); !known || s.Check() != nil {
			t.Errorf("%s: %v", name, s.Check())
		}
	}
	if _, known := identity.NamedSurvivorship("none"); known {
		t.Error("a name is known that is none")
	}
}

// consents is evidence in a line, such as "denied email sales -3": a status, a channel, a purpose or -, the days before the
// merge, and of a grant optionally a basis.
func consents(t testing.TB, lines ...string) []handoff.Consent {
	t.Helper()
	var out []handoff.Consent
	for _, line := range lines {
		var status, channel, purpose, basis string
		var days int
		if n, _ := fmt.Sscan(line, &status, &channel, &purpose, &days, &basis); n < 4 {
			t.Fatalf("%q has %d words", line, n)
		}
		c := handoff.Consent{Channel: handoff.Channel(channel), Status: handoff.ConsentStatus(status), Basis: handoff.Basis(basis), At: ago(days), Source: "form"}
		if purpose != "-" {
			c.Purpose = handoff.Purpose(purpose)
		}
		out = append(out, c)
	}
	return out
}

// mergeEngine judges touches without laws: what nobody granted is closed.
func mergeEngine(t testing.TB) *handoff.Engine {
	t.Helper()
	e, err := handoff.New(handoff.Config{
		Policy:   "acme",
		Triggers: []handoff.TriggerRule{{Kind: "demo_request", About: handoff.KindLead, StaleAfter: 24 * time.Hour}},
		OptOut:   []handoff.Channel{handoff.ChannelCall},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// reaches asks the engine whether a touch may go out.
func reaches(t testing.TB, e *handoff.Engine, at time.Time, evidence []handoff.Consent, channel handoff.Channel, purpose handoff.Purpose) bool {
	t.Helper()
	touch := handoff.Touch{ID: "M", Channel: channel, Purpose: purpose, At: at, By: "kim"}
	r := handoff.Request{Subject: mergeA, Lead: handoff.Lead{ID: "A", Consent: evidence}}
	r, err := e.FillTouch(at, r, touch, func(keys []handoff.Key) (handoff.State, error) {
		s := handoff.State{}
		for _, k := range keys {
			s[k] = handoff.Entry{}
		}
		return s, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Permit(at, r, touch)
	if err != nil {
		t.Fatal(err)
	}
	return d.Verdict == handoff.VerdictPermitted
}

func TestMerge_Consent(t *testing.T) {
	e := mergeEngine(t)
	for _, tt := range []struct {
		name, reason string
		a, b         []string
		channel      handoff.Channel
		purpose      handoff.Purpose
		want         bool
	}{
		{"both yes", "nobody refused", []string{"granted email - 9"}, []string{"granted email - 1"}, handoff.ChannelEmail, handoff.PurposeSales, true},
		{"one yes", "the other said nothing", []string{"granted email - 9"}, nil, handoff.ChannelEmail, handoff.PurposeSales, true},
		{"a no, then the other's yes", "they may be two people after all", []string{"denied email - 9"}, []string{"granted email - 1"}, handoff.ChannelEmail, handoff.PurposeSales, false},
		{"a no that was taken back", "the one who refused said yes", []string{"denied email - 9", "granted email - 5"}, []string{"granted email - 1"}, handoff.ChannelEmail, handoff.PurposeSales, true},
		{"a no, then the other's inquiry", "an inquiry is no yes", []string{"denied email - 9"}, []string{"granted email - 1 inquiry"}, handoff.ChannelEmail, handoff.PurposeSales, false},
		{"a yes to come", "it was not said yet", []string{"denied email - 9", "granted email - -5"}, []string{"granted email sales 1"}, handoff.ChannelEmail, handoff.PurposeSales, false},
		{"another purpose", "only that one was refused", []string{"denied email marketing 9", "granted email sales 9"}, []string{"granted email - 1"}, handoff.ChannelEmail, handoff.PurposeSales, true},
		{"that purpose", "it was refused", []string{"denied email marketing 9", "granted email sales 9"}, []string{"granted email - 1"}, handoff.ChannelEmail, handoff.PurposeMarketing, false},
		{"an open channel", "it was refused", []string{"denied call - 9"}, []string{"granted call - 1"}, handoff.ChannelCall, handoff.PurposeSales, false},
		{"what has to be told", "a refusal of everything is none of this", []string{"denied email - 9"}, []string{"granted email - 1"}, handoff.ChannelEmail, handoff.PurposeTransactional, true},
		{"what has to be told, refused", "it was refused itself", []string{"denied email transactional 9"}, []string{"granted email transactional 1"}, handoff.ChannelEmail, handoff.PurposeTransactional, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := identity.Snapshot{Ref: mergeA, Consent: consents(t, tt.a...)}, identity.Snapshot{Ref: mergeB, Consent: consents(t, tt.b...)}
			for _, records := range [][]identity.Snapshot{{a, b}, {b, a}} {
				m := mustMerge(t, identity.Survivorship{Order: []identity.Precedence{identity.FirstGiven}}, records...)
				if got := reaches(t, e, mergeDay, m.Consent, tt.channel, tt.purpose); got != tt.want {
					t.Errorf("into %s: reaches the person: %v: %s", m.Into, got, tt.reason)
				}
			}
		})
	}
}

// mergeMaker makes records at random.
type mergeMaker struct{ *rand.Rand }

func makerOf(seed uint64) mergeMaker { return mergeMaker{rand.New(rand.NewPCG(seed, 7))} }

func pickOf[T any](g mergeMaker, list ...T) T { return list[g.IntN(len(list))] }

// time is an instant before the merge.
func (g mergeMaker) time() time.Time { return mergeDay.Add(-time.Duration(1+g.IntN(40)) * time.Hour) }

func (g mergeMaker) value() handoff.Value {
	return pickOf(g, handoff.Value{}, handoff.StringValue(pickOf(g, "x", "y", "zz", " ")), handoff.IntValue(int64(g.IntN(3))), handoff.BoolValue(true),
		handoff.ListValue([]string{pickOf(g, "p", "q"), "r"}), handoff.ListValue(nil), handoff.DateValue(calendar.Date{Year: 2026, Month: 1, Day: 1 + g.IntN(3)}), handoff.RateValue(250000))
}

func (g mergeMaker) held() identity.Held {
	h := identity.Held{Value: g.value(), Source: pickOf(g, "", "crm", "form", "wiki")}
	if g.IntN(4) > 0 {
		h.Set = g.time()
	}
	return h
}

func (g mergeMaker) consent() handoff.Consent {
	c := handoff.Consent{Channel: pickOf(g, handoff.ChannelEmail, handoff.ChannelCall), Status: pickOf(g, handoff.ConsentGranted, handoff.ConsentDenied),
		Purpose: pickOf(g, "", handoff.PurposeSales, handoff.PurposeMarketing, handoff.PurposeTransactional), At: g.time(), Source: pickOf(g, "form", "call")}
	if c.Status == handoff.ConsentGranted {
		c.Basis = pickOf(g, "", handoff.BasisExpress, handoff.BasisInquiry)
		if g.IntN(4) == 0 {
			c.RevokedAt = c.At.Add(time.Duration(1+g.IntN(9)) * time.Hour)
		}
		if g.IntN(4) == 0 {
			c.Until = c.At.Add(time.Duration(1+g.IntN(60)) * time.Hour)
		}
	}
	return c
}

func (g mergeMaker) record(id string) identity.Snapshot {
	r := identity.Snapshot{Ref: handoff.Ref{Kind: handoff.KindLead, ID: id}, Values: map[string]identity.Held{}, Source: pickOf(g, "", "crm", "form"),
		Deal: pickOf(g, "", handoff.OpportunityOpen, handoff.OpportunityLost), Archived: g.IntN(3) == 0}
	for _, field := range []string{"f", "g", "h", identity.OwnerField} {
		if g.IntN(4) > 0 {
			r.Values[field] = g.held()
		}
	}
	if g.IntN(3) > 0 {
		r.Values[identity.StageField] = identity.Held{Value: handoff.StringValue(pickOf(g, "new", "met", "won", "odd")), Set: g.time()}
	}
	for range g.IntN(5) {
		r.Consent = append(r.Consent, g.consent())
	}
	for range g.IntN(3) {
		r.Flags = append(r.Flags, handoff.Flag{Word: pickOf(g, handoff.FlagWords()...), Since: g.time()})
	}
	if g.IntN(2) == 0 {
		r.Created = g.time()
	}
	if g.IntN(2) == 0 {
		r.Probability = handoff.Some(int64(g.IntN(100)))
	}
	return r
}

func (g mergeMaker) records() []identity.Snapshot {
	var out []identity.Snapshot
	for i := range 2 + g.IntN(3) {
		out = append(out, g.record(string(rune('A'+i))))
	}
	g.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func (g mergeMaker) rule(of ...identity.Keep) identity.Rule {
	r := identity.Rule{Keep: pickOf(g, of...), Words: []string{"x", "y", "zz"}}
	if r.Keep == identity.KeepFirst || r.Keep == identity.KeepMostRecent || r.Keep == identity.KeepMostTrusted {
		r.Cleared = pickOf(g, "", identity.ClearedYields, identity.ClearedWins)
	}
	return r
}

// survivorship is one that the order in which records are given does not matter to.
func (g mergeMaker) survivorship(of ...identity.Keep) identity.Survivorship {
	s := identity.Survivorship{Default: g.rule(of...), Rules: map[string]identity.Rule{"f": g.rule(of...)}, Stages: []string{"new", "met", "won"}, Sources: []string{"crm", "form"}}
	for range g.IntN(4) {
		if p := pickOf(g, identity.Precedences()...); p != identity.FirstGiven {
			s.Order = append(s.Order, p)
		}
	}
	if g.IntN(4) == 0 {
		s.Given = map[string]handoff.Value{"g": g.value()}
	}
	return s
}

func TestMerge_AnyOrder(t *testing.T) {
	for seed := range uint64(500) {
		g := makerOf(seed)
		s, records := g.survivorship(identity.Keeps()...), g.records()
		want := mustMerge(t, s, records...)
		g.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		if diff := cmp.Diff(asJSON(t, want), asJSON(t, mustMerge(t, s, records...))); diff != "" {
			t.Fatalf("seed %d, given in another order (-want +got):\n%s", seed, diff)
		}
	}
}

// TestMerge_InSteps merges three records at once and in steps, where each value has a time of its own.
func TestMerge_InSteps(t *testing.T) {
	for seed := range uint64(500) {
		g := makerOf(seed)
		s := g.survivorship(identity.KeepMostRecent, identity.KeepMostTrusted)
		s.Rules[identity.StageField] = identity.Rule{Keep: identity.KeepFurthest}
		s.Given = nil
		var r [3]identity.Snapshot
		next := time.Duration(g.IntN(9))
		for i := range r {
			r[i] = g.record(string(rune('A' + i)))
			r[i].Source = "crm"
			for field, h := range r[i].Values {
				next++
				h.Set = mergeDay.Add(-time.Hour * ((next * 37) % 101))
				if h.Value.Text() == "odd" {
					h.Value = handoff.StringValue("new")
				}
				r[i].Values[field] = h
			}
		}
		at := func(m identity.Merged) map[string]string {
			out := map[string]string{}
			for field, k := range m.Values {
				out[field] = k.Value.String() + fmt.Sprint(k.Set.Unix())
				if k.Value.Type() == "" || strings.TrimSpace(k.Value.Text()) == "" && k.Value.Type() == handoff.TypeString || k.Value.Type() == handoff.TypeList && len(k.Value.List()) == 0 {
					out[field] = "blank"
				}
				if field == identity.StageField {
					out[field] = k.Value.Text()
				}
			}
			return out
		}
		want := at(mustMerge(t, s, r[0], r[1], r[2]))
		for _, in := range [][3]int{{0, 1, 2}, {1, 2, 0}, {0, 2, 1}} {
			first := mustMerge(t, s, r[in[0]], r[in[1]]).Snapshot()
			if diff := cmp.Diff(want, at(mustMerge(t, s, first, r[in[2]]))); diff != "" {
				t.Fatalf("seed %d, %v first (-at once +in steps):\n%s", seed, in[:2], diff)
			}
		}
	}
}

// TestMerge_ConsentIsTheStrictest asks the engine: what it keeps from one of the records after the merge it keeps from the
// survivor, and it never opens what no record opened. A State that is told the evidence and the effects remembers the same.
func TestMerge_ConsentIsTheStrictest(t *testing.T) {
	e, closed, open := mergeEngine(t), 0, 0
	for seed := range uint64(400) {
		g := makerOf(seed)
		records := g.records()
		m := mustMerge(t, identity.Survivorship{}, records...)
		var told handoff.Effects
		for _, r := range records {
			for _, c := range r.Consent {
				told = append(told, handoff.SetConsent{Subject: r.Ref, Consent: c})
			}
		}
		state := handoff.Apply(handoff.Apply(nil, told), m.Effects())
		record, _ := state[m.Into].Value.(handoff.Record)
		if diff := cmp.Diff(asJSON(t, m.Consent), asJSON(t, record.Consent)); diff != "" {
			t.Fatalf("seed %d: what State remembers (-merged +state):\n%s", seed, diff)
		}
		for _, channel := range []handoff.Channel{handoff.ChannelEmail, handoff.ChannelCall} {
			for _, purpose := range handoff.Purposes() {
				refused, granted := false, channel == handoff.ChannelCall || purpose == handoff.PurposeTransactional
				for _, r := range records {
					opens := reaches(t, e, mergeDay, r.Consent, channel, purpose)
					// A refusal closes even what is open to everybody.
					refused = refused || !reaches(t, e, mergeDay, slices.Concat(asOpen(channel, purpose), r.Consent), channel, purpose)
					granted = granted || opens
				}
				got := reaches(t, e, mergeDay, m.Consent, channel, purpose)
				if got && (refused || !granted) {
					t.Fatalf("seed %d: %s for %s is open, refused %v, granted %v:\n%s", seed, channel, purpose, refused, granted, asJSON(t, m))
				}
				if got {
					open++
				} else {
					closed++
				}
			}
		}
	}
	if open < 100 || closed < 100 {
		t.Errorf("%d are open and %d closed; the test shows little", open, closed)
	}
}

// asOpen is a grant so old, and so weak, that every refusal counts against it.
func asOpen(channel handoff.Channel, purpose handoff.Purpose) []handoff.Consent {
	return []handoff.Consent{{Channel: channel, Purpose: purpose, Status: handoff.ConsentGranted, Basis: handoff.BasisInquiry, At: ago(9999)}}
}

// withoutConsent is records without what a merge that is taken back may leave on them.
func withoutConsent(records []identity.Snapshot) []identity.Snapshot {
	out := slices.Clone(records)
	for i := range out {
		out[i].Consent = nil
		marked := len(out[i].Flags)
		out[i].Flags = slices.DeleteFunc(slices.Clone(out[i].Flags), func(f handoff.Flag) bool { return f.Word == handoff.FlagDoNotContact })
		if marked > 0 && len(out[i].Flags) == 0 {
			out[i].Flags = nil
		}
	}
	slices.SortFunc(out, func(a, b identity.Snapshot) int { return a.Ref.Compare(b.Ref) })
	return out
}

func TestUnmerge_GivesBack(t *testing.T) {
	e := mergeEngine(t)
	for seed := range uint64(300) {
		g := makerOf(seed)
		records := g.records()
		want := asJSON(t, withoutConsent(records))
		m := mustMerge(t, g.survivorship(identity.Keeps()...), records...)
		var stored identity.Merged
		if err := json.Unmarshal([]byte(asJSON(t, m)), &stored); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if diff := cmp.Diff(asJSON(t, m), asJSON(t, stored)); diff != "" {
			t.Fatalf("seed %d: what is read back (-want +got):\n%s", seed, diff)
		}
		week := mergeDay.AddDate(0, 0, 7)
		now := m.Snapshot()
		if g.IntN(2) == 0 { // a refusal meanwhile
			c := g.consent()
			c.At = mergeDay.AddDate(0, 0, 2)
			c.Until, c.RevokedAt = time.Time{}, time.Time{}
			now.Consent = append(now.Consent, c)
		}
		u, err := stored.Unmerge(week, now)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, asJSON(t, withoutConsent(u.Records))); diff != "" || len(u.Stays) > 0 {
			t.Fatalf("seed %d: what comes back, %v stays (-want +got):\n%s", seed, u.Stays, diff)
		}
		for _, r := range u.Records {
			for _, channel := range []handoff.Channel{handoff.ChannelEmail, handoff.ChannelCall} {
				for _, purpose := range handoff.Purposes() {
					list := slices.Concat(asOpen(channel, purpose), now.Consent)
					if !reaches(t, e, week, list, channel, purpose) && reaches(t, e, week, r.Consent, channel, purpose) {
						t.Fatalf("seed %d: the survivor refused %s for %s, and %s is open", seed, channel, purpose, r.Ref)
					}
				}
			}
		}
	}
}

func TestUnmerge_WhatChangedSince(t *testing.T) {
	a := identity.Snapshot{Ref: mergeA, Values: map[string]identity.Held{"phone": held("1", 9, ""), "city": held("Bonn", 9, "")}, Consent: consents(t, "granted email - 9")}
	b := identity.Snapshot{Ref: mergeB, Values: map[string]identity.Held{"phone": held("2", 1, ""), "title": held("CTO", 1, "")}, Flags: []handoff.Flag{{Word: handoff.FlagEmployee}}}
	m := mustMerge(t, identity.Survivorship{Default: identity.Rule{Keep: identity.KeepMostRecent}}, a, b)
	week, now := mergeDay.AddDate(0, 0, 7), m.Snapshot()
	now.Values["phone"], now.Values["size"] = held("3", 0, ""), held("50", 0, "")
	delete(now.Values, "city")
	now.Values["title"] = identity.Held{Value: handoff.StringValue("CTO"), Set: week} // set again, to the same
	now.Deal, now.Archived, now.Probability = handoff.OpportunityOpen, true, handoff.Some[int64](20)
	spam, dnc := handoff.Flag{Word: handoff.FlagSpam, Since: week}, handoff.Flag{Word: handoff.FlagDoNotContact, Since: week}
	now.Flags = append(now.Flags, spam, dnc)
	since := func(s handoff.ConsentStatus, c handoff.Channel) handoff.Consent {
		return handoff.Consent{Channel: c, Status: s, At: week}
	}
	now.Consent = append(now.Consent, since(handoff.ConsentDenied, handoff.ChannelEmail), since(handoff.ConsentGranted, handoff.ChannelSMS))
	u, err := m.Unmerge(week, now)
	if err != nil {
		t.Fatal(err)
	}
	refusal := since(handoff.ConsentDenied, handoff.ChannelEmail)
	wantA, wantB := a, b
	wantA.Values = map[string]identity.Held{"phone": held("3", 0, ""), "size": held("50", 0, "")}
	wantA.Deal, wantA.Archived, wantA.Probability = now.Deal, now.Archived, now.Probability
	wantA.Flags, wantA.Consent = []handoff.Flag{dnc, spam}, append([]handoff.Consent{refusal}, a.Consent...)
	wantB.Flags, wantB.Consent = append(slices.Clone(b.Flags), dnc), []handoff.Consent{refusal}
	want := identity.Unmerged{At: week, Records: []identity.Snapshot{wantA, wantB}, Stays: []string{"city", "phone", "size"}, Unclaimed: []handoff.Consent{since(handoff.ConsentGranted, handoff.ChannelSMS)}}
	if diff := cmp.Diff(asJSON(t, want), asJSON(t, u)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	effects := handoff.Effects{handoff.SetConsent{Subject: mergeA, Consent: refusal}, handoff.SetConsent{Subject: mergeB, Consent: refusal}}
	if diff := cmp.Diff(asJSON(t, effects), asJSON(t, u.Effects())); diff != "" {
		t.Errorf("the effects (-want +got):\n%s", diff)
	}
	if got := m.Before[0].Values["phone"].Value.Text(); got != "1" {
		t.Errorf("taking back changed what is kept of the merge to %q", got)
	}
}

func TestUnmerge_Refuses(t *testing.T) {
	m := mustMerge(t, identity.Survivorship{}, identity.Snapshot{Ref: mergeA}, identity.Snapshot{Ref: mergeB})
	for _, tt := range []struct {
		name, want string
		m          identity.Merged
		at         time.Time
		now        handoff.Ref
	}{
		{"no merge", "the records that it was made of are missing", identity.Merged{}, mergeDay, mergeA},
		{"no time", "is missing", m, time.Time{}, mergeA},
		{"too early", "before it was made", m, ago(1), mergeA},
		{"another record", "is another record", m, mergeDay, mergeB},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := tt.m.Unmerge(tt.at, identity.Snapshot{Ref: tt.now}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

func TestMerge_Flags(t *testing.T) {
	dnc, spam := handoff.Flag{Word: handoff.FlagDoNotContact, Since: ago(1)}, handoff.Flag{Word: handoff.FlagSpam}
	for _, tt := range []struct {
		name, reason string
		a, b         []handoff.Flag
		want         string
	}{
		{"the other's", "nobody who is not to be contacted is forgotten", []handoff.Flag{spam}, []handoff.Flag{dnc, spam}, "[spam do_not_contact]"},
		{"nobody looked at one", "then nobody looked", nil, []handoff.Flag{}, "none"},
		{"nobody looked at one, the other is marked", "it stays marked", nil, []handoff.Flag{dnc}, "[do_not_contact]"},
		{"both are clean", "somebody looked", []handoff.Flag{}, []handoff.Flag{}, "[]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := mustMerge(t, identity.Survivorship{}, identity.Snapshot{Ref: mergeA, Flags: tt.a}, identity.Snapshot{Ref: mergeB, Flags: tt.b})
			words := []handoff.FlagWord{}
			for _, f := range m.Flags {
				words = append(words, f.Word)
			}
			got := fmt.Sprint(words)
			if m.Flags == nil {
				got = "none"
			}
			if got != tt.want {
				t.Errorf("%s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestMerge_SharesNoMemory(t *testing.T) {
	records := []identity.Snapshot{makerOf(1).record("A"), makerOf(2).record("B")}
	m := mustMerge(t, identity.Survivorship{}, records...)
	want := asJSON(t, m)
	for _, r := range records {
		r.Values["f"] = held("scribble", 0, "")
		for i := range r.Consent {
			r.Consent[i].Source = "scribble"
		}
		for i := range r.Flags {
			r.Flags[i].Source = "scribble"
		}
	}
	after := m.Snapshot()
	after.Values["f"] = held("scribble", 0, "")
	if diff := cmp.Diff(want, asJSON(t, m)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestMerged_StringHoldsNoValue(t *testing.T) {
	records := holding("email", held("amy@example.com", 1, "form"), held("bob@example.com", 2, "crm"))
	m := mustMerge(t, identity.Survivorship{}, records...)
	for _, text := range []string{m.String(), fmt.Sprint(m), fmt.Sprintf("%+v", m)} {
		if strings.Contains(text, "@") || !strings.Contains(text, "of lead/A (form, 2026-03-01T09:00:00Z) by first_non_empty, not of lead/B") {
			t.Errorf("it reads %s", text)
		}
	}
}

func TestMerged_Snapshot(t *testing.T) {
	records := holding("note", held("a", 9, "crm"), held("b", 1, "form"))
	records[0].Created, records[1].Created = ago(9), ago(8)
	records[1].Deal, records[1].Archived, records[1].Probability = handoff.OpportunityOpen, true, handoff.Some[int64](20)
	m := mustMerge(t, identity.Survivorship{Default: identity.Rule{Keep: identity.KeepAll, Join: " "}}, records...)
	want := identity.Snapshot{Ref: mergeA, Created: ago(9), Deal: handoff.OpportunityOpen, Values: map[string]identity.Held{"note": held("a b", 1, "")}}
	if diff := cmp.Diff(asJSON(t, want), asJSON(t, m.Snapshot())); diff != "" {
		t.Errorf("of two sources there is none to name, and an opportunity stays one (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(asJSON(t, identity.Snapshot{}), asJSON(t, identity.Merged{}.Snapshot())); diff != "" {
		t.Errorf("of no merge (-want +got):\n%s", diff)
	}
}

func TestKept_String(t *testing.T) {
	list := func(ids ...string) (out []handoff.Ref) {
		for _, id := range ids {
			out = append(out, handoff.Ref{Kind: handoff.KindLead, ID: id})
		}
		return out
	}
	for _, tt := range []struct {
		name string
		kept identity.Kept
		want string
	}{
		{"nothing", identity.Kept{By: identity.KeepFirst}, "blank by first_non_empty"},
		{"cleared", identity.Kept{Held: held("", 0, "crm"), Of: list("A"), By: identity.KeepMostRecent}, "blank as in lead/A (crm, 2026-03-02T09:00:00Z) by most_recent"},
		{"given", identity.Kept{Held: held("x", 0, ""), By: identity.KeepGiven, Displaced: []identity.Version{{Ref: mergeA}, {Ref: mergeB}}}, "given (2026-03-02T09:00:00Z) by given, not of lead/A, lead/B"},
		{"of two", identity.Kept{Held: held("x", -1, ""), Of: list("A", "B"), By: identity.KeepAll}, "of lead/A, lead/B by all"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.kept.String(); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestMergeAll(t *testing.T) {
	r := func(id string) identity.Snapshot {
		return identity.Snapshot{Ref: handoff.Ref{Kind: handoff.KindLead, ID: id}}
	}
	list, err := identity.MergeAll(mergeDay, identity.Survivorship{}, []identity.Snapshot{r("Z")}, []identity.Snapshot{r("D"), r("C")},
		[]identity.Snapshot{r("A"), r("B")}, []identity.Snapshot{r("C"), r("E")}, []identity.Snapshot{r("E"), r("B")}, []identity.Snapshot{r("Y"), r("Y")}, []identity.Snapshot{r("Q"), r("P")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list {
		got = append(got, fmt.Sprintf("%s %v", m.Into, m.From))
	}
	if diff := cmp.Diff([]string{"lead/A [lead/B lead/C lead/D lead/E]", "lead/P [lead/Q]"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = identity.MergeAll(mergeDay, identity.Survivorship{}, nil, []identity.Snapshot{r("A"), {}})
	if err == nil || !strings.Contains(err.Error(), "group 2: record 2") {
		t.Errorf("%v", err)
	}
}

func TestSurvivor(t *testing.T) {
	merges := map[handoff.Ref]handoff.Ref{mergeA: mergeB, mergeB: mergeC}
	circle := map[handoff.Ref]handoff.Ref{mergeA: mergeB, mergeB: mergeC, mergeC: mergeB}
	for _, tt := range []struct {
		name, reason string
		merges       map[handoff.Ref]handoff.Ref
		of, want     handoff.Ref
		found        bool
	}{
		{"never merged", "it is itself", nil, mergeA, mergeA, true},
		{"a chain", "the last one lives", merges, mergeA, mergeC, true},
		{"its end", "it lives", merges, mergeC, mergeC, true},
		{"into a circle", "nobody lives", circle, mergeA, mergeA, false},
		{"into itself", "nobody lives", map[handoff.Ref]handoff.Ref{mergeA: mergeA}, mergeA, mergeA, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, found := identity.Survivor(tt.merges, tt.of); got != tt.want || found != tt.found {
				t.Errorf("%s, %v; want %s, %v: %s", got, found, tt.want, tt.found, tt.reason)
			}
		})
	}
}

// FuzzMerge merges what it reads and takes it back.
func FuzzMerge(f *testing.F) {
	for seed := range uint64(10) {
		f.Add([]byte(asJSON(f, makerOf(seed).records())), uint8(seed))
	}
	f.Add([]byte(`[{"ref":"lead/A"},{"ref":"account/B"}]`), uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		var records []identity.Snapshot
		if json.Unmarshal(data, &records) != nil {
			return
		}
		names := identity.Survivorships()
		s, _ := identity.NamedSurvivorship(names[int(which)%len(names)], "new", "met", "won")
		m, err := identity.Merge(mergeDay, s, records...)
		if err != nil {
			return
		}
		u, err := m.Unmerge(mergeDay, m.Snapshot())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(asJSON(t, withoutConsent(records)), asJSON(t, withoutConsent(u.Records))); diff != "" {
			t.Fatalf("what comes back (-want +got):\n%s", diff)
		}
		if !slices.Contains(s.Order, identity.FirstGiven) {
			slices.Reverse(records)
			if diff := cmp.Diff(asJSON(t, m), asJSON(t, mustMerge(t, s, records...))); diff != "" {
				t.Fatalf("given in the other order (-want +got):\n%s", diff)
			}
		}
	})
}

func TestMerge_TellsAnEngine(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, time.March, n, 9, 0, 0, 0, time.UTC) }
	ref := func(id string) handoff.Ref { return handoff.Ref{Kind: handoff.KindLead, ID: id} }
	if got := (identity.Unmerged{}).Activities(); len(got) != 0 {
		t.Errorf("of nothing %v", got)
	}
	m, err := identity.Merge(day(2), identity.Survivorship{}, identity.Snapshot{Ref: ref("a")}, identity.Snapshot{Ref: ref("b")}, identity.Snapshot{Ref: ref("c")})
	if err != nil {
		t.Fatal(err)
	}
	u, err := m.Unmerge(day(3), m.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		kind handoff.ActivityKind
		at   time.Time
		got  []handoff.Activity
	}{{"merged", handoff.ActivityMerged, day(2), m.Activities()}, {"unmerged", handoff.ActivityUnmerged, day(3), u.Activities()}} {
		if len(tt.got) != 2 {
			t.Fatalf("%s: %d activities, want one for each record that is not the survivor", tt.name, len(tt.got))
		}
		for i, a := range tt.got {
			if a.Kind != tt.kind || !a.At.Equal(tt.at) || a.Into != m.Into || u.Records[i+1].Ref != m.From[i] {
				t.Errorf("%s: %+v about %s", tt.name, a, m.From[i])
			}
		}
	}
}

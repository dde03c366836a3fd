package suppression

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// noon is the instant of most handoffs here.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// sidesOf asks which sides the handoff of a lead is on. What its record remembers it asks an engine for.
func sidesOf(t testing.TB, x *Experiments, id string, remembered ...handoff.Arm) (sides []handoff.Side) {
	t.Helper()
	play := handoff.Play{ID: "demo", Motion: "inbound", Trigger: "demo_request", Router: handoff.RouterFunc(func(*handoff.Facts, *handoff.Play) handoff.Routing {
		return handoff.Routing{Owner: "kim"}
	})}
	lead := handoff.Ref{Kind: handoff.KindLead, ID: id}
	if len(remembered) == 0 {
		return x.Arms(&handoff.Facts{At: noon, Subject: lead}, &play)
	}
	e, err := handoff.New(handoff.Config{Policy: "acme", Plays: []handoff.Play{play},
		Triggers: []handoff.TriggerRule{{Kind: "demo_request", About: handoff.KindLead, StaleAfter: time.Hour}},
		Experimenter: handoff.ExperimenterFunc(func(f *handoff.Facts, p *handoff.Play) []handoff.Side {
			sides = x.Arms(f, p)
			return nil
		})})
	if err != nil {
		t.Fatal(err)
	}
	state := handoff.State{}
	for _, arm := range remembered {
		state = handoff.Apply(state, []handoff.Effect{handoff.Expose{Subject: lead, Arm: arm}})
	}
	r := handoff.Request{Subject: lead, Lead: handoff.Lead{ID: id}, State: state, Triggers: []handoff.Trigger{{ID: "T", Kind: "demo_request", OccurredAt: noon}}}
	r, err = e.Fill(noon, r, func(keys []handoff.Key) (handoff.State, error) {
		loaded := handoff.State{}
		for _, k := range keys {
			loaded[k] = handoff.Entry{}
		}
		return loaded, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Decide(noon, r); err != nil {
		t.Fatal(err)
	}
	return sides
}

// newExperiments makes experiments of which nothing is wrong.
func newExperiments(t testing.TB, list ...Experiment) *Experiments {
	t.Helper()
	x, err := NewExperiments(nil, list)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// armOf returns the arm of an experiment that an id is on, "" where it is on none.
func armOf(t testing.TB, x *Experiments, experiment, id string, remembered ...handoff.Arm) string {
	t.Helper()
	for _, side := range sidesOf(t, x, id, remembered...) {
		if side.Experiment == experiment {
			return side.Arm.Arm
		}
	}
	return ""
}

// halves has two arms of half of the records each.
func halves(id string) Experiment {
	return Experiment{ID: id, Arms: []Arm{{ID: "a", Share: 5000, Sequence: "short"}, {ID: "b", Share: 5000}}}
}

// TestBucket_Golden pins buckets: another one would move records that nobody remembers. The values were computed with other
// programs.
func TestBucket_Golden(t *testing.T) {
	for _, tt := range []struct {
		hash     Hash
		salt, id string
		want     int64
	}{
		{HashSHA256, "2026q1", "L1", 6332},
		{HashGrowthBook, "2026q1", "L1", 661},
		{HashGrowthBook1, "2026q1", "L1", 3940},
		{HashUnleash, "2026q1", "L1", 5700},
		{HashSHA256, "2026q1", "L2", 4405},
		{HashGrowthBook, "2026q1", "L2", 4573},
		{HashGrowthBook1, "2026q1", "L2", 4870},
		{HashUnleash, "2026q1", "L2", 7800},
		{HashSHA256, "2026q2", "L1", 444},
		{HashGrowthBook, "2026q2", "L1", 7638},
		{HashGrowthBook1, "2026q2", "L1", 7750},
		{HashUnleash, "2026q2", "L1", 5700},
		{HashSHA256, "", "L1", 2614},
		{HashGrowthBook, "", "L1", 5318},
		{HashGrowthBook1, "", "L1", 9020},
		{HashUnleash, "", "L1", 5100},
		{HashSHA256, "2026q1", "", 5968},
		{HashGrowthBook, "2026q1", "", 1744},
		{HashGrowthBook1, "2026q1", "", 4690},
		{HashUnleash, "2026q1", "", 8200},
		{HashSHA256, "größe", "naïve@x", 8076},
		{HashGrowthBook, "größe", "naïve@x", 5776},
		{HashGrowthBook1, "größe", "naïve@x", 1320},
		{HashUnleash, "größe", "naïve@x", 2400},
		{"", "2026q1", "L1", 6332},
		{"md5", "2026q1", "L1", -1},
	} {
		if got := Bucket(tt.hash, tt.salt, tt.id); got != tt.want {
			t.Errorf("bucket of %s under %s by %q is %d, want %d", tt.id, tt.salt, tt.hash, got, tt.want)
		}
	}
}

// TestNewExperiments_Problems lists everything that is wrong.
func TestNewExperiments_Problems(t *testing.T) {
	day := func(d int) calendar.Date { return calendar.Date{Year: 2026, Month: 3, Day: d} }
	with := func(edit func(*Experiment)) []Experiment {
		e := halves("x")
		edit(&e)
		return []Experiment{e}
	}
	layered := func(id string, from, to int64, edits ...func(*Experiment)) Experiment {
		e := halves(id)
		e.Layer = Layer{"inbound", from, to}
		for _, edit := range edits {
			edit(&e)
		}
		return e
	}
	for _, tt := range []struct {
		name, reason string
		list         []Experiment
		want         string // "": nothing is wrong
	}{
		{"none", "there need not be any", nil, ""},
		{"fine", "two arms", []Experiment{halves("x")}, ""},
		{"no id", "nobody could speak of it", []Experiment{halves("")}, `experiment 1 "": needs an id of its own`},
		{"same id", "records remember arms by it", []Experiment{halves("x"), halves("x")}, `experiment 2 "x": needs an id of its own`},
		{"neither", "it splits nothing", with(func(e *Experiment) { e.Arms = nil }), "needs a share that is held out, or arms"},
		{"both", "a holdout has its own arms", with(func(e *Experiment) { e.HoldOut = 1 }), "either holds out or has arms, not both"},
		{"too much held out", "there is no more", with(func(e *Experiment) { e.Arms, e.HoldOut = nil, 10_001 }), "holds out 10001 basis points; from 1 to 10000 are possible"},
		{"all held out", "it may be", with(func(e *Experiment) { e.Arms, e.HoldOut = nil, 10_000 }), ""},
		{"less than nothing held out", "it is no share", with(func(e *Experiment) { e.Arms, e.HoldOut = nil, -1 }), "holds out -1 basis points; from 1 to 10000 are possible"},
		{"no share", "nobody would be on it", with(func(e *Experiment) { e.Arms[1].Share = 0 }), "arm b: has a share of 0 basis points; from 1 to 10000 are possible"},
		{"huge share", "sums do not overflow", with(func(e *Experiment) { e.Arms[0].Share, e.Arms[1].Share = math.MaxInt64, math.MaxInt64 }),
			"arm a: has a share of 9223372036854775807 basis points; from 1 to 10000 are possible"},
		{"too many shares", "together they are one more", with(func(e *Experiment) { e.Arms[1].Share++ }), "the shares of its arms come to 10001 basis points; at most 10000 are possible"},
		{"same arm", "records remember it by name", with(func(e *Experiment) { e.Arms[1].ID = "a" }), `arm "a": needs an id of its own`},
		{"arm without id", "records remember it by name", with(func(e *Experiment) { e.Arms[1].ID = "" }), `arm "": needs an id of its own`},
		{"unknown hash", "nobody could compute it", with(func(e *Experiment) { e.Hash = "md5" }), `unknown hash "md5"; known are sha256, growthbook, growthbook1, unleash`},
		{"shares between buckets", "Unleash has a hundred", with(func(e *Experiment) { e.Hash, e.Arms[0].Share = HashUnleash, 150 }),
			"the share of arm a is 150 basis points, and the hash unleash splits in steps of 100"},
		{"unknown unit", "it has no record of its own", with(func(e *Experiment) { e.Per = PerDomain }), `an experiment is per lead or per account, not "domain"`},
		{"ends as it begins", "it would have no day", with(func(e *Experiment) { e.From, e.Until = day(3), day(3) }), "ends on 2026-03-03, which is not after its first day, 2026-03-03"},
		{"one day", "it has one", with(func(e *Experiment) { e.From, e.Until = day(3), day(4) }), ""},
		{"ended before any first day", "it began at some time", with(func(e *Experiment) { e.Until = day(4) }), ""},
		{"empty range", "nobody is in it", []Experiment{layered("x", 5, 5)}, "layer: the range from 5 to 5 is empty, or not within 0 and 10000"},
		{"range below", "there are no such buckets", []Experiment{layered("x", -1, 5)}, "layer: the range from -1 to 5 is empty, or not within 0 and 10000"},
		{"range above", "there are no such buckets", []Experiment{layered("x", 0, 10_001)}, "layer: the range from 0 to 10001 is empty, or not within 0 and 10000"},
		{"layer without name", "it is hashed", with(func(e *Experiment) { e.Layer = Layer{"", 0, 5} }), "layer: needs a name"},
		{"layer of the salt", "its range would be the arm", []Experiment{layered("inbound", 0, 5)}, "layer: has the name of the salt, so that its range would decide the arm; give it another"},
		{"side by side", "the end is not in the range", []Experiment{layered("x", 0, 5), layered("y", 5, 10)}, ""},
		{"side by side the other way round", "the end is not in the range", []Experiment{layered("y", 5, 10), layered("x", 0, 5)}, ""},
		{"overlap", "bucket 4 is in both", []Experiment{layered("x", 0, 5), layered("y", 4, 10)}, `experiment 2 "y": layer: its range overlaps with that of x, on the same days`},
		{"overlap one after the other", "the last day is not one of its days", []Experiment{layered("x", 0, 5, func(e *Experiment) { e.Until = day(3) }), layered("y", 4, 10, func(e *Experiment) { e.From = day(3) })}, ""},
		{"overlap on a day", "both run on the third", []Experiment{layered("x", 0, 5, func(e *Experiment) { e.Until = day(4) }), layered("y", 4, 10, func(e *Experiment) { e.From = day(3) })},
			`experiment 2 "y": layer: its range overlaps with that of x, on the same days`},
		{"two hashes in a layer", "a record would have two places in it", []Experiment{layered("x", 0, 5), layered("y", 5, 10, func(e *Experiment) { e.Hash = HashGrowthBook })},
			`experiment 2 "y": layer: has another hash, or is per something else, than x in the same layer`},
		{"two units in a layer", "a record and its account have two places in it", []Experiment{layered("x", 0, 5), layered("y", 5, 10, func(e *Experiment) { e.Per = PerAccount })},
			`experiment 2 "y": layer: has another hash, or is per something else, than x in the same layer`},
		{"several", "all of it is told", []Experiment{{}}, "experiment 1 \"\": needs an id of its own\nexperiment 1 \"\": needs a share that is held out, or arms"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewExperiments(nil, tt.list)
			if got := fmt.Sprint(err); tt.want == "" && err != nil || tt.want != "" && !strings.HasSuffix("\n"+got, tt.want) && !strings.Contains(got, tt.want+"\n") {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// TestExperiments_Check finds two that choose the sequence of one play.
func TestExperiments_Check(t *testing.T) {
	plays := []handoff.Play{{ID: "demo", Motion: "inbound"}, {ID: "grow", Motion: "expansion"}}
	of := func(id string, edit func(*Experiment)) Experiment {
		e := halves(id)
		edit(&e)
		return e
	}
	day := calendar.Date{Year: 2026, Month: 3, Day: 4}
	for _, tt := range []struct {
		name, reason string
		second       Experiment
		clash        bool
	}{
		{"both cover all", "which of the sequences starts", halves("y"), true},
		{"by motion", "a motion names its plays", of("y", func(e *Experiment) { e.Scope.Only = []string{"inbound"} }), true},
		{"of no play", "nothing is covered twice", of("y", func(e *Experiment) { e.Scope.Except = []string{"demo", "grow"} }), false},
		{"chooses nothing", "it does not matter to the sequence", of("y", func(e *Experiment) { e.Arms[0].Sequence = "" }), false},
		{"a holdout", "it starts nothing", Experiment{ID: "y", HoldOut: 500}, false},
		{"one after the other", "never both", of("y", func(e *Experiment) { e.From = day }), false},
		{"in another layer", "a layer says nothing of another", of("y", func(e *Experiment) { e.Layer = Layer{"other", 5000, 10_000} }), true},
		{"in the layer", "never both", of("y", func(e *Experiment) { e.Layer = Layer{"inbound", 5000, 10_000} }), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			first := halves("x")
			first.Layer = Layer{"inbound", 0, 5000}
			if tt.name == "one after the other" {
				first.Until = day
			}
			err := newExperiments(t, first, tt.second).Check(plays)
			if (err != nil) != tt.clash {
				t.Errorf("got %v, want a clash: %t, %s", err, tt.clash, tt.reason)
			}
			if want := `experiments "x" and "y" both choose the sequence of play demo: put them into one layer, with ranges that do not overlap`; tt.clash && err.Error() != want {
				t.Errorf("got %q, want %q", err, want)
			}
		})
	}
}

// TestExperiments_Covers asks whom an experiment covers.
func TestExperiments_Covers(t *testing.T) {
	zone, err := calendar.LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	day := func(d int) calendar.Date { return calendar.Date{Year: 2026, Month: 3, Day: d} }
	when := func(truth handoff.Truth) func(*Experiment, *handoff.Facts) {
		return func(e *Experiment, _ *handoff.Facts) {
			e.When = handoff.ConditionFunc(func(*handoff.Facts) handoff.Truth { return truth })
		}
	}
	for _, tt := range []struct {
		name, reason string
		edit         func(*Experiment, *handoff.Facts)
		of           string // whose record remembers; "": nobody's
	}{
		{"all", "nothing is asked", func(*Experiment, *handoff.Facts) {}, "lead/L1"},
		{"true", "it covers what is true", when(handoff.True), "lead/L1"},
		{"false", "it does not cover the rest", when(handoff.False), ""},
		{"unknown", "what is unknown is not covered", when(handoff.Unknown), ""},
		{"another play", "it is out of scope", func(e *Experiment, _ *handoff.Facts) { e.Scope.Except = []string{"demo"} }, ""},
		{"its motion", "a motion names its plays", func(e *Experiment, _ *handoff.Facts) { e.Scope.Only = []string{"inbound"} }, "lead/L1"},
		{"the first day", "it begins at midnight", func(e *Experiment, _ *handoff.Facts) { e.From = day(4) }, "lead/L1"},
		{"the day before", "in New York it is still the third", func(e *Experiment, f *handoff.Facts) { e.From, f.At = day(4), noon.Add(-8*time.Hour) }, ""},
		{"the last day", "it ends at midnight", func(e *Experiment, _ *handoff.Facts) { e.Until = day(5) }, "lead/L1"},
		{"the day after", "it ended at midnight", func(e *Experiment, _ *handoff.Facts) { e.Until = day(4) }, ""},
		{"the account", "its id is hashed", func(e *Experiment, f *handoff.Facts) { e.Per, f.Lead.Account = PerAccount, "A1" }, "account/A1"},
		{"no account", "there is no id", func(e *Experiment, f *handoff.Facts) { e.Per = PerAccount }, ""},
		{"an account as the subject", "it is its own account", func(e *Experiment, f *handoff.Facts) {
			e.Per, f.Account.ID = PerAccount, "A1"
			f.Subject = f.Account.Ref()
		}, "account/A1"},
		{"the layer", "all of it is the experiment's", func(e *Experiment, _ *handoff.Facts) { e.Layer = Layer{"l", 0, 10_000} }, "lead/L1"},
		{"outside of the layer", "bucket " + fmt.Sprint(Bucket("", "l", "L1")) + " is another's", func(e *Experiment, _ *handoff.Facts) { e.Layer = Layer{"l", 0, Bucket("", "l", "L1")} }, ""},
		{"at the start of the range", "it is in it", func(e *Experiment, _ *handoff.Facts) { e.Layer = Layer{"l", Bucket("", "l", "L1"), 10_000} }, "lead/L1"},
		{"in no arm", "shares leave something over", func(e *Experiment, _ *handoff.Facts) { e.Arms = []Arm{{ID: "a", Share: Bucket("", "x", "L1")}} }, ""},
		{"in the last bucket of the arm", "it is in it", func(e *Experiment, _ *handoff.Facts) { e.Arms = []Arm{{ID: "a", Share: Bucket("", "x", "L1") + 1}} }, "lead/L1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := halves("x")
			f := handoff.Facts{At: noon, Subject: handoff.Ref{Kind: handoff.KindLead, ID: "L1"}}
			tt.edit(&e, &f)
			x, err := NewExperiments(zone, []Experiment{e})
			if err != nil {
				t.Fatal(err)
			}
			var got, want []string
			for _, side := range x.Arms(&f, &handoff.Play{ID: "demo", Motion: "inbound"}) {
				got = append(got, side.Of.String())
			}
			if tt.of != "" {
				want = []string{tt.of}
			}
			if !slices.Equal(got, want) {
				t.Errorf("remembered by %q, want %q: %s", got, want, tt.reason)
			}
		})
	}
}

// TestExperiments_Side compares all that a side says.
func TestExperiments_Side(t *testing.T) {
	lead := handoff.Ref{Kind: handoff.KindLead, ID: "L1"} // whose bucket is 7357 under holdout, and 1335 under x
	old := func(experiment, arm, salt string) handoff.Arm {
		return handoff.Arm{Experiment: experiment, Arm: arm, Salt: salt, At: noon.AddDate(0, -1, 0), Propensity: 77, HeldOut: arm == ArmHeldOut}
	}
	holdout := func(share int64) Experiment { return Experiment{ID: "holdout", HoldOut: share, Position: "p:1:1"} }
	for _, tt := range []struct {
		name, reason string
		experiment   Experiment
		remembered   []handoff.Arm
		want         handoff.Side
	}{
		{"treated", "its bucket is the first that is not held out", holdout(7357), nil,
			handoff.Side{Of: lead, Holdout: true, Sequence: "", Text: "treated: bucket 7357 of 10,000 is not below 7357", Position: "p:1:1",
				Arm: handoff.Arm{Experiment: "holdout", Arm: "treated", At: noon, Salt: "holdout", Propensity: 2643, HeldOut: false}}},
		{"held out", "its bucket is the last that is held out", holdout(7358), nil,
			handoff.Side{Of: lead, Holdout: true, Sequence: "", Text: "held out: bucket 7357 of 10,000 is below 7358", Position: "p:1:1",
				Arm: handoff.Arm{Experiment: "holdout", Arm: "held_out", At: noon, Salt: "holdout", Propensity: 7358, HeldOut: true}}},
		{"an arm", "its share is how probable it was", halves("x"), nil,
			handoff.Side{Of: lead, Holdout: false, Sequence: "short", Text: "arm a: bucket 1335 of 10,000", Position: "",
				Arm: handoff.Arm{Experiment: "x", Arm: "a", At: noon, Salt: "x", Propensity: 5000, HeldOut: false}}},
		{"in a layer", "half of a third of all, rounded down", func() Experiment {
			e := halves("x")
			e.Layer = Layer{"l", Bucket("", "l", "L1"), Bucket("", "l", "L1") + 33}
			return e
		}(), nil,
			handoff.Side{Of: lead, Holdout: false, Sequence: "short", Text: "arm a: bucket 1335 of 10,000", Position: "",
				Arm: handoff.Arm{Experiment: "x", Arm: "a", At: noon, Salt: "x", Propensity: 16, HeldOut: false}}},
		{"sticky", "it stays on the arm that it was on, as it came to it", halves("x"), []handoff.Arm{old("x", "b", "x")},
			handoff.Side{Of: lead, Holdout: false, Sequence: "", Text: "stays on arm b, since 2026-02-04T12:00:00Z", Position: "",
				Arm: handoff.Arm{Experiment: "x", Arm: "b", At: noon.AddDate(0, -1, 0), Salt: "x", Propensity: 77, HeldOut: false}}},
		{"sticky held out", "a share that shrinks lets nobody go", holdout(1), []handoff.Arm{old("holdout", "held_out", "holdout")},
			handoff.Side{Of: lead, Holdout: true, Sequence: "", Text: "held out, since 2026-02-04T12:00:00Z", Position: "p:1:1",
				Arm: handoff.Arm{Experiment: "holdout", Arm: "held_out", At: noon.AddDate(0, -1, 0), Salt: "holdout", Propensity: 77, HeldOut: true}}},
		{"sticky treated", "a share that grows holds out nobody who was treated", holdout(10_000), []handoff.Arm{old("holdout", "treated", "holdout")},
			handoff.Side{Of: lead, Holdout: true, Sequence: "", Text: "stays on arm treated, since 2026-02-04T12:00:00Z", Position: "p:1:1",
				Arm: handoff.Arm{Experiment: "holdout", Arm: "treated", At: noon.AddDate(0, -1, 0), Salt: "holdout", Propensity: 77, HeldOut: false}}},
		{"fresh", "what was does not matter", func() Experiment { e := halves("x"); e.Fresh = true; return e }(), []handoff.Arm{old("x", "b", "x")},
			handoff.Side{Of: lead, Holdout: false, Sequence: "short", Text: "arm a: bucket 1335 of 10,000", Position: "",
				Arm: handoff.Arm{Experiment: "x", Arm: "a", At: noon, Salt: "x", Propensity: 5000, HeldOut: false}}},
		{"fresh, and on the same", "it has been on it since then, so that asking again changes nothing", func() Experiment { e := halves("x"); e.Fresh = true; return e }(),
			[]handoff.Arm{{Experiment: "x", Arm: "a", At: noon.AddDate(0, -1, 0), Salt: "x", Propensity: 5000}},
			handoff.Side{Of: lead, Sequence: "short", Text: "arm a: bucket 1335 of 10,000",
				Arm: handoff.Arm{Experiment: "x", Arm: "a", At: noon.AddDate(0, -1, 0), Salt: "x", Propensity: 5000}}},
		{"another salt", "everybody is assigned anew", func() Experiment { e := halves("x"); e.Salt = "new"; return e }(), []handoff.Arm{old("x", "a", "x")},
			handoff.Side{Of: lead, Holdout: false, Sequence: "", Text: "arm b: bucket 8776 of 10,000", Position: "",
				Arm: handoff.Arm{Experiment: "x", Arm: "b", At: noon, Salt: "new", Propensity: 5000, HeldOut: false}}},
		{"an arm that is gone", "it is assigned anew", halves("x"), []handoff.Arm{old("x", "c", "x")},
			handoff.Side{Of: lead, Holdout: false, Sequence: "short", Text: "arm a: bucket 1335 of 10,000", Position: "",
				Arm: handoff.Arm{Experiment: "x", Arm: "a", At: noon, Salt: "x", Propensity: 5000, HeldOut: false}}},
		{"another experiment", "what it remembers of others does not matter", halves("x"), []handoff.Arm{old("y", "b", "x")},
			handoff.Side{Of: lead, Holdout: false, Sequence: "short", Text: "arm a: bucket 1335 of 10,000", Position: "",
				Arm: handoff.Arm{Experiment: "x", Arm: "a", At: noon, Salt: "x", Propensity: 5000, HeldOut: false}}},
		{"an arm once a holdout", "what held out is no arm of that name", Experiment{ID: "x", Arms: []Arm{{ID: "held_out", Share: 10_000}}}, []handoff.Arm{old("x", "held_out", "x")},
			handoff.Side{Of: lead, Holdout: false, Sequence: "", Text: "arm held_out: bucket 1335 of 10,000", Position: "",
				Arm: handoff.Arm{Experiment: "x", Arm: "held_out", At: noon, Salt: "x", Propensity: 10000, HeldOut: false}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := newExperiments(t, tt.experiment)
			got := sidesOf(t, x, "L1", tt.remembered...)
			if diff := gocmp.Diff([]handoff.Side{tt.want}, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// population is how many ids a property is tried on.
const population = 100_000

func ids(yield func(string) bool) {
	for i := range population {
		if !yield("lead-" + strconv.Itoa(i)) {
			return
		}
	}
}

// within4Sigma fails where a count of the population is further from its share than four standard deviations.
func within4Sigma(t *testing.T, what string, n, of int, share float64) {
	t.Helper()
	want := float64(of) * share
	if off := math.Abs(float64(n) - want); off > 4*math.Sqrt(want*(1-share)) {
		t.Errorf("%s: %d of %d, want %.0f: it is %.1f off", what, n, of, want, off)
	}
}

func TestExperiments_Shares(t *testing.T) {
	for _, hash := range []Hash{HashSHA256, HashGrowthBook, HashUnleash} {
		e := Experiment{ID: "x", Hash: hash, Arms: []Arm{{ID: "a", Share: 100}, {ID: "b", Share: 2500}, {ID: "c", Share: 5000}}}
		x, n := newExperiments(t, e), map[string]int{}
		for id := range ids {
			n[armOf(t, x, "x", id)]++
		}
		for arm, share := range map[string]float64{"a": 0.01, "b": 0.25, "c": 0.5, "": 0.24} {
			within4Sigma(t, string(hash)+" "+arm, n[arm], population, share)
		}
	}
}

// TestExperiments_SaltsAreIndependent: the chi-square of the 2x2 table of two experiments with salts of their own stays below
// 10.83, which it exceeds once in a thousand by chance; of one salt it is the size of the population.
func TestExperiments_SaltsAreIndependent(t *testing.T) {
	chi := func(first, second Experiment) float64 {
		x, n := newExperiments(t, first, second), map[[2]string]float64{}
		for id := range ids {
			sides := sidesOf(t, x, id)
			n[[2]string{sides[0].Arm.Arm, sides[1].Arm.Arm}]++
		}
		aa, ab, ba, bb := n[[2]string{"a", "a"}], n[[2]string{"a", "b"}], n[[2]string{"b", "a"}], n[[2]string{"b", "b"}]
		d := aa*bb - ab*ba
		return population * d * d / ((aa + ab) * (ba + bb) * (aa + ba) * (ab + bb))
	}
	if got := chi(halves("x"), halves("y")); got > 10.83 {
		t.Errorf("two salts: chi-square %.2f", got)
	}
	same := halves("y")
	same.Salt = "x"
	if got := chi(halves("x"), same); got != population {
		t.Errorf("one salt: chi-square %.2f: the test sees no dependence", got)
	}
}

// TestExperiments_LayersExclude: nobody is in two experiments of a layer, each has its range of all, and inside of it the arms
// are independent of the layer.
func TestExperiments_LayersExclude(t *testing.T) {
	first, second, beside := halves("x"), halves("y"), halves("z")
	first.Layer, second.Layer = Layer{"inbound", 0, 3000}, Layer{"inbound", 3000, 9000}
	x, n := newExperiments(t, first, second, beside), map[string]int{}
	for id := range ids {
		in := 0
		for _, side := range sidesOf(t, x, id) {
			n[side.Experiment+side.Arm.Arm]++
			if side.Experiment != "z" {
				in++
			}
		}
		if in > 1 {
			t.Fatalf("%s is in %d experiments of one layer", id, in)
		}
	}
	for name, share := range map[string]float64{"xa": 0.15, "xb": 0.15, "ya": 0.3, "yb": 0.3, "za": 0.5, "zb": 0.5} {
		within4Sigma(t, name, n[name], population, share)
	}
}

// TestExperiments_RaisedShare: a holdout that grows keeps whom it held out, and the last arm whom it had.
func TestExperiments_RaisedShare(t *testing.T) {
	grown := func(last int64) *Experiments {
		return newExperiments(t, Experiment{ID: "h", HoldOut: last}, Experiment{ID: "x", Arms: []Arm{{ID: "a", Share: 1000}, {ID: "b", Share: last}}})
	}
	small, large := grown(500), grown(1000)
	moved := 0
	for id := range ids {
		for _, was := range sidesOf(t, small, id) {
			now := armOf(t, large, was.Experiment, id)
			if was.Arm.Arm != ArmTreated && now != was.Arm.Arm {
				t.Fatalf("%s was on %s, and is on %q of the larger %s", id, was.Arm.Arm, now, was.Experiment)
			}
			if was.Arm.Arm != now {
				moved++
			}
		}
	}
	within4Sigma(t, "treated who are held out now", moved, population, 0.05)
}

func FuzzExperiments(f *testing.F) {
	f.Add([]byte("abcdefgh"), "L1")
	f.Add([]byte{1, 0, 5, 0, 0, 2, 9, 1, 1, 1, 3, 3, 0, 2, 50, 50}, "")
	f.Fuzz(func(t *testing.T, data []byte, id string) {
		next := func() int64 {
			if len(data) == 0 {
				return 0
			}
			b := data[0]
			data = data[1:]
			return int64(b)
		}
		var list []Experiment
		for len(data) > 0 && len(list) < 8 {
			e := Experiment{ID: strconv.FormatInt(next()%9, 10), Hash: append(Hashes(), "", "md5")[next()%6], Salt: []string{"", "s"}[next()%2], Fresh: next()%2 == 0}
			if next()%2 == 0 {
				from := next() * 100
				e.Layer = Layer{[]string{"l", "m", ""}[next()%3], from, from + next()*100}
			}
			if e.HoldOut = next()%3*next()*50 - 100; e.HoldOut <= 0 {
				e.HoldOut = min(e.HoldOut, 0) * (next() % 2)
				for range next() % 4 {
					e.Arms = append(e.Arms, Arm{ID: strconv.FormatInt(next()%5, 10), Share: next() * 100, Sequence: []string{"", "s"}[next()%2]})
				}
			}
			e.From.Day, e.Until.Day = int(next()%3), int(next()%3)
			list = append(list, e)
		}
		x, err := NewExperiments(nil, list)
		if err != nil {
			return
		}
		_ = x.Check([]handoff.Play{{ID: "demo"}})
		seen, layers := map[string]bool{}, map[string]bool{}
		for _, side := range sidesOf(t, x, id) {
			if id == "" || seen[side.Experiment] {
				t.Fatalf("%q is twice on an arm of %s", id, side.Experiment)
			}
			seen[side.Experiment] = true
			layer := list[slices.IndexFunc(list, func(e Experiment) bool { return e.ID == side.Experiment })].Layer.Name
			if layer != "" && layers[layer] {
				t.Fatalf("%q is in two experiments of layer %s", id, layer)
			}
			layers[layer] = true
			if side.Propensity < 0 || side.Propensity > buckets || side.Holdout && side.Sequence != "" {
				t.Fatalf("%+v", side)
			}
		}
	})
}

// BenchmarkArms measures three experiments that cover a record.
func BenchmarkArms(b *testing.B) {
	layered := halves("y")
	layered.Layer = Layer{"inbound", 0, 10_000}
	x := newExperiments(b, Experiment{ID: "h", HoldOut: 500}, halves("x"), layered)
	f, play := handoff.Facts{At: noon, Subject: handoff.Ref{Kind: handoff.KindLead, ID: "L1"}}, handoff.Play{ID: "demo"}
	for b.Loop() {
		if len(x.Arms(&f, &play)) != 3 {
			b.Fatal("they do not all cover it")
		}
	}
}

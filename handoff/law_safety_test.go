package handoff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

func TestLaw07_UnknownFailsClosed(t *testing.T) {
	unknown := func(path string) handoff.Condition {
		return rule{path, func(*handoff.Facts) handoff.Truth { return handoff.Unknown }}
	}
	gate := func(c handoff.Condition) func(*handoff.Config) {
		return func(c2 *handoff.Config) { c2.Gates = []handoff.Gate{{ID: "gate", Require: c, Reason: "needs it"}} }
	}
	play := func(c handoff.Condition) func(*handoff.Config) {
		return func(c2 *handoff.Config) { c2.Plays[0].When = c }
	}
	found := rule{"match.account", func(f *handoff.Facts) handoff.Truth {
		if f.Match == nil || f.Match.Account.Verdict == "" {
			return handoff.Unknown
		}
		return handoff.TruthOf(f.Match.Account.Verdict == handoff.Matched)
	}}
	hold := func(h handoff.ActiveHold) func(*handoff.Config) {
		return func(c *handoff.Config) {
			c.Suppressor = handoff.SuppressorFunc(func(_ *handoff.Facts, _ *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
				return append(dst, h)
			})
		}
	}
	only := func(c *handoff.Config) { c.Plays = c.Plays[:1] }
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		want         handoff.Verdict
		id           string
		unknown      []string
	}{
		{"open gate", "the yardstick: true passes", gate(always(handoff.True)), handoff.VerdictEnrolled, "gate", nil},
		{"closed gate", "false does not pass, and nothing is unknown", gate(always(handoff.False)), handoff.VerdictIneligible, "gate", nil},
		{"unknown gate", "unknown does not pass", gate(unknown("lead.role")), handoff.VerdictIncomplete, "gate", []string{"lead.role"}},
		{"gate on a match", "where nobody looked nobody knows whether there is one", gate(found), handoff.VerdictIncomplete, "gate", []string{"match.account"}},
		{"gate on no match", "nor that there is none", gate(not(found)), handoff.VerdictIncomplete, "gate", []string{"match.account"}},
		{"matching play", "the yardstick: true matches", play(always(handoff.True)), handoff.VerdictEnrolled, "gate", nil},
		{"other play", "false does not match", play(always(handoff.False)), handoff.VerdictNoPlay, "demo-enterprise", nil},
		{"unknown play", "unknown does not match", play(unknown("account.tier")), handoff.VerdictIncomplete, "demo-enterprise", []string{"account.tier"}},
		{"hold", "what the suppressor lists blocks", hold(handoff.ActiveHold{ID: "h"}), handoff.VerdictHeld, "h", nil},
		{"unknown hold", "and so does a hold that holds because a fact is unknown", hold(handoff.ActiveHold{ID: "h", Unknown: []string{"account.csm"}}),
			handoff.VerdictHeld, "h", []string{"account.csm"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t, only, tt.edit), now, demo())
			if d.Verdict != tt.want {
				t.Errorf("got %s, want %s: %s", d.Verdict, tt.want, tt.reason)
			}
			var got []string
			for _, r := range reasonFor(d, tt.id) {
				got = append(got, r.Unknown...)
			}
			if diff := cmp.Diff(tt.unknown, got); diff != "" {
				t.Errorf("unknown facts (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLaw07_AMatchIsOfTheLeadAlone asks conditions about the people of an account: of whom nobody looked nobody knows, whoever
// was matched beside them.
func TestLaw07_AMatchIsOfTheLeadAlone(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		lead         string
		want         map[string]bool // for whom somebody looked
	}{
		{"somebody else", "the match is of none of the people", "L9", map[string]bool{"P1": false, "P2": false, "P3": false}},
		{"one of them", "it is that one's, and nobody's after it", "P2", map[string]bool{"P1": false, "P2": true, "P3": false}},
		{"nobody", "no lead was matched", "", map[string]bool{"P1": false, "P2": false, "P3": false}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			looked := map[string]bool{}
			e := compile(t, crowded, func(c *handoff.Config) {
				for i := range c.Plays {
					if c.Plays[i].People.AtMost > 0 {
						c.Plays[i].People.Who = rule{"match.account", func(f *handoff.Facts) handoff.Truth {
							looked[f.Lead.ID] = f.Match != nil
							return handoff.TruthOf(f.Match != nil)
						}}
					}
				}
			})
			decide(t, e, now, engaged([]handoff.Lead{member("P1", "vp"), member("P2", "vp"), member("P3", "vp")}, func(r *handoff.Request) {
				if r.Lead.ID = tt.lead; tt.lead != "" {
					r.Match = matched(14_200_000)
				}
			}))
			if diff := cmp.Diff(tt.want, looked); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestLaw07_NoWinnerHasAnUnknown says it of whole decisions.
func TestLaw07_NoWinnerHasAnUnknown(t *testing.T) {
	properties(t, func(t *testing.T, e *handoff.Engine, _ generator, r handoff.Request) {
		d := decide(t, e, now, r)
		for _, reason := range d.Reasons {
			people := reason.Code == handoff.CodePeople || reason.Code == handoff.CodeBlocked // who is not picked, because of it
			if reason.Play == d.Play && d.Owner != "" && len(reason.Unknown) > 0 && !people && !slices.ContainsFunc(d.Cause.Triggers, func(id string) bool { return id != d.Trigger }) {
				t.Errorf("%s won although %v is unknown", d.Play, reason.Unknown)
			}
		}
		if d.Verdict == handoff.VerdictIncomplete && !slices.ContainsFunc(d.Reasons, func(r handoff.Reason) bool { return len(r.Unknown) > 0 }) {
			t.Errorf("is incomplete and does not say what is unknown")
		}
	})
}

// mayReach is the dumb twin of the rule for consent to a sale: nobody who is marked is reached; a grant opens unless a refusal
// is as late, and after one only a yes does; silence opens what the policy says.
func mayReach(c handoff.Config, s handoff.State, who handoff.Lead, channel handoff.Channel, at time.Time) bool {
	if channel == handoff.ChannelTask {
		return true
	}
	marked := slices.ContainsFunc(who.Flags, func(f handoff.Flag) bool {
		return f.Word == handoff.FlagDoNotContact && !f.Since.After(at) && (f.Until.IsZero() || f.Until.After(at))
	})
	if who.ID == "" || marked {
		return false
	}
	record, _ := s[who.Ref()].Value.(handoff.Record)
	open, lastNo := slices.Contains(c.OptOut, channel), time.Time{}
	about := slices.DeleteFunc(slices.Concat(who.Consent, record.Consent), func(e handoff.Consent) bool {
		return e.Channel != channel || e.Purpose != "" && e.Purpose != handoff.PurposeSales
	})
	no := func(e handoff.Consent) bool {
		return e.Status == handoff.ConsentDenied || !e.RevokedAt.IsZero() && !e.RevokedAt.After(at)
	}
	for _, e := range about {
		if no(e) {
			open = false
			for _, t := range []time.Time{e.At, e.RevokedAt} {
				if t.After(lastNo) {
					lastNo = t
				}
			}
		}
	}
	for _, e := range about {
		yes := !no(e) && !e.At.After(at) && (e.Until.IsZero() || e.Until.After(at))
		express := e.Basis == "" || e.Basis == handoff.BasisExpress
		if yes && (lastNo.IsZero() || express && e.At.After(lastNo)) {
			open = true
		}
	}
	return open
}

// reached returns the lead that a play reaches as a person of the request: one of the account's people where the play picks
// them.
func reached(r handoff.Request, play string, person handoff.Ref) handoff.Lead {
	if strings.HasPrefix(play, "rally") {
		i := slices.IndexFunc(r.People, func(l handoff.Lead) bool { return l.Ref() == person })
		return r.People[i]
	}
	return r.Lead
}

func TestLaw08_NoStepOnABlockedChannel(t *testing.T) {
	enrolled, skipped, people := 0, 0, 0
	properties(t, func(t *testing.T, e *handoff.Engine, _ generator, r handoff.Request) {
		d := decide(t, e, now, r)
		for _, enroll := range effects[handoff.Enroll](d) {
			enrolled++
			who := reached(r, d.Play, enroll.Person)
			for _, s := range enroll.Steps {
				if !mayReach(acme(), r.State, who, s.Do, at(enroll, s)) {
					t.Errorf("%s holds a step by %s, which is blocked", enroll.Sequence, s.Do)
				}
			}
			for _, s := range enroll.Skipped {
				skipped++
				if mayReach(acme(), r.State, who, s.Do, at(enroll, s)) {
					t.Errorf("%s leaves out a step by %s, which is allowed", enroll.Sequence, s.Do)
				}
			}
		}
		c, attached := d.Context()
		if !attached {
			return
		}
		reads := map[handoff.Ref][]handoff.Channel{}
		if !strings.HasPrefix(d.Play, "rally") {
			reads[r.Lead.Ref()] = c.Channels
		}
		for _, p := range c.People {
			people++
			reads[p.Lead] = p.Channels
		}
		for person, channels := range reads {
			for _, channel := range handoff.Channels() {
				if want := mayReach(acme(), r.State, reached(r, d.Play, person), channel, now); slices.Contains(channels, channel) != want {
					t.Errorf("the rep reads that %s may be used for %s: %t, want %t", channel, person, !want, want)
				}
			}
		}
	})
	if enrolled < 20 || skipped < 5 || people < 20 {
		t.Errorf("%d enrolments with %d blocked steps, and %d people, are too few to say that the law holds", enrolled, skipped, people)
	}
}

// at returns when a step is planned.
func at(e handoff.Enroll, s handoff.Step) time.Time {
	from := e.At
	if !e.Starts.IsZero() {
		from = e.Starts
	}
	return acme().Zone.AddDays(from, s.Day)
}

// TestLaw08_NeverTwoExclusiveSequences lives through forty days of signals and activities, and looks after each.
func TestLaw08_NeverTwoExclusiveSequences(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
	}{
		{"exclusive", "some run beside others, and some do not", func(*handoff.Config) {}},
		{"alone", "the sequence of those who asked for a price runs beside no other, and makes no room", func(c *handoff.Config) {
			c.Sequences[2].Exclusive = handoff.Alone
			for i := range c.Plays {
				c.Plays[i].Supersedes = nil
			}
		}},
		{"experiments", "variants run beside others as the plays' own sequences do", splits},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, crowded, tt.edit)
			refused, picked := 0, 0
			for seed := range 25 {
				r, p, _ := liveThrough(t, e, seed)
				refused, picked = refused+r, picked+p
			}
			if refused < 20 || picked < 40 {
				t.Errorf("%d refusals and %d picked people are too few to say that the law holds: %s", refused, picked, tt.reason)
			}
		})
	}
}

// liveThrough returns how many signals were refused by what runs, how many people were picked, and what is remembered in the end.
func liveThrough(t *testing.T, e *handoff.Engine, seed int) (refused, picked int, state handoff.State) {
	g := generate(seed)
	state = handoff.State{}
	for i := range 40 {
		r := g.request(e)
		r.State = state
		for j := range r.Triggers {
			r.Triggers[j].ID += fmt.Sprint("-", i)
		}
		at := now.Add(time.Duration(i) * hour)
		r = fill(e, at, r)
		d := decide(t, e, at, r)
		if g.chance(3) {
			var err error
			a := g.activity(fmt.Sprint("a", i), at, r)
			r = fillActivity(e, at, r, a)
			if d, err = e.Observe(at, r, a); err != nil {
				t.Fatal(err)
			}
		}
		state = handoff.Apply(r.State, d.Effects)
		changesGuarded(t, r.State, state, d)
		if d.Verdict == handoff.VerdictHeld && d.Play != "" {
			refused++
		}
		if strings.HasPrefix(d.Play, "rally") {
			picked += len(effects[handoff.Enroll](d))
		}
		if t.Failed() || !alone(t, state) || !balanced(t, state) || !listed(t, state) {
			t.Fatalf("seed %d, decision %d", seed, i)
		}
	}
	return refused, picked, state
}

// alone reports whether what runs for each person may run together, and is remembered by the person's own record.
func alone(t *testing.T, state handoff.State) bool {
	running := map[handoff.Ref]map[handoff.Exclusivity]int{}
	for key, entry := range state {
		record, _ := entry.Value.(handoff.Record)
		for _, run := range record.Enrollments {
			if run.Person.IsZero() {
				continue
			}
			if running[run.Person] == nil {
				running[run.Person] = map[handoff.Exclusivity]int{}
			}
			running[run.Person][run.Exclusive]++
			if run.Person != key {
				t.Errorf("%s remembers what runs for %s", key, run.Person)
			}
		}
	}
	for person, n := range running {
		all := n[handoff.NotExclusive] + n[handoff.Exclusive] + n[handoff.Alone]
		if n[handoff.Exclusive] > 1 || n[handoff.Alone] > 0 && all > 1 {
			t.Errorf("%s is in %v sequences", person, n)
		}
	}
	return !t.Failed()
}

// listed reports whether accounts list the runs that name them, or one that has merged into them, and no others.
func listed(t *testing.T, state handoff.State) bool {
	name := func(account, person handoff.Ref, sequence string) string {
		return fmt.Sprint(account, " ", person, " ", sequence)
	}
	var runs, lists []string
	for key, entry := range state {
		record, _ := entry.Value.(handoff.Record)
		for _, e := range record.Enrollments {
			if !e.Account.IsZero() && !e.Person.IsZero() {
				account := e.Account
				for into := account; !into.IsZero(); into = recordAt(state, into).Merged {
					account = into
				}
				runs = append(runs, name(account, e.Person, e.Sequence))
			}
		}
		for _, a := range record.Active {
			lists = append(lists, name(key, a.Person, a.Sequence))
		}
	}
	slices.Sort(runs)
	slices.Sort(lists)
	if diff := cmp.Diff(runs, lists); diff != "" {
		t.Errorf("accounts list other runs than there are (-runs +listed):\n%s", diff)
	}
	return !t.Failed()
}

// balanced reports whether the open work of each rep is that of the records that are open work of it, and whether each run has a
// room of its own in tallies.
func balanced(t *testing.T, state handoff.State) bool {
	loads := map[string]int64{}
	for _, entry := range state {
		if record, ok := entry.Value.(handoff.Record); ok && record.Load.Rep != "" {
			loads[record.Load.Rep] += record.Load.Units
		}
	}
	named := map[string]string{}
	for key, entry := range state {
		record, _ := entry.Value.(handoff.Record)
		for _, e := range record.Enrollments {
			id, run := e.ID, key.String()+" "+e.Sequence
			if id == "" {
				id = key.String() + "/" + e.Sequence
			}
			if other, taken := named[id]; taken && len(e.Tallies) > 0 {
				t.Errorf("%s and %s are both %s in tallies", run, other, id)
			}
			named[id] = run
		}
	}
	for key, entry := range state {
		if rep, ok := entry.Value.(handoff.Rep); ok && rep.Load != loads[rep.ID] {
			t.Errorf("%s has %d units of open work, and its records come to %d", key, rep.Load, loads[rep.ID])
		}
	}
	return !t.Failed()
}

func TestLaw10_InputsAreNotMutatedNorShared(t *testing.T) {
	activity := handoff.Activity{ID: "a", Kind: handoff.ActivityWon, At: now}
	for _, call := range []struct {
		name string
		ask  func(*handoff.Engine, handoff.Request) (handoff.Decision, error)
	}{
		{"decide", func(e *handoff.Engine, r handoff.Request) (handoff.Decision, error) { return e.Decide(now, r) }},
		{"explain", func(e *handoff.Engine, r handoff.Request) (handoff.Decision, error) {
			x, err := e.Explain(now, r)
			return x.Decision, err
		}},
		{"observe", func(e *handoff.Engine, r handoff.Request) (handoff.Decision, error) {
			return e.Observe(now, r, activity)
		}},
		{"sweep", func(e *handoff.Engine, r handoff.Request) (handoff.Decision, error) { return e.Sweep(now, r) }},
	} {
		t.Run(call.name, func(t *testing.T) {
			properties(t, func(t *testing.T, e *handoff.Engine, g generator, r handoff.Request) {
				r = g.shuffle(r) // so that an order made in place shows
				before := encode(t, r)
				d, err := call.ask(e, r)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(split(before), split(encode(t, r))); diff != "" {
					t.Fatalf("the request changed:\n%s", diff)
				}
				want := encode(t, d)
				scribble(&r)
				if diff := cmp.Diff(split(want), split(encode(t, d))); diff != "" {
					t.Errorf("the decision shares memory with the request:\n%s", diff)
				}
			})
		})
	}
}

func TestLaw10_ApplyNeitherMutatesNorShares(t *testing.T) {
	properties(t, func(t *testing.T, e *handoff.Engine, _ generator, r handoff.Request) {
		d := decide(t, e, now, r)
		state, list := encode(t, r.State), encode(t, d.Effects)
		next := handoff.Apply(r.State, d.Effects)
		if got := encode(t, r.State); got != state {
			t.Fatalf("the State changed:\n%s", cmp.Diff(split(state), split(got)))
		}
		if got := encode(t, d.Effects); got != list {
			t.Fatalf("the effects changed:\n%s", cmp.Diff(split(list), split(got)))
		}
		want := encode(t, next)
		scribble(&d)
		if got := encode(t, next); got != want {
			t.Errorf("the next State shares memory with the effects:\n%s", cmp.Diff(split(want), split(got)))
		}
	})
}

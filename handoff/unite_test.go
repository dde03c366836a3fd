package handoff_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// aboutLead is a request about a lead of no account.
func aboutLead(id string, edits ...func(*handoff.Request)) handoff.Request {
	return demo(append([]func(*handoff.Request){func(r *handoff.Request) {
		r.Subject, r.Lead.ID, r.Lead.Account, r.Account, r.Triggers = lead(id), id, "", handoff.Account{}, nil
	}}, edits...)...)
}

func joins(id string, from, into handoff.Ref) (handoff.Ref, handoff.Activity) {
	return from, handoff.Activity{ID: id, Kind: handoff.ActivityMerged, At: now, Into: into}
}

func parts(id string, from, into handoff.Ref) (handoff.Ref, handoff.Activity) {
	return from, handoff.Activity{ID: id, Kind: handoff.ActivityUnmerged, At: now, Into: into}
}

// saidOf observes an activity about a lead, checks that whatever changes is guarded, and keeps it.
func saidOf(t *testing.T, e *handoff.Engine, state handoff.State) func(handoff.Ref, handoff.Activity) (handoff.Decision, handoff.State) {
	return func(subject handoff.Ref, a handoff.Activity) (handoff.Decision, handoff.State) {
		t.Helper()
		r := fillActivity(e, now, aboutLead(subject.ID, func(r *handoff.Request) { r.State = state }), a)
		d, err := e.Observe(now, r, a)
		if err != nil {
			t.Fatal(err)
		}
		next := handoff.Apply(r.State, d.Effects)
		changesGuarded(t, r.State, next, d)
		return d, next
	}
}

// changesGuarded checks that a decision guards every entry that it changes, those among them that no effect names.
func changesGuarded(t *testing.T, before, after handoff.State, d handoff.Decision) {
	t.Helper()
	for key, entry := range after {
		if entry.Version != before[key].Version && !slices.ContainsFunc(d.Guards, func(g handoff.Guard) bool { return g.Key == key }) {
			t.Errorf("%s changes %s without a guard", d.Cause, key)
		}
	}
	read := handoff.State{}
	for _, g := range d.Guards {
		read[g.Key] = before[g.Key]
	}
	for key, entry := range handoff.Apply(read, d.Effects) {
		if entry.Version != before[key].Version && !cmp.Equal(after[key], entry) {
			t.Errorf("%s changes %s in another way where a host loads what is guarded alone:\n%s", d.Cause, key, cmp.Diff(after[key], entry))
		}
	}
}

func TestMerged_Observed(t *testing.T) {
	l2, l3 := lead("L2"), lead("L3")
	record := handoff.EffectRecordActivity
	of := func(subject handoff.Ref, a handoff.Activity) func() (handoff.Ref, handoff.Activity) {
		return func() (handoff.Ref, handoff.Activity) { return subject, a }
	}
	apart := append([]handoff.Effect{}, merged(l2, l1), handoff.SplitRecords{From: l2, Into: l1, At: now},
		handoff.RecordActivity{Subject: l2, ActivityRef: handoff.ActivityRef{ID: "u", Kind: handoff.ActivityUnmerged, At: later, Into: l1}})
	for _, tt := range []struct {
		name, reason string
		before       []handoff.Effect
		tell         func() (handoff.Ref, handoff.Activity)
		subject      handoff.Ref
		kinds        []handoff.EffectKind
		homes        map[string]string // where records live on afterwards
	}{
		{"two records", "the subject lives on in the other", nil, of(joins("a", l2, l1)), l2, []handoff.EffectKind{record, handoff.EffectMergeRecords}, map[string]string{"L2": "L1"}},
		{"again, by another activity", "nothing is new", []handoff.Effect{merged(l2, l1)}, of(joins("a", l2, l1)), l1, []handoff.EffectKind{record}, map[string]string{"L2": "L1"}},
		{"into a third", "what it lives on in merges too", []handoff.Effect{merged(l2, l1)}, of(joins("a", l2, l3)), l1, []handoff.EffectKind{record, handoff.EffectMergeRecords}, map[string]string{"L1": "L3"}},
		{"into one that has merged", "it lives on where that one does", []handoff.Effect{merged(l2, l3)}, of(joins("a", l1, l2)), l1, []handoff.EffectKind{record, handoff.EffectMergeRecords}, map[string]string{"L1": "L3"}},
		{"two of one survivor", "they are one already", []handoff.Effect{merged(l2, l1), merged(l3, l1)}, of(joins("a", l2, l3)), l1, []handoff.EffectKind{record}, map[string]string{"L2": "L1", "L3": "L1"}},
		{"back", "the other one comes back in its own place", []handoff.Effect{merged(l2, l1)}, of(joins("a", l1, l2)), l1, []handoff.EffectKind{record, handoff.EffectMergeRecords}, map[string]string{"L1": "L2", "L2": ""}},
		{"late, after it came out", "what is newer is not undone", apart, of(joins("a", l2, l1)), l2, []handoff.EffectKind{record}, map[string]string{"L2": ""}},
		{"out", "it is a record of its own", []handoff.Effect{merged(l2, l1)}, of(parts("a", l2, l1)), l1, []handoff.EffectKind{record, handoff.EffectSplitRecords}, map[string]string{"L2": ""}},
		{"out of the end of a chain", "it lived there", []handoff.Effect{merged(l2, l3), merged(l3, l1)}, of(parts("a", l2, l1)), l1, []handoff.EffectKind{record, handoff.EffectSplitRecords}, map[string]string{"L2": "", "L3": "L1"}},
		{"out of another", "it never was there", []handoff.Effect{merged(l2, l1)}, of(parts("a", l2, l3)), l1, []handoff.EffectKind{record}, map[string]string{"L2": "L1"}},
		{"out of nowhere", "it has not merged", nil, of(parts("a", l2, l1)), l2, []handoff.EffectKind{record}, map[string]string{"L2": ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t)
			d, state := saidOf(t, e, handoff.Apply(nil, tt.before))(tt.tell())
			if d.Verdict != handoff.VerdictObserved || d.Subject != tt.subject {
				t.Errorf("%s is %s, want %s: %s", d.Subject, d.Verdict, tt.subject, tt.reason)
			}
			if diff := cmp.Diff(tt.kinds, kindsOf(d)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			for id, want := range tt.homes {
				if got := recordAt(state, lead(id)).Merged.ID; got != want {
					t.Errorf("%s lives on in %q, want %q: %s", id, got, want, tt.reason)
				}
			}
			again, _ := saidOf(t, e, state)(tt.tell())
			if again.Verdict != handoff.VerdictDuplicate || len(again.Effects) > 0 {
				t.Errorf("told again it is %s, and changes %v", again.Verdict, again.Effects)
			}
		})
	}
}

func TestMerged_Refused(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		activity     handoff.Activity
	}{
		{"into nothing", "nobody knows where it lives on", handoff.Activity{ID: "a", Kind: handoff.ActivityMerged, At: now}},
		{"into itself", "that is no merge", handoff.Activity{ID: "a", Kind: handoff.ActivityMerged, At: now, Into: l1}},
		{"into an account", "a person is no company", handoff.Activity{ID: "a", Kind: handoff.ActivityMerged, At: now, Into: account("A1")}},
		{"a reply into something", "only these two kinds name another record", handoff.Activity{ID: "a", Kind: handoff.ActivityReply, At: now, Into: lead("L2")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t)
			_, err := e.Observe(now, fill(e, now, aboutLead("L1")), tt.activity)
			var input *handoff.InputError
			if !errors.As(err, &input) || input.Path != "activity.into" {
				t.Errorf("got %v: %s", err, tt.reason)
			}
		})
	}
}

// TestMerged_NeedsWhatItChanges merges a lead with open work and a run that an account lists and a tally keeps room for.
func TestMerged_NeedsWhatItChanges(t *testing.T) {
	e := compile(t)
	stored := after(enrolls("L2", "s", handoff.Exclusive, now), enrolls("L1", "r", handoff.Exclusive, earlier),
		[]handoff.Effect{handoff.MoveLoad{Subject: lead("L2"), Rep: "kim", Units: 2}, handoff.Assign{Subject: l1, To: "lee", At: earlier}})
	_, a := joins("a", lead("L2"), l1)
	r := aboutLead("L2", func(r *handoff.Request) {
		r.State = handoff.State{lead("L2"): stored[lead("L2")]}
	})
	r = fill(e, now, r)
	var missing *handoff.MissingError
	if _, err := e.Observe(now, r, a); !errors.As(err, &missing) || !slices.Contains(missing.Keys, l1) {
		t.Fatalf("without the survivor: %v", err)
	}
	r, err := e.FillActivity(now, aboutLead("L2"), a, func(keys []handoff.Key) (handoff.State, error) {
		s := handoff.State{}
		for _, k := range keys {
			s[k] = stored[k]
		}
		return s, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, state := saidOf(t, e, r.State)(lead("L2"), a)
	if got := planned(state); len(got) != 1 || got[0] != "lead/L1/r" {
		t.Errorf("room is kept for %v", got)
	}
	if rep, _ := state[handoff.RepKey("kim")].Value.(handoff.Rep); rep.Load != 0 {
		t.Errorf("kim still has %d units of work", rep.Load)
	}
	if list := recordAt(state, account("A1")).Active; len(list) != 1 || list[0].Person != l1 {
		t.Errorf("the account lists %v", list)
	}
}

// TestMerged_IsDecidedWhereItLivesOn asks about a record that has merged.
func TestMerged_IsDecidedWhereItLivesOn(t *testing.T) {
	e := compile(t)
	denied := handoff.SetConsent{Subject: l1, Consent: handoff.Consent{Channel: handoff.ChannelEmail, Status: handoff.ConsentDenied, At: earlier}}
	before := handoff.Apply(nil, []handoff.Effect{denied, handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "legal", Until: later, OnRelease: handoff.ReleaseReplay}}, merged(lead("L2"), l1)})
	ask := func(r *handoff.Request) {
		r.State, r.Triggers, r.Account = before, []handoff.Trigger{signal("T1", "demo_request", now)}, handoff.Account{ID: "A1", Employees: handoff.Some[int64](5000)}
	}
	for _, tt := range []struct {
		name, reason string
		at           time.Time
		call         func(time.Time, handoff.Request) (handoff.Decision, error)
		verdict      handoff.Verdict
	}{
		{"decide", "what holds there holds", now, e.Decide, handoff.VerdictHeld},
		{"sweep", "what is due there is due", later, e.Sweep, handoff.VerdictSwept},
		{"permit", "who refused there refused", later, func(at time.Time, r handoff.Request) (handoff.Decision, error) {
			return e.Permit(at, r, mail("M1"))
		}, handoff.VerdictBlockedChannel},
		{"observe", "who replied replied there", now, func(at time.Time, r handoff.Request) (handoff.Decision, error) {
			return e.Observe(at, r, handoff.Activity{ID: "a", Kind: handoff.ActivityReply, At: now})
		}, handoff.VerdictObserved},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := fill(e, tt.at, aboutLead("L2", ask))
			d, err := tt.call(tt.at, r)
			if err != nil {
				t.Fatal(err)
			}
			if d.Subject != l1 || d.Verdict != tt.verdict || !strings.HasPrefix(d.ID, "acme/lead/L1/") {
				t.Errorf("%s is %s, want %s: %s", d.ID, d.Verdict, tt.verdict, tt.reason)
			}
			if !slices.ContainsFunc(d.Guards, func(g handoff.Guard) bool { return g.Key == lead("L2") }) {
				t.Error("nobody guards that it has merged")
			}
			if diff := cmp.Diff(before[lead("L2")], handoff.Apply(r.State, d.Effects)[lead("L2")]); diff != "" {
				t.Errorf("the merged record changes:\n%s", diff)
			}
		})
	}
}

// TestMerged_Account: a lead of an account that has merged is the survivor's.
func TestMerged_Account(t *testing.T) {
	e := compile(t)
	hold := handoff.Hold{Subject: account("A2"), ActiveHold: handoff.ActiveHold{ID: "legal", Until: later, OnRelease: handoff.ReleaseReplay}}
	d := decide(t, e, now, demo(with(hold, merged(account("A1"), account("A2")))))
	if d.Verdict != handoff.VerdictHeld || len(reasonFor(d, "legal")) == 0 {
		t.Errorf("it is %s: what holds the survivor holds its leads", d.Verdict)
	}
}

// TestMerged_People are sent as two, and have become one: what either refused is refused.
func TestMerged_People(t *testing.T) {
	e := compile(t, crowded)
	people := []handoff.Lead{member("P1", "vp"), member("P2", "vp", no(handoff.ChannelEmail)...)}
	for _, tt := range []struct {
		name, reason string
		from, into   handoff.Ref
		want         handoff.Verdict
	}{
		{"apart", "the one who did not refuse is reached", lead("P8"), lead("P9"), handoff.VerdictEnrolled},
		{"who refused lives on in the other", "nobody is reached", lead("P2"), lead("P1"), handoff.VerdictBlockedChannel},
		{"who did not lives on in the other", "nobody is reached", lead("P1"), lead("P2"), handoff.VerdictBlockedChannel},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := decide(t, e, now, engaged(people, with(merged(tt.from, tt.into)))); d.Verdict != tt.want {
				t.Errorf("it is %s, want %s: %s: %v", d.Verdict, tt.want, tt.reason, d.Reasons)
			}
		})
	}
}

// TestMerged_PeopleFlags sends two who have become one: what marks either marks both, and of whom nobody looked nobody knows.
func TestMerged_PeopleFlags(t *testing.T) {
	asks := compile(t, crowded, func(c *handoff.Config) { c.AskFlags = true })
	marked := []handoff.Flag{{Word: handoff.FlagDoNotContact}}
	for _, tt := range []struct {
		name, reason string
		of1, of2     []handoff.Flag
		want         handoff.Verdict
	}{
		{"neither", "the host looked at both", []handoff.Flag{}, []handoff.Flag{}, handoff.VerdictEnrolled},
		{"the one that has merged", "nobody is reached", []handoff.Flag{}, marked, handoff.VerdictBlockedChannel},
		{"the survivor", "nobody is reached", marked, []handoff.Flag{}, handoff.VerdictBlockedChannel},
		{"nobody looked at the one that has merged", "nobody knows", []handoff.Flag{}, nil, handoff.VerdictBlockedChannel},
		{"nobody looked at the survivor", "nobody knows", nil, []handoff.Flag{}, handoff.VerdictBlockedChannel},
	} {
		t.Run(tt.name, func(t *testing.T) {
			people := []handoff.Lead{member("P1", "vp"), member("P2", "vp")}
			people[0].Flags, people[1].Flags = tt.of1, tt.of2
			if d := decide(t, asks, now, engaged(people, with(merged(lead("P2"), lead("P1"))))); d.Verdict != tt.want {
				t.Errorf("it is %s, want %s: %s: %v", d.Verdict, tt.want, tt.reason, d.Reasons)
			}
		})
	}
}

// TestMerged_TriggersWaitWhereItLivesOn: what waits is the survivor's, by name.
func TestMerged_TriggersWaitWhereItLivesOn(t *testing.T) {
	e := compile(t, settle(5*time.Minute))
	r := fill(e, now, aboutLead("L2", with(merged(lead("L2"), l1)), func(r *handoff.Request) {
		r.Triggers = []handoff.Trigger{signal("T1", "demo_request", now)}
	}))
	d := decide(t, e, now, r)
	waits := effects[handoff.QueueTrigger](d)
	if len(waits) != 1 || waits[0].Subject != l1 || waits[0].Trigger.Subject != l1 {
		t.Errorf("it is %s, and %+v waits; want one that is the survivor's", d.Verdict, waits)
	}
}

// TestUnmerged_KeepsWhatProtects takes a record out of another one.
func TestUnmerged_KeepsWhatProtects(t *testing.T) {
	l2 := lead("L2")
	denied := consent(handoff.ConsentDenied, earlier)
	list := append(enrolls("L2", "s", handoff.Exclusive, earlier),
		handoff.SetConsent{Subject: l1, Consent: denied},
		handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "legal"}},
		handoff.PauseMarketing{Subject: l1, Pause: handoff.Pause{ID: "p", Scope: []string{"all"}, Until: later}},
		handoff.RecordOutcome{Subject: l2, Outcome: handoff.Outcome{ID: "o", Word: handoff.OutcomeDisqualified, At: earlier}},
		handoff.Exit{Subject: l1, Exited: handoff.Exited{Sequence: "r", Person: l1, At: earlier}},
		handoff.RecordTouch{Subject: l2, TouchRef: handoff.TouchRef{ID: "M1", At: earlier}},
		handoff.RecordActivity{Subject: l2, ActivityRef: handoff.ActivityRef{ID: "a", Kind: handoff.ActivityCall, At: earlier}},
		handoff.Assign{Subject: l2, To: "kim", At: earlier}, handoff.MoveLoad{Subject: l2, Rep: "kim", Units: 1},
		handoff.QueueTrigger{Subject: l2, Queued: queued("T2")}, handoff.StartClock{Subject: l2, Clock: handoff.Clock{ID: "c", Owner: "kim", Start: earlier, Due: later}},
		merged(l2, l1))
	before := handoff.Apply(nil, list)
	got := handoff.Apply(before, []handoff.Effect{handoff.SplitRecords{From: l2, Into: l1, At: later}})
	if diff := cmp.Diff(recordAt(before, l1), recordAt(got, l1)); diff != "" {
		t.Errorf("the survivor changes:\n%s", diff)
	}
	want := handoff.Record{
		Consent: []handoff.Consent{denied}, Holds: []handoff.ActiveHold{{ID: "legal"}}, Pauses: []handoff.Pause{{ID: "p", Scope: []string{"all"}, Until: later}},
		Outcome: handoff.Outcome{ID: "o", Word: handoff.OutcomeDisqualified, At: earlier}, Disqualified: earlier, Exits: []handoff.Exited{{Sequence: "r", Person: l2, At: earlier}},
		Touches: []handoff.TouchRef{{ID: "M1", At: earlier}}, Activities: []handoff.ActivityRef{{ID: "a", Kind: handoff.ActivityCall, At: earlier}},
		Handoff: earlier, Parted: later, Splits: 1,
	}
	if diff := cmp.Diff(want, recordAt(got, l2)); diff != "" {
		t.Errorf("the record that came out (-want +got):\n%s", diff)
	}
	listed(t, got)
	balanced(t, got)
	if diff := cmp.Diff(recordAt(got, l2), recordAt(handoff.Apply(got, []handoff.Effect{handoff.SplitRecords{From: l2, Into: l1, At: later.Add(hour)}}), l2)); diff != "" {
		t.Errorf("a record that has not merged does not come out:\n%s", diff)
	}
	back := handoff.Apply(got, []handoff.Effect{merged(l2, l1)})
	if diff := cmp.Diff(recordAt(before, l1), recordAt(back, l1)); diff != "" {
		t.Errorf("merged again it is as it was (-before +after):\n%s", diff)
	}
}

// TestUnmerged_RunsHaveOtherNames starts the sequence for a record that came out, which runs on for the survivor.
func TestUnmerged_RunsHaveOtherNames(t *testing.T) {
	e := compile(t, func(c *handoff.Config) {
		for i := range c.Sequences {
			c.Sequences[i].Throttle = handoff.Throttle{Active: 5}
		}
	})
	ask := func(id string, state handoff.State) (handoff.Decision, handoff.State) {
		r := fill(e, now, aboutLead("L2", func(r *handoff.Request) {
			r.State, r.Triggers, r.Account = state, []handoff.Trigger{signal(id, "demo_request", now)}, handoff.Account{ID: "A1", Employees: handoff.Some[int64](5000)}
			r.Triggers[0].Asset = id
		}))
		d := decide(t, e, now, r)
		return d, handoff.Apply(r.State, d.Effects)
	}
	_, state := ask("T1", nil)
	_, state = saidOf(t, e, state)(joins("m", lead("L2"), l1))
	_, state = saidOf(t, e, state)(parts("u", lead("L2"), l1))
	d, state := ask("T2", state)
	if d.Verdict != handoff.VerdictEnrolled {
		t.Fatalf("it is %s: %v", d.Verdict, d.Reasons)
	}
	balanced(t, state)
	listed(t, state)
	rooms := map[string]int{}
	for _, entry := range state {
		tally, _ := entry.Value.(handoff.Tally)
		for _, p := range tally.Planned {
			rooms[p.For]++
		}
	}
	want := map[string]int{"lead/L2/ae-fast": 1, "lead/L2/ae-fast/2026-03-04T15:00:00Z": 1}
	if diff := cmp.Diff(want, rooms); diff != "" {
		t.Errorf("each run keeps a room of its own (-want +got):\n%s", diff)
	}
}

// TestForeignMergePointers follows the pointers of merged tickets, and events about them, as another project does.
func TestForeignMergePointers(t *testing.T) {
	path := filepath.Join("..", "..", "shared", "cases", "dedupe_odoo.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no case file at %s: it is not part of the module", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			ID, Op  string
			Merges  [][2]string
			Target  map[string]*string `json:"want_target"`
			EventOn string             `json:"event_on"`
			Handled string             `json:"want_handled_on"`
			Closed  bool               `json:"want_source_stays_closed"`
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, c := range file.Cases {
		if !strings.HasPrefix(c.Op, "merge_pointer") {
			continue
		}
		ran++
		t.Run(c.ID, func(t *testing.T) {
			e, state := compile(t), handoff.State(nil)
			for i, m := range c.Merges {
				_, state = saidOf(t, e, state)(joins(string(rune('m'+i)), lead(m[0]), lead(m[1])))
			}
			wants := map[string]string{}
			for id, into := range c.Target {
				if wants[id] = id; into != nil {
					wants[id] = *into
				}
			}
			if c.EventOn != "" {
				wants[c.EventOn] = c.Handled
			}
			for id, want := range wants {
				d, next := saidOf(t, e, state)(lead(id), handoff.Activity{ID: "event", Kind: handoff.ActivityReply, At: now})
				heard := slices.ContainsFunc(recordAt(next, lead(want)).Activities, func(a handoff.ActivityRef) bool { return a.ID == "event" })
				if d.Subject != lead(want) || !heard {
					t.Errorf("what happens to %s is handled on %s, want %s; it is remembered there: %t", id, d.Subject, want, heard)
				}
				if c.Closed && recordAt(next, lead(id)).Merged.IsZero() {
					t.Errorf("%s lives again", id)
				}
			}
		})
	}
	t.Logf("ran %d cases; none differs from the peer", ran)
	if ran != 4 {
		t.Errorf("there are %d cases, want 4", ran)
	}
}

// TestMerged_SweptAfterwards has a run that a host without the survivor told the merged record.
func TestMerged_SweptAfterwards(t *testing.T) {
	e := compile(t)
	all := after(append(enrolls("L2", "s", handoff.Exclusive, now), merged(lead("L2"), l1)))
	alone := handoff.State{lead("L2"): all[lead("L2")]}
	all[lead("L2")] = handoff.Apply(alone, enrolls("L2", "r", handoff.NotExclusive, now))[lead("L2")]
	for range 2 {
		for _, id := range []string{"L2", "L1"} {
			at := now.Add(hour)
			r := fill(e, at, aboutLead(id, func(r *handoff.Request) { r.State = all }))
			d, err := e.Sweep(at, r)
			if err != nil {
				t.Fatal(err)
			}
			all = handoff.Apply(r.State, d.Effects)
			changesGuarded(t, r.State, all, d)
		}
	}
	if due := recordAt(all, lead("L2")).NextDue(); !due.IsZero() {
		t.Errorf("the merged record is due at %s for ever", due)
	}
	if runs := recordAt(all, l1).Enrollments; len(runs) != 0 {
		t.Errorf("%d sequences run on", len(runs))
	}
}

// TestMerged_InACircle tells a record of a circle that no decision makes: it is handled where it is.
func TestMerged_InACircle(t *testing.T) {
	state := handoff.State{lead("a"): {Version: 1, Value: handoff.Record{Merged: lead("b")}}, lead("b"): {Version: 1, Value: handoff.Record{Merged: lead("a")}},
		lead("c"): {Version: 1, Value: handoff.Record{Merged: lead("a")}}}
	for _, id := range []string{"a", "b", "c"} {
		d, next := saidOf(t, compile(t), state)(lead(id), handoff.Activity{ID: "event", Kind: handoff.ActivityReply, At: now})
		if d.Subject != lead(id) || len(recordAt(next, lead(id)).Activities) != 1 {
			t.Errorf("what happens to %s is handled on %s", id, d.Subject)
		}
	}
}

// TestLaw08_MergedRefusals gives two records evidence, merges them, and asks before and after: what either refused stays refused
// until a yes is given after the merge, and what neither refused is no stricter than both together.
func TestLaw08_MergedRefusals(t *testing.T) {
	e := compile(t)
	asks := func(list []handoff.Consent, p handoff.Purpose, at time.Time) handoff.Verdict {
		return judged(t, e, at, p, list, nil)
	}
	kept, opened := 0, 0
	for seed := range 400 {
		g := generate(seed)
		var of [2][]handoff.Consent
		ends := g.chance(3) // of two grants a record has the later one, though it may end first
		for range 1 + g.IntN(5) {
			side := g.IntN(2)
			of[side] = append(of[side], g.word(ends))
		}
		from, into := lead("L2"), l1
		if g.chance(2) {
			from, into = into, from
		}
		known := g.chance(2) // by the host, not by the State
		var state handoff.State
		for side, subject := range []handoff.Ref{from, into} {
			for _, c := range of[side] {
				if side == 1 || !known {
					state = handoff.Apply(state, []handoff.Effect{handoff.SetConsent{Subject: subject, Consent: c}})
				}
			}
		}
		_, a := joins("m", from, into)
		d := observed(t, e, aboutLead(from.ID, func(r *handoff.Request) {
			if r.State = state; known {
				r.Lead.Consent = of[0]
			}
		}), a, &state)
		var host []handoff.Consent
		if known { // the host unites its records too
			host = of[0]
		}
		for _, purpose := range []handoff.Purpose{handoff.PurposeSales, handoff.PurposeMarketing} {
			refused := false
			for _, list := range of {
				granted := append([]handoff.Consent{word(handoff.ConsentGranted, handoff.BasisInquiry, now.Add(-1000*hour), time.Time{})}, list...)
				refused = refused || asks(granted, purpose, now) != handoff.VerdictPermitted
			}
			both := asks(slices.Concat(of[0], of[1]), purpose, now)
			for _, id := range []string{"L1", "L2"} {
				ask := func(at time.Time, state handoff.State) handoff.Verdict {
					return textTo(t, e, at, id, purpose, host, state)
				}
				got := ask(now, state)
				if refused && got == handoff.VerdictPermitted || !refused && !ends && got != both {
					t.Fatalf("seed %d, %s into %s: %s for %s is %s, refused %t, together %s\n%v\n%v", seed, from, into, id, purpose, got, refused, both, of, d.Effects)
				}
				again := handoff.Apply(state, []handoff.Effect{handoff.SetConsent{Subject: into, Consent: word(handoff.ConsentGranted, "", now.Add(time.Minute), time.Time{})}})
				if ask(later, again) != handoff.VerdictPermitted {
					t.Fatalf("seed %d: a yes that is given after the merge does not open %s for %s", seed, id, purpose)
				}
				if refused && both == handoff.VerdictPermitted {
					kept++
				} else if got == handoff.VerdictPermitted {
					opened++
				}
			}
		}
	}
	if kept < 50 || opened < 50 {
		t.Errorf("%d refusals that a grant of the other would lift and %d open channels are too few to say that the law holds", kept, opened)
	}
}

// observed observes an activity, and keeps what it changes.
func observed(t *testing.T, e *handoff.Engine, r handoff.Request, a handoff.Activity, state *handoff.State) handoff.Decision {
	t.Helper()
	r = fillActivity(e, now, r, a)
	d, err := e.Observe(now, r, a)
	if err != nil {
		t.Fatal(err)
	}
	*state = handoff.Apply(r.State, d.Effects)
	changesGuarded(t, r.State, *state, d)
	return d
}

// textTo is what becomes of a text message to a lead.
func textTo(t *testing.T, e *handoff.Engine, at time.Time, id string, purpose handoff.Purpose, host []handoff.Consent, state handoff.State) handoff.Verdict {
	t.Helper()
	r := aboutLead(id, func(r *handoff.Request) { r.State, r.Lead.Consent = state, host })
	d, _ := permit(t, e, at, r, mail("M", func(m *handoff.Touch) { m.Channel, m.Purpose, m.At = handoff.ChannelSMS, purpose, at }))
	return d.Verdict
}

// TestMerged_Refusals merges a record that refused with one that granted.
func TestMerged_Refusals(t *testing.T) {
	yes, no := word(handoff.ConsentGranted, "", now, time.Time{}), word(handoff.ConsentDenied, "", earlier, time.Time{})
	at := func(c handoff.Consent, at time.Time) handoff.Consent { c.At = at; return c }
	for _, tt := range []struct {
		name, reason string
		one, other   []handoff.Consent
		want         handoff.Verdict
	}{
		{"the other granted later", "it is another one's yes", []handoff.Consent{no}, []handoff.Consent{yes}, handoff.VerdictBlockedChannel},
		{"at one instant", "a refusal wins", []handoff.Consent{at(no, now)}, []handoff.Consent{yes}, handoff.VerdictBlockedChannel},
		{"its own later grant", "it was lifted", []handoff.Consent{no, yes}, nil, handoff.VerdictPermitted},
		{"a grant that was taken back", "that is a refusal", []handoff.Consent{word(handoff.ConsentGranted, "", earlier.Add(-hour), earlier)}, []handoff.Consent{yes}, handoff.VerdictBlockedChannel},
		{"a grant for one purpose", "it does not lift a refusal of the channel", []handoff.Consent{no}, []handoff.Consent{{Channel: handoff.ChannelSMS, Status: handoff.ConsentGranted,
			Purpose: handoff.PurposeSales, At: now}}, handoff.VerdictBlockedChannel},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t)
			for _, into := range []string{"L1", "L2"} {
				from := lead(map[string]string{"L1": "L2", "L2": "L1"}[into])
				var state handoff.State
				for _, c := range tt.one {
					state = handoff.Apply(state, []handoff.Effect{handoff.SetConsent{Subject: lead("L2"), Consent: c}})
				}
				for _, c := range tt.other {
					state = handoff.Apply(state, []handoff.Effect{handoff.SetConsent{Subject: l1, Consent: c}})
				}
				_, state = saidOf(t, e, state)(joins("m", from, lead(into)))
				for _, id := range []string{"L1", "L2"} {
					if got := textTo(t, e, later, id, "", nil, state); got != tt.want {
						t.Errorf("into %s: %s is %s, want %s: %s", into, id, got, tt.want, tt.reason)
					}
				}
			}
		})
	}
}

// TestUnmerged_HandsOutNoGrant takes a record out of one that may be reached.
func TestUnmerged_HandsOutNoGrant(t *testing.T) {
	e := compile(t)
	state := handoff.Apply(nil, []handoff.Effect{handoff.SetConsent{Subject: l1, Consent: word(handoff.ConsentGranted, "", earlier, time.Time{})}})
	_, state = saidOf(t, e, state)(joins("m", lead("L2"), l1))
	_, state = saidOf(t, e, state)(parts("u", lead("L2"), l1))
	for id, want := range map[string]handoff.Verdict{"L1": handoff.VerdictPermitted, "L2": handoff.VerdictBlockedChannel} {
		if got := textTo(t, e, later, id, "", nil, state); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
}

// TestLaw14_MergesInAnyOrder tells that records merged, and came out of others, in every order.
func TestLaw14_MergesInAnyOrder(t *testing.T) {
	type told struct {
		about string
		a     handoff.Activity
	}
	of := func(id, from, into string, hours int) told {
		kind := handoff.ActivityMerged
		if id == "u" {
			kind = handoff.ActivityUnmerged
		}
		return told{from, handoff.Activity{ID: id, Kind: kind, At: now.Add(time.Duration(hours-10) * hour), Into: lead(into)}}
	}
	m1, u := of("m1", "L2", "L1", 1), of("u", "L2", "L1", 2)
	for _, tt := range []struct {
		name, reason string
		told         []told
		want         [3]string // where L1, L2 and L3 live on
		skip         string    // an order that is told otherwise
	}{
		{"taken back", "it came out last", []told{m1, u}, [3]string{}, ""},
		{"again", "it merged last", []told{m1, u, of("m2", "L2", "L1", 3)}, [3]string{"", "L1", ""}, ""},
		{"a chain", "it comes out of the end", []told{of("m1", "L2", "L3", 1), of("m2", "L3", "L1", 2), of("u", "L2", "L1", 3)}, [3]string{"", "", "L1"}, ""},
		{"beside another", "the other one stays", []told{m1, of("m3", "L3", "L1", 1), u}, [3]string{"", "", "L1"}, ""},
		{"and the survivor", "it was out by then", []told{m1, u, of("m3", "L1", "L3", 3)}, [3]string{"L3", "", ""}, ""},
		{"a move", "it is where it went last", []told{m1, u, of("m3", "L2", "L3", 3)}, [3]string{"", "L3", ""}, "m1 m3 u"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t)
			for _, order := range permutations(tt.told) {
				var state handoff.State
				var ids []string
				for _, m := range order {
					ids = append(ids, m.a.ID)
					_, state = saidOf(t, e, state)(lead(m.about), m.a)
				}
				got := [3]string{recordAt(state, l1).Merged.ID, recordAt(state, lead("L2")).Merged.ID, recordAt(state, lead("L3")).Merged.ID}
				if got != tt.want && strings.Join(ids, " ") != tt.skip {
					t.Errorf("in the order %v they live on in %q, want %q: %s", ids, got, tt.want, tt.reason)
				}
			}
		})
	}
}

// TestUnmerged_AnotherNameEachTime takes a record out twice at one instant, and starts a sequence each time.
func TestUnmerged_AnotherNameEachTime(t *testing.T) {
	e := compile(t, func(c *handoff.Config) {
		for i := range c.Sequences {
			c.Sequences[i].Throttle = handoff.Throttle{Active: 5}
		}
	})
	var state handoff.State
	for _, id := range []string{"1", "2"} {
		_, state = saidOf(t, e, state)(joins(id+"m", lead("L2"), l1))
		_, state = saidOf(t, e, state)(parts(id+"u", lead("L2"), l1))
		r := fill(e, now, aboutLead("L2", func(r *handoff.Request) {
			r.State, r.Triggers, r.Account = state, []handoff.Trigger{signal("T"+id, "demo_request", now)}, handoff.Account{ID: "A1", Employees: handoff.Some[int64](5000)}
			r.Triggers[0].Asset = id
		}))
		d := decide(t, e, now, r)
		if d.Verdict != handoff.VerdictEnrolled {
			t.Fatalf("it is %s: %v", d.Verdict, d.Reasons)
		}
		state = handoff.Apply(r.State, d.Effects)
	}
	balanced(t, state)
	listed(t, state)
}

// TestUnmerged_HeardBefore tells a signal twice, and takes the record out in between.
func TestUnmerged_HeardBefore(t *testing.T) {
	e := compile(t)
	ask := func(id string, state handoff.State) (handoff.Decision, handoff.State) {
		r := fill(e, now, aboutLead("L2", func(r *handoff.Request) {
			r.State, r.Triggers, r.Account = state, []handoff.Trigger{signal(id, "demo_request", now)}, handoff.Account{ID: "A1", Employees: handoff.Some[int64](5000)}
			r.Triggers[0].Asset = "same"
		}))
		d := decide(t, e, now, r)
		return d, handoff.Apply(r.State, d.Effects)
	}
	_, state := ask("T1", nil)
	_, state = saidOf(t, e, state)(joins("m", lead("L2"), l1))
	_, state = saidOf(t, e, state)(parts("u", lead("L2"), l1))
	if d, _ := ask("T2", state); d.Verdict != handoff.VerdictDuplicate {
		t.Errorf("an equal signal after it came out is %s", d.Verdict)
	}
}

func TestMerged_SaysWhatEnds(t *testing.T) {
	l2 := lead("L2")
	state := handoff.Apply(nil, append(append(enrolls("L1", "r", handoff.Exclusive, earlier), enrolls("L2", "s", handoff.Exclusive, now)...),
		handoff.Assign{Subject: l1, To: "kim", At: earlier}, handoff.Assign{Subject: l2, To: "lee", At: now}))
	d, after := saidOf(t, compile(t), state)(joins("a", l2, l1))
	var said []string
	for _, r := range d.Reasons[1:] {
		said = append(said, r.Text)
	}
	want := []string{"s ends for lead/L2, because lead/L2 is lead/L1 now", "lee does not own lead/L2 any more, because lead/L2 is lead/L1 now"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := recordAt(after, l1); len(got.Enrollments) != 1 || got.Enrollments[0].Sequence != "r" || got.Owner != "kim" {
		t.Errorf("afterwards there are %+v of %s", got.Enrollments, got.Owner)
	}
}

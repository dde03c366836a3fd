package handoff_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// enrolls starts a run of a person that account A1 lists and one tally keeps room for.
func enrolls(person, sequence string, exclusive handoff.Exclusivity, at time.Time) []handoff.Effect {
	p := lead(person)
	return []handoff.Effect{
		handoff.Enroll{Subject: p, Enrollment: handoff.Enrollment{Sequence: sequence, Exclusive: exclusive, Person: p, Account: account("A1"), At: at,
			Ends: later, Tallies: []handoff.Key{crewTally}}},
		handoff.Plan{Tally: crewTally, For: p.String() + "/" + sequence, At: []time.Time{later}},
	}
}

func merged(from, into handoff.Ref) handoff.Effect {
	return handoff.MergeRecords{From: from, Into: into, At: now}
}

// after applies lists of effects one after the other.
func after(lists ...[]handoff.Effect) handoff.State {
	var s handoff.State
	for _, list := range lists {
		s = handoff.Apply(s, list)
	}
	return s
}

func recordAt(s handoff.State, key handoff.Ref) handoff.Record {
	r, _ := s[key].Value.(handoff.Record)
	return r
}

// planned names what the tally keeps room for.
func planned(s handoff.State) (out []string) {
	tally, _ := s[crewTally].Value.(handoff.Tally)
	for _, p := range tally.Planned {
		out = append(out, p.For)
	}
	return out
}

func TestMerge_Runs(t *testing.T) {
	l2, before := lead("L2"), earlier.Add(-hour)
	over := func(list []handoff.Effect) []handoff.Effect {
		e := list[0].(handoff.Enroll)
		e.Ends = now
		return []handoff.Effect{e, list[1]}
	}
	for _, tt := range []struct {
		name, reason string
		first, other []handoff.Effect // of the survivor, and of the record that ends
		runs         []string         // as name in tallies and sequence
		ended        []string
	}{
		{"that came", "it runs for the survivor, under its name in tallies", nil, enrolls("L2", "s", handoff.Exclusive, now), []string{"lead/L2/s s"}, nil},
		{"beside each other", "neither is in the way", enrolls("L1", "r", handoff.Exclusive, now), enrolls("L2", "s", handoff.NotExclusive, now), []string{" r", "lead/L2/s s"}, nil},
		{"two exclusive", "the later one ends", enrolls("L1", "r", handoff.Exclusive, earlier), enrolls("L2", "s", handoff.Exclusive, now), []string{" r"}, []string{"s"}},
		{"two exclusive, the survivor's later", "whosever it is", enrolls("L1", "r", handoff.Exclusive, now), enrolls("L2", "s", handoff.Exclusive, earlier), []string{"lead/L2/s s"}, []string{"r"}},
		{"two exclusive at one instant", "the survivor's goes on", enrolls("L1", "s", handoff.Exclusive, now), enrolls("L2", "r", handoff.Exclusive, now), []string{" s"}, []string{"r"}},
		{"one alone", "it bars every other", enrolls("L1", "r", handoff.NotExclusive, now), enrolls("L2", "s", handoff.Alone, earlier), []string{"lead/L2/s s"}, []string{"r"}},
		{"the same sequence", "it does not run twice", enrolls("L1", "s", handoff.NotExclusive, now), enrolls("L2", "s", handoff.NotExclusive, earlier), []string{"lead/L2/s s"}, []string{"s"}},
		{"one that is over", "it is in nobody's way, and the sweep ends it", over(enrolls("L1", "r", handoff.Exclusive, before)), enrolls("L2", "s", handoff.Exclusive, earlier), []string{" r", "lead/L2/s s"}, nil},
		{"the same sequence, over", "what runs goes on", over(enrolls("L1", "s", handoff.Exclusive, before)), enrolls("L2", "s", handoff.Exclusive, earlier), []string{"lead/L2/s s"}, []string{"s"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := after(tt.first, tt.other, []handoff.Effect{merged(l2, l1)})
			var runs, ended, rooms []string
			for _, e := range recordAt(s, l1).Enrollments {
				runs = append(runs, e.ID+" "+e.Sequence)
				rooms = append(rooms, e.ID)
				if e.Person != l1 || e.Under != l1 {
					t.Errorf("%s runs for %s under %s", e.Sequence, e.Person, e.Under)
				}
			}
			for _, x := range recordAt(s, l1).Exits {
				ended = append(ended, x.Sequence)
				if x.By != handoff.ByMerge || !x.At.Equal(now) || x.Person != l1 {
					t.Errorf("it ends as %v", x)
				}
			}
			if diff := cmp.Diff([][]string{tt.runs, tt.ended}, [][]string{runs, ended}); diff != "" {
				t.Errorf("%s: runs and ends (-want +got):\n%s", tt.reason, diff)
			}
			if got := planned(s); len(got) != len(rooms) {
				t.Errorf("room is kept for %v, and %v run", got, runs)
			}
			if diff := cmp.Diff(handoff.Record{Merged: l1}, recordAt(s, l2)); diff != "" {
				t.Errorf("the record that ended (-want +got):\n%s", diff)
			}
			listed(t, s)
		})
	}
}

// TestMerge_Recycled merges two records of which either, or both, are to come back.
func TestMerge_Recycled(t *testing.T) {
	l2 := lead("L2")
	back := func(subject handoff.Ref, at time.Time, trigger string, avoid ...string) []handoff.Effect {
		return []handoff.Effect{
			handoff.QueueTrigger{Subject: subject, Queued: handoff.Queued{Trigger: signal(trigger, handoff.TriggerRecycled, later), Until: later, Why: handoff.WhyRecycled}},
			handoff.Recycle{Subject: subject, At: at, To: "of " + trigger, Rule: "r", Back: later, Trigger: trigger, Avoid: avoid}}
	}
	for _, tt := range []struct {
		name, reason string
		first, other []handoff.Effect // of the survivor, and of the record that ends
		want         handoff.Recycled
		waits        []string
	}{
		{"that came", "it comes back, and not to whom it was taken from", nil, back(l2, now, "T2", "kim"),
			handoff.Recycled{At: now, To: "of T2", Times: 1, Rule: "r", Back: later, Trigger: "T2", Avoid: []string{"kim"}}, []string{"T2"}},
		{"that was there", "it stays as it is", back(l1, now, "T1", "kim"), nil,
			handoff.Recycled{At: now, To: "of T1", Times: 1, Rule: "r", Back: later, Trigger: "T1", Avoid: []string{"kim"}}, []string{"T1"}},
		{"both", "the later one tells, and nobody gets it from whom either was taken", back(l1, earlier, "T1", "kim", "lee"), back(l2, now, "T2", "ana", "kim"),
			handoff.Recycled{At: now, To: "of T2", Times: 2, Rule: "r", Back: later, Trigger: "T2", Avoid: []string{"ana", "kim", "lee"}}, []string{"T1", "T2"}},
		{"both at one instant", "the survivor's own stays", back(l1, now, "T1"), back(l2, now, "T2", "kim"),
			handoff.Recycled{At: now, To: "of T1", Times: 2, Rule: "r", Back: later, Trigger: "T1", Avoid: []string{"kim"}}, []string{"T1", "T2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := recordAt(after(tt.first, tt.other, []handoff.Effect{merged(l2, l1)}), l1)
			var waits []string
			for _, q := range got.Queue {
				waits = append(waits, q.Trigger.ID)
			}
			if diff := cmp.Diff(tt.want, got.Recycled); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff(tt.waits, waits); diff != "" {
				t.Errorf("what comes back (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMerge_WhoHadIt merges records that reps have, and records that went back to a queue.
func TestMerge_WhoHadIt(t *testing.T) {
	l2 := lead("L2")
	to := func(subject handoff.Ref, rep, play string, at time.Time) handoff.Effect {
		return handoff.Assign{Subject: subject, To: rep, Play: play, Trigger: signal("of "+play, "webinar", at), At: at}
	}
	for _, tt := range []struct {
		name, reason string
		effects      []handoff.Effect
		owner, play  string
		since, began time.Time
	}{
		{"both", "the survivor's owner has it", []handoff.Effect{to(l1, "kim", "demo", earlier), to(l2, "lee", "save", now)}, "kim", "demo", earlier, earlier},
		{"the survivor had one", "the other's owner has it, by the play that handed it over", []handoff.Effect{to(l1, "kim", "demo", earlier), to(l1, "", "", later), to(l2, "lee", "save", now)}, "lee", "save", now, now},
		{"the other had one", "the survivor's owner has it", []handoff.Effect{to(l1, "kim", "demo", earlier), to(l2, "lee", "save", now), to(l2, "", "", later)}, "kim", "demo", earlier, earlier},
		{"both had one", "the play that handed it over last is not forgotten", []handoff.Effect{to(l1, "kim", "demo", earlier), to(l1, "", "", later), to(l2, "lee", "save", earlier), to(l2, "", "", now)}, "", "demo", later, earlier},
		{"the other had one later", "wherever it stands", []handoff.Effect{to(l1, "kim", "demo", earlier), to(l1, "", "", now), to(l2, "lee", "save", now), to(l2, "", "", later)}, "", "save", later, now},
		{"the survivor had one, the other none", "nothing is forgotten", []handoff.Effect{to(l1, "kim", "demo", earlier), to(l1, "", "", later)}, "", "demo", later, earlier},
		{"the other had one, the survivor none", "nothing is forgotten", []handoff.Effect{to(l2, "kim", "demo", earlier), to(l2, "", "", later)}, "", "demo", later, earlier},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := recordAt(after(tt.effects, []handoff.Effect{merged(l2, l1)}), l1)
			if got.Owner != tt.owner || got.Play != tt.play || got.Trigger.ID != "of "+tt.play || !got.OwnedSince.Equal(tt.since) || !got.Began.Equal(tt.began) {
				t.Errorf("%q has it since %s by %s on %q of %s, want %q since %s by %s of %s: %s", got.Owner, got.OwnedSince, got.Play, got.Trigger.ID, got.Began,
					tt.owner, tt.since, tt.play, tt.began, tt.reason)
			}
		})
	}
}

// TestMerge_Clocks merges what runs and what has stopped; where both have a clock under one name, the survivor's stays.
func TestMerge_Clocks(t *testing.T) {
	l2 := lead("L2")
	start := func(subject handoff.Ref, id, owner string, at time.Time) handoff.Effect {
		return handoff.StartClock{Subject: subject, Clock: handoff.Clock{ID: id, Owner: owner, Start: at, Due: later}}
	}
	stop := func(subject handoff.Ref, id string) handoff.Effect {
		return handoff.StopClock{Subject: subject, ID: id, At: now, Met: true}
	}
	got := recordAt(after([]handoff.Effect{
		start(l1, "a", "kim", earlier), stop(l1, "a"), start(l1, "b", "kim", now),
		start(l2, "a", "lee", earlier), stop(l2, "a"), start(l2, "a", "lee", now), stop(l2, "a"), start(l2, "b", "lee", now), start(l2, "c", "lee", now),
		merged(l2, l1)}), l1)
	c := func(id, owner string, at time.Time) handoff.Clock {
		return handoff.Clock{ID: id, Owner: owner, Start: at, Due: later}
	}
	want := handoff.Record{Clocks: []handoff.Clock{c("b", "kim", now), c("c", "lee", now)},
		Stopped: []handoff.Stopped{{Clock: c("a", "kim", earlier), At: now, Met: true}, {Clock: c("a", "lee", earlier), At: now, Met: true}, {Clock: c("a", "lee", now), At: now, Met: true},
			{Clock: c("b", "lee", now), At: now, Why: handoff.StopOwner, By: handoff.ByMerge}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMerge_TwoPromises merges records of which both have promised the same.
func TestMerge_TwoPromises(t *testing.T) {
	l2 := lead("L2")
	of := func(owner string, due time.Time) handoff.Clock {
		return handoff.Clock{ID: "a", Owner: owner, Start: earlier, Due: due}
	}
	for _, tt := range []struct {
		name, reason string
		own, came    handoff.Clock
		want         handoff.Clock
		ends         handoff.Clock
		why          handoff.StopWhy
	}{
		{"the survivor's is due first", "it goes on", of("kim", now), of("lee", later), of("kim", now), of("lee", later), handoff.StopOwner},
		{"the other's is due first", "the survivor's owner keeps it", of("kim", later), of("lee", now), of("kim", now), of("kim", later), handoff.StopOwner},
		{"of one owner", "one of them is enough", of("kim", later), of("kim", now), of("kim", now), of("kim", later), handoff.StopClosed},
		{"due together", "the survivor's goes on", of("kim", now), of("lee", now), of("kim", now), of("lee", now), handoff.StopOwner},
		{"the other's is of who stands in", "who stands in keeps it", of("kim", later), of("max", now), of("max", now), of("kim", later), handoff.StopOwner},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := recordAt(after([]handoff.Effect{
				handoff.Assign{Subject: l1, To: "max", Covers: "kim", Until: later, At: earlier}, handoff.StartClock{Subject: l1, Clock: tt.own},
				handoff.Assign{Subject: l2, To: "lee", At: earlier}, handoff.StartClock{Subject: l2, Clock: tt.came}, merged(l2, l1)}), l1)
			wall := int64(now.Sub(earlier) / time.Second)
			ends := []handoff.Stopped{{Clock: tt.ends, At: now, Why: tt.why, By: handoff.ByMerge, Wall: wall, Open: wall}}
			if diff := cmp.Diff([]handoff.Clock{tt.want}, got.Clocks) + cmp.Diff(ends, got.Stopped); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestMerge_OutOfTheQueue merges a record that went back to a queue with one that has an owner, or has none.
func TestMerge_OutOfTheQueue(t *testing.T) {
	c := handoff.Clock{ID: "queue:inbox", Owner: "sam", Start: earlier, Due: later, Returned: true}
	waits := handoff.StartClock{Subject: lead("L2"), Clock: c}
	for _, tt := range []struct {
		name, reason string
		effects      []handoff.Effect
		runs         []handoff.Clock
		stopped      []handoff.Stopped
	}{
		{"an owner", "somebody has it", []handoff.Effect{waits, handoff.Assign{Subject: l1, To: "kim", At: earlier}}, nil,
			[]handoff.Stopped{{Clock: c, At: now, Met: true, By: handoff.ByMerge, Wall: 3600, Open: 3600}}},
		{"no owner", "it waits on", []handoff.Effect{waits}, []handoff.Clock{c}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := recordAt(after(append(tt.effects, merged(lead("L2"), l1))), l1)
			if diff := cmp.Diff(handoff.Record{Clocks: tt.runs, Stopped: tt.stopped}, handoff.Record{Clocks: got.Clocks, Stopped: got.Stopped}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestMerge_LatestEndOfASequence(t *testing.T) {
	ended := func(id string, at time.Time) handoff.Effect {
		return handoff.Exit{Subject: lead(id), Exited: handoff.Exited{Sequence: "s", Person: lead(id), At: at}}
	}
	for _, at := range []time.Time{earlier, later} {
		s := after([]handoff.Effect{ended("L1", now), ended("L2", at), merged(lead("L2"), l1)})
		want := []handoff.Exited{{Sequence: "s", Person: l1, At: now}}
		if at.After(now) {
			want[0].At = at
		}
		if diff := cmp.Diff(want, recordAt(s, l1).Exits); diff != "" {
			t.Errorf("the latest of both is when it ended (-want +got):\n%s", diff)
		}
	}
}

// TestMerge_PeopleOfAnAccount: a play of the account enrolled somebody who merges into another.
func TestMerge_PeopleOfAnAccount(t *testing.T) {
	s := after([]handoff.Effect{runs(account("A1"), "rally", true, lead("L2")), merged(lead("L2"), l1)})
	if diff := cmp.Diff([]handoff.Ref{l1}, recordAt(s, account("A1")).People); diff != "" {
		t.Errorf("the account knows whom it enrolled (-want +got):\n%s", diff)
	}
}

// TestMerge_Accounts merges the account that a run names, which the run's own record goes on naming.
func TestMerge_Accounts(t *testing.T) {
	a1, a2 := account("A1"), account("A2")
	exit := handoff.Exit{Subject: l1, Account: a1, Exited: handoff.Exited{Sequence: "s", Person: l1, At: later}}
	s := after(enrolls("L1", "s", handoff.Exclusive, now), []handoff.Effect{merged(a1, a2)})
	if len(recordAt(s, a2).Active) != 1 {
		t.Fatalf("the survivor lists %v", recordAt(s, a2).Active)
	}
	tombstone := handoff.Record{Merged: a2}
	for _, tt := range []struct {
		name, reason string
		known        bool // the State has the survivor
		effects      []handoff.Effect
		survivor     []string // that the survivor lists, as person and sequence
		want         handoff.Record
	}{
		{"a run that ends", "the survivor lists it no more", true, []handoff.Effect{exit}, nil, tombstone},
		{"a run that ends elsewhere", "nothing is written in the place of the survivor", false, []handoff.Effect{exit}, nil, tombstone},
		{"a run that starts", "the survivor lists it", true, enrolls("L3", "s", handoff.Exclusive, now), []string{"lead/L1 s", "lead/L3 s"}, tombstone},
		{"a run that starts elsewhere", "the merged account lists it, and hands it on", false, enrolls("L3", "s", handoff.Exclusive, now), nil,
			handoff.Record{Merged: a2, Active: []handoff.Active{{Person: lead("L3"), Sequence: "s", Exclusive: handoff.Exclusive, At: now, Ends: later}}}},
		{"a run that starts and ends elsewhere", "the merged account lists it no more", false,
			append(enrolls("L3", "s", handoff.Exclusive, now), handoff.Exit{Subject: lead("L3"), Account: a1, Exited: handoff.Exited{Sequence: "s", Person: lead("L3")}}), nil, tombstone},
		{"an assignment", "it is the survivor's lead", true, []handoff.Effect{handoff.Assign{Subject: l1, Account: a1, To: "kim", At: now}}, []string{"lead/L1 s"}, tombstone},
		{"an assignment elsewhere", "an account that is named remembers nothing", false, []handoff.Effect{handoff.Assign{Subject: l1, Account: a1, To: "kim", At: now}}, nil, tombstone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := s.Clone()
			if !tt.known {
				delete(s, a2)
			}
			s = handoff.Apply(s, tt.effects)
			if _, present := s[a2]; present != tt.known {
				t.Errorf("the survivor is in the State: %t", present)
			}
			if diff := cmp.Diff(tt.want, recordAt(s, a1)); diff != "" {
				t.Errorf("%s; the merged account (-want +got):\n%s", tt.reason, diff)
			}
			var got []string
			for _, a := range recordAt(s, a2).Active {
				got = append(got, a.Person.String()+" "+a.Sequence)
			}
			if diff := cmp.Diff(tt.survivor, got); diff != "" {
				t.Errorf("%s; the survivor lists (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestMerge_Elsewhere has a run of a person whose account the State did not have when the person merged.
func TestMerge_Elsewhere(t *testing.T) {
	all := after(enrolls("L2", "s", handoff.Exclusive, now))
	list := all[account("A1")]
	delete(all, account("A1"))
	s := handoff.Apply(all, []handoff.Effect{merged(lead("L2"), l1)})
	if _, present := s[account("A1")]; present {
		t.Fatal("an account that was not loaded is written")
	}
	s[account("A1")] = list
	s = handoff.Apply(s, []handoff.Effect{handoff.Exit{Subject: l1, Account: account("A1"), Exited: handoff.Exited{Sequence: "s", Person: l1, At: now}}})
	if left := recordAt(s, account("A1")).Active; len(left) > 0 {
		t.Errorf("the account still lists %v", left)
	}
}

// TestMerge_WhatIsAboutATombstone tells records about one that has merged.
func TestMerge_WhatIsAboutATombstone(t *testing.T) {
	l2, denied := lead("L2"), handoff.SetConsent{Subject: lead("L2"), Consent: consent(handoff.ConsentDenied, now)}
	said := []handoff.Consent{denied.Consent}
	run := append(enrolls("L2", "s", handoff.Exclusive, now), handoff.Exit{Subject: l2, Account: account("A1"), Exited: handoff.Exited{Sequence: "s", Person: l2, At: now}})
	for _, tt := range []struct {
		name, reason string
		state        handoff.State
		effects      []handoff.Effect
		into, from   handoff.Record
	}{
		{"a refusal", "the survivor hears it", after([]handoff.Effect{merged(l2, l1)}), []handoff.Effect{denied}, handoff.Record{Consent: said}, handoff.Record{Merged: l1}},
		{"a refusal, without the survivor", "no refusal is lost", handoff.State{l2: {Version: 1, Value: handoff.Record{Merged: l1}}}, []handoff.Effect{denied},
			handoff.Record{}, handoff.Record{Merged: l1, Consent: said}},
		{"and merged again", "it is handed on", handoff.State{l2: {Version: 1, Value: handoff.Record{Merged: l1}}}, []handoff.Effect{denied, merged(l2, l1)},
			handoff.Record{Consent: said}, handoff.Record{Merged: l1}},
		{"and merged again into a known one", "it is handed on", handoff.State{l1: {Version: 1, Value: handoff.Record{}}, l2: {Version: 1, Value: handoff.Record{Merged: l1, Consent: said}}},
			[]handoff.Effect{merged(l2, l1)}, handoff.Record{Consent: said}, handoff.Record{Merged: l1}},
		{"a chain", "the last of it", after([]handoff.Effect{merged(l2, lead("L3")), merged(lead("L3"), l1)}), []handoff.Effect{denied}, handoff.Record{Consent: said}, handoff.Record{Merged: lead("L3")}},
		{"a run", "it is the survivor's, under the name it has in tallies", after([]handoff.Effect{merged(l2, l1)}), run[:1], handoff.Record{Enrollments: []handoff.Enrollment{
			{ID: "lead/L2/s", Sequence: "s", Exclusive: handoff.Exclusive, Person: l1, Account: account("A1"), Under: l1, At: now, Ends: later, Tallies: []handoff.Key{crewTally}}}}, handoff.Record{Merged: l1}},
		{"a run that ends", "it is the survivor's", after([]handoff.Effect{merged(l2, l1)}), run, handoff.Record{Exits: []handoff.Exited{{Sequence: "s", Person: l1, At: now}}}, handoff.Record{Merged: l1}},
		{"merged back", "it lives again, and the other one no more", after([]handoff.Effect{denied, merged(l2, l1)}), []handoff.Effect{merged(l1, l2)}, handoff.Record{Merged: l2}, handoff.Record{Consent: said}},
		{"merged back through a third", "there is no circle", after([]handoff.Effect{denied, merged(l2, lead("L3")), merged(lead("L3"), l1)}), []handoff.Effect{merged(l1, l2)},
			handoff.Record{Merged: l2}, handoff.Record{Consent: said}},
		{"into itself", "nothing happens", after([]handoff.Effect{denied}), []handoff.Effect{merged(l2, l2)}, handoff.Record{}, handoff.Record{Consent: said}},
		{"a circle", "it is nobody's fault, and ends", handoff.State{l1: {Version: 1, Value: handoff.Record{Merged: l2}}, l2: {Version: 1, Value: handoff.Record{Merged: l1}}}, []handoff.Effect{denied},
			handoff.Record{Merged: l2}, handoff.Record{Merged: l1, Consent: said}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := handoff.Apply(tt.state, tt.effects)
			if diff := cmp.Diff([]handoff.Record{tt.into, tt.from}, []handoff.Record{recordAt(s, l1), recordAt(s, l2)}); diff != "" {
				t.Errorf("%s: L1 and L2 (-want +got):\n%s", tt.reason, diff)
			}
			listed(t, s)
		})
	}
}

// TestLaw08_MergedLives merges leads and accounts of random lives, in any order, and lets everything end afterwards.
func TestLaw08_MergedLives(t *testing.T) {
	e := compile(t, crowded, func(c *handoff.Config) {
		for i := range c.Sequences {
			c.Sequences[i].Throttle = handoff.Throttle{Active: 50}
		}
	})
	cut, ran := 0, 0
	for seed := range 25 {
		_, _, state := liveThrough(t, e, seed)
		g := generate(seed + 1000)
		for i := range 6 {
			from, into := lead(fmt.Sprint("L", g.IntN(5))), lead(fmt.Sprint("L", g.IntN(5)))
			if g.chance(3) {
				from, into = account(fmt.Sprint("A", 1+g.IntN(3))), account(fmt.Sprint("A", 1+g.IntN(3)))
			}
			state = handoff.Apply(state, []handoff.Effect{handoff.MergeRecords{From: from, Into: into, At: now.Add(40 * hour)}})
			if !alone(t, state) || !balanced(t, state) || !listed(t, state) {
				t.Fatalf("seed %d, merge %d of %s into %s", seed, i, from, into)
			}
		}
		for _, key := range state.Keys() {
			record := recordAt(state, key)
			for _, x := range record.Exits {
				if x.By == handoff.ByMerge {
					cut++
				}
			}
			ran += len(record.Enrollments)
			if key.Kind != handoff.KindLead {
				continue
			}
			at := now.Add(1000 * day)
			d, err := e.Sweep(at, fill(e, at, handoff.Request{Subject: key, Lead: handoff.Lead{ID: key.ID}, State: state}))
			if err != nil {
				t.Fatal(err)
			}
			state = handoff.Apply(state, d.Effects)
		}
		for key, entry := range state {
			if record, _ := entry.Value.(handoff.Record); len(record.Active) > 0 {
				t.Errorf("seed %d: when all is over %s lists %v", seed, key, record.Active)
			}
			if tally, _ := entry.Value.(handoff.Tally); len(tally.Planned) > 0 {
				t.Errorf("seed %d: when all is over %s keeps room for %v", seed, key, tally.Planned)
			}
		}
	}
	if cut < 5 || ran < 20 {
		t.Errorf("%d runs that a merge ended and %d that it did not are too few to say that the law holds", cut, ran)
	}
}

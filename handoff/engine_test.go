package handoff_test

import (
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
)

func TestNew_Refuses(t *testing.T) {
	step := handoff.Step{Do: handoff.ChannelCall}
	for _, tt := range []struct {
		name, problem, reason string
		edit                  func(*handoff.Config)
	}{
		{"no name", "name is empty", "triggers are consumed under it", func(c *handoff.Config) { c.Policy = "" }},
		{"name with a slash", "name", "with it two policies could share the entry of a trigger", func(c *handoff.Config) { c.Policy = "a/b" }},
		{"negative settle", "settle", "a window has a length", settle(-1)},
		{"no triggers", "triggers", "nothing would ever be decided", func(c *handoff.Config) { c.Triggers = nil }},
		{"field of nobody", "field deal.size", "fields have three owners", func(c *handoff.Config) { c.Fields[0].Of, c.Fields[0].Name = "deal", "size" }},
		{"field without type", "unknown type", "values are checked against it", func(c *handoff.Config) { c.Fields[0].Type = "float" }},
		{"field twice", "declared twice", "one of the two is wrong", func(c *handoff.Config) { c.Fields = append(c.Fields, c.Fields[0]) }},
		{"trigger twice", "trigger webinar: is listed twice", "one of the two is wrong", func(c *handoff.Config) { c.Triggers = append(c.Triggers, c.Triggers[1]) }},
		{"trigger about a rep", "about a lead or an account", "only those are handed off", func(c *handoff.Config) { c.Triggers[0].About = handoff.KindRep }},
		{"never stale", "stale_after is positive", "what waits must end", func(c *handoff.Config) { c.Triggers[0].StaleAfter = 0 }},
		{"unknown same", "unknown name", "keys are made of known parts", func(c *handoff.Config) { c.Triggers[0].Same = []string{"colour"} }},
		{"sequence twice", "sequence sdr: is listed twice", "one of the two is wrong", func(c *handoff.Config) { c.Sequences = append(c.Sequences, c.Sequences[1]) }},
		{"sequence without steps", "has no steps", "nothing would start", func(c *handoff.Config) { c.Sequences[0].Steps = nil }},
		{"step before the day", "a step has a day from 0", "time runs forward", func(c *handoff.Config) {
			c.Sequences[0].Steps = []handoff.Step{step, {Day: -1, Do: handoff.ChannelCall}}
		}},
		{"step by fax", "a step has a day from 0", "channels are listed", func(c *handoff.Config) { c.Sequences[0].Steps = []handoff.Step{{Do: "fax"}} }},
		{"blocked channels do what", "on_blocked_channel", "words come from closed lists", func(c *handoff.Config) { c.Sequences[0].OnBlocked = "ask" }},
		{"negative re-entry", "reentry", "a span has a length", func(c *handoff.Config) { c.Sequences[0].Reentry = handoff.Span{Days: -1} }},
		{"opt-out of fax", "opt_out", "channels are listed", func(c *handoff.Config) { c.OptOut = []handoff.Channel{"fax"} }},
		{"rep twice", "rep kim: is listed twice", "one of the two is wrong", func(c *handoff.Config) { c.Reps = append(c.Reps, handoff.Rep{ID: "kim"}) }},
		{"gate without condition", "gate 0", "it would open for everybody", func(c *handoff.Config) { c.Gates[0].Require = nil }},
		{"score without rule", "score 1", "it would have no points", func(c *handoff.Config) { c.Scores[1].Score = nil }},
		{"stage twice", "stage mql: is listed twice", "a stage is entered once", func(c *handoff.Config) {
			staged(c)
			c.Stages[1].ID = "mql"
		}},
		{"stage without id", "stage id is empty", "records remember it", func(c *handoff.Config) {
			c.Stages = []handoff.StageRule{{When: always(handoff.True)}}
		}},
		{"stage without condition", "stage mql: needs a condition", "everybody would enter it", func(c *handoff.Config) { c.Stages = []handoff.StageRule{{ID: "mql"}} }},
		{"too many stages", "at most 64", "facts have a bit for each", func(c *handoff.Config) { c.Stages = make([]handoff.StageRule, 65) }},
		{"stage called none", "stage none: the word stands for", "it says that a record is in no stage", func(c *handoff.Config) {
			c.Stages = []handoff.StageRule{{ID: handoff.NoStage, When: always(handoff.True)}}
		}},
		{"promise of no time", "play demo-enterprise: first touch: the time is positive", "it would be late at once", func(c *handoff.Config) { c.Plays[0].Promise = within(0) }},
		{"warning before the promise", "play demo-enterprise: acceptance: the time is positive, and the warning", "nobody is warned then", func(c *handoff.Config) {
			c.Plays[0].Acceptance = &handoff.SLA{Within: hour, Warn: hour}
		}},
		{"promise from when", "first touch: what starts it: known are handoff, signal", "words come from closed lists", promised(func(s *handoff.SLA) { s.From = "dawn" })},
		{"promise that restarts how", "first touch: what a new owner means: known are anew, keeps", "words come from closed lists", promised(func(s *handoff.SLA) { s.Restart = "twice" })},
		{"promise that pauses when", "first touch: what pauses it: known are owner_away, pending", "words come from closed lists", promised(func(s *handoff.SLA) {
			s.Pauses = []handoff.SLAPause{"rain"}
		})},
		{"promise that stops on what", "first touch: what stops it: known are", "words come from closed lists", promised(func(s *handoff.SLA) { s.Stops = []handoff.ActivityKind{"fax"} })},
		{"late step that does what", "first touch: late step 1: known are notify", "words come from closed lists", promised(lateSteps(handoff.LateStep{Do: handoff.LateAway}, handoff.LateStep{Do: "shout"}))},
		{"late step that tells nobody", "late step 0: names nobody who is told", "somebody reads it", promised(lateSteps(handoff.LateStep{Do: handoff.LateNotify}))},
		{"late step back to no queue", "late step 0: a queue needs an id, an owner and a promise", "somebody looks after it", promised(lateSteps(handoff.LateStep{Do: handoff.LateQueue}))},
		{"late step before its time", "late step 0: its wait is not negative", "time runs forward", promised(lateSteps(handoff.LateStep{Do: handoff.LateAway, Wait: -1}))},
		{"reassigned less than never", "it happens from 0 to 10 times", "a count is not negative", promised(lateSteps(handoff.LateStep{Do: handoff.LateReassign, AtMost: -1}))},
		{"reassigned for ever", "it happens from 0 to 10 times", "everybody would have had it", promised(lateSteps(handoff.LateStep{Do: handoff.LateReassign, AtMost: handoff.MaxTransfers + 1}))},
		{"queue twice", "queue desk: is listed twice", "one of the two is wrong", deskQueues(nil, nil)},
		{"queue of a late step without time", "queue inbox: the time is positive", "it is a queue like others", promised(lateSteps(handoff.LateStep{Do: handoff.LateQueue,
			Queue: &handoff.Queue{ID: "inbox", Owner: "sam", Promise: within(-hour)}}))},
		{"queue of a trigger that reassigns", "queue inbox: late step 0: nobody has the record", "it is a queue like others", func(c *handoff.Config) {
			c.Triggers[0].Incomplete.Queue = &handoff.Queue{ID: "inbox", Owner: "sam", Promise: late(handoff.LateStep{Do: handoff.LateReassign})}
		}},
		{"queue of two promises", "queue inbox: promises different things", "its clock runs by one of them", func(c *handoff.Config) {
			c.Queues = []*handoff.Queue{{ID: "inbox", Owner: "sam", Promise: within(hour)}}
			c.Triggers[0].Incomplete.Queue = &handoff.Queue{ID: "inbox", Owner: "sam", Promise: within(2 * hour)}
		}},
		{"queue without a promise", "queues: a queue needs an id, an owner and a promise", "somebody is late from then on", func(c *handoff.Config) {
			c.Queues = []*handoff.Queue{{ID: "desk", Owner: "sam"}}
		}},
		{"queue that reassigns", "queue desk: late step 1: nobody has the record", "nobody has it", deskQueues([]handoff.LateStep{{Do: handoff.LateNotify, To: "sam"}, {Do: handoff.LateReassign}})},
		{"queue that goes back to a queue", "queue desk: late step 0: nobody has the record", "it is in one", deskQueues([]handoff.LateStep{{Do: handoff.LateQueue,
			Queue: &handoff.Queue{ID: "other", Owner: "sam", Promise: within(hour)}}})},
		{"queue that is away", "queue desk: late step 0: nobody has the record", "it has no owner who could be", deskQueues([]handoff.LateStep{{Do: handoff.LateAway}})},
		{"less than no capacity", "rep lee: capacity is negative", "nobody has less room than none", func(c *handoff.Config) { c.Reps[0].Capacity = handoff.Some[int64](-1) }},
		{"absence without a beginning", "rep lee: an absence begins", "nobody was always away", func(c *handoff.Config) { c.Reps[0].Absences = []handoff.Absence{{Until: now}} }},
		{"absence of no length", "rep lee: an absence begins", "it ends later than it begins", func(c *handoff.Config) { c.Reps[0].Absences = []handoff.Absence{{From: now, Until: now}} }},
		{"play twice", "play save: is listed twice", "one of the two is wrong", func(c *handoff.Config) { c.Plays[0].ID = "save" }},
		{"play for an unlisted trigger", "is not listed", "it would never match", func(c *handoff.Config) { c.Plays[0].Trigger = "unheard_of" }},
		{"play without route", "has no route", "nobody would own it", func(c *handoff.Config) { c.Plays[0].Router = nil }},
		{"unlisted sequence", `sequence "gone" is not listed`, "nothing would start", func(c *handoff.Config) { c.Plays[0].Sequence = "gone" }},
		{"supersedes an unlisted sequence", `sequence "gone" is not listed`, "nothing would end", func(c *handoff.Config) { c.Plays[0].Supersedes = []string{"gone"} }},
		{"losers do what", "losers", "words come from closed lists", func(c *handoff.Config) { c.Plays[0].Losers = "keep" }},
		{"pause of nothing", "pause of marketing", "a pause has a scope and a length", func(c *handoff.Config) { c.Plays[0].Pause.Scope = nil }},
		{"pause without end", "pause of marketing", "a pause has a scope and a length", func(c *handoff.Config) { c.Plays[0].Pause.For = handoff.Span{} }},
		{"pause into the past", "pause of marketing", "a pause ends later", func(c *handoff.Config) { c.Plays[0].Pause.For = handoff.Span{Elapsed: -time.Hour} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := acme()
			tt.edit(&c)
			if _, err := handoff.New(c); err == nil || !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("got %v, want %q: %s", err, tt.problem, tt.reason)
			}
		})
	}
}

// promised edits a promise of an hour of demo-enterprise.
func promised(edit func(*handoff.SLA)) func(*handoff.Config) {
	return func(c *handoff.Config) {
		c.Plays[0].Promise = within(hour)
		edit(c.Plays[0].Promise)
	}
}

func lateSteps(list ...handoff.LateStep) func(*handoff.SLA) {
	return func(s *handoff.SLA) { s.Late = list }
}

// deskQueues lists queues called desk, with these steps each.
func deskQueues(each ...[]handoff.LateStep) func(*handoff.Config) {
	return func(c *handoff.Config) {
		for _, steps := range each {
			c.Queues = append(c.Queues, &handoff.Queue{ID: "desk", Owner: "sam", Promise: late(steps...)})
		}
	}
}

// TestNew_Promises accepts what is at the edge of what is refused.
func TestNew_Promises(t *testing.T) {
	compile(t, promised(func(s *handoff.SLA) {
		s.Within, s.Warn, s.From, s.Restart = 2, 1, handoff.FromSignal, handoff.RestartKeeps
		s.Late = []handoff.LateStep{{Do: handoff.LateReassign, AtMost: handoff.MaxTransfers}}
	}), deskQueues([]handoff.LateStep{{Do: handoff.LateNotify, To: handoff.ToOwner}, {Do: handoff.LateEscalate, To: "sam"}}))
}

func TestNew_ReportsEveryProblem(t *testing.T) {
	c := acme()
	c.Policy, c.Settle, c.Plays[0].Router, c.Sequences[1].Steps = "", -1, nil, nil
	_, err := handoff.New(c)
	for _, problem := range []string{"name is empty", "settle", "has no route", "has no steps"} {
		if err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%q is missing in %v", problem, err)
		}
	}
}

func TestEngine_MatcherAgreesWithLinear(t *testing.T) {
	all := func(c *handoff.Config) {
		plays := c.Plays
		c.Matcher = handoff.MatcherFunc(func(f *handoff.Facts, dst []int32) []int32 {
			for i := range plays {
				if plays[i].Trigger == f.Trigger.Kind && (plays[i].When == nil || plays[i].When.Eval(f) != handoff.False) {
					dst = append(dst, int32(i))
				}
			}
			return dst
		})
	}
	linear, indexed := compile(t), compile(t, all)
	for seed := range 100 {
		r := generate(seed).request(linear)
		if a, b := encode(t, decide(t, linear, now, r)), encode(t, decide(t, indexed, now, r)); a != b {
			t.Fatalf("seed %d: a matcher with the same answers decides otherwise", seed)
		}
	}
}

func TestScope_Covers(t *testing.T) {
	p := &handoff.Play{ID: "demo", Motion: "inbound"}
	for _, tt := range []struct {
		name, reason string
		scope        handoff.Scope
		play         *handoff.Play
		want         bool
	}{
		{"zero", "no limits", handoff.Scope{}, p, true},
		{"only this play", "named by id", handoff.Scope{Only: []string{"demo"}}, p, true},
		{"only its motion", "named by motion", handoff.Scope{Only: []string{"inbound"}}, p, true},
		{"only another", "not named", handoff.Scope{Only: []string{"save"}}, p, false},
		{"except it", "named by id", handoff.Scope{Except: []string{"demo"}}, p, false},
		{"only its motion, except it", "the exception wins", handoff.Scope{Only: []string{"inbound"}, Except: []string{"demo"}}, p, false},
		{"play without a motion", "an empty name is no name", handoff.Scope{Only: []string{""}}, &handoff.Play{ID: "x"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.scope.Covers(tt.play); got != tt.want {
				t.Errorf("covers: %t, want %t: %s", got, tt.want, tt.reason)
			}
		})
	}
}

package replay_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/replay"
)

// routed hands each rep one lead a day, keeps the leads of an account together and reaches two people of an account.
const routed = `
language: 1
policy: acme
triggers: {demo_request: {about: lead, stale_after: 3d}, usage_drop: {about: account, stale_after: 3d}}
consent: {call: opt_out}
plays:
  - {id: demo, trigger: demo_request, route: leads}
  - {id: save, trigger: usage_drop, route: accounts, sequence: call, people: {at_most: 2}}
queues: {late: {owner: mia, first_touch: {within: 1h}}}
routes: {leads: [{sticky: account}, {pool: reps}], accounts: [{pool: few}]}
pools:
  reps:
    members: [kim, lee]
    rotation: lowest_count
    given_back: {declined: count}
    availability: {unknown: available}
    caps: [{max: 1, per: rep, every: day}]
    units: 1
    when_empty: hold
  few: {members: [kim], availability: {unknown: available}, caps: [{max: 1, per: pool, every: 2h}], when_empty: {queue: late}}
sequences: {call: {on_blocked_channel: refuse, steps: [{day: 0, do: call}]}}
`

// of makes a line about a lead of an account.
func of(l replay.Line, account string) replay.Line {
	l.Request.Lead.Account, l.Request.Account.ID = account, account
	return l
}

// drop is a line with a drop in usage of an account and its people.
func drop(at int, account string, people ...string) replay.Line {
	l := replay.Line{At: minute(at), Request: handoff.Request{
		Subject:  handoff.Ref{Kind: handoff.KindAccount, ID: account},
		Account:  handoff.Account{ID: account},
		People:   []handoff.Lead{},
		Triggers: []handoff.Trigger{{ID: account, Kind: "usage_drop", OccurredAt: minute(at)}},
	}}
	for _, id := range people {
		l.Request.People = append(l.Request.People, handoff.Lead{ID: id})
	}
	return l
}

func by(l replay.Line, rep string) replay.Line {
	l.Activity.By = rep
	return l
}

func TestSimulatorFoldsWhatRoutingRemembers(t *testing.T) {
	for _, test := range []struct {
		name, reason string
		lines        []replay.Line
		until        int
		want         []string
	}{
		{"a cap", "handoffs are counted, and what nobody had room for is decided again when the day is over",
			[]replay.Line{demo(0, "A", ""), demo(1, "B", ""), demo(2, "C", "")}, day,
			[]string{"0 A trigger A-0: assigned kim", "1 B trigger B-1: assigned lee", "2 C trigger C-2: queued",
				"540 C time: swept", "540 C trigger C-2: assigned kim"}},
		{"a tally that comes along", "what was handed over before the lines counts too",
			[]replay.Line{carrying(demo(0, "A", ""), "tally/acme/rep/kim", handoff.Tally{At: []time.Time{minute(-10)}})}, 0,
			[]string{"0 A trigger A-0: assigned lee"}},
		{"a ledger that comes along", "turns go on from it",
			[]replay.Line{carrying(demo(0, "A", ""), "pool/acme/reps", handoff.Pool{Rotation: "lowest_count/1", Turns: 3, Count: 3,
				Members: handoff.NewLine(handoff.Member{Rep: "kim", Weight: 1, Assigned: 2}, handoff.Member{Rep: "lee", Weight: 1, Assigned: 1})})}, 0,
			[]string{"0 A trigger A-0: assigned lee"}},
		{"an account that sticks", "its second lead goes where the first went, also against the cap",
			[]replay.Line{of(demo(0, "A", ""), "X"), of(demo(1, "B", ""), "X"), of(demo(2, "C", ""), "Y")}, 2,
			[]string{"0 A trigger A-0: assigned kim", "1 B trigger B-1: assigned kim", "2 C trigger C-2: assigned lee"}},
		{"a turn that is given back", "whoever declined has one handoff less, and is next a day later",
			[]replay.Line{demo(0, "A", ""), demo(1, "B", ""), by(done(2, "B", handoff.ActivityDeclined), "lee"), demo(day, "C", "")}, day,
			[]string{"0 A trigger A-0: assigned kim", "1 B trigger B-1: assigned lee", "2 B activity declined-2: observed",
				"1440 C trigger C-1440: assigned lee"}},
		{"people of an account", "a sequence ends with each of those whom it reached, though no line is about them",
			[]replay.Line{drop(0, "X", "C", "A", "B")}, 2 * day,
			[]string{"0 X trigger X: enrolled kim", "1440 A time: swept", "1440 B time: swept"}},
		{"a queue", "the record leaves it for its people when the pool has room, with the facts of its line",
			[]replay.Line{drop(0, "X", "A"), drop(1, "Y", "B")}, 2*60 + day,
			[]string{"0 X trigger X: enrolled kim", "1 Y trigger Y: queued", "120 Y time: swept", "120 Y trigger Y: enrolled kim",
				"1440 A time: swept", "1560 B time: swept"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			engine, err := rules.Parse("policy.yaml", []byte(routed))
			if err != nil {
				t.Fatal(err)
			}
			s := replay.New(engine)
			var got []string
			for _, l := range test.lines {
				decisions, err := s.Step(l)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, rows(decisions)...)
			}
			decisions, err := s.Until(minute(test.until))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, append(got, rows(decisions)...)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", test.reason, diff)
			}
		})
	}
}

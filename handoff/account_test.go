package handoff_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// rally runs a sequence of everybody's, exclusive or not, that an account's or another play started.
func rally(sequence string, exclusive bool, person string) handoff.Effect {
	return runs(account("A1"), sequence, exclusive, lead(person))
}

// enrolled returns whom a decision enrols, in the order of their ids.
func enrolled(d handoff.Decision) (out []string) {
	for _, e := range effects[handoff.Enroll](d) {
		out = append(out, e.Person.ID)
	}
	return out
}

// codes returns the codes of the reasons that the play's people gave, with the texts.
func codes(d handoff.Decision) (out []string) {
	for _, r := range d.Reasons {
		if r.Rule == handoff.RuleSequence || r.Code == handoff.CodePeople {
			out = append(out, r.Code+": "+r.Text)
		}
	}
	return out
}

func TestPeople_Picked(t *testing.T) {
	mail := handoff.ChannelEmail
	for _, tt := range []struct {
		name, reason string
		people       []handoff.Lead
		before       []handoff.Effect
		want         handoff.Verdict
		enrolled     []string
		codes        []string
	}{
		{"by the condition", "an ic is not whom the play is about", []handoff.Lead{member("P1", "ic"), member("P2", "manager")}, nil,
			handoff.VerdictEnrolled, []string{"P2"}, nil},
		{"not by an unknown condition", "unknown is not picked, and said", []handoff.Lead{member("P1", ""), member("P2", "manager"), member("P3", "")}, nil,
			handoff.VerdictEnrolled, []string{"P2"}, []string{"people: cannot tell whether it is about lead/P1, lead/P3"}},
		{"first come first", "a vp is ahead of managers with lesser ids", []handoff.Lead{member("P1", "manager"), member("P2", "manager"), member("P3", "vp")}, nil,
			handoff.VerdictEnrolled, []string{"P1", "P3"}, nil},
		{"at most", "each by id", []handoff.Lead{member("P4", "vp"), member("P3", "vp"), member("P2", "vp")}, nil,
			handoff.VerdictEnrolled, []string{"P2", "P3"}, nil},
		{"one without consent", "the next one takes the place", []handoff.Lead{member("P1", "vp", no(mail)...), member("P2", "vp"), member("P3", "vp")}, nil,
			handoff.VerdictEnrolled, []string{"P2", "P3"}, []string{"blocked_channel: may not reach lead/P1 by email, social"}},
		{"consent within a microsecond", "a refusal and a grant at one instant are a refusal", []handoff.Lead{member("P1", "vp", consent(handoff.ConsentDenied, earlier), consent(handoff.ConsentGranted, earlier.Add(500)))}, nil,
			handoff.VerdictBlockedChannel, nil, []string{"blocked_channel: may not reach lead/P1 by email, social"}},
		{"those behind are not looked at", "the play has whom it wants", []handoff.Lead{member("P1", "vp"), member("P2", "vp"), member("P3", "vp", no(mail)...), member("P4", "vp")},
			[]handoff.Effect{rally("rally", true, "P4")}, handoff.VerdictEnrolled, []string{"P1", "P2"}, nil},
		{"nobody allowed", "the owner still gets the task", []handoff.Lead{member("P1", "vp", no(mail)...), member("P2", "vp", no(mail)...)}, nil,
			handoff.VerdictBlockedChannel, nil, []string{"blocked_channel: may not reach lead/P1 by email, social", "blocked_channel: may not reach lead/P2 by email, social"}},
		{"nobody fits", "the play has nobody to be about", []handoff.Lead{member("P1", "ic")}, nil,
			handoff.VerdictBlockedChannel, nil, []string{"blocked_channel: the play is about none of the account's people"}},
		{"nobody there", "the account has no people", []handoff.Lead{}, nil,
			handoff.VerdictBlockedChannel, nil, []string{"blocked_channel: the play is about none of the account's people"}},
		{"nobody looked", "that is no answer", nil, nil,
			handoff.VerdictBlockedChannel, nil, []string{"blocked_channel: the request does not list the account's people"}},
		{"one is busy", "the others are not", []handoff.Lead{member("P1", "vp"), member("P2", "vp"), member("P3", "vp")}, []handoff.Effect{rally("sdr", true, "P1")},
			handoff.VerdictEnrolled, []string{"P2", "P3"}, []string{"exclusive: sdr is exclusive and runs for lead/P1"}},
		{"one is in it", "a sequence does not run twice", []handoff.Lead{member("P1", "vp"), member("P2", "vp")}, []handoff.Effect{rally("rally", true, "P1")},
			handoff.VerdictEnrolled, []string{"P2"}, []string{"running: rally already runs for lead/P1"}},
		{"one was in it lately", "re-entry is each person's own", []handoff.Lead{member("P1", "vp"), member("P2", "vp")},
			[]handoff.Effect{handoff.Exit{Subject: lead("P1"), Exited: handoff.Exited{Sequence: "rally", Person: lead("P1"), At: earlier}}},
			handoff.VerdictEnrolled, []string{"P2"}, []string{"reentry: ended too recently to start again for lead/P1"}},
		{"all are busy", "nobody is free for it", []handoff.Lead{member("P1", "vp"), member("P2", "vp")}, []handoff.Effect{rally("sdr", true, "P1"), rally("rally", true, "P2")},
			handoff.VerdictHeld, nil, []string{"exclusive: sdr is exclusive and runs for lead/P1", "running: rally already runs for lead/P2"}},
		{"one busy, one not allowed", "somebody is free, and may not be reached", []handoff.Lead{member("P1", "vp"), member("P2", "vp", no(mail)...)}, []handoff.Effect{rally("sdr", true, "P1")},
			handoff.VerdictBlockedChannel, nil, []string{"exclusive: sdr is exclusive and runs for lead/P1", "blocked_channel: may not reach lead/P2 by email, social"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t, crowded), now, engaged(tt.people, with(tt.before...)))
			if d.Verdict != tt.want {
				t.Errorf("got %s, want %s: %s", d.Verdict, tt.want, tt.reason)
			}
			if diff := cmp.Diff(tt.enrolled, enrolled(d)); diff != "" {
				t.Errorf("%s: whom it enrols (-want +got):\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff(tt.codes, codes(d)); diff != "" {
				t.Errorf("%s: reasons (-want +got):\n%s", tt.reason, diff)
			}
			assigned := 1
			if tt.want == handoff.VerdictHeld {
				assigned = 0
			}
			if n := len(effects[handoff.Assign](d)); n != assigned || len(effects[handoff.AttachContext](d)) != assigned {
				t.Errorf("%d owners, want %d", n, assigned)
			}
		})
	}
}

// TestPeople_EveryoneOfThem leaves out the condition, and has a sequence that wants all of its steps.
func TestPeople_EveryoneOfThem(t *testing.T) {
	people := []handoff.Lead{member("P1", ""), member("P2", "ic", no(handoff.ChannelCall)...), member("P3", "vp"), member("P4", "ic"), member("P5", "ic")}
	d := decide(t, compile(t, crowded), now, engaged(people, size(50)))
	if diff := cmp.Diff([]string{"P1", "P3", "P4"}, enrolled(d)); diff != "" {
		t.Errorf("everybody fits, and P2 may not be called (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"blocked_channel: may not reach lead/P2 by call"}, codes(d)); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestPeople_OwnerHears(t *testing.T) {
	blocked := member("P1", "vp", no(handoff.ChannelEmail)...)
	notice := func(text string) []handoff.Notify {
		return []handoff.Notify{{Subject: account("A1"), ID: "blocked-rally", Level: handoff.LevelWarning, To: "kim", Text: "rally did not start: " + text}}
	}
	for _, tt := range []struct {
		name, reason string
		people       []handoff.Lead
		want         []handoff.Notify
	}{
		{"one left out", "the context has the channels of each", []handoff.Lead{blocked, member("P2", "vp")}, nil},
		{"all left out", "once, however many they are", []handoff.Lead{blocked, member("P2", "vp", blocked.Consent...)}, notice("nobody may be reached on its channels")},
		{"nobody fits", "with the reason", []handoff.Lead{member("P1", "ic")}, notice("the play is about none of the account's people")},
		{"nobody looked", "with the reason", nil, notice("the request does not list the account's people")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t, crowded), now, engaged(tt.people))
			if diff := cmp.Diff(tt.want, effects[handoff.Notify](d)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestLaw07_UnknownPeople says which facts were unknown.
func TestLaw07_UnknownPeople(t *testing.T) {
	e := compile(t, crowded)
	one := reasonFor(decide(t, e, now, engaged([]handoff.Lead{member("P1", ""), member("P2", ""), member("P3", "vp")})), "rally")
	if i := slices.IndexFunc(one, func(r handoff.Reason) bool { return r.Code == handoff.CodePeople }); i < 0 || !slices.Equal(one[i].Unknown, []string{"lead.role"}) {
		t.Errorf("%v do not say that lead.role is unknown", one)
	}
	nobody := decide(t, e, now, engaged(nil))
	if last := nobody.Reasons[len(nobody.Reasons)-1]; !slices.Equal(last.Unknown, []string{"account.people"}) {
		t.Errorf("%v does not say that the people are unknown", last)
	}
}

func TestPeople_MakeRoom(t *testing.T) {
	old := handoff.Enroll{Subject: account("A1"), Enrollment: handoff.Enrollment{Sequence: "sdr", Exclusive: handoff.Exclusive, Person: lead("P2"), Owner: "ana", At: earlier, Ends: now, Steps: steps(handoff.ChannelEmail)}}
	d := decide(t, compile(t, crowded), now, engaged([]handoff.Lead{member("P1", "vp"), member("P2", "vp"), member("P3", "vp", no(handoff.ChannelEmail)...), member("P4", "vp")},
		with(rally("nurture", false, "P1"), old, rally("nurture", false, "P3"), rally("nurture", false, "P4"))))
	want := []handoff.Exit{
		{Subject: lead("P1"), Exited: handoff.Exited{Sequence: "nurture", Person: lead("P1"), At: now, By: "rally"}},
		{Subject: lead("P2"), Exited: handoff.Exited{Sequence: "sdr", Person: lead("P2"), At: now, By: handoff.ByEnd}},
	}
	if diff := cmp.Diff(want, effects[handoff.Exit](d)); diff != "" {
		t.Errorf("what is superseded or over ends for those who are enrolled, and for nobody else (-want +got):\n%s", diff)
	}
}

func TestPeople_InTheContext(t *testing.T) {
	denied := append(no(handoff.ChannelEmail, handoff.ChannelMeeting), handoff.Consent{Channel: handoff.ChannelSocial, Status: handoff.ConsentGranted, At: earlier})
	d := decide(t, compile(t, crowded), now, engaged([]handoff.Lead{member("P1", "manager"), member("P2", "vp", denied...), member("P3", "vp"), member("P4", "manager"), member("P5", "ic")}))
	c, _ := d.Context()
	open := []handoff.Channel{handoff.ChannelCall, handoff.ChannelEmail, handoff.ChannelMeeting, handoff.ChannelTask}
	want := []handoff.Contactable{
		{Lead: lead("P2"), Channels: []handoff.Channel{handoff.ChannelCall, handoff.ChannelSocial, handoff.ChannelTask}, Enrolled: true},
		{Lead: lead("P3"), Channels: open, Enrolled: true},
		{Lead: lead("P1"), Channels: open},
		{Lead: lead("P4"), Channels: open},
	}
	if diff := cmp.Diff(want, c.People); diff != "" {
		t.Errorf("whom the play is about, those first who come first (-want +got):\n%s", diff)
	}
	if len(c.Channels) > 0 {
		t.Errorf("the account itself has channels: %v", c.Channels)
	}
}

// TestPeople_RecordsAreNeeded asks for the records of the people, and decides on what they hold.
func TestPeople_RecordsAreNeeded(t *testing.T) {
	e := compile(t, crowded)
	r := engaged([]handoff.Lead{member("P2", "vp"), member("P1", "vp")})
	keys := e.Needs(now, r)
	for _, id := range []string{"P1", "P2"} {
		if !slices.Contains(keys, lead(id)) {
			t.Errorf("does not ask for %s: its record holds consent and sequences", id)
		}
	}
	said := handoff.SetConsent{Subject: lead("P1"), Consent: consent(handoff.ConsentDenied, now)}
	if diff := cmp.Diff([]string{"P2"}, enrolled(decide(t, e, now, engaged(r.People, with(said))))); diff != "" {
		t.Errorf("a refusal that State remembers counts (-want +got):\n%s", diff)
	}
}

// TestPeople_ActivitiesOfTheAccount enrols two people and observes what is about both, and what is about one.
func TestPeople_ActivitiesOfTheAccount(t *testing.T) {
	e := compile(t, crowded, ends)
	all := engaged([]handoff.Lead{member("P1", "vp"), member("P2", "vp")})
	_, state := apply(t, e, now, nil, all)
	own := handoff.Enroll{Subject: lead("P1"), Enrollment: handoff.Enrollment{Sequence: "nurture", Person: lead("P1"), At: now, Steps: steps(handoff.ChannelEmail, handoff.ChannelCall)}}
	state = handoff.Apply(state, []handoff.Effect{own})
	bare := handoff.Request{Subject: account("A1"), Account: handoff.Account{ID: "A1"}, State: state} // names nobody
	only := bare
	only.Lead = handoff.Lead{ID: "P1"}
	for _, tt := range []struct {
		name, reason string
		lifecycle    func(*handoff.Config)
		request      handoff.Request
		activity     handoff.Activity
		want         []string
	}{
		{"of the account", "its plays' sequences end for everybody", ends, bare, handoff.Activity{ID: "a1", Kind: handoff.ActivityResolved, At: now}, []string{"rally of P1", "rally of P2"}},
		{"opt-out of one", "whoever started them, and for nobody else", settle(0), only, handoff.Activity{ID: "a1", Kind: handoff.ActivityOptOut, Channel: handoff.ChannelEmail, At: now}, []string{"nurture of P1", "rally of P1"}},
		{"opt-out of another channel", "only what uses it", settle(0), only, handoff.Activity{ID: "a1", Kind: handoff.ActivityOptOut, Channel: handoff.ChannelCall, At: now}, []string{"nurture of P1"}},
		{"late opt-out", "a refusal is one, however late it is told", settle(0), only, handoff.Activity{ID: "a1", Kind: handoff.ActivityOptOut, Channel: handoff.ChannelEmail, At: earlier}, []string{"nurture of P1", "rally of P1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, after := observe(t, compile(t, crowded, tt.lifecycle), tt.request, tt.activity)
			var got []string
			for _, x := range effects[handoff.Exit](d) {
				got = append(got, x.Sequence+" of "+x.Person.ID)
				if x.At.Before(now) {
					t.Errorf("%s ends before it began", x.Sequence)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if record, _ := after[lead("P1")].Value.(handoff.Record); tt.activity.Channel != "" && len(record.Consent) != 1 {
				t.Errorf("the person's record remembers %v", record.Consent)
			}
		})
	}
	t.Run("opt-out before a grant", func(t *testing.T) {
		granted := only
		granted.Lead.Consent = []handoff.Consent{consent(handoff.ConsentGranted, now)}
		d, _ := observe(t, compile(t, crowded), granted, handoff.Activity{ID: "a1", Kind: handoff.ActivityOptOut, Channel: handoff.ChannelEmail, At: earlier})
		if x := effects[handoff.Exit](d); len(x) > 0 {
			t.Errorf("%v end, though the person agreed since", x)
		}
	})
}

func TestPeople_SweptByThemselves(t *testing.T) {
	e := compile(t, crowded)
	_, state := apply(t, e, now, nil, engaged([]handoff.Lead{member("P1", "vp")}))
	late := now.Add(100 * day)
	sweepOf := func(r handoff.Request) handoff.Decision {
		d, err := e.Sweep(late, fill(e, late, withState(r, state)))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := sweepOf(handoff.Request{Subject: account("A1"), Account: handoff.Account{ID: "A1"}}); len(effects[handoff.Exit](d)) > 0 {
		t.Errorf("the account's sweep ends %v", d.Effects)
	}
	d := sweepOf(handoff.Request{Subject: lead("P1"), Lead: handoff.Lead{ID: "P1"}})
	if x := effects[handoff.Exit](d); len(x) != 1 || x[0].By != handoff.ByEnd || x[0].Subject != lead("P1") {
		t.Errorf("the person's sweep ends %v, want the sequence that the account's play started", x)
	}
}

func TestPeople_RulesRefused(t *testing.T) {
	for _, tt := range []struct {
		name, problem, reason string
		edit                  func(*handoff.Config)
	}{
		{"of a lead", "only a play about an account picks people", "a lead is one person", func(c *handoff.Config) { c.Plays[0].People.AtMost = 1 }},
		{"nobody", "at_most is from 1 to 200", "a rule that picks nobody is none", func(c *handoff.Config) { c.Plays[4].People.Who = always(handoff.True) }},
		{"fewer than nobody", "at_most is from 1 to 200", "there is no such number", func(c *handoff.Config) { c.Plays[4].People.AtMost = -1 }},
		{"more than a request holds", "at_most is from 1 to 200", "lists are bounded", func(c *handoff.Config) { c.Plays[4].People.AtMost = 1001 }},
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

func TestFacts_AsPerson(t *testing.T) {
	var seen []string
	e := compile(t, crowded, func(c *handoff.Config) {
		role, tier := slot(*c, "role"), slot(*c, "tier")
		last := &c.Plays[len(c.Plays)-2]
		last.People.Who = handoff.ConditionFunc(func(f *handoff.Facts) handoff.Truth {
			seen = append(seen, strings.Join([]string{f.Lead.ID, f.EmailDomain, f.Fields[role].Text(), f.Fields[tier].Text(), f.Trigger.ID, f.Subject.String()}, " "))
			if f.Lead.Person != (handoff.Person{}) {
				t.Error("a condition sees the person")
			}
			return handoff.True
		})
		last.When = handoff.ConditionFunc(func(f *handoff.Facts) handoff.Truth {
			if n, known := f.People(); n != 2 || !known || f.Lead.ID != "P9" {
				t.Errorf("the account has %d people, %t, and lead %s", n, known, f.Lead.ID)
			}
			return handoff.True
		})
	})
	decide(t, e, now, engaged([]handoff.Lead{member("P2", "vp"), member("P1", "")}, func(r *handoff.Request) {
		r.Lead = member("P9", "ic")
		r.Account.Fields = map[string]handoff.Value{"tier": handoff.StringValue("base")}
	}))
	want := []string{"P1 initech.example  base E1 account/A1", "P2 initech.example vp base E1 account/A1"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("conditions see each of the people as the lead, by id (-want +got):\n%s", diff)
	}
}

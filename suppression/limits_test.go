package suppression

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// A recipient is whom touches reach in a test, and what State remembers.
type recipient struct {
	lead  handoff.Lead
	state handoff.State
}

// meet passes the facts of a recipient to a function, as an engine fills them.
func meet(tb testing.TB, zone *calendar.Zone, r recipient, ask func(*handoff.Facts)) {
	tb.Helper()
	asked := false
	e, err := handoff.New(handoff.Config{
		Policy: "acme", Zone: zone,
		Matcher:  handoff.MatcherFunc(func(f *handoff.Facts, dst []int32) []int32 { asked = true; ask(f); return dst }),
		Triggers: []handoff.TriggerRule{{Kind: "demo_request", About: handoff.KindLead, StaleAfter: time.Hour}},
		Plays: []handoff.Play{{ID: "demo", Motion: "inbound", Trigger: "demo_request",
			Router: handoff.RouterFunc(func(*handoff.Facts, *handoff.Play) handoff.Routing { return handoff.Routing{} })}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	if r.lead.ID == "" {
		r.lead.ID = "L1"
	}
	state := handoff.State{r.lead.Ref(): {}, handoff.TriggerKey("acme", "T1"): {}}
	if r.lead.Account != "" {
		state[handoff.Account{ID: r.lead.Account}.Ref()] = handoff.Entry{}
	}
	for key, entry := range r.state {
		state[key] = entry
	}
	// What the limits read and the state lacks, the engine reports as missing, after they have answered.
	_, err = e.Decide(at, handoff.Request{Subject: r.lead.Ref(), Lead: r.lead, State: state,
		Triggers: []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: at}}})
	if !asked {
		tb.Fatalf("the engine did not come to ask: %v", err)
	}
}

// limits returns the answer about touches to a recipient, in a policy whose zone is UTC.
func limits(tb testing.TB, l *Limits, r recipient, own string, touches ...handoff.Touch) (answer handoff.Limits) {
	tb.Helper()
	meet(tb, nil, r, func(f *handoff.Facts) { answer = l.Limit(f, touches, []string{own}) })
	return answer
}

func newLimits(tb testing.TB, c LimitConfig) *Limits {
	tb.Helper()
	c.Policy = "acme"
	l, err := NewLimits(c)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func touchAt(t testing.TB, channel handoff.Channel, at string) handoff.Touch {
	t.Helper()
	return handoff.Touch{ID: at, Channel: channel, At: moment(t, at)}
}

// send asks about touches one after the other. Each that nothing stops goes out, and counts. It returns until when each waits.
func send(t *testing.T, l *Limits, r *recipient, touches ...handoff.Touch) []string {
	t.Helper()
	var got []string
	for _, touch := range touches {
		answer := limits(t, l, *r, "", touch)
		text := "sent"
		for _, stop := range answer.Stops {
			text = stop.Until.Format("Mon 15:04")
		}
		if got = append(got, text); text == "sent" {
			r.count(answer.Counts)
		}
	}
	return got
}

func (r *recipient) count(counts []handoff.Count) {
	var effects []handoff.Effect
	for _, c := range counts {
		effects = append(effects, c)
	}
	r.state = handoff.Apply(r.state, effects)
}

// TestLimit_Peers plays what other products say of their own limits.
func TestLimit_Peers(t *testing.T) {
	const h = time.Hour
	chicago := handoff.Lead{Zone: "America/Chicago"}
	cap1 := func(w Window) LimitConfig {
		return LimitConfig{Caps: []TouchCap{{ID: "c", Cap: Cap{Max: 1, Per: PerLead, Window: w}}}}
	}
	for _, tt := range []struct {
		name, reason string
		config       LimitConfig
		lead         handoff.Lead
		channel      handoff.Channel
		at, want     []string
	}{
		{"Braze, two a week", "the third of a week waits for Sunday",
			LimitConfig{Caps: []TouchCap{{ID: "c", Channels: []handoff.Channel{handoff.ChannelInApp}, Cap: Cap{Max: 2, Per: PerLead, Window: Window{Every: Week, Recipient: true}}}}},
			chicago, handoff.ChannelInApp,
			[]string{"2026-03-02T15:00Z", "2026-03-04T15:00Z", "2026-03-05T15:00Z"}, []string{"sent", "sent", "Sun 06:00"}},
		{"Braze, one a day", "23:00 and 00:00 are an hour apart, on two days of the recipient's",
			cap1(Window{Every: Day, Recipient: true}), chicago, handoff.ChannelEmail,
			[]string{"2026-03-03T05:00Z", "2026-03-03T05:59Z", "2026-03-03T06:00Z"}, []string{"sent", "Tue 06:00", "sent"}},
		{"Marketo, one in 24 hours", "Sunday 22:00 to Monday 22:00",
			cap1(Window{Within: 24 * h}), chicago, handoff.ChannelEmail,
			[]string{"2026-03-01T22:00Z", "2026-03-02T21:59Z", "2026-03-02T22:00Z"}, []string{"sent", "Mon 22:00", "sent"}},
		{"Marketo, one a month", "a month is 30 days",
			cap1(Window{Within: 720 * h}), chicago, handoff.ChannelEmail,
			[]string{"2026-02-01T22:00Z", "2026-03-03T21:59Z", "2026-03-03T22:00Z"}, []string{"sent", "Tue 22:00", "sent"}},
		{"Marketo, one a day of the subscription", "by the clocks of the account, not of the recipient",
			cap1(Window{Every: Day, Zone: zoneNamed(t, "Europe/Berlin")}), chicago, handoff.ChannelEmail,
			[]string{"2026-03-02T22:59Z", "2026-03-02T23:00Z"}, []string{"sent", "sent"}},
		{"Iterable, one a week", "the week is over on Sunday at 00:00",
			cap1(Window{Every: Week, Zone: zoneNamed(t, "America/Los_Angeles")}), chicago, handoff.ChannelEmail,
			[]string{"2026-03-07T08:00Z", "2026-03-08T07:59Z", "2026-03-08T08:00Z"}, []string{"sent", "Sun 08:00", "sent"}},
		{"Adobe, one a week", "the week ends on Saturday at 23:59:59, in UTC",
			cap1(Window{Every: Week, Zone: zoneNamed(t, "UTC")}), chicago, handoff.ChannelEmail,
			[]string{"2026-03-01T00:00Z", "2026-03-07T23:59:59Z", "2026-03-08T00:00Z"}, []string{"sent", "Sun 00:00", "sent"}},
		{"Customer.io, one in 7 days", "rolling, to the second",
			cap1(Window{Within: 168 * h}), chicago, handoff.ChannelEmail,
			[]string{"2026-03-01T09:00:30Z", "2026-03-08T09:00:29Z", "2026-03-08T09:00:30Z"}, []string{"sent", "Sun 09:00", "sent"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var touches []handoff.Touch
			for _, at := range tt.at {
				touches = append(touches, touchAt(t, tt.channel, at))
			}
			if got := send(t, newLimits(t, tt.config), &recipient{lead: tt.lead}, touches...); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// TestLimit_TimerKeepsItsLength plays a Klaviyo account whose timer is made shorter while one runs.
func TestLimit_TimerKeepsItsLength(t *testing.T) {
	timer := func(d time.Duration) *Limits {
		return newLimits(t, LimitConfig{Caps: []TouchCap{{ID: "smart", Cap: Cap{Max: 1, Per: PerLead, Window: Window{Timer: d}}}}})
	}
	var r recipient
	got := send(t, timer(16*time.Hour), &r, touchAt(t, handoff.ChannelEmail, "2026-03-02T09:00Z"))
	got = append(got, send(t, timer(10*time.Hour), &r,
		touchAt(t, handoff.ChannelEmail, "2026-03-02T20:00Z"), touchAt(t, handoff.ChannelEmail, "2026-03-03T01:00Z"),
		touchAt(t, handoff.ChannelEmail, "2026-03-03T10:59Z"), touchAt(t, handoff.ChannelEmail, "2026-03-03T11:00Z"))...)
	want := []string{"sent", "Tue 01:00", "sent", "Tue 11:00", "sent"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v: the first timer runs for 16 hours, and the one of 01:00 for 10", got, want)
	}
}

func TestLimit_QuietHours(t *testing.T) {
	const weekend, nights, sunday = "sat-sun 00:00-24:00, mon-fri 21:00-09:00", "mon-sun 21:00-08:00", ", sun 21:00-09:00"
	dallas := handoff.Lead{Zone: "America/Chicago"}
	texan := handoff.Lead{Country: "US", State: "TX"}
	for _, tt := range []struct {
		name, hours string
		lead        handoff.Lead
		channel     handoff.Channel
		at, until   string // "": it goes out; "never": for ever
		unknown     bool
		reason      string
	}{
		{"Monday morning", weekend, dallas, handoff.ChannelEmail, "2026-03-02T14:00Z", "", false, "no window starts on Sunday at 21:00, so 08:00 is not quiet"},
		{"Monday morning, closed", weekend + sunday, dallas, handoff.ChannelEmail, "2026-03-02T14:00Z", "2026-03-02T15:00Z", false, "Sunday's window ends at 09:00"},
		{"Friday night", weekend, dallas, handoff.ChannelEmail, "2026-03-07T03:00Z", "2026-03-09T05:00Z", false, "the night runs into the weekend, which ends on Monday at 00:00, in summer time"},
		{"at the beginning", nights, dallas, handoff.ChannelEmail, "2026-03-03T03:00Z", "2026-03-03T14:00Z", false, "21:00 is quiet"},
		{"at the end", nights, dallas, handoff.ChannelEmail, "2026-03-03T14:00Z", "", false, "08:00 is not"},
		{"the eastern candidate", nights, texan, handoff.ChannelEmail, "2026-03-03T03:30Z", "2026-03-03T15:00Z", true, "21:30 in Dallas, 20:30 in El Paso; both are awake when it is 08:00 in El Paso"},
		{"the western candidate", nights, texan, handoff.ChannelEmail, "2026-03-03T14:30Z", "2026-03-03T15:00Z", true, "08:30 in Dallas, 07:30 in El Paso"},
		{"all candidates", nights, texan, handoff.ChannelEmail, "2026-03-03T06:00Z", "2026-03-03T15:00Z", false, "it is night wherever the person is"},
		{"no candidate", nights, texan, handoff.ChannelEmail, "2026-03-03T16:00Z", "", false, "it is day wherever the person is"},
		{"a name that is no zone", nights, handoff.Lead{Zone: "Texas", Country: "US", State: "TX"}, handoff.ChannelEmail, "2026-03-03T14:30Z", "2026-03-03T15:00Z", true, "the zone counts as unknown"},
		{"nothing is known", nights, handoff.Lead{}, handoff.ChannelEmail, "2026-03-03T14:30Z", "2026-03-03T16:00Z", true, "then it is 08:00 in Los Angeles, and before it was in New York alone"},
		{"nothing is known, and all are awake", nights, handoff.Lead{}, handoff.ChannelEmail, "2026-03-03T16:00Z", "", false, "the zones of the rule are candidates"},
		{"hardly ever", "mon-sun 01:00-23:00", handoff.Lead{}, handoff.ChannelEmail, "2026-03-03T16:00Z", "never", true, "the two zones share no quiet-free hour"},
		{"a country of many zones", nights, handoff.Lead{Country: "US"}, handoff.ChannelEmail, "2026-03-03T14:30Z", "2026-03-03T18:00Z", true, "from 08:00 in Honolulu to 21:00 in New York"},
		{"a task", nights, dallas, handoff.ChannelTask, "2026-03-03T06:00Z", "", false, "a task reaches nobody"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLimits(t, LimitConfig{Quiet: []Quiet{{ID: "q", Hours: hoursOf(t, tt.hours), Position: "p:1:1",
				Zones: zonesNamed(t, "America/New_York", "America/Los_Angeles")}}})
			var want []handoff.Stop
			if tt.until != "" {
				hold := handoff.ActiveHold{ID: "q", Reason: "quiet hours", Source: "quiet_hours", Position: "p:1:1"}
				if tt.until != "never" {
					hold.Until = moment(t, tt.until)
				}
				if tt.unknown {
					hold.Unknown = []string{"lead.zone"}
				}
				want = []handoff.Stop{{OfHour: true, ActiveHold: hold}}
			}
			answer := limits(t, l, recipient{lead: tt.lead}, "", touchAt(t, tt.channel, tt.at))
			if diff := cmp.Diff(want, answer.Stops); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestLimit_CallingHours(t *testing.T) {
	federal := LawRow{ID: "tcpa", Source: "47 CFR 64.1200", Hours: hoursOf(t, "mon-sun 08:00-21:00")}
	florida := LawRow{ID: "fl", Hours: hoursOf(t, "mon-sun 08:00-20:00")}
	texas := LawRow{ID: "tx", Hours: hoursOf(t, "mon-sat 09:00-21:00, sun 12:00-21:00")}
	morning, evening := LawRow{ID: "am", Hours: hoursOf(t, "mon-sun 08:00-09:00")}, LawRow{ID: "pm", Hours: hoursOf(t, "mon-sun 20:00-21:00")}
	miami, dallas := handoff.Lead{Zone: "America/New_York"}, handoff.Lead{Zone: "America/Chicago"}
	chicago := zonesNamed(t, "America/Chicago")
	for _, tt := range []struct {
		name    string
		rows    []LawRow
		lead    handoff.Lead
		zones   []*calendar.Zone
		at      string
		want    []string // id and until
		unknown bool
		reason  string
	}{
		{"no row", nil, miami, nil, "2026-03-03T06:00Z", nil, false, "no law has hours for it"},
		{"Florida at 20:30", []LawRow{federal, florida}, miami, nil, "2026-03-03T01:30Z", []string{"fl 2026-03-03T13:00:00Z"}, false, "the federal hours alone would allow it"},
		{"Florida at 21:30", []LawRow{federal, florida}, miami, nil, "2026-03-03T02:30Z", []string{"tcpa 2026-03-03T13:00:00Z", "fl 2026-03-03T13:00:00Z"}, false, "both forbid it"},
		{"Texas on Sunday at 11:00", []LawRow{federal, texas}, dallas, nil, "2026-03-01T17:00Z", []string{"tx 2026-03-01T18:00:00Z"}, false, "from 12:00"},
		{"Texas at 08:00", []LawRow{federal, texas}, dallas, nil, "2026-03-02T13:30Z", []string{"tcpa 2026-03-02T15:00:00Z", "tx 2026-03-02T15:00:00Z"}, false, "07:30 is too early for both, and they wait for the later one"},
		{"the last microsecond", []LawRow{federal}, miami, nil, "2026-03-03T01:59:59.999999Z", nil, false, "20:59 is allowed"},
		{"at the close", []LawRow{federal}, miami, nil, "2026-03-03T02:00Z", []string{"tcpa 2026-03-03T13:00:00Z"}, false, "21:00 is not"},
		{"one of two zones", []LawRow{federal}, handoff.Lead{Country: "US", State: "TX"}, nil, "2026-03-02T14:30Z", []string{"tcpa 2026-03-02T15:00:00Z"}, true, "07:30 in El Paso"},
		{"nothing is known", []LawRow{federal}, handoff.Lead{}, chicago, "2026-03-02T13:30Z", []string{"tcpa 2026-03-02T14:00:00Z"}, false, "the zones of the config are candidates"},
		{"nothing is known of anything", []LawRow{federal}, handoff.Lead{}, nil, "2026-03-02T18:00Z", []string{"tcpa 0001-01-01T00:00:00Z"}, true, "no zone is no permission"},
		{"hours that exclude each other", []LawRow{morning, evening}, miami, nil, "2026-03-02T13:30Z", []string{"pm 0001-01-01T00:00:00Z"}, false, "no instant is in both"},
		{"a closing shown twice", []LawRow{{ID: "x", Hours: hoursOf(t, "mon-sun 00:30-01:30")}}, miami, nil, "2026-11-01T05:45Z", []string{"x 2026-11-02T05:30:00Z"}, false, "01:45; it closed at the first 01:30, and stays closed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLimits(t, LimitConfig{Zones: tt.zones})
			l.hours = func(*handoff.Facts, handoff.Touch, time.Time) (rows []applying) {
				for i := range tt.rows {
					rows = append(rows, applying{LawRow: &tt.rows[i]})
				}
				return rows
			}
			var got []string
			for _, stop := range limits(t, l, recipient{lead: tt.lead}, "", touchAt(t, handoff.ChannelCall, tt.at)).Stops {
				got = append(got, stop.ID+" "+stop.Until.Format(time.RFC3339))
				if stop.Source != "law" || stop.Reason == "" || slices.Equal(stop.Unknown, []string{"lead.zone"}) != tt.unknown {
					t.Errorf("%+v: source law, a reason, and the zone unknown: %v", stop, tt.unknown)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// TestLimit_LawSaysWhy asks by the table of the United States about a lead whose state is known, or not.
func TestLimit_LawSaysWhy(t *testing.T) {
	rows, _ := Table("tcpa")
	law, err := NewLaw(LawConfig{Rows: rows})
	if err != nil {
		t.Fatal(err)
	}
	l := newLimits(t, LimitConfig{Law: law, Zones: zonesNamed(t, "America/New_York", "America/Los_Angeles")})
	for _, tt := range []struct {
		name, reason string
		lead         handoff.Lead
		at           string
		want         []string // id and what is unknown
	}{
		{"Florida at 20:30", "the state's hours are over, the federal ones are not", handoff.Lead{Country: "US", State: "FL", Zone: "America/New_York"},
			"2026-03-03T01:30Z", []string{"tcpa.hours.fl"}},
		{"Florida at 21:30", "both are over", handoff.Lead{Country: "US", State: "FL", Zone: "America/New_York"},
			"2026-03-03T02:30Z", []string{"tcpa.hours", "tcpa.hours.fl"}},
		{"somewhere at 08:30", "some states begin at 09:00", handoff.Lead{Country: "US", Zone: "America/New_York"},
			"2026-03-03T13:30Z", []string{"tcpa.hours.ct lead.state", "tcpa.hours.ri lead.state", "tcpa.hours.tx lead.state"}},
		{"nobody knows where, at 08:30 in New York", "in Los Angeles it is night, and in some states a Sunday begins late", handoff.Lead{},
			"2026-03-08T12:30Z", []string{"tcpa.hours lead.country lead.zone", "tcpa.hours.fl lead.country lead.zone", "tcpa.hours.md lead.country lead.zone",
				"tcpa.hours.ms lead.country", "tcpa.hours.nj lead.country lead.zone", "tcpa.hours.ok lead.country lead.zone",
				"tcpa.hours.ct lead.country", "tcpa.hours.ri lead.country", "tcpa.hours.tx lead.country"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, stop := range limits(t, l, recipient{lead: tt.lead}, "", touchAt(t, handoff.ChannelCall, tt.at)).Stops {
				i := slices.IndexFunc(rows, func(r LawRow) bool { return r.ID == stop.ID })
				got = append(got, strings.Join(append([]string{stop.ID}, stop.Unknown...), " "))
				if want := "outside the hours in which the law allows it (" + rows[i].Source + ")"; stop.Reason != want {
					t.Errorf("reason %q, want %q", stop.Reason, want)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestLimit_HoursTogether asks at the end of each wait again: a touch never waits for one limit to be stopped by the other.
func TestLimit_HoursTogether(t *testing.T) {
	const nights, weekends = "mon-sun 21:00-08:00", "sat-sun 00:00-24:00"
	quiet := func(id, hours string) Quiet {
		return Quiet{ID: id, Hours: hoursOf(t, hours), Zones: zonesNamed(t, "America/New_York")}
	}
	law := func(hours ...string) *Law {
		var rows []LawRow
		for i, h := range hours {
			rows = append(rows, LawRow{ID: fmt.Sprint("law", i), Hours: hoursOf(t, h), Source: "x"})
		}
		l, err := NewLaw(LawConfig{Rows: rows})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for _, tt := range []struct {
		name, reason string
		config       LimitConfig
		at           string
		want         []string // id and until
	}{
		{"nights and weekends", "Friday night ends in the weekend, and that in the night", LimitConfig{Quiet: []Quiet{quiet("nights", nights), quiet("weekends", weekends)}},
			"2026-03-07T03:00Z", []string{"nights 2026-03-09T12:00:00Z"}},
		{"quiet hours and the law", "the law opens at 08:00, in quiet hours", LimitConfig{Quiet: []Quiet{quiet("mornings", "mon-sun 06:00-10:00")}, Law: law("mon-sun 08:00-20:00")},
			"2026-03-03T02:00Z", []string{"law0 2026-03-03T15:00:00Z"}},
		{"both at once", "both stop it, until both let it go", LimitConfig{Quiet: []Quiet{quiet("mornings", "mon-sun 06:00-10:00")}, Law: law("mon-sun 08:00-20:00")},
			"2026-03-03T12:30Z", []string{"mornings 2026-03-03T15:00:00Z", "law0 2026-03-03T15:00:00Z"}},
		{"an hour that never comes", "what the law leaves is quiet", LimitConfig{Quiet: []Quiet{quiet("most", "mon-sun 20:00-09:00")}, Law: law("mon-fri 08:00-09:00")},
			"2026-03-03T15:30Z", []string{"law0 0001-01-01T00:00:00Z"}},
		{"laws that never meet", "no instant is in both", LimitConfig{Law: law("mon-fri 09:00-10:00", "mon-fri 11:00-12:00")},
			"2026-03-03T14:30Z", []string{"law1 0001-01-01T00:00:00Z"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.config.Zones = zonesNamed(t, "America/New_York")
			l, touch := newLimits(t, tt.config), touchAt(t, handoff.ChannelCall, tt.at)
			var got []string
			var until time.Time
			for _, stop := range limits(t, l, recipient{}, "", touch).Stops {
				got, until = append(got, stop.ID+" "+stop.Until.Format(time.RFC3339)), stop.Until
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if touch.At = until; !until.IsZero() && len(limits(t, l, recipient{}, "", touch).Stops) > 0 {
				t.Errorf("at %v something else stops it: %s", until, tt.reason)
			}
		})
	}
}

// TestLimit_WhatCounts asks about an e-mail at 09:00 under one cap of one a day. What is in the tally varies.
func TestLimit_WhatCounts(t *testing.T) {
	key := handoff.TallyKey("acme", "touch/lead/all/all/L1")
	timer := handoff.TallyKey("acme", "timer/lead/all/all/L1")
	at := moment(t, "2026-03-02T08:00Z")
	happened, planned := handoff.Tally{At: []time.Time{at}}, handoff.Tally{Planned: []handoff.Planned{{For: "nurture/1", At: at}}}
	email, task := touchAt(t, handoff.ChannelEmail, "2026-03-02T09:00Z"), touchAt(t, handoff.ChannelTask, "2026-03-02T08:30Z")
	marketing, bill := email, email
	marketing.Purpose, bill.Purpose = handoff.PurposeMarketing, handoff.PurposeTransactional
	for _, tt := range []struct {
		name    string
		key     handoff.Key
		tally   handoff.Tally
		own     string
		touches []handoff.Touch
		stops   int
		reason  string
	}{
		{"nothing", key, handoff.Tally{}, "", []handoff.Touch{email}, 0, "it is the first"},
		{"what happened", key, happened, "nurture/1", []handoff.Touch{email}, 1, "the day is full"},
		{"what is planned for another", key, planned, "nurture/2", []handoff.Touch{email}, 1, "room is kept"},
		{"what is planned, and it is for nothing", key, planned, "", []handoff.Touch{email}, 1, "room is kept"},
		{"what is planned for itself", key, planned, "nurture/1", []handoff.Touch{email}, 0, "the room is its own"},
		{"of another tally", timer, happened, "", []handoff.Touch{email}, 0, "what timers count is apart"},
		{"a touch before", key, handoff.Tally{}, "nurture/1", []handoff.Touch{email, email}, 1, "the first of the two counts for the second"},
		{"a task before", key, handoff.Tally{}, "", []handoff.Touch{task, email}, 0, "a task is no touch"},
		{"marketing", key, happened, "", []handoff.Touch{marketing}, 1, "every purpose counts"},
		{"transactional", key, happened, "", []handoff.Touch{bill}, 0, "a bill is never limited"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLimits(t, LimitConfig{Caps: []TouchCap{{ID: "c", Cap: Cap{Max: 1, Per: PerLead, Window: Window{Every: Day}}}}})
			r := recipient{state: handoff.State{tt.key: {Version: 1, Value: tt.tally}}}
			before := slices.Clone(tt.tally.At)
			answer := limits(t, l, r, tt.own, tt.touches...)
			if len(answer.Stops) != tt.stops {
				t.Errorf("%d stops, want %d: %s\n%+v", len(answer.Stops), tt.stops, tt.reason, answer.Stops)
			}
			for _, stop := range answer.Stops {
				if stop.Touch != len(tt.touches)-1 || !stop.Until.Equal(moment(t, "2026-03-03T00:00Z")) {
					t.Errorf("%+v, want a stop of the last touch until midnight", stop)
				}
			}
			if !slices.Equal(before, tt.tally.At) {
				t.Error("the tally was changed")
			}
		})
	}
}

// TestLimit_ReportedTouches has a host that knows of touches which Permit did not let through.
func TestLimit_ReportedTouches(t *testing.T) {
	record := handoff.Record{Touches: []handoff.TouchRef{{ID: "permitted", Channel: handoff.ChannelEmail, At: moment(t, "2026-02-20T08:00Z")}}}
	state := handoff.State{handoff.Lead{ID: "L1"}.Ref(): {Version: 1, Value: record}}
	known := func(id string, c handoff.Channel, p handoff.Purpose, at string) handoff.Touch {
		return handoff.Touch{ID: id, Channel: c, Purpose: p, At: moment(t, at)}
	}
	mail := known("m", "email", "", "2026-03-02T08:00Z")
	every, within, timer := Window{Every: Day}, Window{Within: 24 * time.Hour}, Window{Timer: 16 * time.Hour}
	for _, tt := range []struct {
		name, reason string
		per          Per
		window       Window
		known        []handoff.Touch
		until        string // "": it goes out
	}{
		{"a mail by hand", "the person got it today", PerLead, every, []handoff.Touch{mail}, "2026-03-03T00:00Z"},
		{"within a day", "the person got it an hour ago", PerLead, within, []handoff.Touch{mail}, "2026-03-03T08:00Z"},
		{"a timer", "it runs from the mail on", PerLead, timer, []handoff.Touch{mail}, "2026-03-03T00:00Z"},
		{"the later of two timers", "the order of what the host knows does not matter", PerLead, timer,
			[]handoff.Touch{known("n", "email", "", "2026-03-02T08:30Z"), mail}, "2026-03-03T00:30Z"},
		{"a timer that has run out", "it ends 16 hours after", PerLead, timer, []handoff.Touch{known("m", "email", "", "2026-03-01T17:00Z")}, ""},
		{"yesterday", "the day is new", PerLead, every, []handoff.Touch{known("m", "email", "", "2026-03-01T23:00Z")}, ""},
		{"what Permit let through", "it counts at the instant that the record has", PerLead, every, []handoff.Touch{known("permitted", "email", "", "2026-03-02T08:00Z")}, ""},
		{"a call", "the cap is of mails", PerLead, every, []handoff.Touch{known("m", "call", "", "2026-03-02T08:00Z")}, ""},
		{"marketing", "the cap is of sales", PerLead, every, []handoff.Touch{known("m", "email", "marketing", "2026-03-02T08:00Z")}, ""},
		{"transactional", "it never counts", PerLead, every, []handoff.Touch{known("m", "email", "transactional", "2026-03-02T08:00Z")}, ""},
		{"per account", "it counts what Permit let through to all", PerAccount, every, []handoff.Touch{mail}, ""},
		{"per org", "as well", PerOrg, every, []handoff.Touch{mail}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLimits(t, LimitConfig{Caps: []TouchCap{{ID: "c", Channels: []handoff.Channel{"email"}, Purposes: []handoff.Purpose{"sales"},
				Cap: Cap{Max: 1, Per: tt.per, Window: tt.window}}}})
			var stops []handoff.Stop
			meet(t, nil, recipient{state: state}, func(f *handoff.Facts) {
				about := *f
				about.Touches = tt.known
				stops = l.Limit(&about, []handoff.Touch{touchAt(t, handoff.ChannelEmail, "2026-03-02T09:00Z")}, nil).Stops
			})
			switch {
			case tt.until == "" && len(stops) > 0, tt.until != "" && (len(stops) != 1 || !stops[0].Until.Equal(moment(t, tt.until))):
				t.Errorf("stops %+v, want one until %q: %s", stops, tt.until, tt.reason)
			}
		})
	}
}

// TestLimit_RememberedTouches has a record that remembers touches of which its tally has some: each counts once.
func TestLimit_RememberedTouches(t *testing.T) {
	two, mail := Cap{Max: 2, Per: PerLead, Window: Window{Within: week}}, []handoff.Channel{handoff.ChannelEmail}
	timers := Cap{Max: 2, Per: PerLead, Window: Window{Timer: week}}
	of := func(c Cap, per Per) Cap { c.Per = per; return c }
	const sunday, monday = "2026-03-01T09:00Z", "2026-03-02T09:00Z"
	for _, tt := range []struct {
		name, reason string
		cap          Cap
		tally        string   // its key, but for whom it is of
		at           []string // what it has
		remembered   []string
		until        string // "": it goes out
	}{
		{"in both", "it is one", two, "touch/lead/email/all/L1", []string{sunday}, []string{sunday}, ""},
		{"in the record alone", "it went to somebody who is the same now", two, "touch/lead/email/all/L1", []string{sunday}, []string{sunday, monday}, "2026-03-08T09:00Z"},
		{"at one instant", "two went to two who are one now", two, "touch/lead/email/all/L1", []string{sunday}, []string{sunday, sunday}, "2026-03-08T09:00Z"},
		{"in the tally alone", "the record has forgotten it", two, "touch/lead/email/all/L1", []string{sunday}, []string{monday}, "2026-03-08T09:00Z"},
		{"a timer in both", "it is one", timers, "timer/lead/email/all/L1", []string{"2026-03-08T09:00Z"}, []string{sunday}, ""},
		{"a timer of another length", "it is one, and keeps its length", timers, "timer/lead/email/all/L1", []string{"2026-03-04T09:00Z"}, []string{sunday}, ""},
		{"a timer in the record alone", "both run", timers, "timer/lead/email/all/L1", []string{"2026-03-08T09:00Z"}, []string{sunday, monday}, "2026-03-08T09:00Z"},
		{"of an account", "the person got one under another account", of(two, PerAccount), "touch/account/email/all/A", []string{sunday}, []string{monday}, "2026-03-08T09:00Z"},
		{"of everybody", "it has no other name", of(two, PerOrg), "touch/org/email/all/org", []string{sunday}, []string{monday}, ""},
		{"of a domain", "it has no other name", of(two, PerDomain), "touch/domain/email/all/" + digest("example.com"), []string{sunday}, []string{monday}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lead := handoff.Lead{ID: "L1", Account: "A", Person: handoff.Person{Email: "a@example.com"}}
			var tally handoff.Tally
			for _, at := range tt.at {
				tally.At = append(tally.At, moment(t, at))
			}
			var record handoff.Record
			for i, at := range tt.remembered {
				record.Touches = append(record.Touches, handoff.TouchRef{ID: fmt.Sprint("M", i), Channel: handoff.ChannelEmail, At: moment(t, at)},
					handoff.TouchRef{ID: fmt.Sprint("T", i), Channel: handoff.ChannelTask, At: moment(t, at)})
			}
			state := handoff.State{lead.Ref(): {Version: 1, Value: record}, handoff.TallyKey("acme", tt.tally): {Version: 1, Value: tally}}
			l := newLimits(t, LimitConfig{Caps: []TouchCap{{ID: "c", Cap: tt.cap, Channels: mail}}})
			stops := limits(t, l, recipient{lead, state}, "", touchAt(t, handoff.ChannelEmail, "2026-03-03T09:00Z")).Stops
			if tt.until == "" && len(stops) > 0 || tt.until != "" && (len(stops) != 1 || !stops[0].Until.Equal(moment(t, tt.until))) {
				t.Errorf("stops %+v, want one until %q: %s", stops, tt.until, tt.reason)
			}
		})
	}
}

// TestKeys holds the names of tallies: a name that changes forgets what it counted.
func TestKeys(t *testing.T) {
	lead := handoff.Lead{Person: handoff.Person{Email: "ann@Example.com"}}
	withAccount := lead
	withAccount.Account = "A/1"
	day := func(p Per) Cap { return Cap{Max: 1, Per: p, Window: Window{Every: Day}} }
	touch := touchAt(t, handoff.ChannelEmail, "2026-03-02T09:00Z")
	byRep := touch
	byRep.By = "ann"
	for _, tt := range []struct {
		name    string
		cap     TouchCap
		lead    handoff.Lead
		touches []handoff.Touch
		want    string
		reason  string
	}{
		{"per lead", TouchCap{Cap: day(PerLead)}, lead, []handoff.Touch{touch, touch}, "touch/lead/all/all/L1", "each key once"},
		{"per account", TouchCap{Cap: day(PerAccount)}, withAccount, []handoff.Touch{touch}, "touch/account/all/all/A%2F1", "a slash in an id ends nothing"},
		{"per account, without one", TouchCap{Cap: day(PerAccount)}, lead, []handoff.Touch{touch}, "touch/account/all/all/lead/L1", "the lead counts alone"},
		{"per domain", TouchCap{Cap: day(PerDomain)}, lead, []handoff.Touch{touch}, "touch/domain/all/all/a379a6f6eeafb9a55e378c118034e275", "the domain itself is not shown"},
		{"per domain, of the account", TouchCap{Cap: day(PerDomain)}, handoff.Lead{Account: "A/1"}, []handoff.Touch{touch}, "touch/domain/all/all/a379a6f6eeafb9a55e378c118034e275", "in whatever form; who has no address counts with the colleagues"},
		{"per domain, without one", TouchCap{Cap: day(PerDomain)}, handoff.Lead{}, []handoff.Touch{touch}, "touch/domain/all/all/lead/L1", "the lead counts alone"},
		{"per rep", TouchCap{Cap: day(PerRep)}, lead, []handoff.Touch{touch, byRep}, "touch/rep/all/all/ann", "a touch that nobody sends counts for no rep"},
		{"per org", TouchCap{Cap: day(PerOrg)}, lead, []handoff.Touch{touch}, "touch/org/all/all/org", "all leads count together"},
		{"some channels", TouchCap{Cap: day(PerLead), Channels: []handoff.Channel{"sms", "email", "sms"}}, lead, []handoff.Touch{touch}, "touch/lead/email+sms/all/L1", "in order, each once"},
		{"other channels", TouchCap{Cap: day(PerLead), Channels: []handoff.Channel{"sms"}}, lead, []handoff.Touch{touch}, "", "the touch does not count"},
		{"sales", TouchCap{Cap: day(PerLead), Purposes: []handoff.Purpose{"sales"}}, lead, []handoff.Touch{touch}, "touch/lead/all/sales/L1", "a touch without a purpose is sales"},
		{"marketing", TouchCap{Cap: day(PerLead), Purposes: []handoff.Purpose{"marketing"}}, lead, []handoff.Touch{touch}, "", "the touch is none"},
		{"a timer", TouchCap{Cap: Cap{Max: 1, Per: PerLead, Window: Window{Timer: time.Hour}}}, lead, []handoff.Touch{touch}, "timer/lead/all/all/L1", "it counts ends"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.cap.ID = "c"
			l := newLimits(t, LimitConfig{Caps: []TouchCap{tt.cap}})
			var want []handoff.Key
			if tt.want != "" {
				want = []handoff.Key{handoff.TallyKey("acme", tt.want)}
			}
			var got []handoff.Key
			meet(t, nil, recipient{lead: tt.lead}, func(f *handoff.Facts) {
				about := *f
				if about.Lead.Account != "" {
					about.Account.Domain = "Example.COM."
				}
				got = l.Keys(&about, tt.touches, nil)
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestKeys_NoLead asks for an account of which no person is known.
func TestKeys_NoLead(t *testing.T) {
	l := newLimits(t, LimitConfig{Caps: []TouchCap{{ID: "c", Cap: Cap{Max: 1, Per: PerLead, Window: Window{Every: Day}}}}})
	f := handoff.Facts{Subject: handoff.Ref{Kind: handoff.KindAccount, ID: "A1"}}
	want := []handoff.Key{{}, handoff.TallyKey("acme", "touch/lead/all/all/account/A1")}
	if got := l.Keys(&f, []handoff.Touch{{Channel: handoff.ChannelMail}}, []handoff.Key{{}}); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v: the subject counts, and what was listed stays", got, want)
	}
}

func TestLimit_Counts(t *testing.T) {
	l := newLimits(t, LimitConfig{Caps: []TouchCap{
		{ID: "day", Cap: Cap{Max: 1, Per: PerLead, Window: Window{Every: Day}}},
		{ID: "year", Cap: Cap{Max: 400, Per: PerLead, Window: Window{Within: 8760 * time.Hour}}},
		{ID: "smart", Cap: Cap{Max: 1, Per: PerLead, Window: Window{Timer: 16 * time.Hour}}},
		{ID: "rep", Cap: Cap{Max: 1, Per: PerRep, Window: Window{Every: Day}}},
	}})
	first, second := touchAt(t, handoff.ChannelEmail, "2026-03-02T09:00Z"), touchAt(t, handoff.ChannelCall, "2026-03-04T09:00Z")
	second.By = "ann"
	key := func(name string) handoff.Key { return handoff.TallyKey("acme", name) }
	want := []handoff.Count{
		{Tally: key("touch/lead/all/all/L1"), At: first.At, Keep: 400},
		{Tally: key("timer/lead/all/all/L1"), At: first.At, Keep: 100, Until: moment(t, "2026-03-03T01:00Z")},
		{Tally: key("touch/lead/all/all/L1"), At: second.At, Keep: 400},
		{Tally: key("timer/lead/all/all/L1"), At: second.At, Keep: 100, Until: moment(t, "2026-03-05T01:00Z")},
		{Tally: key("touch/rep/all/all/ann"), At: second.At, Keep: 100},
	}
	if diff := cmp.Diff(handoff.Limits{Counts: want}, limits(t, l, recipient{}, "", first, second)); diff != "" {
		t.Errorf("caps that count the same share a tally that keeps enough for both (-want +got):\n%s", diff)
	}
}

func TestLimit_AllHold(t *testing.T) {
	nights := Quiet{ID: "nights", Hours: hoursOf(t, "mon-sun 08:00-10:00"), Zones: zonesNamed(t, "UTC"), Reason: "they are in the stables", Discard: true, Position: "p:3:1"}
	l := newLimits(t, LimitConfig{Quiet: []Quiet{nights}, Caps: []TouchCap{
		{ID: "week", Cap: Cap{Max: 4, Per: PerLead, Window: Window{Within: 168 * time.Hour}}, Channels: []handoff.Channel{"email"}},
		{ID: "day", Cap: Cap{Max: 1, Per: PerAccount, Window: Window{Every: Day}}, Position: "p:1:1"},
		{ID: "hour", Cap: Cap{Max: 1, Per: PerLead, Window: Window{Timer: time.Hour}}, Discard: true, Reason: "one an hour", Position: "p:2:1"},
	}})
	first, second := touchAt(t, handoff.ChannelEmail, "2026-03-02T07:30Z"), touchAt(t, handoff.ChannelEmail, "2026-03-02T08:15Z")
	want := []handoff.Stop{
		{Touch: 1, ActiveHold: handoff.ActiveHold{ID: "day", Reason: "at most 1 touch per account a day", Source: "cap", Until: moment(t, "2026-03-03T00:00Z"), Position: "p:1:1"}},
		{Touch: 1, Discard: true, ActiveHold: handoff.ActiveHold{ID: "hour", Reason: "one an hour", Source: "cap", Until: moment(t, "2026-03-02T08:30Z"), Position: "p:2:1"}},
		{Touch: 1, Discard: true, OfHour: true, ActiveHold: handoff.ActiveHold{ID: "nights", Reason: "they are in the stables", Source: "quiet_hours", Until: moment(t, "2026-03-02T10:00Z"), Position: "p:3:1"}},
	}
	if diff := cmp.Diff(want, limits(t, l, recipient{}, "", first, second).Stops); diff != "" {
		t.Errorf("every limit that stops is listed (-want +got):\n%s", diff)
	}
}

// TestLimit_CapInUnknownZone has a lead in Texas who was mailed on Monday at 23:30 in Dallas, 22:30 in El Paso.
func TestLimit_CapInUnknownZone(t *testing.T) {
	l := newLimits(t, LimitConfig{Caps: []TouchCap{{ID: "c", Cap: Cap{Max: 1, Per: PerLead, Window: Window{Every: Day, Recipient: true, Zone: zoneNamed(t, "Asia/Tokyo")}}}}})
	tally := handoff.State{handoff.TallyKey("acme", "touch/lead/all/all/L1"): {Version: 1, Value: handoff.Tally{At: []time.Time{moment(t, "2026-03-03T05:30Z")}}}}
	for _, tt := range []struct {
		name      string
		lead      handoff.Lead
		at, until string
		unknown   bool
		reason    string
	}{
		{"the same day in both", handoff.Lead{Country: "US", State: "TX"}, "2026-03-03T05:45Z", "2026-03-03T07:00Z", false, "Monday is over when it is in El Paso"},
		{"the same day in one", handoff.Lead{Country: "US", State: "TX"}, "2026-03-03T06:15Z", "2026-03-03T07:00Z", true, "it is Tuesday in Dallas"},
		{"known", handoff.Lead{Zone: "America/Chicago"}, "2026-03-03T06:15Z", "", false, "it is Tuesday in Dallas"},
		{"unknown", handoff.Lead{}, "2026-03-03T06:15Z", "2026-03-03T15:00Z", false, "where nothing is known, the window's zone counts"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := "goes out"
			for _, stop := range limits(t, l, recipient{lead: tt.lead, state: tally}, "", touchAt(t, handoff.ChannelEmail, tt.at)).Stops {
				got = fmt.Sprint(stop.Until, stop.Unknown)
			}
			want := "goes out"
			if tt.until != "" {
				want = fmt.Sprint(moment(t, tt.until), slices.Repeat([]string{"lead.zone"}, map[bool]int{true: 1}[tt.unknown]))
			}
			if got != want {
				t.Errorf("got %s, want %s: %s", got, want, tt.reason)
			}
		})
	}
}

// TestLimit_ForgottenIsFull fills a tally with what lies ahead, so that it forgets what is near.
func TestLimit_ForgottenIsFull(t *testing.T) {
	l := newLimits(t, LimitConfig{Caps: []TouchCap{{ID: "c", Cap: Cap{Max: 2, Per: PerLead, Window: Window{Every: Day}}}}})
	var r recipient
	today := touchAt(t, handoff.ChannelEmail, "2026-03-02T09:00Z")
	send(t, l, &r, today, today)
	for i := range 100 {
		ahead := today
		ahead.At = today.At.AddDate(0, 0, 1+i)
		send(t, l, &r, ahead)
	}
	if got := send(t, l, &r, today); !slices.Equal(got, []string{"Wed 00:00"}) {
		t.Errorf("got %v: a tally of 100 does not know of today any more, nor of all of tomorrow", got)
	}
}

func TestNewLimits_Mistakes(t *testing.T) {
	day := Cap{Max: 1, Per: PerLead, Window: Window{Every: Day}}
	window := func(w Window) TouchCap { return TouchCap{ID: "c", Cap: Cap{Max: 1, Per: PerLead, Window: w}} }
	caps := func(caps ...TouchCap) LimitConfig { return LimitConfig{Policy: "acme", Caps: caps} }
	quiet := func(q Quiet) LimitConfig { return LimitConfig{Policy: "acme", Quiet: []Quiet{q}} }
	night, utc := hoursOf(t, "mon-sun 21:00-08:00"), []*calendar.Zone{nil}
	for _, tt := range []struct {
		name   string
		config LimitConfig
		want   string
	}{
		{"no policy", LimitConfig{}, "limits: need the name of the policy"},
		{"no id", caps(TouchCap{Cap: day}), `touch cap 1 "": needs an id`},
		{"a repeated id", caps(TouchCap{ID: "c", Cap: day}, TouchCap{ID: "c", Cap: day}), `touch cap 2 "c": needs an id`},
		{"an id of two kinds", LimitConfig{Policy: "acme", Caps: []TouchCap{{ID: "c", Cap: day}}, Quiet: []Quiet{{ID: "c", Hours: night, Zones: utc}}}, `quiet hours 1 "c": needs an id`},
		{"no max", caps(TouchCap{ID: "c", Cap: Cap{Per: PerLead, Window: Window{Every: Day}}}), "from 1 to 1000, not 0"},
		{"too much", caps(TouchCap{ID: "c", Cap: Cap{Max: 1001, Per: PerLead, Window: Window{Every: Day}}}), "from 1 to 1000, not 1001"},
		{"per nothing", caps(TouchCap{ID: "c", Cap: Cap{Max: 1, Window: Window{Every: Day}}}), `not per ""`},
		{"per team", caps(TouchCap{ID: "c", Cap: Cap{Max: 1, Per: PerTeam, Window: Window{Every: Day}}}), "per lead, account, domain, rep, org, not per \"team\""},
		{"per play", caps(TouchCap{ID: "c", Cap: Cap{Max: 1, Per: PerPlay, Window: Window{Every: Day}}}), `not per "play"`},
		{"no window", caps(window(Window{})), "one of the three alone"},
		{"two windows", caps(window(Window{Every: Day, Timer: time.Hour})), "one of the three alone"},
		{"no such period", caps(window(Window{Every: "year"})), `hour, day, week, month, not "year"`},
		{"back in time", caps(window(Window{Within: -time.Hour})), "not -1h0m0s"},
		{"a nanosecond", caps(window(Window{Timer: 1})), "whole microseconds"},
		{"too long", caps(window(Window{Within: maxWindow + time.Microsecond})), "at most 36600 days"},
		{"the recipient's 24 hours", caps(window(Window{Within: time.Hour, Recipient: true})), "only a calendar period"},
		{"no day of the week", caps(window(Window{Every: Week, WeekStart: 7})), "from Sunday to Saturday"},
		{"no such channel", caps(TouchCap{ID: "c", Cap: day, Channels: []handoff.Channel{"fax"}}), `unknown channel "fax"`},
		{"transactional", caps(TouchCap{ID: "c", Cap: day, Purposes: []handoff.Purpose{"transactional"}}), "never limited"},
		{"two timers", caps(window(Window{Timer: time.Hour}), TouchCap{ID: "d", Cap: Cap{Max: 1, Per: PerLead, Window: Window{Timer: 2 * time.Hour}}}), `touch cap 2 "d": its timer is 2h0m0s`},
		{"no quiet hours", quiet(Quiet{ID: "q", Zones: utc}), "needs hours"},
		{"always quiet", quiet(Quiet{ID: "q", Zones: utc, Hours: hoursOf(t, "24/7")}), "nothing would ever go out"},
		{"quiet in turns", LimitConfig{Policy: "acme", Quiet: []Quiet{{ID: "p", Hours: night, Zones: utc}, {ID: "q", Hours: hoursOf(t, "mon-sun 08:00-21:00"), Zones: utc,
			Channels: []handoff.Channel{"sms", "call"}, Purposes: []handoff.Purpose{"marketing"}}}}, `quiet hours: ["p" "q"] are quiet for the whole week together, so that no marketing touch by call`},
		{"a day of 30 hours", quiet(Quiet{ID: "q", Zones: utc, Hours: []calendar.Window{{Close: 30 * time.Hour}}}), "weekly window 0"},
		{"no zones", quiet(Quiet{ID: "q", Hours: night}), "needs zones"},
		{"every problem", LimitConfig{Caps: []TouchCap{{}}, Quiet: []Quiet{{}}}, "quiet hours 1 \"\": needs zones"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := NewLimits(tt.config)
			if err == nil || strings.Count(err.Error(), tt.want) != 1 || l != nil {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestNewLimits_QuietTogether(t *testing.T) {
	quiet := func(id, hours string, channel handoff.Channel, purpose handoff.Purpose) Quiet {
		return Quiet{ID: id, Hours: hoursOf(t, hours), Zones: []*calendar.Zone{nil}, Channels: []handoff.Channel{channel}, Purposes: []handoff.Purpose{purpose}}
	}
	const night, day = "mon-sun 20:00-08:00", "mon-sun 08:00-20:00"
	for _, tt := range []struct {
		name, reason string
		quiet        []Quiet
		ok           bool
	}{
		{"one channel", "nothing would go out", []Quiet{quiet("a", night, "call", "sales"), quiet("b", day, "call", "sales")}, false},
		{"two channels", "each has its hours", []Quiet{quiet("a", night, "call", "sales"), quiet("b", day, "sms", "sales")}, true},
		{"two purposes", "each has its hours", []Quiet{quiet("a", night, "call", "sales"), quiet("b", day, "call", "marketing")}, true},
		{"all but an hour", "it is left", []Quiet{quiet("a", night, "call", "sales"), quiet("b", "mon-sun 08:00-19:00", "call", "sales")}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := NewLimits(LimitConfig{Policy: "acme", Quiet: tt.quiet}); (err == nil) != tt.ok {
				t.Errorf("error %v, want none: %v, as %s", err, tt.ok, tt.reason)
			}
		})
	}
}

func TestTouchCapInWords(t *testing.T) {
	for _, tt := range []struct {
		cap  TouchCap
		want string
	}{
		{TouchCap{Cap: Cap{Max: 4, Per: PerLead, Window: Window{Within: 168 * time.Hour}}, Channels: []handoff.Channel{"email"}}, "at most 4 e-mails per lead in 168h"},
		{TouchCap{Cap: Cap{Max: 1, Per: PerDomain, Window: Window{Every: Hour}}}, "at most 1 touch per domain an hour"},
		{TouchCap{Cap: Cap{Max: 2, Per: PerOrg, Window: Window{Every: Month}}, Channels: []handoff.Channel{"email", "sms"}}, "at most 2 touches per org a month"},
		{TouchCap{Cap: Cap{Max: 1, Per: PerRep, Window: Window{Timer: 90 * time.Minute}}, Channels: []handoff.Channel{"sms"}, Purposes: []handoff.Purpose{"marketing"}}, "at most 1 marketing text message per rep within 1h30m of each"},
		{TouchCap{Cap: Cap{Max: 5, Per: PerAccount, Window: Window{Every: Week}}, Channels: []handoff.Channel{"call"}}, "at most 5 calls per account a week"},
	} {
		if got := tt.cap.words(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

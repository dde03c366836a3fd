package suppression

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// A sent is a touch that went out, or that room is kept for.
type sent struct {
	handoff.Touch
	lead handoff.Lead
	own  string // what the room is kept for; "": it went out
}

// A crowd are leads of two accounts and none, in zones with and without summer time.
func crowd() []handoff.Lead {
	return []handoff.Lead{
		{Account: "A", Zone: "Europe/Berlin", Person: handoff.Person{Email: "a@example.com"}},
		{Account: "A", Country: "US", State: "TX", Person: handoff.Person{Email: "b@example.com"}},
		{Account: "B", Zone: "Asia/Kolkata"},
		{Zone: "America/St_Johns", Person: handoff.Person{Email: "c@example.net"}},
	}
}

// A world is limits, whom they protect, and everything that went out.
type world struct {
	*Limits
	config LimitConfig
	leads  []handoff.Lead
	state  handoff.State
	log    []sent
}

// randomCap returns a cap that is hit often. Those of the recipient's days are per lead, since two leads have no day in common.
func randomCap(rng *rand.Rand, id string) TouchCap {
	c := TouchCap{ID: id, Cap: Cap{Max: 1 + rng.Int64N(3), Per: []Per{PerLead, PerAccount, PerDomain, PerRep, PerOrg}[rng.IntN(5)]}}
	switch rng.IntN(3) {
	case 0:
		c.Cap.Every = periods()[rng.IntN(4)]
		c.Cap.WeekStart = time.Weekday(rng.IntN(7))
		c.Cap.Recipient = c.Cap.Per == PerLead && rng.IntN(2) == 0
	case 1:
		c.Cap.Within = time.Duration(1+rng.IntN(72)) * time.Hour
	default:
		c.Cap.Timer = 16 * time.Hour // one length, as those that share a tally need
	}
	if rng.IntN(2) == 0 {
		c.Channels = []handoff.Channel{handoff.ChannelEmail}
	}
	return c
}

// answer asks about touches to the lead of an index.
func (w *world) answer(tb testing.TB, lead int, own string, touches ...handoff.Touch) handoff.Limits {
	var answer handoff.Limits
	meet(tb, nil, recipient{w.leads[lead], w.state}, func(f *handoff.Facts) { answer = w.Limit(f, touches, []string{own}) })
	return answer
}

// together reports whether a cap counts a touch, and under which name, found without the keys of tallies.
func together(c TouchCap, s sent) (name string, counts bool) {
	if len(c.Channels) > 0 && !slices.Contains(c.Channels, s.Channel) || len(c.Channels) == 0 && s.Channel == handoff.ChannelTask {
		return "", false
	}
	_, domain, _ := strings.Cut(s.lead.Person.Email, "@")
	switch {
	case c.Cap.Per == PerOrg:
		return "", true
	case c.Cap.Per == PerRep:
		return s.By, s.By != ""
	case c.Cap.Per == PerAccount && s.lead.Account != "":
		return s.lead.Account, true
	case c.Cap.Per == PerDomain && domain != "":
		return domain, true
	}
	return "lead " + s.lead.ID, true
}

// shown names the period of an instant by what clocks show.
func shown(w Window, zone *calendar.Zone, at time.Time) string {
	local := zone.In(at)
	switch w.Every {
	case Hour:
		return local.Format("2006-01-02 15")
	case Month:
		return local.Format("2006-01")
	case Week:
		for local.Weekday() != w.WeekStart {
			local = local.AddDate(0, 0, -1)
		}
	}
	return local.Format("2006-01-02")
}

// most returns the most that any window of a cap holds, counted one by one.
func (w *world) most(c TouchCap) int {
	groups := map[string][]sent{}
	for _, s := range w.log {
		if name, counts := together(c, s); counts {
			groups[name] = append(groups[name], s)
		}
	}
	most := 0
	for _, group := range groups {
		for _, zone := range w.zonesOfCap(c, group[0].lead) {
			for _, s := range group {
				n := 0
				for _, u := range group {
					since := u.At.Sub(s.At)
					switch {
					case c.Cap.Every != "" && shown(c.Cap.Window, zone, s.At) == shown(c.Cap.Window, zone, u.At),
						c.Cap.Within > 0 && 0 <= since && since < c.Cap.Within,
						c.Cap.Timer > 0 && 0 <= -since && -since < c.Cap.Timer:
						n++
					}
				}
				most = max(most, n)
			}
		}
	}
	return most
}

func (w *world) zonesOfCap(c TouchCap, lead handoff.Lead) []*calendar.Zone {
	if zones := w.atlas.candidates(&handoff.Facts{Lead: lead}); c.Cap.Recipient && len(zones) > 0 {
		return zones
	}
	return []*calendar.Zone{nil}
}

// holdsUntil checks that a stop ends at the first instant at which its limit lets the touch through.
func (w *world) holdsUntil(t *testing.T, lead int, own string, touch handoff.Touch, stop handoff.Stop) {
	t.Helper()
	if stop.Until.IsZero() {
		return
	}
	for _, tt := range []struct {
		at   time.Time
		want bool
	}{{stop.Until, false}, {stop.Until.Add(-time.Microsecond), true}} {
		again := touch
		again.At = tt.at
		stops := slices.ContainsFunc(w.answer(t, lead, own, again).Stops, func(s handoff.Stop) bool { return s.ID == stop.ID })
		if stops != tt.want || !stop.Until.After(touch.At) {
			t.Fatalf("%s stops %v until %v; at %v it does: %v", stop.ID, touch.At, stop.Until, tt.at, stops)
		}
	}
}

func (w *world) apply(effects ...handoff.Effect) { w.state = handoff.Apply(w.state, effects) }

// permit asks about a touch, and lets it out where nothing stops it.
func (w *world) permit(t *testing.T, lead int, touch handoff.Touch) bool {
	answer := w.answer(t, lead, "", touch)
	for _, stop := range answer.Stops {
		w.holdsUntil(t, lead, "", touch, stop)
	}
	if len(answer.Stops) > 0 {
		return false
	}
	for _, c := range answer.Counts {
		w.apply(c)
	}
	w.log = append(w.log, sent{touch, w.leads[lead], ""})
	return true
}

// plan keeps room for touches, where nothing stops any of them.
func (w *world) plan(t *testing.T, lead int, own string, touches []handoff.Touch) bool {
	answer := w.answer(t, lead, own, touches...)
	if len(answer.Stops) > 0 {
		return false
	}
	plans := map[handoff.Key][]time.Time{}
	for _, c := range answer.Counts {
		plans[c.Tally] = append(plans[c.Tally], c.At)
	}
	for key, at := range plans {
		w.apply(handoff.Plan{Tally: key, For: own, At: at})
	}
	for _, touch := range touches {
		w.log = append(w.log, sent{touch, w.leads[lead], own})
	}
	return true
}

// use sends what room was kept for.
func (w *world) use(t *testing.T, i int) {
	s := &w.log[i]
	lead := slices.IndexFunc(w.leads, func(l handoff.Lead) bool { return l.ID == s.lead.ID })
	answer := w.answer(t, lead, s.own, s.Touch)
	for _, stop := range answer.Stops {
		timer := func(c TouchCap) bool { return c.ID == stop.ID && c.Cap.Timer > 0 }
		if !slices.ContainsFunc(w.config.Caps, timer) { // of timers only the ends are known: one that was started later is taken to run already
			t.Fatalf("room was kept at %v, and %s stops it then", s.At, stop.ID)
		}
	}
	if len(answer.Stops) > 0 {
		return
	}
	for _, c := range answer.Counts {
		c.Uses = s.own
		w.apply(c)
	}
	s.own = ""
}

// TestLimit_NoCapIsExceeded lets touches out for weeks around the day on which clocks are put back, most in order and some not,
// with some planned, and counts them anew.
func TestLimit_NoCapIsExceeded(t *testing.T) {
	out, stopped, planned, full := 0, 0, 0, 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 7))
		w := newWorld(t, LimitConfig{Caps: []TouchCap{randomCap(rng, "a"), randomCap(rng, "b"), randomCap(rng, "c")}})
		now := time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC)
		random := func() handoff.Touch {
			at := now.Add(time.Duration(rng.IntN(600)-200) * 10 * time.Minute)
			if rng.IntN(8) == 0 {
				at = now.Truncate(day).Add(time.Duration(rng.IntN(48)) * time.Hour) // where periods meet
			}
			return handoff.Touch{Channel: []handoff.Channel{"email", "call", "task"}[rng.IntN(3)], At: at, By: []string{"", "ann", "bob"}[rng.IntN(3)]}
		}
		for step := range 60 {
			now = now.Add(time.Duration(rng.IntN(600)) * time.Minute)
			lead, went := rng.IntN(len(w.leads)), false
			if rng.IntN(4) == 0 {
				touches := []handoff.Touch{random(), random()}
				slices.SortFunc(touches, func(a, b handoff.Touch) int { return a.At.Compare(b.At) })
				if went = w.plan(t, lead, fmt.Sprint("plan ", step), touches); went {
					planned++
				}
			} else {
				went = w.permit(t, lead, random())
			}
			if went {
				out++
			} else {
				stopped++
			}
			if i := slices.IndexFunc(w.log, func(s sent) bool { return s.own != "" && s.At.Before(now) }); i >= 0 {
				w.use(t, i)
			}
			for _, c := range w.config.Caps {
				switch most := w.most(c); {
				case most > int(c.Cap.Max):
					t.Fatalf("seed %d, step %d: %d within %+v", seed, step, most, c.Cap)
				case most == int(c.Cap.Max):
					full++
				}
			}
		}
	}
	t.Logf("%d out, %d of them planned, %d stopped; a cap was full %d times", out, planned, stopped, full)
	if out < 500 || stopped < 500 || planned < 100 {
		t.Error("too few of a kind to tell anything")
	}
}

func newWorld(tb testing.TB, c LimitConfig) *world {
	w := &world{Limits: newLimits(tb, c), config: c, leads: crowd(), state: handoff.State{}}
	for i := range w.leads {
		w.leads[i].ID = fmt.Sprintf("L%d", i)
	}
	return w
}

// FuzzLimits makes limits of bytes and asks about touches.
func FuzzLimits(f *testing.F) {
	f.Add(uint64(1), uint64(2), []byte{0, 1, 2, 3, 4, 5, 6, 7})
	f.Add(uint64(9), uint64(4), []byte("a week of touches, one after the other"))
	f.Fuzz(func(t *testing.T, seed, other uint64, script []byte) {
		rng := rand.New(rand.NewPCG(seed, other))
		w := newWorld(t, LimitConfig{Caps: []TouchCap{randomCap(rng, "a"), randomCap(rng, "b")}, Quiet: []Quiet{{
			ID: "q", Zones: zonesNamed(t, "America/New_York", "Australia/Lord_Howe"), Hours: []calendar.Window{
				{Day: time.Weekday(rng.IntN(7)), Open: time.Duration(rng.IntN(24)) * time.Hour, Close: time.Duration(rng.IntN(25)) * time.Hour},
				{Day: time.Weekday(rng.IntN(7)), Open: time.Duration(rng.IntN(1440)) * time.Minute, Close: time.Duration(rng.IntN(1440)) * time.Minute},
			}}}})
		for len(script) >= 4 && len(w.log) < 20 {
			lead := int(script[0]) % len(w.leads)
			touch := handoff.Touch{Channel: handoff.Channels()[int(script[1])%9], By: "ann",
				At: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(binary.BigEndian.Uint16(script[2:])) * 5 * time.Minute)}
			script = script[4:]
			first := w.answer(t, lead, "", touch)
			if again := w.answer(t, lead, "", touch); !reflect.DeepEqual(first, again) {
				t.Fatalf("two answers: %+v and %+v", first, again)
			}
			w.listed(t, lead, touch, first.Counts)
			w.permit(t, lead, touch)
			for _, c := range w.config.Caps {
				if most := w.most(c); most > int(c.Cap.Max) {
					t.Fatalf("%d within %+v", most, c.Cap)
				}
			}
		}
	})
}

// listed checks that Keys lists the tallies of the counts.
func (w *world) listed(t *testing.T, lead int, touch handoff.Touch, counts []handoff.Count) {
	t.Helper()
	var keys, counted []handoff.Key
	meet(t, nil, recipient{w.leads[lead], w.state}, func(f *handoff.Facts) {
		nobody := touch
		nobody.By = ""
		keys = w.Keys(f, []handoff.Touch{touch}, w.Keys(f, []handoff.Touch{nobody}, nil))
	})
	for _, c := range counts {
		counted = append(counted, c.Tally)
	}
	slices.SortFunc(keys, handoff.Key.Compare)
	slices.SortFunc(counted, handoff.Key.Compare)
	if !slices.Equal(keys, counted) {
		t.Fatalf("keys %v, counts in %v", keys, counted)
	}
}

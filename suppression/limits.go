package suppression

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// A TouchCap bounds touches. Several caps all hold.
type TouchCap struct {
	ID string
	// Cap is per lead, account, domain, rep or org. The domain is that of the e-mail address, else
	// the account's. A lead without an account, or without a known domain, counts alone there;
	// a touch that nobody sends counts for no rep.
	Cap      Cap
	Channels []handoff.Channel // none: all but tasks
	Purposes []handoff.Purpose // none: all but transactional
	Discard  bool              // what does not fit never goes out; else it waits
	Reason   string            // in words; "": the cap's
	Position string
}

// A Quiet keeps touches from going out at some hours of the recipient's day.
type Quiet struct {
	ID string
	// Hours are quiet. A window belongs to the day on which it starts.
	Hours    []calendar.Window
	Channels []handoff.Channel // none: all but tasks
	Purposes []handoff.Purpose // none: all but transactional
	// Zones are the candidates where nothing says in which zone a person is: it has to be no quiet hour in any of them. Required.
	Zones    []*calendar.Zone
	Discard  bool   // what falls into quiet hours never goes out; else it waits until they end
	Reason   string // in words; "": that they are quiet hours
	Position string
}

// A LimitConfig is what NewLimits makes Limits of.
type LimitConfig struct {
	Policy string // under whose name touches are counted; required
	Caps   []TouchCap
	Quiet  []Quiet
	Law    *Law // whose calling hours are kept; nil: none. Its zones where nothing is known are those of Zones
	// Zones are the candidates for the hours of the law where nothing says in which zone a person is; none: no touch that has
	// such hours goes out to a person of whom nothing is known.
	Zones []*calendar.Zone
}

// Sources of the stops of Limits.
const (
	sourceCap   = "cap"
	sourceQuiet = "quiet_hours"
	sourceLaw   = "law"
)

// unknownZone is what Unknown lists where a touch would go out if it were known where the person is.
const unknownZone = "lead.zone"

// Limits are the limits of touches. They implement handoff.Limiter, and are safe for concurrent use.
//
// A person is in the zone of Lead.Zone. Where that is empty or no name of a zone, the candidates are those of Lead.State, else
// those of Lead.Country, and a touch has to fit in each.
//
// Caps with the same Per, Channels and Purposes share a tally, so that one of them can be added, or its time be changed, and
// what went out before counts. Timers share another one, and are of one length: that of a timer which runs is fixed. A cap for
// other channels or purposes begins with an empty tally. A tally keeps as many instants as the largest Max of its caps, but at
// least 100; where it may have forgotten some that would count, the cap is taken to be reached.
//
// What Permit let through counts. A tally is named by the record that it is of, and a record may merge into another or come out
// of it again: a cap per lead, and one of a lead that counts alone, counts whatever Record.Touches has of the person, too, under
// whatever name and policy it went out, so that it begins with those. A cap per account does the same for the person who is
// asked about, but what went out to others at an account that has merged since stays under that one's name.
//
// A cap per lead counts the touches of Facts.Touches, too, that the person's record does not remember by their id; the others,
// which count many people together, do not see them.
type Limits struct {
	policy  string
	tallies []tally // each once
	caps    []touchCap
	quiet   []quiet
	zones   []*calendar.Zone
	hours   func(f *handoff.Facts, t handoff.Touch, at time.Time) []applying // nil: no law has any
	atlas   *atlas
}

// A tally is what some caps count together.
type tally struct {
	per      Per
	timer    time.Duration // zero: it has instants, not ends of timers
	channels []handoff.Channel
	purposes []handoff.Purpose
	keep     int64
	name     string // what the names of its keys begin with
}

// A touchCap is a cap with its place in Limits.tallies.
type touchCap struct {
	TouchCap
	tally int
}

// A quiet is a Quiet with its hours as stretches of the week.
type quiet struct {
	Quiet
	week []stretch
}

// NewLimits checks a config, of which it keeps copies. The error joins every problem.
func NewLimits(c LimitConfig) (*Limits, error) {
	var problems []error
	report := func(what string, found ...error) {
		for _, err := range found {
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", what, err))
			}
		}
	}
	l := &Limits{policy: c.Policy, zones: slices.Clone(c.Zones), atlas: newAtlas()}
	if c.Policy == "" {
		report("limits", errors.New("need the name of the policy under which touches are counted"))
	}
	seen := map[string]bool{}
	for i, t := range c.Caps {
		what := fmt.Sprintf("touch cap %d %q", i+1, t.ID)
		report(what, checkLimit(t.ID, seen, t.Channels, t.Purposes)...)
		report(what, append(t.mistakes(), l.addCap(t))...)
	}
	for i, q := range c.Quiet {
		what := fmt.Sprintf("quiet hours %d %q", i+1, q.ID)
		report(what, checkLimit(q.ID, seen, q.Channels, q.Purposes)...)
		report(what, q.check()...)
		l.addQuiet(q)
	}
	report("quiet hours", checkTogether(c.Quiet)...)
	if c.Law != nil {
		l.hours = c.Law.hours
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return l, nil
}

// checkLimit checks what caps and quiet hours have in common.
func checkLimit(id string, seen map[string]bool, channels []handoff.Channel, purposes []handoff.Purpose) []error {
	var problems []error
	if id == "" || seen[id] {
		problems = append(problems, errors.New("needs an id that no other limit has"))
	}
	seen[id] = true
	for _, c := range channels {
		if !slices.Contains(handoff.Channels(), c) {
			problems = append(problems, fmt.Errorf("unknown channel %q; known are %s", c, list(handoff.Channels())))
		}
	}
	for _, p := range purposes {
		if p == handoff.PurposeTransactional || !slices.Contains(handoff.Purposes(), p) {
			problems = append(problems, fmt.Errorf("the purposes of a limit are %s and %s, not %q: what is transactional is never limited",
				handoff.PurposeSales, handoff.PurposeMarketing, p))
		}
	}
	return problems
}

func (c TouchCap) mistakes() []error {
	var per error
	if pers := []Per{PerLead, PerAccount, PerDomain, PerRep, PerOrg}; !slices.Contains(pers, c.Cap.Per) {
		per = fmt.Errorf("touches are counted per %s, not per %q", list(pers), c.Cap.Per)
	}
	return append(c.Cap.mistakes(), per)
}

func (q Quiet) check() []error {
	var problems []error
	if _, err := calendar.New(calendar.Config{Weekly: q.Hours}); len(q.Hours) > 0 && err != nil {
		problems = append(problems, err)
	}
	switch {
	case len(q.Hours) == 0:
		problems = append(problems, errors.New("needs hours"))
	case wholeWeek(q.Hours):
		problems = append(problems, errors.New("the whole week is quiet, so that nothing would ever go out; leave out some hours"))
	}
	if len(q.Zones) == 0 {
		problems = append(problems, errors.New("needs zones, for people of whom nothing says where they are"))
	}
	return problems
}

// wholeWeek reports whether windows leave no hour of the week.
func wholeWeek(windows []calendar.Window) bool { return len(others(stretches(windows))) == 0 }

// checkTogether reports quiet hours that leave no hour of the week for some kind of touch, though each of them does: once for
// all kinds that the same ones are for.
func checkTogether(all []Quiet) []error {
	var texts []string
	for _, c := range handoff.Channels() {
		for _, p := range []handoff.Purpose{handoff.PurposeSales, handoff.PurposeMarketing} {
			var ids []string
			var hours []calendar.Window
			for _, q := range all {
				if covers(q.Channels, q.Purposes, &handoff.Touch{Channel: c, Purpose: p}) && !wholeWeek(q.Hours) {
					ids, hours = append(ids, q.ID), append(hours, q.Hours...)
				}
			}
			text := fmt.Sprintf("%q are quiet for the whole week together", ids)
			if same := slices.ContainsFunc(texts, func(t string) bool { return strings.HasPrefix(t, text) }); wholeWeek(hours) && !same {
				texts = append(texts, text+fmt.Sprintf(", so that no %s touch by %s would ever go out; leave out some hours", p, spaced(string(c))))
			}
		}
	}
	problems := make([]error, len(texts))
	for i, text := range texts {
		problems[i] = errors.New(text)
	}
	return problems
}

// addCap adds a cap, and the tally that it counts in where no cap before does.
func (l *Limits) addCap(c TouchCap) error {
	t := tally{per: c.Cap.Per, timer: c.Cap.Timer, channels: sorted(c.Channels), purposes: sorted(c.Purposes), keep: max(c.Cap.Max, minKept)}
	c.Channels, c.Purposes, c.Reason = t.channels, t.purposes, cmp.Or(c.Reason, c.words())
	i := slices.IndexFunc(l.tallies, t.shares)
	if i < 0 {
		i = len(l.tallies)
		t.name = t.prefix()
		l.tallies = append(l.tallies, t)
	}
	shared := &l.tallies[i]
	shared.keep = max(shared.keep, t.keep)
	l.caps = append(l.caps, touchCap{c, i})
	if shared.timer != t.timer {
		return fmt.Errorf("its timer is %v and that of another cap which counts the same touches is %v; give both one length", t.timer, shared.timer)
	}
	return nil
}

func (l *Limits) addQuiet(q Quiet) {
	week := stretches(q.Hours)
	q.Channels, q.Purposes, q.Zones, q.Hours = sorted(q.Channels), sorted(q.Purposes), slices.Clone(q.Zones), nil
	q.Reason = cmp.Or(q.Reason, "quiet hours")
	l.quiet = append(l.quiet, quiet{q, week})
}

// shares reports whether two count the same things.
func (t tally) shares(u tally) bool {
	return t.per == u.per && (t.timer > 0) == (u.timer > 0) && slices.Equal(t.channels, u.channels) && slices.Equal(t.purposes, u.purposes)
}

// prefix names the tally, but for whom it is of.
func (t tally) prefix() string {
	kind := "touch"
	if t.timer > 0 {
		kind = "timer"
	}
	return kind + "/" + string(t.per) + "/" + cmp.Or(join(t.channels, "+"), "all") + "/" + cmp.Or(join(t.purposes, "+"), "all")
}

// sorted returns words in order, each once.
func sorted[T ~string](words []T) []T { return slices.Compact(slices.Sorted(slices.Values(words))) }

// words says what the cap allows, such as "at most 4 e-mails per lead in 168h".
func (c TouchCap) words() string {
	what := noun(c.Channels, c.Cap.Max)
	if len(c.Purposes) == 1 {
		what = string(c.Purposes[0]) + " " + what
	}
	return fmt.Sprintf("at most %d %s per %s %s", c.Cap.Max, what, c.Cap.Per, c.Cap.Window)
}

// noun says what a number of touches on some channels are.
func noun(channels []handoff.Channel, n int64) string {
	one := ""
	if len(channels) == 1 {
		switch channels[0] {
		case handoff.ChannelCall, handoff.ChannelMeeting, handoff.ChannelTask:
			one = string(channels[0])
		case handoff.ChannelEmail:
			one = "e-mail"
		case handoff.ChannelSMS:
			one = "text message"
		}
	}
	switch {
	case one == "" && n == 1:
		return "touch"
	case one == "":
		return "touches"
	case n == 1:
		return one
	}
	return one + "s"
}

// Keys appends the tallies in which the touches count, each once: where Touch.By is empty those that do not depend on who sends
// a touch, and else those that do.
func (l *Limits) Keys(f *handoff.Facts, touches []handoff.Touch, dst []handoff.Key) []handoff.Key {
	first := len(dst)
	for i := range touches {
		for j := range l.tallies {
			if (l.tallies[j].per == PerRep) != (touches[i].By != "") {
				continue
			}
			if key := l.key(&l.tallies[j], f, &touches[i]); !key.IsZero() && !slices.Contains(dst[first:], key) {
				dst = append(dst, key)
			}
		}
	}
	return dst
}

// key names the tally in which a touch counts, and is zero where it counts in none.
func (l *Limits) key(t *tally, f *handoff.Facts, touch *handoff.Touch) handoff.Key {
	if !covers(t.channels, t.purposes, touch) || t.per == PerRep && touch.By == "" {
		return handoff.Key{}
	}
	return handoff.TallyKey(l.policy, keyName(t.name+"/"+t.of(f, touch)))
}

// of names whom a touch is counted for.
func (t *tally) of(f *handoff.Facts, touch *handoff.Touch) string {
	switch account, domain := f.AccountRef(), domainOf(f); {
	case t.per == PerOrg:
		return string(PerOrg)
	case t.per == PerRep:
		return keyPart(touch.By)
	case t.per == PerAccount && !account.IsZero():
		return keyPart(account.ID)
	case t.per == PerDomain && domain != "":
		return digest(domain)
	case f.Lead.ID == "":
		return string(f.Subject.Kind) + "/" + keyPart(f.Subject.ID)
	case t.per == PerLead:
		return keyPart(f.Lead.ID)
	}
	return "lead/" + keyPart(f.Lead.ID)
}

// covers reports whether a limit for some channels and purposes is one for a touch.
func covers(channels []handoff.Channel, purposes []handoff.Purpose, t *handoff.Touch) bool {
	if len(channels) == 0 && t.Channel == handoff.ChannelTask || len(channels) > 0 && !slices.Contains(channels, t.Channel) {
		return false
	}
	purpose := cmp.Or(t.Purpose, handoff.PurposeSales)
	return len(purposes) == 0 && purpose != handoff.PurposeTransactional || slices.Contains(purposes, purpose)
}

// Limit says what keeps touches from going out, and where they count. Of one touch the caps come first, then quiet hours, then
// the law. A touch that is stopped counts for those after it like any other.
func (l *Limits) Limit(f *handoff.Facts, touches []handoff.Touch, own []string) handoff.Limits {
	a := asking{Limits: l, f: f, touches: touches, own: own, keys: make([]handoff.Key, 0, len(touches)*len(l.tallies))}
	a.where = l.atlas.candidates(f)
	for i := range touches {
		for j := range l.tallies {
			a.keys = append(a.keys, l.key(&l.tallies[j], f, &touches[i]))
		}
		a.askCaps(i)
		a.askHours(i)
		a.count(i)
	}
	return a.answer
}

// An asking is what is known while Limit runs.
type asking struct {
	*Limits
	f       *handoff.Facts
	touches []handoff.Touch
	own     []string
	keys    []handoff.Key    // of each touch that was come to, of each tally; zero: it does not count there
	where   []*calendar.Zone // candidates of the person's zone; none: nothing says where the person is
	answer  handoff.Limits
}

// key names the tally of an index in which a touch counts, and is zero where it does not.
func (a *asking) key(touch, tally int) handoff.Key { return a.keys[touch*len(a.tallies)+tally] }

// stop adds a stop. A zero Until is for ever.
func (a *asking) stop(touch int, discard bool, h handoff.ActiveHold) {
	a.answer.Stops = append(a.answer.Stops, handoff.Stop{Touch: touch, Discard: discard, ActiveHold: h})
}

// askCaps stops a touch that does not fit in a cap.
func (a *asking) askCaps(i int) {
	at := a.touches[i].At
	for j := range a.caps {
		c := &a.caps[j]
		if a.key(i, c.tally).IsZero() {
			continue
		}
		n, zones := a.taken(i, c.tally), a.zonesOf(&c.Cap.Window)
		if until := c.Cap.opens(zones, at, n); until.After(at) {
			stops := func(zone *calendar.Zone) bool { return c.Cap.until(zone, at, n).After(at) }
			a.stop(i, c.Discard, handoff.ActiveHold{ID: c.ID, Reason: c.Reason, Source: sourceCap, Until: until, Position: c.Position,
				Unknown: unsure(zones, stops)})
		}
	}
}

// count counts a touch in each of its tallies.
func (a *asking) count(i int) {
	at := a.touches[i].At
	for j, t := range a.tallies {
		key := a.key(i, j)
		if key.IsZero() {
			continue
		}
		c := handoff.Count{Tally: key, At: at, Keep: t.keep}
		if t.timer > 0 {
			c.Until = at.Add(t.timer)
		}
		a.answer.Counts = append(a.answer.Counts, c)
	}
}

// taken returns what counts against the touch of an index: what happened, what is planned for others, and the touches before it.
func (a *asking) taken(i, tally int) taken {
	key, t := a.key(i, tally), &a.tallies[tally]
	stored := a.f.Tally(key)
	n := taken{at: slices.Clip(stored.At)}
	if t.timer > 0 {
		n = taken{ends: slices.Clip(stored.At)}
	} else if int64(len(stored.At)) >= t.keep {
		n.lost = stored.At[0]
	}
	happened := len(n.at)
	for _, at := range append(a.elsewhere(t, stored.At), a.reported(t)...) {
		if t.timer > 0 {
			n.ends = append(n.ends, at.Add(t.timer))
		} else {
			n.at = append(n.at, at)
		}
	}
	if len(n.ends) > len(stored.At) {
		slices.SortFunc(n.ends, time.Time.Compare)
	}
	for _, p := range stored.Planned {
		if !slices.Contains(a.own, p.For) {
			n.at = append(n.at, p.At)
		}
	}
	for j := range i {
		if a.key(j, tally) == key {
			n.at = append(n.at, a.touches[j].At)
		}
	}
	if len(n.at) > happened {
		slices.SortFunc(n.at, time.Time.Compare)
	}
	return n
}

// elsewhere returns when the touches went out that the person's record remembers and the tally does not have: two records have
// become one since, or one two. Each instant of the tally, or end of a timer, stands for one touch.
func (a *asking) elsewhere(t *tally, stored []time.Time) (at []time.Time) {
	switch t.per {
	case PerRep, PerOrg:
		return nil
	case PerDomain:
		if domainOf(a.f) != "" {
			return nil
		}
	}
	spare := 0 // of the tally, for which the record has no touch
	for _, touch := range a.f.Record().Touches {
		if !t.covers(touch) {
			continue
		}
		i := from(stored, touch.At.Add(t.timer))
		spare += i
		if stored = stored[i:]; len(stored) > 0 && stored[0].Equal(touch.At.Add(t.timer)) {
			stored = stored[1:]
			continue
		}
		at = append(at, touch.At)
	}
	if others := t.per == PerAccount && !a.f.AccountRef().IsZero(); t.timer > 0 && !others {
		at = at[min(len(at), spare+len(stored)):] // those whose timers had another length
	}
	return at
}

// covers reports whether the tally counts touches like one that was permitted.
func (t *tally) covers(r handoff.TouchRef) bool {
	return covers(t.channels, t.purposes, &handoff.Touch{Channel: r.Channel, Purpose: r.Purpose})
}

// reported returns the instants of the touches that the host knows of and Permit did not let through, which a tally per lead
// counts as well.
func (a *asking) reported(t *tally) (at []time.Time) {
	if t.per != PerLead || len(a.f.Touches) == 0 {
		return nil
	}
	permitted := a.f.Record().Touches
	for i := range a.f.Touches {
		touch := &a.f.Touches[i]
		same := func(r handoff.TouchRef) bool { return r.ID == touch.ID }
		if covers(t.channels, t.purposes, touch) && !slices.ContainsFunc(permitted, same) {
			at = append(at, touch.At)
		}
	}
	return at
}

// zonesOf returns the zones in each of which a window counts.
func (a *asking) zonesOf(w *Window) []*calendar.Zone {
	switch {
	case w.Recipient && len(a.where) > 0:
		return a.where
	case w.Zone != nil:
		return []*calendar.Zone{w.Zone}
	}
	return []*calendar.Zone{a.f.Zone}
}

// unsure returns what has to be known about the person for a touch to go out that only some of the candidate zones stop.
func unsure(zones []*calendar.Zone, stops func(*calendar.Zone) bool) []string {
	if slices.ContainsFunc(zones, func(zone *calendar.Zone) bool { return !stops(zone) }) {
		return []string{unknownZone}
	}
	return nil
}

// askHours stops a touch in quiet hours, and outside the hours in which the law allows it. It waits for the first instant that
// is outside all that covers it in every candidate zone, so that no limit sends it into another.
func (a *asking) askHours(i int) {
	at := a.touches[i].At
	closed, stops := a.hoursOf(i)
	until, found := outside(closed, at)
	if !found {
		until = time.Time{}
	}
	for j, stop := range stops {
		if closed[j].stops(&stop.ActiveHold, at, until) {
			a.answer.Stops = append(a.answer.Stops, stop)
		}
	}
}

// hoursOf returns the hours in which a touch may not go out, and the stop of each: first quiet hours, then those of the law.
// Their zones are the candidates of the person's, or where nothing says where the person is, their own.
func (a *asking) hoursOf(i int) (closed []closing, stops []handoff.Stop) {
	t := a.touches[i]
	add := func(week []stretch, zones []*calendar.Zone, discard bool, hold handoff.ActiveHold) {
		if len(a.where) > 0 {
			zones = a.where
		}
		closed = append(closed, closing{week, zones})
		stops = append(stops, handoff.Stop{Touch: i, Discard: discard, OfHour: true, ActiveHold: hold})
	}
	for j := range a.quiet {
		if q := &a.quiet[j]; covers(q.Channels, q.Purposes, &t) {
			add(q.week, q.Zones, q.Discard, handoff.ActiveHold{ID: q.ID, Reason: q.Reason, Source: sourceQuiet, Position: q.Position})
		}
	}
	if a.hours == nil {
		return closed, stops
	}
	for _, row := range a.hours(a.f, t, t.At) {
		add(others(stretches(row.Hours)), a.zones, false, handoff.ActiveHold{ID: row.ID, Source: sourceLaw, Unknown: row.unknown,
			Reason: "outside the hours in which the law allows it (" + row.Source + ")"})
	}
	return closed, stops
}

// stops reports whether the hours stop a touch at an instant, and adds to the hold until when, zero for ever, and what has to
// be known for it to go out. Without any zone they stop it whatever the hour.
func (c closing) stops(h *handoff.ActiveHold, at, until time.Time) bool {
	in := func(zone *calendar.Zone) bool { _, in := inside(c.week, zone, at); return in }
	var absent []string
	switch {
	case len(c.zones) == 0:
		until, absent = time.Time{}, []string{unknownZone}
	case !slices.ContainsFunc(c.zones, in):
		return false
	case until.IsZero() && len(c.zones) > 1:
		absent = []string{unknownZone}
	default:
		absent = unsure(c.zones, in)
	}
	h.Until, h.Unknown = until, append(slices.Clip(h.Unknown), absent...)
	return true
}

// maxName bounds what names a tally in its policy, in bytes.
const maxName = 256

// keyName returns the name of a tally, or what stands for it where it is too long for a key.
func keyName(name string) string {
	if len(name) <= maxName && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl) {
		return name
	}
	return digest(name)
}

// domainOf returns the domain that a person is counted under: that of the e-mail address, else the account's; "" where neither
// is known.
func domainOf(f *handoff.Facts) string {
	return strings.TrimSuffix(strings.ToLower(strings.TrimSpace(cmp.Or(f.EmailDomain, f.Account.Domain))), ".")
}

// keyPart returns an id in a form that no slash ends, for names that tell it from others by what stands before it.
func keyPart(id string) string {
	return strings.ReplaceAll(strings.ReplaceAll(id, "%", "%25"), "/", "%2F")
}

// digest returns what stands for a text that a key must not show.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

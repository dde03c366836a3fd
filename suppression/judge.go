package suppression

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// An addressee is what rows go by. What is "" is unknown.
type addressee struct {
	country, state string
	subscriber     handoff.Subscriber
}

func addresseeOf(f *handoff.Facts) addressee {
	to := addressee{subscriber: f.Lead.Subscriber}
	to.country, to.state = locate(f)
	if to.subscriber != handoff.SubscriberCorporate && to.subscriber != handoff.SubscriberIndividual {
		to.subscriber = ""
	}
	return to
}

// An applying row judges a touch.
type applying struct {
	*LawRow
	unknown []string // the absent facts without which it might not
}

// applying returns the rows for a touch, in their order; a purpose of "" is every purpose.
func (l *Law) applying(f *handoff.Facts, at time.Time, c handoff.Channel, p handoff.Purpose) []applying {
	if c == handoff.ChannelTask || p == handoff.PurposeTransactional {
		return nil
	}
	to, day := addresseeOf(f), l.config.Zone.DateOf(at)
	var out []applying
	for i := range l.config.Rows {
		r := &l.config.Rows[i]
		if unknown, ok := r.reaches(to); ok && r.covers(c, p) && r.inForce(day) {
			out = append(out, applying{r, unknown})
		}
	}
	return out
}

func (r *LawRow) covers(c handoff.Channel, p handoff.Purpose) bool {
	return (len(r.Channels) == 0 || slices.Contains(r.Channels, c)) &&
		(len(r.Purposes) == 0 || p == "" || slices.Contains(r.Purposes, p))
}

func (r *LawRow) inForce(day calendar.Date) bool {
	return day.Compare(r.From) >= 0 && (r.Until.IsZero() || day.Compare(r.Until) < 0)
}

// reaches reports whether a row is about a recipient, and the absent facts without which it might not be.
func (r *LawRow) reaches(to addressee) (unknown []string, ok bool) {
	switch {
	case len(r.Countries) == 0:
	case to.country == "":
		unknown = append(unknown, "lead.country")
	case !slices.Contains(r.Countries, to.country):
		return nil, false
	case len(r.States) == 0:
	case to.state == "":
		unknown = append(unknown, "lead.state")
	case !slices.Contains(r.States, to.state):
		return nil, false
	}
	switch {
	case len(r.Subscribers) == 0 || to.subscriber != "" && slices.Contains(r.Subscribers, to.subscriber):
	case to.subscriber != "" || !slices.Contains(r.Subscribers, handoff.SubscriberIndividual):
		return nil, false
	case !slices.Contains(r.Subscribers, handoff.SubscriberCorporate):
		unknown = append(unknown, "lead.subscriber")
	}
	return unknown, true
}

// hours returns the rows whose Hours bind a touch at an instant, in their order.
func (l *Law) hours(f *handoff.Facts, t handoff.Touch, at time.Time) []applying {
	rows := l.applying(f, at, t.Channel, cmp.Or(t.Purpose, handoff.PurposeSales))
	return slices.DeleteFunc(rows, func(r applying) bool { return len(r.Hours) == 0 })
}

// Judge says whether a touch may reach the facts' lead. The order of the evidence does not matter.
//
// A refusal closes the channel for its purpose, or for all but transactional touches where it names none, until a later
// express grant. It counts from whenever it is dated; a grant counts from its instant on. Then every row that applies has to
// let the touch through. Where none needs consent, a grant on any basis or LawConfig.OptOut has to open it as well.
//
// A recipient whose country is unknown is under the rows of all countries, one whose state is unknown under those of all
// states, and one whose role is unknown is an individual. Where a row closes the channel that applies for such a reason alone,
// Judgement.Unknown lists what was unknown. What is no channel, no purpose, or has no instant is closed.
func (l *Law) Judge(f *handoff.Facts, t handoff.Touch, evidence []handoff.Consent) handoff.Judgement {
	t.Purpose = cmp.Or(t.Purpose, handoff.PurposeSales)
	if text := unfit(t); text != "" {
		return handoff.Judgement{Rule: "consent", Text: text}
	}
	said := hear(t, evidence)
	plain := handoff.Judgement{Rule: "consent." + string(t.Channel)}
	switch {
	case t.Channel == handoff.ChannelTask:
		plain.Open, plain.Text = true, "a task reaches nobody"
	case said.refused && len(said.given) == 0:
		plain.Text, plain.Evidence = "was refused on "+l.day(said.since), said.refusal
	case said.refused && len(said.grants) == 0:
		plain.Text, plain.Evidence = "was refused on "+l.day(said.since)+", and no grant since counts", said.refusal
	case t.Purpose == handoff.PurposeTransactional:
		plain.Open, plain.Text = true, "transactional touches are open until they are refused as such"
	default:
		return l.weigh(f, t, said, plain)
	}
	return plain
}

// unfit says why a touch cannot be judged, or returns "".
func unfit(t handoff.Touch) string {
	switch {
	case !slices.Contains(handoff.Channels(), t.Channel):
		return "the touch names no channel that is known"
	case !slices.Contains(handoff.Purposes(), t.Purpose):
		return "the touch names no purpose that is known"
	case t.At.IsZero():
		return "the touch does not say when"
	}
	return ""
}

// weigh asks the rows, and where none needs consent the policy. The plain judgement is that of the policy.
func (l *Law) weigh(f *handoff.Facts, t handoff.Touch, said testimony, plain handoff.Judgement) handoff.Judgement {
	var consent, nothing handoff.Judgement // of the first row of each kind
	for _, r := range l.applying(f, t.At, t.Channel, t.Purpose) {
		j := l.ask(r.LawRow, t, said)
		switch {
		case r.Need == "":
		case !j.Open:
			j.Unknown = r.unknown
			return j
		case r.Need == NeedConsent && !consent.Open:
			consent = j
		case r.Need == NeedNothing && !nothing.Open:
			nothing = j
		}
	}
	if consent.Open {
		return consent
	}
	open := plain
	if nothing.Open {
		open = nothing
	}
	open.Open = true
	if len(said.grants) > 0 {
		open.Evidence = said.grants[0]
		open.Text = cmp.Or(nothing.Text, l.opens(t.Channel, lasting{open.Evidence, open.Evidence.Until, 0}))
		return open
	}
	if slices.Contains(l.config.OptOut, t.Channel) {
		open.Text = cmp.Or(nothing.Text, "the policy opens it until it is refused")
		return open
	}
	plain.Text = "the policy needs a grant: " + l.lack(said.given, nil, t.At)
	return plain
}

// ask asks one row.
func (l *Law) ask(r *LawRow, t handoff.Touch, said testimony) handoff.Judgement {
	j := handoff.Judgement{Rule: r.ID, Source: r.Source}
	switch r.Need {
	case NeedNothing:
		j.Open, j.Text = true, "open until it is refused"
	case NeedConsent:
		grant, ok := l.longest(r.Bases, said.grants, t.At)
		if j.Open = ok; !ok {
			j.Text = "needs consent: " + l.lack(said.given, r.Bases, t.At)
			break
		}
		j.Text, j.Evidence = l.opens(t.Channel, grant), grant.Consent
	case NeedNever:
		j.Text = "is never allowed"
	}
	return j
}

// A testimony is what was said on a channel for a purpose.
type testimony struct {
	refused bool
	since   time.Time
	refusal handoff.Consent   // the latest
	given   []handoff.Consent // the grants that stand, or that could open the channel again after a refusal; the latest first
	grants  []handoff.Consent // those of them that count at the touch
}

// hear sorts the evidence for and against a touch.
func hear(t handoff.Touch, evidence []handoff.Consent) testimony {
	var s testimony
	for _, e := range evidence {
		since, refused := refusedSince(e, t.At)
		switch {
		case e.Channel != t.Channel:
		case !refused && granted(e, t.Purpose):
			s.given = append(s.given, e)
		case refused && denied(e, t.Purpose) &&
			(!s.refused || cmp.Or(since.Compare(s.since), compareConsent(e, s.refusal)) > 0):
			s.refused, s.since, s.refusal = true, since, e
		}
	}
	slices.SortFunc(s.given, func(a, b handoff.Consent) int { return compareConsent(b, a) })
	if s.refused {
		s.given = slices.DeleteFunc(s.given, func(e handoff.Consent) bool {
			return basisOf(e) != handoff.BasisExpress || !e.At.After(s.since)
		})
	}
	for _, e := range s.given {
		if !e.At.After(t.At) && (e.Until.IsZero() || t.At.Before(e.Until)) {
			s.grants = append(s.grants, e)
		}
	}
	return s
}

// refusedSince returns since when evidence is a refusal, and whether it is one at an instant. Whatever is not granted is. A
// grant that was taken back before it was given is a refusal since it was given.
func refusedSince(e handoff.Consent, at time.Time) (time.Time, bool) {
	revoked := !e.RevokedAt.IsZero() && !e.RevokedAt.After(at)
	if revoked && e.RevokedAt.After(e.At) {
		return e.RevokedAt, true
	}
	return e.At, revoked || e.Status != handoff.ConsentGranted
}

// granted reports whether a grant is for a purpose.
func granted(e handoff.Consent, p handoff.Purpose) bool {
	return (e.Purpose == "" || e.Purpose == p) && slices.Contains(handoff.Bases(), basisOf(e))
}

// denied reports whether a refusal is for a purpose. One without a purpose that is known is for all but the transactional.
func denied(e handoff.Consent, p handoff.Purpose) bool {
	return e.Purpose == p || p != handoff.PurposeTransactional && !slices.Contains(handoff.Purposes(), e.Purpose)
}

func basisOf(e handoff.Consent) handoff.Basis { return cmp.Or(e.Basis, handoff.BasisExpress) }

// compareConsent orders evidence totally: by instant, then by all that it says.
func compareConsent(a, b handoff.Consent) int {
	return cmp.Or(a.At.Compare(b.At), a.Until.Compare(b.Until), a.RevokedAt.Compare(b.RevokedAt), a.HonourBy.Compare(b.HonourBy),
		cmp.Compare(a.Status, b.Status), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Basis, b.Basis),
		cmp.Compare(a.Jurisdiction, b.Jurisdiction), cmp.Compare(a.Source, b.Source))
}

// A lasting grant is one that a row accepts.
type lasting struct {
	handoff.Consent
	end    time.Time // when it is over; zero: never
	months int       // of its ground
}

func (g lasting) outlasts(other lasting) bool {
	if g.end.IsZero() || other.end.IsZero() {
		return g.end.IsZero() && !other.end.IsZero()
	}
	return g.end.After(other.end)
}

// longest returns the grant that a row accepts for the longest: of equals that of the first ground, and of those the latest.
func (l *Law) longest(grounds []Ground, grants []handoff.Consent, at time.Time) (best lasting, ok bool) {
	for _, ground := range grounds {
		for _, e := range grants {
			g := l.under(e, ground)
			if basisOf(e) == ground.Basis && (g.end.IsZero() || at.Before(g.end)) && (!ok || g.outlasts(best)) {
				best, ok = g, true
			}
		}
	}
	return best, ok
}

// under returns a grant as a ground bounds it.
func (l *Law) under(e handoff.Consent, ground Ground) lasting {
	g := lasting{e, e.Until, ground.Months}
	if ground.Months == 0 {
		return g
	}
	if end := addMonths(l.config.Zone, e.At, ground.Months); g.end.IsZero() || end.Before(g.end) {
		g.end = end
	}
	return g
}

// addMonths returns the instant at which the zone's clocks show the same time of day months later, on the same day of the
// month or, where the month is too short, on its last.
func addMonths(zone *calendar.Zone, t time.Time, months int) time.Time {
	local := zone.In(t)
	year, month, day := local.Date()
	last := time.Date(year, month+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
	sinceMidnight := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute +
		time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
	return zone.At(calendar.Date{Year: last.Year(), Month: last.Month(), Day: min(day, last.Day())}, sinceMidnight)
}

// opens says in words how a grant opens a channel.
func (l *Law) opens(c handoff.Channel, g lasting) string {
	text := fmt.Sprintf("%s of %s opens %s", article(basisNoun(basisOf(g.Consent))), l.day(g.At), spaced(string(c)))
	if g.months > 0 {
		text += fmt.Sprintf(" for %d months", g.months)
	}
	if !g.end.IsZero() {
		text += ", until " + l.day(g.end)
	}
	return text
}

// lack says in words why no grant counts: of those on the grounds, or where there are no grounds of all, the latest.
func (l *Law) lack(given []handoff.Consent, grounds []Ground, at time.Time) string {
	if len(given) == 0 {
		return "none is known"
	}
	for _, e := range given {
		var ground Ground
		if i := slices.IndexFunc(grounds, func(g Ground) bool { return g.Basis == basisOf(e) }); i >= 0 {
			ground = grounds[i]
		} else if len(grounds) > 0 {
			continue
		}
		last := "the last " + basisNoun(basisOf(e)) + ", of " + l.day(e.At) + ", "
		switch {
		case e.At.After(at):
			return last + "is dated after the touch"
		case !e.Until.IsZero() && !at.Before(e.Until):
			return last + "ended on " + l.day(e.Until)
		}
		return last + fmt.Sprintf("is older than %d months", ground.Months)
	}
	return article(basisNoun(basisOf(given[0]))) + " does not give it"
}

// day writes the date of an instant.
func (l *Law) day(t time.Time) string { return l.config.Zone.DateOf(t).String() }

func basisNoun(b handoff.Basis) string {
	if b == handoff.BasisExpress {
		return "express grant"
	}
	return spaced(string(b))
}

func article(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

func spaced(word string) string { return strings.ReplaceAll(word, "_", " ") }

// HonourBy returns when a refusal has to be honoured at the latest: the earliest instant that the rows which apply to it
// name, and zero where none does. A refusal for no purpose that is known is under the rows of all.
func (l *Law) HonourBy(f *handoff.Facts, refusal handoff.Consent) time.Time {
	since := refusal.At
	if refusal.Status == handoff.ConsentGranted {
		since = refusal.RevokedAt
	}
	if since.IsZero() { // it says nothing of a refusal
		return time.Time{}
	}
	if !slices.Contains(handoff.Purposes(), refusal.Purpose) {
		refusal.Purpose = ""
	}
	var earliest time.Time
	for _, r := range l.applying(f, since, refusal.Channel, refusal.Purpose) {
		by := r.HonourBy.after(since, l.config.Zone)
		if r.HonourBy.Days > 0 && (earliest.IsZero() || by.Before(earliest)) {
			earliest = by
		}
	}
	return earliest
}

// after returns when the days are over.
func (h HonourBy) after(t time.Time, zone *calendar.Zone) time.Time {
	days, date := 0, zone.DateOf(t)
	for left := h.Days; left > 0; {
		days++
		weekday := date.AddDays(days).Weekday()
		if !h.Business || weekday != time.Saturday && weekday != time.Sunday {
			left--
		}
	}
	return zone.AddDays(t, days)
}

package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
	"github.com/salesbaton/baton/suppression"
)

// capsTouches reports whether a cap is one of touches, and not of handoffs.
func capsTouches(n source.Node) bool {
	if !n.IsMap() {
		return false
	}
	of := n.Map().Get("of")
	return of.IsList() || of.Raw() != "" && of.Raw() != language.OfHandoff
}

// readTouchCap reads a suppression that bounds touches. It is about all of them, and so about no play.
func (p *policy) readTouchCap(n source.Node, m source.Keyed, id string) {
	for _, e := range m.Entries() {
		if !slices.Contains([]string{"id", "cap", "reason", "owner", "review_by", "note"}, e.Name()) {
			e.Key.Errorf(source.BadMix, "a cap of touches counts whatever they belong to, and has id, cap, reason, owner, review_by and note alone; leave it out, or write of: %s", language.OfHandoff)
		}
	}
	p.govern(GovernedSuppression, id, n, m)
	c := m.Get("cap").Map()
	t := suppression.TouchCap{ID: id, Cap: readCap(c), Channels: touchChannels(c.Get("of")), Purposes: wordsIn[handoff.Purpose](c.Get("purposes")),
		Discard: discards(c), Reason: reason(m.Get("reason")), Position: n.Position()}
	if per := t.Cap.Per; per == suppression.PerPlay || per == suppression.PerTeam {
		c.Get("per").Errorf(source.BadMix, "touches are counted per %s, %s, %s, %s or %s; write one of those, or of: %s", suppression.PerLead, suppression.PerAccount,
			suppression.PerDomain, suppression.PerRep, suppression.PerOrg, language.OfHandoff)
	}
	p.limits.Caps = append(p.limits.Caps, t)
}

// touchChannels reads of which channels the touches are; none: all but tasks.
func touchChannels(of source.Node) []handoff.Channel {
	if of.IsList() {
		return wordsIn[handoff.Channel](of)
	}
	if word := of.Word(); word != language.OfTouch && word != "" {
		return []handoff.Channel{handoff.Channel(word)}
	}
	return nil
}

// checkRoom reports sequences that alone are too many for a cap of touches, so that they would wait for room in vain.
func (p *policy) checkRoom(sequences source.Node) {
	for i, e := range sequences.Entries() {
		for _, c := range p.limits.Caps {
			if first, last, full := crowded(p.config.Sequences[i], c); full {
				e.Value.Map().Get("steps").Errorf(source.Impossible, "%d of these touches come %s, and the cap %s allows %d %s, so that the sequence never starts where all its channels are open; spread its steps, or allow more",
					c.Cap.Max+1, onDays(first, last), c.ID, c.Cap.Max, c.Cap.Window)
			}
		}
	}
}

// crowded returns the first days of a sequence between which there are more touches than a cap allows. Of a period of the
// calendar only one day is sure to lie in it.
func crowded(s handoff.Sequence, c suppression.TouchCap) (first, last int, full bool) {
	var days []int
	for _, step := range s.Steps {
		if counts(c, s, step.Do) {
			days = append(days, step.Day)
		}
	}
	slices.Sort(days)
	length := c.Cap.Within + c.Cap.Timer
	for i := range days {
		j := i + int(c.Cap.Max)
		if c.Cap.Max < 1 || c.Cap.Every == "" && length == 0 || j >= len(days) { // what is wrong with the cap is reported
			break
		}
		if apart := days[j] - days[i]; apart == 0 || time.Duration(apart)*24*time.Hour < length {
			return days[i], days[j], true
		}
	}
	return 0, 0, false
}

// counts reports whether a step of a sequence counts in a cap.
func counts(c suppression.TouchCap, s handoff.Sequence, do handoff.Channel) bool {
	channel := slices.Contains(c.Channels, do) || len(c.Channels) == 0 && do != handoff.ChannelTask
	return channel && (len(c.Purposes) == 0 || slices.Contains(c.Purposes, cmp.Or(s.Purpose, handoff.PurposeSales)))
}

// onDays says on which days of a sequence something happens.
func onDays(first, last int) string {
	if first == last {
		return fmt.Sprintf("on day %d", first)
	}
	return fmt.Sprintf("on days %d to %d", first, last)
}

// discards reads whether what is stopped never goes out.
func discards(m source.Keyed) bool { return m.Get("then").Word() == language.ThenDiscard }

func (p *policy) readQuietHours(section source.Node) {
	for _, n := range section.List() {
		m := n.Map()
		id := unique(m.Get("id"), p.limiting)
		p.govern(GovernedQuietHours, id, n, m)
		p.limits.Quiet = append(p.limits.Quiet, suppression.Quiet{
			ID:       id,
			Hours:    quietWindows(m.Get("hours")),
			Channels: wordsIn[handoff.Channel](m.Get("channels")),
			Purposes: wordsIn[handoff.Purpose](m.Get("purposes")),
			Zones:    readZones(m.Get("zones")),
			Discard:  discards(m),
			Reason:   reason(m.Get("reason")),
			Position: n.Position(),
		})
	}
}

// quietWindows reads hours that leave some of the week.
func quietWindows(n source.Node) []calendar.Window {
	windows := readWindows(n)
	if len(windows) == 0 {
		return nil
	}
	const week = 7 * 24 * time.Hour
	quiet, err := calendar.New(calendar.Config{Weekly: windows})
	if start := time.Date(2026, 1, 4, 0, 0, 0, 0, time.UTC); err == nil && quiet.Between(start, start.Add(week)) == week {
		n.Errorf(source.Impossible, "these are all hours of the week, so that nothing would ever go out; leave some")
	}
	return windows
}

// readWindows reads hours of a week.
func readWindows(n source.Node) []calendar.Window {
	windows, err := calendar.ParseWindows(n.Text())
	if n.IsText() && err != nil {
		n.Errorf(source.BadTime, "%v", err)
	}
	return windows
}

// maxZones bounds the zones in which somebody may be: a touch is tried in each.
const maxZones = 50

// readZones reads the zones in which somebody may be.
func readZones(n source.Node) []*calendar.Zone {
	var out []*calendar.Zone
	seen := map[string]bool{}
	list := n.List()
	if len(list) > maxZones {
		n.Errorf(source.OutOfRange, "there are more than %d zones; keep those farthest east and west", maxZones)
		return nil
	}
	for _, item := range list {
		name := item.Text()
		switch {
		case !item.IsText(): // which is reported
		case seen[name]:
			item.Errorf(source.Repeated, "%q is repeated in this list", name)
		default:
			seen[name] = true
			out = append(out, readZone(item))
		}
	}
	return out
}

// limit makes what bounds touches, where something does. Laws do where they have hours.
func (p *policy) limit(m source.Keyed) {
	calling := slices.ContainsFunc(p.laws, func(r suppression.LawRow) bool { return len(r.Hours) > 0 })
	if calling && len(p.limits.Zones) == 0 {
		m.Get("laws").Errorf(source.MissingKey, "laws with hours need zones: where people may be of whom nothing is known, such as [America/New_York, America/Los_Angeles]")
	}
	if p.report.Failed() || len(p.limits.Caps)+len(p.limits.Quiet) == 0 && !calling {
		return
	}
	p.limits.Policy = p.config.Policy
	limits, err := suppression.NewLimits(p.limits)
	if err != nil {
		firstOf(m, "quiet_hours", "suppression", "laws").Errorf(source.Impossible, "%v", err)
		return
	}
	p.config.Limiter = limits
}

// firstOf returns the value of the first key that is there.
func firstOf(m source.Keyed, keys ...string) source.Node {
	for _, key := range keys {
		if n := m.Get(key); n.Exists() {
			return n
		}
	}
	return source.Node{}
}

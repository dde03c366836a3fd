package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// What the text and the page have in common: the names of things, which rates are shown where there is no room for all, and how
// counts and lengths of time are written. In JSON and CSV things have their ids, and all of them are there.

// headRates are the rates that are asked for first.
func headRates() []RateID {
	return []RateID{RateTouchedInTime, RateAccepted, RateMeeting, RateOpportunity}
}

// shownRates are the rates of a breakdown.
func shownRates() []RateID {
	return []RateID{RateTouchedInTime, RateAccepted, RateContacted, RateMeeting, RateQualified, RateOpportunity, RateWon}
}

// A meaning is how a rate or a time is spoken of.
type meaning struct {
	name string
	what string
	of   string
}

// rateMeaning says what a rate is.
func rateMeaning(id RateID) meaning {
	switch id {
	case RateAttempted:
		return meaning{"Attempted", "somebody tried to reach the subject", "handoffs"}
	case RateContacted:
		return meaning{"Contacted", "there was a conversation, a reply or a held meeting; an automatic reply is none", "handoffs"}
	case RateMeeting:
		return meaning{"Meeting", "a meeting was booked or held", "handoffs"}
	case RateQualified:
		return meaning{"Qualified", "sales took it as qualified (SQL)", "handoffs"}
	case RateOpportunity:
		return meaning{"Opportunity", "an opportunity was created", "handoffs"}
	case RateWon:
		return meaning{"Won", "a deal was won", "handoffs"}
	case RateWin:
		return meaning{"Win rate", "the deal was won", "handoffs that were won or lost"}
	case RateAccepted:
		return meaning{"Accepted", "the owner accepted", "handoffs that the owner accepted or declined"}
	case RateAcceptedInTime:
		return meaning{"Accepted in time", "the promise of an acceptance was kept in time", "promises that were kept, late or are overdue"}
	case RateTouchedInTime:
		return meaning{"Touched in time", "the promise of a first touch was kept in time", "promises that were kept, late or are overdue"}
	case RateDeclined:
		return meaning{"Declined", "the owner did not take it", "handoffs"}
	case RateDisqualified:
		return meaning{"Disqualified", "the subject is not to be sold to", "handoffs"}
	case RateRecycled:
		return meaning{"Recycled", "the record was given back, to be tried again", "handoffs"}
	case RateRecovered:
		return meaning{"Recovered", "the subject came to the goal by a later handoff", "recycled handoffs"}
	case RateRouted:
		return meaning{"Routed right", "it went to nobody else soon after", "handoffs that are old enough to tell"}
	case RateOverlap:
		return meaning{"Overlap", "marketing reached the person while the sequence ran", "runs of sequences that started"}
	}
	return meaning{spaced(id), "", "handoffs"}
}

// timeMeaning says what a time is from and to. Business time is the same in working hours.
func timeMeaning(id TimeID) meaning {
	if wall, business := businessTimes()[id]; business {
		m := timeMeaning(wall)
		return meaning{name: m.name + ", business time", what: m.what + ", in business time"}
	}
	switch id {
	case TimeSpeed:
		return meaning{name: "Speed to lead", what: "from the signal to the first attempt"}
	case TimeContact:
		return meaning{name: "Speed to contact", what: "from the signal to the first conversation, reply or held meeting"}
	case TimeSystem:
		return meaning{name: "System's share", what: "from the signal to the handoff: what systems took"}
	case TimeTouch:
		return meaning{name: "First touch", what: "from the handoff to the first attempt: what people took"}
	case TimeReach:
		return meaning{name: "First contact", what: "from the handoff to the first conversation, reply or held meeting"}
	case TimeAccept:
		return meaning{name: "Acceptance", what: "from the handoff to the owner's yes or no"}
	case TimeMeeting:
		return meaning{name: "To meeting", what: "from the handoff to a booked or held meeting"}
	case TimeOpportunity:
		return meaning{name: "To opportunity", what: "from the handoff to an opportunity: pipeline velocity"}
	case TimeWon:
		return meaning{name: "To won", what: "from the handoff to the won deal; lost ones are left out, running ones are open"}
	case TimeCycle:
		return meaning{name: "Opportunity to close", what: "from the opportunity to won or lost"}
	case TimeLateTouch:
		return meaning{name: "First touch late by", what: "by how much first touches came later than promised; the overdue are open"}
	case TimeLateAccept:
		return meaning{name: "Acceptance late by", what: "by how much the owner's yes or no came later than promised; the overdue are open"}
	}
	return meaning{name: spaced(id)}
}

// stepName says of a step what was done.
func stepName(s Step) string {
	if s == StepHandoff {
		return "Handed over"
	}
	return rateMeaning(RateID(s)).name
}

// goalName says what counts as a conversion.
func (f Figures) goalName() string {
	name := map[Step]string{StepAttempted: "an attempt", StepContacted: "contact", StepMeeting: "a meeting", StepQualified: "a qualified lead",
		StepOpportunity: "an opportunity", StepWon: "a won deal"}[f.Goal]
	if name == "" {
		name = "the goal"
	}
	if f.Within != "" {
		name += " within " + f.Within
	}
	return name
}

// dimensionName says by what a breakdown tells handoffs apart.
func dimensionName(d string) string {
	switch Dimension(d) {
	case ByOwner:
		return "owner (who got the handoff first)"
	case ByTeam:
		return "team of the owner"
	case ByChannel:
		return "channel of the first attempt"
	case ByPolicy:
		return "policy and digest"
	}
	return d
}

// brief returns the value of a dimension; of a policy's digest the beginning is enough.
func (b Breakdown) brief(value string) string {
	if b.Dimension != string(ByPolicy) {
		return value
	}
	if at := strings.LastIndex(value, " "); at >= 0 {
		return value[:at+1] + version(value[at+1:])
	}
	if strings.HasPrefix(value, "sha256:") {
		return version(value)
	}
	return value
}

// version returns enough of a digest to tell it from others.
func version(digest string) string {
	sum := digest[strings.Index(digest, ":")+1:]
	return sum[:min(12, len(sum))]
}

// armName returns the name of an arm; that of who is held out is not the host's.
func armName(arm string) string {
	if arm == "held_out" {
		return spaced(arm)
	}
	return arm
}

// Curves.

// within returns the share that was done within so many seconds.
func (c Curve) within(seconds int64) (done Ratio) {
	for _, p := range c.Points {
		if p.Seconds > seconds {
			break
		}
		done = p.Done
	}
	return done
}

// time returns the id of what the curve shows, where it is that of the wall clock otherwise.
func (c Curve) time(wall TimeID) TimeID {
	for business, of := range businessTimes() {
		if c.Business && of == wall {
			return business
		}
	}
	return wall
}

// times returns the time of the wall clock, and what the curve shows where it is another.
func (c Curve) times(wall TimeID) []TimeID {
	return slices.Compact([]TimeID{wall, c.time(wall)})
}

// length writes seconds, and says where they are of business time.
func (c Curve) length(seconds int64) string {
	if c.Business {
		return span(seconds) + " of business time"
	}
	return span(seconds)
}

// What may be said of a lift.

// hasInterval reports whether the lift has an interval: where everybody of an arm is alike, in both, it would be a point.
func (l Lift) hasInterval() bool { return l.Unpooled > 0 }

// hasRelative reports whether the relative lift can be told.
func (l Lift) hasRelative() bool { return !l.NoBase && l.Control.Hits > 0 }

// hasRelativeInterval reports whether it has an interval.
func (l Lift) hasRelativeInterval() bool { return l.hasRelative() && l.Converted.Hits > 0 }

// known reports whether the values were compared: one unit, or values that are all alike, have no interval.
func (v ValueLift) known() bool { return v.Freedom > 0 }

// alarming reports whether a segment is to be looked at: of few handoffs, chance makes as much.
func (d Disparity) alarming() bool { return d.Low && !d.Upper.Small }

// Reasons.

// topReasons is how many reasons of a play are shown.
const topReasons = 3

// mostly returns reasons by how frequent they are, whatever the outcome.
func mostly(reasons []Reason) []Reason {
	reasons = slices.Clone(reasons)
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(b.N, a.N) })
	return reasons
}

// reasonName writes a reason in words.
func reasonName(reason string) string {
	if strings.TrimSpace(reason) == "" {
		return "no reason given"
	}
	return spaced(reason)
}

// plays returns the handoffs by play.
func (f Figures) plays() []Group {
	for _, b := range f.By {
		if b.Dimension == string(ByPlay) {
			return b.Groups
		}
	}
	return nil
}

// Versions of policies.

// compared returns the rates that are of something under both versions.
func (p Policy) compared() []Moved {
	return slices.DeleteFunc(slices.Clone(p.Moved), func(m Moved) bool { return m.Before.Of == 0 || m.After.Of == 0 })
}

// cautions say how far to believe what moved, of so many rates.
func (f Figures) cautions(rates int) []string {
	list := []string{"Later handoffs are younger: they have had less time, so that conversions seem to fall."}
	if f.Within == "" {
		list = append(list, "With --within (Config.Within), such as 30d, all have had the same time, and like is compared with like.")
	} else {
		list = append(list, "Here like is compared with like: what happened within "+f.Within+" counts, of handoffs at least that old.")
	}
	if f.Level > 0 && f.Level < 1 {
		expected := float64(rates) * (1 - float64(f.Level))
		list = append(list, fmt.Sprintf("Of %s at %s%%, %s by chance alone.", plural(int64(rates), "rate"), level(f.Level), byChance(expected)))
	}
	return list
}

func byChance(n float64) string {
	switch n := int64(math.Round(n)); n {
	case 0:
		return "less than one moves"
	case 1:
		return "about one moves"
	default:
		return "about " + whole(n) + " move"
	}
}

// Numbers.

// level writes the confidence of intervals in percent, such as 95.
func level(r Ratio) string { return strings.TrimSuffix(decimal(float64(r)*100, 1), ".0") }

// whole returns a number with commas.
func whole(n int64) string {
	digits, sign := strconv.FormatUint(magnitude(n), 10), ""
	if n < 0 {
		sign = "-"
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return sign + digits
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n) // also of the least number, which has no positive
	}
	return uint64(n)
}

// exceptions says which units count otherwise than one would expect.
func (e Experiment) exceptions() (out []string) {
	if e.Earlier > 0 {
		out = append(out, plural(e.Earlier, "unit")+" from before the shares of the arms changed last: they are compared with nobody")
	}
	if e.Crossed > 0 {
		out = append(out, plural(e.Crossed, "unit")+" seen on more than one arm, as after another salt: they count for the first")
	}
	return out
}

// plural returns a number of things.
func plural(n int64, thing string) string {
	stem, many := thing, "s"
	switch {
	case n == 1:
		return "1 " + thing
	case strings.HasSuffix(thing, "ty"):
		stem, many = thing[:len(thing)-1], "ies"
	case strings.HasSuffix(thing, "ch"):
		many = "es"
	}
	return whole(n) + " " + stem + many
}

// chance writes the probability of a difference as large by chance.
func chance(p Ratio) string {
	if p >= 0 && p < 0.001 {
		return "<0.001"
	}
	return decimal(float64(p), 3)
}

// span writes seconds as people say them, such as 45s, 12m30s, 3h20m and 2d4h: the two largest units that are not nothing.
func span(seconds int64) string {
	if seconds < 0 {
		return "-" + spell(magnitude(seconds))
	}
	return spell(magnitude(seconds))
}

func spell(seconds uint64) string {
	units := []struct {
		length uint64
		name   string
	}{{86_400, "d"}, {3_600, "h"}, {60, "m"}, {1, "s"}}
	for i, u := range units {
		if seconds < u.length {
			continue
		}
		long := strconv.FormatUint(seconds/u.length, 10) + u.name
		if i+1 < len(units) && seconds%u.length/units[i+1].length > 0 {
			long += strconv.FormatUint(seconds%u.length/units[i+1].length, 10) + units[i+1].name
		}
		return long
	}
	return "0s"
}

// spaced returns an id with blanks between its words.
func spaced[T ~string](id T) string { return strings.ReplaceAll(string(id), "_", " ") }

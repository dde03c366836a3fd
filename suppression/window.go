package suppression

import (
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// MaxCap bounds Cap.Max: a tally keeps that many instants.
const MaxCap = 1000

// A Per says what is counted together.
type Per string

// What can be counted together.
const (
	PerLead    Per = "lead"
	PerAccount Per = "account" // of an account and all its leads
	PerDomain  Per = "domain"  // of everybody with an address at the same domain
	PerRep     Per = "rep"     // of the owner, or of whoever sends the touch
	PerTeam    Per = "team"    // of the owner's team
	PerPlay    Per = "play"
	PerOrg     Per = "org" // everything under the policy
)

// A Period is a stretch of the calendar.
type Period string

// The periods. They begin at the start of the hour, at midnight, at midnight before Window.WeekStart, and on the first of the
// month, by the clocks of the zone.
const (
	Hour  Period = "hour"
	Day   Period = "day"
	Week  Period = "week"
	Month Period = "month"
)

// periods returns all periods, the shortest first.
func periods() []Period { return []Period{Hour, Day, Week, Month} }

// A Window is the time in which a cap counts. Exactly one of Every, Within and Timer is set.
type Window struct {
	Every  Period        // of the calendar
	Within time.Duration // any stretch of this length, to the microsecond
	// Timer runs from each thing that is counted, and its length is fixed then: a later change does not shorten it.
	Timer time.Duration
	// Zone is where a period begins; nil: the policy's. Recipient takes the person's, of several candidates each, so that the
	// strictest counts; where nothing is known, Zone.
	Zone      *calendar.Zone
	Recipient bool
	WeekStart time.Weekday // the zero value is Sunday
}

// A Cap bounds how often something happens within a time.
type Cap struct {
	Max int64 // from 1 to MaxCap
	Per Per
	Window
}

package report

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome"
	"github.com/salesbaton/baton/outcome/attribution"
	"github.com/salesbaton/baton/outcome/estimate"
)

// A Period is how long the handoffs of a cohort are together.
type Period string

// The periods, by the calendar of Config.Zone. Weeks begin on Monday and are named as ISO 8601 does, such as 2026-W09.
const (
	Day     Period = "day"     // such as 2026-03-02
	Week    Period = "week"    // such as 2026-W10
	Month   Period = "month"   // such as 2026-03
	Quarter Period = "quarter" // such as 2026-Q1
)

// Periods returns all periods, in the order of their declaration.
func Periods() []Period { return []Period{Day, Week, Month, Quarter} }

// start returns the first day of the period that a day is in.
func (p Period) start(d calendar.Date) calendar.Date {
	switch p {
	case Week:
		return d.AddDays(-(int(d.Weekday()) + 6) % 7)
	case Month:
		return calendar.Date{Year: d.Year, Month: d.Month, Day: 1}
	case Quarter:
		return calendar.Date{Year: d.Year, Month: (d.Month-1)/3*3 + 1, Day: 1}
	}
	return d
}

// next returns the first day of the period after the one that begins on a day.
func (p Period) next(start calendar.Date) calendar.Date {
	switch p {
	case Week:
		return start.AddDays(7)
	case Month:
		return p.start(start.AddDays(31))
	case Quarter:
		return p.start(start.AddDays(93))
	}
	return start.AddDays(1)
}

// name names the period that begins on a day.
func (p Period) name(start calendar.Date) string {
	switch p {
	case Week:
		year, week := time.Date(start.Year, start.Month, start.Day, 0, 0, 0, 0, time.UTC).ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	case Month:
		return fmt.Sprintf("%04d-%02d", start.Year, start.Month)
	case Quarter:
		return fmt.Sprintf("%04d-Q%d", start.Year, (start.Month+2)/3)
	}
	return start.String()
}

// Touchpoints say what the steps of a path are.
type Touchpoints string

// What the steps of a path can be.
const (
	Signals    Touchpoints = "signals"    // signals, by their kind
	Campaigns  Touchpoints = "campaigns"  // signals, by their campaign: source and medium, else its source, id or name, else the kind
	Everything Touchpoints = "everything" // signals by kind, touches of marketing and attempts of sales by channel
)

// Config says by what a Report counts. The zero Config counts by months of UTC.
type Config struct {
	Zone     *calendar.Zone     // of periods, weekdays and hours; nil: UTC
	Hours    *calendar.Calendar // business time; nil: every hour counts
	Period   Period             // "": Month
	Reps     []handoff.Rep      // whose teams
	Level    float64            // of intervals; 0: 0.95
	Small    int64              // denominators below it are marked; 0: 30
	Goal     Step               // conversions by attempts, attribution, experiments and scores; "": StepOpportunity
	Within   time.Duration      // of conversions, see RateID; 0: until the report's instant
	Accurate time.Duration      // a handoff to somebody else within it says that routing was wrong; 0: seven days
	Looks    int                // planned at experiments, for their bounds; 0: 5
	Points   Touchpoints        // "": Signals
	Paths    attribution.Config
}

// rules are a Config with its defaults.
type rules struct {
	Config
	teams map[string]string // by rep
}

// rules fills in the defaults and checks what is said.
func (c Config) rules() (rules, error) {
	c.Period, c.Goal, c.Points = cmp.Or(c.Period, Month), cmp.Or(c.Goal, StepOpportunity), cmp.Or(c.Points, Signals)
	c.Level, c.Small, c.Looks = cmp.Or(c.Level, 0.95), cmp.Or(c.Small, 30), cmp.Or(c.Looks, 5)
	c.Accurate = cmp.Or(c.Accurate, 7*24*time.Hour)
	var problems []error
	problem := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	problem(slices.Contains(Periods(), c.Period), "period is one of %s", list(Periods()))
	problem(c.Goal != StepHandoff && slices.Contains(Steps(), c.Goal), "goal is one of %s", list(Steps()[1:]))
	points := []Touchpoints{Signals, Campaigns, Everything}
	problem(slices.Contains(points, c.Points), "points are one of %s", list(points))
	problem(c.Level > 0 && c.Level < 1, "level lies between 0 and 1")
	problem(c.Small >= 0 && c.Within >= 0 && c.Accurate >= 0, "neither small nor a length of time is negative")
	problem(c.Looks > 0 && c.Looks <= estimate.MaxLooks, "looks are from 1 to %d", estimate.MaxLooks)
	if _, err := attribution.New(c.Paths); err != nil {
		problems = append(problems, err)
	}
	teams := map[string]string{}
	for _, rep := range c.Reps {
		teams[rep.ID] = rep.Team
	}
	return rules{c, teams}, errors.Join(problems...)
}

// list writes words in a row.
func list[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return strings.Join(texts, ", ")
}

// differ says in what two sets of rules differ. Calendars are compared by what they are, not by what they contain.
func (r rules) differ(o rules) error {
	switch {
	case r.Zone.Name() != o.Zone.Name():
		return fmt.Errorf("zone %s and %s", r.Zone.Name(), o.Zone.Name())
	case r.Hours != o.Hours:
		return errors.New("other hours")
	case r.Period != o.Period || r.Goal != o.Goal || r.Points != o.Points:
		return errors.New("another period, goal or points")
	case r.Level != o.Level || r.Small != o.Small || r.Looks != o.Looks:
		return errors.New("another level, small or looks")
	case !maps.Equal(r.teams, o.teams):
		return errors.New("other reps, or other teams of them")
	case r.Within != o.Within || r.Accurate != o.Accurate || r.Paths != o.Paths:
		return errors.New("other lengths of time")
	}
	return nil
}

// stepOf returns how far an activity, or an outcome that it says, brings a handoff; "": nowhere.
func stepOf(kind handoff.ActivityKind, word string) Step {
	switch {
	case kind == handoff.ActivityWon || word == outcome.Won:
		return StepWon
	case kind == handoff.ActivityOpportunity || word == outcome.Opportunity:
		return StepOpportunity
	case kind == handoff.ActivityQualified || word == outcome.Qualified:
		return StepQualified
	case kind == handoff.ActivityBooked || kind == handoff.ActivityMeeting || word == outcome.MeetingSet:
		return StepMeeting
	case kind.IsContact() || word == outcome.Contacted:
		return StepContacted
	case kind.IsAttempt():
		return StepAttempted
	}
	return ""
}

// level returns the place of a step on the way.
func (s Step) level() int {
	switch s {
	case StepAttempted:
		return 1
	case StepContacted:
		return 2
	case StepMeeting:
		return 3
	case StepQualified:
		return 4
	case StepOpportunity:
		return 5
	case StepWon:
		return 6
	}
	return 0
}

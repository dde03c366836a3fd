package report

import (
	"math"
	"strconv"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/attribution"
)

// Figures are what a Report comes to: a plain value, the same for the same events in whatever order they were added. Every list
// is there, if empty; its order is said at each.
type Figures struct {
	Zone   string    `json:"zone"` // of periods, weekdays and hours
	From   time.Time `json:"from,omitzero"`
	Until  time.Time `json:"until"`            // as of
	Level  Ratio     `json:"level"`            // of all intervals, such as 0.95
	Small  int64     `json:"small"`            // denominators below it are marked
	Goal   Step      `json:"goal"`             // what counts as a conversion where one is meant
	Within string    `json:"within,omitempty"` // such as 30d, in which a conversion counts, see RateID; "": until Until

	Input Input `json:"input"`

	All    Group       `json:"all"`
	Speed  Curve       `json:"speed"`  // from the signal to the first attempt
	Touch  Curve       `json:"touch"`  // from the handoff to the first attempt
	By     []Breakdown `json:"by"`     // in the order of Dimensions, then the segments by name
	Funnel []Cohort    `json:"funnel"` // all handoffs, then those of each period in order

	Promises []Promise  `json:"promises"` // by name
	Heat     []Hour     `json:"heat"`     // weekdays from Monday, hours from 0, each of the 168
	Pressure []Pressure `json:"pressure"` // by attempts
	Triggers []Trigger  `json:"triggers"` // by kind
	// FollowUp is within how many seconds of a handoff Trigger.Before and Last count.
	FollowUp    int64        `json:"follow_up"`
	Owners      []Fairness   `json:"owners"`   // by policy, pool and owner
	Holds       []Hold       `json:"holds"`    // the longest median age first, then by id
	Overlap     []Overlap    `json:"overlap"`  // by period
	Policies    []Policy     `json:"policies"` // in the order in which they were seen first
	Credits     []Credit     `json:"credits"`  // by model, in the order of attribution.Models, then by channel
	Paths       Paths        `json:"paths"`
	Experiments []Experiment `json:"experiments"` // by id
	Scores      []Score      `json:"scores"`      // by id
}

// A Ratio is a derived number. In JSON it has at most six digits behind the point.
type Ratio float64

// String returns the ratio with six digits behind the point.
func (r Ratio) String() string { return strconv.FormatFloat(float64(r), 'f', 6, 64) }

// MarshalJSON rounds to six digits. What is no number is refused by encoding/json.
func (r Ratio) MarshalJSON() ([]byte, error) {
	f := math.Round(float64(r)*1e6) / 1e6
	if f == 0 {
		f = 0 // no minus
	}
	return strconv.AppendFloat(nil, f, 'f', -1, 64), nil
}

// An Interval is a confidence interval at Figures.Level.
type Interval struct {
	Low  Ratio `json:"low"`
	High Ratio `json:"high"`
}

// Input says what was read, and what was not counted and why: nothing is dropped in silence.
type Input struct {
	Decisions  int64 `json:"decisions"`
	Activities int64 `json:"activities"`
	Touches    int64 `json:"touches"`
	Signals    int64 `json:"signals"`
	Repeated   int64 `json:"repeated"` // facts that were told more than once, and counted once
	// Unobserved is activities that were told and that no decision has observed: promises and sequences do not know them.
	Unobserved int64 `json:"unobserved"`
	// Outside is activities before the first handoff of their subject, or without any: they count for no handoff, unless they fell
	// between its signal and it.
	Outside  int64   `json:"outside"`
	Subjects int64   `json:"subjects"`
	Handoffs int64   `json:"handoffs"`
	HeldOut  int64   `json:"held_out"`
	Verdicts []Count `json:"verdicts"` // the most frequent first, then by name
	Refused  []Count `json:"refused"`  // what cannot be counted, by why; the most frequent first, then by name
}

// A Count is how often something was there.
type Count struct {
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// A Dimension says by what handoffs are told apart.
type Dimension string

// The dimensions. A segment is one under its own name.
const (
	ByTrigger  Dimension = "trigger"  // kind of the signal that was acted on
	ByPlay     Dimension = "play"     // that handed over
	ByMotion   Dimension = "motion"   // of the play
	ByOwner    Dimension = "owner"    // who got the handoff first
	ByTeam     Dimension = "team"     // of the owner
	BySequence Dimension = "sequence" // that started
	ByChannel  Dimension = "channel"  // of the first attempt
	ByPolicy   Dimension = "policy"   // name of the policy, a space, and the digest of its text
	ByPeriod   Dimension = "period"   // in which the handoff was
)

// Dimensions returns all of them, in the order of their declaration.
func Dimensions() []Dimension {
	return []Dimension{ByTrigger, ByPlay, ByMotion, ByOwner, ByTeam, BySequence, ByChannel, ByPolicy, ByPeriod}
}

// A Breakdown is the handoffs told apart by one dimension. Of more than MaxGroups values those with the most handoffs have groups of
// their own, and the others are one group together, the last, under Others.
type Breakdown struct {
	Dimension string  `json:"dimension"`
	Groups    []Group `json:"groups"` // by value; periods in order; "" is where it is unknown, or there is none
}

// MaxGroups bounds the values of a Breakdown, and MaxSegments the segments of a report: of more, the first by name count, and what was
// told of the others is refused.
const (
	MaxGroups   = 1000
	MaxSegments = 100
)

// Others is the value of the group of all values that have none of their own.
const Others = "(others)"

// A Group is some handoffs.
type Group struct {
	Value    string `json:"value"`
	Handoffs int64  `json:"handoffs"`
	Rates    []Rate `json:"rates"` // in the order of RateIDs
	Times    []Time `json:"times"` // in the order of TimeIDs
	Won      Won    `json:"won"`
	// Reasons are why handoffs ended without success, by outcome, the most frequent first, then by reason.
	Reasons []Reason `json:"reasons"`
}

// Rate returns the rate of an id.
func (g Group) Rate(id RateID) Rate {
	for _, r := range g.Rates {
		if r.ID == id {
			return r
		}
	}
	return Rate{ID: id}
}

// Time returns the time of an id.
func (g Group) Time(id TimeID) Time {
	for _, t := range g.Times {
		if t.ID == id {
			return t
		}
	}
	return Time{ID: id}
}

// A Rate is how many of some things have something.
type Rate struct {
	ID       RateID   `json:"id"`
	Hits     int64    `json:"hits"`
	Of       int64    `json:"of"` // the denominator, as RateID says
	Rate     Ratio    `json:"rate"`
	Interval Interval `json:"interval"` // Wilson's
	Small    bool     `json:"small,omitempty"`
}

// A Time is how long something took, in seconds.
type Time struct {
	ID       TimeID `json:"id"`
	Done     int64  `json:"done"`     // how many did it
	Open     int64  `json:"open"`     // how many had not yet: they are censored, not left out
	Negative int64  `json:"negative"` // how many seem to have done it before it could begin: counted here and nowhere else
	Small    bool   `json:"small,omitempty"`
	// Naive are the nearest-rank percentiles of those that did it; absent where nobody did.
	Naive Percentiles `json:"naive"`
	// All are the percentiles of all, by Kaplan and Meier; absent where too few did it to tell.
	All  Percentiles        `json:"all"`
	Mean handoff.Opt[int64] `json:"mean,omitzero"` // of those that did it, rounded
}

// Percentiles are seconds.
type Percentiles struct {
	Median handoff.Opt[int64] `json:"median,omitzero"`
	P75    handoff.Opt[int64] `json:"p75,omitzero"`
	P90    handoff.Opt[int64] `json:"p90,omitzero"`
	P95    handoff.Opt[int64] `json:"p95,omitzero"`
	P99    handoff.Opt[int64] `json:"p99,omitzero"`
}

// Won is what the deals are worth that were won, in the currency's minor unit.
type Won struct {
	Deals  int64 `json:"deals"`  // with an amount
	Amount int64 `json:"amount"` // of all
	Mean   Ratio `json:"mean"`
}

// A Curve is the share of handoffs that had a first attempt, by the time since something, by Kaplan and Meier: those without one
// are at risk up to the report's instant, and are not left out.
type Curve struct {
	Business bool `json:"business,omitempty"` // the time is business time, by Config.Hours
	// Points are those at which the share rises, in order, at most 200: of more, some are left out, the last one never. From a
	// point on the share holds up to the next; before the first it is 0.
	Points []CurvePoint `json:"points"`
	// SLAs are within how long first attempts are promised that count from where the curve begins and the hours that it counts: the
	// three that most handoffs have, the most frequent first, then the shortest.
	SLAs []SLA `json:"slas"`
}

// An SLA is a promise that handoffs have.
type SLA struct {
	Seconds  int64 `json:"seconds"`
	Handoffs int64 `json:"handoffs"`
}

// A CurvePoint is the share that was done after a time.
type CurvePoint struct {
	Seconds int64 `json:"seconds"`
	Done    Ratio `json:"done"`    // within so many seconds
	AtRisk  int64 `json:"at_risk"` // handoffs that had none just before, and were looked at as long
}

// A Step is one on the way from a handoff to a deal.
type Step string

// The steps. One counts as taken where a later one was.
const (
	StepHandoff     Step = "handoff"
	StepAttempted   Step = "attempted"
	StepContacted   Step = "contacted"
	StepMeeting     Step = "meeting"
	StepQualified   Step = "qualified" // SQL
	StepOpportunity Step = "opportunity"
	StepWon         Step = "won"
)

// Steps returns all steps, in order.
func Steps() []Step {
	return []Step{StepHandoff, StepAttempted, StepContacted, StepMeeting, StepQualified, StepOpportunity, StepWon}
}

// A Cohort is the handoffs of a period, and how far they came.
type Cohort struct {
	Period string      `json:"period"` // "": all
	Steps  []StepCount `json:"steps"`  // in the order of Steps
}

// A StepCount is how many handoffs came to a step.
type StepCount struct {
	Step     Step     `json:"step"`
	N        int64    `json:"n"`
	Rate     Ratio    `json:"rate"` // of the cohort's handoffs
	Interval Interval `json:"interval"`
}

// A Promise is how often something that was promised was done in time, and by how much not.
type Promise struct {
	Name    string `json:"name"`     // such as first_touch, acceptance and queue
	Kept    int64  `json:"kept"`     // in time
	Late    int64  `json:"late"`     // after it was due
	NotDone int64  `json:"not_done"` // somebody else was to do it, or the handoff was over before
	Overdue int64  `json:"overdue"`  // due and not done yet
	Running int64  `json:"running"`  // not due yet
	Rate    Rate   `json:"rate"`     // kept of kept, late and overdue
	Breach  Time   `json:"breach"`   // by how much it was late; the overdue are open
}

// An Hour is the handoffs of one hour of the week whose first touch is promised.
type Hour struct {
	Weekday string `json:"weekday"` // in English
	Hour    int64  `json:"hour"`
	Rate    Rate   `json:"rate"` // RateTouchedInTime
}

// A Reason is why handoffs ended without success.
type Reason struct {
	Outcome string `json:"outcome"` // such as rejected, disqualified, lost
	Reason  string `json:"reason"`  // "": none was given
	N       int64  `json:"n"`
	Share   Ratio  `json:"share"` // of the outcome's
}

// A Pressure is the handoffs on which there were so many attempts, and how many of them came to the goal.
type Pressure struct {
	Attempts int64 `json:"attempts"`
	Rate     Rate  `json:"rate"`
}

// A Trigger is how good a kind of signal is.
type Trigger struct {
	Kind      string `json:"kind"`
	Precision Rate   `json:"precision"` // handoffs that came to StepQualified or further
	// Before and Last are those of the periods before the last whole one and of that one itself; of each handoff what happened
	// within Config.Within, or within as long as the youngest handoff of the last whole period has had.
	Before Rate  `json:"before"`
	Last   Rate  `json:"last"`
	Volume Ratio `json:"volume"` // handoffs of the last whole period against the mean of those before; 0 where there are none
	// Inflated says that there are many more of them than before, and that they are worse: Volume is at least 1.5, and the
	// interval of Last lies below the rate of Before.
	Inflated bool `json:"inflated,omitempty"`
}

// A Fairness is what a rotation gave to a rep.
type Fairness struct {
	Policy   string  `json:"policy"`
	Pool     string  `json:"pool"`
	Owner    string  `json:"owner"`
	Offered  int64   `json:"offered"`
	Skipped  int64   `json:"skipped"`
	Assigned int64   `json:"assigned"`
	Share    Ratio   `json:"share"` // of the pool's assigned
	Why      []Count `json:"why"`   // of the skips; the most frequent first, then by reason
}

// A Hold is what keeps records back.
type Hold struct {
	ID      string             `json:"id"`
	Reason  string             `json:"reason,omitempty"`
	N       int64              `json:"n"`       // that stand
	Endless int64              `json:"endless"` // of these, without an end
	Median  handoff.Opt[int64] `json:"median_age,omitzero"`
	Oldest  handoff.Opt[int64] `json:"oldest_age,omitzero"` // seconds
	Subject string             `json:"oldest,omitempty"`
	Over    int64              `json:"over"` // that stood and were lifted, or ended
}

// An Overlap is how often marketing reached people while a sequence of sales ran for them.
type Overlap struct {
	Period    string `json:"period"`
	Runs      Rate   `json:"runs"`    // RateOverlap of the handoffs of the period
	Touches   Rate   `json:"touches"` // RateTouchOverlap of the touches of the period
	Marketing int64  `json:"marketing"`
}

// A Policy is a version of a policy that decided.
type Policy struct {
	Name      string    `json:"name"`
	Digest    string    `json:"digest"`
	First     time.Time `json:"first"`
	Last      time.Time `json:"last"`
	Decisions int64     `json:"decisions"`
	Moved     []Moved   `json:"moved"` // against the version before, of the same name; in the order of RateIDs
}

// A Moved is a rate under one version of a policy, against the version before. Whatever else changed in between moved it, too.
type Moved struct {
	ID       RateID   `json:"id"`
	Before   Rate     `json:"before"`
	After    Rate     `json:"after"`
	Change   Ratio    `json:"change"`
	Interval Interval `json:"interval"`
	P        Ratio    `json:"p"`
	Clear    bool     `json:"clear,omitempty"` // the interval leaves out 0
}

// A Credit is what a channel has by a model.
type Credit struct {
	Model       attribution.Model `json:"model"`
	Channel     string            `json:"channel"`
	Conversions Ratio             `json:"conversions"`
	Value       Ratio             `json:"value"`
	Removal     Ratio             `json:"removal,omitempty"` // of Markov
}

// Paths are what Credits divide.
type Paths struct {
	Paths       int64 `json:"paths"`
	Conversions int64 `json:"conversions"`
	Value       int64 `json:"value"`
	Nobody      int64 `json:"nobody"` // conversions that no touch led to
	// Problem is why a model has no credits; "": all have.
	Problem string `json:"problem,omitempty"`
}

// An Experiment is what came of the arms of one.
type Experiment struct {
	ID      string      `json:"id"`
	Control string      `json:"control"` // the arm that others are compared with: held_out, control, or the first by name
	Arms    []Arm       `json:"arms"`    // by name
	Lifts   []Lift      `json:"lifts"`   // of each arm but the control, by name
	Ratio   SampleRatio `json:"sample_ratio"`
	Crossed int64       `json:"crossed,omitempty"` // units that were seen on more than one arm, and count for the first
	// Earlier is units that were exposed before the shares of the arms changed last: what converted under other shares is not
	// compared, and they are in Arm.Units alone.
	Earlier  int64         `json:"earlier,omitempty"`
	Segments []SegmentLift `json:"segments"` // by segment, value and arm
}

// An Arm is the units on one side.
type Arm struct {
	Arm        string `json:"arm"`
	Units      int64  `json:"units"`         // records that the experiment remembers on it
	Propensity int64  `json:"propensity_bp"` // of the latest exposure
	// Converted is units one of whose exposed subjects came to the goal after the unit was exposed first, within Config.Within; of
	// units that were exposed that long, and since the shares of the arms changed last.
	Converted Rate  `json:"converted"`
	Value     Ratio `json:"value"` // mean of what was won by a unit, in the currency's minor unit
}

// A Lift is what an arm makes against the control.
type Lift struct {
	Converted Rate `json:"converted"` // of the arm
	Control   Rate `json:"control"`   // of the control
	// NoBase says that nobody of the control converted, so that Relative cannot be told and is 0. RelativeInterval needs
	// conversions in both.
	NoBase           bool     `json:"no_base,omitempty"`
	Arm              string   `json:"arm"`
	Absolute         Ratio    `json:"absolute"`
	Interval         Interval `json:"interval"` // unpooled
	Relative         Ratio    `json:"relative"`
	RelativeInterval Interval `json:"relative_interval"`
	Pooled           Ratio    `json:"pooled_se"`
	Unpooled         Ratio    `json:"unpooled_se"`
	Z                Ratio    `json:"z"`
	P                Ratio    `json:"p"`
	// Minimum is the least absolute effect that the arms show four times out of five.
	Minimum Ratio `json:"minimum_effect"`
	// Bounds are what |z| has to reach at each of Config.Looks looks on the way to claim a difference (O'Brien and Fleming).
	Bounds []Ratio   `json:"bounds"`
	Value  ValueLift `json:"value"`
	Small  bool      `json:"small,omitempty"`
}

// A ValueLift compares what a unit of each arm is worth, by Welch's test.
type ValueLift struct {
	Absolute Ratio    `json:"absolute"`
	Interval Interval `json:"interval"`
	Relative Ratio    `json:"relative"`
	T        Ratio    `json:"t"`
	Freedom  Ratio    `json:"freedom"`
	P        Ratio    `json:"p"`
}

// A SampleRatio says whether the arms are as large as they should be, of the units that were exposed since the shares of the arms
// changed last. Where they are not, something keeps units away from an arm, and no lift is to be trusted. With fewer than two arms
// there is nothing to tell: Freedom is 0, and P is 1.
type SampleRatio struct {
	ChiSquare Ratio `json:"chi_square"`
	Freedom   int64 `json:"freedom"`
	P         Ratio `json:"p"`
	Mismatch  bool  `json:"mismatch,omitempty"`
}

// A SegmentLift is a Lift among the units of a segment.
type SegmentLift struct {
	Segment string `json:"segment"`
	Value   string `json:"value"`
	Units   int64  `json:"units"`
	Lift
}

// A Score is how well a score tells what comes of handoffs.
type Score struct {
	ID       string `json:"id"`
	Handoffs int64  `json:"handoffs"`
	AUC      Ratio  `json:"auc"` // 0.5: no better than chance
	// OneSided says that all handoffs came to the goal, or none, so that AUC cannot be told and is 0.
	OneSided bool        `json:"one_sided,omitempty"`
	Deciles  []Decile    `json:"deciles"`
	Segments []Disparity `json:"segments"` // by segment and value
}

// A Decile is a tenth of the handoffs by rising score.
type Decile struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
	Mean Ratio `json:"mean"`
	Rate Rate  `json:"rate"` // that came to the goal
	// Falls says that the rate is lower than that of the decile below.
	Falls bool `json:"falls,omitempty"`
}

// A Disparity is what came of a segment's handoffs in the upper half of a score, against the segment that fares best.
type Disparity struct {
	Segment string `json:"segment"`
	Value   string `json:"value"`
	Upper   Rate   `json:"upper"`         // handoffs in the upper half of the score
	Rate    Rate   `json:"rate"`          // of all the segment's handoffs, that came to the goal
	Ratio   Ratio  `json:"ratio"`         // of Upper to the highest Upper
	Low     bool   `json:"low,omitempty"` // Ratio is below four fifths
}

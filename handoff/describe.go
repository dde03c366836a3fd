package handoff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// Describe returns the one text form of a decision, used by logs, goldens and the command. It is deterministic; instants
// are in UTC; the last line ends in a newline.
func Describe(d Decision) string {
	var b strings.Builder
	line := func(label, format string, args ...any) {
		if text := fmt.Sprintf(format, args...); text != "" {
			fmt.Fprintf(&b, "%-9s%s\n", label, text)
		}
	}
	line("decision", "%s", d.ID)
	line("at", "%s", stamp(d.At))
	line("policy", "%s", strings.TrimRight(fmt.Sprintf("%s %s", d.Policy, d.Digest), " "))
	line("cause", "%s", d.Cause)
	for i, text := range d.Match.lines() {
		line(first(i, "match"), "%s", text)
	}
	line("verdict", "%s", d.Verdict)
	line("play", "%s", strings.TrimSuffix(fmt.Sprintf("%s (%s)", d.Play, d.Motion), " ()"))
	line(d.whoActs(), "%s", via(d.Owner, d.Rung))
	line("queue", "%s", d.Queue)
	if !d.Next.IsZero() {
		line("next", "%s", stamp(d.Next))
	}
	line("sequence", "%s", d.Sequence)
	if !d.FirstTouch.IsZero() {
		line("due", "%s", stamp(d.FirstTouch))
	}
	for i, r := range d.Reasons {
		line(first(i, "because"), "%s", r)
	}
	for i, l := range d.Losers {
		line(first(i, "lost"), "%s on %s, by %s", l.Play, l.Trigger, l.Why)
	}
	for i, c := range d.Passed {
		line(first(i, "passed"), "%s (%s): %s", c.Rep, c.Rung, c.Reason)
	}
	for i, e := range d.Effects {
		line(first(i, "effects"), "%s", describeEffect(e))
	}
	for i, g := range d.Guards {
		line(first(i, "guards"), "%s at version %d", g.Key, g.Version)
	}
	return b.String()
}

// lines says whom the lead was taken for, by what, and under which rules; nothing where nobody looked.
func (m Match) lines() (out []string) {
	for _, kind := range []Kind{KindLead, KindAccount} {
		taken := m.taken(kind)
		if taken.Verdict == "" {
			continue
		}
		text := fmt.Sprintf("%s/%s %s", kind, taken.ID, taken.Verdict)
		if c, found := m.Best(kind); taken.ID == "" {
			text = "no " + string(kind)
		} else if found {
			c.Verdict = taken.Verdict
			text = c.String()
		}
		if taken.Why != "" {
			text += " (" + taken.Why + ")"
		}
		out = append(out, text)
	}
	if m.Parent != "" {
		out = append(out, "under account/"+m.Parent)
	}
	if m.Digest != "" {
		out = append(out, "rules "+m.Digest)
	}
	return out
}

// whoActs returns what Owner is of the decision.
func (d Decision) whoActs() string {
	switch {
	case d.Cause.Touch != "":
		return "sender"
	case d.Verdict == VerdictHeldOut:
		return "would-be"
	}
	return "owner"
}

func first(i int, label string) string {
	if i == 0 {
		return label
	}
	return ""
}

func via(owner, rung string) string {
	if owner == "" || rung == "" {
		return owner
	}
	if rung == "" { // nothing was chosen: it sends a touch
		return owner
	}
	return owner + " by " + rung
}

// lasting returns a length of time in words: in days where it is whole days of 24 hours.
func lasting(d time.Duration) string {
	switch n := d / (24 * time.Hour); {
	case d%(24*time.Hour) != 0 || n == 0:
		return d.String()
	case n == 1:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", n)
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// String names what the decision answers.
func (c Cause) String() string {
	switch {
	case c.Activity != "":
		return "activity " + c.Activity
	case c.Touch != "":
		return "touch " + c.Touch
	case c.Time:
		return "time"
	case len(c.Triggers) == 0:
		return "no trigger"
	}
	return "trigger " + strings.Join(c.Triggers, ", ")
}

// String returns the reason on one line: of a hold also what holds, until when, who lifts it, and whether it replays on release.
func (r Reason) String() string {
	var b strings.Builder
	b.WriteString(string(r.Rule))
	if r.ID != "" {
		b.WriteString(" " + r.ID)
	}
	if r.Play != "" && r.Rule != RulePlay {
		b.WriteString(" on " + r.Play)
	}
	if r.Source != "" {
		b.WriteString(" (" + r.Source + ")")
	}
	if r.Text != "" {
		b.WriteString(": " + r.words())
	}
	if !r.Since.IsZero() {
		b.WriteString(", since " + stamp(r.Since))
	}
	b.WriteString(r.ends())
	if len(r.Unknown) > 0 {
		b.WriteString(", unknown " + strings.Join(r.Unknown, ", "))
	}
	if r.Position != "" {
		b.WriteString(" [" + r.Position + "]")
	}
	return b.String()
}

// ends says until when the reason stands, who lifts it earlier, and whether a trigger that it keeps back is decided again.
func (r Reason) ends() string {
	text := ""
	switch {
	case !r.Until.IsZero():
		text = ", until " + stamp(r.Until)
		if r.LiftedBy != "" {
			text += ", lifted by " + r.LiftedBy
		}
	case r.Forever && r.LiftedBy != "":
		text = ", for ever unless lifted by " + r.LiftedBy
	case r.Forever:
		text = ", for ever"
	case r.LiftedBy != "":
		text = ", until lifted by " + r.LiftedBy
	}
	if r.OnRelease == ReleaseReplay {
		text += ", replay on release"
	}
	return text + askedAgain(r.Again, r.GiveUp)
}

// words returns the text, which the author wrote for when the rule is certain, with the doubt where it is not.
func (r Reason) words() string {
	if len(r.Unknown) > 0 && slices.Contains([]Rule{RuleGate, RuleHold, RuleLimit, RulePause}, r.Rule) {
		return "cannot tell whether this applies: " + r.Text
	}
	return r.Text
}

// describeEffect returns an effect in words. Its subject is left out where it is the decision's.
func describeEffect(effect Effect) string {
	switch e := effect.(type) {
	case ConsumeTrigger:
		return fmt.Sprintf("consume %s: %s%s", e.Trigger, e.Fate, heard(e.Heard))
	case QueueTrigger:
		return fmt.Sprintf("queue %s until %s: %s", e.Trigger.ID, stamp(e.Until), e.Why)
	case Redecide:
		return "decide again on " + strings.Join(e.Triggers, ", ")
	case RecordActivity:
		return fmt.Sprintf("remember %s %s", e.ActivityRef.Kind, e.ID)
	case RecordTouch:
		return describeTouch(e.TouchRef)
	case RecordOutcome:
		return describeOutcome(e.Outcome)
	case SetConsent:
		return describeConsent(e.Consent)
	case SetRepStatus:
		return fmt.Sprintf("rep %s is %s", e.Rep, e.Status)
	case MergeRecords:
		return fmt.Sprintf("merge %s into %s", e.From, e.Into)
	case SplitRecords:
		return fmt.Sprintf("take %s out of %s", e.From, e.Into)
	case SetStage:
		return describeStage(e.Stage)
	case Hold:
		if rule, remembered := strings.CutPrefix(e.ID, OfRule); remembered {
			return fmt.Sprintf("remember that %s holds %s since %s%s", rule, strings.Join(e.Blocks, ", "), stamp(e.Since), until(e.Until))
		}
		return fmt.Sprintf("hold %s by %s%s%s", strings.Join(e.Blocks, ", "), e.ID, until(e.Until), askedAgain(e.Again, e.GiveUp))
	case ReleaseHold:
		if rule, remembered := strings.CutPrefix(e.ID, OfRule); remembered {
			return "forget that " + rule + " holds"
		}
		return "release " + e.ID
	case StopClock:
		return fmt.Sprintf("stop clock %s at %s, %s%s", e.ID, stamp(e.At), e.Why.end(e.Met), took(e.Wall, e.Open))
	case Exit:
		return fmt.Sprintf("end sequence %s%s, by %s", e.Sequence, who(e.Person), e.By)
	case ResumeMarketing:
		return "resume marketing paused by " + e.ID
	case AdvancePool:
		return describeTurn(e)
	case AdjustPool:
		return "correct pool " + e.Pool + describeMoves(e.Moves)
	case MoveLoad:
		return fmt.Sprintf("open work of %s %+d", e.Rep, e.Units)
	case Assign:
		return describeAssign(e)
	case Stick:
		return fmt.Sprintf("remember %s under %s", e.Rep, e.Key.ID)
	case Enroll:
		return describeEnrollment(e.Enrollment)
	case Expose:
		return describeArm(e.Arm)
	case Count:
		return describeCount(e)
	case Plan:
		return describePlan(e)
	case PauseMarketing:
		return fmt.Sprintf("pause marketing %s%s as %s", strings.Join(e.Scope, ", "), until(e.Until), e.ID)
	case StartClock:
		return fmt.Sprintf("start clock %s %s", e.ID, e.Clock.due())
	case MoveClock:
		return fmt.Sprintf("clock %s %s, %s", e.ID, e.Why, e.Clock.due())
	case Correct:
		return describeCorrection(e.Correction)
	case Recycle:
		return describeRecycle(e)
	case AttachContext:
		return "context for " + e.Owner + indent(e.Context.String())
	case Notify:
		return fmt.Sprintf("tell %s (%s): %s%s", e.To, e.Level, e.Text, dueAt(e.At))
	}
	return string(effect.Kind())
}

// describeArm says how probable the arm was, where that is known.
func describeArm(a Arm) string {
	text := fmt.Sprintf("experiment %s: arm %s", a.Experiment, a.Arm)
	if a.Propensity > 0 {
		text += fmt.Sprintf(", %d of 10000", a.Propensity)
	}
	return text + ", since " + stamp(a.At)
}

// describeOutcome says what came of the handoff, or who does not agree with that.
func describeOutcome(o Outcome) string {
	text := strings.TrimRight(fmt.Sprintf("outcome %s %s", o.Word, o.Reason), " ")
	if !o.Disputed.At.IsZero() {
		text += fmt.Sprintf(", disputed by %s: %s", o.Disputed.By, o.Disputed.Reason)
	}
	return text
}

// describeStage says what made the record enter a stage, unless it is a trigger, which the decision is about.
func describeStage(s Stage) string {
	text := "enter stage " + s.ID
	if s.Activity != "" {
		text += ", on activity " + s.Activity
	}
	if s.Resets {
		text += ", from where stages are entered anew"
	}
	return text
}

func describeCorrection(c Correction) string {
	return fmt.Sprintf("correct clock %s: done at %s by %s, %s%s, in place of %s, %s", c.Clock, stamp(c.Is), c.ID, met(c.Met),
		took(c.Wall, c.Open), stamp(c.Was), met(c.WasMet))
}

// describeRecycle says where the record goes, and when it is back.
func describeRecycle(e Recycle) string {
	text := fmt.Sprintf("recycle%s at %s", to(e.To), stamp(e.At))
	if !e.Back.IsZero() {
		text += ", back at " + stamp(e.Back)
	}
	if len(e.Avoid) > 0 {
		text += ", not to " + strings.Join(e.Avoid, ", ")
	}
	return text
}

func to(where string) string {
	if where == "" {
		return ""
	}
	return " to " + where
}

// due says when a clock is due, and what happens next because of it.
func (c Clock) due() string {
	text := "due " + stamp(c.Due)
	if c.Due.IsZero() {
		text = "due nobody knows when"
	}
	if !c.Warn.IsZero() {
		text += ", warns at " + stamp(c.Warn)
	}
	return text
}

// took says how long a clock ran, and how much of it counts where that is not all.
func took(wall, open int64) string {
	text := " after " + seconds(wall)
	if open != wall {
		text += ", of which " + seconds(open) + " count"
	}
	return text
}

func seconds(n int64) string { return lasting(time.Duration(n) * time.Second) }

// dueAt says when something was due that comes later, or nothing.
func dueAt(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ", due " + stamp(t)
}

func until(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " until " + stamp(t)
}

// heard says how long plays count the trigger, or nothing.
func heard(h Heard) string {
	if h.Trigger == "" {
		return ""
	}
	return ", counts" + until(h.Until)
}

// askedAgain says when what is held is decided again, or given up, where that is not the end of the hold.
func askedAgain(again, giveUp time.Time) string {
	text := ""
	if !again.IsZero() {
		text += ", again at " + stamp(again)
	}
	if !giveUp.IsZero() {
		text += ", given up at " + stamp(giveUp)
	}
	return text
}

func describeTouch(t TouchRef) string {
	text := fmt.Sprintf("remember touch %s: %s by %s", t.ID, strings.TrimSuffix(fmt.Sprintf("%s (%s)", t.Purpose, t.Scope), " ()"), t.Channel)
	if t.Sequence != "" {
		text += " of sequence " + t.Sequence
	}
	if len(t.During) > 0 {
		text += " beside " + strings.Join(t.During, ", ")
	}
	return text + " at " + stamp(t.At)
}

func describeConsent(c Consent) string {
	text := "consent to " + string(c.Channel)
	if c.Purpose != "" {
		text += " for " + string(c.Purpose)
	}
	text += ": " + string(c.Status)
	if c.Basis != "" {
		text += " by " + words(string(c.Basis))
	}
	text += until(c.Until)
	if !c.RevokedAt.IsZero() {
		text += ", revoked at " + stamp(c.RevokedAt)
	}
	if !c.HonourBy.IsZero() {
		text += ", to honour by " + stamp(c.HonourBy)
	}
	return text
}

func describeCount(e Count) string {
	text := "count under " + e.Tally.ID + until(e.Until)
	if e.Uses != "" {
		text += ", planned for " + e.Uses
	}
	return text
}

func describePlan(e Plan) string {
	if len(e.At) == 0 {
		return fmt.Sprintf("give back room under %s for %s", e.Tally.ID, e.For)
	}
	var at []string
	for _, t := range e.At {
		at = append(at, stamp(t))
	}
	return fmt.Sprintf("keep room under %s for %s at %s", e.Tally.ID, e.For, strings.Join(at, ", "))
}

func met(ok bool) string {
	if ok {
		return "in time"
	}
	return "late"
}

// end says how a clock ended.
func (w StopWhy) end(ok bool) string {
	switch w {
	case StopOwner:
		return "not done: somebody else is to do it"
	case StopReturns:
		return "not done: the record went back to a queue"
	case StopClosed:
		return "not done: the handoff ended"
	}
	return met(ok)
}

func who(person Ref) string {
	if person.IsZero() {
		return ""
	}
	return " for " + person.String()
}

func before(owner string) string {
	if owner == "" {
		return ""
	}
	return ", before " + owner
}

func describeTurn(e AdvancePool) string {
	text := fmt.Sprintf("turn of %s in pool %s", e.Rep, e.Pool)
	if e.Ledger != nil {
		text += ", whose ledger starts"
	}
	return text + describeMoves(e.Moves)
}

// describeMoves tells who was passed over or corrected, and why.
func describeMoves(moves []Move) string {
	text := ""
	for _, m := range moves {
		switch {
		case m.Skipped > 0:
			text += fmt.Sprintf(", %s passed over %d (%s)", m.Rep, m.Skipped, m.Reason)
		case m.Reason != "":
			text += fmt.Sprintf(", %s: %s", m.Rep, m.Reason)
		}
		if m.Credit != 0 {
			text += fmt.Sprintf(", credit %+d", m.Credit)
		}
	}
	return text
}

func describeAssign(e Assign) string {
	text := "assign to " + cmp.Or(e.To, "nobody")
	if e.Covers != "" {
		text += fmt.Sprintf(", who stands in for %s%s", e.Covers, until(e.Until))
	}
	if len(e.With) > 0 {
		text += " together with " + strings.Join(e.With, ", ")
	}
	text += before(e.From)
	if e.Late > 0 {
		text += fmt.Sprintf(", %s late", seconds(e.Late))
	}
	return text
}

func describeEnrollment(e Enrollment) string {
	text := fmt.Sprintf("start sequence %s v%d%s%s:", e.Sequence, e.Version, who(e.Person), from(e.Starts))
	for i, s := range e.Steps {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" day %d %s", s.Day, s.Do)
	}
	for _, s := range e.Skipped {
		text += fmt.Sprintf("; without day %d %s", s.Day, s.Do)
	}
	for _, r := range e.Relied {
		text += fmt.Sprintf("; %s opened by %s", r.Channel, r.Rule)
	}
	return text
}

// from says when the days of the steps begin, where that is not at once.
func from(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " from " + stamp(t)
}

func indent(text string) string {
	return strings.ReplaceAll("\n"+strings.TrimSuffix(text, "\n"), "\n", "\n             ")
}

// String returns the context as the rep reads it: a line for each thing that is known.
func (c Context) String() string {
	var b strings.Builder
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%-12s%s\n", label, text)
		}
	}
	line("signal", words(c.Trigger)+" at "+stamp(c.OccurredAt))
	line("source", c.Source)
	line("account", c.Account)
	line("status", c.Status)
	line("campaign", c.Campaign.String())
	line("landing", c.Landing)
	line("pages", strings.Join(c.Pages, ", "))
	line("asset", c.Asset)
	line("offer", c.Offer)
	line("content", strings.Join(c.Content, ", "))
	for _, m := range c.Merged {
		line("also", strings.TrimRight(words(m.Trigger)+" at "+stamp(m.OccurredAt)+" "+m.Asset, " "))
	}
	for _, e := range c.Events {
		line("usage", fmt.Sprintf("%s %d times, last at %s", words(e.Kind), e.N, stamp(e.Last)))
	}
	for _, t := range c.Touches {
		line("touched", strings.TrimRight(fmt.Sprintf("%s at %s by %s %s", t.Channel, stamp(t.At), t.By, t.About), " "))
	}
	line("objections", strings.Join(c.Objections, ", "))
	for _, s := range c.Scores {
		line("score", fmt.Sprintf("%s %d", s.ID, s.Points))
	}
	line("channels", wordList(c.Channels))
	for _, p := range c.People {
		line("person", p.String())
	}
	line("why you", c.WhyOwner)
	line("with", strings.Join(c.With, ", "))
	line("opening", c.Opening)
	line("talk track", c.TalkTrack)
	line("next step", c.NextStep)
	if !c.Due.IsZero() {
		line("due", stamp(c.Due))
	}
	if len(c.Paused) > 0 {
		line("paused", strings.Join(c.Paused, ", ")+" until "+stamp(c.PausedUntil))
	}
	return b.String()
}

// String names the person and the channels that are allowed.
func (c Contactable) String() string {
	text := c.Lead.String() + " by " + wordList(c.Channels)
	if c.Enrolled {
		text += ", enrolled"
	}
	return text
}

// String returns the parts that are known, in their order, or "".
func (c Campaign) String() string {
	var parts []string
	for _, p := range []struct{ label, text string }{{"", c.Name}, {"id ", c.ID}, {"source ", c.Source},
		{"medium ", c.Medium}, {"ad group ", c.AdGroup}, {"keyword ", c.Keyword}} {
		if p.text != "" {
			parts = append(parts, p.label+p.text)
		}
	}
	return strings.Join(parts, ", ")
}

// Sentence returns one plain-English paragraph for a note in a CRM. Instants are in the policy's zone where it is one
// of the embedded zones, else in UTC.
func (d Decision) Sentence() string {
	zone, err := calendar.LoadZone(d.Zone)
	if err != nil {
		zone = nil // the zero Zone is UTC, which the text then says
	}
	clock := func(t time.Time) string { return zone.In(t).Format("2006-01-02 15:04 MST") }
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	switch {
	case d.Cause.Touch != "":
		d.sayTouch(say, clock)
	case slices.Contains([]Verdict{VerdictEnrolled, VerdictAssigned, VerdictBlockedChannel}, d.Verdict):
		say("%s was handed to %s%s by play %s", d.Subject, d.Owner, d.inPlaceOf(clock), d.Play)
		if c, ok := d.Context(); ok {
			say(" after signal %s", words(c.Trigger))
			if c.WhyOwner != "" {
				say(", because %s", c.WhyOwner)
			}
		}
		say(".")
		d.sayMatch(say)
		d.sayNext(say, clock)
	case d.Verdict == VerdictHeldOut:
		d.sayHeldOut(say)
		d.sayMatch(say)
	case d.Cause.Activity != "" && d.Verdict == VerdictRefused:
		say("%s: the activity %s was refused: %s.", d.Subject, d.Cause.Activity, d.every(clock))
	default:
		if d.Cause.Time || d.Cause.Activity != "" {
			say("%s: %s.", d.Subject, d.mainReason())
			d.sayFollows(say, clock)
		} else {
			say("%s was not handed off (%s): %s.", d.Subject, words(string(d.Verdict)), d.mainReason())
			d.sayMatch(say)
		}
		d.sayWait(say, clock)
	}
	return b.String()
}

// sayHeldOut says which experiment keeps the record as it is, and what would have been.
func (d Decision) sayHeldOut(say func(string, ...any)) {
	say("%s was held out", d.Subject)
	kept := func(r Reason) bool { return r.Code == CodeHeldOut && r.Play == d.Play }
	if i := slices.IndexFunc(d.Reasons, kept); i >= 0 {
		say(" by %s", d.Reasons[i].ID)
	}
	say(": nothing happens. It would have gone to %s by play %s", d.Owner, d.Play)
	if d.Sequence != "" {
		say(", and sequence %s would have started", d.Sequence)
	}
	say(".")
}

// sayMatch says how the account was found, or that somebody has to look.
func (d Decision) sayMatch(say func(string, ...any)) {
	account, by := d.Match.Account, ""
	if c, found := d.Match.Best(KindAccount); found {
		if e, speaks := c.Strongest(); speaks {
			by = " by " + words(e.Field)
		}
	}
	switch account.Verdict {
	case Matched:
		say(" The lead was matched to account %s%s.", account.ID, by)
	case ToReview:
		say(" The lead may be account %s's%s; somebody has to look.", account.ID, by)
	}
}

// every returns the words of all reasons, with the outcome that each is about and until when it stands.
func (d Decision) every(clock func(time.Time) string) string {
	var parts []string
	for _, r := range d.Reasons {
		text := strings.TrimLeft(words(r.ID)+" "+r.Text, " ")
		if !r.Until.IsZero() {
			text += ", from " + clock(r.Until) + " on"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// sayFollows says what an activity or time changes for somebody: what was late or known too late, who has the record now, and
// when it comes back.
func (d Decision) sayFollows(say func(string, ...any), clock func(time.Time) string) {
	for _, e := range d.Effects {
		switch e := e.(type) {
		case StopClock:
			if e.Why == StopDone && !e.Met {
				say(" The promise %s was kept late, after %s.", named(e.ID), seconds(e.Open))
			}
		case Correct:
			say(" The promise %s was done at %s already, which is %s.", named(e.Clock), clock(e.Is), met(e.Met))
		case Assign:
			if e.To == "" || e.Play != "" { // whom a person chose the reason names
				say(" %s has it now%s.", cmp.Or(e.To, "Nobody"), inPlaceOf(e.From))
			}
		case Recycle:
			say(" It goes back%s", to(e.To))
			if !e.Back.IsZero() {
				say(" until %s", clock(e.Back))
			}
			say(".")
		}
	}
}

// named returns the id of a clock in words.
func named(id string) string { return Clock{ID: id}.subject() }

func inPlaceOf(owner string) string {
	if owner == "" {
		return ""
	}
	return " in place of " + owner
}

// sayTouch says whether a touch may go out, and why.
func (d Decision) sayTouch(say func(string, ...any), clock func(time.Time) string) {
	say("%s: the touch %s ", d.Subject, d.Cause.Touch)
	switch {
	case d.Verdict == VerdictPermitted:
		say("may go out")
	case d.Verdict == VerdictRefused:
		say("never goes out")
	case d.Verdict == VerdictBlockedChannel:
		say("may not go out")
	case d.Next.IsZero():
		say("waits")
	default:
		say("waits until %s", clock(d.Next))
	}
	if len(d.Reasons) > 0 {
		say(": %s", d.touchReason().told())
	}
	say(".")
}

// touchReason returns the reason for the verdict on a touch: what holds it as long as it is held, what refuses it, or the first
// reason that is no evidence for it.
func (d Decision) touchReason() Reason {
	for _, decides := range []func(Reason) bool{
		func(r Reason) bool { return d.Verdict == VerdictHeld && !d.Next.IsZero() && r.Until.Equal(d.Next) },
		func(r Reason) bool {
			return d.Verdict == VerdictRefused && slices.Contains([]string{CodeEnded, CodeCapped, CodeQuiet}, r.Code)
		},
		func(r Reason) bool { return d.Verdict != VerdictPermitted && r.Code != CodeRelied },
	} {
		if i := slices.IndexFunc(d.Reasons, decides); i >= 0 {
			return d.Reasons[i]
		}
	}
	return d.Reasons[0]
}

// inPlaceOf says for whom the one who acts stands in, or nothing.
func (d Decision) inPlaceOf(clock func(time.Time) string) string {
	for _, e := range d.Effects {
		if a, ok := e.(Assign); ok && a.Covers != "" {
			if a.Until.IsZero() {
				return ", who stands in for " + a.Covers + ","
			}
			return fmt.Sprintf(", who stands in for %s until %s,", a.Covers, clock(a.Until))
		}
	}
	return ""
}

// sayWait says where a record without an owner waits, and until when nobody can own it.
func (d Decision) sayWait(say func(string, ...any), clock func(time.Time) string) {
	if d.Queue != "" {
		say(" It waits in %s.", d.Queue)
	}
	switch {
	case d.Next.IsZero():
	case d.Verdict == VerdictHeld:
		say(" It is decided again at %s.", clock(d.Next))
	default:
		say(" Somebody can take it from %s on.", clock(d.Next))
	}
}

func (d Decision) sayNext(say func(string, ...any), clock func(time.Time) string) {
	if d.Sequence != "" {
		say(" Sequence %s starts %s%s%s.", d.Sequence, d.starting(clock), d.forPeople(), d.without())
	}
	for _, c := range d.Passed[:min(len(d.Passed), maxSaid)] {
		say(" %s (%s) was passed over: %s.", c.Rep, words(c.Rung), words(c.Reason))
	}
	if d.Verdict == VerdictBlockedChannel {
		say(" No sequence starts, since nobody may be reached on its channels.")
	}
	if !d.FirstTouch.IsZero() {
		say(" The first touch is due by %s.", clock(d.FirstTouch))
	}
	if c, ok := d.Context(); ok && len(c.Paused) > 0 {
		say(" Marketing (%s) pauses until %s.", strings.Join(c.Paused, ", "), clock(c.PausedUntil))
	}
}

// maxSaid bounds who is named in a sentence; the decision has the others.
const maxSaid = 3

// starting says when the sequence starts, for the first of its people.
func (d Decision) starting(clock func(time.Time) string) string {
	var at time.Time
	for _, e := range d.Effects {
		if enroll, ok := e.(Enroll); ok {
			at = earlier(at, enroll.starts())
		}
	}
	if at.After(d.At) {
		return "at " + clock(at)
	}
	return "now"
}

// forPeople names whom the sequence reaches where the subject is not the person.
func (d Decision) forPeople() string {
	var people []string
	for _, e := range d.Effects {
		if enroll, ok := e.(Enroll); ok && !enroll.Person.IsZero() && enroll.Person != d.Subject {
			people = append(people, enroll.Person.String())
		}
	}
	if len(people) == 0 {
		return ""
	}
	return " for " + strings.Join(people, ", ")
}

// without names the channels whose steps are left out, for Sentence.
func (d Decision) without() string {
	var channels []string
	for _, e := range d.Effects {
		enroll, _ := e.(Enroll)
		for _, s := range enroll.Skipped {
			if !slices.Contains(channels, string(s.Do)) {
				channels = append(channels, string(s.Do))
			}
		}
	}
	if len(channels) == 0 {
		return ""
	}
	return ", without " + strings.Join(channels, ", ") + ", which may not be used"
}

// mainReason returns the words of the first reason that stopped the play that won, or of the first reason, with what was
// unknown.
func (d Decision) mainReason() string {
	if len(d.Reasons) == 0 {
		return "no reason"
	}
	main := d.Reasons[0]
	for _, r := range d.Reasons {
		if d.Play != "" && r.Play == d.Play && r.Rule != RulePlay {
			main = r
			if r.Rule != RuleRoute { // of the rungs, the last one that was asked
				break
			}
		}
	}
	return main.told()
}

// told returns the reason's words, with what was unknown.
func (r Reason) told() string {
	text := cmp.Or(r.words(), r.ID)
	if len(r.Unknown) > 0 {
		text += " (unknown: " + strings.Join(r.Unknown, ", ") + ")"
	}
	return text
}

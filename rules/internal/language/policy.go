// Package language is the tables of the policy language: which keys stand where, what conditions can read and say, and
// what each kind of problem means. The loader reads by them, editors complete by them, and the reference prints them, so
// that the three cannot differ.
package language

import (
	"slices"
	"strconv"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/source"
	"github.com/salesbaton/baton/suppression"
)

// Bounds that more than one section shares.
const (
	MaxPoints = 1_000_000 // of one row, so that no sum can overflow
)

func keys(k ...source.Key) *source.Shape { return &source.Shape{Form: source.Map, Keys: k} }

func need(name string, s *source.Shape, doc string) source.Key {
	return source.Key{Name: name, Need: true, Shape: s, Doc: doc}
}

func may(name string, s *source.Shape, doc string) source.Key {
	return source.Key{Name: name, Shape: s, Doc: doc}
}

func dict(key, each *source.Shape) *source.Shape {
	return &source.Shape{Form: source.Dict, Key: key, Each: each}
}

func list(each *source.Shape) *source.Shape { return &source.Shape{Form: source.List, Each: each} }

func some(each *source.Shape) *source.Shape {
	return &source.Shape{Form: source.List, Each: each, Some: true}
}

func either(of ...*source.Shape) *source.Shape { return &source.Shape{Form: source.Choice, Of: of} }

func word[T ~string](words ...T) *source.Shape {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return &source.Shape{Form: source.Word, Words: out}
}

// ref is the name of something in another section.
func ref(section string) *source.Shape { return &source.Shape{Form: source.ID, Ref: section} }

func number(lo, hi int64) *source.Shape { return &source.Shape{Form: source.Int, Min: lo, Max: hi} }

// The shapes without parts.
var (
	text      = &source.Shape{Form: source.Text}
	id        = &source.Shape{Form: source.ID}
	name      = &source.Shape{Form: source.Name}
	truth     = &source.Shape{Form: source.Bool}
	span      = &source.Shape{Form: source.Span}
	date      = &source.Shape{Form: source.Date}
	condition = &source.Shape{Form: source.Condition}
	template  = &source.Shape{Form: source.Template}
	path      = &source.Shape{Form: source.Text, Ref: "fields"}
	points    = number(-MaxPoints, MaxPoints)
)

// Policy is the shape of a policy file.
var Policy = keys(append([]source.Key{
	need("language", number(1, 1), "The version of the language: 1."),
	need("policy", id, "The policy's name. Triggers are consumed, and turns of pools kept, under it: a policy that is renamed starts anew."),
	may("include", some(text), "Files with further sections, relative to this one and not above it. Sections with names and lists go on from file to file, in this order. A file that an included one names is relative to the policy too. An included file has neither language, policy, zone, settle nor include."),
	may("zone", text, "The time zone of its days and hours, such as America/New_York. Without it UTC."),
	may("settle", span, "Triggers of one record that occur this close together are decided together, once that time is over: until then the verdict is queued. Without it, or with 0s, each is decided at once."),
}, Sections...)...)

// Included is the shape of an included file.
var Included = keys(Sections...)

// Needed are the sections that must be in one of the files.
var Needed = []string{"triggers", "routes", "plays"}

// Sections are the keys that may be spread over several files.
var Sections = []source.Key{
	may("fields", fields, "Your own columns, by what they belong to. Conditions read them as lead.role, account.tier, trigger.plan; what is not declared does not compile."),
	may("calendars", dict(id, calendar), "Working hours, by id, at most 1,000."),
	may("slas", dict(id, sla), "Promises, by id: by when something is done, and what happens when it is not. Plays and queues name them, or write the same keys themselves."),
	may("lists", dict(name, either(list(text), keys(
		need("file", text, "A text file with one item on each line. Empty lines, and lines that begin with #, are skipped; a comment behind an item does not compile.")))),
		"Lists of texts, by name, for conditions: lead.email_domain in lists.freemail."),
	may("lifecycle", dict(id, either(condition, stage)), "Stages such as mql, sal and recycled, in order, each with what makes a record enter it: a condition alone, or keys. A record enters a stage once in a lap, and a lap ends with a stage that resets; entered(mql) is true for the signal that made it so."),
	may("scores", dict(name, either(list(row), score)), "Points, by name, read as score.fit. A score sees those above it."),
	may("triggers", dict(id, trigger), "The kinds of signals that the policy knows, by kind. Any other is answered no_play and not consumed."),
	may("consent", dict(word(handoff.Channels()...), word("required", "opt_out")), "By channel: required, only with a recorded grant; or opt_out, open until it is refused. A channel that is not named is required, a call, a meeting and a social touch too; a task needs no consent."),
	may("eligibility", list(gate), "What a play needs. Unknown does not pass."),
	may("suppression", list(suppressionRule), "What holds a play back, and how often people are contacted. Unknown holds."),
	may("quiet_hours", list(quietHours), "Hours in which nobody is contacted, by the clock of whoever is reached."),
	may("laws", laws, "Tables of laws about contact. They are no legal advice: have somebody who knows the law read what you use. Several files of the policy may each have some."),
	may("sequences", dict(id, sequence), "What an enrolment starts, by id."),
	may("reps", dict(id, rep), "The roster, by id. Where it is there, every rep that the policy names must be on it."),
	may("queues", dict(id, queue), "Where records wait for an owner, by id."),
	may("pools", dict(id, pool), "Reps who take turns, by id."),
	may("shifts", dict(id, shifts), "Reps who are on duty by the clock, by id."),
	may("territories", dict(id, territory), "Tables that map facts to reps and pools, by id."),
	may("named_accounts", namedAccounts, "Accounts that belong to a rep or a pool by name, for the rung named_account: it looks for a row with the account's id, then with the id of the account above it, then with the account's domain, then with the domain of the lead's address. Several files of the policy may each have some."),
	may("routes", dict(id, some(rung)), "Who owns the next step, by id: a list of rungs, of which the first that yields an owner wins."),
	may("plays", list(play), "What the team does about a signal. All are considered; the highest priority wins."),
	may("experiments", dict(id, experiment), "Who is held out of handoffs, and who gets another sequence, to see what both are worth, by id, at most "+strconv.Itoa(MaxExperiments)+". They are asked in this order, once a play has won; a record that one of them holds out is on no side of those after it."),
	may("outcomes", dict(id, outcomeRule), "What can come of a handoff, by word. The standard words are known without being named: "+strings.Join(outcomeWords(), ", ")+"; any other is a word of the policy's own. A word that is neither is refused where it arrives."),
	may("recycle", list(recycleRule), "When a record is tried again after an outcome. The first rule that covers the outcome and its reason counts; where none does, the record stays as it is."),
	may("identity", identitySection, "Who is the same person or company: what a matcher goes by that is compiled from the policy. No play looks at it. Without it the profile "+StandardProfile+"."),
}

var fields = keys(
	may("lead", ofOwner, "Columns of leads, in Lead.Fields."),
	may("account", ofOwner, "Columns of accounts, in Account.Fields."),
	may("trigger", ofOwner, "Columns of signals, in Trigger.Fields."),
)

var ofOwner = dict(name, either(word(TypeWords()...), some(text)))

var row = keys(
	need("points", points, "What a true condition adds; what is unknown or false adds nothing."),
	need("when", condition, "The condition."),
)

var score = keys(
	may("rows", list(row), "Points for conditions."),
	may("events", dict(id, either(points, keys(
		need("points", points, "What one event adds."),
		may("at_most", number(1, MaxPoints), "What all events of the kind add at most.")))),
		"Points for each recent event of a kind. Where the host did not look for events, the score is unknown."),
	may("half_life", span, "An event's points halve in each such time; a day is 24 hours. Without it they stay."),
	may("at_most", number(1, MaxPoints*1000), "The score is never more."),
)

var trigger = keys(
	need("about", word("lead", "account"), "What the signal's subject is."),
	may("same", list(word(append(handoff.SameNames(), "lead", "account")...)), "What makes two signals the same, beside their subject: lead or account, as about says, may be named and adds nothing. It needs same_within."),
	may("same_within", span, "For how long two equal signals count as one; a day is 24 hours. Without it only the same id is a repetition."),
	need("stale_after", span, "How old a signal is too old to act on; a day is 24 hours."),
	may("hand_raise", truth, "Whether it asks for sales by itself, so that its subject is disqualified no more. Without it false."),
	may("incomplete", keys(
		may("queue", ref("queues"), "Who looks after it meanwhile. Without it nobody."),
		may("wait", span, "How long facts may be missing, from the first decision on, in calendar days of the policy's zone. Without it until the signal is stale."),
		may("then", ref("plays"), "What answers it after wait: a play, which answers only then, whatever is unknown for the others, and no signal whose facts are known; or drop, which lets it go. It needs wait."),
	), "What becomes of it while facts are missing. Without it, it waits until it is stale."),
)

var gate = governed(
	need("id", id, "Its name in reasons."),
	need("require", condition, "What must be true. Unknown does not pass."),
	need("reason", text, "In words, for when it is closed."),
	may("only", some(playOrMotion), "Plays or motions that need it. Without it, and without except, all do."),
	may("except", some(playOrMotion), "Plays or motions that do not need it."),
)

var playOrMotion = ref("plays")

var suppressionRule = governed(
	need("id", id, "Its name in reasons."),
	may("hold", condition, "What holds while it is true or unknown. A rule has one of hold, source, cooldown, cap and while."),
	may("source", word(suppression.Sources()...), "What holds by itself, of what the request and State say: open_opportunity, a deal that is not closed; active_sequence, one that runs; disqualified, until the lead raises a hand; customer, of the account; partner_owned, that the account has a partner; competitor, employee, do_not_contact, spam and test, flags of the lead, which a request says as flags: [{word: competitor}]; flags: [] says that there are none, and a request without flags holds. Beside hold it says what the condition detects."),
	may("stages", some(text), "Of source: open_opportunity, the stages in which a deal holds. Without it all."),
	may("per", word(suppression.PerLead, suppression.PerAccount), "Of source: active_sequence, whose sequences hold. Without it lead."),
	may("exclusive", truth, "Of source: active_sequence, whether only exclusive ones hold. Without it false."),
	may("besides", some(ref("sequences")), "Of source: active_sequence, sequences that never hold."),
	may("cooldown", keys(
		may("after", word(suppression.AfterHandoff, suppression.AfterTouch, suppression.AfterLoss, suppression.AfterRenewal), "What it counts from: the latest handoff, the default; touch; lost opportunity or outcome; or renewal of the account. Touches are those that Permit allowed, those in the request's touches, and calls, e-mails and social touches that were observed."),
		need("per", word(suppression.PerLead, suppression.PerAccount, suppression.PerDomain, suppression.PerOrg), "Whose count: the lead's, those of the account and all its leads, of everybody with an address at the same domain, or of everybody. A touch counts per lead; a loss and a renewal per lead or account."),
		need("for", span, "How long after that it holds, in calendar days of the policy's zone."),
		may("channels", some(word(reaching()...)), "Of after: touch, which of them count. Without it all."),
		may("purposes", some(purpose), "Of after: touch, which of them count. Without it all."),
	), "Holds for some time after something."),
	may("cap", keys(
		need("max", number(1, suppression.MaxCap), "How many. Of touches those count that Permit allowed and that running sequences plan, and neither the request's touches nor what was observed."),
		may("of", either(word(append([]string{OfHandoff, OfTouch}, Words(reaching())...)...), some(word(reaching()...))), "Of what: handoff, the default; touch, all but tasks; or touches on a channel, or on several. What is beyond a cap of handoffs is held; what is beyond one of touches does not go out."),
		need("per", word(suppression.PerLead, suppression.PerAccount, suppression.PerDomain, suppression.PerPlay, suppression.PerOrg, suppression.PerRep, suppression.PerTeam), "Whose are counted together; play and team go with handoffs alone."),
		need("every", text, "In which time: hour, day, week or month of the calendar, or a length such as 168h, a day being 24 hours."),
		may("zone", text, "Whose calendar: policy, the default; of touches recipient, the person's; or a zone such as Europe/Paris."),
		may("week_starts", word("mon", "sun", "sat"), "The first day of a week. Without it mon."),
		may("timer", truth, "Of a length, whether it runs from each thing that is counted, and is fixed then. Without it false: the length is that of today's policy."),
		may("purposes", some(purpose), "Of touches, which count. Without it all."),
		may("then", word(ThenWait, ThenDiscard), "Of touches, what becomes of one too many: wait, the default, until there is room; or discard, it never goes out."),
	), "Bounds how many there are in some time."),
	may("while", keys(
		need("runs", some(ref("plays")), "Plays, motions or sequences that hold while they run."),
		may("equal", some(word(suppression.EqualLead, suppression.EqualAccount, suppression.EqualOwner, suppression.EqualBuyingGroup)), "In what the two agree. Without it account."),
	), "Holds while something else runs."),
	may("reason", text, "In words. A hold without source needs it."),
	may("for", span, "Of hold, source and while, how long it holds at most since it began, where that is known, in calendar days of the policy's zone. Without it until the facts change."),
	may("forever", truth, "Whether it may hold without an end. A hold, and every source but open_opportunity, active_sequence and disqualified, needs it, or else for, lifted_by, or another on_release than none."),
	may("touches", truth, "Of hold and source, whether it keeps back what a running sequence of the plays would send, too. Without it false: what runs goes on."),
	may("lifted_by", text, "Who or what may lift it, in words."),
	may("on_release", either(word(handoff.ReleaseNone, handoff.ReleaseReplay), keys(
		may("replay", span, "The signal is decided again where it is younger than this then; a day is 24 hours."),
		may("again", span, "The signal is decided again after this, whatever still holds, in calendar days of the policy's zone."),
	)), "What becomes of a held signal: replay, the default of a cap, decides it again while it is not stale; none, the default of all others, lets it go."),
	may("only", some(playOrMotion), "Plays or motions that it holds. Without it, and without except, all."),
	may("except", some(playOrMotion), "Plays or motions that it does not hold."),
)

// The words of a cap's of beside channels, and of then.
const (
	OfHandoff   = "handoff"
	OfTouch     = "touch"
	ThenWait    = "wait"
	ThenDiscard = "discard"
)

// Words returns the texts of words.
func Words[T ~string](list []T) []string { return word(list...).Words }

// purpose is what touches that can be limited are for.
var purpose = word(handoff.PurposeSales, handoff.PurposeMarketing)

var quietHours = governed(
	need("id", id, "Its name in reasons."),
	need("hours", text, `When nobody is contacted, such as "mon-fri 21:00-08:00, sat-sun 00:00-24:00". Hours belong to the day on which they begin.`),
	may("channels", some(word(reaching()...)), "On which channels. Without it all but tasks."),
	may("purposes", some(purpose), "For which purposes. Without it all."),
	need("zones", some(text), "Where people may be of whom nothing is known: it has to be no quiet hour in any of these zones."),
	may("then", word(ThenWait, ThenDiscard), "What becomes of a touch in quiet hours: wait, the default, until they end; or discard, it never goes out."),
	may("reason", text, "In words."),
)

// reaching returns the channels that reach a person.
func reaching() []handoff.Channel {
	return slices.DeleteFunc(handoff.Channels(), func(c handoff.Channel) bool { return c == handoff.ChannelTask })
}

// MatchVerdicts are the words of match.contact and match.account.
func MatchVerdicts() []string { return Words(handoff.MatchVerdicts()) }

// Subscribers are the words of lead.subscriber.
func Subscribers() []string {
	return Words([]handoff.Subscriber{handoff.SubscriberCorporate, handoff.SubscriberIndividual})
}

var laws = keys(
	may("use", some(word(suppression.Tables()...)), "Tables that come with the library."),
	may("zones", some(text), "Where people may be of whom nothing is known: calling hours have to be open in all of these zones. Hours need it."),
	may("rows", some(keys(
		need("id", id, "Its name in reasons. A row with the id of one of a table stands in its place."),
		may("table", id, "The law that it is part of. Rows are told apart by it on the policy's page."),
		may("countries", some(text), "Of the people: two capital letters, such as CA. Without it everywhere."),
		may("states", some(text), "Subdivisions of the one country, such as QC. Without it all."),
		may("channels", some(word(reaching()...)), "Without it all but tasks, which reach nobody."),
		may("purposes", some(purpose), "Without it all."),
		may("subscribers", some(word(Subscribers()...)), "In which role people are reached. Without it both."),
		may("needs", word(suppression.NeedConsent, suppression.NeedNothing, suppression.NeedNever), "What a touch needs: consent, a grant on one of bases; nothing, it is open until it is refused; or never, there is none. Without it the row is about hours or refusals alone."),
		may("bases", some(keys(
			need("basis", word(handoff.Bases()...), "Why the grant is one."),
			may("months", number(1, 1200), "For how long since it was given. Without it for ever."),
		)), "The bases of a grant that needs: consent accepts."),
		may("hours", text, `When a touch is allowed, by the clock of whoever is reached, such as "mon-sun 08:00-21:00".`),
		may("honour_by", keys(
			need("days", number(1, 366), "How many."),
			may("business", truth, "Whether only Monday to Friday count. Without it false."),
		), "How soon a refusal has to be honoured. Without it at once."),
		may("from", date, "The first day on which it is in force. Without it, it always has been."),
		may("until", date, "The first day on which it no longer is, after from. Without it, it is."),
		need("source", text, "The law, and where it says so."),
	)), "Rows of your own. Of several that apply, each must let a touch through."),
)

var sequence = governed(
	may("version", number(1, 1<<31), "Recorded with each enrolment. Without it 1."),
	may("exclusive", either(truth, word(string(handoff.Alone))), "For one person: true never runs beside another that is exclusive; alone never beside any other. A signal that would start it meanwhile, or another beside it, is let go, and the owner of what runs is told. Without it false."),
	need("on_blocked_channel", word(handoff.OnBlockedSkip, handoff.OnBlockedRefuse), "What a step without consent does: skip leaves it out, refuse starts nothing."),
	may("reentry", either(span, word(Never)), "How long after its end a person may enter it again, in calendar days of the policy's zone; or never; a signal that comes earlier is let go. Without it at once."),
	may("purpose", purpose, "What its steps are for. Without it sales."),
	may("gap", span, "How long after the latest touch of the person its first one goes out at the earliest, in calendar days of the policy's zone. It is asked when the sequence starts, and the days of its steps count from then. Without it at once."),
	may("throttle", keys(
		need("per", word(suppression.PerRep, suppression.PerOrg), "Whose enrolments are counted together: those of each owner, or all."),
		may("active", number(1, 1_000_000), "How many may run at once."),
		may("adds", number(1, suppression.MaxCap), "How many may start within every."),
		may("every", span, "Of adds, in which time; a day is 24 hours."),
	), "How many run and start. What is too many waits."),
	may("owner_away", word(handoff.OwnerAways()...), "What an absent owner means for its touches: send, the default, they go out; hold, they wait; cover, who stands in sends them; reassign, somebody else gets the record and the sequence, as the play's route says. Where nobody can, they wait."),
	may("exit_on", some(word(append(Words(handoff.ActivityKinds()), AccountReply)...)), "What ends it, in place of what ends all: activities of the person, and account_reply, a reply of anybody at the account, which by itself takes the place of nothing. An opt-out from a channel that it uses always does."),
	need("steps", some(keys(
		need("day", number(0, handoff.MaxDays), "Days after the start; 0 is the first."),
		need("do", word(handoff.Channels()...), "The channel."),
	)), "What happens when. The sequencer keeps the days; Permit keeps the number of touches on each channel."),
)

// The words of a sequence that stand beside those of others.
const (
	Never        = "never"         // of reentry
	AccountReply = "account_reply" // of exit_on
)

var rep = keys(
	may("name", text, "For people to read."),
	may("role", text, "Such as sdr, ae, csm."),
	may("team", text, "Such as emea."),
	may("manager", text, "Whom the rep reports to, in the host's words; the roster need not list them."),
	may("tags", some(name), "Such as senior; caps go by them."),
	may("skills", some(text), "Languages, products, industries; pools with skills go by them, letter by letter."),
	may("hours", ref("calendars"), "When the rep works. Without it at every hour."),
	may("holidays", some(ref("calendars")), "Further calendars whose closed days are the rep's holidays, such as the region's."),
	may("absences", some(keys(
		need("from", date, "The first day out of office, in the policy's zone."),
		may("until", date, "The day of the return. Without it nobody knows when."),
		may("cover", ref("reps"), "Who stands in. Without it the rep's cover."),
	)), "Days out of office. What the host remembers of the rep replaces the list."),
	may("cover", ref("reps"), "Who stands in while the rep is absent, where a pool or a rung asks for it."),
	may("capacity", number(0, maxUnits), "Units of work that may be open at once. Without it the rep's capacity is unknown: it bounds nothing, and rotation load, which goes by free capacity, passes the rep over."),
)

// maxUnits bounds units of open work.
const maxUnits = 1_000_000

var queue = keys(
	need("owner", ref("reps"), "Who looks after it and is told of every record that comes in. A pool takes its records back as soon as a member can; who takes one by hand is observed as reassigned, which starts nothing by itself."),
	need("first_touch", promise(), "By when a record has left it: an SLA, without what looks at an owner of the record. It is kept once somebody owns the record; the owner of the queue is warned and told."),
)

var shifts = keys(
	need("members", some(ref("reps")), "Who is on duty, in turns."),
	need("every", word(routing.ShiftUnits()...), "The unit of a shift."),
	may("length", number(1, routing.MaxShiftLength), "How many units a shift has. Without it 1."),
	need("starts", text, "When the first member's first shift began: a day such as 2026-03-02, or a day and a time such as 2026-03-02 09:00, on the clocks of the zone."),
	may("zone", text, "The zone of its clocks. Without it the policy's."),
)

var pool = governed(
	need("members", some(either(ref("reps"), keys(
		need("rep", ref("reps"), "The rep's id."),
		may("weight", number(1, routing.MaxWeight), "How many turns in each round, against those of the others. Without it 1."),
		may("priority", number(0, routing.MaxPriority), "Under rotation: lowest_count the higher comes first among equals; where the pool says priority: first, before everything. Without it 0."),
		may("when", condition, "Which records the member is for. Unknown is not. Without it all. A member whom a record does not suit keeps the turn for one that does."),
	))), "Who takes turns."),
	may("rotation", word(routing.Rotations()...), "Whose turn it is. Without it weighted. The table of rotations tells what each promises."),
	may("scope", word(routing.Scopes()...), "Which decisions share the turns: those that use the pool, the default; of one route; of one play; of all pools of a team."),
	may("team", id, "Of scope: team, which pools share the turns."),
	may("mode", word(routing.Modes()...), "flexible, the default, takes the next of those who are available; strict the next, who has to be available; balanced nobody who is too far ahead."),
	may("max_lead", number(1, 1000), "Of mode: balanced, how many handoffs one may be ahead of the one with the fewest."),
	may("priority", word("tie", "first"), "Whether a member's priority breaks ties, the default, or comes before everything that ranks."),
	may("on_return", word(routing.ReturnKeep, routing.ReturnLost, routing.ReturnCredit, routing.ReturnAverage, routing.ReturnZero),
		"What becomes of turns that a member could not take. The table of rotations tells which each has, its default first."),
	may("on_join", word(routing.JoinPlace, routing.JoinFirst, routing.JoinLast, routing.JoinAverage, routing.JoinZero),
		"Where a new member begins. The table of rotations tells which each has, its default first."),
	may("credit", keys(
		may("at_most", number(1, routing.MaxCredit), "How many turns a member can be owed at once. Without it 99."),
		may("expires", span, "How long a turn is owed, in calendar days of the policy's zone. Without it for ever."),
		may("not_for", some(word(routing.Away, routing.OutOfOffice, routing.OffHours, routing.Holiday, routing.AvailabilityUnknown, routing.NoCapacity, routing.Capped)),
			"Reasons for which a missed turn is lost without credit."),
	), "Bounds of what a member is owed under on_return: credit, and given_back: credit."),
	may("given_back", keys(
		may("declined", word(routing.GivenBacks()...), "Where the owner does not take the handoff: none, the default, it counts; count, it does not; credit, and the member is served before the others. Nobody else gets the record by itself: a further signal, such as one of a kind recycled, finds the next rep."),
		may("no_show", word(routing.GivenBacks()...), "Where the subject did not come to the meeting."),
		may("reassigned", word(routing.GivenBacks()...), "For whom the record is taken from."),
		may("charge", truth, "Whether whom it is reassigned to takes a turn, where it is a member and the pool gave the record. Without it false."),
	), "What becomes of a turn whose handoff came to nothing."),
	may("reset", word(routing.Week, routing.Month), "Counts begin anew with each, in the policy's zone; weeks begin on Monday. Without it never."),
	may("charge", some(word(routing.FromOwner, routing.FromNamed, routing.FromTerritory, routing.FromSticky, routing.FromRep, routing.FromShift)),
		"Rungs of the same route whose owner takes a turn here, where it is a member. Without it none."),
	may("availability", keys(
		may("unknown", word("available", "unavailable"), "What a rep is of whom nothing is known. Without it unavailable."),
		may("hours", ref("calendars"), "The team's hours, which all keep beside their own."),
		may("within", span, "How soon a rep has to be available; a day is 24 hours. Without it now."),
		may("bucket", span, "Of those who will be available in time, the ones of the earliest stretch of this length come first. Without it 24h."),
	), "Who can take a turn. Without it a rep of whom nothing is known is unavailable."),
	may("cover", word(routing.CoverOwner, routing.CoverCharge), "Who stands in for an absent member whose turn it is works the record: owner leaves the turn with the member, charge takes the stand-in's, where it is a member too. A stand-in has to be available and to have room; role, skills and conditions are asked of the member alone. Without it the turn goes on."),
	may("caps", some(keys(
		need("max", number(1, routing.MaxCap), "How many handoffs."),
		need("per", word(routing.Pers()...), "Whose are counted together: the rep's from every pool, the rep's from this pool, this pool's, the team's, or those of everybody with the tag."),
		may("tag", name, "For reps with this tag alone; per: tag needs it."),
		need("every", text, `In which time: hour, day, week or month of the calendar, or a rolling length such as 168h, a day being 24 hours.`),
		may("zone", text, `Whose calendar: policy, the default, rep, or a zone such as Europe/Paris.`),
		may("week_starts", word("mon", "sun", "sat"), "The first day of a week. Without it mon."),
		may("even", truth, "Spreads max over the days of the week or month, those without work too: any d days on end have at most their part of max, rounded up, so that 15 a month are one on every second day; what a quiet week left is not made up for. Without it false."),
		may("also", some(word(routing.FromOwner, routing.FromNamed, routing.FromTerritory, routing.FromSticky, routing.FromRep, routing.FromShift)),
			"What counts beside the turns of pools. Nothing but those is ever refused."),
	)), "Bounds on handoffs. All of them hold."),
	may("units", number(1, maxUnits), "How much open work a record is. A rep of known capacity without room for it is passed over; won, lost, resolved and declined make room again, and so does reassigned, which counts for nobody until the next handoff. Without it 1 under load and least_open, and nothing is counted else."),
	may("role", either(text, dict(id, text)), "The role that members need: one, or one for each motion."),
	may("skills", keys(
		need("by", some(path), "Fields, of texts or lists, of which the rep needs every value among its skills."),
		need("unknown", word("anybody", "nobody"), "Who will do where such a field is unknown."),
	), "Skills that members need."),
	may("exclude", keys(
		may("previous", number(1, routing.MaxPrevious), "So many of the latest owners are passed over, the present one among them."),
		may("declined", truth, "Whoever declined the record is passed over."),
	), "Who does not get a record again."),
	may("hash_by", word(routing.Sticks()...), "Of rotation: hash, what goes to the same member. Without it lead."),
	need("when_empty", either(word(routing.EmptyNext, routing.EmptyUnassigned, routing.EmptyHold, routing.EmptyAnyway), keys(
		may("queue", ref("queues"), "The record waits in a queue."),
		may("pool", ref("pools"), "Another pool takes over, and no further rung is asked."),
		may("rep", ref("reps"), "A rep takes over, and no further rung is asked."),
	)), "What happens when nobody can take the turn: next goes on to the next rung; hold waits, with the verdict queued, until a member can; unassigned tries again then too, and its verdict says that nobody owns the record; anyway takes somebody who is away; or a queue, another pool or a rep."),
)

// When a row counts.
var (
	from  = may("from", date, "The first day on which it counts, in the policy's zone. Without it, it always has.")
	until = may("until", date, "The first day on which it no longer counts, after from. Without it, it always will.")
)

var territory = governed(
	may("by", some(path), "The fields of its columns, the most important first. Inline rows need it; without it a file's columns count in their order."),
	may("rows", some(keys(
		need("match", some(&source.Shape{Form: source.Cell}), `A cell for each column: a word, a prefix such as "94*", a number, a band such as 1-99 or 1000+, or "*" for everything.`),
		may("pool", ref("pools"), "Who takes what it matches: a pool."),
		may("rep", ref("reps"), "Who takes what it matches: a rep."),
		from,
		until,
	)), "The rows, in any order: the most specific that matches wins, of those that count on the day of the decision."),
	may("file", text, "A CSV file with the rows, in place of rows. Its first line names the columns: fields, pool, rep, from and until."),
	may("effective", keys(from, until), "When the table counts. A row counts where both its own dates and these say so."),
)

var namedAccounts = keys(
	may("rows", some(keys(
		may("account", text, "The account's id, letter by letter. A row has account, domain or both."),
		may("domain", text, "The account's domain, in small letters, such as acme.com."),
		may("pool", ref("pools"), "Who takes its records: a pool."),
		may("rep", ref("reps"), "Who takes its records: a rep."),
		from,
		until,
	)), "The rows, in any order. Two for one account, or for one domain, have no day in common."),
	may("file", text, "A CSV file with the rows, in place of rows. Its first line names the columns: account, domain, pool, rep, from and until."),
)

// NextPlay lets another play try.
const NextPlay = "next_play"

// NamedAccount is the rung of named accounts.
const NamedAccount = "named_account"

var rung = either(word(append(routing.Owners(), NamedAccount)...), keys(
	may("pool", ref("pools"), "Whose turn it is in a pool."),
	may("territory", ref("territories"), "Whom a table names."),
	may("rep", ref("reps"), "A rep by name."),
	may("owner", word(routing.Owners()...), "Who owns something already, where the rung says more about it than the word alone."),
	may("lookup", path, "A field of texts that holds a rep's id."),
	may("sticky", word(routing.Sticks()...), "Who had the latest handoff of the same lead, account, domain of e-mail addresses or buying group."),
	may("for", span, "Of sticky, for how long since another rung gave the handoff, in calendar days of the policy's zone. Without it for ever."),
	may("scope", word("policy", routing.ScopeRoute, routing.ScopePlay), "Of sticky, what remembers together. Without it the whole policy."),
	may("renew", truth, "Of sticky, whether the time runs from the latest handoff of all. Without it false."),
	may("except", condition, "Of sticky, which records it leaves alone, such as those of free mail; unknown is left alone too."),
	may("shift", ref("shifts"), "Who is on duty."),
	may("when", condition, "Which records ask the rung. Unknown does not. Without it all."),
	may("away", word(routing.WhenAways()...), "Of owner, lookup, sticky and shift, what an absent rep means: the next rung, the default; the rep all the same; who stands in; or that the record waits."),
	may("hours", ref("calendars"), "Of owner and lookup: a rep outside of these hours, or of their own, is absent. Without it only status and absences count."),
	may("team", text, "Of owner and lookup: a rep of another team is passed over."),
	may("with", some(word(routing.Owners()...)), "Of owner and lookup, who works the record together with the owner."),
))

// MaxSignals bounds the kinds of signals of which a play can ask for some.
const MaxSignals = 100

// EndsWithSequence is the word of a pause's ends_with.
const EndsWithSequence = "sequence"

var play = governed(
	need("id", id, "Its name, unique among plays."),
	may("motion", id, "Such as inbound or renewal; rules may name it in place of its plays."),
	need("trigger", either(ref("triggers"), entrance, keys(
		need("any_of", some(ref("triggers")), "Kinds of signals, all about a lead or all about an account. Each starts the play once enough have come."),
		need("at_least", number(2, MaxSignals), "How many different kinds have to come."),
		need("within", span, "From the first to the last of them; a day is 24 hours."),
	)), "The kind of signal that it answers; or entered(stage), whatever signal makes a record enter the stage, once for each time that it does; or several of which some have to come."),
	may("about", word(handoff.KindLead, handoff.KindAccount), "Of trigger: entered(stage), whose entrance it answers, where both leads and accounts can enter the stage. A play with people is about accounts."),
	may("when", condition, "Which of those signals. Without it all."),
	may("priority", either(points, keys(
		need("base", points, "The priority to begin with."),
		need("add", list(row), "Rows that add to it."),
	)), "The higher wins. Without it 0."),
	may("supersedes", some(ref("sequences")), "Running sequences that end when it enrols."),
	may("losers", word(handoff.LosersMerge, handoff.LosersDrop, handoff.LosersQueue), "What becomes of other signals decided with it: merge, the default, puts them into its context and keeps their promise; drop lets them go; queue has them wait until its sequence ends or, without one, until its first touch is due."),
	may("else", word(NextPlay), "What happens where the sequence would start for nobody, because of what runs or ran, caps, throttles or blocked channels: next_play tries the next play that is ready. Without it the signals wait or are let go, and the verdict says why."),
	need("route", ref("routes"), "Who owns the next step."),
	may("sequence", ref("sequences"), "What starts. Without it the owner is assigned and nothing starts."),
	may("first_touch", promise(), "By when the owner must have been in touch: an SLA. No clock starts where no step of the sequence reaches a person."),
	may("acceptance", promise(), "By when the owner has said whether the handoff is taken: an SLA."),
	may("pause_marketing", keys(
		may("for", span, "How long, in calendar days of the policy's zone. Without it as long as the sequence runs, which ends_with: sequence says."),
		need("scope", some(text), "What pauses, in the host's words, such as nurture."),
		may("ends_with", word(EndsWithSequence), "The pause ends with the play's sequence, if that is earlier."),
	), "Marketing that yields."),
	may("people", keys(
		may("who", condition, "Whom of the account's people; lead is each of them in turn. Unknown is not. Without it everybody."),
		may("first", condition, "Those for whom it is true come first; then, and without it, by id."),
		need("at_most", number(1, handoff.MaxPeople), "How many the sequence starts for."),
	), "Of a play about an account, whom the sequence reaches."),
	may("hold_until_resolved", some(playOrMotion), "Plays or motions that are held until the subject is observed as resolved."),
	may("context", keys(
		may("opening", template, `The first line for the rep. ${field | "default"} is filled in; ${person.first_name} stays for the host.`),
		may("talk_track", text, "Which guide the rep follows."),
		may("next_step", text, "What the rep aims for."),
	), "What the rep is told."),
)

// TypeWords are the types of declared fields, in the order of the reference.
func TypeWords() []handoff.Type {
	return []handoff.Type{handoff.TypeString, handoff.TypeInt, handoff.TypeBool, handoff.TypeDate, handoff.TypeTime,
		handoff.TypeDuration, handoff.TypeRate, handoff.TypeList}
}

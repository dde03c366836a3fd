// Package language is the tables of the policy language: which keys stand where, what conditions can read and say, and
// what each kind of problem means. The loader reads by them, editors complete by them, and the reference prints them, so
// that the three cannot differ.
package language

import (
	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/source"
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
	may("calendars", dict(id, calendar), "Working hours, by id, for promises."),
	may("lists", dict(name, either(list(text), keys(
		need("file", text, "A text file with one item on each line. Empty lines, and lines that begin with #, are skipped; a comment behind an item does not compile.")))),
		"Lists of texts, by name, for conditions: lead.email_domain in lists.freemail."),
	may("lifecycle", dict(id, condition), "Stages such as mql, pql and sql, each with the condition that makes a record enter it. A stage is entered once; entered(mql) is true for the signal that made it so."),
	may("scores", dict(name, either(list(row), score)), "Points, by name, read as score.fit. A score sees those above it."),
	may("triggers", dict(id, trigger), "The kinds of signals that the policy knows, by kind. Any other is answered no_play and not consumed."),
	may("consent", dict(word(handoff.Channels()...), word("required", "opt_out")), "By channel: required, only with a recorded grant; or opt_out, open until it is refused. A channel that is not named is required, a call, a meeting and a social touch too; a task needs no consent."),
	may("eligibility", list(gate), "What a play needs. Unknown does not pass."),
	may("suppression", list(suppressionRule), "What holds a play back. Unknown holds."),
	may("sequences", dict(id, sequence), "What an enrolment starts, by id."),
	may("reps", dict(id, rep), "The roster, by id. Where it is there, every rep that the policy names must be on it."),
	may("pools", dict(id, pool), "Reps who take turns, by id."),
	may("territories", dict(id, territory), "Tables that map facts to reps and pools, by id."),
	may("routes", dict(id, some(rung)), "Who owns the next step, by id: a list of rungs, of which the first that yields an owner wins."),
	may("plays", list(play), "What the team does about a signal. All are considered; the highest priority wins."),
}

var fields = keys(
	may("lead", ofOwner, "Columns of leads, in Lead.Fields."),
	may("account", ofOwner, "Columns of accounts, in Account.Fields."),
	may("trigger", ofOwner, "Columns of signals, in Trigger.Fields."),
)

var ofOwner = dict(name, either(word(TypeWords()...), some(text)))

var calendar = keys(
	need("open", text, `Open hours of a week, such as "mon-fri 09:00-12:00, mon-fri 13:00-17:00".`),
	may("holidays", list(date), "Days on which nothing is open."),
	may("zone", text, "The zone of its hours. Without it the policy's."),
)

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
)

var gate = keys(
	need("id", id, "Its name in reasons."),
	need("require", condition, "What must be true. Unknown does not pass."),
	need("reason", text, "In words, for when it is closed."),
	may("only", some(playOrMotion), "Plays or motions that need it. Without it, and without except, all do."),
	may("except", some(playOrMotion), "Plays or motions that do not need it."),
)

var playOrMotion = ref("plays")

var suppressionRule = keys(
	need("id", id, "Its name in reasons."),
	may("hold", condition, "What holds while it is true or unknown. A rule has hold or cooldown."),
	may("cooldown", keys(
		need("per", word("lead", "account"), "Whose handoffs count."),
		need("for", span, "How long after a handoff it holds, in calendar days of the policy's zone."),
	), "Holds for some time after a handoff."),
	may("reason", text, "In words. A hold needs it."),
	may("lifted_by", text, "Who or what may lift it, in words."),
	may("on_release", word(handoff.ReleaseNone, handoff.ReleaseReplay), "What becomes of a held signal: replay decides it again while it is not stale; none, the default, lets it go."),
	may("only", some(playOrMotion), "Plays or motions that it holds. Without it, and without except, all."),
	may("except", some(playOrMotion), "Plays or motions that it does not hold."),
)

var sequence = keys(
	may("version", number(1, 1<<31), "Recorded with each enrolment. Without it 1."),
	may("exclusive", truth, "Never runs beside another exclusive sequence for one person. Without it false."),
	need("on_blocked_channel", word(handoff.OnBlockedSkip, handoff.OnBlockedRefuse), "What a step without consent does: skip leaves it out, refuse starts nothing."),
	may("reentry", span, "How long after its end a person may enter it again, in calendar days of the policy's zone. Without it at once."),
	need("steps", some(keys(
		need("day", number(0, handoff.MaxDays), "Days after the start; 0 is the first."),
		need("do", word(handoff.Channels()...), "The channel."),
	)), "What happens when."),
)

var rep = keys(
	may("name", text, "For people to read."),
	may("role", text, "Such as sdr, ae, csm."),
	may("team", text, "Such as emea."),
	may("manager", text, "Whom the rep reports to, in the host's words; the roster need not list them."),
)

var pool = keys(
	need("members", some(either(ref("reps"), keys(
		need("rep", ref("reps"), "The rep's id."),
		may("weight", number(1, routing.MaxWeight), "How many turns in each round. Without it 1."),
	))), "Who takes turns."),
	may("rotation", word(routing.Rotations()...), "Whose turn it is: weighted, the default, by weights; least_recent, who has waited longest."),
	may("availability", keys(
		need("unknown", word("available", "unavailable"), "What a rep is of whom nothing is known."),
	), "Who can take a turn. Without it a rep of whom nothing is known is unavailable."),
	need("when_empty", word(routing.EmptyNext, routing.EmptyUnassigned), "What happens when nobody can take the turn: next goes on to the next rung, unassigned stops."),
)

var territory = keys(
	may("by", some(path), "The fields of its columns, the most important first. Inline rows need it; without it a file's columns count in their order."),
	may("rows", some(keys(
		need("match", some(&source.Shape{Form: source.Cell}), `A cell for each column: a word, a prefix such as "94*", a number, a band such as 1-99 or 1000+, or "*" for everything.`),
		may("pool", ref("pools"), "Who takes what it matches: a pool."),
		may("rep", ref("reps"), "Who takes what it matches: a rep."),
	)), "The rows, in any order: the most specific that matches wins."),
	may("file", text, "A CSV file with the rows, in place of rows. Its first line names the columns: fields, pool and rep."),
)

var rung = either(word(routing.Owners()...), keys(
	may("pool", ref("pools"), "Whose turn it is in a pool."),
	may("territory", ref("territories"), "Whom a table names."),
	may("rep", ref("reps"), "A rep by name."),
))

var play = keys(
	need("id", id, "Its name, unique among plays."),
	may("motion", id, "Such as inbound or renewal; rules may name it in place of its plays."),
	need("trigger", ref("triggers"), "The kind of signal that it answers."),
	may("when", condition, "Which of those signals. Without it all."),
	may("priority", either(points, keys(
		need("base", points, "The priority to begin with."),
		need("add", list(row), "Rows that add to it."),
	)), "The higher wins. Without it 0."),
	may("supersedes", some(ref("sequences")), "Running sequences that end when it enrols."),
	may("losers", word(handoff.LosersMerge, handoff.LosersDrop), "What becomes of other signals decided with it: merge, the default, puts them into its context and keeps their promise; drop lets them go."),
	need("route", ref("routes"), "Who owns the next step."),
	may("sequence", ref("sequences"), "What starts. Without it the owner is assigned and nothing starts."),
	may("first_touch", keys(
		need("within", span, "How long the owner has; a day is 24 hours, with hours: 24 open hours, which are about three working days. No clock starts where no step of the sequence reaches a person."),
		may("hours", ref("calendars"), "The calendar whose open hours count. Without it every hour does."),
	), "By when the owner must have been in touch."),
	may("pause_marketing", keys(
		need("for", span, "How long, in calendar days of the policy's zone."),
		need("scope", some(text), "What pauses, in the host's words, such as nurture."),
	), "Marketing that yields."),
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

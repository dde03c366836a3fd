package language

import (
	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome"
	"github.com/salesbaton/baton/rules/internal/source"
)

// The words of stages, outcomes and recycling that stand beside names.
const (
	NoStage   = handoff.NoStage // of a stage's from
	Different = "different"     // of next_owner
	Anybody   = "any"
)

// entrance is a trigger that is whatever makes a record enter a stage.
var entrance = &source.Shape{Form: source.Entrance}

// outcomeWords returns the standard words.
func outcomeWords() []string {
	var out []string
	for _, rule := range outcome.Rules() {
		out = append(out, rule.Word)
	}
	return out
}

// oneOrSome is a single value, or a list of them.
func oneOrSome(each *source.Shape) *source.Shape { return either(each, some(each)) }

var stage = keys(
	may("when", condition, "What has to be true of a signal that makes a record enter it. A stage has at least one of when, on and outcome, and whichever comes first makes the record enter."),
	may("on", oneOrSome(word(handoff.ActivityKinds()...)), "Activities with which a record enters it."),
	may("outcome", oneOrSome(ref("outcomes")), "Outcomes with which a record enters it, whatever activity brings them."),
	may("from", some(ref("lifecycle")), "The stages out of which it is entered, "+NoStage+" among them for records that have entered none yet; where a record starts anew, name the stage that resets, too. Without it out of any."),
	may("forward", truth, "Whether it is closed, for the rest of the lap, to records that have entered a stage below it in the list. Without it false."),
	may("resets", truth, "Whether it ends the lap: from then on every stage can be entered anew. Without it false."),
	may("meaning", text, "In words, for the page that sales reads."),
)

var outcomeRule = keys(
	may("meaning", text, "In words, for the page that sales reads."),
	may("ends", truth, "Whether it ends the handoff: clocks stop, sequences end, marketing resumes, and the record is no open work any more. Without it, of a standard word as that does, and of another false."),
	may("needs", keys(
		may("reason", either(truth, some(either(text, keys(
			need("word", text, "What the activity gives as its reason, letter by letter."),
			may("attempts", number(1, handoff.MaxActivities), "How many attempts this reason needs, where that is more than the outcome itself does."),
		)))), "A reason: true, whichever; or one of a list."),
		may("until", truth, "A date, on which the record comes back. Without it false."),
		may("attempts", number(1, handoff.MaxActivities), "How often somebody has to have tried to reach the subject since the handoff: calls, e-mails, social touches and conversations (activities of kind connected) count; a reply and a meeting that was held do not."),
		may("after", span, "How long the handoff has to have lasted, in calendar days of the policy's zone."),
	), "What has to be there before it is recorded. An activity that lacks some of it is refused, with a reason for each, and changes nothing."),
	may("dispute", keys(
		need("within", span, "How long after the outcome, in calendar days of the policy's zone."),
		need("tell", either(word(handoff.ToOwner, handoff.ToManager), ref("reps")), "Who is told and decides: the owner at the time, that owner's manager, or a rep."),
	), "Somebody may dispute it. Without it nobody may."),
)

var recycleRule = governed(
	need("id", id, "Its name in reasons."),
	need("outcome", oneOrSome(ref("outcomes")), "The outcomes that it covers."),
	may("reason", oneOrSome(text), "The reasons that it covers. Without it all, and where none is given."),
	may("wait", span, "After how long the record comes back, in calendar days of the policy's zone, as a signal of kind recycled, which triggers has to list; its source is the outcome. A date that the activity gives goes before it. Without either the record does not come back by itself."),
	may("to", text, "The segment of nurture that the record goes to meanwhile, in the host's words."),
	may("at_most", number(1, 1000), "How often a record comes back, by whatever rule, before this one lets it rest. Without it any number of times."),
	may("cool_off", span, "How long after the outcome nothing but a signal that asks for sales starts a handoff, in calendar days of the policy's zone. Without it any signal does at once."),
	may("next_owner", word(Anybody, Different), "Who gets the record when it comes back: any, the default, as the route says; different, nobody who had it."),
)

package language

import "github.com/salesbaton/baton/rules/internal/source"

// data is a value of the data contract.
func data(of string) *source.Shape { return &source.Shape{Form: source.Data, Ref: of} }

// TestFile is the shape of a test file.
var TestFile = keys(
	need("policy", text, "The policy's file, relative to this one."),
	need("tests", some(TestCase), "The tests, each of one or more steps."),
)

// TestCase is the shape of a test. One without steps is itself a step.
var TestCase = keys(append([]source.Key{
	need("name", text, "Its name, unique in the file."),
	need("reason", text, "Why it must be so."),
	may("steps", some(TestStep), "What happens one after the other, on the State that the steps before have left. Each has the keys of a test of one step."),
}, TestStep.Keys...)...)

// TestStep is the shape of a step.
var TestStep = keys(
	may("at", data("instant"), "The instant of the step, such as 2026-03-02T10:00:00-05:00. Every step needs it."),
	may("given", data("request"), "The facts, as in a request. A step's keys replace those of its test."),
	may("observe", data("activity"), "What somebody did. Without it, and without touch and sweep, the step decides."),
	may("touch", data("touch"), "What is about to go out, at the instant of the step; the step asks whether it may. It has no at of its own."),
	may("sweep", truth, "Whether the step lets time pass."),
	may("expect", data("expectation"), "The keys of a decision that must be so, and sentence, context, experiment: the side of each experiment, such as {opener: video}, and absent: kinds of effects that must not occur. Every step needs it."),
)

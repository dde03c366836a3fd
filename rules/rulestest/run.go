package rulestest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
)

// run asks the steps of one case in turn, each with the State that the steps before it left.
func (c testCase) run(engine *handoff.Engine) Result {
	result := Result{Name: c.name, Reason: c.reason, Position: c.node.Position()}
	memory := new(hosttest.Memory)
	memory.Put(c.state)
	for _, s := range c.steps {
		memory.Put(s.state)
		d, err := s.ask(engine, memory)
		if err != nil {
			result.Failures = append(result.Failures, s.refused(err))
			return result
		}
		result.Failures = append(result.Failures, s.failures(d)...)
	}
	return result
}

// refused says that the engine did not take what the step asks.
func (s step) refused(err error) Failure {
	f := Failure{Position: s.facts.Position(), Path: "given", Want: "facts that the engine takes", Got: err.Error()}
	var input *handoff.InputError
	if errors.As(err, &input) {
		f.Got = input.Path + " " + input.Problem
		switch asked, _, _ := strings.Cut(input.Path, "."); asked {
		case "activity":
			f.Position, f.Path, f.Want = s.observed.Position(), "observe", "an activity that the engine takes"
		case "touch":
			f.Position, f.Path, f.Want = s.touched.Position(), "touch", "a touch that the engine takes"
		}
	}
	return f
}

// ask puts a step to the engine and remembers what the decision changes.
func (s step) ask(engine *handoff.Engine, memory *hosttest.Memory) (handoff.Decision, error) {
	ctx := context.Background()
	r, err := s.fill(ctx, engine, memory)
	if err != nil {
		return handoff.Decision{}, err
	}
	d, err := s.answer(engine, r)
	if err != nil {
		return handoff.Decision{}, err
	}
	return d, memory.Commit(ctx, d)
}

// fill gives the request of the step the State that the steps before have left.
func (s step) fill(ctx context.Context, engine *handoff.Engine, memory *hosttest.Memory) (handoff.Request, error) {
	switch {
	case s.touch != nil:
		return memory.FillTouch(ctx, engine, s.at, s.request, *s.touch)
	case s.activity != nil:
		return memory.FillActivity(ctx, engine, s.at, s.request, *s.activity)
	}
	return memory.Fill(ctx, engine, s.at, s.request)
}

func (s step) answer(engine *handoff.Engine, r handoff.Request) (handoff.Decision, error) {
	switch {
	case s.sweep:
		return engine.Sweep(s.at, r)
	case s.activity != nil:
		return engine.Observe(s.at, r, *s.activity)
	case s.touch != nil:
		return engine.Permit(s.at, r, *s.touch)
	}
	return engine.Decide(s.at, r)
}

// failures compares a decision with what the step expects of it.
func (s step) failures(d handoff.Decision) []Failure {
	got, err := asJSON(d)
	if err != nil {
		return []Failure{{Position: s.expect.node.Position(), Path: "decision", Want: "a JSON form", Got: err.Error()}}
	}
	found := s.expect.match("", got)
	for _, kind := range s.absent {
		found = append(found, unwanted(kind, d)...)
	}
	out := make([]Failure, len(found))
	for i, m := range found {
		out[i] = Failure{m.node.Position(), m.path, m.want, m.got, handoff.Describe(d)}
	}
	return out
}

func unwanted(kind value, d handoff.Decision) []mismatch {
	for i, e := range d.Effects {
		if string(e.Kind()) == kind.scalar {
			return []mismatch{{kind.node, absentKey, "no " + string(e.Kind()), fmt.Sprintf("one as effects[%d]", i)}}
		}
	}
	return nil
}

// sides returns the side of each experiment that the decision puts its records on.
func sides(d handoff.Decision) map[string]string {
	out := map[string]string{}
	for _, effect := range d.Effects {
		if e, ok := effect.(handoff.Expose); ok {
			out[e.Experiment] = e.Arm.Arm
		}
	}
	return out
}

// asJSON returns what may be expected of a decision, as encoding/json decodes it, with numbers as text.
func asJSON(d handoff.Decision) (any, error) {
	e := expectation{Decision: d, Sentence: d.Sentence(), Experiment: sides(d)}
	if c, ok := d.Context(); ok {
		e.Context = &c
	}
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var out any
	err = dec.Decode(&out)
	return out, err
}

package rulestest

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A testFile is a test file that can be run.
type testFile struct {
	policy string // as the file has it
	cases  []testCase
}

type testCase struct {
	name, reason string
	node         source.Node // the name
	state        handoff.State
	steps        []step
}

// A step asks one question of the engine.
type step struct {
	facts    source.Node // of the step, or of its case
	at       time.Time
	request  handoff.Request
	state    handoff.State     // entries that change before the step
	activity *handoff.Activity // nil unless the step observes
	observed source.Node       // the activity
	touch    *handoff.Touch    // nil unless the step asks about one
	touched  source.Node       // the touch
	sweep    bool
	expect   value
	absent   []value
}

// An expectation has the keys that may be expected: those of a decision and some beside it.
type expectation struct {
	handoff.Decision
	Sentence   string            `json:"sentence"`
	Context    *handoff.Context  `json:"context,omitempty"`
	Experiment map[string]string `json:"experiment"` // by id, the side that the record is on
}

// absentKey names the kinds of effects that must not occur.
const absentKey = "absent"

// A fileReader reads a test file and reports every problem.
type fileReader struct {
	report *source.Report
	names  map[string]string // of tests, with their positions
}

func (r fileReader) file(root source.Node) testFile {
	var f testFile
	m := root.Map()
	policy := m.Get("policy")
	if f.policy = policy.Text(); policy.Exists() && strings.TrimSpace(f.policy) == "" {
		policy.Errorf(source.Empty, "name the policy's file, relative to this one")
	}
	for _, n := range m.Get("tests").List() {
		f.cases = append(f.cases, r.testCase(n))
	}
	return f
}

func (r fileReader) testCase(n source.Node) testCase {
	m := n.Map()
	c := testCase{node: m.Get("name"), reason: readWords(m.Get("reason"), "say why this must be so")}
	c.name = r.name(c.node)
	facts := readGiven(m.Get("given"))
	c.state = r.state(facts)
	steps := m.Get("steps")
	if !steps.Exists() {
		c.steps = []step{r.step(m, facts, true)}
		return c
	}
	for _, key := range language.TestStep.Keys {
		if extra := m.Get(key.Name); key.Name != "given" && extra.Exists() {
			extra.Errorf(source.BadMix, "the test has steps; write %q in one of them", key.Name)
		}
	}
	c.steps = r.steps(steps, facts)
	return c
}

// name reads a name that no test before has.
func (r fileReader) name(n source.Node) string {
	name := readWords(n, "give the test a name")
	if name == "" {
		return ""
	}
	if first, repeated := r.names[name]; repeated {
		n.Errorf(source.Repeated, "the name is taken by the test at %s; names are unique", first)
		return name
	}
	r.names[name] = n.Position()
	return name
}

// readWords reads a text that must not be empty.
func readWords(n source.Node, remedy string) string {
	text := strings.TrimSpace(n.Text())
	if n.Exists() && text == "" {
		n.Errorf(source.Empty, "the text is empty; %s", remedy)
	}
	return text
}

// steps reads the steps of a case. The first decision gets the triggers of the case; a later one those of its own step,
// if any.
func (r fileReader) steps(steps source.Node, facts given) []step {
	var out []step
	fresh := true
	for i, n := range steps.List() {
		m := n.Map()
		own := readGiven(m.Get("given"))
		_, brought := own.get("triggers")
		s := r.step(m, facts.with(own), fresh || brought)
		s.state = r.state(own)
		fresh = fresh && !s.decides()
		if i > 0 && !s.at.IsZero() && s.at.Before(out[i-1].at) {
			m.Get("at").Errorf(source.BadTime, "goes back in time: the step before is at %s", out[i-1].at.UTC().Format(time.RFC3339Nano))
		}
		out = append(out, s)
	}
	return out
}

// step reads one step; without fresh triggers a decision is about those that wait in the State.
func (r fileReader) step(m source.Keyed, facts given, fresh bool) step {
	s := step{facts: facts.node, at: readInstant(m.Need("at"))}
	if !facts.node.Exists() {
		m.Need("given")
	}
	observe, touch, sweep := m.Get("observe"), m.Get("touch"), m.Get("sweep")
	if s.sweep = sweep.Bool(); sweep.Exists() && !s.sweep {
		sweep.Errorf(source.NoEffect, "leave sweep out where the step does not sweep")
	}
	oneQuestion(observe, touch, sweep)
	if observe.Exists() {
		s.activity, s.observed = r.activity(observe, s.at), observe
	}
	if touch.Exists() {
		s.touch, s.touched = r.touch(touch), touch
	}
	s.request = r.request(facts, fresh && s.decides())
	s.expect, s.absent = readExpect(m.Need("expect"))
	return s
}

// decides reports whether the step is about triggers.
func (s step) decides() bool { return !s.sweep && s.activity == nil && s.touch == nil }

// oneQuestion reports what a step asks beside its first question.
func oneQuestion(questions ...source.Node) {
	asked := slices.DeleteFunc(questions, func(n source.Node) bool { return !n.Exists() })
	for _, n := range asked[min(1, len(asked)):] {
		n.Errorf(source.BadMix, "a step observes, sweeps or asks about a touch, only one of these; write a step for each")
	}
}

func readInstant(n source.Node) time.Time {
	if !n.Exists() {
		return time.Time{}
	}
	text, _ := instantText(n).(string)
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{} // reported by instantText
	}
	return at
}

// activity reads what a step observes; an activity without an instant happens at the step's.
func (r fileReader) activity(n source.Node, at time.Time) *handoff.Activity {
	v := reader{}.read(n, reflect.TypeFor[handoff.Activity]())
	a := &handoff.Activity{At: at}
	r.decode(v, a)
	return a
}

// touch reads what a step asks about. It goes out at the step's instant.
func (r fileReader) touch(n source.Node) *handoff.Touch {
	v := reader{}.read(n, reflect.TypeFor[handoff.Touch]())
	if at, ok := v.get("at"); ok {
		at.node.Errorf(source.NoEffect, "leave at out: the touch goes out at the instant of the step")
	}
	t := new(handoff.Touch)
	r.decode(v, t)
	return t
}

// decode reads a value into the type it was checked against, unless something was reported already.
func (r fileReader) decode(v value, into any) {
	if r.report.Failed() {
		return
	}
	text, err := json.Marshal(v.json())
	if err == nil {
		err = handoff.DecodeStrict(text, into)
	}
	if err != nil {
		v.node.Errorf(source.BadData, "%v", err)
	}
}

// readExpect reads what is expected, and the kinds of effects that must not occur.
func readExpect(n source.Node) (expect value, absent []value) {
	fields := append(fieldsOf(reflect.TypeFor[expectation]()), field{absentKey, reflect.TypeFor[[]handoff.EffectKind]()})
	expect = value{node: n, typ: reflect.TypeFor[expectation]()}
	for _, m := range (reader{expecting: true}).members(n, fields) {
		if m.name == absentKey {
			absent = m.value.list
			if len(absent) == 0 {
				m.value.node.Errorf(source.Empty, "name a kind of effect that must not occur, or leave the key out")
			}
			continue
		}
		expect.keys = append(expect.keys, m)
	}
	if n.IsMap() && len(n.Entries()) == 0 {
		n.Errorf(source.Empty, "nothing is expected here; name at least the verdict")
	}
	return expect, absent
}

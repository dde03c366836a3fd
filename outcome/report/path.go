package report

import (
	"time"

	"github.com/salesbaton/baton/outcome/attribution"
)

// paths divides the subject's steps between what they led to. A path ends with the goal; what comes after it belongs to the next.
func (b *builder) paths() {
	steps := b.steps
	for i, g := range b.goals {
		if !g.goal || i > 0 && b.rules.Goal != StepWon && b.sameDeal(i) {
			continue
		}
		n := 0
		for n < len(steps) && steps[n].at <= g.at {
			n++
		}
		b.credits.Add(pathOf(steps[:n], g.at, true, b.value(i)))
		steps = steps[n:]
	}
	if len(steps) > 0 {
		b.credits.Add(pathOf(steps, steps[len(steps)-1].at, false, 0))
	}
}

// sameDeal reports whether a goal is a later step of what the goal before it began: nothing led to it in between, and that was
// not lost.
func (b *builder) sameDeal(i int) bool {
	if b.goals[i-1].lost {
		return false
	}
	for _, s := range b.steps {
		if s.at > b.goals[i-1].at && s.at <= b.goals[i].at {
			return false
		}
	}
	return true
}

// value returns what a goal is worth: the amount that was told last of the deal that it became.
func (b *builder) value(i int) (value int64) {
	for j, g := range b.goals[i:] {
		if g.lost || j > 0 && g.goal && !b.sameDeal(i+j) {
			break
		}
		if g.amount > 0 {
			value = g.amount - 1
		}
		if g.won {
			break
		}
	}
	return value
}

func pathOf(steps []pathStep, end int64, converted bool, value int64) attribution.Path {
	p := attribution.Path{Converted: converted, Value: value}
	for _, s := range steps {
		p.Touches = append(p.Touches, attribution.Touch{Channel: s.name, Before: time.Duration(end-s.at) * time.Microsecond})
	}
	return p
}

// credit writes what each channel has, by each model.
func (b *builder) credit(f *Figures) {
	f.Paths.Paths, f.Paths.Conversions, f.Paths.Value = b.credits.Paths()
	f.Paths.Nobody, _ = b.credits.Unattributed()
	for _, model := range attribution.Models() {
		credits, err := b.credits.Credits(model)
		if err != nil {
			f.Paths.Problem = err.Error()
			continue
		}
		for _, c := range credits {
			f.Credits = append(f.Credits, Credit{model, c.Channel, Ratio(c.Conversions), Ratio(c.Value), Ratio(c.Removal)})
		}
	}
}

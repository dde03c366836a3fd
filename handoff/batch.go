package handoff

import (
	"errors"
	"fmt"
	"maps"
	"time"
)

// DecideBatch decides requests in the order of the slice, each on the State that the decisions before it leave, and
// returns the decisions and the State after the last of them: byte for byte what Fill, Decide and Apply come to one
// after another, so that a bulk of equal leads takes turns. It may have several requests about one subject.
//
// It asks load for what the requests need all together, again where an entry names another, and once more for a request that
// reads more because of a decision before it. As for Fill, load returns an entry for every key, of version 0 where nothing is stored.
// The requests bring no State of their own.
//
// The guards of a decision name the versions that the decisions before it leave. Commit the decisions in their order, in
// one transaction or one by one. Where one conflicts, those that read what it would have written conflict, too, and the
// others do not: decide again what conflicted.
//
// With an error come the decisions made until then and the State after them. An *InputError is about the request that
// follows them; errors of load are returned as they are.
func (e *Engine) DecideBatch(at time.Time, requests []Request, load func([]Key) (State, error)) ([]Decision, State, error) {
	b := batch{e, at, load, State{}}
	for range maxRounds {
		if err := b.loadFor(requests); err != nil {
			return nil, b.state, err
		}
	}
	var decisions []Decision
	for i, r := range requests {
		d, err := b.decide(r)
		var wrong *InputError
		if errors.As(err, &wrong) {
			err = fmt.Errorf("requests[%d]: %w", i, err)
		}
		if err != nil {
			return decisions, b.state, err
		}
		decisions = append(decisions, d)
	}
	return decisions, b.state, nil
}

// A batch is requests that are decided one after another.
type batch struct {
	engine *Engine
	at     time.Time
	load   func([]Key) (State, error)
	state  State // what was loaded, with the effects of the decisions so far
}

// loadFor loads what the requests need on the State so far.
func (b *batch) loadFor(requests []Request) error {
	needed := State{}
	for _, r := range requests {
		r.State = b.state
		for _, k := range b.engine.Needs(b.at, r) {
			needed[k] = Entry{}
		}
	}
	if len(needed) == 0 {
		return nil
	}
	loaded, err := b.load(needed.Keys())
	maps.Copy(b.state, loaded)
	return err
}

func (b *batch) decide(r Request) (Decision, error) {
	if len(r.State) > 0 {
		return Decision{}, &InputError{"state", "is given; a batch is decided on what load returns"}
	}
	r.State = b.state
	d, err := b.engine.Decide(b.at, r)
	var missing *MissingError
	if errors.As(err, &missing) {
		d, err = b.decideOnMore(r)
	}
	if err == nil {
		b.apply(d)
	}
	return d, err
}

// decideOnMore decides a request about a subject in whose queue an earlier decision put a trigger: where that is routed by
// facts in which the requests differ, it can lead to a pool that none of them needed.
func (b *batch) decideOnMore(r Request) (Decision, error) {
	r, err := b.engine.Fill(b.at, r, b.load)
	if err != nil {
		return Decision{}, err
	}
	b.state = r.State
	return b.engine.Decide(b.at, r)
}

// apply is Apply for the entries that the decision read, which are all that it writes.
func (b *batch) apply(d Decision) {
	read := make(State, len(d.Guards))
	for _, g := range d.Guards {
		read[g.Key] = b.state[g.Key]
	}
	maps.Copy(b.state, Apply(read, d.Effects))
}

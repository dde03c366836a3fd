// Package attribution divides what came of paths between the touches on them.
//
// A Fold takes paths one by one and keeps none: what it holds grows with the channels, and for Markov with the distinct
// states and transitions between them, not with the paths. All that it adds up is integers, so that folds of parts of
// the paths, merged in any order, give the very same credits as one fold of them all. A float is only what Credits
// derives from the sums in the end.
//
// First, Last, Linear, Position and TimeDecay divide each path by itself: a conversion as 1,000,000 parts and a value as
// its minor units, between the touches in proportion to their weights, rounded by largest remainder (Hamilton, 1792; of
// equal remainders the earlier touch's goes first). So the parts of a path always add up to the path, and those of all
// channels, with what is Unattributed, to the conversions and the value of Paths.
//
// Markov divides the whole by what would be lost without a channel (Anderl, Becker, von Wangenheim and Schumann, 2016).
// Its states are the last touches of a path, as many as Config.Order, and its transitions have the probabilities that
// were counted. A path that did not convert ends in a state of its own. To remove a channel is to end there each path
// that would come to a touch of that channel. The removal effect of the channel is by what share the probability of a
// conversion falls, and each channel has a part of the conversions, and of the value, in proportion to its removal
// effect: a value does not change the chain. Several touches of one channel in a row are so many touches, and the chain
// goes from a state to itself; that changes no effect of order 1, where it does not matter how long a path stays.
// Without any path that did not convert the effects are there all the same: a path that is cut does not convert.
package attribution

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Model says how a conversion is divided.
type Model string

// The models.
const (
	First     Model = "first"      // the first touch has it all
	Last      Model = "last"       // the last touch has it all
	Linear    Model = "linear"     // every touch has the same
	Position  Model = "position"   // the first and the last have 40 % each, those between them share 20 %; of two each has half
	TimeDecay Model = "time_decay" // a touch has half of what one has that is a half-life later
	Markov    Model = "markov"     // by how much is lost without the channel
)

// ruled is how many models divide each path by itself. They are the first ones of Models.
const ruled = 5

// Models returns all models, in the order of their declaration.
func Models() []Model { return []Model{First, Last, Linear, Position, TimeDecay, Markov} }

// UnmarshalText refuses unknown words.
func (m *Model) UnmarshalText(text []byte) error {
	if !slices.Contains(Models(), Model(text)) {
		return errUnknown()
	}
	*m = Model(text)
	return nil
}

func errUnknown() error {
	var words []string
	for _, m := range Models() {
		words = append(words, string(m))
	}
	return fmt.Errorf("unknown attribution model; it is one of %s", strings.Join(words, ", "))
}

// A Touch is one step of a path.
type Touch struct {
	Channel string        // any text; the empty one is a channel too
	Before  time.Duration // how long before the end of the path; TimeDecay reads it; a negative one counts as 0
}

// A Path is what led to something, or to nothing.
type Path struct {
	Touches   []Touch // in order, the earliest first
	Converted bool
	Value     int64 // in the currency's minor unit; of a path that did not convert it does not count; a loss is negative
}

// Config says by what a Fold divides.
type Config struct {
	HalfLife time.Duration // of TimeDecay; 0: seven days
	Order    int           // of Markov: how many touches a state remembers, 8 at most; 0: 1
}

// complete returns the config with what it leaves open.
func (c Config) complete() Config {
	return Config{cmp.Or(c.HalfLife, 7*24*time.Hour), cmp.Or(c.Order, 1)}
}

// The limits of a Fold. They bound its memory and the time that Markov takes whatever the paths are.
const (
	maxOrder       = 8
	maxChannels    = 1000
	maxStates      = 2000
	maxTransitions = 100_000
)

var (
	errChannels = fmt.Errorf("the paths have more than %d channels; group them, such as all webinars into one", maxChannels)
	errChain    = fmt.Errorf("the paths have more than %d states or %d transitions; remember fewer touches (order), or group the "+
		"channels", maxStates, maxTransitions)
)

// A Fold divides paths as they come. It keeps no path. New makes one. It is not safe for concurrent use: let each worker
// have its own, and Merge them.
//
// A Fold knows 1,000 channels at most, and for Markov 2,000 states and 100,000 transitions. Beyond that it counts on, but
// forgets how the paths were divided, and Credits says so. Whether it comes to that depends on all the paths, not on
// their order or on who merged them.
type Fold struct {
	config       Config // complete
	paths        int64
	conversions  int64
	value        sum
	unattributed share          // in conversions, not in parts
	numbers      map[string]int // of the channels; nil if there were too many
	channels     []channel      // by number
	chain        *chain         // nil if it was too large
}

// A channel is what a channel has by each of the ruled models.
type channel struct {
	name   string
	shares [ruled]share
}

// A share is a part of conversions and of their value.
type share struct{ conversions, value sum }

func (s *share) add(o share) {
	s.conversions.add(o.conversions)
	s.value.add(o.value)
}

// New returns a Fold without paths.
func New(c Config) (*Fold, error) {
	if c.HalfLife < 0 {
		return nil, fmt.Errorf("half-life %s: must be longer than 0, or 0 for seven days", c.HalfLife)
	}
	if c.Order < 0 || c.Order > maxOrder {
		return nil, fmt.Errorf("order %d: must be 1 to %d, or 0 for 1", c.Order, maxOrder)
	}
	c = c.complete()
	return &Fold{config: c, numbers: map[string]int{}, chain: newChain(c.Order)}, nil
}

// Add divides a path, and keeps nothing of it. One without touches counts as a conversion, or none, that no channel led
// to: Paths counts it, Unattributed too, and it is no path of Markov.
func (f *Fold) Add(p Path) {
	f.paths = plus(f.paths, 1)
	if p.Converted {
		f.conversions = plus(f.conversions, 1)
		f.value.add(signed(p.Value))
	}
	switch {
	case len(p.Touches) > 0:
		f.credit(p)
	case p.Converted:
		f.unattributed.add(share{signed(1), signed(p.Value)})
	}
}

// credit adds a path with touches to what the channels have.
func (f *Fold) credit(p Path) {
	numbers := make([]int, len(p.Touches))
	for i, t := range p.Touches {
		known := false
		if numbers[i], known = f.number(t.Channel); !known {
			return
		}
	}
	f.follow(numbers, p.Converted)
	if !p.Converted {
		return
	}
	d := newDivision(p)
	for i, m := range Models()[:ruled] {
		d.weigh(m, f.config.HalfLife)
		for at, part := range d.divide(parts) {
			f.channels[numbers[at]].shares[i].conversions.add(sum{0, part})
		}
		for at, part := range d.divide(magnitude(p.Value)) {
			f.channels[numbers[at]].shares[i].value.add(sum{0, part}.like(p.Value))
		}
	}
}

// number returns the number of a channel, and false if there are too many of them.
func (f *Fold) number(name string) (int, bool) {
	n, known := f.numbers[name]
	switch {
	case known:
		return n, true
	case f.numbers == nil || len(f.channels) == maxChannels:
		f.numbers, f.channels, f.chain = nil, nil, nil
		return 0, false
	}
	name = strings.Clone(name) // it may be part of a long text
	f.numbers[name] = len(f.channels)
	f.channels = append(f.channels, channel{name: name})
	return len(f.channels) - 1, true
}

// follow adds a path to the chain.
func (f *Fold) follow(numbers []int, converted bool) {
	if f.chain != nil && !f.chain.follow(numbers, converted) {
		f.chain = nil
	}
}

// Merge adds what another fold has divided, which stays as it is. The error says that the two divide by different rules;
// then nothing is added.
func (f *Fold) Merge(o *Fold) error {
	if f.config != o.config {
		return fmt.Errorf("folds of different rules: half-life %s and order %d, and half-life %s and order %d", f.config.HalfLife,
			f.config.Order, o.config.HalfLife, o.config.Order)
	}
	f.paths = plus(f.paths, o.paths)
	f.conversions = plus(f.conversions, o.conversions)
	f.value.add(o.value)
	f.unattributed.add(o.unattributed)
	f.mergeChannels(o)
	return nil
}

// mergeChannels adds what the channels of another fold have.
func (f *Fold) mergeChannels(o *Fold) {
	if o.numbers == nil {
		f.numbers, f.channels, f.chain = nil, nil, nil
		return
	}
	numbers := make([]int, len(o.channels))
	for i, c := range o.channels {
		known := false
		if numbers[i], known = f.number(c.name); !known {
			return
		}
		for m, s := range c.shares {
			f.channels[numbers[i]].shares[m].add(s)
		}
	}
	if f.chain != nil && (o.chain == nil || !f.chain.merge(o.chain, numbers)) {
		f.chain = nil
	}
}

// A Credit is what a channel has.
type Credit struct {
	Channel     string
	Conversions float64
	Value       float64 // in the currency's minor unit
	Removal     float64 // of Markov: the share of conversions that is lost without the channel
}

// Credits returns what each channel has by a model, by channel, bytewise. A channel that led to nothing is there, with
// nothing. The error says that the model is unknown, or that the paths are beyond the limits of a Fold.
func (f *Fold) Credits(m Model) ([]Credit, error) {
	at := slices.Index(Models(), m)
	switch {
	case at < 0:
		return nil, errUnknown()
	case f.numbers == nil:
		return nil, errChannels
	case m == Markov:
		return f.byRemoval()
	}
	credits := make([]Credit, 0, len(f.channels))
	for _, n := range f.sorted() {
		s := f.channels[n].shares[at]
		c := Credit{Channel: f.channels[n].name, Conversions: s.conversions.float() / parts, Value: s.value.float()}
		credits = append(credits, c)
	}
	return credits, nil
}

// byRemoval divides what the channels led to in proportion to their removal effects.
func (f *Fold) byRemoval() ([]Credit, error) {
	if f.chain == nil {
		return nil, errChain
	}
	sorted := f.sorted()
	effects := f.chain.effects(sorted)
	var total float64
	for _, e := range effects {
		total += e
	}
	led := f.led()
	credits := make([]Credit, 0, len(sorted))
	for i, n := range sorted {
		c := Credit{Channel: f.channels[n].name, Removal: effects[i]}
		if total > 0 {
			c.Conversions = led.conversions.float() * (effects[i] / total)
			c.Value = led.value.float() * (effects[i] / total)
		}
		credits = append(credits, c)
	}
	return credits, nil
}

// led returns the conversions that some channel led to.
func (f *Fold) led() share {
	led := share{signed(f.conversions), f.value}
	led.add(share{f.unattributed.conversions.negated(), f.unattributed.value.negated()})
	return led
}

// sorted returns the numbers of the channels by name.
func (f *Fold) sorted() []int {
	numbers := make([]int, len(f.channels))
	for i := range numbers {
		numbers[i] = i
	}
	slices.SortFunc(numbers, func(a, b int) int { return cmp.Compare(f.channels[a].name, f.channels[b].name) })
	return numbers
}

// Paths returns how many paths were added, how many converted, and their value. What is beyond an int64 is the nearest
// one.
func (f *Fold) Paths() (paths, conversions, value int64) {
	return f.paths, f.conversions, f.value.int64()
}

// Unattributed returns how many conversions had no touches, and their value, which Credits gives to nobody.
func (f *Fold) Unattributed() (conversions, value int64) {
	return f.unattributed.conversions.int64(), f.unattributed.value.int64()
}

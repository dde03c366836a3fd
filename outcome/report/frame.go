package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/salesbaton/baton/outcome/estimate"
)

// A frame is what is measured of every handoff, and to which group of each dimension it belongs. Percentiles are computed from it
// one length of time after the other: sorted once, it is in order in every group.
type frame struct {
	rules      *rules
	handoffs   int // for which there is room
	segments   []string
	times      [timeCount][]packed
	dimensions []*dimension
}

// A dimension tells handoffs apart.
type dimension struct {
	name     string
	number   map[string]uint32
	groups   []*counts
	of       []uint32 // the group of each handoff
	gathered bool     // the last group is of several values
}

// A packed is a length of time, with its state in the lowest two bits.
type packed int64

func pack(l lasted) packed        { return packed(l.seconds<<2) | packed(l.state) }
func (p packed) state() timeState { return timeState(p & 3) }
func (p packed) seconds() int64   { return int64(p >> 2) }

// newFrame returns a frame with room for some handoffs, of which some segments are told.
func newFrame(r *rules, handoffs int, segments []string) *frame {
	c := &frame{rules: r, handoffs: handoffs}
	for t := range c.times {
		if !c.isWall(t) {
			c.times[t] = make([]packed, 0, handoffs)
		}
	}
	c.dimension("").group("")
	for _, d := range Dimensions() {
		c.dimension(string(d))
	}
	for _, name := range segments {
		c.dimension(segmentDimension(name))
	}
	c.segments = segments
	return c
}

// dimension returns the dimension of a name.
func (c *frame) dimension(name string) *dimension {
	i := slices.IndexFunc(c.dimensions, func(d *dimension) bool { return d.name == name })
	if i < 0 {
		i = len(c.dimensions)
		c.dimensions = append(c.dimensions, &dimension{name: name, number: map[string]uint32{}, of: make([]uint32, 0, c.handoffs)})
	}
	return c.dimensions[i]
}

// group returns the number of the group of a value.
func (d *dimension) group(value string) uint32 {
	n, known := d.number[value]
	if !known {
		n = uint32(len(d.groups))
		d.number[value], d.groups = n, append(d.groups, &counts{})
	}
	return n
}

// counts returns what was counted of a value; nil: there is none.
func (c *frame) counts(by Dimension, value string) *counts {
	d := c.dimension(string(by))
	n, known := d.number[value]
	if !known {
		return nil
	}
	return d.groups[n]
}

// add counts a handoff. The values are those of Dimensions.
func (c *frame) add(m *measured, values []string) {
	for i := range m.times {
		if !c.isWall(i) {
			c.times[i] = append(c.times[i], pack(m.times[i]))
		}
	}
	c.count(m, c.dimensions[0], "")
	for i, value := range values {
		c.count(m, c.dimensions[i+1], value)
	}
	known := m.Segments
	for i, name := range c.segments { // both by name
		value := ""
		if len(known) > 0 && known[0].Name == name {
			value, known = known[0].Value, known[1:]
		}
		c.count(m, c.dimensions[1+len(values)+i], value)
	}
}

// isWall reports whether a time is the one before it: business time where every hour counts.
func (c *frame) isWall(t int) bool {
	return c.rules.Hours == nil && slices.Contains(businessPlaces[:], t)
}

// businessPlaces are those of the business times, each behind that of the wall clock.
var businessPlaces = [...]int{1, 3, 5, 7, 9}

// segmentDimension names the dimension of a segment, which could bear the name of another one.
func segmentDimension(name string) string { return "segment " + name }

func (c *frame) count(m *measured, d *dimension, value string) {
	n := d.group(value)
	d.of = append(d.of, n)
	d.groups[n].count(m)
}

// breakdowns returns the groups of every dimension, that of all handoffs first, then the segments by name.
func (c *frame) breakdowns() []Breakdown {
	out := make([]Breakdown, len(c.dimensions))
	for i, d := range c.dimensions {
		d.gather()
		out[i] = Breakdown{Dimension: d.name, Groups: []Group{}}
		for _, value := range d.inOrder() {
			out[i].Groups = append(out[i].Groups, d.groups[d.number[value]].group(c.rules, value))
		}
	}
	c.measure(out)
	return out
}

// inOrder returns the values, Others last.
func (d *dimension) inOrder() []string {
	values := slices.Sorted(maps.Keys(d.number))
	if d.gathered {
		i := slices.Index(values, Others)
		values = append(slices.Delete(values, i, i+1), Others)
	}
	return values
}

// gather makes one group of the values that are too many: those with the fewest handoffs, and of equals the later ones by name.
func (d *dimension) gather() {
	if len(d.groups) <= MaxGroups {
		return
	}
	values := slices.SortedFunc(maps.Keys(d.number), func(a, b string) int {
		return cmp.Or(cmp.Compare(d.groups[d.number[b]].handoffs, d.groups[d.number[a]].handoffs), strings.Compare(a, b))
	})
	if i := slices.Index(values, Others); i >= 0 { // a value that bears the name is among the others
		values = append(slices.Delete(values, i, i+1), Others)
	}
	others, to := &counts{}, make([]uint32, len(d.groups))
	number, groups := map[string]uint32{}, []*counts{}
	for i, value := range values {
		n := d.number[value]
		if i < MaxGroups-1 {
			number[value], to[n], groups = uint32(i), uint32(i), append(groups, d.groups[n])
			continue
		}
		others.merge(d.groups[n])
		to[n] = MaxGroups - 1
	}
	number[Others], groups = MaxGroups-1, append(groups, others)
	for i, n := range d.of {
		d.of[i] = to[n]
	}
	d.number, d.groups, d.gathered = number, groups, true
}

// measure computes the times of every group: for one time after the other, the handoffs of each dimension by group, and in each the
// shortest first.
func (c *frame) measure(out []Breakdown) {
	var survival estimate.Survival
	var order, spare, grouped []place
	for t, id := range TimeIDs() {
		if c.isWall(t) {
			copyTimes(out, t, id)
			continue
		}
		order, spare = c.sorted(t, order, spare)
		grouped = slices.Grow(grouped[:0], len(order))[:len(order)]
		for i, d := range c.dimensions {
			ends := d.byGroup(order, grouped)
			for at, value := range d.inOrder() {
				n, begin := d.number[value], 0
				if n > 0 {
					begin = ends[n-1]
				}
				survival.Reset()
				for _, p := range grouped[begin:ends[n]] {
					p.tell(&survival)
				}
				out[i].Groups[at].Times[t] = c.rules.timeOf(id, &survival, d.groups[n].negative[t])
			}
		}
	}
}

// byGroup moves places to where those of their group stand, in the same order, and returns where each group ends.
func (d *dimension) byGroup(order, grouped []place) (ends []int) {
	ends = make([]int, len(d.groups))
	for _, p := range order {
		ends[d.of[p.row]]++
	}
	sum := 0
	for n, size := range ends {
		ends[n] = sum
		sum += size
	}
	for _, p := range order {
		n := d.of[p.row]
		grouped[ends[n]] = p
		ends[n]++
	}
	return ends
}

// tell adds a length of time.
func (p place) tell(s *estimate.Survival) {
	if p.open {
		s.Open(p.seconds)
	} else {
		s.Done(p.seconds)
	}
}

// copyTimes gives every group the time before the one at a place.
func copyTimes(out []Breakdown, t int, id TimeID) {
	for _, by := range out {
		for i := range by.Groups {
			times := by.Groups[i].Times
			times[t] = times[t-1]
			times[t].ID = id
		}
	}
}

// A place is where a length of time stands.
type place struct {
	seconds int64
	row     uint32
	open    bool
}

// sorted returns where the handoffs stand that have a length of time, the shortest first. It sorts by eleven bits at a time from
// the lowest on. The memory is that of the slices, where it suffices.
func (c *frame) sorted(t int, order, spare []place) ([]place, []place) {
	order = order[:0]
	longest := int64(0)
	for row, l := range c.times[t] {
		if l.state() == done || l.state() == open {
			order = append(order, place{l.seconds(), uint32(row), l.state() == open})
			longest = max(longest, l.seconds())
		}
	}
	spare = slices.Grow(spare[:0], len(order))[:len(order)]
	for shift := 0; longest>>shift > 0; shift += 11 {
		var next [1 << 11]int
		digit := func(p place) int64 { return p.seconds >> shift & (1<<11 - 1) }
		for _, p := range order {
			next[digit(p)]++
		}
		sum := 0
		for i, n := range next {
			next[i] = sum
			sum += n
		}
		for _, p := range order {
			d := digit(p)
			spare[next[d]] = p
			next[d]++
		}
		order, spare = spare, order
	}
	return order, spare
}

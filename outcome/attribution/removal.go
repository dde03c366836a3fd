package attribution

// Flows are the transitions of an absorbing Markov chain, each row in a unit of its own. The first row is the start, to
// which nothing leads, and the others are the states. The first columns are the ends of a path, and the others the states.
//
// They are solved by state reduction (Grassmann, Taksar and Heyman, 1985): a state is taken out by leading what comes to
// it where it leads, in proportion. What a path does between the states that are left does not change, and as nothing is
// ever subtracted nothing cancels: every effect, however small, has an error of a few units of its last digit a state.
type flows [][]float64

// The columns of the ends.
const (
	toConverted = iota
	toNull
	ends // how many there are
)

// effects returns the removal effects of channels, of which the states of each stand together: so many of the first, so
// many of the second.
//
// For the effect of a channel the states of all others are taken out. What that has in common for the channels that have
// about half of the states is done once, and so on with the halves: with many channels it takes together about as long as
// two or three of them one by one.
func (f flows) effects(widths []int) []float64 {
	switch len(widths) {
	case 0:
		return nil
	case 1:
		return []float64{f.effect()}
	}
	states := len(f) - 1
	half, split := 1, widths[0]
	for half < len(widths)-1 && 2*(split+widths[half]) <= states {
		split += widths[half]
		half++
	}
	effects := f.keep(0, split).effects(widths[:half])
	return append(effects, f.keep(split, states).effects(widths[half:])...)
}

// effect returns the removal effect of a channel that has all the states: which share of what comes from the start to a
// conversion goes through them. It is 0 where nothing comes to one.
func (f flows) effect() float64 {
	around := f[0][toConverted]
	f[0][toConverted] = 0
	through := f.keep(0, 0)[0][toConverted]
	if through == 0 {
		return 0
	}
	return through / (around + through)
}

// keep returns the flows between the states from..to alone, with all others taken out.
func (f flows) keep(from, to int) flows {
	out := make(flows, 0, len(f))
	out = append(out, f[0])
	out = append(out, f[1+from:1+to]...)
	kept := len(out)
	out = append(out, f[1:1+from]...)
	out = append(out, f[1+to:]...)
	for i, row := range out {
		out[i] = make([]float64, 0, len(row))
		out[i] = append(out[i], row[:ends]...)
		out[i] = append(out[i], row[ends+from:ends+to]...)
		out[i] = append(out[i], row[ends:ends+from]...)
		out[i] = append(out[i], row[ends+to:]...)
	}
	for len(out) > kept {
		out = out.reduced()
	}
	return out
}

// reduced takes out the last state, in place.
func (f flows) reduced() flows {
	last := len(f) - 1
	width := ends + last - 1
	row := f[last][:width] // without the way from the state to itself
	var out float64
	for _, x := range row {
		out += x
	}
	for i := range last {
		in := f[i][width]
		f[i] = f[i][:width]
		if in == 0 {
			continue
		}
		scale := in / out
		for j, x := range row {
			f[i][j] += float64(scale * x) // the conversion forbids to fuse the two operations, which not every machine can
		}
	}
	f[last] = nil // its memory is not needed while the others are solved
	return f[:last]
}

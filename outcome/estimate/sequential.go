package estimate

import "math"

// MaxLooks is at how many looks OBrienFleming gives bounds at most.
const MaxLooks = 20

// OBrienFleming returns the bounds for z of two sides at each of some equally spaced looks (O'Brien and Fleming, 1979): an
// experiment without effect crosses one of them with the probability alpha. They fall with the root of the look, from one that is
// hard to cross to one that is a little above that of a single look.
//
// The constant is found by integrating from look to look (Armitage, McPherson and Rowe, 1969), and is good to six digits. There
// are no bounds where looks is not from 1 to MaxLooks. alpha is taken as at least 1e-6 and at most 0.999.
func OBrienFleming(looks int, alpha float64) []float64 {
	if looks < 1 || looks > MaxLooks {
		return nil
	}
	alpha = clamp(alpha, 1e-6, 0.999)
	root, grid := math.Sqrt(float64(looks)), newGrid()
	// By reflection, a walk is beyond a bound at some time at most twice as probably as in the end.
	last := bisect(deviate(1-alpha), deviate(1-alpha/2), func(z float64) bool { return 1-grid.stays(z*root, looks) > alpha })
	out := make([]float64, looks)
	for i := range out {
		out[i] = last * root / math.Sqrt(float64(i+1))
	}
	return out
}

// A grid is the points and weights of Gauss and Legendre from 0 to 1.
type grid struct{ points, weights [nodes]float64 }

// nodes is how many points there are. Up to the 22 standard deviations of 20 looks at 1e-6, they are close enough for a density
// that has the standard deviation 1.
const nodes = 48

// newGrid finds the roots of the Legendre polynomial by Newton's method.
func newGrid() *grid {
	var g grid
	for i := range nodes {
		x := math.Cos(math.Pi * (float64(i) + 0.75) / (nodes + 0.5))
		for range 10 {
			value, slope := legendre(x)
			x -= value / slope
		}
		_, slope := legendre(x)
		g.points[i] = (1 - x) / 2
		g.weights[i] = 1 / ((1 - x*x) * slope * slope)
	}
	return &g
}

// legendre returns the Legendre polynomial of the degree nodes, and its derivative.
func legendre(x float64) (value, slope float64) {
	before, value := 1.0, x
	for k := 2.0; k <= nodes; k++ {
		before, value = value, (float64((2*k-1)*x*value)-float64((k-1)*before))/k
	}
	return value, nodes * (float64(x*value) - before) / (x*x - 1)
}

// stays returns how probable it is that a walk of so many steps, each standard normal, is within a bound on both sides of 0 after
// each of them. The density of where it is, which is even, is carried from step to step.
func (g *grid) stays(bound float64, steps int) float64 {
	var density [nodes]float64
	for i, x := range g.points {
		density[i] = normalDensity(x * bound)
	}
	kernel := g.kernel(bound)
	for range steps - 1 {
		var next [nodes]float64
		for i := range next {
			for j, d := range density {
				next[i] += float64(kernel[i][j] * d)
			}
		}
		density = next
	}
	sum := 0.0
	for i, d := range density {
		sum += float64(2 * bound * g.weights[i] * d)
	}
	return sum
}

// kernel returns what the density at each point adds to that at each other, from both sides of 0.
func (g *grid) kernel(bound float64) *[nodes][nodes]float64 {
	var out [nodes][nodes]float64
	for i, x := range g.points {
		for j, y := range g.points {
			out[i][j] = bound * g.weights[j] * (normalDensity((x-y)*bound) + normalDensity((x+y)*bound))
		}
	}
	return &out
}

func normalDensity(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }

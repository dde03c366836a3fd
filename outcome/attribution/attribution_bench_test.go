package attribution_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/salesbaton/baton/outcome/attribution"
)

func BenchmarkFold_Add(b *testing.B) {
	given := randomPaths(rand.New(rand.NewPCG(1, 2)), 10_000, 9, 10)
	f := fold(b, attribution.Config{}, nil)
	b.ReportAllocs()
	for i := range b.N {
		f.Add(given[i%len(given)])
	}
}

func BenchmarkFold_Credits(b *testing.B) {
	for _, size := range []struct{ channels, order, paths int }{{20, 1, 100_000}, {20, 2, 100_000}, {50, 1, 100_000}, {12, 3, 200_000}, {44, 2, 200_000}, {315, 1, 100_000}} {
		f := fold(b, attribution.Config{Order: size.order}, evenPaths(size.paths, size.channels))
		b.Run(fmt.Sprintf("channels=%d/order=%d", size.channels, size.order), func(b *testing.B) {
			for range b.N {
				credits(b, f, attribution.Markov)
			}
		})
	}
}

// evenPaths returns paths in which no channel is rarer than another.
func evenPaths(n, channels int) []attribution.Path {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]attribution.Path, n)
	for i := range out {
		out[i].Converted = r.IntN(10) == 0
		for range 1 + r.IntN(8) {
			out[i].Touches = append(out[i].Touches, attribution.Touch{Channel: fmt.Sprint(r.IntN(channels))})
		}
	}
	return out
}

package estimate_test

import (
	"math/rand/v2"
	"testing"

	"github.com/salesbaton/baton/outcome/estimate"
)

func BenchmarkSampleAdd(b *testing.B) {
	for _, tt := range []struct {
		name   string
		spread int64 // different values
	}{
		{"spread=10", 10},
		{"spread=1000", 1000},
		{"spread=100000", 100_000},
		{"spread=10000000", 10_000_000},
	} {
		b.Run(tt.name, func(b *testing.B) {
			values := make([]int64, 1<<20)
			random := rand.New(rand.NewPCG(1, 1))
			for i := range values {
				values[i] = random.Int64N(tt.spread)
			}
			b.ReportAllocs()
			var s estimate.Sample
			for i := range b.N {
				s.Add(values[i%len(values)], 1)
			}
			s.NearestRank(50)
		})
	}
}

// BenchmarkSampleAddToMany adds to many small samples in turn, as a report by segments does.
func BenchmarkSampleAddToMany(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	samples := make([]estimate.Sample, 20_000)
	b.ReportAllocs()
	for i := range b.N {
		samples[i%len(samples)].Add(random.Int64N(5000), 1)
	}
}

func BenchmarkSamplePercentiles(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	var s estimate.Sample
	for range 1_000_000 {
		s.Add(random.Int64N(100_000), 1)
	}
	for range b.N {
		for _, p := range []int64{50, 75, 90, 95, 99} {
			s.NearestRank(p)
		}
	}
}

// BenchmarkSurvival100000 asks for percentiles where each of 100,000 times is followed by a censored one.
func BenchmarkSurvival100000(b *testing.B) {
	var s estimate.Survival
	for i := range int64(100_000) {
		s.Done(2 * i)
		s.Open(2*i + 1)
	}
	for range b.N {
		for _, p := range []int64{50, 75, 90, 95, 99} {
			s.Percentile(p)
		}
	}
}

func BenchmarkMomentsAdd(b *testing.B) {
	var m estimate.Moments
	for i := range b.N {
		m.Add(int64(i))
	}
}

func BenchmarkOBrienFleming(b *testing.B) {
	for _, tt := range []struct {
		name  string
		looks int
	}{{"looks=5", 5}, {"looks=10", 10}, {"looks=20", 20}} {
		b.Run(tt.name, func(b *testing.B) {
			for range b.N {
				estimate.OBrienFleming(tt.looks, 0.05)
			}
		})
	}
}

func BenchmarkConcordance(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	var c estimate.Calibration
	for range 100_000 {
		c.Add(random.Int64N(10_000), random.IntN(10) == 0)
	}
	for range b.N {
		c.Concordance()
	}
}

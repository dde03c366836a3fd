package identity

import (
	"math/rand/v2"
	"testing"
)

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"smith", "smith", 0}, {"smith", "smyth", 1}, {"smith", "smiht", 1}, {"ca", "abc", 3},
		{"kitten", "sitting", 3}, {"abcd", "dcba", 3}, {"maria", "mariana", 2},
	} {
		if got := distance(tt.a, tt.b, 64); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

// slowDistance is the optimal string alignment from its recurrence.
func slowDistance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j-1], d[i-1][j], d[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], 1+d[i-2][j-2])
			}
		}
	}
	return d[len(a)][len(b)]
}

// slowCommon is the count of shared letters from its definition.
func slowCommon(a, b string) (matches, swaps int) {
	window := max(0, max(len(a), len(b))/2-1)
	taken := make([]bool, len(b))
	var x, y []byte
	for i := range len(a) {
		for j := range len(b) {
			if !taken[j] && a[i] == b[j] && max(i-j, j-i) <= window {
				taken[j] = true
				x = append(x, a[i])
				break
			}
		}
	}
	for j := range len(b) {
		if taken[j] {
			y = append(y, b[j])
		}
	}
	for i := range x {
		if x[i] != y[i] {
			swaps++
		}
	}
	return len(x), swaps
}

func TestSimilarityAgreesWithItsDefinition(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	text := func() string {
		s := make([]byte, rnd.IntN(maxCompared+1))
		for i := range s {
			s[i] = "abcd\xc3"[rnd.IntN(2+rnd.IntN(4))]
		}
		return string(s)
	}
	for range 20_000 {
		a, b := text(), text()
		if rnd.IntN(2) == 0 {
			b = a[:len(a)/2] + b[:min(len(b), 3)] + a[min(len(a), len(a)/2+2):]
			b = b[:min(len(b), maxCompared)]
		}
		if got, want := distance(a, b, maxCompared), slowDistance(a, b); got != want {
			t.Fatalf("distance(%q, %q) = %d, want %d", a, b, got, want)
		}
		m, s := common(a, b)
		if wantM, wantS := slowCommon(a, b); m != wantM || s != wantS {
			t.Fatalf("common(%q, %q) = %d, %d, want %d, %d", a, b, m, s, wantM, wantS)
		}
	}
}

func TestSimilar(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"martha", "marhta", 960}, {"dixon", "dicksonx", 812}, {"jellyfish", "smellyfish", 896}, {"same", "same", 1000}, {"abc", "xyz", 0}, {"", "a", 0},
	} {
		if got := similar(tt.a, tt.b); got != tt.want {
			t.Errorf("similar(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

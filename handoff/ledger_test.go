package handoff_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// A plainLedger is what a Pool does, as plainly as possible: a list that is sorted after every move.
type plainLedger struct {
	turns, count int64
	members      []handoff.Member
	owed         []handoff.Owed
	skips        map[[2]string]int64
}

func (l *plainLedger) move(at time.Time, moves []handoff.Move) {
	l.owed = slices.DeleteFunc(l.owed, func(o handoff.Owed) bool { return o.Over(at) })
	for _, v := range moves {
		i := slices.IndexFunc(l.members, func(m handoff.Member) bool { return m.Rep == v.Rep })
		if i < 0 {
			continue
		}
		m := &l.members[i]
		m.Offered, m.Skipped, m.Assigned, m.Calibration = m.Offered+v.Offered, m.Skipped+v.Skipped, m.Assigned+v.Assigned, m.Calibration+v.Calibration
		m.Key, m.Away = v.Key, v.Away
		l.count += v.Assigned + v.Calibration
		if v.Assigned > 0 {
			l.turns += v.Assigned
			m.Last = l.turns
		}
		for range v.Credit {
			l.owed = append(l.owed, handoff.Owed{Rep: v.Rep, Turns: 1, Until: v.CreditUntil})
		}
		for range -v.Credit {
			if first := slices.IndexFunc(l.owed, func(o handoff.Owed) bool { return o.Rep == v.Rep }); first >= 0 {
				l.owed = slices.Delete(l.owed, first, first+1)
			}
		}
		if v.Skipped > 0 {
			l.skips[[2]string{v.Rep, v.Reason}] += v.Skipped
		}
	}
	sort.SliceStable(l.members, func(i, j int) bool {
		a, b := l.members[i], l.members[j]
		if a.Key != b.Key {
			return a.Key < b.Key
		}
		if a.Last != b.Last {
			return a.Last < b.Last
		}
		return a.Place < b.Place
	})
}

func (l *plainLedger) clone() plainLedger {
	return plainLedger{l.turns, l.count, slices.Clone(l.members), slices.Clone(l.owed), maps.Clone(l.skips)}
}

// diff tells how a ledger differs from the plain one, "" when it does not.
func (l *plainLedger) diff(p handoff.Pool) string {
	var owed []handoff.Owed // turn by turn
	for _, o := range p.Owed {
		for range o.Turns {
			owed = append(owed, handoff.Owed{Rep: o.Rep, Turns: 1, Until: o.Until})
		}
	}
	skips := map[[2]string]int64{}
	for _, s := range p.Skips {
		skips[[2]string{s.Rep, s.Reason}] += s.Turns
	}
	if len(skips) != len(p.Skips) || !slices.IsSortedFunc(p.Skips, func(a, b handoff.Skip) int {
		return slices.Compare([]string{a.Rep, a.Reason}, []string{b.Rep, b.Reason})
	}) {
		return fmt.Sprintf("skips are one for each rep and reason, in order: %v", p.Skips)
	}
	members := slices.Collect(p.Members.All())
	if l.turns == p.Turns && l.count == p.Count && slices.Equal(l.members, members) && slices.Equal(l.owed, owed) && maps.Equal(l.skips, skips) {
		return ""
	}
	return cmp.Diff([]any{l.turns, l.count, l.members, l.owed, l.skips}, []any{p.Turns, p.Count, members, owed, skips})
}

// randomMoves returns moves of some of n reps, at times more than a line takes one by one, and of a stranger.
func randomMoves(rng *rand.Rand, n int) []handoff.Move {
	moves := make([]handoff.Move, 1+rng.IntN(4))
	if rng.IntN(8) == 0 {
		moves = make([]handoff.Move, 30+rng.IntN(30))
	}
	for i := range moves {
		v := handoff.Move{Rep: fmt.Sprint("r", rng.IntN(n+1)), Key: rng.Int64N(40), Offered: rng.Int64N(3), Away: rng.IntN(3) == 0}
		switch rng.IntN(4) {
		case 0:
			v.Assigned = 1 + rng.Int64N(2)
		case 1:
			v.Skipped, v.Reason = 1+rng.Int64N(3), []string{"away", "capped"}[rng.IntN(2)]
		case 2:
			v.Assigned, v.Calibration = -1, rng.Int64N(5)-2
		}
		if v.Credit = rng.Int64N(7) - 3; v.Credit > 0 && rng.IntN(2) == 0 {
			v.CreditUntil = now.Add(time.Duration(rng.IntN(100)) * time.Minute)
		}
		moves[i] = v
	}
	return moves
}

// TestLedger_Moves compares the ledger with the plain one, and holds that no move changes a ledger of before.
func TestLedger_Moves(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 9))
		n := rng.IntN(100)
		if seed%10 == 0 {
			n = 300
		}
		var members []handoff.Member
		for i := range n {
			members = append(members, handoff.Member{Rep: fmt.Sprint("r", i), Weight: 1, Place: int64(i), Key: rng.Int64N(40)})
		}
		plain := plainLedger{members: slices.Clone(members), skips: map[[2]string]int64{}}
		plain.move(now, nil)
		key := handoff.PoolKey(policy, "p")
		state := handoff.State{key: {Version: 1, Value: handoff.Pool{Members: handoff.NewLine(members...)}}}
		var before []handoff.Pool
		var copies []plainLedger
		for step := range 120 {
			before, copies = append(before, state[key].Value.(handoff.Pool)), append(copies, plain.clone())
			at, moves := now.Add(time.Duration(step)*time.Minute), randomMoves(rng, n)
			plain.move(at, moves)
			state = handoff.Apply(state, []handoff.Effect{handoff.AdjustPool{Policy: policy, Pool: "p", Moves: moves, At: at}})
			if diff := plain.diff(state[key].Value.(handoff.Pool)); diff != "" {
				t.Fatalf("seed %d, step %d (-plain +got):\n%s", seed, step, diff)
			}
		}
		for i := range before {
			if diff := copies[i].diff(before[i]); diff != "" {
				t.Fatalf("seed %d: the ledger of step %d changed afterwards:\n%s", seed, i, diff)
			}
		}
		checkLine(t, state[key].Value.(handoff.Pool).Members, plain.members)
	}
}

// checkLine compares everything that a line answers with a list in its order.
func checkLine(t *testing.T, line handoff.Line, want []handoff.Member) {
	t.Helper()
	if line.Len() != len(want) {
		t.Fatalf("%d members, want %d", line.Len(), len(want))
	}
	var spot handoff.Spot
	for i, w := range want {
		if m, ok := line.At(spot); !ok || m != w {
			t.Fatalf("spot %d has %v, want %v", i, m, w)
		}
		if m, ok := line.Find(w.Rep); !ok || m != w {
			t.Fatalf("found %v, want %v", m, w)
		}
		spot = line.Next(spot)
	}
	if m, ok := line.At(spot); ok {
		t.Fatalf("%v stands behind the last", m)
	}
	if m, ok := line.Find("stranger"); ok {
		t.Fatalf("found %v, who is not there", m)
	}
	if last, ok := line.Last(); ok != (len(want) > 0) || ok && last != want[len(want)-1] {
		t.Fatalf("the last is %v, %t", last, ok)
	}
	for key := int64(-1); key <= 41; key++ {
		i := slices.IndexFunc(want, func(m handoff.Member) bool { return m.Key >= key })
		if m, ok := line.At(line.From(key)); ok != (i >= 0) || ok && m != want[i] {
			t.Fatalf("from key %d on: %v, %t; want index %d", key, m, ok, i)
		}
	}
	shuffled := slices.Clone(want)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	text, err := json.Marshal(shuffled)
	if err != nil {
		t.Fatal(err)
	}
	var back handoff.Line
	if len(want) > 0 {
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
	}
	if !back.Equal(line) || !line.Equal(back) || !line.Equal(handoff.NewLine(shuffled...)) {
		t.Fatal("the order in which members are given has no meaning")
	}
	for i := range want {
		other := slices.Clone(want)
		other[i].Offered++
		if line.Equal(handoff.NewLine(other...)) || line.Equal(handoff.NewLine(want[:i]...)) {
			t.Fatalf("lines that differ in member %d are not equal", i)
		}
	}
}

func TestLine_KeepsNothingOfItsSource(t *testing.T) {
	members := []handoff.Member{{Rep: "b", Weight: 1, Place: 1}, {Rep: "a", Weight: 1}}
	line := handoff.NewLine(members...)
	members[0], members[1] = handoff.Member{}, handoff.Member{}
	checkLine(t, line, []handoff.Member{{Rep: "a", Weight: 1}, {Rep: "b", Weight: 1, Place: 1}})
}

func TestLine_Order(t *testing.T) {
	line := handoff.NewLine(
		handoff.Member{Rep: "e", Weight: 1, Key: 2},
		handoff.Member{Rep: "d", Weight: 1, Key: 1, Last: 2},
		handoff.Member{Rep: "c", Weight: 1, Key: 1, Last: 1, Place: 2},
		handoff.Member{Rep: "a", Weight: 1, Key: 1, Last: 1, Place: 1},
		handoff.Member{Rep: "b", Weight: 1, Key: 1, Last: 1, Place: 1})
	var got string
	for m := range line.All() {
		got += m.Rep
	}
	if got != "abcde" {
		t.Errorf("order %s, want by key, then last, then place, then rep", got)
	}
}

func TestLine_Refuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a repeated rep", `[{"rep":"a","weight":1,"place":0,"offered":0,"skipped":0,"assigned":0,"key":0},{"rep":"a","weight":1,"place":1,"offered":0,"skipped":0,"assigned":0,"key":0}]`, "repeated"},
		{"no rep", `[{"rep":"","weight":1}]`, "missing"},
		{"no weight", `[{"rep":"a","weight":0}]`, "weight"},
		{"a weight that is too large", `[{"rep":"a","weight":1000001}]`, "weight"},
		{"a place that nobody has", `[{"rep":"a","weight":1,"place":1}]`, "place"},
		{"a place that two have", `[{"rep":"a","weight":1,"place":0},{"rep":"b","weight":1,"place":0}]`, "place"},
		{"a place below 0", `[{"rep":"a","weight":1,"place":-1}]`, "place"},
		{"a number that is too large", `[{"rep":"a","weight":1,"key":9007199254740993}]`, "2^53"},
		{"a number that is too small", `[{"rep":"a","weight":1,"calibration":-9007199254740993}]`, "2^53"},
		{"counts that are too large together", `[{"rep":"a","weight":1,"assigned":9007199254740992},{"rep":"b","weight":1,"place":1,"calibration":-9007199254740992}]`, "counts"},
		{"a count that is too large for the weights", `[{"rep":"a","weight":1000000,"assigned":9223353590147},{"rep":"b","weight":1,"place":1}]`, "2^63"},
		{"an unknown field", `[{"rep":"a","weight":1,"rank":1}]`, "rank"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var line handoff.Line
			if err := line.UnmarshalJSON([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// TestLine_LargestNumbers reads what is just in range.
func TestLine_LargestNumbers(t *testing.T) {
	for _, text := range []string{
		`[{"rep":"a","weight":1000000,"assigned":9223353590146},{"rep":"b","weight":1,"place":1}]`,
		`[{"rep":"a","weight":1,"assigned":9007199254740990,"key":-9007199254740992}]`,
	} {
		var line handoff.Line
		if err := line.UnmarshalJSON([]byte(text)); err != nil {
			t.Errorf("%v in %s", err, text)
		}
	}
}

func FuzzLedger_Moves(f *testing.F) {
	f.Add([]byte{3, 1, 0, 1, 2, 5, 0})
	f.Add(slices.Repeat([]byte{7, 3}, 50))
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) == 0 {
			return
		}
		n := int(script[0])
		var members []handoff.Member
		for i := range n {
			members = append(members, handoff.Member{Rep: fmt.Sprint("r", i), Weight: 1, Place: int64(i)})
		}
		plain := plainLedger{members: slices.Clone(members), skips: map[[2]string]int64{}}
		var moves []handoff.Move
		for i := 1; i+1 < len(script); i += 2 {
			moves = append(moves, handoff.Move{Rep: fmt.Sprint("r", script[i]), Assigned: int64(script[i+1] % 2), Key: int64(script[i+1])})
		}
		pool := handoff.Pool{Members: handoff.NewLine(members...)}
		state := handoff.Apply(nil, []handoff.Effect{handoff.AdvancePool{Policy: policy, Pool: "p", Ledger: &pool, Moves: moves, At: now}})
		plain.move(now, moves)
		got := state[handoff.PoolKey(policy, "p")].Value.(handoff.Pool)
		if diff := plain.diff(got); diff != "" {
			t.Fatalf("-plain +got:\n%s", diff)
		}
		checkLine(t, got.Members, plain.members)
	})
}

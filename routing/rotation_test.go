package routing

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// A game plays the turns of a pool, and keeps its ledger as a host does.
type game struct {
	*Pool
	t      testing.TB
	ledger handoff.Pool
	at     time.Time
	zone   *calendar.Zone
	taken  map[string]int64 // turns by rep
}

// play begins a game of a rotation among members A, B, C, ... of the weights. change edits the pool before.
func play(t testing.TB, r Rotation, weights []int64, change ...func(*Pool)) *game {
	t.Helper()
	p := &Pool{Policy: "acme", ID: "team", Rotation: r, WhenEmpty: EmptyNext}
	for i, w := range weights {
		p.Members = append(p.Members, Member{Rep: letter(i), Weight: w})
	}
	for _, c := range change {
		c(p)
	}
	g := &game{Pool: p, t: t, at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), taken: map[string]int64{}}
	g.ready(p)
	return g
}

func letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return fmt.Sprint("r", i)
}

// ready goes on with another version of the pool.
func (g *game) ready(p *Pool) {
	g.t.Helper()
	if err := p.prepare(); err != nil {
		g.t.Fatal(err)
	}
	g.Pool = p
}

// out says why members cannot take a turn: by a letter each, and after it the first letter of the reason, a for away (no
// letter means that, too), n for a record that is not for the member, c for a cap.
func out(text string) map[string]string {
	why := map[byte]string{'a': Away, 'n': NotForRecord, 'c': Capped, 'o': OutOfOffice, 'l': Left}
	reasons := map[string]string{}
	for i := range len(text) {
		if text[i] < 'a' {
			reasons[text[i:i+1]] = Away
		} else {
			reasons[text[i-1:i]] = why[text[i]]
		}
	}
	return reasons
}

// turn plays one turn and returns who got it, "-" for nobody.
func (g *game) turn(reasons map[string]string) string {
	g.t.Helper()
	f := facts{Facts: &handoff.Facts{At: g.at, Zone: g.zone}}
	s := &search{Pool: g.Pool, f: f, seen: map[string]verdict{}}
	s.ledger, s.anew = g.current(f, g.ledger)
	for _, m := range g.Members {
		s.seen[m.Rep] = verdict{code: reasons[m.Rep]}
	}
	c := s.pick(s.judge)
	if !c.found {
		return "-"
	}
	turn := g.Pool.turn(f, s.ledger, s.anew, c)
	turn.At = g.at
	g.apply(*turn)
	g.taken[c.member.Rep]++
	return c.member.Rep
}

// apply changes the ledger, and checks what holds of every ledger.
func (g *game) apply(effect handoff.Effect) {
	g.t.Helper()
	key := handoff.PoolKey(g.Policy, g.ledgerID(facts{}))
	g.ledger = handoff.Apply(handoff.State{key: {Version: 1, Value: g.ledger}}, []handoff.Effect{effect})[key].Value.(handoff.Pool)
	var count int64
	for m := range g.ledger.Members.All() {
		count += m.Count()
		if key := g.key(m); key != m.Key && g.rotation() != LeastRecent {
			g.t.Fatalf("the key of %+v is not %d", m, key)
		}
		if m.Offered != m.Skipped+m.Assigned {
			g.t.Fatalf("offered is not skipped and assigned: %+v", m)
		}
		var skips int64
		for _, s := range g.ledger.Skips {
			if s.Rep == m.Rep {
				skips += s.Turns
			}
		}
		if skips != m.Skipped {
			g.t.Fatalf("the skips by reason do not add up: %+v, %+v", m, g.ledger.Skips)
		}
	}
	if count != g.ledger.Count {
		g.t.Fatalf("the counts add up to %d, not %d", count, g.ledger.Count)
	}
}

// turns plays n turns with the same members out, and returns who got them.
func (g *game) turns(n int, away string) string {
	g.t.Helper()
	var got strings.Builder
	for range n {
		got.WriteString(g.turn(out(away)))
	}
	return got.String()
}

// count returns the turns that a member took or lost, as far as they rank.
func (g *game) count(rep string) int64 {
	m, _ := g.ledger.Members.Find(rep)
	return m.Count()
}

func randomWeights(rng *rand.Rand, most int) []int64 {
	weights := make([]int64, 1+rng.IntN(most))
	few := int64(1 + rng.IntN(3)) // at times members share weights
	for i := range weights {
		if weights[i] = 1 + rng.Int64N(MaxWeight); rng.IntN(2) == 0 {
			weights[i] = 1 + rng.Int64N(few)
		}
	}
	return weights
}

// anyOut takes each member but the first out, of ten turns in as many as rate says, for one of the reasons.
func (g *game) anyOut(rng *rand.Rand, rate int, reasons ...string) map[string]string {
	out := map[string]string{}
	for _, m := range g.Members[1:] {
		if rng.IntN(10) < rate {
			out[m.Rep] = reasons[rng.IntN(len(reasons))]
		}
	}
	return out
}

func even(n int) []int64 { return slices.Repeat([]int64{1}, n) }

func TestRotations_Sequences(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		rotation     Rotation
		weights      []int64
		want         string
	}{
		{"weighted, equal", "turns go round in the order of the list", Weighted, []int64{1, 1, 1}, "ABCABCA"},
		{"weighted, relative", "a whole cycle gives 4, 4 and 2", Weighted, []int64{100, 100, 50}, "ABCABABCAB"},
		{"weighted, smaller numbers", "only the ratio counts", Weighted, []int64{2, 2, 1}, "ABCABABCAB"},
		{"weighted, a heavy member", "the earliest due goes first, and nobody is a whole turn ahead", Weighted, []int64{5, 1, 1}, "AAABACA"},
		{"weighted, uneven", "due slots are rounded up: nobody is hurried", Weighted, []int64{1, 2, 5}, "CBCCCABCCBCC"},
		{"weighted, one member", "it takes every turn", Weighted, []int64{3}, "AAAA"},
		{"smooth, a heavy member", "the example that nginx is known for", Smooth, []int64{5, 1, 1}, "AABACAAAABACAA"},
		{"smooth, a tie", "of equal weights the first of the list", Smooth, []int64{3, 1}, "AABAAABA"},
		{"fixed", "weights are not looked at", Fixed, []int64{9, 1, 1}, "ABCABCA"},
		{"least recent", "weights are not looked at", LeastRecent, []int64{9, 1, 1}, "ABCABCA"},
		{"lowest count", "twice the weight is half the count for it", LowestCount, []int64{2, 1}, "ABABAABAA"},
		{"first", "the others are backups", First, []int64{1, 1}, "AAAA"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := play(t, tt.rotation, tt.weights).turns(len(tt.want), ""); got != tt.want {
				t.Errorf("turns %s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// TestLaw09_EveryRotationHoldsItsBound runs the test of what each rotation promises. A rotation without one fails.
func TestLaw09_EveryRotationHoldsItsBound(t *testing.T) {
	bounds := map[Rotation]func(*testing.T){
		Weighted: weightedBound, Smooth: smoothBound, Fixed: fixedBound, LeastRecent: leastRecentBound, LowestCount: lowestCountBound,
		First: firstBound, Hash: hashBound, Load: loadBound, LeastOpen: leastOpenBound,
	}
	for _, spec := range Specs() {
		t.Run(spec.String(), bounds[spec.Rotation])
	}
}

// offBy returns how many turns a member is off its ideal share, as turns times the total weight.
func (g *game) offBy(m Member) int64 { return g.count(m.Rep)*g.total - g.ledger.Count*m.Weight }

// weightedBound holds |count - n*w/W| < 1 at every prefix, in integers, for turns taken and lost together.
func weightedBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range 120 {
		g, absence := play(t, Weighted, randomWeights(rng, 9)), rng.IntN(4)
		for range 150 {
			g.turn(g.anyOut(rng, absence, Away, Capped))
			for _, m := range g.Members {
				if off := g.offBy(m); off <= -g.total || off >= g.total {
					t.Fatalf("trial %d, %v: %s is %d/%d turns off its share", trial, g.Members, m.Rep, off, g.total)
				}
			}
		}
	}
}

// smoothBound holds that nobody is a full turn ahead. A full turn behind there is: see TestSmooth_Lags.
func smoothBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for trial := range 120 {
		g, absence := play(t, Smooth, randomWeights(rng, 9)), rng.IntN(4)
		for range 150 {
			g.turn(g.anyOut(rng, absence, Away, Capped))
			for _, m := range g.Members {
				if off := g.offBy(m); off >= g.total {
					t.Fatalf("trial %d, %v: %s is %d/%d turns ahead", trial, g.Members, m.Rep, off, g.total)
				}
			}
		}
	}
}

// spread fails where the counts of two members differ by more than one.
func (g *game) spread(members []Member, count func(rep string) int64) {
	g.t.Helper()
	least, most := count(members[0].Rep), count(members[0].Rep)
	for _, m := range members {
		least, most = min(least, count(m.Rep)), max(most, count(m.Rep))
	}
	if most-least > 1 {
		g.t.Fatalf("counts differ by %d: %+v", most-least, slices.Collect(g.ledger.Members.All()))
	}
}

func (g *game) given(rep string) int64 { return g.taken[rep] }

func fixedBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		all, lossy := play(t, Fixed, even(1+rng.IntN(12))), play(t, Fixed, even(1+rng.IntN(12)))
		for turn := range 100 {
			if got, want := all.turn(nil), letter(turn%len(all.Members)); got != want {
				t.Fatalf("turn %d is of %s, want %s: round and round", turn, got, want)
			}
			all.spread(all.Members, all.given)
			lossy.turn(lossy.anyOut(rng, 3, Away))
			lossy.spread(lossy.Members, lossy.count)
		}
	}
}

func leastRecentBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 60 {
		all, lossy := play(t, LeastRecent, even(1+rng.IntN(12))), play(t, LeastRecent, even(1+rng.IntN(12)), onReturn(ReturnLost))
		keeping := play(t, LeastRecent, even(6))
		for range 100 {
			all.turn(nil)
			all.spread(all.Members, all.given)
			lossy.turn(lossy.anyOut(rng, 3, Away))
			lossy.spread(lossy.Members, lossy.count)
			keeping.turn(map[string]string{[]string{"A", "B", ""}[rng.IntN(3)]: Away})
			keeping.spread(keeping.Members[2:], keeping.given) // among those who are always there
		}
	}
}

// lowestCountBound holds that a member that was given a handoff had the least for its weight before: in integers, for all
// a and b, count(a)*w(b) - count(b)*w(a) <= w(b).
func lowestCountBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	check := func(g *game, members []Member) {
		t.Helper()
		for _, a := range members {
			for _, b := range members {
				if g.count(a.Rep)*b.Weight-g.count(b.Rep)*a.Weight > b.Weight {
					t.Fatalf("%s is more than a handoff ahead of %s: %+v", a.Rep, b.Rep, slices.Collect(g.ledger.Members.All()))
				}
			}
		}
	}
	for range 40 {
		all, lossy := play(t, LowestCount, randomWeights(rng, 9)), play(t, LowestCount, randomWeights(rng, 9), onReturn(ReturnLost))
		keeping := play(t, LowestCount, []int64{3, 1, 2, 5, 1}, onReturn(ReturnKeep))
		for range 100 {
			all.turn(nil)
			check(all, all.Members)
			lossy.turn(lossy.anyOut(rng, 3, Away))
			check(lossy, lossy.Members)
			keeping.turn(map[string]string{[]string{"A", "B", ""}[rng.IntN(3)]: Away})
			check(keeping, keeping.Members[2:])
		}
	}
}

func firstBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	g := play(t, First, even(6))
	for range 200 {
		away := g.anyOut(rng, 5, Away)
		if rng.IntN(2) == 0 {
			away["A"] = Away
		}
		i := slices.IndexFunc(g.Members, func(m Member) bool { return away[m.Rep] == "" })
		if got := g.turn(away); i >= 0 && got != letter(i) || i < 0 && got != "-" {
			t.Fatalf("%s takes it, want index %d; out are %v", got, i, away)
		}
	}
}

// A plain rotation scans all members at every slot, as byDeadline would be written without lanes.
type plain struct {
	members []handoff.Member
	smooth  bool
	turns   int64
}

// turn returns who takes a turn. Those with a reason lose theirs, or keep it where they are unsuited.
func (p *plain) turn(reasons map[string]string) string {
	var total, slot int64
	for _, m := range p.members {
		total += m.Weight
		slot += m.Count()
	}
	rank := func(m handoff.Member) []int64 {
		k, w := m.Count(), m.Weight
		if p.smooth {
			return []int64{k*total - (slot+1)*w, m.Place}
		}
		return []int64{max(0, k*total/w-slot), ((k+1)*total + w - 1) / w, m.Last, m.Place}
	}
	for ; ; slot++ {
		var best *handoff.Member
		for i := range p.members {
			m := &p.members[i]
			if v := (verdict{code: reasons[m.Rep]}); !v.unsuited() && (best == nil || slices.Compare(rank(*m), rank(*best)) < 0) {
				best = m
			}
		}
		switch {
		case best == nil:
			return "-"
		case reasons[best.Rep] != "":
			best.Calibration++
		default:
			p.turns++
			best.Assigned, best.Last = best.Assigned+1, p.turns
			return best.Rep
		}
	}
}

// TestLaw09_LanesAgreeWithScan compares weighted and smooth with the scan of all members: the same sequence and the same
// turns lost, also where records are not for everybody.
func TestLaw09_LanesAgreeWithScan(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for trial := range 300 {
		rotation := []Rotation{Weighted, Smooth}[trial%2]
		g, scan := play(t, rotation, randomWeights(rng, 12)), plain{smooth: trial%2 == 1}
		for i, m := range g.Members {
			scan.members = append(scan.members, m.unranked(i))
		}
		rate := rng.IntN(8)
		reasons := [][]string{{Away}, {Away, Capped, NotForRecord}, {NotForRecord}}[rng.IntN(3)]
		for turn := range 120 {
			out := g.anyOut(rng, rate, reasons...)
			if got, want := g.turn(out), scan.turn(out); got != want {
				t.Fatalf("trial %d, %s, turn %d of %v: %s takes it, want %s; out are %v", trial, rotation, turn, g.Members, got, want, out)
			}
			for _, m := range scan.members {
				if g.count(m.Rep) != m.Count() {
					t.Fatalf("trial %d, %s, turn %d: %s has %d turns, want %d", trial, rotation, turn, m.Rep, g.count(m.Rep), m.Count())
				}
			}
		}
	}
}

// TestSmooth_IsNginx compares smooth with what nginx does: every weight is added to its current one, the largest current
// one wins, the first of the list of equal ones, and pays the total.
func TestSmooth_IsNginx(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	for trial := range 100 {
		g := play(t, Smooth, randomWeights(rng, 9))
		current := make([]int64, len(g.Members))
		for turn := range 150 {
			best := 0
			for i, m := range g.Members {
				if current[i] += m.Weight; current[i] > current[best] {
					best = i
				}
			}
			current[best] -= g.total
			if got, want := g.turn(nil), g.Members[best].Rep; got != want {
				t.Fatalf("trial %d, turn %d of %v: %s, nginx has %s", trial, turn, g.Members, got, want)
			}
		}
	}
}

// TestSmooth_Lags holds that smooth has no bound of one turn behind, and weighted has.
func TestSmooth_Lags(t *testing.T) {
	worst := func(r Rotation) *big.Rat {
		g, lag := play(t, r, []int64{1, 1, 3, 14, 14}), new(big.Rat)
		for range g.total {
			g.turn(nil)
			for _, m := range g.Members {
				if behind := big.NewRat(-g.offBy(m), g.total); behind.Cmp(lag) > 0 {
					lag = behind
				}
			}
		}
		return lag
	}
	if got := worst(Smooth).String(); got != "35/33" {
		t.Errorf("smooth lags %s turns, want 35/33, which is 1.06", got)
	}
	if got := worst(Weighted); got.Cmp(big.NewRat(1, 1)) >= 0 {
		t.Errorf("weighted lags %s turns, want less than one", got)
	}
}

func TestOnlyTheRatioOfWeightsCounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	for trial := range 150 {
		r := []Rotation{Weighted, Smooth, LowestCount}[trial%3]
		light := make([]int64, 1+rng.IntN(8))
		for i := range light {
			light[i] = 1 + rng.Int64N(20)
		}
		heavy := slices.Clone(light)
		for i, factor := 0, 2+rng.Int64N(4); i < len(heavy); i++ {
			heavy[i] *= factor
		}
		if trial < 3 {
			light, heavy = []int64{50, 50, 25}, []int64{100, 100, 50}
		}
		a, b := play(t, r, light), play(t, r, heavy)
		for turn := range 100 {
			out := a.anyOut(rng, 2, Away, NotForRecord)
			if x, y := a.turn(out), b.turn(out); x != y {
				t.Fatalf("%s, turn %d: %v have %s, %v have %s", r, turn, light, x, heavy, y)
			}
		}
	}
}

// TestLedgerGoesThroughJSON holds that what is stored gives the next turn, whatever the order in which members stand.
func TestLedgerGoesThroughJSON(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	for _, spec := range Specs() {
		for _, returns := range spec.Returns {
			if spec.Rotation == Hash {
				continue // it stores nothing
			}
			set := func(p *Pool) { p.OnReturn = returns }
			weights := randomWeights(rng, 8)
			kept, stored := play(t, spec.Rotation, weights, set), play(t, spec.Rotation, weights, set)
			for turn := range 60 {
				out := kept.anyOut(rng, 3, Away, Capped, NotForRecord)
				stored.ledger = reread(t, rng, stored.ledger)
				if got, want := stored.turn(out), kept.turn(out); got != want {
					t.Fatalf("%s, %s, turn %d: %s, without JSON %s", spec, returns, turn, got, want)
				}
			}
		}
	}
}

// reread returns a ledger as read from its JSON, in which the members stand in any order.
func reread(t *testing.T, rng *rand.Rand, ledger handoff.Pool) handoff.Pool {
	t.Helper()
	text, err := json.Marshal(ledger)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	var members []json.RawMessage
	if err := cmp.Or(json.Unmarshal(text, &fields), json.Unmarshal(fields["members"], &members)); err != nil {
		t.Fatal(err)
	}
	rng.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	if fields["members"], err = json.Marshal(members); err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(fields); err != nil {
		t.Fatal(err)
	}
	var back handoff.Pool
	if err := handoff.DecodeStrict(text, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// TestLedgerOfAnotherVersionStartsAnew holds that keys of another algorithm, or of another version, rank nobody.
func TestLedgerOfAnotherVersionStartsAnew(t *testing.T) {
	for _, spec := range Specs() {
		if spec.Rotation == Hash {
			continue
		}
		for _, rotation := range []string{"weighted/0", "lowest_count/99", ""} {
			g := play(t, spec.Rotation, even(3))
			want := play(t, spec.Rotation, even(3)).turns(6, "")
			g.turn(nil)
			ledger := g.ledger
			members := slices.Collect(ledger.Members.All())
			for i := range members {
				members[i].Key, members[i].Last, members[i].Away = int64(99-i), 0, true
			}
			ledger.Rotation, ledger.Members = rotation, handoff.NewLine(members...)
			g.ledger = ledger
			if got := g.turns(6, ""); got != want {
				t.Errorf("%s after %q: turns %s, want %s", spec, rotation, got, want)
			}
			if m, _ := g.ledger.Members.Find("A"); m.Assigned == g.count("A") && spec.Rotation != First {
				t.Errorf("%s after %q: the handoff of before stays known and does not rank: %+v", spec, rotation, m)
			}
		}
	}
}

// TestBrokenLedgerStartsAnew holds that a ledger to which no sequence of turns leads hangs nothing.
func TestBrokenLedgerStartsAnew(t *testing.T) {
	for _, r := range []Rotation{Weighted, Smooth} {
		g := play(t, r, []int64{1, 2, 2})
		g.turn(nil)
		members := slices.Collect(g.ledger.Members.All())
		for i := range members {
			if m := &members[i]; m.Rep == "B" {
				m.Calibration, m.Key = 1<<40, m.Key+1<<40
			}
		}
		g.ledger.Members = handoff.NewLine(members...)
		if got := g.turn(out("AC")); got != "B" {
			t.Errorf("%s: %s takes it, want B, who alone can", r, got)
		}
	}
}

// TestLedgerOfOthersStartsAnew holds that a ledger which does not list the peers is not gone on with.
func TestLedgerOfOthersStartsAnew(t *testing.T) {
	g := play(t, LowestCount, even(3))
	g.turn(nil)
	g.ledger.Members = handoff.NewLine(slices.Collect(g.ledger.Members.All())[:1]...)
	g.ledger.Count = 0
	if g.turn(nil); g.ledger.Members.Len() != 3 {
		t.Errorf("the ledger lists %d of 3 members", g.ledger.Members.Len())
	}
}

// TestSpecs holds that what Specs lists is what a pool accepts, and that every word is listed somewhere.
func TestSpecs(t *testing.T) {
	returns, joins := map[OnReturn]bool{}, map[OnJoin]bool{}
	for _, spec := range Specs() {
		if got, ok := SpecOf(spec.Rotation); !ok || got.String() != fmt.Sprintf("%s/%d", spec.Rotation, spec.Version) {
			t.Errorf("SpecOf(%s) is %v, %t", spec.Rotation, got, ok)
		}
		if spec.Ranks == "" || spec.State == "" || spec.Bound == "" || spec.Shipped == "" {
			t.Errorf("%s says too little: %+v", spec.Rotation, spec)
		}
		for _, r := range []OnReturn{ReturnKeep, ReturnLost, ReturnCredit, ReturnAverage, ReturnZero} {
			p := play(t, spec.Rotation, even(2)).Pool
			p.OnReturn = r
			if listed := slices.Contains(spec.Returns, r); (p.prepare() == nil) != listed {
				t.Errorf("%s accepts on_return %s although listed is %t", spec.Rotation, r, listed)
			}
			returns[r] = returns[r] || slices.Contains(spec.Returns, r)
		}
		for _, j := range []OnJoin{JoinPlace, JoinFirst, JoinLast, JoinAverage, JoinZero} {
			p := play(t, spec.Rotation, even(2)).Pool
			p.OnJoin = j
			if listed := slices.Contains(spec.Joins, j); (p.prepare() == nil) != listed {
				t.Errorf("%s accepts on_join %s although listed is %t", spec.Rotation, j, listed)
			}
			joins[j] = joins[j] || slices.Contains(spec.Joins, j)
		}
	}
	for r, listed := range returns {
		if !listed {
			t.Errorf("no rotation has on_return %s", r)
		}
	}
	for j, listed := range joins {
		if !listed {
			t.Errorf("no rotation has on_join %s", j)
		}
	}
}

// hashBound holds that a key stays with its member while that one can take it, and that who is out moves no other keys.
func hashBound(t *testing.T) {
	p := play(t, Hash, []int64{2, 1, 1, 4}, func(p *Pool) { p.HashBy = StickLead }).Pool
	owner := func(lead string, reasons map[string]string) string {
		f := facts{Facts: &handoff.Facts{Subject: handoff.Ref{Kind: handoff.KindLead, ID: lead}}}
		var c choice
		p.byHash(f, func(rep string) verdict { return verdict{code: reasons[rep]} }, &c)
		return c.member.Rep
	}
	shares := map[string]int{}
	for i := range 8000 {
		lead := fmt.Sprint("L", i)
		first := owner(lead, nil)
		shares[first]++
		for _, m := range p.Members {
			next := owner(lead, map[string]string{m.Rep: Away})
			if m.Rep == first && next == first || m.Rep != first && next != first {
				t.Fatalf("%s of %s has %s while %s is out", lead, first, next, m.Rep)
			}
		}
	}
	for i, want := range []int{2000, 1000, 1000, 4000} {
		if got := shares[letter(i)]; got < want*9/10 || got > want*11/10 {
			t.Errorf("%s has %d of 8000 keys, want about %d", letter(i), got, want)
		}
	}
}

// loadBound and leastOpenBound hold what they say for random loads and capacities.
func loadBound(t *testing.T) {
	leastBound(t, Load, func(l, capacity int64) int64 { return l - capacity })
}

func leastOpenBound(t *testing.T) {
	leastBound(t, LeastOpen, func(l, _ int64) int64 { return l })
}

func leastBound(t *testing.T, r Rotation, rank func(load, capacity int64) int64) {
	rng := rand.New(rand.NewPCG(21, 22))
	p := play(t, r, even(6)).Pool
	for range 500 {
		var members []handoff.Member
		ranks, away := map[string]int64{}, map[string]string{}
		for i, m := range p.Members {
			members = append(members, handoff.Member{Rep: m.Rep, Weight: 1, Place: int64(i), Key: int64(i), Last: rng.Int64N(3)})
			ranks[m.Rep] = rank(rng.Int64N(3), rng.Int64N(3))
			if rng.IntN(4) == 0 {
				away[m.Rep] = Away
			}
		}
		ledger := handoff.Pool{Members: handoff.NewLine(members...)}
		var c choice
		p.byLoad(&ledger, func(rep string) verdict { return verdict{code: away[rep]} }, func(rep string) int64 { return ranks[rep] }, &c)
		if c.found != (len(away) < 6) {
			t.Fatalf("found is %t with %v away", c.found, away)
		}
		for _, m := range members {
			if away[m.Rep] == "" && slices.Compare([]int64{ranks[m.Rep], m.Last, m.Place}, []int64{ranks[c.member.Rep], c.member.Last, c.member.Place}) < 0 {
				t.Fatalf("%v comes before %v: %v", m, c.member, ranks)
			}
		}
	}
}

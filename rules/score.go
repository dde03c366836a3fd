package rules

import (
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A pointsRow adds points where its condition is true.
type pointsRow struct {
	points int64
	when   handoff.Condition
}

// A points is a base with what adds to it. It implements handoff.Score.
type points struct {
	base     int64
	rows     []pointsRow
	events   []eventPoints
	halfLife time.Duration // 0: an event keeps its points
	atMost   int64         // 0: no cap
}

// An eventPoints is what each event of a kind adds.
type eventPoints struct {
	kind   string
	points int64
	atMost int64 // of all events of the kind together; 0: no cap
}

// Points returns the sum; a score that counts events is unknown where the host did not look for them. A row whose
// condition is unknown adds nothing; of an event's points, what is less than a whole point counts with those of the
// other events.
func (s *points) Points(f *handoff.Facts) handoff.Opt[int64] {
	if len(s.events) > 0 && !f.EventsKnown {
		return handoff.Opt[int64]{}
	}
	sum := s.base
	for _, r := range s.rows {
		if r.when.Eval(f) == handoff.True {
			sum += r.points
		}
	}
	milli := int64(0)
	for _, e := range s.events {
		milli += e.milli(f, s.halfLife)
	}
	sum += floor(milli, 1000)
	if s.atMost > 0 {
		sum = min(sum, s.atMost)
	}
	return handoff.Some(sum)
}

// floor is a div b, rounded down.
func floor(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// milli returns what the events of a kind add, in thousandths of a point.
func (e eventPoints) milli(f *handoff.Facts, halfLife time.Duration) int64 {
	sum := int64(0)
	for i := range f.Events {
		if event := &f.Events[i]; event.Kind == e.kind && !event.At.After(f.At) {
			sum += decayed(e.points, f.At.Sub(event.At), halfLife)
		}
	}
	if e.atMost > 0 {
		sum = min(sum, e.atMost*1000)
	}
	return sum
}

// decayed returns points in thousandths after an age, exactly: no float takes part, so that every machine agrees. With q
// half-lives and r seconds of the next one gone, the points are halved q times and scaled by a table of 2^(-r/halfLife)
// in steps of 1/256.
func decayed(points int64, age, halfLife time.Duration) int64 {
	h := int64(halfLife / time.Second)
	if h == 0 {
		return points * 1000
	}
	a := max(0, int64(age/time.Second))
	q, r := a/h, a%h
	if q > maxHalvings {
		return 0
	}
	magnitude := (max(points, -points) * 1000 * halving[r*256/h]) >> (16 + q)
	if points < 0 {
		return -magnitude
	}
	return magnitude
}

// maxHalvings is after how many half-lives nothing is left of an event.
const maxHalvings = 40

// halving[i] is round(65536 * 2^(-i/256)).
var halving = [256]int64{
	65536, 65359, 65182, 65006, 64830, 64655, 64480, 64306, 64132, 63958, 63785, 63613, 63441, 63269, 63098, 62928,
	62757, 62588, 62419, 62250, 62081, 61914, 61746, 61579, 61413, 61247, 61081, 60916, 60751, 60587, 60423, 60260,
	60097, 59934, 59772, 59611, 59449, 59289, 59128, 58968, 58809, 58650, 58491, 58333, 58176, 58018, 57861, 57705,
	57549, 57393, 57238, 57083, 56929, 56775, 56622, 56468, 56316, 56163, 56012, 55860, 55709, 55558, 55408, 55258,
	55109, 54960, 54811, 54663, 54515, 54368, 54221, 54074, 53928, 53782, 53637, 53492, 53347, 53203, 53059, 52916,
	52773, 52630, 52488, 52346, 52204, 52063, 51922, 51782, 51642, 51502, 51363, 51224, 51085, 50947, 50810, 50672,
	50535, 50399, 50262, 50126, 49991, 49856, 49721, 49586, 49452, 49319, 49185, 49052, 48920, 48787, 48655, 48524,
	48393, 48262, 48131, 48001, 47871, 47742, 47613, 47484, 47356, 47228, 47100, 46973, 46846, 46719, 46593, 46467,
	46341, 46216, 46091, 45966, 45842, 45718, 45594, 45471, 45348, 45225, 45103, 44981, 44859, 44738, 44617, 44497,
	44376, 44256, 44137, 44017, 43898, 43780, 43661, 43543, 43425, 43308, 43191, 43074, 42958, 42841, 42726, 42610,
	42495, 42380, 42265, 42151, 42037, 41923, 41810, 41697, 41584, 41472, 41360, 41248, 41136, 41025, 40914, 40804,
	40693, 40583, 40473, 40364, 40255, 40146, 40037, 39929, 39821, 39714, 39606, 39499, 39392, 39286, 39180, 39074,
	38968, 38863, 38757, 38653, 38548, 38444, 38340, 38236, 38133, 38030, 37927, 37824, 37722, 37620, 37518, 37417,
	37316, 37215, 37114, 37014, 36914, 36814, 36715, 36615, 36516, 36417, 36319, 36221, 36123, 36025, 35928, 35831,
	35734, 35637, 35541, 35445, 35349, 35253, 35158, 35063, 34968, 34874, 34779, 34685, 34591, 34498, 34405, 34312,
	34219, 34126, 34034, 33942, 33850, 33759, 33667, 33576, 33486, 33395, 33305, 33215, 33125, 33035, 32946, 32857,
}

func (p *policy) readRows(list source.Node) []pointsRow {
	var rows []pointsRow
	for _, n := range list.List() {
		m := n.Map()
		row := pointsRow{m.Get("points").Int(), p.condition(m.Get("when"))}
		if row.when != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

func (p *policy) readScores(section source.Node) {
	for _, e := range section.Entries() {
		name := e.Key.Name()
		if name == "" {
			continue
		}
		score := &points{}
		if e.Value.IsMap() {
			score = p.readScore(e.Value)
		} else {
			score.rows = p.readRows(e.Value)
		}
		p.catalog["score."+name] = scoreField(len(p.config.Scores), len(score.events) > 0)
		p.config.Scores = append(p.config.Scores, handoff.ScoreRule{ID: name, Score: score})
	}
}

func (p *policy) readScore(n source.Node) *points {
	m := n.Map()
	s := &points{rows: p.readRows(m.Get("rows")), atMost: m.Get("at_most").Int()}
	halfLife := m.Get("half_life")
	s.halfLife = readSpan(halfLife, false).elapsed()
	for _, e := range m.Get("events").Entries() {
		event := eventPoints{kind: e.Key.ID()}
		if e.Value.IsMap() {
			em := e.Value.Map()
			event.points, event.atMost = em.Get("points").Int(), em.Get("at_most").Int()
		} else {
			event.points = e.Value.Int()
		}
		if event.atMost > 0 && event.points <= 0 {
			e.Value.Errorf(source.NoEffect, "at_most has no effect on points that are not positive")
		}
		s.events = append(s.events, event)
	}
	switch {
	case len(s.rows) == 0 && len(s.events) == 0 && !m.Get("rows").Exists():
		n.Errorf(source.MissingKey, "a score needs rows: or events:")
	case halfLife.Exists() && len(s.events) == 0:
		halfLife.Errorf(source.NoEffect, "half_life has no effect without events:")
	}
	p.cost.add(n, int64(len(s.events))*eventsCost)
	return s
}

// priority reads an integer, or a base with rows.
func (p *policy) priority(n source.Node) handoff.Score {
	if !n.Exists() {
		return nil
	}
	if !n.IsMap() {
		return &points{base: n.Int()}
	}
	m := n.Map()
	return &points{base: m.Get("base").Int(), rows: p.readRows(m.Get("add"))}
}

// A textSet is a list of the policy: its items in order, and, where there are many, for looking them up.
type textSet struct {
	items []string
	has   map[string]bool
}

// fewItems are compared one after the other, which is faster than a map.
const fewItems = 8

func newTextSet(items []string) *textSet {
	s := &textSet{items: items}
	if len(items) <= fewItems {
		return s
	}
	s.has = make(map[string]bool, len(items))
	for _, item := range items {
		s.has[item] = true
	}
	return s
}

// value returns the list as conditions read it.
func (s *textSet) value() value {
	return value{
		kind: texts,
		set:  s,
		list: func(*handoff.Facts) ([]string, bool) { return s.items, true },
		has:  func(_ *handoff.Facts, x string) (bool, bool) { return s.contains(x), true },
	}
}

func (s *textSet) contains(x string) bool {
	if s.has == nil {
		return slices.Contains(s.items, x)
	}
	return s.has[x]
}

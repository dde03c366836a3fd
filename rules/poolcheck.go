package rules

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/source"
)

// checkKeys reports the keys of a pool that do not go together, or that change nothing, each at its place.
func checkKeys(pool *routing.Pool, m source.Keyed) {
	spec, known := routing.SpecOf(cmp.Or(pool.Rotation, routing.Weighted))
	if !known || misread(m.Get("rotation"), pool.Rotation) || misread(m.Get("mode"), pool.Mode) || misread(m.Get("scope"), pool.Scope) {
		return
	}
	checkWord(m.Get("on_return"), pool.OnReturn, spec, func(s routing.Spec) []routing.OnReturn { return s.Returns })
	checkWord(m.Get("on_join"), pool.OnJoin, spec, func(s routing.Spec) []routing.OnJoin { return s.Joins })
	for _, k := range needless(pool, spec) {
		m.Get(k.key).Errorf(source.NoEffect, "%s", k.why)
	}
	checkCredit(pool, m, spec)
	checkMembers(pool, m, spec)
	checkMode(pool, m)
	checkScope(pool, m, spec)
}

// misread reports whether a word is not one of those that are known, which is reported: what goes with it is not known.
func misread[T ~string](n source.Node, word T) bool { return n.Exists() && word == "" }

// checkWord reports a word that the rotation lacks and another one has.
func checkWord[T ~string](n source.Node, word T, spec routing.Spec, of func(routing.Spec) []T) {
	elsewhere := func(s routing.Spec) bool { return slices.Contains(of(s), word) }
	if !elsewhere(spec) && slices.ContainsFunc(routing.Specs(), elsewhere) {
		n.Errorf(source.BadMix, "rotation %s has no %s here; known are %s", spec.Rotation, word, listed(asTexts(of(spec))))
	}
}

// asTexts returns words as texts.
func asTexts[T ~string](words []T) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}

// A needlessKey is a key that changes nothing where it stands.
type needlessKey struct{ key, why string }

// needless returns the keys that a pool, as it is otherwise, does not look at.
func needless(pool *routing.Pool, spec routing.Spec) []needlessKey {
	var out []needlessKey
	add := func(idle bool, key, format string, args ...any) {
		if idle {
			out = append(out, needlessKey{key, fmt.Sprintf(format, args...)})
		}
	}
	hash, balanced := spec.Rotation == routing.Hash, pool.Mode == routing.Balanced
	turnless := hash || spec.Rotation == routing.First && !balanced
	add(!balanced, "max_lead", "only mode: %s looks at it; write that, or leave it out", routing.Balanced)
	add(balanced && hash, "mode", "rotation %s counts no handoffs, so that nobody is ever ahead; leave it out", routing.Hash)
	add(pool.Scope != routing.ScopeTeam, "team", "only scope: %s looks at it; write that, or leave it out", routing.ScopeTeam)
	add(turnless && pool.Scope != routing.ScopeTeam, "scope", "rotation %s goes by no turns, so that there are none to share; leave it out", spec.Rotation)
	add(spec.Rotation != routing.LowestCount, "reset", "only rotation %s goes by counts that can begin anew; write that, or leave it out", routing.LowestCount)
	add(!hash, "hash_by", "only rotation %s looks at it; write that, or leave it out", routing.Hash)
	add(!spec.Priority, "priority", "rotation %s does not look at priorities; write %s or %s, or leave it out", spec.Rotation, routing.LeastRecent, routing.LowestCount)
	add(turnless, "charge", "rotation %s goes by no turns, so that one more changes nothing; leave it out", spec.Rotation)
	add(turnless && pool.Cover == routing.CoverCharge, "cover", "rotation %s goes by no turns, so that it does not matter whose it is; write %s", spec.Rotation, routing.CoverOwner)
	add(hash, "given_back", "rotation %s goes by no turns, so that there are none to give back; leave it out", spec.Rotation)
	return out
}

// checkCredit reports turns that are given back to no effect, and bounds of credit where nobody is owed any.
func checkCredit(pool *routing.Pool, m source.Keyed, spec routing.Spec) {
	earned := pool.OnReturn == routing.ReturnCredit
	back := m.Get("given_back").Map()
	for _, key := range []string{"declined", "no_show", "reassigned"} {
		n := back.Get(key)
		switch how := routing.GivenBack(n.Raw()); {
		case spec.Rotation == routing.Hash: // which is reported
		case how == routing.BackCount && !byCount(pool, spec):
			n.Errorf(source.NoEffect, "rotation %s does not go by how many turns one had; write %s, or leave it out", spec.Rotation, routing.BackCredit)
		case how == routing.BackCredit && (spec.Rotation == routing.Load || spec.Rotation == routing.LeastOpen):
			n.Errorf(source.NoEffect, "rotation %s goes by open work, so that nobody comes first for a turn that is owed; leave it out", spec.Rotation)
		}
		earned = earned || n.Raw() == string(routing.BackCredit)
	}
	if spec.Rotation == routing.First && !byCount(pool, spec) {
		back.Get("charge").Errorf(source.NoEffect, "rotation %s goes by no turns, so that one more changes nothing; leave it out", spec.Rotation)
	}
	switch credit := m.Get("credit"); {
	case !earned:
		credit.Errorf(source.NoEffect, "nobody is owed a turn; write on_return: %s or given_back: {declined: %s}, or leave out credit", routing.ReturnCredit, routing.BackCredit)
	case pool.OnReturn != routing.ReturnCredit:
		credit.Map().Get("not_for").Errorf(source.NoEffect, "only on_return: %s looks at it; write that, or leave it out", routing.ReturnCredit)
	default:
		checkReasons(pool, credit.Map().Get("not_for"), spec)
	}
}

// checkReasons reports reasons for which nobody in a pool misses a turn.
func checkReasons(pool *routing.Pool, notFor source.Node, spec routing.Spec) {
	for _, n := range notFor.List() {
		switch {
		case n.Raw() == routing.Capped && len(pool.Caps) == 0:
			n.Errorf(source.NoEffect, "the pool has no caps; leave it out")
		case n.Raw() == routing.NoCapacity && pool.Units == 0 && spec.Rotation != routing.Load:
			n.Errorf(source.NoEffect, "the pool does not look at capacity; say how many units a record is, or leave it out")
		}
	}
}

// byCount reports whether it matters how many turns a member had.
func byCount(pool *routing.Pool, spec routing.Spec) bool {
	return pool.Mode == routing.Balanced || slices.Contains([]routing.Rotation{routing.Weighted, routing.Smooth, routing.LowestCount}, spec.Rotation)
}

// checkMembers reports weights and priorities that the rotation does not look at.
func checkMembers(pool *routing.Pool, m source.Keyed, spec routing.Spec) {
	ties := spec.Rotation == routing.LowestCount
	for _, n := range m.Get("members").List() {
		if !n.IsMap() {
			continue
		}
		member := n.Map()
		if weight := member.Get("weight"); !spec.Weights && weight.Raw() != "1" {
			weight.Errorf(source.NoEffect, "rotation %s does not look at weights; use %s, or leave the weight out", spec.Rotation, routing.Weighted)
		}
		switch priority := member.Get("priority"); {
		case !spec.Priority:
			priority.Errorf(source.NoEffect, "rotation %s does not look at priorities; use %s, or leave the priority out", spec.Rotation, routing.LowestCount)
		case !ties && !pool.PriorityFirst:
			priority.Errorf(source.NoEffect, "rotation %s only looks at it where the pool says priority: first; write that, or leave it out", spec.Rotation)
		}
	}
	alike := func(a routing.Member) bool { return a.Priority == pool.Members[0].Priority }
	if spec.Priority && pool.PriorityFirst && len(pool.Members) > 0 && !slices.ContainsFunc(pool.Members, func(a routing.Member) bool { return !alike(a) }) {
		m.Get("priority").Errorf(source.NoEffect, "all members have the same priority; give some of them {rep: x, priority: n}, or leave it out")
	}
}

// checkMode reports a balanced pool that does not say when one is too far ahead.
func checkMode(pool *routing.Pool, m source.Keyed) {
	if pool.Mode == routing.Balanced && !m.Get("max_lead").Exists() {
		m.Get("mode").Errorf(source.MissingKey, "mode: %s needs max_lead: how many handoffs one may be ahead of the one with the fewest", routing.Balanced)
	}
	spec, _ := routing.SpecOf(cmp.Or(pool.Rotation, routing.Weighted))
	uneven := func(a routing.Member) bool { return a.Weight != pool.Members[0].Weight }
	if pool.Mode == routing.Balanced && spec.Weights && spec.Rotation != routing.Hash && slices.ContainsFunc(pool.Members, uneven) {
		m.Get("mode").Errorf(source.BadMix, "mode: %s counts handoffs, which would void the weights; give all members the same one, or leave out mode and max_lead", routing.Balanced)
	}
}

// checkScope reports what does not go with the scope of a pool.
func checkScope(pool *routing.Pool, m source.Keyed, spec routing.Spec) {
	if pool.Scope != routing.ScopeTeam {
		return
	}
	if !m.Get("team").Exists() {
		m.Get("scope").Errorf(source.MissingKey, "scope: %s needs team: the name under which pools share their turns", routing.ScopeTeam)
	}
	if spec.Rotation != routing.LeastRecent && spec.Rotation != routing.LowestCount {
		m.Get("scope").Errorf(source.BadMix, "pools share their turns under rotation %s or %s, not %s", routing.LeastRecent, routing.LowestCount, spec.Rotation)
	}
}

// checkCircles reports pools that overflow into each other and in the end into themselves, each circle once.
func (p *policy) checkCircles(section source.Node) {
	found := map[*routing.Pool]bool{}
	for _, e := range section.Entries() {
		first := p.pools[e.Name()]
		circle := circleOf(first)
		if len(circle) == 0 || found[first] {
			continue
		}
		names := ""
		for _, pool := range circle {
			found[pool] = true
			names += pool.ID + ", "
		}
		e.Value.Map().Get("when_empty").Errorf(source.Impossible, "the overflow comes back to where it began: %s%s; let one of them end otherwise", names, first.ID)
	}
}

// circleOf returns the pools through which a pool overflows into itself, nil where it does not.
func circleOf(first *routing.Pool) []*routing.Pool {
	circle, seen := []*routing.Pool{first}, map[*routing.Pool]bool{}
	for pool, ok := first.Overflow.(*routing.Pool); ok && !seen[pool]; pool, ok = pool.Overflow.(*routing.Pool) {
		if pool == first {
			return circle
		}
		seen[pool] = true
		circle = append(circle, pool)
	}
	return nil
}

// A sharing is the pools of a team on their way to one ledger.
type sharing struct {
	first   source.Entry
	pool    *routing.Pool // the first one
	several bool
	peers   []routing.Member
	of      map[string]origin // of each of them
}

// An origin is where a member of a team comes from.
type origin struct {
	routing.Member
	pool string // its first one
}

// share gives the pools of a team one ledger of the members of all of them.
func (p *policy) share(section source.Node) {
	teams := map[string]*sharing{}
	for _, e := range section.Entries() {
		pool := p.pools[e.Name()]
		if pool.Scope != routing.ScopeTeam || pool.Team == "" {
			continue
		}
		team := teams[pool.Team]
		if team == nil {
			team = &sharing{first: e, pool: pool, of: map[string]origin{}}
			teams[pool.Team] = team
		} else {
			team.several = true
			team.compare(pool, e)
		}
		team.add(pool, e)
	}
	for _, name := range sortedKeys(teams) {
		if team := teams[name]; !team.several {
			team.first.Value.Map().Get("team").Errorf(source.NoEffect, "no other pool is of the team %s, so that there is nobody to share turns with; name its team in another pool, or leave out scope and team", name)
		}
	}
	for _, pool := range p.pools {
		if team := teams[pool.Team]; team != nil && pool.Scope == routing.ScopeTeam {
			pool.Peers = team.peers
		}
	}
}

// compare reports what the pools of a team say in different ways about the ledger that they share.
func (t *sharing) compare(pool *routing.Pool, e source.Entry) {
	own, other := ledgerWords(pool), ledgerWords(t.pool)
	for i, key := range []string{"rotation", "priority", "on_return", "on_join", "reset"} {
		if own[i] == other[i] {
			continue
		}
		keyOf(e, key).Errorf(source.BadMix, "%s is %s here and %s in pool %s, with which it shares its turns; write the same", key, own[i], other[i], t.pool.ID)
		return // the others follow from the rotation
	}
	if !sameReturns(pool.Returns, t.pool.Returns) {
		keyOf(e, "given_back").Errorf(source.BadMix, "given_back says something else than in pool %s, with which it shares its turns; write the same", t.pool.ID)
	}
	if !sameCredit(pool.Credit, t.pool.Credit) {
		keyOf(e, "credit").Errorf(source.BadMix, "credit says something else than in pool %s, with which it shares its turns; write the same", t.pool.ID)
	}
}

// keyOf returns what a pool says under a key, or its name where it says nothing.
func keyOf(e source.Entry, key string) source.Node {
	if n := e.Value.Map().Get(key); n.Exists() {
		return n
	}
	return e.Key
}

// sameReturns reports whether two pools give turns back alike, with their defaults.
func sameReturns(a, b routing.Returns) bool {
	full := func(r routing.Returns) routing.Returns {
		for _, how := range []*routing.GivenBack{&r.Declined, &r.NoShow, &r.Reassigned} {
			*how = cmp.Or(*how, routing.BackNone)
		}
		return r
	}
	return full(a) == full(b)
}

// sameCredit reports whether two pools owe the same turns, with their defaults.
func sameCredit(a, b routing.Credit) bool {
	most := func(c routing.Credit) int64 { return cmp.Or(c.AtMost, routing.MaxCredit) }
	alike := func(a, b []string) bool {
		return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
	}
	return most(a) == most(b) && a.Expires == b.Expires && alike(a.NotFor, b.NotFor)
}

// ledgerWords returns what a pool says about its ledger, with its defaults.
func ledgerWords(pool *routing.Pool) [5]string {
	spec, _ := routing.SpecOf(cmp.Or(pool.Rotation, routing.Weighted))
	words := [5]string{string(spec.Rotation), "tie", string(pool.OnReturn), string(pool.OnJoin), cmp.Or(string(pool.Reset), "never")}
	if pool.PriorityFirst {
		words[1] = "first"
	}
	if pool.OnReturn == "" && len(spec.Returns) > 0 {
		words[2] = string(spec.Returns[0])
	}
	if pool.OnJoin == "" && len(spec.Joins) > 0 {
		words[3] = string(spec.Joins[0])
	}
	return words
}

// add adds the members of a pool to those of the team.
func (t *sharing) add(pool *routing.Pool, e source.Entry) {
	for _, m := range pool.Members {
		first, known := t.of[m.Rep]
		switch {
		case !known:
			t.peers, t.of[m.Rep] = append(t.peers, m), origin{m, pool.ID}
		case first.Weight != m.Weight || first.Priority != m.Priority:
			e.Value.Map().Get("members").Errorf(source.BadMix, "%s has another weight or priority here than in pool %s, with which it shares its turns; write the same", m.Rep, first.pool)
		}
	}
}

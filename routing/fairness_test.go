package routing

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
)

// script plays the words of a text and returns who got the turns of each number: "3" plays three turns, "3-AB" three without
// A and B, "3-An" three that are not for A (see out), "+D2" lets D join with weight 2 at the end of the list, "^D" at its
// start, "-B" lets B leave, "@24h" lets time pass.
func (g *game) script(text string) string {
	g.t.Helper()
	var got []string
	for _, word := range strings.Fields(text) {
		switch word[0] {
		case '+':
			g.edit(func(list []Member) []Member { return append(list, joining(word)) })
		case '^':
			g.edit(func(list []Member) []Member { return slices.Insert(list, 0, joining(word)) })
		case '-':
			g.edit(func(list []Member) []Member {
				return slices.DeleteFunc(list, func(m Member) bool { return m.Rep == word[1:] })
			})
		case '@':
			d, err := time.ParseDuration(word[1:])
			if err != nil {
				g.t.Fatal(err)
			}
			g.at = g.at.Add(d)
		default:
			number, away, _ := strings.Cut(word, "-")
			n, err := strconv.Atoi(number)
			if err != nil {
				g.t.Fatal(err)
			}
			got = append(got, g.turns(n, away))
		}
	}
	return strings.Join(got, " ")
}

// joining reads "+D" or "+D2".
func joining(word string) Member {
	m := Member{Rep: word[1:2], Weight: 1}
	if len(word) > 2 {
		m.Weight = int64(word[2] - '0')
	}
	return m
}

// edit goes on with other members.
func (g *game) edit(change func([]Member) []Member) {
	g.t.Helper()
	p := *g.Pool
	p.Members = change(slices.Clone(p.Members))
	g.ready(&p)
}

// A repair is a line of a table about what becomes of turns when members come and go.
type repair struct {
	name, reason string
	weights      []int64
	change       func(*Pool)
	script, want string
}

func (tt repair) run(t *testing.T, r Rotation) {
	t.Run(string(r)+", "+tt.name, func(t *testing.T) {
		changes := []func(*Pool){}
		if tt.change != nil {
			changes = append(changes, tt.change)
		}
		g := play(t, r, tt.weights, changes...)
		if got := g.script(tt.script); got != tt.want {
			t.Errorf("%s gives %s, want %s: %s", tt.script, got, tt.want, tt.reason)
		}
	})
}

func onJoin(j OnJoin) func(*Pool)     { return func(p *Pool) { p.OnJoin = j } }
func onReturn(r OnReturn) func(*Pool) { return func(p *Pool) { p.OnReturn = r } }

func credit(c Credit) func(*Pool) {
	return func(p *Pool) { p.OnReturn, p.Credit = ReturnCredit, c }
}

func TestMembersComeAndGo(t *testing.T) {
	three := []int64{1, 1, 1}
	for _, tt := range []struct {
		rotation Rotation
		repair
	}{
		{Weighted, repair{"a joiner", "everybody starts anew, who waited longest first", three, nil, "4 +D 4", "ABCA DBCA"}},
		{Weighted, repair{"a heavy joiner", "its share counts from now on", three, nil, "6 +D3 6", "ABCABC DADBCD"}},
		{Weighted, repair{"a leaver", "the others share its turns", three, nil, "4 -A 4", "ABCA BCBC"}},
		{Smooth, repair{"a joiner", "everybody starts anew, in the order of the list", three, nil, "4 +D 4", "ABCA ABCD"}},
		{Fixed, repair{"a joiner at the end", "the list goes on where it was", three, nil, "4 +D 5", "ABCA BCDAB"}},
		{Fixed, repair{"a joiner at the start", "its place of this lap is past", three, nil, "4 ^D 5", "ABCA BCDAB"}},
		{Fixed, repair{"the next one leaves", "the list goes on behind it", three, nil, "4 -B 4", "ABCA CACA"}},
		{Fixed, repair{"a leaver comes back", "its place is a new one", three, nil, "4 -B 3 +B 6", "ABCA CAC ACBACB"}},
		{LeastRecent, repair{"a joiner first", "nobody waited longer", three, onJoin(JoinFirst), "4 +D 5", "ABCA DBCAD"}},
		{LeastRecent, repair{"a joiner last", "everybody else waited longer", three, onJoin(JoinLast), "4 +D 5", "ABCA BCADB"}},
		{LeastRecent, repair{"a joiner last at the start of the list", "the list breaks ties, and there is none", three, onJoin(JoinLast), "4 ^D 5", "ABCA BCADB"}},
		{LeastRecent, repair{"a leaver comes back", "it is a joiner: nothing is known of it", three, onJoin(JoinLast), "4 -B 3 +B 6", "ABCA CAC ACBACB"}},
		{LeastRecent, repair{"a joiner while a turn is lost", "the turn that was lost stays so", three, func(p *Pool) { p.OnReturn, p.OnJoin = ReturnLost, JoinLast }, "1 1-B +D 5", "A C ABCDA"}},
		{LowestCount, repair{"a joiner at the average", "two each; who is new waited longest", three, onJoin(JoinAverage), "6 +D 5", "ABCABC DABCD"}},
		{LowestCount, repair{"a heavy joiner at the average", "four, since its weight is twice that of the others", three, onJoin(JoinAverage), "6 +D2 6", "ABCABC DABCDA"}},
		{LowestCount, repair{"a joiner at the average, rounded down", "four of three members are one each", three, onJoin(JoinAverage), "4 +D 6", "ABCA DBCADB"}},
		{LowestCount, repair{"a joiner first", "it is next until it is level", three, onJoin(JoinFirst), "6 +D 6", "ABCABC DDABCD"}},
		{LowestCount, repair{"a joiner last", "it comes behind whoever has most", three, onJoin(JoinLast), "4 +D 6", "ABCA BCADBC"}},
		{LowestCount, repair{"a joiner at zero", "everybody starts anew, who waited longest first", three, onJoin(JoinZero), "4 +D 5", "ABCA DBCAD"}},
		{LowestCount, repair{"a leaver", "the counts of the others stay", three, nil, "4 -A 3", "ABCA BCB"}},
		{LowestCount, repair{"a joiner last among heavy ones", "weights scale counts, not the place", []int64{9, 9}, onJoin(JoinLast), "3 +D9 4", "ABA BADB"}},
		{First, repair{"a joiner at the start", "the first takes all", three, nil, "2 ^D 2", "AA DD"}},
	} {
		tt.run(t, tt.rotation)
	}
}

func TestLeaveOfAbsence(t *testing.T) {
	three := []int64{1, 1, 1}
	heavy := []int64{3, 1}
	for _, tt := range []struct {
		rotation Rotation
		repair
	}{
		{Weighted, repair{"average", "B comes back to one turn in three", three, nil, "2 6-B 6", "AB CACACA CBACBA"}},
		{Weighted, repair{"credit", "three turns are owed and paid at once", three, credit(Credit{}), "3 6-B 9", "ABC ACACAC BBBACBACB"}},
		{Weighted, repair{"credit at most 2", "the third turn is lost", three, credit(Credit{AtMost: 2}), "3 6-B 9", "ABC ACACAC BBACBACBA"}},
		{Weighted, repair{"credit of a heavy member", "it missed eight turns until the other had its third", heavy, credit(Credit{}), "4 3-A 14", "AABA BBB AAAAAAAAAAABAA"}},
		{Weighted, repair{"zero", "everybody starts anew", three, onReturn(ReturnZero), "3 5-B 6", "ABC ACACA CBACBA"}},
		{Smooth, repair{"average", "B comes back to one turn in three", three, nil, "2 6-B 6", "AB CACACA BCABCA"}},
		{Weighted, repair{"credit, and a joiner", "what is owed stays so when everybody starts anew", three, credit(Credit{}), "3 6-B +D 7", "ABC ACACAC BBBDACB"}},
		{Weighted, repair{"credit of who left the list", "it is owed nothing when it joins again", three, credit(Credit{}), "3 6-B -B 2 +B 4", "ABC ACACAC AC BACB"}},
		{Fixed, repair{"lost", "the list goes on", three, nil, "3 4-B 4", "ABC ACAC ABCA"}},
		{Fixed, repair{"credit", "two turns are owed", three, credit(Credit{}), "3 4-B 6", "ABC ACAC BBABCA"}},
		{LeastRecent, repair{"keep", "B is next when it is back, once", three, nil, "3 4-B 4", "ABC ACAC BACB"}},
		{LeastRecent, repair{"lost", "B waits for its next turn", three, onReturn(ReturnLost), "3 4-B 4", "ABC ACAC ABCA"}},
		{LeastRecent, repair{"credit", "two turns are owed", three, credit(Credit{}), "3 4-B 6", "ABC ACAC BBACBA"}},
		{LowestCount, repair{"average", "B stands where the others do", three, onReturn(ReturnAverage), "3 6-B 6", "ABC ACACAC BACBAC"}},
		{LowestCount, repair{"keep", "B is next until it is level", three, onReturn(ReturnKeep), "3 6-B 6", "ABC ACACAC BBBACB"}},
		{LowestCount, repair{"lost", "B lost as many turns as the others took", three, onReturn(ReturnLost), "3 6-B 6", "ABC ACACAC BACBAC"}},
		{LowestCount, repair{"lost by a heavy member", "it lost three turns for each of the other's", heavy, onReturn(ReturnLost), "4 3-A 8", "ABAA BBB AABAAABA"}},
		{LowestCount, repair{"credit", "three turns are owed", three, credit(Credit{}), "3 6-B 7", "ABC ACACAC BBBACBA"}},
		{LowestCount, repair{"zero", "everybody starts anew", three, onReturn(ReturnZero), "3 6-B 6", "ABC ACACAC BACBAC"}},
		{LowestCount, repair{"average after a cap", "who was capped is not away, and keeps its place", three, onReturn(ReturnAverage), "3 4-Bc 4", "ABC ACAC BBAC"}},
		{LowestCount, repair{"average, capped on the return", "the return is noticed when it can take one", three, onReturn(ReturnAverage), "3 4-B 1-Bc 4", "ABC ACAC A BCAB"}},
		{Weighted, repair{"a credit expires", "two of four turns are void, a day after they were missed", three, credit(Credit{Expires: handoff.Span{Days: 1}}), "3 4-B @23h 4-B @1h 6", "ABC ACAC ACAC BBACBA"}},
		{Weighted, repair{"out of office earns none", "only the two turns of the other absence are owed", three, credit(Credit{NotFor: []string{OutOfOffice}}), "3 4-Bo 4-B 6", "ABC ACAC ACAC BBACBA"}},
		{Weighted, repair{"who left is owed nothing", "a turn of somebody who left is lost", three, credit(Credit{}), "3 4-Bl 4", "ABC ACAC BACB"}},
		{Weighted, repair{"two are owed", "the turn that was missed first is paid first", three, credit(Credit{}), "3 3-BC 6", "ABC AAA BBCCBC"}},
	} {
		tt.run(t, tt.rotation)
	}
}

func TestTurnsAreKept(t *testing.T) {
	three := []int64{1, 1, 1}
	for _, tt := range []struct {
		rotation Rotation
		repair
	}{
		{Weighted, repair{"a narrow member", "its turns wait for records that are for it", three, nil, "3 4-Bn 6", "ABC ACAC BBACBA"}},
		{Smooth, repair{"a narrow member", "its turns wait for records that are for it", three, nil, "3 4-Bn 6", "ABC ACAC BBABCA"}},
		{Fixed, repair{"a narrow member", "one turn waits, whatever the laps", three, nil, "3 6-Bn 6", "ABC ACACAC BABCAB"}},
		{LeastRecent, repair{"a narrow member", "it waited longest", three, nil, "3 6-Bn 6", "ABC ACACAC BACBAC"}},
		{LowestCount, repair{"a narrow member", "it is next until it is level", three, nil, "3 4-Bn 6", "ABC ACAC BBACBA"}},
		{LowestCount, repair{"a narrow member that is away once", "every turn that waited comes with that record, and is missed", three, onReturn(ReturnLost), "3 4-Bn 1-B 6", "ABC ACAC A CBACBA"}},
	} {
		tt.run(t, tt.rotation)
	}
}

// TestCreditsAreWhatWasMissed plays at random and keeps its own account: what is owed is what was missed, up to the cap and
// until it expires, and nobody is paid more.
func TestCreditsAreWhatWasMissed(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for trial := range 60 {
		r := []Rotation{Weighted, Smooth, Fixed, LeastRecent, LowestCount}[trial%5]
		rule := Credit{AtMost: rng.Int64N(4), Expires: handoff.Span{Elapsed: time.Duration(rng.IntN(30)) * time.Hour}, NotFor: []string{OutOfOffice}}
		g := play(t, r, randomWeights(rng, 6), credit(rule))
		most := rule.AtMost
		if most == 0 {
			most = MaxCredit
		}
		owed := map[string][]time.Time{} // when each turn is void
		for range 120 {
			g.at = g.at.Add(time.Duration(rng.IntN(5)) * time.Hour)
			for rep, list := range owed {
				owed[rep] = slices.DeleteFunc(list, func(until time.Time) bool { return !rule.Expires.IsZero() && !g.at.Before(until) })
			}
			out := g.anyOut(rng, 4, Away, OutOfOffice, Left, NotForRecord)
			before := g.ledger
			rep := g.turn(out)
			if len(owed[rep]) > 0 {
				owed[rep] = owed[rep][1:]
			} else if i := slices.IndexFunc(g.Members, func(m Member) bool { return len(owed[m.Rep]) > 0 && out[m.Rep] == "" }); i >= 0 {
				t.Fatalf("%s: %s is served while %s is owed %d", r, rep, g.Members[i].Rep, len(owed[g.Members[i].Rep]))
			}
			for _, m := range g.Members {
				is, _ := g.ledger.Members.Find(m.Rep)
				was, _ := before.Members.Find(m.Rep)
				if missed := is.Skipped - was.Skipped; out[m.Rep] == Away {
					for range min(missed, most-int64(len(owed[m.Rep]))) {
						owed[m.Rep] = append(owed[m.Rep], g.at.Add(rule.Expires.Elapsed))
					}
				} else if missed > 0 && (out[m.Rep] == "" || out[m.Rep] == NotForRecord) {
					t.Fatalf("%s: %s missed %d turns for %q", r, m.Rep, missed, out[m.Rep])
				}
				if got := g.ledger.Credit(m.Rep, g.at); got != int64(len(owed[m.Rep])) {
					t.Fatalf("%s, %+v: %s is owed %d, want %d", r, rule, m.Rep, got, len(owed[m.Rep]))
				}
			}
		}
	}
}

func TestReset(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		reset        Period
		script, want string
	}{
		// The game begins on Monday, 2 March 2026, 09:00 in UTC, which is 04:00 in New York.
		{"never", "B catches up", "", "4-B @2000h 3", "AAAA BBB"},
		{"week", "until midnight of Monday, when clocks were put forward, it is the same week", Week, "4-B @162h59m59s 3", "AAAA BBB"},
		{"week, next", "at midnight of Monday in New York everybody starts anew; B waited longest", Week, "4-B @162h59m59s @1s 3", "AAAA BAB"},
		{"month", "the week does not matter", Month, "4-B @714h59m59s 3", "AAAA BBB"},
		{"month, next", "April begins at midnight in New York", Month, "4-B @715h 3", "AAAA BAB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := play(t, LowestCount, even(2), onReturn(ReturnKeep), func(p *Pool) { p.Reset = tt.reset })
			g.zone = zone(t, "America/New_York")
			if got := g.script(tt.script); got != tt.want {
				t.Errorf("%s gives %s, want %s: %s", tt.script, got, tt.want, tt.reason)
			}
			if m, _ := g.ledger.Members.Find("A"); m.Assigned < 4 {
				t.Errorf("the handoffs of before stay known: %+v", m)
			}
		})
	}
}

func TestPriorities(t *testing.T) {
	ranked := func(first bool) func(*Pool) {
		return func(p *Pool) {
			p.PriorityFirst = first
			p.Members[1].Priority, p.Members[2].Priority = 1, 1
		}
	}
	for _, tt := range []struct {
		rotation Rotation
		repair
	}{
		{LowestCount, repair{"a tie-break", "of equal counts the higher priority", even(3), ranked(false), "6", "BCABCA"}},
		{LowestCount, repair{"first", "A gets what the others cannot take", even(3), ranked(true), "4 1-B 2-BC 4", "BCBC C AA BCBC"}},
		{LowestCount, repair{"first, lost", "the turns of a higher tier are lost one by one", []int64{1, 3, 1}, func(p *Pool) { ranked(true)(p); p.OnReturn = ReturnLost }, "3-BC 9", "AAA BBBBBBCBB"}},
		{LeastRecent, repair{"a tie-break", "of those who had none", even(3), ranked(false), "6", "BCABCA"}},
		{LeastRecent, repair{"first", "A gets what the others cannot take", even(3), ranked(true), "4 1-B 2-BC 4", "BCBC C AA BCBC"}},
		{LowestCount, repair{"back at the average", "of those of the same priority, whatever A has", even(3), ranked(true), "4 6-B 4", "BCBC CCCCCC BCBC"}},
	} {
		tt.run(t, tt.rotation)
	}
	g := play(t, LowestCount, even(3), ranked(false))
	g.turns(3, "")
	p := *g.Pool
	p.PriorityFirst = true
	g.ready(&p)
	if got := g.turns(4, ""); got != "BCBC" {
		t.Errorf("turns %s after priorities came first, want BCBC: what ranks is what the pool says now", got)
	}
}

// TestTeam holds that who was served by one pool of a team waits in the others, and that neither order of asking forgets
// anybody.
func TestTeam(t *testing.T) {
	for _, r := range []Rotation{LeastRecent, LowestCount} {
		team := func(id, members string) *Pool {
			p := &Pool{Policy: "acme", ID: id, Rotation: r, WhenEmpty: EmptyNext, Scope: ScopeTeam, Team: "east"}
			for i := range 4 {
				p.Peers = append(p.Peers, Member{Rep: letter(i), Weight: 1})
			}
			for _, rep := range strings.Split(members, "") {
				p.Members = append(p.Members, Member{Rep: rep, Weight: 1})
			}
			return p
		}
		g := play(t, r, even(1))
		one, two := team("one", "ABC"), team("two", "CBD")
		var got string
		for _, p := range []*Pool{one, two, two, one, two, one, two} {
			g.ready(p)
			got += g.turn(nil)
		}
		if got != "ABCADBC" {
			t.Errorf("%s: turns %s, want ABCADBC", r, got)
		}
		if n := g.ledger.Members.Len(); n != 4 {
			t.Errorf("%s: the ledger lists %d of 4 peers", r, n)
		}
		one, two = team("one", "ABC"), team("two", "CBDE")
		for _, p := range []*Pool{one, two} {
			p.Peers = append(p.Peers, Member{Rep: "E", Weight: 1})
		}
		g.ready(one)
		g.turn(nil)
		g.ready(two)
		if got := g.turn(nil); got != "E" {
			t.Errorf("%s: %s is next, want E, who joined", r, got)
		}
		if d, _ := g.ledger.Members.Find("D"); d.Offered != 1 || d.Skipped != 0 {
			t.Errorf("%s: nothing was offered to D in the pool that it is not in: %+v", r, d)
		}
	}
}

// A house is a host with an engine for some pools, each behind a play of its own.
type house struct {
	t     testing.TB
	store hosttest.Memory
	*handoff.Engine
	pools []*Pool
	at    time.Time
	n     int // of leads so far
}

// open opens a house for reps ann, bob and cat, whose status is known.
func open(t testing.TB, pools ...*Pool) *house {
	t.Helper()
	h := &house{t: t, pools: pools, at: time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)}
	cfg := handoff.Config{Policy: "acme", Turns: Keeper(pools)}
	for i, p := range pools {
		route, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		route.ID = fmt.Sprint("r", i)
		kind := fmt.Sprint("t", i)
		cfg.Triggers = append(cfg.Triggers, handoff.TriggerRule{Kind: kind, About: handoff.KindLead, StaleAfter: time.Hour})
		cfg.Plays = append(cfg.Plays, handoff.Play{ID: fmt.Sprint("p", i), Trigger: kind, Router: route})
	}
	for _, rep := range []string{"ann", "bob", "cat"} {
		cfg.Reps = append(cfg.Reps, handoff.Rep{ID: rep, Status: handoff.RepActive})
	}
	engine, err := handoff.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h.Engine = engine
	return h
}

func crewOf(r Rotation, change ...func(*Pool)) *Pool {
	p := &Pool{Policy: "acme", ID: "crew", Rotation: r, WhenEmpty: EmptyNext}
	for _, rep := range []string{"ann", "bob", "cat"} {
		p.Members = append(p.Members, Member{Rep: rep, Weight: 1})
	}
	for _, c := range change {
		c(p)
	}
	return p
}

// rep stores what is known of a rep.
func (h *house) rep(rep handoff.Rep) {
	h.store.Put(handoff.State{handoff.RepKey(rep.ID): {Version: 1, Value: rep}})
}

// hand decides about a lead in one of the plays; "" is a new lead. group is its buying group.
func (h *house) hand(play int, lead, group string) handoff.Decision {
	h.t.Helper()
	if h.n++; lead == "" {
		lead = fmt.Sprint("L", h.n)
	}
	r := handoff.Request{Subject: handoff.Ref{Kind: handoff.KindLead, ID: lead}, Lead: handoff.Lead{ID: lead, BuyingGroup: group},
		Triggers: []handoff.Trigger{{ID: fmt.Sprint("T", h.n), Kind: fmt.Sprint("t", play), OccurredAt: h.at}}}
	return h.commit(r, func(r handoff.Request) (handoff.Decision, error) { return h.Decide(h.at, r) })
}

// observe observes an activity about a lead, at the instant of the house unless it has one.
func (h *house) observe(lead string, a handoff.Activity) handoff.Decision {
	h.t.Helper()
	h.n++
	a.ID = fmt.Sprint("a", h.n)
	if a.At.IsZero() {
		a.At = h.at
	}
	r := handoff.Request{Subject: handoff.Ref{Kind: handoff.KindLead, ID: lead}, Lead: handoff.Lead{ID: lead}}
	return h.commit(r, func(r handoff.Request) (handoff.Decision, error) { return h.Observe(h.at, r, a) })
}

func (h *house) commit(r handoff.Request, ask func(handoff.Request) (handoff.Decision, error)) handoff.Decision {
	h.t.Helper()
	ctx := context.Background()
	r, err := h.store.Fill(ctx, h.Engine, h.at, r)
	if err != nil {
		h.t.Fatal(err)
	}
	d, err := ask(r)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.store.Commit(ctx, d); err != nil {
		h.t.Fatal(err)
	}
	return d
}

// owners hands n leads over in the first play, and returns the first letters of who owns them, "-" for nobody.
func (h *house) owners(n int) string {
	h.t.Helper()
	var got strings.Builder
	for range n {
		got.WriteString(initial(h.hand(0, "", "").Owner))
	}
	return got.String()
}

func initial(rep string) string { return (rep + "-")[:1] }

func (h *house) ledger(id string) handoff.Pool {
	p, _ := h.store.State()[handoff.PoolKey("acme", id)].Value.(handoff.Pool)
	return p
}

func (h *house) away(rep string) { h.rep(handoff.Rep{ID: rep, Status: handoff.RepAway}) }
func (h *house) back(rep string) { h.rep(handoff.Rep{ID: rep, Status: handoff.RepActive}) }

func TestModes(t *testing.T) {
	t.Run("flexible", func(t *testing.T) {
		h := open(t, crewOf(Weighted))
		h.away("ann")
		if got := h.owners(2); got != "bc" {
			t.Errorf("owners %s, want bc: who is there", got)
		}
	})
	for _, r := range []Rotation{Weighted, LeastRecent} {
		t.Run("strict "+string(r), func(t *testing.T) {
			h := open(t, crewOf(r, func(p *Pool) { p.Mode = Strict }))
			got := h.owners(1)
			h.away("bob")
			got += h.owners(2)
			h.back("bob")
			if got += h.owners(2); got != "a--bc" {
				t.Errorf("owners %s, want a--bc: the record waits for bob, whose turn it stays", got)
			}
		})
	}
	t.Run("strict within a horizon", func(t *testing.T) {
		h := open(t, crewOf(Weighted, func(p *Pool) { p.Mode, p.Availability.Within = Strict, 2*time.Hour }))
		h.rep(handoff.Rep{ID: "ann", Absences: []handoff.Absence{{From: h.at, Until: h.at.Add(time.Hour)}}})
		if got := h.owners(2); got != "ab" {
			t.Errorf("owners %s, want ab: ann counts as available, for she is so within two hours", got)
		}
	})
	t.Run("balanced", func(t *testing.T) {
		h := open(t, crewOf(LeastRecent, func(p *Pool) {
			p.Mode, p.MaxLead = Balanced, 2
			p.Members[1].When = handoff.ConditionFunc(func(f *handoff.Facts) handoff.Truth { return handoff.TruthOf(f.Lead.BuyingGroup == "b") })
		}))
		got := h.owners(5)
		got += initial(h.hand(0, "", "b").Owner) + h.owners(3)
		h.away("bob")
		if got += h.owners(2); got != "acac-bac-ac" {
			t.Errorf("owners %s, want acac-bac-ac: at most two ahead of bob, as long as bob works", got)
		}
	})
}

func TestScopes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		scope  Scope
		ledger string
		want   string
	}{
		{"one rotation for all", ScopePool, "crew", "abcab"},
		{"one for each route", ScopeRoute, "crew@route/r0", "aabbc"},
		{"one for each play", ScopePlay, "crew@play/p0", "aabbc"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := crewOf(Weighted, func(p *Pool) { p.Scope = tt.scope; p.Returns.Declined = BackCredit })
			h := open(t, p, p)
			var got string
			for i := range 5 {
				got += initial(h.hand(i%2, fmt.Sprint("lead", i), "").Owner)
			}
			if got != tt.want {
				t.Errorf("owners %s, want %s", got, tt.want)
			}
			h.observe("lead0", handoff.Activity{Kind: handoff.ActivityDeclined, By: "ann"})
			if owed := h.ledger(tt.ledger).Owed; len(owed) != 1 || owed[0].Rep != "ann" {
				t.Errorf("the ledger that gave the turn owes %v, want one to ann", owed)
			}
		})
	}
}

// TestReturns tells who is next after cat, the owner of the third of three leads, did not keep it.
func TestReturns(t *testing.T) {
	declined := handoff.Activity{Kind: handoff.ActivityDeclined, By: "cat"}
	noShow := handoff.Activity{Kind: handoff.ActivityNoShow}
	toAnn := handoff.Activity{Kind: handoff.ActivityReassigned, To: "ann"}
	for _, tt := range []struct {
		name, reason string
		rotation     Rotation
		returns      Returns
		activity     handoff.Activity
		want         string
		numbers      string // assigned to ann, bob and cat, and their counts
	}{
		{"nothing said", "a turn counts as taken", LowestCount, Returns{}, declined, "abca", "111 111"},
		{"declined, none", "a turn counts as taken", LowestCount, Returns{Declined: BackNone}, declined, "abca", "111 111"},
		{"declined, count", "cat has one less", LowestCount, Returns{Declined: BackCount}, declined, "cabc", "110 110"},
		{"declined, credit", "cat is owed one", LowestCount, Returns{Declined: BackCredit}, declined, "cabc", "110 111"},
		{"declined, credit, by when", "cat is owed one, and keeps her place", LeastRecent, Returns{Declined: BackCredit}, declined, "cabc", "110 111"},
		{"declined, count, by when", "the order goes by when, not by how often", LeastRecent, Returns{Declined: BackCount}, declined, "abca", "110 110"},
		{"declined, count, in a list", "the list goes on", Fixed, Returns{Declined: BackCount}, declined, "abca", "110 110"},
		{"declined, count, by deadlines", "cat has one less", Weighted, Returns{Declined: BackCount}, declined, "cabc", "110 110"},
		{"declined, credit, by deadlines", "cat is owed one", Weighted, Returns{Declined: BackCredit}, declined, "cabc", "110 111"},
		{"no show, credit", "cat is owed one", LeastRecent, Returns{NoShow: BackCredit}, noShow, "cabc", "110 111"},
		{"no show, of declined", "each kind has its own word", LeastRecent, Returns{Declined: BackCredit}, noShow, "abca", "111 111"},
		{"declined by somebody else", "it is not the turn of theirs", LeastRecent, Returns{Declined: BackCredit}, handoff.Activity{Kind: handoff.ActivityDeclined, By: "bob"}, "abca", "111 111"},
		{"reassigned, none", "the turn counts as it was given", LowestCount, Returns{}, toAnn, "abca", "111 111"},
		{"reassigned, count", "cat has one less", LowestCount, Returns{Reassigned: BackCount}, toAnn, "cabc", "110 110"},
		{"reassigned, charged", "ann has one more", LowestCount, Returns{Charge: true}, toAnn, "bcab", "211 211"},
		{"reassigned, count and charged", "ann has what cat had", LowestCount, Returns{Reassigned: BackCount, Charge: true}, toAnn, "cbca", "210 210"},
		{"reassigned, charged, by when", "ann was served last", LeastRecent, Returns{Charge: true}, toAnn, "bcab", "211 211"},
		{"reassigned, charged, in a list", "ann's turn of this lap is over", Fixed, Returns{Charge: true}, toAnn, "bcab", "211 211"},
		{"reassigned, credit and charged, by deadlines", "cat is owed one and ann took two", Weighted, Returns{Reassigned: BackCredit, Charge: true}, toAnn, "cbca", "210 211"},
		{"reassigned to the owner", "nothing changed", LowestCount, Returns{Reassigned: BackCredit, Charge: true}, handoff.Activity{Kind: handoff.ActivityReassigned, To: "cat"}, "abca", "111 111"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t, crewOf(tt.rotation, func(p *Pool) { p.Returns = tt.returns }))
			for i := range 3 {
				h.hand(0, fmt.Sprint("lead", i), "")
			}
			h.observe("lead2", tt.activity)
			var assigned, counts string
			for _, rep := range []string{"ann", "bob", "cat"} {
				m, _ := h.ledger("crew").Members.Find(rep)
				assigned, counts = assigned+fmt.Sprint(m.Assigned), counts+fmt.Sprint(m.Count())
			}
			if diff := cmp.Diff([]string{tt.want, tt.numbers}, []string{h.owners(4), assigned + " " + counts}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestReturns_Once(t *testing.T) {
	declined := handoff.Activity{Kind: handoff.ActivityDeclined, By: "ann"}
	h := open(t, crewOf(LowestCount, func(p *Pool) { p.Returns.Declined = BackCount }))
	begin := h.at
	h.away("bob")
	h.away("cat")
	h.hand(0, "lead", "")
	h.at = h.at.Add(time.Minute)
	h.observe("lead", declined)
	once := h.ledger("crew")
	if m, _ := once.Members.Find("ann"); m.Count() != 0 {
		t.Fatalf("the turn was not given back: %+v", m)
	}
	h.observe("lead", declined)
	if diff := cmp.Diff(once, h.ledger("crew")); diff != "" {
		t.Errorf("a second word on the same turn changed the ledger:\n%s", diff)
	}
	h.at = h.at.Add(time.Minute)
	if d := h.hand(0, "lead", ""); d.Owner != "ann" {
		t.Fatalf("the lead goes to %s, want ann", d.Owner)
	}
	again := h.ledger("crew")
	declined.At = begin.Add(time.Second)
	h.observe("lead", declined)
	if diff := cmp.Diff(again, h.ledger("crew")); diff != "" {
		t.Errorf("a late word on an earlier turn changed the ledger:\n%s", diff)
	}
}

// TestReturns_OfAnEarlierPeriod holds that counts which began anew owe nothing to those of before.
func TestReturns_OfAnEarlierPeriod(t *testing.T) {
	h := open(t, crewOf(LowestCount, func(p *Pool) { p.Reset, p.Returns.Declined = Week, BackCount }))
	h.hand(0, "lead", "")
	h.at = h.at.AddDate(0, 0, 7)
	h.owners(3)
	h.observe("lead", handoff.Activity{Kind: handoff.ActivityDeclined, By: "ann"})
	if m, _ := h.ledger("crew").Members.Find("ann"); m.Assigned != 1 || m.Count() != 1 {
		t.Errorf("ann has %d handoffs, and %d of them count; want 1, which is of this week", m.Assigned, m.Count())
	}
}

func TestCover(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		rotation     Rotation
		cover        CoverRule
		change       func(*Pool)
		want         string // who works it
		assigned     string // to ann, bob and cat
		back         string // who is next once ann is back
	}{
		{"nobody", "bob and cat share", Weighted, CoverNone, nil, "bcbcbc", "033", "abc"},
		{"owner", "bob works ann's turns, too, and they stay hers", Weighted, CoverOwner, nil, "bbcbbc", "222", "abc"},
		{"charge", "bob and cat have the same", Weighted, CoverCharge, nil, "bcbcbc", "033", "abc"},
		{"charge, by when", "ann keeps no turn, or bob would have all", LeastRecent, CoverCharge, nil, "bcbcbc", "033", "abc"},
		{"charge, by counts", "ann keeps no turn, or bob would have all", LowestCount, CoverCharge, nil, "bcbcbc", "033", "abc"},
		{"charge, credit", "ann is owed what bob took, when she is back", Weighted, CoverCharge, credit(Credit{AtMost: 2}), "bcbcbc", "033", "aab"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t, crewOf(tt.rotation, func(p *Pool) {
				if p.Cover = tt.cover; tt.change != nil {
					tt.change(p)
				}
			}))
			until := h.at.Add(24 * time.Hour)
			h.rep(handoff.Rep{ID: "ann", Absences: []handoff.Absence{{From: h.at, Until: until, Cover: "bob"}}})
			var work, assigned string
			for i := range 6 {
				d := h.hand(0, fmt.Sprint("lead", i), "")
				work += initial(d.Owner)
				for _, e := range d.Effects {
					if e, ok := e.(handoff.Assign); ok && e.Covers != "" && (e.Covers != "ann" || e.To != "bob" || !e.Until.Equal(until)) {
						t.Errorf("%s stands in for %q until %s", e.To, e.Covers, e.Until)
					}
				}
			}
			for _, rep := range []string{"ann", "bob", "cat"} {
				m, _ := h.ledger("crew").Members.Find(rep)
				assigned += fmt.Sprint(m.Assigned)
			}
			h.at = until
			if diff := cmp.Diff([]string{tt.want, tt.assigned, tt.back}, []string{work, assigned, h.owners(3)}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestExclude(t *testing.T) {
	h := open(t, crewOf(Weighted, func(p *Pool) { p.Exclude = Exclude{Previous: 1, Declined: true} }))
	var got string
	for range 4 {
		d := h.hand(0, "lead", "")
		h.at = h.at.Add(time.Minute)
		got += initial(d.Owner)
	}
	if got != "abca" {
		t.Errorf("owners %s, want abca: never who had it before", got)
	}
	h.observe("lead", handoff.Activity{Kind: handoff.ActivityDeclined, By: "ann"})
	h.observe("lead", handoff.Activity{Kind: handoff.ActivityDeclined, By: "bob"})
	h.hand(0, "other", "")
	if d := h.hand(0, "lead", ""); d.Owner != "cat" {
		t.Errorf("owner %q, want cat: ann and bob declined it", d.Owner)
	}
	if m, _ := h.ledger("crew").Members.Find("ann"); m.Skipped != 0 {
		t.Errorf("who is excluded keeps the turn: %+v", m)
	}
}

// TestAnotherRotation holds that the order of before does not outlast its rotation, and that who waited longest is known.
func TestAnotherRotation(t *testing.T) {
	for _, tt := range []struct {
		from, to Rotation
		want     string
	}{
		{Weighted, Fixed, "BCAB"}, {Fixed, Weighted, "BCAB"}, {LeastRecent, LowestCount, "BCAB"}, {Weighted, Smooth, "ABCA"}, {LowestCount, LeastRecent, "BCAB"},
	} {
		g := play(t, tt.from, even(3))
		g.turns(4, "")
		g.ready(play(t, tt.to, even(3)).Pool)
		if got := g.turns(4, ""); got != tt.want {
			t.Errorf("after ABCA of %s, %s gives %s, want %s", tt.from, tt.to, got, tt.want)
		}
	}
}

func TestReturns_KeepsTurnsThatWereLost(t *testing.T) {
	h := open(t, crewOf(LeastRecent, func(p *Pool) { p.OnReturn, p.Returns.Declined = ReturnLost, BackCount }))
	h.hand(0, "lead", "")
	h.owners(2)
	h.away("ann")
	h.owners(1)
	h.back("ann")
	h.observe("lead", handoff.Activity{Kind: handoff.ActivityDeclined, By: "ann"})
	if got := h.owners(2); got != "ca" {
		t.Errorf("owners %s, want ca: ann lost her turn to bob, whatever became of an earlier one", got)
	}
}

func TestOverflow(t *testing.T) {
	second := crewOf(Weighted, func(p *Pool) { p.ID, p.Members = "second", p.Members[1:] })
	first := crewOf(Weighted, func(p *Pool) { p.Members, p.WhenEmpty, p.Overflow = p.Members[:1], EmptyOverflow, second })
	h := open(t, first)
	h.away("ann")
	if got := h.owners(3); got != "bcb" {
		t.Errorf("owners %s, want bcb: the turns of the pool that it flows to", got)
	}
	if n := h.ledger("second").Turns; n != 3 {
		t.Errorf("%d turns were kept in the ledger of the second pool, want 3", n)
	}
	second.Members = nil
	if _, err := New(first); err == nil || !strings.Contains(err.Error(), "second: a pool needs members") {
		t.Errorf("error %v, want one about the pool that it flows to", err)
	}
}

// TestLoad tells whom Load and LeastOpen choose now, and among those who will be available.
func TestLoad(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		rotation     Rotation
		until        time.Duration // of an absence of all
		want         string
	}{
		{"load", "bob has room for 6, ann for 5, cat for none", Load, 0, "b"},
		{"least open", "cat has 2, ann 5, bob 14", LeastOpen, 0, "c"},
		{"load, later", "nobody can now: who waited longest of those who will", Load, time.Hour, "a"},
		{"least open, later", "nobody can now: who waited longest of those who will", LeastOpen, time.Hour, "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t, crewOf(tt.rotation, func(p *Pool) { p.Availability.Within = 2 * time.Hour }))
			for _, rep := range []handoff.Rep{
				{ID: "ann", Load: 5, Capacity: handoff.Some(int64(10))}, {ID: "bob", Load: 14, Capacity: handoff.Some(int64(20))}, {ID: "cat", Load: 2, Capacity: handoff.Some(int64(2))},
			} {
				if tt.until > 0 {
					rep.Absences = []handoff.Absence{{From: h.at, Until: h.at.Add(tt.until)}}
				}
				h.rep(rep)
			}
			if got := h.owners(1); got != tt.want {
				t.Errorf("owner %s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

package routing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/handoff/hosttest"
)

// The tests in this file work through cases that the makers of other systems describe in their documentation, each with
// the options that give the documented answer. They go the whole way of a handoff: the engine decides, the host stores.

// A salesFloor is a policy and the host that remembers its decisions.
type salesFloor struct {
	t      testing.TB
	engine *handoff.Engine
	store  hosttest.Memory
	at     time.Time // of what happens next
	n      int       // leads, triggers and activities so far
}

// monday is when everything begins: 2026-03-02 09:00 UTC.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// openFloor returns a floor with a play for each of the routes: R1 of the trigger R1, and so on. Members of the pools are on
// its roster without being listed. A deal that is won or lost is no open work any more.
func openFloor(t testing.TB, c handoff.Config, routes ...[]Rung) *salesFloor {
	t.Helper()
	c.Policy = "acme"
	var keeper Keeper
	for i, rungs := range routes {
		route, err := New(rungs...)
		if err != nil {
			t.Fatal(err)
		}
		id := fmt.Sprintf("R%d", i+1)
		route.ID = id
		c.Triggers = append(c.Triggers, handoff.TriggerRule{Kind: id, About: handoff.KindLead, StaleAfter: 10_000 * time.Hour})
		c.Plays = append(c.Plays, handoff.Play{ID: id, Trigger: id, Router: route})
		keeper = append(keeper, pools(rungs)...)
	}
	c.Turns = keeper
	c.Reps = withMembers(c.Reps, keeper)
	c.Lifecycle = handoff.LifecycleFunc(func(a handoff.Activity) handoff.Consequences {
		return handoff.Consequences{ReleaseLoad: a.Kind == handoff.ActivityWon || a.Kind == handoff.ActivityLost}
	})
	e, err := handoff.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return &salesFloor{t: t, engine: e, at: monday}
}

// withMembers adds the members of pools to a roster.
func withMembers(reps []handoff.Rep, pools []*Pool) []handoff.Rep {
	for _, p := range pools {
		for _, m := range p.Members {
			if !slices.ContainsFunc(reps, func(r handoff.Rep) bool { return r.ID == m.Rep }) {
				reps = append(reps, handoff.Rep{ID: m.Rep})
			}
		}
	}
	return reps
}

// teamOf returns a pool of members of weight 1, "ann bob cat", who are available unless something is known against it.
func teamOf(rotation Rotation, members string) *Pool {
	p := &Pool{Policy: "acme", ID: "team", Rotation: rotation, WhenEmpty: EmptyUnassigned, Availability: Availability{Unknown: true}}
	for _, m := range strings.Fields(members) {
		p.Members = append(p.Members, Member{Rep: m, Weight: 1})
	}
	return p
}

// weigh sets the weights of the members, in their order.
func weigh(p *Pool, weights ...int64) *Pool {
	for i, w := range weights {
		p.Members[i].Weight = w
	}
	return p
}

// either returns the first text that is there.
func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// request returns a request about a lead. One without an id is a new lead.
func (f *salesFloor) request(play string, lead handoff.Lead) handoff.Request {
	f.n++
	lead.ID = either(lead.ID, fmt.Sprintf("L%d", f.n))
	return handoff.Request{Subject: lead.Ref(), Lead: lead,
		Triggers: []handoff.Trigger{{ID: fmt.Sprintf("t%d", f.n), Kind: play, OccurredAt: f.at}}}
}

func (f *salesFloor) fill(r handoff.Request) handoff.Request {
	f.t.Helper()
	r, err := f.store.Fill(context.Background(), f.engine, f.at, r)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

// decide answers a request and stores the answer.
func (f *salesFloor) decide(r handoff.Request) handoff.Decision {
	f.t.Helper()
	d, err := f.engine.Decide(f.at, f.fill(r))
	return f.commit(d, err)
}

func (f *salesFloor) commit(d handoff.Decision, err error) handoff.Decision {
	f.t.Helper()
	if err == nil {
		err = f.store.Commit(context.Background(), d)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	return d
}

// take decides about a lead of the first play.
func (f *salesFloor) take(lead handoff.Lead) handoff.Decision {
	f.t.Helper()
	return f.decide(f.request("R1", lead))
}

// owners decides about n leads that differ in nothing but their ids and returns who got them; "-" is nobody.
func (f *salesFloor) owners(n int) []string {
	f.t.Helper()
	var out []string
	for range n {
		out = append(out, either(f.take(handoff.Lead{}).Owner, "-"))
	}
	return out
}

// give checks who gets the next leads of the first play.
func (f *salesFloor) give(want, reason string) {
	f.t.Helper()
	if diff := cmp.Diff(strings.Fields(want), f.owners(len(strings.Fields(want)))); diff != "" {
		f.t.Errorf("%s: owners (-want +got):\n%s", reason, diff)
	}
}

// candidates returns why each candidate for a lead of the first play is chosen or not, as "ann chosen, bob behind".
func (f *salesFloor) candidates(lead handoff.Lead) string {
	f.t.Helper()
	x, err := f.engine.Explain(f.at, f.fill(f.request("R1", lead)))
	if err != nil {
		f.t.Fatal(err)
	}
	var out []string
	for _, c := range x.Candidates {
		out = append(out, c.Rep+" "+either(c.Reason, "chosen"))
	}
	return strings.Join(out, ", ")
}

// observe reports an activity about a lead.
func (f *salesFloor) observe(lead string, a handoff.Activity) {
	f.t.Helper()
	r := f.request("R1", handoff.Lead{ID: lead})
	r.Triggers, a.ID, a.At = nil, fmt.Sprintf("a%d", f.n), f.at
	f.commit(f.engine.Observe(f.at, f.fill(r), a))
}

// close reports deals of a rep as won, the earliest first.
func (f *salesFloor) close(rep string, n int) {
	f.t.Helper()
	for _, d := range f.store.Decisions() {
		record, _ := f.store.State()[d.Subject].Value.(handoff.Record)
		if n > 0 && d.Owner == rep && record.Load.Rep == rep {
			f.observe(d.Subject.ID, handoff.Activity{Kind: handoff.ActivityWon, By: rep})
			n--
		}
	}
	if n > 0 {
		f.t.Errorf("%s has %d records too few to close", rep, n)
	}
}

// know stores what is known of a rep.
func (f *salesFloor) know(reps ...handoff.Rep) {
	for _, rep := range reps {
		key := handoff.RepKey(rep.ID)
		f.store.Put(handoff.State{key: {Version: f.store.State()[key].Version + 1, Value: rep}})
	}
}

func (f *salesFloor) status(rep string, s handoff.RepStatus) {
	known, _ := f.store.State()[handoff.RepKey(rep)].Value.(handoff.Rep)
	known.ID, known.Status = rep, s
	f.know(known)
}

// load returns how much open work the reps have.
func (f *salesFloor) load(reps ...string) map[string]int64 {
	out := map[string]int64{}
	for _, id := range reps {
		rep, _ := f.store.State()[handoff.RepKey(id)].Value.(handoff.Rep)
		out[id] = rep.Load
	}
	return out
}

func (f *salesFloor) ledger(id string) handoff.Pool {
	ledger, _ := f.store.State()[handoff.PoolKey("acme", id)].Value.(handoff.Pool)
	return ledger
}

// counted checks the counts that rank the members of a pool, as "ann 4, bob 3" in the order of the list.
func (f *salesFloor) counted(p *Pool, want, reason string) {
	f.t.Helper()
	var got []string
	for _, own := range p.Members {
		m, _ := f.ledger(p.ID).Members.Find(own.Rep)
		got = append(got, fmt.Sprintf("%s %d", m.Rep, m.Count()))
	}
	if text := strings.Join(got, ", "); text != want {
		f.t.Errorf("%s: counts %s, want %s", reason, text, want)
	}
}

// history stores a ledger in which the members have so many handoffs, the last of the list the latest.
func (f *salesFloor) history(p *Pool, counts ...int64) {
	ledger := p.start(facts{Facts: &handoff.Facts{At: f.at}}, handoff.Pool{})
	var members []handoff.Member
	for i, own := range p.Members {
		m, _ := ledger.Members.Find(own.Rep)
		m.Offered, m.Assigned = counts[i], counts[i]
		ledger.Count += counts[i]
		ledger.Turns += counts[i]
		if counts[i] > 0 {
			m.Last = ledger.Turns
		}
		m.Key = p.key(m)
		members = append(members, m)
	}
	ledger.Members = handoff.NewLine(members...)
	f.store.Put(handoff.State{handoff.PoolKey(p.Policy, p.ID): {Version: 1, Value: ledger}})
}

// passedOver returns who was passed over and why, as "ann away, bob capped".
func passedOver(d handoff.Decision) string {
	var out []string
	for _, c := range d.Passed {
		out = append(out, c.Rep+" "+c.Reason)
	}
	return strings.Join(out, ", ")
}

// is checks text of a decision.
func (f *salesFloor) is(what, got, want string) {
	f.t.Helper()
	if got != want {
		f.t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// The name of each test holds the variant: the options of the pool that give the documented behaviour.

func TestWorked_C1_OneCursorForAllRules_LeastRecentScopePool(t *testing.T) {
	got := c1(t, ScopePool)
	if diff := cmp.Diff([]string{"miriam", "sanjay", "susana", "miriam"}, got); diff != "" {
		t.Errorf("the rule R1 alone meets Miriam twice running (-want +got):\n%s", diff)
	}
}

func TestWorked_C1_OneCursorForEachRule_LeastRecentScopePlay(t *testing.T) {
	got := c1(t, ScopePlay)
	if diff := cmp.Diff([]string{"miriam", "miriam", "miriam", "sanjay"}, got); diff != "" {
		t.Errorf("each rule begins with Miriam (-want +got):\n%s", diff)
	}
}

// c1 returns the owners of four leads by the rules R1, R2, R3 and R1.
func c1(t *testing.T, scope Scope) []string {
	p := teamOf(LeastRecent, "miriam sanjay susana")
	p.Scope = scope
	f := openFloor(t, handoff.Config{}, []Rung{p}, []Rung{p}, []Rung{p})
	var got []string
	for _, rule := range []string{"R1", "R2", "R3", "R1"} {
		got = append(got, f.decide(f.request(rule, handoff.Lead{})).Owner)
	}
	return got
}

func TestWorked_C2_CapacityBeforeRecency_LeastRecentUnits1(t *testing.T) {
	p := teamOf(LeastRecent, "miriam sanjay susana david") // the order of their latest handoffs: 14:35, 14:37, 14:57, 15:02
	p.Units = 1
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.history(p, 1, 1, 1, 1)
	f.know(withRoom("miriam", 12, -2), withRoom("sanjay", 5, 0), withRoom("susana", 9, 4), withRoom("david", 3, 1))
	f.is("candidates", f.candidates(handoff.Lead{}), "miriam no_capacity, sanjay no_capacity, susana chosen, david behind")
	d := f.take(handoff.Lead{})
	f.is("owner", d.Owner, "susana")
	f.is("passed over", passedOver(d), "miriam no_capacity, sanjay no_capacity")

	f.know(withRoom("susana", 9, 0), withRoom("david", 3, 0))
	d = f.take(handoff.Lead{})
	f.is("verdict without any room", string(d.Verdict), string(handoff.VerdictUnassigned))
	if diff := cmp.Diff([]handoff.Elimination{{Reason: NoCapacity, N: 4}}, d.PassedWhy); diff != "" {
		t.Errorf("eliminations (-want +got):\n%s", diff)
	}
	if !hasReason(d, "pool:team", PoolEmpty) {
		t.Errorf("reasons %v do not say that the pool is empty", d.Reasons)
	}
}

// withRoom is a rep whose open work leaves room for so many units.
func withRoom(id string, work, room int64) handoff.Rep {
	return handoff.Rep{ID: id, Capacity: handoff.Some(work + room), Load: work}
}

func hasReason(d handoff.Decision, id, code string) bool {
	return slices.ContainsFunc(d.Reasons, func(r handoff.Reason) bool { return r.ID == id && r.Code == code })
}

func TestWorked_C3_TieAndRelease_LoadUnits1(t *testing.T) {
	p := teamOf(Load, "miriam sanjay ursula")
	p.Units = 1
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.know(withRoom("miriam", 10, 10), withRoom("sanjay", 5, 12), withRoom("ursula", 30, 15))
	old := []string{"old1", "old2", "old3"} // of Miriam's open work
	for _, lead := range old {
		f.store.Put(handoff.State{{Kind: handoff.KindLead, ID: lead}: {Version: 1, Value: handoff.Record{Owner: "miriam", Load: handoff.Load{Rep: "miriam", Units: 1}}}})
	}
	// Of the fourth lead, Sanjay and Ursula have room for 12, and Ursula had a lead later than Sanjay, who had none.
	f.give("ursula ursula ursula sanjay", "most room")
	for _, lead := range old {
		f.observe(lead, handoff.Activity{Kind: handoff.ActivityWon, By: "miriam"})
	}
	f.give("miriam", "what is closed makes room")
	want := map[string]int64{"miriam": 10 - 3 + 1, "sanjay": 5 + 1, "ursula": 30 + 3} // with room for 12, 11 and 12
	if diff := cmp.Diff(want, f.load("miriam", "sanjay", "ursula")); diff != "" {
		t.Errorf("open work in the end (-want +got):\n%s", diff)
	}
}

// c4 is the pool of balanced load whose members may be available within 120 hours. Burt's latest handoff is later than
// Maya's.
func c4(t *testing.T) *salesFloor {
	p := teamOf(Load, "maya burt vivek maria sal")
	p.Units, p.Availability.Within = 1, 120*time.Hour
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.history(p, 1, 1, 0, 0, 0)
	f.know(back(withRoom("burt", 2, 14), 20*time.Hour), back(withRoom("maya", 30, 20), 20*time.Hour), withRoom("vivek", 4, -1),
		back(withRoom("maria", 0, 10), 40*time.Hour), withRoom("sal", 7, 0))
	return f
}

// back makes a rep absent for some time from monday on.
func back(rep handoff.Rep, after time.Duration) handoff.Rep {
	rep.Absences = []handoff.Absence{{From: monday, Until: monday.Add(after)}}
	return rep
}

func TestWorked_C4_TurnsBeforeLoadWhereNobodyIsThere_LoadWithin120h(t *testing.T) {
	f := c4(t)
	d := f.take(handoff.Lead{})
	f.is("owner", d.Owner, "maya")
	f.is("passed over", passedOver(d), "vivek no_capacity, maria out_of_office, sal no_capacity")
	f.give("burt maya", "in turn among those of the earliest bucket")
}

func TestWorked_C4_RoomComesBeforeAvailability_LoadWithin120h(t *testing.T) {
	f := c4(t)
	f.know(back(withRoom("maya", 30, 0), 20*time.Hour))
	f.give("burt burt", "Maya will be there in time, but has no room")
}

// c5 asks on a Friday evening for somebody who is there within a horizon: Sanjay works on Saturdays and is on vacation.
func c5(t *testing.T, within time.Duration) handoff.Decision {
	p := teamOf(LeastRecent, "sanjay susana")
	p.Availability = Availability{Unknown: true, Within: within, Calendars: map[string]*calendar.Calendar{
		"weekend": hoursOf(t, "Sat 09:00-17:00"), "week": hoursOf(t, "Mon-Fri 07:00-16:00"),
	}}
	f := openFloor(t, handoff.Config{Reps: []handoff.Rep{{ID: "susana", Hours: "week"}, {ID: "sanjay", Hours: "weekend",
		Absences: []handoff.Absence{{From: monday, Until: monday.AddDate(0, 0, 14)}}}}}, []Rung{p})
	f.at = time.Date(2026, 3, 6, 20, 0, 0, 0, time.UTC)
	return f.take(handoff.Lead{})
}

func hoursOf(t testing.TB, hours string) *calendar.Calendar {
	t.Helper()
	windows, err := calendar.ParseWindows(hours)
	if err != nil {
		t.Fatal(err)
	}
	c, err := calendar.New(calendar.Config{Weekly: windows})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWorked_C5_NobodyWithinTheHorizon_Within48h(t *testing.T) {
	d := c5(t, 48*time.Hour)
	if d.Verdict != handoff.VerdictUnassigned || passedOver(d) != "sanjay out_of_office, susana off_hours" {
		t.Errorf("%s, passed over %s; want unassigned, Sanjay on vacation and Susana out of her hours", d.Verdict, passedOver(d))
	}
	if there := time.Date(2026, 3, 9, 7, 0, 0, 0, time.UTC); d.Next.IsZero() || d.Next.After(there) || !hasReason(d, "pool:team", PoolEmpty) {
		t.Errorf("next %v, want an instant until %v, with the reason %s: %v", d.Next, there, PoolEmpty, d.Reasons)
	}
}

func TestWorked_C5_FirstOnMonday_Within60h(t *testing.T) {
	if d := c5(t, 60*time.Hour); d.Owner != "susana" || passedOver(d) != "sanjay out_of_office" {
		t.Errorf("owner %q, passed over %s; want susana, whose Monday is within the horizon", d.Owner, passedOver(d))
	}
}

// c6 is a team that goes on without Joe until Mary has 10 handoffs and Spike 8, and Joe's return. Spike is not for the
// records of enterprises, of which there are two.
func c6(t *testing.T, onReturn OnReturn) (*salesFloor, *Pool) {
	p := teamOf(LowestCount, "mary joe spike")
	p.OnReturn = onReturn
	p.Members[2].When = onStatus(func(s string) bool { return s != "enterprise" })
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.history(p, 3, 3, 2)
	f.status("joe", handoff.RepAway)
	f.owners(11)
	for range 2 {
		f.take(handoff.Lead{Status: "enterprise"})
	}
	f.status("joe", handoff.RepActive)
	return f, p
}

// onStatus is a condition on the lead's status.
func onStatus(is func(string) bool) handoff.Condition {
	return handoff.ConditionFunc(func(f *handoff.Facts) handoff.Truth { return handoff.TruthOf(is(f.Lead.Status)) })
}

func TestWorked_C6_Vacation_LowestCountReturnAverage(t *testing.T) {
	f, p := c6(t, ReturnAverage)
	f.counted(p, "mary 10, joe 3, spike 8", "before the return")
	f.give("spike", "Joe stands at the average of 10 and 8")
	f.counted(p, "mary 10, joe 9, spike 9", "after it")
	f.give("joe spike mary", "of equal counts who waited longest is next")
}

func TestWorked_C6_Vacation_LowestCountReturnKeep(t *testing.T) {
	f, p := c6(t, ReturnKeep)
	f.give("joe joe joe joe joe spike", "Joe stands at 3 and is next until he has the 8 of Spike, who then waited longer")
	f.counted(p, "mary 10, joe 8, spike 9", "no count was changed")
}

func TestWorked_C6_Vacation_LowestCountReturnCredit(t *testing.T) {
	f, p := c6(t, ReturnCredit)
	missed := f.ledger(p.ID).Credit("joe", f.at)
	f.is("missed turns", fmt.Sprint(missed), "7")
	f.counted(p, "mary 10, joe 10, spike 8", "the turns that he missed count, and are owed")
	f.give("joe joe joe joe joe joe joe spike", "one turn for each that he missed, before all others")
	f.counted(p, "mary 10, joe 10, spike 9", "what is owed counts no second time")
}

// c7 is a team that nobody may lead by 3.
func c7(t *testing.T, onJoin OnJoin) (*salesFloor, *Pool) {
	p := teamOf(LowestCount, "jim karen")
	p.Mode, p.MaxLead, p.OnJoin = Balanced, 3, onJoin
	p.Members[1].When = onStatus(func(s string) bool { return s != "evening" }) // Karen has no slot then
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.history(p, 3, 0)
	return f, p
}

func TestWorked_C7_EqualDistribution_BalancedMaxLead3(t *testing.T) {
	f, _ := c7(t, JoinAverage)
	f.is("3 to 0", f.candidates(handoff.Lead{}), "karen chosen, jim ahead")
	f.give("karen", "Jim is hidden")
	f.is("3 to 1", f.candidates(handoff.Lead{}), "karen chosen, jim behind")
	f.is("Jim is visible again", f.take(handoff.Lead{Status: "evening"}).Owner, "jim")
	f.is("4 to 1", passedOver(f.take(handoff.Lead{Status: "evening"})), "karen not_for_record, jim ahead")
}

func TestWorked_C7_Joiner_BalancedJoinAverage(t *testing.T) {
	c7Joins(t, JoinAverage, "jim 4, karen 1, lea 2")
}

// The documented answer: everybody's count is 0 again.
func TestWorked_C7_Joiner_BalancedJoinZero(t *testing.T) {
	c7Joins(t, JoinZero, "jim 0, karen 0, lea 0")
}

// c7Joins lets a third one join a pool of 4 to 1, and checks the counts without the first handoff after it.
func c7Joins(t *testing.T, onJoin OnJoin, want string) {
	f, p := c7(t, onJoin)
	f.history(p, 4, 1)
	stored := f.ledger(p.ID)
	p = teamOf(LowestCount, "jim karen lea")
	p.Mode, p.MaxLead, p.OnJoin = Balanced, 3, onJoin
	if err := p.prepare(); err != nil {
		t.Fatal(err)
	}
	ledger := p.start(facts{Facts: &handoff.Facts{At: f.at}}, stored)
	f.store.Put(handoff.State{handoff.PoolKey("acme", p.ID): {Version: 2, Value: ledger}})
	f.counted(p, want, string(onJoin))
}

// C8 breaks ties by the order of the ids. Here the priority does, where there is one, and else the longest wait, which
// gives the same counts in another order: once all have 0.02 of their weight, C is the one who waited longest.
func TestWorked_C8_RelativeWeights_LowestCount(t *testing.T) {
	for _, tt := range []struct {
		name     string
		weights  []int64
		priority bool
		want     string
	}{
		{"100/100/50, priorities", []int64{100, 100, 50}, true, "A B C A B A B C A B"},
		{"50/50/25, priorities", []int64{50, 50, 25}, true, "A B C A B A B C A B"},
		{"100/100/50, longest wait", []int64{100, 100, 50}, false, "A B C A B C A B A B"},
		{"50/50/25, longest wait", []int64{50, 50, 25}, false, "A B C A B C A B A B"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := weigh(teamOf(LowestCount, "A B C"), tt.weights...)
			for i := range p.Members {
				if tt.priority {
					p.Members[i].Priority = int64(2 - i)
				}
			}
			f := openFloor(t, handoff.Config{}, []Rung{p})
			f.give(tt.want, "only the ratio of the weights counts")
			f.counted(p, "A 4, B 4, C 2", "4/4/2")
		})
	}
}

// The fields of C11, by their index.
const (
	doNotRoute = iota
	leadScore
	prospecting
	assignedBDR
	segment
	partnerCampaign
	recalled
)

// c11Fields declares them.
func c11Fields() []handoff.Field {
	return []handoff.Field{
		doNotRoute:      {Of: "lead", Name: "do_not_route", Type: handoff.TypeBool},
		leadScore:       {Of: "lead", Name: "score", Type: handoff.TypeInt},
		prospecting:     {Of: "account", Name: "prospecting", Type: handoff.TypeString},
		assignedBDR:     {Of: "account", Name: "bdr", Type: handoff.TypeString},
		segment:         {Of: "account", Name: "segment", Type: handoff.TypeString},
		partnerCampaign: {Of: "lead", Name: "partner_campaign", Type: handoff.TypeBool},
		recalled:        {Of: "lead", Name: "recalled", Type: handoff.TypeBool},
	}
}

// onFacts is a condition that is never unknown.
func onFacts(is func(*handoff.Facts) bool) handoff.Condition {
	return handoff.ConditionFunc(func(f *handoff.Facts) handoff.Truth { return handoff.TruthOf(is(f)) })
}

func isPubSec(f *handoff.Facts) bool {
	return f.Lead.Country == "US" && f.Fields[segment].Text() == "PubSec"
}

// c11Gates keep a record from being routed at all. A score that nobody computed is unknown, which does not pass.
func c11Gates() []handoff.Gate {
	return []handoff.Gate{
		{ID: "may_be_routed", Require: onFacts(func(f *handoff.Facts) bool { return f.Fields[doNotRoute].Int() == 0 })},
		{ID: "scored", Require: handoff.ConditionFunc(func(f *handoff.Facts) handoff.Truth {
			if f.Fields[leadScore].IsZero() {
				return handoff.Unknown
			}
			return handoff.True
		})},
		{ID: "not_in_sequence", Require: onStatus(func(s string) bool { return s != "Actively Being Sequenced" })},
		{ID: "qualified", Require: onFacts(func(f *handoff.Facts) bool {
			return slices.Contains([]string{"MQL", "Qualifying"}, f.Lead.Status) || isPubSec(f)
		})},
	}
}

// c11Rungs are the lanes in their order.
func c11Rungs(t *testing.T) []Rung {
	lane := func(id, members string) *Pool {
		p := teamOf(LeastRecent, members)
		p.ID, p.WhenEmpty = id, EmptyNext
		return p
	}
	country := Column{Text: func(f *handoff.Facts) (string, bool) { return f.Lead.Country, f.Lead.Country != "" }}
	countries, err := NewTerritory("countries", []Column{country}, []Row{
		{Match: []Cell{Is("US")}, To: Rep("una")}, {Match: []Cell{Is("DE")}, To: Rep("dora")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return []Rung{
		Guarded{lane("pubsec_bdr", "pat"), onFacts(isPubSec)},
		Guarded{lane("partner_queue", "quinn"), onFacts(func(f *handoff.Facts) bool {
			return f.Fields[partnerCampaign].Int() == 1 && f.Lead.Status == "MQL" && f.Account.Partner != "" && f.Fields[recalled].Int() == 0
		})},
		Guarded{lane("sdr", "sid"), onStatus(func(s string) bool { return s == "Qualifying" })},
		Guarded{Owned{Field: "bdr", Lookup: func(f *handoff.Facts) string { return f.Fields[assignedBDR].Text() }},
			onFacts(func(f *handoff.Facts) bool { return f.Fields[prospecting].Text() == "Actively Working" })},
		countries,
	}
}

func TestWorked_C11_ValidationAndAccountLane_GatesGuardedOwned(t *testing.T) {
	working := map[string]handoff.Value{"bdr": handoff.StringValue("kim"), "prospecting": handoff.StringValue("Actively Working")}
	queued := map[string]handoff.Value{"bdr": handoff.StringValue("kim"), "prospecting": handoff.StringValue("Queued")}
	pubsec := map[string]handoff.Value{"segment": handoff.StringValue("PubSec")}
	campaign := map[string]handoff.Value{"partner_campaign": handoff.BoolValue(true)}
	for _, tt := range []struct {
		name, reason string
		lead         handoff.Lead
		fields       map[string]handoff.Value // of the lead, beside a score
		noScore      bool
		account      handoff.Account
		owner, rung  string
		verdict      handoff.Verdict // where nobody gets it
		gate         string          // that closed
	}{
		{name: "a", reason: "a lead that is not to be routed is not", lead: handoff.Lead{Status: "MQL", Country: "DE"},
			fields: map[string]handoff.Value{"do_not_route": handoff.BoolValue(true)}, verdict: handoff.VerdictIneligible, gate: "may_be_routed"},
		{name: "b", reason: "without a score it waits for one", lead: handoff.Lead{Status: "MQL", Country: "DE"}, noScore: true,
			verdict: handoff.VerdictIncomplete, gate: "scored"},
		{name: "c", reason: "a running sequence keeps it", lead: handoff.Lead{Status: "Actively Being Sequenced", Country: "DE"},
			verdict: handoff.VerdictIneligible, gate: "not_in_sequence"},
		{name: "d", reason: "the BDR who works the account gets it", lead: handoff.Lead{Status: "MQL", Country: "DE"},
			account: handoff.Account{ID: "A1", Fields: working}, owner: "kim", rung: "lookup:bdr"},
		{name: "e", reason: "a BDR who does not work the account yet has no claim", lead: handoff.Lead{Status: "MQL", Country: "DE"},
			account: handoff.Account{ID: "A1", Fields: queued}, owner: "dora", rung: "territory:countries/rep:dora"},
		{name: "f, qualifying", reason: "it is the SDR's, whatever campaign it came from", lead: handoff.Lead{Status: "Qualifying", Country: "DE"},
			fields: campaign, account: handoff.Account{ID: "A1", Partner: "p1"}, owner: "sid", rung: "pool:sdr"},
		{name: "f, MQL", reason: "the partner's account and campaign", lead: handoff.Lead{Status: "MQL", Country: "DE"},
			fields: campaign, account: handoff.Account{ID: "A1", Partner: "p1"}, owner: "quinn", rung: "pool:partner_queue"},
		{name: "f, recalled", reason: "the partner gave it back",
			lead:    handoff.Lead{Status: "MQL", Country: "DE"},
			fields:  map[string]handoff.Value{"partner_campaign": handoff.BoolValue(true), "recalled": handoff.BoolValue(true)},
			account: handoff.Account{ID: "A1", Partner: "p1"}, owner: "dora", rung: "territory:countries/rep:dora"},
		{name: "g", reason: "the public sector is the exception to MQL only", lead: handoff.Lead{Status: "Inquiry", Country: "US"},
			account: handoff.Account{ID: "A1", Fields: pubsec}, owner: "pat", rung: "pool:pubsec_bdr"},
		{name: "an inquiry of anybody else", reason: "MQL only", lead: handoff.Lead{Status: "Inquiry", Country: "US"},
			verdict: handoff.VerdictIneligible, gate: "qualified"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := openFloor(t, handoff.Config{Fields: c11Fields(), Gates: c11Gates(),
				Reps: []handoff.Rep{{ID: "kim"}, {ID: "una"}, {ID: "dora"}}}, c11Rungs(t))
			r := f.request("R1", tt.lead)
			r.Lead.Fields = map[string]handoff.Value{}
			if !tt.noScore {
				r.Lead.Fields["score"] = handoff.IntValue(80)
			}
			for name, v := range tt.fields {
				r.Lead.Fields[name] = v
			}
			r.Account, r.Lead.Account = tt.account, tt.account.ID
			d := f.decide(r)
			if d.Owner != tt.owner || d.Rung != tt.rung || tt.verdict != "" && d.Verdict != tt.verdict {
				t.Errorf("%s: %s, owner %q by %q; want %s %q by %q", tt.reason, d.Verdict, d.Owner, d.Rung, tt.verdict, tt.owner, tt.rung)
			}
			if tt.gate != "" && !hasReason(d, tt.gate, "") {
				t.Errorf("%s: reasons %v, want the gate %s", tt.reason, d.Reasons, tt.gate)
			}
		})
	}
}

// c12 returns the owners of three leads of one domain, on 1 January, 15 April and 2 May, and of one without a country. A
// span of days has no months: four of them from 1 January on are 120 days. That a lead goes back to nobody after 7 days
// without an update is no matter of routing.
func c12(t *testing.T, renew bool) []string {
	aes := teamOf(LeastRecent, "ae1 ae2 ae3")
	aes.ID = "us"
	country := Column{Text: func(f *handoff.Facts) (string, bool) { return f.Lead.Country, f.Lead.Country != "" }}
	table, err := NewTerritory("by_country", []Column{country}, []Row{{Match: []Cell{Is("US")}, To: aes}, {Match: []Cell{{}}, To: Rep("territory3")}})
	if err != nil {
		t.Fatal(err)
	}
	sticky := Sticky{Policy: "acme", By: StickDomain, For: handoff.Span{Days: 120}, Renew: renew}
	f := openFloor(t, handoff.Config{Reps: []handoff.Rep{{ID: "ae1"}, {ID: "ae2"}, {ID: "ae3"}, {ID: "territory3"}}}, []Rung{sticky, table})
	var got []string
	for _, lead := range []struct {
		month       time.Month
		day         int
		mail, state string
	}{{1, 1, "x@acme.com", "US"}, {4, 15, "y@acme.com", "US"}, {5, 2, "z@acme.com", "US"}, {5, 2, "a@other.com", ""}} {
		f.at = time.Date(2026, lead.month, lead.day, 9, 0, 0, 0, time.UTC)
		got = append(got, f.take(handoff.Lead{Country: lead.state, Person: handoff.Person{Email: lead.mail}}).Owner)
	}
	return got
}

func TestWorked_C12_StickyByDomain_120Days(t *testing.T) {
	if diff := cmp.Diff([]string{"ae1", "ae1", "ae2", "territory3"}, c12(t, false)); diff != "" {
		t.Errorf("four months count from the first handoff (-want +got):\n%s", diff)
	}
}

func TestWorked_C12_StickyByDomain_120DaysRenew(t *testing.T) {
	if diff := cmp.Diff([]string{"ae1", "ae1", "ae1", "territory3"}, c12(t, true)); diff != "" {
		t.Errorf("four months count from the latest handoff (-want +got):\n%s", diff)
	}
}

// The documented joiner has 18 * 50 / 200 = 4.5 made-up bookings. Here they are whole and rounded down.
func TestWorked_CalComJoiner_LowestCountJoinAverage(t *testing.T) {
	old := weigh(teamOf(LowestCount, "ann bob"), 100, 100)
	f := openFloor(t, handoff.Config{}, []Rung{old})
	f.history(old, 9, 9)
	p := weigh(teamOf(LowestCount, "ann bob cat"), 100, 100, 50)
	if err := p.prepare(); err != nil {
		t.Fatal(err)
	}
	joined := p.start(facts{Facts: &handoff.Facts{At: f.at}}, f.ledger(p.ID))
	cat, _ := joined.Members.Find("cat")
	if cat.Calibration != 4 || cat.Assigned != 0 || joined.Count != 22 {
		t.Errorf("cat %+v of %d, want 4 bookings that she did not have, of 22", cat, joined.Count)
	}
}

// The documented weights 2, 1 and 0.5 are 4, 2 and 1 here. In which of the cycles 0.5 has its turn is left open there.
func TestWorked_NCWeights_Weighted(t *testing.T) {
	p := weigh(teamOf(Weighted, "ann bob cat"), 4, 2, 1)
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.give("ann bob ann ann cat bob ann ann bob ann ann cat bob ann", "four cycles")
	f.counted(p, "ann 8, bob 4, cat 2", "8/4/2")
}

// Of two records that match, the one whose owner is in the team counts, and of several the one modified last: a rung for
// each match, in that order. The host looks up the records; letters of its ids count as they are.
func TestWorked_NCLookup_OwnedOnlyHours(t *testing.T) {
	inTeam := func(r handoff.Rep) bool { return r.Team == "east" }
	match := func(i int) Rung {
		return Owned{Field: fmt.Sprintf("match%d", i), Only: inTeam, Hours: &Availability{Unknown: true, Calendars: map[string]*calendar.Calendar{"us": hoursOf(t, "Tue-Sun 00:00-24:00")}},
			Lookup: func(f *handoff.Facts) string {
				if list := f.Fields[0].List(); i < len(list) {
					return list[i]
				}
				return ""
			}}
	}
	reps := []handoff.Rep{{ID: "out"}, {ID: "ann", Team: "east", Capacity: handoff.Some[int64](0)}, {ID: "bob", Team: "east", Holidays: []string{"us"}}}
	f := openFloor(t, handoff.Config{Reps: reps, Fields: []handoff.Field{{Of: "lead", Name: "owners", Type: handoff.TypeList}}}, []Rung{match(0), match(1)})
	for _, tt := range []struct {
		name, reason, owners, want, passed string
	}{
		{"two matches", "the latest in the team gets it, without room and all", "out ann", "ann", "out excluded"},
		{"a holiday", "which keeps even an owner from work", "bob ann", "ann", "bob holiday"},
		{"nobody in the team", "it is not assigned", "out", "", "out excluded"},
		{"no match", "it is not assigned", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := f.take(handoff.Lead{Fields: map[string]handoff.Value{"owners": handoff.ListValue(strings.Fields(tt.owners))}})
			if d.Owner != tt.want || passedOver(d) != tt.passed {
				t.Errorf("%s: owner %q, passed over %q; want %q and %q", tt.reason, d.Owner, passedOver(d), tt.want, tt.passed)
			}
		})
	}
}

func TestWorked_RevenueHeroSameDomain_StickyDomain(t *testing.T) {
	vip := Guarded{Rep("zoe"), onStatus(func(s string) bool { return s == "vip" })}
	f := openFloor(t, handoff.Config{Reps: []handoff.Rep{{ID: "zoe"}}}, []Rung{vip, Sticky{Policy: "acme", By: StickDomain}, teamOf(LeastRecent, "ann bob")})
	for i, want := range []struct{ status, owner string }{{"", "ann"}, {"", "ann"}, {"vip", "zoe"}, {"", "zoe"}} {
		d := f.take(handoff.Lead{Status: want.status, Person: handoff.Person{Email: "x@acme.com"}})
		f.is(fmt.Sprintf("contact %d, after the owner of the latest of the domain", i), d.Owner, want.owner)
	}
}

func TestWorked_Nominee_CoverOwner(t *testing.T) {
	p := teamOf(LeastRecent, "ann bob")
	p.Cover = CoverOwner
	back := monday.AddDate(0, 0, 7)
	f := openFloor(t, handoff.Config{Reps: []handoff.Rep{{ID: "zoe"},
		{ID: "ann", Absences: []handoff.Absence{{From: monday, Until: back, Cover: "zoe"}}}}}, []Rung{p})
	d := f.take(handoff.Lead{ID: "L"})
	f.is("who works it", d.Owner, "zoe")
	record, _ := f.store.State()[d.Subject].Value.(handoff.Record)
	f.is("who owns it", record.Owner, "ann")
	if want := (handoff.Cover{Rep: "zoe", Until: back}); record.Cover != want {
		t.Errorf("cover %v, want %v", record.Cover, want)
	}
	if want := (handoff.Turn{Policy: "acme", Pool: "team", Rep: "ann", At: f.at}); record.Turn != want {
		t.Errorf("turn %v, want %v", record.Turn, want)
	}
	f.counted(p, "ann 1, bob 0", "the credit too")
	f.at = back
	f.give("bob ann", "the cover is over by itself")
}

// Where one rung remembers for the route and another asks for what the whole policy remembers, they never meet.
func TestWorked_KubaruStickyScopes(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		first      Scope
		second     Scope
	}{
		{"this router, then any router", "bob", ScopeRoute, ScopePool},
		{"any router, then this router", "bob", ScopePool, ScopeRoute},
		{"this router, then another one", "bob", ScopeRoute, ScopeRoute},
		{"any router both times", "ann", ScopePool, ScopePool},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := teamOf(LeastRecent, "ann bob")
			route := func(s Scope) []Rung { return []Rung{Sticky{Policy: "acme", By: StickDomain, Scope: s}, p} }
			f := openFloor(t, handoff.Config{}, route(tt.first), route(tt.second))
			lead := handoff.Lead{Person: handoff.Person{Email: "x@acme.com"}}
			f.is("first", f.take(lead).Owner, "ann")
			f.is("second", f.decide(f.request("R2", lead)).Owner, tt.want)
		})
	}
}

// TestWorked_Rotations has a row for each of the algorithms that are sold as round robin, and says which options give it.
func TestWorked_Rotations(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		run          func(t *testing.T)
	}{
		{"RR-A list cursor: fixed", "round and round; where the documented one begins anew when somebody leaves, ours goes on behind who was served last", rrListCursor},
		{"RR-B number modulo the size: not offered", "it gives an absent rep their share; hash is what also needs no memory", rrModulo},
		{"RR-C least recently assigned: least_recent", "whoever waits longest, for the pool or for a team over several pools", rrLeastRecent},
		{"RR-C manual assignments: least_recent, returns.charge and exclude.previous", "they move the order, and who had it is left out", rrManual},
		{"RR-D lowest count of the month: lowest_count, reset month, returns.no_show count", "ties go to the priority, and a no-show does not count", rrMonth},
		{"RR-D credits roll over: lowest_count, reset month, returns.no_show credit", "what is owed outlives the reset", rrRollOver},
		{"RR-D lands last: lowest_count, on_join last", "who joins waits until all others had a turn", rrLandsLast},
		{"RR-D priority 3: lowest_count, weights 3 and 1", "one for every three that the other gets", rrOneInThree},
		{"RR-E order or count: fixed or lowest_count", "a handoff that is given back changes the next turn only where counts rank", rrOrderOrCount},
		{"RR-F strict, flexible", "strict waits for whose turn it is, flexible takes who is there; balanced is C7", rrModes},
		{"RR-G stars: least_recent, priority_first, balanced", "stars come first, up to a lead of 3", rrStars},
		{"RR-H weights, priority, longest wait: lowest_count", "in this order", rrWeightsThenPriority},
		{"RR-I weighted cycle: weighted", "weights 2 and 1: twice in each cycle", rrCycle},
		{"RR-I never a turn ahead or behind: weighted", "whatever the weights, at every prefix of the cycle", rrBound},
		{"RR-J weighted random: not offered", "nobody could say afterwards why it was this one", rrRandom},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.run(t)
			if t.Failed() {
				t.Log(tt.reason)
			}
		})
	}
}

// reopen goes on with the same store under another pool.
func (f *salesFloor) reopen(rungs ...Rung) {
	f.t.Helper()
	f.engine = openFloor(f.t, handoff.Config{}, rungs).engine
}

func rrListCursor(t *testing.T) {
	f := openFloor(t, handoff.Config{}, []Rung{teamOf(Fixed, "ann bob cat")})
	f.give("ann bob cat ann bob", "in the order of the list")
	f.reopen(teamOf(Fixed, "bob cat dan"))
	f.give("cat dan bob", "ann left and dan came; bob was served last, so that cat is next: from the beginning it were bob")
}

func rrModulo(t *testing.T) {
	if _, err := New(teamOf("modulo", "ann bob")); err == nil || !strings.Contains(err.Error(), `unknown rotation "modulo"`) {
		t.Errorf("error %v, want modulo refused", err)
	}
	p := teamOf(Hash, "ann bob cat")
	p.HashBy = StickLead
	f := openFloor(t, handoff.Config{}, []Rung{p})
	owner := f.take(handoff.Lead{ID: "7"}).Owner
	f.is("the same record again", f.take(handoff.Lead{ID: "7"}).Owner, owner)
	f.status(owner, handoff.RepAway)
	if other := f.take(handoff.Lead{ID: "7"}).Owner; other == owner || other == "" {
		t.Errorf("owner %q, want somebody who is there", other)
	}
}

func rrLeastRecent(t *testing.T) {
	inTeam := func(id, members string) *Pool {
		p := teamOf(LeastRecent, members)
		p.ID, p.Scope, p.Team = id, ScopeTeam, "east"
		p.Peers = teamOf(LeastRecent, "ann bob cat").Members
		return p
	}
	f := openFloor(t, handoff.Config{}, []Rung{inTeam("inbound", "ann bob")}, []Rung{inTeam("events", "ann cat")})
	var got []string
	for _, play := range strings.Fields("R1 R2 R1 R2") {
		got = append(got, f.decide(f.request(play, handoff.Lead{})).Owner)
	}
	// Whom one distributor served waits in the other: of ann and cat, cat is next in the second.
	if diff := cmp.Diff(strings.Fields("ann cat bob ann"), got); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
}

func rrManual(t *testing.T) {
	p := teamOf(LeastRecent, "ann bob cat")
	p.Returns.Charge, p.Exclude.Previous = true, 1
	f := openFloor(t, handoff.Config{}, []Rung{p})
	lead := f.take(handoff.Lead{ID: "L"})
	f.is("first", lead.Owner, "ann")
	f.observe("L", handoff.Activity{Kind: handoff.ActivityReassigned, To: "bob"})
	f.give("cat ann bob", "bob had a turn by hand")
	f.give("cat ann", "and once more round")
	f.is("the owner is left out", f.take(handoff.Lead{ID: "L"}).Owner, "cat")
}

// monthly is a pool of lowest counts that begin anew with each month.
func monthly(noShow GivenBack) *Pool {
	p := teamOf(LowestCount, "ann bob")
	p.Reset, p.Returns.NoShow = Month, noShow
	return p
}

func rrMonth(t *testing.T) {
	p := monthly(BackCount)
	p.Members[1].Priority = 1
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.is("a tie", f.take(handoff.Lead{ID: "L"}).Owner, "bob")
	f.observe("L", handoff.Activity{Kind: handoff.ActivityNoShow})
	f.give("bob ann bob ann", "what did not take place counts no more, so that the counts begin with 0 and 0 again")
	f.at = monday.AddDate(0, 1, 0)
	f.give("bob ann", "from the first of the month on both have 0 again")
}

func rrRollOver(t *testing.T) {
	f := openFloor(t, handoff.Config{}, []Rung{monthly(BackCredit)})
	f.give("ann", "first in the list")
	f.is("second", f.take(handoff.Lead{ID: "L"}).Owner, "bob")
	f.observe("L", handoff.Activity{Kind: handoff.ActivityNoShow})
	f.at = monday.AddDate(0, 1, 0)
	f.give("bob ann bob", "bob is owed a turn from last month, beside those that both begin with")
}

func rrLandsLast(t *testing.T) {
	f := openFloor(t, handoff.Config{}, []Rung{teamOf(LowestCount, "ann bob")})
	f.give("ann bob ann", "two and one")
	joined := teamOf(LowestCount, "ann bob cat")
	joined.OnJoin = JoinLast
	f.reopen(joined)
	f.give("bob ann cat bob", "cat has as many as who has most, and nobody waited less")
}

func rrOneInThree(t *testing.T) {
	p := weigh(teamOf(LowestCount, "ann bob"), 3, 1)
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.owners(8)
	f.counted(p, "ann 6, bob 2", "three to one")
}

func rrOrderOrCount(t *testing.T) {
	for rotation, next := range map[Rotation]string{Fixed: "ann", LowestCount: "bob"} {
		p := teamOf(rotation, "ann bob")
		p.Returns.Declined = BackCount
		f := openFloor(t, handoff.Config{}, []Rung{p})
		f.give("ann", string(rotation))
		f.is("second", f.take(handoff.Lead{ID: "L"}).Owner, "bob")
		f.observe("L", handoff.Activity{Kind: handoff.ActivityDeclined, By: "bob"})
		f.give(next, string(rotation)+" after bob declined")
	}
}

func rrModes(t *testing.T) {
	for mode, want := range map[Mode]string{Strict: "-", Flexible: "bob"} {
		p := teamOf(LeastRecent, "ann bob")
		p.Mode = mode
		f := openFloor(t, handoff.Config{}, []Rung{p})
		f.status("ann", handoff.RepAway)
		f.give(want, string(mode))
		f.status("ann", handoff.RepActive)
		f.give("ann bob", "the turn is still that of ann")
	}
}

func rrStars(t *testing.T) {
	p := teamOf(LeastRecent, "ann bob cat")
	p.PriorityFirst, p.Mode, p.MaxLead = true, Balanced, 3
	p.Members[1].Priority = 5
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.give("bob bob bob ann cat bob", "bob has the stars until three ahead; of the others who waited longest")
}

func rrWeightsThenPriority(t *testing.T) {
	p := weigh(teamOf(LowestCount, "ann bob cat"), 2, 1, 1)
	p.Members[2].Priority = 1
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.give("cat ann bob ann cat", "0 each: cat's priority, then ann, bob; ann has 1 of 2; then 1 each: cat's priority")
}

func rrCycle(t *testing.T) {
	p := weigh(teamOf(Weighted, "ann bob"), 2, 1)
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.give("ann bob ann ann bob ann", "two of three in each cycle")
}

func rrBound(t *testing.T) {
	for _, weights := range [][]int64{{1, 1, 3, 14, 14}, {5, 1, 1}, {7, 9, 13}, {1, 2, 4, 8, 16}, {3, 3, 2, 2, 1}} {
		p := weigh(teamOf(Weighted, "ann bob cat dan eve"[:4*len(weights)-1]), weights...)
		f := openFloor(t, handoff.Config{}, []Rung{p})
		got, total := map[string]int64{}, int64(0)
		for _, w := range weights {
			total += w
		}
		for n := range 2 * total {
			got[f.take(handoff.Lead{}).Owner]++
			for _, m := range p.Members {
				if lag := (n+1)*m.Weight - got[m.Rep]*total; lag >= total || lag <= -total {
					t.Fatalf("weights %v, after %d turns: %s has %d, which is a turn or more from its share", weights, n+1, m.Rep, got[m.Rep])
				}
			}
		}
	}
}

func rrRandom(t *testing.T) {
	if _, err := New(teamOf("random", "ann bob")); err == nil || !strings.Contains(err.Error(), `unknown rotation "random"`) {
		t.Errorf("error %v, want random refused", err)
	}
}

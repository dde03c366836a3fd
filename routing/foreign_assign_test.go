package routing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// A frappeCase is an assignment rule and what it does.
type frappeCase struct {
	ID, Op     string
	Users      []string
	Weights    map[string]int64
	Steps      []frappeStep
	Last       *string `json:"stored_last_user"`
	Records    []struct{ Owner string }
	Condition  string
	AssignWhen string `json:"assign_when"`
	Record     map[string]int64
	Want       any
	Disputed   bool
	NotRun     bool `json:"not_run_by_peer"`
}

type frappeStep struct {
	Assign int
	Clear  bool `json:"clear_open_work"`
	Close  string
	Count  int
	Want   any
	Record map[string]any
	Open   map[string]int64 `json:"want_open"`
	Counts map[string]int64 `json:"want_counts"`
}

// Why an assignment is not ours.
const (
	frappeDisputed = "the peer's test and its comment differ"
	frappeNotRun   = "not run by the peer"
	frappeUnassign = "no condition takes an owner away" // a record changes hands by a decision or by a person
	frappeClosed   = "no condition closes a record"     // an activity does, and the owner stays as with the peer
	frappeDue      = "no field is a due date"           // what is due is the promise of a play, and no matter of routing
)

func TestForeign_Frappe(t *testing.T) {
	want := map[string]int{"round_robin_state": 1, "round_robin_next": 4, "load_balancing": 1, "weighted": 1, "by_field": 1, "condition": 1,
		frappeDisputed: 1, frappeNotRun: 2, frappeUnassign: 2, frappeClosed: 1, frappeDue: 1}
	ops := map[string]func(frappeCase, *testing.T){"round_robin_state": frappeCase.rotate, "round_robin_next": frappeCase.next,
		"load_balancing": frappeCase.balance, "weighted": frappeCase.weigh, "by_field": frappeCase.byField, "condition": frappeCase.guard,
		"unassign": frappeCase.keep, "close": frappeCase.close}
	reasons := map[string]string{"unassign": frappeUnassign, "close": frappeClosed, "due_date_follows_field": frappeDue}
	holdForeign(t, "assign_frappe.json", want, func(t *testing.T, c frappeCase) string {
		switch {
		case c.Disputed:
			return frappeDisputed
		case c.NotRun:
			return frappeNotRun
		}
		if run := ops[c.Op]; run != nil {
			run(c, t)
		}
		return either(reasons[c.Op], c.Op)
	})
}

func (c frappeCase) pool(r Rotation) *Pool {
	p := teamOf(r, strings.Join(c.Users, " "))
	p.Units = 1
	return p
}

// rotate takes turns, whatever of the work is closed meanwhile.
func (c frappeCase) rotate(t *testing.T) {
	f := openFloor(t, handoff.Config{}, []Rung{c.pool(Fixed)})
	for _, s := range c.Steps {
		if s.Clear {
			for rep, n := range f.load(c.Users...) {
				f.close(rep, int(n))
			}
			continue
		}
		f.is("owners", fmt.Sprint(f.owners(s.Assign)), fmt.Sprint(s.Want))
	}
}

// next asks who follows the one served last. What the ledger of State says counts: a worker that decided on an older one is
// refused and decides again.
func (c frappeCase) next(t *testing.T) {
	f := openFloor(t, handoff.Config{}, []Rung{c.pool(Fixed)})
	switch {
	case c.Last == nil:
	case slices.Contains(c.Users, *c.Last):
		f.owners(slices.Index(c.Users, *c.Last))
		late := f.fill(f.request("R1", handoff.Lead{}))
		f.is("served last", f.take(handoff.Lead{}).Owner, *c.Last)
		d, err := f.engine.Decide(f.at, late)
		if err = errors.Join(err, f.store.Commit(context.Background(), d)); !errors.Is(err, handoff.ErrConflict) {
			t.Errorf("the decision from an old state gives it to %s: %v, want a conflict", d.Owner, err)
		}
	default:
		f = c.after(t, *c.Last, 0)
		f.is("behind those who are left", c.after(t, *c.Last, 1).take(handoff.Lead{}).Owner, c.Users[1])
	}
	f.is("next", f.take(handoff.Lead{}).Owner, c.Want.(string))
}

// after returns a floor whose latest turn was that of somebody who is gone, and stood at a place in the list. The peer begins
// anew with the first of the list, and so does ours where nobody was served before. Else ours goes on behind the one of
// those left who was served last.
func (c frappeCase) after(t *testing.T, gone string, place int) *salesFloor {
	p := c.pool(Fixed)
	p.Members = slices.Insert(p.Members, place, Member{Rep: gone, Weight: 1})
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.owners(place + 1)
	f.reopen(c.pool(Fixed))
	return f
}

// balance gives to whoever has the least open work, of equals to who waited longest.
func (c frappeCase) balance(t *testing.T) {
	f := openFloor(t, handoff.Config{}, []Rung{c.pool(LeastOpen)})
	for _, s := range c.Steps {
		f.owners(s.Assign)
		if s.Close != "" {
			f.close(s.Close, s.Count)
		} else if diff := cmp.Diff(s.Open, f.load(c.Users...)); diff != "" {
			t.Errorf("open work (-want +got):\n%s", diff)
		}
	}
}

func (c frappeCase) weigh(t *testing.T) {
	c.Users = slices.Sorted(maps.Keys(c.Weights))
	p := c.pool(Weighted)
	for i := range p.Members {
		p.Members[i].Weight = c.Weights[p.Members[i].Rep]
	}
	f := openFloor(t, handoff.Config{}, []Rung{p})
	f.owners(c.Steps[0].Assign)
	if diff := cmp.Diff(c.Steps[0].Counts, f.load(c.Users...)); diff != "" {
		t.Errorf("handoffs (-want +got):\n%s", diff)
	}
}

func (c frappeCase) byField(t *testing.T) {
	var reps []handoff.Rep
	var want []any
	for _, r := range c.Records {
		reps, want = append(reps, handoff.Rep{ID: r.Owner}), append(want, r.Owner)
	}
	named := Owned{Field: "owner", Lookup: func(f *handoff.Facts) string { return f.Fields[0].Text() }}
	f := openFloor(t, handoff.Config{Reps: reps, Fields: []handoff.Field{{Of: "lead", Name: "owner", Type: handoff.TypeString}}}, []Rung{named})
	var got []any
	for _, r := range c.Records {
		got = append(got, f.take(handoff.Lead{Fields: map[string]handoff.Value{"owner": handoff.StringValue(r.Owner)}}).Owner)
	}
	if diff := cmp.Diff(c.Want, any(got)); diff != "" || !slices.Equal(want, got) {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
}

// ruled opens a floor whose only pool is for the records on which a condition such as "public == 1" holds.
func (c frappeCase) ruled(t *testing.T, condition string) (f *salesFloor, field string) {
	var value int64
	if _, err := fmt.Sscanf(condition, "%s == %d", &field, &value); err != nil {
		t.Fatal(err)
	}
	p := teamOf(Fixed, "test")
	p.Units = 1
	holds := onFacts(func(f *handoff.Facts) bool { return !f.Fields[0].IsZero() && f.Fields[0].Int() == value })
	return openFloor(t, handoff.Config{Fields: []handoff.Field{{Of: "lead", Name: field, Type: handoff.TypeInt}}}, []Rung{Guarded{p, holds}}), field
}

func (c frappeCase) guard(t *testing.T) {
	f, field := c.ruled(t, c.Condition)
	take := func(value int64) handoff.Decision {
		return f.take(handoff.Lead{Fields: map[string]handoff.Value{field: handoff.IntValue(value)}})
	}
	d := take(c.Record[field])
	if c.Want != nil || d.Owner != "" || !hasReason(d, "pool:team", NotForRecord) {
		t.Errorf("owner %q by %v, want nobody, since the condition is not true", d.Owner, d.Reasons)
	}
	f.is("where it is true", take(1).Owner, "test")
}

// keep runs a case in which the peer takes the record away from its owner, and ours does not.
func (c frappeCase) keep(t *testing.T) {
	f, field := c.ruled(t, c.AssignWhen)
	for i, want := range []string{"test", ""} {
		value := handoff.IntValue(int64(c.Steps[i].Record[field].(float64)))
		d := f.take(handoff.Lead{ID: "L", Fields: map[string]handoff.Value{field: value}})
		f.is("owner of the decision", d.Owner, want)
		f.is("owner of the record", f.store.State()[d.Subject].Value.(handoff.Record).Owner, "test")
	}
}

// close runs a case in which work is closed: by an activity, and the owner stays.
func (c frappeCase) close(t *testing.T) {
	f, field := c.ruled(t, "public == 1")
	d := f.take(handoff.Lead{Fields: map[string]handoff.Value{field: handoff.IntValue(1)}})
	f.close("test", 1)
	f.is("owner", f.store.State()[d.Subject].Value.(handoff.Record).Owner, "test")
	if n := f.load("test")["test"]; n != 0 {
		t.Errorf("%d units of open work, want 0", n)
	}
}

// An odooCase is about members whose capacity is so many leads in 30 days.
type odooCase struct {
	ID, Op       string
	Capacity     int64 `json:"capacity_30d"`
	LastDay      int64 `json:"assigned_last_24h"`
	LastMonth    int64 `json:"assigned_last_30d"`
	Ignore       bool  `json:"ignore_assigned"`
	WorkDays     int   `json:"work_days"`
	Want         any
	Teams        []odooTeam
	Leads        json.RawMessage
	WantMembers  map[string]int `json:"want_members"`
	Members      []odooMember
	Runs         int
	Hours        int `json:"hours_between_runs"`
	Users        []string
	Lead         odooLead
	Existing     odooLead
	Incoming     odooLead
	ForcedOwners bool `json:"force"`
}

type odooTeam struct {
	Name    string
	Filter  []any // path, operator, operand
	Members []odooMember
}

type odooMember struct {
	Name      string
	Capacity  int64 `json:"capacity_30d"`
	LastDay   int64 `json:"assigned_last_24h"`
	LastMonth int64 `json:"assigned_last_30d"`
	Filter    []any
	Preferred []any
	Archived  bool
	OptOut    bool `json:"opt_out"`
}

type odooLead struct {
	Name   string
	Owner  string
	Stage  string
	Active *bool
	Lost   bool
}

// Why a quota is not ours. Ours is an even cap of the calendar's month: in its first d days of n, d n-ths of the capacity,
// rounded up. Odoo's is rounded for each day by itself; TestForeign_OdooMonth has the difference.
const (
	odooForced      = "no run ignores a cap"
	odooCatchesUp   = "a fifth of what is behind is added" // by the older algorithm
	odooSeveralRuns = "a month is the calendar's"          // 60 days are none of ours
)

// odooOwn is what ours allows where it differs.
func odooOwn() map[string]struct {
	reason string
	quota  int64
} {
	return map[string]struct {
		reason string
		quota  int64
	}{
		"assign_odoo-003": {odooForced, 0},
		"assign_odoo-009": {odooCatchesUp, 2}, "assign_odoo-010": {odooCatchesUp, 3},
		"assign_odoo-013": {odooCatchesUp, 2}, "assign_odoo-014": {odooCatchesUp, 3}, "assign_odoo-017": {odooCatchesUp, 3},
		"assign_odoo-018": {odooCatchesUp, 1}, "assign_odoo-019": {odooCatchesUp, 2}, "assign_odoo-020": {odooCatchesUp, 4},
		// 45 in the 30 days of April, and 44 in the first 30 of the 31 of May.
		"assign_odoo-012": {odooSeveralRuns, 89}, "assign_odoo-016": {odooSeveralRuns, 89},
	}
}

// april is the first day of a month of 30 days.
var april = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

func TestForeign_Odoo(t *testing.T) {
	want := map[string]int{"quota": 7, "quota_monthly_compensated": 7, "distribute": 6, "eligible_for_assignment": 6, "merge_keeps_owner": 1,
		"copy_is_assignable": 1, "fairness": 1, "round_robin_batch": 4, "assign_unforced": 1, "assign_forced": 1,
		odooForced: 1, odooCatchesUp: 8, odooSeveralRuns: 2}
	ops := map[string]func(odooCase, *testing.T){"distribute": odooCase.distribute, "eligible_for_assignment": odooCase.eligible,
		"merge_keeps_owner": odooCase.merge, "copy_is_assignable": odooCase.copied, "fairness": odooCase.fair,
		"round_robin_batch": odooCase.batch, "assign_unforced": odooCase.assign, "assign_forced": odooCase.assign}
	holdForeign(t, "assign_odoo.json", want, func(t *testing.T, c odooCase) string {
		if run := ops[c.Op]; run != nil {
			run(c, t)
			return c.Op
		}
		own, ours := odooOwn()[c.ID]
		want, reason := max(0, int64(c.Want.(float64))), c.Op // below 0 is nothing more, too
		if ours {
			want, reason = own.quota, own.reason
		}
		if got := c.quota(t); got != want {
			t.Errorf("%d leads, want %d", got, want)
		}
		return reason
	})
}

// evenly is a cap of so many in a month for those who are tagged with the number.
func evenly(capacity int64) Cap {
	return Cap{Max: capacity, Per: PerRep, Tag: fmt.Sprint(capacity), Every: Month, Even: true}
}

// given stores when a rep was given leads: some today and some in the month before.
func (f *salesFloor) given(rep string, today, before int64) {
	at := slices.Repeat([]time.Time{f.at.AddDate(0, 0, -15)}, int(before))
	at = append(at, slices.Repeat([]time.Time{f.at}, int(today))...)
	if len(at) > 0 {
		f.store.Put(handoff.State{handoff.TallyKey("acme", "rep/"+rep): {Version: 1, Value: handoff.Tally{At: at}}})
	}
}

// until gives leads until nobody takes one, and returns how many were given.
func (f *salesFloor) until() (n int64) {
	f.t.Helper()
	for f.take(handoff.Lead{}).Owner != "" {
		if n++; n > 1000 {
			f.t.Fatalf("more than %d leads are taken in a day", n)
		}
	}
	return n
}

// quota returns how many leads a member is given in so many days, each day as many as it takes.
func (c odooCase) quota(t *testing.T) (n int64) {
	p := teamOf(LeastRecent, "m")
	p.Caps = []Cap{evenly(c.Capacity)}
	f := openFloor(t, handoff.Config{Reps: []handoff.Rep{{ID: "m", Tags: []string{fmt.Sprint(c.Capacity)}}}}, []Rung{p})
	f.at = april
	f.given("m", c.LastDay, c.LastMonth)
	for day := range max(1, c.WorkDays) {
		f.at = april.AddDate(0, 0, day)
		n += f.until()
	}
	return n
}

// TestForeign_OdooMonth gives leads on every day of a month for as long as somebody takes one. Odoo rounds the quota of each
// day by itself: 15 a month is one on every day, and 45 are two. Ours keeps the fraction.
func TestForeign_OdooMonth(t *testing.T) {
	for _, tt := range []struct {
		capacity   int64
		odoo, ours int64
		days       string // of ours, the first four
	}{
		{15, 30, 15, "1 0 1 0"},
		{30, 30, 30, "1 1 1 1"},
		{45, 60, 45, "2 1 2 1"},
		{60, 60, 60, "2 2 2 2"},
		{150, 150, 150, "5 5 5 5"},
	} {
		p := teamOf(LeastRecent, "m")
		p.Caps = []Cap{evenly(tt.capacity)}
		f := openFloor(t, handoff.Config{Reps: []handoff.Rep{{ID: "m", Tags: []string{fmt.Sprint(tt.capacity)}}}}, []Rung{p})
		total, days := int64(0), []string(nil)
		for day := range 30 {
			f.at = april.AddDate(0, 0, day)
			n := f.until()
			total, days = total+n, append(days, fmt.Sprint(n))
		}
		if first := strings.Join(days[:4], " "); total != tt.ours || first != tt.days {
			t.Errorf("%d a month: %d, at first %s; want %d, %s", tt.capacity, total, first, tt.ours, tt.days)
		}
		if odoo := (tt.capacity*2 + 30) / 60 * 30; odoo != tt.odoo {
			t.Errorf("%d a month: Odoo's quota is %d, want %d", tt.capacity, odoo, tt.odoo)
		}
	}
}

// The fields of a lead that filters read, by their index.
const (
	odooProbability = iota
	odooPriority
	odooTag
	odooStage
	odooLost
)

func odooFields() []handoff.Field {
	return []handoff.Field{
		odooProbability: {Of: "lead", Name: "probability", Type: handoff.TypeInt},
		odooPriority:    {Of: "lead", Name: "priority", Type: handoff.TypeInt},
		odooTag:         {Of: "lead", Name: "tag", Type: handoff.TypeString},
		odooStage:       {Of: "lead", Name: "stage", Type: handoff.TypeString},
		odooLost:        {Of: "lead", Name: "lost", Type: handoff.TypeBool},
	}
}

// odooFilter is a condition on a lead such as ["probability", ">=", 20]; nil: every lead.
func odooFilter(t *testing.T, filter []any) handoff.Condition {
	if filter == nil {
		return onFacts(func(*handoff.Facts) bool { return true })
	}
	switch text := fmt.Sprint(filter[:2]...); text {
	case "probability>=":
		least := int64(filter[2].(float64))
		return onFacts(func(f *handoff.Facts) bool { return f.Fields[odooProbability].Int() >= least })
	case "priorityin":
		list := filter[2].([]any)
		return onFacts(func(f *handoff.Facts) bool { return slices.Contains(list, any(float64(f.Fields[odooPriority].Int()))) })
	case "countryset":
		return onFacts(func(f *handoff.Facts) bool { return f.Lead.Country != "" })
	case "tag==":
		return onFacts(func(f *handoff.Facts) bool { return f.Fields[odooTag].Text() == filter[2] })
	default:
		t.Fatalf("unknown filter %s", text)
	}
	return nil
}

// rungs returns the pool of a team and, before it, that of its members who prefer some leads.
func (m odooTeam) rungs(t *testing.T) []Rung {
	preferred, all := teamOf(LeastRecent, ""), teamOf(LeastRecent, "")
	preferred.ID, preferred.WhenEmpty = m.Name+"-preferred", EmptyNext
	all.ID, all.WhenEmpty = m.Name, EmptyNext
	for _, member := range m.Members {
		all.Members = append(all.Members, Member{Rep: member.Name, Weight: 1, When: odooFilter(t, member.Filter)})
		all.Caps = append(all.Caps, evenly(member.Capacity))
		if member.Preferred != nil {
			preferred.Members = append(preferred.Members, Member{Rep: member.Name, Weight: 1, When: odooFilter(t, member.Preferred)})
		}
	}
	preferred.Caps = all.Caps
	rungs := []Rung{Guarded{all, odooFilter(t, m.Filter)}}
	if len(preferred.Members) > 0 {
		rungs = slices.Insert(rungs, 0, Rung(Guarded{preferred, odooFilter(t, m.Filter)}))
	}
	return rungs
}

func (m odooMember) rep() handoff.Rep {
	rep := handoff.Rep{ID: m.Name, Tags: []string{fmt.Sprint(m.Capacity)}}
	if m.Archived {
		rep.Status = handoff.RepLeft
	} else if m.OptOut {
		rep.Status = handoff.RepAway
	}
	return rep
}

// distribute gives a batch of leads one by one, as the host orders them: the most probable first, and of those who are one
// person the first alone. Which of several teams that would take a lead gets it is drawn by lot there, and goes by the order
// of the rungs here; the counts of the members do not depend on it.
func (c odooCase) distribute(t *testing.T) {
	var rungs []Rung
	var reps []handoff.Rep
	for _, team := range c.Teams {
		rungs = append(rungs, team.rungs(t)...)
		for _, m := range team.Members {
			reps = append(reps, m.rep())
		}
	}
	f := openFloor(t, handoff.Config{Reps: reps, Fields: odooFields()}, rungs)
	f.at = april
	want := map[string]int{}
	for _, team := range c.Teams {
		for _, m := range team.Members {
			f.given(m.Name, m.LastDay, m.LastMonth-m.LastDay)
			want[m.Name] = 0
		}
	}
	got := maps.Clone(want)
	maps.Copy(want, c.WantMembers)
	for _, lead := range c.batchOf(t) {
		if owner := f.take(lead).Owner; owner != "" {
			got[owner]++
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("leads of each member (-want +got):\n%s", diff)
	}
	if c.Ignore {
		f.is("a second run on the same day, which is no forced one", fmt.Sprint(f.owners(1)), "[-]")
	}
}

// batchOf generates the leads of a case, the most probable first.
func (c odooCase) batchOf(t *testing.T) []handoff.Lead {
	var batch struct {
		Count                            int
		Generator, Tag, Country, Contact string
	}
	if err := json.Unmarshal(c.Leads, &batch); err != nil {
		t.Fatal(err)
	}
	var order []int // by priority, then the latest first
	for priority := int64(2); priority >= 0; priority-- {
		for i := batch.Count - 1; i >= 0; i-- {
			if int64(i%3) == priority {
				order = append(order, i)
			}
		}
	}
	probability := func(lead handoff.Lead) int64 { return lead.Fields["probability"].Int() }
	leads := make([]handoff.Lead, batch.Count)
	for p, i := range order {
		priority, likely := int64(i%3), int64(100)
		if batch.Generator != "" {
			likely = (int64(p)%5 + 1) * 10 * (priority + 1) / 2
		}
		leads[i].Fields = map[string]handoff.Value{"priority": handoff.IntValue(priority), "probability": handoff.IntValue(likely)}
		if batch.Country != "" {
			leads[i].Country = []string{"BE", "FR", ""}[i%3]
		}
		if batch.Tag != "" && i < 8 {
			leads[i].Fields["tag"] = handoff.StringValue("preferred")
		}
		if strings.Contains(batch.Contact, "mod 5") && i%5 < 2 {
			leads[i].ID = fmt.Sprintf("c%d", i%5+1)
		}
	}
	slices.SortStableFunc(leads, func(a, b handoff.Lead) int { return int(probability(b) - probability(a)) })
	return slices.DeleteFunc(leads, func(lead handoff.Lead) bool {
		return lead.ID != "" && slices.ContainsFunc(leads, func(first handoff.Lead) bool {
			return first.ID == lead.ID && probability(first) > probability(lead)
		})
	})
}

// worked opens a floor on which a lead that is won or lost is out, one with an owner stays with them unless a run is forced,
// and the others go to the users in turn.
func (c odooCase) worked(t *testing.T) *salesFloor {
	if len(c.Users) == 0 {
		c.Users = []string{"somebody"}
	}
	rungs := []Rung{Rung(teamOf(Fixed, strings.Join(c.Users, " ")))}
	if !c.ForcedOwners {
		rungs = slices.Insert(rungs, 0, Rung(LeadOwner))
	}
	return openFloor(t, handoff.Config{Reps: []handoff.Rep{{ID: "sales_leads"}, {ID: "sales_manager"}}, Fields: odooFields(), Gates: []handoff.Gate{
		{ID: "not_won", Require: onFacts(func(f *handoff.Facts) bool { return f.Fields[odooStage].Text() != "won" })},
		{ID: "not_lost", Require: onFacts(func(f *handoff.Facts) bool { return f.Fields[odooLost].Int() == 0 })},
	}}, rungs)
}

// record returns the lead as a host has it.
func (l odooLead) record() handoff.Lead {
	lead := handoff.Lead{ID: l.Name, Owner: l.Owner, Fields: map[string]handoff.Value{}}
	if l.Stage != "" {
		lead.Fields["stage"] = handoff.StringValue(l.Stage)
	}
	if l.Lost || l.Active != nil && !*l.Active {
		lead.Fields["lost"] = handoff.BoolValue(true)
	}
	return lead
}

// eligible asks whether the lead comes to the pool. One with an owner does not: it stays where it is.
func (c odooCase) eligible(t *testing.T) {
	d := c.worked(t).take(c.Lead.record())
	if assigned := d.Rung == "pool:team"; assigned != c.Want.(bool) {
		t.Errorf("%s, owner %q by %q; want it to come to the pool: %v", d.Verdict, d.Owner, d.Rung, c.Want)
	}
	if c.Lead.Owner != "" && d.Owner != c.Lead.Owner {
		t.Errorf("owner %q, want it to stay with %s", d.Owner, c.Lead.Owner)
	}
}

func (c odooCase) merge(t *testing.T) {
	into, from := handoff.Ref{Kind: handoff.KindLead, ID: "existing"}, handoff.Ref{Kind: handoff.KindLead, ID: "incoming"}
	next := handoff.Apply(handoff.State{
		into: {Version: 1, Value: handoff.Record{Owner: c.Existing.Owner}},
		from: {Version: 1, Value: handoff.Record{Owner: c.Incoming.Owner}},
	}, handoff.Effects{handoff.MergeRecords{From: from, Into: into, At: monday}})
	want := c.Want.(map[string]any)
	if got := next[into].Value.(handoff.Record).Owner; got != want["owner"] || want["surviving"] != into.ID || next[from].Value.(handoff.Record).Merged != into {
		t.Errorf("owner %q of %v, want %v", got, next, want)
	}
}

// copied takes a copy of a lead that nobody got: it is another lead.
func (c odooCase) copied(t *testing.T) {
	f := c.worked(t)
	f.status("somebody", handoff.RepAway)
	f.is("the lead", f.take(handoff.Lead{ID: "L"}).Owner, "")
	f.status("somebody", handoff.RepActive)
	f.is("its copy", f.take(handoff.Lead{ID: "copy"}).Owner, "somebody")
}

// fair gives one lead in each run. The peer breaks the tie of equal quotas by lot, with 11 to 19 of the 30 in its test. Ours
// remembers who was served last: the earliest deadline, then the longest wait, then the order of the list.
func (c odooCase) fair(t *testing.T) {
	team := odooTeam{Name: "team", Members: c.Members}
	var reps []handoff.Rep
	for _, m := range c.Members {
		reps = append(reps, m.rep())
	}
	rung := team.rungs(t)[0].(Guarded).Rung.(*Pool)
	rung.Rotation = Weighted
	f := openFloor(t, handoff.Config{Reps: reps, Fields: odooFields()}, []Rung{rung})
	for i := range c.Runs {
		f.is(fmt.Sprintf("run %d", i), f.take(handoff.Lead{}).Owner, c.Members[i%2].Name)
		f.at = f.at.Add(time.Duration(c.Hours) * time.Hour)
	}
	f.counted(rung, "senior 15, junior 15", "half each")
}

func (c odooCase) batch(t *testing.T) {
	var n int
	if err := json.Unmarshal(c.Leads, &n); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, owner := range c.Want.([]any) {
		want = append(want, owner.(string))
	}
	f := openFloor(t, handoff.Config{}, []Rung{teamOf(Fixed, strings.Join(c.Users, " "))})
	if diff := cmp.Diff(want, f.owners(n)); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
}

func (c odooCase) assign(t *testing.T) {
	var leads []odooLead
	if err := json.Unmarshal(c.Leads, &leads); err != nil {
		t.Fatal(err)
	}
	f, want := c.worked(t), c.Want.(map[string]any)
	for _, lead := range leads {
		owner, _ := want[lead.Name].(string)
		f.is(lead.Name, f.take(lead.record()).Owner, owner)
	}
}

// A treeCase asks a tree of routes for receivers, which are reps here.
type treeCase struct {
	ID, Op string
	Tree   treeNode
	Labels map[string]string
	Want   json.RawMessage
}

type treeNode struct {
	Receiver string // "": that of the node above
	Matchers []struct{ Label, Op, Value string }
	Routes   []treeNode
}

// Why an answer of a tree is not ours.
const (
	treeContinues = "several receivers"    // a record has one owner; ours is the first of them
	treeLabels    = "labels along the way" // what a rung is asked for is an owner; plays carry the rest
)

// A tree is a list of guarded rungs: the children of a node come before it, each on the condition of every node on the way
// to it. The first that is true is the deepest match of the first branch that matches. Options that a node inherits, such as
// how long a group waits, are no matter of routing and not compared.
func TestForeign_Alertmanager(t *testing.T) {
	want := map[string]int{"route": 14, "receivers": 2, treeContinues: 4, treeLabels: 4}
	holdForeign(t, "route_alertmanager.json", want, func(t *testing.T, c treeCase) string {
		if c.Op == "route_labels" {
			return treeLabels
		}
		d := c.route(t)
		receivers := c.receivers(t)
		if d.Owner != receivers[0] {
			t.Errorf("%v: owner %q, want %q", c.Labels, d.Owner, receivers[0])
		}
		if len(receivers) > 1 {
			return treeContinues
		}
		return c.Op
	})
}

// receivers returns those of the peer, in order.
func (c treeCase) receivers(t *testing.T) []string {
	var names []string
	if err := json.Unmarshal(c.Want, &names); err == nil {
		return names
	}
	var routes []struct{ Receiver string }
	if err := json.Unmarshal(c.Want, &routes); err != nil {
		t.Fatal(err)
	}
	names = nil // what was read of the other form
	for _, r := range routes {
		names = append(names, r.Receiver)
	}
	return names
}

func (c treeCase) route(t *testing.T) handoff.Decision {
	b := treeBuilder{slots: map[string]int{}}
	b.add(t, c.Tree, nil)
	lead := handoff.Lead{Fields: map[string]handoff.Value{}}
	for label, v := range c.Labels {
		b.slot(label)
		lead.Fields[label] = handoff.StringValue(v)
	}
	return openFloor(t, handoff.Config{Reps: b.reps, Fields: b.fields}, b.rungs).take(lead)
}

// A treeBuilder makes the rungs of a tree and the fields that they read.
type treeBuilder struct {
	rungs  []Rung
	reps   []handoff.Rep
	fields []handoff.Field
	slots  map[string]int // of the fields, by label
}

// add appends the rungs of a node, which the conditions on the way lead to.
func (b *treeBuilder) add(t *testing.T, n treeNode, way []func(*handoff.Facts) bool) {
	for _, m := range n.Matchers {
		way = append(slices.Clip(way), b.matcher(t, m.Label, m.Op, m.Value))
	}
	for _, child := range n.Routes {
		child.Receiver = either(child.Receiver, n.Receiver)
		b.add(t, child, way)
	}
	if !slices.ContainsFunc(b.reps, func(r handoff.Rep) bool { return r.ID == n.Receiver }) {
		b.reps = append(b.reps, handoff.Rep{ID: n.Receiver})
	}
	b.rungs = append(b.rungs, Guarded{Rep(n.Receiver), onFacts(func(f *handoff.Facts) bool {
		return !slices.ContainsFunc(way, func(is func(*handoff.Facts) bool) bool { return !is(f) })
	})})
}

// matcher returns the condition of one matcher. A label that is missing is the empty text, and a pattern matches the whole.
func (b *treeBuilder) matcher(t *testing.T, label, op, value string) func(*handoff.Facts) bool {
	if !strings.HasSuffix(op, "~") {
		value = regexp.QuoteMeta(value)
	}
	pattern, err := regexp.Compile("^(?:" + value + ")$")
	if err != nil {
		t.Fatal(err)
	}
	i := b.slot(label)
	return func(f *handoff.Facts) bool { return pattern.MatchString(f.Fields[i].Text()) == (op[0] == '=') }
}

// slot returns the field of a label, which it declares the first time.
func (b *treeBuilder) slot(label string) int {
	i, known := b.slots[label]
	if !known {
		i = len(b.fields)
		b.slots[label] = i
		b.fields = append(b.fields, handoff.Field{Of: "lead", Name: label, Type: handoff.TypeString})
	}
	return i
}

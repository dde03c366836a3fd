// Package realdata decides a year of real sales records, and checks that no record is lost and that turns are even.
package realdata

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/replay"
)

//go:embed policy.template
var policyText string

// dataDir holds the Maven Analytics "CRM Sales Opportunities" set: accounts.csv, sales_pipeline.csv, sales_teams.csv.
const dataDir = "../../../shared/data/maven_crm"

// rows reads a CSV file by the names of its columns. It skips the test where the data is not there.
func rows(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(dataDir, name))
	if os.IsNotExist(err) {
		t.Skipf("the data set is not on this machine: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = record[i]
		}
		out = append(out, row)
	}
	return out
}

// A market is the data set in Baton's words.
type market struct {
	engine  *handoff.Engine
	pools   map[string][]string // region -> reps
	lines   []replay.Line       // by instant, then by id
	dirt    map[string]int
	sellers map[string]bool // who occurs in the pipeline
}

func repID(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", "-") }

func load(t *testing.T) market {
	t.Helper()
	m := market{pools: map[string][]string{}, dirt: map[string]int{}, sellers: map[string]bool{}}
	region := map[string]string{}
	for _, r := range rows(t, "sales_teams.csv") {
		region[r["sales_agent"]] = r["regional_office"]
		m.pools[r["regional_office"]] = append(m.pools[r["regional_office"]], repID(r["sales_agent"]))
	}
	accounts := map[string]handoff.Account{}
	for _, r := range rows(t, "accounts.csv") {
		accounts[r["account"]] = account(t, r)
	}
	pipeline := rows(t, "sales_pipeline.csv")
	last := ""
	for _, r := range pipeline {
		last = max(last, r["engage_date"], r["close_date"])
	}
	for _, r := range pipeline {
		m.lines = append(m.lines, m.line(t, r, accounts, region, last))
	}
	slices.SortFunc(m.lines, func(a, b replay.Line) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Request.Lead.ID, b.Request.Lead.ID))
	})
	engine, err := rules.Parse("policy.yaml", m.policy())
	if err != nil {
		t.Fatal(err)
	}
	m.engine = engine
	return m
}

func account(t *testing.T, r map[string]string) handoff.Account {
	t.Helper()
	employees, err := strconv.ParseInt(r["employees"], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return handoff.Account{ID: repID(r["account"]), Name: r["account"], Industry: r["sector"], Country: r["office_location"],
		Parent: repID(r["subsidiary_of"]), Employees: handoff.Some(employees)}
}

// line turns an opportunity into a request: its agent's office is the lead's region, its product the asset that was
// asked for. What never was engaged takes the last day of the log.
func (m market) line(t *testing.T, r map[string]string, accounts map[string]handoff.Account, region map[string]string, last string) replay.Line {
	t.Helper()
	day := r["engage_date"]
	if day == "" {
		m.dirt["without engage date"]++
		day = last
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	product := r["product"]
	if product == "GTXPro" {
		m.dirt["GTXPro for GTX Pro"]++
		product = "GTX Pro"
	}
	if r["account"] == "" {
		m.dirt["without account"]++
	}
	m.sellers[r["sales_agent"]] = true
	a := accounts[r["account"]]
	at = at.Add(15 * time.Hour)
	return replay.Line{At: at, Request: handoff.Request{
		Subject:  handoff.Ref{Kind: handoff.KindLead, ID: r["opportunity_id"]},
		Account:  a,
		Lead:     handoff.Lead{ID: r["opportunity_id"], Account: a.ID, Fields: map[string]handoff.Value{"region": handoff.StringValue(region[r["sales_agent"]])}},
		Triggers: []handoff.Trigger{{ID: "demo-" + r["opportunity_id"], Kind: handoff.TriggerDemoRequest, OccurredAt: at, Asset: product}},
	}}
}

// policy writes the pools of the sales teams into the policy.
func (m market) policy() []byte {
	var pools bytes.Buffer
	for _, region := range slices.Sorted(maps.Keys(m.pools)) {
		fmt.Fprintf(&pools, "  %s:\n    members: [%s]\n    rotation: least_recent\n    availability: {unknown: available}\n    when_empty: unassigned\n",
			region, strings.Join(m.pools[region], ", "))
	}
	return []byte(strings.Replace(policyText, "#POOLS\n", pools.String(), 1))
}

// decide folds all lines, in their order, with what State says of reps beforehand.
func (m market) decide(t *testing.T, reps handoff.State) []handoff.Decision {
	t.Helper()
	simulator := replay.New(m.engine)
	var out []handoff.Decision
	for _, l := range m.lines {
		l.Request.State = reps
		decisions, err := simulator.Step(l)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range decisions {
			if d.Verdict != handoff.VerdictSwept { // sequences that end, and triggers that are due
				out = append(out, d)
			}
		}
	}
	return out
}

func TestEveryRecordFindsAnOwnerAndTurnsAreEven(t *testing.T) {
	m := load(t)
	for what, want := range map[string]int{"without engage date": 500, "without account": 1425, "GTXPro for GTX Pro": 1480} {
		if m.dirt[what] != want {
			t.Errorf("%d rows are %s, want %d", m.dirt[what], what, want)
		}
	}
	accounts, agents := map[string]bool{}, 0
	for _, l := range m.lines {
		if l.Request.Account.ID != "" {
			accounts[l.Request.Account.ID] = true
		}
	}
	for _, reps := range m.pools {
		agents += len(reps)
	}
	if len(m.pools) != 3 || agents != 35 || len(m.sellers) != 30 || len(accounts) != 85 {
		t.Errorf("%d regions, %d agents of whom %d occur, %d accounts; want 3, 35, 30, 85", len(m.pools), agents, len(m.sellers), len(accounts))
	}
	decisions := m.decide(t, nil)
	if len(decisions) != 8800 {
		t.Fatalf("%d decisions for 8,800 records", len(decisions))
	}
	turns := map[string]int{}
	var summary replay.Summary
	for _, d := range decisions {
		summary.Add(d)
		if d.Verdict != handoff.VerdictEnrolled {
			t.Errorf("%s: %s", d.ID, d.Sentence())
		}
		turns[d.Owner]++
	}
	for _, region := range slices.Sorted(maps.Keys(m.pools)) {
		reps := m.pools[region]
		least, most := len(decisions), 0
		for _, rep := range reps {
			least, most = min(least, turns[rep]), max(most, turns[rep])
		}
		if most-least > 1 {
			t.Errorf("%s: turns are between %d and %d; within a pool they differ by at most one", region, least, most)
		}
		t.Logf("%s: %d reps with %d to %d leads each", region, len(reps), least, most)
	}
	t.Logf("\n%s", summary.String())
}

func TestNobodyIsLostWhileAnOfficeIsAway(t *testing.T) {
	m := load(t)
	away := handoff.State{}
	for _, rep := range m.pools["West"] {
		away[handoff.RepKey(rep)] = handoff.Entry{Version: 1, Value: handoff.Rep{ID: rep, Status: handoff.RepAway}}
	}
	verdicts, outcome := map[handoff.Verdict]int{}, map[handoff.Ref]handoff.Verdict{}
	for _, d := range m.decide(t, away) {
		if d.Verdict == handoff.VerdictUnassigned {
			last := d.Reasons[len(d.Reasons)-1]
			if last.Rule != handoff.RuleRoute || last.Code != routing.PoolEmpty {
				t.Errorf("%s: unassigned without a reason of the route: %v", d.ID, last)
			}
		}
		if outcome[d.Subject] == "" { // the first answer; a lead that waits is answered again
			verdicts[d.Verdict]++
		}
		outcome[d.Subject] = d.Verdict
	}
	if verdicts[handoff.VerdictEnrolled]+verdicts[handoff.VerdictUnassigned] != 8800 || verdicts[handoff.VerdictUnassigned] == 0 {
		t.Errorf("verdicts %v do not cover 8,800 records", verdicts)
	}
	for subject, v := range outcome {
		if v != handoff.VerdictEnrolled && v != handoff.VerdictUnassigned && v != handoff.VerdictStale {
			t.Errorf("%s ended as %s", subject, v)
		}
	}
	t.Logf("%d enrolled, %d unassigned with reason %s; %d of those were given up after 30 days", verdicts[handoff.VerdictEnrolled],
		verdicts[handoff.VerdictUnassigned], routing.PoolEmpty, count(outcome, handoff.VerdictStale))
}

func count(outcome map[handoff.Ref]handoff.Verdict, want handoff.Verdict) int {
	n := 0
	for _, v := range outcome {
		if v == want {
			n++
		}
	}
	return n
}

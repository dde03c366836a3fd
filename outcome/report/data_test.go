package report_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/report"
)

// table reads a published data set, which stands beside the module.
func table(t *testing.T, name string, comma rune) [][]string {
	t.Helper()
	file, err := os.Open("../../../shared/data/" + name)
	if err != nil {
		t.Skipf("the data set %s is not there: %v", name, err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma = comma
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func ratio(t *testing.T, what string, got report.Ratio, want string) {
	t.Helper()
	if got.String() != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
	t.Logf("%s: %s", what, got)
}

func number(t *testing.T, what string, got, want int64) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %d, want %d", what, got, want)
	}
	t.Logf("%s: %d", what, got)
}

const day = 24 * 60 * 60

// The deals of a computer company: https://mavenanalytics.io/data-playground, "CRM Sales Opportunities".
func TestMavenDeals(t *testing.T) {
	var reps []handoff.Rep
	for _, row := range table(t, "maven_crm/sales_teams.csv", ',') {
		reps = append(reps, handoff.Rep{ID: row[0], Manager: row[1], Team: row[2]})
	}
	d := newDesk(t, report.Config{Reps: reps, Goal: report.StepWon})
	date := func(text string) time.Time {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, row := range table(t, "maven_crm/sales_pipeline.csv", ',') {
		id, agent, stage := row[0], row[1], row[4]
		if row[5] == "" {
			continue // a prospect whom nobody has engaged yet
		}
		d.hand(id, agent, date(row[5]))
		switch stage {
		case "Won":
			value, err := strconv.ParseInt(row[7], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			d.does(id, handoff.ActivityWon, date(row[6]), worth(value))
		case "Lost":
			d.does(id, handoff.ActivityLost, date(row[6]))
		}
	}
	f := d.Figures(time.Time{})
	win := f.All.Rate(report.RateWin)
	number(t, "won", win.Hits, 4238)
	number(t, "lost", win.Of-win.Hits, 2473)
	ratio(t, "win rate", win.Rate, "0.631501")
	won := f.All.Time(report.TimeWon)
	number(t, "median days to won", won.Naive.Median.Value/day, 57)
	number(t, "p90 days to won", won.Naive.P90.Value/day, 106)
	number(t, "open deals, censored", won.Open, 1589)
	number(t, "won value", f.All.Won.Amount, 10_005_534)
	teams := f.By[slices.IndexFunc(f.By, func(b report.Breakdown) bool { return b.Dimension == string(report.ByTeam) })].Groups
	for i, want := range []struct{ region, rate string }{{"Central", "0.625576"}, {"East", "0.630248"}, {"West", "0.639395"}} {
		if teams[i].Value != want.region {
			t.Errorf("region %s, want %s", teams[i].Value, want.region)
		}
		ratio(t, want.region, teams[i].Rate(report.RateWin).Rate, want.rate)
	}
}

// Calls of a bank: Moro, Cortez and Rita (2014), https://doi.org/10.24432/C5K306. Each person was called so often in the campaign,
// and said yes or no.
func TestBankTouchPressure(t *testing.T) {
	d := newDesk(t, report.Config{Goal: report.StepWon})
	for i, row := range table(t, "uci_bank_marketing/bank-additional-full.csv", ';') {
		id := fmt.Sprint("P", i)
		calls, err := strconv.Atoi(row[11])
		if err != nil {
			t.Fatal(err)
		}
		d.hand(id, "bank", monday)
		for c := range calls {
			d.does(id, handoff.ActivityCall, monday.Add(time.Duration(c+1)*time.Hour))
		}
		if row[20] == "yes" {
			d.does(id, handoff.ActivityWon, monday.Add(100*time.Hour))
		}
	}
	f := d.Figures(time.Time{})
	ratio(t, "overall", f.All.Rate(report.RateWon).Rate, "0.112654")
	for i, want := range []string{"0.130371", "0.114570", "0.107471", "0.093927", "0.075047"} {
		p := f.Pressure[i]
		number(t, "contacts", p.Attempts, int64(i+1))
		ratio(t, "won", p.Rate.Rate, want)
	}
}

// Tickets of a made-up software company: RavenStack by River @ Rivalytics. The first response is the first touch.
func TestRavenStackFirstResponse(t *testing.T) {
	d := newDesk(t, report.Config{})
	for _, row := range table(t, "ravenstack_saas/ravenstack_support_tickets.csv", ',') {
		submitted, err := time.Parse("02-01-2006", row[2])
		if err != nil {
			t.Fatal(err)
		}
		minutes, err := strconv.Atoi(row[6])
		if err != nil {
			t.Fatal(err)
		}
		d.hand(row[0], "support", submitted)
		d.does(row[0], handoff.ActivityEmail, submitted.Add(time.Duration(minutes)*time.Minute))
	}
	touch := d.Figures(time.Time{}).All.Time(report.TimeTouch)
	number(t, "tickets", touch.Done, 2000)
	number(t, "median minutes", touch.Naive.Median.Value/60, 88)
	number(t, "p90 minutes", touch.Naive.P90.Value/60, 160)
}

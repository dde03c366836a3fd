package report_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/estimate"
	"github.com/salesbaton/baton/outcome/report"
)

// The facts of a CRM's dashboard: deals by stage and their values, and what follows from them.
func TestForeignDashboard(t *testing.T) {
	text, err := os.ReadFile("../../../shared/cases/metrics_frappe_crm.json")
	if err != nil {
		t.Skipf("the cases are not there: %v", err)
	}
	var file struct {
		Cases []struct {
			ID, Op      string
			Input, Want json.RawMessage
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	agree, told := 0, map[string]string{
		"partition": "a law, held by every case with deals", "direction": "how a number is shown, and no number",
	}
	for _, c := range file.Cases {
		if why, skipped := told[c.Op]; skipped {
			t.Logf("%s %s: %s", c.ID, c.Op, why)
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			switch c.Op {
			case "count_leads", "sum_of_groups", "funnel":
				leadsOf(t, c.Input)
			case "average_days":
				sameDay(t)
			default:
				dealsOf(t, c.Op, c.Input, c.Want)
			}
		})
		agree++
	}
	if agree != 14 || len(file.Cases) != 16 {
		t.Errorf("%d of %d cases were tried, want 14 of 16", agree, len(file.Cases))
	}
}

// dealsOf tells of deals by stage, and looks for a number.
func dealsOf(t *testing.T, op string, input, wanted json.RawMessage) {
	var stages map[string][]int64
	var want float64
	if err := json.Unmarshal(input, &stages); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(wanted, &want); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, report.Config{})
	var open, all estimate.Moments
	for _, stage := range []string{"Qualification", "Negotiation", "Won"} {
		for i, value := range stages[stage] {
			id := fmt.Sprint(stage, i)
			d.hand(id, "ann", monday)
			all.Add(value)
			if stage == "Won" {
				d.does(id, handoff.ActivityWon, after(60), worth(value))
			} else {
				open.Add(value)
			}
		}
	}
	g := d.Figures(after(90)).All
	won := g.Rate(report.RateWon).Hits
	got := map[string]float64{
		"count_open": float64(g.Handoffs - g.Rate(report.RateWin).Of), "count_won": float64(won), "average_won": float64(g.Won.Mean),
		"average_open": open.Mean(), "average_open_and_won": all.Mean(),
	}[op]
	if math.Round(got*100)/100 != want {
		t.Errorf("%s: %v, want %v", op, got, want)
	}
}

// leadsOf tells of leads, of which one rep owns some, and looks at groups and the funnel.
func leadsOf(t *testing.T, input json.RawMessage) {
	var in struct {
		Leads int
		Owned int `json:"owned_by_user1"`
	}
	if err := json.Unmarshal(input, &in); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, report.Config{})
	for i := range in.Leads {
		owner := "user2"
		if i < in.Owned {
			owner = "user1"
		}
		d.hand(fmt.Sprint(i), owner, monday)
		if i%3 == 0 {
			d.does(fmt.Sprint(i), handoff.ActivityQualified, after(i))
		}
	}
	f := d.Figures(after(100))
	for _, by := range f.By {
		sum := int64(0)
		for _, g := range by.Groups {
			sum += g.Handoffs
			if by.Dimension == string(report.ByOwner) && g.Value == "user1" && g.Handoffs != int64(in.Owned) {
				t.Errorf("user1 has %d, want %d", g.Handoffs, in.Owned)
			}
		}
		if sum != int64(in.Leads) {
			t.Errorf("the groups of %s come to %d, want %d", by.Dimension, sum, in.Leads)
		}
	}
	steps := f.Funnel[0].Steps
	for i := range steps[1:] {
		if steps[i+1].N > steps[i].N {
			t.Errorf("the funnel grows from %s to %s", steps[i].Step, steps[i+1].Step)
		}
	}
	if steps[0].N != int64(in.Leads) || len(d.Figures(monday.Add(-time.Hour)).Funnel) != 1 {
		t.Errorf("the funnel begins with %d, want %d, and before the first day with nobody", steps[0].N, in.Leads)
	}
}

func sameDay(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.hand("L1", "ann", monday)
	d.does("L1", handoff.ActivityWon, monday)
	if won := d.Figures(after(1)).All.Time(report.TimeWon); won.Done != 1 || won.Naive.Median.Value != 0 || !won.Naive.Median.Known {
		t.Errorf("%+v, want no time at all", won)
	}
}

package report_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/report"
)

// An event is one that was decoded already.
type event struct {
	decision *handoff.Decision
	subject  handoff.Ref
	activity handoff.Activity
}

// busy returns the events of some leads of a busy year, five of each: a handoff with its clock and its turn, an attempt, a contact,
// and two steps of what came of it.
func busy(from, leads int) []event {
	events := make([]event, 0, 5*leads)
	for i := from; i < from+leads; i++ {
		id := fmt.Sprint("L", i)
		at := monday.Add(time.Duration(i) * 157 * time.Second)
		d := handed(id, fmt.Sprint("rep-", i%50), at)
		d.Digest, d.Play = fmt.Sprint("d", i/60_000), fmt.Sprint("play-", i%20)
		d.Effects = append(d.Effects,
			handoff.AdvancePool{Policy: "acme", Pool: "sdrs", Rep: d.Owner, Moves: []handoff.Move{{Rep: d.Owner, Offered: 1, Assigned: 1}}, At: at},
			handoff.StartClock{Subject: d.Subject, Clock: handoff.Clock{ID: "first_touch:" + d.Play, Play: d.Play, Owner: d.Owner, Start: at,
				Within: time.Hour, Due: at.Add(time.Hour)}})
		events = append(events, event{decision: &d})
		for j, kind := range []handoff.ActivityKind{handoff.ActivityCall, handoff.ActivityReply, handoff.ActivityQualified, handoff.ActivityOpportunity} {
			if i%(j+2) > j/2 {
				kind = handoff.ActivityEmail
			}
			after := time.Duration(i*7919%100_000+j*86_400) * time.Second
			events = append(events, event{subject: d.Subject, activity: handoff.Activity{ID: fmt.Sprint("A", i, "-", j), Kind: kind, At: at.Add(after)}})
		}
	}
	return events
}

func tell(r *report.Report, events []event) {
	for i := range events {
		if e := &events[i]; e.decision != nil {
			r.AddDecision(*e.decision)
		} else {
			r.AddActivity(e.subject, e.activity)
		}
	}
}

// BenchmarkMillionEvents folds a million events that are decoded already, and computes every figure of them. Beside the time it
// prints how large the heap was at most, with the 5,000 events that are decoded at a time and with garbage, and what of it lives
// in the end.
func BenchmarkMillionEvents(b *testing.B) {
	const leads, step = 200_000, 1_000
	b.ReportAllocs()
	var heap uint64
	look := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		heap = max(heap, m.HeapInuse)
	}
	for range b.N {
		r, err := report.New(report.Config{})
		if err != nil {
			b.Fatal(err)
		}
		for from := 0; from < leads; from += step {
			b.StopTimer()
			events := busy(from, step)
			look()
			b.StartTimer()
			tell(r, events)
		}
		f := r.Figures(time.Time{})
		b.StopTimer()
		look()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-live")
		runtime.KeepAlive(r)
		if f.Input.Handoffs != leads {
			b.Fatal(f.Input)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(heap)/1e6, "MB-heap")
}

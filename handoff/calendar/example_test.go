package calendar_test

import (
	"fmt"
	"log"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// A lead arrives on Friday afternoon in Berlin and is due four working hours
// later. Monday is a holiday, and in the night to Sunday clocks go forward.
func ExampleCalendar_Add() {
	berlin, err := calendar.LoadZone("Europe/Berlin")
	if err != nil {
		log.Fatal(err)
	}
	hours, err := calendar.ParseWindows("mon-fri 09:00-12:30, mon-fri 13:30-17:00")
	if err != nil {
		log.Fatal(err)
	}
	cal, err := calendar.New(calendar.Config{
		Zone:     berlin,
		Weekly:   hours,
		Holidays: []calendar.Date{{Year: 2026, Month: time.March, Day: 30}},
	})
	if err != nil {
		log.Fatal(err)
	}

	received := time.Date(2026, time.March, 27, 14, 30, 0, 0, time.UTC)
	due := cal.Add(received, 4*time.Hour)
	fmt.Println(due.Format(time.RFC3339))
	fmt.Println(berlin.In(due).Format(time.RFC1123))
	// Output:
	// 2026-03-31T09:30:00Z
	// Tue, 31 Mar 2026 11:30:00 CEST
}

// A call takes a rep in New York and a customer in Berlin: there are two hours
// of a working day that both have.
func ExampleIntersect() {
	offices := make([]*calendar.Calendar, 2)
	for i, name := range []string{"America/New_York", "Europe/Berlin"} {
		zone, err := calendar.LoadZone(name)
		if err != nil {
			log.Fatal(err)
		}
		config := calendar.Config{Zone: zone}
		if config.Weekly, err = calendar.ParseWindows("mon-fri 09:00-17:00"); err != nil {
			log.Fatal(err)
		}
		for _, holiday := range []string{"12-25", "2026-12-28..2027-01-01", "2026-12-24 09:00-16:00"} {
			if err := config.AddHoliday(holiday); err != nil {
				log.Fatal(err)
			}
		}
		if offices[i], err = calendar.New(config); err != nil {
			log.Fatal(err)
		}
	}
	both, err := calendar.Intersect(offices...)
	if err != nil {
		log.Fatal(err)
	}

	christmasEve := time.Date(2026, time.December, 24, 0, 0, 0, 0, time.UTC)
	fmt.Println(both.Next(christmasEve).Format(time.RFC3339))
	fmt.Println(both.Add(christmasEve, 2*time.Hour).Format(time.RFC3339))
	// Output:
	// 2026-12-24T14:00:00Z
	// 2027-01-04T15:00:00Z
}

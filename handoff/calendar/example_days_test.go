package calendar_test

import (
	"fmt"
	"log"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// A lead that nobody answers for a day and ten working hours goes to the manager.
// What a day is decides what a weekend does to it.
func ExampleCalendar_Due() {
	hours, err := calendar.ParseWindows("mon-fri 10:00-18:00")
	if err != nil {
		log.Fatal(err)
	}
	cal, err := calendar.New(calendar.Config{Weekly: hours})
	if err != nil {
		log.Fatal(err)
	}

	friday := time.Date(2026, time.March, 6, 15, 0, 0, 0, time.UTC)
	elapsed := calendar.Term{Days: 1, Day: calendar.DayElapsed, Hours: 10 * time.Hour}
	business := calendar.Term{Days: 1, Day: calendar.DayBusiness, Hours: 10 * time.Hour}
	fmt.Println(cal.Due(friday, elapsed).Format(time.RFC1123))
	fmt.Println(cal.Due(friday, business).Format(time.RFC1123))
	// Output:
	// Tue, 10 Mar 2026 12:00:00 UTC
	// Tue, 10 Mar 2026 17:00:00 UTC
}

// A team is closed on the last day of each quarter.
func ExampleInterval_Dates() {
	quarterEnd, err := calendar.NewInterval(calendar.IntervalConfig{
		Days:   []string{"-1"},
		Months: []string{"mar", "jun", "sep", "dec"},
	})
	if err != nil {
		log.Fatal(err)
	}
	year := calendar.Date{Year: 2026, Month: time.January, Day: 1}
	fmt.Println(quarterEnd.Dates(year, year.AddDays(364)))
	// Output: [2026-03-31 2026-06-30 2026-09-30 2026-12-31]
}

package calendar_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/salesbaton/baton/handoff/calendar"
)

func TestNewIntervalErrors(t *testing.T) {
	tests := []struct {
		name   string
		config calendar.IntervalConfig
		want   string // empty: accepted
		reason string
	}{
		{"range of weekdays", calendar.IntervalConfig{Weekdays: []string{"Mon:friday"}}, "", "short and whole names, in either case"},
		{"weekday to itself", calendar.IntervalConfig{Weekdays: []string{"mon:mon"}}, "", "one day"},
		{"week over its end", calendar.IntervalConfig{Weekdays: []string{"fri:mon"}}, `weekdays "fri:mon": the range ends before it begins`, "two ranges say it without doubt"},
		{"two letters", calendar.IntervalConfig{Weekdays: []string{"mo"}}, `unknown day "mo": write a name such as monday or mon`, "one of two lengths"},
		{"four letters", calendar.IntervalConfig{Months: []string{"sept"}}, `unknown month "sept"`, "one of two lengths"},
		{"empty item", calendar.IntervalConfig{Weekdays: []string{""}}, `weekdays "": unknown day ""`, "an item may have been forgotten"},
		{"open range", calendar.IntervalConfig{Days: []string{"1:"}}, `days "1:": unknown day ""`, "a range needs an end"},
		{"three ends", calendar.IntervalConfig{Years: []string{"1:2:3"}}, `unknown year "2:3"`, "two ends only"},
		{"month 13", calendar.IntervalConfig{Months: []string{"13"}}, `unknown month "13": write a name such as march`, "must not become January"},
		{"month 0", calendar.IntervalConfig{Months: []string{"0"}}, `unknown month "0"`, "must not become December"},
		{"year 0", calendar.IntervalConfig{Years: []string{"0"}}, `unknown year "0"`, "years begin at 1"},
		{"day -32", calendar.IntervalConfig{Days: []string{"-32"}}, `unknown day "-32": write 1 to 31, or -1 to -31`, "no month has it"},
		{"matches in the longest", calendar.IntervalConfig{Days: []string{"28:-4"}}, "", "the 28th of a month of 31 days"},
		{"matches in the shortest", calendar.IntervalConfig{Days: []string{"-28:1"}}, "", "the 1st of a month of 28 days"},
		{"matches in no length", calendar.IntervalConfig{Days: []string{"29:-4"}}, "the range is empty in every month", "it would never match"},
		{"night", calendar.IntervalConfig{Times: []string{"22:00-06:00"}}, `times "22:00-06:00": the end is not after the start: write one up to 24:00`, "on which day it ends would be a guess"},
		{"empty times", calendar.IntervalConfig{Times: []string{"09:00-09:00"}}, "the end is not after the start", "24 hours or none"},
		{"to midnight", calendar.IntervalConfig{Times: []string{"22:00-24:00"}}, "", "24:00 may end"},
		{"from 24:00", calendar.IntervalConfig{Times: []string{"24:00-24:00"}}, "24:00 cannot open a window", "it belongs to the next day"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := calendar.NewInterval(tt.config)
			checkError(t, err, tt.want)
			if (got == nil) != (err != nil) {
				t.Errorf("got interval %v beside the error %v: %s", got, err, tt.reason)
			}
		})
	}
}

func TestNewIntervalReportsAll(t *testing.T) {
	_, err := calendar.NewInterval(calendar.IntervalConfig{
		Weekdays: []string{"moon", "mon", "tues"}, Days: []string{"0"}, Months: []string{"13"}, Years: []string{"now"}, Times: []string{"9-17"}})
	if err == nil || strings.Count(err.Error(), "\n") != 5 {
		t.Errorf("want six lines, one for each bad item, got: %v", err)
	}
}

func interval(t testing.TB, c calendar.IntervalConfig) *calendar.Interval {
	t.Helper()
	i, err := calendar.NewInterval(c)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestIntervalContains(t *testing.T) {
	quarterEnd := calendar.IntervalConfig{Days: []string{"-3:-1"}, Months: []string{"mar", "jun", "sep", "dec"}}
	repeated := calendar.IntervalConfig{Zone: zone(t, "Europe/Berlin"), Times: []string{"02:00-02:30"}}
	tests := []struct {
		name   string
		config calendar.IntervalConfig
		at     string
		want   bool
		reason string
	}{
		{"quarter end, first instant", quarterEnd, "2026-06-28T00:00:00Z", true, "three days are left"},
		{"before the quarter end", quarterEnd, "2026-06-27T23:59:59.999999999Z", false, "four days are left"},
		{"quarter end, last instant", quarterEnd, "2026-06-30T23:59:59.999999999Z", true, "nanoseconds count"},
		{"end of another month", quarterEnd, "2026-05-31T12:00:00Z", false, "May ends no quarter"},
		{"December", quarterEnd, "2026-12-31T12:00:00Z", true, "the year carries"},
		{"the 31st before the end", calendar.IntervalConfig{Days: []string{"-31"}}, "2026-06-01T12:00:00Z", false, "June has 30 days"},
		{"the 31st before the end of March", calendar.IntervalConfig{Days: []string{"-31"}}, "2026-03-01T12:00:00Z", true, "March has 31 days"},
		{"the 31st or before", calendar.IntervalConfig{Days: []string{"-31:31"}}, "2026-06-01T12:00:00Z", true, "June lies within"},
		{"leap day", calendar.IntervalConfig{Days: []string{"-1"}, Months: []string{"february"}}, "2028-02-28T12:00:00Z", false, "the 29th is the last"},
		{"first occurrence", repeated, "2026-10-25T00:15:00Z", true, "02:15 for the first time"},
		{"second occurrence", repeated, "2026-10-25T01:15:00Z", true, "02:15 for the second time"},
		{"gap", repeated, "2026-03-29T01:15:00Z", false, "the clock shows 03:15"},
		{"start of the times", calendar.IntervalConfig{Times: []string{"09:00-17:00"}}, "2026-03-02T09:00:00Z", true, "the start belongs to it"},
		{"end of the times", calendar.IntervalConfig{Times: []string{"09:00-17:00"}}, "2026-03-02T17:00:00Z", false, "the end does not"},
		{"last of the times", calendar.IntervalConfig{Times: []string{"09:00-17:00"}}, "2026-03-02T16:59:59.999999999Z", true, "nanoseconds count"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := interval(t, tt.config).Contains(at(t, tt.at)); got != tt.want {
				t.Errorf("got %v: %s", got, tt.reason)
			}
		})
	}
}

func TestIntervalDates(t *testing.T) {
	tests := []struct {
		name        string
		config      calendar.IntervalConfig
		first, last string
		want        string
		reason      string
	}{
		{"last days", calendar.IntervalConfig{Days: []string{"-1"}}, "2026-01-31", "2026-03-31", "[2026-01-31 2026-02-28 2026-03-31]", "both ends included"},
		{"whole day in parts", calendar.IntervalConfig{Days: []string{"1"}, Times: []string{"12:00-24:00", "00:00-12:00"}}, "2026-01-01", "2026-01-31", "[2026-01-01]", "nothing is left out"},
		{"part of the day", calendar.IntervalConfig{Days: []string{"1"}, Times: []string{"00:00-12:00"}}, "2026-01-01", "2026-01-31", "[]", "a date is whole or not at all"},
		{"backwards", calendar.IntervalConfig{}, "2026-01-02", "2026-01-01", "[]", "no date is between"},
		{"one day", calendar.IntervalConfig{}, "2026-01-02", "2026-01-02", "[2026-01-02]", "an empty interval has every date"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fmt.Sprint(interval(t, tt.config).Dates(date(t, tt.first), date(t, tt.last))); got != tt.want {
				t.Errorf("got %s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestIntervalNil(t *testing.T) {
	var none *calendar.Interval
	start := at(t, "2026-03-02T12:00:00Z")
	if none.Contains(start) || none.Dates(date(t, "2026-03-02"), date(t, "2026-03-03")) != nil {
		t.Error("a nil Interval contains nothing")
	}
	if !new(calendar.Interval).Contains(start) {
		t.Error("the zero Interval contains every instant")
	}
}

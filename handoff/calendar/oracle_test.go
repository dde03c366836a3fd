package calendar_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// dataDir returns a folder of data that is not part of the module, and skips the test where it is absent.
func dataDir(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		t.Skipf("no data at %s: it is not part of the module", dir)
	}
	return dir
}

func readJSON(t testing.TB, path string, to any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// oracleCalendar is a calendar of calendars.json. Its windows are minutes since midnight by weekday, where 0 is Monday.
type oracleCalendar map[string]json.RawMessage

func (o oracleCalendar) read(t *testing.T, key string, to any) {
	t.Helper()
	if err := json.Unmarshal(o[key], to); err != nil {
		t.Fatalf("%s: %v", key, err)
	}
}

func (o oracleCalendar) build(t *testing.T, zoneName string) *calendar.Calendar {
	t.Helper()
	var weekly map[string][][2]int
	var holidays string
	o.read(t, "weekly windows (0=Mon) in minutes of local wall time, [from,to)", &weekly)
	o.read(t, "holidays", &holidays)
	c := calendar.Config{Zone: zone(t, zoneName)}
	for d := range 7 {
		for _, w := range weekly[strconv.Itoa(d)] {
			opens, closes := time.Duration(w[0])*time.Minute, time.Duration(w[1])*time.Minute
			c.Weekly = append(c.Weekly, calendar.Window{Day: time.Weekday((d + 1) % 7), Open: opens, Close: closes})
		}
	}
	if holidays != "none" {
		c.Holidays = holidaysOf(t, holidays)
	}
	cal, err := calendar.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func readRows(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return rows[1:]
}

// TestOracle compares with answers that two programs in another language agree on. Each row is asked of the table and of
// the walk.
func TestOracle(t *testing.T) {
	dir := dataDir(t, "oracle_business_time")
	var calendars map[string]oracleCalendar
	readJSON(t, filepath.Join(dir, "calendars.json"), &calendars)

	elapsed, deadlines := readRows(t, filepath.Join(dir, "elapsed.csv")), readRows(t, filepath.Join(dir, "deadlines.csv"))
	for _, row := range elapsed {
		want := seconds(t, row[5])
		for _, cal := range bothWays(t, calendars, row) {
			if got := cal.Between(at(t, row[3]), at(t, row[4])); got != want {
				t.Errorf("%v: Between = %v", row, got)
			}
		}
	}
	for _, row := range deadlines {
		budget := seconds(t, row[4])
		for _, cal := range bothWays(t, calendars, row) {
			sameInstant(t, cal.Add(at(t, row[3]), budget), at(t, row[5]), row[0]+" "+row[1]+" "+row[2])
		}
	}
	t.Logf("%d rows of elapsed time, %d deadlines", len(elapsed), len(deadlines))
	if len(elapsed)+len(deadlines) != 300 {
		t.Errorf("%d rows, want 300", len(elapsed)+len(deadlines))
	}
}

func bothWays(t *testing.T, calendars map[string]oracleCalendar, row []string) []*calendar.Calendar {
	t.Helper()
	described, ok := calendars[row[2]]
	if !ok {
		t.Fatalf("%v: there is no such calendar", row)
	}
	cal := described.build(t, row[1])
	return []*calendar.Calendar{cal, cal.In(zone(t, row[1]))}
}

func seconds(t *testing.T, s string) time.Duration {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(n) * time.Second
}

// holidaysOf reads a century of public holidays, by date.
func holidaysOf(t testing.TB, file string) []calendar.Date {
	t.Helper()
	var names map[calendar.Date]string
	readJSON(t, filepath.Join(dataDir(t, "holidays"), file), &names)
	var dates []calendar.Date
	for d := range names {
		dates = append(dates, d)
	}
	slices.SortFunc(dates, calendar.Date.Compare)
	return dates
}

var holidayZones = map[string]string{
	"BR_SP.json": "America/Sao_Paulo", "CA_COMMON.json": "America/Toronto", "DE_COMMON.json": "Europe/Berlin", "GB_COMMON.json": "Europe/London",
	"IN_COMMON.json": "Asia/Kolkata", "NL_COMMON.json": "Europe/Amsterdam", "US_COMMON.json": "America/New_York",
}

// TestCenturyOfHolidays counts the working days of every year by another way.
func TestCenturyOfHolidays(t *testing.T) {
	for file, zoneName := range holidayZones {
		t.Run(file, func(t *testing.T) {
			z, holidays := zone(t, zoneName), holidaysOf(t, file)
			cal, err := calendar.New(calendar.Config{Zone: z, Weekly: windows(t, office), Holidays: holidays})
			if err != nil {
				t.Fatal(err)
			}
			for year := 1950; year <= 2050; year++ {
				first, next := calendar.Date{Year: year, Month: 1, Day: 1}, calendar.Date{Year: year + 1, Month: 1, Day: 1}
				working := 0
				for d := first; d != next; d = d.AddDays(1) {
					if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && !slices.Contains(holidays, d) {
						working++
					}
				}
				want := time.Duration(working) * 8 * time.Hour
				if got := cal.Between(z.At(first, 0), z.At(next, 0)); got != want {
					t.Errorf("%d has %v, want %d days of 8 hours", year, got, working)
				}
			}
			for _, h := range holidays {
				if noon := z.At(h, 12*time.Hour); cal.IsOpen(noon) || cal.Next(noon).Sub(noon) < 20*time.Hour {
					t.Errorf("open on %v, which is a holiday", h)
				}
			}
		})
	}
}

func BenchmarkNewCenturyOfHolidays(b *testing.B) {
	config := calendar.Config{Zone: zone(b, "America/New_York"), Weekly: windows(b, office), Holidays: holidaysOf(b, "US_COMMON.json")}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := calendar.New(config); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAddTenYearsCenturyOfHolidays(b *testing.B) {
	config := calendar.Config{Zone: zone(b, "America/New_York"), Weekly: windows(b, office), Holidays: holidaysOf(b, "US_COMMON.json")}
	cal, err := calendar.New(config)
	if err != nil {
		b.Fatal(err)
	}
	start := at(b, "2026-03-02T15:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		cal.Add(start, 20_800*time.Hour)
	}
}

package calendar_test

import (
	"archive/zip"
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// tableZones are zones with unlike histories: none, summer time by rule, half an hour of it, at midnight, the other way
// round, around Ramadan, and a day that was skipped.
var tableZones = []string{
	"UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu",
	"Europe/Dublin", "Africa/Casablanca", "Pacific/Apia", "America/Indiana/Winamac", "America/St_Johns",
}

// subject is a random calendar with instants at which it may be irregular. walk is the same calendar without a table.
type subject struct {
	zone      *calendar.Zone
	config    calendar.Config
	cal, walk *calendar.Calendar
	near      []time.Time
}

func randomSubject(t testing.TB, r *rand.Rand, z *calendar.Zone) subject {
	t.Helper()
	for {
		s := subject{zone: z}
		isWeekly := r.IntN(16) > 0
		s.near = append(s.near, randomChange(r, z))
		for isWeekly && len(s.near) < 6 {
			s.near = append(s.near, randomChange(r, z))
		}
		s.config = randomConfig(r, z, s.near)
		if !isWeekly {
			s.config.Weekly = nil
		}
		cal, err := calendar.New(s.config)
		if err != nil {
			continue // breaks and holidays may cover all, or there may be nothing weekly
		}
		s.cal, s.walk = cal, cal.In(z)
		return s
	}
}

// randomChange returns an instant near a change of the zone's clocks in a random year, or any when there is none.
func randomChange(r *rand.Rand, z *calendar.Zone) time.Time {
	from := time.Date(1970+r.IntN(230), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
	if r.IntN(3) > 0 {
		from = time.Date(1970+r.IntN(80), time.Month(1+r.IntN(12)), 1, 0, 0, 0, 0, time.UTC)
	}
	for hours := range 24 * 200 {
		at := from.Add(time.Duration(hours) * time.Hour)
		_, before := z.In(at).Zone()
		if _, after := z.In(at.Add(time.Hour)).Zone(); before != after {
			return at
		}
	}
	return from
}

func randomConfig(r *rand.Rand, z *calendar.Zone, near []time.Time) calendar.Config {
	c := calendar.Config{Zone: z, Weekly: randomWindows(r)}
	nearDate := func() calendar.Date { return z.DateOf(near[r.IntN(len(near))]).AddDays(r.IntN(9) - 4) }
	for range r.IntN(5) {
		c.Holidays = append(c.Holidays, nearDate())
	}
	for range r.IntN(3) {
		from := nearDate()
		c.Closed = append(c.Closed, calendar.DateRange{From: from, To: from.AddDays(r.IntN(12))})
	}
	for range r.IntN(3) {
		d := nearDate()
		c.Annual = append(c.Annual, calendar.MonthDay{Month: d.Month, Day: d.Day})
	}
	for range r.IntN(4) {
		c.Days = append(c.Days, calendar.SpecialDay{Date: nearDate(), Hours: randomHours(r, r.IntN(3))})
	}
	for range r.IntN(4) {
		c.Breaks = append(c.Breaks, calendar.SpecialDay{Date: nearDate(), Hours: randomHours(r, 1+r.IntN(2))})
	}
	return c
}

func randomHours(r *rand.Rand, n int) []calendar.Hours {
	var hours []calendar.Hours
	for range n {
		w := randomWindows(r)[0]
		hours = append(hours, calendar.Hours{Open: w.Open, Close: w.Close})
	}
	return hours
}

// instant returns one of the irregular instants give or take two days, or any from 1965 to 2205 when the calendar opens
// often enough for a walk to end soon.
func (s subject) instant(r *rand.Rand) time.Time {
	if r.IntN(8) == 0 && len(s.config.Weekly) > 0 {
		return time.Date(1965, 1, 1, 0, 0, 0, r.IntN(2), time.UTC).Add(time.Duration(r.IntN(240*365*24)) * time.Hour)
	}
	minutes := r.IntN(4*24*60) - 2*24*60
	return s.near[r.IntN(len(s.near))].Add(time.Duration(minutes)*time.Minute - time.Duration(r.IntN(2)))
}

// differ compares the table with the walk from one instant, and returns how many answers it compared.
func (s subject) differ(t *testing.T, at time.Time, d time.Duration) int {
	t.Helper()
	if got, want := s.cal.IsOpen(at), s.walk.IsOpen(at); got != want {
		t.Errorf("IsOpen(%v) = %v, walking %v", at, got, want)
	}
	if got, want := s.cal.Between(at, at.Add(d)), s.walk.Between(at, at.Add(d)); got != want {
		t.Errorf("Between(%v, %v) = %v, walking %v", at, at.Add(d), got, want)
	}
	if got, want := s.cal.Next(at), s.walk.Next(at); got != want {
		t.Errorf("Next(%v) = %v, walking %v", at, got, want)
	}
	if got, want := s.cal.Add(at, d/8), s.walk.Add(at, d/8); got != want {
		t.Errorf("Add(%v, %v) = %v, walking %v", at, d/8, got, want)
	}
	return 4
}

func TestTableAgainstWalk(t *testing.T) {
	r := rand.New(rand.NewPCG(1970, 2200))
	compared, rounds, least := 0, 30, 100_000
	if testing.Short() {
		rounds, least = 3, 10_000
	}
	for round := range rounds * len(tableZones) {
		z := zone(t, tableZones[round%len(tableZones)])
		s := randomSubject(t, r, z)
		for range 300 {
			d := time.Duration(r.Int64N(int64(10 * 24 * time.Hour)))
			if r.IntN(100) == 0 {
				d *= 40
			}
			compared += s.differ(t, s.instant(r), d)
		}
		if t.Failed() {
			t.Fatalf("zone %s, config %+v", z.Name(), s.config)
		}
	}
	if t.Logf("%d comparisons", compared); compared < least {
		t.Errorf("%d comparisons, want %d at least", compared, least)
	}
}

func FuzzTable(f *testing.F) {
	f.Add(uint64(1), uint8(0), int64(0), int64(time.Hour))
	f.Add(uint64(2), uint8(1), int64(1_772_953_200_000_000_000), int64(8*time.Hour))
	f.Add(uint64(3), uint8(3), int64(1_793_512_800_000_000_001), int64(80*time.Hour))
	f.Add(uint64(4), uint8(8), int64(7_258_118_399_999_999_999), int64(1))
	zones := make([]*calendar.Zone, len(tableZones))
	for i, name := range tableZones {
		zones[i] = zone(f, name)
	}
	f.Fuzz(func(t *testing.T, seed uint64, place uint8, nanos, d int64) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := randomSubject(t, r, zones[int(place)%len(zones)])
		s.differ(t, time.Unix(0, nanos), positive(d))
		for range 20 {
			s.differ(t, s.instant(r), positive(d))
		}
		if t.Failed() {
			t.Fatalf("config %+v", s.config)
		}
	})
}

// TestTableReachesBothEnds looks at the instants at which a table begins and ends.
func TestTableReachesBothEnds(t *testing.T) {
	for _, name := range tableZones {
		cal := newCalendar(t, name, "mon-fri 22:00-06:00, sun 00:00-24:00", "1970-01-01", "2199-12-31")
		walk := cal.In(zone(t, name))
		for _, edge := range []string{"1970-01-01T00:00:00Z", "2200-01-01T00:00:00Z"} {
			for hours := -72; hours <= 72; hours++ {
				start := at(t, edge).Add(time.Duration(hours)*time.Hour - 1)
				for _, d := range []time.Duration{1, 20 * time.Hour, 200 * time.Hour} {
					sameInstant(t, cal.Add(start, d), walk.Add(start, d), "Add over the edge, "+name)
					if got, want := cal.Between(start, start.Add(d)), walk.Between(start, start.Add(d)); got != want {
						t.Errorf("Between over the edge, %s from %v, %v: got %v, want %v", name, start, d, got, want)
					}
				}
				sameInstant(t, cal.Next(start), walk.Next(start), "Next near the edge, "+name)
			}
		}
	}
}

func TestTableDoesNotAllocate(t *testing.T) {
	cal := newCalendar(t, "America/New_York", office, "2026-12-25")
	start := at(t, "2026-03-02T15:00:00Z")
	end := start.AddDate(10, 0, 0)
	allocs := testing.AllocsPerRun(100, func() {
		cal.IsOpen(start)
		cal.Next(end)
		cal.Add(start, 20_800*time.Hour)
		cal.Between(start, end)
	})
	if allocs != 0 {
		t.Errorf("%v allocations, want none: answers come from the table", allocs)
	}
}

// BenchmarkAddTenYears measures a due time ten business years ahead.
func BenchmarkAddTenYears(b *testing.B) {
	cal := newCalendar(b, "America/New_York", office)
	start := at(b, "2026-03-02T15:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		cal.Add(start, 20_800*time.Hour)
	}
}

func BenchmarkBetweenTenYears(b *testing.B) {
	cal := newCalendar(b, "America/New_York", office)
	start := at(b, "2026-03-02T15:00:00Z")
	end := start.AddDate(10, 0, 0)
	b.ReportAllocs()
	for b.Loop() {
		cal.Between(start, end)
	}
}

func BenchmarkNextInTable(b *testing.B) {
	cal := newCalendar(b, "America/New_York", office)
	start := at(b, "2026-03-07T15:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		cal.Next(start)
	}
}

// BenchmarkNew measures the table of an office, of nights that fall into changes of clocks, and of ten annual holidays.
func BenchmarkNew(b *testing.B) {
	annual := make([]calendar.MonthDay, 10)
	for i := range annual {
		annual[i] = calendar.MonthDay{Month: time.Month(i + 1), Day: 15}
	}
	benchmarks := []struct {
		name   string
		config calendar.Config
	}{
		{"utc", calendar.Config{Weekly: windows(b, office)}},
		{"office", calendar.Config{Zone: zone(b, "America/New_York"), Weekly: windows(b, office)}},
		{"nights", calendar.Config{Zone: zone(b, "America/New_York"), Weekly: windows(b, "sat-sun 22:00-01:30")}},
		{"annual", calendar.Config{Zone: zone(b, "America/New_York"), Weekly: windows(b, office), Annual: annual}},
	}
	for _, bb := range benchmarks {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := calendar.New(bb.config); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkIn(b *testing.B) {
	cal, berlin := newCalendar(b, "America/New_York", office), zone(b, "Europe/Berlin")
	start := at(b, "2026-03-07T15:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		cal.In(berlin).Next(start)
	}
}

// TestTableKnowsEveryChange compares the table with the walk around every change of every zone's clocks.
func TestTableKnowsEveryChange(t *testing.T) {
	archive, err := zip.OpenReader("zoneinfo.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	r := rand.New(rand.NewPCG(1, 1970))
	for i, file := range archive.File {
		if testing.Short() && i%20 > 0 {
			continue
		}
		z := zone(t, file.Name)
		cal := newCalendar(t, file.Name, "mon-sun 01:15-02:45, mon-sun 09:00-17:00, sat-sun 22:30-00:15")
		walk := cal.In(z)
		changes := transitions(t, file)
		for range 20 {
			changes = append(changes, time.Date(2040+r.IntN(160), time.Month(1+r.IntN(12)), 1+r.IntN(31), 0, 0, 0, 0, time.UTC))
		}
		for _, change := range changes {
			if change.Year() < 1970 {
				continue
			}
			for _, days := range []int{-4, -1, 0, 1, 60} {
				start := change.AddDate(0, 0, days)
				sameInstant(t, cal.Next(start), walk.Next(start), "Next near a change, "+file.Name)
			}
			start, end := change.AddDate(0, 0, -3), change.AddDate(0, 0, 3)
			if got, want := cal.Between(start, end), walk.Between(start, end); got != want {
				t.Errorf("%s: Between(%v, %v) = %v, walking %v", file.Name, start, end, got, want)
			}
		}
	}
}

// TestTableOfCrowdedChanges reads a zone whose clocks are put back twice in an hour, as those of no real zone are since
// 1970.
func TestTableOfCrowdedChanges(t *testing.T) {
	start := at(t, "2026-03-01T05:00:00Z").Unix()
	data := []byte("TZif\x00" + string(make([]byte, 15)))
	for _, count := range []uint32{0, 0, 0, 4, 3, 4} {
		data = binary.BigEndian.AppendUint32(data, count)
	}
	for _, minutes := range []int64{-9000, 0, 30, 9000} {
		data = binary.BigEndian.AppendUint32(data, uint32(start+60*minutes))
	}
	data = append(data, 2, 1, 0, 2)
	for _, offset := range []uint32{0, 3600, 7200} {
		data = append(binary.BigEndian.AppendUint32(data, offset), 0, 0)
	}
	z, err := calendar.ZoneFromTZData("Mars/Base", "mars-1", append(data, "XYZ\x00"...))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(30, 2))
	for range 300 {
		weekly := randomWindows(r)
		cal, err := calendar.New(calendar.Config{Zone: z, Weekly: weekly})
		if err != nil {
			t.Fatal(err)
		}
		s := subject{zone: z, cal: cal, walk: cal.In(z), near: []time.Time{time.Unix(start, 0)}}
		for range 20 {
			s.differ(t, s.instant(r), 20*time.Hour)
		}
		if t.Failed() {
			t.Fatalf("windows %v", weekly)
		}
	}
}

func TestDaysBeyondTheTable(t *testing.T) {
	for _, cal := range bothCalendars(t, withHolidays(t, "", "2026-12-24 09:00-13:00", "2250-12-24 09:00-13:00")) {
		want := at(t, "2250-12-24T10:00:00Z")
		sameInstant(t, cal.Add(at(t, "2026-12-24T13:00:00Z"), time.Hour), want, "the table ends before it")
		sameInstant(t, cal.Add(at(t, "2210-01-01T00:00:00Z"), time.Hour), want, "the table has nothing to say")
		both, err := calendar.Intersect(cal, newCalendar(t, "", "24/7"))
		if err != nil {
			t.Fatal(err)
		}
		sameInstant(t, both.Add(at(t, "2026-12-24T13:00:00Z"), time.Hour), want, "nor has that of a combination")
	}
}

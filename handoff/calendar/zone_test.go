package calendar_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

func zone(t testing.TB, name string) *calendar.Zone {
	t.Helper()
	z, err := calendar.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// sameInstant also checks that got is in UTC, as every result must be.
func sameInstant(t *testing.T, got, want time.Time, reason string) {
	t.Helper()
	if !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("got %s, want %s: %s", got.Format(time.RFC3339Nano), want.UTC().Format(time.RFC3339Nano), reason)
	}
}

func TestZoneFileMatchesVersion(t *testing.T) {
	const wantVersion = "2025c"
	const wantSum = "8f55634d05f8bca1f7bc7c69c5933428c69357e0bdf565e5ba224e3f88ff12e8"
	data, err := os.ReadFile("zoneinfo.zip")
	if err != nil {
		t.Fatal(err)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256(data))
	if sum != wantSum || calendar.ZoneVersion() != wantVersion {
		t.Errorf("zoneinfo.zip is %s and ZoneVersion is %s; want %s and %s: when the file changes, change both constants here and zoneVersion",
			sum, calendar.ZoneVersion(), wantSum, wantVersion)
	}
}

func TestLoadZone(t *testing.T) {
	tests := []struct{ name, zone, wantErr, reason string }{
		{"utc", "UTC", "", "the name for no zone"},
		{"city", "America/New_York", "", "the usual form"},
		{"alias", "US/Pacific", "", "old names stay in the file"},
		{"empty", "", "has no name", "must not silently be UTC"},
		{"the machine's", "Local", `unknown time zone "Local" in release 2025c`, "the machine's zone is never read"},
		{"letter case", "europe/berlin", `did you mean "Europe/Berlin"?`, "names are case-sensitive"},
		{"typo", "America/New_Yrok", `did you mean "America/New_York"?`, "two letters swapped"},
		{"city alone", "New York", `did you mean "America/New_York"?`, "the region is easily forgotten"},
		{"nothing near", "Middle Earth/Shire", `write a name such as "Europe/Berlin"`, "a far guess would mislead"},
		{"several as near", "Etc/GMT+15", `did you mean "Etc/GMT+1"?`, "the first in the file, always the same"},
		{"path", "../zone", "unknown time zone", "a name is not a file path"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			z, err := calendar.LoadZone(tt.zone)
			checkError(t, err, tt.wantErr)
			if err == nil && (z.Name() != tt.zone || z.Version() != "2025c") {
				t.Errorf("zone is %s %s, want %s 2025c: %s", z.Name(), z.Version(), tt.zone, tt.reason)
			}
		})
	}
}

func TestZoneFromTZData(t *testing.T) {
	if _, err := calendar.ZoneFromTZData("Mars/Base", "1", []byte("no zone")); err == nil {
		t.Error("bytes that are not TZif were accepted")
	}
	if _, err := calendar.ZoneFromTZData("", "1", nil); err == nil {
		t.Error("an empty name was accepted")
	}
	// A version 1 file: no transitions, one zone of 5400 s called "XYZ".
	data := "TZif\x00" + string(make([]byte, 15)) +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x04" +
		"\x00\x00\x15\x18\x00\x00" + "XYZ\x00"
	z, err := calendar.ZoneFromTZData("Mars/Base", "mars-1", []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if z.Name() != "Mars/Base" || z.Version() != "mars-1" {
		t.Errorf("zone is %s %s, want the name and version that the host passed", z.Name(), z.Version())
	}
	sameInstant(t, z.At(date(t, "2026-03-01"), 0), at(t, "2026-02-28T22:30:00Z"), "the zone is an hour and a half ahead")
}

func TestNilZoneIsUTC(t *testing.T) {
	noon := at(t, "2026-03-01T23:30:00-05:00")
	for name, z := range map[string]*calendar.Zone{"nil": nil, "zero": {}, "loaded": zone(t, "UTC")} {
		if z.Name() != "UTC" || z.Version() != calendar.ZoneVersion() {
			t.Errorf("%s: name %q, version %q", name, z.Name(), z.Version())
		}
		if got := z.In(noon).Format(time.DateTime); got != "2026-03-02 04:30:00" {
			t.Errorf("%s: In shows %s", name, got)
		}
		if got := z.DateOf(noon).String(); got != "2026-03-02" {
			t.Errorf("%s: DateOf is %s", name, got)
		}
		sameInstant(t, z.AddDays(noon, 1), at(t, "2026-03-03T04:30:00Z"), name+": a day in UTC is 24 hours")
		sameInstant(t, z.At(date(t, "2026-03-02"), time.Hour), at(t, "2026-03-02T01:00:00Z"), name)
	}
}

func TestZoneAt(t *testing.T) {
	tests := []struct {
		name, zone, date string
		clock            time.Duration
		want, reason     string
	}{
		{"winter", "America/New_York", "2026-01-15", 9 * time.Hour, "2026-01-15T14:00:00Z", "five hours behind"},
		{"gap, New York", "America/New_York", "2026-03-08", 2*time.Hour + 30*time.Minute, "2026-03-08T07:00:00Z", "02:30 is missing: 03:00 EDT is the first instant after"},
		{"start of the gap", "America/New_York", "2026-03-08", 2 * time.Hour, "2026-03-08T07:00:00Z", "02:00 is the first missing time"},
		{"before the gap", "America/New_York", "2026-03-08", 2*time.Hour - 1, "2026-03-08T06:59:59.999999999Z", "a nanosecond earlier exists"},
		{"9 o'clock after a gap", "America/New_York", "2026-03-08", 9 * time.Hour, "2026-03-08T13:00:00Z", "clock time, not nine hours after midnight"},
		{"fold, New York", "America/New_York", "2026-11-01", 90 * time.Minute, "2026-11-01T05:30:00Z", "01:30 occurs twice: the first, in summer time"},
		{"end of the fold", "America/New_York", "2026-11-01", 2 * time.Hour, "2026-11-01T07:00:00Z", "02:00 occurs once"},
		{"gap, Berlin", "Europe/Berlin", "2026-03-29", 2*time.Hour + 15*time.Minute, "2026-03-29T01:00:00Z", "time.Date shifts here the other way than in New York"},
		{"fold, Berlin", "Europe/Berlin", "2026-10-25", 2*time.Hour + 15*time.Minute, "2026-10-25T00:15:00Z", "the first 02:15"},
		{"gap at midnight", "America/Sao_Paulo", "2018-11-04", 30 * time.Minute, "2018-11-04T03:00:00Z", "must not fall on the day before"},
		{"24h into a gap", "America/Sao_Paulo", "2018-11-03", 24 * time.Hour, "2018-11-04T03:00:00Z", "24h is midnight of the next day, which is missing"},
		{"fold at midnight", "America/Sao_Paulo", "2018-02-17", 23*time.Hour + 30*time.Minute, "2018-02-18T01:30:00Z", "23:30 occurs twice on the 17th"},
		{"half-hour gap", "Australia/Lord_Howe", "2026-10-04", 2*time.Hour + 10*time.Minute, "2026-10-03T15:30:00Z", "the gap is 02:00 to 02:30"},
		{"after a half-hour gap", "Australia/Lord_Howe", "2026-10-04", 2*time.Hour + 40*time.Minute, "2026-10-03T15:40:00Z", "02:40 exists"},
		{"half-hour fold", "Australia/Lord_Howe", "2026-04-05", time.Hour + 45*time.Minute, "2026-04-04T14:45:00Z", "the first 01:45"},
		{"half-hour zone", "Asia/Kolkata", "2026-03-01", 9 * time.Hour, "2026-03-01T03:30:00Z", "UTC+05:30"},
		{"a day that was skipped", "Pacific/Apia", "2011-12-30", 9 * time.Hour, "2011-12-30T10:00:00Z", "the whole date is a gap: the 31st begins"},
		{"fold over midnight", "America/St_Johns", "2006-10-29", 30 * time.Second, "2006-10-29T02:30:30Z", "00:00:30 occurs twice, with 23:01 of the day before between"},
		{"31 December of a leap year", "America/New_York", "2048-12-31", 12 * time.Hour, "2048-12-31T17:00:00Z", "the bounds of the standard library end a day early"},
		{"negative", "America/New_York", "2026-03-09", -21*time.Hour - 30*time.Minute, "2026-03-08T07:00:00Z", "counts back to 02:30 on the day before, in the gap"},
		{"odd offset", "America/New_York", "1850-06-01", 12 * time.Hour, "1850-06-01T16:56:02Z", "local mean time before zones"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := zone(t, tt.zone).At(date(t, tt.date), tt.clock)
			sameInstant(t, got, at(t, tt.want), tt.reason)
		})
	}
}

func TestZoneAddDays(t *testing.T) {
	tests := []struct {
		name, zone, at string
		days           int
		want, reason   string
	}{
		{"over a gap", "America/New_York", "2026-03-07T14:00:00.000000001Z", 1, "2026-03-08T13:00:00.000000001Z", "09:00 stays 09:00: 23 hours later"},
		{"over a fold", "America/New_York", "2026-10-31T13:00:00Z", 1, "2026-11-01T14:00:00Z", "25 hours later"},
		{"into a gap", "America/New_York", "2026-03-07T07:30:00Z", 1, "2026-03-08T07:00:00Z", "02:30 is missing"},
		{"back into a fold", "America/New_York", "2026-11-02T06:30:00Z", -1, "2026-11-01T05:30:00Z", "the first 01:30"},
		{"no days in a fold", "America/New_York", "2026-11-01T06:30:00Z", 0, "2026-11-01T06:30:00Z", "no days later is the same instant, though its clock time occurred before"},
		{"many days", "Europe/Berlin", "2026-01-31T08:00:00Z", 181, "2026-07-31T07:00:00Z", "into summer time"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := zone(t, tt.zone).AddDays(at(t, tt.at), tt.days)
			sameInstant(t, got, at(t, tt.want), tt.reason)
		})
	}
}

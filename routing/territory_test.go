package routing_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/routing"
)

// A record is the values of the columns of a test table, "" where one is unknown.
type record []string

// columns returns one column for each letter of kinds, t for texts and n for numbers, which read *r.
func columns(kinds string, r *record) []routing.Column {
	var out []routing.Column
	for i, kind := range kinds {
		text := func(*handoff.Facts) (string, bool) { return (*r)[i], (*r)[i] != "" }
		number := func(*handoff.Facts) (int64, bool) {
			n, err := strconv.ParseInt((*r)[i], 10, 64)
			return n, err == nil
		}
		if kind == 'n' {
			out = append(out, routing.Column{Number: number})
		} else {
			out = append(out, routing.Column{Text: text})
		}
	}
	return out
}

// row reads cells between commas, for columns of the kinds. The row goes to the rep that is called like it.
func row(t testing.TB, kinds, cells string) routing.Row {
	t.Helper()
	r := routing.Row{To: routing.Rep(cells)}
	for i, s := range strings.Split(cells, ",") {
		c, err := routing.ParseCell(s, i < len(kinds) && kinds[i] == 'n')
		if err != nil {
			t.Fatal(err)
		}
		r.Match = append(r.Match, c)
	}
	return r
}

// asker returns a function that says whom a table gives a record to on a day, "" where no row matches.
func asker(t testing.TB, kinds string, rows []routing.Row) func(record, calendar.Date) string {
	t.Helper()
	var now record
	territory, err := routing.NewTerritory("map", columns(kinds, &now), rows)
	if err != nil {
		t.Fatal(err)
	}
	route, err := routing.New(territory)
	if err != nil {
		t.Fatal(err)
	}
	var keys []handoff.Key
	return func(r record, day calendar.Date) string {
		now = r
		f := &handoff.Facts{At: time.Date(day.Year, day.Month, day.Day, 12, 0, 0, 0, time.UTC)}
		if keys = route.Keys(f, nil, keys[:0]); len(keys) == 0 {
			return ""
		}
		return keys[0].ID
	}
}

func TestMostSpecificRowWins(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		kinds        string
		rows         string // between spaces
		records      string // record=row, between spaces
	}{
		{"exact before prefix", "a whole text says more than its beginning",
			"t", "94* 94107 *", "94107=94107 94108=94* 10001=*"},
		{"a longer prefix before a shorter", "each letter narrows",
			"t", "9* 941* 94*", "94107=941* 94207=94* 90210=9* 8="},
		{"a prefix that is the whole value", "the text begins with itself",
			"t", "941* 94*", "941=941* 94=94* 9="},
		{"letters of several bytes", "a text matches letter by letter, whatever its script",
			"t", "é* éa* 東*", "éab=éa* éb=é* 東京=東* e="},
		{"the edges of a band", "both ends are inside",
			"n", "1-99 100-999 1000+", "1=1-99 99=1-99 100=100-999 999=100-999 1000=1000+ 9223372036854775807=1000+ 0="},
		{"nested bands", "the narrowest around the number wins",
			"n", "0-1000 10-20 15 12-30", "15=15 12=10-20 20=10-20 21=12-30 30=12-30 31=0-1000 1001="},
		{"one number is an exact value", "a band of one number is the narrowest there is",
			"n", "7 7-8 6+", "7=7 8=7-8 9=6+"},
		{"open ends", "the far ends of the numbers are inside",
			"n", "-9223372036854775808--1 0+ -5-5", "-9223372036854775808=-9223372036854775808--1 -6=-9223372036854775808--1 -5=-5-5 6=0+"},
		{"all numbers are not everything", "an unknown number is in no band",
			"n", "-9223372036854775808+ *", "0=-9223372036854775808+ =*"},
		{"unknown values", "what is unknown matches only cells that match everything",
			"tn", "US,1-99 US,* *,1-99 *,*", "US,5=US,1-99 US,=US,* ,5=*,1-99 ,=*,*"},
		{"an earlier column decides", "the first column in which the rows differ is the one that counts",
			"tt", "US,* *,CA", "US,CA=US,* FR,CA=*,CA FR,NY="},
		{"a longer prefix before an exact text further on", "the first column decides there, too",
			"tt", "94*,* 9*,CA", "94107,CA=94*,* 90210,CA=9*,CA 90210,NY="},
		{"back from an exact text", "its rows want another state, so that the blank country is asked",
			"tt", "US,NY *,CA *,*", "US,CA=*,CA US,NY=US,NY US,WA=*,*"},
		{"back from a prefix", "the rows below the longer prefix want another state",
			"tt", "941*,NY 94*,CA 9*,*", "94107,CA=94*,CA 94107,NY=941*,NY 94107,WA=9*,*"},
		{"back from a band", "the rows of the narrower band want another state",
			"nt", "10-20,NY 0-100,CA *,*", "15,CA=0-100,CA 15,NY=10-20,NY 15,WA=*,* 500,CA=*,*"},
		{"back through several columns", "every way is tried, the more specific first",
			"ttt", "a,b,c a,*,d *,b,e *,*,*", "a,b,c=a,b,c a,b,d=a,*,d a,b,e=*,b,e a,b,f=*,*,*"},
		{"bands of one width side by side", "they tie, so that the next column decides between them",
			"nt", "1-10,* 5-14,x 0-20,xy", "7,x=5-14,x 7,y=1-10,* 3,x=1-10,* 12,x=5-14,x 12,y= 7,xy=1-10,*"},
		{"bands of one width below bands of one width", "the ties are broken in the last column",
			"nnt", "1-10,1-10,* 5-14,5-14,x 1-10,5-14,y* 5-14,1-10,yx", "7,7,x=5-14,5-14,x 7,7,yx=5-14,1-10,yx 7,7,yy=1-10,5-14,y* 7,7,z=1-10,1-10,*"},
		{"a number in a column of texts", "it is compared as a text",
			"t", "1-99 10*", "1-99=1-99 50= 100=10*"},
		{"capitals", "texts are compared as they are written",
			"t", "US u*", "US=US us=u* Us="},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var rows []routing.Row
			for _, cells := range strings.Split(tt.rows, " ") {
				rows = append(rows, row(t, tt.kinds, cells))
			}
			for range 2 { // where the rows stand does not matter
				ask := asker(t, tt.kinds, rows)
				for _, wanted := range strings.Split(tt.records, " ") {
					r, want, _ := strings.Cut(wanted, "=")
					if got := ask(strings.Split(r, ","), march(1)); got != want {
						t.Errorf("%s goes to %q, want %q: %s", r, got, want, tt.reason)
					}
				}
				slices.Reverse(rows)
			}
		})
	}
}

// march returns a day of March 2026, and the zero Date for 0.
func march(day int) calendar.Date {
	if day == 0 {
		return calendar.Date{}
	}
	return calendar.Date{Year: 2026, Month: time.March, Day: day}
}

// dated returns the row between two days of March, 0 where it is open.
func dated(from, until int, r routing.Row) routing.Row {
	r.From, r.Until = march(from), march(until)
	return r
}

func TestRowsCountBetweenTheirDates(t *testing.T) {
	zone := func(name string) *calendar.Zone {
		z, err := calendar.LoadZone(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	rows := []routing.Row{
		dated(1, 8, row(t, "t", "a")), dated(8, 9, row(t, "t", "a*")), dated(9, 0, row(t, "t", "a")), dated(0, 1, row(t, "t", "*")), dated(20, 0, row(t, "t", "ab")),
	}
	for i, to := range []string{"old", "day", "new", "before", "later"} {
		rows[i].To = routing.Rep(to)
	}
	territory, err := routing.NewTerritory("map", columns("t", &record{"a"}), rows)
	if err != nil {
		t.Fatal(err)
	}
	route, err := routing.New(territory)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, reason string
		zone         string
		at           string
		want         string
	}{
		{"long before", "the first epoch has no beginning", "UTC", "1900-01-01T00:00:00Z", "before"},
		{"the last instant before a day", "the row ends with the day before until", "UTC", "2026-02-28T23:59:59.999999999Z", "before"},
		{"the first instant of a day", "the row begins with the day of from", "UTC", "2026-03-01T00:00:00Z", "old"},
		{"a day of its own", "until is the next day", "UTC", "2026-03-08T12:00:00Z", "day"},
		{"its last instant", "as above", "UTC", "2026-03-08T23:59:59.999999999Z", "day"},
		{"the instant after", "the next row takes over", "UTC", "2026-03-09T00:00:00Z", "new"},
		{"an epoch in which another row begins", "the row goes on", "UTC", "2026-03-20T00:00:00Z", "new"},
		{"long after", "the last epoch has no end", "UTC", "9999-12-31T23:59:59Z", "new"},
		{"the last instant of a day of 23 hours", "clocks go forward in New York on 8 March", "America/New_York", "2026-03-09T03:59:59.999999999Z", "day"},
		{"the first instant after a day of 23 hours", "as above", "America/New_York", "2026-03-09T04:00:00Z", "new"},
		{"the last instant before a day of 23 hours", "midnight is at 05:00 before, at 04:00 after", "America/New_York", "2026-03-08T04:59:59.999999999Z", "old"},
		{"the first instant of a day of 23 hours", "as above", "America/New_York", "2026-03-08T05:00:00Z", "day"},
		{"a day earlier elsewhere", "the day is that of the zone", "Pacific/Kiritimati", "2026-03-07T10:00:00Z", "day"},
		{"a day later elsewhere", "as above", "Pacific/Pago_Pago", "2026-03-09T10:59:59Z", "day"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339Nano, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			keys := route.Keys(&handoff.Facts{At: at, Zone: zone(tt.zone)}, nil, nil)
			if len(keys) != 1 || keys[0].ID != tt.want {
				t.Errorf("%v, want %s: %s", keys, tt.want, tt.reason)
			}
		})
	}
}

func TestTerritoryOnADayWithoutRows(t *testing.T) {
	for _, kinds := range []string{"t", "n", "tn"} {
		cells := strings.Trim(strings.Repeat("*,", len(kinds)), ",")
		ask := asker(t, kinds, []routing.Row{dated(1, 2, row(t, kinds, cells)), dated(3, 4, row(t, kinds, cells))})
		for day, want := range []string{"", cells, "", cells, ""} {
			if got := ask(record{"5", "5"}, march(1).AddDays(day-1)); got != want {
				t.Errorf("%s: on day %d %q, want %q", kinds, day, got, want)
			}
		}
	}
}

// leadColumns are the country and the state of the lead.
func leadColumns() []routing.Column {
	return []routing.Column{
		{Text: func(f *handoff.Facts) (string, bool) { return f.Lead.Country, f.Lead.Country != "" }},
		{Text: func(f *handoff.Facts) (string, bool) { return f.Lead.State, f.Lead.State != "" }},
	}
}

func TestTerritory(t *testing.T) {
	territory, err := routing.NewTerritory("map", leadColumns(), []routing.Row{
		{Match: []routing.Cell{{}, {}}, To: routing.Rep("cat")},
		{Match: []routing.Cell{routing.Is("US"), {}}, To: routing.Rep("bob")},
		{Match: []routing.Cell{routing.Is("US"), routing.Is("CA")}, To: pool("ann"), Position: "us.csv:17"},
		{Match: []routing.Cell{routing.Is("CA"), {}}, To: routing.Rep("zoe"), Position: "ca.csv:2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, reason, country, state, rung, why string }{
		{"a pool", "the rung and the row are named", "US", "CA", "territory:map/pool:team", "it is the turn of ann in team, by the row us.csv:17"},
		{"a row without a position", "there is nothing to name it by", "US", "NY", "territory:map/rep:bob", "bob is the rep that the policy names"},
		{"nothing known", "the row that matches everything is left", "", "", "territory:map/rep:cat", "cat is the rep that the policy names"},
		{"a rep whom nobody knows", "no other row of the table is asked", "CA", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var store hosttest.Memory
			d := decide(t, engine(t, territory), &store, "L1", handoff.Request{Lead: handoff.Lead{Country: tt.country, State: tt.state}})
			if d.Rung != tt.rung {
				t.Errorf("rung %q, want %q: %s", d.Rung, tt.rung, tt.reason)
			}
			named := func(r handoff.Reason) bool { return r.Rule == handoff.RuleRoute && r.Text == tt.why }
			if tt.why != "" && !slices.ContainsFunc(d.Reasons, named) {
				t.Errorf("reasons %v, want %q: %s", d.Reasons, tt.why, tt.reason)
			}
		})
	}
}

func TestTerritoryWithoutARow(t *testing.T) {
	territory, err := routing.NewTerritory("map", leadColumns()[:1], []routing.Row{{Match: []routing.Cell{routing.Is("US")}, To: routing.Rep("bob")}})
	if err != nil {
		t.Fatal(err)
	}
	var store hosttest.Memory
	d := decide(t, engine(t, territory), &store, "L1", handoff.Request{Lead: handoff.Lead{Country: "FR"}})
	if last := d.Reasons[len(d.Reasons)-1]; d.Verdict != handoff.VerdictUnassigned || last.Code != routing.NoTerritory {
		t.Errorf("verdict %s with %v", d.Verdict, last)
	}
}

// table returns the error of a table over columns of the kinds.
func table(kinds string, rows ...routing.Row) error {
	_, err := routing.NewTerritory("map", columns(kinds, nil), rows)
	return err
}

// nest returns n bands around half a million, each inside the one before it.
func nest(n int) []routing.Cell {
	var out []routing.Cell
	for i := range int64(n) {
		out = append(out, routing.Between(i, 1_000_000-i))
	}
	return out
}

// beginnings returns prefixes of 1 to n bytes.
func beginnings(n int) []routing.Cell {
	var out []routing.Cell
	for i := range n {
		out = append(out, routing.HasPrefix(strings.Repeat("x", i+1)))
	}
	return out
}

// cross returns a row for each choice of one cell from each list.
func cross(lists ...[]routing.Cell) []routing.Row {
	rows := []routing.Row{{To: routing.Rep("ann")}}
	for _, list := range lists {
		var next []routing.Row
		for _, r := range rows {
			for _, c := range list {
				next = append(next, routing.Row{Match: append(slices.Clone(r.Match), c), To: r.To})
			}
		}
		rows = next
	}
	return rows
}

func TestTerritoryMistakes(t *testing.T) {
	to := func(position string, match ...routing.Cell) routing.Row {
		return routing.Row{Match: match, To: routing.Rep("ann"), Position: position}
	}
	us, ca := routing.Is("US"), routing.Is("CA")
	single := slices.Repeat([][]routing.Cell{{us}}, 17)
	overlaps := func(at, band, other, row string) string {
		return fmt.Sprintf("%s: column 1: %s overlaps %s of %s and is as wide, so that neither row is more specific; "+
			"part the bands or make one of them narrower", at, band, other, row)
	}
	tooSlow := "one look-up could take more than 4096 steps; use fewer columns, fewer lengths of prefixes or fewer bands within bands"
	for _, tt := range []struct {
		name string
		err  error
		want string // all of it, or nothing
	}{
		{"no rows", table("t"), "a territory needs an id, columns and rows"},
		{"no columns", table("", to("")), "a territory needs an id, columns and rows"},
		{"a column that reads nothing", func() error {
			_, err := routing.NewTerritory("map", []routing.Column{{}}, []routing.Row{to("", us)})
			return err
		}(), "column 1 has to read either texts or numbers"},
		{"a column that reads both", func() error {
			both := columns("t", nil)
			both[0].Number = columns("n", nil)[0].Number
			_, err := routing.NewTerritory("map", both, []routing.Row{to("", us)})
			return err
		}(), "column 1 has to read either texts or numbers"},
		{"16 columns", table(strings.Repeat("t", 16), cross(single[:16]...)...), ""},
		{"17 columns", table(strings.Repeat("t", 17), cross(single...)...), "a territory has at most 16 columns, not 17"},
		{"3 columns of numbers", table("nnn", cross(nest(1), nest(1), nest(1))...), ""},
		{"4 columns of numbers", table("nnnn", to("")), "a territory has at most 3 columns of numbers, not 4"},
		{"too many rows", table("t", make([]routing.Row, 1_000_001)...), "a territory has at most 1000000 rows, not 1000001; split it over two rungs"},
		{"a row too wide", table("t", to("us.csv:2", us, ca)), "us.csv:2: has 2 values for 1 columns"},
		{"a row too narrow", table("tt", to("", us)), "row 1: has 1 values for 2 columns"},
		{"a row to nobody", table("t", routing.Row{Match: []routing.Cell{us}}), "row 1: names neither a rep nor a pool"},
		{"a row to a wrong rung", table("t", to("", us), routing.Row{Match: []routing.Cell{ca}, To: routing.Rep("")}, routing.Row{Match: []routing.Cell{{}}, To: routing.Rep("")}),
			"row 2: names no rep\nrow 3: names no rep"},
		{"a text among numbers", table("tn", to("a:1", us, us)), `a:1: column 2: "US" is a text in a column of numbers; give it a band`},
		{"a band among texts", table("t", to("", routing.Between(1, 9))), "row 1: column 1: 1-9 is a band in a column of texts; give it a text or a prefix"},
		{"a band the wrong way round", table("n", to("", routing.Between(9, -1))), "row 1: column 1: the band 9--1 ends before it begins; write -1-9"},
		{"an empty text", table("t", to("", routing.Is(""))), "row 1: column 1: the text is empty; the zero Cell matches everything"},
		{"an empty prefix", table("t", to("", routing.HasPrefix(""))), "row 1: column 1: the text is empty; the zero Cell matches everything"},
		{"another encoding", table("t", to("", routing.Is("Qu\xe9bec"))), `row 1: column 1: "Qu\xe9bec" is not UTF-8; save the table as UTF-8`},
		{"a prefix of 64 bytes", table("t", to("", routing.HasPrefix(strings.Repeat("x", 64)))), ""},
		{"a prefix of 65 bytes", table("t", to("", routing.HasPrefix(strings.Repeat("x", 65)))),
			`row 1: column 1: the prefix "` + strings.Repeat("x", 65) + `" has 65 bytes; at most 64 are allowed`},
		{"equal rows", table("tn", to("us.csv:5", us, routing.Cell{}), to("", ca, routing.Cell{}), to("us.csv:17", us, routing.Cell{})),
			"us.csv:17: matches exactly what us.csv:5 matches; remove one of them"},
		{"equal bands", table("n", to("", routing.Between(1, 9)), to("", routing.Between(1, 9))),
			"row 2: matches exactly what row 1 matches; remove one of them"},
		{"bands of one width that overlap", table("tn", to("us.csv:5", us, routing.Between(1, 99)), to("us.csv:17", us, routing.Between(99, 197))),
			"us.csv:17: column 2: 99-197 overlaps 1-99 of us.csv:5 and is as wide, so that neither row is more specific; part the bands or make one of them narrower"},
		{"bands that meet", table("n", to("", routing.Between(1, 99)), to("", routing.Between(100, 198))), ""},
		{"bands of two widths that overlap", table("n", to("", routing.Between(1, 99)), to("", routing.Between(50, 149))), ""},
		{"bands of one width apart by another column", table("tn", to("", us, routing.Between(1, 99)), to("", ca, routing.Between(50, 148))), ""},
		{"bands of one width that a more specific column tells apart", table("nt", to("", routing.Between(1, 99), us), to("", routing.Between(50, 148), routing.Cell{})), ""},
		{"a third row in between", table("n", to("", routing.Between(1, 3)), to("", routing.Between(3, 5)), to("", routing.Between(3, 3))),
			overlaps("row 2", "3-5", "1-3", "row 1")},
		{"both neighbours", table("n", to("a", routing.Between(11, 19)), to("b", routing.Between(1, 9)), to("c", routing.Between(6, 14))),
			overlaps("c", "6-14", "11-19", "a") + "\n" + overlaps("c", "6-14", "1-9", "b")},
		{"several rows at one place", table("n", to("a", routing.Between(2, 11)), to("b", routing.Between(6, 15)), to("c", routing.Between(11, 20)), to("d", routing.Between(14, 23))),
			overlaps("b", "6-15", "2-11", "a") + "\n" + overlaps("c", "11-20", "2-11", "a") + "\n" + overlaps("d", "14-23", "6-15", "b")},
		{"around zero", table("n", to("", routing.Between(-5, 4)), to("", routing.Between(0, 9))), overlaps("row 2", "0-9", "-5-4", "row 1")},
		{"at the ends of the numbers", table("n", to("", routing.Between(math.MinInt64, math.MaxInt64-1)), to("", routing.Between(math.MinInt64+1, math.MaxInt64))),
			overlaps("row 2", "-9223372036854775807+", "-9223372036854775808-9223372036854775806", "row 1")},
		{"the ends of the numbers apart", table("n", to("", routing.Between(math.MinInt64, -1)), to("", routing.Between(0, math.MaxInt64))), ""},
		{"several problems", table("t", to("a", us), to("b"), to("c", us), to("d", routing.Between(1, 2))),
			"b: has 0 values for 1 columns\nc: matches exactly what a matches; remove one of them\nd: column 1: 1-2 is a band in a column of texts; give it a text or a prefix"},
		{"32 lengths of prefixes", table("t", cross(beginnings(32))...), ""},
		{"33 lengths of prefixes", table("tt", cross([]routing.Cell{us, ca}, beginnings(33))...),
			"row 33: column 2: prefixes of 33 lengths share the cells before them; at most 32 are allowed\n" +
				"row 66: column 2: prefixes of 33 lengths share the cells before them; at most 32 are allowed"},
		{"33 lengths below two countries", table("tt", append(cross([]routing.Cell{us}, beginnings(16)), cross([]routing.Cell{ca}, beginnings(33)[16:])...)...), ""},
		{"16 bands within bands", table("n", cross(nest(16))...), ""},
		{"17 bands within bands", table("n", cross(nest(17))...), "row 17: column 1: 17 bands contain 16 and share the cells before them; at most 16 are allowed"},
		{"16 bands within bands and one beside them", table("n", append(cross(nest(16)), to("", routing.Between(1_000_001, 1_000_009)))...), ""},
		{"a look-up of too many steps", table("nnn", cross(nest(16), nest(16), nest(16))...), tooSlow},
		{"a look-up of 4096 steps", table("nnn", cross(nest(15), nest(16), nest(16))...), ""}, // 1+15+15*16+15*16*16
		{"a look-up of some steps more", table("nnn", append(cross(nest(15), nest(16), nest(16)), to("", routing.Cell{}, routing.Cell{}, routing.Cell{}))...), tooSlow},
		{"many steps through prefixes", table("ttt", cross(beginnings(16), beginnings(16), beginnings(16))...), tooSlow},
		{"dates that meet", table("t", dated(1, 5, to("a", us)), dated(5, 0, to("b", us)), dated(0, 1, to("c", us))), ""},
		{"dates that overlap by a day", table("t", dated(1, 6, to("a", us)), dated(5, 0, to("b", us))),
			"b: matches exactly what a matches from 2026-03-05 on; remove one of them, or part their dates"},
		{"ends that overlap", table("t", dated(0, 6, to("a", us)), dated(0, 4, to("b", us))),
			"b: matches exactly what a matches before 2026-03-04; remove one of them, or part their dates"},
		{"dates and none", table("t", to("a", us), dated(3, 4, to("b", us))),
			"b: matches exactly what a matches from 2026-03-03 on; remove one of them, or part their dates"},
		{"an end and none", table("t", dated(0, 4, to("a", us)), to("b", us)),
			"b: matches exactly what a matches before 2026-03-04; remove one of them, or part their dates"},
		{"bands that overlap for a time", table("n", dated(1, 0, to("a", routing.Between(1, 9))), dated(2, 0, to("b", routing.Between(5, 13)))),
			"b: column 1: 5-13 overlaps 1-9 of a from 2026-03-02 on and is as wide, so that neither row is more specific; " +
				"part the bands or make one of them narrower, or part their dates"},
		{"bands that overlap at other times", table("n", dated(1, 2, to("a", routing.Between(1, 9))), dated(2, 0, to("b", routing.Between(5, 13)))), ""},
		{"a clash in several epochs", table("t", to("a", us), to("b", us), dated(1, 2, to("c", ca)), dated(3, 9, to("d", us))),
			"b: matches exactly what a matches; remove one of them\nd: matches exactly what a matches from 2026-03-03 on; remove one of them, or part their dates"},
		{"clashes with two rows at two times", table("t", dated(1, 3, to("a", us)), dated(3, 5, to("b", us)), dated(2, 4, to("c", us))),
			"c: matches exactly what a matches from 2026-03-02 on; remove one of them, or part their dates\n" +
				"c: matches exactly what b matches from 2026-03-03 on; remove one of them, or part their dates"},
		{"a wrong row in several epochs", table("t", to("a"), dated(1, 2, to("b", us)), dated(3, 4, to("c", ca))), "a: has 0 values for 1 columns"},
		{"16 bands within bands at each time", table("n", append(cross(nest(15)), dated(0, 3, to("", routing.Between(500, 700))), dated(3, 0, to("", routing.Between(500, 800))))...), ""},
		{"17 bands within bands from a day on", table("n", append(cross(nest(16)), dated(3, 0, to("", routing.Between(500, 700))), dated(5, 7, to("", routing.Between(1, 2))))...),
			"row 17: column 1: 17 bands contain 500 and share the cells before them; at most 16 are allowed"},
		{"a look-up of too many steps from a day on", table("nnn", append(cross(nest(15), nest(16), nest(16)), dated(3, 0, to("", routing.Cell{}, routing.Cell{}, routing.Cell{})))...), tooSlow},
		{"an end on the day of the beginning", table("t", dated(5, 5, to("a", us)), to("b", us)),
			"a: it ends on 2026-03-05, which is not after 2026-03-05, on which it begins; until is the first day that no longer counts"},
		{"an end before the beginning", table("t", dated(5, 4, to("a", us)), to("b", us), to("c", us)),
			"a: it ends on 2026-03-04, which is not after 2026-03-05, on which it begins; until is the first day that no longer counts\nc: matches exactly what b matches; remove one of them"},
		{"a day that does not exist", table("t", dated(0, 32, to("a", us))), "a: there is no day 2026-03-32"},
		{"64 epochs", table("n", days(t, 1, 63)...), ""},
		{"65 epochs", table("n", days(t, 1, 64)...),
			"the rows begin and end on 64 different days; at most 63 are allowed: leave out the rows that are over, or let more begin and end together"},
		{"a million rows and one over all epochs", table("n", append(days(t, 15_625, 63), to("", routing.Between(-1, -1)))...),
			"the rows begin and end on 63 different days, and those that count between them add up to more than 1000000; let more begin and end together, or split the table over two rungs"},
		{"a territory from nowhere", func() error { _, err := routing.New(&routing.Territory{}); return err }(), "territory:: a territory is made by NewTerritory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if tt.err != nil {
				got = tt.err.Error()
			}
			if got != tt.want {
				t.Errorf("error %q\nwant  %q", got, tt.want)
			}
		})
	}
}

// days returns n rows that count for ever, one of which ends on each of so many days and begins again as another.
func days(t *testing.T, n, ends int) []routing.Row {
	rows := make([]routing.Row, 0, n+ends)
	for i := range n - 1 {
		rows = append(rows, row(t, "n", fmt.Sprint(i)))
	}
	day := calendar.Date{}
	for i := range ends + 1 {
		r := row(t, "n", "1000000")
		r.From, day = day, march(1).AddDays(i)
		if i < ends {
			r.Until = day
		}
		rows = append(rows, r)
	}
	return rows
}

func TestTerritoryListsTheFirstProblems(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		rows         []routing.Row
		lines        int
		last         string
	}{
		{"100 problems", "all of them are told", cross(slices.Repeat([]routing.Cell{routing.Between(1, 9)}, 101)),
			100, "row 101: matches exactly what row 1 matches; remove one of them"},
		{"101 problems", "a line says that there are more", cross(slices.Repeat([]routing.Cell{routing.Between(1, 9)}, 102)),
			101, "there are more problems than these 100"},
		{"wrong rows", "they count, too", cross(slices.Repeat([]routing.Cell{routing.Is("US")}, 500)),
			101, "there are more problems than these 100"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines := strings.Split(fmt.Sprint(table("n", tt.rows...)), "\n")
			if len(lines) != tt.lines || lines[len(lines)-1] != tt.last {
				t.Errorf("%d lines that end in %q, want %d that end in %q: %s", len(lines), lines[len(lines)-1], tt.lines, tt.last, tt.reason)
			}
		})
	}
}

func TestTerritoryListsTheFirstNestedBands(t *testing.T) {
	countries := make([]routing.Cell, 101)
	for i := range countries {
		countries[i] = routing.Is(fmt.Sprint(i))
	}
	lines := strings.Split(fmt.Sprint(table("tn", cross(countries, nest(17))...)), "\n")
	if last := lines[len(lines)-1]; len(lines) != 101 || last != "there are more problems than these 100" {
		t.Errorf("%d lines that end in %q", len(lines), last)
	}
}

func TestParseCell(t *testing.T) {
	for _, tt := range []struct {
		text   string
		number bool
		want   routing.Cell
		err    string
	}{
		{"", false, routing.Cell{}, ""},
		{"", true, routing.Cell{}, ""},
		{"*", false, routing.Cell{}, ""},
		{"*", true, routing.Cell{}, ""},
		{"94*", false, routing.HasPrefix("94"), ""},
		{"SW1 *", false, routing.HasPrefix("SW1 "), ""},
		{"New York", false, routing.Is("New York"), ""},
		{"1-99", false, routing.Is("1-99"), ""},
		{"9*4", false, routing.Cell{}, `"9*4" has a star inside; a star stands at the end, for every text that begins like this`},
		{"*94", false, routing.Cell{}, `"*94" has a star inside; a star stands at the end, for every text that begins like this`},
		{"94**", false, routing.Cell{}, `"94**" has a star inside; a star stands at the end, for every text that begins like this`},
		{" US", false, routing.Cell{}, `" US" begins or ends with a space; remove it`},
		{"US\t", false, routing.Cell{}, `"US\t" begins or ends with a space; remove it`},
		{"Qu\xe9bec", false, routing.Cell{}, `"Qu\xe9bec" is not UTF-8; save the table as UTF-8`},
		{"200", true, routing.Between(200, 200), ""},
		{"0", true, routing.Between(0, 0), ""},
		{"1-99", true, routing.Between(1, 99), ""},
		{"7-7", true, routing.Between(7, 7), ""},
		{"1000+", true, routing.Between(1000, math.MaxInt64), ""},
		{"-5", true, routing.Between(-5, -5), ""},
		{"-10--5", true, routing.Between(-10, -5), ""},
		{"-10-5", true, routing.Between(-10, 5), ""},
		{"-10+", true, routing.Between(-10, math.MaxInt64), ""},
		{"99-1", true, routing.Cell{}, "the band 99-1 ends before it begins; write 1-99"},
		{"9223372036854775808", true, routing.Cell{}, `"9223372036854775808" is out of range; a number has at most 64 bits`},
		{"1-9223372036854775808", true, routing.Cell{}, `"1-9223372036854775808" is out of range; a number has at most 64 bits`},
		{"02139", true, routing.Cell{}, noNumber("02139")},
		{"1,000", true, routing.Cell{}, noNumber("1,000")},
		{"1 - 99", true, routing.Cell{}, noNumber("1 - 99")},
		{"1–99", true, routing.Cell{}, noNumber("1–99")},
		{"+5", true, routing.Cell{}, noNumber("+5")},
		{"-0", true, routing.Cell{}, noNumber("-0")},
		{"-", true, routing.Cell{}, noNumber("-")},
		{"+", true, routing.Cell{}, noNumber("+")},
		{"5-", true, routing.Cell{}, noNumber("5-")},
		{"1-99+", true, routing.Cell{}, noNumber("1-99+")},
		{"94*", true, routing.Cell{}, noNumber("94*")},
	} {
		t.Run(fmt.Sprintf("%q %t", tt.text, tt.number), func(t *testing.T) {
			got, err := routing.ParseCell(tt.text, tt.number)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if got != tt.want || message != tt.err {
				t.Errorf("%#v and error %q\nwant %#v and error %q", got, message, tt.want, tt.err)
			}
		})
	}
}

func noNumber(s string) string {
	return fmt.Sprintf("%q is no number; write 200, 1-99, 1000+ or *, in digits without leading zeros, separators or spaces", s)
}

// FuzzParseCell holds that String writes what ParseCell reads, and that a table takes every cell that ParseCell returns.
func FuzzParseCell(f *testing.F) {
	for _, s := range []string{"", "*", "94*", "US", "200", "1-99", "1000+", "-5", "-10--5", "02139", "1–99", " x", "é*", "\xe9"} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, number bool) {
		c, err := routing.ParseCell(s, number)
		if err != nil {
			if c != (routing.Cell{}) {
				t.Errorf("%q gives %v beside the error %v", s, c, err)
			}
			return
		}
		again, err := routing.ParseCell(c.String(), number)
		if err != nil || again != c {
			t.Errorf("%q reads as %v, and that as %v, %v", s, c, again, err)
		}
		kinds := "t"
		if number {
			kinds = "n"
		}
		if err := table(kinds, routing.Row{Match: []routing.Cell{c}, To: routing.Rep("ann")}); err != nil {
			t.Errorf("no table takes %q: %v", s, err)
		}
	})
}

// A dumb row is a list of cells in their text form between two days of March, 0 where it is open, and everything below
// reads it as the documentation says.
type dumbRow struct {
	cells       []string
	from, until int
}

// name is unlike that of any other row, unless the rows tie.
func (r dumbRow) name() string {
	return fmt.Sprintf("%s from %d until %d", strings.Join(r.cells, ","), r.from, r.until)
}

// matches reads one cell.
func matches(cell, value string, number bool) bool {
	switch {
	case cell == "*":
		return true
	case value == "":
		return false
	case number:
		lo, hi := ends(cell)
		n, _ := strconv.ParseInt(value, 10, 64)
		return lo <= n && n <= hi
	case strings.HasSuffix(cell, "*"):
		return strings.HasPrefix(value, strings.TrimSuffix(cell, "*"))
	}
	return cell == value
}

func ends(cell string) (lo, hi int64) {
	from, to, isBand := strings.Cut(cell, "-")
	switch {
	case strings.HasSuffix(cell, "+"):
		from, to = strings.TrimSuffix(cell, "+"), fmt.Sprint(int64(math.MaxInt64))
	case !isBand:
		to = cell
	}
	lo, _ = strconv.ParseInt(from, 10, 64)
	hi, _ = strconv.ParseInt(to, 10, 64)
	return lo, hi
}

// rank is how unspecific a cell is: the smaller, the more specific.
func rank(cell string, number bool) uint64 {
	switch {
	case cell == "*":
		return math.MaxUint64
	case number:
		lo, hi := ends(cell)
		return uint64(hi - lo)
	case strings.HasSuffix(cell, "*"):
		return 1000 - uint64(len(cell))
	}
	return 0
}

func (r dumbRow) matches(kinds string, rec record, day int) bool {
	if r.from > day || r.until != 0 && r.until <= day {
		return false
	}
	for i, cell := range r.cells {
		if !matches(cell, rec[i], kinds[i] == 'n') {
			return false
		}
	}
	return true
}

func (r dumbRow) compare(kinds string, other dumbRow) int {
	for i := range r.cells {
		if c := cmp.Compare(rank(r.cells[i], kinds[i] == 'n'), rank(other.cells[i], kinds[i] == 'n')); c != 0 {
			return c
		}
	}
	return 0
}

// universe has, for any two cells of the generator that one value matches, such a value, and the unknown.
var universe = map[rune][]string{
	't': {"", "a", "b", "aa", "ab", "ba", "aab", "c"},
	'n': {"", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
}

// everyRecord returns the records over the columns.
func everyRecord(kinds string) []record {
	all := []record{{}}
	for _, kind := range kinds {
		var next []record
		for _, r := range all {
			for _, v := range universe[kind] {
				next = append(next, append(slices.Clone(r), v))
			}
		}
		all = next
	}
	return all
}

func pick(rng *rand.Rand, from ...string) string { return from[rng.IntN(len(from))] }

// Random rows begin and end on days from 2 to lastDay.
const lastDay = 6

func randomRow(rng *rand.Rand, kinds string, dates bool) dumbRow {
	var r dumbRow
	if dates && rng.IntN(3) > 0 {
		if rng.IntN(2) == 0 {
			r.from = 2 + rng.IntN(lastDay-2)
		}
		if first := max(r.from, 1) + 1; rng.IntN(2) == 0 {
			r.until = first + rng.IntN(lastDay-first+1)
		}
	}
	for _, kind := range kinds {
		if kind == 't' {
			r.cells = append(r.cells, pick(rng, "*", "a", "b", "aa", "ab", "aab", "a*", "b*", "aa*", "ab*"))
			continue
		}
		lo := rng.IntN(10)
		r.cells = append(r.cells, pick(rng, "*", fmt.Sprint(lo), fmt.Sprintf("%d+", lo), fmt.Sprintf("%d-%d", lo, min(9, lo+1)),
			fmt.Sprintf("%d-%d", lo, min(9, lo+2)), fmt.Sprintf("%d-%d", lo, lo+rng.IntN(10-lo))))
	}
	return r
}

// A moment is a record on a day of March.
type moment struct {
	record
	day int
}

// moments returns the records on every day on which something can be otherwise than on the day before.
func moments(records []record, dates bool) []moment {
	last := 1
	if dates {
		last = lastDay
	}
	var out []moment
	for day := 1; day <= last; day++ {
		for _, rec := range records {
			out = append(out, moment{rec, day})
		}
	}
	return out
}

// ties returns, by row, the earlier rows that some record matches as well on some day, and that are as specific.
func ties(kinds string, rows []dumbRow, moments []moment) []map[int]bool {
	out := make([]map[int]bool, len(rows))
	for i := range rows {
		out[i] = map[int]bool{}
	}
	for _, m := range moments {
		var matching []int
		for i, r := range rows {
			if r.matches(kinds, m.record, m.day) {
				matching = append(matching, i)
			}
		}
		for n, i := range matching {
			for _, j := range matching[:n] {
				if rows[i].compare(kinds, rows[j]) == 0 {
					out[i][j] = true
				}
			}
		}
	}
	return out
}

// TestTerritoryAgreesWithItsDescription compares random tables with the text of the documentation, read literally: which
// tables are refused, what for, and which row gets every record on every day.
func TestTerritoryAgreesWithItsDescription(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	shapes := []string{"t", "n", "tt", "tn", "nt", "nn", "tnt", "ntn"}
	all := map[string][]record{}
	for _, kinds := range shapes {
		all[kinds] = everyRecord(kinds)
	}
	refused, shared := 0, 0
	for trial := range 5000 {
		dates := trial >= 3000
		kinds := shapes[rng.IntN(len(shapes))]
		if dates {
			kinds = shapes[rng.IntN(6)]
		}
		var rows []dumbRow
		for range 1 + rng.IntN(14) {
			rows = append(rows, randomRow(rng, kinds, dates))
		}
		moments := moments(all[kinds], dates)
		tied := ties(kinds, rows, moments)
		if err := buildDumb(t, kinds, rows); err != nil {
			refused++
			checkRefusal(t, trial, rows, tied, err)
		} else if slices.ContainsFunc(tied, func(m map[int]bool) bool { return len(m) > 0 }) {
			t.Fatalf("trial %d: the table %v is accepted, with ties %v", trial, rows, tied)
		}
		rows = untied(rows, tied)
		ask := asker(t, kinds, smartRows(t, kinds, rows))
		for _, m := range moments {
			want, n := bestRow(kinds, rows, m)
			if n > 1 {
				shared++
			}
			if got := ask(m.record, march(m.day)); got != want {
				t.Fatalf("trial %d: %q goes to %q on day %d, want %q of %v", trial, m.record, got, m.day, want, rows)
			}
		}
	}
	if refused < 500 || refused > 4500 || shared < 100_000 {
		t.Errorf("the tables are one-sided: %d of 5000 are refused, and %d records have several rows", refused, shared)
	}
}

func smartRows(t *testing.T, kinds string, rows []dumbRow) []routing.Row {
	var out []routing.Row
	for i, r := range rows {
		smart := dated(r.from, r.until, row(t, kinds, strings.Join(r.cells, ",")))
		smart.Position, smart.To = fmt.Sprintf("r%d", i), routing.Rep(r.name())
		out = append(out, smart)
	}
	return out
}

func buildDumb(t *testing.T, kinds string, rows []dumbRow) error {
	return table(kinds, smartRows(t, kinds, rows)...)
}

// untied leaves out the rows that tie with an earlier one.
func untied(rows []dumbRow, tied []map[int]bool) []dumbRow {
	var out []dumbRow
	for i, r := range rows {
		if len(tied[i]) == 0 {
			out = append(out, r)
		}
	}
	return out
}

// bestRow returns the name of the most specific row that matches, and how many match.
func bestRow(kinds string, rows []dumbRow, m moment) (best string, n int) {
	var first dumbRow
	for _, r := range rows {
		if r.matches(kinds, m.record, m.day) {
			n++
			if n == 1 || r.compare(kinds, first) < 0 {
				first, best = r, r.name()
			}
		}
	}
	return best, n
}

// checkRefusal holds that the error names each row that ties with an earlier one, in order, and pairs that do tie.
func checkRefusal(t *testing.T, trial int, rows []dumbRow, tied []map[int]bool, err error) {
	t.Helper()
	var order []int
	for _, line := range strings.Split(err.Error(), "\n") {
		var i, j int
		at, rest, _ := strings.Cut(line, ": ")
		fmt.Sscanf(at, "r%d", &i)
		for _, word := range strings.Fields(rest) {
			if strings.HasPrefix(word, "r") {
				if _, err := fmt.Sscanf(word, "r%d", &j); err == nil {
					break
				}
			}
		}
		if !tied[i][j] {
			t.Fatalf("trial %d: %v: no record ties the rows of %q", trial, rows, line)
		}
		order = append(order, i)
	}
	var want []int
	for i := range rows {
		if len(tied[i]) > 0 {
			want = append(want, i)
		}
	}
	if !slices.IsSorted(order) || !slices.Equal(slices.Compact(order), want) {
		t.Fatalf("trial %d: %v: the error names %v, want %v: %v", trial, rows, order, want, err)
	}
}

// worldColumns are a country, a state, a postal code, a number of employees and an industry.
func worldColumns() []routing.Column {
	text := func(read func(*handoff.Facts) string) routing.Column {
		return routing.Column{Text: func(f *handoff.Facts) (string, bool) {
			s := read(f)
			return s, s != ""
		}}
	}
	return []routing.Column{
		text(func(f *handoff.Facts) string { return f.Account.Country }),
		text(func(f *handoff.Facts) string { return f.Account.State }),
		text(func(f *handoff.Facts) string { return f.Account.Domain }), // a postal code has no field of its own
		{Number: func(f *handoff.Facts) (int64, bool) { return f.Account.Employees.Value, f.Account.Employees.Known }},
		text(func(f *handoff.Facts) string { return f.Account.Industry }),
	}
}

// world returns n rows of a table over worldColumns: blanks, prefixes of 2 to 5 digits, four bands and a wide one.
func world(n int) []routing.Row {
	rng := rand.New(rand.NewPCG(3, 4))
	bands := []routing.Cell{routing.Between(1, 99), routing.Between(100, 999), routing.Between(1000, 9999),
		routing.Between(10_000, math.MaxInt64), routing.Between(1, 9999), {}}
	seen := map[[5]routing.Cell]bool{}
	rows := make([]routing.Row, 0, n)
	for len(rows) < n {
		match := [5]routing.Cell{routing.Is(fmt.Sprintf("C%d", rng.IntN(40)))}
		if rng.IntN(10) > 0 {
			match[1] = routing.Is(fmt.Sprintf("S%d", rng.IntN(50)))
		}
		if digits := rng.IntN(5); digits > 0 {
			match[2] = routing.HasPrefix(fmt.Sprintf("%05d", rng.IntN(100_000))[:digits+1])
		}
		match[3] = bands[rng.IntN(len(bands))]
		if rng.IntN(3) == 0 {
			match[4] = routing.Is(fmt.Sprintf("industry %d", rng.IntN(20)))
		}
		if seen[match] {
			continue
		}
		seen[match] = true
		rows = append(rows, routing.Row{Match: match[:], To: routing.Rep(fmt.Sprintf("rep-%d", rng.IntN(500))), Position: fmt.Sprintf("us.csv:%d", len(rows)+2)})
	}
	return rows
}

// somebody returns facts that every row of world may match.
func somebody(rng *rand.Rand) *handoff.Facts {
	return &handoff.Facts{At: time.Date(2026, 2, 14, 12, 0, 0, 0, time.UTC), Account: handoff.Account{
		Country:   fmt.Sprintf("C%d", rng.IntN(40)),
		State:     fmt.Sprintf("S%d", rng.IntN(50)),
		Domain:    fmt.Sprintf("%05d", rng.IntN(100_000)),
		Employees: handoff.Some(rng.Int64N(20_000)),
		Industry:  fmt.Sprintf("industry %d", rng.IntN(20)),
	}}
}

// quarters lets the rows count in two of four months each.
func quarters(rows []routing.Row) []routing.Row {
	for i := range rows {
		first := 1 + i%3
		rows[i].From, rows[i].Until = calendar.Date{Year: 2026, Month: time.Month(first), Day: 1}, calendar.Date{Year: 2026, Month: time.Month(first + 2), Day: 1}
	}
	return rows
}

func worldRoute(t testing.TB, rows []routing.Row) *routing.Route {
	t.Helper()
	territory, err := routing.NewTerritory("world", worldColumns(), rows)
	if err != nil {
		t.Fatal(err)
	}
	route, err := routing.New(territory)
	if err != nil {
		t.Fatal(err)
	}
	return route
}

func TestTerritoryLooksUpWithoutAllocating(t *testing.T) {
	zone, err := calendar.LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for name, rows := range map[string][]routing.Row{"without dates": world(10_000), "with dates": quarters(world(10_000))} {
		t.Run(name, func(t *testing.T) {
			route := worldRoute(t, rows)
			rng := rand.New(rand.NewPCG(5, 6))
			keys, found := make([]handoff.Key, 0, 1), 0
			for range 100 {
				f := somebody(rng)
				f.Zone = zone
				if n := testing.AllocsPerRun(1, func() { keys = route.Keys(f, nil, keys[:0]) }); n > 0 {
					t.Fatalf("%v allocations for %+v", n, f.Account)
				}
				found += len(keys)
			}
			if found == 0 {
				t.Error("no row matched, so that nothing was looked at")
			}
		})
	}
}

// tiles returns the rows of n bands of 10 numbers in each column, side by side.
func tiles(columns, n int) []routing.Row {
	var bands []routing.Cell
	for i := range int64(n) {
		bands = append(bands, routing.Between(10*i, 10*i+9))
	}
	return cross(slices.Repeat([][]routing.Cell{bands}, columns)...)
}

func BenchmarkNewTerritory(b *testing.B) {
	for _, bm := range []struct {
		name    string
		columns []routing.Column
		rows    []routing.Row
	}{
		{"world", worldColumns(), world(100_000)},
		{"world with dates", worldColumns(), quarters(world(100_000))},
		{"one column of bands", columns("n", nil), tiles(1, 100_000)},
		{"equal rows", columns("n", nil), cross(slices.Repeat([]routing.Cell{routing.Between(1, 9)}, 100_000))},
		{"bands within bands", columns("n", nil), cross(nest(100_000))},
		{"three columns of bands", columns("nnn", nil), tiles(3, 46)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = routing.NewTerritory("map", bm.columns, bm.rows)
			}
		})
	}
}

func BenchmarkTerritoryFind(b *testing.B) {
	for _, bm := range []struct {
		name string
		rows []routing.Row
	}{
		{"100", world(100)}, {"10000", world(10_000)}, {"100000", world(100_000)}, {"100000 with dates", quarters(world(100_000))},
	} {
		b.Run(bm.name, func(b *testing.B) {
			route := worldRoute(b, bm.rows)
			rng := rand.New(rand.NewPCG(5, 6))
			facts := make([]*handoff.Facts, 1000)
			for i := range facts {
				facts[i] = somebody(rng)
			}
			var keys []handoff.Key
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				keys = route.Keys(facts[i%len(facts)], nil, keys[:0])
			}
		})
	}
}

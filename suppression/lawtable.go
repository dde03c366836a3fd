package suppression

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// Merge returns the rows with others laid over them: one with the id of a row takes its place, and the rest follow in their
// order. An id that stands twice in either list stands twice in the result, which NewLaw refuses.
func Merge(rows, over []LawRow) []LawRow {
	out := slices.Clone(rows)
	used := make([]bool, len(over))
	for i := range out {
		if j := slices.IndexFunc(over, func(r LawRow) bool { return r.ID == out[i].ID }); j >= 0 {
			out[i], used[j] = over[j], true
		}
	}
	for j := range over {
		if !used[j] {
			out = append(out, over[j])
		}
	}
	return out
}

//go:embed laws/*.json
var laws embed.FS

// Tables returns the names of the tables that come with the package, in order.
func Tables() []string {
	files, _ := laws.ReadDir("laws") // it is in the program
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = strings.TrimSuffix(file.Name(), ".json")
	}
	return names
}

// A lawFile is a table that comes with the package.
type lawFile struct {
	Note string   `json:"note"`
	Rows []LawRow `json:"rows"`
}

// Table returns the rows of a table that comes with the package, and false where there is none. They are the caller's own.
func Table(name string) ([]LawRow, bool) {
	if !slices.Contains(Tables(), name) {
		return nil, false
	}
	file, err := readTable(name)
	return file.Rows, err == nil
}

func readTable(name string) (lawFile, error) {
	var file lawFile
	data, err := laws.ReadFile(path.Join("laws", name+".json"))
	if err == nil {
		err = handoff.DecodeStrict(data, &file)
	}
	for i := range file.Rows {
		file.Rows[i].Table = name
	}
	return file, err
}

// A plainRow is a LawRow with the methods of none.
type plainRow LawRow

// A textRow is a LawRow with its hours as text.
type textRow struct {
	*plainRow
	Hours string `json:"hours,omitempty"`
}

// UnmarshalJSON refuses unknown keys.
func (r *LawRow) UnmarshalJSON(data []byte) (err error) {
	text := textRow{plainRow: new(plainRow)}
	if err := handoff.DecodeStrict(data, &text); err != nil {
		return err
	}
	if text.Hours != "" {
		text.plainRow.Hours, err = calendar.ParseWindows(text.Hours)
	}
	*r = LawRow(*text.plainRow)
	return err
}

// MarshalJSON returns the form that UnmarshalJSON reads. It refuses hours that do not begin and end with a minute.
func (r LawRow) MarshalJSON() ([]byte, error) {
	windows := make([]string, len(r.Hours))
	for i, w := range r.Hours {
		if w.Open%time.Minute != 0 || w.Close%time.Minute != 0 {
			return nil, fmt.Errorf("hours of law %q do not begin and end with a minute", r.ID)
		}
		windows[i] = strings.ToLower(w.Day.String()[:3]) + " " + clock(w.Open) + "-" + clock(w.Close)
	}
	return json.Marshal(textRow{(*plainRow)(&r), strings.Join(windows, ", ")})
}

// clock writes a time of day as calendar.ParseWindows reads it.
func clock(sinceMidnight time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(sinceMidnight.Hours()), int(sinceMidnight.Minutes())%60)
}

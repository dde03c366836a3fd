package routing

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// Bounds of a territory table. They keep what a look-up costs independent of the number of rows.
const (
	maxRows     = 1_000_000
	maxColumns  = 16
	maxNumbers  = 3    // columns of numbers; what a row costs to check triples with each
	maxPrefix   = 64   // bytes of a prefix
	maxLengths  = 32   // lengths of prefixes in one column under one beginning of a row
	maxNested   = 16   // bands that contain one number, in one column under one beginning of a row
	maxSteps    = 4096 // of a look-up
	maxEpochs   = 64   // into which the dates of the rows part time
	maxProblems = 100  // that an error lists
)

// A Column reads one column of a territory table from the facts: the value, or false when it is unknown. Exactly one of
// the two functions is set; it must be pure and safe for concurrent use.
type Column struct {
	Text   func(*handoff.Facts) (string, bool)
	Number func(*handoff.Facts) (int64, bool)
}

func (c Column) isNumber() bool { return c.Number != nil }

// A value is what a record has in a column.
type value struct {
	text   string
	number int64
	symbol int32 // of the text, 0 where no cell is exactly this
	known  bool
}

// A Cell says which values of a column a row matches. The zero Cell matches everything, also what is unknown; every
// other Cell matches known values only. Equal cells are equal under ==.
type Cell struct {
	kind   cellKind
	text   string // exact, prefix
	lo, hi int64  // band
}

// A cellKind is a kind of Cell; a later one is more specific than an earlier one.
type cellKind uint8

const (
	everything cellKind = iota
	band
	prefix
	exact
)

// Is matches one text, which is not empty, letter by letter.
func Is(text string) Cell { return Cell{kind: exact, text: text} }

// HasPrefix matches the texts that begin with the text, which has 1 to 64 bytes, and the text itself.
func HasPrefix(text string) Cell { return Cell{kind: prefix, text: text} }

// Between matches the numbers from lo to hi, both included. A band from math.MinInt64 or to math.MaxInt64 is open at
// that end; a band of one number is an exact value.
func Between(lo, hi int64) Cell { return Cell{kind: band, lo: lo, hi: hi} }

// ParseCell reads the text form of a Cell. "" and "*" match everything. In a column of texts "94*" is a prefix and any
// other text is exact; a star elsewhere than at the end is an error. In a column of numbers "200" is one number, "1-99" a
// band and "1000+" a band with an open end.
func ParseCell(s string, number bool) (Cell, error) {
	var c Cell
	var err error
	switch beginning, starred := strings.CutSuffix(s, "*"); {
	case s == "" || s == "*":
		return Cell{}, nil
	case number:
		c, err = parseBand(s)
	case strings.Contains(beginning, "*"):
		err = fmt.Errorf("%q has a star inside; a star stands at the end, for every text that begins like this", s)
	case strings.TrimSpace(s) != s:
		err = fmt.Errorf("%q begins or ends with a space; remove it", s)
	case starred:
		c = HasPrefix(beginning)
	default:
		c = Is(s)
	}
	if err == nil {
		err = c.check(number)
	}
	if err != nil {
		return Cell{}, err
	}
	return c, nil
}

func parseBand(s string) (Cell, error) {
	lo, hi := s, s
	if from, open := strings.CutSuffix(s, "+"); open {
		lo, hi = from, strconv.FormatInt(math.MaxInt64, 10)
	} else if i := strings.IndexByte(s[1:], '-'); i >= 0 { // a hyphen at the start is a sign
		lo, hi = s[:i+1], s[i+2:]
	}
	first, err := parseNumber(lo)
	last, err2 := parseNumber(hi)
	if err := cmp.Or(err, err2); err != nil {
		return Cell{}, fmt.Errorf("%q %w", s, err)
	}
	return Between(first, last), nil
}

func parseNumber(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, errors.New("is out of range; a number has at most 64 bits")
	case err != nil || strconv.FormatInt(n, 10) != s:
		return 0, errors.New("is no number; write 200, 1-99, 1000+ or *, in digits without leading zeros, separators or spaces")
	}
	return n, nil
}

// String returns the form that ParseCell reads, "*" for the Cell that matches everything. A text with a star has no such
// form.
func (c Cell) String() string {
	switch {
	case c.kind == everything:
		return "*"
	case c.kind == exact:
		return c.text
	case c.kind == prefix:
		return c.text + "*"
	case c.lo == c.hi:
		return strconv.FormatInt(c.lo, 10)
	case c.hi == math.MaxInt64:
		return strconv.FormatInt(c.lo, 10) + "+"
	}
	return strconv.FormatInt(c.lo, 10) + "-" + strconv.FormatInt(c.hi, 10)
}

func (c Cell) check(number bool) error {
	switch {
	case c.kind == everything:
		return nil
	case (c.kind == band) != number && number:
		return fmt.Errorf("%q is a text in a column of numbers; give it a band", c.String())
	case (c.kind == band) != number:
		return fmt.Errorf("%s is a band in a column of texts; give it a text or a prefix", c)
	case number && c.lo > c.hi:
		return fmt.Errorf("the band %s ends before it begins; write %s", c, Between(c.hi, c.lo))
	case !number && c.text == "":
		return errors.New("the text is empty; the zero Cell matches everything")
	case !utf8.ValidString(c.text):
		return fmt.Errorf("%q is not UTF-8; save the table as UTF-8", c.text)
	case c.kind == prefix && len(c.text) > maxPrefix:
		return fmt.Errorf("the prefix %q has %d bytes; at most %d are allowed", c.text, len(c.text), maxPrefix)
	}
	return nil
}

// width returns one less than how many numbers a band holds, and 0 for texts.
func (c Cell) width() uint64 { return uint64(c.hi) - uint64(c.lo) }

// compareCells orders by specificity, the more specific first: an exact text, a longer prefix, a shorter prefix, a
// narrower band, a wider band, everything.
func compareCells(a, b Cell) int {
	if a.kind == prefix && b.kind == prefix {
		return cmp.Compare(len(b.text), len(a.text))
	}
	return cmp.Or(cmp.Compare(b.kind, a.kind), cmp.Compare(a.width(), b.width()))
}

// A Row gives the records it matches to a rung.
type Row struct {
	Match    []Cell        // one for each column
	To       Rung          // a Rep or a *Pool
	Position string        // names the row in errors and in the reason of a decision, such as "us.csv:17"; "": its number
	From     calendar.Date // the first day on which it counts, in the policy's zone; zero: it always has
	Until    calendar.Date // the first day on which it no longer counts; zero: it always will
}

// compareRows orders by specificity: the first column whose cells differ in it decides.
//
// Of the rows that match one record at most one is first, unless the table was refused: compareCells ranks the cells of a
// column in a line, and comparing lists of ranks from the left is a total order of those lists, so that two rows tie only
// where they tie in every column. Cells that tie and match the same value are the same text, the same prefix, bands of
// equal width that overlap, or both everything. Rows of one epoch that are so in every column are what conflicts finds.
func compareRows(a, b Row) int { return slices.CompareFunc(a.Match, b.Match, compareCells) }

// A Territory is the rung for a table. Of the rows that match a record the most specific one wins: the first column in
// which two of them differ in specificity decides, in the order of the columns, and there an exact value comes before a
// longer prefix, a shorter prefix, a narrower band, a wider band and everything. Where the rows stand does not matter.
//
// Two rows that some record could match on one day, and that are equally specific in every column, are a mistake, even
// where a third row is more specific than both for each such record. Rows without a day in common do not meet. On a day on
// which no row counts none matches.
type Territory struct {
	id      string
	columns []Column
	grants  []grant
	order   []int32 // by row: its place when the more specific rows stand first; nil where no look-up asks
	epochs  epochs
	roots   []int32 // by epoch
	// The rows that count in an epoch are a trie with one level for each column. A child is the index of a node, or, below
	// the last column, the number of a row. Both are counted so that 0 is none: nothing leads to a root, of which nodes[0]
	// is the first, and the first row is 1.
	nodes   []node
	symbols map[word]int32 // from 1
	texts   map[branch]int32
	spans   []span // of all nodes with bands; a last one is behind them
	stacks  []int32
}

// A grant is what a row gives.
type grant struct {
	to       Rung
	position string
}

// name names the row, by its number where it has no position.
func (g *grant) name(row int) string { return cmp.Or(g.position, fmt.Sprintf("row %d", row+1)) }

// try asks the rung of the row, for the rung that the row is of.
func (g *grant) try(of Rung, source Source, f facts, a *attempt) {
	g.to.try(f, a)
	if a.Owner == "" {
		return
	}
	if a.source == FromRep {
		a.source = source
	}
	a.Rung = of.Name() + "/" + a.Rung
	if g.position != "" {
		a.Why += ", by the row " + g.position
	}
}

// dates are when a row counts: from a day to before another, each zero where it is open.
type dates struct{ from, until calendar.Date }

func (d dates) check() error {
	if d == (dates{}) {
		return nil
	}
	for _, day := range []calendar.Date{d.from, d.until} {
		if day.AddDays(0) != day {
			return fmt.Errorf("there is no day %s", day)
		}
	}
	if !d.from.IsZero() && !d.until.IsZero() && d.until.Compare(d.from) <= 0 {
		return fmt.Errorf("it ends on %s, which is not after %s, on which it begins; until is the first day that no longer counts", d.until, d.from)
	}
	return nil
}

// together says when two rows that have a day in common count both, and what then is a cure beside others; "" where neither
// has dates.
func (d dates) together(e dates) (days, cure string) {
	const part = ", or part their dates"
	from := slices.MaxFunc([]calendar.Date{d.from, e.from}, calendar.Date.Compare)
	until := slices.MinFunc([]calendar.Date{d.until, e.until}, compareEnds)
	switch {
	case !from.IsZero():
		return fmt.Sprintf(" from %s on", from), part
	case !until.IsZero():
		return fmt.Sprintf(" before %s", until), part
	}
	return "", ""
}

// compareEnds orders days before which something ends; the zero Date is never.
func compareEnds(a, b calendar.Date) int {
	if a.IsZero() || b.IsZero() {
		return b.Compare(a)
	}
	return a.Compare(b)
}

// epochs are the days on which some row begins or ends, in rising order: each begins an epoch, in which the same rows
// count on every day, and the first epoch is before all of them.
type epochs []calendar.Date

// at returns the number of the epoch of a day.
func (e epochs) at(day calendar.Date) int {
	i, begins := slices.BinarySearchFunc(e, day, calendar.Date.Compare)
	if begins {
		i++
	}
	return i
}

// of returns the epochs in which a row counts, from first to before end.
func (e epochs) of(r Row) (first, end int) {
	end = len(e) + 1
	if !r.From.IsZero() {
		first = e.at(r.From)
	}
	if !r.Until.IsZero() {
		end = e.at(r.Until)
	}
	return first, end
}

// A node is what is left of a table below the cells that lead to it.
type node struct {
	lengths uint64 // bit n-1: there are prefixes of n bytes
	exact   bool   // there are exact texts
	blank   int32  // the child that matches everything
	from    int32  // its spans are from here
	to      int32  // to before here
}

// A word is a cell of a text; its symbol is a number that stands for it.
type word struct {
	prefix bool
	text   string
}

// A branch leads from a node to the child for a word.
type branch struct{ node, symbol int32 }

// A span is the numbers from from to before the next span. The children whose bands contain them are in stacks, from
// first to before the first of the next span, the narrowest first; one as wide as the one before it is negative.
type span struct {
	from  int64
	first int32
}

// A RowError is what is wrong with a row of a table.
type RowError struct {
	Row      int    // its index in the rows
	Position string // of the row
	Err      error
}

func (e *RowError) Error() string { return e.Position + ": " + e.Err.Error() }

// Unwrap returns what is wrong, without the position.
func (e *RowError) Unwrap() error { return e.Err }

// NewTerritory indexes the rows; it keeps neither of the slices. The error joins what is wrong, where it is a row a
// *RowError, in the order of the rows, and lists at most 100 problems. A table has at most 1,000,000 rows and 16 columns,
// 3 of them of numbers. It is also refused where a look-up could become slow: where more than 32 lengths of prefixes, or
// more than 16 bands around one number, share the cells before them, or where a look-up could take more than 4096 steps.
//
// The dates of the rows part time into epochs, and each has an index of its own: there are at most 64, and their rows add
// up to at most 1,000,000.
func NewTerritory(id string, columns []Column, rows []Row) (*Territory, error) {
	if err := checkTable(id, columns, rows); err != nil {
		return nil, err
	}
	b := newBuilder(id, columns, rows)
	parts, err := b.part()
	if err != nil {
		return nil, err
	}
	for _, part := range parts {
		b.addEpoch(part)
	}
	if !b.empty() {
		return nil, b.refusal(b.position)
	}
	if err := b.finish(); err != nil {
		return nil, err
	}
	return b.Territory, nil
}

func checkTable(id string, columns []Column, rows []Row) error {
	numbers := 0
	for i, c := range columns {
		if (c.Text == nil) == (c.Number == nil) {
			return fmt.Errorf("column %d has to read either texts or numbers", i+1)
		}
		if c.isNumber() {
			numbers++
		}
	}
	switch {
	case id == "" || len(columns) == 0 || len(rows) == 0:
		return errors.New("a territory needs an id, columns and rows")
	case len(columns) > maxColumns:
		return fmt.Errorf("a territory has at most %d columns, not %d", maxColumns, len(columns))
	case numbers > maxNumbers:
		return fmt.Errorf("a territory has at most %d columns of numbers, not %d", maxNumbers, numbers)
	case len(rows) > maxRows:
		return fmt.Errorf("a territory has at most %d rows, not %d; split it over two rungs", maxRows, len(rows))
	}
	return nil
}

// A builder holds what a table needs only while it is built.
type builder struct {
	*Territory
	rows    []Row
	targets targets
	problems

	grid  map[key]int32 // the first row of a key, in the epoch at hand
	next  map[int]int   // the next row of the same key; 0: none
	tiles map[tile]int32

	bands    map[band64]int32
	columnOf []int32 // by node
	heads    []int32 // by node: one more than the index of its last link
	links    []link
	steps    []int32 // by node: at most that many does a look-up take from there on
	edges    []int64 // of the node at hand
	open     []link  // of the node at hand
	tied     bool    // there are bands of one width that overlap
}

// problems are what is wrong with the rows of a table.
type problems struct {
	list []problem
	told map[problem]bool
}

// A problem is what is wrong at a row.
type problem struct {
	row  int
	text string
}

func (p *problems) empty() bool { return len(p.list) == 0 }

// tooMany reports whether there are more problems than an error lists.
func (p *problems) tooMany() bool { return len(p.list) > maxProblems }

// refuse adds a problem of a row, once.
func (p *problems) refuse(row int, format string, args ...any) {
	if p.told == nil {
		p.told = map[problem]bool{}
	}
	found := problem{row, fmt.Sprintf(format, args...)}
	if !p.told[found] {
		p.told[found] = true
		p.list = append(p.list, found)
	}
}

// refusal joins the problems in the order of the rows.
func (p *problems) refusal(position func(row int) string) error {
	slices.SortStableFunc(p.list, func(a, b problem) int { return cmp.Compare(a.row, b.row) })
	var errs []error
	for i, found := range p.list {
		if i == maxProblems {
			errs = append(errs, fmt.Errorf("there are more problems than these %d", maxProblems))
			break
		}
		errs = append(errs, &RowError{found.row, position(found.row), errors.New(found.text)})
	}
	return errors.Join(errs...)
}

// A key is a row by the symbols of its cells, where a band is replaced by its tile. Rows of one key always conflict.
type key [maxColumns]int32

// A tile is the width of a band and where it begins, counted in bands of that width. A band overlaps none as wide that
// begins further away than in the tile before or after its own.
type tile struct{ index, width uint64 }

func tileOf(c Cell) tile {
	const sign = 1 << 63 // turns the order of int64 into that of uint64
	if c.width() == math.MaxUint64 {
		return tile{0, c.width()}
	}
	return tile{(uint64(c.lo) ^ sign) / (c.width() + 1), c.width()}
}

// A band64 leads from a node to the child for a band.
type band64 struct {
	node   int32
	lo, hi int64
}

// A link is a branch of a node other than the one for everything.
type link struct {
	cell  Cell
	child int32
	row   int32 // the first row below it
	next  int32 // one more than the index of the node's next link
}

func newBuilder(id string, columns []Column, rows []Row) *builder {
	b := &builder{
		Territory: &Territory{
			id:      id,
			columns: slices.Clone(columns),
			grants:  make([]grant, len(rows)),
			symbols: map[word]int32{},
			texts:   map[branch]int32{},
		},
		rows:    rows,
		targets: targets{},
		tiles:   map[tile]int32{},
		bands:   map[band64]int32{},
	}
	for i, r := range rows {
		b.grants[i] = grant{r.To, r.Position}
	}
	return b
}

func (b *builder) position(row int) string { return b.grants[row].name(row) }

// part finds the epochs, and returns the rows that count in each. Rows whose dates are wrong count in none.
func (b *builder) part() ([][]int32, error) {
	good := make([]int32, 0, len(b.rows))
	for i, r := range b.rows {
		if err := (dates{r.From, r.Until}).check(); err != nil {
			b.refuse(i, "%v", err)
			continue
		}
		good = append(good, int32(i))
		for _, d := range []calendar.Date{r.From, r.Until} {
			if !d.IsZero() {
				b.epochs = append(b.epochs, d)
			}
		}
	}
	if len(b.epochs) == 0 {
		return [][]int32{good}, nil
	}
	slices.SortFunc(b.epochs, calendar.Date.Compare)
	b.epochs = slices.Clip(slices.Compact(b.epochs))
	return b.deal(good)
}

// deal returns the rows of each epoch.
func (b *builder) deal(rows []int32) ([][]int32, error) {
	if len(b.epochs)+1 > maxEpochs {
		return nil, fmt.Errorf("the rows begin and end on %d different days; at most %d are allowed: leave out the rows that are over, or let more begin and end together",
			len(b.epochs), maxEpochs-1)
	}
	parts, sum := make([][]int32, len(b.epochs)+1), 0
	for _, i := range rows {
		first, end := b.epochs.of(b.rows[i])
		sum += end - first
		if sum > maxRows {
			return nil, fmt.Errorf("the rows begin and end on %d different days, and those that count between them add up to more than %d; "+
				"let more begin and end together, or split the table over two rungs", len(b.epochs), maxRows)
		}
		for e := first; e < end; e++ {
			parts[e] = append(parts[e], i)
		}
	}
	return parts, nil
}

// addEpoch plants the rows that count in an epoch.
func (b *builder) addEpoch(rows []int32) {
	b.grid, b.next = make(map[key]int32, len(rows)), map[int]int{}
	root := b.grow(0)
	b.roots = append(b.roots, root)
	for _, i := range rows {
		if b.tooMany() {
			return
		}
		b.add(root, int(i))
	}
}

func (b *builder) add(root int32, row int) {
	if err := b.check(b.rows[row]); err != nil {
		b.refuse(row, "%v", err)
		return
	}
	k := b.key(row)
	for _, earlier := range b.conflicts(k, row) {
		b.refuseConflict(row, earlier)
	}
	b.keep(k, row)
	if b.empty() {
		b.plant(root, k, row)
	}
}

func (b *builder) check(row Row) error {
	if len(row.Match) != len(b.columns) {
		return fmt.Errorf("has %d values for %d columns", len(row.Match), len(b.columns))
	}
	for i, c := range row.Match {
		if err := c.check(b.columns[i].isNumber()); err != nil {
			return fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return b.targets.check(row.To)
}

// targets are the rungs of the rows, each with what is wrong with it.
type targets map[Rung]error

func (t targets) check(to Rung) error {
	if to == nil {
		return errors.New("names neither a rep nor a pool")
	}
	err, checked := t[to]
	if !checked {
		err = to.prepare()
		t[to] = err
	}
	return err
}

func (b *builder) refuseConflict(row, earlier int) {
	other := b.position(earlier)
	r, e := b.rows[row], b.rows[earlier]
	days, cure := dates{r.From, r.Until}.together(dates{e.From, e.Until})
	for i, c := range r.Match {
		if d := e.Match[i]; c != d {
			b.refuse(row, "column %d: %s overlaps %s of %s%s and is as wide, so that neither row is more specific; "+
				"part the bands or make one of them narrower%s", i+1, c, d, other, days, cure)
			return
		}
	}
	b.refuse(row, "matches exactly what %s matches%s; remove one of them%s", other, days, cure)
}

// key returns the key of a row, with new symbols for what has none.
func (b *builder) key(row int) (k key) {
	for i, c := range b.rows[row].Match {
		switch c.kind {
		case band:
			k[i] = symbol(b.tiles, tileOf(c))
		case prefix, exact:
			k[i] = symbol(b.symbols, word{c.kind == prefix, c.text})
		}
	}
	return k
}

func symbol[K comparable](of map[K]int32, k K) int32 {
	s := of[k]
	if s == 0 {
		s = int32(len(of)) + 1
		of[k] = s
	}
	return s
}

// keep remembers a row for the conflicts of later rows.
func (b *builder) keep(k key, row int) {
	if first := int(b.grid[k]) - 1; first >= 0 {
		b.next[row] = b.next[first]
		b.next[first] = row
		return
	}
	b.grid[k] = int32(row) + 1
}

// conflicts returns earlier rows that tie with a row and share a record with it, in rising order: of the rows of one key
// the first.
func (b *builder) conflicts(k key, row int) []int {
	wide := make([]wideCell, 0, maxNumbers)
	for i, c := range b.rows[row].Match {
		if c.width() > 0 {
			at := tileOf(c)
			before, after := tile{at.index - 1, at.width}, tile{at.index + 1, at.width}
			wide = append(wide, wideCell{i, [...]int32{b.tiles[before], k[i], b.tiles[after]}})
		}
	}
	found := b.searchGrid(nil, k, wide, row)
	slices.Sort(found)
	return found
}

// A wideCell is a column where a row has a band of several numbers, with the symbols of the tile before its own, its own
// and the one after it, 0 where no band has that tile.
type wideCell struct {
	column  int
	symbols [3]int32
}

func (b *builder) searchGrid(found []int, k key, wide []wideCell, row int) []int {
	if len(wide) == 0 {
		if first := b.firstOverlap(k, row); first >= 0 {
			found = append(found, first)
		}
		return found
	}
	for _, symbol := range wide[0].symbols {
		if k[wide[0].column] = symbol; symbol != 0 {
			found = b.searchGrid(found, k, wide[1:], row)
		}
	}
	return found
}

// firstOverlap returns the first row of a key that overlaps a row, -1 when none does.
func (b *builder) firstOverlap(k key, row int) int {
	first := -1
	for i := int(b.grid[k]) - 1; i >= 0; {
		if (first < 0 || i < first) && overlap(b.rows[i], b.rows[row]) {
			first = i
		}
		i = cmp.Or(b.next[i], -1)
	}
	return first
}

func overlap(a, b Row) bool {
	for i, c := range a.Match {
		if d := b.Match[i]; c.lo > d.hi || d.lo > c.hi {
			return false
		}
	}
	return true
}

// plant adds a row to the trie below a root.
func (b *builder) plant(root int32, k key, row int) {
	r := b.rows[row]
	at := root
	for i, c := range r.Match {
		child := b.child(at, c, k[i])
		if child == 0 {
			if child = int32(row) + 1; i < len(r.Match)-1 {
				child = b.grow(i + 1)
			}
			b.join(at, c, k[i], link{c, child, int32(row), b.heads[at]})
		}
		at = child
	}
}

// grow adds an empty node of a column.
func (b *builder) grow(column int) int32 {
	b.nodes = append(b.nodes, node{})
	b.columnOf = append(b.columnOf, int32(column))
	b.heads = append(b.heads, 0)
	return int32(len(b.nodes) - 1)
}

func (b *builder) child(at int32, c Cell, symbol int32) int32 {
	switch c.kind {
	case everything:
		return b.nodes[at].blank
	case band:
		return b.bands[band64{at, c.lo, c.hi}]
	}
	return b.texts[branch{at, symbol}]
}

func (b *builder) join(at int32, c Cell, symbol int32, l link) {
	n := &b.nodes[at]
	switch c.kind {
	case everything:
		n.blank = l.child
		return
	case band:
		b.bands[band64{at, c.lo, c.hi}] = l.child
	case prefix:
		n.lengths |= 1 << (len(c.text) - 1)
		b.texts[branch{at, symbol}] = l.child
	case exact:
		n.exact = true
		b.texts[branch{at, symbol}] = l.child
	}
	b.links = append(b.links, l)
	b.heads[at] = int32(len(b.links))
}

// finish lays out the bands, from the last node to the first, so that a node comes after its children, and counts the
// steps that a look-up may take from each node on.
func (b *builder) finish() error {
	b.steps = make([]int32, len(b.nodes))
	var links []link
	for at := int32(len(b.nodes)) - 1; at >= 0; at-- {
		links = links[:0]
		for i := b.heads[at]; i != 0; i = b.links[i-1].next {
			links = append(links, b.links[i-1])
		}
		steps := 1 + b.stepsTo(at, b.nodes[at].blank)
		if b.columns[b.columnOf[at]].isNumber() {
			steps += b.finishBands(at, links)
		} else {
			steps += b.finishTexts(at, links)
		}
		b.steps[at] = min(steps, maxSteps+1)
	}
	b.spans = append(b.spans, span{first: int32(len(b.stacks))})
	if !b.empty() {
		return b.refusal(b.position)
	}
	if slices.ContainsFunc(b.roots, func(root int32) bool { return b.steps[root] > maxSteps }) {
		return fmt.Errorf("one look-up could take more than %d steps; "+
			"use fewer columns, fewer lengths of prefixes or fewer bands within bands", maxSteps)
	}
	if b.tied {
		b.rank()
	}
	return nil
}

// stepsTo returns how many steps a look-up takes from a child of a node on, 0 where there is none.
func (b *builder) stepsTo(at, child int32) int32 {
	if child == 0 || int(b.columnOf[at]) == len(b.columns)-1 {
		return min(child, 1)
	}
	return b.steps[child]
}

// finishTexts returns how many steps a look-up takes through the texts of a node: those of the costliest exact text and
// of the costliest prefix of each length.
func (b *builder) finishTexts(at int32, links []link) (steps int32) {
	var most [1 + maxPrefix]int32 // by length of the prefix, 0: exact
	last := 0
	for _, l := range links {
		i := 0
		if l.cell.kind == prefix {
			i = len(l.cell.text)
		}
		most[i] = max(most[i], b.stepsTo(at, l.child))
		last = max(last, int(l.row))
	}
	for _, n := range most {
		steps += n
	}
	if n := bits.OnesCount64(b.nodes[at].lengths); n > maxLengths {
		b.refuse(last, "column %d: prefixes of %d lengths share the cells before them; at most %d are allowed",
			b.columnOf[at]+1, n, maxLengths)
	}
	return steps
}

// finishBands lays out the bands of a node as spans, and returns how many steps a look-up takes through the costliest.
func (b *builder) finishBands(at int32, bands []link) (steps int32) {
	slices.SortFunc(bands, func(a, b link) int { return cmp.Compare(a.cell.lo, b.cell.lo) })
	b.edges = edges(b.edges[:0], bands)
	b.nodes[at].from = int32(len(b.spans))
	open := b.open[:0] // the bands around edge, the narrowest first
	for _, edge := range b.edges {
		open = slices.DeleteFunc(open, func(l link) bool { return l.cell.hi < edge })
		for len(bands) > 0 && bands[0].cell.lo == edge {
			i, _ := slices.BinarySearchFunc(open, bands[0], func(a, b link) int { return compareCells(a.cell, b.cell) })
			open, bands = slices.Insert(open, i, bands[0]), bands[1:]
		}
		if len(open) > maxNested {
			b.refuseNested(at, edge, open)
			break
		}
		steps = max(steps, b.addSpan(at, edge, open))
	}
	b.nodes[at].to = int32(len(b.spans))
	b.open = open
	return steps
}

// edges appends the numbers at which a band begins or the one before has ended, in rising order.
func edges(dst []int64, bands []link) []int64 {
	for _, l := range bands {
		dst = append(dst, l.cell.lo)
		if l.cell.hi < math.MaxInt64 {
			dst = append(dst, l.cell.hi+1)
		}
	}
	slices.Sort(dst)
	return slices.Compact(dst)
}

// addSpan adds the span from a number on, and returns how many steps its bands take.
func (b *builder) addSpan(at int32, from int64, open []link) (steps int32) {
	b.spans = append(b.spans, span{from, int32(len(b.stacks))})
	for i, l := range open {
		steps += b.stepsTo(at, l.child)
		if i > 0 && l.cell.width() == open[i-1].cell.width() {
			l.child = -l.child
			b.tied = true
		}
		b.stacks = append(b.stacks, l.child)
	}
	return steps
}

func (b *builder) refuseNested(at int32, number int64, open []link) {
	last := slices.MaxFunc(open, func(a, b link) int { return cmp.Compare(a.row, b.row) })
	b.refuse(int(last.row), "column %d: %d bands contain %d and share the cells before them; at most %d are allowed",
		b.columnOf[at]+1, len(open), number, maxNested)
}

// rank fills order.
func (b *builder) rank() {
	rows := make([]int32, len(b.rows))
	for i := range rows {
		rows[i] = int32(i)
	}
	slices.SortFunc(rows, func(i, j int32) int { return cmp.Or(compareRows(b.rows[i], b.rows[j]), cmp.Compare(i, j)) })
	b.order = make([]int32, len(rows))
	for place, row := range rows {
		b.order[row] = int32(place)
	}
}

// Name returns "territory:" and the id.
func (t *Territory) Name() string { return "territory:" + t.id }

func (t *Territory) prepare() error {
	if len(t.grants) == 0 {
		return errors.New("a territory is made by NewTerritory")
	}
	return nil
}

// find returns what the most specific row gives, nil when none matches.
func (t *Territory) find(f *handoff.Facts) *grant {
	var values [maxColumns]value
	for i, c := range t.columns {
		v := &values[i]
		if c.isNumber() {
			v.number, v.known = c.Number(f)
			continue
		}
		v.text, v.known = c.Text(f)
		v.symbol = t.symbols[word{false, v.text}]
	}
	if i := t.search(&values, t.root(f), 0); i != 0 {
		return &t.grants[i-1]
	}
	return nil
}

// root returns where a look-up begins on the day of a decision.
func (t *Territory) root(f *handoff.Facts) int32 {
	if len(t.epochs) == 0 {
		return t.roots[0]
	}
	return t.roots[t.epochs.at(f.Zone.DateOf(f.At))]
}

// search returns the most specific row below a node, counted from 1, or 0. It goes from the more specific branches to the
// less specific ones: what an earlier one finds is more specific than anything below a later one. Only bands of one width
// do not decide among themselves; there the rows do.
func (t *Territory) search(values *[maxColumns]value, at int32, column int) int32 {
	if column == len(t.columns) {
		return at
	}
	row := int32(0)
	switch {
	case !values[column].known:
	case t.columns[column].isNumber():
		row = t.searchBands(values, at, column)
	default:
		row = t.searchTexts(values, at, column)
	}
	if blank := t.nodes[at].blank; row == 0 && blank != 0 {
		row = t.search(values, blank, column+1)
	}
	return row
}

func (t *Territory) searchBands(values *[maxColumns]value, at int32, column int) (row int32) {
	for _, child := range t.around(&t.nodes[at], values[column].number) {
		if row != 0 && child > 0 {
			break
		}
		if r := t.search(values, max(child, -child), column+1); r != 0 && (row == 0 || t.order[r-1] < t.order[row-1]) {
			row = r
		}
	}
	return row
}

func (t *Territory) searchTexts(values *[maxColumns]value, at int32, column int) int32 {
	n, v := &t.nodes[at], &values[column]
	if n.exact && v.symbol != 0 {
		if child := t.texts[branch{at, v.symbol}]; child != 0 {
			if row := t.search(values, child, column+1); row != 0 {
				return row
			}
		}
	}
	for left := n.lengths & (1<<len(v.text) - 1); left != 0; {
		length := bits.Len64(left)
		left &^= 1 << (length - 1)
		symbol := t.symbols[word{true, v.text[:length]}]
		if child := t.texts[branch{at, symbol}]; child != 0 {
			if row := t.search(values, child, column+1); row != 0 {
				return row
			}
		}
	}
	return 0
}

// around returns the children of a node for the bands that contain a number.
func (t *Territory) around(n *node, number int64) []int32 {
	i, found := slices.BinarySearchFunc(t.spans[n.from:n.to], number, func(s span, number int64) int {
		return cmp.Compare(s.from, number)
	})
	i += int(n.from)
	if !found {
		i--
	}
	if i < int(n.from) {
		return nil
	}
	return t.stacks[t.spans[i].first:t.spans[i+1].first]
}

func (t *Territory) keys(f facts, dst []handoff.Key) []handoff.Key {
	if g := t.find(f.Facts); g != nil {
		return g.to.keys(f, dst)
	}
	return dst
}

func (t *Territory) try(f facts, a *attempt) {
	g := t.find(f.Facts)
	if g == nil {
		a.fail(t, NoTerritory, "no row matches")
		return
	}
	g.try(t, FromTerritory, f, a)
}

package handoff

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// An Opt is a value that may be unknown. The zero Opt is unknown, which is not the same as a known zero. In JSON the
// unknown value is null, or left out.
type Opt[T int64 | bool] struct {
	Value T
	Known bool
}

// Some returns the known value v.
func Some[T int64 | bool](v T) Opt[T] { return Opt[T]{v, true} }

// IsZero reports whether the value is unknown.
func (o Opt[T]) IsZero() bool { return !o.Known }

// MarshalJSON returns the value, or null when it is unknown.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if !o.Known {
		return []byte("null"), nil
	}
	return json.Marshal(o.Value)
}

// UnmarshalJSON reads a value; null is unknown.
func (o *Opt[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*o = Opt[T]{}
		return nil
	}
	o.Known = true
	return json.Unmarshal(data, &o.Value)
}

// A Type is the type of a declared field.
type Type string

// The types of declared fields. A value arrives as text for TypeString, TypeDate ("2026-03-01"), TypeTime (RFC 3339) and
// TypeDuration (as ParseSpan reads it, such as "1d12h"), and as a number (0.25) or text ("0.25" or "25%") for TypeRate.
const (
	TypeString   Type = "string"
	TypeInt      Type = "int"
	TypeBool     Type = "bool"
	TypeDate     Type = "date"
	TypeTime     Type = "time"
	TypeList     Type = "list"     // a list of strings
	TypeDuration Type = "duration" // elapsed time in whole seconds; a day is 24 hours
	TypeRate     Type = "rate"     // a number with at most 6 decimals
)

var fieldTypes = []Type{TypeString, TypeInt, TypeBool, TypeDate, TypeTime, TypeList, TypeDuration, TypeRate}

// A Value is the value of one of the host's own fields: text, a number, a truth value or a list of texts. The zero
// Value is absent. Values are immutable and may be copied.
type Value struct {
	typ  Type
	text string
	num  int64
	list []string
}

// StringValue returns the text s as a Value.
func StringValue(s string) Value { return Value{typ: TypeString, text: s} }

// IntValue returns the integer n as a Value.
func IntValue(n int64) Value { return Value{typ: TypeInt, num: n} }

// BoolValue returns b as a Value.
func BoolValue(b bool) Value {
	v := Value{typ: TypeBool}
	if b {
		v.num = 1
	}
	return v
}

// ListValue returns a copy of the list as a Value; the empty list is a value, not an absence.
func ListValue(list []string) Value { return Value{typ: TypeList, list: slices.Clone(list)} }

// DateValue returns the date d as a Value; the zero date is absent.
func DateValue(d calendar.Date) Value {
	if d.IsZero() {
		return Value{}
	}
	return Value{typ: TypeDate, text: d.String(), num: int64(d.Sub(epoch))}
}

var epoch = calendar.Date{Year: 1970, Month: 1, Day: 1}

// DurationValue returns the elapsed time d, cut to whole seconds, as a Value. One that is negative or longer than MaxDays
// has no text form and is absent.
func DurationValue(d time.Duration) Value {
	if d < 0 || d > maxLength {
		return Value{}
	}
	d = d.Truncate(time.Second)
	span := Span{Days: int(d / dayLength), Elapsed: d % dayLength}
	return Value{typ: TypeDuration, text: span.String(), num: d.Microseconds()}
}

// RateValue returns a number of millionths as a Value: RateValue(250000) is 0.25.
func RateValue(millionths int64) Value { return Value{typ: TypeRate, num: millionths} }

// IsZero reports whether the value is absent.
func (v Value) IsZero() bool { return v.typ == "" }

// Type returns the value's type, "" when it is absent.
func (v Value) Type() Type { return v.typ }

// Text returns the text of a string, date, time or duration, else "".
func (v Value) Text() string { return v.text }

// Int returns the integer; 1 or 0 for a truth value; the days since 1970-01-01 for a date; the microseconds since
// 1970 for a time; the microseconds of a duration; the millionths of a rate; else 0.
func (v Value) Int() int64 { return v.num }

// List returns a copy of the list, nil for other types.
func (v Value) List() []string { return slices.Clone(v.list) }

// Has reports whether a list holds the word; false for other types.
func (v Value) Has(word string) bool { return slices.Contains(v.list, word) }

// Equal reports whether both values have the same type and content.
func (v Value) Equal(w Value) bool {
	return v.typ == w.typ && v.text == w.text && v.num == w.num && slices.Equal(v.list, w.list)
}

// String returns the value as explanations print it: texts quoted, "(absent)" for the zero Value.
func (v Value) String() string {
	switch v.typ {
	case TypeString:
		return strconv.Quote(v.text)
	case TypeInt:
		return strconv.FormatInt(v.num, 10)
	case TypeBool:
		return strconv.FormatBool(v.num != 0)
	case TypeList:
		quoted := make([]string, len(v.list))
		for i, s := range v.list {
			quoted[i] = strconv.Quote(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case TypeDate, TypeTime, TypeDuration:
		return v.text
	case TypeRate:
		return strings.TrimSuffix(formatRate(v.num), ".0")
	}
	return "(absent)"
}

// MarshalJSON returns a JSON string, number, boolean or array, and null for the zero Value. The number of a rate has at
// least one decimal, so that it is read back as a rate.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.typ {
	case TypeInt:
		return strconv.AppendInt(nil, v.num, 10), nil
	case TypeRate:
		return []byte(formatRate(v.num)), nil
	case TypeBool:
		return strconv.AppendBool(nil, v.num != 0), nil
	case TypeList:
		return json.Marshal(append([]string{}, v.list...))
	case "":
		return []byte("null"), nil
	}
	return json.Marshal(v.text)
}

// UnmarshalJSON reads a JSON string, number, boolean, array of strings or null. A number with decimals is a rate; it has
// at most 6 of them. Exponents are refused.
func (v *Value) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	if len(data) == 0 {
		return errors.New("a field value is missing")
	}
	switch c := data[0]; {
	case c == 'n':
		*v = Value{}
	case c == 't' || c == 'f':
		*v = BoolValue(c == 't')
	case c == '"':
		*v = Value{typ: TypeString}
		return json.Unmarshal(data, &v.text)
	case c == '[':
		*v = Value{typ: TypeList}
		if json.Unmarshal(data, &v.list) != nil {
			return errFieldValue
		}
	case bytes.ContainsRune(data, '.'):
		n, ok := parseRate(string(data), rateDecimals)
		if !ok {
			return errFieldValue
		}
		*v = RateValue(n)
	default:
		n, err := strconv.ParseInt(string(data), 10, 64)
		if err != nil {
			return errFieldValue
		}
		*v = IntValue(n)
	}
	return nil
}

var errFieldValue = errors.New("a field value is a text, an integer, a number with at most 6 decimals and no exponent, true, false or a list of texts")

// A rate counts millionths.
const (
	rateDecimals = 6
	rateUnit     = 1_000_000
)

// formatRate returns the number as JSON writes it, in the fewest decimals, but at least one.
func formatRate(millionths int64) string {
	digits, negative := strings.CutPrefix(strconv.FormatInt(millionths, 10), "-")
	digits = strings.Repeat("0", max(0, rateDecimals+1-len(digits))) + digits
	whole, decimals := digits[:len(digits)-rateDecimals], strings.TrimRight(digits[len(digits)-rateDecimals:], "0")
	text := whole + "." + cmp.Or(decimals, "0")
	if negative {
		return "-" + text
	}
	return text
}

// parseRate reads digits with at most so many decimals, and returns the number in units of the last of them.
func parseRate(text string, decimals int) (int64, bool) {
	whole, fraction, pointed := strings.Cut(text, ".")
	if !isDigits(strings.TrimPrefix(whole, "-")) || pointed && !isDigits(fraction) || len(fraction) > decimals {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", decimals-len(fraction)), 10, 64)
	return n, err == nil
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// maxInt bounds integers in requests and policies: beyond it JSON readers in other languages lose digits.
const maxInt = 1 << 53

// as returns v as a value of the declared field, or what is wrong with it. The value itself is never repeated.
func (v Value) as(f Field) (Value, error) {
	if v.IsZero() {
		return v, nil
	}
	switch f.Type {
	case TypeDate:
		if v.typ == TypeString {
			return parseDate(v.text)
		}
	case TypeTime:
		if v.typ == TypeString {
			return parseTime(v.text)
		}
	case TypeDuration:
		if v.typ == TypeString {
			return parseDuration(v.text)
		}
	case TypeRate:
		if v.typ == TypeRate || v.typ == TypeInt || v.typ == TypeString {
			return v.asRate()
		}
	}
	if v.typ != f.Type {
		return Value{}, fmt.Errorf("is declared as %s but %s was given", f.Type, article(v.typ.given()))
	}
	if v.typ == TypeInt && (v.num > maxInt || v.num < -maxInt) {
		return Value{}, errors.New("is beyond 2^53")
	}
	return v, checkWords(f, v)
}

// given names the type of a value as the one who sent it knows it.
func (t Type) given() string {
	if t == TypeRate {
		return "number with decimals"
	}
	return string(t)
}

func parseDate(text string) (Value, error) {
	d, err := calendar.ParseDate(text)
	if err != nil {
		return Value{}, errors.New(`is not a date such as "2026-03-01"`)
	}
	return DateValue(d), nil
}

func parseDuration(text string) (Value, error) {
	s, err := ParseSpan(text)
	if err != nil {
		return Value{}, errors.New(`is not a length of time such as "36h", "1d12h" or "15m"`)
	}
	return DurationValue(s.elapsed()), nil
}

// ParseRate reads a number such as 0.25 or 25% as a rate. The error tells the form and does not repeat the text.
func ParseRate(text string) (Value, error) { return StringValue(text).asRate() }

// asRate returns a number, or a text that holds one, as a rate.
func (v Value) asRate() (Value, error) {
	n, ok := v.num, true
	switch share, percent := strings.CutSuffix(v.text, "%"); {
	case v.typ == TypeInt:
		n, ok = n*rateUnit, n <= maxInt/rateUnit && n >= -maxInt/rateUnit
	case percent:
		n, ok = parseRate(share, rateDecimals-2)
	case v.typ == TypeString:
		n, ok = parseRate(share, rateDecimals)
	}
	if !ok || n > maxInt || n < -maxInt {
		return Value{}, errors.New(`is not a number such as 0.25, or "25%", with at most 6 decimals and at most 2^53 millionths`)
	}
	return RateValue(n), nil
}

func checkWords(f Field, v Value) error {
	if len(f.Words) == 0 {
		return nil
	}
	given := v.list
	switch {
	case v.typ == TypeString && v.text == "": // which conditions take for unknown
		return nil
	case v.typ == TypeString:
		given = []string{v.text}
	}
	for _, s := range given {
		if !slices.Contains(f.Words, s) {
			return fmt.Errorf("holds a word that the policy does not list; known are %s", firstWords(f.Words))
		}
	}
	return nil
}

// firstWords lists as many words as a message can hold.
func firstWords(words []string) string {
	const most = 30
	if len(words) <= most {
		return wordList(words)
	}
	return fmt.Sprintf("%s and %d more", wordList(words[:most]), len(words)-most)
}

// TimeValue returns the instant t, cut to microseconds, as a Value; the zero time is absent.
func TimeValue(t time.Time) Value {
	if t = instant(t); t.IsZero() {
		return Value{}
	}
	return Value{typ: TypeTime, text: t.Format(time.RFC3339Nano), num: t.UnixMicro()}
}

func parseTime(text string) (Value, error) {
	t, err := time.Parse(time.RFC3339Nano, text)
	if year := t.UTC().Year(); err != nil || year < minYear || year > maxTextYear {
		return Value{}, fmt.Errorf(`is not an instant such as "2026-03-01T15:04:05Z", from the year %d to %d`, minYear, maxTextYear)
	}
	return TimeValue(t), nil
}

// check returns what is wrong with a value that Go made and whose text would not be read back.
func (v Value) check() error {
	var err error
	switch v.typ {
	case TypeDate:
		_, err = parseDate(v.text)
	case TypeTime:
		_, err = parseTime(v.text)
	}
	return err
}

// instant returns t in UTC, cut to microseconds and without a monotonic reading: the only form of time in decisions.
func instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}

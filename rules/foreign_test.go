package rules_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
)

// The tests in the files foreign_*_test.go hold the language to the published cases of other rule engines. An adapter
// per engine writes each case as a policy and a request; the answers must be equal, or the case must say something that
// the language has no words for.

// An outcome is the answer of the language and that of the peer to one case, as text to compare.
type outcome struct {
	got, want string
	policy    string // that gave the answer
}

// A verdict is how a case fares: the answers agree or, as the error of a translation, the language does not offer what
// the case says.
type verdict string

func (v verdict) Error() string { return string(v) }

const (
	agrees verdict = "agrees"

	noCIDR           verdict = "CIDR"
	noCoercion       verdict = "number compared with text"
	noEmptyText      verdict = "empty text"
	noFractions      verdict = "more than 6 decimals"
	noHashing        verdict = "hashing"
	noListComparison verdict = "list compared with a list"
	noListSize       verdict = "size of a list"
	noNumberLists    verdict = "list of numbers"
	noObjectLists    verdict = "arrays of objects"
	noObjects        verdict = "object compared with an object"
	noRegex          verdict = "regex"
	noTextOrder      verdict = "order of texts"
	noTypes          verdict = "type of a value"
	noVersions       verdict = "version comparison"

	badList         verdict = "unknown list, refused at load"
	badOperand      verdict = "malformed operand, refused at load"
	badOperator     verdict = "unknown operator, refused at load"
	badPrerequisite verdict = "unknown, nested or cyclic prerequisite"
	badType         verdict = "value of another type than declared"
)

// attempts are what an author would write in the frame for what is not offered.
func attempts() map[verdict]string {
	return map[verdict]string{
		noCIDR:           `lead.status in "160.33.0.0/16"`,
		noCoercion:       `lead.seats > "5"`,
		noEmptyText:      `lead.status == ""`,
		noFractions:      `lead.win > 3.1415927`,
		noHashing:        `percent(lead.owner) < 50`,
		noListComparison: `lead.tags == ["hello", "world"]`,
		noListSize:       `len(lead.tags) == 3`,
		noNumberLists:    `10 in lead.tags`,
		noObjectLists:    `any(lead.tags, .name startsWith "ping")`,
		noObjects:        `lead == {"hello": "world"}`,
		noRegex:          `lead.status matches "^[^@]+@[^@]+$"`,
		noTextOrder:      `lead.status > "alphabet"`,
		noTypes:          `type(lead.seats) == "int"`,
		noVersions:       `lead.status > "9.99.8"`,
		badList:          `lead.status in lists.nowhere`,
		badOperand:       `lead.seats in 1`,
		badOperator:      `lead.status regx "hello"`,
		badPrerequisite:  `score.nowhere == 1`,
		badType:          `"one" in lead.status`,
	}
}

// TestForeign_WhatIsNotOfferedDoesNotCompile keeps the reasons honest: when the language learns one of them, its cases
// are to be translated.
func TestForeign_WhatIsNotOfferedDoesNotCompile(t *testing.T) {
	all := attempts()
	for _, reason := range slices.Sorted(maps.Keys(all)) {
		if _, err := compile(all[reason]); err == nil {
			t.Errorf("%s: %s compiles; translate the cases", reason, all[reason])
		}
	}
}

// runForeign runs every case of a file and counts those that agree and, by reason, those that are not offered. What is
// offered and disagrees is an error, and so is a count that is not the wanted one.
func runForeign[C any](t *testing.T, file string, want map[verdict]int, run func(C) (outcome, error)) {
	t.Helper()
	counts := map[verdict]int{}
	for _, text := range readForeign(t, file) {
		var c C
		var head struct{ ID, Name, Test string }
		decodeCase(t, text, &head)
		decodeCase(t, text, &c)
		o, err := run(c)
		var reason verdict
		switch {
		case errors.As(err, &reason):
			counts[reason]++
			if attempts()[reason] == "" {
				t.Errorf("%s: %q is not among the attempts that do not compile", head.ID, reason)
			}
		case err != nil:
			t.Errorf("%s: %v", head.ID, err)
		case o.got != o.want:
			t.Errorf("%s (%s %s): got %s, want %s, with the policy\n%s", head.ID, head.Test, head.Name, o.got, o.want, o.policy)
		default:
			counts[agrees]++
		}
	}
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%4d  %s", counts[key], key)
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func readForeign(t *testing.T, name string) []json.RawMessage {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "cases", name)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no case file at %s: it is not part of the module", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []json.RawMessage }
	decodeCase(t, text, &file)
	return file.Cases
}

// decode reads JSON and keeps numbers as they are written.
func decodeCase(t *testing.T, text []byte, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%v in %.80s", err, text)
	}
}

// A sheet is a foreign record on its way to a request, with what its policy declares.
type sheet struct {
	types  map[string]handoff.Type
	values map[string]handoff.Value
	lists  map[string][]string
	scores map[string]string // their rows
}

func newSheet() *sheet {
	return &sheet{
		types:  map[string]handoff.Type{},
		values: map[string]handoff.Value{},
		lists:  map[string][]string{},
		scores: map[string]string{},
	}
}

// ident returns a foreign name as one of the language.
func ident(name string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
}

// declare declares a field and returns its path. It is called own_name, so that it is none of the built-in ones. The
// zero Value is absent.
func (s *sheet) declare(name string, typ handoff.Type, v handoff.Value) (string, error) {
	name = "own_" + ident(name)
	if t, ok := s.types[name]; ok && t != typ {
		return "", badType
	}
	s.types[name] = typ
	if !v.IsZero() {
		s.values[name] = v
	}
	return "lead." + name, nil
}

// foreign is a policy with holes for fields, lists, scores and plays.
const foreign = `language: 1
policy: acme
fields:
  lead: {%s}
lists: {%s}
triggers:
  demo_request: {about: lead, stale_after: 14d}
scores: {%s}
routes:
  all: [{rep: kim}]
plays:
%s`

// A foreignPlay is a row of the section plays.
type foreignPlay struct {
	id       string
	when     string
	priority int
}

func (s *sheet) policy(plays []foreignPlay) string {
	var fields, lists, scores, rows []string
	for _, name := range slices.Sorted(maps.Keys(s.types)) {
		fields = append(fields, fmt.Sprintf("%s: %s", name, s.types[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(s.lists)) {
		lists = append(lists, fmt.Sprintf("%s: [%s]", name, quoteAll(s.lists[name])))
	}
	for _, name := range slices.Sorted(maps.Keys(s.scores)) {
		scores = append(scores, fmt.Sprintf("%s: [%s]", name, s.scores[name]))
	}
	for _, p := range plays {
		rows = append(rows, fmt.Sprintf("  - {id: %s, trigger: demo_request, route: all, priority: %d, when: %s}", p.id, p.priority, yamlText(p.when)))
	}
	flow := func(entries []string) string { return strings.Join(entries, ", ") }
	return fmt.Sprintf(foreign, flow(fields), flow(lists), flow(scores), strings.Join(rows, "\n"))
}

// yamlText quotes a text so that YAML passes it on as it is.
func yamlText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// scoreRow is a row of a score.
func scoreRow(points, when string) string {
	return fmt.Sprintf("{points: %s, when: %s}", points, yamlText(when))
}

// explain compiles the plays with what the sheet declares, and asks about its record.
func (s *sheet) explain(plays ...foreignPlay) (handoff.Explanation, error) {
	policy := s.policy(plays)
	engine, err := rules.Parse("foreign.yaml", []byte(policy))
	if err != nil {
		return handoff.Explanation{}, fmt.Errorf("%w\n%s", err, policy)
	}
	r := empty()
	r.Lead.Fields = s.values
	return engine.Explain(at, r)
}

// truth is the outcome of one condition. The peers know no unknown, so that it is never right.
func (s *sheet) truth(condition string, want bool) (outcome, error) {
	p := foreignPlay{id: "p", when: condition}
	x, err := s.explain(p)
	if err != nil {
		return outcome{}, err
	}
	got := x.Triggers[0].Plays[0].When.Truth
	return outcome{got: got.String(), want: handoff.TruthOf(want).String(), policy: s.policy([]foreignPlay{p})}, nil
}

// To the peers what is absent is equal to nothing, and what is not equal is different. Every term asks has, so that its
// negation is true where the field is absent.
func knownAnd(path, test string) string { return fmt.Sprintf("(has(%s) and %s)", path, test) }

func notThat(condition string) string { return "not (" + condition + ")" }

// every joins conditions that must all hold; none hold.
func every[T any](items []T, write func(T) (string, error)) (string, error) {
	return junction(items, " and ", "true", write)
}

// either joins conditions of which one must hold; of none no one does.
func either[T any](items []T, write func(T) (string, error)) (string, error) {
	return junction(items, " or ", "false", write)
}

func junction[T any](items []T, word, none string, write func(T) (string, error)) (string, error) {
	if len(items) == 0 {
		return none, nil
	}
	var parts []string
	for _, item := range items {
		part, err := write(item)
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
	}
	return "(" + strings.Join(parts, word) + ")", nil
}

// oneOf looks a text field up in constants.
func oneOf(path string, words []string) string {
	if len(words) == 0 {
		return "false" // the language refuses an empty list
	}
	return knownAnd(path, fmt.Sprintf("%s in [%s]", path, quoteAll(words)))
}

func quoteAll(words []string) string {
	var out []string
	for _, w := range words {
		out = append(out, strconv.Quote(w))
	}
	return strings.Join(out, ", ")
}

// numberValue reads a number as the value of a field: 12.0 is the whole number 12, a number with decimals a rate, and what
// is no number is absent.
func numberValue(text string) (handoff.Value, error) {
	r, ok := new(big.Rat).SetString(text)
	switch {
	case !ok:
		return handoff.Value{}, nil
	case r.IsInt() && r.Num().IsInt64():
		return handoff.IntValue(r.Num().Int64()), nil
	}
	v, err := handoff.ParseRate(text)
	if err != nil {
		return handoff.Value{}, noFractions
	}
	return v, nil
}

// matches writes a regular expression where it stands for a few texts, anchored or not: those are equal to, at the start
// of, at the end of or in the field. Case is folded by the host, which lowers the field; text declares it either way.
func matches(pattern string, fold bool, text func(fold bool) (string, error)) (string, error) {
	flags := syntax.Perl
	if fold {
		flags |= syntax.FoldCase
	}
	re, err := syntax.Parse(pattern, flags)
	if err != nil {
		return "", noRegex
	}
	parts, start, end := anchors(re.Simplify())
	for _, fold := range []bool{false, true} {
		words, ok := allTextsOf(parts, fold)
		if !ok || slices.Contains(words, "") {
			continue
		}
		path, err := text(fold)
		if err != nil {
			return "", err
		}
		return found(path, words, start, end)
	}
	return "", noRegex
}

// anchors takes the anchors from the ends of an expression.
func anchors(re *syntax.Regexp) (parts []*syntax.Regexp, start, end bool) {
	parts = []*syntax.Regexp{re}
	if re.Op == syntax.OpConcat {
		parts = re.Sub
	}
	if start = parts[0].Op == syntax.OpBeginText; start {
		parts = parts[1:]
	}
	if n := len(parts); n > 0 && parts[n-1].Op == syntax.OpEndText {
		parts, end = parts[:n-1], true
	}
	return parts, start, end
}

// found writes that a field has, starts with, ends with or is one of the words.
func found(path string, words []string, start, end bool) (string, error) {
	operator := "contains"
	switch {
	case start && end:
		return oneOf(path, words), nil
	case start:
		operator = "startsWith"
	case end:
		operator = "endsWith"
	}
	return substring(path, operator, words)
}

func substring(path, operator string, words []string) (string, error) {
	return either(words, func(w string) (string, error) {
		return knownAnd(path, fmt.Sprintf("%s %s %q", path, operator, w)), nil
	})
}

// maxTexts bounds the texts that one regular expression is written out to.
const maxTexts = 32

// allTextsOf returns the texts that a concatenation of expressions stands for, in lower case where case is folded; false
// where they are not few, or not all of them are of the wanted case.
func allTextsOf(parts []*syntax.Regexp, fold bool) ([]string, bool) {
	out := []string{""}
	for _, part := range parts {
		ends, ok := textsOf(part, fold)
		if !ok || len(out)*len(ends) > maxTexts {
			return nil, false
		}
		var longer []string
		for _, start := range out {
			for _, end := range ends {
				longer = append(longer, start+end)
			}
		}
		out = longer
	}
	return out, true
}

// textsOf returns the texts that one expression stands for.
func textsOf(re *syntax.Regexp, fold bool) ([]string, bool) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpLiteral:
		word := string(re.Rune)
		if fold {
			word = strings.ToLower(word)
		}
		return []string{word}, fold == (re.Flags&syntax.FoldCase != 0)
	case syntax.OpCapture, syntax.OpConcat:
		return allTextsOf(re.Sub, fold)
	case syntax.OpQuest:
		list, ok := textsOf(re.Sub[0], fold)
		return append(list, ""), ok
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			list, ok := textsOf(sub, fold)
			if !ok {
				return nil, false
			}
			out = append(out, list...)
		}
		return out, true
	}
	return nil, false
}

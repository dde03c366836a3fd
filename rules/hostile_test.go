package rules_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
)

// An attack is a policy that hangs, kills or misleads a program that trusts it, or the libraries that read it.
type attack struct {
	name  string
	files func() fstest.MapFS // made when needed; the policy is p.yaml
	loads bool                // it is harmless
	many  bool                // it is YAML of many values, so that reading it takes memory in proportion
}

func (a attack) harmless() attack {
	a.loads = true
	return a
}

func (a attack) ofMany() attack {
	a.many = true
	return a
}

func (a attack) load() (*handoff.Engine, error) { return rules.LoadFS(a.files(), "p.yaml") }

func policyAttack(name, text string) attack {
	return attack{name: name, files: func() fstest.MapFS { return fstest.MapFS{"p.yaml": {Data: []byte(text)}} }}
}

// sectionAttack puts a section before the routes of a small policy.
func sectionAttack(name, section string) attack {
	return policyAttack(name, strings.Replace(small, "routes:", section+"\nroutes:", 1))
}

// fileAttack names a file in a section of a small policy.
func fileAttack(name, section, file string, content func() string) attack {
	return attack{name: name, files: func() fstest.MapFS {
		return fstest.MapFS{"p.yaml": {Data: []byte(strings.Replace(small, "routes:", section+"\nroutes:", 1))}, file: {Data: []byte(content())}}
	}}
}

// attacks are all of them.
func attacks() []attack {
	return slices.Concat(conditionAttacks(), plainAttacks(), yamlAttacks(), manyAttacks(), fileAttacks(), templateAttacks())
}

// conditionAttacks stand in quotes, so that YAML hands them on as they are.
func conditionAttacks() []attack {
	var out []attack
	for _, c := range hostileConditions() {
		text := fmt.Sprintf(frame, "'"+strings.ReplaceAll(c.text, "'", "''")+"'", "hello")
		a := policyAttack("condition: "+c.name, text)
		a.loads = c.loads
		out = append(out, a)
	}
	return out
}

type hostileCondition struct {
	name, text string
	loads      bool
}

func hostileConditions() []hostileCondition {
	refused := [][2]string{
		// What blows up while it is read.
		{"nested defaults share nodes", strings.Repeat("(", 22) + "lead.ok" + strings.Repeat(" ?: false)", 22)},
		{"nested choices", nested("(lead.ok ? %s : false)", "lead.ok", 30)},
		{"a row of choices", strings.Repeat("lead.ok ? true : ", 110) + "false"},
		{"nested chains of comparisons", nested("0 < (%s) < 2", "lead.seats", 18)},
		{"nested chains in choices", nested("(0 < %s < 2 ? 1 : 0)", "lead.seats", 18)},
		{"a long chain of comparisons", "0" + strings.Repeat(" < lead.seats", 140)},
		{"a million parentheses", strings.Repeat("(", 1_000_000)},
		{"a million negations", strings.Repeat("!", 1_000_000)},
		{"a million minus signs", strings.Repeat("-", 1_000_000)},
		{"a million brackets", strings.Repeat("[", 1_000_000)},
		{"a million braces", strings.Repeat("{", 1_000_000)},
		{"a million closing parentheses", strings.Repeat(")", 1_000_000)},
		{"two thousand negations", strings.Repeat("!", 2000) + "lead.ok"},
		{"two thousand minus signs", "lead.seats > " + strings.Repeat("-", 2000) + "1"},
		{"minus signs with blanks", "lead.seats > " + strings.Repeat("- ", 1000) + "1"},
		{"spelled negations", strings.Repeat("not ", 400) + "lead.ok"},
		{"negations of both spellings", strings.Repeat("not !", 300) + "lead.ok"},
		{"negations between comments", strings.Repeat("!/**/", 350) + "lead.ok"},
		{"parentheses behind a quote in a comment", `/* " */ ` + strings.Repeat("(", 1000) + "lead.ok" + strings.Repeat(")", 1000)},
		{"negations behind a quote in a comment", `/* ' */ ` + strings.Repeat("!", 390) + "lead.ok"},
		{"parentheses behind a quote in a line comment", "// `\n\n" + strings.Repeat("(", 1000) + "lead.ok" + strings.Repeat(")", 1000)},
		{"nested brackets", strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + " == 1"},
		{"five hundred members", "lead" + strings.Repeat(".a", 500) + " == 1"},
		{"five hundred indices", "lead.tags" + strings.Repeat("[0]", 500) + " == 1"},
		{"four hundred terms", strings.Repeat("lead.ok and ", 160) + "lead.ok"},
		{"five hundred items", "lead.seats in [" + strings.Repeat("1,", 500) + "1]"},
		{"a sum of a thousand", "lead.seats > 1" + strings.Repeat("+1", 900)},
		{"a condition of a million blanks", strings.Repeat(" ", 1_000_000) + "lead.ok"},
		{"a text of a million letters", `lead.status == "` + strings.Repeat("a", 1_000_000) + `"`},
		{"a number of two thousand digits", "lead.seats > " + strings.Repeat("9", 2000)},
		{"a regular expression that is large", `lead.status matches "` + strings.Repeat("(x{10}){90}", 100) + `"`},
		{"a regular expression that is none", `lead.status matches "%d("`},
		{"a regular expression of a field", `lead.status matches lead.source`},
		// What blows up while it is evaluated.
		{"doubling by reduce", `len(reduce(1..40, #acc + #acc, lead.status)) > 0`},
		{"doubling by let", "let v1 = lead.status + lead.status; " + letDoubling(30) + "len(v30) > 0"},
		{"a lonely let", "let x = lead.ok; x"},
		{"repeat of repeat", `len(repeat(repeat("s", 100000), 100000)) > 0`},
		{"repeat", `repeat(lead.status, 1000000000) == "x"`},
		{"replace of repeat", `let a = repeat("a", 100000); len(replace(a, "a", a)) > 0`},
		{"replace", `replace(lead.status, "a", lead.source) == "x"`},
		{"loops in loops", `let r = 1..1000; all(r, all(r, all(r, # > 0)))`},
		{"loops in loops of ranges", `all(1..1000, all(1..1000, all(1..1000, # > 0)))`},
		{"any in all", `all(1..900000, any(lead.tags, # == "x"))`},
		{"uniq of a range", `len(uniq(1..30000)) > 0`},
		{"uniq", `uniq(lead.tags) == ["a"]`},
		{"a range to look up in", `lead.seats in 1..1000000000`},
		{"a range that is a list", `(1..1000000000) == lead.tags`},
		{"flatten", `len(flatten([lead.tags, [lead.tags]])) > 0`},
		{"concat", `len(concat(lead.tags, lead.tags)) > 0`},
		{"join and split", `join(split(lead.status, ""), "x") == "y"`},
		// Calls and predicates.
		{"all", `all(lead.tags, # == "x")`},
		{"any", `any(lead.tags, {# == "x"})`},
		{"none", `none(lead.tags, .x)`},
		{"one", `one(lead.tags, # == "x")`},
		{"filter", `filter(lead.tags, # == "x") == []`},
		{"map", `map(lead.tags, #) == []`},
		{"sum", `sum(lead.tags, len(#)) > 1`},
		{"find", `find(lead.tags, # == "x") == "x"`},
		{"findIndex", `findIndex(lead.tags, # == "x") > 1`},
		{"findLast", `findLast(lead.tags, # == "x") == "x"`},
		{"groupBy", `groupBy(lead.tags, #)["x"] == []`},
		{"sortBy", `sortBy(lead.tags, #)[0] == "x"`},
		{"sort", `sort(lead.tags)[0] == "x"`},
		{"count with a predicate", `count(lead.tags, # == "x") > 1`},
		{"count of a list", `count(lead.tags) > 1`},
		{"count of a count", `count("login", count("login", "1d")) > 1`},
		{"count in braces", `count("login", {"1d"}) > 1 and lead.nope`},
		{"a predicate without a loop", `# == "x"`},
		{"the accumulator without a loop", `#acc == "x"`},
		{"the index without a loop", `#index == 1`},
		{"keys", `keys(lead)[0] == "x"`},
		{"values", `values(lead)[0] == "x"`},
		{"toPairs", `toPairs(lead) == []`},
		{"fromPairs", `fromPairs([["a", 1]]).a == 1`},
		{"now", `now() > trigger.occurred_at`},
		{"now with a zone", `now("UTC") > trigger.occurred_at`},
		{"a method of now", `now.Local().Hour() > 3`},
		{"a method of an instant", `trigger.occurred_at.Local().Hour() > 3`},
		{"a method of a lead", `lead.Delete()`},
		{"a method of a text", `lead.status.String() == "x"`},
		{"date in another layout", `trigger.occurred_at > date("01 Mar 26 10:00 PST")`},
		{"date with a zone", `trigger.occurred_at > date("2026-03-01", "UTC")`},
		{"timezone", `timezone("America/New_York") == now`},
		{"duration", `trigger.age < duration("15m")`},
		{"duration of days", `trigger.age < duration("7d")`},
		{"the age by subtraction", `now - trigger.occurred_at < duration("15m")`},
		{"string", `string(lead.seats) == "5"`},
		{"toJSON", `toJSON(lead) == "{}"`},
		{"fromJSON", `fromJSON(lead.status).x`},
		{"toBase64", `toBase64(lead.status) == "eA=="`},
		{"upper", `upper(lead.status) == "X"`},
		{"lower", `lower(lead.status) == "x"`},
		{"trim", `trim(lead.status) == "x"`},
		{"len", `len(lead.status) > 3`},
		{"int", `int(lead.seats) > 3`},
		{"int of a huge float", `int(1e300) > lead.seats`},
		{"float", `float(lead.seats) > 3`},
		{"abs", `abs(lead.seats) > 3`},
		{"max", `max(lead.seats, 3) > 3`},
		{"mean of a nested list", `mean([[[[lead.seats]]]]) > 3`},
		{"type", `type(lead.seats) == "int"`},
		{"bitand", `bitand(lead.seats, 1) == 1`},
		{"bitshl", `bitshl(1, 62) > lead.seats`},
		{"first", `first(lead.tags) == "x"`},
		{"a call of nothing", `nothing() == 1`},
		{"a call of a text", `"x"() == 1`},
		{"a call of a call", `has(lead.ok)()`},
		{"a call of has with two fields", `has(lead.ok, lead.role)`},
		{"has of has", `has(has(lead.ok))`},
		{"has of nothing", `has()`},
		{"days_until of itself", nested("days_until(%s)", "lead.born", 30) + " > 1"},
		// The environment, absence and pointers.
		{"$env", `$env["lead"] == "x"`},
		{"$env alone", `$env`},
		{"get of $env", `get($env, "nope") == nil`},
		{"get of a field", `get(lead, "role") == "vp"`},
		{"an optional member of $env", `$env?.nope`},
		{"an optional member", `account?.employees > 100`},
		{"an optional index", `lead?.["role"] == "vp"`},
		{"a default", `(account?.employees ?? 0) > 100`},
		{"a default without parentheses", `account.employees ?? 0 > 100`},
		{"nil", `account != nil and account.employees > 10`},
		{"nil in a list", `lead.role in [nil, "vp"]`},
		{"an owner alone", `account`},
		{"negation of a number", `not lead.seats`},
		{"a computed member", `lead[lead.role] == "vp"`},
		{"a computed member of texts", `lead["ro" + "le"] == "vp"`},
		{"a slice", `lead.status[1:2] == "x"`},
		{"an index", `lead.tags[0] == "hot"`},
		{"a negative index", `lead.tags[-1] == "hot"`},
		{"a pointer", `lead.tags | any(# == "x")`},
		// Constructs of other languages.
		{"a list of mixed things", `[1, "a"][1]`},
		{"a list", `["a"] == lead.tags`},
		{"a map", `{"a": 1}.a == lead.seats`},
		{"a map in a list", `lead.role in [{"a": 1}]`},
		{"a list in a list", `lead.role in [["vp"]]`},
		{"a map to look up in", `lead.role in {"vp": true}`},
		{"an empty map", `{}`},
		{"a pipe", `lead.status | upper() == "X"`},
		{"a pipe into now", `lead.ok | now()`},
		{"if", `if lead.ok { true } else { false }`},
		{"if without a space", `if(lead.ok){true}else{false}`},
		{"a sequence", `lead.ok; true`},
		{"a sequence that ends", `lead.ok;`},
		{"bytes", `lead.status == b"vp"`},
		{"bytes in single quotes", `lead.status == b'vp'`},
		{"a comment", `lead.ok /* and account.customer */`},
		{"a line comment", `lead.ok // and account.customer`},
		{"a comment that stays open", `lead.ok /* and account.customer`},
		{"a comment of another language", `lead.ok # and account.customer`},
		{"addition", `lead.seats + 1 == 2`},
		{"addition of texts", `lead.status + "x" == "yx"`},
		{"a product with a length of time", `2.5 * trigger.age < "1d"`},
		{"division by zero", `lead.seats / 0 > 1`},
		{"a remainder by zero", `lead.seats % 0 > 1`},
		{"a power", `2 ** 62 > lead.seats`},
		{"another power", `2 ^ 62 > lead.seats`},
		{"an overflow", `9223372036854775807 + 1 > lead.seats`},
		{"a number beyond 2^53", `lead.seats < 9007199254740993`},
		{"a number below -2^53", `lead.seats > -9007199254740993`},
		{"a number beyond 64 bits", `lead.seats < 99999999999999999999`},
		{"a hexadecimal number beyond 64 bits", `lead.seats < 0xffffffffffffffffff`},
		{"a float", `lead.seats > 0.1`},
		{"a float without digits in front", `lead.seats > .1`},
		{"an exponent", `lead.seats < 1e3`},
		{"an exponent that is infinite", `lead.seats < 1e999`},
		{"NaN", `lead.seats == NaN`},
		{"Infinity", `lead.seats < Infinity`},
		{"a plus sign", `lead.seats > +5`},
		{"a doubled minus sign", `lead.seats > --5`},
		{"a negated text", `lead.status == -"x"`},
		{"an assignment", `lead.ok = true`},
		{"three equal signs", `lead.ok === true`},
		{"an arrow", `lead.tags.map(x => x)`},
		{"a template", "lead.status == `${lead.role}` and nope"},
		{"a number against a length of time", `trigger.age > 5`},
		{"a length of time against a date", `trigger.age > lead.born`},
		{"bit operators", `lead.ok & lead.ok`},
		{"other negations", `~lead.seats > 1`},
		{"a spread", `has(...lead)`},
		{"a wildcard", `lead.* == "x"`},
		{"a lambda", `(x) => x`},
		{"a statement", `return true`},
		{"an import", `import "os"`},
		{"SQL", `lead.status like "x%"`},
		{"SQL that ends early", `lead.status == "x'; drop table leads; --"; true`},
		{"not in the wrong place", `lead.role not == "vp"`},
		{"a text that stays open", `lead.status == "vp`},
		{"a bad escape", `lead.status == "\q"`},
		{"an escape beyond Unicode", `lead.status == "\U00110000"`},
		{"an escape without an end", `lead.status == "\u{"`},
		{"a byte that is not UTF-8", "lead.status == \"\xff\""},
		{"NUL", "lead.ok\x00"},
		{"a control character", "lead.ok \x01"},
		{"letters that look alike", "le\u0430d.ok"},
		{"letters in the other direction", "lead.ok \u202e and true"},
		{"an emoji", "🎉"},
		{"a name in other letters", "lead.größe == 1"},
		{"format verbs", `lead.%d%s%!v(MISSING) == 1`},
		{"format verbs in a text", `lead.role == "%d%s%n"`},
		{"format verbs in a field", `lead["%s%d"] == 1`},
		{"nothing but blanks", "   "},
		{"the person", `lead.person.email == "a@b.c"`},
		{"the person by index", `lead["person"]["email"] == "a@b.c"`},
	}
	var out []hostileCondition
	for _, r := range refused {
		out = append(out, hostileCondition{name: r[0], text: r[1]})
	}
	for _, l := range [][2]string{
		{"nesting up to the bound", strings.Repeat("(", 32) + "lead.ok" + strings.Repeat(")", 32)},
		{"negations up to the bound", strings.Repeat("!", 32) + "lead.ok"},
		{"brackets in a text", `lead.status == "` + strings.Repeat("(", 1000) + `"`},
		{"a comment in a text", `lead.status == "// /* # " or lead.ok`},
		{"a member by index", `lead["role"] == 'vp'`},
		{"a long text", `lead.status == "` + strings.Repeat("é", 1000) + `"`},
		{"a hundred items", "lead.seats in [" + strings.Repeat("1,", 99) + "1]"},
		{"half of a pair, which equals nothing", `lead.status == "\ud800"`},
		{"a blank that does not break", "lead.ok\u00a0and lead.ok"},
		{"a count whose window is a text in braces", `count("login", "1d") > 1`},
	} {
		out = append(out, hostileCondition{name: l[0], text: l[1], loads: true})
	}
	return out
}

func letDoubling(n int) string {
	var b strings.Builder
	for i := 2; i <= n; i++ {
		fmt.Fprintf(&b, "let v%d = v%d + v%d; ", i, i-1, i-1)
	}
	return b.String()
}

// plainAttacks are conditions without quotes, of which YAML makes something else.
func plainAttacks() []attack {
	var out []attack
	for _, p := range [][2]string{
		{"a negation read as a tag", "!lead.ok"},
		{"a tag before a field", "!foo lead.ok"},
		{"a tag of YAML", `!!binary "bGVhZC5vaw=="`},
		{"an anchor", "&x"},
		{"an anchor before a field", "&x lead.ok"},
		{"an alias", "*x"},
		{"cut short by a comment", "lead.seats > 5 #and lead.ok"},
		{"cut short within a text", `lead.status == "a #b"`},
		{"cut short within a call", `any(lead.tags, # == "x")`},
		{"a choice", "lead.ok ? true : false"},
		{"a text in front", `"vp" == lead.role`},
		{"a list in front", "[1] == lead.seats"},
		{"a sign in front", "- 5 < lead.seats"},
		{"an at sign", "@lead"},
		{"a percent sign", "%lead"},
		{"a backquote", "`vp` == lead.role"},
		{"nothing", ""},
		{"a tilde", "~"},
		{"null", "null"},
		{"an empty text", `""`},
		{"yes", "yes"},
		{"a truth value in capitals", "TRUE"},
		{"a number", "5"},
		{"a date", "2026-03-01"},
		{"a list", "[lead.ok]"},
		{"keys", "{lead.ok: true}"},
		{"a merge key", "{<<: lead.ok}"},
	} {
		out = append(out, policyAttack("plain: "+p[0], fmt.Sprintf(frame, p[1], "hello")))
	}
	return out
}

// yamlAttacks are whole policies.
func yamlAttacks() []attack {
	bomb := "a0: &a0 [x, x]\n"
	for i := 1; i < 40; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	indented := numbered(8000, func(i int) string { return strings.Repeat(" ", min(i, 300)*2) + "- a:\n" })
	out := []attack{
		policyAttack("no file at all", ""),
		policyAttack("blanks only", "  \n\n"),
		policyAttack("a comment only", "# policy\n"),
		policyAttack("null", "null\n"),
		policyAttack("a text", "policy"),
		policyAttack("a list", "- policy\n"),
		policyAttack("an empty document", "---\n---\n"),
		policyAttack("a second document", small+"---\n"+small),
		policyAttack("an empty second document", small+"---\n"),
		policyAttack("a broken second document", small+"---\n{[\n"),
		policyAttack("the end of a document", small+"...\n{[\n"),
		policyAttack("40 KB of one key", small+strings.Repeat("a: 1\n", 8000)),
		policyAttack("many merge keys", small+strings.Repeat("<<: {}\n", 10000)),
		policyAttack("an alias bomb", bomb+small),
		policyAttack("an alias of itself", "a: &a [*a]\n"+small),
		policyAttack("an unknown alias", "a: *a\n"+small),
		policyAttack("a list as a key", small+"? [a]\n: 1\n<<: {}\n"),
		policyAttack("keys as a key", "{{},<<}"),
		policyAttack("keys as a key of a merge", "{{}: 1, <<: {a: 1}}"),
		policyAttack("a million brackets", strings.Repeat("[", 1_000_000)),
		policyAttack("a million braces", strings.Repeat("{", 1_000_000)),
		policyAttack("60,000 brackets", strings.Repeat("[", 60_000)),
		policyAttack("60,000 braces with keys", strings.Repeat("{a: ", 15_000)),
		policyAttack("lines of brackets", strings.Repeat(strings.Repeat("[", 1000)+"\n", 1000)),
		policyAttack("a million list signs", strings.Repeat("- ", 500_000)),
		policyAttack("30,000 list signs", strings.Repeat("- ", 30_000)),
		policyAttack("a million question marks", strings.Repeat("? ", 500_000)),
		policyAttack("30,000 question marks", strings.Repeat("? ", 30_000)),
		policyAttack("deep indentation", indented),
		policyAttack("one hundred levels", levels(100)),
		policyAttack("one thousand levels", levels(1000)),
		policyAttack("a scalar of a million letters", "language: 1\npolicy: "+strings.Repeat("a", 1_000_000)+"\n"),
		policyAttack("a quoted scalar of a million letters", "language: 1\npolicy: \""+strings.Repeat("a", 1_000_000)+"\"\n"),
		policyAttack("a folded scalar of a million letters", "language: 1\npolicy: >\n  "+strings.Repeat("a ", 500_000)+"\n"),
		policyAttack("a key of a million letters", strings.Repeat("a", 1_000_000)+": 1\n"),
		policyAttack("a comment of a million letters", "#"+strings.Repeat("a", 1_000_000)+"\n"+small),
		policyAttack("escapes without an end", "policy: \""+strings.Repeat(`\x`, 30_000)),
		policyAttack("a tag of a million letters", "policy: !"+strings.Repeat("a", 1_000_000)+" x\n"),
		policyAttack("an anchor of 60,000 letters", "policy: &"+strings.Repeat("a", 60_000)+" x\n"),
		policyAttack("NUL", strings.Replace(small, "acme", "ac\x00me", 1)),
		policyAttack("NUL in quotes", strings.Replace(small, "acme", "\"ac\x00me\"", 1)),
		policyAttack("an escaped NUL", strings.Replace(small, "acme", `"ac\0me"`, 1)),
		policyAttack("a control character", strings.Replace(small, "acme", "ac\x07me", 1)),
		policyAttack("a bell in a comment", small+"# \x07\n"),
		policyAttack("delete", strings.Replace(small, "acme", "ac\x7fme", 1)),
		policyAttack("a next line", strings.Replace(small, "acme", "ac\u0085me", 1)),
		policyAttack("a line separator", strings.Replace(small, "acme", "ac\u2028me", 1)),
		policyAttack("UTF-16", "\xff\xfel\x00a\x00"),
		policyAttack("not UTF-8", strings.Replace(small, "acme", "\xff", 1)),
		policyAttack("half of a letter", small+"# \xc3"),
		policyAttack("a byte order mark within", strings.Replace(small, "acme", "\ufeff", 1)),
		policyAttack("a directive", "%YAML 9.9\n---\n"+small),
		policyAttack("an unknown directive", "%FOO\n---\n"+small),
		policyAttack("a tab", strings.Replace(small, "  demo_request", "\tdemo_request", 1)),
		policyAttack("a float for an integer", strings.Replace(small, "route: all,", "route: all, priority: 1.5,", 1)),
		policyAttack("a float without a digit in front", strings.Replace(small, "route: all,", "route: all, priority: .5,", 1)),
		policyAttack("an exponent", strings.Replace(small, "route: all,", "route: all, priority: 1e3,", 1)),
		policyAttack("infinity", strings.Replace(small, "route: all,", "route: all, priority: .inf,", 1)),
		policyAttack("not a number", strings.Replace(small, "route: all,", "route: all, priority: .nan,", 1)),
		policyAttack("an octal number", strings.Replace(small, "route: all,", "route: all, priority: 0777,", 1)),
		policyAttack("a number with a zero in front", strings.Replace(small, "route: all,", "route: all, priority: 08,", 1)),
		policyAttack("an underscore in a number", strings.Replace(small, "route: all,", "route: all, priority: 1_000,", 1)),
		policyAttack("a hexadecimal number", strings.Replace(small, "route: all,", "route: all, priority: 0x10,", 1)),
		policyAttack("a number beyond 64 bits", strings.Replace(small, "route: all,", "route: all, priority: 99999999999999999999,", 1)),
		policyAttack("a number as a text", strings.Replace(small, "acme", "12", 1)),
		policyAttack("a truth value as a text", strings.Replace(small, "acme", "true", 1)),
		policyAttack("a date as a text", strings.Replace(small, "acme", "2026-01-01", 1)),
		policyAttack("nothing as a text", strings.Replace(small, "acme", "~", 1)),
		policyAttack("no as a truth value", strings.Replace(small, "{on_blocked_channel", "{exclusive: no, on_blocked_channel", 1)),
		policyAttack("on as a truth value", strings.Replace(small, "{on_blocked_channel", "{exclusive: on, on_blocked_channel", 1)),
		policyAttack("a number as a length of time", strings.Replace(small, "14d", "15", 1)),
		policyAttack("a negative length of time", strings.Replace(small, "14d", "-14d", 1)),
		policyAttack("a length of time of a million years", strings.Replace(small, "14d", "365000000d", 1)),
		policyAttack("a length of time that overflows", strings.Replace(small, "14d", "99999999999999999999d", 1)),
		policyAttack("a binary text", strings.Replace(small, "acme", "!!binary YWNtZQ==", 1)),
		policyAttack("a tagged text", strings.Replace(small, "acme", "!foo acme", 1)),
		sectionAttack("an include", "include: [../../etc/passwd]"),
		sectionAttack("an include of itself", "include: [p.yaml]"),
		sectionAttack("an include of a device", "include: [/dev/zero]"),
		sectionAttack("an include by a web address", "include: ['https://example.com/p.yaml']"),
	}
	return append(out,
		policyAttack("a directive of a tag that nothing has", "%TAG ! tag:x,2000:\n---\n"+small).harmless(),
		sectionAttack("Norway is a text", "eligibility: [{id: no, require: 'lead.country in [\"NO\"]', reason: NO}]").harmless())
}

func levels(n int) string {
	return numbered(n, func(i int) string { return strings.Repeat(" ", i) + "a:\n" })
}

// numbered joins n lines.
func numbered(n int, line func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(line(i))
	}
	return b.String()
}

// each is numbered for lines that differ in a number.
func each(n int, format string) string {
	return numbered(n, func(i int) string { return fmt.Sprintf(format, i) })
}

// manyAttacks have so many mistakes that to look for what each of them meant would take the square of the time.
func manyAttacks() []attack {
	out := []attack{
		policyAttack("40 KB of one key on one line", "{"+strings.Repeat("a: 1, ", 7000)+"}"),
		policyAttack("merge keys on one line", "{"+strings.Repeat("<<: {}, ", 7000)+"}"),
		policyAttack("8,000 keys", small+each(8000, "k%d: 1\n")),
		sectionAttack("16,000 gates on one line", "eligibility: ["+strings.Repeat("{}, ", 16_000)+"]"),
		policyAttack("gates below 31 long lines", strings.Repeat("#"+strings.Repeat("a", 65_000)+"\n", 30)+"eligibility: ["+strings.Repeat("{}, ", 16_000)+"]\n"+small),
		sectionAttack("20,000 empty gates", "eligibility:\n"+strings.Repeat("  - {}\n", 20_000)),
		sectionAttack("a list that repeats one text", "lists: {l: ["+strings.Repeat("a, ", 20_000)+"]}"),
		policyAttack("unknown routes of very many", strings.Replace(small, "routes:\n", "routes:\n"+each(scaled(10_000), "  r%d: [{rep: kim}]\n"), 1)+
			each(scaled(10_000), "  - {id: p%d, trigger: demo_request, route: nope}\n")),
		policyAttack("unknown sequences of very many", strings.Replace(small, "sequences:\n", "sequences:\n"+each(scaled(10_000), "  s%d: {on_blocked_channel: skip, steps: [{day: 0, do: call}]}\n"), 1)+
			each(scaled(10_000), "  - {id: p%d, trigger: demo_request, route: all, sequence: nope}\n")),
		sectionAttack("unknown fields of very many", "fields:\n  lead:\n"+each(scaled(5000), "    f%d: int\n")+
			"eligibility:\n"+each(scaled(5000), "  - {id: g%[1]d, require: lead.g%[1]d > 1, reason: r}\n")),
		sectionAttack("unknown words of very many", "fields:\n  lead:\n    role:\n"+each(scaled(5000), "      - word%d\n")+
			"eligibility:\n"+each(scaled(2000), "  - {id: g%[1]d, require: 'lead.role == \"x%[1]d\"', reason: r}\n")),
		sectionAttack("unknown reps of very many", "reps:\n  kim: {}\n  lee: {}\n"+each(scaled(5000), "  rep%d: {}\n")+
			"territories:\n  t:\n    by: [account.employees]\n    rows:\n"+each(scaled(5000), "      - {match: [%[1]d], rep: nope%[1]d}\n")),
		sectionAttack("unknown columns of a table", "territories:\n  t:\n    by:\n"+each(scaled(5000), "      - lead.c%d\n")+"    rows: [{match: [a], rep: kim}]"),
		sectionAttack("unknown plays", "suppression:\n"+each(scaled(5000), "  - {id: s%[1]d, cooldown: {per: lead, for: 1d}, only: [nope%[1]d]}\n")),
		sectionAttack("unknown names that run", "suppression:\n"+each(scaled(5000), "  - {id: s%[1]d, while: {runs: [nope%[1]d]}}\n")),
		sectionAttack("unknown sequences beside", "suppression:\n"+each(scaled(5000), "  - {id: s%[1]d, source: active_sequence, besides: [nope%[1]d]}\n")),
		sectionAttack("holds without an end", "suppression:\n"+each(scaled(5000), "  - {id: s%d, source: customer}\n")),
		sectionAttack("unknown zones of very many", "quiet_hours: [{id: q, hours: mon 21:00-08:00, zones: ["+each(scaled(20_000), "Nope/N%d, ")+"]}]"),
		sectionAttack("rows of laws that ask for nothing", "laws:\n  rows:\n"+each(scaled(5000), "    - {id: r%d, source: s}\n")),
		policyAttack("unknown plays after a wait", strings.Replace(small, "triggers:\n", "triggers:\n"+each(scaled(5000), "  t%[1]d: {about: lead, stale_after: 14d, incomplete: {wait: 1h, then: nope%[1]d}}\n"), 1)),
		policyAttack("very many signals", strings.Replace(small, "trigger: demo_request,", "trigger: {any_of: ["+each(scaled(20_000), "t%d, ")+"], at_least: 2, within: 1d},", 1)),
		sectionAttack("65 stages", "lifecycle:\n"+each(65, "  s%d: account.customer\n")),
		sectionAttack("64 stages", "lifecycle:\n"+each(64, "  s%d: account.customer\n")).harmless(),
		sectionAttack("very many stages", "lifecycle:\n"+each(scaled(5000), "  s%d: account.customer\n")),
	}
	for i := range out {
		out[i] = out[i].ofMany()
	}
	return out
}

// Sections that name a file.
const (
	listSection  = "lists: {l: {file: l.txt}}\neligibility: [{id: g, require: lead.country in lists.l, reason: r}]"
	tableSection = "territories: {t: {file: t.csv}}"
	tableHead    = "account.country,pool\n"
)

func fileAttacks() []attack {
	same := func(s string) func() string { return func() string { return s } }
	repeated := func(s string, n int) func() string { return func() string { return strings.Repeat(s, n) } }
	out := []attack{
		fileAttack("list: not there", listSection, "m.txt", same("")),
		fileAttack("list: not UTF-8", listSection, "l.txt", same("\xff\n")),
		fileAttack("list: one line very many times", listSection, "l.txt", repeated("a\n", scaled(1_000_000))),
		fileAttack("list: 40 MB", listSection, "l.txt", repeated("0123456789\n", 4_000_000)),
		fileAttack("table: nothing", tableSection, "t.csv", same("")),
		fileAttack("table: a head only", tableSection, "t.csv", same(tableHead)),
		fileAttack("table: NUL", tableSection, "t.csv", same(tableHead+"U\x00S,team\n")),
		fileAttack("table: not UTF-8", tableSection, "t.csv", same(tableHead+"\xff,team\n")),
		fileAttack("table: a quote that stays open", tableSection, "t.csv", func() string { return tableHead + "\"US,team\n" + strings.Repeat("US,team\n", 100_000) }),
		fileAttack("table: a quote in the middle", tableSection, "t.csv", same(tableHead+"U\"S,team\n")),
		fileAttack("table: a hundred thousand quotes", tableSection, "t.csv", func() string { return tableHead + strings.Repeat("\"", 100_001) }),
		fileAttack("table: a line of eight million letters", tableSection, "t.csv", func() string { return tableHead + strings.Repeat("a", 8_000_000) + ",team\n" }),
		fileAttack("table: very many columns", tableSection, "t.csv", repeated("account.country,", scaled(1_000_000))),
		fileAttack("table: a row of very many columns", tableSection, "t.csv", func() string { return tableHead + strings.Repeat("US,", scaled(1_000_000)) + "\n" }),
		fileAttack("table: very many rows of one column", tableSection, "t.csv", func() string { return "pool\n" + strings.Repeat("team\n", scaled(1_000_000)) }),
		fileAttack("table: very many equal rows", tableSection, "t.csv", func() string { return tableHead + strings.Repeat("US,team\n", scaled(200_000)) }),
		fileAttack("table: very many rows of unknown pools", tableSection, "t.csv", func() string { return tableHead + strings.Repeat("US,nope\n", scaled(1_000_000)) }),
		fileAttack("table: a cell that is a formula", tableSection, "t.csv", same(tableHead+"=cmd|'/c calc'!A0,team\n")),
		fileAttack("table: a field of the person", tableSection, "t.csv", same("lead.email,pool\na@b.c,team\n")),
	}
	for _, harmless := range []attack{
		fileAttack("list: NUL", listSection, "l.txt", same("a\x00b\n")),
		fileAttack("list: a control character", listSection, "l.txt", same("a\x1b[2Jb\n")),
		fileAttack("list: a line of eight million letters", listSection, "l.txt", repeated("a", 8_000_000)),
		fileAttack("list: very many lines", listSection, "l.txt", func() string { return each(scaled(1_000_000), "%d\n") }),
		fileAttack("list: very many empty lines", listSection, "l.txt", func() string { return strings.Repeat("\n", scaled(1_000_000)) + "a\n" }),
	} {
		out = append(out, harmless.harmless())
	}
	return out
}

func templateAttacks() []attack {
	var out []attack
	for _, text := range [][2]string{
		{"10,000 holes", strings.Repeat("${trigger.kind}", 10_000)},
		{"10,000 open holes", strings.Repeat("${", 10_000)},
		{"250 open holes", strings.Repeat("${", 250)},
		{"holes in holes", strings.Repeat("${", 100) + "trigger.kind" + strings.Repeat("}", 100)},
		{"a default without an end", `${trigger.asset | "` + strings.Repeat(`\\`, 200)},
		{"a default of a hundred quotes", `${trigger.asset | "` + strings.Repeat(`"`, 100) + `}`},
		{"a call", `${upper(trigger.kind)}`},
		{"an expression", `${1 + 1}`},
		{"a method", `${trigger.occurred_at.Local()}`},
		{"the environment", `${$env}`},
		{"a field of the person", `${lead.email}`},
		{"an unknown field of the person", `${person.password}`},
		{"a million blanks in a hole", "${" + strings.Repeat(" ", 1_000_000) + "}"},
		{"400 blanks in a hole", "${" + strings.Repeat(" ", 400) + "}"},
		{"a format verb", `${%s}`},
	} {
		out = append(out, policyAttack("template: "+text[0], fmt.Sprintf(frame, "true", "'"+text[1]+"'")))
	}
	return append(out, policyAttack("template: as many holes as fit", fmt.Sprintf(frame, "true", "'"+strings.Repeat("${trigger.kind}", 33)+"'")).harmless())
}

// jargon is what no message to an author may hold: names of Go types and packages, stacks, and the parsers' own words.
var jargon = regexp.MustCompile(`goroutine|runtime error|panic|\.go:\d|\*?ast\.|interface ?\{|map\[|\[\]string|strconv|reflect|handoff\.|rules\.|main\.|` +
	`yaml: |unmarshal|nil pointer|%!|EOF|(Operator|Identifier|Number|String|Bracket)\(|0x[0-9a-f]{6,}`)

func checkAttack(t *testing.T, a attack) {
	t.Helper()
	_, err := a.load()
	if err == nil {
		if !a.loads {
			t.Error("it loads")
		}
		return
	}
	var problems rules.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("the problem has no place: %v", err)
	}
	if a.loads {
		t.Errorf("it is refused: %.300v", err)
	}
	for _, p := range problems {
		if len(p.Code) != 4 || p.Message == "" {
			t.Errorf("code %q with the message %.200q", p.Code, p.Message)
		}
		if found := jargon.FindString(p.Message[:min(len(p.Message), 4096)]); found != "" {
			t.Errorf("%q stands in %.300s", found, p.Error())
		}
	}
}

// TestLaw11_HostilePoliciesAreRefused holds what an author reads about each.
func TestLaw11_HostilePoliciesAreRefused(t *testing.T) {
	names := map[string]bool{}
	for _, a := range attacks() {
		if names[a.name] {
			t.Errorf("%s stands twice", a.name)
		}
		names[a.name] = true
		t.Run(a.name, func(t *testing.T) { checkAttack(t, a) })
	}
}

// TestLaw11_HostilePoliciesTakeLittleMemory measures what reading each allocates. Those of many values take memory in
// proportion, as do those with a file of many lines; a child process bounds them.
func TestLaw11_HostilePoliciesTakeLittleMemory(t *testing.T) {
	const most = 2 << 20
	if _, err := rules.Parse("p.yaml", []byte(small)); err != nil { // the zone file is read once
		t.Fatal(err)
	}
	for _, a := range attacks() {
		files := a.files()
		if a.many || len(files) > 1 {
			continue
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = rules.Parse("p.yaml", files["p.yaml"].Data)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > most {
			t.Errorf("%s: reading %d bytes allocates %d", a.name, len(files["p.yaml"].Data), took)
		}
	}
}

// Bounds of a child that reads hostile policies.
const (
	attackEnv     = "BATON_ATTACKS_FROM"
	attackMemory  = 512 << 20       // beside what the test binary takes itself
	attackCPU     = 2 * time.Second // not of the clock, so that a busy machine changes nothing
	attackTimeout = time.Minute     // where the system has no limit for that
)

// TestLaw11_HostilePoliciesDoNotKill reads each in a child process that has little memory and little time for each. A child
// that dies or hangs is followed by one that begins with the next.
func TestLaw11_HostilePoliciesDoNotKill(t *testing.T) {
	if from := os.Getenv(attackEnv); from != "" {
		readAttacks(t, from)
		return
	}
	all := attacks()
	for next := 0; next < len(all); {
		last, err := runChild(t, next)
		if err != nil {
			t.Errorf("%s: %v", all[last].name, err)
		}
		next = last + 1
	}
}

// readAttacks is the child.
func readAttacks(t *testing.T, from string) {
	first, err := strconv.Atoi(from)
	if err != nil {
		t.Fatal(err)
	}
	limitMemory(t, attackMemory)
	endAtLimit()
	debug.SetMemoryLimit(attackMemory / 4 * 3)
	for i, a := range attacks()[first:] {
		debug.FreeOSMemory() // what those before it left behind is not its own
		fmt.Println("attack", first+i)
		limitTime(t, attackCPU*patience)
		if e, err := a.load(); err == nil {
			_, _ = e.Decide(at, full())
		}
	}
}

// runChild reads the attacks from one on, and returns the last that was begun.
func runChild(t *testing.T, first int) (last int, err error) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), attackEnv+"="+strconv.Itoa(first), "GOMAXPROCS=1") // else the collector's time on other cores counts too
	var death bytes.Buffer
	child.Stderr = &death
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	begun := make(chan int)
	go func() {
		defer close(begun)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if n, found := strings.CutPrefix(lines.Text(), "attack "); found {
				i, _ := strconv.Atoi(n)
				begun <- i
			}
		}
	}()
	last = first
	hung := false
	for open := true; open; {
		select {
		case i, more := <-begun:
			if open = more; more {
				last = i
			}
		case <-time.After(attackTimeout * patience):
			hung = true
			_ = child.Process.Kill()
			for range begun {
			}
			open = false
		}
	}
	if err = child.Wait(); err != nil {
		first, _, _ := strings.Cut(death.String(), "\n")
		err = fmt.Errorf("%w: %s", err, first)
	}
	if hung {
		err = fmt.Errorf("it took more than %s", attackTimeout*patience)
	}
	return last, err
}

// patience stretches the time of a child where everything is slower.
var patience = func() time.Duration {
	if raceDetector() {
		return 10
	}
	return 1
}()

// scaled is a large number, or a tenth of it where everything is slower.
func scaled(n int) int {
	if raceDetector() || testing.Short() {
		return n / 10
	}
	return n
}

// raceDetector reports whether the test was built with the race detector.
func raceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// BenchmarkHostile reads each.
func BenchmarkHostile(b *testing.B) {
	for _, a := range attacks() {
		b.Run(strings.ReplaceAll(a.name, " ", "_"), func(b *testing.B) {
			files := a.files()
			b.ReportAllocs()
			for b.Loop() {
				_, _ = rules.LoadFS(files, "p.yaml")
			}
		})
	}
}

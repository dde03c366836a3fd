package rules_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/salesbaton/baton/rules"
)

// TestScalarsAreReadStrictly: nothing that is written is converted into something else.
func TestScalarsAreReadStrictly(t *testing.T) {
	const number = "expected a whole number in decimal digits, but found "
	for _, tt := range []struct{ name, old, new, want string }{
		{"a number with decimals", "route: all,", "route: all, priority: 1.5,", "p.yaml:12:61: B013 " + number + "the number 1.5"},
		{"a number without whole digits", "route: all,", "route: all, priority: .5,", "p.yaml:12:61: B013 " + number + "the number .5"},
		{"a number with an exponent", "route: all,", "route: all, priority: 1e3,", "p.yaml:12:61: B013 " + number + "the number 1e3"},
		{"an octal number", "route: all,", "route: all, priority: 0777,", "p.yaml:12:61: B013 " + number + "the number 0777"},
		{"an octal number with a sign", "route: all,", "route: all, priority: +012,", "p.yaml:12:61: B013 " + number + "the number +012"},
		{"a number with a plus", "route: all,", "route: all, priority: +5,", "p.yaml:12:61: B013 " + number + "the number +5"},
		{"an octal number that is none", "route: all,", "route: all, priority: 08,", "p.yaml:12:61: B013 " + number + "the number 08"},
		{"a new octal number", "route: all,", "route: all, priority: 0o17,", "p.yaml:12:61: B013 " + number + "the number 0o17"},
		{"a hexadecimal number", "route: all,", "route: all, priority: 0x1F,", "p.yaml:12:61: B013 " + number + "the number 0x1F"},
		{"a number with separators", "route: all,", "route: all, priority: 1_000,", "p.yaml:12:61: B013 " + number + "the number 1_000"},
		{"a number in quotes", "route: all,", "route: all, priority: '5',", `p.yaml:12:61: B013 ` + number + `"5"`},
		{"minus zero", "route: all,", "route: all, priority: -0,", "p.yaml:12:61: B013 " + number + "the number -0"},
		{"no number", "route: all,", "route: all, priority: .nan,", "p.yaml:12:61: B013 " + number + "the number .nan"},
		{"NaN as a word", "route: all,", "route: all, priority: NaN,", `p.yaml:12:61: B013 ` + number + `"NaN"`},
		{"infinity", "route: all,", "route: all, priority: .inf,", "p.yaml:12:61: B013 " + number + "the number .inf"},
		{"nothing as a number", "route: all,", "route: all, priority: ~,", "p.yaml:12:61: B013 " + number + "nothing"},
		{"a truth value as a number", "route: all,", "route: all, priority: true,", "p.yaml:12:61: B013 " + number + "the truth value true"},
		{"a list as a number", "route: all,", "route: all, priority: [5],", "p.yaml:12:61: B013 expected a whole number or keys with values, but found a list"},
		{"far too great", "route: all,", "route: all, priority: 99999999999999999999,", "p.yaml:12:61: B013 " + number},
		{"the greatest", "route: all,", "route: all, priority: 1000000,", ""},
		{"beyond the greatest", "route: all,", "route: all, priority: 1000001,", "p.yaml:12:61: B015 1000001 is out of range"},
		{"the least", "route: all,", "route: all, priority: -1000000,", ""},
		{"below the least", "route: all,", "route: all, priority: -1000001,", "p.yaml:12:61: B015 -1000001 is out of range"},

		{"a tilde as a text", "policy: acme", "policy: ~", "p.yaml:2:9: B013 expected a text, but found nothing"},
		{"null as a text", "policy: acme", "policy: null", "p.yaml:2:9: B013 expected a text, but found nothing"},
		{"nothing as a text", "policy: acme", "policy:", "p.yaml:2:8: B013 expected a text, but found nothing"},
		{"a number as a text", "policy: acme", "policy: 2026", "p.yaml:2:9: B013 expected a text, but found the number 2026; quote it if it is meant as text"},
		{"a date as a text", "policy: acme", "policy: 2026-01-01", "p.yaml:2:9: B013 expected a text, but found the date 2026-01-01; quote it if it is meant as text"},
		{"a quoted date as a text", "policy: acme", "policy: '2026-01-01'", ""},
		{"a truth value as a text", "policy: acme", "policy: true", "p.yaml:2:9: B013 expected a text, but found the truth value true"},
		{"keys as a text", "policy: acme", "policy: {a: b}", "p.yaml:2:9: B013 expected a text, but found keys with values"},
		{"no as a text", "policy: acme", "policy: no", ""},
		{"on as a text", "policy: acme", "policy: on", ""},
		{"y as a text", "policy: acme", "policy: y", ""},

		{"yes as a truth value", "{on_blocked", "{exclusive: yes, on_blocked", `p.yaml:10:21: B013 expected true, false or alone, in small letters, but found "yes"`},
		{"no as a truth value", "{on_blocked", "{exclusive: no, on_blocked", `p.yaml:10:21: B013 expected true, false or alone`},
		{"off as a truth value", "{on_blocked", "{exclusive: off, on_blocked", `p.yaml:10:21: B013 expected true, false or alone`},
		{"TRUE as a truth value", "{on_blocked", "{exclusive: TRUE, on_blocked", `p.yaml:10:21: B013 expected true, false or alone, in small letters, but found "TRUE"`},
		{"1 as a truth value", "{on_blocked", "{exclusive: 1, on_blocked", `p.yaml:10:21: B013 expected true, false or alone, in small letters, but found "1"`},
		{"true in quotes", "{on_blocked", "{exclusive: 'true', on_blocked", `p.yaml:10:21: B013 expected true or false`},
		{"nothing as a truth value", "{on_blocked", "{exclusive: , on_blocked", `p.yaml:10:21: B013 expected true or false, in small letters, but found nothing`},

		{"a number as a length of time", "stale_after: 14d", "stale_after: 14", "p.yaml:4:44: B017 expected a length of time such as 15m"},
		{"weeks", "stale_after: 14d", "stale_after: 2w", "p.yaml:4:44: B017 expected a length of time"},
		{"parts of an hour", "stale_after: 14d", "stale_after: 1.5h", "p.yaml:4:44: B017 expected a length of time"},
		{"a negative length", "stale_after: 14d", "stale_after: -1d", "p.yaml:4:44: B017 expected a length of time"},
		{"units from short to long", "stale_after: 14d", "stale_after: 30m2h", "p.yaml:4:44: B017 expected a length of time"},
		{"too long a length", "stale_after: 14d", "stale_after: 36601d", "p.yaml:4:44: B017 expected a length of time"},
		{"a length in quotes", "stale_after: 14d", "stale_after: '14d'", ""},
		{"a sexagesimal number", "stale_after: 14d", "stale_after: 1:30", "p.yaml:4:44: B017 expected a length of time"},

		{"a number as a condition", "route: all,", "route: all, when: 5,", "p.yaml:12:57: B013 expected a condition, but found the number 5"},
		{"a date as a condition", "route: all,", "route: all, when: 2026-01-01,", "p.yaml:12:57: B013 expected a condition, but found the date 2026-01-01"},
		{"a list as a condition", "route: all,", "route: all, when: [a],", "p.yaml:12:57: B013 expected a condition, but found a list"},
		{"true as a condition", "route: all,", "route: all, when: true,", ""},
		{"TRUE as a condition", "route: all,", "route: all, when: TRUE,", "p.yaml:12:57: B013 expected true or false, in small letters"},
		{"blanks as a condition", "route: all,", "route: all, when: '  ',", "p.yaml:12:57: B042 the condition is empty"},

		{"a number as a key", "  all:", "  7: [{rep: kim}]\n  all:", "p.yaml:8:3: B013 expected a text, but found the number 7"},
		{"a list as a key", "  all:", "  ? [a]\n  : [{rep: kim}]\n  all:", "p.yaml:8:5: B013 a key is a word, but found a list"},
		{"no as a key", "  all:", "  no: [{rep: kim}]\n  all:", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(small, tt.old, tt.new, 1)
			if text == small {
				t.Fatal("the case changes nothing")
			}
			_, err := rules.Parse("p.yaml", []byte(text))
			lines := problemLines(t, err)
			if tt.want == "" && len(lines) > 0 || tt.want != "" && (len(lines) == 0 || !strings.HasPrefix(lines[0], tt.want)) {
				t.Errorf("got %v\nwant %s", lines, tt.want)
			}
		})
	}
}

func TestWhatACommentCutsShort(t *testing.T) {
	for _, tt := range []struct{ name, reason, sections, want string }{
		{"a condition", "what is behind the # is lost", "eligibility:\n  - id: g\n    require: account.employees > 5 #and account.customer\n    reason: r\n", "p.yaml:15:36: B009 the condition is cut short: #and account.customer is read as a comment"},
		{"a condition with a real comment", "who reads it cannot tell", "eligibility:\n  - id: g\n    require: account.employees > 5 # enough\n    reason: r\n", "p.yaml:15:36: B009"},
		{"a condition on two lines", "as above", "eligibility:\n  - id: g\n    require: account.employees > 5\n      and account.customer #or lead.source == \"x\"\n    reason: r\n", "p.yaml:16:28: B009"},
		{"a stage", "as above", "lifecycle:\n  mql: account.employees > 5 #x\n", "p.yaml:14:30: B009"},
		{"a quoted condition", "a comment behind a quote cuts nothing", "eligibility:\n  - id: g\n    require: 'account.employees > 5' #x\n    reason: r\n", ""},
		{"a condition in a block", "# is a part of it, and not of the language", "eligibility:\n  - id: g\n    require: |\n      account.employees > 5 #x\n    reason: r\n", "p.yaml:16:29: B040"},
		{"a comment below", "it stands by itself", "eligibility:\n  - id: g\n    require: account.employees > 5\n    # enough\n    reason: r\n", ""},
		{"a text", "a word behind # is a part of the text", "eligibility:\n  - id: g\n    require: account.customer\n    reason: rule #4 of the sales team\n", "p.yaml:16:18: B009 the text is cut short: #4 of the sales team is read as a comment"},
		{"a text with a real comment", "who comments leaves a blank", "eligibility:\n  - id: g\n    require: account.customer\n    reason: too small # see the wiki\n", ""},
		{"a text with a bare #", "it could be a decoration", "eligibility:\n  - id: g\n    require: account.customer\n    reason: too small #\n", ""},
		{"a text with a heading", "a comment may begin with ##", "eligibility:\n  - id: g\n    require: account.customer\n    reason: too small ## see the wiki\n", ""},
		{"an item of a list", "the item would never match", "lists:\n  langs:\n    - C #sharp\n", "p.yaml:15:9: B009 the text is cut short"},
		{"a template", "the rep would read half a line", "plays:\n  - id: other\n    trigger: demo_request\n    route: all\n    context:\n      opening: you are #1\n", "p.yaml:16:24: B009"},
		{"a # within a word", "it begins no comment", "lists:\n  langs:\n    - C#sharp\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := small
			if strings.HasPrefix(tt.sections, "plays:") {
				text = strings.Split(small, "plays:")[0]
			}
			_, err := rules.Parse("p.yaml", []byte(text+tt.sections))
			want := []string{tt.want}
			if tt.want == "" {
				want = nil
			}
			checkProblems(t, err, tt.reason, want...)
		})
	}
}

func TestIDsAndNames(t *testing.T) {
	for _, tt := range []struct {
		text     string
		id, name bool // whether it may be one
	}{
		{"a", true, true},
		{"AZaz09", true, true},
		{"_az_AZ_09", true, true},
		{"z9", true, true},
		{"Z0", true, true},
		{strings.Repeat("x", 64), true, true},
		{strings.Repeat("x", 65), false, false},
		{"a-b.c", true, false},
		{"9a", true, false},
		{"-a", true, false},
		{"a b", false, false},
		{"a/b", false, false},
		{"a:b", false, false},
		{"a@b", false, false},
		{"a[b", false, false},
		{"a`b", false, false},
		{"a{b", false, false},
		{"é", false, false},
		{"", false, false},
	} {
		for _, place := range []struct {
			text    string
			allowed bool
		}{
			{strings.Replace(small, "routes:\n", "routes:\n  '"+tt.text+"': [{rep: kim}]\n", 1), tt.id},
			{small + "lists: {'" + tt.text + "': [a]}\n", tt.name},
		} {
			_, err := rules.Parse("p.yaml", []byte(place.text))
			if lines := problemLines(t, err); (len(lines) == 0) != place.allowed || !place.allowed && !strings.Contains(lines[0], " B016 ") {
				t.Errorf("%q: %v", tt.text, lines)
			}
		}
	}
}

func TestKnownNamesAreListedWhereTheyAreFew(t *testing.T) {
	for n, want := range map[int]string{1: `unknown pool "nobody"; known are r0`, 30: "; known are r0, r1, r10, ", 31: "; 31 are known"} {
		var pools strings.Builder
		for i := range n {
			pools.WriteString("  r" + strconv.Itoa(i) + ": {members: [kim], when_empty: next}\n")
		}
		text := head + triggers + plays + "pools:\n" + pools.String() + "routes: {all: [{pool: nobody}]}\n"
		_, err := rules.Parse("p.yaml", []byte(text))
		if lines := problemLines(t, err); len(lines) != 1 || !strings.Contains(lines[0], want) {
			t.Errorf("of %d pools: %v, want %s", n, lines, want)
		}
	}
}

// TestFileAsAWhole: what holds before the first key is read.
func TestFileAsAWhole(t *testing.T) {
	for _, tt := range []struct{ name, reason, text, want string }{
		{"empty", "a policy says something", "", "p.yaml: B004 the file is empty"},
		{"a byte order mark", "editors on Windows write it", "\ufeff" + small, ""},
		{"CRLF", "editors on Windows write it", strings.ReplaceAll(small, "\n", "\r\n"), ""},
		{"a problem behind CRLF and a byte order mark", "places count as editors do", "\ufeff" + strings.ReplaceAll(strings.Replace(small, "acme", "7", 1), "\n", "\r\n"), "p.yaml:2:9: B013"},
		{"UTF-16", "it is another encoding", "\xff\xfel\x00", "p.yaml: B003"},
		{"a list", "a policy is keys with values", "- a\n", "p.yaml:1:1: B013 expected keys with values, such as {key: value}, but found a list"},
		{"a text", "as above", "policy\n", `p.yaml:1:1: B013 expected keys with values, such as {key: value}, but found "policy"`},
		{"a control character", "it cannot be printed", small + "# \x00\n", "p.yaml: B005 the YAML cannot be read: control characters are not allowed"},
		{"17 levels", "no section nests so deep", small + "lists: " + strings.Repeat("[", 17) + strings.Repeat("]", 17) + "\n", "p.yaml:13:23: B002 the file nests deeper than 16 levels"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Parse("p.yaml", []byte(tt.text))
			lines := problemLines(t, err)
			if tt.want == "" && len(lines) > 0 || tt.want != "" && (len(lines) != 1 || !strings.HasPrefix(lines[0], tt.want)) {
				t.Errorf("got %v\nwant %s: %s", lines, tt.want, tt.reason)
			}
		})
	}
}

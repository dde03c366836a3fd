package rules_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
)

// folder is the files of a policy, by name.
type folder map[string]string

func (f folder) fs() fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range f {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func (f folder) load(options ...rules.Option) (*handoff.Engine, error) {
	return rules.LoadFS(f.fs(), "p.yaml", options...)
}

// must returns the engine of a policy that compiles.
func must(t testing.TB, e *handoff.Engine, err error) *handoff.Engine {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// problemLines returns the problems of a load, each on one line.
func problemLines(t testing.TB, err error) []string {
	t.Helper()
	var problems rules.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("%T, not Problems: %v", err, err)
	}
	var out []string
	for _, p := range problems {
		out = append(out, p.Error())
	}
	return out
}

// checkProblems compares the problems of a load with how each begins.
func checkProblems(t testing.TB, err error, reason string, want ...string) {
	t.Helper()
	got := problemLines(t, err)
	if len(got) == len(want) {
		for i := range got {
			if strings.HasPrefix(got[i], want[i]) {
				got[i] = want[i]
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", reason, diff)
	}
}

const (
	head     = "language: 1\npolicy: acme\n"
	triggers = "triggers:\n  demo_request: {about: lead, stale_after: 14d}\n"
	routes   = "routes:\n  all: [{rep: kim}]\n"
	plays    = "plays:\n  - {id: demo, trigger: demo_request, route: all}\n"
)

func TestSectionsGoOnFromFileToFile(t *testing.T) {
	e, err := folder{
		"p.yaml":          head + "include: [teams/emea.yaml, more/deep/plays.yaml]\n" + triggers + plays,
		"teams/emea.yaml": routes + "eligibility:\n  - {id: first, require: 'false', reason: a}\n",
		"more/deep/plays.yaml": "eligibility:\n  - {id: second, require: 'false', reason: b}\n" +
			"plays:\n  - {id: later, trigger: demo_request, route: all}\n",
	}.load()
	must(t, e, err)
	x, err := e.Explain(at, empty())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range x.Triggers[0].Plays {
		got = append(got, p.Play+" "+p.Position)
	}
	for _, r := range x.Decision.Reasons {
		got = append(got, r.Play+" "+r.ID+" "+r.Position)
	}
	want := []string{"demo p.yaml:7:5", "later more/deep/plays.yaml:4:5",
		"demo first teams/emea.yaml:4:5", "demo second more/deep/plays.yaml:2:5",
		"later first teams/emea.yaml:4:5", "later second more/deep/plays.yaml:2:5"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("plays and reasons (-want +got)\n%s", diff)
	}
}

func TestIncludes(t *testing.T) {
	const whole = head + triggers + routes + plays
	for _, tt := range []struct {
		name, reason string
		files        folder
		want         []string
	}{
		{"everything in one other file", "the compulsory sections may stand in any of the files",
			folder{"p.yaml": head + "include: [a.yaml]\n", "a.yaml": triggers + routes + plays}, nil},
		{"a section that stands first", "where it stands has no meaning",
			folder{"p.yaml": plays + head + "include: [a.yaml]\n" + triggers, "a.yaml": routes + "plays:\n  - {id: other, trigger: nothing, route: all}\n"},
			[]string{`a.yaml:4:26: B030 unknown trigger "nothing"; known are demo_request`}},
		{"a section in none", "it is missing in the policy, which is what includes",
			folder{"p.yaml": head + "include: [a.yaml]\n", "a.yaml": triggers + plays}, []string{`a.yaml:4:46: B030 unknown route "all"; none is defined`,
				`p.yaml:1:1: B011 the key "routes" is missing here`}},
		{"a key in both", "neither file is before the other, so that none of them can win",
			folder{"p.yaml": whole + "include: [a.yaml]\n", "a.yaml": "routes:\n  all: [{rep: lee}]\n"},
			[]string{`a.yaml:2:3: B012 the key "all" is repeated; it stands at p.yaml:6:3 already`}},
		{"a key in two included files", "as above",
			folder{"p.yaml": whole + "include: [a.yaml, b.yaml]\n", "a.yaml": "reps: {kim: {}}\n", "b.yaml": "\nreps: {kim: {}}\n"},
			[]string{`b.yaml:2:8: B012 the key "kim" is repeated; it stands at a.yaml:1:8 already`}},
		{"an id in both", "ids of lists are unique over all files",
			folder{"p.yaml": whole + "include: [a.yaml]\n", "a.yaml": plays}, []string{`a.yaml:2:10: B020 the id "demo" is taken by the one at p.yaml:8:10`}},
		{"fields of one owner in both", "they are merged name by name",
			folder{"p.yaml": whole + "include: [a.yaml]\nfields: {lead: {seats: int}, account: {tier: string}}\neligibility: [{id: g, require: lead.seats > 1 and lead.ok and account.tier == \"a\", reason: r}]\n",
				"a.yaml": "fields: {lead: {ok: bool}}\n"}, nil},
		{"a field in both", "as for other keys",
			folder{"p.yaml": whole + "include: [a.yaml]\nfields: {lead: {ok: int}}\n", "a.yaml": "fields: {lead: {ok: bool}}\n"},
			[]string{`a.yaml:1:17: B012 the key "ok" is repeated; it stands at p.yaml:10:17 already`}},
		{"a list for a dict", "the forms of a section are the same in each file",
			folder{"p.yaml": whole + "include: [a.yaml]\n", "a.yaml": "routes: [a]\n"}, []string{"a.yaml:1:9: B013 expected keys with values"}},
		{"a dict for a list", "as above",
			folder{"p.yaml": whole + "include: [a.yaml]\n", "a.yaml": "plays: {a: b}\n"}, []string{"a.yaml:1:8: B013 expected a list"}},
		{"what only the policy says", "a policy has one of each",
			folder{"p.yaml": whole + "include: [a.yaml]\n", "a.yaml": "language: 1\npolicy: x\nzone: UTC\nsettle: 0s\ninclude: [b.yaml]\n"},
			[]string{`a.yaml:1:1: B010 unknown key "language"`, `a.yaml:2:1: B010 unknown key "policy"`, `a.yaml:3:1: B010 unknown key "zone"`,
				`a.yaml:4:1: B010 unknown key "settle"`, `a.yaml:5:1: B010 unknown key "include"`}},
		{"no such file", "nothing else is said: what the file defines would be reported as unknown",
			folder{"p.yaml": head + "include: [a.yaml]\nplays: [{id: a, trigger: b, route: c}]\n"},
			[]string{`p.yaml:3:11: B032 "a.yaml" cannot be read: the policy's folder has no such file`}},
		{"a file that is not YAML", "as above", folder{"p.yaml": head + "include: [a.yaml]\n", "a.yaml": "plays: [\n"}, []string{"a.yaml:"}},
		{"an empty file", "an include that brings nothing is a mistake", folder{"p.yaml": whole + "include: [a.yaml]\n", "a.yaml": "# later\n"}, []string{"a.yaml: B004 the file is empty"}},
		{"a folder", "a folder has no text", folder{"p.yaml": whole + "include: [teams]\n", "teams/a.yaml": ""}, []string{`p.yaml:9:11: B032 "teams" cannot be read: it is a folder`}},
		{"the folder itself", "as above", folder{"p.yaml": whole + "include: [.]\n"}, []string{`p.yaml:9:11: B032 "." cannot be read: it is a folder`}},
		{"above the folder", "a policy is complete in its folder", folder{"p.yaml": whole + "include: [../a.yaml]\n"}, []string{"p.yaml:9:11: B032 this names no file in the policy's folder or below"}},
		{"up and down again", "one file has one name", folder{"p.yaml": whole + "include: [x/../a.yaml]\n", "a.yaml": ""}, []string{"p.yaml:9:11: B032 this names no file"}},
		{"an absolute path", "as above", folder{"p.yaml": whole + "include: [/etc/passwd]\n"}, []string{"p.yaml:9:11: B032 this names no file"}},
		{"a backslash", "the same policy loads on every system", folder{"p.yaml": whole + "include: ['teams\\a.yaml']\n", `teams\a.yaml`: routes}, []string{"p.yaml:9:11: B032 this names no file"}},
		{"an empty name", "it cannot be left out silently", folder{"p.yaml": whole + "include: ['']\n"}, []string{"p.yaml:9:11: B032 this names no file"}},
		{"a number", "a name is a text", folder{"p.yaml": whole + "include: [7]\n"}, []string{"p.yaml:9:11: B013 expected a text, but found the number 7"}},
		{"nothing", "an empty list of files is a mistake", folder{"p.yaml": whole + "include: []\n"}, []string{"p.yaml:9:10: B019 the list is empty"}},
		{"twice", "everything in it would be repeated", folder{"p.yaml": whole + "include: [a.yaml, a.yaml]\n", "a.yaml": "reps: {kim: {}}\n"},
			[]string{"p.yaml:9:19: B020 this file is included already"}},
		{"itself", "nothing else is said: the author meant another file", folder{"p.yaml": head + "include: [p.yaml]\n"}, []string{"p.yaml:3:11: B032 a policy cannot include itself"}},
		{"a list of another folder", "files are named relative to the policy, also in an included file",
			folder{"p.yaml": whole + "include: [x/a.yaml]\n", "x/a.yaml": "lists: {l: {file: x/l.txt}}\n", "x/l.txt": "a\n"}, nil},
		{"a list beside the included file", "as above",
			folder{"p.yaml": whole + "include: [x/a.yaml]\n", "x/a.yaml": "lists: {l: {file: l.txt}}\n", "x/l.txt": "a\n"},
			[]string{`x/a.yaml:1:19: B032 "l.txt" cannot be read: the policy's folder has no such file`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.files.load()
			checkProblems(t, err, tt.reason, tt.want...)
		})
	}
}

func TestProblemsStandByFileAndPlace(t *testing.T) {
	_, err := folder{
		"p.yaml": head + "include: [b.yaml, a.yaml]\nplays:\n  - {id: demo, trigger: demo_request, route: al, nope: 1}\n",
		"b.yaml": triggers + "  webinar: {about: leads, stale_after: 14d}\n",
		"a.yaml": "routes:\n  all: [{repp: kim}]\nlists: {l: {file: l.txt}}\n",
		"l.txt":  "a\nb\na\n",
	}.load()
	checkProblems(t, err, "files by name, then lines, then columns",
		`a.yaml:2:10: B010 unknown key "repp" (did you mean "rep"?)`,
		`b.yaml:3:20: B014 unknown word "leads" (did you mean "lead"?)`,
		`l.txt:3: B020 "a" is repeated in this list; it stands at l.txt:1 already`,
		`p.yaml:5:46: B030 unknown route "al" (did you mean "all"?)`,
		`p.yaml:5:50: B010 unknown key "nope"`)
}

func TestMoreProblemsThanAreShown(t *testing.T) {
	for _, tt := range []struct {
		n, want int
		last    string
	}{
		{99, 99, `p.yaml:9:986: B014 unknown word "x098"`},
		{100, 100, `p.yaml:9:996: B014 unknown word "x099"`},
		{101, 101, "p.yaml: B099 more problems that are not shown: 1;"},
		{1500, 101, "p.yaml: B099 more problems that are not shown: 1400;"},
	} {
		var rungs []string
		for i := range tt.n {
			rungs = append(rungs, fmt.Sprintf("x%03d    ", i))
		}
		_, err := rules.Parse("p.yaml", []byte(head+triggers+plays+"routes:\n  all:\n    ["+strings.Join(rungs, ", ")+"]\n"))
		lines := problemLines(t, err)
		if len(lines) != tt.want || !strings.HasPrefix(lines[len(lines)-1], tt.last) {
			t.Errorf("of %d problems %d are shown, want %d; the last is %s, want %s", tt.n, len(lines), tt.want, lines[len(lines)-1], tt.last)
		}
	}
}

func TestParseNamesNoFiles(t *testing.T) {
	for _, section := range []string{"include: [a.yaml]\n", "lists: {l: {file: a.txt}}\n", "territories: {t: {file: a.csv}}\n"} {
		_, err := rules.Parse("p.yaml", []byte(small+section))
		if lines := problemLines(t, err); len(lines) != 1 || !strings.Contains(lines[0], "B032 this policy was read without a folder") {
			t.Errorf("%s: %v", section, lines)
		}
	}
}

func TestPolicyInAFolderOfAFileSystem(t *testing.T) {
	files := folder{"a/b/p.yaml": small + "include: [c/x.yaml]\n", "a/b/c/x.yaml": "reps: {kim: {}, lee: {}}\nlists: {l: {file: c/l.txt}}\n", "a/b/c/l.txt": "x\n", "c/x.yaml": "!"}
	e, err := rules.LoadFS(files.fs(), "a/b/p.yaml")
	must(t, e, err)
	x, err := e.Explain(at, fillUp(t, e, empty()))
	if err != nil {
		t.Fatal(err)
	}
	if got := x.Triggers[0].Plays[0].Position; got != "a/b/p.yaml:12:5" {
		t.Errorf("the play stands at %s: positions name files as the file system does", got)
	}
	delete(files, "a/b/c/l.txt")
	_, err = rules.LoadFS(files.fs(), "a/b/p.yaml")
	checkProblems(t, err, "the name is that of the file", `a/b/c/x.yaml:2:19: B032 "c/l.txt" cannot be read`)
}

// fillUp returns the request with an empty entry for everything that the engine asks for.
func fillUp(t testing.TB, e *handoff.Engine, r handoff.Request) handoff.Request {
	t.Helper()
	r, err := e.Fill(at, r, func(keys []handoff.Key) (handoff.State, error) {
		s := handoff.State{}
		for _, k := range keys {
			s[k] = handoff.Entry{}
		}
		return s, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLoadNamesFilesAsItsFolderDoes(t *testing.T) {
	dir := t.TempDir()
	for name, text := range (folder{"p.yaml": small + "include: [x.yaml]\n", "x.yaml": "lists: {l: [a, a]}\n"}) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, err := rules.Load(filepath.Join(dir, "p.yaml"))
	checkProblems(t, err, "where the folder lies is in no position, and so in no decision", `x.yaml:1:16: B020 "a" is repeated`)

	_, err = rules.Load(filepath.Join(dir, "nowhere.yaml"))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v: whoever asks for a file that is not there gets the system's error", err)
	}
	if _, err = rules.Load(dir); err == nil || !strings.Contains(err.Error(), "it is a folder") {
		t.Errorf("a folder: %v", err)
	}
}

func TestDigestIsThatOfTheFiles(t *testing.T) {
	base := func() folder {
		return folder{
			"p.yaml": small + "include: [x.yaml]\nterritories: {t: {file: t.csv}}\n", "x.yaml": "lists: {l: {file: l.txt}}\n", "l.txt": "a\nb\n",
			"t.csv": "lead.country,rep\nUS,kim\n", "unused.yaml": "a: 1\n",
		}
	}
	digest := func(f folder) string { e, err := f.load(); return must(t, e, err).Digest() }
	want := digest(base())
	if got := digest(base()); got != want {
		t.Errorf("the same files give %s and %s", want, got)
	}
	for _, name := range []string{"p.yaml", "x.yaml", "l.txt", "t.csv"} {
		f := base()
		f[name] += "\n"
		if digest(f) == want {
			t.Errorf("a byte more in %s does not change the digest", name)
		}
	}
	f := base()
	f["unused.yaml"] = "b: 2\n"
	f["other.txt"] = "x"
	if digest(f) != want {
		t.Error("a file that the policy does not name changes the digest")
	}
	for from, to := range map[string]string{"x.yaml": "y.yaml", "l.txt": "m.txt", "t.csv": "u.csv"} {
		f := base()
		f[to] = f[from]
		delete(f, from)
		for name := range f {
			f[name] = strings.ReplaceAll(f[name], from, to)
		}
		if digest(f) == want {
			t.Errorf("%s under the name %s has the same digest", from, to)
		}
	}
	// Where one file ends and the next begins is a part of the digest.
	moved := base()
	moved["l.txt"], moved["t.csv"] = "a\n", "b\n"+moved["t.csv"]
	if e, err := moved.load(); err == nil && e.Digest() == want {
		t.Error("a line that moves from one file to the next leaves the digest as it is")
	}
	dir := t.TempDir()
	for name, text := range base() {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	e, err := rules.Load(filepath.Join(dir, "p.yaml"))
	if must(t, e, err).Digest() != want {
		t.Error("Load and LoadFS give different digests")
	}
}

func TestListsFromFiles(t *testing.T) {
	for _, tt := range []struct {
		name, reason, text string
		want               []string // problems
		in, out            []string
	}{
		{"plain", "one item on each line", "gmail.com\noutlook.com\n", nil, []string{"gmail.com", "outlook.com"}, []string{"gmail", "x.com"}},
		{"comments and blanks", "they are no items", "# free\n\n  gmail.com \t\n   # more\n\nx.com", nil, []string{"gmail.com", "x.com"}, []string{"# free", "free"}},
		{"CRLF", "editors on Windows write it", "gmail.com\r\n\r\n# c\r\nx.com\r\n", nil, []string{"gmail.com", "x.com"}, []string{"c"}},
		{"a byte order mark", "as above", "\ufeffgmail.com\nx.com\n", nil, []string{"gmail.com", "x.com"}, nil},
		{"a # without a blank", "it is a part of the item", "c#\n#1\n", nil, []string{"c#"}, []string{"#1", "c"}},
		{"more than 8 items", "long lists are looked up in another way", "a\nb\nc\nd\ne\nf\ng\nh\ni\n", nil, []string{"a", "h", "i"}, []string{"j"}},
		{"a comment behind an item", "the item would never match", "gmail.com # free\n", []string{"l.txt:1: B009 # is a part of the item here"}, nil, nil},
		{"repeated", "one of the two was meant otherwise", "a\n# b\nb\n a\nb\n", []string{`l.txt:4: B020 "a" is repeated in this list; it stands at l.txt:1 already`,
			`l.txt:5: B020 "b" is repeated in this list; it stands at l.txt:3 already`}, nil, nil},
		{"empty", "a list without items blocks nobody", "", []string{"p.yaml:13:19: B019 l.txt has no items"}, nil, nil},
		{"comments only", "as above", "# a\n\n", []string{"p.yaml:13:19: B019 l.txt has no items"}, nil, nil},
		{"not UTF-8", "letters would never match", "caf\xe9\n", []string{"l.txt: B003 the file is not valid UTF-8"}, nil, nil},
		{"UTF-16", "as above", "\xff\xfea\x00\n\x00", []string{"l.txt: B003 the file is not valid UTF-8"}, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			gated := strings.Replace(small, "sequence: demo}", "sequence: demo, when: lead.source in lists.l}", 1)
			e, err := folder{"p.yaml": gated + "lists: {l: {file: l.txt}}\n", "l.txt": tt.text}.load()
			checkProblems(t, err, tt.reason, tt.want...)
			if err != nil {
				return
			}
			for _, item := range append(slices.Clone(tt.in), tt.out...) {
				r := fillUp(t, e, empty())
				r.Lead.Source = item
				x, err := e.Explain(at, r)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := x.Triggers[0].Plays[0].When.Truth, handoff.TruthOf(slices.Contains(tt.in, item)); got != want {
					t.Errorf("%q in the list is %v, want %v: %s", item, got, want, tt.reason)
				}
			}
		})
	}
}

func TestListOfAMillionLines(t *testing.T) {
	var text strings.Builder
	for i := range 1_000_000 {
		fmt.Fprintf(&text, "c%d.example\n", i)
	}
	gated := strings.Replace(small, "sequence: demo}", "sequence: demo, when: lead.source in lists.l}", 1)
	e, err := folder{"p.yaml": gated + "lists: {l: {file: l.txt}}\n", "l.txt": text.String()}.load()
	must(t, e, err)
	for domain, want := range map[string]handoff.Truth{"c0.example": handoff.True, "c999999.example": handoff.True, "c1000000.example": handoff.False} {
		r := fillUp(t, e, empty())
		r.Lead.Source = domain
		x, err := e.Explain(at, r)
		if err != nil {
			t.Fatal(err)
		}
		if got := x.Triggers[0].Plays[0].When.Truth; got != want {
			t.Errorf("%s: %v, want %v", domain, got, want)
		}
	}
}

func TestFileThatIsTooLong(t *testing.T) {
	big := strings.Repeat("#", 32<<20) + "\n"
	const want = "l.txt: B002 the file is larger than 32 MiB"
	_, err := folder{"p.yaml": small + "lists: {l: {file: l.txt}}\n", "l.txt": big}.load()
	checkProblems(t, err, "no more of a file is read than it may have", want)
	_, err = folder{"p.yaml": small + big}.load()
	checkProblems(t, err, "as above", "p.yaml: B002 the file is larger than 32 MiB")
	_, err = folder{"p.yaml": small + "lists: {l: {file: l.txt}}\n", "l.txt": "a\n" + big[:32<<20-2]}.load()
	checkProblems(t, err, "exactly the bound is allowed")
}

// slowFS reads its files byte by byte, and knows nothing of their sizes.
type slowFS struct{ fs.FS }

type slowFile struct{ fs.File }

type noSize struct{ fs.FileInfo }

func (f slowFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	return slowFile{file}, err
}

func (f slowFile) Read(p []byte) (int, error) { return f.File.Read(p[:min(1, len(p))]) }

func (f slowFile) Stat() (fs.FileInfo, error) {
	info, err := f.File.Stat()
	return noSize{info}, err
}

func (noSize) Size() int64 { return 0 }

func TestFilesOfASlowFileSystem(t *testing.T) {
	files := folder{"p.yaml": small + "lists: {l: {file: l.txt}}\n", "l.txt": "a\nb\n"}
	a, err := files.load()
	must(t, a, err)
	b, err := rules.LoadFS(slowFS{files.fs()}, "p.yaml")
	if must(t, b, err).Digest() != a.Digest() {
		t.Error("a file that comes in parts is another file")
	}
}

// TestNoReferenceIsEmpty: an empty name of something is neither "none" nor "all".
func TestNoReferenceIsEmpty(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"pool of a rung", "[{pool: team}]", "[{pool: ''}]", `p.yaml:8:16: B030 unknown pool ""; known are team`},
		{"territory of a rung", "[{pool: team}]", "[{territory: ''}]", `p.yaml:8:21: B030 unknown territory ""`},
		{"rep of a rung", "[{pool: team}]", "[{rep: ''}]", "p.yaml:8:15: B016 an id is 1 to 64 letters"},
		{"trigger", "trigger: demo_request", "trigger: ''", `p.yaml:12:25: B030 unknown trigger ""; known are demo_request`},
		{"route", "route: all", "route: ''", `p.yaml:12:46: B030 unknown route ""; known are all`},
		{"sequence", "sequence: demo", "sequence: ''", `p.yaml:12:61: B030 unknown sequence ""; known are demo`},
		{"superseded sequence", "sequence: demo", "supersedes: ['']", `p.yaml:12:64: B030 unknown sequence ""`},
		{"calendar", "route: all,", "route: all, first_touch: {within: 1h, hours: ''},", `p.yaml:12:84: B030 unknown calendar ""; none is defined`},
		{"play of a hold", "route: all,", "route: all, hold_until_resolved: [''],", "p.yaml:12:73: B019 the text is empty"},
		{"play of a scope", "routes:", "eligibility: [{id: g, require: 'true', reason: r, only: ['']}]\nroutes:", "p.yaml:7:58: B019 the text is empty"},
		{"scope of a pause", "route: all,", "route: all, pause_marketing: {for: 7d, scope: ['']},", "p.yaml:12:86: B019 the text is empty"},
		{"motion", "route: all,", "route: all, motion: '',", "p.yaml:12:59: B016 an id is 1 to 64 letters"},
		{"motion that is no id", "route: all,", "route: all, motion: a b,", "p.yaml:12:59: B016 an id is 1 to 64 letters"},
		{"calendar's own id", "pools:", "calendars: {a b: {open: mon 09:00-17:00}}\npools:", "p.yaml:5:13: B016 an id is 1 to 64 letters"},
		{"word of a field", "pools:", "fields: {lead: {role: [ic, '']}}\npools:", "p.yaml:5:28: B019 the text is empty"},
		{"item of a list", "pools:", "lists: {l: [a, '']}\npools:", "p.yaml:5:16: B019 the text is empty"},
		{"blank item of a list", "pools:", "lists: {l: [a, ' ']}\npools:", "p.yaml:5:16: B019 the text is empty"},
		{"reason of a gate", "routes:", "eligibility: [{id: g, require: 'true', reason: ''}]\nroutes:", "p.yaml:7:48: B019 the reason is empty"},
		{"reason of a cooldown", "routes:", "suppression: [{id: s, cooldown: {per: lead, for: 1d}, reason: ' '}]\nroutes:", "p.yaml:7:63: B019 the reason is empty"},
		{"file of a list", "pools:", "lists: {l: {file: ''}}\npools:", "p.yaml:5:19: B032 this policy was read without a folder"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(small, tt.old, tt.new, 1)
			_, err := rules.Parse("p.yaml", []byte(text))
			checkProblems(t, err, "it is a slip, and what it stands for would silently not be there", tt.want)
		})
	}
}

func TestBoundsOfAPolicy(t *testing.T) {
	var members []string
	for i := range 2001 {
		members = append(members, fmt.Sprintf("{rep: r%d, weight: 100}", i))
	}
	for _, tt := range []struct{ name, reason, old, new, want string }{
		{"no triggers", "such a policy answers nothing", triggers, "triggers: {}\n", "p.yaml:3:11: B019 no trigger is defined"},
		{"weights of a pool", "what a turn costs is bounded", "[kim, lee]", "[" + strings.Join(members, ", ") + "]", "p.yaml:6:19: B015 the weights of a pool add up to at most 200000, not 200100"},
		{"members of a pool", "as above", "[kim, lee]", "[" + manyReps(100_001) + "]", "p.yaml:6:19: B015 a pool has at most 100000 members, not 100001"},
		{"a pool's members exactly", "the bound itself is allowed", "[kim, lee]", "[" + manyReps(100_000) + "]", ""},
		{"a repeated word of same", "it changes nothing", "stale_after: 14d", "stale_after: 14d, same: [asset, offer, asset], same_within: 1d", `p.yaml:4:70: B020 "asset" is repeated`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(small, tt.old, tt.new, 1)
			if text == small {
				t.Fatal("the case changes nothing")
			}
			_, err := rules.Parse("p.yaml", []byte(text))
			lines := problemLines(t, err)
			if tt.want == "" && len(lines) > 0 || tt.want != "" && (len(lines) == 0 || !strings.HasPrefix(lines[0], tt.want)) {
				t.Errorf("got %v, want %s: %s", lines, tt.want, tt.reason)
			}
		})
	}
}

func manyReps(n int) string {
	var reps []string
	for i := range n {
		reps = append(reps, fmt.Sprintf("r%d", i))
	}
	return strings.Join(reps, ",\n    ") // of lines that are not too long
}

// TestOneMistakeIsOneProblem: what a mistake leaves undefined is not reported as unknown where it is used.
func TestOneMistakeIsOneProblem(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a pool without members, in a territory", strings.Replace(small, "[kim, lee]", "[]", 1) + "territories: {t: {by: [lead.country], rows: [{match: [US], pool: team}]}}\n", "p.yaml:6:19: B019"},
		{"two members who are no ids", strings.Replace(small, "[kim, lee]", "['', '']", 1), "p.yaml:6:20: B016 p.yaml:6:24: B016"},
		{"a policy without a name", strings.Replace(small, "policy: acme", "policy: 7", 1) + "territories: {t: {by: [lead.country], rows: [{match: [US], pool: team}]}}\n", "p.yaml:2:9: B013"},
		{"rows without by", small + "territories: {t: {rows: [{match: [US], pool: team}, {match: [CA], pool: team}]}}\n", "p.yaml:13:18: B011"},
		{"a stage whose condition is wrong", small + "lifecycle: {mql: lead.contry == \"US\", sql: entered(mql)}\n", "p.yaml:13:18: B044"},
		{"a holiday that is none", small + "calendars: {c: {open: mon 09:00-17:00, holidays: [2026-02-30]}}\n", "p.yaml:13:51: B017"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Parse("p.yaml", []byte(tt.text))
			var got []string
			for _, line := range problemLines(t, err) {
				place, message, _ := strings.Cut(line, " ")
				got = append(got, place+" "+message[:4])
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %v, want %s: %v", got, tt.want, err)
			}
		})
	}
}

func TestInspect(t *testing.T) {
	dir := t.TempDir()
	for name, text := range (folder{"p.yaml": small + "lists: {a: {file: l.txt}, b: {file: l.txt}}\n", "l.txt": "x\n"}) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	i, err := rules.Inspect(filepath.Join(dir, "p.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"p.yaml", "l.txt"}, i.Files); diff != "" {
		t.Errorf("each file once, the policy first (-want +got)\n%s", diff)
	}
	if got, want := i.Contents(), "1 trigger, 1 pool, 1 route, 1 sequence, 1 play"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

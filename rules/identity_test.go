package rules

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// plainModel is what the models below begin with. Its slices and maps have room, so that an append would show.
func plainModel() identity.Model {
	return identity.Model{
		Weights: append(make([]identity.Weight, 0, 20),
			identity.Weight{Field: identity.FieldEmail, Level: identity.Exact, Score: 14_000_000},
			identity.Weight{Field: identity.FieldEmail, Level: identity.Close, Score: 7_000_000},
			identity.Weight{Field: identity.FieldEmail, Level: identity.Differs, Score: -1_000_000},
			identity.Weight{Field: identity.FieldPhone, Level: identity.Exact, Score: 9_000_000}),
		Match:     12_000_000,
		Review:    6_000_000,
		Keys:      []identity.KeyKind{identity.KeyEmail},
		Alone:     map[identity.Field]handoff.MatchVerdict{identity.FieldPhone: handoff.ToReview},
		Apart:     map[identity.FieldLevel]handoff.MatchVerdict{{Field: identity.FieldBorn, Level: identity.Year}: handoff.ToReview},
		Common:    []identity.Field{identity.FieldPhone},
		TieBreaks: []identity.TieBreak{identity.TieOldest},
		Linkage:   identity.LinkAverage,
	}
}

// readOver reads the keys of a model over those of the plain one.
func readOver(t *testing.T, model identity.Model, text string) (identity.Model, []string) {
	t.Helper()
	var report source.Report
	root := source.Parse("p.yaml", []byte("identity:\n  people: "+text+"\n"), language.Included, &report)
	readModel(root.Map().Get("identity").Map().Get("people"), &model, peopleModel, "plain")
	return model, lines1(report.Err())
}

// lines1 returns the problems of a load, each in one line.
func lines1(err error) []string {
	var problems Problems
	if !errors.As(err, &problems) {
		return nil
	}
	var out []string
	for _, p := range problems {
		out = append(out, p.Error())
	}
	return out
}

func TestModelOverItsProfile(t *testing.T) {
	for _, tt := range []struct {
		name, reason, text string
		want               func(*identity.Model)
	}{
		{"keys", "they stand in the place of the profile's", "{keys: [phone, sound]}",
			func(m *identity.Model) { m.Keys = []identity.KeyKind{identity.KeyPhone, identity.KeySound} }},
		{"thresholds", "decimals are kept exactly", "{match: 12.000001, review: 0.5}",
			func(m *identity.Model) { m.Match, m.Review = 12_000_001, 500_000 }},
		{"equal thresholds", "nothing is left for review, and that can be meant", "{review: 12}",
			func(m *identity.Model) { m.Review = 12_000_000 }},
		{"a weight of the profile's", "level by level, the others stay", "{weights: {email: {close: 7.25}}}",
			func(m *identity.Model) { m.Weights[1].Score = 7_250_000 }},
		{"a new weight", "beside the profile's", "{weights: {last_name: {exact: 7.2}}}",
			func(m *identity.Model) {
				m.Weights = append(m.Weights, identity.Weight{Field: identity.FieldLastName, Level: identity.Exact, Score: 7_200_000})
			}},
		{"equal weights", "a slip counts as much as no slip, and that can be meant", "{weights: {email: {close: 14}}}",
			func(m *identity.Model) { m.Weights[1].Score = 14_000_000 }},
		{"no weight for what differs", "0 takes the profile's away", "{weights: {email: {differs: 0}}}",
			func(m *identity.Model) { m.Weights[2].Score = 0 }},
		{"a level below one without a weight", "nothing is compared with what has none", "{weights: {phone: {differs: -1.5}}}",
			func(m *identity.Model) {
				m.Weights = append(m.Weights, identity.Weight{Field: identity.FieldPhone, Level: identity.Differs, Score: -1_500_000})
			}},
		{"alone", "field by field, the others stay", "{alone: {email: review}}",
			func(m *identity.Model) { m.Alone[identity.FieldEmail] = handoff.ToReview }},
		{"alone no more", "match lifts what the profile says", "{alone: {phone: match}}",
			func(m *identity.Model) { m.Alone[identity.FieldPhone] = handoff.Matched }},
		{"apart", "level by level, the others stay", "{apart: {born: {differs: 'no', exact: match}}}",
			func(m *identity.Model) {
				m.Apart[identity.FieldLevel{Field: identity.FieldBorn, Level: identity.Differs}] = handoff.NotMatched
				m.Apart[identity.FieldLevel{Field: identity.FieldBorn, Level: identity.Exact}] = handoff.Matched
			}},
		{"no without quotes", "it is the verdict and no truth value", "{apart: {born: {differs: no}}}",
			func(m *identity.Model) {
				m.Apart[identity.FieldLevel{Field: identity.FieldBorn, Level: identity.Differs}] = handoff.NotMatched
			}},
		{"tie-breaks", "review at the end", "{tie_breaks: [newest, review]}",
			func(m *identity.Model) { m.TieBreaks = []identity.TieBreak{identity.TieNewest, identity.TieReview} }},
		{"records", "of how many the thresholds are", "{records: 20000}", func(m *identity.Model) { m.Records = 20_000 }},
		{"common", "it stands in the place of the profile's", "{common: [email]}", func(m *identity.Model) { m.Common = []identity.Field{identity.FieldEmail} }},
		{"nothing in common", "it takes the profile's away", "{common: []}", func(m *identity.Model) { m.Common = []identity.Field{} }},
		{"apart where it is unknown", "it is beside the levels", "{apart: {born: {unknown: 'no'}}}",
			func(m *identity.Model) {
				m.Apart[identity.FieldLevel{Field: identity.FieldBorn, Level: identity.Unknown}] = handoff.NotMatched
			}},
		{"linkage", "a word", "{linkage: complete}", func(m *identity.Model) { m.Linkage = identity.LinkComplete }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			profile, want := plainModel(), plainModel()
			tt.want(&want)
			got, problems := readOver(t, profile, tt.text)
			if diff := cmp.Diff(want, got); diff != "" || problems != nil {
				t.Errorf("%s: %v (-want +got)\n%s", tt.reason, problems, diff)
			}
			if diff := cmp.Diff(plainModel(), profile); diff != "" {
				t.Errorf("the profile was changed\n%s", diff)
			}
		})
	}
}

func TestModelProblems(t *testing.T) {
	const at = "p.yaml:2:"
	for _, tt := range []struct{ name, reason, text, want string }{
		{"nothing", "a key without effect", "{}", at + "11: B021 nothing stands in it"},
		{"an unknown key", "as everywhere", "{treshold: 12}", at + `12: B010 unknown key "treshold"`},
		{"no keys", "nothing would be compared", "{keys: []}", at + "18: B019 the list is empty"},
		{"an unknown kind of key", "the near name is told", "{keys: [emial]}", at + `19: B014 unknown word "emial" (did you mean "email"?); known are`},
		{"a repeated key", "as everywhere", "{keys: [email, email]}", at + `26: B020 "email" is repeated`},
		{"too many decimals", "they would be lost", "{match: 12.0000001}", at + "19: B013 expected a number with at most 6 decimals, such as 12 or 0.25, but found the number 12.0000001"},
		{"an exponent", "as everywhere", "{match: 1e1}", at + "19: B013 expected a number"},
		{"a number in quotes", "nothing is converted", "{match: '12'}", at + `19: B013 expected a number with at most 6 decimals, such as 12 or 0.25, but found "12"`},
		{"too great a threshold", "the bound is 100", "{match: 100.000001}", at + "19: B015 100.000001 is out of range; it is from 0 to 100"},
		{"a negative threshold", "strangers would match", "{review: -0.5}", at + "20: B015 -0.5 is out of range; it is from 0 to 100"},
		{"too small a weight", "the bound is -100", "{weights: {phone: {differs: -100.5}}}", at + "39: B015 -100.5 is out of range; it is from -100 to 100"},
		{"review above match", "both are named", "{match: 5, review: 6}", at + "30: B080 nothing is left for review: it begins at 6, and match at 5; write 5 or less"},
		{"review above the profile's match", "it says whose that is", "{review: 13}", at + "20: B080 nothing is left for review: it begins at 13, and match at 12 in the profile plain; write 12 or less"},
		{"match below the profile's review", "it says whose that is", "{match: 5}", at + "19: B080 nothing is left for review: it begins at 6 in the profile plain, and match at 5; write 6 or more"},
		{"a match out of reach", "all that agrees is 23 bits", "{match: 23.5}", at + "19: B080 nothing ever matches: match begins at 23.5, and where everything is equal that counts 23"},
		{"weights out of reach", "the profile's match needs more", "{weights: {email: {exact: 1, close: 1}}}", at + "21: B080 nothing ever matches: match begins at 12, and where everything is equal that counts 10"},
		{"a weight that cannot be read", "what follows from it is not reported", "{match: 30, weights: {last_name: {exact: much}}}", at + `52: B013 expected a number with at most 6 decimals, such as 12 or 0.25, but found "much"`},
		{"an unknown field", "the near name is told", "{weights: {emial: {exact: 14}}}", at + `22: B014 unknown word "emial" (did you mean "email"?); known are`},
		{"an unknown level", "the near name is told", "{weights: {email: {exat: 14}}}", at + `30: B014 email has no level "exat" (did you mean "exact"?); its levels are exact or close or shared or near or far or differs`},
		{"a level of another field", "the field's levels are told", "{weights: {email: {national: 1}}}", at + `30: B014 email has no level "national"; its levels are exact or close or shared`},
		{"a field without levels", "nothing is said", "{weights: {email: {}}}", at + "29: B021 nothing stands in it"},
		{"no weights", "nothing is said", "{weights: {}}", at + "21: B021 nothing stands in it"},
		{"what differs in favour", "it makes no sense", "{weights: {email: {differs: 0.5}}}", at + "39: B080 what differs cannot speak for a match; write 0 or less"},
		{"what is equal against", "it makes no sense", "{weights: {email: {exact: -1}}}", at + "37: B080 what is equal cannot speak against a match; write 0 or more"},
		{"worse before better", "both are named", "{weights: {email: {exact: 9, close: 9.5}}}", at + "47: B080 close counts 9.5 here, and exact, which agrees better, only 9; give it no more than that, or exact more"},
		{"better below the profile's worse", "it says whose that is", "{weights: {email: {exact: 6}}}", at + "37: B080 exact counts 6 here, and close, which agrees worse, 7, as the profile plain says; give it no less than that, or close less"},
		{"worse above the profile's better", "it says whose that is", "{weights: {email: {close: 15}}}", at + "37: B080 close counts 15 here, and exact, which agrees better, only 14, as the profile plain says"},
		{"alone of a field that never counts", "it never decides", "{alone: {number: review}}", at + "20: B021 no agreement of number counts more than 0"},
		{"alone of names that never count", "neither of them does", "{alone: {name: review}}", at + "20: B021 no agreement of name counts more than 0"},
		{"alone of a part", "first and last name agree as one", "{alone: {last_name: review}}", at + `20: B014 last_name agrees as a part of name; write name`},
		{"alone of an unknown field", "the near name is told", "{alone: {phon: review}}", at + `20: B014 unknown word "phon" (did you mean "phone"?)`},
		{"an unknown verdict", "a closed list", "{alone: {phone: maybe}}", at + `27: B014 unknown word "maybe"; known are match, review, no`},
		{"apart of a level of another field", "the field's levels are told", "{apart: {phone: {near: review}}}", at + `28: B014 phone has no level "near"; its levels are exact or national or differs`},
		{"apart above a better level", "the better one covers it", "{apart: {born: {close: 'no', differs: review}}}", at + "49: B021 close, which agrees better, leads to no at most, and so does differs; write no, or leave it out"},
		{"apart above the profile's", "as above", "{apart: {born: {differs: match}}}", at + "36: B021 year, which agrees better, leads to review at most"},
		{"tie-breaks after review", "they are never asked", "{tie_breaks: [oldest, review, newest, owned]}", at + "41: B021 this is never asked: review leaves all that is still equal to somebody"},
		{"a repeated tie-break", "as everywhere", "{tie_breaks: [oldest, oldest]}", at + `33: B020 "oldest" is repeated`},
		{"everything is a match", "0 bits are no evidence", "{match: 0}", at + "19: B080 from 0 on is where nothing speaks for it"},
		{"everything is for review", "as above", "{review: 0}", at + "20: B080 from 0 on is where nothing speaks for it"},
		{"a number in the place of levels", "how it is written is told", "{weights: {phone: 12.5}}", at + "29: B013 expected levels of phone, such as {exact: 12.5}"},
		{"a verdict in the place of levels", "as above", "{apart: {phone: review}}", at + "27: B013 expected levels of phone, such as {differs: review}"},
		{"a weight where it is unknown", "what is not known says nothing", "{weights: {phone: {unknown: -1}}}", at + `30: B014 phone has no level "unknown"; its levels are exact or national or differs`},
		{"a part of an address alone", "all of it agrees as one", "{alone: {street: review}}", at + "20: B014 street agrees as a part of place; write place"},
		{"contacts of people", "only accounts have some", "{weights: {contact: {exact: 5}}}", at + "22: B021 contact never agrees under people: it is of a lead and an account, under accounts"},
		{"people above people", "only accounts have some", "{tie_breaks: [oldest, parent]}", at + "33: B021 no person stands above another one"},
		{"a common field twice", "as everywhere", "{common: [phone, phone]}", at + `28: B020 "phone" is repeated in this list`},
		{"a common name", "names tell people apart", "{common: [name]}", at + `21: B014 unknown word "name"`},
		{"a common field that never counts", "it never speaks for anybody", "{common: [born]}", at + "21: B021 no agreement of born counts more than 0"},
		{"records below none", "as everywhere", "{records: -1}", at + "21: B015 -1 is out of range"},
		{"an unknown linkage", "a closed list", "{linkage: loose}", at + `21: B014 unknown word "loose"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := readOver(t, plainModel(), tt.text)
			if len(problems) != 1 || !strings.HasPrefix(problems[0], tt.want) {
				t.Errorf("%s\ngot  %s\nwant %s", tt.reason, strings.Join(problems, "\n     "), tt.want)
			}
		})
	}
}

// TestIdentityOfAPolicy: what stands beside the models.
func TestIdentityOfAPolicy(t *testing.T) {
	const lists = "lists: {own: [portal.example, Other.Example], words: [x]}\n"
	mail := "gmail.com" // which the library knows
	for _, tt := range []struct {
		name, reason, section  string
		mailboxes              identity.Mailboxes
		free, notFree, thrown  []string
		sameMailboxesAsProfile bool
	}{
		{name: "no section", reason: "the standard profile", section: "", notFree: []string{"portal.example"}, sameMailboxesAsProfile: true},
		{name: "a list", reason: "in addition to what is known", section: "{free_mail: own}", free: []string{mail, "portal.example", "other.example"}, sameMailboxesAsProfile: true},
		{name: "a list by key", reason: "as above", section: "{free_mail: {list: own}}", free: []string{mail, "portal.example"}, sameMailboxesAsProfile: true},
		{name: "a list alone", reason: "in the place of what is known", section: "{free_mail: {list: own, built_in: false}}", free: []string{"portal.example"}, notFree: []string{mail}, sameMailboxesAsProfile: true},
		{name: "disposable", reason: "beside free mail", section: "{disposable: own}", thrown: []string{"portal.example"}, notFree: []string{"portal.example"}, sameMailboxesAsProfile: true},
		{name: "as written", reason: "nothing is known of providers", section: "{mailboxes: as_written}"},
		{name: "providers", reason: "all that is known", section: "{mailboxes: providers}", mailboxes: identity.Providers()},
		{name: "parts", reason: "what is not named is as it is written", section: "{mailboxes: {tags: true, apple: true}}", mailboxes: identity.Mailboxes{Tags: true, Apple: true}},
		{name: "other parts", reason: "as above", section: "{mailboxes: {dots: true, aliases: true}}", mailboxes: identity.Mailboxes{Dots: true, Aliases: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := ground + grownPlay + lists
			if tt.section != "" {
				text += "identity: " + tt.section + "\n"
			}
			p, err := readPolicy(&files{}, "p.yaml", []byte(text), nil)
			if err != nil {
				t.Fatal(err)
			}
			c := p.matching()
			profile, _ := identity.Profile(language.StandardProfile)
			if tt.sameMailboxesAsProfile {
				tt.mailboxes = profile.Mailboxes
			}
			if c.Mailboxes != tt.mailboxes {
				t.Errorf("%s: mailboxes %+v, want %+v", tt.reason, c.Mailboxes, tt.mailboxes)
			}
			if tt.section == "" && c.FreeMail.Len() != profile.FreeMail.Len() {
				t.Errorf("%s: %d domains of free mail, and %d in the profile", tt.reason, c.FreeMail.Len(), profile.FreeMail.Len())
			}
			for _, domain := range tt.free {
				if !c.FreeMail.Has(domain) {
					t.Errorf("%s: %s is not free mail", tt.reason, domain)
				}
			}
			if i := slices.IndexFunc(tt.notFree, c.FreeMail.Has); i >= 0 {
				t.Errorf("%s: %s is free mail", tt.reason, tt.notFree[i])
			}
			for _, domain := range tt.thrown {
				if !c.Disposable.Has(domain) {
					t.Errorf("%s: %s is not disposable", tt.reason, domain)
				}
			}
		})
	}
}

func TestIdentityProblems(t *testing.T) {
	const lists = "lists: {own: [portal.example]}\n"
	for _, tt := range []struct{ name, reason, section, want string }{
		{"nothing", "a section without effect", "{}", "11: B021 nothing stands in it"},
		{"an unknown profile", "the near name is told", "{profile: standart}", `21: B014 unknown word "standart" (did you mean "standard"?)`},
		{"groups of leads of an account", "they are no duplicates", "{accounts: {linkage: complete}}", "32: B021 leads that belong to one account"},
		{"an unknown list", "the near name is told", "{free_mail: onw}", `23: B030 unknown list "onw" (did you mean "own"?)`},
		{"an unknown list by key", "as above", "{free_mail: {list: onw}}", `30: B030 unknown list "onw"`},
		{"no list", "it is needed", "{free_mail: {built_in: false}}", `23: B011 the key "list" is missing here`},
		{"keys of people among companies", "nobody has them", "{companies: {keys: [company, born]}}", "40: B021 no account has such a key"},
		{"weights of people among companies", "as above", "{companies: {weights: {born: {exact: 5}}}}", "34: B021 born never agrees under companies: an account has none"},
		{"ranks of companies", "duplicates are not ranked", "{companies: {tie_breaks: [oldest]}}", "36: B021 two accounts are compared to find duplicates"},
		{"other mailboxes", "a closed list", "{mailboxes: gmail}", `23: B014 unknown word "gmail"; known are as_written, providers`},
		{"no mailboxes", "a key without effect", "{mailboxes: {}}", "23: B021 nothing stands in it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := ground + grownPlay + lists
			_, err := ParseMatcher("p.yaml", []byte(text+"identity: "+tt.section+"\n"))
			problems, place := lines1(err), "p.yaml:12:"
			if len(problems) != 1 || !strings.HasPrefix(problems[0], place+tt.want) {
				t.Errorf("%s\ngot  %s\nwant %s%s", tt.reason, strings.Join(problems, "\n     "), place, tt.want)
			}
		})
	}
}

// TestWhatIsNoDomain: it stands where the list does, unless that is a file.
func TestWhatIsNoDomain(t *testing.T) {
	files := fstest.MapFS{
		"p.yaml":  {Data: []byte(ground + grownPlay + "lists: {own: [a.example, no domain, b], far: {file: far.txt}}\nidentity: {free_mail: own, disposable: far}\n")},
		"far.txt": {Data: []byte("a.example\nno domain\n")},
	}
	_, err := LoadMatcherFS(files, "p.yaml")
	want := []string{
		`p.yaml:11:26: B013 "no domain" is no domain, and identity reads this list as domains; write it as in example.com`,
		`p.yaml:11:37: B013 "b" is no domain, and identity reads this list as domains; write it as in example.com`,
		`p.yaml:12:40: B013 the list far: domain 2 of the list is no domain; write it as in example.com`,
	}
	if diff := cmp.Diff(want, lines1(err)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestIdentityStandsInOneFile(t *testing.T) {
	files := fstest.MapFS{
		"p.yaml": {Data: []byte(ground + grownPlay + "include: [x.yaml]\nidentity: {profile: strict}\n")},
		"x.yaml": {Data: []byte("identity: {profile: standard}\n")},
	}
	_, err := LoadMatcherFS(files, "p.yaml")
	if got, want := lines1(err), []string{"x.yaml:1:11: B020 identity stands at p.yaml:12:11 already; keep the whole section in one file"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestMatcherOfAPolicy: it is compiled from the files of the engine, and its digest tells that.
func TestMatcherOfAPolicy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.yaml")
	text := []byte(ground + grownPlay)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	engine, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := readPolicy(&files{}, "p.yaml", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.matching().Digest; got != engine.Digest()+"; "+identity.SuffixList() {
		t.Errorf("the digest is %q, and that of the engine %q", got, engine.Digest())
	}
	if m, err := LoadMatcher(file); m == nil || err != nil {
		t.Errorf("%v, %v", m, err)
	}
	if i, err := Inspect(file); err != nil || i.Matcher == nil {
		t.Errorf("an inspection without a matcher: %v", err)
	}
	if m, err := ParseMatcher("p.yaml", []byte(ground)); m != nil || len(lines1(err)) != 1 {
		t.Errorf("a policy without plays gave %v, %v", m, err)
	}
	if _, err := LoadMatcher(file + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there gave %v", err)
	}
}

// TestEveryWordOfIdentityIsExplained: the reference and the page say all of them in words.
func TestEveryWordOfIdentityIsExplained(t *testing.T) {
	meanings := map[string]string{}
	for _, k := range identity.KeyKinds() {
		meanings["key "+string(k)] = language.KeyWords(k)
	}
	for _, f := range identity.Fields() {
		levels := map[string]identity.Level{}
		for _, l := range identity.Levels(f) {
			words := language.LevelWords(f, l)
			if other, taken := levels[words]; words == "" || taken {
				t.Errorf("%s: %s means %q, as %q does", f, l, words, other)
			}
			levels[words] = l
		}
	}
	for _, w := range identity.TieBreaks() {
		meanings["tie-break "+string(w)] = language.TieWords(w)
	}
	for _, l := range identity.Linkages() {
		meanings["linkage "+string(l)] = language.LinkageWords(l)
	}
	seen := map[string]string{}
	for _, word := range slices.Sorted(maps.Keys(meanings)) {
		meaning := meanings[word]
		if other, taken := seen[meaning]; meaning == "" || taken {
			t.Errorf("%s means %q, as %q does", word, meaning, other)
		}
		seen[meaning] = word
	}
	if !slices.Contains(identity.Profiles(), language.StandardProfile) {
		t.Errorf("there is no profile %s", language.StandardProfile)
	}
}

// TestWhatAgreesAlone: every field but one, which speaks for nobody, is a part of what the policy can name, and a matcher takes all
// of that.
func TestWhatAgreesAlone(t *testing.T) {
	c, _ := identity.Profile(language.StandardProfile)
	c.People.Alone = map[identity.Field]handoff.MatchVerdict{}
	var parts []identity.Field
	for _, f := range identity.Groups() {
		c.People.Alone[f] = handoff.ToReview
		parts = append(parts, language.PartsOf(f)...)
	}
	if _, err := identity.New(c); err != nil {
		t.Error(err)
	}
	want := slices.DeleteFunc(identity.Fields(), func(f identity.Field) bool { return f == identity.FieldParent })
	slices.Sort(want)
	slices.Sort(parts)
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestMatcherByItsPolicy: what the section says is what decides.
func TestMatcherByItsPolicy(t *testing.T) {
	lead := identity.Record{Ref: handoff.Ref{Kind: handoff.KindLead, ID: "L1"}, FirstName: "Ada", LastName: "Lee", Emails: []string{"ada@gmail.com"}}
	contact := identity.Record{Ref: handoff.Ref{Kind: handoff.KindLead, ID: "C1"}, FirstName: "Eve", LastName: "Ray", Emails: []string{"ada@gmail.com"}}
	for _, tt := range []struct {
		name, reason, people string
		want                 handoff.MatchVerdict
	}{
		{"an address that counts", "14 bits are more than the names take away", "{weights: {email: {exact: 24}, first_name: {differs: -2}, last_name: {differs: -1}}}", handoff.Matched},
		{"names that speak against", "13 bits less 11.5 are fewer than 12", "{match: 12, review: 1}", handoff.ToReview},
		{"an address alone", "it decides nothing", "{weights: {email: {exact: 24}}, alone: {email: 'no'}}", handoff.NotMatched},
		{"names apart", "whatever else agrees", "{weights: {email: {exact: 24}}, apart: {last_name: {differs: review}}}", handoff.ToReview},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := ParseMatcher("p.yaml", []byte(ground+grownPlay+"identity: {people: "+tt.people+"}\n"))
			if err != nil {
				t.Fatal(err)
			}
			got := m.Match(m.Prepare(lead), []identity.Prepared{m.Prepare(contact)})
			if got.Contact.Verdict != tt.want {
				t.Errorf("%s: %s, want %s; %v", tt.reason, got.Contact.Verdict, tt.want, got.Candidates)
			}
			if !strings.HasPrefix(got.Digest, "sha256:") {
				t.Errorf("the digest is %q", got.Digest)
			}
		})
	}
}

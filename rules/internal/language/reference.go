package language

import (
	"fmt"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/source"
)

// Reference returns the reference of the language in Markdown: every section, key, type, operator, call and code.
func Reference() string {
	var w writer
	w.line("# The policy language, version 1")
	w.line("")
	w.line("A policy is one YAML file, with the files that it names. This page is made from the tables that the loader reads by.")
	w.line("`handoff schema policy` prints the same as JSON Schema for editors: a policy whose first line is")
	w.line("`# yaml-language-server: $schema=policy.schema.json` is completed and checked as it is typed.")
	w.line("")
	w.line("Every example stands in the place of the sections of the same names in this policy, the least that compiles:")
	w.code("yaml", Base)
	w.sections()
	w.rotations()
	w.variants()
	w.limits()
	w.promises()
	w.experiments()
	w.outcomes()
	w.identity()
	w.conditions()
	w.texts()
	w.tests()
	w.codes()
	return w.String()
}

type writer struct{ strings.Builder }

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *writer) code(language, text string) {
	if !strings.HasSuffix(w.String(), "\n\n") {
		w.line("")
	}
	w.line("```%s", language)
	w.line("%s", strings.TrimSuffix(text, "\n"))
	w.line("```")
	w.line("")
}

func (w *writer) sections() {
	w.line("## Sections")
	w.line("")
	for _, k := range Policy.Keys {
		need := ""
		if k.Need || slices.Contains(Needed, k.Name) {
			need = " Compulsory."
		}
		w.line("### %s", k.Name)
		w.line("")
		w.line("%s%s Form: %s.", k.Doc, need, FormOf(k.Shape))
		w.line("")
		w.keys(k.Shape, "")
		for _, e := range Examples {
			if e.Section == k.Name {
				w.example(e)
			}
		}
	}
}

func (w *writer) example(e Example) {
	w.code("yaml", e.Text)
	for _, f := range e.Files {
		w.line("with `%s`:", f.Name)
		w.code("text", f.Text)
	}
}

// keys lists the keys of every mapping within a shape.
func (w *writer) keys(s *source.Shape, prefix string) {
	switch s.Form {
	case source.Map:
		if s.Ref != "" { // told there
			return
		}
		for _, k := range s.Keys {
			need := ""
			if k.Need {
				need = ", compulsory"
			}
			w.line("- `%s%s` (%s%s): %s", prefix, k.Name, FormOf(k.Shape), need, k.Doc)
			w.keys(k.Shape, prefix+k.Name+".")
		}
	case source.Dict, source.List:
		w.keys(s.Each, prefix)
	case source.Choice:
		for _, alternative := range s.Of {
			w.keys(alternative, prefix)
		}
	}
}

// FormOf says in a few words what may stand at a place.
func FormOf(s *source.Shape) string {
	switch s.Form {
	case source.Map:
		if s.Ref != "" {
			return "keys as in " + s.Ref
		}
		return "keys"
	case source.Dict:
		return "by name: " + FormOf(s.Each)
	case source.List:
		return "list of " + FormOf(s.Each)
	case source.Word:
		return strings.Join(s.Words, " or ")
	case source.Int:
		return fmt.Sprintf("whole number from %d to %d", s.Min, s.Max)
	case source.Decimal:
		return fmt.Sprintf("number from %d to %d with at most 6 decimals", s.Min, s.Max)
	case source.Percent:
		return fmt.Sprintf("percentage from %s to %s with at most 2 decimals", source.PercentText(s.Min), source.PercentText(s.Max))
	case source.Bool:
		return "true or false"
	case source.Span:
		return "length of time"
	case source.Data:
		return "the data of " + s.Ref
	case source.Choice:
		var forms []string
		for _, alternative := range s.Of {
			forms = append(forms, FormOf(alternative))
		}
		return strings.Join(forms, "; or ")
	case source.ID:
		if s.Ref != "" {
			return "id of " + s.Ref
		}
	case source.Text:
		if s.Ref == "fields" {
			return "field"
		}
	}
	return string(s.Form)
}

// row writes a row of a table.
func (w *writer) row(cells ...string) { w.line("| %s |", strings.Join(cells, " | ")) }

func (w *writer) header(cells ...string) {
	w.row(cells...)
	w.line("|%s", strings.Repeat(" --- |", len(cells)))
}

// rotations prints what each rotation promises.
func (w *writer) rotations() {
	w.line("## Rotations")
	w.line("")
	w.line("What a pool's `rotation` promises. The version counts up whenever the same turns would come in another order; a pool whose")
	w.line("turns another version kept begins anew. Whoever cannot take a record is passed over first; only then is the turn taken.")
	w.line("Ties never fall to chance: what ranks ends with the order of the list, or of the ids. A bound holds as long as members and")
	w.line("weights stay and every member can take every record. Turns that a member misses while absent or at a cap count as taken, since")
	w.line("they are lost, owed or levelled; under `on_return: keep` the one who was away catches up, and is outside of the bound until then.")
	w.line("Nothing bounds the counts where `when`, `role`, `skills` or `exclude` leave members out of some records, with `priority: first`,")
	w.line("or in `mode: balanced`.")
	w.line("")
	w.header("Rotation", "Version", "What ranks, the most important first", "What is remembered of each member", "Bound", "Also offered by")
	for _, s := range routing.Specs() {
		w.row("`"+string(s.Rotation)+"`", fmt.Sprint(s.Version), s.Ranks, s.State, s.Bound, s.Shipped)
	}
	w.line("")
	w.line("The words of `on_return` and `on_join` that each has, its default first, and what else it looks at:")
	w.line("")
	w.header("Rotation", "`on_return`", "`on_join`", "Weights", "Priorities")
	for _, s := range routing.Specs() {
		w.row("`"+string(s.Rotation)+"`", words(s.Returns), words(s.Joins), yes(s.Weights), priorities(s))
	}
	w.line("")
	w.line("`on_return`: keep, whoever was passed over keeps the place and is next when back, by counts until level with the others; lost, the")
	w.line("turn is lost; credit, it is owed, and paid before all others; average, whoever is back stands at the average of the others; zero,")
	w.line("everybody begins anew. `on_join`: place, where the list has the new member; first, before all others; last, behind them; average,")
	w.line("at their average for the weight, rounded down; zero, everybody begins anew.")
	w.line("")
	w.line("A turn that is owed is paid outside of the order: it moves nobody's place. Explanations show what ranks each member: wait and")
	w.line("due, the slots until its turn may be taken and before which it is due; turns, those taken or lost; count and weight; lap; load and")
	w.line("capacity; owed; last, how many handoffs the pool had given after the member's latest; and place, that in the list.")
	w.line("")
}

func words[T ~string](list []T) string {
	var out []string
	for _, word := range list {
		out = append(out, "`"+string(word)+"`")
	}
	return strings.Join(out, ", ")
}

func yes(is bool) string { return choose(is, "yes", "no") }

// priorities says where a rotation looks at priorities. One whose ranks do not name them does only where they come first.
func priorities(s routing.Spec) string {
	if s.Priority && !strings.Contains(s.Ranks, "priority") {
		return "with `priority: first`"
	}
	return yes(s.Priority)
}

// variants prints what to write for the behaviour of other systems.
func (w *writer) variants() {
	w.line("### What you know from elsewhere")
	w.line("")
	w.line("Many systems call different things round robin. Find what yours does, and write what stands beside it. Where nobody reports")
	w.line("whether reps are there, every pool needs `availability: {unknown: available}` too.")
	w.line("")
	w.groups(Variants)
}

func (w *writer) groups(groups []VariantGroup) {
	for _, group := range groups {
		w.line("#### %s", group.Question)
		w.line("")
		w.header("Behaviour", "Known from", "Write")
		for _, v := range group.Variants {
			w.row(v.Does, v.Known, "`"+strings.ReplaceAll(v.Text, "\n", "`<br>`")+"`")
		}
		w.line("")
	}
}

// limits prints what keeps plays and touches back, and for how long.
func (w *writer) limits() {
	w.line("## Holds and limits")
	w.line("")
	w.line("A hold keeps a play from winning: a condition, what a source finds, a cooldown, a cap of handoffs, or something that runs. All")
	w.line("that hold are listed in the decision, with the reason, since and until when, and who lifts them. `on_release` says what becomes")
	w.line("of the signal: under none only a new one starts a handoff; under replay it waits, and is decided again once nothing holds it,")
	w.line("unless it is stale or older than you say; under again it is decided again after a time, whatever holds then. A hold that could")
	w.line("last for ever does not compile until the policy says that it may.")
	w.line("")
	w.line("A limit keeps a touch from going out: a cap of touches, quiet hours, the hours of a law. Caps count what")
	w.line("Permit allowed and what running sequences plan, of every sequence and campaign; they count neither the touches of a request nor")
	w.line("activities that were observed, which a cooldown after touches does. All caps hold together. What does not fit waits, or never")
	w.line("goes out; what is transactional is never limited.")
	w.line("")
	w.line("A day is what the key says. `every: day` is one of the calendar, which begins at midnight, so that 23:59 and 00:00 are two;")
	w.line("`every: 24h` is any 24 hours; with `timer: true` the 24 hours run from each, and are fixed then. The zone of a calendar is the")
	w.line("policy's, one that is named, or the recipient's. Where nobody knows where a person is, a touch has to fit in every zone where the")
	w.line("person may be: those of the state, else of the country, else those that the policy names.")
	w.line("")
	w.line("### What you know from elsewhere, of holds and limits")
	w.line("")
	w.groups(LimitVariants)
}

// experiments prints how records come to the sides of experiments.
func (w *writer) experiments() {
	w.line("## Experiments")
	w.line("")
	w.line("An experiment splits what it covers by a hash of the salt and the record's id, so that anybody can compute again who is on which")
	w.line("side. Nothing is drawn by chance, and no side depends on the order in which records arrive. A holdout has a share, and what falls")
	w.line("into it is not handed over. An experiment with arms starts another sequence for some; whoever is on no arm gets what the play does.")
	w.line("")
	w.line("A holdout is asked last, once a play has won, nothing holds it back and somebody would own the record: only what would have happened")
	w.line("is compared. The verdict is then held_out, and the decision says what would have been. The signal is used up, and stands for an")
	w.line("equal one as after a handoff. A play that the experiment does not cover may still take the record.")
	w.line("")
	w.line("The record remembers its side, with the salt and with how probable that side was, and stays on it whatever the shares become. It")
	w.line("leaves it when the salt changes or the side is removed, where the layer's range moves off it, and when the days of `effective` are")
	w.line("over. Whoever was on no arm is not remembered, and may come onto one when a share grows. With `fresh: true` the side is computed")
	w.line("for each handoff. Experiments that could meet in one handoff, each with a sequence of its own, need a layer that keeps them apart.")
	w.line("A handoff that is held puts nobody on an arm: arms whose sequences have other throttles or another re-entry do not compare like")
	w.line("with like.")
	w.line("")
	w.line("### What you know from elsewhere, of experiments")
	w.line("")
	w.groups(ExperimentVariants)
}

// outcomes prints what comes of a handoff, and how a record goes round.
func (w *writer) outcomes() {
	w.line("## Outcomes and recycle")
	w.line("")
	w.line("An outcome is what an activity of kind outcome says, or what another kind stands for: connected, reply and meeting_held are contacted;")
	w.line("meeting_booked is meeting_set; declined is rejected; qualified, opportunity_created, won, lost and disqualified are what they are called.")
	w.line("What an outcome needs holds for every activity that brings it: one that lacks some of it has the verdict refused, with a reason for")
	w.line("each thing, and changes nothing.")
	w.line("")
	w.line("A lap is one round of a record through the stages. Each stage is entered once in it. A stage that `resets` ends the lap, so that")
	w.line("entered(mql) can be true again. `trigger: entered(mql)` answers the signal that crosses the line, whatever its kind, once in each")
	w.line("lap, and none of the signals after it. It is about leads, or about accounts: where the stage's condition can be true of signals of")
	w.line("both, the play says which with `about`. A stage without `when` is entered by activities and outcomes alone, which no play answers.")
	w.line("")
	w.line("After an outcome the first rule of `recycle` that covers the word and the reason counts. The record goes to the segment `to`, and")
	w.line("comes back as a signal of kind recycled: on the activity's date, else after `wait`. A later outcome, or a handoff before that day,")
	w.line("takes the place of the return. `at_most` counts returns by all rules.")
	w.line("")
	w.line("### What you know from elsewhere, of outcomes and recycling")
	w.line("")
	w.groups(OutcomeVariants)
}

// identity prints how evidence is weighed, and what the profiles say.
func (w *writer) identity() {
	w.line("## Identity")
	w.line("")
	w.line("A matcher compares two records field by field. Each field that both have agrees at one level, and the weight of that level is the")
	w.line("evidence, in bits: with one bit more it is twice as likely that the two are one. A field that one of them lacks says nothing, and")
	w.line("neither does a level without a weight. The sum is compared with `match` and `review`. Sums are exact: weights are kept in")
	w.line("millionths, and nothing is rounded.")
	w.line("")
	w.line("`alone`, `common` and `apart` lower what comes of the sum, and never raise it: `alone` where nothing but that field agrees, `common`")
	w.line("where nothing agrees but what several have in common, `apart` where that field agrees no better than at that level, or where it is")
	w.line("`unknown` of one of them. A level that agrees better never counts less than one that agrees worse.")
	w.line("")
	w.line("What was trained on a sample of `records` knows how rare a match is among so many. Among n records, log2(n / records) bits are added")
	w.line("to `match` and `review`, exactly, because the pairs of different records grow faster than those of one.")
	w.line("")
	w.line("The levels of each field, the best first, with the bits that they count. A profile without columns counts as the first does:")
	w.line("")
	w.weights()
	w.line("What else the profiles say:")
	w.line("")
	w.profiles()
	w.line("What `keys` bring together: %s.", meanings(identity.KeyKinds(), KeyWords))
	w.line("")
	w.line("What `tie_breaks` take first: %s. Whatever is not known comes last.", meanings(identity.TieBreaks(), TieWords))
	w.line("")
}

// meanings lists words with what they mean.
func meanings[T ~string](list []T, of func(T) string) string {
	var out []string
	for _, word := range list {
		out = append(out, "`"+string(word)+"`, "+of(word))
	}
	return strings.Join(out, "; ")
}

// A profiled is a model of a profile.
type profiled struct {
	profile, of string
	model       identity.Model
}

func profiledModels() []profiled {
	var out []profiled
	for _, name := range identity.Profiles() {
		c, _ := identity.Profile(name)
		out = append(out, profiled{name, "people", c.People}, profiled{name, "accounts", c.Accounts}, profiled{name, "companies", c.Companies})
	}
	return out
}

func (w *writer) weights() {
	models := weighing()
	header := []string{"Field", "Level", "Values are"}
	for _, m := range models {
		header = append(header, m.profile+", "+m.of)
	}
	w.header(header...)
	for _, f := range identity.Fields() {
		for _, l := range identity.Levels(f) {
			cells := []string{"`" + string(f) + "`", "`" + string(l) + "`", LevelWords(f, l)}
			for _, m := range models {
				cells = append(cells, m.weight(f, l))
			}
			w.row(cells...)
		}
	}
	w.line("")
}

// weighing returns the models that count otherwise than one before them.
func weighing() []profiled {
	var out []profiled
	for _, m := range profiledModels() {
		same := func(other profiled) bool {
			return other.of == m.of && slices.Equal(other.model.Weights, m.model.Weights)
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, m)
		}
	}
	return out
}

// weight returns what a level counts; "" where it has no weight.
func (m profiled) weight(f identity.Field, l identity.Level) string {
	for _, weight := range m.model.Weights {
		if weight.Field == f && weight.Level == l {
			return Bits(weight.Score)
		}
	}
	return ""
}

// Bits writes millionths of a bit exactly.
func Bits(m identity.Micro) string { return handoff.RateValue(m).String() }

func (w *writer) profiles() {
	w.header("Profile", "`keys`", "`match`", "`review`", "`records`", "`alone`", "`common`", "`apart`", "`tie_breaks`", "`linkage`")
	for _, p := range profiledModels() {
		m := p.model
		linkage := slices.DeleteFunc([]identity.Linkage{m.Linkage}, func(l identity.Linkage) bool { return l == "" })
		w.row(p.profile+", "+p.of, words(m.Keys), Bits(m.Match), Bits(m.Review), recordsOf(m), caps(m), words(m.Common), aparts(m), words(m.TieBreaks), words(linkage))
	}
	w.line("")
}

// recordsOf says for how many records the thresholds are; "" where they are for any number.
func recordsOf(m identity.Model) string { return strings.TrimPrefix(fmt.Sprint(m.Records), "0") }

// caps lists what fields decide alone, in the order of the fields.
func caps(m identity.Model) string {
	var out []string
	for _, f := range identity.Groups() {
		if v, capped := m.Alone[f]; capped {
			out = append(out, fmt.Sprintf("`%s: %s`", f, v))
		}
	}
	return strings.Join(out, ", ")
}

// aparts lists what comes of fields that do not agree, in the order of the fields.
func aparts(m identity.Model) string {
	var out []string
	for _, f := range identity.Fields() {
		for _, l := range append(identity.Levels(f), identity.Unknown) {
			if v, capped := m.Apart[identity.FieldLevel{Field: f, Level: l}]; capped {
				out = append(out, fmt.Sprintf("`%s: {%s: %s}`", f, l, v))
			}
		}
	}
	return strings.Join(out, ", ")
}

// promises prints how time is kept, and what becomes of what is late.
func (w *writer) promises() {
	w.line("## Promises")
	w.line("")
	w.line("An SLA says by when something is done: the first touch of a play, the owner's answer, or that a record has left a queue. The")
	w.line("clock starts with the handoff, or where it occurred with `from: signal`; only open hours count where it has `hours`. What is done at the")
	w.line("very instant at which it is due is done in time.")
	w.line("")
	w.line("%s `stops` says otherwise.", KeptWords)
	w.line("")
	w.line("Once it is late the steps of `if_late` are taken in their order, each at its own instant, however late the host asks. Only what")
	w.line("asks somebody new, reassign and queue, starts when the host asks, and once for each time that it does: after a night without the")
	w.line("host a record does not run through a pool of reps who never saw it. A later step than reassign is taken where there was nobody,")
	w.line("or where the handoff went to somebody else as often as it may, and under `on_reassign: keeps`; a promise that begins anew begins")
	w.line("with its first step again.")
	w.line("")
	w.line("A calendar is open in the hours of a week, except on its holidays. `all_of` and `any_of` make one of others, each in its own zone.")
	w.line("A promise that is not kept within %d years, since its calendar is not open so long, does not compile.", MaxYears)
	w.line("")
	w.line("### What you know from elsewhere, of promises")
	w.line("")
	w.groups(PromiseVariants)
}

func (w *writer) conditions() {
	w.line("## Conditions")
	w.line("")
	w.line("A condition is true, false or unknown: a comparison that reads something absent is unknown. A gate passes what is")
	w.line("true; a hold holds what is true or unknown; plays, rows of scores and stages take what is true.")
	w.line("There is no arithmetic, no nil, no loop and no way to fail. A condition has at most 2,048 bytes, 400 parts and 32 levels.")
	w.line("A text stands in \"\", '' or ``; in the first two \\ escapes. Also read are lead[\"role\"] for lead.role, and numbers such as 1_000 and 0x3e8.")
	w.line("")
	w.line("### Operators")
	w.line("")
	for _, o := range Operators {
		w.line("- `%s`: %s Example: `%s`", o.Name, o.Doc, o.Example)
	}
	w.line("")
	w.line("### Calls")
	w.line("")
	for _, f := range Functions {
		w.line("- `%s`: %s Example: `%s`", f.Form, f.Doc, f.Example)
	}
	w.line("")
	w.line("### Types")
	w.line("")
	for _, t := range Types {
		w.line("- %s: %s Example: `%s`", t.Name, t.Doc, t.Example)
	}
	w.line("")
	w.line("### Fields")
	w.line("")
	w.line("Those of `fields:`, `score.NAME`, `lists.NAME`, and these. No condition reads the person: the name, the address, the")
	w.line("phone. A built-in text may be declared under `fields:` with its words; any other word is then unknown.")
	w.line("")
	for _, f := range Fields {
		w.line("- `%s` (%s): %s", f.Path, f.Type, f.Doc)
	}
	w.line("")
}

func (w *writer) texts() {
	w.line("## Texts, times and tables")
	w.line("")
	w.line("- A template holds `${field}`, or `${field | \"default\"}` where the field may be unknown; in a default `\"` is written `\\\"` and")
	w.line("  `\\` is written `\\\\`. Texts stand as they are, numbers in decimal digits, dates as 2026-03-01, instants with the offset of")
	w.line("  the policy's zone, lists with commas. `${person.first_name}`, `last_name`, `email`, `phone` and `title`, with or without a")
	w.line("  default, stay for the host, who alone knows the person. A text has at most 500 characters.")
	w.line("- A length of time is whole numbers with the units d, h, m and s, the longest first: 15m, 4h, 7d, 1d12h. A week is 7d. Where a")
	w.line("  key says calendar days, its d are days of the policy's zone; everywhere else a day is 24 hours.")
	w.line("- A row of a territory has a cell for each column. Of the rows that match, the most specific wins, by the first column in")
	w.line("  which they differ: an exact word or number, then a longer prefix, a shorter one, a narrower band, a wider one, everything.")
	w.line("  Two rows that tie for some record do not compile. A field that is unknown matches `*` only.")
	w.line("- The points of an event of age a, with a half-life h, both in whole seconds: with q = a div h and r = a mod h, they are")
	w.line("  (points * 1000 * T[r * 256 div h]) >> (16 + q) thousandths, where T[i] = round(65536 * 2^(-i/256)), and 0 where q > 40;")
	w.line("  negative points likewise by their amount. The thousandths of all events are added and rounded down to points.")
	w.line("")
}

func (w *writer) tests() {
	w.line("## Test files")
	w.line("")
	w.line("`handoff test` runs the files that end in `_test.yaml`.")
	w.line("")
	w.keys(TestFile, "")
	w.line("")
}

func (w *writer) codes() {
	w.line("## Codes")
	w.line("")
	w.line("A problem of a policy has a code that never changes its meaning.")
	w.line("")
	for _, c := range Codes {
		w.line("### %s", c.Code)
		w.line("")
		w.line("%s %s", c.Cause, c.Cure)
		if c.Example != "" {
			w.code("yaml", c.Example)
		} else {
			w.line("")
		}
	}
}

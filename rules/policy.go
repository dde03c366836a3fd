package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/conf"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/handoff/identity"
	"github.com/salesbaton/baton/outcome"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
	"github.com/salesbaton/baton/suppression"
)

// A policy is a file on its way to a handoff.Config. Sections are read in an order in which every name is known before
// it is used, whatever their order in the file.
type policy struct {
	files       *files
	report      *source.Report
	config      handoff.Config
	catalog     catalog
	lists       map[string]*textSet
	calendars   map[string]*calendar.Calendar
	days        map[string]calendar.Config // of calendars that are no combinations
	slas        map[string]*promise
	teams       map[string]*team        // the hours of reps within those of a calendar, by its name
	rolled      *roll                   // nil: nobody asked yet
	combined    int                     // how many calendars were combined
	about       map[string]handoff.Kind // what signals of each kind are about
	reps        map[string]bool
	roster      bool // the policy lists its reps
	pools       map[string]*routing.Pool
	queues      map[string]*handoff.Queue
	shifts      map[string]*routing.OnShift
	territories map[string]*routing.Territory
	named       *namedAccounts // nil where the policy names none
	routes      map[string]*routing.Route
	book        routing.Book                         // of all pools
	zones       map[string]*calendar.Zone            // of calendars
	stages      []string                             // of the lifecycle, in its order, also those that no condition sees yet
	signalled   []bool                               // whether signals make records enter each
	entering    map[string]map[handoff.Kind][]string // kinds of signals that can make records enter a stage, by what they are about
	outcomeSet  nameSet                              // the words for what can come of a handoff
	scopes      []source.Node                        // names in only, except and hold_until_resolved, checked when all plays are known
	runs        []source.Node                        // names in while, of plays, motions and sequences
	sequences   nameSet
	limiting    map[string]source.Node  // ids of holds, caps and quiet hours
	holds       []suppression.Rule      // that hold plays
	replays     []replaying             // of held signals that are young enough, checked when all plays are known
	limits      suppression.LimitConfig // of touches
	governed    []governedRule          // that somebody could look after
	trials      []trial                 // experiments, in the order in which they are asked
	laws        []suppression.LawRow    // those of tables and the policy's own
	declared    map[string]source.Node  // where each field is declared, by path
	identity    *identity.Config        // who is the same person or company; nil: as the standard profile says
	cost        cost
	root        source.Keyed              // the keys of the file and of those that it includes
	tables      map[string]*tableContents // of territories, by name
	parser      *conf.Config              // of conditions
	readings    map[string]*reading       // by path
}

// newPolicy returns a policy of which nothing is read yet.
func newPolicy(files *files, report *source.Report) *policy {
	return &policy{
		files:       files,
		report:      report,
		catalog:     builtin(),
		lists:       map[string]*textSet{},
		calendars:   map[string]*calendar.Calendar{},
		days:        map[string]calendar.Config{},
		slas:        map[string]*promise{},
		teams:       map[string]*team{},
		about:       map[string]handoff.Kind{},
		reps:        map[string]bool{},
		pools:       map[string]*routing.Pool{},
		queues:      map[string]*handoff.Queue{},
		shifts:      map[string]*routing.OnShift{},
		territories: map[string]*routing.Territory{},
		routes:      map[string]*routing.Route{},
		zones:       map[string]*calendar.Zone{},
		limiting:    map[string]source.Node{},
		entering:    map[string]map[handoff.Kind][]string{},
		declared:    map[string]source.Node{},
		tables:      map[string]*tableContents{},
		parser:      parserConfig(),
		readings:    map[string]*reading{},
	}
}

// read compiles a file. What is wrong is reported.
func read(root source.Node, files *files, report *source.Report) *policy {
	p := newPolicy(files, report)
	if !root.Exists() {
		return p
	}
	m, whole := p.include(root.Map())
	if !whole {
		return p // what the missing file defines would be reported as unknown
	}
	p.root = m
	for _, section := range language.Needed {
		m.Need(section)
	}
	p.readHead(m)
	p.readFacts(m)
	p.readLimits(m)
	p.readPeople(m)
	p.readPlays(m.Get("plays"))
	p.readExperiments(m.Get("experiments"))
	p.readIncomplete(m.Get("triggers"))
	p.checkReturns(m.Get("recycle"), m.Get("triggers"))
	p.checkScopes(m.Get("plays"))
	p.checkReplays()
	p.checkCost(m.Get("plays"))
	return p
}

// readHead reads the keys that are no sections.
func (p *policy) readHead(m source.Keyed) {
	if n := m.Get("language"); n.Exists() && n.AnyInt() != 1 {
		n.Errorf(source.OutOfRange, "this version reads language 1")
	}
	p.config.Language = 1
	p.config.Policy = m.Get("policy").ID()
	p.config.Zone = readZone(m.Get("zone"))
	p.config.Settle = readSpan(m.Get("settle"), true).elapsed()
	p.config.Lifecycle = outcome.Standard()
}

// readFacts reads what is known of records and signals.
func (p *policy) readFacts(m source.Keyed) {
	p.readFields(m.Get("fields"))
	p.readCalendars(m.Get("calendars"))
	p.readLists(m.Get("lists"))
	p.readTriggers(m.Get("triggers"))
	p.catalog["trigger.kind"] = p.catalog["trigger.kind"].among(p.kinds()...)
	p.readConsent(m.Get("consent"))
	p.declareStages(m.Get("lifecycle"))
	p.readOutcomes(m.Get("outcomes"))
	p.readIdentity(m.Get("identity"), m.Get("lists"))
	p.readScores(m.Get("scores"))
	p.readLifecycle(m.Get("lifecycle"))
}

// readLimits reads what keeps plays and touches back, and what brings records back.
func (p *policy) readLimits(m source.Keyed) {
	p.cost.shared = true
	p.readGates(m.Get("eligibility"))
	p.readSequences(m.Get("sequences"))
	p.readSuppression(m.Get("suppression"))
	p.checkRoom(m.Get("sequences"))
	p.cost.shared = false
	p.readQuietHours(m.Get("quiet_hours"))
	p.readLaws(m.Get("laws"))
	p.limit(m)
	p.readRecycle(m.Get("recycle"))
}

// readPeople reads who there is, what is promised, and who gets a record.
func (p *policy) readPeople(m source.Keyed) {
	p.readReps(m.Get("reps"))
	p.readDisputes(m.Get("outcomes"))
	p.declareQueues(m.Get("queues"))
	p.readSLAs(m.Get("slas"))
	p.readQueues(m.Get("queues"))
	p.readPools(m.Get("pools"))
	p.readShifts(m.Get("shifts"))
	p.readTerritories(m.Get("territories"))
	p.readNamedAccounts(m.Get("named_accounts"))
	p.readRoutes(m.Get("routes"))
}

func readZone(n source.Node) *calendar.Zone {
	if !n.Exists() {
		return nil
	}
	zone, err := calendar.LoadZone(n.Text())
	if err != nil {
		n.Errorf(source.BadTime, "%v", err)
	}
	return zone
}

func (p *policy) readLists(section source.Node) {
	for _, e := range section.Entries() {
		name := e.Key.Name()
		if e.Value.IsMap() {
			p.lists[name] = newTextSet(p.readLines(e.Value.Map().Get("file")))
		} else {
			p.lists[name] = newTextSet(e.Value.Texts())
		}
	}
}

func (p *policy) readTriggers(section source.Node) {
	if section.IsMap() && len(section.Entries()) == 0 {
		section.Errorf(source.Empty, "no trigger is defined; write at least one kind")
	}
	for _, e := range section.Entries() {
		m := e.Value.Map()
		t := handoff.TriggerRule{Kind: e.Key.ID(), About: handoff.Kind(m.Get("about").Word()), HandRaise: m.Get("hand_raise").Bool()}
		for _, n := range m.Get("same").List() {
			// The subject is part of what makes two signals the same, whether it is named or not.
			if word := n.Word(); word == "lead" || word == "account" {
				if word != string(t.About) && t.About != "" {
					n.Errorf(source.BadMix, "this trigger is about %s, and so are the signals that it can equal; write asset, offer, campaign, source or landing_page", article(t.About))
				}
			} else if slices.Contains(t.Same, word) {
				n.Errorf(source.Repeated, "%q is repeated in this list", word)
			} else if word != "" {
				t.Same = append(t.Same, word)
			}
		}
		t.SameWithin = readSpan(m.Get("same_within"), false).elapsed()
		t.StaleAfter = readSpan(m.Get("stale_after"), false).elapsed()
		if len(t.Same) > 0 && !m.Get("same_within").Exists() {
			e.Value.Errorf(source.MissingKey, "same needs same_within: how long two equal signals count as one")
		}
		if t.StaleAfter > 0 && p.config.Settle >= t.StaleAfter {
			m.Get("stale_after").Errorf(source.Impossible, "the signal is stale before the settle window ends; make stale_after longer than settle")
		}
		p.about[t.Kind] = t.About
		p.config.Triggers = append(p.config.Triggers, t)
	}
}

// kinds are the words of trigger.kind: a trigger of another kind is not decided.
func (p *policy) kinds() []string {
	var out []string
	for _, t := range p.config.Triggers {
		out = append(out, t.Kind)
	}
	return out
}

func (p *policy) readConsent(section source.Node) {
	for _, e := range section.Entries() {
		channel := handoff.Channel(e.Key.Word())
		if e.Value.Word() == "opt_out" {
			p.config.OptOut = append(p.config.OptOut, channel)
		}
	}
}

// maxStages is how many stages handoff.New takes.
const maxStages = 64

// declareStages reads the names of the stages, so that a condition that asks for one too early is told so.
func (p *policy) declareStages(section source.Node) {
	for i, e := range section.Entries() {
		if i == maxStages {
			e.Key.Errorf(source.OutOfRange, "there are more than %d stages", maxStages)
		}
		p.stages = append(p.stages, e.Key.ID())
	}
}

// scope reads only and except; the names are checked when all plays are known.
func (p *policy) scope(m source.Keyed) handoff.Scope {
	only, except := m.Get("only"), m.Get("except")
	if only.Exists() && except.Exists() {
		except.Errorf(source.BadMix, "a rule has only or except, not both")
	}
	return handoff.Scope{Only: p.playNames(only), Except: p.playNames(except)}
}

func (p *policy) playNames(n source.Node) []string {
	p.scopes = append(p.scopes, n.List()...)
	return n.Texts()
}

// checkScopes checks the names of plays and motions, and that none of them could mean either.
func (p *policy) checkScopes(plays source.Node) {
	motion := map[string]string{} // of each play
	for _, play := range p.config.Plays {
		motion[play.ID] = play.Motion
	}
	known := slices.Sorted(maps.Keys(motion))
	for _, play := range p.config.Plays {
		other, taken := motion[play.Motion]
		switch {
		case play.Motion == "":
		case taken && other != play.Motion:
			plays.Errorf(source.TwoMeanings, "the motion %q of play %s is also the id of a play of another motion; give one of them another name", play.Motion, play.ID)
		case !taken:
			motion[play.Motion] = play.Motion
			known = append(known, play.Motion)
		}
	}
	checkNames(p.scopes, "play or motion", known)
	for _, s := range p.config.Sequences {
		known = append(known, s.ID)
	}
	checkNames(p.runs, "play, motion or sequence", known)
	for _, n := range p.runs {
		if named := slices.Contains(known, n.Raw()); named && !p.runsAtAll(n.Raw()) {
			n.Errorf(source.Impossible, "%s starts no sequence, and so it never runs; name a play, a motion or a sequence that does", n.Raw())
		}
	}
}

// runsAtAll reports whether a name is that of a sequence, or of a play or a motion that starts one.
func (p *policy) runsAtAll(name string) bool {
	starts := func(play handoff.Play) bool { return play.Sequence != "" && (play.ID == name || play.Motion == name) }
	return slices.ContainsFunc(p.config.Sequences, func(s handoff.Sequence) bool { return s.ID == name }) || slices.ContainsFunc(p.config.Plays, starts)
}

// checkNames reports names that are not known.
func checkNames(names []source.Node, what string, known []string) {
	set := map[string]bool{}
	for _, name := range known {
		set[name] = true
	}
	for _, n := range names {
		if n.IsText() && n.Raw() != "" && !set[n.Raw()] { // an empty one is reported
			n.Unknown(what, slices.Values(known))
		}
	}
}

func (p *policy) readGates(section source.Node) {
	ids := map[string]source.Node{}
	for _, n := range section.List() {
		m := n.Map()
		g := handoff.Gate{ID: unique(m.Get("id"), ids), Require: p.condition(m.Get("require")), Reason: reason(m.Get("reason")),
			Position: n.Position(), Scope: p.scope(m)}
		p.govern(GovernedGate, g.ID, n, m)
		if g.Require != nil {
			p.config.Gates = append(p.config.Gates, g)
		}
	}
}

// reason reads why something is closed or held, which people read.
func reason(n source.Node) string {
	text := n.Text()
	if n.IsText() && strings.TrimSpace(text) == "" {
		n.Errorf(source.Empty, "the reason is empty; say in words why")
	}
	return text
}

// unique reads an id that no sibling has.
func unique(n source.Node, ids map[string]source.Node) string {
	id := n.ID()
	if earlier, taken := ids[id]; taken && id != "" {
		n.Errorf(source.Repeated, "the id %q is taken by the one at %s", id, earlier.Position())
	} else {
		ids[id] = n
	}
	return id
}

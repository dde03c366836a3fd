package rules

import (
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/source"
	"github.com/salesbaton/baton/suppression"
)

// A policy is a file on its way to a handoff.Config. Sections are read in an order in which every name is known before
// it is used, whatever their order in the file.
type policy struct {
	report      *source.Report
	config      handoff.Config
	catalog     catalog
	lists       map[string][]string
	calendars   map[string]*calendar.Calendar
	pools       map[string]*routing.Pool
	territories map[string]*routing.Territory
	routes      map[string]*routing.Route
	plays       source.Node
	scopes      []source.Node // names in only, except and hold_until_resolved, checked when all plays are known
}

// sections are the keys of a policy file.
var sections = []string{"language", "policy", "zone", "settle", "fields", "calendars", "lists", "triggers", "consent",
	"scores", "eligibility", "suppression", "plays", "routes", "pools", "territories", "reps", "sequences"}

// read compiles a file. What is wrong is reported.
func read(root source.Node, report *source.Report) *policy {
	p := &policy{
		report:      report,
		catalog:     builtin(),
		lists:       map[string][]string{},
		calendars:   map[string]*calendar.Calendar{},
		pools:       map[string]*routing.Pool{},
		territories: map[string]*routing.Territory{},
		routes:      map[string]*routing.Route{},
	}
	if !root.Exists() {
		return p
	}
	m := root.Map(sections...)
	if n := m.Need("language"); n.Exists() && n.AnyInt() != 1 {
		n.Errorf("this version reads language 1")
	}
	p.config.Language = 1
	p.config.Policy = m.Need("policy").ID()
	p.config.Zone = readZone(m.Get("zone"))
	p.config.Settle = readSpan(m.Get("settle"), true).elapsed()
	p.config.Lifecycle = outcome.Standard()
	p.readFields(m.Get("fields"))
	p.readCalendars(m.Get("calendars"))
	p.readLists(m.Get("lists"))
	p.readTriggers(m.Need("triggers"))
	p.readConsent(m.Get("consent"))
	p.readScores(m.Get("scores"))
	p.readGates(m.Get("eligibility"))
	p.readSuppression(m.Get("suppression"))
	p.readSequences(m.Get("sequences"))
	p.readReps(m.Get("reps"))
	p.readPools(m.Get("pools"), m.Get("reps").Exists())
	p.readTerritories(m.Get("territories"))
	p.readRoutes(m.Need("routes"))
	p.plays = m.Need("plays")
	p.readPlays(p.plays)
	p.checkScopes()
	return p
}

func readZone(n source.Node) *calendar.Zone {
	if !n.Exists() {
		return nil
	}
	zone, err := calendar.LoadZone(n.Text())
	if err != nil {
		n.Errorf("%v", err)
	}
	return zone
}

func (p *policy) readCalendars(section source.Node) {
	for _, e := range section.Entries() {
		m := e.Value.Map("zone", "open", "holidays")
		zone := p.config.Zone
		if n := m.Get("zone"); n.Exists() {
			zone = readZone(n)
		}
		config := calendar.Config{Zone: zone}
		open := m.Need("open")
		windows, err := calendar.ParseWindows(open.Text())
		if open.Exists() && err != nil {
			open.Errorf("%v", err)
		}
		config.Weekly = windows
		for _, day := range m.Get("holidays").List() {
			config.Holidays = append(config.Holidays, day.Date())
		}
		if len(windows) == 0 {
			continue
		}
		if p.calendars[e.Name()], err = calendar.New(config); err != nil {
			e.Value.Errorf("%v", err)
		}
	}
}

func (p *policy) readLists(section source.Node) {
	for _, e := range section.Entries() {
		if !isName(e.Name()) {
			e.Key.Errorf("a list's name is letters, digits and _, and begins with a letter")
		}
		p.lists[e.Name()] = e.Value.Texts()
	}
}

func (p *policy) readTriggers(section source.Node) {
	for _, e := range section.Entries() {
		m := e.Value.Map("about", "same", "same_within", "stale_after")
		t := handoff.TriggerRule{Kind: e.Key.ID(), About: handoff.Kind(m.Need("about").Word("lead", "account"))}
		for _, n := range m.Get("same").List() {
			// The subject is part of what makes two signals the same, whether it is named or not.
			if word := n.Word(append(handoff.SameNames(), "lead", "account")...); word == "lead" || word == "account" {
				if word != string(t.About) && t.About != "" {
					n.Errorf("this trigger is about a %s", t.About)
				}
			} else if word != "" {
				t.Same = append(t.Same, word)
			}
		}
		t.SameWithin = readSpan(m.Get("same_within"), false).elapsed()
		t.StaleAfter = readSpan(m.Need("stale_after"), false).elapsed()
		if len(t.Same) > 0 && !m.Get("same_within").Exists() {
			e.Value.Errorf("same needs same_within: how long two equal signals count as one")
		}
		if t.StaleAfter > 0 && p.config.Settle >= t.StaleAfter {
			m.Get("stale_after").Errorf("the signal is stale before the settle window of %s ends", p.config.Settle)
		}
		p.config.Triggers = append(p.config.Triggers, t)
	}
}

func (p *policy) readConsent(section source.Node) {
	for _, e := range section.Entries() {
		channel := handoff.Channel(e.Key.Word(channelWords()...))
		if e.Value.Word("required", "opt_out") == "opt_out" {
			p.config.OptOut = append(p.config.OptOut, channel)
		}
	}
}

func channelWords() []string {
	var out []string
	for _, c := range handoff.Channels() {
		out = append(out, string(c))
	}
	return out
}

// A pointsRow adds points where its condition is true.
type pointsRow struct {
	points int64
	when   handoff.Condition
}

// A points is a base with rows that add to it. It implements handoff.Score.
type points struct {
	base int64
	rows []pointsRow
}

// Points returns the sum. An unknown condition adds nothing.
func (s *points) Points(f *handoff.Facts) int64 {
	sum := s.base
	for _, r := range s.rows {
		if r.when.Eval(f) == handoff.True {
			sum += r.points
		}
	}
	return sum
}

// maxPoints bounds the points of one row, so that no sum can overflow.
const maxPoints = 1_000_000

func (p *policy) readRows(list source.Node) []pointsRow {
	var rows []pointsRow
	for _, n := range list.List() {
		m := n.Map("points", "when")
		row := pointsRow{m.Need("points").Int(-maxPoints, maxPoints), p.condition(m.Need("when"))}
		if row.when != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

func (p *policy) readScores(section source.Node) {
	for _, e := range section.Entries() {
		if !isName(e.Name()) {
			e.Key.Errorf("a score's name is letters, digits and _, and begins with a letter")
			continue
		}
		score := handoff.ScoreRule{ID: e.Name(), Score: &points{rows: p.readRows(e.Value)}}
		p.catalog["score."+e.Name()] = scoreField(len(p.config.Scores))
		p.config.Scores = append(p.config.Scores, score)
	}
}

// priority reads an integer, or a base with rows.
func (p *policy) priority(n source.Node) handoff.Score {
	if !n.Exists() {
		return nil
	}
	if !n.IsMap() {
		return &points{base: n.Int(-maxPoints, maxPoints)}
	}
	m := n.Map("base", "add")
	return &points{base: m.Need("base").Int(-maxPoints, maxPoints), rows: p.readRows(m.Need("add"))}
}

// scope reads only and except; the names are checked when all plays are known.
func (p *policy) scope(m source.Map) handoff.Scope {
	only, except := m.Get("only"), m.Get("except")
	if only.Exists() && except.Exists() {
		except.Errorf("a rule has only or except, not both")
	}
	return handoff.Scope{Only: p.playNames(only), Except: p.playNames(except)}
}

func (p *policy) playNames(n source.Node) []string {
	if n.Exists() {
		p.scopes = append(p.scopes, n.List()...)
		if len(n.List()) == 0 && n.IsList() {
			n.Errorf("the list names no play and no motion; leave the key out")
		}
	}
	return n.Texts()
}

func (p *policy) checkScopes() {
	var known []string
	for _, play := range p.config.Plays {
		known = append(known, play.ID)
	}
	for _, play := range p.config.Plays {
		if play.Motion != "" && slices.ContainsFunc(p.config.Plays, func(o handoff.Play) bool { return o.ID == play.Motion && o.Motion != play.Motion }) {
			p.clash(play)
		}
		if play.Motion != "" && !slices.Contains(known, play.Motion) {
			known = append(known, play.Motion)
		}
	}
	for _, n := range p.scopes {
		if name := n.Text(); name != "" && !slices.Contains(known, name) {
			n.Errorf("%q is neither a play nor a motion%s; known are %s", name, source.DidYouMean(name, known), strings.Join(known, ", "))
		}
	}
}

// clash reports a motion that is called like a play: only and except could mean either.
func (p *policy) clash(play handoff.Play) {
	p.plays.Errorf("the motion %q of play %s is also the id of a play of another motion; give one of them another name", play.Motion, play.ID)
}

func (p *policy) readGates(section source.Node) {
	ids := map[string]source.Node{}
	for _, n := range section.List() {
		m := n.Map("id", "require", "reason", "only", "except")
		g := handoff.Gate{ID: unique(m.Need("id"), ids), Require: p.condition(m.Need("require")), Reason: m.Need("reason").Text(),
			Position: n.Position(), Scope: p.scope(m)}
		if g.Require != nil {
			p.config.Gates = append(p.config.Gates, g)
		}
	}
}

// unique reads an id that no sibling has.
func unique(n source.Node, ids map[string]source.Node) string {
	id := n.ID()
	if earlier, taken := ids[id]; taken && id != "" {
		n.Errorf("the id %q is taken by the one at %s", id, earlier.Position())
	} else {
		ids[id] = n
	}
	return id
}

func (p *policy) readSuppression(section source.Node) {
	var rules []suppression.Rule
	ids := map[string]source.Node{}
	for _, n := range section.List() {
		m := n.Map("id", "hold", "cooldown", "reason", "lifted_by", "on_release", "only", "except")
		r := suppression.Rule{ID: unique(m.Need("id"), ids), Reason: m.Get("reason").Text(), LiftedBy: m.Get("lifted_by").Text(),
			Position: n.Position(), Scope: p.scope(m), OnRelease: handoff.ReleaseNone}
		if word := m.Get("on_release").Word(string(handoff.ReleaseNone), string(handoff.ReleaseReplay)); word != "" {
			r.OnRelease = handoff.OnRelease(word)
		}
		hold, cooldown := m.Get("hold"), m.Get("cooldown")
		switch {
		case hold.Exists() == cooldown.Exists():
			n.Errorf("a suppression has either hold: a condition, or cooldown: {per: lead, for: 30d}")
			continue
		case hold.Exists():
			if r.Hold = p.condition(hold); r.Hold == nil {
				continue
			}
			m.Need("reason")
		default:
			c := cooldown.Map("per", "for")
			r.Cooldown = suppression.Cooldown{Per: handoff.Kind(c.Need("per").Word("lead", "account")),
				For: handoff.Span(readSpan(c.Need("for"), false))}
			if r.Reason == "" {
				r.Reason = "handed off recently"
			}
			if r.Cooldown.For.IsZero() || r.Cooldown.Per == "" {
				continue
			}
		}
		rules = append(rules, r)
	}
	set, err := suppression.New(rules)
	if err != nil && !p.report.Failed() { // else it repeats what is reported
		section.Errorf("%v", err)
	}
	p.config.Suppressor = set
}

func (p *policy) readSequences(section source.Node) {
	for _, e := range section.Entries() {
		m := e.Value.Map("version", "exclusive", "on_blocked_channel", "reentry", "steps")
		s := handoff.Sequence{
			ID:        e.Key.ID(),
			Version:   1,
			Exclusive: m.Get("exclusive").Bool(),
			OnBlocked: handoff.OnBlocked(m.Need("on_blocked_channel").Word(string(handoff.OnBlockedSkip), string(handoff.OnBlockedRefuse))),
			Reentry:   handoff.Span(readSpan(m.Get("reentry"), false)),
			Position:  e.Key.Position(),
		}
		if n := m.Get("version"); n.Exists() {
			s.Version = n.Int(1, 1<<31)
		}
		steps := m.Need("steps")
		for _, n := range steps.List() {
			step := n.Map("day", "do")
			s.Steps = append(s.Steps, handoff.Step{Day: int(step.Need("day").Int(0, maxDays)),
				Do: handoff.Channel(step.Need("do").Word(channelWords()...))})
		}
		if steps.IsList() && len(s.Steps) == 0 {
			steps.Errorf("a sequence needs at least one step, such as {day: 0, do: call}")
		}
		p.config.Sequences = append(p.config.Sequences, s)
	}
}

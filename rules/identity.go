package rules

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// LoadMatcher reads a policy as Load does, and returns what says who is the same person or company by its section identity,
// or by the standard profile where it has none. The whole policy has to compile. The matcher's digest begins with that of
// the policy, which is the engine's, and names the list of public suffixes, too, by which domains are told apart.
func LoadMatcher(name string, options ...Option) (*identity.Matcher, error) {
	return LoadMatcherFS(os.DirFS(filepath.Dir(name)), filepath.Base(name), options...)
}

// LoadMatcherFS is LoadMatcher for a policy in a file system.
func LoadMatcherFS(fsys fs.FS, name string, options ...Option) (*identity.Matcher, error) {
	text, err := readFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return compileMatcher(&files{fsys: fsys, dir: path.Dir(name)}, name, text, options)
}

// ParseMatcher is LoadMatcher for the text of a policy, which can name no other files.
func ParseMatcher(name string, text []byte, options ...Option) (*identity.Matcher, error) {
	return compileMatcher(&files{}, name, text, options)
}

func compileMatcher(files *files, name string, text []byte, options []Option) (*identity.Matcher, error) {
	p, err := readPolicy(files, name, text, options)
	if err != nil {
		return nil, err
	}
	return p.matcher(name)
}

// matcher compiles what the policy says of identity.
func (p *policy) matcher(name string) (*identity.Matcher, error) {
	m, err := identity.New(p.matching())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

// matching returns what a matcher goes by.
func (p *policy) matching() identity.Config {
	c, _ := identity.Profile(language.StandardProfile)
	if p.identity != nil {
		c = *p.identity
	}
	c.Digest = matcherDigest(p.config.Digest)
	return c
}

// matcherDigest names all that the answers of a matcher depend on.
func matcherDigest(policy string) string { return policy + "; " + identity.SuffixList() }

// readIdentity reads who counts as the same, over what the profile says.
func (p *policy) readIdentity(section, lists source.Node) {
	if !section.Exists() {
		return
	}
	parts := section.Parts()
	for _, again := range parts[1:] {
		again.Errorf(source.Repeated, "identity stands at %s already; keep the whole section in one file", parts[0].Position())
	}
	m := filled(parts[0])
	profile := cmp.Or(m.Get("profile").Word(), language.StandardProfile)
	c, _ := identity.Profile(profile)
	c.Mailboxes = mailboxes(m.Get("mailboxes"), c.Mailboxes)
	if list := m.Get("free_mail"); list.Exists() {
		c.FreeMail = p.domains(list, lists, c.FreeMail)
	}
	if list := m.Get("disposable"); list.Exists() {
		c.Disposable = p.domains(list, lists, c.Disposable)
	}
	readModel(m.Get("people"), &c.People, peopleModel, profile)
	readModel(m.Get("accounts"), &c.Accounts, accountsModel, profile)
	readModel(m.Get("companies"), &c.Companies, companiesModel, profile)
	p.identity = &c
	if accounts := m.Get("accounts"); accounts.IsMap() {
		accounts.Map().Get("linkage").Errorf(source.NoEffect, "leads that belong to one account are no group of duplicates; write it under people or companies, or leave it out")
	}
	if companies := m.Get("companies"); companies.IsMap() {
		companies.Map().Get("tie_breaks").Errorf(source.NoEffect, "two accounts are compared to find duplicates, of which none is ranked; write it under people or accounts, or leave it out")
	}
}

// mailboxes reads which addresses are one mailbox.
func mailboxes(n source.Node, profile identity.Mailboxes) identity.Mailboxes {
	switch {
	case !n.Exists():
		return profile
	case n.IsMap():
		m := filled(n)
		return identity.Mailboxes{Dots: m.Get("dots").Bool(), Tags: m.Get("tags").Bool(), Aliases: m.Get("aliases").Bool(), Apple: m.Get("apple").Bool()}
	case n.Word() == language.Providers:
		return identity.Providers()
	}
	return identity.Mailboxes{}
}

// domains reads a list of domains, in addition to those that are known already or in their place.
func (p *policy) domains(n, lists source.Node, known identity.Domains) identity.Domains {
	name := n
	if n.IsMap() {
		m := n.Map()
		name = m.Get("list")
		if own := m.Get("built_in"); own.Exists() && !own.Bool() {
			known = identity.Domains{}
		}
	}
	list, found := p.lists[name.Text()]
	switch {
	case !name.IsText(): // which is reported
		return known
	case !found:
		name.Unknown("list", maps.Keys(p.lists))
		return known
	}
	set, err := known.With(list.items...)
	if err != nil && !checkDomains(name.Raw(), lists) {
		name.Errorf(source.WrongForm, "the list %s: %v", name.Raw(), err)
	}
	return set
}

// checkDomains reports what is no domain in a list that stands in the policy, and whether there is any.
func checkDomains(name string, lists source.Node) (found bool) {
	for _, e := range lists.Entries() {
		if e.Name() != name || !e.Value.IsList() {
			continue
		}
		for _, item := range e.Value.List() {
			if _, err := (identity.Domains{}).With(item.Raw()); err != nil {
				found = true
				item.Errorf(source.WrongForm, "%q is no domain, and identity reads this list as domains; write it as in example.com", item.Raw())
			}
		}
	}
	return found
}

// A modelOf is the key of a model in the section identity.
type modelOf string

const (
	peopleModel    modelOf = "people"
	accountsModel  modelOf = "accounts"
	companiesModel modelOf = "companies"
)

// lacks returns the fields that never agree in a model, because one of the two records has none or there is no other.
func (of modelOf) lacks() []identity.Field {
	switch of {
	case peopleModel:
		return []identity.Field{identity.FieldContact, identity.FieldParent}
	case accountsModel:
		return []identity.Field{identity.FieldName, identity.FieldFirstName, identity.FieldLastName, identity.FieldBorn, identity.FieldParent}
	}
	return []identity.Field{identity.FieldName, identity.FieldFirstName, identity.FieldLastName, identity.FieldBorn, identity.FieldContact}
}

// lacksKeys returns the keys that no two records of a model share.
func (of modelOf) lacksKeys() []identity.KeyKind {
	if of == peopleModel {
		return nil
	}
	return []identity.KeyKind{identity.KeySound, identity.KeyBorn, identity.KeySoundYear, identity.KeyNameDay, identity.KeyNameCity, identity.KeyPostcode}
}

// A modelReader reads what a policy says of a model, over what its profile says.
type modelReader struct {
	*identity.Model
	of      modelOf
	profile string
	own     []atLevel // whose weights are the policy's
	bad     bool      // a number or a word is wrong, which is reported
}

// An atLevel is what the policy says of a level of a field.
type atLevel struct {
	identity.FieldLevel
	source.Node
}

// readModel reads a model. Its slices and maps may be the profile's, and are not written.
func readModel(n source.Node, model *identity.Model, of modelOf, profile string) {
	if !n.Exists() {
		return
	}
	r, m := &modelReader{Model: model, of: of, profile: profile}, filled(n)
	if list := m.Get("keys"); list.Exists() {
		r.readKeys(list)
	}
	r.readWeights(m.Get("weights"))
	r.readThresholds(m.Get("match"), m.Get("review"))
	r.checkReachable(m.Get("match"), m.Get("weights"))
	if n := m.Get("records"); n.Exists() {
		r.Records = int(n.Int())
	}
	r.readAlone(m.Get("alone"))
	if list := m.Get("common"); list.Exists() {
		r.readCommon(list)
	}
	r.readApart(m.Get("apart"))
	if list := m.Get("tie_breaks"); list.Exists() {
		r.readTieBreaks(list)
	}
	if linkage := m.Get("linkage"); linkage.Exists() {
		r.Linkage = identity.Linkage(linkage.Word())
	}
}

// readKeys reads what brings two records together.
func (r *modelReader) readKeys(list source.Node) {
	r.Keys = wordsIn[identity.KeyKind](list)
	for _, item := range list.List() {
		if slices.Contains(r.of.lacksKeys(), identity.KeyKind(item.Raw())) {
			item.Errorf(source.NoEffect, "no account has such a key, which is made of a person's name or birthday; write it under people, or leave it out")
		}
	}
}

// field reports a field that never agrees in the model.
func (r *modelReader) field(n source.Node) identity.Field {
	field := identity.Field(n.Raw())
	if slices.Contains(r.of.lacks(), field) {
		n.Errorf(source.NoEffect, "%s never agrees under %s: %s; leave it out", field, r.of, r.of.why(field))
	}
	return field
}

// why says why a field of lacks never agrees.
func (of modelOf) why(f identity.Field) string {
	switch {
	case f == identity.FieldContact:
		return "it is of a lead and an account, under accounts"
	case f == identity.FieldParent:
		return "it is of two accounts, under companies"
	}
	return "an account has none"
}

// group reads a field that is to be one of some groups. That of which a wrong one is a part is told.
func (r *modelReader) group(n source.Node, groups []identity.Field) (field identity.Field, ok bool) {
	whole := identity.Field("")
	for _, group := range identity.Groups() {
		if field := identity.Field(n.Raw()); group != field && slices.Contains(language.PartsOf(group), field) {
			whole = group
		}
	}
	switch {
	case whole != "" && slices.Contains(groups, whole):
		n.Errorf(source.UnknownWord, "%s agrees as a part of %s; write %s", n.Raw(), whole, whole)
		return "", false
	case n.WordOf(language.Words(groups)...) == "":
		return "", false
	}
	return r.field(n), true
}

// readCommon reads what several have in common.
func (r *modelReader) readCommon(list source.Node) {
	r.Common = []identity.Field{}
	for _, item := range list.List() {
		switch field, ok := r.group(item, language.Sharable()); {
		case !ok:
		case slices.Contains(r.Common, field):
			item.Errorf(source.Repeated, "%q is repeated in this list", field)
		case !slices.Contains(r.of.lacks(), field) && r.mostOf(field) == 0:
			item.Errorf(source.NoEffect, "no agreement of %s counts more than 0, so that it never speaks for a match; give it a weight, or leave it out", field)
		default:
			r.Common = append(r.Common, field)
		}
	}
}

// readWeights reads what levels count.
func (r *modelReader) readWeights(n source.Node) {
	r.Weights = slices.Clone(r.Weights)
	for _, of := range entriesOf(n) {
		levels := r.fieldLevels(of, identity.Levels(identity.Field(of.Key.Raw())), "{exact: "+cmp.Or(of.Value.Raw(), "12")+"}")
		r.bad = r.bad || !of.Value.IsMap() || len(levels) < len(of.Value.Entries())
		for _, at := range levels {
			score, ok := at.Decimal()
			switch {
			case !ok:
				r.bad = true
			case at.Level == identity.Differs && score > 0:
				at.Errorf(source.Impossible, "what differs cannot speak for a match; write 0 or less")
			case at.Level == identity.Exact && score < 0:
				at.Errorf(source.Impossible, "what is equal cannot speak against a match; write 0 or more")
			default:
				r.set(at.FieldLevel, score)
				r.own = append(r.own, at)
			}
		}
	}
	for _, at := range r.own {
		r.checkOrder(at)
	}
}

// fieldLevels returns those of the levels that the entry names for its field, at their values. The example is told where the
// entry names none.
func (r *modelReader) fieldLevels(of source.Entry, levels []identity.Level, example string) []atLevel {
	field := r.field(of.Key)
	if !of.Value.IsMap() {
		of.Value.Errorf(source.WrongForm, "expected levels of %s, such as %s", field, example)
		return nil
	}
	var out []atLevel
	for _, e := range entriesOf(of.Value) {
		level := identity.Level(e.Key.Raw())
		switch {
		case slices.Contains(levels, level):
			out = append(out, atLevel{identity.FieldLevel{Field: field, Level: level}, e.Value})
		case len(levels) > 0: // else reported
			e.Key.Errorf(source.UnknownWord, "%s has no level %q%s; its levels are %s", field, level,
				e.Key.Near(string(level), func() []string { return language.Words(levels) }), wordList(levels))
		}
	}
	return out
}

// weight returns what a level counts. One without a weight counts 0.
func (r *modelReader) weight(at identity.FieldLevel) identity.Micro {
	if i := r.index(at); i >= 0 {
		return r.Weights[i].Score
	}
	return 0
}

func (r *modelReader) index(at identity.FieldLevel) int {
	return slices.IndexFunc(r.Weights, func(w identity.Weight) bool { return w.Field == at.Field && w.Level == at.Level })
}

func (r *modelReader) set(at identity.FieldLevel, score identity.Micro) {
	weight := identity.Weight{Field: at.Field, Level: at.Level, Score: score}
	if i := r.index(at); i >= 0 {
		r.Weights[i] = weight
	} else {
		r.Weights = append(r.Weights, weight)
	}
}

// checkOrder reports a weight that counts a worse agreement more than a better one that has a weight. Where both are the
// policy's own the worse one is reported.
func (r *modelReader) checkOrder(at atLevel) {
	levels, score := identity.Levels(at.Field), r.weight(at.FieldLevel)
	place := slices.Index(levels, at.Level)
	for i, level := range levels {
		other := identity.FieldLevel{Field: at.Field, Level: level}
		count := r.weight(other)
		switch {
		case r.index(other) < 0:
		case i < place && count < score:
			at.Errorf(source.Impossible, "%s counts %s here, and %s, which agrees better, only %s%s; give it no more than that, or %s more",
				at.Level, language.Bits(score), level, language.Bits(count), r.whose(other), level)
			return
		case i > place && count > score && !r.isOwn(other):
			at.Errorf(source.Impossible, "%s counts %s here, and %s, which agrees worse, %s%s; give it no less than that, or %s less",
				at.Level, language.Bits(score), level, language.Bits(count), r.whose(other), level)
			return
		}
	}
}

func (r *modelReader) isOwn(at identity.FieldLevel) bool {
	return slices.ContainsFunc(r.own, func(own atLevel) bool { return own.FieldLevel == at })
}

// whose says where a weight is from that the policy does not give.
func (r *modelReader) whose(at identity.FieldLevel) string {
	return choose(r.isOwn(at), "", ", as the profile "+r.profile+" says")
}

// readThresholds reads from where on two records are one, or for somebody to look at.
func (r *modelReader) readThresholds(match, review source.Node) {
	r.Match, r.Review = r.threshold(match, r.Match), r.threshold(review, r.Review)
	switch says := " in the profile " + r.profile; {
	case r.Review <= r.Match || r.bad:
	case review.Exists():
		review.Errorf(source.Impossible, "nothing is left for review: it begins at %s, and match at %s%s; write %s or less",
			language.Bits(r.Review), language.Bits(r.Match), choose(match.Exists(), "", says), language.Bits(r.Match))
	case match.Exists():
		match.Errorf(source.Impossible, "nothing is left for review: it begins at %s%s, and match at %s; write %s or more, or a review of your own",
			language.Bits(r.Review), says, language.Bits(r.Match), language.Bits(r.Review))
	}
}

// threshold reads a threshold that can be the profile's.
func (r *modelReader) threshold(n source.Node, profile identity.Micro) identity.Micro {
	v, ok := n.Decimal()
	r.bad = r.bad || n.Exists() && !ok
	if !ok {
		return profile
	}
	if v == 0 {
		n.Errorf(source.Impossible, "from 0 on is where nothing speaks for it, so that all are; write more than 0")
		r.bad = true
	}
	return v
}

// checkReachable reports that no two records can match.
func (r *modelReader) checkReachable(match, weights source.Node) {
	at := match
	if !at.Exists() {
		at = weights
	}
	var most identity.Micro
	for _, f := range identity.Fields() {
		most += r.most(f)
	}
	if most < r.Match && !r.bad {
		at.Errorf(source.Impossible, "nothing ever matches: match begins at %s, and where everything is equal that counts %s; lower it, or give more weight",
			language.Bits(r.Match), language.Bits(most))
	}
}

// most returns what the best agreement of a field counts, and 0 where none speaks for a match.
func (r *modelReader) most(f identity.Field) identity.Micro {
	var most identity.Micro
	for _, l := range identity.Levels(f) {
		most = max(most, r.weight(identity.FieldLevel{Field: f, Level: l}))
	}
	return most
}

// mostOf returns what fields that agree as one count at most.
func (r *modelReader) mostOf(group identity.Field) (sum identity.Micro) {
	for _, f := range language.PartsOf(group) {
		sum += r.most(f)
	}
	return sum
}

// readAlone reads what comes of a field at most where nothing else agrees.
func (r *modelReader) readAlone(n source.Node) {
	alone := map[identity.Field]handoff.MatchVerdict{}
	maps.Copy(alone, r.Alone)
	for _, e := range entriesOf(n) {
		field, ok := r.group(e.Key, identity.Groups())
		if !ok {
			continue
		}
		if !slices.Contains(r.of.lacks(), field) && r.mostOf(field) == 0 {
			e.Key.Errorf(source.NoEffect, "no agreement of %s counts more than 0, so that it never decides alone; give it a weight, or leave it out", field)
		}
		alone[field] = handoff.MatchVerdict(e.Value.Word())
	}
	r.Alone = alone
}

// readApart reads what comes at most of records that agree no better than at a level.
func (r *modelReader) readApart(n source.Node) {
	apart := map[identity.FieldLevel]handoff.MatchVerdict{}
	maps.Copy(apart, r.Apart)
	var own []atLevel
	for _, of := range entriesOf(n) {
		for _, at := range r.fieldLevels(of, append(identity.Levels(identity.Field(of.Key.Raw())), identity.Unknown), "{differs: review}") {
			apart[at.FieldLevel] = handoff.MatchVerdict(at.Word())
			own = append(own, at)
		}
	}
	r.Apart = apart
	for _, at := range own {
		r.checkApart(at)
	}
}

// checkApart reports a verdict that a better agreement cannot have, so that it is never given.
func (r *modelReader) checkApart(at atLevel) {
	verdict := r.Apart[at.FieldLevel]
	if at.Level == identity.Unknown { // which agrees neither better nor worse than any
		return
	}
	for _, level := range identity.Levels(at.Field) {
		if level == at.Level {
			return
		}
		better, capped := r.Apart[identity.FieldLevel{Field: at.Field, Level: level}]
		if capped && verdict != "" && surer(verdict, better) {
			at.Errorf(source.NoEffect, "%s, which agrees better, leads to %s at most, and so does %s; write %s, or leave it out", level, better, at.Level, better)
			return
		}
	}
}

// surer reports whether a verdict stands above another one.
func surer(a, b handoff.MatchVerdict) bool {
	all := handoff.MatchVerdicts()
	return slices.Index(all, a) < slices.Index(all, b)
}

// readTieBreaks reads what ranks candidates that are equally good.
func (r *modelReader) readTieBreaks(n source.Node) {
	r.TieBreaks = wordsIn[identity.TieBreak](n)
	items := n.List()
	for i, item := range items {
		if tie := identity.TieBreak(item.Raw()); r.of == peopleModel && (tie == identity.TieParent || tie == identity.TieChild) {
			item.Errorf(source.NoEffect, "no person stands above another one; write it under accounts, or leave it out")
		}
		if last := i == len(items)-1; identity.TieBreak(item.Raw()) == identity.TieReview && !last {
			items[i+1].Errorf(source.NoEffect, "this is never asked: %s leaves all that is still equal to somebody; write it before, or leave it out", identity.TieReview)
			return
		}
	}
}

package rules

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// identities shows who counts as the same.
func (p *page) identities() {
	section := p.root.Get("identity")
	if !section.Exists() {
		return
	}
	m := section.Map()
	profile := language.StandardProfile
	if n := m.Get("profile"); n.Exists() {
		profile = n.Word()
	}
	p.heading(2, "identity", "Who counts as the same")
	p.add(paragraph{say("Two records are compared field by field. What they agree on speaks for them to be one, and what they do not agree on against it, " +
		"in bits: one bit more makes it twice as likely. What one of them lacks says nothing. What the policy does not say is as in the profile ").code(profile).say(", and stands here too.")})
	var l itemList
	l.say("%s", mailboxWords(p.identity.Mailboxes))
	l.add(domainWords("An address of free mail says nothing of the company", m.Get("free_mail")))
	l.add(domainWords("An address that is thrown away says nothing at all", m.Get("disposable")))
	p.add(l)
	p.model("identity-people", "A lead or contact and another", p.identity.People)
	p.model("identity-accounts", "A lead or contact and its account", p.identity.Accounts)
	p.model("identity-companies", "An account and another", p.identity.Companies)
}

// mailboxWords says which addresses are one mailbox.
func mailboxWords(m identity.Mailboxes) string {
	var rules []string
	if m.Dots {
		rules = append(rules, "dots that the provider ignores do not count")
	}
	if m.Tags {
		rules = append(rules, "tags that the provider ignores do not count")
	}
	if m.Aliases {
		rules = append(rules, "domains of one provider that lead to one mailbox are one")
	}
	if m.Apple {
		rules = append(rules, "me.com and mac.com are icloud.com")
	}
	if len(rules) == 0 {
		return "E-mail addresses are one mailbox where they are equal but for capital letters."
	}
	return "E-mail addresses are one mailbox where they are equal but for capital letters, and in this way: " + strings.Join(rules, "; ") + "."
}

// domainWords says which domains are of some kind.
func domainWords(what string, n source.Node) prose {
	name, builtIn := n, true
	if n.IsMap() {
		m := n.Map()
		name = m.Get("list")
		builtIn = !m.Get("built_in").Exists() || m.Get("built_in").Bool()
	}
	text := say("%s: one at a domain ", what)
	switch {
	case !n.Exists():
		return text.say("that is known for it.")
	case builtIn:
		return text.say("that is known for it, or of the list ").code(name.Raw()).say(".")
	}
	return text.say("of the list ").code(name.Raw()).say(", and no other.")
}

// model shows when two records are one.
func (p *page) model(id, title string, m identity.Model) {
	p.heading(3, id, "%s", title)
	var l itemList
	if len(m.Keys) > 0 {
		l.say("Only those are compared that share %s.", anyOf(m.Keys, language.KeyWords))
	}
	l.say("From %s on%s they are one.", bitsWords(m.Match), odds(m.Match))
	if m.Review < m.Match {
		l.say("From %s on%s somebody has to look.", bitsWords(m.Review), odds(m.Review))
	}
	l.say("With less they are not one.")
	if m.Records > 0 {
		l.say("That is so among %s records. Among twice as many duplicates it takes one bit more, among half as many one less.", grouped(strconv.Itoa(m.Records)))
	}
	if len(m.Common) > 0 {
		l.say("Several can share the %s: where nothing else agrees but that, the address, and a mailbox that is a team's or only alike, "+
			"somebody has to look where a name differs, and they are not one where no name agrees.", anyOf(m.Common, evidenceName))
	}
	if len(m.TieBreaks) > 0 {
		l.say("Of two that are equally good this one comes first: %s.", tieWords(m.TieBreaks))
	}
	if m.Linkage != "" {
		l.say("Duplicates are one group where %s.", language.LinkageWords(m.Linkage))
	}
	p.add(l)
	p.add(evidence(m).withoutEmpty(), alone(m))
}

// anyOf lists the meanings of words, of which one is enough.
func anyOf[T any](words []T, meaning func(T) string) string {
	var out []prose
	for _, w := range words {
		out = append(out, say("%s", meaning(w)))
	}
	var text strings.Builder
	for _, r := range oneOf(out, "or") {
		text.WriteString(r.text)
	}
	return text.String()
}

func bitsWords(m identity.Micro) string {
	return language.Bits(m) + choose(m == source.Unit, " bit", " bits")
}

// odds says what so many bits mean, by the whole ones among them.
func odds(m identity.Micro) string {
	if m < source.Unit {
		return ""
	}
	times := new(big.Int).Lsh(big.NewInt(1), uint(m/source.Unit))
	return ", where what is known of them is at least " + grouped(times.String()) + " times as likely of one as of two,"
}

// tieWords says what ranks candidates that are equally good.
func tieWords(ties []identity.TieBreak) string {
	var out []string
	for _, t := range ties {
		out = append(out, language.TieWords(t))
	}
	if ties[len(ties)-1] != identity.TieReview {
		out = append(out, "the one whose id is the lowest")
	}
	return strings.Join(out, "; else ")
}

// evidence shows what each field says.
func evidence(m identity.Model) grid {
	g := grid{header: []string{"Field", "What it counts, in bits", "Whatever else agrees"}}
	for _, f := range identity.Fields() {
		var counts, apart []prose
		for _, w := range weightsOf(m, f) {
			counts = append(counts, say("%s: %s", language.LevelWords(f, w.Level), signed(w.Score)))
		}
		for _, l := range append(identity.Levels(f), identity.Unknown) {
			if v, capped := m.Apart[identity.FieldLevel{Field: f, Level: l}]; capped {
				apart = append(apart, say("%s%s: %s", choose(l == identity.Differs || l == identity.Unknown, "", "no better than "), language.LevelWords(f, l), atMostWords(v)))
			}
		}
		if len(counts)+len(apart) > 0 {
			g.add(say("%s", evidenceName(f)), lines(counts, ""), lines(apart, ""))
		}
	}
	return g
}

// alone shows what comes of two records that agree on one thing only, however well.
func alone(m identity.Model) grid {
	g := grid{header: []string{"Where nothing agrees but the", "That counts at most, in bits", "What comes of it"}}
	r := &modelReader{Model: &m}
	for _, f := range identity.Groups() {
		if most := r.mostOf(f); most > 0 {
			g.add(say("%s", evidenceName(f)), say("%s", language.Bits(most)), aloneWords(m, f, most))
		}
	}
	return g
}

// evidenceName returns a field as people call it.
func evidenceName(f identity.Field) string {
	switch f {
	case identity.FieldEmail:
		return "e-mail address"
	case identity.FieldPhone:
		return "phone number"
	case identity.FieldBorn:
		return "birthday"
	case identity.FieldNumber:
		return "number in a register"
	case identity.FieldUnit:
		return "flat or floor"
	case identity.FieldHouse:
		return "house number"
	case identity.FieldContact:
		return "contact of the account"
	case identity.FieldParent:
		return "account above"
	case identity.FieldPlace:
		return "address"
	}
	return nameWords(string(f))
}

// weightsOf returns the weights of a field, the best agreement first.
func weightsOf(m identity.Model, f identity.Field) []identity.Weight {
	var out []identity.Weight
	for _, l := range identity.Levels(f) {
		for _, w := range m.Weights {
			if w.Field == f && w.Level == l {
				out = append(out, w)
			}
		}
	}
	return out
}

func signed(m identity.Micro) string { return choose(m > 0, "+", "") + language.Bits(m) }

// aloneWords says what comes of so much evidence where nothing else agrees.
func aloneWords(m identity.Model, f identity.Field, score identity.Micro) prose {
	verdict := handoff.NotMatched
	switch {
	case score >= m.Match:
		verdict = handoff.Matched
	case score >= m.Review:
		verdict = handoff.ToReview
	}
	if most, capped := m.Alone[f]; capped && surer(verdict, most) {
		return say("%s, however much it counts", atMostWords(most))
	}
	return say("%s", verdictWords(verdict))
}

func verdictWords(v handoff.MatchVerdict) string {
	switch v {
	case handoff.Matched:
		return "they are one"
	case handoff.ToReview:
		return "somebody has to look"
	}
	return "they are not one"
}

// atMostWords says what comes of two records at most.
func atMostWords(v handoff.MatchVerdict) string {
	return choose(v == handoff.NotMatched, "", "at most ") + verdictWords(v)
}

package identity

import (
	"cmp"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
)

// A Key is what a host looks records up by, and stores them under.
type Key struct {
	Of    handoff.Kind // of the records that are looked for
	By    KeyKind
	Value string // normalised; it can be personal
}

// String is a text such as "account/domain/acme.com".
func (k Key) String() string { return string(k.Of) + "/" + string(k.By) + "/" + k.Value }

// Compare orders by kind, key and value, all bytewise.
func (k Key) Compare(l Key) int {
	switch {
	case k.Of != l.Of:
		return cmp.Compare(k.Of, l.Of)
	case k.By != l.By:
		return cmp.Compare(k.By, l.By)
	}
	return cmp.Compare(k.Value, l.Value)
}

// Keys returns what to look up for a lead, sorted, each once: the leads and contacts that it could be, and the accounts that
// it could belong to. Look a record that is found up no further, but load the account of each contact.
func (m *Matcher) Keys(lead Prepared) []Key {
	keys := m.people.keys(make([]Key, 0, typicalKeys), handoff.KindLead, &lead)
	keys = m.accounts.keys(keys, handoff.KindAccount, &lead)
	return sorted(keys)
}

// typicalKeys is how many keys a lead has at most, as a rule.
const typicalKeys = 24

// Stored returns the keys under which a host stores a lead, a contact or an account, so that Keys finds it. Sorted, each
// once; they change when the record, the policy or the list of public suffixes does.
func (m *Matcher) Stored(p Prepared) []Key {
	if p.Ref.Kind == handoff.KindLead {
		return sorted(m.people.keys(nil, handoff.KindLead, &p))
	}
	keys := m.accounts.keys(nil, handoff.KindAccount, &p)
	return sorted(m.companies.keys(keys, handoff.KindAccount, &p))
}

func sorted(keys []Key) []Key {
	slices.SortFunc(keys, Key.Compare)
	return slices.Compact(keys)
}

// keys appends the keys that a model looks by.
func (c *compiled) keys(dst []Key, of handoff.Kind, p *Prepared) []Key {
	for _, kind := range c.Keys {
		add := func(value string) {
			if value != "" {
				dst = append(dst, Key{of, kind, value})
			}
		}
		p.eachKey(kind, add)
	}
	return dst
}

// eachKey calls add with each value of a key; "" is none.
func (p *Prepared) eachKey(kind KeyKind, add func(string)) {
	switch kind {
	case KeyEmail:
		for _, m := range p.mails {
			add(m.key)
		}
	case KeyPhone:
		for _, n := range p.phones {
			add(lastDigits(n))
		}
	case KeyNumber:
		add(p.number)
	case KeyDomain:
		p.eachDomain(add)
	case KeyLabel:
		p.eachDomain(func(d string) { add(domainLabel(d)) })
	case KeyCompany:
		add(p.company.Base)
	case KeyWord:
		word, _, _ := strings.Cut(p.company.Base, " ")
		add(word)
	case KeyLocal:
		for _, m := range p.mails {
			add(start(m.local, mailboxKeyLetters))
		}
	case KeySound:
		a, b := soundex(p.first), soundex(p.last)
		add(joined(min(a, b), max(a, b)))
	case KeyBorn:
		add(p.born)
	case KeySoundYear:
		p.eachName(func(name string) { add(joined(soundex(name), start(p.born, 4))) })
	case KeyNameDay:
		p.eachName(func(name string) { add(joined(start(name, 1), after(p.born, 4))) })
	case KeyNameCity:
		p.eachName(func(name string) { add(joined(start(name, nameKeyLetters), start(p.city, 1))) })
	case KeyPostcode:
		p.eachName(func(name string) { add(joined(p.postalCode, start(name, 1))) })
	case KeyStreet:
		add(joined(p.street, p.house))
	}
}

func (p *Prepared) eachName(f func(string)) {
	f(p.first)
	f(p.last)
}

func (p *Prepared) eachDomain(add func(string)) {
	for _, d := range p.domains {
		add(d)
	}
	for _, d := range p.contactDomains {
		add(d)
	}
}

// lastDigits returns the last digits of a number, which it has with and without its country.
func lastDigits(n string) string { return n[max(0, len(n)-phoneTail):] }

// joined returns both parts, or "" where one is unknown.
func joined(a, b string) string {
	if a == "" || b == "" {
		return ""
	}
	return a + " " + b
}

// How many letters of a mailbox, and of a name, are a key.
const (
	mailboxKeyLetters = 5
	nameKeyLetters    = 3
)

func start(s string, n int) string { return s[:min(n, len(s))] }

func after(s string, n int) string { return s[min(n, len(s)):] }

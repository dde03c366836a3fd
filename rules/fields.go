package rules

import (
	"slices"
	"strconv"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A kind is the type of a value in a condition.
type kind string

const (
	text    kind = "text"
	integer kind = "a whole number"
	truth   kind = "true or false"
	date    kind = "a date"
	instant kind = "an instant"
	texts   kind = "a list of texts"
)

// A value reads one value of a condition from the facts; false means that it is unknown. Which function is set follows
// from the kind.
type value struct {
	kind  kind
	words []string // the only allowed texts; nil: any
	text  func(*handoff.Facts) (string, bool)
	num   func(*handoff.Facts) (int64, bool) // integer, truth (0 or 1), date (days), instant (microseconds)
	list  func(*handoff.Facts) ([]string, bool)
	set   map[string]bool // of a list of the policy: its members
}

// show returns the value as explanations print it.
func (v value) show(f *handoff.Facts) (string, bool) {
	switch v.kind {
	case text:
		s, known := v.text(f)
		return strconv.Quote(s), known
	case texts:
		l, known := v.list(f)
		return handoff.ListValue(l).String(), known
	}
	n, known := v.num(f)
	switch v.kind {
	case truth:
		return strconv.FormatBool(n != 0), known
	case date:
		return epoch.AddDays(int(n)).String(), known
	case instant:
		return f.Zone.In(time.UnixMicro(n)).Format(time.RFC3339Nano), known
	}
	return strconv.FormatInt(n, 10), known
}

var epoch = calendar.Date{Year: 1970, Month: 1, Day: 1}

func days(d calendar.Date) int64 { return int64(d.Sub(epoch)) }

// A catalog is every path that conditions and templates can read.
type catalog map[string]value

// paths returns the known paths, in order.
func (c catalog) paths() []string {
	var out []string
	for path := range c {
		out = append(out, path)
	}
	slices.Sort(out)
	return out
}

func textField(read func(*handoff.Facts) string) value {
	return value{kind: text, text: func(f *handoff.Facts) (string, bool) {
		s := read(f)
		return s, s != ""
	}}
}

func intField(read func(*handoff.Facts) handoff.Opt[int64]) value {
	return value{kind: integer, num: func(f *handoff.Facts) (int64, bool) {
		o := read(f)
		return o.Value, o.Known
	}}
}

func boolField(read func(*handoff.Facts) handoff.Opt[bool]) value {
	return value{kind: truth, num: func(f *handoff.Facts) (int64, bool) {
		o := read(f)
		return asInt(o.Value), o.Known
	}}
}

func dateField(read func(*handoff.Facts) calendar.Date) value {
	return value{kind: date, num: func(f *handoff.Facts) (int64, bool) {
		d := read(f)
		return days(d), !d.IsZero()
	}}
}

func asInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// builtin returns the paths that every policy can read. A text that is empty is unknown.
func builtin() catalog {
	return catalog{
		"subject.kind":       textField(func(f *handoff.Facts) string { return string(f.Subject.Kind) }).among("lead", "account"),
		"lead.owner":         textField(func(f *handoff.Facts) string { return f.Lead.Owner }),
		"lead.status":        textField(func(f *handoff.Facts) string { return f.Lead.Status }),
		"lead.source":        textField(func(f *handoff.Facts) string { return f.Lead.Source }),
		"lead.country":       textField(func(f *handoff.Facts) string { return f.Lead.Country }),
		"lead.state":         textField(func(f *handoff.Facts) string { return f.Lead.State }),
		"lead.email_domain":  textField(func(f *handoff.Facts) string { return f.EmailDomain }),
		"account.name":       textField(func(f *handoff.Facts) string { return f.Account.Name }),
		"account.domain":     textField(func(f *handoff.Facts) string { return f.Account.Domain }),
		"account.parent":     textField(func(f *handoff.Facts) string { return f.Account.Parent }),
		"account.owner":      textField(func(f *handoff.Facts) string { return f.Account.Owner }),
		"account.csm":        textField(func(f *handoff.Facts) string { return f.Account.CSM }),
		"account.partner":    textField(func(f *handoff.Facts) string { return f.Account.Partner }),
		"account.country":    textField(func(f *handoff.Facts) string { return f.Account.Country }),
		"account.state":      textField(func(f *handoff.Facts) string { return f.Account.State }),
		"account.industry":   textField(func(f *handoff.Facts) string { return f.Account.Industry }),
		"account.employees":  intField(func(f *handoff.Facts) handoff.Opt[int64] { return f.Account.Employees }),
		"account.customer":   boolField(func(f *handoff.Facts) handoff.Opt[bool] { return f.Account.Customer }),
		"account.renewal_on": dateField(func(f *handoff.Facts) calendar.Date { return f.Account.RenewalOn }),
		"account.open_opportunities": intField(func(f *handoff.Facts) handoff.Opt[int64] {
			return f.OpenOpportunities
		}),
		"trigger.kind":              textField(func(f *handoff.Facts) string { return f.Trigger.Kind }),
		"trigger.source":            textField(func(f *handoff.Facts) string { return f.Trigger.Source }),
		"trigger.asset":             textField(func(f *handoff.Facts) string { return f.Trigger.Asset }),
		"trigger.offer":             textField(func(f *handoff.Facts) string { return f.Trigger.Offer }),
		"trigger.landing_page":      textField(func(f *handoff.Facts) string { return f.Trigger.Landing }),
		"trigger.campaign.id":       textField(func(f *handoff.Facts) string { return f.Trigger.Campaign.ID }),
		"trigger.campaign.name":     textField(func(f *handoff.Facts) string { return f.Trigger.Campaign.Name }),
		"trigger.campaign.source":   textField(func(f *handoff.Facts) string { return f.Trigger.Campaign.Source }),
		"trigger.campaign.medium":   textField(func(f *handoff.Facts) string { return f.Trigger.Campaign.Medium }),
		"trigger.campaign.ad_group": textField(func(f *handoff.Facts) string { return f.Trigger.Campaign.AdGroup }),
		"trigger.campaign.keyword":  textField(func(f *handoff.Facts) string { return f.Trigger.Campaign.Keyword }),
	}
}

func (v value) among(words ...string) value {
	v.words = words
	return v
}

// kinds are the kinds of declared fields.
var kinds = map[handoff.Type]kind{
	handoff.TypeString: text, handoff.TypeInt: integer, handoff.TypeBool: truth,
	handoff.TypeDate: date, handoff.TypeTime: instant, handoff.TypeList: texts,
}

// declared returns the value of the declared field in a slot.
func declared(f handoff.Field, slot int) value {
	v := value{kind: kinds[f.Type], words: f.Words}
	switch v.kind {
	case text:
		v.text = func(facts *handoff.Facts) (string, bool) {
			x := &facts.Fields[slot]
			return x.Text(), !x.IsZero()
		}
	case texts:
		v.list = func(facts *handoff.Facts) ([]string, bool) {
			x := &facts.Fields[slot]
			return x.List(), !x.IsZero()
		}
	default:
		v.num = func(facts *handoff.Facts) (int64, bool) {
			x := &facts.Fields[slot]
			return x.Int(), !x.IsZero()
		}
	}
	return v
}

// readFields reads the section fields: owner -> name -> type, or a list of words.
func (p *policy) readFields(section source.Node) {
	for _, of := range section.Map("lead", "account", "trigger").Entries() {
		for _, e := range of.Value.Entries() {
			field := handoff.Field{Of: of.Name(), Name: e.Name()}
			path := field.Of + "." + field.Name
			if !isName(field.Name) {
				e.Key.Errorf("a field's name is letters, digits and _, and begins with a letter")
				continue
			}
			if e.Value.IsList() {
				field.Type, field.Words = handoff.TypeString, e.Value.Texts()
				if len(field.Words) == 0 {
					e.Value.Errorf("list the words that %s can have, or write string", path)
				}
			} else {
				field.Type = handoff.Type(e.Value.Word(typeWords()...))
			}
			if known, ok := p.catalog[path]; ok {
				if known.kind != kinds[field.Type] {
					e.Key.Errorf("%s is built in and is %s; remove the declaration", path, known.kind)
				}
				known.words = field.Words
				p.catalog[path] = known
				continue
			}
			p.catalog[path] = declared(field, len(p.config.Fields))
			p.config.Fields = append(p.config.Fields, field)
		}
	}
}

func typeWords() []string {
	var out []string
	for t := range kinds {
		out = append(out, string(t))
	}
	slices.Sort(out)
	return out
}

func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// scoreField returns the value of the score at an index.
func scoreField(index int) value {
	return value{kind: integer, num: func(f *handoff.Facts) (int64, bool) {
		if index >= len(f.Scores) { // a score that is computed later
			return 0, false
		}
		return f.Scores[index], true
	}}
}

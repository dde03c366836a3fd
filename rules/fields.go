package rules

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A kind is the type of a value in a condition.
type kind string

const (
	text      kind = "text"
	integer   kind = "a whole number"
	truth     kind = "true or false"
	date      kind = "a date"
	instant   kind = "an instant"
	duration  kind = "a length of time"
	rate      kind = "a rate"
	timeOfDay kind = "a time of day"
	texts     kind = "a list of texts"
)

// example is a constant of the kind, as an author writes it.
func (k kind) example() string {
	switch k {
	case text:
		return `"web"`
	case truth:
		return "true or false"
	case date:
		return `"2026-03-01"`
	case instant:
		return `"2026-03-01 09:00"`
	case duration:
		return `"36h"`
	case rate:
		return "0.25"
	case timeOfDay:
		return `"09:30"`
	case texts:
		return `["a", "b"], and looked up with in`
	}
	return "1000"
}

// A value reads one value of a condition from the facts; false means that it is unknown. Which function is set follows
// from the kind.
type value struct {
	kind  kind
	words []string // the only allowed texts; nil: any
	text  func(*handoff.Facts) (string, bool)
	// num reads an integer, a truth value (0 or 1), a date (days), an instant or a duration (microseconds), a rate
	// (millionths) or a time of day (seconds).
	num  func(*handoff.Facts) (int64, bool)
	has  func(*handoff.Facts, string) (has, known bool) // of a list
	list func(*handoff.Facts) ([]string, bool)
	set  *textSet // of a list of the policy
	// between reads people(...): what it is at least and at most.
	between func(*handoff.Facts) (least, most int64, known bool)
	long    int   // bytes of a constant text; 0: it is as long as its words or as a request allow
	cost    int64 // of reading it; 0: what its kind costs
	sure    bool  // it is never unknown
	// country tells that the text is the code of one: two capital letters.
	country bool
}

// known reports whether the value is known.
func (v value) known(f *handoff.Facts) bool {
	var known bool
	switch {
	case v.text != nil:
		_, known = v.text(f)
	case v.num != nil:
		_, known = v.num(f)
	default:
		_, known = v.has(f, "")
	}
	return known
}

// show returns the value as explanations print it.
func (v value) show(f *handoff.Facts) (string, bool) {
	switch {
	case v.between != nil:
		return v.showCount(f)
	case v.kind == text:
		s, known := v.text(f)
		return strconv.Quote(s), known
	case v.kind == texts:
		l, known := v.list(f)
		return handoff.ListValue(l).String(), known
	}
	n, known := v.num(f)
	return v.kind.print(n, f.Zone), known
}

// showCount returns how many people count, of how many, and of how many that is unknown.
func (v value) showCount(f *handoff.Facts) (string, bool) {
	all, _ := f.People()
	least, most, known := v.between(f)
	shown := fmt.Sprintf("%d of %d", least, all)
	if most > least {
		shown += fmt.Sprintf(", %d unknown", most-least)
	}
	return shown, known
}

// print returns a number of the kind as people write it.
func (k kind) print(n int64, zone *calendar.Zone) string {
	switch k {
	case truth:
		return strconv.FormatBool(n != 0)
	case date:
		return epoch.AddDays(int(n)).String()
	case instant:
		return zone.In(time.UnixMicro(n)).Format(time.RFC3339Nano)
	case duration:
		return handoff.DurationValue(time.Duration(n) * time.Microsecond).String()
	case rate:
		return handoff.RateValue(n).String()
	case timeOfDay:
		return time.Unix(n, 0).UTC().Format(time.TimeOnly)
	}
	return strconv.FormatInt(n, 10)
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

// knownField is a number that is always known.
func knownField(k kind, read func(*handoff.Facts) int64) value {
	return value{kind: k, sure: true, num: func(f *handoff.Facts) (int64, bool) { return read(f), true }}
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
		"subject.kind":         textField(func(f *handoff.Facts) string { return string(f.Subject.Kind) }).among("lead", "account").always(),
		"lead.contact_owner":   textField(func(f *handoff.Facts) string { return f.Lead.ContactOwner }),
		"lead.buying_group":    textField(func(f *handoff.Facts) string { return f.Lead.BuyingGroup }),
		"lead.owner":           textField(func(f *handoff.Facts) string { return f.Lead.Owner }),
		"lead.status":          textField(func(f *handoff.Facts) string { return f.Lead.Status }),
		"lead.source":          textField(func(f *handoff.Facts) string { return f.Lead.Source }),
		"lead.company":         textField(func(f *handoff.Facts) string { return f.Lead.Company }),
		"lead.country":         textField(func(f *handoff.Facts) string { return f.Lead.Country }).ofCountry(),
		"lead.state":           textField(func(f *handoff.Facts) string { return f.Lead.State }),
		"lead.postal_code":     textField(func(f *handoff.Facts) string { return f.Lead.PostalCode }),
		"lead.zone":            textField(func(f *handoff.Facts) string { return f.Lead.Zone }),
		"lead.subscriber":      textField(func(f *handoff.Facts) string { return string(f.Lead.Subscriber) }).only(language.Subscribers()),
		"lead.email_domain":    textField(func(f *handoff.Facts) string { return f.EmailDomain }),
		"match.contact":        textField(func(f *handoff.Facts) string { return string(matchOf(f).Contact.Verdict) }).among(language.MatchVerdicts()...),
		"match.account":        textField(func(f *handoff.Facts) string { return string(matchOf(f).Account.Verdict) }).among(language.MatchVerdicts()...),
		"match.account_by":     textField(matchedBy).costing(matchCost),
		"match.account_score":  intField(matchScore),
		"account.id":           textField(func(f *handoff.Facts) string { return f.AccountRef().ID }),
		"account.name":         textField(func(f *handoff.Facts) string { return f.Account.Name }),
		"account.domain":       textField(func(f *handoff.Facts) string { return f.Account.Domain }),
		"account.parent":       textField(func(f *handoff.Facts) string { return f.Account.Parent }),
		"account.parent_owner": textField(func(f *handoff.Facts) string { return f.Account.ParentOwner }),
		"account.owner":        textField(func(f *handoff.Facts) string { return f.Account.Owner }),
		"account.csm":          textField(func(f *handoff.Facts) string { return f.Account.CSM }),
		"account.partner":      textField(func(f *handoff.Facts) string { return f.Account.Partner }),
		"account.country":      textField(func(f *handoff.Facts) string { return f.Account.Country }).ofCountry(),
		"account.state":        textField(func(f *handoff.Facts) string { return f.Account.State }),
		"account.postal_code":  textField(func(f *handoff.Facts) string { return f.Account.PostalCode }),
		"account.industry":     textField(func(f *handoff.Facts) string { return f.Account.Industry }),
		"account.employees":    intField(func(f *handoff.Facts) handoff.Opt[int64] { return f.Account.Employees }),
		"account.customer":     boolField(func(f *handoff.Facts) handoff.Opt[bool] { return f.Account.Customer }),
		"account.renewal_on":   dateField(func(f *handoff.Facts) calendar.Date { return f.Account.RenewalOn }),
		"account.open_opportunities": intField(func(f *handoff.Facts) handoff.Opt[int64] {
			return f.OpenOpportunities
		}),
		"trigger.kind":              textField(func(f *handoff.Facts) string { return f.Trigger.Kind }).always(),
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
		"trigger.occurred_at":       knownField(instant, func(f *handoff.Facts) int64 { return f.Trigger.OccurredAt.UnixMicro() }),
		"trigger.age":               knownField(duration, age).costing(ageCost),
		"now.date":                  knownField(date, func(f *handoff.Facts) int64 { return days(f.Zone.DateOf(f.At)) }).costing(zoneCost),
		"now.time":                  knownField(timeOfDay, sinceMidnight).costing(zoneCost),
		"now.hour":                  knownField(integer, func(f *handoff.Facts) int64 { return int64(f.Zone.In(f.At).Hour()) }).costing(zoneCost),
		"now.weekday":               textField(weekday).among(language.Weekdays...).costing(zoneCost).always(),
	}
}

// matchOf returns whom the lead was taken for; the zero Match where nobody looked.
func matchOf(f *handoff.Facts) handoff.Match {
	if f.Match == nil {
		return handoff.Match{}
	}
	return *f.Match
}

// matchedBy returns the field that speaks most for the account that the lead was taken to be of.
func matchedBy(f *handoff.Facts) string {
	m := matchOf(f)
	c, found := m.Best(handoff.KindAccount)
	if !found || m.Account.ID == "" {
		return ""
	}
	e, _ := c.Strongest()
	return e.Field
}

// matchScore returns the score of the likeliest account in whole bits.
func matchScore(f *handoff.Facts) handoff.Opt[int64] {
	c, found := matchOf(f).Best(handoff.KindAccount)
	return handoff.Opt[int64]{Value: c.Bits(), Known: found}
}

// age is the time since the trigger occurred, in microseconds; a trigger of the future is new.
func age(f *handoff.Facts) int64 { return max(0, f.At.Sub(f.Trigger.OccurredAt).Microseconds()) }

// sinceMidnight is the time of day, in seconds, that the clocks of the policy's zone show.
func sinceMidnight(f *handoff.Facts) int64 {
	h, m, s := f.Zone.In(f.At).Clock()
	return int64(h*3600 + m*60 + s)
}

func weekday(f *handoff.Facts) string {
	return language.Weekdays[(f.Zone.DateOf(f.At).Weekday()+6)%7]
}

func (v value) among(words ...string) value {
	v.words = words
	return v
}

func (v value) ofCountry() value {
	v.country = true
	return v
}

func (v value) always() value {
	v.sure = true
	return v
}

// only returns the text with any other word unknown.
func (v value) only(words []string) value {
	read := v.text
	v.words = words
	v.sure = false
	v.text = func(f *handoff.Facts) (string, bool) {
		s, known := read(f)
		return s, known && slices.Contains(words, s)
	}
	return v
}

func (v value) costing(units int64) value {
	v.cost = units
	return v
}

// kinds are the kinds of declared fields.
var kinds = map[handoff.Type]kind{
	handoff.TypeString: text, handoff.TypeInt: integer, handoff.TypeBool: truth, handoff.TypeDate: date,
	handoff.TypeTime: instant, handoff.TypeDuration: duration, handoff.TypeRate: rate, handoff.TypeList: texts,
}

// declared returns the value of the declared field in a slot.
func declared(f handoff.Field, slot int) value {
	v := value{kind: kinds[f.Type], words: f.Words}
	switch v.kind {
	case text:
		v.text = func(facts *handoff.Facts) (string, bool) {
			s := facts.Fields[slot].Text()
			return s, s != ""
		}
	case texts:
		v.list = func(facts *handoff.Facts) ([]string, bool) {
			x := &facts.Fields[slot]
			return x.List(), !x.IsZero()
		}
		v.has = func(facts *handoff.Facts, word string) (bool, bool) {
			x := &facts.Fields[slot]
			return x.Has(word), !x.IsZero()
		}
	default:
		v.num = func(facts *handoff.Facts) (int64, bool) {
			x := &facts.Fields[slot]
			return x.Int(), !x.IsZero()
		}
	}
	return v
}

// readFields reads the section fields, in each of its files: owner -> name -> type, or a list of words.
func (p *policy) readFields(section source.Node) {
	for _, part := range section.Parts() {
		m := part.Map()
		for _, of := range []string{"lead", "account", "trigger"} {
			for _, e := range m.Get(of).Entries() {
				p.readField(of, e)
			}
		}
	}
}

func (p *policy) readField(of string, e source.Entry) {
	field := handoff.Field{Of: of, Name: e.Key.Name()}
	if field.Name == "" {
		return
	}
	path := of + "." + field.Name
	if first, twice := p.declared[path]; twice {
		e.Key.Errorf(source.RepeatedKey, "the key %q is repeated; it stands at %s already", field.Name, first.Position())
		return
	}
	p.declared[path] = e.Key
	if e.Value.IsList() {
		field.Type, field.Words = handoff.TypeString, e.Value.Texts()
	} else {
		field.Type = handoff.Type(e.Value.Word())
	}
	if known, ok := p.catalog[path]; ok {
		if known.kind != kinds[field.Type] && field.Type != "" {
			e.Key.Errorf(source.WrongType, "%s is built in and is %s; remove the declaration", path, known.kind)
			return
		}
		switch {
		case field.Words != nil:
			p.catalog[path] = known.only(field.Words)
		case field.Type != "":
			e.Key.Errorf(source.NoEffect, "%s is built in; remove the declaration, or list its words", path)
		}
		return
	}
	p.catalog[path] = declared(field, len(p.config.Fields))
	p.config.Fields = append(p.config.Fields, field)
}

// scoreField returns the value of the score at an index. Only one that counts events can be unknown.
func scoreField(index int, events bool) value {
	return value{kind: integer, sure: !events, num: func(f *handoff.Facts) (int64, bool) {
		if index >= len(f.Scores) { // a score that is computed later
			return 0, false
		}
		return f.Scores[index].Value, f.Scores[index].Known
	}}
}

package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// words says a condition that compiles in plain English. A not is carried inward, which changes nothing in three-valued
// logic: not (x < 5) and x >= 5 are true, false and unknown together, and have the same words. Conditions with the same
// words always have the same truth.
func (p *policy) words(node source.Node) string {
	text, ok := node.Condition()
	if !ok {
		return ""
	}
	c := &compiler{policy: p, node: node, text: text, ok: true}
	root := c.parse(text)
	if root == nil {
		return text
	}
	return (&speaker{c}).clause(root, false).text(0)
}

// A speaker turns the tree of a condition into clauses.
type speaker struct{ *compiler }

// A clause is a part of a condition in words: a subject and what is said of it, or several clauses that are joined.
type clause struct {
	op        string // "and", "or", or "" for a single one
	kids      []clause
	subject   string // "": the predicate is a sentence by itself
	predicate string
	besideOr  string // the predicate where it stands beside an "or"; "": the same
	past      string // what the predicate adds as long as nothing else excludes the past
	notPast   bool   // it excludes the past
}

func (s *speaker) clause(n ast.Node, negated bool) clause {
	switch n := n.(type) {
	case *ast.BoolNode:
		return clause{predicate: choose(n.Value != negated, "always", "never")}
	case *ast.UnaryNode:
		return s.clause(n.Node, !negated)
	case *ast.BinaryNode:
		return s.binary(n, negated)
	case *ast.CallNode, *ast.BuiltinNode:
		return s.call(n, negated)
	}
	path, _ := dotted(n)
	return s.truth(path, !negated)
}

func choose(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func (s *speaker) binary(n *ast.BinaryNode, negated bool) clause {
	switch n.Operator {
	case "and", "&&":
		return junction(choose(negated, "or", "and"), s.clause(n.Left, negated), s.clause(n.Right, negated))
	case "or", "||":
		return junction(choose(negated, "and", "or"), s.clause(n.Left, negated), s.clause(n.Right, negated))
	case "in":
		return s.membership(n, negated)
	case "contains":
		return s.substring(n, choose(negated, "does not contain", "contains"))
	case "startsWith":
		return s.substring(n, choose(negated, "does not begin with", "begins with"))
	case "endsWith":
		return s.substring(n, choose(negated, "does not end with", "ends with"))
	}
	if _, known := orders[n.Operator]; known {
		return s.comparison(n, negated)
	}
	return clause{predicate: choose(negated, "not ", "") + n.String()}
}

// junction joins clauses; one of the same kind inside another is flattened, as it is compiled.
func junction(op string, kids ...clause) clause {
	c := clause{op: op}
	for _, kid := range kids {
		if kid.op == op {
			c.kids = append(c.kids, kid.kids...)
		} else {
			c.kids = append(c.kids, kid)
		}
	}
	return c
}

// mirrored are the operators with their sides swapped, opposite those that are true where the others are false.
var (
	mirrored = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
	opposite = map[string]string{"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
)

func (s *speaker) comparison(n *ast.BinaryNode, negated bool) clause {
	left, right, op := n.Left, n.Right, n.Operator
	if isConstant(left) {
		left, right, op = right, left, mirrored[op]
	}
	if negated {
		op = opposite[op]
	}
	v, path := s.value(left, nil)
	if !isConstant(right) {
		return clause{subject: s.noun(left), predicate: related(v.kind, op, choose(op == "==", "the same as ", "")+s.noun(right))}
	}
	if v.kind == truth {
		yes, _ := right.(*ast.BoolNode)
		return s.truth(path, yes.Value == (op == "=="))
	}
	name, args := arguments(left)
	switch shown := s.shown(right, v, path); {
	case name == "days_until":
		return s.daysAway(args[0], op, number(right))
	case name == "count":
		event, window, n := nameWords(args[0].(*ast.StringNode).Value), args[1].(*ast.StringNode).Value, number(right)
		there := choose(n == 1 || op == "!=", "there was ", "there were ")
		return clause{predicate: there + amount(op, n, event+" event", event+" events") + within(window)}
	case name == "people":
		who := s.clause(args[0], false).text(0)
		return clause{predicate: "for " + amount(op, number(right), "person of the account", "people of the account") + " (" + who + ")"}
	case path == "account.employees":
		return clause{subject: "the account", predicate: "has " + amount(op, number(right), "employee", "employees")}
	case path == "account.open_opportunities":
		return clause{subject: "the account", predicate: "has " + amount(op, number(right), "open opportunity", "open opportunities")}
	case path == "trigger.age":
		return clause{subject: "the signal", predicate: related(v.kind, op, shown) + " old"}
	default:
		return clause{subject: s.noun(left), predicate: related(v.kind, op, shown)}
	}
}

// within says how far back a window reaches.
func within(window string) string {
	length, _ := handoff.ParseSpan(window)
	return " in the last " + withoutOne(spanWords(length))
}

// withoutOne returns "day" for "1 day", and any longer length of time as it is.
func withoutOne(length string) string {
	if unit, found := strings.CutPrefix(length, "1 "); found && !strings.Contains(unit, " ") {
		return unit
	}
	return length
}

// number returns a whole number that is a constant.
func number(n ast.Node) int64 {
	switch n := n.(type) {
	case *ast.UnaryNode:
		return -number(n.Node)
	case *ast.IntegerNode:
		return int64(n.Value)
	}
	return 0
}

// amount says how many of something there are.
func amount(op string, n int64, one, many string) string {
	what := many
	if n == 1 {
		what = one
	}
	switch {
	case op == ">" && n == 0:
		return many
	case op == "==" && n == 0:
		return "no " + many
	}
	if op == "!=" {
		return fmt.Sprintf("another number of %s than %s", many, thousands(n))
	}
	return fmt.Sprintf(worded(op, "exactly %s %s", "", "fewer than %s %s", "at most %s %s", "more than %s %s", "at least %s %s"), thousands(n), what)
}

// worded returns the form for an operator; the forms are those for ==, !=, <, <=, > and >=.
func worded(op string, forms ...string) string {
	return forms[slices.Index([]string{"==", "!=", "<", "<=", ">", ">="}, op)]
}

// related says how something stands to something else.
func related(k kind, op, other string) string {
	form := worded(op, "is %s", "is other than %s", "is less than %s", "is at most %s", "is more than %s", "is at least %s")
	switch k {
	case date:
		form = worded(op, "is %s", "is other than %s", "is before %s", "is on or before %s", "is after %s", "is on or after %s")
	case instant, timeOfDay:
		form = worded(op, "is %s", "is other than %s", "is before %s", "is at or before %s", "is after %s", "is at or after %s")
	}
	return fmt.Sprintf(form, other)
}

// daysAway says how far ahead a date lies. What is past is a negative number of days ahead.
func (s *speaker) daysAway(arg ast.Node, op string, n int64) clause {
	c := clause{subject: s.noun(arg), notPast: n >= 0 && (op == "==" || op == ">" || op == ">=")}
	length := counted(max(n, -n), "day")
	switch {
	case n > 0:
		form := worded(op, "is exactly %s away", "is not exactly %s away", "is less than %s away", "is at most %s away", "is more than %s away", "is at least %s away")
		c.predicate = fmt.Sprintf(form, length)
		if op == "<" || op == "<=" {
			c.past = " (or past)"
		}
	case n == 0:
		c.predicate = worded(op, "is today", "is not today", "is past", "is not after today", "is after today", "is not past")
	default:
		form := worded(op, "is exactly %s past", "is not exactly %s past", "is more than %s past", "is at least %s past",
			"is less than %s past (or not past)", "is at most %s past (or not past)")
		c.predicate = fmt.Sprintf(form, length)
	}
	return c
}

// truth says whether a field that is true or false is.
func (s *speaker) truth(path string, yes bool) clause {
	if path == "account.customer" {
		return clause{subject: "the account", predicate: choose(yes, "is a customer", "is not a customer")}
	}
	return clause{subject: nounOf(path), predicate: choose(yes, "is yes", "is no")}
}

func (s *speaker) call(n ast.Node, negated bool) clause {
	name, args := arguments(n)
	if name == "has" {
		return clause{subject: s.noun(args[0]), predicate: choose(negated, "is unknown", "is known")}
	}
	stage, _ := dotted(args[0])
	if quoted, ok := args[0].(*ast.StringNode); ok {
		stage = quoted.Value
	}
	return clause{subject: "this signal", predicate: choose(negated, "does not make", "makes") + " the record enter the stage " + stage}
}

func (s *speaker) substring(n *ast.BinaryNode, verb string) clause {
	return clause{subject: s.quotedOr(n.Left), predicate: verb + " " + s.quotedOr(n.Right)}
}

// quotedOr returns a constant in quotes, or the noun of a field.
func (s *speaker) quotedOr(n ast.Node) string {
	if constant, ok := n.(*ast.StringNode); ok {
		return strconv.Quote(constant.Value)
	}
	return s.noun(n)
}

func (s *speaker) membership(n *ast.BinaryNode, negated bool) clause {
	if array, ok := n.Right.(*ast.ArrayNode); ok {
		return s.among(n.Left, array.Nodes, negated)
	}
	path, _ := dotted(n.Right)
	if name, isList := strings.CutPrefix(path, "lists."); isList && s.lists[name] != nil {
		return clause{subject: s.noun(n.Left), predicate: choose(negated, "is not", "is") + " on the list " + strconv.Quote(name)}
	}
	item := s.noun(n.Left)
	if constant, ok := n.Left.(*ast.StringNode); ok {
		item = textWord(constant.Value, path)
	}
	verb := choose(negated, "does not include ", "includes ")
	if strings.HasSuffix(path, "s") {
		verb = choose(negated, "do not include ", "include ")
	}
	return clause{subject: s.noun(n.Right), predicate: verb + item}
}

// among says that a field is one of some constants.
func (s *speaker) among(field ast.Node, constants []ast.Node, negated bool) clause {
	v, path := s.value(field, nil)
	var shown []string
	for _, item := range constants {
		shown = append(shown, s.shown(item, v, path))
	}
	c := clause{subject: s.noun(field)}
	switch {
	case len(shown) == 1:
		c.predicate = related(text, choose(negated, "!=", "=="), shown[0])
	case negated:
		c.predicate = "is none of " + strings.Join(shown, ", ")
	default:
		c.predicate = "is one of " + strings.Join(shown, ", ")
	}
	if len(shown) == 2 && !negated {
		c.predicate, c.besideOr = "is "+shown[0]+" or "+shown[1], c.predicate
	}
	return c
}

// shown returns a constant that stands beside a field as people write it.
func (s *speaker) shown(n ast.Node, field value, path string) string {
	if constant, ok := n.(*ast.StringNode); ok && field.kind == duration {
		length, _ := handoff.ParseSpan(constant.Value)
		return spanWords(length)
	}
	v, _ := s.value(n, &field)
	if v.kind == text {
		word, _ := v.text(nil)
		return textWord(word, path)
	}
	x, _ := v.num(nil)
	switch v.kind {
	case rate:
		return percent(x)
	case instant:
		return instantWords(s.config.Zone.In(time.UnixMicro(x)))
	case timeOfDay:
		return strings.TrimSuffix(timeOfDay.print(x, nil), ":00")
	case integer:
		return thousands(x)
	}
	return v.kind.print(x, s.config.Zone)
}

func instantWords(t time.Time) string {
	switch {
	case t.Nanosecond() != 0:
		return t.Format("2006-01-02 15:04:05.999999 MST")
	case t.Second() != 0:
		return t.Format("2006-01-02 15:04:05 MST")
	}
	return t.Format("2006-01-02 15:04 MST")
}

// percent returns millionths as a percentage where that is what people say, and else as a number.
func percent(millionths int64) string {
	if millionths < 0 || millionths > rateUnit {
		return handoff.RateValue(millionths).String()
	}
	text := fmt.Sprintf("%d.%04d", millionths/10_000, millionths%10_000)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + "%"
}

// thousands returns a number with its digits in groups.
func thousands(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

func grouped(digits string) string {
	for at := len(digits) - 3; at > 0 && digits[at-1] != '-'; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// bare are the texts that can stand among words without quotes; reserved those that would be taken for words.
var bare = regexp.MustCompile(`^[\pL\pN][\pL\pN._/@+-]*$`)

var reserved = []string{"and", "or", "not", "either", "both", "one", "none", "other", "the", "yes", "no", "past", "away"}

func textWord(word, path string) string {
	if day := slices.Index(language.Weekdays, word); path == "now.weekday" && day >= 0 {
		return time.Weekday((day + 1) % 7).String()
	}
	if bare.MatchString(word) && !slices.Contains(reserved, strings.ToLower(word)) {
		return word
	}
	return strconv.Quote(word)
}

// noun names the value of a field or a call.
func (s *speaker) noun(n ast.Node) string {
	path, _ := dotted(n)
	switch name, args := arguments(n); name {
	case "days_until":
		return "the number of days until " + s.noun(args[0])
	case "count":
		return "the number of " + nameWords(args[0].(*ast.StringNode).Value) + " events" + within(args[1].(*ast.StringNode).Value)
	}
	return nounOf(path)
}

// nouns are the built-in fields that have better names than their own. None is what nounOf makes of another field.
var nouns = map[string]string{
	"subject.kind":               "the kind of record",
	"lead.owner":                 "the owner of the lead",
	"account.owner":              "the owner of the account",
	"account.csm":                "the customer success manager of the account",
	"account.parent":             "the parent of the account",
	"account.employees":          "the number of employees of the account",
	"account.customer":           "whether the account is a customer",
	"account.renewal_on":         "the renewal date of the account",
	"account.open_opportunities": "the number of open opportunities of the account",
	"match.contact":              "the match of the lead with a contact",
	"match.account":              "the match of the lead with an account",
	"match.account_by":           "what the match with the account is by",
	"match.account_score":        "the bits of evidence for the account",
	"trigger.occurred_at":        "the time of the signal",
	"now.date":                   "the day of the decision",
	"now.time":                   "the time of day",
	"now.hour":                   "the hour of the day",
	"now.weekday":                "the day of the week",
}

func nounOf(path string) string {
	if noun, ok := nouns[path]; ok {
		return noun
	}
	of, name, _ := strings.Cut(path, ".")
	name = strings.ReplaceAll(name, "_", " ")
	switch {
	case of == "score":
		return "the " + name + " score"
	case of == "trigger" && strings.HasPrefix(name, "campaign."):
		return "the campaign's " + strings.TrimPrefix(name, "campaign.")
	case of == "trigger":
		return "the signal's " + name
	}
	return "the " + of + "'s " + name
}

// nameWords turns an id such as team_invite into words; what is no id is quoted.
func nameWords(id string) string {
	if !source.IsID(id) {
		return strconv.Quote(id)
	}
	return strings.ReplaceAll(id, "_", " ")
}

func counted[T int | int64](n T, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return thousands(int64(n)) + " " + what + "s"
}

// spanWords says a length of time, such as "1 day 12 hours".
func spanWords(s handoff.Span) string {
	var parts []string
	for _, unit := range []struct {
		n    int64
		name string
	}{
		{int64(s.Days), "day"},
		{int64(s.Elapsed / time.Hour), "hour"},
		{int64(s.Elapsed % time.Hour / time.Minute), "minute"},
		{int64(s.Elapsed % time.Minute / time.Second), "second"},
	} {
		if unit.n > 0 {
			parts = append(parts, counted(unit.n, unit.name))
		}
	}
	if len(parts) == 0 {
		return "0 seconds"
	}
	return strings.Join(parts, " ")
}

// text joins the words of a clause that stands at a depth. Below the first "and" or "or", those of the other kind begin
// with "either" or "both"; deeper ones, and three or more that are joined by "and", stand in parentheses. So whatever
// stands between two joining words of one depth belongs together.
func (c clause) text(depth int) string {
	if c.op == "" {
		return strings.TrimPrefix(c.subject+" "+c.predicate+c.past, " ")
	}
	parts, nested := c.parts(depth)
	joint := " " + c.op + " "
	if depth == 0 && (len(c.kids) > 2 || nested) {
		joint = "," + joint
	}
	joined := strings.Join(parts, joint)
	switch {
	case depth == 0:
		return joined
	case depth == 1 && c.op == "or":
		return "either " + joined
	case depth == 1 && len(c.kids) == 2:
		return "both " + joined
	}
	return "(" + joined + ")"
}

// parts are the words of each kid. Neighbours that speak of the same subject name it once.
func (c clause) parts(depth int) (parts []string, nested bool) {
	ahead := func(subject string) bool {
		return c.op == "and" && slices.ContainsFunc(c.kids, func(k clause) bool { return k.notPast && k.subject == subject })
	}
	for i, kid := range c.kids {
		if ahead(kid.subject) {
			kid.past = ""
		}
		if c.op == "or" && kid.besideOr != "" {
			kid.predicate = kid.besideOr
		}
		nested = nested || kid.op != ""
		if i > 0 && kid.op == "" && kid.subject != "" && c.kids[i-1].subject == kid.subject {
			parts[len(parts)-1] += " " + c.op + " " + kid.predicate + kid.past
			continue
		}
		parts = append(parts, kid.text(depth+1))
	}
	return parts, nested
}

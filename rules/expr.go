package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// Bounds of one condition. The parser is recursive and builds shared nodes, so that both are checked before anything
// walks its result.
const (
	maxCondition = 2048 // bytes
	maxNesting   = 32
	maxExprNodes = 400
)

// A term is a compiled part of a condition. An engine keeps many of them, so that they are small.
type term struct {
	kids     []*term
	reads    []*reading // of a leaf
	eval     func(*handoff.Facts) handoff.Truth
	from, to int16 // the runes of the condition's text that the author wrote for it
	op       joint
}

// A joint is how a term joins others; a leaf joins none.
type joint uint8

const (
	leaf joint = iota
	and
	or
	not
)

// A reading is a path that a leaf reads. All conditions of a policy share those of a path.
type reading struct {
	path  string
	value value
}

// A condition is a compiled condition. It implements handoff.Condition.
type condition struct {
	root *term
	text string
	node source.Node
}

// Eval returns the condition's truth.
func (c *condition) Eval(f *handoff.Facts) handoff.Truth { return c.root.eval(f) }

// Trace returns the truth with the values seen and the first term that failed.
func (c *condition) Trace(f *handoff.Facts) handoff.Trace {
	t := handoff.Trace{Truth: c.root.eval(f), Text: c.text, Position: c.node.PositionAt(int(c.root.from))}
	c.root.trace(f, &t)
	t.Unknown = c.root.unknowns(f, nil)
	if failed := c.root.failed(f); failed != nil {
		t.First, t.FirstPosition = string([]rune(c.text)[failed.from:failed.to]), c.node.PositionAt(int(failed.from))
	}
	return t
}

func (t *term) trace(f *handoff.Facts, out *handoff.Trace) {
	for _, kid := range t.kids {
		kid.trace(f, out)
	}
	for _, r := range t.reads {
		if slices.ContainsFunc(out.Seen, func(s handoff.Seeing) bool { return s.Path == r.path }) {
			continue
		}
		shown, known := r.value.show(f)
		if !known {
			shown = "(unknown)"
		}
		out.Seen = append(out.Seen, handoff.Seeing{Path: r.path, Value: shown})
	}
}

// unknowns appends the paths whose absence makes the term unknown; those below a term that is decided all the same are
// not among them.
func (t *term) unknowns(f *handoff.Facts, out []string) []string {
	if t.eval(f) != handoff.Unknown {
		return out
	}
	for _, kid := range t.kids {
		out = kid.unknowns(f, out)
	}
	for _, r := range t.reads {
		if !r.value.known(f) && !slices.Contains(out, r.path) {
			out = append(out, r.path)
		}
	}
	return out
}

// failed returns the first term that alone makes the condition not true, nil when it is true.
func (t *term) failed(f *handoff.Facts) *term {
	if t.eval(f) == handoff.True {
		return nil
	}
	if t.op == and {
		for _, kid := range t.kids {
			if failed := kid.failed(f); failed != nil {
				return failed
			}
		}
	}
	return t
}

// A compiler turns one condition into terms and reports everything that is wrong with it.
type compiler struct {
	*policy
	node     source.Node
	text     string
	brackets [][2]int // where each pair of brackets opens and closes, in runes
	ok       bool
	units    int64 // cost so far
	ofPerson bool  // what is compiled stands inside people(...)
}

// condition compiles the condition in a node; nil when the node does not exist or something is wrong, which is then
// reported.
func (p *policy) condition(node source.Node) handoff.Condition {
	text, ok := node.Condition()
	if !ok {
		return nil
	}
	c := &compiler{policy: p, node: node, text: text, ok: true}
	root := c.parse(text)
	if root == nil {
		return nil
	}
	c.allow(root, map[ast.Node]bool{})
	if !c.ok {
		return nil
	}
	compiled := c.truth(root)
	if !c.ok {
		return nil
	}
	c.cost.add(node, c.units)
	return &condition{root: compiled, text: text, node: node}
}

func (c *compiler) fail(n ast.Node, code source.Code, format string, args ...any) {
	c.refuse(start(n), code, format, args...)
}

// refuse reports a problem at a rune of the condition.
func (c *compiler) refuse(at int, code source.Code, format string, args ...any) {
	c.ok = false
	c.node.ErrorAt(at, code, format, args...)
}

// parse returns the tree of a condition within bounds, nil after reporting why there is none.
func (c *compiler) parse(text string) ast.Node {
	if len(text) > maxCondition {
		c.node.Errorf(source.ConditionTooBig, "the condition is longer than %d bytes; split it over several rules", maxCondition)
		return nil
	}
	if !c.scan(text) {
		return nil
	}
	tree, err := parser.ParseWithConfig(text, c.parser)
	if err != nil {
		c.unreadable(err)
		return nil
	}
	if rest, ends := strings.CutSuffix(strings.TrimSpace(text), ";"); ends { // the parser drops it
		c.refuse(utf8.RuneCountInString(rest), source.NotInLanguage, "let and ; are not part of the language; write the condition out")
		return nil
	}
	return tree.Node
}

// parserConfig is what the parser needs to know.
func parserConfig() *conf.Config {
	c := conf.CreateNew()
	c.MaxNodes = maxExprNodes
	return c
}

func (c *compiler) unreadable(err error) {
	var where *file.Error
	at, cure := advise(c.text)
	switch {
	case strings.Contains(err.Error(), "exceeds maximum allowed nodes"):
		c.node.Errorf(source.ConditionTooBig, "the condition has more than %d parts; split it over several rules", maxExprNodes)
	case cure != "":
		c.node.ErrorAt(at, source.ConditionSyntax, "the condition cannot be read here: %s", cure)
	case errors.As(err, &where):
		c.node.ErrorAt(where.From, source.ConditionSyntax, "the condition cannot be read here: %s", plain(where.Message))
	default:
		c.node.Errorf(source.ConditionSyntax, "the condition cannot be read: %s", plain(err.Error()))
	}
}

// plain puts the parser's words into the author's.
func plain(message string) string {
	for _, word := range []string{"Operator", "Identifier", "Number", "String", "Bracket"} {
		message = strings.ReplaceAll(message, "token "+word+"(", "token (")
	}
	message = strings.ReplaceAll(message, "token EOF", "end of the text")
	switch {
	case strings.Contains(message, "strconv.ParseInt"):
		message = "the number is beyond 2^53"
	case strings.Contains(message, "strconv.ParseFloat"):
		message = "the number is too great"
	}
	return message
}

// scan refuses a text that nests deeper than maxNesting, by brackets or by a run of prefix operators, or that holds
// comments, which the parser drops and which could hide a part. Texts in quotes may hold anything.
func (c *compiler) scan(text string) bool {
	run, at, blanks := 0, -1, 0
	quote, before := rune(0), rune(0)
	escaped := false
	var open []int // brackets
	for i, r := range text {
		at++
		switch {
		case blanks > 0:
			blanks, r = blanks-1, ' '
		case quote == 0 && strings.HasPrefix(text[i:], "not"): // also within a name, where it does no harm
			blanks, r = 2, '!'
		}
		switch {
		case quote != 0:
			if r == quote && !escaped {
				quote = 0
			}
			escaped = r == '\\' && !escaped && quote != '`'
		case r == '"' || r == '\'' || r == '`':
			quote, escaped, run = r, false, 0
		case before == '/' && (r == '/' || r == '*'):
			c.refuse(at-1, source.NotInLanguage, "a condition holds no comments; write # and the comment on a line of its own, in front of the key")
			return false
		case r == '(' || r == '[' || r == '{':
			open = append(open, at)
		case r == ')' || r == ']' || r == '}':
			if len(open) > 0 {
				c.brackets = append(c.brackets, [2]int{open[len(open)-1], at})
				open = open[:len(open)-1]
			}
		case r == '!' || r == '-' || r == '+':
			run++
		case r != ' ' && r != '\t' && r != '\r' && r != '\n': // blanks may stand between two operators
			run = 0
		}
		if len(open) > maxNesting || run > maxNesting {
			c.refuse(at, source.ConditionTooBig, "the condition nests deeper than %d levels", maxNesting)
			return false
		}
		before = r
	}
	return true
}

// start returns the first rune of a node: the parser gives operators and properties the place of their own token.
func start(n ast.Node) int {
	at := n.Location().From
	switch n := n.(type) {
	case *ast.MemberNode:
		return start(n.Node)
	case *ast.ChainNode:
		return start(n.Node)
	case *ast.ConditionalNode:
		return start(n.Cond)
	case *ast.BinaryNode:
		return start(n.Left)
	case *ast.UnaryNode: // not stands before in, and before what it negates
		return min(at, start(n.Node))
	case *ast.CallNode:
		return start(n.Callee)
	}
	return at
}

// extent returns the runes that an author wrote for a node, from the first to behind the last. The parser keeps the
// place of one token of each node, and not of the brackets.
func (c *compiler) extent(n ast.Node) (from, to int) {
	from, to = n.Location().From, n.Location().To
	for _, part := range partsOf(n) {
		partFrom, partTo := c.extent(part)
		from, to = min(from, partFrom), max(to, partTo)
	}
	for _, pair := range c.brackets { // a pair comes before those around it
		opens, closes := from <= pair[0] && pair[0] < to, from <= pair[1] && pair[1] < to
		if opens != closes {
			from, to = min(from, pair[0]), max(to, pair[1]+1)
		}
	}
	return from, to
}

// authored returns what an author wrote for a node.
func (c *compiler) authored(n ast.Node) string {
	from, to := c.extent(n)
	return string([]rune(c.text)[from:to])
}

// partsOf returns the nodes that a node of the language consists of.
func partsOf(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case *ast.UnaryNode:
		return []ast.Node{n.Node}
	case *ast.BinaryNode:
		return []ast.Node{n.Left, n.Right}
	case *ast.MemberNode:
		return []ast.Node{n.Node, n.Property}
	case *ast.ArrayNode:
		return n.Nodes
	case *ast.CallNode:
		return append([]ast.Node{n.Callee}, n.Arguments...)
	case *ast.BuiltinNode:
		return n.Arguments
	case *ast.PredicateNode:
		return []ast.Node{n.Node}
	}
	return nil
}

// allow refuses the kinds of nodes that are not part of the language, and nodes that the parser uses twice: whoever
// walks those, or prints them, takes a time that doubles with every level.
func (c *compiler) allow(n ast.Node, seen map[ast.Node]bool) {
	if seen[n] {
		c.fail(n, source.NotInLanguage, "a chain of comparisons is not allowed; write a < b and b < c")
		return
	}
	seen[n] = true
	switch n := n.(type) {
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.StringNode, *ast.IdentifierNode, *ast.UnaryNode, *ast.BinaryNode,
		*ast.MemberNode, *ast.ArrayNode, *ast.CallNode, *ast.PredicateNode:
	case *ast.NilNode:
		c.fail(n, source.NotInLanguage, "there is no nil; write has(...) to ask whether something is known")
	case *ast.ChainNode:
		c.fail(n, source.NotInLanguage, "?. is not part of the language; what is absent is unknown by itself")
	case *ast.ConditionalNode:
		c.fail(n, source.NotInLanguage, "a choice between values is not part of the language; write a rule for each case")
	case *ast.VariableDeclaratorNode, *ast.SequenceNode:
		c.fail(n, source.NotInLanguage, "let and ; are not part of the language; write the condition out")
	case *ast.BuiltinNode:
		if n.Name != "count" {
			c.unknownCall(n, n.Name)
			return
		}
	default:
		c.fail(n, source.NotInLanguage, "this is not part of the language; a value is a field, a text, a whole number, true or false")
	}
	for _, part := range partsOf(n) {
		c.allow(part, seen)
	}
}

// truth compiles a node that must be true or false.
func (c *compiler) truth(n ast.Node) *term {
	from, to := c.extent(n)
	t := &term{from: int16(from), to: int16(to), eval: func(*handoff.Facts) handoff.Truth { return handoff.Unknown }}
	switch n := n.(type) {
	case *ast.BoolNode:
		constant := handoff.TruthOf(n.Value)
		c.units += valueCost
		t.eval = func(*handoff.Facts) handoff.Truth { return constant }
	case *ast.UnaryNode:
		if n.Operator != "not" && n.Operator != "!" {
			c.fail(n, source.NotACondition, "%s stands before numbers only", n.Operator)
			return t
		}
		t.not(c.truth(n.Node))
	case *ast.BinaryNode:
		c.binary(n, t)
	case *ast.CallNode, *ast.BuiltinNode:
		c.call(n, t)
	default:
		v, path := c.value(n, nil)
		if v.kind == "" {
			return t
		}
		if v.kind != truth {
			c.fail(n, source.NotACondition, "a condition must be true or false, but this is %s; compare it with something", v.kind)
			return t
		}
		c.units += v.units() + valueCost
		t.reads = c.reads(path, v)
		t.eval = numeric(v.num, func(x int64) bool { return x != 0 })
	}
	return t
}

func (t *term) not(kid *term) {
	t.op, t.kids = not, []*term{kid}
	t.eval = func(f *handoff.Facts) handoff.Truth { return kid.eval(f).Not() }
}

func (c *compiler) binary(n *ast.BinaryNode, t *term) {
	switch n.Operator {
	case "and", "&&":
		t.junction(and, c.truth(n.Left), c.truth(n.Right))
	case "or", "||":
		t.junction(or, c.truth(n.Left), c.truth(n.Right))
	case "==", "!=", "<", "<=", ">", ">=":
		c.comparison(n, t)
	case "in":
		c.membership(n, t)
	case "contains", "startsWith", "endsWith":
		c.substring(n, t)
	default:
		c.fail(n, source.NotInLanguage, "the operator %s is not part of the language; known are and, or, not, ==, !=, <, <=, >, >=, in, contains, startsWith, endsWith", n.Operator)
	}
}

// junction joins terms; one of the same kind inside another is flattened, so that the first failing term is a leaf.
func (t *term) junction(op joint, kids ...*term) {
	t.op = op
	for _, kid := range kids {
		if kid.op == op {
			t.kids = append(t.kids, kid.kids...)
		} else {
			t.kids = append(t.kids, kid)
		}
	}
	list, decisive := t.kids, handoff.TruthOf(op == or)
	t.eval = func(f *handoff.Facts) handoff.Truth {
		result := decisive.Not()
		for _, kid := range list {
			switch kid.eval(f) {
			case decisive:
				return decisive
			case handoff.Unknown:
				result = handoff.Unknown
			}
		}
		return result
	}
}

// value compiles a node that must be a value. want gives constants their type and words; nil where nothing is known.
// The path is "" for a constant. After a problem the kind is "".
func (c *compiler) value(n ast.Node, want *value) (v value, path string) {
	switch n := n.(type) {
	case *ast.StringNode:
		return c.textConstant(n, want), ""
	case *ast.IntegerNode, *ast.FloatNode:
		return c.numberConstant(n, want), ""
	case *ast.UnaryNode:
		if isConstant(n) {
			return c.numberConstant(n, want), ""
		}
		c.fail(n, source.NotACondition, "%s needs something that is true or false; put what it negates in parentheses", n.Operator)
	case *ast.BoolNode:
		b := asInt(n.Value)
		return constant(truth, b), ""
	case *ast.MemberNode, *ast.IdentifierNode:
		return c.field(n)
	case *ast.CallNode, *ast.BuiltinNode:
		return c.function(n)
	case *ast.BinaryNode:
		if _, cure := advise(c.authored(n)); cure != "" { // such as a date without quotes
			c.fail(n, source.NotInLanguage, "this is no value; %s", cure)
		} else {
			c.fail(n, source.NotInLanguage, "%s does not give a value; arithmetic is not part of the language", n.Operator)
		}
	default:
		c.fail(n, source.NotInLanguage, "expected a value: a field, a text, a whole number, true or false")
	}
	return value{}, ""
}

// dotted returns the path of a chain of plain properties.
func dotted(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value, true
	case *ast.MemberNode:
		base, ok := dotted(n.Node)
		name, plain := n.Property.(*ast.StringNode)
		if !ok || !plain || n.Optional {
			return "", false
		}
		return base + "." + name.Value, true
	}
	return "", false
}

func (c *compiler) field(n ast.Node) (value, string) {
	path, ok := dotted(n)
	if !ok {
		c.fail(n, source.UnknownField, "a field is written with dots, such as account.employees")
		return value{}, ""
	}
	owner, _, _ := strings.Cut(path, ".")
	if v, known := c.catalog[path]; known && c.ofPerson && !slices.Contains([]string{"lead", "account", "now"}, owner) {
		c.refusePerson(n, path)
		return value{}, ""
	} else if known {
		return v, path
	}
	name, isList := strings.CutPrefix(path, "lists.")
	if set := c.lists[name]; isList && set != nil {
		return set.value(), ""
	}
	code, cure := c.cure(path)
	c.fail(n, code, "unknown field %q%s", path, cure)
	return value{}, ""
}

// cure says what to do about a field that does not exist.
func (c *compiler) cure(path string) (source.Code, string) {
	owner, name, dotted := strings.Cut(path, ".")
	near := c.node.Near(path, c.paths)
	isStage := func(s handoff.StageRule) bool { return s.ID == strings.TrimPrefix(path, "lifecycle.") }
	switch {
	case slices.Contains([]string{"yes", "no", "Yes", "No", "True", "False", "TRUE", "FALSE"}, path):
		return source.NotInLanguage, "; write true or false"
	case slices.ContainsFunc(c.config.Stages, isStage):
		return source.UnknownField, fmt.Sprintf("; whether a stage is entered is asked by entered(%s)", strings.TrimPrefix(path, "lifecycle."))
	case c.catalog["score."+path].kind != "":
		return source.UnknownField, fmt.Sprintf("; a score is read as score.%s", path)
	case path == "null" || path == "nil" || path == "undefined":
		return source.NotInLanguage, "; to ask whether something is known write has(...)"
	case strings.HasPrefix(path, "person.") || strings.HasPrefix(path, "lead.person") || slices.Contains(personal, path):
		return source.PersonalField, "; conditions cannot read the person, only lead.email_domain and what the host derives, such as a field lead.seniority"
	case path == "lead.flags":
		return source.UnknownField, flagCure(handoff.FlagDoNotContact)
	case owner == "lead" && slices.Contains(handoff.FlagWords(), handoff.FlagWord(name)):
		return source.UnknownField, flagCure(handoff.FlagWord(name))
	case near != "":
		return source.UnknownField, near
	case !dotted:
		return source.UnknownField, fmt.Sprintf("; a field is written with a dot, and a text in quotes: %q", path)
	case owner == "score":
		return source.UnknownField, "; a score reads only the scores above it"
	case owner == "lead" || owner == "account" || owner == "trigger":
		return source.UnknownField, "; declare it under fields:"
	}
	return source.UnknownField, ""
}

// flagCure says how a policy goes by a flag, which no condition reads.
func flagCure(word handoff.FlagWord) string {
	return fmt.Sprintf("; flags of a lead are asked by a rule under suppression:, such as {id: %s, source: %s, lifted_by: the team}", strings.ReplaceAll(string(word), "_", "-"), word)
}

// paths are all paths that a condition may read, in order.
func (c *compiler) paths() []string {
	known := c.catalog.paths()
	for name := range c.lists {
		known = append(known, "lists."+name)
	}
	slices.Sort(known)
	return known
}

// personal are paths that authors look for and that no condition can read.
var personal = []string{"lead.email", "lead.name", "lead.first_name", "lead.last_name", "lead.phone", "lead.title"}

func numeric(read func(*handoff.Facts) (int64, bool), test func(int64) bool) func(*handoff.Facts) handoff.Truth {
	return func(f *handoff.Facts) handoff.Truth {
		n, known := read(f)
		if !known {
			return handoff.Unknown
		}
		return handoff.TruthOf(test(n))
	}
}

// sides compiles both sides of an operator; a constant takes its type from the other side, and, where it stands for a
// whole value, its words.
func (c *compiler) sides(left, right ast.Node, whole bool) (a, b value, reads []*reading) {
	var pathA, pathB string
	want := func(other value) *value {
		if !whole {
			other.words, other.country = nil, false
		}
		return &other
	}
	if isConstant(left) {
		b, pathB = c.value(right, nil)
		a, pathA = c.value(left, want(b))
	} else {
		a, pathA = c.value(left, nil)
		b, pathB = c.value(right, want(a))
	}
	return a, b, append(c.reads(pathA, a), c.reads(pathB, b)...)
}

// reads returns the reading of a path, none for a constant.
func (c *compiler) reads(path string, v value) []*reading {
	if path == "" {
		return nil
	}
	r := c.readings[path]
	if r == nil {
		r = &reading{path, v}
		c.readings[path] = r
	}
	return []*reading{r}
}

func (c *compiler) comparison(n *ast.BinaryNode, t *term) {
	a, b, reads := c.sides(n.Left, n.Right, true)
	t.reads = reads
	c.units += compareUnits(a, b)
	switch {
	case a.kind == "" || b.kind == "":
		return
	case len(reads) == 0:
		c.fail(n, source.NothingToLookUp, "this compares two constants; compare a field")
		return
	case a.kind != b.kind && isConstant(n.Left):
		c.fail(n.Left, source.WrongType, "cannot compare %s with %s; %s is written %s", b.kind, a.kind, b.kind, b.kind.example())
		return
	case a.kind != b.kind && isConstant(n.Right):
		c.fail(n.Right, source.WrongType, "cannot compare %s with %s; %s is written %s", a.kind, b.kind, a.kind, a.kind.example())
		return
	case a.kind != b.kind:
		c.fail(n, source.WrongType, "cannot compare %s with %s", a.kind, b.kind)
		return
	case a.kind == texts:
		c.fail(n, source.WrongType, "lists cannot be compared; write \"word\" in %s", n.Left.String())
		return
	case (a.kind == text || a.kind == truth) && n.Operator != "==" && n.Operator != "!=":
		c.fail(n, source.WrongType, "%s has no order; compare it with == or !=", a.kind)
		return
	case a.between != nil || b.between != nil:
		c.compareCount(n, t, a, b)
		return
	}
	if a.kind == text {
		equal := n.Operator == "=="
		t.eval = textual(a, b, func(x, y string) bool { return (x == y) == equal })
		return
	}
	test, left, right := orders[n.Operator], a.num, b.num
	t.eval = func(f *handoff.Facts) handoff.Truth {
		x, knownX := left(f)
		y, knownY := right(f)
		if !knownX || !knownY {
			return handoff.Unknown
		}
		return handoff.TruthOf(test(x, y))
	}
}

var orders = map[string]func(a, b int64) bool{
	"==": func(a, b int64) bool { return a == b },
	"!=": func(a, b int64) bool { return a != b },
	"<":  func(a, b int64) bool { return a < b },
	"<=": func(a, b int64) bool { return a <= b },
	">":  func(a, b int64) bool { return a > b },
	">=": func(a, b int64) bool { return a >= b },
}

func textual(a, b value, test func(x, y string) bool) func(*handoff.Facts) handoff.Truth {
	left, right := a.text, b.text
	return func(f *handoff.Facts) handoff.Truth {
		x, knownX := left(f)
		y, knownY := right(f)
		if !knownX || !knownY {
			return handoff.Unknown
		}
		return handoff.TruthOf(test(x, y))
	}
}

func (c *compiler) substring(n *ast.BinaryNode, t *term) {
	a, b, reads := c.sides(n.Left, n.Right, false)
	t.reads = reads
	c.units += searchUnits(a, b, n.Operator)
	if a.kind == "" || b.kind == "" {
		return
	}
	switch {
	case a.kind == texts:
		c.fail(n, source.WrongType, "to look something up in a list write it first: x in %s", n.Left.String())
		return
	case a.kind != text || b.kind != text:
		c.fail(n, source.WrongType, "%s needs texts on both sides", n.Operator)
		return
	}
	test := substrings[n.Operator]
	if part, ok := n.Right.(*ast.StringNode); ok && a.words != nil && !slices.ContainsFunc(a.words, func(word string) bool { return test(word, part.Value) }) {
		c.fail(part, source.UnknownConstant, "no word %s %q; known are %s", n.Operator, part.Value, listed(a.words))
		return
	}
	t.eval = textual(a, b, test)
}

var substrings = map[string]func(x, y string) bool{
	"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
}

// membership compiles x in [a, b], x in lists.name and "word" in list-field.
func (c *compiler) membership(n *ast.BinaryNode, t *term) {
	if array, ok := n.Right.(*ast.ArrayNode); ok {
		c.inConstants(n, array, t)
		return
	}
	a, b, reads := c.sides(n.Right, n.Left, true) // the list gives a constant its words
	t.reads = reads
	switch {
	case a.kind == "" || b.kind == "":
		return
	case a.kind != texts:
		c.fail(n.Right, source.WrongType, "in needs a list on its right, such as [\"a\", \"b\"] or lists.name")
		return
	case b.kind != text:
		c.fail(n.Left, source.WrongType, "only texts can be looked up in this list, but this is %s", b.kind)
		return
	case len(reads) == 0:
		c.fail(n, source.NothingToLookUp, "this looks up a constant in a list of constants; look up a field")
		return
	case a.set != nil:
		c.units += a.set.lookUpUnits(b)
		t.eval = b.within(a.set)
		return
	}
	c.units += listUnits(b)
	item, list := b.text, a.has
	t.eval = func(f *handoff.Facts) handoff.Truth {
		x, known := item(f)
		has, knownList := list(f, x)
		if !knownList || !known {
			return handoff.Unknown
		}
		return handoff.TruthOf(has)
	}
}

// within asks whether a text is in a list of constants.
func (v value) within(set *textSet) func(*handoff.Facts) handoff.Truth {
	item := v.text
	return func(f *handoff.Facts) handoff.Truth {
		x, known := item(f)
		if !known {
			return handoff.Unknown
		}
		return handoff.TruthOf(set.contains(x))
	}
}

func (c *compiler) inConstants(n *ast.BinaryNode, array *ast.ArrayNode, t *term) {
	v, path := c.value(n.Left, nil)
	if path == "" && v.kind != "" {
		c.fail(n.Left, source.NothingToLookUp, "this looks up a constant; look up a field")
		return
	}
	if v.between != nil {
		c.fail(n.Left, source.WrongType, "people(...) is compared with ==, !=, <, <=, > or >= and a whole number")
		return
	}
	t.reads = c.reads(path, v)
	if len(array.Nodes) == 0 {
		c.fail(array, source.NothingToLookUp, "the list is empty, so that nothing is ever in it")
	}
	var words []string
	var numbers []int64
	for _, item := range array.Nodes {
		w, _ := c.value(item, &v)
		switch {
		case w.kind == "" || v.kind == "":
		case !isConstant(item):
			c.fail(item, source.NotInLanguage, "a list in a condition holds constants only")
		case w.kind != v.kind:
			c.fail(item, source.WrongType, "the list holds %s, but what is looked up is %s", w.kind, v.kind)
		case v.kind == text:
			x, _ := w.text(nil)
			words = append(words, x)
		default:
			x, _ := w.num(nil)
			numbers = append(numbers, x)
		}
	}
	if v.kind == text {
		set := newTextSet(words)
		c.units += set.lookUpUnits(v)
		t.eval = v.within(set)
	} else if v.kind != "" && v.num != nil {
		c.units += v.units() + valueCost + int64(len(numbers))/numberItems
		t.eval = numeric(v.num, func(x int64) bool { return slices.Contains(numbers, x) })
	}
}

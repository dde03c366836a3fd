package schema

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// A Direction says who writes what a document describes, and so which changes break somebody.
type Direction string

// The directions.
const (
	Read    Direction = "read"    // by Baton, written by hosts and by authors of policies
	Written Direction = "written" // by Baton, read by hosts
)

// A Named is a versioned document of the contract. Its frozen copy is testdata/v<Version>/<Name>.json.
type Named struct {
	Name      string
	Version   int // from 1; a change that is not Compatible needs the next
	Direction Direction
	Schema    Schema
}

// Contract returns the documents in the order in which they are listed. Everything in them that the Go types say is
// taken from the Go types.
//
// What Baton reads is closed: a key that is not listed is refused, and so is what exceeds the bounds of a request. Lengths
// of texts are bounded in bytes, which a schema cannot count, so that a text with other letters than ASCII may fit the
// schema and be too long. What Baton writes is open: a later Baton may write further keys under the same version, and
// readers ignore keys that they do not know. Its closed lists of words stay as they are within a version, the kinds of
// effects among them: an unknown word or kind is an error for a reader, since an effect that is ignored is lost.
func Contract() []Named {
	return []Named{
		Document("request", 1, Read, derive[handoff.Request](Read)),
		Document("activity", 1, Read, derive[handoff.Activity](Read)),
		Document("decision", 1, Written, derive[handoff.Decision](Written)),
		Document("effect", 1, Written, derive[handoff.Effect](Written)),
		Document("policy", 1, Read, policy()),
		Document("include", 1, Read, included()),
		Document("test", 1, Read, testFile()),
	}
}

// Document returns a schema as a document: with the dialect, the id that names its version, and a title.
func Document(name string, version int, d Direction, s Schema) Named {
	s.Dialect = dialect
	s.ID = fmt.Sprintf("https://github.com/salesbaton/baton/schema/v%d/%s.json", version, name)
	s.Title = "Baton " + name
	return Named{name, version, d, s}
}

// derive returns the schema of a Go type, with the definitions that it refers to.
func derive[T any](d Direction) Schema {
	t := reflect.TypeFor[T]()
	g := generator{direction: d}
	var s Schema
	if t == typeEffect {
		s = g.effect()
		s.Description = sentences[t.Name()]
	} else {
		s = g.object(t)
	}
	s.Definitions = g.definitions
	return s
}

// A generator derives schemas from Go types. A struct becomes a definition, in the order of first use.
type generator struct {
	direction   Direction
	definitions Properties
}

// The types with a JSON form of their own.
var (
	typeTime    = reflect.TypeFor[time.Time]()
	typeDate    = reflect.TypeFor[calendar.Date]()
	typeRef     = reflect.TypeFor[handoff.Ref]()
	typeValue   = reflect.TypeFor[handoff.Value]()
	typeInt     = reflect.TypeFor[handoff.Opt[int64]]()
	typeBool    = reflect.TypeFor[handoff.Opt[bool]]()
	typeState   = reflect.TypeFor[handoff.State]()
	typeEffect  = reflect.TypeFor[handoff.Effect]()
	typeEffects = reflect.TypeFor[handoff.Effects]()
	typeLine    = reflect.TypeFor[handoff.Line]()
	typeMember  = reflect.TypeFor[handoff.Member]()
)

// schema returns the schema of a type; of one that it does not know the zero Schema, which a test refuses.
func (g *generator) schema(t reflect.Type) Schema {
	switch t {
	case typeTime:
		return Schema{Type: Types{"string"}, Format: "date-time"}
	case typeDate:
		return Schema{Type: Types{"string"}, Format: "date", Pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`}
	case typeRef:
		return Schema{Type: Types{"string"}, Pattern: refPattern}
	case typeValue:
		return Schema{Type: Types{"string", "number", "boolean", "array", "null"}, Items: &Schema{Type: Types{"string"}}}
	case typeInt:
		return Schema{Type: Types{"integer", "null"}}
	case typeBool:
		return Schema{Type: Types{"boolean", "null"}}
	case typeState:
		return g.state()
	case typeEffects:
		items := g.effect()
		return Schema{Type: Types{"array"}, Items: &items}
	case typeLine:
		return g.schema(reflect.SliceOf(typeMember))
	}
	return g.plain(t)
}

// plain returns the schema of a type whose JSON form is that of its kind.
func (g *generator) plain(t reflect.Type) Schema {
	switch t.Kind() {
	case reflect.String:
		return Schema{Type: Types{"string"}, Enum: wordsOf(t)}
	case reflect.Int, reflect.Int64:
		return Schema{Type: Types{"integer"}}
	case reflect.Bool:
		return Schema{Type: Types{"boolean"}}
	case reflect.Slice:
		items := g.schema(t.Elem())
		return Schema{Type: Types{"array"}, Items: &items}
	case reflect.Map:
		values := g.schema(t.Elem())
		return Schema{Type: Types{"object"}, AdditionalProperties: &values}
	case reflect.Pointer:
		return g.schema(t.Elem())
	case reflect.Struct:
		return g.define(t, g.object)
	}
	return Schema{}
}

// define adds the definition of a struct, unless it is there, and returns a reference to it.
func (g *generator) define(t reflect.Type, make func(reflect.Type) Schema) Schema {
	name := t.Name()
	if _, found := g.definitions.Find(name); !found {
		i := len(g.definitions)
		g.definitions = append(g.definitions, Property{Name: name})
		g.definitions[i].Schema = make(t)
	}
	return Schema{Ref: refPrefix + name}
}

// object returns the schema of a struct.
func (g *generator) object(t reflect.Type) Schema {
	s := Schema{Type: Types{"object"}, Description: sentences[t.Name()]}
	for _, f := range fieldsOf(t) {
		property := g.schema(f.typ)
		property.Description = sentences[f.key()]
		if g.direction == Read && fromHost(f.of) || f.of == typeMember {
			property = bounded(property, f)
		}
		s.Properties = append(s.Properties, Property{f.name, property})
		if f.required {
			s.Required = append(s.Required, f.name)
		}
	}
	if g.direction == Read {
		s.AdditionalProperties = None()
	}
	return s
}

// effect returns the schema of one effect of any kind.
func (g *generator) effect() Schema {
	var s Schema
	for _, t := range effectTypes() {
		s.OneOf = append(s.OneOf, g.define(t, g.effectOf))
	}
	return s
}

// effectOf returns the schema of an effect of one kind.
func (g *generator) effectOf(t reflect.Type) Schema {
	s := g.object(t)
	kind := Schema{
		Description: sentences["Effect.kind"],
		Type:        Types{"string"},
		Const:       handoff.StringValue(string(reflect.Zero(t).Interface().(handoff.Effect).Kind())),
	}
	s.Properties = append(Properties{{"kind", kind}}, s.Properties...)
	s.Required = append([]string{"kind"}, s.Required...)
	return s
}

// effectTypes returns the type of each kind of effect, in the order of the kinds. The types stand in the functions of a
// handoff.Handler, one for each kind.
func effectTypes() []reflect.Type {
	byKind := map[handoff.EffectKind]reflect.Type{}
	handler := reflect.TypeFor[handoff.Handler]()
	for i := range handler.NumField() {
		f := handler.Field(i).Type
		if f.Kind() != reflect.Func {
			continue
		}
		t := f.In(f.NumIn() - 1)
		byKind[reflect.Zero(t).Interface().(handoff.Effect).Kind()] = t
	}
	var out []reflect.Type
	for _, kind := range handoff.EffectKinds() {
		out = append(out, byKind[kind])
	}
	return out
}

// state returns the schema of a State: an object whose keys are references, and each entry as the kind of its key says.
func (g *generator) state() Schema {
	s := Schema{Type: Types{"object"}, AdditionalProperties: None()}
	for _, e := range entries {
		version := Schema{Description: sentences["Entry.version"], Type: Types{"integer"}, Minimum: handoff.Some[int64](1),
			Maximum: handoff.Some[int64](maxInt)}
		none := version
		none.Minimum, none.Maximum, none.Const = handoff.Opt[int64]{}, handoff.Opt[int64]{}, handoff.IntValue(0)
		value := g.schema(e.value)
		value.Description = sentences["Entry.value"]
		s.PatternProperties = append(s.PatternProperties, Property{e.keys, Schema{
			Description: sentences["Entry"],
			OneOf: []Schema{
				entry(Properties{{"version", none}}, "version"),
				entry(Properties{{"version", version}, {"value", value}}, "version", "value"),
			},
		}})
	}
	return s
}

func entry(properties Properties, required ...string) Schema {
	return Schema{Type: Types{"object"}, Properties: properties, Required: required, AdditionalProperties: None()}
}

// entries say what State remembers under which keys.
var entries = []struct {
	keys  string
	value reflect.Type
}{
	{"^(account|lead)/.+", reflect.TypeFor[handoff.Record]()},
	{"^pool/[^/]+/.+", reflect.TypeFor[handoff.Pool]()},
	{"^rep/.+", reflect.TypeFor[handoff.Rep]()},
	{"^sticky/[^/]+/.+", reflect.TypeFor[handoff.Sticky]()},
	{"^tally/[^/]+/.+", reflect.TypeFor[handoff.Tally]()},
	{"^trigger/[^/]+/.+", reflect.TypeFor[handoff.Seen]()},
}

// refPattern is the text form of a handoff.Ref.
const refPattern = "^((account|lead|rep)/|(pool|sticky|tally|trigger)/[^/]+/).+"

// maxInt bounds integers as handoff does: beyond it JSON readers in other languages lose digits.
const maxInt = 1 << 53

// maxID bounds ids as handoff does.
const maxID = 256

// fromHost reports whether a struct is checked against the bounds of a request when it comes in. The rest of a request is State, which
// Baton wrote and does not bound.
func fromHost(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[handoff.Request](), reflect.TypeFor[handoff.Lead](), reflect.TypeFor[handoff.Person](),
		reflect.TypeFor[handoff.Account](), reflect.TypeFor[handoff.Opportunity](), reflect.TypeFor[handoff.Campaign](),
		reflect.TypeFor[handoff.Trigger](), reflect.TypeFor[handoff.Event](), reflect.TypeFor[handoff.Consent](),
		reflect.TypeFor[handoff.Flag](), reflect.TypeFor[handoff.Touch](), reflect.TypeFor[handoff.Activity](), reflect.TypeFor[handoff.Match](),
		reflect.TypeFor[handoff.Taken](), reflect.TypeFor[handoff.MatchCandidate](), reflect.TypeFor[handoff.MatchEvidence]():
		return true
	}
	return false
}

// bounded returns a property with the bounds that a request keeps.
func bounded(s Schema, f field) Schema {
	switch f.key() {
	case "Request.subject":
		s.Pattern = "^(account|lead)/.+"
	case "Request.triggers":
		s.MaxItems = handoff.Some[int64](handoff.MaxTriggers)
	case "Request.people":
		s.MaxItems = handoff.Some[int64](handoff.MaxPeople)
	case "Request.events":
		s.MaxItems = handoff.Some[int64](handoff.MaxEvents)
	case "MatchCandidate.evidence":
		s.MaxItems = handoff.Some[int64](handoff.MaxEvidence)
	case "MatchCandidate.score", "MatchEvidence.score":
		s.Minimum, s.Maximum = handoff.Some[int64](-maxInt), handoff.Some[int64](maxInt)
	case "MatchCandidate.ref", "Activity.into":
		s.Pattern = "^(account|lead)/.+"
	case "Account.employees":
		s.Minimum, s.Maximum = handoff.Some[int64](0), handoff.Some[int64](maxInt)
	case "Lead.id", "Lead.account", "Lead.owner", "Lead.contact_owner", "Lead.buying_group", "Account.id", "Account.parent", "Account.parent_owner",
		"Account.owner", "Account.csm", "Account.partner", "Opportunity.owner", "Activity.to", "Taken.id", "Match.parent":
		s.MaxLength = handoff.Some[int64](maxID)
	case "Member.weight":
		s.Minimum, s.Maximum = handoff.Some[int64](1), handoff.Some[int64](maxInt)
	case "Member.place", "Member.offered", "Member.skipped", "Member.assigned", "Member.calibration", "Member.last", "Member.key":
		s.Minimum, s.Maximum = handoff.Some[int64](-maxInt), handoff.Some[int64](maxInt)
	default:
		s = inBounds(s)
	}
	if f.required && s.MaxLength.Known { // what a host must say in its own words is an id or a kind
		s.MinLength, s.MaxLength = handoff.Some[int64](1), handoff.Some[int64](maxID)
	}
	return s
}

// inBounds returns a schema with the bounds that hold for every text and list, also those inside it.
func inBounds(s Schema) Schema {
	for _, t := range s.Type {
		switch t {
		case "string":
			if s.Enum == nil && s.Format == "" && s.Pattern == "" {
				s.MaxLength = handoff.Some[int64](handoff.MaxText)
			}
		case "array":
			items := inBounds(*s.Items)
			s.Items, s.MaxItems = &items, handoff.Some[int64](handoff.MaxList)
		case "object":
			if s.AdditionalProperties == nil || s.AdditionalProperties.IsNone() {
				continue // a State
			}
			values := inBounds(*s.AdditionalProperties)
			s.AdditionalProperties, s.MaxProperties = &values, handoff.Some[int64](handoff.MaxList)
			s.PropertyNames = &Schema{MaxLength: handoff.Some[int64](handoff.MaxText)}
		}
	}
	return s
}

// A field is a key of a JSON object.
type field struct {
	of       reflect.Type // the struct that declares it
	name     string
	typ      reflect.Type
	required bool // always written
}

// key names the field in sentences.
func (f field) key() string { return f.of.Name() + "." + f.name }

// fieldsOf returns the keys of a struct's JSON form in the order of its declaration, those of embedded structs among
// them.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			out = append(out, fieldsOf(f.Type)...)
		case name != "" && name != "-":
			out = append(out, field{t, name, f.Type, !strings.Contains(options, "omit")})
		}
	}
	return out
}

// wordsOf returns the words of a closed list; nil for a type that takes any text. A test refuses a type that reads its
// own text and is not listed.
func wordsOf(t reflect.Type) []handoff.Value {
	switch t {
	case reflect.TypeFor[handoff.Channel]():
		return Words(handoff.Channels())
	case reflect.TypeFor[handoff.ActivityKind]():
		return Words(handoff.ActivityKinds())
	case reflect.TypeFor[handoff.Verdict]():
		return Words(handoff.Verdicts())
	case reflect.TypeFor[handoff.OpportunityStatus]():
		return Words([]handoff.OpportunityStatus{handoff.OpportunityOpen, handoff.OpportunityWon, handoff.OpportunityLost})
	case reflect.TypeFor[handoff.ConsentStatus]():
		return Words([]handoff.ConsentStatus{handoff.ConsentGranted, handoff.ConsentDenied})
	case reflect.TypeFor[handoff.Purpose]():
		return Words(handoff.Purposes())
	case reflect.TypeFor[handoff.Basis]():
		return Words(handoff.Bases())
	case reflect.TypeFor[handoff.Subscriber]():
		return Words([]handoff.Subscriber{"", handoff.SubscriberCorporate, handoff.SubscriberIndividual})
	case reflect.TypeFor[handoff.MatchVerdict]():
		return Words(append([]handoff.MatchVerdict{""}, handoff.MatchVerdicts()...))
	case reflect.TypeFor[handoff.FlagWord]():
		return Words(handoff.FlagWords())
	case reflect.TypeFor[handoff.Exclusivity]():
		return Words([]handoff.Exclusivity{handoff.NotExclusive, handoff.Exclusive, handoff.Alone})
	case reflect.TypeFor[handoff.OwnerAway]():
		return Words(append([]handoff.OwnerAway{""}, handoff.OwnerAways()...))
	case reflect.TypeFor[handoff.RepStatus]():
		return Words([]handoff.RepStatus{handoff.RepUnknown, handoff.RepActive, handoff.RepAway, handoff.RepLeft})
	case reflect.TypeFor[handoff.Why]():
		return Words([]handoff.Why{handoff.WhySettle, handoff.WhyIncomplete, handoff.WhyHeld, handoff.WhyUnassigned, handoff.WhyLost, handoff.WhyRecycled})
	case reflect.TypeFor[handoff.StopWhy]():
		return Words([]handoff.StopWhy{handoff.StopDone, handoff.StopOwner, handoff.StopReturns, handoff.StopClosed})
	case reflect.TypeFor[handoff.OnRelease]():
		return Words([]handoff.OnRelease{handoff.ReleaseNone, handoff.ReleaseReplay, handoff.ReleaseAgain})
	case reflect.TypeFor[handoff.Fate]():
		return Words([]handoff.Fate{handoff.FateActed, handoff.FateMerged, handoff.FateDropped, handoff.FateDuplicate,
			handoff.FateStale, handoff.FateHeld, handoff.FateIneligible, handoff.FateNoPlay, handoff.FateHeldOut, handoff.FateIncomplete})
	case reflect.TypeFor[handoff.Level]():
		return Words([]handoff.Level{handoff.LevelInfo, handoff.LevelWarning, handoff.LevelUrgent})
	}
	return nil
}

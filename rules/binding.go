package rules

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules/internal/source"
)

// An Option is what the program adds to the load of a policy. There is one for each struct that is bound to the policy's
// fields, which a *Binding is:
//
//	leads, accounts := rules.Fields(Lead{}), rules.Fields(Account{})
//	engine, err := rules.Load("inbound.yaml", leads, accounts)
//
// Options change no decision, and are not in the digest: they only refuse policies that the program could not serve.
//
// Implementations of this interface: *Binding.
type Option interface{ apply(*policy) error }

// A Binding ties the declared fields of leads, accounts or triggers to a struct of the host, T. As an Option it checks at
// load what a policy declares, and Values fills a request. It is immutable and safe for concurrent use.
type Binding[T any] struct{ binding }

type binding struct {
	of     string // lead, account or trigger
	host   reflect.Type
	fields []boundField
	err    error
}

// A boundField is a field of the host's struct that a policy may declare.
type boundField struct {
	name  string
	index []int
	typ   handoff.Type
}

// Fields binds the section fields: of a policy to a struct of the host, which embeds handoff.Lead, handoff.Account or
// handoff.Trigger and so says whose fields its own are:
//
//	type Lead struct {
//		handoff.Lead
//		Role  string             // lead.role
//		Seats handoff.Opt[int64] // lead.seats, which may be unknown
//		Plan  string             `baton:"price_plan"`
//		Notes string             `baton:"-"` // not for policies
//	}
//
// Its exported fields, also those of structs that it embeds beside, are named as in the policy: by the tag baton, else by
// their Go name in small letters with _ between its words, such as employee_count and url_path. A string is a string or a
// list of words, an integer an int, a bool a bool, a calendar.Date a date, a time.Time a time, a time.Duration a duration,
// a []string a list; a handoff.Opt is an int or a bool that may be unknown, and a handoff.Value is of the type that the
// policy declares, which is the way to a rate: handoff.RateValue(250000) is 0.25. Only the type of the example matters.
//
// A policy that is loaded with the binding must declare nothing that the struct lacks, and nothing of another type. What
// only the struct has is not an error: the policy does not read it. A struct that cannot be bound is an error of the load.
func Fields[T any](example T) *Binding[T] { return &Binding[T]{bindingOf(reflect.TypeOf(example))} }

func bindingOf(t reflect.Type) binding {
	b := binding{host: t}
	if t == nil || t.Kind() != reflect.Struct {
		b.fail("%v is not a struct", t)
		return b
	}
	for _, f := range reflect.VisibleFields(b.host) {
		switch {
		case f.Tag.Get("baton") == "-" || b.isWithin(f):
		case f.Anonymous && f.Type.Kind() == reflect.Pointer:
			b.fail("%v embeds %v; embed the struct itself", b.host, f.Type)
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			b.embed(f.Type)
		case f.IsExported():
			b.add(f)
		}
	}
	if b.of == "" {
		b.fail("%v embeds none of handoff.Lead, handoff.Account and handoff.Trigger", b.host)
	}
	if b.err != nil {
		b.fields = nil
	}
	return b
}

// fail keeps the first problem of the struct.
func (b *binding) fail(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf("fields: "+format, args...)
	}
}

// owners are the structs of which one is embedded.
func owners() []reflect.Type {
	return []reflect.Type{reflect.TypeFor[handoff.Lead](), reflect.TypeFor[handoff.Account](), reflect.TypeFor[handoff.Trigger]()}
}

// isWithin reports whether a field lies within an embedded struct whose fields are not the host's to declare.
func (b *binding) isWithin(f reflect.StructField) bool {
	for i := range f.Index[1:] {
		outer := b.host.FieldByIndex(f.Index[:i+1])
		if outer.Type.Kind() == reflect.Pointer || outer.Tag.Get("baton") == "-" || slices.Contains(owners(), outer.Type) {
			return true
		}
	}
	return false
}

func (b *binding) embed(t reflect.Type) {
	switch {
	case !slices.Contains(owners(), t): // its fields follow
	case b.of != "":
		b.fail("%v embeds two of handoff.Lead, handoff.Account and handoff.Trigger", b.host)
	default:
		b.of = strings.ToLower(t.Name())
	}
}

// anyType stands for a handoff.Value, which may be of every type.
const anyType handoff.Type = ""

func (b *binding) add(f reflect.StructField) {
	typ, ok := fieldType(f.Type)
	if !ok {
		b.fail("%v.%s is of type %v, which no policy can read; tag it `baton:\"-\"`", b.host, f.Name, f.Type)
		return
	}
	name := f.Tag.Get("baton")
	if name == "" {
		name = snake(f.Name)
	}
	if !source.IsName(name) {
		b.fail("%v.%s has a name that no policy can write; tag it with letters, digits and _, such as `baton:\"price_plan\"`", b.host, f.Name)
		return
	}
	if slices.ContainsFunc(b.fields, func(other boundField) bool { return other.name == name }) {
		b.fail("%v has two fields that are called %s", b.host, name)
	}
	b.fields = append(b.fields, boundField{name, f.Index, typ})
}

// fieldType returns the type that a policy declares for a Go type.
func fieldType(t reflect.Type) (handoff.Type, bool) {
	switch t {
	case reflect.TypeFor[handoff.Value]():
		return anyType, true
	case reflect.TypeFor[handoff.Opt[int64]]():
		return handoff.TypeInt, true
	case reflect.TypeFor[handoff.Opt[bool]]():
		return handoff.TypeBool, true
	case reflect.TypeFor[calendar.Date]():
		return handoff.TypeDate, true
	case reflect.TypeFor[time.Time]():
		return handoff.TypeTime, true
	case reflect.TypeFor[time.Duration]():
		return handoff.TypeDuration, true
	}
	switch {
	case t.Kind() == reflect.String:
		return handoff.TypeString, true
	case t.Kind() == reflect.Bool:
		return handoff.TypeBool, true
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64:
		return handoff.TypeInt, true
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return handoff.TypeList, true
	}
	return "", false
}

// snake returns a Go name as policies write it: EmployeeCount is employee_count, URLPath is url_path, and IDs is ids.
func snake(name string) string {
	var b strings.Builder
	upper := func(i int) bool { return i < len(name) && 'A' <= name[i] && name[i] <= 'Z' }
	lower := func(i int) bool { return i < len(name) && 'a' <= name[i] && name[i] <= 'z' }
	for i := range len(name) {
		plural := lower(i+1) && name[i+1] == 's' && !lower(i+2) // of capitals, as in URLs
		if i > 0 && upper(i) && name[i-1] != '_' && (!upper(i-1) || lower(i+1) && !plural) {
			b.WriteByte('_')
		}
		b.WriteString(strings.ToLower(name[i : i+1]))
	}
	return b.String()
}

// Values returns the host's fields for Lead.Fields, Account.Fields or Trigger.Fields, under the names of the policy. What
// is not known is left out: an empty string, an unknown Opt, a zero date, time or Value, a negative duration, a nil slice.
// A number, a truth value and a duration of zero are always known.
//
//	lead := host.Lead
//	lead.Fields = leads.Values(host)
//
// A struct that cannot be bound, which Load has refused, has no fields.
func (b *Binding[T]) Values(v T) map[string]handoff.Value {
	host := reflect.ValueOf(v)
	out := make(map[string]handoff.Value, len(b.fields))
	for _, f := range b.fields {
		if value := fieldValue(host.FieldByIndex(f.index)); !value.IsZero() {
			out[f.name] = value
		}
	}
	return out
}

func fieldValue(v reflect.Value) handoff.Value {
	switch x := v.Interface().(type) {
	case handoff.Value:
		return x
	case handoff.Opt[int64]:
		if !x.Known {
			return handoff.Value{}
		}
		return handoff.IntValue(x.Value)
	case handoff.Opt[bool]:
		if !x.Known {
			return handoff.Value{}
		}
		return handoff.BoolValue(x.Value)
	case calendar.Date:
		return handoff.DateValue(x)
	case time.Time:
		return handoff.TimeValue(x)
	case time.Duration:
		return handoff.DurationValue(x)
	}
	switch {
	case v.Kind() == reflect.String && v.String() == "", v.Kind() == reflect.Slice && v.IsNil():
		return handoff.Value{}
	case v.Kind() == reflect.String:
		return handoff.StringValue(v.String())
	case v.Kind() == reflect.Bool:
		return handoff.BoolValue(v.Bool())
	case v.Kind() == reflect.Slice:
		list := make([]string, v.Len())
		for i := range list {
			list[i] = v.Index(i).String()
		}
		return handoff.ListValue(list)
	}
	return handoff.IntValue(v.Int())
}

// apply reports the declared fields that the host's struct does not have as declared.
func (b *binding) apply(p *policy) error {
	if b.err != nil {
		return b.err
	}
	for _, f := range p.config.Fields {
		if f.Of == b.of {
			b.check(f, p.declared[f.Of+"."+f.Name])
		}
	}
	return nil
}

func (b *binding) check(f handoff.Field, at source.Node) {
	var names []string
	for _, own := range b.fields {
		names = append(names, own.name)
		switch {
		case own.name != f.Name:
		case own.typ != f.Type && own.typ != anyType:
			at.Errorf(source.HostField, "the host's %v has %s as %s, but it is declared as %s", b.host, f.Name, own.typ, f.Type)
			return
		default:
			return
		}
	}
	known := cmp.Or(strings.Join(names, ", "), "no fields of its own")
	at.Errorf(source.HostField, "the host's %v has no %s%s; it has %s", b.host, f.Name, source.DidYouMean(f.Name, names), known)
}

package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules/internal/source"
)

// An Option changes how a policy is loaded. It is made by Fields.
type Option interface{ apply(*policy) error }

// A Binding ties the declared fields of leads, accounts or triggers to a struct of the host, T. It is immutable and safe
// for concurrent use.
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
//		Role  string            // lead.role
//		Seats handoff.Opt[int64] // lead.seats, which may be unknown
//		Plan  string            `baton:"price_plan"`
//		Notes string            `baton:"-"` // not for policies
//	}
//
// Its exported fields are named as in the policy: by the tag baton, else by their Go name in small letters with _ between
// its words. A string is a string or a list of words, an integer an int, a bool a bool, a calendar.Date a date, a time.Time
// a time, a time.Duration a duration, a []string a list; a handoff.Opt is an int or a bool that may be unknown, and a
// handoff.Value is of the type that the policy declares. Only its type matters here.
//
// A policy that is loaded with the binding must declare nothing that the struct lacks, and nothing of another type. What
// only the struct has is not an error: the policy does not read it. A struct that cannot be bound is an error of the load.
func Fields[T any](example T) *Binding[T] { return &Binding[T]{bindingOf(reflect.TypeOf(example))} }

func bindingOf(t reflect.Type) binding {
	b := binding{host: t}
	if t == nil || t.Kind() != reflect.Struct {
		b.err = fmt.Errorf("fields: %v is not a struct", t)
		return b
	}
	for _, f := range reflect.VisibleFields(b.host) {
		switch {
		case len(f.Index) > 1 || !f.IsExported() || f.Tag.Get("baton") == "-":
		case f.Anonymous:
			b.embed(f.Type)
		default:
			b.add(f)
		}
	}
	if b.err == nil && b.of == "" {
		b.err = fmt.Errorf("fields: %v embeds none of handoff.Lead, handoff.Account and handoff.Trigger", b.host)
	}
	return b
}

func (b *binding) embed(t reflect.Type) {
	for of, owner := range map[string]reflect.Type{"lead": reflect.TypeFor[handoff.Lead](),
		"account": reflect.TypeFor[handoff.Account](), "trigger": reflect.TypeFor[handoff.Trigger]()} {
		if t == owner && b.of == "" {
			b.of = of
		} else if t == owner {
			b.err = fmt.Errorf("fields: %v embeds two of handoff.Lead, handoff.Account and handoff.Trigger", b.host)
		}
	}
}

// anyType stands for a handoff.Value, which may be of every type.
const anyType handoff.Type = ""

func (b *binding) add(f reflect.StructField) {
	typ, ok := fieldType(f.Type)
	if !ok {
		b.err = fmt.Errorf("fields: %v.%s is of type %v, which no policy can read; tag it `baton:\"-\"`", b.host, f.Name, f.Type)
		return
	}
	name := f.Tag.Get("baton")
	if name == "" {
		name = snake(f.Name)
	}
	if slices.ContainsFunc(b.fields, func(other boundField) bool { return other.name == name }) {
		b.err = fmt.Errorf("fields: %v has two fields that are called %s", b.host, name)
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

// snake returns a Go name as policies write it: EmployeeCount is employee_count, and URLPath is url_path.
func snake(name string) string {
	var b strings.Builder
	upper := func(i int) bool { return i < len(name) && 'A' <= name[i] && name[i] <= 'Z' }
	for i := range len(name) {
		endsWord := i > 0 && upper(i) && (!upper(i-1) || i+1 < len(name) && !upper(i+1) && name[i+1] != '_')
		if endsWord && name[i-1] != '_' {
			b.WriteByte('_')
		}
		b.WriteString(strings.ToLower(name[i : i+1]))
	}
	return b.String()
}

// Values returns the host's fields for Lead.Fields, Account.Fields or Trigger.Fields. What is not known is left out: an
// empty string, an unknown Opt, a zero date, time or Value, a nil slice. A number and a truth value are always known.
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
	for _, f := range p.config.Fields {
		if f.Of == b.of {
			b.check(f, p.declared[f.Of+"."+f.Name])
		}
	}
	return b.err
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
	at.Errorf(source.HostField, "the host's %v has no %s%s; it has %s", b.host, f.Name, source.DidYouMean(f.Name, names), strings.Join(names, ", "))
}

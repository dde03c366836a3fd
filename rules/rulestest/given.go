package rulestest

import (
	"reflect"
	"slices"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A given is the facts of a case or step: the keys of a request.
type given struct{ value }

func readGiven(n source.Node) given {
	if !n.Exists() {
		return given{}
	}
	return given{reader{}.read(n, reflect.TypeFor[handoff.Request]())}
}

// with returns the facts with the keys of a step in place of those of the case.
func (g given) with(own given) given {
	if !own.node.Exists() {
		return g
	}
	merged := given{value{node: own.node, typ: own.typ}}
	for _, m := range g.keys {
		if _, replaced := own.get(m.name); !replaced {
			merged.keys = append(merged.keys, m)
		}
	}
	merged.keys = append(merged.keys, own.keys...)
	return merged
}

// subject returns the one that is named, else the lead, else the account.
func (g given) subject() (handoff.Ref, bool) {
	if v, named := g.get("subject"); named {
		text, _ := v.scalar.(string)
		ref, err := handoff.ParseRef(text)
		return ref, err == nil
	}
	for _, kind := range []handoff.Kind{handoff.KindLead, handoff.KindAccount} {
		record, ok := g.get(string(kind))
		if !ok {
			continue
		}
		id, ok := record.get("id")
		if !ok {
			if record.node.IsMap() {
				record.node.Errorf(source.MissingKey, "the key %q is missing here", "id")
			}
			return handoff.Ref{}, false
		}
		text, _ := id.scalar.(string)
		return handoff.Ref{Kind: kind, ID: text}, true
	}
	if g.node.IsMap() {
		g.node.Errorf(source.MissingKey, "the facts hold neither a lead nor an account; every request is about one of them")
	}
	return handoff.Ref{}, false
}

// request returns the request, with or without its triggers, and without its State.
func (r fileReader) request(g given, triggers bool) handoff.Request {
	subject, ok := g.subject()
	if !ok {
		return handoff.Request{}
	}
	v := g.value
	v.keys = slices.DeleteFunc(slices.Clone(v.keys), func(m member) bool {
		return m.name == "subject" || m.name == "state" || m.name == "triggers" && !triggers
	})
	var request handoff.Request
	r.decode(v, &request)
	request.Subject = subject
	return request
}

// state returns the entries that the facts bring along.
func (r fileReader) state(g given) handoff.State {
	var s handoff.State
	if v, ok := g.get("state"); ok {
		r.decode(v, &s)
	}
	return s
}

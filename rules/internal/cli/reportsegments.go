package cli

import (
	"strconv"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A segment tells handoffs apart by a fact of their requests.
type segment struct {
	name  string
	value func(*handoff.Request) string // "": unknown
	seen  bool
}

// A segmentPath is a fact that every request can have.
type segmentPath struct {
	path  string
	value func(*handoff.Request) string
}

// segmentPaths returns the facts by which handoffs can be told apart without a policy: those of language.Fields that stay as they
// are and do not name one record alone.
func segmentPaths() []segmentPath {
	return []segmentPath{
		{"lead.owner", func(r *handoff.Request) string { return r.Lead.Owner }},
		{"lead.contact_owner", func(r *handoff.Request) string { return r.Lead.ContactOwner }},
		{"lead.buying_group", func(r *handoff.Request) string { return r.Lead.BuyingGroup }},
		{"lead.status", func(r *handoff.Request) string { return r.Lead.Status }},
		{"lead.source", func(r *handoff.Request) string { return r.Lead.Source }},
		{"lead.country", func(r *handoff.Request) string { return r.Lead.Country }},
		{"lead.state", func(r *handoff.Request) string { return r.Lead.State }},
		{"lead.postal_code", func(r *handoff.Request) string { return r.Lead.PostalCode }},
		{"lead.zone", func(r *handoff.Request) string { return r.Lead.Zone }},
		{"lead.subscriber", func(r *handoff.Request) string { return string(r.Lead.Subscriber) }},
		{"account.id", func(r *handoff.Request) string { return r.Account.ID }},
		{"account.name", func(r *handoff.Request) string { return r.Account.Name }},
		{"account.domain", func(r *handoff.Request) string { return r.Account.Domain }},
		{"account.parent", func(r *handoff.Request) string { return r.Account.Parent }},
		{"account.parent_owner", func(r *handoff.Request) string { return r.Account.ParentOwner }},
		{"account.owner", func(r *handoff.Request) string { return r.Account.Owner }},
		{"account.csm", func(r *handoff.Request) string { return r.Account.CSM }},
		{"account.partner", func(r *handoff.Request) string { return r.Account.Partner }},
		{"account.country", func(r *handoff.Request) string { return r.Account.Country }},
		{"account.state", func(r *handoff.Request) string { return r.Account.State }},
		{"account.postal_code", func(r *handoff.Request) string { return r.Account.PostalCode }},
		{"account.industry", func(r *handoff.Request) string { return r.Account.Industry }},
		{"account.employees", func(r *handoff.Request) string { return optional(r.Account.Employees, strconv.FormatInt) }},
		{"account.customer", func(r *handoff.Request) string {
			return optional(r.Account.Customer, func(is bool, _ int) string { return strconv.FormatBool(is) })
		}},
	}
}

// optional returns the text of a value, "" where it is unknown.
func optional[T int64 | bool](o handoff.Opt[T], text func(v T, base int) string) string {
	if !o.Known {
		return ""
	}
	return text(o.Value, 10)
}

// segmentsOf returns the segments of paths. Declared are the fields of a policy, such as account.tier; a field that no policy
// declares is written account.fields.tier.
func segmentsOf(command string, paths, declared []string) (out []*segment, err error) {
	known := map[string]func(*handoff.Request) string{}
	var names []string
	for _, p := range segmentPaths() {
		known[p.path] = p.value
		names = append(names, p.path)
	}
	for _, path := range declared {
		if known[path] == nil {
			of, field, _ := strings.Cut(path, ".")
			known[path] = fieldOf(of, field)
			names = append(names, path)
		}
	}
	seen := map[string]bool{}
	for _, path := range paths {
		value := known[path]
		if of, field, found := strings.Cut(path, ".fields."); value == nil && found && field != "" && (of == "lead" || of == "account") {
			value = fieldOf(of, field)
		}
		switch {
		case value == nil:
			return nil, misused("%s: --segment: unknown fact %q%s; known are %s, and lead.fields.NAME and account.fields.NAME for columns of your own",
				command, path, source.DidYouMean(path, names), strings.Join(names, ", "))
		case seen[path]:
			return nil, misused("%s: --segment %s is given twice", command, path)
		}
		seen[path] = true
		out = append(out, &segment{name: path, value: value})
	}
	return out, nil
}

// fieldOf returns the value of one of the host's own fields.
func fieldOf(of, field string) func(*handoff.Request) string {
	return func(r *handoff.Request) string {
		fields := r.Lead.Fields
		if of == "account" {
			fields = r.Account.Fields
		}
		return plainValue(fields[field])
	}
}

// plainValue returns a value as people write it, "" where it is absent.
func plainValue(v handoff.Value) string {
	switch {
	case v.IsZero():
		return ""
	case v.Type() == handoff.TypeString:
		return v.Text()
	case v.Type() == handoff.TypeList:
		return strings.Join(v.List(), ", ")
	}
	return v.String()
}

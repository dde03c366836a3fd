package identity

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A Snapshot is a lead, a contact or an account as the host has it before it is merged, or before the merge is taken back.
// The zero value of a fact is unknown.
type Snapshot struct {
	Ref    handoff.Ref     `json:"ref"`
	Values map[string]Held `json:"values,omitempty"` // by the host's name of the field, OwnerField and StageField among them
	Source string          `json:"source,omitempty"` // the system that the record is from, and every value that names none
	// Consent is everything that was said for and against contact: the host's evidence and what handoff.Record remembers.
	Consent []handoff.Consent `json:"consent,omitempty"`
	Flags   []handoff.Flag    `json:"flags,omitzero"` // nil: the host did not look

	Deal        handoff.OpportunityStatus `json:"deal,omitempty"` // of an opportunity; "": the record is none
	Archived    bool                      `json:"archived,omitempty"`
	Probability handoff.Opt[int64]        `json:"probability,omitzero"` // of the deal, in percent
	Created     time.Time                 `json:"created,omitzero"`
}

// Held is what a record holds in a field. An absent value, a text of nothing but spaces and an empty list are blank; a blank
// with a time was cleared then.
type Held struct {
	Value  handoff.Value `json:"value,omitzero"`
	Set    time.Time     `json:"set,omitzero"`     // when the value was set or cleared; zero: unknown
	Source string        `json:"source,omitempty"` // the system it is from; "": the record's
}

// A Version is what one record held in a field.
type Version struct {
	Ref handoff.Ref `json:"ref"`
	Held
}

// A Kept is what a field holds after a merge, and why.
type Kept struct {
	Held
	Of []handoff.Ref `json:"of,omitempty"` // the records that it is from; none: somebody gave it, or nobody has one
	By Keep          `json:"by"`
	// Displaced are the other values, in the order of the records. A blank is not displaced, and neither is an equal value.
	Displaced []Version `json:"displaced,omitempty"`
}

// Merged is one record out of several. It can be stored as JSON, so that the merge can be taken back, and holds
// personal data like the records themselves. It shares no memory with them.
type Merged struct {
	At      time.Time         `json:"at"`
	Into    handoff.Ref       `json:"into"`   // the survivor
	From    []handoff.Ref     `json:"from"`   // the others, in order
	Chosen  Precedence        `json:"chosen"` // what told the survivor from the next
	Values  map[string]Kept   `json:"values,omitempty"`
	Consent []handoff.Consent `json:"consent,omitempty"`
	Flags   []handoff.Flag    `json:"flags,omitzero"`
	Before  []Snapshot        `json:"before"` // the records as they were, in order
}

// Merge makes one record of two or more of one kind. Which one stays is the same in whatever order they are given, and so is
// every value, unless FirstGiven decides.
//
// To merge in steps, by Merged.Snapshot, gives the values of merging at once where every value of a field has a time of its
// own and is kept by KeepMostRecent, or by KeepMostTrusted, or by KeepFurthest with listed words. Of times that are equal or
// unknown the order of the records decides, which a step can change: a Merged has the place of its survivor. For the same
// reason KeepFirst, KeepSurvivor and KeepAll depend on the steps, and so can the survivor itself where Order goes by what a
// merge changes, such as the stage.
//
// Consent and flags are united, to the strictest: what one of the records refuses at the time is refused, whatever was said
// for another. A bounce is a refusal of its channel, though the survivor may have another address: only a yes that is given
// after the merge opens it.
//
// The errors say all that is wrong and repeat no id and no value.
func Merge(at time.Time, s Survivorship, records ...Snapshot) (Merged, error) {
	if err := errors.Join(s.Check(), mergeCheckRecords(at, records)); err != nil {
		return Merged{}, err
	}
	before, by := s.sorted(records)
	m := Merged{At: at, Into: before[0].Ref, Chosen: by, Values: map[string]Kept{}, Before: before}
	for i, r := range before {
		if i > 0 {
			m.From = append(m.From, r.Ref)
		}
		m.Consent = consentStrictest(at, m.Into, slices.Concat(m.Consent, r.Consent), m.Consent, r.Consent) // one after the other, as State does
	}
	m.Flags = unitedFlags(before)
	for field := range s.fields(before) {
		m.Values[field] = s.choose(at, field, versionsOf(field, before))
	}
	return m, nil
}

// MergeAll merges groups of records. Groups that share a record are one, so that a record is merged once, however often it
// was found; of one that is given again the first Snapshot counts. Groups of one record, and of the same one twice, are left
// out. The result is in the order of the first group of each.
func MergeAll(at time.Time, s Survivorship, groups ...[]Snapshot) ([]Merged, error) {
	var out []Merged
	for i, group := range unitedGroups(groups) {
		if len(group) < 2 {
			continue
		}
		m, err := Merge(at, s, group...)
		if err != nil {
			return nil, fmt.Errorf("group %d: %w", i+1, err)
		}
		out = append(out, m)
	}
	return out, nil
}

// unitedGroups returns each group, with what is in any that shares a record with it, in the place of the first of them,
// without repetitions; the places of the others are empty.
func unitedGroups(groups [][]Snapshot) [][]Snapshot {
	into := make([]int, len(groups)) // the group that a group is part of
	root := func(i int) int {
		for into[i] != i {
			i = into[i]
		}
		return i
	}
	first := map[handoff.Ref]int{}
	for i, group := range groups {
		into[i] = i
		for _, r := range group {
			if j, found := first[r.Ref]; found {
				into[max(root(i), root(j))] = min(root(i), root(j))
				continue
			}
			first[r.Ref] = i
		}
	}
	out, seen := make([][]Snapshot, len(groups)), map[handoff.Ref]bool{}
	for i, group := range groups {
		for _, r := range group {
			if !seen[r.Ref] {
				seen[r.Ref] = true
				out[root(i)] = append(out[root(i)], r)
			}
		}
	}
	return out
}

func mergeCheckRecords(at time.Time, records []Snapshot) error {
	var problems []error
	if at.IsZero() {
		problems = append(problems, errors.New("the time of the merge is missing"))
	}
	if len(records) < 2 {
		problems = append(problems, fmt.Errorf("a merge takes two records or more, and there are %d", len(records)))
	}
	first := map[handoff.Ref]int{}
	for i, r := range records {
		if err := mergeCheckRef(r.Ref); err != nil {
			problems = append(problems, fmt.Errorf("record %d: %w", i+1, err))
		}
		if r.Ref.Kind != records[0].Ref.Kind {
			problems = append(problems, fmt.Errorf("record %d is of another kind than record 1; leads are merged with leads, and accounts with accounts", i+1))
		}
		if j, again := first[r.Ref]; again {
			problems = append(problems, fmt.Errorf("record %d has the id of record %d; give each record once", i+1, j+1))
			continue
		}
		first[r.Ref] = i
	}
	return errors.Join(problems...)
}

func mergeCheckRef(r handoff.Ref) error {
	if r.Kind != handoff.KindLead && r.Kind != handoff.KindAccount {
		return errors.New("is neither a lead nor an account")
	}
	_, err := handoff.ParseRef(r.String())
	return err
}

// fields returns the names of all fields that a record has or somebody gave.
func (s Survivorship) fields(records []Snapshot) map[string]bool {
	out := map[string]bool{}
	for field := range s.Given {
		out[field] = true
	}
	for _, r := range records {
		for field := range r.Values {
			out[field] = true
		}
	}
	return out
}

// versionsOf returns what each record holds in a field.
func versionsOf(field string, records []Snapshot) []Version {
	out := make([]Version, len(records))
	for i, r := range records {
		out[i] = Version{r.Ref, r.Values[field]}
		if !out[i].blank() || !out[i].Set.IsZero() {
			out[i].Source = cmp.Or(out[i].Source, r.Source)
		}
	}
	return out
}

// keptAs returns what was chosen, and what it displaces.
func keptAs(by Keep, chosen Version, versions []Version) Kept {
	out := Kept{Held: chosen.Held, By: by}
	if !chosen.Ref.IsZero() {
		out.Of = []handoff.Ref{chosen.Ref}
	}
	for _, v := range versions {
		if !v.blank() && !v.holds(chosen.Held) {
			out.Displaced = append(out.Displaced, v)
		}
	}
	return out
}

// Owner returns who owns the record after the merge, "" where nobody does.
func (m Merged) Owner() string { return m.Values[OwnerField].Value.Text() }

// Stage returns the stage after the merge, "" where there is none.
func (m Merged) Stage() string { return m.Values[StageField].Value.Text() }

// Snapshot returns the survivor as it is after the merge, for the next one. It is an opportunity where one of the
// records was, and in all else that is no value, no consent and no flag what the survivor was.
func (m Merged) Snapshot() Snapshot {
	if len(m.Before) == 0 {
		return Snapshot{}
	}
	out := m.Before[0].clone()
	out.Values = make(map[string]Held, len(m.Values))
	for field, k := range m.Values {
		out.Values[field] = k.Held
	}
	for _, r := range m.Before {
		out.Deal = cmp.Or(out.Deal, r.Deal)
	}
	out.Consent, out.Flags = slices.Clone(m.Consent), slices.Clone(m.Flags)
	return out
}

// Effects returns what handoff.Apply has to know: all refusals are told, each of the record whose it was, so that one
// that its own later grant lifts stays lifted, and what is remembered of the others moves to the survivor. Applied to a
// State that remembers the evidence of the records, and no other, it leaves m.Consent.
func (m Merged) Effects() (out handoff.Effects) {
	byMerge := func(c handoff.Consent) bool { return c.Source == handoff.ByMerge && c.At.Equal(m.At) }
	for _, r := range m.Before {
		list := consentReduced(r.Ref, r.Consent)
		if r.Ref == m.Into {
			list = consentReduced(r.Ref, slices.Concat(list, slices.DeleteFunc(slices.Clone(m.Consent), func(c handoff.Consent) bool { return !byMerge(c) })))
		}
		out = append(out, consentEffects(r.Ref, list)...)
	}
	for _, from := range m.From {
		out = append(out, handoff.MergeRecords{From: from, Into: m.Into, At: m.At})
	}
	return out
}

// Activities returns what to tell an engine of: for each of From, in its order, the activity to Observe with that
// record as the subject. What is remembered of it moves to the survivor then. They need no Effects beside them.
func (m Merged) Activities() []handoff.Activity {
	out := make([]handoff.Activity, len(m.From))
	for i := range m.From {
		out[i] = handoff.Activity{ID: "merged/" + m.Into.String() + "/" + m.At.UTC().Format(time.RFC3339Nano), Kind: handoff.ActivityMerged, At: m.At, Into: m.Into}
	}
	return out
}

// String tells where everything came from, in lines by the name of the field. It holds ids, and no values.
func (m Merged) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s survives %s by %s\n", m.Into, mergeRefs(m.From), m.Chosen)
	for _, field := range slices.Sorted(maps.Keys(m.Values)) {
		fmt.Fprintf(&b, "%s: %s\n", field, m.Values[field])
	}
	return b.String()
}

// String is such as "of lead/L2 (form, 2026-03-01T09:00:00Z) by most_recent, not of lead/L1". It holds no value.
func (k Kept) String() string {
	var b strings.Builder
	b.WriteString(k.origin())
	var about []string
	if about = some(k.Source); !k.Set.IsZero() {
		about = append(about, k.Set.UTC().Format(time.RFC3339))
	}
	if len(about) > 0 {
		fmt.Fprintf(&b, " (%s)", strings.Join(about, ", "))
	}
	fmt.Fprintf(&b, " by %s", k.By)
	if len(k.Displaced) > 0 {
		var refs []handoff.Ref
		for _, v := range k.Displaced {
			refs = append(refs, v.Ref)
		}
		fmt.Fprintf(&b, ", not of %s", mergeRefs(refs))
	}
	return b.String()
}

func (k Kept) origin() string {
	switch {
	case k.blank() && len(k.Of) > 0:
		return "blank as in " + mergeRefs(k.Of)
	case k.blank():
		return "blank"
	case len(k.Of) == 0:
		return "given"
	}
	return "of " + mergeRefs(k.Of)
}

func mergeRefs(refs []handoff.Ref) string {
	var out []string
	for _, r := range refs {
		out = append(out, r.String())
	}
	return strings.Join(out, ", ")
}

// Unmerged is what a merge is taken back to.
type Unmerged struct {
	At time.Time `json:"at"`
	// Records are the records as they were, in the order of the merge, except for what Unmerge says.
	Records []Snapshot `json:"records"`
	Stays   []string   `json:"stays,omitempty"` // fields that were changed since the merge and stay with the survivor, sorted
	// Unclaimed are grants that were given since the merge. No record has them, for nobody knows by whom they were given.
	Unclaimed []handoff.Consent `json:"unclaimed,omitempty"`
}

// Unmerge takes the merge back at an instant, given what the survivor is by now. Every record comes back as it was, except
// that
//   - what was changed since stays with the survivor: values, and whether it is archived, a deal, how likely, and flags;
//   - consent stays strict: every refusal that the survivor has by now, each record has, and what the survivor refuses, each
//     refuses from now on;
//   - a mark not to contact the survivor marks each record.
//
// Merges of merges are taken back the latest first.
func (m Merged) Unmerge(at time.Time, now Snapshot) (Unmerged, error) {
	if err := m.checkUnmerge(at, now); err != nil {
		return Unmerged{}, err
	}
	out := Unmerged{At: at}
	refusals := consentRefusals(consentReduced(now.Ref, now.Consent))
	for _, r := range m.Before {
		r = r.clone()
		r.Consent = consentStrictest(at, r.Ref, slices.Concat(r.Consent, refusals), now.Consent)
		r.Flags = withFlags(r.Flags, now.Flags, isDoNotContact)
		out.Records = append(out.Records, r)
	}
	merged, survivor := m.Snapshot(), &out.Records[0]
	out.Stays = survivor.takeChanges(merged, now)
	survivor.Flags = withFlags(survivor.Flags, now.Flags, func(f handoff.Flag) bool { return !slices.ContainsFunc(m.Flags, equalFlag(f)) })
	out.Unclaimed = slices.DeleteFunc(consentReduced(now.Ref, now.Consent), func(c handoff.Consent) bool {
		return c.Status == handoff.ConsentDenied || slices.ContainsFunc(m.Consent, equalConsent(c))
	})
	return out, nil
}

// Effects returns the refusals of each record. A host applies them once the records stand apart in its State: until
// then they are about the survivor.
func (u Unmerged) Effects() handoff.Effects {
	var out handoff.Effects
	for _, r := range u.Records {
		out = append(out, consentEffects(r.Ref, r.Consent)...)
	}
	return out
}

// Activities returns what to tell an engine of: for each of Records but the first, which is the survivor, the activity
// to Observe with that record as the subject. Of the zero Unmerged there are none.
func (u Unmerged) Activities() []handoff.Activity {
	out := make([]handoff.Activity, max(0, len(u.Records)-1))
	for i := range out {
		out[i] = handoff.Activity{ID: "unmerged/" + u.Records[0].Ref.String() + "/" + u.At.UTC().Format(time.RFC3339Nano), Kind: handoff.ActivityUnmerged, At: u.At, Into: u.Records[0].Ref}
	}
	return out
}

func (m Merged) checkUnmerge(at time.Time, now Snapshot) error {
	switch {
	case len(m.Before) < 2 || m.Before[0].Ref != m.Into:
		return errors.New("this is no merge: the records that it was made of are missing; keep what Merge returned")
	case at.IsZero():
		return errors.New("the time at which the merge is taken back is missing")
	case at.Before(m.At):
		return errors.New("the merge is taken back before it was made")
	case now.Ref != m.Into:
		return errors.New("what is given as the survivor by now is another record")
	}
	return nil
}

// takeChanges gives s what differs between the merged record and what it is by now, and returns which fields do.
func (s *Snapshot) takeChanges(merged, now Snapshot) (changed []string) {
	fields := Survivorship{}.fields([]Snapshot{merged, now})
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		held, has := now.Values[field]
		if held.holds(merged.Values[field]) {
			continue
		}
		changed = append(changed, field)
		if !has {
			delete(s.Values, field)
			continue
		}
		if s.Values == nil {
			s.Values = map[string]Held{}
		}
		s.Values[field] = held
	}
	if now.Deal != merged.Deal {
		s.Deal = now.Deal
	}
	if now.Archived != merged.Archived {
		s.Archived = now.Archived
	}
	if now.Probability != merged.Probability {
		s.Probability = now.Probability
	}
	return changed
}

// Survivor follows a chain of merges, each from a record into another, to the record that a reference is about now: of
// one that has not been merged, itself. Of one whose chain runs in a circle it returns the reference as it is, and
// false: nothing is moved, and nothing lost.
func Survivor(merges map[handoff.Ref]handoff.Ref, of handoff.Ref) (handoff.Ref, bool) {
	at := of
	for range len(merges) + 1 {
		into, merged := merges[at]
		if !merged {
			return at, true
		}
		at = into
	}
	return of, false
}

// Mergeable reports whether a record may be merged without being asked for by name: no archived one, and no deal that is
// over. Where lost ones are asked for, lost and archived opportunities may be merged too; those that are won never.
func (s Snapshot) Mergeable(lost bool) bool {
	switch {
	case s.Deal == handoff.OpportunityWon:
		return false
	case s.Deal == handoff.OpportunityLost || s.Deal != "" && s.Archived:
		return lost
	}
	return !s.Archived
}

func (s Snapshot) stage() handoff.Value { return s.Values[StageField].Value }

// filled returns how many fields hold something.
func (s Snapshot) filled() (n int) {
	for _, h := range s.Values {
		if !h.blank() {
			n++
		}
	}
	return n
}

// changed returns when a value was last set or cleared.
func (s Snapshot) changed() (at time.Time) {
	for _, h := range s.Values {
		at = mergeLater(at, h.Set)
	}
	return at
}

// clone returns a copy that shares no memory.
func (s Snapshot) clone() Snapshot {
	s.Values, s.Consent, s.Flags = maps.Clone(s.Values), slices.Clone(s.Consent), slices.Clone(s.Flags)
	return s
}

// blank reports whether there is nothing in a field.
func (h Held) blank() bool {
	switch h.Value.Type() {
	case "":
		return true
	case handoff.TypeString:
		return strings.TrimSpace(h.Value.Text()) == ""
	case handoff.TypeList:
		return len(h.Value.List()) == 0
	}
	return false
}

// holds reports whether two fields hold the same. A date or time is the same as its text, as which JSON has it.
func (h Held) holds(other Held) bool {
	a, b := h.Value, other.Value
	return h.blank() && other.blank() || a.Equal(b) || a.Text() != "" && a.Text() == b.Text()
}

// consentStrictest returns the evidence as handoff remembers it, with a refusal at the instant for each channel and
// purpose that one of the lists refuses and all the evidence together does not.
func consentStrictest(at time.Time, of handoff.Ref, evidence []handoff.Consent, lists ...[]handoff.Consent) []handoff.Consent {
	out := consentReduced(of, evidence)
	var more []handoff.Consent
	for _, channel := range consentChannels(lists) {
		for _, purpose := range handoff.Purposes() {
			refuses := func(list []handoff.Consent) bool { return consentRefused(list, channel, purpose, at) }
			if slices.ContainsFunc(lists, refuses) && !refuses(out) {
				more = append(more, handoff.Consent{Channel: channel, Purpose: purpose, Status: handoff.ConsentDenied, At: at, Source: handoff.ByMerge})
			}
		}
	}
	return consentReduced(of, slices.Concat(out, more))
}

// consentChannels returns the channels that the evidence is about, sorted.
func consentChannels(lists [][]handoff.Consent) []handoff.Channel {
	var out []handoff.Channel
	for _, c := range slices.Concat(lists...) {
		out = append(out, c.Channel)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// consentReduced returns the evidence as handoff remembers it.
func consentReduced(of handoff.Ref, evidence []handoff.Consent) []handoff.Consent {
	var effects handoff.Effects
	for _, c := range evidence {
		effects = append(effects, handoff.SetConsent{Subject: of, Consent: c})
	}
	record, _ := handoff.Apply(nil, effects)[of].Value.(handoff.Record)
	return record.Consent
}

// consentRefused reports whether the last word on a touch is a refusal: the person has not said yes since. What people
// have to be told is refused by nothing but a refusal of that very purpose.
func consentRefused(list []handoff.Consent, channel handoff.Channel, purpose handoff.Purpose, at time.Time) bool {
	var said time.Time
	var yes, no bool
	speaks := func(c handoff.Consent) bool {
		return c.Channel == channel && (c.Purpose == purpose || c.Purpose == "" && purpose != handoff.PurposeTransactional)
	}
	for _, c := range list {
		if speaks(c) && consentRefusedBy(c, at) {
			no, said = true, mergeLater(said, mergeLater(c.At, c.RevokedAt))
		}
	}
	for _, c := range list {
		yes = yes || speaks(c) && consentGrantedBy(c, at) && c.At.After(said)
	}
	return no && !yes
}

func consentRefusedBy(c handoff.Consent, at time.Time) bool {
	return c.Status == handoff.ConsentDenied || !c.RevokedAt.IsZero() && !at.Before(c.RevokedAt)
}

// consentGrantedBy reports whether the person said yes, and it counts at the instant.
func consentGrantedBy(c handoff.Consent, at time.Time) bool {
	over := !c.Until.IsZero() && !at.Before(c.Until)
	return !consentRefusedBy(c, at) && !over && !c.At.After(at) && cmp.Or(c.Basis, handoff.BasisExpress) == handoff.BasisExpress
}

// consentRefusals returns the refusals of reduced evidence.
func consentRefusals(list []handoff.Consent) []handoff.Consent {
	return slices.DeleteFunc(slices.Clone(list), func(c handoff.Consent) bool { return c.Status != handoff.ConsentDenied })
}

func consentEffects(of handoff.Ref, list []handoff.Consent) handoff.Effects {
	var out handoff.Effects
	for _, c := range consentRefusals(list) {
		out = append(out, handoff.SetConsent{Subject: of, Consent: c})
	}
	return out
}

// equalConsent matches evidence that is equal; a time is the same in whatever zone.
func equalConsent(c handoff.Consent) func(handoff.Consent) bool {
	return func(d handoff.Consent) bool {
		same := c.At.Equal(d.At) && c.Until.Equal(d.Until) && c.RevokedAt.Equal(d.RevokedAt) && c.HonourBy.Equal(d.HonourBy)
		d.At, d.Until, d.RevokedAt, d.HonourBy = c.At, c.Until, c.RevokedAt, c.HonourBy
		return same && c == d
	}
}

// unitedFlags returns the marks of all records, in order; nil where there are none and the host did not look at each.
func unitedFlags(records []Snapshot) []handoff.Flag {
	out, looked := []handoff.Flag{}, true
	for _, r := range records {
		looked = looked && r.Flags != nil
		out = withFlags(out, r.Flags, func(handoff.Flag) bool { return true })
	}
	if len(out) == 0 && !looked {
		return nil
	}
	return out
}

// withFlags adds the marks that a function accepts and the list does not have.
func withFlags(list, more []handoff.Flag, accept func(handoff.Flag) bool) []handoff.Flag {
	for _, f := range more {
		if accept(f) && !slices.ContainsFunc(list, equalFlag(f)) {
			list = append(slices.Clip(list), f)
		}
	}
	return list
}

func isDoNotContact(f handoff.Flag) bool { return f.Word == handoff.FlagDoNotContact }

// equalFlag matches a mark that is equal; a time is the same in whatever zone.
func equalFlag(f handoff.Flag) func(handoff.Flag) bool {
	return func(g handoff.Flag) bool {
		same := f.Since.Equal(g.Since) && f.Until.Equal(g.Until)
		g.Since, g.Until = f.Since, f.Until
		return same && f == g
	}
}

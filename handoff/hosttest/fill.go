package hosttest

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A filler makes effects about one record with something in every exported place, so that a field that a store loses is
// seen whatever it is.
type filler struct {
	policy                  string
	subject, account, other handoff.Ref
	n                       int64 // of the numbers and instants given so far, no two of which are equal
}

func (t *trial) filler() *filler {
	return &filler{
		policy:  t.policy,
		subject: t.key(handoff.KindLead, "subject"),
		account: t.key(handoff.KindAccount, "account"),
		other:   t.key(handoff.KindLead, "other"),
	}
}

// effects returns every kind of effect in an order in which each finds what it is about: first those that add something
// to what is stored, then those that take something away.
func (f *filler) effects() (adding, removing []handoff.Effect) {
	queue, redecide, consume := full[handoff.QueueTrigger](f), full[handoff.Redecide](f), full[handoff.ConsumeTrigger](f)
	queue.Released = false
	redecide.Triggers = []string{queue.Trigger.ID}
	consume.Trigger = queue.Trigger.ID
	people, held, released := full[handoff.Enroll](f), full[handoff.Hold](f), full[handoff.ReleaseHold](f)
	people.Subject = f.account
	held.Subject, released.Subject = f.other, f.other
	turns, large, count := full[handoff.AdvancePool](f), full[handoff.MoveLoad](f), full[handoff.Count](f)
	large.Units, count.Tally = 1<<52, handoff.TallyKey(turns.Policy, "count")
	plan := full[handoff.Plan](f)
	plan.Tally, count.Uses = count.Tally, plan.For
	second := full[handoff.StartClock](f) // which is corrected, and does not run when it is moved
	second.ID = "second"
	ended := full[handoff.StopClock](f)
	ended.ID = second.ID
	moved, gone := full[handoff.MoveClock](f), full[handoff.MoveClock](f)
	gone.ID = second.ID
	corrected := full[handoff.Correct](f)
	corrected.Clock, corrected.Start, corrected.Owner, corrected.Transfers = second.ID, second.Start, second.Owner, second.Transfers
	nobody := full[handoff.Assign](f)
	nobody.To, nobody.Covers, nobody.Play = "", "", ""
	stick := full[handoff.Stick](f)
	stick.Key = handoff.StickyKey(turns.Policy, "stick")
	came := full[handoff.RecordOutcome](f)
	came.Word = handoff.OutcomeDisqualified
	adding = []handoff.Effect{
		queue, redecide, full[handoff.RecordActivity](f), full[handoff.RecordTouch](f), came,
		full[handoff.SetConsent](f), full[handoff.SetRepStatus](f), full[handoff.SetStage](f), full[handoff.Hold](f), held, turns,
		handoff.AdvancePool{Policy: turns.Policy, Pool: turns.Pool, Rep: turns.Rep, At: now}, full[handoff.Assign](f),
		full[handoff.Enroll](f), people, full[handoff.Expose](f), large, plan, count, stick, full[handoff.PauseMarketing](f),
		full[handoff.StartClock](f), moved, second, ended, gone, corrected, full[handoff.Recycle](f), full[handoff.AttachContext](f), full[handoff.Notify](f),
	}
	removing = []handoff.Effect{
		consume, released, held, // the other record is empty between the two, and stored all the same
		full[handoff.ReleaseHold](f), full[handoff.StopClock](f), full[handoff.Exit](f), full[handoff.ResumeMarketing](f), nobody,
		handoff.Plan{Tally: plan.Tally, For: plan.For}, full[handoff.MergeRecords](f), full[handoff.SplitRecords](f),
	}
	return adding, removing
}

func full[T handoff.Effect](f *filler) T {
	var effect T
	f.fill(reflect.ValueOf(&effect).Elem(), "", "")
	return effect
}

// fill sets a value. A text is the name of its field, so that effects that speak of one thing meet; the second element of
// a list has another one.
func (f *filler) fill(v reflect.Value, name, suffix string) {
	if f.word(v, name) {
		return
	}
	f.n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(name + suffix)
		if name == "Policy" {
			v.SetString(f.policy)
		}
	case reflect.Int, reflect.Int64:
		v.SetInt(f.n)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i), v.Type().Field(i).Name, suffix)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), name, suffix)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0), name, suffix)
		f.fill(v.Index(1), name, suffix+` é "'\%_ `+"\U0001f600")
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		f.fill(value, name, suffix)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf(name), value)
	}
}

// word sets values of the types that do not take any value, and reports whether v is of one.
func (f *filler) word(v reflect.Value, name string) bool {
	var word any
	switch v.Interface().(type) {
	case time.Time:
		f.n++
		word = now.Add(time.Duration(f.n) * (time.Second + time.Microsecond))
	case handoff.Ref:
		word = f.subject
		switch name {
		case "Account":
			word = f.account
		case "From":
			word = f.other
		}
	case handoff.Line:
		word = handoff.NewLine(handoff.Member{Rep: "Rep", Weight: 2, Offered: 5, Key: 1 << 40}, handoff.Member{Rep: "other", Weight: 1, Place: 1})
	case handoff.Value:
		word = handoff.ListValue([]string{"a", "b"})
	case handoff.Channel:
		word = handoff.ChannelEmail
	case handoff.ConsentStatus:
		word = handoff.ConsentDenied
	case handoff.Purpose:
		word = handoff.PurposeMarketing
	case handoff.Basis:
		word = handoff.BasisSoftOptIn
	case handoff.Exclusivity:
		word = handoff.Alone
	case handoff.OwnerAway:
		word = handoff.OwnerAwayReassign
	case handoff.ActivityKind:
		word = handoff.ActivityReply
	case handoff.RepStatus:
		word = handoff.RepLeft
	case handoff.Fate:
		word = handoff.FateMerged
	case handoff.Why:
		word = handoff.WhySettle
	case handoff.StopWhy:
		word = handoff.StopReturns
	case handoff.OnRelease:
		word = handoff.ReleaseReplay
	case handoff.Level:
		word = handoff.LevelWarning
	default:
		return false
	}
	v.Set(reflect.ValueOf(word))
	return true
}

// different says in what got is not want, or returns nil. Instants are compared as such, in whatever zone they are, and a
// list without elements is like none.
func different(want, got handoff.State) error {
	for _, k := range want.Keys() {
		entry, present := got[k]
		if !present {
			return fmt.Errorf("Load left out %.80s", k)
		}
		if line, instead := firstDifference(lines(want[k]), lines(entry)); line != instead {
			return fmt.Errorf("Load returned %.80s with %q instead of %q", k, instead, line)
		}
	}
	return nil
}

// firstDifference returns the first lines that differ; the empty text stands for the end.
func firstDifference(want, got []string) (wanted, found string) {
	want, got = append(want, ""), append(got, "")
	i := 0
	for want[i] == got[i] && want[i] != "" {
		i++
	}
	return want[i], got[i]
}

// lines writes an entry as a line for each place in it that is not empty.
func lines(e handoff.Entry) []string {
	out := []string{fmt.Sprintf("Version %d", e.Version)}
	if e.Value != nil {
		out = append(out, fmt.Sprintf("%T", e.Value))
	}
	return appendLines(out, "", reflect.ValueOf(e.Value))
}

func appendLines(dst []string, path string, v reflect.Value) []string {
	if !v.IsValid() || v.IsZero() {
		return dst
	}
	switch x := v.Interface().(type) {
	case time.Time:
		if x.IsZero() { // in a zone other than UTC it is not the zero value
			return dst
		}
		return append(dst, path+" "+x.UTC().Format(time.RFC3339Nano))
	case json.Marshaler, encoding.TextMarshaler:
		text, err := json.Marshal(x)
		if err != nil {
			return append(dst, path+" "+err.Error())
		}
		return append(dst, path+" "+string(text))
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			dst = appendLines(dst, strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."), v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			dst = appendLines(append(dst, fmt.Sprintf("%s[%d]", path, i)), fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			dst = appendLines(dst, fmt.Sprintf("%s[%v]", path, key), v.MapIndex(key))
		}
	default:
		dst = append(dst, fmt.Sprintf("%s %v", path, v))
	}
	return dst
}

// scribble overwrites what a value leads to: elements of slices become zero, maps become empty.
func scribble(v any) { scribbleOn(reflect.ValueOf(v)) }

func scribbleOn(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		scribbleOn(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				scribbleOn(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			scribbleOn(v.Index(i))
			v.Index(i).SetZero()
		}
	case reflect.Map:
		v.Clear()
	}
}

package handoff_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// record sets every function of h to one that calls seen with the effect.
func record(h *handoff.Handler, seen func(handoff.Effect) error) {
	v := reflect.ValueOf(h).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Func {
			f.Set(reflect.MakeFunc(f.Type(), func(args []reflect.Value) []reflect.Value {
				out := reflect.New(reflect.TypeFor[error]()).Elem()
				if err := seen(args[2].Interface().(handoff.Effect)); err != nil {
					out.Set(reflect.ValueOf(err))
				}
				return []reflect.Value{out}
			}))
		}
	}
}

func TestHandler_Check(t *testing.T) {
	err := new(handoff.Handler).Check()
	for _, kind := range handoff.EffectKinds() {
		if err == nil || !strings.Contains(err.Error(), string(kind)) {
			t.Errorf("an empty handler does not miss %s: %v", kind, err)
		}
	}
	for _, tt := range []struct {
		name, reason string
		ignore       []handoff.EffectKind
		missing      []string
	}{
		{"everything ignored", "nothing is left", handoff.EffectKinds(), nil},
		{"bookkeeping ignored", "what talks to somebody is left", handoff.Bookkeeping(),
			[]string{"redecide", "record_outcome", "set_consent", "set_rep_status", "merge_records", "split_records", "exit", "resume_marketing", "assign", "enroll", "pause_marketing", "recycle", "attach_context", "notify"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := handoff.Handler{Ignore: tt.ignore}
			err := h.Check()
			if tt.missing == nil {
				if err != nil {
					t.Errorf("got %v: %s", err, tt.reason)
				}
				return
			}
			if want := strings.Join(tt.missing, ", "); err == nil || !strings.Contains(err.Error(), "no function for "+want+";") {
				t.Errorf("got %v, want %s: %s", err, want, tt.reason)
			}
		})
	}
	var full handoff.Handler
	record(&full, func(handoff.Effect) error { return nil })
	if err := full.Check(); err != nil {
		t.Errorf("a full handler misses something: %v", err)
	}
}

func TestHandler_CallsInOrder(t *testing.T) {
	var d handoff.Decision
	for _, kind := range handoff.EffectKinds() {
		i := slices.IndexFunc(effectCases, func(c effectCase) bool { return c.effect.Kind() == kind })
		d.Effects = append(d.Effects, effectCases[i].effect)
	}
	var h handoff.Handler
	var got handoff.Effects
	record(&h, func(e handoff.Effect) error { got = append(got, e); return nil })
	if err := h.Handle(context.Background(), d); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d.Effects, got); diff != "" {
		t.Errorf("each function gets its own effects, in order (-want +got):\n%s", diff)
	}
}

func TestHandler_Stops(t *testing.T) {
	d := decide(t, compile(t), now, demo())
	down := errors.New("the CRM is down")
	var h handoff.Handler
	var seen []handoff.EffectKind
	record(&h, func(e handoff.Effect) error {
		seen = append(seen, e.Kind())
		if e.Kind() == handoff.EffectAssign {
			return down
		}
		return nil
	})
	err := h.Handle(context.Background(), d)
	if !errors.Is(err, down) || !strings.Contains(err.Error(), "assign") {
		t.Errorf("got %v, want an error that wraps the function's and names the kind", err)
	}
	if seen[len(seen)-1] != handoff.EffectAssign {
		t.Errorf("went on after the error: %v", seen)
	}
	t.Run("nothing is called while a kind is open", func(t *testing.T) {
		h.Notify, seen = nil, nil
		if err := h.Handle(context.Background(), d); err == nil || len(seen) > 0 {
			t.Errorf("got %v after %v", err, seen)
		}
	})
	t.Run("ignored kinds are passed over", func(t *testing.T) {
		h.Assign, h.Ignore, seen = nil, []handoff.EffectKind{handoff.EffectAssign, handoff.EffectNotify}, nil
		if err := h.Handle(context.Background(), d); err != nil || len(seen) != len(d.Effects)-1 {
			t.Errorf("got %v after %v", err, seen)
		}
	})
}

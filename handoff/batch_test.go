package handoff_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
)

// loader loads from a store and counts how often.
type loader struct {
	store hosttest.Memory
	asked [][]handoff.Key
}

func (l *loader) load(keys []handoff.Key) (handoff.State, error) {
	l.asked = append(l.asked, keys)
	return l.store.Load(context.Background(), keys)
}

// oneByOne decides and commits each request by itself.
func oneByOne(t *testing.T, e *handoff.Engine, store *hosttest.Memory, requests []handoff.Request) []handoff.Decision {
	t.Helper()
	ctx := context.Background()
	var out []handoff.Decision
	for _, r := range requests {
		r, err := store.Fill(ctx, e, now, r)
		if err != nil {
			t.Fatal(err)
		}
		d, err := e.Decide(now, r)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Commit(ctx, d); err != nil {
			t.Fatal(err)
		}
		out = append(out, d)
	}
	return out
}

// bulk makes requests that meet: about few subjects, with triggers of which some are the same.
func (g generator) bulk(e *handoff.Engine) []handoff.Request {
	var out []handoff.Request
	for range 2 + g.IntN(8) {
		r := g.request(e)
		r.State = nil
		out = append(out, r)
	}
	return out
}

func TestLaw04_BatchEqualsOneByOne(t *testing.T) {
	acted := 0
	properties(t, func(t *testing.T, e *handoff.Engine, g generator, r handoff.Request) {
		requests := g.bulk(e)
		var alone, batched hosttest.Memory
		host := &loader{}
		for _, store := range []*hosttest.Memory{&alone, &batched, &host.store} {
			store.Put(r.State)
		}
		want := oneByOne(t, e, &alone, requests)
		got, state, err := e.DecideBatch(now, requests, host.load)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(split(encode(t, want)), split(encode(t, got))); diff != "" {
			t.Fatalf("a batch is decided otherwise (-one by one +batch):\n%s", diff)
		}
		for _, d := range got {
			if len(effects[handoff.Assign](d)) > 0 {
				acted++
			}
			if err := batched.Commit(context.Background(), d); err != nil {
				t.Fatalf("committing in order: %v", err)
			}
		}
		after := batched.State()
		maps.Copy(after, state)
		maps.DeleteFunc(after, func(_ handoff.Key, e handoff.Entry) bool { return e.Version == 0 })
		for name, s := range map[string]handoff.State{"of the batch": after, "of its commits": batched.State()} {
			if got, want := encode(t, s), encode(t, alone.State()); got != want {
				t.Fatalf("the State %s differs (-one by one +batch):\n%s", name, cmp.Diff(split(want), split(got)))
			}
		}
	})
	if acted < 200 {
		t.Errorf("the batches assigned %d times, which is too few to say that the law holds", acted)
	}
}

// of is a request about another lead of another account, with its own trigger.
func of(id string, edits ...func(*handoff.Request)) handoff.Request {
	return demo(append([]func(*handoff.Request){func(r *handoff.Request) {
		r.Subject, r.Lead.ID, r.Lead.Account, r.Account.ID = lead("L"+id), "L"+id, "A"+id, "A"+id
		r.Triggers[0].ID = "T" + id
	}}, edits...)...)
}

func TestDecideBatch_EqualLeadsTakeTurns(t *testing.T) {
	const n = 20
	var requests []handoff.Request
	for i := range n {
		requests = append(requests, of(fmt.Sprint(i)))
	}
	host := &loader{}
	decisions, _, err := compile(t).DecideBatch(now, requests, host.load)
	if err != nil {
		t.Fatal(err)
	}
	owners := map[string]int{}
	for _, d := range decisions {
		owners[d.Owner]++
	}
	if diff := cmp.Diff(map[string]int{"kim": n / 2, "lee": n / 2}, owners); diff != "" {
		t.Errorf("of equal leads everybody who is there gets as many (-want +got):\n%s", diff)
	}
	if len(host.asked) != 1 {
		t.Errorf("loads %d times, want once: nothing waits, and the leads have no people", len(host.asked))
	}
	for i, keys := range host.asked {
		if !slices.IsSortedFunc(keys, handoff.Key.Compare) || len(slices.Compact(slices.Clone(keys))) != len(keys) {
			t.Errorf("load %d: keys are not sorted, or repeat: %v", i, keys)
		}
	}
}

// A countryPool routes each country to a pool of its own, whose ledger it needs there alone. Nobody is in it.
type countryPool struct{}

func (countryPool) Keys(f *handoff.Facts, _ *handoff.Play, dst []handoff.Key) []handoff.Key {
	return append(dst, handoff.PoolKey(policy, f.Lead.Country))
}

func (countryPool) Route(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
	f.Pool(policy, f.Lead.Country)
	return handoff.Routing{Reasons: []handoff.Reason{{Rule: handoff.RuleRoute, ID: f.Lead.Country, Text: "is empty"}}}
}

func from(country string, edits ...func(*handoff.Request)) handoff.Request {
	r := demo(edits...)
	r.Lead.Country = country
	return r
}

func TestDecideBatch_Loads(t *testing.T) {
	abroad := compile(t, func(c *handoff.Config) { c.Plays[0].Router = countryPool{} })
	waiting := with(handoff.QueueTrigger{Subject: l1, Queued: queued("T0")})
	for _, tt := range []struct {
		name, reason string
		engine       *handoff.Engine
		stored       func(*handoff.Request)
		requests     []handoff.Request
		want         int
	}{
		{"no requests", "there is nothing to load", compile(t), with(), nil, 0},
		{"twice the same", "the second reads what the first wrote, which is loaded", compile(t), with(), []handoff.Request{demo(), demo()}, 1},
		{"a queue", "what waits is known after the first round", compile(t), waiting, []handoff.Request{demo(), of("2")}, 2},
		{"a queue that grows", "what waits since the first request is routed otherwise in the second, and in the third as there", abroad, with(handoff.AdvancePool{Policy: policy, Pool: "FR", Rep: "kim", At: earlier}),
			[]handoff.Request{from("DE"), from("FR", triggers()), from("FR", triggers())}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			host, before := &loader{}, encode(t, tt.requests)
			var r handoff.Request
			tt.stored(&r)
			host.store.Put(r.State)
			decisions, state, err := tt.engine.DecideBatch(now, tt.requests, host.load)
			if err != nil || len(decisions) != len(tt.requests) {
				t.Fatalf("%d decisions and error %v", len(decisions), err)
			}
			if len(host.asked) != tt.want {
				t.Errorf("loads %d times, want %d: %s", len(host.asked), tt.want, tt.reason)
			}
			var alone hosttest.Memory
			alone.Put(r.State)
			if got, want := encode(t, decisions), encode(t, oneByOne(t, tt.engine, &alone, tt.requests)); len(tt.requests) > 0 && got != want {
				t.Errorf("decided otherwise than one by one:\n%s", cmp.Diff(split(want), split(got)))
			}
			for k, entry := range alone.State() {
				if diff := cmp.Diff(entry, state[k]); diff != "" {
					t.Errorf("%s (-one by one +batch):\n%s", k, diff)
				}
			}
			if encode(t, tt.requests) != before {
				t.Error("the requests changed")
			}
		})
	}
}

func TestDecideBatch_Errors(t *testing.T) {
	down := errors.New("connection refused")
	abroad := compile(t, func(c *handoff.Config) { c.Plays[0].Router = countryPool{} })
	failing := func(after int) func(*loader) func([]handoff.Key) (handoff.State, error) {
		return func(l *loader) func([]handoff.Key) (handoff.State, error) {
			return func(keys []handoff.Key) (handoff.State, error) {
				if len(l.asked) >= after {
					return nil, down
				}
				return l.load(keys)
			}
		}
	}
	sound := failing(99)
	isInput := func(err error) bool { var wrong *handoff.InputError; return errors.As(err, &wrong) }
	isMissing := func(err error) bool { var missing *handoff.MissingError; return errors.As(err, &missing) }
	isDown := func(err error) bool { return err == down }
	for _, tt := range []struct {
		name, reason string
		load         func(*loader) func([]handoff.Key) (handoff.State, error)
		requests     []handoff.Request
		is           func(error) bool
		text         string
		decisions    int
	}{
		{"invalid request", "the decisions before it stand", sound, []handoff.Request{of("1"), of("2", triggers(handoff.Trigger{})), of("3")}, isInput,
			"requests[1]: request: triggers[0].id is empty", 1},
		{"own state", "it could contradict what is loaded", sound, []handoff.Request{of("1"), of("2"), fill(compile(t), now, of("3"))}, isInput, "requests[2]: request: state is given", 2},
		{"nothing loads", "the host's error is its own", failing(0), []handoff.Request{of("1")}, isDown, "connection refused", 0},
		{"a later load fails", "the decisions before it stand", failing(1), []handoff.Request{from("DE"), from("FR", triggers())}, isDown, "connection refused", 1},
		{"keys left out", "the engine cannot tell that the host looked", func(*loader) func([]handoff.Key) (handoff.State, error) {
			return func([]handoff.Key) (handoff.State, error) { return nil, nil }
		}, []handoff.Request{of("1")}, isMissing, "lacks entries", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			host := &loader{}
			decisions, state, err := abroad.DecideBatch(now, tt.requests, tt.load(host))
			if !tt.is(err) || !strings.Contains(fmt.Sprint(err), tt.text) {
				t.Errorf("got %v, want %q: %s", err, tt.text, tt.reason)
			}
			if len(decisions) != tt.decisions {
				t.Fatalf("%d decisions come with it, want %d: %s", len(decisions), tt.decisions, tt.reason)
			}
			for _, d := range decisions {
				if state[d.Subject].Version != 1 {
					t.Errorf("the State is not that after the decision about %s", d.Subject)
				}
			}
		})
	}
}

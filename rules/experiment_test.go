package rules_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/suppression"
)

// trying is a policy with two plays that start sequences and one that starts none; its experiments begin in line 14.
const trying = `language: 1
policy: acme
triggers: {demo_request: {about: lead, stale_after: 14d}}
consent: {email: opt_out}
sequences:
  fast: {on_blocked_channel: skip, steps: [{day: 0, do: email}]}
  slow: {on_blocked_channel: skip, steps: [{day: 3, do: email}]}
routes: {all: [{rep: kim}]}
plays:
  - {id: demo, motion: inbound, trigger: demo_request, route: all, sequence: fast, priority: 3}
  - {id: trial, motion: inbound, trigger: demo_request, route: all, sequence: fast, priority: 2}
  - {id: bare, trigger: demo_request, route: all}
experiments:
`

func TestExperimentsThatDoNotCompile(t *testing.T) {
	const both = "arms: {a: {share: 50%}, b: {share: 50%, sequence: slow}}"
	for _, tt := range []struct{ name, reason, text, want string }{
		{"neither share nor arms", "nothing would be split", "  x: {per: lead}",
			`14:6: B018 an experiment has either share: 5%, the part that is held out, or arms: {plain: {share: 50%}, other: {share: 50%, sequence: x}}`},
		{"both", "which of them?", "  x: {share: 5%, arms: {a: {share: 50%}}}", `14:6: B018 an experiment has either share: 5%`},
		{"no keys at all", "it is no experiment", "  x: 5%", `14:6: B013 expected keys with values, such as {key: value}, but found "5%"`},
		{"an id", "reasons name it", "  a b: {share: 5%}", `14:3: B016 an id is`},
		{"a share without the sign", "5 could be a share of 1, of 100 or of 10,000", "  x: {share: 5}",
			`14:14: B013 expected a percentage with at most 2 decimals, such as 5% or 12.5%, but found the number 5`},
		{"too fine a share", "a bucket is a basis point", "  x: {share: 0.005%}", `14:14: B013 expected a percentage`},
		{"nobody", "it would have no effect", "  x: {share: 0%}", `14:14: B015 0% is out of range; it is from 0.01% to 100%`},
		{"more than everybody", "a share is part of a whole", "  x: {share: 101%}", `14:14: B015 101% is out of range`},
		{"no arms", "nothing would be split", "  x: {arms: {}}", `14:13: B019 no arm is defined; write at least one`},
		{"an arm without a share", "nobody knows how many", "  x: {arms: {a: {sequence: slow}}, except: [bare]}", `14:17: B011 the key "share" is missing here`},
		{"shares above everything", "the place is where it is too much", "  x: {arms: {a: {share: 60%}, b: {share: 40.01%}, c: {share: 10%}}}",
			`14:42: B015 with this share the arms have 100.01%; all together they have at most 100%`},
		{"an unknown sequence", "a near name", "  x: {only: [demo], arms: {a: {share: 50%, sequence: slwo}}}", `14:54: B030 unknown sequence "slwo" (did you mean "slow"?); known are fast, slow`},
		{"an unknown play", "a near name", "  x: {share: 5%, only: [demmo]}", `14:25: B030 unknown play or motion "demmo" (did you mean "demo"?); known are bare, demo, inbound, trial`},
		{"only and except", "as everywhere", "  x: {share: 5%, only: [demo], except: [trial]}", `14:40: B018 a rule has only or except, not both`},
		{"a scope without plays", "it covers nothing", "  x: {share: 5%, except: [inbound, bare]}", `14:26: B080 the experiment covers no play; leave some, or remove it`},
		{"a variant of nothing", "the play starts no sequence", "  x: {" + both + "}",
			`14:57: B080 the play bare, which the experiment covers, starts no sequence, so that there is none in whose place this could start; write only: with plays that do`},
		{"an unknown word", "per", "  x: {share: 5%, per: company}", `14:23: B014 unknown word "company"`},
		{"an unknown hash", "hash", "  x: {share: 5%, hash: growthbok}", `14:24: B014 unknown word "growthbok" (did you mean "growthbook"?); known are sha256, growthbook, growthbook1, unleash`},
		{"an empty salt", "the id stands in where there is none", "  x: {share: 5%, salt: ''}", `14:24: B019 the salt is empty; write one, or leave it out for the experiment's id`},
		{"a salt that is a number", "texts are quoted", "  x: {share: 5%, salt: 2026}", `14:24: B013 expected a text, but found the number 2026`},
		{"days backwards", "no day is left", "  x: {share: 5%, effective: {from: 2026-04-01, until: 2026-04-01}}", `14:55: B080 until 2026-04-01 is not after from 2026-04-01, so that no day is left`},
		{"no days", "it says nothing", "  x: {share: 5%, effective: {}}", `14:29: B021 effective says neither from nor until`},
		{"an empty range", "nobody is in it", "  x: {share: 5%, layer: {name: l, from: 50%, to: 50%}}",
			`14:50: B080 the range ends at 50% and begins at 50%, so that nobody is in it; make to greater than from`},
		{"a layer without a name", "it would exclude nobody", "  x: {share: 5%, layer: {from: 0%, to: 50%}}", `14:25: B011 the key "name" is missing here`},
		{"a layer called like the salt", "the range would decide the side", "  x: {share: 5%, layer: {name: x, from: 0%, to: 50%}}", `14:32: B080 the layer is called like the salt x of the experiment`},
		{"ranges that overlap", "both positions", "  x: {share: 5%, layer: {name: l, from: 0%, to: 50%}}\n  y: {share: 5%, layer: {name: l, from: 49.99%, to: 60%}}",
			`15:25: B080 this range, from 49.99% to 60% of the layer l, overlaps that of the experiment x at p.yaml:14:25, from 0% to 50%; move one of them`},
		{"two units in one layer", "one hashes leads, the other accounts", "  x: {share: 5%, layer: {name: l, from: 0%, to: 50%}}\n  y: {share: 5%, per: account, layer: {name: l, from: 50%, to: 60%}}",
			`15:39: B018 the experiment x at p.yaml:14:3 is per lead with the hash sha256, and this one per account with sha256, so that the layer l cannot keep them apart`},
		{"two hashes in one layer", "each has buckets of its own", "  x: {share: 5%, layer: {name: l, from: 0%, to: 50%}}\n  y: {share: 5%, hash: unleash, layer: {name: l, from: 50%, to: 60%}}",
			`15:40: B018 the experiment x at p.yaml:14:3 is per lead with the hash sha256, and this one per lead with unleash`},
		{"two variants of one play", "both positions", "  x: {only: [demo], " + both + "}\n  y: {only: [inbound], " + both + "}",
			`15:3: B018 y and the experiment x at p.yaml:14:3 could both start another sequence in place of that of the play demo; put both into one layer`},
		{"a share between the steps", "the hash has 100 buckets", "  x: {share: 5.5%, hash: unleash}", `14:14: B080 the hash unleash splits in steps of 1%; write a multiple of that, or hash: sha256`},
		{"a share of an arm between the steps", "the hash has 1,000 buckets", "  x: {arms: {a: {share: 5.55%}}, hash: growthbook1}", `14:25: B080 the hash growthbook1 splits in steps of 0.1%`},
		{"an edge between the steps", "the layer is split by the same hash", "  x: {share: 5%, hash: unleash, layer: {name: l, from: 0.5%, to: 60%}}", `14:56: B080 the hash unleash splits in steps of 1%`},
		{"a condition", "as everywhere", "  x: {share: 5%, when: account.employes > 5}", `14:24: B044`},
		{"an unknown key", "a near name", "  x: {share: 5%, wen: account.employees > 5}", `14:18: B010 unknown key "wen" (did you mean "when"?)`},
		{"too many arms", "each is looked at", "  x: {arms: {" + each(21, "a%d: {share: 1%%}, ") + "}}", `14:364: B015 there are more than 20 arms`},
		{"too many experiments", "each is asked of every handoff", each(101, "  x%d: {share: 1%%}\n"), `114:3: B015 there are more than 100 experiments`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Parse("p.yaml", []byte(trying+tt.text+"\n"))
			checkProblems(t, err, tt.reason, "p.yaml:"+tt.want)
		})
	}
}

func TestExperimentsThatCompile(t *testing.T) {
	const both = "arms: {a: {share: 50%}, b: {share: 50%, sequence: slow}}"
	for _, tt := range []struct{ name, reason, text string }{
		{"everybody", "the bound itself is allowed", "  x: {share: 100%}"},
		{"the least", "a basis point", "  x: {share: 0.01%}"},
		{"arms that fill everything", "the bound itself is allowed", "  x: {arms: {a: {share: 33.34%}, b: {share: 66.66%}}}"},
		{"ranges side by side", "to is not in the range", "  x: {share: 5%, layer: {name: l, from: 0%, to: 50%}}\n  y: {share: 5%, layer: {name: l, from: 50%, to: 100%}}"},
		{"the same range of another layer", "each layer is hashed by itself", "  x: {share: 5%, layer: {name: l, from: 0%, to: 50%}}\n  y: {share: 5%, layer: {name: m, from: 0%, to: 50%}}"},
		{"the same range on other days", "no day is in both", "  x: {share: 5%, layer: {name: l, from: 0%, to: 50%}, effective: {until: 2026-04-01}}\n" +
			"  y: {share: 5%, layer: {name: l, from: 0%, to: 50%}, effective: {from: 2026-04-01}}"},
		{"two variants in one layer", "nobody is in both", "  x: {only: [demo], " + both + ", layer: {name: l, from: 0%, to: 50%}}\n" +
			"  y: {only: [demo], " + both + ", layer: {name: l, from: 50%, to: 100%}}"},
		{"two variants of two plays", "they never meet", "  x: {only: [demo], " + both + "}\n  y: {only: [trial], " + both + "}"},
		{"two variants on other days", "they never meet", "  x: {only: [demo], " + both + ", effective: {until: 2026-04-01}}\n  y: {only: [demo], " + both + ", effective: {from: 2026-04-01}}"},
		{"a variant beside a holdout", "a holdout starts nothing", "  x: {only: [demo], " + both + "}\n  y: {share: 5%}"},
		{"arms of a play without a sequence", "they are labels, and start nothing", "  x: {only: [bare], arms: {a: {share: 50%}, b: {share: 50%}}}"},
		{"whole steps", "as the hashes split", "  x: {share: 5%, hash: unleash}\n  y: {share: 5.5%, hash: growthbook1}\n  z: {share: 5.55%, hash: growthbook}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := rules.Parse("p.yaml", []byte(trying+tt.text+"\n")); err != nil {
				t.Errorf("%v; %s", err, tt.reason)
			}
		})
	}
}

// came decides a demo request of a lead, and returns what came of it: the verdict, the sequence and the sides.
func came(t *testing.T, e *handoff.Engine, r handoff.Request, now time.Time) string {
	t.Helper()
	r.Triggers = []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: now}}
	r, err := e.Fill(now, r, func(keys []handoff.Key) (handoff.State, error) {
		s := handoff.State{}
		for _, k := range keys {
			s[k] = r.State[k]
		}
		return s, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Decide(now, r)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{string(d.Verdict), d.Sequence}
	for _, effect := range d.Effects {
		if x, ok := effect.(handoff.Expose); ok {
			out = append(out, x.Experiment+"="+x.Arm.Arm)
		}
	}
	return strings.Join(out, " ")
}

func TestExperimentsAtWork(t *testing.T) {
	const slow = "  x: {only: [inbound], arms: {other: {share: 100%, sequence: slow}}"
	lead := handoff.Request{Subject: handoff.Ref{Kind: handoff.KindLead, ID: "L1"}, Lead: handoff.Lead{ID: "L1"}}
	company := lead
	company.Lead.Account, company.Account = "A1", handoff.Account{ID: "A1", Employees: handoff.Some[int64](100)}
	on := func(salt string) handoff.Request {
		r := lead
		r.State = handoff.State{{Kind: handoff.KindLead, ID: "L1"}: {Version: 1, Value: handoff.Record{Arms: []handoff.Arm{{Experiment: "x", Arm: "b", At: at.AddDate(0, -1, 0), Salt: salt}}}}}
		return r
	}
	const moved = "  x: {only: [inbound], arms: {b: {share: 0.01%, sequence: slow}, a: {share: 99.99%}}"
	for _, tt := range []struct {
		name, reason, text string
		request            handoff.Request
		want               string
	}{
		{"a holdout", "nothing starts", "  x: {share: 100%}", lead, "held_out fast x=held_out"},
		{"a holdout of other plays", "only names plays", "  x: {share: 100%, only: [bare]}", lead, "enrolled fast"},
		{"a holdout of a motion", "only names motions; the play that is not covered takes the record", "  x: {share: 100%, only: [inbound]}", lead, "assigned  x=held_out"},
		{"but for some plays", "except", "  x: {share: 100%, except: [demo]}", lead, "enrolled fast"},
		{"an arm with a sequence", "it starts in place of the play's", slow + "}", lead, "enrolled slow x=other"},
		{"an arm without one", "the play's starts", "  x: {arms: {a: {share: 100%}}}", lead, "enrolled fast x=a"},
		{"the order of the file", "what the first holds out is on no side of the second", "  x: {share: 100%}\n  y: {share: 100%}", lead, "held_out fast x=held_out"},
		{"when it is true", "the condition sees facts", slow + ", when: account.employees >= 100}", company, "enrolled slow x=other"},
		{"when it is not", "", slow + ", when: account.employees > 100}", company, "enrolled fast"},
		{"when it is unknown", "unknown is not covered", slow + ", when: account.employees >= 100}", lead, "enrolled fast"},
		{"per account", "the account's record remembers it", slow + ", per: account}", company, "enrolled slow x=other"},
		{"per account without one", "there is no id to hash", slow + ", per: account}", lead, "enrolled fast"},
		{"before its days", "", slow + ", effective: {from: 2026-03-03}}", lead, "enrolled fast"},
		{"on its first day", "from is one of its days", slow + ", effective: {from: 2026-03-02}}", lead, "enrolled slow x=other"},
		{"on its last day", "until is the first day that no longer counts", slow + ", effective: {until: 2026-03-03}}", lead, "enrolled slow x=other"},
		{"after its days", "", slow + ", effective: {until: 2026-03-02}}", lead, "enrolled fast"},
		{"a day of the policy's zone", "at 15:04 in UTC it is the next day there", slow + ", effective: {from: 2026-03-03}}\nzone: Pacific/Kiritimati", lead, "enrolled slow x=other"},
		{"it stays", "the share does not matter to whom it was on before", moved + "}", on("x"), "enrolled slow x=b"},
		{"it does not stay", "fresh", moved + ", fresh: true}", on("x"), "enrolled fast x=a"},
		{"under another salt", "it is put anew", moved + ", salt: y}", on("x"), "enrolled fast x=a"},
		{"its arm is removed", "it is put anew", "  x: {only: [inbound], arms: {a: {share: 100%}}}", on("x"), "enrolled fast x=a"},
		{"the range moves off it", "the layer is asked at each handoff", moved + ", layer: " + layerWithout("L1") + "}", on("x"), "enrolled fast"},
		{"its days are over", "nobody is on a side", moved + ", effective: {until: 2026-03-02}}", on("x"), "enrolled fast"},
		{"under the salt that it was put by", "the salt is remembered", moved + ", salt: y}", on("y"), "enrolled slow x=b"},
		{"a record that is on none", "as it is computed", moved + "}", lead, "enrolled fast x=a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := rules.Parse("p.yaml", []byte(trying+tt.text+"\n"))
			if got := came(t, must(t, e, err), tt.request, at); got != tt.want {
				t.Errorf("%s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// layerWithout returns a layer in whose range an id is not.
func layerWithout(id string) string {
	if suppression.Bucket(suppression.HashSHA256, "l", id) < 5_000 {
		return "{name: l, from: 50%, to: 100%}"
	}
	return "{name: l, from: 0%, to: 50%}"
}

// TestExperimentsAreRefusedAlike compares what compiles with what the package suppression accepts, so that neither refuses what
// the other one takes: the rules are written in both, here with a position for each problem.
func TestExperimentsAreRefusedAlike(t *testing.T) {
	plays := []handoff.Play{{ID: "demo", Motion: "inbound", Sequence: "fast"}, {ID: "trial", Motion: "inbound", Sequence: "fast"}, {ID: "bare"}} // of trying
	random, refused := rand.New(rand.NewPCG(8, 1)), 0
	const tries = 600
	for range tries {
		text, list := pairOfExperiments(random)
		_, parsed := rules.Parse("p.yaml", []byte(trying+text))
		set, want := suppression.NewExperiments(nil, list)
		if want == nil {
			want = set.Check(plays)
		}
		if (parsed == nil) != (want == nil) {
			t.Fatalf("%s compiles with %v, and suppression says %v", text, parsed, want)
		}
		if want != nil {
			refused++
			if strings.Contains(parsed.Error(), want.Error()) {
				t.Fatalf("%s is refused without a position: %v", text, parsed)
			}
		}
	}
	if refused < tries/10 || refused > tries*9/10 {
		t.Errorf("%d of %d were refused", refused, tries)
	}
}

// pairOfExperiments returns two experiments as text and as values. Each key has few values, so that they often collide.
func pairOfExperiments(random *rand.Rand) (text string, list []suppression.Experiment) {
	pick := func(n int) int { return random.IntN(n) }
	for _, id := range []string{"x", "y"} {
		x := suppression.Experiment{ID: id, Hash: suppression.Hashes()[pick(4)*pick(2)], Per: []suppression.Per{suppression.PerLead, suppression.PerAccount}[pick(4)/3]}
		x.Scope.Only = [][]string{{"demo"}, {"trial"}, {"inbound"}}[pick(3)]
		line := fmt.Sprintf("  %s: {hash: %s, per: %s, only: [%s]", id, x.Hash, x.Per, x.Scope.Only[0])
		share := int64([]int{2_000, 2_010, 2_001}[pick(5)%3])
		x.Arms = []suppression.Arm{{ID: "a", Share: 5_000}, {ID: "b", Share: share}}
		arm := fmt.Sprintf("share: %s", percent(share))
		if pick(3) > 0 {
			x.Arms[1].Sequence, arm = "slow", arm+", sequence: slow"
		}
		line += ", arms: {a: {share: 50%}, b: {" + arm + "}}"
		if pick(2) == 0 {
			from := int64(pick(3)) * 2_500
			x.Layer = suppression.Layer{Name: []string{"l", "l", "m", "x"}[pick(4)], From: from, To: from + 2_500 + int64(pick(2))*2_500}
			line += fmt.Sprintf(", layer: {name: %s, from: %s, to: %s}", x.Layer.Name, percent(x.Layer.From), percent(x.Layer.To))
		}
		days := []string{"", "", ", effective: {until: 2026-04-01}", ", effective: {from: 2026-04-01}"}[pick(4)]
		switch april := (calendar.Date{Year: 2026, Month: time.April, Day: 1}); {
		case strings.Contains(days, "until"):
			x.Until = april
		case days != "":
			x.From = april
		}
		text, list = text+line+days+"}\n", append(list, x)
	}
	return text, list
}

func percent(points int64) string { return fmt.Sprintf("%d.%02d%%", points/100, points%100) }

// TestSidesAreThoseOfTheirHash computes again, for many leads, on which side the policy's salt, hash, unit, share and layer put them.
func TestSidesAreThoseOfTheirHash(t *testing.T) {
	for _, hash := range suppression.Hashes() {
		t.Run(string(hash), func(t *testing.T) {
			text := trying + "  x: {only: [inbound], per: account, salt: s, hash: " + string(hash) + ", layer: {name: l, from: 20%, to: 70%}, arms: {a: {share: 30%}, b: {share: 45%, sequence: slow}}}\n"
			e, err := rules.Parse("p.yaml", []byte(text))
			e = must(t, e, err)
			seen := map[string]int{}
			for i := range 300 {
				id := fmt.Sprint("A", i)
				layer, bucket := suppression.Bucket(hash, "l", id), suppression.Bucket(hash, "s", id)
				want := "enrolled fast"
				switch {
				case layer < 2000 || layer >= 7000:
				case bucket < 3000:
					want = "enrolled fast x=a"
				case bucket < 7500:
					want = "enrolled slow x=b"
				}
				seen[want]++
				r := handoff.Request{Subject: handoff.Ref{Kind: handoff.KindLead, ID: "L1"}, Lead: handoff.Lead{ID: "L1", Account: id}, Account: handoff.Account{ID: id}}
				if got := came(t, e, r, at); got != want {
					t.Errorf("%s: %s, want %s", id, got, want)
				}
			}
			if len(seen) != 3 {
				t.Errorf("only %v occurred", seen)
			}
		})
	}
}

// TestExperimentsCost: a condition of an experiment counts for each play, as that of a gate does.
func TestExperimentsCost(t *testing.T) {
	cost := func(text string) int64 { return inspectText(t, text).Cost }
	plain := cost(trying + "  x: {share: 5%}\n")
	gate := cost(trying + "  x: {share: 5%}\neligibility: [{id: g, require: account.employees >= 100, reason: r}]\n")
	if when := cost(trying + "  x: {share: 5%, when: account.employees >= 100}\n"); when != gate || when <= plain {
		t.Errorf("an experiment with a condition costs %d, a gate %d, and neither %d", when, gate, plain)
	}
}

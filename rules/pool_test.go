package rules_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules"
)

// floor is a policy with reps, queues, pools and shifts that compiles. Tests change one line of it.
const floor = `language: 1
policy: acme
zone: America/New_York
fields: {lead: {speaks: string, needs: list, seats: int}}
triggers: {demo_request: {about: lead, stale_after: 14d}, usage_drop: {about: account, stale_after: 14d}}
calendars: {us: {open: mon-fri 09:00-17:00}}
reps: {kim: {team: east}, lee: {}, sam: {}}
queues: {triage: {owner: sam, first_touch: {within: 4h}}}
pools:
  team: {members: [kim, lee], when_empty: next}
  spare: {members: [sam], when_empty: next}
shifts: {duty: {members: [kim, lee], every: week, starts: 2026-03-02}}
routes:
  all: [{pool: team}, {pool: spare}]
sequences: {calls: {on_blocked_channel: skip, steps: [{day: 0, do: call}]}}
plays:
  - {id: demo, motion: inbound, trigger: demo_request, route: all}
  - {id: drop, motion: renewal, trigger: usage_drop, route: all, sequence: calls}
`

// A mistake is a change of floor and the problems that it makes; none where it compiles.
type mistake struct{ name, reason, old, new, want string }

func checkMistakes(t *testing.T, mistakes []mistake) {
	t.Helper()
	for _, tt := range mistakes {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(floor, tt.old, tt.new, 1)
			if tt.old != "" && text == floor {
				t.Fatal("the case changes nothing")
			}
			_, err := rules.Parse("p.yaml", []byte(text))
			if got := strings.Join(problemLines(t, err), "\n"); got != tt.want {
				t.Errorf("%s\ngot  %s\nwant %s", tt.reason, got, tt.want)
			}
		})
	}
}

func TestFloorCompiles(t *testing.T) {
	checkMistakes(t, []mistake{{"nothing changed", "the tests below change one thing", "", "", ""}})
}

// team is the line of floor that the tests of pools change.
const team = "{members: [kim, lee], when_empty: next}"

func TestMistakesOfARotation(t *testing.T) {
	checkMistakes(t, []mistake{
		{"a weight where the rotation ignores it", "the author expects shares that nobody keeps", team, "{members: [{rep: kim, weight: 2}, lee], rotation: fixed, when_empty: next}", "p.yaml:10:39: B021 rotation fixed does not look at weights; use weighted, or leave the weight out"},
		{"a priority where the rotation ignores it", "as above", team, "{members: [{rep: kim, priority: 2}, lee], when_empty: next}", "p.yaml:10:41: B021 rotation weighted does not look at priorities; use lowest_count, or leave the priority out"},
		{"a priority that only breaks ties", "the longest wait has no ties", team, "{members: [{rep: kim, priority: 2}, lee], rotation: least_recent, when_empty: next}", "p.yaml:10:41: B021 rotation least_recent only looks at it where the pool says priority: first; write that, or leave it out"},
		{"priorities first without priorities", "there is nothing to put first", team, "{members: [kim, lee], rotation: lowest_count, priority: first, when_empty: next}", "p.yaml:10:65: B021 all members have the same priority; give some of them {rep: x, priority: n}, or leave it out"},
		{"priorities first where the rotation ignores them", "as above", team, "{members: [kim, lee], rotation: smooth, priority: first, when_empty: next}", "p.yaml:10:59: B021 rotation smooth does not look at priorities; write least_recent or lowest_count, or leave it out"},
		{"an on_return that the rotation lacks", "what it has is named, its default first", team, "{members: [kim, lee], rotation: fixed, on_return: keep, when_empty: next}", "p.yaml:10:59: B018 rotation fixed has no keep here; known are lost, credit"},
		{"an on_return that no rotation has", "it is reported once", team, "{members: [kim, lee], rotation: fixed, on_return: kep, when_empty: next}", `p.yaml:10:59: B014 unknown word "kep" (did you mean "keep"?); known are keep, lost, credit, average, zero`},
		{"an on_join that the rotation lacks", "as for on_return", team, "{members: [kim, lee], on_join: average, when_empty: next}", "p.yaml:10:40: B018 rotation weighted has no average here; known are zero"},
		{"an unknown rotation", "what it would look at is not known", team, "{members: [{rep: kim, weight: 2}, lee], rotation: wieghted, on_return: keep, when_empty: next}", `p.yaml:10:59: B014 unknown word "wieghted" (did you mean "weighted"?); known are weighted, smooth, fixed, least_recent, lowest_count, load, least_open, first, hash`},
		{"balanced without max_lead", "nobody would ever be too far ahead", team, "{members: [kim, lee], mode: balanced, when_empty: next}", "p.yaml:10:37: B011 mode: balanced needs max_lead: how many handoffs one may be ahead of the one with the fewest"},
		{"max_lead without balanced", "it would be ignored", team, "{members: [kim, lee], max_lead: 3, when_empty: next}", "p.yaml:10:41: B021 only mode: balanced looks at it; write that, or leave it out"},
		{"round robin", "everybody calls something else so", team, "{members: [kim, lee], rotation: round_robin, when_empty: next}", "p.yaml:10:41: B014 round robin is many things: fixed goes round the list, least_recent takes who waited longest, lowest_count who has the fewest, and weighted, which needs no word, goes by shares; handoff help language tells what each promises"},
		{"balanced with weights", "the lead is counted in handoffs", team, "{members: [kim, {rep: lee, weight: 2}], mode: balanced, max_lead: 3, when_empty: next}", "p.yaml:10:55: B018 mode: balanced counts handoffs, which would void the weights; give all members the same one, or leave out mode and max_lead"},
		{"balanced hashes", "there are no counts", team, "{members: [kim, lee], rotation: hash, mode: balanced, max_lead: 3, when_empty: next}", "p.yaml:10:53: B021 rotation hash counts no handoffs, so that nobody is ever ahead; leave it out"},
		{"an unknown mode", "whether max_lead counts is not known", team, "{members: [kim, lee], mode: balance, max_lead: 3, when_empty: next}", `p.yaml:10:37: B014 unknown word "balance" (did you mean "balanced"?); known are flexible, strict, balanced`},
		{"reset of a rotation without counts", "it would change nothing", team, "{members: [kim, lee], rotation: least_recent, reset: month, when_empty: next}", "p.yaml:10:62: B021 only rotation lowest_count goes by counts that can begin anew; write that, or leave it out"},
		{"hash_by without hash", "it would be ignored", team, "{members: [kim, lee], hash_by: account, when_empty: next}", "p.yaml:10:40: B021 only rotation hash looks at it; write that, or leave it out"},
		{"a scope for hashes", "nothing is remembered that could be shared", team, "{members: [kim, lee], rotation: hash, scope: route, when_empty: next}", "p.yaml:10:54: B021 rotation hash goes by no turns, so that there are none to share; leave it out"},
		{"turns charged to hashes", "as above", team, "{members: [kim, lee], rotation: hash, charge: [rep], cover: charge, given_back: {declined: credit}, when_empty: next}", "p.yaml:10:55: B021 rotation hash goes by no turns, so that one more changes nothing; leave it out\np.yaml:10:69: B021 rotation hash goes by no turns, so that it does not matter whose it is; write owner\np.yaml:10:89: B021 rotation hash goes by no turns, so that there are none to give back; leave it out"},
		{"turns charged to backups", "who comes first does not change", team, "{members: [kim, lee], rotation: first, scope: play, charge: [rep], when_empty: next}", "p.yaml:10:55: B021 rotation first goes by no turns, so that there are none to share; leave it out\np.yaml:10:69: B021 rotation first goes by no turns, so that one more changes nothing; leave it out"},
		{"a member twice", "the rotation has no weights either", team, "{members: [kim, lee, kim], rotation: fixed, when_empty: next}", `p.yaml:10:30: B020 "kim" is in this pool already; remove one of the two`},
		{"a member twice, with weights", "which is what the author meant", team, "{members: [kim, lee, kim], when_empty: next}", `p.yaml:10:30: B020 "kim" is in this pool already; give it a weight instead`},
	})
}

func TestMistakesOfCredit(t *testing.T) {
	checkMistakes(t, []mistake{
		{"bounds of credit that nobody has", "missed turns are lost", team, "{members: [kim, lee], credit: {at_most: 5}, when_empty: next}", "p.yaml:10:39: B021 nobody is owed a turn; write on_return: credit or given_back: {declined: credit}, or leave out credit"},
		{"bounds of credit for what is given back", "those turns are owed", team, "{members: [kim, lee], credit: {at_most: 5}, given_back: {no_show: credit}, when_empty: next}", ""},
		{"reasons without credit for missed turns", "no missed turn is owed", team, "{members: [kim, lee], credit: {not_for: [away]}, given_back: {no_show: credit}, when_empty: next}", "p.yaml:10:49: B021 only on_return: credit looks at it; write that, or leave it out"},
		{"a reason twice", "it changes nothing", team, "{members: [kim, lee], on_return: credit, credit: {not_for: [away, away]}, when_empty: next}", `p.yaml:10:75: B020 "away" is repeated in this list`},
		{"a reason that there is not", "no turn is missed for it", team, "{members: [kim, lee], on_return: credit, credit: {not_for: [capped, no_capacity]}, when_empty: next}", "p.yaml:10:69: B021 the pool has no caps; leave it out\np.yaml:10:77: B021 the pool does not look at capacity; say how many units a record is, or leave it out"},
		{"a reason that there is", "the caps and the units say so", team, "{members: [kim, lee], on_return: credit, credit: {not_for: [capped, no_capacity]}, caps: [{max: 5, per: rep, every: day}], units: 1, when_empty: next}", ""},
		{"a turn charged to backups", "who comes first does not change", team, "{members: [kim, lee], rotation: first, given_back: {charge: true}, when_empty: next}", "p.yaml:10:69: B021 rotation first goes by no turns, so that one more changes nothing; leave it out"},
		{"credit of nothing", "it changes nothing", team, "{members: [kim, lee], on_return: credit, credit: {}, when_empty: next}", "p.yaml:10:58: B021 nothing stands in it, which changes nothing; write what you mean, or leave it out"},
		{"credit that expires at once", "it would never be paid", team, "{members: [kim, lee], on_return: credit, credit: {expires: 0d}, when_empty: next}", "p.yaml:10:68: B021 a length of time that is zero has no effect here; write a longer one, or leave out what needs it"},
		{"more credit than there can be", "the bound is named", team, "{members: [kim, lee], on_return: credit, credit: {at_most: 100}, when_empty: next}", "p.yaml:10:68: B015 100 is out of range; it is from 1 to 99"},
		{"a count where turns go by time", "it would change no turn", team, "{members: [kim, lee], rotation: least_recent, given_back: {declined: count}, when_empty: next}", "p.yaml:10:78: B021 rotation least_recent does not go by how many turns one had; write credit, or leave it out"},
		{"a count where turns go by time, balanced", "the lead goes by counts", team, "{members: [kim, lee], rotation: least_recent, mode: balanced, max_lead: 2, given_back: {declined: count}, when_empty: next}", ""},
		{"a turn owed where turns go by load", "nobody is served for it", team, "{members: [kim, lee], rotation: load, given_back: {declined: credit}, when_empty: next}", "p.yaml:10:70: B021 rotation load goes by open work, so that nobody comes first for a turn that is owed; leave it out"},
		{"nothing given back", "it changes nothing", team, "{members: [kim, lee], given_back: {}, when_empty: next}", "p.yaml:10:43: B021 nothing stands in it, which changes nothing; write what you mean, or leave it out"},
	})
}

func TestMistakesOfATeam(t *testing.T) {
	const two = team + "\n  spare: {members: [sam], when_empty: next}"
	checkMistakes(t, []mistake{
		{"scope team without a team", "nobody knows with whom turns are shared", team, "{members: [kim, lee], rotation: least_recent, scope: team, when_empty: next}", "p.yaml:10:62: B011 scope: team needs team: the name under which pools share their turns"},
		{"a team without scope team", "it would be ignored", team, "{members: [kim, lee], team: emea, when_empty: next}", "p.yaml:10:37: B021 only scope: team looks at it; write that, or leave it out"},
		{"a team of one pool", "the other pool is perhaps misspelt", team, "{members: [kim, lee], rotation: least_recent, scope: team, team: emea, when_empty: next}", "p.yaml:10:74: B021 no other pool is of the team emea, so that there is nobody to share turns with; name its team in another pool, or leave out scope and team"},
		{"a rotation that cannot be shared", "turns by deadlines have a total", two, "{members: [kim, lee], scope: team, team: emea, when_empty: next}\n  spare: {members: [sam], scope: team, team: emea, when_empty: next}", "p.yaml:10:38: B018 pools share their turns under rotation least_recent or lowest_count, not weighted\np.yaml:11:34: B018 pools share their turns under rotation least_recent or lowest_count, not weighted"},
		{"two rotations in a team", "one ledger has one order", two, "{members: [kim, lee], rotation: least_recent, scope: team, team: emea, when_empty: next}\n  spare: {members: [sam], rotation: lowest_count, scope: team, team: emea, when_empty: next}", "p.yaml:11:37: B018 rotation is lowest_count here and least_recent in pool team, with which it shares its turns; write the same"},
		{"two resets in a team", "one ledger begins anew once", two, "{members: [kim, lee], rotation: lowest_count, scope: team, team: emea, reset: month, when_empty: next}\n  spare: {members: [sam], rotation: lowest_count, scope: team, team: emea, when_empty: next}", "p.yaml:11:3: B018 reset is never here and month in pool team, with which it shares its turns; write the same"},
		{"the default of one and the word of another", "they are the same", two, "{members: [kim, lee], rotation: lowest_count, scope: team, team: emea, on_join: average, when_empty: next}\n  spare: {members: [sam], rotation: lowest_count, scope: team, team: emea, when_empty: next}", ""},
		{"two ways to give back", "one keeper gives back the turns of both", two, "{members: [kim, lee], rotation: least_recent, scope: team, team: emea, given_back: {declined: credit}, when_empty: next}\n  spare: {members: [sam], rotation: least_recent, scope: team, team: emea, when_empty: next}", "p.yaml:11:3: B018 given_back says something else than in pool team, with which it shares its turns; write the same"},
		{"two ways to give back, written out", "as above", two, "{members: [kim, lee], rotation: least_recent, scope: team, team: emea, given_back: {declined: credit}, when_empty: next}\n  spare: {members: [sam], rotation: least_recent, scope: team, team: emea, given_back: {no_show: credit}, when_empty: next}", "p.yaml:11:88: B018 given_back says something else than in pool team, with which it shares its turns; write the same"},
		{"the default of giving back", "they are the same", two, "{members: [kim, lee], rotation: least_recent, scope: team, team: emea, given_back: {declined: credit, no_show: none}, when_empty: next}\n  spare: {members: [sam], rotation: least_recent, scope: team, team: emea, given_back: {declined: credit}, when_empty: next}", ""},
		{"two credits", "what is owed is owed by both", two, "{members: [kim, lee], rotation: least_recent, scope: team, team: emea, on_return: credit, credit: {at_most: 3}, when_empty: next}\n  spare: {members: [sam], rotation: least_recent, scope: team, team: emea, on_return: credit, when_empty: next}", "p.yaml:11:3: B018 credit says something else than in pool team, with which it shares its turns; write the same"},
		{"one credit in two orders", "they are the same", two, "{members: [kim, lee], rotation: least_recent, scope: team, team: emea, on_return: credit, credit: {at_most: 99, not_for: [away, holiday]}, when_empty: next}\n  spare: {members: [sam], rotation: least_recent, scope: team, team: emea, on_return: credit, credit: {not_for: [holiday, away]}, when_empty: next}", ""},
		{"two weights of one rep", "one ledger has one weight for each", two, "{members: [{rep: kim, weight: 2}, lee], rotation: lowest_count, scope: team, team: emea, when_empty: next}\n  spare: {members: [kim, sam], rotation: lowest_count, scope: team, team: emea, when_empty: next}", "p.yaml:11:20: B018 kim has another weight or priority here than in pool team, with which it shares its turns; write the same"},
	})
}

func TestMistakesOfAnEmptyPool(t *testing.T) {
	checkMistakes(t, []mistake{
		{"an unknown pool", "what was meant is named", "[kim, lee], when_empty: next", "[kim, lee], when_empty: {pool: spar}", `p.yaml:10:50: B030 unknown pool "spar" (did you mean "spare"?); known are spare, team`},
		{"an unknown queue", "as above", "[kim, lee], when_empty: next", "[kim, lee], when_empty: {queue: triag}", `p.yaml:10:51: B030 unknown queue "triag" (did you mean "triage"?); known are triage`},
		{"an unknown rep", "as above", "[kim, lee], when_empty: next", "[kim, lee], when_empty: {rep: sma}", "p.yaml:10:49: B030 \"sma\" is not listed under reps (did you mean \"sam\"?)\np.yaml:14:23: B021 nobody asks this rung: pool team above answers for every record; let that say when_empty: next, or remove this one"},
		{"two at once", "nobody knows which", "[kim, lee], when_empty: next", "[kim, lee], when_empty: {queue: triage, pool: spare}", "p.yaml:10:43: B018 when_empty is a word, or one of {queue: x}, {pool: x}, {rep: x}"},
		{"nothing", "it says nothing", "[kim, lee], when_empty: next", "[kim, lee], when_empty: {}", "p.yaml:10:43: B018 when_empty is a word, or one of {queue: x}, {pool: x}, {rep: x}"},
		{"an unknown key", "it is reported once", "[kim, lee], when_empty: next", "[kim, lee], when_empty: {pol: spare}", `p.yaml:10:44: B010 unknown key "pol" (did you mean "pool"?); known are queue, pool, rep`},
		{"an unknown word", "the words are named", "[kim, lee], when_empty: next", "[kim, lee], when_empty: wait", `p.yaml:10:43: B014 unknown word "wait"; known are next, unassigned, hold, anyway`},
		{"a pool that overflows into itself", "nobody would ever answer", "[kim, lee], when_empty: next", "[kim, lee], when_empty: {pool: team}", "p.yaml:10:43: B080 the overflow comes back to where it began: team, team; let one of them end otherwise"},
		{"a circle", "it is reported once, where its first pool says so", "[kim, lee], when_empty: next}\n  spare: {members: [sam], when_empty: next}",
			"[kim, lee], when_empty: {pool: spare}}\n  spare: {members: [sam], when_empty: {pool: team}}", "p.yaml:10:43: B080 the overflow comes back to where it began: team, spare, team; let one of them end otherwise"},
		{"a way into a circle", "the pool on the way is not to blame", "[kim, lee], when_empty: next}\n  spare: {members: [sam], when_empty: next}",
			"[kim, lee], when_empty: {pool: spare}}\n  spare: {members: [sam], when_empty: {pool: spare}}", "p.yaml:11:39: B080 the overflow comes back to where it began: spare, spare; let one of them end otherwise"},
		{"an overflow", "another pool takes over", "{members: [kim, lee], when_empty: next}\n  spare: {members: [sam], when_empty: next}\nshifts: {duty: {members: [kim, lee], every: week, starts: 2026-03-02}}\nroutes:\n  all: [{pool: team}, {pool: spare}]",
			"{members: [kim, lee], when_empty: {pool: spare}}\n  spare: {members: [sam], when_empty: {queue: triage}}\nroutes:\n  all: [{pool: team}]", ""},
		{"a queue nobody looks after", "who waits is seen by somebody", "{owner: sam, first_touch: {within: 4h}}", "{first_touch: {within: 4h}}", `p.yaml:8:18: B011 the key "owner" is missing here`},
		{"a queue without a promise", "it would be a place to forget", "{owner: sam, first_touch: {within: 4h}}", "{owner: sam}", `p.yaml:8:18: B011 the key "first_touch" is missing here`},
		{"a queue of a stranger", "the roster is complete", "{owner: sam,", "{owner: samm,", `p.yaml:8:26: B030 "samm" is not listed under reps (did you mean "sam"?)`},
	})
}

func TestMistakesOfACap(t *testing.T) {
	capped := func(caps string) string { return "{members: [kim, lee], caps: [" + caps + "], when_empty: next}" }
	checkMistakes(t, []mistake{
		{"a bad period", "the periods are named", team, capped("{max: 5, per: rep, every: fortnight}"), `p.yaml:10:64: B017 "fortnight" is neither hour, day, week or month nor a length of time such as 168h`},
		{"a number for a period", "of which unit is it", team, capped("{max: 5, per: rep, every: 7}"), "p.yaml:10:64: B013 expected a text, but found the number 7; quote it if it is meant as text"},
		{"an empty period", "it would be no cap", team, capped("{max: 5, per: rep, every: ''}"), `p.yaml:10:64: B017 "" is neither hour, day, week or month nor a length of time such as 168h`},
		{"no time at all", "it would be no cap", team, capped("{max: 5, per: rep, every: 0h}"), "p.yaml:10:64: B017 no time at all is too short; write hour, day, week, month or a length of time such as 168h"},
		{"no period", "5 of how long", team, capped("{max: 5, per: rep}"), `p.yaml:10:38: B011 the key "every" is missing here`},
		{"even on a day", "a day has no days", team, capped("{max: 5, per: rep, every: day, even: true}"), "p.yaml:10:75: B021 only a cap of a week or a month can be even; leave it out"},
		{"even over a rolling time", "it has no last day", team, capped("{max: 5, per: rep, every: 168h, even: true}"), "p.yaml:10:76: B021 only a cap of a week or a month can be even; leave it out"},
		{"a first day of a month", "only weeks have one", team, capped("{max: 5, per: rep, every: month, week_starts: sun}"), "p.yaml:10:84: B021 only a cap of a week looks at it; leave it out"},
		{"a zone for a rolling time", "hours are the same everywhere", team, capped("{max: 5, per: rep, every: 24h, zone: rep}"), "p.yaml:10:75: B021 a rolling length of time is the same in every zone; write every: day, or leave out the zone"},
		{"an unknown zone", "what was meant is named", team, capped("{max: 5, per: rep, every: day, zone: Europe/Pariss}"), `p.yaml:10:75: B017 unknown time zone "Europe/Pariss" in release 2025c: did you mean "Europe/Paris"?`},
		{"per tag without a tag", "whose are counted", team, capped("{max: 5, per: tag, every: day}"), "p.yaml:10:52: B011 per: tag needs tag: whose handoffs count together"},
		{"a tag that is no name", "as for other names", team, capped("{max: 5, per: rep, tag: very senior, every: day}"), "p.yaml:10:62: B016 a name is 1 to 64 letters, digits and _, and begins with a letter"},
		{"other sources in a cap of the pool", "the pool gave none of those", team, capped("{max: 5, per: pool, every: day, also: [sticky]}"), "p.yaml:10:76: B018 a cap per pool counts the turns of this pool alone; write per: rep, team or tag, or leave out also"},
		{"a source that no rung is", "there is nothing to count", team, capped("{max: 5, per: rep, every: day, also: [sticky]}"), "p.yaml:10:76: B021 no route asks a rung of the kind sticky; add one, or leave it out"},
		{"a source twice", "it counts once", team, capped("{max: 5, per: rep, every: day, also: [sticky, sticky]}"), `p.yaml:10:84: B020 "sticky" is repeated in this list`},
		{"a cap twice", "the lower one binds", team, capped("{max: 5, per: rep, every: day}, {max: 9, per: rep, every: day, zone: policy}"), "p.yaml:10:70: B021 the cap at p.yaml:10:38 counts the same; keep the lower of the two"},
		{"caps of two zones", "their days begin at other times", team, capped("{max: 5, per: rep, every: day}, {max: 9, per: rep, every: day, zone: Asia/Tokyo}"), ""},
		{"a cap of nothing", "it would let nobody take a turn", team, capped("{max: 0, per: rep, every: day}"), "p.yaml:10:44: B015 0 is out of range; it is from 1 to 1000"},
		{"an unknown per", "the words are named", team, capped("{max: 5, per: day, every: day}"), `p.yaml:10:52: B014 unknown word "day"; known are rep, member, pool, team, tag`},
	})
}

func TestMistakesOfWhoCan(t *testing.T) {
	checkMistakes(t, []mistake{
		{"a bucket without within", "only now counts", team, "{members: [kim, lee], availability: {bucket: 12h}, when_empty: next}", "p.yaml:10:54: B021 without within only who is available now counts; add within, or leave out bucket"},
		{"unknown hours", "what was meant is named", team, "{members: [kim, lee], availability: {hours: su}, when_empty: next}", `p.yaml:10:53: B030 unknown calendar "su" (did you mean "us"?); known are us`},
		{"availability of nothing", "it changes nothing", team, "{members: [kim, lee], availability: {}, when_empty: next}", "p.yaml:10:45: B021 nothing stands in it, which changes nothing; write what you mean, or leave it out"},
		{"a skill by a number", "skills are texts", team, "{members: [kim, lee], skills: {by: [lead.seats], unknown: anybody}, when_empty: next}", "p.yaml:10:45: B046 lead.seats is a whole number; skills are texts and lists of texts"},
		{"a skill by an unknown field", "what was meant is named", team, "{members: [kim, lee], skills: {by: [lead.speak], unknown: anybody}, when_empty: next}", `p.yaml:10:45: B044 unknown field "lead.speak" (did you mean "lead.speaks"?)`},
		{"a skill by the person", "who it is decides nothing", team, "{members: [kim, lee], skills: {by: [lead.email], unknown: anybody}, when_empty: next}", `p.yaml:10:45: B044 unknown field "lead.email"`},
		{"a field twice", "it asks for the same skills", team, "{members: [kim, lee], skills: {by: [lead.needs, lead.speaks, lead.needs], unknown: anybody}, when_empty: next}", `p.yaml:10:70: B020 "lead.needs" is repeated in this list`},
		{"no word for unknown skills", "it has no default", team, "{members: [kim, lee], skills: {by: [lead.needs]}, when_empty: next}", `p.yaml:10:39: B011 the key "unknown" is missing here`},
		{"an empty role", "nobody has it", team, "{members: [kim, lee], role: '', when_empty: next}", "p.yaml:10:37: B019 the role is empty; leave it out where any role will do"},
		{"a role of an unknown motion", "no play has it", team, "{members: [kim, lee], role: {inbond: ae}, when_empty: next}", `p.yaml:10:38: B030 unknown motion "inbond" (did you mean "inbound"?); known are inbound, renewal`},
		{"roles of nothing", "it changes nothing", team, "{members: [kim, lee], role: {}, when_empty: next}", "p.yaml:10:37: B019 no motion stands in it; write a role, or {motion: role}"},
		{"an exclusion of nobody", "it changes nothing", team, "{members: [kim, lee], exclude: {}, when_empty: next}", "p.yaml:10:40: B021 nothing stands in it, which changes nothing; write what you mean, or leave it out"},
		{"a source that no rung is", "nobody is charged", team, "{members: [kim, lee], charge: [owner], when_empty: next}", "p.yaml:10:40: B021 no route asks a rung of the kind owner beside this pool; add one, or leave it out"},
		{"a source on another route", "the turn is that of a rung beside the pool", "all: [{pool: team}, {pool: spare}]", "all: [{pool: team}, {pool: spare}]\n  vip: [account_owner]", ""},
		{"a member for a condition that is wrong", "it is reported at the condition", team, "{members: [{rep: kim, when: lead.seats > \"many\"}, lee], when_empty: next}", "p.yaml:10:50: B046 cannot compare a whole number with text; a whole number is written 1000"},
	})
}

func TestMistakesOfReps(t *testing.T) {
	checkMistakes(t, []mistake{
		{"unknown hours", "what was meant is named", "lee: {}", "lee: {hours: uss}", `p.yaml:7:40: B030 unknown calendar "uss" (did you mean "us"?); known are us`},
		{"unknown holidays", "as above", "lee: {}", "lee: {holidays: [uss]}", `p.yaml:7:44: B030 unknown calendar "uss" (did you mean "us"?); known are us`},
		{"an absence that ends before it begins", "until is the day of the return", "lee: {}", "lee: {absences: [{from: 2026-08-10, until: 2026-08-03}]}", "p.yaml:7:70: B080 the absence ends before it begins; until is the day of the return, after 2026-08-10"},
		{"an absence of no day", "as above", "lee: {}", "lee: {absences: [{from: 2026-08-10, until: 2026-08-10}]}", "p.yaml:7:70: B080 the absence ends before it begins; until is the day of the return, after 2026-08-10"},
		{"an absence without a beginning", "it is compulsory", "lee: {}", "lee: {absences: [{until: 2026-08-10}]}", `p.yaml:7:44: B011 the key "from" is missing here`},
		{"an absence from no day", "only that is reported", "lee: {}", "lee: {absences: [{from: 2026-02-30, until: 2026-01-10}]}", `p.yaml:7:51: B017 expected a date such as 2026-03-01, but found "2026-02-30"`},
		{"cover by a stranger", "the roster is complete", "lee: {}", "lee: {cover: kimm}", `p.yaml:7:40: B030 "kimm" is not listed under reps (did you mean "kim"?)`},
		{"cover by oneself", "whoever is away cannot", "lee: {}", "lee: {cover: lee}", "p.yaml:7:40: B021 lee cannot stand in for lee; name somebody else"},
		{"an absence covered by oneself", "as above", "lee: {}", "lee: {absences: [{from: 2026-08-10, cover: lee}]}", "p.yaml:7:70: B021 lee cannot stand in for lee; name somebody else"},
		{"a tag that is no name", "caps go by names", "lee: {}", "lee: {tags: [very senior]}", "p.yaml:7:40: B016 a name is 1 to 64 letters, digits and _, and begins with a letter"},
		{"a skill twice", "it changes nothing", "lee: {}", "lee: {skills: [german, german]}", `p.yaml:7:50: B020 "german" is repeated in this list`},
		{"no capacity", "0 is a capacity: nothing may be open", "lee: {}", "lee: {capacity: 0}", ""},
		{"less than no capacity", "the bound is named", "lee: {}", "lee: {capacity: -1}", "p.yaml:7:43: B015 -1 is out of range; it is from 0 to 1000000"},
	})
}

// turns is a policy whose pools and routes the tests of decisions bring. The trigger a asks the route a, and b the route b.
const turns = `language: 1
policy: acme
fields: {lead: {speaks: string, rep: string, seats: int}}
triggers: {a: {about: lead, stale_after: 14d}, b: {about: lead, stale_after: 14d}}
plays: [{id: a, motion: inbound, trigger: a, route: a}, {id: b, motion: renewal, trigger: b, route: b}]
`

// A turnCase is a policy and what is asked of it, one after the other: "a" is a new lead with the trigger a, "a speaks=de"
// one whose field says so, and "a L1" the lead L1 again. "kim away" reports a status, "kim declines" an activity about the
// latest lead. Wanted is the owner of each lead, "-" for nobody, "q:" and the queue, or "until-" and when somebody can take it.
type turnCase struct{ name, reason, text, ask, want string }

func (tt turnCase) run(t *testing.T) {
	e, err := rules.Parse("p.yaml", []byte(turns+tt.text))
	if err != nil {
		t.Fatal(err)
	}
	d := desk{t: t, engine: e}
	var got []string
	for step := range strings.SplitSeq(tt.ask, "; ") {
		if answer := d.step(strings.Fields(step)); answer != "" {
			got = append(got, answer)
		}
	}
	if text := strings.Join(got, " "); text != tt.want {
		t.Errorf("%s\ngot  %s\nwant %s", tt.reason, text, tt.want)
	}
}

// A desk asks an engine and stores what it answers.
type desk struct {
	t      *testing.T
	engine *handoff.Engine
	store  hosttest.Memory
	n      int
	latest handoff.Decision
}

func (d *desk) step(words []string) string {
	if len(words) == 2 && !strings.ContainsAny(words[1], "L=") {
		d.report(words[0], words[1])
		return ""
	}
	lead := handoff.Lead{ID: fmt.Sprintf("N%d", d.n), Fields: map[string]handoff.Value{}}
	for _, word := range words[1:] {
		if name, value, field := strings.Cut(word, "="); field {
			lead.Fields[name] = handoff.StringValue(value)
		} else {
			lead.ID = word
		}
	}
	return d.decide(words[0], lead)
}

func (d *desk) decide(trigger string, lead handoff.Lead) string {
	d.t.Helper()
	d.n++
	r := handoff.Request{Subject: lead.Ref(), Lead: lead, Triggers: []handoff.Trigger{{ID: fmt.Sprint("T", d.n), Kind: trigger, OccurredAt: at}}}
	d.latest = d.commit(d.engine.Decide(at, d.fill(r)))
	switch {
	case d.latest.Queue != "":
		return "q:" + d.latest.Queue
	case d.latest.Owner != "":
		return d.latest.Owner
	case !d.latest.Next.IsZero():
		return "until-" + d.latest.Next.Format("Jan-2-15:04")
	}
	return "-"
}

// report stores what a rep says: a status, or that they decline the latest lead.
func (d *desk) report(rep, what string) {
	d.t.Helper()
	if what == "declines" {
		r := handoff.Request{Subject: d.latest.Subject, Lead: handoff.Lead{ID: d.latest.Subject.ID}}
		d.commit(d.engine.Observe(at, d.fill(r), handoff.Activity{ID: fmt.Sprint("A", d.n), Kind: handoff.ActivityDeclined, At: at, By: rep}))
		return
	}
	key := handoff.RepKey(rep)
	state, err := d.store.Load(context.Background(), []handoff.Key{key})
	if err != nil {
		d.t.Fatal(err)
	}
	known, _ := state[key].Value.(handoff.Rep)
	known.ID, known.Status = rep, handoff.RepStatus(what)
	d.store.Put(handoff.State{key: {Version: state[key].Version + 1, Value: known}})
}

func (d *desk) fill(r handoff.Request) handoff.Request {
	d.t.Helper()
	r, err := d.store.Fill(context.Background(), d.engine, at, r)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d *desk) commit(decision handoff.Decision, err error) handoff.Decision {
	d.t.Helper()
	if err == nil {
		err = d.store.Commit(context.Background(), decision)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return decision
}

// TestUnknownSkillIsNamed holds that a decision names the field that nobody filled in.
func TestUnknownSkillIsNamed(t *testing.T) {
	text := strings.Replace(turns, "seats: int", "needs: list", 1) + "pools: {team: {members: [kim], skills: {by: [lead.speaks, lead.needs], unknown: nobody}, availability: {unknown: available}, when_empty: next}}\n" +
		"routes: {a: [{pool: team}], b: [{pool: team}]}\n"
	e, err := rules.Parse("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	d := desk{t: t, engine: e}
	d.step([]string{"a"})
	for _, r := range d.latest.Reasons {
		if r.Code == routing.SkillUnknown && slices.Equal(r.Unknown, []string{"lead.speaks", "lead.needs"}) {
			return
		}
	}
	t.Errorf("no reason names the fields: %+v", d.latest.Reasons)
}

func TestTurnsOfAPolicy(t *testing.T) {
	// one is a policy with one pool of reps of whom nothing need be known.
	one := func(keys string) string {
		return "pools: {team: {" + keys + ", availability: {unknown: available}}}\nroutes: {a: [{pool: team}], b: [{pool: team}]}\n"
	}
	for _, tt := range []turnCase{
		{"weights", "two of three turns, spread out", one("members: [kim, {rep: lee, weight: 2}], when_empty: next"), "a; a; a; a; a; a", "lee kim lee lee kim lee"},
		{"the order of the list", "a lost turn is lost", one("members: [kim, lee, sam], rotation: fixed, when_empty: next"), "a; lee away; a; lee active; a; a", "kim sam kim lee"},
		{"the order of the list, owed", "a missed turn comes before the others", one("members: [kim, lee, sam], rotation: fixed, on_return: credit, when_empty: next"), "a; lee away; a; lee active; a; a", "kim sam lee kim"},
		{"the longest wait", "whoever was passed over is next", one("members: [kim, lee, sam], rotation: least_recent, when_empty: next"), "a; lee away; a; a; lee active; a; a", "kim sam kim lee sam"},
		{"priorities first", "the highest one gets all", one("members: [kim, {rep: lee, priority: 1}], rotation: least_recent, priority: first, when_empty: next"), "a; a; lee away; a", "lee lee kim"},
		{"the lowest count for the weight", "ties go to the priority", one("members: [{rep: kim, weight: 50}, {rep: lee, weight: 100, priority: 1}], rotation: lowest_count, when_empty: next"), "a; a; a; a; a; a", "lee kim lee lee kim lee"},
		{"the first who can", "the others are backups", one("members: [kim, lee], rotation: first, when_empty: next"), "a; a; kim away; a", "kim kim lee"},
		{"a hash", "a lead has one member, whatever the trigger", one("members: [kim, lee], rotation: hash, when_empty: next"), "a L1; b L1; a L1; a L9; b L9", "lee lee lee kim kim"},
		{"strict hashes", "the share of an absent member goes to nobody else", one("members: [kim, lee], rotation: hash, mode: strict, when_empty: unassigned"), "a L1; lee away; a L1; a L9", "lee - kim"},
		{"strict", "nobody takes the turn of whoever is next", one("members: [kim, lee], rotation: fixed, mode: strict, when_empty: unassigned"), "kim away; a; kim active; a", "- kim"},
		{"a declined handoff that counts for nothing", "the count is as before", one("members: [kim, lee], rotation: lowest_count, given_back: {declined: count}, when_empty: next"), "a; kim declines; a; a", "kim lee kim"},
		{"a declined handoff that is owed", "kim comes before the others", one("members: [kim, lee, sam], rotation: fixed, given_back: {declined: credit}, when_empty: next"), "a; kim declines; a; a", "kim kim lee"},
		{"a declined record", "it does not come back", one("members: [kim, lee], rotation: first, exclude: {declined: true}, when_empty: next"), "a L1; kim declines; a L1; a L2", "kim lee kim"},
		{"a cap", "two a day, and the third goes to nobody before midnight", one("members: [kim], caps: [{max: 2, per: rep, every: day}], when_empty: hold"), "a; a; a", "kim kim until-Mar-3-00:00"},
		{"a cap on what other pools give", "it is the rep's, wherever the record comes from", "pools:\n  x: {members: [kim], availability: {unknown: available}, when_empty: next}\n" +
			"  y: {members: [kim], availability: {unknown: available}, caps: [{max: 1, per: rep, every: day}], when_empty: hold}\nroutes: {a: [{pool: x}], b: [{pool: y}]}\n", "a; b", "kim until-Mar-3-00:00"},
		{"a member for some records", "unknown is not true", one("members: [{rep: kim, when: lead.speaks == \"de\"}, lee], rotation: first, when_empty: next"), "a speaks=de; a; a speaks=fr", "kim lee lee"},
		{"nobody for unknown skills", "lee speaks no German", "reps: {kim: {skills: [de]}, lee: {skills: [fr]}}\n" + one("members: [lee, kim], rotation: first, skills: {by: [lead.speaks], unknown: nobody}, when_empty: next"), "a speaks=de; a speaks=fr; a; a speaks=es", "kim lee - -"},
		{"anybody for unknown skills", "only what is known is asked", "reps: {kim: {skills: [de]}, lee: {skills: [fr]}}\n" + one("members: [lee, kim], rotation: first, skills: {by: [lead.speaks], unknown: anybody}, when_empty: next"), "a speaks=de; a", "kim lee"},
		{"a role for each motion", "the play a is inbound, b a renewal", "reps: {kim: {role: ae}, lee: {role: csm}}\n" + one("members: [kim, lee], role: {inbound: ae, renewal: csm}, when_empty: next"), "a; b; a; b", "kim lee kim lee"},
		{"an absence with a stand-in", "whoever stands in works it", "reps: {kim: {absences: [{from: 2026-03-01, until: 2026-03-09, cover: sam}]}, lee: {}, sam: {}}\n" + one("members: [kim, lee], rotation: fixed, cover: owner, when_empty: next"), "a; a; a", "sam lee sam"},
		{"within some hours", "kim is back first, at midnight", "reps: {kim: {absences: [{from: 2026-03-01, until: 2026-03-03}]}, lee: {absences: [{from: 2026-03-01, until: 2026-03-04}]}}\n" +
			"pools: {team: {members: [lee, kim], availability: {unknown: available, within: 48h, bucket: 12h}, when_empty: unassigned}}\nroutes: {a: [{pool: team}], b: [{pool: team}]}\n", "a; a", "kim kim"},
		{"anyway", "nobody is there", one("members: [kim, lee], rotation: fixed, when_empty: anyway"), "kim away; lee away; a; a; kim left; a", "kim lee lee"},
		{"strict and anyway", "whoever is next gets it, there or not", one("members: [kim, lee], rotation: fixed, mode: strict, when_empty: anyway"), "kim away; a; a; a", "kim lee kim"},
		{"a queue", "it has an owner who looks after it", "queues: {triage: {owner: sam, first_touch: {within: 4h}}}\n" + one("members: [kim], when_empty: {queue: triage}"), "a; kim away; a", "kim q:triage"},
		{"a rep takes over", "and no further rung", one("members: [kim], when_empty: {rep: sam}"), "a; kim away; a", "kim sam"},
		{"pools take over", "one after the other", "pools:\n  x: {members: [kim], availability: {unknown: available}, when_empty: {pool: y}}\n  y: {members: [lee], availability: {unknown: available}, when_empty: {pool: z}}\n" +
			"  z: {members: [sam], availability: {unknown: available}, when_empty: unassigned}\nroutes: {a: [{pool: x}], b: [{pool: y}]}\n", "a; kim away; a; lee away; a; b; sam away; a", "kim lee sam sam -"},
		{"turns of each play", "each begins with the first of the list", one("members: [kim, lee], rotation: fixed, scope: play, when_empty: next"), "a; b; a; b", "kim kim lee lee"},
		{"turns of a team", "lee was served by the other pool", "pools:\n  x: {members: [lee, kim], rotation: least_recent, scope: team, team: all, availability: {unknown: available}, when_empty: next}\n" +
			"  y: {members: [lee, sam], rotation: least_recent, scope: team, team: all, availability: {unknown: available}, when_empty: next}\nroutes: {a: [{pool: x}], b: [{pool: y}]}\n", "a; b; a; b", "lee sam kim lee"},
		{"turns charged", "who owns one already waits for the next", "pools: {team: {members: [kim, lee], rotation: least_recent, charge: [owner], availability: {unknown: available}, when_empty: next}}\nroutes: {a: [{lookup: lead.rep}, {pool: team}], b: [{pool: team}]}\n", "a rep=kim; a; a", "kim lee kim"},
	} {
		t.Run(tt.name, tt.run)
	}
}

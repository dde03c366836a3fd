package rules_test

import (
	"strings"
	"testing"
)

// TestPoolsInWords: what a pool says stands on the page in a sentence of its own.
func TestPoolsInWords(t *testing.T) {
	for _, tt := range []struct{ name, reason, keys, want string }{
		{"weights", "it is the default", "", "- Turns go round in proportion to the weights: as long as everybody can take every record, nobody is ever a full turn ahead of their share, or behind it."},
		{"weights that are balanced", "whoever is passed over for being ahead is kept from the share", "mode: balanced, max_lead: 1", "- Turns go round in proportion to the weights.\n"},
		{"back among weights", "it is the default", "", "- Whoever could not take turns stands level with the others when back; nothing is made up for."},
		{"a joiner among weights", "there is no other word", "", "- When a member joins, everybody's counts begin anew."},
		{"smooth", "its bound is another", "rotation: smooth", "spread out smoothly: as long as everybody can take every record, nobody is ever a full turn ahead of their share, though one can lag by more than one."},
		{"fixed", "nothing but the list ranks", "rotation: fixed", "- Turns go round in the order of the list."},
		{"the order of the list", "it is what ranks", "rotation: fixed", "Its members are, in this order, `kim` and `lee`."},
		{"lost", "it is the default", "rotation: fixed", "- A turn that somebody cannot take is lost, and not made up for."},
		{"place", "there is no other word", "rotation: fixed", "- A new member takes turns from where the list has them."},
		{"least recent", "there is one rank", "rotation: least_recent", "- Next is whoever has the longest wait since the last handoff."},
		{"last", "the other word for it", "rotation: least_recent, on_join: last", "- A new member comes behind all others."},
		{"keep", "it is the default", "rotation: least_recent", "- Whoever cannot take a turn keeps the place, and is next when back."},
		{"lowest count", "without priorities they are not named", "rotation: lowest_count", "- Next is whoever has the fewest handoffs for the weight; of equals, the longest wait."},
		{"keep by counts", "it is next until level", "rotation: lowest_count, on_return: keep", "- Whoever cannot take a turn keeps the place, and is next when back, until level with the others."},
		{"first by counts", "as keep", "rotation: lowest_count, on_join: first", "- A new member comes before all others, until level with them."},
		{"reset", "people ask when it is", "rotation: lowest_count, reset: week", "Counts begin anew with each week."},
		{"load", "an unknown capacity is a trap", "rotation: load, units: 2", "- Next is whoever has the most free capacity; of equals, the longest wait. Nobody whose capacity is unknown gets anything."},
		{"least open", "as load, without capacity", "rotation: least_open", "- Next is whoever has the least open work; of equals, the longest wait."},
		{"first", "the others are not in turns", "rotation: first", "- Next is always the first of the list who can take it; the others are backups."},
		{"a hash of leads", "it is the default", "rotation: hash", "- Next is always the same member for a lead, in proportion to the weights; nothing is remembered."},
		{"a hash of domains", "what belongs together is named", "rotation: hash, hash_by: domain", "for all leads with one domain of e-mail addresses, in"},
		{"a hash of buying groups", "as above", "rotation: hash, hash_by: buying_group", "for all leads of a buying group, in"},
		{"credit without bounds", "the bound that there is always", "on_return: credit", "- A turn that somebody cannot take is owed, and comes before all others when they are back: at most 99 turns at once."},
		{"strict", "it reads as an empty pool", "mode: strict", "- If the one who is next is away, nobody else is asked: it is as if nobody in the pool could take a turn."},
		{"one ahead", "a number of one", "mode: balanced, max_lead: 1", "- Whoever is 1 handoff ahead of the one with the fewest is passed over until the others catch up."},
		{"turns of a route", "each scope has a sentence", "scope: route", "- Each route has turns of its own."},
		{"a cap a day", "whose and how long, in four words", "caps: [{max: 5, per: rep, every: day}]", "- At most 5 per rep a day."},
		{"a cap an hour", "the article", "caps: [{max: 1000, per: pool, every: hour}]", "- At most 1,000 an hour from this pool in all."},
		{"a rolling cap", "a length of one is no number", "caps: [{max: 5, per: team, every: 1h}]", "- At most 5 per team in any hour."},
		{"a cap for a tag, per team", "the team counts, the tag binds", "caps: [{max: 5, per: team, tag: new, every: day}]", "- At most 5 per team a day, which binds those tagged new."},
		{"a cap for a tag together", "it is one number for all", "caps: [{max: 5, per: tag, tag: new, every: week}]", "- At most 5 a week for all reps tagged new together."},
		{"the latest owner", "a number of one", "exclude: {previous: 1}", "- The latest owner of a record is passed over."},
		{"within", "the bucket has a default", "availability: {within: 2d}", "If nobody is available now, somebody gets it who will be within 2 days; those of the earliest 24 hours come first."},
		{"the next rung", "whoever is last reads on", "", "- When nobody can take a turn, the next rung of the route is asked."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			keys := "{members: [kim, lee], when_empty: next"
			if tt.keys != "" {
				keys += ", " + tt.keys
			}
			page := inspectText(t, strings.Replace(floor, team, keys+"}", 1)).Markdown()
			_, page, _ = strings.Cut(page, "#### Pool team\n")
			page, _, _ = strings.Cut(page, "#### Pool spare\n")
			if !strings.Contains(page, tt.want) {
				t.Errorf("%s\nwant %s\nin\n%s", tt.reason, tt.want, page)
			}
		})
	}
}

package language

import (
	"strconv"

	"github.com/salesbaton/baton/rules/internal/source"
	"github.com/salesbaton/baton/suppression"
)

// Bounds of experiments. Each is asked of every handoff that it covers.
const (
	MaxExperiments = 100
	MaxArms        = 20
)

// All is everything, in basis points.
const All = 10_000

// share is a part of everything that is not nothing; edge is where a range begins or ends.
var (
	share = &source.Shape{Form: source.Percent, Min: 1, Max: All}
	edge  = &source.Shape{Form: source.Percent, Max: All}
)

var experiment = governed(
	may("share", share, "It is a holdout: so many of what it covers are held out, and the handoff does not happen. An experiment has either share or arms."),
	may("arms", dict(id, keys(
		need("share", share, "How many of what it covers are on it. What the shares of all arms leave over is on none."),
		may("sequence", ref("sequences"), "What starts in place of the play's sequence. Without it the play's."),
	)), "Its sides, by id, at most "+strconv.Itoa(MaxArms)+". Their order counts: what is added at the end, and takes its share from what was left over, moves nobody."),
	may("per", word(suppression.PerLead, suppression.PerAccount), "Whose id is hashed, and whose record remembers the side. Without it lead, which is whatever the signal is about. Per account all people of an account are on the same side, and who has no account is on none."),
	may("salt", text, "What is hashed with the id. Another salt puts everybody anew; under the same salt two experiments take the same records first. Without it the experiment's id."),
	may("hash", word(suppression.Hashes()...), "How a side is computed: sha256, the default; or as the SDKs of GrowthBook do in version 2 and in version 1, and those of Unleash for a gradual rollout, so that whoever is on a side there is on the same here; ranges of layers are no namespaces of GrowthBook. growthbook1 splits in steps of 0.1%, and unleash of 1%."),
	may("only", some(playOrMotion), "Plays or motions that it covers. Without it, and without except, all."),
	may("except", some(playOrMotion), "Plays or motions that it does not cover."),
	may("when", condition, "Which records it covers. Unknown is not covered. Without it all."),
	may("layer", keys(
		need("name", id, "Its name. It is hashed with the record's id by itself, whatever the salts of experiments are."),
		need("from", edge, "Where the experiment's range begins."),
		need("to", edge, "Where its range ends, above from."),
	), "Experiments of one layer exclude each other: each covers only those who are in its range, and no two ranges overlap. Without it everybody is in it."),
	may("effective", keys(from, until), "On which days it puts records on sides. Without it always."),
	may("fresh", truth, "Whether the side is computed for each handoff. Without it false: a record that came to a side stays on it, whatever the shares are now, until the salt changes, the side is removed, the layer's range moves off it or the days are over."),
)

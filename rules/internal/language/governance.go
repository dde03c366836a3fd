package language

import (
	"slices"

	"github.com/salesbaton/baton/rules/internal/source"
)

// governance are the keys that say who looks after a rule. Nothing is decided by them.
var governance = []source.Key{
	may("owner", text, "Who looks after it: a person or a team, in your words. It decides nothing."),
	may("review_by", date, "By which day somebody looks whether it is still right. It decides nothing, and what is overdue goes on: tools list it."),
	may("note", text, "What else people have to know of it. It decides nothing."),
}

// governed is a mapping that has the keys of governance too.
func governed(k ...source.Key) *source.Shape { return keys(slices.Concat(k, governance)...) }

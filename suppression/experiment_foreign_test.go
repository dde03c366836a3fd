package suppression

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// A splitCase of GrowthBook asks for a hash, a range, or the variation of a user.
type splitCase struct {
	ID, Op      string
	Seed, Value string
	Version     int
	Want        json.RawMessage

	N          float64
	Ranges     [][2]float64
	Variations int
	Coverage   *float64
	Weights    []float64
	Namespace  string
	From, To   float64

	Context    splitContext
	Experiment splitRule
}

type splitContext struct {
	Attributes       map[string]any
	Features         map[string]splitFeature
	ForcedVariations map[string]int
	Enabled          *bool
	QAMode           bool `json:"qaMode"`
	URL              string
	SavedGroups      map[string]any
}

type splitFeature struct {
	DefaultValue any
	Rules        []splitRule
}

// A splitRule is an experiment, or a rule of a feature.
type splitRule struct {
	Key, Seed         string
	HashVersion       int
	HashAttribute     string
	FallbackAttribute string
	Variations        []any
	Coverage          *float64
	Weights           []float64
	Ranges            [][2]float64
	Range             []float64
	Namespace         []any
	Condition         map[string]any
	ParentConditions  []any
	Filters           []any
	Active            *bool
	Force             any
	Meta              []struct {
		Key         string
		Passthrough bool
	}
	ContextualVariations   []any
	BucketVersion          int
	MinBucketVersion       int
	DisableStickyBucketing bool
}

// hash returns our name of a version of the hash; "" of none.
func (r splitRule) hash() Hash {
	return map[int]Hash{0: HashGrowthBook1, 1: HashGrowthBook1, 2: HashGrowthBook}[r.HashVersion]
}

// id returns the attribute that is hashed; "" where there is none.
func (r splitRule) id(c splitContext) string {
	for _, name := range []string{cmp.Or(r.HashAttribute, "id"), r.FallbackAttribute} {
		if v := c.Attributes[name]; v != nil && v != "" {
			return fmt.Sprint(v)
		}
	}
	return ""
}

// met evaluates a condition that asks for equal values alone.
func (r splitRule) met(c splitContext) handoff.Truth {
	for name, want := range r.Condition {
		if c.Attributes[name] != want {
			return handoff.False
		}
	}
	return handoff.True
}

// splitRanges returns the peer's ranges: equal weights where those given do not fit, shortened by the coverage.
func splitRanges(n int, coverage *float64, weights []float64) (out [][2]float64) {
	covered := 1.0
	if coverage != nil {
		covered = min(max(*coverage, 0), 1)
	}
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	if len(weights) != n || math.Abs(sum-1) > 0.01 {
		weights = slices.Repeat([]float64{1 / float64(n)}, n)
	}
	at := 0.0
	for _, w := range weights {
		out = append(out, [2]float64{at, at + covered*w})
		at += w
	}
	return out
}

// points returns the first bucket of a hash that is not below a fraction.
func (h Hash) points(x float64) int64 {
	steps := float64(buckets / h.Step())
	return int64(math.Ceil(x*steps-1e-6)) * h.Step()
}

// splitArms returns arms that are named by the index of their range, with arms named "" + n between them, which stand for nobody.
func splitArms(h Hash, ranges [][2]float64) []Arm {
	order := make([]int, len(ranges))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(ranges[a][0], ranges[b][0]) })
	var arms []Arm
	at := int64(0)
	add := func(id string, to int64) {
		if to > at {
			arms = append(arms, Arm{ID: id, Share: to - at})
			at = to
		}
	}
	for _, i := range order {
		add(fmt.Sprint("before ", i), h.points(ranges[i][0]))
		add(strconv.Itoa(i), h.points(ranges[i][1]))
	}
	add("after", buckets)
	return arms
}

// Why a case is not asked, or answered otherwise.
const (
	splitForced     = "skipped: forced variations, by host, address or author"
	splitOff        = "skipped: experiments that are switched off are not in a policy"
	splitLanguage   = "skipped: the condition language is tested by rules"
	splitParents    = "skipped: prerequisite features"
	splitFilters    = "skipped: several ranges of several layers"
	splitWeights    = "skipped: shares are written out, there are no equal weights"
	splitBadVersion = "skipped: hashes that are unknown are refused"
	splitDefault    = "skipped: values of features without an experiment"
	splitBandits    = "skipped: contextual bandits"
	splitBlocked    = "skipped: versions that shut out whom an earlier one had"
	splitSecond     = "skipped: sticky by a second attribute"
	splitOneArm     = "differs: one arm is an experiment, with what is in no arm beside it"
)

// stops returns why an experiment is not asked; "": it is.
func (r splitRule) stops(c splitContext) string {
	for _, want := range r.Condition {
		if _, scalar := want.(string); !scalar && want != true {
			return splitLanguage
		}
	}
	switch {
	case len(r.ParentConditions) > 0:
		return splitParents
	case len(r.Filters) > 0 && !strings.Contains(fmt.Sprint(r.Filters), "[[0 1]]"): // which filters nobody
		return splitFilters
	case len(r.ContextualVariations) > 0:
		return splitBandits
	case c.ForcedVariations != nil || c.QAMode || strings.Contains(c.URL, "="):
		return splitForced
	case c.Enabled != nil && !*c.Enabled || r.Active != nil && !*r.Active:
		return splitOff
	}
	return ""
}

// experiment translates a rule with variations, or one that forces a value on a part.
func (r splitRule) experiment(c splitContext) Experiment {
	e := Experiment{ID: r.Key, Salt: cmp.Or(r.Seed, r.Key), Hash: r.hash(), Fresh: r.DisableStickyBucketing,
		When: handoff.ConditionFunc(func(*handoff.Facts) handoff.Truth { return r.met(c) })}
	ranges := r.Ranges
	switch {
	case r.Force != nil && len(r.Range) == 2:
		ranges = [][2]float64{{r.Range[0], r.Range[1]}}
	case r.Force != nil: // up to the coverage and with it, but nobody at none
		ranges = [][2]float64{{0, min(1, *r.Coverage+float64(e.Hash.Step())/buckets)}}
		if *r.Coverage == 0 {
			ranges = nil
		}
	case ranges == nil:
		ranges = splitRanges(len(r.Variations), r.Coverage, r.Weights)
	}
	e.Arms = splitArms(e.Hash, ranges)
	if len(r.Namespace) == 3 {
		from, to := r.Namespace[1].(float64), r.Namespace[2].(float64)
		e.Layer = Layer{"__" + r.Namespace[0].(string), HashGrowthBook1.points(from), HashGrowthBook1.points(to)}
	}
	return e
}

// index returns the arm on which our experiment puts the id; -1: on none. What is remembered is that of the id.
func (r splitRule) index(t *testing.T, c splitContext, remembered ...handoff.Arm) int {
	t.Helper()
	e := r.experiment(c)
	x, err := NewExperiments(nil, []Experiment{e})
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range sidesOf(t, x, r.id(c), remembered...) {
		if i, err := strconv.Atoi(side.Arm.Arm); err == nil {
			return i
		}
	}
	return -1
}

func TestForeign_GrowthBook(t *testing.T) {
	var file struct{ Cases []splitCase }
	if err := json.NewDecoder(openShared(t, "cases", "hash_growthbook.json")).Decode(&file); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) { got[c.run(t)]++ })
	}
	compareCounts(t, map[string]int{"agree: hash": 14, "agree: choose": 13, "agree: in_namespace": 16, "agree: run": 55,
		"agree: ranges of this test": 13, splitBadVersion: 1, splitWeights: 6, splitForced: 9, splitOff: 2, splitLanguage: 1,
		splitParents: 2, splitFilters: 3, splitOneArm: 1}, got)
}

// compareCounts tells the counts, and checks them.
func compareCounts(t *testing.T, want, got map[string]int) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(got)) {
		t.Logf("%3d %s", got[name], name)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
}

// run returns the name of what agrees, differs or is skipped.
func (c splitCase) run(t *testing.T) string {
	switch c.Op {
	case "hash":
		hash := splitRule{HashVersion: c.Version}.hash()
		if hash == "" {
			return splitBadVersion
		}
		agree(t, float64(Bucket(hash, c.Seed, c.Value))/buckets, c.Want)
	case "choose":
		e := Experiment{Arms: splitArms(HashSHA256, c.Ranges)}
		i := slices.IndexFunc(e.arms(), func(a span) bool { return a.from <= HashSHA256.points(c.N) && HashSHA256.points(c.N) < a.to })
		index, err := strconv.Atoi(e.arms()[i].ID)
		if err != nil {
			index = -1
		}
		agree(t, index, c.Want)
	case "in_namespace":
		e := Experiment{Hash: HashGrowthBook1, Layer: Layer{"__" + c.Namespace, HashGrowthBook1.points(c.From), HashGrowthBook1.points(c.To)}}
		agree(t, e.inLayer(c.Value), c.Want)
	case "bucket_ranges":
		var want [][2]float64
		if err := json.Unmarshal(c.Want, &want); err != nil {
			t.Fatal(err)
		}
		got := splitRanges(c.Variations, c.Coverage, c.Weights)
		same := func(a, b [2]float64) bool { return math.Abs(a[0]-b[0]) < 1e-6 && math.Abs(a[1]-b[1]) < 1e-6 }
		if !slices.EqualFunc(got, want, same) {
			t.Errorf("got %v, want %v", got, want)
		}
		return "agree: ranges of this test"
	case "equal_weights":
		return splitWeights
	case "run":
		return c.assign(t)
	}
	return "agree: " + c.Op
}

// assign asks for the variation of a user.
func (c splitCase) assign(t *testing.T) string {
	r := c.Experiment
	switch stop := r.stops(c.Context); {
	case stop != "":
		return stop
	case r.Force != nil:
		return splitForced
	case len(r.Variations) < 2:
		return splitOneArm
	}
	var want struct {
		Value        any
		InExperiment bool `json:"in_experiment"`
	}
	if err := json.Unmarshal(c.Want, &want); err != nil {
		t.Fatal(err)
	}
	i := r.index(t, c.Context)
	if i >= 0 != want.InExperiment || i >= 0 && !gocmp.Equal(r.Variations[i], want.Value) {
		t.Errorf("got variation %d, want %v", i, want)
	}
	return "agree: run"
}

// agree compares what we answer with a value in JSON.
func agree(t *testing.T, got any, want json.RawMessage) {
	t.Helper()
	text, err := json.Marshal(got)
	if err != nil || string(text) != string(want) {
		t.Errorf("got %s, want %s (%v)", text, want, err)
	}
}

// A rolloutCase asks for the value of a feature.
type rolloutCase struct {
	ID, Op, Feature string
	Context         splitContext
	Stored          []stickyDoc
	Want            json.RawMessage
}

type stickyDoc struct {
	AttributeName, AttributeValue string
	Assignments                   map[string]string // by the key of the experiment and the version of its buckets
}

func TestForeign_Rollout(t *testing.T) {
	var file struct{ Cases []rolloutCase }
	if err := json.NewDecoder(openShared(t, "cases", "rollout_growthbook_features.json")).Decode(&file); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) { got[c.run(t)]++ })
	}
	compareCounts(t, map[string]int{"agree: feature": 24, "agree: sticky": 10, splitBandits: 4, splitForced: 1, splitBadVersion: 1,
		splitParents: 9, splitSecond: 1, splitLanguage: 1, splitDefault: 15, splitBlocked: 2}, got)
}

func (c rolloutCase) run(t *testing.T) string {
	feature := c.Context.Features[c.Feature]
	if !slices.ContainsFunc(feature.Rules, splitRule.splits) {
		if slices.ContainsFunc(feature.Rules, func(r splitRule) bool { return len(r.ParentConditions) > 0 }) {
			return splitParents
		}
		return splitDefault
	}
	var want struct {
		Value            any
		InExperiment     bool
		ExperimentResult struct{ Bucket *float64 }
		Bucket           *float64
	}
	if err := json.Unmarshal(c.Want, &want); err != nil {
		t.Fatal(err)
	}
	value := feature.DefaultValue
	for _, r := range feature.Rules {
		r.Key = cmp.Or(r.Key, c.Feature)
		if stop := r.stops(c.Context); stop != "" {
			return stop
		}
		if r.hash() == "" {
			return splitBadVersion
		}
		if !r.splits() {
			value = r.Force
			break
		}
		if r.MinBucketVersion > 0 && !c.current(r) && len(c.Stored) > 0 && string(c.Want) == "null" {
			return splitBlocked
		}
		remembered, second := c.remembered(r)
		if second {
			return splitSecond
		}
		i := r.index(t, c.Context, remembered...)
		if i < 0 || i < len(r.Meta) && r.Meta[i].Passthrough {
			continue
		}
		if value = r.Force; len(r.Variations) > 0 {
			value = r.Variations[i]
		}
		if b := cmp.Or(want.Bucket, want.ExperimentResult.Bucket); b != nil && float64(Bucket(r.hash(), cmp.Or(r.Seed, r.Key), r.id(c.Context)))/buckets != *b {
			t.Errorf("the bucket is not %v", *b)
		}
		break
	}
	if !gocmp.Equal(value, want.Value) {
		t.Errorf("got %v, want %v", value, want.Value)
	}
	return "agree: " + c.Op
}

// splits reports whether the rule is for a part of the users.
func (r splitRule) splits() bool {
	return len(r.Variations)+len(r.ContextualVariations) > 0 || r.Force != nil && (r.Coverage != nil || len(r.Range) > 0)
}

// current reports whether something is stored of the rule's own version.
func (c rolloutCase) current(r splitRule) bool {
	return slices.ContainsFunc(c.Stored, func(d stickyDoc) bool { return d.Assignments[fmt.Sprintf("%s__%d", r.Key, r.BucketVersion)] != "" })
}

// remembered returns the arms that are stored under the attribute which is hashed, and whether one is stored under another
// attribute of the same user alone. Another version of the buckets is another salt here.
func (c rolloutCase) remembered(r splitRule) (arms []handoff.Arm, second bool) {
	own := cmp.Or(r.HashAttribute, "id")
	if c.Context.Attributes[own] == nil {
		own = r.FallbackAttribute
	}
	for _, doc := range c.Stored {
		if doc.AttributeValue != fmt.Sprint(c.Context.Attributes[doc.AttributeName]) {
			continue
		}
		if doc.AttributeName != own {
			second = true
			continue
		}
		for key, arm := range doc.Assignments {
			salt := cmp.Or(r.Seed, r.Key)
			if key != fmt.Sprintf("%s__%d", r.Key, r.BucketVersion) {
				salt = "of another version"
			}
			arms = append(arms, handoff.Arm{Experiment: r.Key, Arm: arm, Salt: salt, At: time.Unix(0, 0).UTC()})
		}
	}
	return arms, second && len(arms) == 0
}

// An unleashCase asks whether a feature is on for a user, or for its variant.
type unleashCase struct {
	ID, Op string
	Rule   struct {
		Name       string
		Enabled    bool
		Strategies []unleashStrategy
		Variants   []unleashVariant
	}
	Context struct {
		UserID, SessionID string
		Properties        map[string]string
	}
	Want json.RawMessage
}

type unleashStrategy struct {
	Name                  string
	Parameters            struct{ Percentage, GroupID, Rollout, Stickiness string }
	Variants              []unleashVariant
	Constraints, Segments []any
}

type unleashVariant struct {
	Name       string
	Weight     uint32
	Stickiness string
	Overrides  []any
}

// Why a case of Unleash is not asked.
const (
	unleashSegments = "skipped: segments and constraints are tested by rules"
	unleashSeveral  = "skipped: several strategies of one feature"
	unleashForced   = "skipped: overrides"
	unleashNobody   = "skipped: without an id the peer throws dice"
	unleashOff      = "skipped: features that are off, or have no variants"
)

func TestForeign_Unleash(t *testing.T) {
	var file struct{ Cases []unleashCase }
	if err := json.NewDecoder(openShared(t, "cases", "hash_unleash.json")).Decode(&file); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) { got[c.run(t)]++ })
	}
	compareCounts(t, map[string]int{"agree: enabled": 24, "agree: variant by our MurmurHash3 and the peer's weights": 21, unleashOff: 4,
		unleashForced: 2, unleashSegments: 4, unleashSeveral: 2, unleashNobody: 2}, got)
}

// id returns what is hashed.
func (c unleashCase) id(stickiness string) string {
	switch stickiness {
	case "", "default":
		return cmp.Or(c.Context.UserID, c.Context.SessionID)
	case "userId":
		return c.Context.UserID
	case "sessionId":
		return c.Context.SessionID
	}
	return c.Context.Properties[stickiness]
}

func (c unleashCase) run(t *testing.T) string {
	if len(c.Rule.Strategies) > 1 {
		return unleashSeveral
	}
	var s unleashStrategy
	if len(c.Rule.Strategies) == 1 {
		s = c.Rule.Strategies[0]
	}
	if len(s.Constraints)+len(s.Segments) > 0 {
		return unleashSegments
	}
	if c.Op == "enabled" {
		return c.enabled(t, s)
	}
	variants, group, stickiness := c.Rule.Variants, c.Rule.Name, s.Parameters.Stickiness
	if len(s.Variants) > 0 {
		variants, group = s.Variants, s.Parameters.GroupID
	} else if len(variants) > 0 {
		stickiness = variants[0].Stickiness
	}
	if slices.ContainsFunc(variants, func(v unleashVariant) bool { return len(v.Overrides) > 0 }) && c.overridden() {
		return unleashForced
	}
	if !c.Rule.Enabled || len(variants) == 0 || s.Parameters.Rollout == "0" {
		return unleashOff
	}
	if c.id(stickiness) == "" {
		return unleashNobody
	}
	return c.variant(t, variants, group, c.id(stickiness))
}

// overridden reports whether the user is named by an override.
func (c unleashCase) overridden() bool { return c.Context.UserID == "132" || c.Context.UserID == "61" }

// enabled asks a holdout that holds out what the peer switches on.
func (c unleashCase) enabled(t *testing.T, s unleashStrategy) string {
	stickiness := map[string]string{"gradualRolloutUserId": "userId", "gradualRolloutSessionId": "sessionId"}[s.Name]
	id := c.id(cmp.Or(stickiness, s.Parameters.Stickiness))
	percent, err := strconv.ParseInt(cmp.Or(s.Parameters.Percentage, s.Parameters.Rollout), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if id == "" && stickiness == "" && s.Parameters.Stickiness == "default" {
		return unleashNobody
	}
	on := false
	if percent > 0 {
		x, err := NewExperiments(nil, []Experiment{{ID: s.Parameters.GroupID, Hash: HashUnleash, HoldOut: percent * 100}})
		if err != nil {
			t.Fatal(err)
		}
		on = slices.ContainsFunc(sidesOf(t, x, id), func(s handoff.Side) bool { return s.HeldOut })
	}
	agree(t, on, c.Want)
	return "agree: enabled"
}

// variant takes our MurmurHash3 modulo the peer's sum of weights: that sum is no number of our buckets.
func (c unleashCase) variant(t *testing.T, variants []unleashVariant, group, id string) string {
	sum := uint32(0)
	for _, v := range variants {
		sum += v.Weight
	}
	n, got := murmur3(86028157, group+":"+id)%sum+1, ""
	for _, v := range variants {
		if got == "" && n <= v.Weight {
			got = v.Name
		}
		n -= min(n, v.Weight)
	}
	var want struct{ Name string }
	if err := json.Unmarshal(c.Want, &want); err != nil {
		t.Fatal(err)
	}
	if got != want.Name {
		t.Errorf("got %s, want %s", got, want.Name)
	}
	return "agree: variant by our MurmurHash3 and the peer's weights"
}

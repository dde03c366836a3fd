// Package report folds decisions, activities and touches into the numbers of a handoff: how fast, how often, by whom, with what
// result, and how sure that is.
//
// A Report is told what happened, in any order and as often as anybody likes: it keeps a short fact of each event, of which equal
// ones count once. Reports of many workers merge into the one that a single worker would have made. Figures are computed
// from the facts in one pass over the subjects, each a timeline in order, so that what arrives late restates what was known.
//
// A Tally is what adds up handoffs, for hosts that have them in a table of their own. It keeps no handoff: its memory is that of
// the different lengths of time, to the second.
package report

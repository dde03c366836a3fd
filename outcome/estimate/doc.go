// Package estimate turns counts and samples into estimates with their uncertainty. Everything that is added up is an integer, so
// that parts add up to the whole in any order; a float is only what is derived from the sums in the end.
//
// Nothing in it gives a value that is not a number or is infinite, whatever it is given; what an estimate of nothing is, each says.
// A level of confidence is a share such as 0.95. One that is below 0 or not a number is taken as 0, where an interval is a point,
// and one of 1 or more as the greatest float64 below 1. A significance such as 0.05 is 1 less a level.
//
// Floats are computed in a fixed order and without fused operations. Exponentials and logarithms may differ between processors in
// the last bit, so print what is derived with fewer digits than a float64 has.
//
// Samples, survivals, moments and calibrations are not safe for concurrent use, not even where they are only asked, and one that
// something was added to must not be copied. Give each worker its own and merge them.
package estimate

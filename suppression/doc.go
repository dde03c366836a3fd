// Package suppression says whether not, and whether not now: it lists what keeps a play from winning.
//
// A Set is an ordered list of rules: conditions that hold, and cooldowns since the last handoff. What is unknown holds.
// Every active rule is listed, with what it waits for, so that nothing is excluded in silence.
package suppression

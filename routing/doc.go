// Package routing says who: it finds the owner of the next step.
//
// A Route is an ordered list of rungs; the first that yields an owner wins. A rung asks for the owner that a record
// already has (Owner), for a named rep (Rep), for whoever a territory table names (Territory), or for the next member
// of a rotation (Pool). Whoever cannot take the work is passed over with a reason, and a route that finds nobody says
// why for each rung; nothing falls back in silence.
//
// The package is pure: rotations read their ledger from the State and return the turn to take as an effect.
package routing

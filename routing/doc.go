// Package routing says who: it finds the owner of the next step.
//
// A Route is an ordered list of rungs; the first that yields an owner wins. A rung asks for the owner that a record
// already has (Owner), for a named rep (Rep), for whoever a territory table names (Territory), or for the next member
// of a rotation (Pool). Whoever cannot take the work is passed over with a reason, and a route that finds nobody says
// why for each rung; nothing falls back in silence.
//
// A territory table maps countries, states, beginnings of postal codes, bands of employees or any other column to reps and
// pools. The most specific row that matches gets the record, wherever it stands; a table in which two rows could tie is
// refused, and so is one in which a look-up could be slow. What a look-up costs does not grow with the number of rows.
//
// The package is pure: rotations read their ledger from the State and return the turn to take as an effect.
package routing

// Package routing says who: it finds the owner of the next step.
//
// A Route is an ordered list of rungs; the first that yields an owner wins. A rung asks for the owner that a record
// already has (Owner, Owned), for who is named for its account (NamedAccounts), for whoever a territory table names
// (Territory), for who had what belongs to it last (Sticky), for who is on duty (OnShift), for one rep (Rep), or for the
// next member of a rotation (Pool); Guarded asks any of them under a condition. Whoever cannot take the work is passed over
// with a reason, and a route that finds nobody says why for each rung, and when somebody can; nothing falls back in silence.
//
// # Rotations
//
// What is sold as round robin is many algorithms. Each one here is a Rotation with a Spec: a version, a total order that
// ends in the order of the list or of the ids, what is remembered of each member, and the fairness that it keeps. They stand on three
// mechanisms: the least integer key over a ledger, deadlines in proportion to weights, and a stable hash.
//
// The ledger of a pool is a handoff.Pool in State: members in the order of their turns, so that the next one is found
// without looking at the others. It tells for each of them how many turns were offered, how many passed it over and why,
// and how many it was given. A turn that is taken, missed or given back is an effect; the package is pure.
//
// Candidates are filtered first, and only then is the turn taken. Who does not suit the record (its role, skills,
// condition, an earlier owner, whom the decision avoids) keeps the turn; who suits it and cannot take it now (absent, off hours, capped, full) is
// skipped, and OnReturn says what becomes of the missed turn.
//
// # Tables
//
// A territory table maps countries, states, beginnings of postal codes, bands of employees or any other column to reps and
// pools. The most specific row that matches gets the record, wherever it stands; a table in which two rows could tie is
// refused, and so is one in which a look-up could be slow. What a look-up costs does not grow with the number of rows. Rows
// may begin and end on a day, so that the territories of the next quarter stand beside those of this one.
package routing

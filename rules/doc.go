// Package rules compiles a policy, written in YAML with conditions in it, to a handoff.Engine.
//
// Load reads a file, and the files that it names. What is wrong is returned as Problems: all of them at once, each with
// its file, line and column, a code such as B012 that never changes its meaning, and what to do. A policy that compiles
// cannot fail, loop, read a clock or run out of memory: its conditions are total and three-valued, as package handoff
// defines them, their cost is bounded when they are loaded, and they run as Go functions over the typed facts. The expr
// library is the parser of conditions; nothing of a policy is ever run by it.
//
// LANGUAGE.md, beside this file, is the reference: every section and key, type, operator, call and code, each with an
// example that compiles. It is made from the tables that the loader reads by, as are the JSON Schemas that handoff schema
// prints for editors. In short:
//
//   - A policy has a name, a zone, kinds of triggers, and plays that answer them. Plays name a route (who), a sequence
//     (what starts), a promise of a first touch, and texts for the rep.
//   - eligibility says what a play needs; unknown does not pass. suppression says what holds a play back; unknown holds.
//     when, rungs and rows of scores take what is true.
//   - fields declares the host's own columns, and Fields binds them to a struct of the host.
//   - scores count points for conditions and for recent events, with a half-life; lifecycle defines stages such as mql.
//   - outcomes says what has to be there before an outcome is recorded, and who hears of a dispute; recycle says when a record
//     comes back.
//   - identity says who is the same person or company. No play looks at it: LoadMatcher compiles it, from the same files, to an
//     identity.Matcher.
//   - lists and territories stand in the policy or in files beside it; include spreads the sections over several files.
//   - Lengths of time are written 15m, 4h, 7d or 1d12h. In for, wait and reentry a day is a calendar day in the policy's zone;
//     elsewhere it is 24 hours.
//
// # Bounds
//
// A file has at most 32 MiB, a line 64 KiB, a condition 2,048 bytes, 400 parts and 32 levels, a text for the rep 500
// characters. Deciding one signal costs at most MaxPolicyCost units, for the largest request that handoff accepts.
// Inspect tells the cost of a policy, and handoff check prints it.
package rules

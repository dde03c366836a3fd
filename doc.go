// Package baton is the map of a module that decides sales sequence handoffs: what happens after a buying signal. It
// exports nothing; import the packages below it.
//
// # Packages, in reading order
//
//   - handoff: the vocabulary (Lead, Account, Trigger, ...), the Engine that decides, the Decision with its Effects, and
//     Apply, which folds effects into State. Standard library only.
//   - handoff/calendar: dates, time zones from an embedded release, and business time from tables.
//   - handoff/hosttest: Memory, a reference host, and Check, the conformance test for a host of your own.
//   - handoff/identity: who is who. Normalising, matching leads to contacts and accounts, duplicates, merges that can be
//     taken back.
//   - routing: who. Owners, named accounts, territories, what sticks, shifts, and pools with rotations, caps and availability.
//   - suppression: whether not (now). Holds, cooldowns, budgets, what runs meanwhile; caps on touches, quiet hours, laws on
//     consent as tables of data, and experiments.
//   - outcome: what came of it. Whose hours a promise counts, what activities change, and the words for outcomes.
//   - outcome/report: decisions and what came of them, folded into figures and a page; outcome/estimate and
//     outcome/attribution: the statistics behind them.
//   - rules: the language. YAML with conditions, compiled to a handoff.Engine; LANGUAGE.md beside it is the reference.
//   - rules/rulestest: tests in YAML beside a policy.
//   - rules/replay: recorded requests through an engine.
//   - rules/cmd/handoff: the command.
//   - examples: stories of the field, each a policy, its tests and a program.
//
// Below rules nothing but the standard library is imported, except that identity reads the list of public suffixes and the tables
// of Unicode from golang.org/x; siblings do not import each other.
//
// # Laws
//
// The numbers are those that tests carry in their names.
//
//  1. The same engine, instant and request give the same decision, byte for byte, whatever the order of lists and maps
//     whose order has no meaning.
//  2. No map order, clock, randomness, locale, machine's zone or float decides anything. Every order is total.
//  3. Explain returns the decision that Decide returns.
//  4. Triggers that arrive before a settle window closes end in one state, in every order of arrival. A batch ends where
//     its decisions one by one do.
//  5. A stored request and the policy of a stored decision's digest give the stored decision.
//  6. A redelivered trigger changes nothing, under any version of the policy. Of two decisions made on the same State
//     only one can be committed.
//  7. What is unknown passes no gate, holds every hold, and matches no play and no rung; the decision names it.
//  8. No blocked channel is in an enrolment, no two exclusive sequences run for one person, and what Permit allows exceeds no
//     cap.
//  9. Each rotation publishes its fairness bound, and a test holds it.
//  10. Inputs are never changed, and a decision shares no memory with them.
//  11. A policy that compiles cannot hang, run out of memory or panic.
//  12. No personal data stands in an error, a digest or a decision.
//  13. A late sweep ends where timely ones would have ended; what makes a new promise to a person starts at the sweep, and at
//     most once in it.
//  14. What is told late or out of order counts as in order: the first touch is the earliest, the strictest word on consent
//     stands, and so do the latest outcome and owner. What was done meanwhile stays done, and the difference is recorded. What was
//     refused is not remembered.
package baton

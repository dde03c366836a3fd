// Package handoff is the vocabulary of sales sequence handoffs and the core that decides them.
//
// # What goes in
//
// A Request is about one subject, a lead or an account. It holds the facts that the host has (the lead, its account, the
// account's opportunities and people, recent events and touches), the Triggers that arrived, and the State that the host
// remembers: a Record for each lead and account, the ledgers of rotations, what is known of reps, and what was counted or
// sticks. Needs lists the entries of State that a decision may read; a host loads those.
//
// # What comes out
//
// Decide answers triggers, Observe an activity of a rep or of the subject, Sweep the passing of time, and Permit whether a
// touch may go out now. Each returns a Decision: a Verdict, Reasons with the lines of the policy, what was decided, an ordered list of Effects, and the
// Guards, which are the versions of the entries that it read. Explain is Decide with everything kept that was looked at.
//
// # What time does
//
// Record.NextDue says when Sweep has something to do: what is over ends, and of what was promised by an SLA the owner is warned
// before it is late, and its steps are taken afterwards, each at its own instant. Each Clock that has ended stays in
// Record.Stopped, with the seconds that it ran and those that count. An activity that arrives late mends what is remembered of
// it, as a Correct; nothing that was done meanwhile is undone.
//
// # What a host stores
//
// In one transaction a host checks the guards, stores what Apply returns for the entries, and keeps the decision; or does
// none of it, where an entry has changed (ErrConflict), and decides again. Other systems hear of it afterwards, through a
// Handler. Package hosttest has a host in the small.
//
// # What happens when something is wrong
//
// A caller's mistake is an *InputError, an entry that was not loaded a *MissingError. Nothing else is an error: that a
// record is held, ineligible, incomplete or without an owner is a verdict with reasons. What is unknown fails closed.
// What waits is in the record's Queue with an end, so that nothing is lost in silence.
//
// # Purity
//
// The package reads no clock, draws no random number, starts no goroutine and does no I/O. The same engine, instant and
// request give the same decision, byte for byte. An Engine is safe for concurrent use. Inputs are never changed, and a
// decision shares no memory with them.
//
// # Ports
//
// An Engine is built by New from a Config. Conditions, scores, texts, routers, suppressors, limiters of touches, judges of
// consent, hours, the lifecycle and the keeper of turns are small interfaces, most with a function as an adapter; packages
// rules, routing, suppression and outcome fill them. Whoever implements one must be pure, deterministic and safe for concurrent use, and must neither keep
// nor change Facts.
package handoff

// Package suppression says whether not, and whether not now: what keeps a play from winning (Set), what keeps a touch from
// going out (Limits), and what opens a channel (Law).
//
// A Set is an ordered list of rules: conditions and facts that hold, cooldowns, budgets of handoffs, and what runs meanwhile.
// What is unknown holds. Every active rule is listed, with what it waits for, so that nothing is excluded in silence, and
// each has an end or says that it has none. Ageing lists the holds that stand.
//
// Limits are caps on touches over typed windows, counted from State, and quiet hours on the clock of the person. A Law judges
// evidence of consent by tables of data, of which some come with the package: facts to check, and no advice.
//
// Experiments hold out some of the records that a play would take, or vary what it does to them: by a hash that anybody can
// compute again, and so that a record stays where it was.
package suppression

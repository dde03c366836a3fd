// Package identity says which records are the same person or company: it normalises what people type, matches a lead to
// its contact, account and parent, finds duplicates, and merges them so that the merge can be taken back.
//
// It is pure and reads nothing. Matching is done in two steps, so that the host does the reading: Keys says what to look
// up, in one batch, and Match weighs what was found.
package identity

// Package outcome says what comes of a handoff: by when the first touch is due (FirstTouch), and what an activity such
// as a reply, an opt-out or a won deal changes (Standard).
package outcome

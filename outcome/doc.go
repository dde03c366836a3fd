// Package outcome says what comes of a handoff: by whose time a promise is kept (Team, Rep, Customer), what an activity such as
// a reply, an opt-out or a won deal changes (Standard), and the words for what came of it (Rules).
package outcome

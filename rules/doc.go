// Package rules compiles a policy, written in YAML with conditions in it, to a handoff.Engine.
//
// Load reads a file. What is wrong with it is returned as Problems: all of them at once, each with its line, its column
// and what to do. A policy that compiles cannot fail, loop or read a clock: its conditions are total and three-valued,
// as package handoff defines them, and run as Go functions over the typed facts. The expr library is the parser of
// conditions; nothing of a policy is ever run by it.
package rules

//go:build !linux

package rules_test

import "testing"

// limitMemory does nothing here: only the limit of the Go runtime holds.
func limitMemory(*testing.T, uint64) {}

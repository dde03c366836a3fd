//go:build !linux

package rules_test

import (
	"testing"
	"time"
)

// endAtLimit does nothing here.
func endAtLimit() {}

// limitTime does nothing here: only the parent's patience limits it.
func limitTime(*testing.T, time.Duration) {}

// limitMemory does nothing here: only the limit of the Go runtime holds.
func limitMemory(*testing.T, uint64) {}

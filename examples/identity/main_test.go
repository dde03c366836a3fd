package main

import (
	"testing"

	"github.com/salesbaton/baton/examples/internal/storytest"
	"github.com/salesbaton/baton/rules/rulestest"
)

func TestOutput(t *testing.T) { storytest.Run(t, policy, tell) }

func TestPolicy(t *testing.T) { rulestest.Run(t, "policy_test.yaml") }

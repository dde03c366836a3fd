package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A Problem is one thing that is wrong with a policy. Its fields are File, Line and Column (both from 1; 0 where the file
// or the line as a whole is meant), Message, and Source, the line itself. Its Error is "file:line:col: message".
type Problem = source.Problem

// Problems is the error of a policy that does not compile: all its problems, by file, line and column. Its text shows
// each with its line and a caret.
type Problems = source.Problems

// Load reads a policy from a file and compiles it. The error is a Problems for a policy that does not compile.
func Load(path string) (*handoff.Engine, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return Parse(filepath.Base(path), text)
}

// Parse compiles a policy from its text. The name stands in positions; it is part of every decision.
func Parse(name string, text []byte) (*handoff.Engine, error) {
	var report source.Report
	p := read(source.Parse(name, text, &report), &report)
	if report.Failed() {
		return nil, report.Err()
	}
	sum := sha256.Sum256(append([]byte(name+"\x00"), text...)) // the name stands in positions, and so in decisions
	p.config.Digest = "sha256:" + hex.EncodeToString(sum[:])
	engine, err := handoff.New(p.config)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return engine, nil
}

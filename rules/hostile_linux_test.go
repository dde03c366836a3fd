package rules_test

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"testing"
)

// limitMemory ends the process where it takes more than so many bytes of address space beside what it has already. The race
// detector has too much of it to be limited.
func limitMemory(t *testing.T, bytesMore uint64) {
	t.Helper()
	if raceDetector() {
		return
	}
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.ParseUint(string(bytes.Fields(text)[0]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	limit := pages*uint64(os.Getpagesize()) + bytesMore
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		t.Fatal(err)
	}
}

package rules_test

import (
	"bytes"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// endAtLimit ends the process where it takes more time than limitTime allows. Go ignores the signal otherwise.
func endAtLimit() {
	exceeded := make(chan os.Signal, 1)
	signal.Notify(exceeded, syscall.SIGXCPU)
	go func() {
		<-exceeded
		fmt.Fprintln(os.Stderr, "it took too much time")
		os.Exit(1)
	}()
}

// limitTime allows so much time of all processors together from now on, and a second more at most.
func limitTime(t *testing.T, more time.Duration) {
	t.Helper()
	var used syscall.Rusage
	var limit syscall.Rlimit
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Getrlimit(syscall.RLIMIT_CPU, &limit); err != nil {
		t.Fatal(err)
	}
	until := time.Duration(used.Utime.Nano()+used.Stime.Nano()) + more
	limit.Cur = min(limit.Max, uint64(until/time.Second)+1)
	if err := syscall.Setrlimit(syscall.RLIMIT_CPU, &limit); err != nil {
		t.Fatal(err)
	}
}

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

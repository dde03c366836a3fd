// Package storytest compares what an example prints with what it printed when somebody last read it.
package storytest

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/examples/internal/story"
)

var update = flag.Bool("update", false, "write testdata/output.txt anew; read it before you commit it")

// Run compares what a story prints with testdata/output.txt.
func Run(t *testing.T, policy []byte, tell func(*story.Story) error) {
	t.Helper()
	var out bytes.Buffer
	if err := story.Run(&out, policy, tell); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/output.txt"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("the output changed (-want +got); run the test with -update after reading it:\n%s", diff)
	}
}

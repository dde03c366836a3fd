package cli

import (
	"bufio"
	"strings"
	"testing"

	"github.com/salesbaton/baton/handoff"
)

func TestConditionSaysWhatIsUnknown(t *testing.T) {
	for _, tt := range []struct {
		truth  handoff.Truth
		want   string
		reason string
	}{
		{handoff.False, "because b is not true", "a term is false"},
		{handoff.Unknown, "because b is unknown", "no term is false, else the whole would be"},
	} {
		var out strings.Builder
		p := printer{out: bufio.NewWriter(&out)}
		p.condition("gate g", handoff.Trace{Truth: tt.truth, Text: "a and b", First: "b"})
		p.out.Flush()
		if !strings.Contains(out.String(), tt.want+"\n") {
			t.Errorf("%q, want %s: %s", out.String(), tt.want, tt.reason)
		}
	}
}

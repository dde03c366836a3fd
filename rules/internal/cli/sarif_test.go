package cli

import "testing"

func TestSarifURI(t *testing.T) {
	for _, tt := range []struct{ path, want, reason string }{
		{"policies/inbound.yaml", "policies/inbound.yaml", "relative to where the command runs"},
		{"my policies/50%#1.yaml", "my%20policies/50%25%231.yaml", "a URI has no blanks, and no # in its path"},
		{"/etc/inbound.yaml", "file:///etc/inbound.yaml", "an absolute path has a scheme"},
		{"a:b.yaml", "./a:b.yaml", "what stands before a colon is no scheme"},
	} {
		if got := sarifURI(tt.path); got != tt.want {
			t.Errorf("%s: %s, want %s: %s", tt.path, got, tt.want, tt.reason)
		}
	}
}

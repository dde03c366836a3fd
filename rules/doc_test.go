package rules

import (
	"os"
	"strings"
	"testing"
)

// TestDocListsEverything compares the package's documentation with what the language knows.
func TestDocListsEverything(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	doc := strings.ReplaceAll(string(text), "\n//", "")
	for _, section := range sections {
		if !strings.Contains(string(text), "//   - "+section+": ") {
			t.Errorf("the section %s is not documented", section)
		}
	}
	_, fields, _ := strings.Cut(doc, "The fields are ")
	for _, path := range builtin().paths() {
		_, name, _ := strings.Cut(path, ".")
		if !strings.Contains(fields, path) && !strings.Contains(fields, " "+name) {
			t.Errorf("the field %s is not documented", path)
		}
	}
	for _, call := range functions {
		if name, _, _ := strings.Cut(call, "("); !strings.Contains(doc, name+"(") {
			t.Errorf("the call %s is not documented", call)
		}
	}
}

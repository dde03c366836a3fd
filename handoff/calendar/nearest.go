package calendar

import "strings"

// nearest returns the known name with the fewest edits to word, the first in
// the order of known when several tie, and "" when all are far. Letter case and
// the choice between a space and "_" cost nothing, and word may leave out what
// stands before the last "/".
func nearest(word string, known []string) string {
	word = foldName(word)
	if len(word) > 64 {
		return ""
	}
	best, bestEdits := "", min(3, (len(word)+1)/3)+1
	for _, name := range known {
		folded := foldName(name)
		edits := min(distance(word, folded), distance(word, folded[strings.LastIndexByte(folded, '/')+1:]))
		if edits < bestEdits {
			best, bestEdits = name, edits
		}
	}
	return best
}

func foldName(s string) string {
	return strings.ReplaceAll(strings.ToLower(s), " ", "_")
}

// distance is the number of bytes to insert, delete or replace to turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}

package estimate_test

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/salesbaton/baton/outcome/estimate"
)

// rows reads the columns of a file of data that lies beside the module.
func rows(t *testing.T, folder, name string, comma rune, columns ...string) [][]string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", folder, name)
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no data at %s: it is not part of the module", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma = comma
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]string, len(all)-1)
	for _, column := range columns {
		at := slices.Index(all[0], column)
		if at < 0 {
			t.Fatalf("%s has no column %q", path, column)
		}
		for i, row := range all[1:] {
			out[i] = append(out[i], row[at])
		}
	}
	return out
}

func whole(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFirstResponsesOfSupport(t *testing.T) {
	var s estimate.Sample
	for _, row := range rows(t, "ravenstack_saas", "ravenstack_support_tickets.csv", ',', "first_response_time_minutes") {
		s.Add(whole(t, row[0]), 1)
	}
	for _, tt := range []struct{ p, want int64 }{{50, 88}, {90, 160}} {
		if got, _ := s.NearestRank(tt.p); got != tt.want {
			t.Errorf("percentile %d is %d minutes, want %d", tt.p, got, tt.want)
		}
	}
}

func TestTouchPressureOfBankMarketing(t *testing.T) {
	var rates [6]estimate.Proportion // by contacts, and at 0 over all
	for _, row := range rows(t, "uci_bank_marketing", "bank-additional-full.csv", ';', "campaign", "y") {
		for _, i := range []int64{0, whole(t, row[0])} {
			if i >= int64(len(rates)) {
				continue
			}
			rates[i].Of++
			if row[1] == "yes" {
				rates[i].Hits++
			}
		}
	}
	for i, want := range []string{"0.112654", "0.130371", "0.114570", "0.107471", "0.093927", "0.075047"} {
		if rate := strconv.FormatFloat(rates[i].Rate(), 'f', 6, 64); rate != want {
			t.Errorf("the rate with %d contacts (0: over all) is %s, want %s", i, rate, want)
		}
	}
}

package estimate_test

import (
	"fmt"

	"github.com/salesbaton/baton/outcome/estimate"
)

// Of eight leads three were called, within 5, 12 and 40 minutes. Five wait, the one for 20 minutes and the others for a day.
func ExampleSurvival() {
	var calls estimate.Survival
	for _, minutes := range []int64{5, 12, 40} {
		calls.Done(minutes)
	}
	for _, minutes := range []int64{20, 1440, 1440, 1440, 1440} {
		calls.Open(minutes)
	}
	naive, _ := calls.Completed().NearestRank(50)
	fmt.Println("naive median:", naive)
	if _, ok := calls.Percentile(50); !ok {
		fmt.Println("median: not reached")
	}
	for _, p := range calls.Curve() {
		fmt.Printf("%d min: %.3f\n", p.At, p.Done)
	}
	// Output:
	// naive median: 12
	// median: not reached
	// 5 min: 0.125
	// 12 min: 0.250
	// 40 min: 0.400
}

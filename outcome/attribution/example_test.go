package attribution_test

import (
	"fmt"

	"github.com/salesbaton/baton/outcome/attribution"
)

// A webinar, an email and a call led to a customer; two others were not won.
func ExampleFold() {
	f, err := attribution.New(attribution.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	f.Add(attribution.Path{Converted: true, Value: 1_200_00, Touches: []attribution.Touch{{Channel: "webinar"}, {Channel: "email"}, {Channel: "call"}}})
	f.Add(attribution.Path{Touches: []attribution.Touch{{Channel: "webinar"}}})
	f.Add(attribution.Path{Touches: []attribution.Touch{{Channel: "email"}, {Channel: "call"}}})
	for _, m := range []attribution.Model{attribution.Last, attribution.Position, attribution.Markov} {
		credits, err := f.Credits(m)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(m)
		for _, c := range credits {
			fmt.Printf("  %-8s %.2f %8.2f\n", c.Channel, c.Conversions, c.Value/100)
		}
	}
	// Output:
	// last
	//   call     1.00  1200.00
	//   email    0.00     0.00
	//   webinar  0.00     0.00
	// position
	//   call     0.40   480.00
	//   email    0.20   240.00
	//   webinar  0.40   480.00
	// markov
	//   call     0.40   480.00
	//   email    0.40   480.00
	//   webinar  0.20   240.00
}

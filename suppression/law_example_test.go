package suppression_test

import (
	"fmt"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/suppression"
)

func ExampleTable() {
	rows, _ := suppression.Table("casl")
	law, err := suppression.NewLaw(suppression.LawConfig{Rows: rows})
	if err != nil {
		fmt.Println(err)
		return
	}
	lead := &handoff.Facts{Lead: handoff.Lead{Country: "CA"}}
	asked := []handoff.Consent{{Channel: handoff.ChannelEmail, Status: handoff.ConsentGranted, Basis: handoff.BasisInquiry,
		At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}}
	for _, month := range []time.Month{time.June, time.July} {
		touch := handoff.Touch{Channel: handoff.ChannelEmail, At: time.Date(2026, month, 2, 0, 0, 0, 0, time.UTC)}
		j := law.Judge(lead, touch, asked)
		fmt.Println(j.Open, j.Rule, j.Text)
	}
	// Output:
	// true casl.messages an inquiry of 2026-01-01 opens email for 6 months, until 2026-07-01
	// false casl.messages needs consent: the last inquiry, of 2026-01-01, is older than 6 months
}

package suppression_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/suppression"
)

// remembered is a State with holds of several ages and some touches.
func remembered() handoff.State {
	ref := func(id string) handoff.Ref { return handoff.Ref{Kind: handoff.KindLead, ID: id} }
	hold := func(id string, days int, until time.Time) handoff.ActiveHold {
		return handoff.ActiveHold{ID: id, Source: "competitor", Since: at.AddDate(0, 0, -days), Until: until, LiftedBy: "legal"}
	}
	lapsed := hold("rule:deal", 700, time.Time{})
	lapsed.Lapsed = true
	touch := func(id string, purpose handoff.Purpose, during ...string) handoff.TouchRef {
		return handoff.TouchRef{ID: id, Channel: handoff.ChannelEmail, Purpose: purpose, Scope: "newsletter", At: at, During: during}
	}
	return handoff.Apply(nil, []handoff.Effect{
		handoff.Hold{Subject: ref("L1"), ActiveHold: hold("rule:rival", 800, time.Time{})},
		handoff.Hold{Subject: ref("L1"), ActiveHold: hold("over", 900, at)},
		handoff.Hold{Subject: ref("L2"), ActiveHold: hold("rule:rival", 30, at.Add(time.Microsecond))},
		handoff.Hold{Subject: ref("L2"), ActiveHold: lapsed},
		handoff.Hold{Subject: ref("L3"), ActiveHold: hold("soon", -2, time.Time{})},
		handoff.Hold{Subject: ref("L4"), ActiveHold: hold("later", -9, time.Time{})},
		handoff.Hold{Subject: ref("L0"), ActiveHold: handoff.ActiveHold{ID: "unknown"}},
		handoff.RecordTouch{Subject: ref("L1"), TouchRef: touch("M1", handoff.PurposeMarketing, "ae-fast")},
		handoff.RecordTouch{Subject: ref("L1"), TouchRef: touch("M2", handoff.PurposeMarketing)},
		handoff.RecordTouch{Subject: ref("L2"), TouchRef: touch("M3", handoff.PurposeSales, "ae-fast")},
	})
}

func TestAgeing(t *testing.T) {
	var got []string
	for _, a := range suppression.Ageing(at, remembered()) {
		got = append(got, fmt.Sprintf("%s %s %d days, lifted by %s", a.Subject, a.ID, int(a.Age.Hours()/24), a.LiftedBy))
	}
	want := []string{"lead/L1 rule:rival 800 days, lifted by legal", "lead/L2 rule:rival 30 days, lifted by legal", "lead/L0 unknown 0 days, lifted by ",
		"lead/L3 soon -2 days, lifted by legal", "lead/L4 later -9 days, lifted by legal"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the oldest first, without what is over or has lapsed (-want +got):\n%s", diff)
	}
}

func TestOverlaps(t *testing.T) {
	var got []string
	for _, o := range suppression.Overlaps(remembered()) {
		got = append(got, fmt.Sprintf("%s %s during %v", o.Person, o.ID, o.During))
	}
	if diff := cmp.Diff([]string{"lead/L1 M1 during [ae-fast]"}, got); diff != "" {
		t.Errorf("marketing alone, and only beside a sequence (-want +got):\n%s", diff)
	}
}

package suppression

import (
	"cmp"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// cools reports whether the cooldown runs. What is known to hold it goes before what is unknown.
func (q question) cools(hold *handoff.ActiveHold) bool {
	since, absent := q.last()
	if !since.IsZero() {
		until := q.Cooldown.For.After(since, q.f.Zone)
		if q.f.At.Before(until) {
			hold.Since, hold.Until = since, until
			return true
		}
	}
	return absent != "" && unknown(hold, absent)
}

// last returns when what the cooldown counts from happened last, zero where it never did, and the path of the fact that is
// absent for it.
func (q question) last() (at time.Time, absent string) {
	switch q.Cooldown.After {
	case AfterTouch:
		return q.lastTouch(), ""
	case AfterLoss:
		return q.lastLoss()
	case AfterRenewal:
		return q.lastRenewal()
	}
	return q.lastHandoff()
}

// record returns what is remembered of whom the cooldown is about.
func (q question) record() handoff.Record {
	if q.Cooldown.Per == PerAccount {
		return q.f.AccountRecord()
	}
	return q.f.Record()
}

func (q question) lastHandoff() (at time.Time, absent string) {
	if !q.counts() {
		return q.record().Handoff, ""
	}
	key, absent := q.tally()
	if key.IsZero() {
		return time.Time{}, absent
	}
	return latest(q.f.Tally(key).At...), ""
}

// lastTouch counts what was permitted, what the host knows of, and what was observed.
func (q question) lastTouch() time.Time {
	var at []time.Time
	for _, a := range q.f.Record().Activities {
		if c, reaches := channelOf(a.Kind); reaches && q.touches(c, handoff.PurposeSales) {
			at = append(at, a.At)
		}
	}
	for _, t := range q.f.Record().Touches {
		if q.touches(t.Channel, t.Purpose) {
			at = append(at, t.At)
		}
	}
	for _, t := range q.f.Touches {
		if q.touches(t.Channel, t.Purpose) {
			at = append(at, t.At)
		}
	}
	return latest(at...)
}

// channelOf returns the channel on which an activity reached the person, and false where it did not.
func channelOf(kind handoff.ActivityKind) (handoff.Channel, bool) {
	switch kind {
	case handoff.ActivityCall:
		return handoff.ChannelCall, true
	case handoff.ActivityEmail:
		return handoff.ChannelEmail, true
	case handoff.ActivitySocial:
		return handoff.ChannelSocial, true
	}
	return "", false
}

// touches reports whether the cooldown counts from touches like this.
func (q question) touches(c handoff.Channel, p handoff.Purpose) bool {
	channels, purposes := q.Cooldown.Channels, q.Cooldown.Purposes
	p = cmp.Or(p, handoff.PurposeSales)
	if len(channels) == 0 && c == handoff.ChannelTask || p == handoff.PurposeTransactional {
		return false
	}
	return (len(channels) == 0 || slices.Contains(channels, c)) && (len(purposes) == 0 || slices.Contains(purposes, p))
}

// lastLoss counts a lost deal from the beginning of the day on which it was closed. A lead of no account has no deals that
// anybody could look for.
func (q question) lastLoss() (at time.Time, absent string) {
	for _, record := range []handoff.Record{q.f.Record(), q.record()} {
		if record.Outcome.Word == string(handoff.ActivityLost) {
			at = latest(at, record.Outcome.At)
		}
	}
	if !q.f.OpenOpportunities.Known && !q.f.AccountRef().IsZero() {
		absent = "account.open_opportunities"
	}
	for _, o := range q.f.Opportunities {
		switch {
		case o.Status != handoff.OpportunityLost:
		case o.CloseOn.IsZero():
			absent = "opportunity.close_on"
		default:
			at = latest(at, q.f.Zone.At(o.CloseOn, 0))
		}
	}
	return at, absent
}

// lastRenewal is of an account; who belongs to none, or to one that is no customer, has nothing to renew.
func (q question) lastRenewal() (at time.Time, absent string) {
	day, customer := q.f.Account.RenewalOn, q.f.Account.Customer
	switch {
	case q.f.AccountRef().IsZero() || customer.Known && !customer.Value:
		return time.Time{}, ""
	case day.IsZero():
		return time.Time{}, "account.renewal_on"
	}
	if at = q.f.Zone.At(day, 0); at.After(q.f.At) {
		return time.Time{}, ""
	}
	return at, ""
}

// latest returns the latest instant; zero where there is none.
func latest(at ...time.Time) time.Time {
	if len(at) == 0 {
		return time.Time{}
	}
	return slices.MaxFunc(at, time.Time.Compare)
}

package report

// A RateID names a rate. What is counted, and of what, stands at each.
type RateID string

// The rates. Where Config.Within is set, only handoffs at least that old are counted, and what happened within that time.
const (
	// RateAttempted is handoffs on which somebody tried to reach the subject, or spoke with it; of handoffs. A reply of the subject's
	// own is none.
	RateAttempted   RateID = "attempted"
	RateContacted   RateID = "contacted"   // a conversation, a reply or a held meeting; of handoffs. An automatic reply is none
	RateMeeting     RateID = "meeting"     // a meeting was booked or held; of handoffs
	RateQualified   RateID = "qualified"   // sales took it as qualified (SQL); of handoffs
	RateOpportunity RateID = "opportunity" // an opportunity was created; of handoffs
	RateWon         RateID = "won"         // a deal was won; of handoffs
	RateWin         RateID = "win"         // won; of handoffs that were won or lost
	// RateAccepted is handoffs that the owner accepted; of those that the owner accepted or declined.
	RateAccepted RateID = "accepted"
	// RateAcceptedInTime is handoffs whose promise of an acceptance was kept in time, by whoever had them; of handoffs with such
	// a promise that was kept, late or is overdue.
	RateAcceptedInTime RateID = "accepted_in_time"
	// RateTouchedInTime is handoffs whose promise of a first touch was kept in time, by whoever had them; of handoffs with such a
	// promise that was kept, late or is overdue.
	RateTouchedInTime RateID = "touched_in_time"
	RateDeclined      RateID = "declined"     // the owner did not take it; of handoffs
	RateDisqualified  RateID = "disqualified" // the subject is not to be sold to; of handoffs
	RateRecycled      RateID = "recycled"     // the record was given back, to be tried again; of handoffs
	// RateRecovered is recycled handoffs whose subject came to the goal by a later handoff; of recycled handoffs.
	RateRecovered RateID = "recovered"
	// RateRouted is handoffs that went to nobody else within Config.Accurate, whoever or whatever would have moved them, such as an
	// SLA that nobody kept; of handoffs at least that old.
	RateRouted RateID = "routed_right"
	// RateOverlap is handoffs while whose sequence ran marketing reached somebody; of handoffs that started a sequence.
	RateOverlap RateID = "overlap"
)

// Those of parts of Figures.
const (
	RateKept         RateID = "kept"          // promises that were kept in time; of those that were kept, late or are overdue
	RateUpperHalf    RateID = "upper_half"    // handoffs in the upper half of a score; of a segment's handoffs
	RateTouchOverlap RateID = "touch_overlap" // touches of marketing that fell into a run of a sequence; of touches of marketing
)

// RateIDs returns the rates of a Group, in the order of their declaration.
func RateIDs() []RateID {
	return []RateID{RateAttempted, RateContacted, RateMeeting, RateQualified, RateOpportunity, RateWon, RateWin, RateAccepted,
		RateAcceptedInTime, RateTouchedInTime, RateDeclined, RateDisqualified, RateRecycled, RateRecovered, RateRouted, RateOverlap}
}

// A TimeID names a length of time.
type TimeID string

// The times, in seconds of the wall clock; those of business time count Config.Hours alone, and without it are those of the wall
// clock. What has not happened is open until the report's instant, also where the handoff is over.
const (
	// TimeSpeed is speed-to-lead: from the signal to the first attempt. It is TimeSystem and TimeTouch together.
	TimeSpeed           TimeID = "speed_to_lead"
	TimeSpeedBusiness   TimeID = "speed_to_lead_business" // TimeSpeed in business time
	TimeContact         TimeID = "speed_to_contact"       // from the signal to the first conversation, reply or held meeting
	TimeContactBusiness TimeID = "speed_to_contact_business"
	TimeSystem          TimeID = "system_share" // from the signal to the handoff: what systems took
	TimeSystemBusiness  TimeID = "system_share_business"
	TimeTouch           TimeID = "first_touch" // from the handoff to the first attempt: what people took
	TimeTouchBusiness   TimeID = "first_touch_business"
	TimeReach           TimeID = "first_contact" // from the handoff to the first conversation, reply or held meeting
	TimeReachBusiness   TimeID = "first_contact_business"
	TimeAccept          TimeID = "acceptance"           // from the handoff to the owner's yes or no
	TimeMeeting         TimeID = "to_meeting"           // from the handoff to a booked or held meeting
	TimeOpportunity     TimeID = "to_opportunity"       // pipeline velocity: from the handoff to an opportunity, or further
	TimeWon             TimeID = "to_won"               // from the handoff to the won deal; lost ones are left out, running ones open
	TimeCycle           TimeID = "opportunity_to_close" // from the opportunity to won or lost
	// TimeLateTouch is by how much first touches came later than promised; of handoffs with RateTouchedInTime that missed, of
	// which the overdue are open.
	TimeLateTouch TimeID = "late_touch"
	// TimeLateAccept is by how much the owner's yes or no came later than promised, as TimeLateTouch.
	TimeLateAccept TimeID = "late_acceptance"
)

// businessTimes are the business times, and those of the wall clock beside them.
func businessTimes() map[TimeID]TimeID {
	return map[TimeID]TimeID{TimeSpeedBusiness: TimeSpeed, TimeContactBusiness: TimeContact, TimeSystemBusiness: TimeSystem,
		TimeTouchBusiness: TimeTouch, TimeReachBusiness: TimeReach}
}

// TimeBreach is by how much a promise was late.
const TimeBreach TimeID = "breach"

// TimeIDs returns the times of a Group, in the order of their declaration.
func TimeIDs() []TimeID {
	return []TimeID{TimeSpeed, TimeSpeedBusiness, TimeContact, TimeContactBusiness, TimeSystem, TimeSystemBusiness, TimeTouch,
		TimeTouchBusiness, TimeReach, TimeReachBusiness, TimeAccept, TimeMeeting, TimeOpportunity, TimeWon, TimeCycle, TimeLateTouch,
		TimeLateAccept}
}

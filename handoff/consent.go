package handoff

import (
	"slices"
	"time"
)

// optOut is the Consenter of a policy without laws: a grant opens a channel, and so does silence on a channel in the list.
type optOut []Channel

// Judge opens a channel that is granted, or in the list and not refused.
func (o optOut) Judge(_ *Facts, t Touch, evidence []Consent) Judgement {
	rule := "consent." + string(t.Channel)
	word, said := lastWord(t, evidence)
	switch {
	case said && word.refusedAt(t.At) && word.Source == string(ActivityBounced):
		return Judgement{Rule: rule, Text: "does not arrive: it bounced", Evidence: word}
	case said && word.refusedAt(t.At):
		return Judgement{Rule: rule, Text: "was refused", Evidence: word}
	case said:
		return Judgement{Open: true, Rule: rule, Text: "was granted", Evidence: word}
	case slices.Contains(o, t.Channel):
		return Judgement{Open: true, Rule: rule, Text: "is open until it is refused"}
	}
	return Judgement{Rule: rule, Text: "needs a grant, and there is none"}
}

// HonourBy returns the zero time: without laws there is no term.
func (o optOut) HonourBy(*Facts, Consent) time.Time { return time.Time{} }

// lastWord returns what decides about a touch where no law has a say: the latest refusal, unless the person has said yes
// since, or else the latest grant that counts. It returns false where nothing was said.
func lastWord(t Touch, evidence []Consent) (word Consent, said bool) {
	var refusal, grant Consent
	for _, c := range evidence {
		if c.speaksOf(t) && c.refusedAt(t.At) && (refusal.Channel == "" || c.saidAt().After(refusal.saidAt())) {
			refusal = c
		}
	}
	for _, c := range evidence {
		if c.speaksOf(t) && c.opens(t.At, refusal) && (grant.Channel == "" || supersedes(c, grant)) {
			grant = c
		}
	}
	if grant.Channel != "" {
		return grant, true
	}
	return refusal, refusal.Channel != ""
}

// speaksOf reports whether the evidence is about a touch.
func (c Consent) speaksOf(t Touch) bool {
	return c.Channel == t.Channel && (c.Purpose == "" || c.Purpose == t.purpose())
}

// refusedAt reports whether the evidence is a refusal at an instant.
func (c Consent) refusedAt(at time.Time) bool {
	return c.Status == ConsentDenied || !c.RevokedAt.IsZero() && !at.Before(c.RevokedAt)
}

// saidAt returns when a refusal was given.
func (c Consent) saidAt() time.Time { return latest(c.At, c.RevokedAt) }

// opens reports whether a grant counts at an instant, after a refusal or without one.
func (c Consent) opens(at time.Time, refusal Consent) bool {
	over := !c.Until.IsZero() && !at.Before(c.Until)
	if c.refusedAt(at) || over || c.At.After(at) {
		return false
	}
	return refusal.Channel == "" || c.basis() == BasisExpress && c.At.After(refusal.saidAt())
}

// evidence returns everything that was said for and against contact with a person, in order of At, of one instant the
// refusals first.
func (p *pass) evidence(person Ref, ofHost []Consent) []Consent {
	if person.IsZero() {
		return nil
	}
	list := slices.Concat(ofHost, stored[Record](p.reader, person).Consent)
	slices.SortStableFunc(list, compareEvidence)
	return list
}

// judge says whether a touch may reach a person. Nobody marked as not to be contacted is reached, except by what they have to
// be told.
func (p *pass) judge(f *Facts, t Touch, evidence []Consent) Judgement {
	if t.Channel == ChannelTask {
		return Judgement{Open: true, Text: "reaches nobody"}
	}
	if t.purpose() == PurposeTransactional {
		return mustKnow(t, evidence)
	}
	if p.engine.cfg.AskFlags && f.Lead.Flags == nil {
		return Judgement{Rule: string(FlagDoNotContact), Text: "nobody has looked whether the person may be contacted", Unknown: []string{"lead.flags"}}
	}
	if flag, marked := f.Lead.flag(FlagDoNotContact, t.At); marked {
		return Judgement{Rule: string(FlagDoNotContact), Text: "the person is marked as not to be contacted", Source: flag.Source}
	}
	return p.engine.consenter.Judge(f, t, evidence)
}

// mustKnow says whether somebody may be told what they have to be: unless they refused that very purpose.
func mustKnow(t Touch, evidence []Consent) Judgement {
	own := without(evidence, func(c Consent) bool { return c.Purpose != PurposeTransactional })
	if word, said := lastWord(t, own); said && word.refusedAt(t.At) {
		return Judgement{Rule: string(PurposeTransactional), Text: "was refused", Evidence: word}
	}
	return Judgement{Open: true, Rule: string(PurposeTransactional), Text: "is told what they have to be"}
}

// flag returns what marks the lead at an instant, and false where nothing does.
func (l Lead) flag(word FlagWord, at time.Time) (Flag, bool) {
	i := slices.IndexFunc(l.Flags, func(f Flag) bool {
		return f.Word == word && (f.Until.IsZero() || at.Before(f.Until)) && !at.Before(f.Since)
	})
	if i < 0 {
		return Flag{}, false
	}
	return l.Flags[i], true
}

// relied cites what opens a channel.
func (j Judgement) relied(c Channel) Relied {
	r := Relied{Channel: c, Rule: j.Rule}
	if j.Evidence.Channel != "" {
		r.Basis, r.At, r.Source = j.Evidence.basis(), j.Evidence.At, j.Evidence.Source
	}
	return r
}

package suppression

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// secret stands where a host could put personal data.
const secret = "ann@example.com"

// A draw returns a number from 0 to below n.
type draw func(n int) int

func pick[T any](d draw, list ...T) T { return list[d(len(list))] }

// some returns a part of a list.
func some[T any](d draw, list ...T) []T {
	return slices.DeleteFunc(list, func(T) bool { return d(2) == 0 })
}

// A trial is a law, a recipient, a touch and evidence, from few values, so that they meet.
type trial struct {
	config   LawConfig
	lead     handoff.Lead
	touch    handoff.Touch
	evidence []handoff.Consent
}

func (d draw) day() time.Time { return time.Date(2026, 1, 28+d(70), 0, 0, 0, 0, time.UTC) }

func (d draw) row(id string) LawRow {
	r := LawRow{
		ID: id, Source: "x",
		Countries:   pick(d, nil, []string{"US"}, []string{"CA", "US"}, []string{"CA"}),
		Channels:    some(d, handoff.ChannelEmail, handoff.ChannelSMS),
		Purposes:    some(d, handoff.PurposeSales, handoff.PurposeMarketing),
		Subscribers: some(d, handoff.SubscriberCorporate, handoff.SubscriberIndividual),
		Need:        pick(d, NeedConsent, NeedConsent, NeedNothing, NeedNothing, NeedNever),
	}
	if len(r.Countries) == 1 {
		r.States = pick(d, nil, []string{"TX"}, []string{"FL", "TX"})
	}
	if r.Need == NeedConsent {
		r.Bases = []Ground{{pick(d, handoff.BasisExpress, handoff.BasisInquiry), d(2)}, {handoff.BasisPurchase, d(2)}}
	}
	if d(4) == 0 {
		on := d.day()
		r.From = calendar.Date{Year: on.Year(), Month: on.Month(), Day: on.Day()}
	}
	return r
}

func (d draw) consent() handoff.Consent {
	e := handoff.Consent{
		Channel: pick(d, handoff.ChannelEmail, handoff.ChannelEmail, handoff.ChannelSMS),
		Status:  pick(d, handoff.ConsentGranted, handoff.ConsentGranted, handoff.ConsentGranted, handoff.ConsentDenied),
		Purpose: pick(d, "", handoff.PurposeSales, handoff.PurposeMarketing, handoff.PurposeTransactional, "noise"),
		Basis:   pick(d, "", handoff.BasisExpress, handoff.BasisInquiry, handoff.BasisPurchase, "hearsay"),
		At:      d.day(), Source: secret, Jurisdiction: secret,
	}
	if d(4) == 0 {
		e.Until = d.day()
	}
	if d(6) == 0 {
		e.RevokedAt = d.day()
	}
	return e
}

func (d draw) trial() trial {
	var c trial
	for i := range d(4) {
		c.config.Rows = append(c.config.Rows, d.row(string(rune('a'+i))))
	}
	c.config.OptOut = some(d, handoff.ChannelEmail, handoff.ChannelSMS)
	c.lead = handoff.Lead{Country: pick(d, "", "US", "CA", "BR"), State: pick(d, "", "TX", "CA"),
		Subscriber: pick(d, "", handoff.SubscriberCorporate, handoff.SubscriberIndividual)}
	c.touch = handoff.Touch{Channel: handoff.ChannelEmail, At: d.day(), Purpose: pick(d, "", handoff.PurposeMarketing, handoff.PurposeTransactional)}
	for range d(5) {
		c.evidence = append(c.evidence, d.consent())
	}
	return c
}

func (c trial) judge(t *testing.T) handoff.Judgement {
	t.Helper()
	return lawOf(t, c.config).Judge(&handoff.Facts{Lead: c.lead}, c.touch, c.evidence)
}

// open is the dumb twin of Law.Judge: it asks for each instant and for each place that the recipient could be in.
func (c trial) open() bool {
	purpose := c.touch.Purpose
	if purpose == "" {
		purpose = handoff.PurposeSales
	}
	counts := func(e handoff.Consent) bool { // as a grant
		return e.Channel == c.touch.Channel && e.Status == handoff.ConsentGranted && e.Basis != "hearsay" &&
			(e.Purpose == purpose || e.Purpose == "") &&
			(e.RevokedAt.IsZero() || c.touch.At.Before(e.RevokedAt)) && !c.touch.At.Before(e.At) &&
			(e.Until.IsZero() || c.touch.At.Before(e.Until)) && !c.refusedSince(e, purpose)
	}
	grants := slices.DeleteFunc(slices.Clone(c.evidence), func(e handoff.Consent) bool { return !counts(e) })
	if purpose == handoff.PurposeTransactional {
		return len(grants) > 0 || !c.refusedSince(handoff.Consent{}, purpose)
	}
	if len(grants) == 0 && (!slices.Contains(c.config.OptOut, c.touch.Channel) || c.refusedSince(handoff.Consent{}, purpose)) {
		return false
	}
	for _, r := range c.config.Rows {
		if c.applies(r, purpose) && !slices.ContainsFunc(grants, func(e handoff.Consent) bool { return c.contents(r, e) }) && r.Need != NeedNothing {
			return false
		}
	}
	return true
}

// refusedSince reports whether anything is a refusal that a grant does not come after: an implied one comes after none.
func (c trial) refusedSince(grant handoff.Consent, purpose handoff.Purpose) bool {
	for _, e := range c.evidence {
		revoked := !e.RevokedAt.IsZero() && !c.touch.At.Before(e.RevokedAt)
		if e.Channel != c.touch.Channel || e.Status == handoff.ConsentGranted && !revoked {
			continue
		}
		since := e.At
		if revoked && since.Before(e.RevokedAt) {
			since = e.RevokedAt
		}
		about := e.Purpose == purpose || purpose != handoff.PurposeTransactional && (e.Purpose == "" || e.Purpose == "noise")
		express := grant.Basis == "" || grant.Basis == handoff.BasisExpress
		if about && !(express && since.Before(grant.At)) {
			return true
		}
	}
	return false
}

// applies reports whether there is a place and a role, among those that the recipient can have, for which a row applies.
func (c trial) applies(r LawRow, purpose handoff.Purpose) bool {
	day := calendar.Date{Year: c.touch.At.Year(), Month: c.touch.At.Month(), Day: c.touch.At.Day()}
	if len(r.Channels) > 0 && !slices.Contains(r.Channels, c.touch.Channel) || len(r.Purposes) > 0 && !slices.Contains(r.Purposes, purpose) ||
		day.Compare(r.From) < 0 {
		return false
	}
	countries, states, role := []string{c.lead.Country}, []string{c.lead.State}, c.lead.Subscriber
	if c.lead.Country == "" {
		countries = []string{"US", "CA", "BR"}
	}
	if c.lead.Country == "" || c.lead.State == "" {
		states = []string{"TX", "FL", "CA"}
	}
	if role == "" {
		role = handoff.SubscriberIndividual
	}
	for _, country := range countries {
		for _, state := range states {
			if (len(r.Countries) == 0 || slices.Contains(r.Countries, country)) && (len(r.States) == 0 || slices.Contains(r.States, state)) &&
				(len(r.Subscribers) == 0 || slices.Contains(r.Subscribers, role)) {
				return true
			}
		}
	}
	return false
}

// contents reports whether a grant contents a row that needs consent.
func (c trial) contents(r LawRow, e handoff.Consent) bool {
	basis := e.Basis
	if basis == "" {
		basis = handoff.BasisExpress
	}
	for _, g := range r.Bases {
		end := e.At.AddDate(0, g.Months, 0)
		for g.Months > 0 && int(end.Month()-e.At.Month()+12)%12 != g.Months {
			end = end.AddDate(0, 0, -1)
		}
		if g.Basis == basis && (g.Months == 0 || c.touch.At.Before(end)) {
			return true
		}
	}
	return false
}

// holdLaw checks what holds of every trial, and returns whether the channel is open.
func holdLaw(t *testing.T, c trial, shuffle func(int, func(i, j int)), more handoff.Consent, row LawRow) bool {
	t.Helper()
	got := c.judge(t)
	if got.Open != c.open() {
		t.Fatalf("%+v: got %+v, the dumb twin says %v", c, got, c.open())
	}
	switch {
	case got.Text == "" || got.Rule == "":
		t.Fatalf("%+v: got %+v: a judgement says what decided", c, got)
	case strings.Contains(got.Text+got.Rule+got.Source, secret):
		t.Fatalf("%+v: got %+v: the words hold what the evidence said", c, got)
	case got.Open && got.Unknown != nil:
		t.Fatalf("%+v: got %+v: it is open whatever is unknown", c, got)
	}
	before := slices.Clone(c.evidence)
	other := c
	other.evidence = slices.Clone(c.evidence)
	shuffle(len(other.evidence), func(i, j int) {
		other.evidence[i], other.evidence[j] = other.evidence[j], other.evidence[i]
	})
	if diff := cmp.Diff(got, other.judge(t)); diff != "" {
		t.Fatalf("%+v: another order of the evidence gives another judgement (-want +got):\n%s", c, diff)
	}
	if diff := cmp.Diff(before, c.evidence); diff != "" {
		t.Fatalf("the evidence was changed:\n%s", diff)
	}
	if got.Open {
		return true
	}
	for name, stricter := range c.stricter(more, row) {
		if opened := stricter.judge(t); opened.Open {
			t.Fatalf("%+v: closed, %+v; %s opens it: %+v", c, got, name, opened)
		}
	}
	return false
}

// stricter returns trials in which less speaks for the touch, or more against it.
func (c trial) stricter(more handoff.Consent, row LawRow) map[string]trial {
	out := map[string]trial{}
	for i, e := range c.evidence {
		revoked := !e.RevokedAt.IsZero() && !e.RevokedAt.After(c.touch.At) // it is a refusal
		if e.Status == handoff.ConsentGranted && !revoked {
			less := c
			less.evidence = slices.Delete(slices.Clone(c.evidence), i, i+1)
			out["a grant less"] = less
		}
	}
	more.Status = handoff.ConsentDenied
	refused, ruled, nowhere, closed := c, c, c, c
	refused.evidence = append(slices.Clone(c.evidence), more)
	ruled.config.Rows = append(slices.Clone(c.config.Rows), row)
	nowhere.lead.Country, closed.config.OptOut = "", nil
	out["a refusal more"], out["a row more"], out["a country less"], out["an opt-out less"] = refused, ruled, nowhere, closed
	return out
}

func TestLaw_Property(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	open := 0
	const trials = 20000
	for range trials {
		d := draw(rng.IntN)
		if holdLaw(t, d.trial(), rng.Shuffle, d.consent(), d.row("z")) {
			open++
		}
	}
	t.Logf("%d trials, %d open", trials, open)
	if open < trials/10 || open > trials*9/10 {
		t.Errorf("%d of %d are open: the trials do not tell much", open, trials)
	}
}

// The hours that bind somebody of whom less is known leave no more of the day open.
func TestLaw_HoursProperty(t *testing.T) {
	l := lawOf(t, LawConfig{Rows: rowsOf(t, "tcpa")})
	allowed := func(f *handoff.Facts, at time.Time) bool {
		return !slices.ContainsFunc(l.hours(f, handoff.Touch{Channel: handoff.ChannelSMS}, at), func(r applying) bool {
			hours, err := calendar.New(calendar.Config{Weekly: r.Hours})
			return err != nil || !hours.IsOpen(at)
		})
	}
	for _, state := range strings.Fields("FL MD MS NJ OK CT RI TX CA") {
		for hour := range 7 * 48 {
			at := time.Date(2026, 7, 1, 0, 30*hour, 0, 0, time.UTC)
			known, stateless, nowhere := allowed(in("US "+state), at), allowed(in("US"), at), allowed(in("-"), at)
			if stateless && !known || nowhere && !stateless {
				t.Errorf("%s on %v: %v in the state, %v in the country, %v anywhere", state, at, known, stateless, nowhere)
			}
		}
	}
}

// FuzzJudge draws trials from bytes.
func FuzzJudge(f *testing.F) {
	f.Add([]byte{}, uint64(0))
	f.Add([]byte("\x03\x01\x02\x00\x01\x01\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a"), uint64(7))
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		d := draw(func(n int) int {
			if len(data) == 0 {
				return 0
			}
			b := data[0]
			data = data[1:]
			return int(b) % n
		})
		holdLaw(t, d.trial(), rand.New(rand.NewPCG(seed, 1)).Shuffle, d.consent(), d.row("z"))
	})
}

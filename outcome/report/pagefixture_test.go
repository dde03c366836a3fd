package report_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/attribution"
	"github.com/salesbaton/baton/outcome/report"
)

// A maker makes figures up. They are of the right shape, and hold together as far as the page shows.
type maker struct{ *rand.Rand }

func (m maker) rate(id report.RateID, of int64, p float64) report.Rate {
	hits := int64(math.Round(float64(of) * min(1, max(0, p))))
	r := report.Rate{ID: id, Hits: hits, Of: of, Small: of < 30}
	if of > 0 {
		r.Rate, r.Interval = report.Ratio(float64(hits)/float64(of)), wilson(hits, of)
	}
	return r
}

func wilson(hits, of int64) report.Interval {
	const z = 1.96
	n, p := float64(of), float64(hits)/float64(of)
	middle, half := (p+z*z/(2*n))/(1+z*z/n), z/(1+z*z/n)*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return report.Interval{Low: report.Ratio(max(0, middle-half)), High: report.Ratio(min(1, middle+half))}
}

func (m maker) group(name string, n int64) report.Group {
	g := report.Group{Value: name, Handoffs: n}
	likely := []float64{.94, .71, .38, .31, .24, .09, .44, .86, .81, .83, .11, .08, .13, .21, .96, .27}
	for i, id := range report.RateIDs() {
		of := n
		switch id {
		case report.RateWin:
			of = n / 5
		case report.RateAccepted, report.RateAcceptedInTime, report.RateTouchedInTime:
			of = n * 9 / 10
		case report.RateRecovered:
			of = n / 8
		}
		g.Rates = append(g.Rates, m.rate(id, of, likely[i]+.16*(m.Float64()-.5)*min(1, likely[i]*4)))
	}
	for i, id := range report.TimeIDs() {
		median := []int64{760, 700, 21600, 8200, 12, 11, 745, 690, 21500, 8100, 2400, 172800, 1036800, 4924800, 3283200, 1900, 5400}[i]
		median += int64(float64(median) * .5 * m.Float64())
		done := n * int64(94-5*i) / 100
		p := report.Percentiles{Median: handoff.Some(median), P75: handoff.Some(median * 4), P90: handoff.Some(median * 16), P95: handoff.Some(median * 40)}
		g.Times = append(g.Times, report.Time{ID: id, Done: done, Open: n - done, Negative: int64(i % 2), Small: n < 30, All: p,
			Naive: report.Percentiles{Median: handoff.Some(median * 9 / 10), P90: handoff.Some(median * 11), P99: handoff.Some(median * 90)}, Mean: handoff.Some(median * 5)})
	}
	g.Won = report.Won{Deals: n / 11, Amount: n / 11 * 2361234, Mean: 2361234}
	return g
}

func (m maker) breakdown(d report.Dimension, names ...string) report.Breakdown {
	b := report.Breakdown{Dimension: string(d), Groups: []report.Group{}}
	n := int64(1900)
	for _, name := range names {
		b.Groups = append(b.Groups, m.group(name, n))
		n = n*2/3 + 5
	}
	return b
}

func (m maker) cohort(name string, n int64) report.Cohort {
	c := report.Cohort{Period: name}
	left := float64(n)
	for i, s := range report.Steps() {
		if i > 0 {
			left *= []float64{1, .95, .76, .55, .82, .76, .38}[i] * (1 - .06*m.Float64())
		}
		r := m.rate("", n, left/float64(n))
		c.Steps = append(c.Steps, report.StepCount{Step: s, N: r.Hits, Rate: r.Rate, Interval: r.Interval})
	}
	return c
}

func (m maker) curve(points int) report.Curve {
	c := report.Curve{Business: true, SLAs: []report.SLA{{Seconds: 900, Handoffs: 4102}, {Seconds: 3600, Handoffs: 1200}, {Seconds: 14400, Handoffs: 731}}}
	for i := range points {
		x := float64(i+1) / float64(points)
		done := .955 / (1 + math.Exp(-9*(x-.45)))
		c.Points = append(c.Points, report.CurvePoint{Seconds: int64(20 * math.Pow(20000, x)), Done: report.Ratio(done), AtRisk: int64(6711 * (1 - done))})
	}
	return c
}

func (m maker) heat() []report.Hour {
	var out []report.Hour
	for d := range 7 {
		for h := range 24 {
			of := int64(60 * math.Exp(-math.Pow(float64(h)-13, 2)/18))
			p := .95 - .004*math.Pow(float64(h)-11, 2)
			if d > 4 {
				of, p = of/6, p-.3
			}
			p += .06 * (m.Float64() - .5)
			out = append(out, report.Hour{Weekday: time.Weekday((d + 1) % 7).String(), Hour: int64(h), Rate: m.rate("", of, p)})
		}
	}
	return out
}

func pick(first bool, yes, no int64) int64 {
	if first {
		return yes
	}
	return no
}

func (m maker) lift(arm string, by, se float64, small bool) report.Lift {
	return report.Lift{Converted: m.rate("", pick(small, 24, 1000), .18+by), Control: m.rate("", pick(small, 20, 1000), .18), Arm: arm, Absolute: report.Ratio(by), Interval: report.Interval{Low: report.Ratio(by - 1.96*se), High: report.Ratio(by + 1.96*se)}, Relative: report.Ratio(by / .18),
		RelativeInterval: report.Interval{Low: report.Ratio((by - 2.1*se) / .18), High: report.Ratio((by + 2.2*se) / .18)}, Pooled: report.Ratio(se), Unpooled: report.Ratio(se * 1.004),
		Z: report.Ratio(by / se), P: report.Ratio(math.Erfc(math.Abs(by/se) / math.Sqrt2)), Minimum: report.Ratio(2.8 * se), Bounds: []report.Ratio{4.5617, 3.2256, 2.6337, 2.2809, 2.0401}, Small: small,
		Value: report.ValueLift{Absolute: 31250.5, Interval: report.Interval{Low: -4210.25, High: 66711.25}, Relative: .12, T: 1.7, Freedom: 1411.2, P: .089}}
}

func (m maker) experiments() []report.Experiment {
	arm := func(name string, units, share int64, p float64) report.Arm {
		return report.Arm{Arm: name, Units: units, Propensity: share, Converted: m.rate("", units, p), Value: 260411.5}
	}
	segments := func(name string) []report.SegmentLift {
		return []report.SegmentLift{{"region", "APAC", 212, m.lift(name, -.02, .031, false)}, {"region", "EMEA", 1311, m.lift(name, .051, .017, false)}, {"region", "LATAM", 24, m.lift(name, .11, .12, true)}}
	}
	return []report.Experiment{
		{ID: "holdout_2026", Control: "held_out", Arms: []report.Arm{arm("held_out", 671, 1000, .178), arm("treated", 6040, 9000, .241)}, Lifts: []report.Lift{m.lift("treated", .063, .0158, false)},
			Ratio: report.SampleRatio{ChiSquare: .0003, Freedom: 1, P: .987}, Segments: segments("treated")},
		{ID: "sequence_variants", Control: "control", Arms: []report.Arm{arm("control", 1012, 2500, .22), arm("short", 988, 2500, .24), arm("video", 731, 2500, .19), arm("voice", 26, 2500, .3)},
			Lifts: []report.Lift{m.lift("short", .021, .019, false), m.lift("video", -.048, .02, false), m.lift("voice", .08, .09, true)},
			Ratio: report.SampleRatio{ChiSquare: 61.4, Freedom: 3, P: 3e-13, Mismatch: true}, Segments: segments("short")},
	}
}

// made returns rich figures.
func made() report.Figures {
	m := maker{rand.New(rand.NewPCG(1, 2))}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	periods := []string{"2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"}
	plays := []string{"demo_request", "pricing_page_hot", "pql_seat_limit", "trial_day_3", "webinar_follow_up", "content_intent_surge", "partner_referral", "inbound_phone", "event_badge_scan",
		"closed_lost_revival", "expansion_usage_jump", "enterprise_security_review_requested"}
	f := report.Figures{Zone: "Europe/Berlin", From: start, Until: start.AddDate(0, 6, 0), Level: .95, Small: 30, Goal: report.StepOpportunity, All: m.group("", 6711), Speed: m.curve(120), Touch: m.curve(90), Heat: m.heat()}
	f.Input = report.Input{Decisions: 31877, Activities: 48210, Touches: 122034, Signals: 41220, Repeated: 311, Subjects: 5980, Handoffs: 6711, HeldOut: 671,
		Verdicts: []report.Count{{"handoff", 6711}, {"duplicate", 6210}, {"held", 4105}, {"no_match", 3120}, {"stale", 801}},
		Refused:  []report.Count{{"activity before its handoff", 17}, {"unknown subject", 9}}}
	f.By = []report.Breakdown{m.breakdown(report.ByTrigger, "demo_request", "pricing_visit", "seat_limit", "trial_started", "webinar_attended"), m.breakdown(report.ByPlay, plays...),
		m.breakdown(report.ByMotion, "inbound", "plg", "expansion"), m.breakdown(report.ByOwner, "amira.haddad", "ben.ochieng", "carla.nunes", "dmitri.volkov", "erin.walsh", "farid.rahimi", ""),
		m.breakdown(report.ByTeam, "EMEA inbound", "US inbound", "Expansion"), m.breakdown(report.BySequence, "fast_follow", "nurture_12", ""), m.breakdown(report.ByChannel, "call", "email", "linkedin", ""),
		m.breakdown(report.ByPolicy, "inbound sha256:9f2c41aa07be11d2c3", "inbound sha256:b71d20ce5512aa90ff"), m.breakdown(report.ByPeriod, periods...), m.breakdown("segment region", "APAC", "EMEA", "LATAM", "US")}
	f.Funnel = []report.Cohort{m.cohort("", 6711)}
	for i, name := range periods {
		f.Funnel = append(f.Funnel, m.cohort(name, int64(900+60*i)))
		f.Overlap = append(f.Overlap, report.Overlap{Period: name, Runs: m.rate("", 700, .34-.03*float64(i)+.05*m.Float64()), Touches: m.rate("", 18000, .12-.012*float64(i)), Marketing: 18000})
	}
	f.Overlap[0].Touches = m.rate("", 20, .25)
	breach := f.All.Times[4]
	f.Promises = []report.Promise{{"acceptance", 5210, 702, 61, 228, 41, m.rate("", 6140, .849), breach}, {"first_touch", 5011, 911, 88, 109, 73, m.rate("", 6031, .831), breach}, {"queue", 21, 4, 0, 1, 2, m.rate("", 26, .81), breach}}
	for _, r := range []struct {
		end, why string
		n        int64
		share    report.Ratio
	}{{"rejected", "not_in_territory", 211, .286}, {"rejected", "no_budget", 180, .244}, {"rejected", "", 102, .138}, {"disqualified", "student", 301, .56}, {"disqualified", "competitor", 96, .179},
		{"lost", "price", 133, .37}, {"lost", "went_silent", 122, .34}, {"lost", "competitor", 61, .17}} {
		f.All.Reasons = append(f.All.Reasons, report.Reason{Outcome: r.end, Reason: r.why, N: r.n, Share: r.share})
	}
	f.Touch.Business, f.Touch.SLAs = false, f.Touch.SLAs[:1]
	for i := range f.By[1].Groups[:4] {
		f.By[1].Groups[i].Reasons = f.All.Reasons[i : i+4]
	}
	for i, of := range []int64{2210, 1604, 990, 610, 402, 190, 88, 27, 11} {
		f.Pressure = append(f.Pressure, report.Pressure{Attempts: int64(i + 1), Rate: m.rate("", of, .33*math.Pow(.88, float64(i)))})
	}
	for i, kind := range []string{"content_download", "demo_request", "pricing_visit", "seat_limit", "trial_started", "webinar_attended"} {
		t := report.Trigger{Kind: kind, Precision: m.rate("", int64(1900-340*i), .2+.08*float64(i%3)), Before: m.rate("", 800, .31), Last: m.rate("", 210, .3), Volume: 1.02}
		if i == 0 {
			t.Last, t.Volume, t.Inflated = m.rate("", 610, .14), 2.61, true
		}
		f.Triggers = append(f.Triggers, t)
	}
	for _, pool := range []string{"emea_inbound", "us_inbound"} {
		for i, owner := range []string{"amira.haddad", "ben.ochieng", "carla.nunes", "dmitri.volkov", "erin.walsh"} {
			given, skipped := int64(200-9*i), int64(7*i)
			f.Owners = append(f.Owners, report.Fairness{Policy: "inbound", Pool: pool, Owner: owner, Offered: given + skipped, Skipped: skipped, Assigned: given, Share: report.Ratio(float64(given) / 910),
				Why: []report.Count{{"away", int64(4 * i)}, {"full", int64(3 * i)}}})
		}
	}
	for i, id := range []string{"legal_review", "open_ticket", "opt_out_pending", "competitor_flag"} {
		age := int64(86400*(90>>i)) + 7200
		f.Holds = append(f.Holds, report.Hold{ID: id, Reason: "asked for by " + id, N: int64(12 + 31*i), Endless: int64(4 - i), Median: handoff.Some(age), Oldest: handoff.Some(age * 3), Subject: "lead/4711", Over: int64(80 * i)})
	}
	moved := func(id report.RateID, before, change float64) report.Moved {
		a, b := m.rate(id, 2900, before), m.rate(id, 3811, before+change)
		d := float64(b.Rate - a.Rate)
		return report.Moved{ID: id, Before: a, After: b, Change: report.Ratio(d), Interval: report.Interval{Low: report.Ratio(d - .02), High: report.Ratio(d + .02)}, P: report.Ratio(math.Exp(-math.Abs(d) * 150)), Clear: math.Abs(d) > .02}
	}
	f.Policies = []report.Policy{{Name: "inbound", Digest: "sha256:9f2c41aa07be11d2c3", First: start, Last: start.AddDate(0, 3, 0), Decisions: 14010},
		{Name: "inbound", Digest: "sha256:b71d20ce5512aa90ff", First: start.AddDate(0, 3, 0), Last: start.AddDate(0, 6, 0), Decisions: 17867}}
	for i, id := range report.RateIDs() {
		f.Policies[1].Moved = append(f.Policies[1].Moved, moved(id, .3, []float64{.01, .031, -.004, .026, .011, .002, -.013, -.05}[i%8]))
	}
	for i, model := range attribution.Models() {
		for j, channel := range []string{"content_download", "demo_request", "pricing_visit", "seat_limit", "trial_started", "webinar_attended"} {
			n := report.Ratio(420-60*j) * (1 + report.Ratio((i*j)%5)*.13)
			c := report.Credit{Model: model, Channel: channel, Conversions: n, Value: n * 21034}
			if model == attribution.Markov {
				c.Removal = .61 - report.Ratio(j)*.08
			}
			f.Credits = append(f.Credits, c)
		}
	}
	f.Paths = report.Paths{Paths: 5309, Conversions: 1611, Value: 33885774, Nobody: 12}
	f.Experiments = m.experiments()
	score := report.Score{ID: "fit", Handoffs: 6711, AUC: .713}
	for i := range 10 {
		score.Deciles = append(score.Deciles, report.Decile{From: int64(10 * i), To: int64(10*i + 9), Mean: report.Ratio(10*i) + 4.6, Rate: m.rate("", 671, .05+.04*float64(i)-.05*float64(i/6%2)), Falls: i == 6})
	}
	for i, region := range []string{"APAC", "EMEA", "LATAM", "US"} {
		share := .52 - .08*float64(i%3)
		score.Segments = append(score.Segments, report.Disparity{Segment: "region", Value: region, Upper: m.rate("", 1500, share), Rate: m.rate("", 1500, .23), Ratio: report.Ratio(share / .52), Low: share/.52 < .8})
	}
	f.Scores = []report.Score{score}
	return f
}

// hostile returns figures whose names try to break out of the page.
func hostile(name string) report.Figures {
	f := made()
	f.Zone, f.Within, f.Paths.Problem = name, name, name
	for i := range f.By {
		for j := range f.By[i].Groups {
			f.By[i].Groups[j].Value = fmt.Sprint(name, j)
		}
	}
	f.By[9].Dimension = name
	for i := range f.Funnel {
		f.Funnel[i].Period = name
		f.Funnel[i].Steps[2].Step = report.Step(name)
	}
	f.Promises[0].Name, f.Heat[0].Weekday, f.All.Reasons[0].Outcome, f.All.Reasons[0].Reason, f.Triggers[0].Kind = name, name, name, name, name
	f.Owners[0] = report.Fairness{Policy: name, Pool: name, Owner: name, Why: []report.Count{{Name: name, N: 1}}}
	f.Holds[0].ID, f.Holds[0].Reason, f.Holds[0].Subject, f.Overlap[0].Period, f.Policies[0].Name, f.Policies[0].Digest = name, name, name, name, name, name
	f.Policies[1].Moved[0].ID, f.All.Times[0].ID, f.Credits[0].Channel, f.Credits[0].Model = report.RateID(name), report.TimeID(name), name, attribution.Model(name)
	e := &f.Experiments[1]
	e.ID, e.Control, e.Arms[0].Arm, e.Lifts[0].Arm, e.Segments[0].Segment, e.Segments[0].Value, e.Segments[0].Arm = name, name, name, name, name, name, name
	f.Scores[0].ID, f.Scores[0].Segments[0].Segment, f.Scores[0].Segments[0].Value = name, name, name
	f.Input.Refused[0].Name, f.Input.Verdicts[0].Name = name, name
	return f
}

package rules_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules"
)

type (
	word string

	// columns are shared by several structs of a host.
	columns struct {
		Region string
		hidden string
	}

	internals struct{ Secret string }

	crmLead struct {
		handoff.Lead
		columns
		internals      `baton:"-"`
		Role           string
		Segment        word
		Seats          int
		SmallSeats     int8
		Trial          bool
		MaybeSeats     handoff.Opt[int64]
		MaybeTrial     handoff.Opt[bool]
		StartedOn      calendar.Date
		SeenAt         time.Time
		Idle           time.Duration
		OpenRate       handoff.Value
		Tags           []string
		Words          []word
		URLPath        string
		ID2            string
		UserIDs        []string
		URLsByAge      string
		XMLId          string
		AreaZone       string
		EmployeeCount  int64
		Q3Revenue      int
		Snake_Case     string
		Plan           string   `baton:"price_plan"`
		Notes          float64  `baton:"-"`
		unexported     chan int //lint:ignore U1000 a policy cannot read it, and that is tested
		Person         string   // also a field of handoff.Lead, which it hides
		XMLHTTPRequest string
	}

	crmAccount struct {
		handoff.Account
		Tier string
	}

	crmTrigger struct {
		handoff.Trigger
		Plan string
	}
)

// declaring is the small policy with a section fields.
func declaring(fields string) folder { return folder{"p.yaml": small + "fields: " + fields + "\n"} }

func TestFieldsOfAStruct(t *testing.T) {
	lead := rules.Fields(crmLead{})
	e, err := declaring(`
  lead: {region: string, role: [ic, vp], segment: string, seats: int, small_seats: int, trial: bool, maybe_seats: int, maybe_trial: bool,
    started_on: date, seen_at: time, idle: duration, open_rate: rate, tags: list, words: list, url_path: string, id2: string, user_ids: list, urls_by_age: string, xml_id: string, area_zone: string,
    employee_count: int, q3_revenue: int, snake_case: string, price_plan: string, person: string, xmlhttp_request: string}
  account: {anything: list}`).load(lead)
	must(t, e, err) // of accounts nothing is bound, so that nothing is checked
	if _, err := declaring("{lead: {role: string}}").load(lead, rules.Fields(crmAccount{}), rules.Fields(crmTrigger{})); err != nil {
		t.Errorf("what the policy does not declare is the host's own: %v", err)
	}
}

func TestFieldsThatTheStructLacks(t *testing.T) {
	for _, tt := range []struct {
		name, reason, fields string
		option               rules.Option
		want                 []string
	}{
		{"misspelled", "the nearest is named, at the declaration", "{account: {teir: string}}", rules.Fields(crmAccount{}),
			[]string{`p.yaml:13:20: B033 the host's rules_test.crmAccount has no teir (did you mean "tier"?); it has tier`}},
		{"another type", "a value of it would be refused in each request", "{account: {tier: int}}", rules.Fields(crmAccount{}),
			[]string{`p.yaml:13:20: B033 the host's rules_test.crmAccount has tier as string, but it is declared as int`}},
		{"a trigger's", "the fields of a trigger are its own", "{trigger: {plann: string}}", rules.Fields(crmTrigger{}),
			[]string{`p.yaml:13:20: B033 the host's rules_test.crmTrigger has no plann (did you mean "plan"?)`}},
		{"a field of the lead itself", "what handoff.Lead carries is not among Lead.Fields", "{trigger: {landing: string}}", rules.Fields(crmTrigger{}),
			[]string{`p.yaml:13:20: B033 the host's rules_test.crmTrigger has no landing; it has plan`}},
		{"one that is left out", "a tag keeps it from policies", "{lead: {notes: rate}}", rules.Fields(crmLead{}), []string{"p.yaml:13:17: B033 the host's rules_test.crmLead has no notes"}},
		{"one of a struct that is left out", "as above", "{lead: {secret: string}}", rules.Fields(crmLead{}), []string{"p.yaml:13:17: B033 the host's rules_test.crmLead has no secret"}},
		{"one that is not exported", "as above", "{lead: {unexported: string}}", rules.Fields(crmLead{}), []string{"p.yaml:13:17: B033"}},
		{"a tagged one by its Go name", "it has one name", "{lead: {plan: string}}", rules.Fields(crmLead{}), []string{"p.yaml:13:17: B033"}},
		{"a struct without fields", "it is said that there are none", "{lead: {role: string}}", rules.Fields(struct{ handoff.Lead }{}),
			[]string{"p.yaml:13:17: B033 the host's struct { handoff.Lead } has no role; it has no fields of its own"}},
		{"all of them", "every problem at once", "{lead: {a1: int, b1: int}, account: {c: int}}", rules.Fields(struct{ handoff.Lead }{}), []string{"p.yaml:13:17: B033", "p.yaml:13:26: B033"}},
		{"beside another problem", "every problem at once", "{account: {teir: string, tier: strin}}", rules.Fields(crmAccount{}),
			[]string{"p.yaml:13:20: B033", "p.yaml:13:34: B033", `p.yaml:13:40: B014`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := declaring(tt.fields)
			_, err := text.load(tt.option)
			checkProblems(t, err, tt.reason, tt.want...)
		})
	}
}

func TestStructsThatCannotBeBound(t *testing.T) {
	type number int
	for _, tt := range []struct {
		name   string
		option rules.Option
		want   string
	}{
		{"nothing", rules.Fields[any](nil), "fields: <nil> is not a struct"},
		{"a pointer", rules.Fields(&crmAccount{}), "fields: *rules_test.crmAccount is not a struct"},
		{"a number", rules.Fields(number(1)), "fields: rules_test.number is not a struct"},
		{"no owner", rules.Fields(struct{ Role string }{}), "fields: struct { Role string } embeds none of handoff.Lead, handoff.Account and handoff.Trigger"},
		{"a field instead of an embedded struct", rules.Fields(struct{ Lead handoff.Lead }{}), "fields: struct { Lead handoff.Lead }.Lead is of type handoff.Lead, which no policy can read; tag it `baton:\"-\"`"},
		{"two owners", rules.Fields(struct {
			handoff.Lead
			crmTrigger
		}{}), "fields: struct { handoff.Lead; rules_test.crmTrigger } embeds two of handoff.Lead, handoff.Account and handoff.Trigger"},
		{"a pointer to the owner", rules.Fields(struct{ *handoff.Lead }{}), "fields: struct { *handoff.Lead } embeds *handoff.Lead; embed the struct itself"},
		{"a type that no policy reads", rules.Fields(struct {
			handoff.Lead
			Rate float64
		}{}), "fields: struct { handoff.Lead; Rate float64 }.Rate is of type float64, which no policy can read; tag it `baton:\"-\"`"},
		{"a list of numbers", rules.Fields(struct {
			handoff.Lead
			Sizes []int
		}{}), "fields: struct { handoff.Lead; Sizes []int }.Sizes is of type []int, which no policy can read; tag it `baton:\"-\"`"},
		{"two of one name", rules.Fields(struct {
			handoff.Lead
			URL  string
			Link string `baton:"url"`
		}{}), "fields: struct { handoff.Lead; URL string; Link string \"baton:\\\"url\\\"\" } has two fields that are called url"},
		{"a name that no policy can write", rules.Fields(struct {
			handoff.Lead
			Plan string `baton:"price plan"`
		}{}), "fields: struct { handoff.Lead; Plan string \"baton:\\\"price plan\\\"\" }.Plan has a name that no policy can write; tag it with letters, digits and _, such as `baton:\"price_plan\"`"},
		{"a name with other letters", rules.Fields(struct {
			handoff.Lead
			Größe string
		}{}), "fields: struct { handoff.Lead; Größe string }.Größe has a name that no policy can write; tag it with letters, digits and _, such as `baton:\"price_plan\"`"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := folder{"p.yaml": small}.load(tt.option)
			if e != nil || err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
	if got := rules.Fields(&crmAccount{Tier: "base"}).Values(nil); len(got) != 0 {
		t.Errorf("the values of what is not bound are %v", got)
	}
}

func TestValuesOfAStruct(t *testing.T) {
	binding := rules.Fields(crmLead{})
	day := calendar.Date{Year: 2026, Month: 3, Day: 1}
	for _, tt := range []struct {
		name, reason string
		lead         crmLead
		want         map[string]handoff.Value
	}{
		{"zero", "numbers, truth values and durations are known zeros; all else is absent", crmLead{}, map[string]handoff.Value{
			"seats": handoff.IntValue(0), "small_seats": handoff.IntValue(0), "trial": handoff.BoolValue(false), "idle": handoff.DurationValue(0),
			"employee_count": handoff.IntValue(0), "q3_revenue": handoff.IntValue(0)}},
		{"full", "each under the name of the policy", crmLead{columns: columns{Region: "emea", hidden: "x"}, Role: "vp", Segment: "smb", Seats: 5, SmallSeats: -5, Trial: true,
			MaybeSeats: handoff.Some[int64](0), MaybeTrial: handoff.Some(false), StartedOn: day, SeenAt: at, Idle: 36 * time.Hour, OpenRate: handoff.RateValue(250000),
			Tags: []string{"hot"}, Words: []word{"a", "b"}, URLPath: "/x", ID2: "7", UserIDs: []string{"u"}, URLsByAge: "v", internals: internals{"s"}, unexported: make(chan int), XMLId: "x", AreaZone: "z", EmployeeCount: 1 << 53, Q3Revenue: -1, Snake_Case: "s", Plan: "pro", Notes: 1, Person: "p", XMLHTTPRequest: "q"},
			map[string]handoff.Value{
				"region": handoff.StringValue("emea"), "role": handoff.StringValue("vp"), "segment": handoff.StringValue("smb"), "seats": handoff.IntValue(5),
				"small_seats": handoff.IntValue(-5), "trial": handoff.BoolValue(true), "maybe_seats": handoff.IntValue(0), "maybe_trial": handoff.BoolValue(false),
				"started_on": handoff.DateValue(day), "seen_at": handoff.TimeValue(at), "idle": handoff.DurationValue(36 * time.Hour), "open_rate": handoff.RateValue(250000),
				"tags": handoff.ListValue([]string{"hot"}), "words": handoff.ListValue([]string{"a", "b"}), "url_path": handoff.StringValue("/x"), "id2": handoff.StringValue("7"),
				"user_ids": handoff.ListValue([]string{"u"}), "urls_by_age": handoff.StringValue("v"), "xml_id": handoff.StringValue("x"), "area_zone": handoff.StringValue("z"),
				"employee_count": handoff.IntValue(1 << 53), "q3_revenue": handoff.IntValue(-1), "snake_case": handoff.StringValue("s"), "price_plan": handoff.StringValue("pro"),
				"person": handoff.StringValue("p"), "xmlhttp_request": handoff.StringValue("q")}},
		{"empty list", "it is known to hold nothing", crmLead{Tags: []string{}, Idle: -time.Second}, map[string]handoff.Value{
			"seats": handoff.IntValue(0), "small_seats": handoff.IntValue(0), "trial": handoff.BoolValue(false),
			"employee_count": handoff.IntValue(0), "q3_revenue": handoff.IntValue(0), "tags": handoff.ListValue(nil)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, binding.Values(tt.lead)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
		})
	}
	tags := []string{"hot"}
	values := binding.Values(crmLead{Tags: tags})
	if tags[0] = "cold"; !values["tags"].Has("hot") {
		t.Error("the values share memory with the struct")
	}
}

// TestValuesOfAStructInConditions: what the host fills in is what a policy that was loaded with its struct reads.
func TestValuesOfAStructInConditions(t *testing.T) {
	type lead struct {
		handoff.Lead
		Role     string
		Seats    handoff.Opt[int64]
		Born     calendar.Date
		Seen     time.Time
		Idle     time.Duration
		OpenRate handoff.Value
		Tags     []string
	}
	binding := rules.Fields(lead{})
	const condition = `lead.role == "vp" and lead.seats == 5 and lead.born == "2026-03-01" and lead.seen == "2026-03-02T15:04:00Z"` +
		` and lead.idle == "36h" and lead.open_rate == "25%" and "hot" in lead.tags`
	e, err := folder{"p.yaml": head + triggers + routes + "fields: {lead: {role: [ic, vp], seats: int, born: date, seen: time, idle: duration, open_rate: rate, tags: list}}\n" +
		"plays: [{id: demo, trigger: demo_request, route: all, when: '" + condition + "'}]\n"}.load(binding)
	must(t, e, err)
	host := lead{Role: "vp", Seats: handoff.Some[int64](5), Born: calendar.Date{Year: 2026, Month: 3, Day: 1}, Seen: at,
		Idle: 36 * time.Hour, OpenRate: handoff.RateValue(250000), Tags: []string{"hot"}}
	r := empty()
	r.Lead.Fields = binding.Values(host)
	if got := truthAt(t, e, at, r); got != handoff.True {
		t.Errorf("the condition is %v", got)
	}
	text := encode(t, r)
	stored, err := handoff.DecodeRequest([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := truthAt(t, e, at, stored); got != handoff.True {
		t.Errorf("stored as JSON the condition is %v:\n%s", got, text)
	}
	r.Lead.Fields = binding.Values(lead{Idle: -1})
	if len(r.Lead.Fields) != 0 || truthAt(t, e, at, r) != handoff.Unknown {
		t.Errorf("of a lead of whom nothing is known there are the values %v", r.Lead.Fields)
	}
}

package language

// A Field is a path that every policy can read.
type Field struct {
	Path string
	Type string // as in the section fields, or: word, time of day
	Doc  string
}

// Fields are the paths that every policy can read, by owner. A text that is empty is unknown.
var Fields = []Field{
	{"subject.kind", "word", "What the signal is about: lead or account."},
	{"lead.owner", "string", "The rep who owns it in the CRM."},
	{"lead.contact_owner", "string", "The rep who owns the contact that it is, where the CRM has both."},
	{"lead.buying_group", "string", "The people of its account who decide together, such as the contact roles of a deal."},
	{"lead.status", "string", "The CRM's own word."},
	{"lead.source", "string", "Where the lead came from."},
	{"lead.company", "string", "Where the person works, as it was typed."},
	{"lead.country", "string", "Two capital letters, such as US (ISO 3166-1)."},
	{"lead.state", "string", "The subdivision without the country, such as CA (ISO 3166-2)."},
	{"lead.postal_code", "string", "As the business writes it."},
	{"lead.zone", "string", "Where the person is, such as America/Chicago, as the host says."},
	{"lead.subscriber", "word", "In which role the person is reached: corporate or individual."},
	{"lead.email_domain", "string", "What follows the @ of the lead's address, in small letters."},
	{"match.contact", "word", "Whether the lead was taken for another lead or contact: match, review or no; unknown where nobody looked."},
	{"match.account", "word", "Whether it was taken to be an account's: match, review or no; unknown where nobody looked."},
	{"match.account_by", "string", "What speaks most for that account, such as domain; unknown where none is named, or none was weighed."},
	{"match.account_score", "int", "The evidence for that account, or where none is named for the likeliest, in whole bits, rounded down."},
	{"account.id", "string", "Its id, also where only the lead names it."},
	{"account.name", "string", "Its name."},
	{"account.domain", "string", "Its domain."},
	{"account.parent", "string", "The id of the account above it."},
	{"account.parent_owner", "string", "The rep who owns the account above it."},
	{"account.owner", "string", "The account executive."},
	{"account.csm", "string", "The customer success manager."},
	{"account.partner", "string", "The partner it belongs to."},
	{"account.country", "string", "Two capital letters, such as US (ISO 3166-1)."},
	{"account.state", "string", "The subdivision without the country, such as CA (ISO 3166-2)."},
	{"account.postal_code", "string", "As the business writes it."},
	{"account.industry", "string", "The host's own word."},
	{"account.employees", "int", "How many people work there."},
	{"account.customer", "bool", "Whether it has bought."},
	{"account.renewal_on", "date", "When its contract renews."},
	{"account.open_opportunities", "int", "How many deals are being worked; unknown where the host did not look."},
	{"trigger.kind", "word", "The kind of the signal: one of those under triggers:."},
	{"trigger.source", "string", "The system that reported it."},
	{"trigger.asset", "string", "The form, page or paper that it came from."},
	{"trigger.offer", "string", "What was asked for."},
	{"trigger.landing_page", "string", "The first page of the visit."},
	{"trigger.campaign.id", "string", "The campaign's id."},
	{"trigger.campaign.name", "string", "The campaign's name."},
	{"trigger.campaign.source", "string", "Such as google."},
	{"trigger.campaign.medium", "string", "Such as cpc."},
	{"trigger.campaign.ad_group", "string", "The ad group."},
	{"trigger.campaign.keyword", "string", "The keyword."},
	{"trigger.occurred_at", "time", "When the signal occurred."},
	{"trigger.age", "duration", "How long ago it occurred; never negative."},
	{"now.date", "date", "The day of the decision in the policy's zone."},
	{"now.time", "time of day", `The time of day of the decision in the policy's zone, such as "09:30".`},
	{"now.hour", "int", "Its hour, from 0 to 23."},
	{"now.weekday", "word", "Its weekday: mon, tue, wed, thu, fri, sat, sun."},
}

// Weekdays are the words of now.weekday, from Monday.
var Weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// A Function is a call that conditions know.
type Function struct {
	Name, Form, Doc, Example string
}

// Functions are the calls that conditions know.
var Functions = []Function{
	{"has", "has(field)", "True where the field is known. It is never unknown itself.", "has(account.renewal_on)"},
	{"count", `count("event", "30d")`, "How many events of a kind the record has in a window that ends now; an event at its very start counts. Unknown where the host did not look for events.", `count("team_invite", "30d") >= 2`},
	{"days_until", "days_until(date)", "How many calendar days of the policy's zone lie before a date; what is past is negative.", "days_until(account.renewal_on) <= 45"},
	{"people", "people(condition)", "How many of an account's people the condition is true for; inside it lead is each of them in turn. It is compared with a whole number. Of whom the condition is unknown may count or not: >= 3 is true where it is true for three, false where it is true or unknown for fewer, and else unknown. Unknown where the host did not send the people, and for a lead.", `people(lead.status in ["champion", "buyer"]) >= 3`},
	{"entered", "entered(stage)", "True for the signal that made the record enter a stage of the lifecycle, also when that signal waits and is decided again; false for every other. It is never unknown.", "entered(mql)"},
}

// An Operator joins or compares values.
type Operator struct {
	Name, Doc, Example string
}

// Operators are what conditions can do with values.
var Operators = []Operator{
	{"and", "True where both sides are; false where either is; else unknown. Also written &&.", `account.customer and account.employees >= 50`},
	{"or", "True where either side is; false where both are; else unknown. Also written ||.", `lead.country == "DE" or lead.country == "AT"`},
	{"not", "Swaps true and false; unknown stays unknown. Also written !.", "not account.customer"},
	{"==", "The same value. Every type but lists.", `lead.country == "US"`},
	{"!=", "Another value. Every type but lists.", `lead.country != "US"`},
	{"<", "Less: numbers, rates, dates, instants, lengths of time, times of day.", `trigger.age < "15m"`},
	{"<=", "Less or the same.", "account.employees <= 200"},
	{">", "More.", "account.open_opportunities > 0"},
	{">=", "More or the same.", `now.time >= "09:00"`},
	{"in", "One of a list of constants, of a list of the policy, or of a field that is a list.", `lead.country in ["DE", "AT", "CH"]`},
	{"not in", "None of them.", "lead.email_domain not in lists.freemail"},
	{"contains", "A text holds another, with the same letters, small and capital.", `trigger.campaign.name contains "brand"`},
	{"startsWith", "A text begins with another.", `trigger.landing_page startsWith "/pricing"`},
	{"endsWith", "A text ends with another.", `lead.email_domain endsWith ".edu"`},
}

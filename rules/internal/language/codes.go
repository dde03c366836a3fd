package language

import "github.com/salesbaton/baton/rules/internal/source"

// A CodeDoc is what a code means.
type CodeDoc struct {
	Code    source.Code
	Cause   string
	Cure    string
	Example string // sections with the mistake in it, which stand in the place of those of Base; "": it takes a whole file
}

// Base is the least policy. The examples of the reference put their sections in the place of its own.
const Base = `language: 1
policy: acme
triggers: {demo_request: {about: lead, stale_after: 14d}}
routes: {all: [{rep: kim}]}
plays: [{id: demo, trigger: demo_request, route: all}]
`

// Codes are all codes, in order.
var Codes = []CodeDoc{
	{source.FileUnreadable, "The file cannot be read.", "Check its name and its permissions.", ""},
	{source.FileTooBig, "The file is longer, deeper or has more values than a policy may.", "Move long lists and tables to files of their own, and put each item on a line of its own.", ""},
	{source.FileEncoding, "The file is not text in UTF-8.", "Save it with that encoding.", ""},
	{source.FileEmpty, "The file holds nothing.", "Write at least language, policy, triggers, routes and plays.", ""},
	{source.YAMLSyntax, "The file is not YAML. Of such mistakes only the first is known, and sometimes only near which line it is.", "Indent with spaces; quote a text that holds a colon or begins with a sign; close quotes and brackets.", "lists: {freemail: [gmail.com}"},
	{source.YAMLDocuments, "A line --- begins a second document.", "Keep one document for each file.", "lists: {}\n---\n"},
	{source.YAMLAnchor, "Anchors (&), aliases (*) and merge keys (<<) are not allowed: who reads one line must not need another.", "Write the value out, or quote the text.", "lists: {freemail: &f [gmail.com]}"},
	{source.YAMLTag, "A word that begins with ! is read as a tag, and the text behind it is lost.", "Write not for !, or quote the text.", "eligibility:\n  - id: new\n    require: !account.customer\n    reason: a customer"},
	{source.CutShort, "What follows a blank and # is read as a comment, so that the text in front of it is only a part.", "Quote the whole text, or move the comment to a line of its own.", "eligibility:\n  - id: big\n    require: account.employees > 5 #and account.customer\n    reason: too small"},
	{source.UnknownKey, "A key is not one of those that may stand there.", "Correct it; the message lists the keys and the nearest one.", "plays: [{id: demo, triger: demo_request, trigger: demo_request, route: all}]"},
	{source.MissingKey, "A key that is needed is not there.", "Add it.", "plays: [{id: demo, trigger: demo_request}]"},
	{source.RepeatedKey, "A key stands twice in one place.", "Remove or rename one.", "routes: {all: [{rep: kim}], all: [{rep: lee}]}"},
	{source.WrongForm, "Something of another form is expected: a list, keys with values, a text, a whole number, true or false.", "Write the form that the message names; quote what is meant as text.", "settle: [2m]"},
	{source.UnknownWord, "A word is not one of the few that are allowed there.", "Write one of those that the message lists.", "plays: [{id: demo, trigger: demo_request, route: all, losers: mrge}]"},
	{source.OutOfRange, "A number is too small or too great.", "Write one in the range that the message names.", "plays: [{id: demo, trigger: demo_request, route: all, priority: 9999999}]"},
	{source.BadName, "An id is not 1 to 64 letters, digits, -, _ and ., or a name that conditions read is not letters, digits and _.", "Rename it.", "lists: {free-mail: [gmail.com]}"},
	{source.BadTime, "A date, an instant, a length of time, hours or a zone cannot be read.", "Write 2026-03-01, 2026-03-01T09:00:00Z, 15m, 4h, 7d or 1d12h, mon-fri 09:00-17:00, Europe/Berlin.", "settle: 2 minutes"},
	{source.BadMix, "Keys exclude each other, or one of several is needed.", "Keep one of those that the message names.", "suppression: [{id: talking, reason: we talk}]"},
	{source.Empty, "A list or a text is empty where it needs something.", "Write at least one item, or leave the key out.", "routes: {all: []}"},
	{source.Repeated, "An id, a column or an item of a list stands twice.", "Remove or rename one.", "lists: {freemail: [gmail.com, gmail.com]}"},
	{source.NoEffect, "What is written changes nothing.", "Leave it out.", "suppression: [{id: recent, cooldown: {per: lead, for: 0d}}]"},
	{source.UnknownName, "A name stands for nothing: no trigger, route, pool, territory, sequence, calendar, list, stage, rep, play or motion is called so.", "Correct it, or define what it names.", "plays: [{id: demo, trigger: demo_request, route: everybody}]"},
	{source.TwoMeanings, "A motion is called like a play of another motion, so that only and except could mean either.", "Rename one.", "plays:\n  - {id: inbound, motion: hot, trigger: demo_request, route: all}\n  - {id: demo, motion: inbound, trigger: demo_request, route: all}"},
	{source.BadInclude, "A file that the policy names cannot be read, or lies outside the policy's folder.", "Name it relative to the policy, with / between its parts.", "include: [teams/emea.yaml]"},
	{source.HostField, "The host's program has no such field, or has it with another type.", "Correct the declaration, or ask the program's authors.", ""},
	{source.ConditionSyntax, "A condition cannot be read.", "Close brackets and quotes; write and, or, not in small letters; equality is ==.", "eligibility: [{id: big, require: account.employees = 5, reason: too small}]"},
	{source.ConditionTooBig, "A condition is longer than 2,048 bytes, nests deeper than 32 levels, or has more than 400 parts.", "Split it over several rules, or put long lists of words into lists:.", ""},
	{source.ConditionEmpty, "A condition holds nothing. It could mean everything or nothing.", "Write the condition, or leave the key out.", "plays: [{id: demo, trigger: demo_request, route: all, when: \"\"}]"},
	{source.NotInLanguage, "An operator or a construct of other languages is not part of this one: there is no arithmetic, no nil, no choice between values, no chain of comparisons.", "Write it with and, or, not, comparisons and has(field), or as several rules.", "eligibility: [{id: big, require: account.employees / 2 > 5, reason: too small}]"},
	{source.UnknownField, "A field is neither built in nor declared.", "Correct it, or declare it under fields:. A text stands in quotes.", "eligibility: [{id: big, require: account.employes > 5, reason: too small}]"},
	{source.PersonalField, "No condition can read the person: name, address, phone, free text.", "Use lead.email_domain, or let the host derive a field that is not personal.", "eligibility: [{id: us, require: lead.email contains \"acme\", reason: a test}]"},
	{source.WrongType, "Two types do not go together, or a type has no such operator.", "Compare like with like; texts have no order.", "eligibility: [{id: big, require: account.employees == \"many\", reason: too small}]"},
	{source.NotACondition, "What must be true or false is something else.", "Compare it with something; put what not negates in parentheses.", "eligibility: [{id: big, require: account.employees, reason: too small}]"},
	{source.BadConstant, "A constant cannot be what it is compared with: a date, an instant, a length of time, a rate, a number within 2^53, a text that is not empty.", "Write it in the form that the message shows.", "eligibility: [{id: due, require: account.renewal_on < \"soon\", reason: not due}]"},
	{source.NothingToLookUp, "A comparison has no field in it, so that it is always the same.", "Compare a field, or remove it.", "eligibility: [{id: big, require: 5 > 4, reason: too small}]"},
	{source.UnknownCall, "A call is not one of the language, or its arguments are not.", "Write it as the message shows.", "eligibility: [{id: big, require: len(account.name) > 4, reason: too small}]"},
	{source.UnknownConstant, "A word is compared with a field that can never have it.", "Correct it, or add it to the words under fields:.", "fields: {lead: {role: [ic, vp]}}\neligibility: [{id: vip, require: lead.role == \"vpp\", reason: no budget}]"},
	{source.PolicyTooCostly, "A condition, or the policy as a whole, could take too long for the largest request.", "Split it; count fewer events; look up fewer lists that are fields.", ""},
	{source.TemplateSyntax, "A hole in a text is not of the form ${field | \"default\"}.", "Close it with }, and put its default in double quotes.", "plays: [{id: demo, trigger: demo_request, route: all, context: {opening: 'Hi ${trigger.asset | x}'}}]"},
	{source.TemplateNoDefault, "A field of a text may be unknown, and nothing stands in for it.", "Give a default: ${field | \"default\"}.", "plays: [{id: demo, trigger: demo_request, route: all, context: {opening: 'You saw ${trigger.asset}'}}]"},
	{source.TemplateTooLong, "A text is longer than 500 characters.", "Shorten it.", ""},
	{source.BadRow, "A row or the first line of a table cannot be read.", "Give it a value for each column; \"*\" matches everything.", "territories:\n  us: {by: [account.country], rows: [{match: [US, CA], rep: kim}]}"},
	{source.RowClash, "Two rows match the same records and neither is more specific.", "Make one of them more specific, or remove it.", "territories:\n  us: {by: [account.country], rows: [{match: [US], rep: kim}, {match: [US], rep: lee}]}"},
	{source.Impossible, "What is written can never work.", "Change one of the two things that the message names.", "settle: 15d"},
	{source.BadData, "A value of a test file is not what a request, an activity or a decision may have.", "Write it as the message says.", ""},
	{source.TooManyProblems, "There are more problems than are shown.", "Mend those, and check again.", ""},
}

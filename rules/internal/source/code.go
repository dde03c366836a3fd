package source

// A Code names a kind of problem for good: tools filter by it, and the reference tells its cause and cure.
type Code string

// The codes. A number is never given to another kind of problem.
const (
	// The file.
	FileUnreadable  Code = "B001"
	FileTooBig      Code = "B002"
	FileEncoding    Code = "B003"
	FileEmpty       Code = "B004"
	YAMLSyntax      Code = "B005"
	YAMLDocuments   Code = "B006"
	YAMLAnchor      Code = "B007"
	YAMLTag         Code = "B008"
	CutShort        Code = "B009"
	TooManyProblems Code = "B099"

	// What stands where.
	UnknownKey  Code = "B010"
	MissingKey  Code = "B011"
	RepeatedKey Code = "B012"
	WrongForm   Code = "B013"
	UnknownWord Code = "B014"
	OutOfRange  Code = "B015"
	BadName     Code = "B016"
	BadTime     Code = "B017"
	BadMix      Code = "B018"
	Empty       Code = "B019"
	Repeated    Code = "B020"
	NoEffect    Code = "B021"

	// Names that refer to something.
	UnknownName Code = "B030"
	TwoMeanings Code = "B031"
	BadInclude  Code = "B032"
	HostField   Code = "B033"

	// Conditions.
	ConditionSyntax   Code = "B040"
	ConditionTooBig   Code = "B041"
	ConditionEmpty    Code = "B042"
	NotInLanguage     Code = "B043"
	UnknownField      Code = "B044"
	PersonalField     Code = "B045"
	WrongType         Code = "B046"
	NotACondition     Code = "B047"
	BadConstant       Code = "B048"
	NothingToLookUp   Code = "B049"
	UnknownCall       Code = "B050"
	UnknownConstant   Code = "B051"
	PolicyTooCostly   Code = "B052"
	TemplateSyntax    Code = "B060"
	TemplateNoDefault Code = "B061"
	TemplateTooLong   Code = "B062"

	// Tables.
	BadRow   Code = "B070"
	RowClash Code = "B071"

	// Test files.
	BadData Code = "B090"

	// What cannot work.
	Impossible Code = "B080"
)

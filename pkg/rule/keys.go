package rule

// Keys of the rules that the program computes with; rules.csv holds more, which
// are shown to people.
const (
	// Months to hand in the settlement after the project's end, 보조금법 §27①.
	SettlementLocalGovernment = "settlement.local_government"
	SettlementOther           = "settlement.other"

	// Won from which a settlement must be verified; not for local governments.
	VerificationNational = "verification.national"
	VerificationLocal    = "verification.local"

	// Won from which an audit is due, and from which accounts are disclosed.
	AuditThreshold     = "audit.threshold"
	DisclosureNational = "disclosure.national"

	// Days to object to a grant decision or a fixed amount, 보조금법 §37.
	ObjectionNational = "objection.national"

	// Days to object to the result of a selection, and to answer an objection.
	SelectionObjection      = "selection.objection"
	SelectionObjectionReply = "selection.objection_reply"

	// Won for a reviewer per sheet they handed in, and for each day of discussion.
	ReviewFeeSheet   = "review.fee_sheet"
	ReviewFeeSession = "review.fee_session"

	// Least days between a call's opening and its closing.
	CallWindow = "call.window"

	// Hours after an outage in which a deadline is put off with it, least hours to put
	// it off, hours from which an outage is long, and hours from its end to put off then.
	OutageGrace      = "outage.grace"
	OutagePutOff     = "outage.put_off"
	OutageLong       = "outage.long"
	OutagePutOffLong = "outage.put_off_long"

	// What a rubric begins with: reviewers of one application, decimals of the mean and
	// how it is cut to them, "half_up" or "down".
	ScoringReviewers = "scoring.reviewers"
	ScoringDigits    = "scoring.digits"
	ScoringRounding  = "scoring.rounding"

	// Years for which a reviewer's former jurisdiction is a conflict.
	ReviewerPastYears = "reviewer.past_years"

	// Hundredths of a standard deviation from which a reviewer's total stands out among
	// those of an application, and percent of the maximum from which a spread is wide.
	ReviewOutlier    = "review.outlier"
	ReviewWideSpread = "review.wide_spread"

	// Days to answer the notice that an application is found ineligible.
	ScreeningAnswer = "screening.answer"

	// Least number of tranches.
	DisbursementInstalments = "disbursement.instalments"

	// Won to which interest is cut, 국고금 관리법 §47.
	InterestUnit = "interest.unit"

	// Who gets the won that a split leaves over: "largest_remainder".
	RemainderOwner = "remainder.owner"

	// Won below which a balance may stay for similar work, 보조금법 §31④.
	BalanceSmallBelow = "balance.small_below"

	// Most files, and most bytes of all files, of one application, earlier versions included.
	AttachmentsFiles = "attachments.files"
	AttachmentsBytes = "attachments.bytes"

	// Days after which an uploaded file that nothing refers to is taken away.
	DocumentUnusedDays = "document.unused_days"
)

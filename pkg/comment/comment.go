package comment

import (
	"time"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/work"
)

// ID identifies a comment.
type ID int64

// What a comment is.
const (
	Said   = "comment"
	Return = "return" // an item of a 보완 요청
)

// Who hears a comment.
const (
	Internal = "internal" // the author's side alone
	Next     = "next"     // the applicant, its 시·도 and the ministry
)

// Side is for whom an author speaks.
type Side string

// The sides of an application.
const (
	Government Side = "government"
	Province   Side = "province"
	Ministry   Side = "ministry"
)

// Label is the Korean word for a side.
func (s Side) Label() string {
	return map[Side]string{Government: "신청 지자체", Province: "시·도", Ministry: "부처"}[s]
}

// retractable is how long an author may take a comment back.
const retractable = time.Hour

// Comment is one thing somebody said, as the one who reads may see it. The trail
// keeps that it was said, not what: the body never changes anyway.
type Comment struct {
	ID           ID             `db:"id" json:"id"`
	Application  application.ID `db:"application_id" json:"application_id"`
	Part         string         `db:"part" json:"part"`   // of the plan; empty: the application as a whole, or a reply
	Field        string         `db:"field" json:"field"` // lines.3.national, or empty
	Quote        string         `db:"quote" json:"quote" audit:"secret"`
	SubmissionNo int            `db:"submission_no" json:"submission_no"` // 0: the draft
	Kind         string         `db:"kind" json:"kind"`
	Visibility   string         `db:"visibility" json:"visibility"`
	Side         Side           `db:"side" json:"side"`
	ReplyTo      ID             `db:"reply_to" json:"reply_to"`        // 0: it begins a thread
	Body         string         `db:"body" json:"body" audit:"secret"` // empty once it was taken back
	Mentions     pq.Int64Array  `db:"mentions" json:"mentions"`        // people
	AuthorID     authz.PersonID `db:"author_id" json:"author_id"`
	AuthorName   string         `db:"author_name" json:"author_name"`
	At           time.Time      `db:"at" json:"at"`
	RetractedAt  *time.Time     `db:"retracted_at" json:"retracted_at"`
	ResolvedAt   *time.Time     `db:"resolved_at" json:"resolved_at"`
	ResolvedBy   string         `db:"resolved_by" json:"resolved_by"` // the name
	Version      int            `db:"version" json:"version"`
}

// Ref names the comment at its version.
func (c Comment) Ref() work.Ref {
	return work.Ref{Kind: "comment", ID: int64(c.ID), Version: c.Version}
}

// Open tells whether it still waits for somebody.
func (c Comment) Open() bool { return c.ResolvedAt == nil && c.RetractedAt == nil }

// Where says what it is pinned to within its part: "4번째 줄 국비", or nothing.
func (c Comment) Where() string { return application.PinLabel(c.Part, c.Field) }

// Thread is a comment with its answers and what the reader may do with it now.
type Thread struct {
	Comment
	Replies []Reply `json:"replies"`
	May     May     `json:"may"`
}

// Reply is one answer.
type Reply struct {
	Comment
	May May `json:"may"`
}

// May is what the reader may do with a comment now.
type May struct {
	Reply   bool `json:"reply"`
	Retract bool `json:"retract"`
	Resolve bool `json:"resolve"`
	Reopen  bool `json:"reopen"`
}

// Person is somebody who can be named in a comment.
type Person struct {
	ID   authz.PersonID `json:"id"`
	Name string         `json:"name"`
}

// Board is everything the reader may hear about one application.
type Board struct {
	Application application.Application
	Threads     []Thread // oldest first
	Side        Side     // for whom the reader would speak, empty for who only listens
	People      []Person // who can be named, without the reader
}

// Count is how much is said about one part, of what the reader may hear.
type Count struct {
	Open     int // threads nobody has closed
	Returned int // items of a return that are not dealt with
}

// Count gives the numbers of one part.
func (b Board) Count(part string) (n Count) {
	for _, t := range b.Threads {
		if t.Part != part || !t.Open() {
			continue
		}
		if t.Kind == Return {
			n.Returned++
		} else {
			n.Open++
		}
	}
	return n
}

// Of are the threads of one part.
func (b Board) Of(part string) (out []Thread) {
	for _, t := range b.Threads {
		if t.Part == part {
			out = append(out, t)
		}
	}
	return out
}

// Returned are the items of the return of one version, or of all with no 0.
func (b Board) Returned(no int) (out []Thread) {
	for _, t := range b.Threads {
		if t.Kind == Return && (no == 0 || t.SubmissionNo == no) {
			out = append(out, t)
		}
	}
	return out
}

// Service holds the use cases of comments; each method is one unit of work.
type Service struct{ Work *work.Runner }

package application

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/lib/pq"

	"eoul/pkg/money"
	"eoul/pkg/work"
)

const (
	sqlSubmissionColumns = `
		select s.id, s.no, s.submitted_at, s.deadline_kind, s.content, s.sha256, s.national as "totals.national",
		       s.sido as "totals.sido", s.sigungu as "totals.sigungu", s.own as "totals.own"
		  from submissions s`
	sqlLatestSubmission = sqlSubmissionColumns + ` where s.application_id = $1 order by s.no desc limit 1`
	sqlSubmissionNo     = sqlSubmissionColumns + ` where s.application_id = $1 and s.no = $2`
	sqlLastEndorsed     = sqlSubmissionColumns + ` join endorsements e on e.submission_id = s.id and e.decision = 'endorsed'
		where s.application_id = $1 order by s.no desc limit 1`
	sqlSubmissionList = `
		select s.id, s.no, s.submitted_at, s.deadline_kind, s.sha256, s.national as "totals.national",
		       s.sido as "totals.sido", s.sigungu as "totals.sigungu", s.own as "totals.own"
		  from submissions s where s.application_id = $1 order by s.no desc`
	sqlSubmissionTotals = `
		select distinct on (application_id) application_id, no, ` + sqlAmounts + `
		  from submissions where application_id = any($1) order by application_id, no desc`
	sqlInsertSubmission = `
		insert into submissions (application_id, no, submitted_at, deadline_kind, content, sha256, national, sido, sigungu, own)
		values ($1, $2, app_now(), $3, $4, $5, $6, $7, $8, $9) returning id, submitted_at`
	sqlEndorsements = `
		select e.submission_id, s.no, e.decision, e.rank, e.opinion, e.decided_at
		  from endorsements e join submissions s on s.id = e.submission_id
		 where s.application_id = $1 order by s.no desc`
	sqlInsertEndorsement = `
		insert into endorsements (submission_id, province_id, decision, rank, opinion, decided_at) values ($1, $2, $3, $4, $5, app_now())`
	sqlRankTaken = `
		select a.government_name from applications a
		  join lateral (select id from submissions s where s.application_id = a.id order by no desc limit 1) l on true
		  join endorsements e on e.submission_id = l.id
		 where a.call_id = $1 and a.province_id = $2 and a.id <> $3 and a.state in ('received', 'reviewing') and e.rank = $4 limit 1`
	sqlLockSiblings = `select id from applications where call_id = $1 and province_id = $2 order by id for update`
)

// LatestSubmission is what counts of an application: the last version handed in,
// NotFound before the first. It asks for no permission.
func LatestSubmission(ctx context.Context, tx *work.Tx, id ID) (Submission, error) {
	return submission(ctx, tx, sqlLatestSubmission, id)
}

// SubmissionTotals gives the budget of the last version handed in of many
// applications at once; those never handed in are missing.
func SubmissionTotals(ctx context.Context, tx *work.Tx, ids []ID) (map[ID]money.BySource, error) {
	last, err := lastSubmissions(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[ID]money.BySource, len(last))
	for id, sub := range last {
		out[id] = sub.Amounts
	}
	return out, nil
}

// lastSubmission is the number and the budget of what was handed in last.
type lastSubmission struct {
	ID      ID             `db:"application_id"`
	No      int            `db:"no"`
	Amounts money.BySource `db:"amounts"`
}

func lastSubmissions(ctx context.Context, tx *work.Tx, ids []ID) (map[ID]lastSubmission, error) {
	var rows []lastSubmission
	if err := tx.Select(ctx, &rows, sqlSubmissionTotals, pq.Array(ids)); err != nil {
		return nil, fmt.Errorf("read submission totals: %w", err)
	}
	out := make(map[ID]lastSubmission, len(rows))
	for _, r := range rows {
		out[r.ID] = r
	}
	return out, nil
}

// SubmissionInfo is a submission without its content, for histories.
type SubmissionInfo struct {
	ID           SubmissionID   `db:"id" json:"id"`
	No           int            `db:"no" json:"no"`
	SubmittedAt  time.Time      `db:"submitted_at" json:"submitted_at"`
	DeadlineKind string         `db:"deadline_kind" json:"deadline_kind"`
	SHA256       []byte         `db:"sha256" json:"sha256"`
	Totals       money.BySource `db:"totals" json:"totals"`
}

func submission(ctx context.Context, tx *work.Tx, q string, args ...any) (Submission, error) {
	var row struct {
		SubmissionInfo
		Content []byte `db:"content"`
	}
	if err := tx.Get(ctx, &row, q, args...); err != nil {
		return Submission{}, err
	}
	out := Submission{ID: row.ID, No: row.No, SubmittedAt: row.SubmittedAt, DeadlineKind: row.DeadlineKind, SHA256: row.SHA256, Totals: row.Totals}
	if err := jsonv2.Unmarshal(row.Content, &out.Content); err != nil {
		return Submission{}, fmt.Errorf("decode submission %d: %w", out.ID, err)
	}
	return out, nil
}

// hand appends the plan as submission no. The database sets the instant and refuses
// what is late.
func hand(ctx context.Context, tx *work.Tx, id ID, no int, deadline string, p Plan) (SubmissionInfo, error) {
	text, err := Canonical(p)
	if err != nil {
		return SubmissionInfo{}, err
	}
	sum, b := sha256.Sum256(text), p.Totals()
	out := SubmissionInfo{No: no, DeadlineKind: deadline, SHA256: sum[:], Totals: b}
	err = tx.Get(ctx, &out, sqlInsertSubmission, id, no, deadline, string(text), sum[:], b.National, b.Sido, b.Sigungu, b.Own)
	return out, err
}

// Canonical is v as JSON whose bytes depend on the content alone (RFC 8785, with
// whole numbers as they are). So anyone can recompute a submission's SHA-256 from
// what is stored.
func Canonical(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode canonically: %w", err)
	}
	out := jsontext.Value(text)
	if err := out.Canonicalize(jsontext.CanonicalizeRawInts(false)); err != nil {
		return nil, fmt.Errorf("encode canonically: %w", err)
	}
	return out, nil
}

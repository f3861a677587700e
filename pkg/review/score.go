package review

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Score is what a sheet says on one criterion; Points is nil while it is a draft.
type Score struct {
	CriterionID   int64   `db:"criterion_id" json:"criterion_id"`
	Points        *Points `db:"points" json:"points"`
	Justification string  `db:"justification" json:"justification"`
	Weight        int     `db:"weight" json:"-"` // how often the points count

	// Of a sheet written again in the discussion: what it was, nil when it stands
	// unchanged, and why it was changed.
	Before *Points `db:"before_points" json:"before"`
	Reason string  `db:"reason" json:"reason"`
}

// Content is what was scored: the words, and one Score per criterion of the
// rubric in its order. Draft counts the saves and must be sent back with the next.
type Content struct {
	Draft   int     `db:"version" json:"draft"`
	Opinion string  `db:"body" json:"opinion"`
	Scores  []Score `db:"-" json:"scores"`
	Total   Points  `db:"-" json:"total"` // of the points given so far, by their weight
	Left    int     `db:"-" json:"left"`  // criteria without points or words
}

// ScoreInput is one line as typed; empty points leave it open.
type ScoreInput struct {
	CriterionID   int64
	Points        string
	Justification string
	Reason        string // why the points are changed in the discussion
}

// Input is a whole sheet as typed; a criterion that is left out stays as it is.
type Input struct {
	Draft   int
	Opinion string
	Scores  []ScoreInput
}

const (
	sqlOpinion = `select version, body from opinions where sheet_id = $1`
	sqlScores  = `
		select k.id as criterion_id, k.weight, c.points, coalesce(c.justification, '') as justification,
		       c.before_points, coalesce(c.reason, '') as reason
		  from sheets s
		  join assignments a on a.id = s.assignment_id
		  join rounds o on o.id = a.round_id
		  join rubrics u on u.call_id = o.call_id and u.stage = o.stage
		  join criteria k on k.rubric_id = u.id
		  left join scores c on c.sheet_id = s.id and c.criterion_id = k.id
		 where s.id = $1
		 order by k.position, k.id`
	sqlSaveOpinion = `
		update opinions set body = $3, version = version + 1, updated_at = $4 where sheet_id = $1 and version = $2`
	sqlSaveScores = `
		insert into scores (sheet_id, criterion_id, points, justification, reason)
		select $1, n.criterion_id, n.points::numeric, n.justification, n.reason
		  from unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) as n (criterion_id, points, justification, reason)
		on conflict (sheet_id, criterion_id) do update set points = excluded.points, justification = excluded.justification, reason = excluded.reason`
)

// maxOpinion and maxJustification bound the words of a sheet, in characters.
const (
	maxOpinion       = 4000
	maxJustification = 2000
	maxReason        = 1000
)

// SaveDraft keeps what a reviewer has written so far; what is wrong is named and
// nothing is saved. Somebody else's later save, which can only be another window
// of the same person, is a Conflict; so are a submitted sheet and a locked round.
func (s *Service) SaveDraft(ctx context.Context, who authz.Actor, id SheetID, in Input) (Content, error) {
	return s.draft(ctx, who, id, func(_ context.Context, _ *work.Tx, rubric program.Rubric) (Input, error) { return in, in.check(rubric) })
}

// KeepDraft is SaveDraft while the reviewer still types: what can be saved is saved,
// what is wrong is named and stays as it was stored.
func (s *Service) KeepDraft(ctx context.Context, who authz.Actor, id SheetID, in Input) (out Content, wrong map[string]string, err error) {
	out, err = s.draft(ctx, who, id, func(ctx context.Context, tx *work.Tx, rubric program.Rubric) (Input, error) {
		mistakes := in.check(rubric)
		if mistakes != nil && fault.KindOf(mistakes) != fault.Invalid {
			return in, mistakes
		}
		_, wrong = fault.Public(mistakes)
		kept := in.sound(wrong)
		if wrong["opinion"] == "" {
			return kept, nil
		}
		var stored Content
		err := tx.Get(ctx, &stored, sqlOpinion, id)
		kept.Opinion = stored.Opinion
		return kept, err
	})
	return out, wrong, err
}

// sound leaves out the scores with a mistake, so that they stay as they are stored.
func (in Input) sound(wrong map[string]string) Input {
	in.Scores = slices.DeleteFunc(slices.Clone(in.Scores), func(line ScoreInput) bool {
		at := "scores." + strconv.FormatInt(line.CriterionID, 10)
		for field := range wrong {
			if field == at || strings.HasPrefix(field, at+".") {
				return true
			}
		}
		return false
	})
	return in
}

// draft is the frame of a save; the database refuses it when the sheet is not open.
// Reviewers save with every pause in their typing, so what is stored already is read
// only by a save that needs it.
func (s *Service) draft(ctx context.Context, who authz.Actor, id SheetID, what func(context.Context, *work.Tx, program.Rubric) (Input, error)) (Content, error) {
	return work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Content, err error) {
		sheet, err := readSheet(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := tx.Allow("sheet:score", sheet.own()); err != nil {
			return out, err
		}
		if _, err := shareRound(ctx, tx, sheet.RoundID); err != nil {
			return out, err
		}
		rubric, err := program.RubricOf(ctx, tx, sheet.CallID, sheet.Stage)
		if err != nil {
			return out, err
		}
		in, err := what(ctx, tx, rubric)
		if err != nil {
			return out, err
		}
		if err := in.write(ctx, tx, id); err != nil {
			return out, err
		}
		return readContent(ctx, tx, id)
	})
}

func (in Input) write(ctx context.Context, tx *work.Tx, id SheetID) error {
	if err := tx.Exec(ctx, sqlSaveOpinion, id, in.Draft, strings.TrimSpace(in.Opinion), tx.Now); err != nil {
		return err
	}
	ids, points, words := make([]int64, len(in.Scores)), make([]*string, len(in.Scores)), make([]string, len(in.Scores))
	reasons := make([]string, len(in.Scores))
	for i, line := range in.Scores {
		ids[i], words[i], reasons[i] = line.CriterionID, strings.TrimSpace(line.Justification), strings.TrimSpace(line.Reason)
		if p := strings.TrimSpace(line.Points); p != "" {
			points[i] = &p
		}
	}
	_, err := tx.ExecAll(ctx, sqlSaveScores, id, pq.Array(ids), pq.Array(points), pq.Array(words), pq.Array(reasons))
	return err
}

// check names every mistake at once, as scores.<criterion>.points and so on.
func (in Input) check(rubric program.Rubric) error {
	f := fault.Fields{}
	if utf8.RuneCountInString(in.Opinion) > maxOpinion {
		f.Add("opinion", "종합 의견은 4,000자 안으로 적어 주십시오.")
	}
	maximum := map[int64]int{}
	for _, c := range rubric.Criteria {
		maximum[c.ID] = c.Max
	}
	seen := map[int64]bool{}
	for _, line := range in.Scores {
		at := "scores." + strconv.FormatInt(line.CriterionID, 10)
		top, known := maximum[line.CriterionID]
		if !known || seen[line.CriterionID] {
			f.Add(at, "이 배점표의 평가항목이 아니거나 두 번 적혔습니다.")
			continue
		}
		seen[line.CriterionID] = true
		if utf8.RuneCountInString(line.Justification) > maxJustification {
			f.Add(at+".justification", "평가 근거는 2,000자 안으로 적어 주십시오.")
		}
		if utf8.RuneCountInString(line.Reason) > maxReason {
			f.Add(at+".reason", "바꾼 사유는 1,000자 안으로 적어 주십시오.")
		}
		if strings.TrimSpace(line.Points) == "" {
			continue
		}
		if p, err := ParsePoints(line.Points); err != nil || p%10 != 0 || p < 0 || p > Points(top)*1000 {
			f.Add(at+".points", "0점에서 "+strconv.Itoa(top)+"점까지, 소수점 아래 두 자리까지 적어 주십시오.")
		}
	}
	return f.Err()
}

// complete names every criterion that lacks points or words, or was changed in the
// discussion without a reason.
func (c Content) complete() error {
	f := fault.Fields{}
	for _, score := range c.Scores {
		at := "scores." + strconv.FormatInt(score.CriterionID, 10)
		if score.Points == nil {
			f.Add(at+".points", "점수를 적어 주십시오.")
		}
		if strings.TrimSpace(score.Justification) == "" {
			f.Add(at+".justification", "평가 근거를 적어 주십시오.")
		}
		if score.Before != nil && score.Points != nil && *score.Before != *score.Points && strings.TrimSpace(score.Reason) == "" {
			f.Add(at+".reason", "토의 중에 점수를 바꾼 사유를 적어 주십시오.")
		}
	}
	return f.Err()
}

// readContent reads what was scored; row level security decides whether it is there.
func readContent(ctx context.Context, tx *work.Tx, id SheetID) (out Content, err error) {
	if err := tx.Get(ctx, &out, sqlOpinion, id); err != nil {
		return out, err
	}
	if err := tx.Select(ctx, &out.Scores, sqlScores, id); err != nil {
		return out, err
	}
	for _, score := range out.Scores {
		if score.Points != nil {
			out.Total += *score.Points * Points(score.Weight)
		}
		if score.Points == nil || strings.TrimSpace(score.Justification) == "" {
			out.Left++
		}
	}
	return out, nil
}

package review

import (
	"cmp"
	"context"
	"slices"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Heard is one reviewer's total as those who discuss the application hear it.
type Heard struct {
	SheetID      SheetID    `db:"sheet_id" json:"sheet_id"`
	ReviewerName string     `db:"reviewer_name" json:"reviewer_name"`
	State        SheetState `db:"state" json:"state"`
	Total        Points     `db:"total" json:"total"`
	Excluded     string     `db:"excluded" json:"excluded"` // why it does not count, empty: it does
	Asked        int        `db:"asked" json:"asked"`       // explanations asked for
	Waiting      int        `db:"waiting" json:"waiting"`   // of them without an answer

	// In the discussion only: the distance from the mean of all that count, its z-score
	// in thousandths of a standard deviation, and whether it stands out by the rule.
	Deviation Points `db:"-" json:"deviation"`
	Z         Points `db:"-" json:"z"`
	Outlier   bool   `db:"-" json:"outlier"`

	Changes []ScoreChange `db:"-" json:"changes"` // made in the discussion
}

// Discussed is one application with what its reviewers gave.
type Discussed struct {
	ApplicationID  application.ID `json:"application_id"`
	Number         string         `json:"number"`
	GovernmentName string         `json:"government_name"`
	Title          string         `json:"title"`
	Sheets         []Heard        `json:"sheets"`
	Mean           Points         `json:"mean"`   // by the call's rule, without bonus
	Spread         Points         `json:"spread"` // highest minus lowest total
	Wide           bool           `json:"wide"`   // the spread is wide by the rule
	Criteria       []Spread       `json:"criteria"`
}

// Discussion is what the asking person may hear in a round.
type Discussion struct {
	Round Round           `json:"round"`
	Rows  []Discussed     `json:"rows"`
	Can   map[string]bool `json:"can"`
}

const (
	heardColumns = `
		select p.id as application_id, p.number, p.government_name, p.title,
		       s.id as sheet_id, n.name as reviewer_name, s.state, coalesce(sum(x.points * k.weight), 0) as total, coalesce(e.reason, '') as excluded,
		       (select count(*) from explanations y where y.sheet_id = s.id) as asked,
		       (select count(*) from explanations y where y.sheet_id = s.id and y.answered_at is null) as waiting
		  from rounds o
		  join assignments a on a.round_id = o.id
		  join applications p on p.id = a.application_id
		  join reviewers r on r.id = a.reviewer_id
		  join people n on n.id = r.person_id
		  join sheets s on s.assignment_id = a.id
		  left join counted_scores x on x.sheet_id = s.id
		  left join criteria k on k.id = x.criterion_id
		  left join exclusions e on e.assignment_id = a.id
		 where o.id = $1 and `
	sqlHeardGroup = `
		 group by p.id, s.id, n.name, e.id
		 order by p.number, s.id`
	sqlHeardInDiscussion = heardColumns + `o.state <> 'scoring' and discusses(a.application_id, o.program_id, app_actor())` + sqlHeardGroup
	sqlHeardAfterLock    = heardColumns + `o.state = 'locked'` + sqlHeardGroup
)

// Discuss shows what is discussed: the chair hears every application but those of
// their own jurisdiction, a reviewer those they scored. While the round is scoring
// it is not found.
func (s *Service) Discuss(ctx context.Context, who authz.Actor, id RoundID) (Discussion, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Discussion, err error) {
		if err := tx.Get(ctx, &out.Round, sqlRound, id); err != nil {
			return out, err
		}
		if err := tx.Allow("round:read", out.Round.Object()); err != nil {
			return out, err
		}
		out.Can = abilities(tx, out.Round)
		if !out.Can["discussion"] {
			return out, fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		rubric, err := program.RubricOf(ctx, tx, out.Round.CallID, out.Round.Stage)
		if err != nil {
			return out, err
		}
		if out.Rows, err = heard(ctx, tx, out.Round, rubric, sqlHeardInDiscussion); err != nil {
			return out, err
		}
		return out, spreadsOf(ctx, tx, out.Round, rubric, out.Rows)
	})
}

// heard reads totals per sheet and groups them by application, the widest spread
// first: those are discussed first.
func heard(ctx context.Context, tx *work.Tx, round Round, rubric program.Rubric, q string) ([]Discussed, error) {
	call, err := program.CallByID(ctx, tx, round.CallID)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		ApplicationID  application.ID `db:"application_id"`
		Number         string         `db:"number"`
		GovernmentName string         `db:"government_name"`
		Title          string         `db:"title"`
		Heard
	}
	if err := tx.Select(ctx, &rows, q, round.ID); err != nil {
		return nil, err
	}
	var out []Discussed
	for _, r := range rows {
		if n := len(out); n == 0 || out[n-1].ApplicationID != r.ApplicationID {
			out = append(out, Discussed{ApplicationID: r.ApplicationID, Number: r.Number, GovernmentName: r.GovernmentName, Title: r.Title})
		}
		last := &out[len(out)-1]
		last.Sheets = append(last.Sheets, r.Heard)
	}
	changes, err := changesOf(ctx, tx, round)
	if err != nil {
		return nil, err
	}
	for i := range out {
		for j := range out[i].Sheets {
			out[i].Sheets[j].Changes = changes[out[i].Sheets[j].SheetID]
		}
		if err := out[i].sum(call, Rounding{rubric.Digits, rubric.Rounding}); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b Discussed) int { return cmp.Compare(b.Spread, a.Spread) })
	return out, nil
}

// sum is the mean and the spread of the sheets that count.
func (d *Discussed) sum(call program.Call, cut Rounding) error {
	var totals []Points
	for _, sheet := range d.Sheets {
		if sheet.Excluded == "" {
			totals = append(totals, sheet.Total)
		}
	}
	if len(totals) == 0 {
		return nil
	}
	d.Spread = slices.Max(totals) - slices.Min(totals)
	var err error
	d.Mean, _, err = MeanRounded(totals, call.DropExtremes, call.DropFrom, cut)
	return err
}

// Ranked is a row of the ranking with the names and sheets of its application.
type Ranked struct {
	RankingRow
	Number         string  `json:"number"`
	GovernmentName string  `json:"government_name"`
	Title          string  `json:"title"`
	Sheets         []Heard `json:"sheets"`
}

// Result is the newest ranking of a round for its page. The averages of a row are those
// of the criteria of Stages in their order, its stage means those of Stages.
type Result struct {
	Round   Round            `json:"round"`
	Ranking Ranking          `json:"ranking"`
	Call    program.Call     `json:"call"`
	Stages  []program.Rubric `json:"stages"`
	Rows    []Ranked         `json:"rows"`
}

// Ranking shows the ranking of a locked round; before the lock it is not found.
func (s *Service) Ranking(ctx context.Context, who authz.Actor, id RoundID) (Result, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Result, err error) {
		if err := tx.Get(ctx, &out.Round, sqlRound, id); err != nil {
			return out, err
		}
		on := out.Round.Object()
		on.Kind = "ranking"
		if err := tx.Allow("ranking:read", on); err != nil {
			return out, err
		}
		if out.Round.State != Locked {
			return out, fault.New(fault.NotFound, "순위는 심사가 확정된 뒤에 볼 수 있습니다.")
		}
		if out.Call, err = program.CallByID(ctx, tx, out.Round.CallID); err != nil {
			return out, err
		}
		if out.Stages, _, err = rankedBy(ctx, tx, out.Round); err != nil {
			return out, err
		}
		rubric, _ := program.OfStage(out.Stages, out.Round.Stage) // always among them
		ranking, rows, err := rankingOf(ctx, tx, id)
		if err != nil {
			return out, err
		}
		apps, err := heard(ctx, tx, out.Round, rubric, sqlHeardAfterLock)
		if err != nil {
			return out, err
		}
		names := make(map[application.ID]Discussed, len(apps))
		for _, d := range apps {
			names[d.ApplicationID] = d
		}
		out.Ranking = ranking
		for _, r := range rows {
			d := names[r.ApplicationID]
			out.Rows = append(out.Rows, Ranked{RankingRow: r, Number: d.Number, GovernmentName: d.GovernmentName, Title: d.Title, Sheets: d.Sheets})
		}
		return out, nil
	})
}

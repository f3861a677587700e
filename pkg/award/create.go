package award

import (
	"context"
	"fmt"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/selection"
	"eoul/pkg/work"
)

// Service holds the use cases of awards and tranches; each method is one unit of work.
type Service struct{ Work *work.Runner }

// Input is a request for a grant (교부신청): the application it is for and the budget
// fitted to the selected amounts. Without lines the proposal is taken as it is.
type Input struct {
	ApplicationID application.ID
	Lines         []LineInput
}

// LineInput is one budget line as a person writes it; the code is of the call's set.
type LineInput struct {
	Code        string         `json:"code" form:"code"`
	Description string         `json:"description" form:"description"`
	Basis       string         `json:"basis" form:"basis"`
	Amounts     money.BySource `json:"amounts" form:"amounts"`
}

// Proposal is what a request for a grant begins with.
type Proposal struct {
	Application application.Application `json:"application"`
	Amounts     money.BySource          `json:"amounts"`   // as selected
	Requested   money.BySource          `json:"requested"` // as in the project plan
	Lines       []Line                  `json:"lines"`     // the plan's, fitted to the amounts
	Codes       []program.ExpenseCode   `json:"codes"`

	call program.Call
}

// Propose reads what an officer needs for the request: the plan's budget fitted to
// the selected amounts. An application that was not selected, or whose result is not
// published, is a Conflict.
func (s *Service) Propose(ctx context.Context, who authz.Actor, id application.ID) (Proposal, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Proposal, error) {
		app, err := application.Get(ctx, tx, id)
		if err != nil {
			return Proposal{}, err
		}
		if err := allowCreate(tx, app); err != nil {
			return Proposal{}, err
		}
		return propose(ctx, tx, app)
	})
}

// Create hands in the request for the grant. The accounts of the award and of its
// lines are opened with it; they take no money before the decision, because nothing
// is granted on them.
func (s *Service) Create(ctx context.Context, who authz.Actor, in Input) (Award, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Award, error) {
		app, err := application.Lock(ctx, tx, in.ApplicationID)
		if err != nil {
			return Award{}, err
		}
		if err := allowCreate(tx, app); err != nil {
			return Award{}, err
		}
		p, err := propose(ctx, tx, app)
		if err != nil {
			return Award{}, err
		}
		lines := p.Lines
		if len(in.Lines) > 0 {
			if lines, err = typed(in.Lines, p); err != nil {
				return Award{}, err
			}
		}
		return create(ctx, tx, p, lines)
	})
}

// allowCreate asks for permission on the award to be; who may not even read the
// application does not learn that it is there.
func allowCreate(tx *work.Tx, app application.Application) error {
	on := app.Object()
	if !tx.Can("application:read", on) {
		return fault.New(fault.NotFound, "찾을 수 없습니다.")
	}
	return tx.Allow("award:create", authz.Object{Kind: "award", Government: on.Government, Province: on.Province, Program: on.Program})
}

// Standing is how far a selected application is on its way to its grant.
type Standing struct {
	Award     ID   // 0 before the request
	MayCreate bool // the viewer may ask for the grant now
}

// StandingOf tells the readers of an application; NotFound for all others.
func (s *Service) StandingOf(ctx context.Context, who authz.Actor, id application.ID) (Standing, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Standing, error) {
		app, err := application.Get(ctx, tx, id)
		if err != nil {
			return Standing{}, err
		}
		if err := tx.Allow("application:read", app.Object()); err != nil {
			return Standing{}, err
		}
		a, found, err := OfApplication(ctx, tx, id)
		if err != nil || found {
			if !tx.Can("award:read", a.Object()) {
				a.ID = 0
			}
			return Standing{Award: a.ID}, err
		}
		if allowCreate(tx, app) != nil {
			return Standing{}, nil
		}
		_, err = propose(ctx, tx, app)
		if k := fault.KindOf(err); err != nil && k != fault.Conflict && k != fault.NotFound {
			return Standing{}, err
		}
		return Standing{MayCreate: err == nil}, nil
	})
}

func propose(ctx context.Context, tx *work.Tx, app application.Application) (Proposal, error) {
	p := Proposal{Application: app}
	row, sel, err := selection.RowOf(ctx, tx, app.ID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return p, err
	}
	if err != nil || sel.State != selection.Published || row.Outcome != selection.Selected {
		return p, fault.New(fault.Conflict, "선정 결과가 공개된 뒤 선정된 신청만 교부신청을 할 수 있습니다.")
	}
	if a, found, err := OfApplication(ctx, tx, app.ID); err != nil || found {
		if err == nil {
			err = fault.New(fault.Conflict, "이미 교부신청을 하였습니다. 교부번호는 "+a.Number+"입니다.")
		}
		return p, err
	}
	if p.call, err = program.CallByID(ctx, tx, app.CallID); err != nil {
		return p, err
	}
	if p.Codes, err = program.ExpenseCodes(ctx, tx, p.call.CodeSet); err != nil {
		return p, err
	}
	sub, err := application.LatestSubmission(ctx, tx, app.ID)
	if err != nil {
		return p, err
	}
	p.Amounts, p.Requested = row.Amounts, sub.Content.Totals()
	p.Lines, err = Fit(planned(sub.Content.Lines, p.call.CodeSet), p.Amounts)
	return p, err
}

// planned takes the budget lines of a plan over, with their basis in words.
func planned(lines []application.BudgetLine, codeSet string) []Line {
	out := make([]Line, len(lines))
	for i, l := range lines {
		out[i] = Line{Position: i + 1, CodeSet: codeSet, Code: l.Code, Category: l.Category, CodeName: l.CodeName,
			Description: l.Description, Basis: basisOf(l), Amounts: l.Amounts}
	}
	return out
}

// basisOf says a 산출기초 in words: "25,000원 × 4 × 12회".
func basisOf(l application.BudgetLine) string {
	if l.UnitPrice == nil || l.Quantity == nil || l.Times == nil {
		return ""
	}
	return fmt.Sprintf("%s원 × %d × %d회", l.UnitPrice.Comma(), *l.Quantity, *l.Times)
}

// typed checks the lines a person wrote.
func typed(in []LineInput, p Proposal) ([]Line, error) {
	codes := make(map[string]program.ExpenseCode, len(p.Codes))
	known := make(map[string]bool, len(p.Codes))
	for _, c := range p.Codes {
		codes[c.Code], known[c.Code] = c, true
	}
	out := make([]Line, len(in))
	for i, l := range in {
		c := codes[strings.TrimSpace(l.Code)]
		out[i] = Line{Position: i + 1, CodeSet: p.call.CodeSet, Code: strings.TrimSpace(l.Code), Category: c.Category, CodeName: c.Name,
			Description: strings.TrimSpace(l.Description), Basis: strings.TrimSpace(l.Basis), Amounts: l.Amounts}
	}
	return out, checkLines(out, p.Amounts, known)
}

func create(ctx context.Context, tx *work.Tx, p Proposal, lines []Line) (Award, error) {
	account, err := ledger.OpenAward(ctx, tx, p.call.AppropriationAccount)
	if err != nil {
		return Award{}, err
	}
	limits := make([]money.Amount, len(lines))
	for i, l := range lines {
		limits[i] = l.Amounts.Total()
	}
	accounts, err := ledger.OpenLines(ctx, tx, account, limits)
	if err != nil {
		return Award{}, err
	}
	for i := range lines {
		lines[i].AccountID = accounts[i]
	}
	app, amounts := p.Application, p.Amounts
	regime := National
	if amounts.National.IsZero() {
		regime = Local
	}
	var id ID
	err = tx.Get(ctx, &id, sqlInsert, app.ID, app.CallID, app.ProgramID, app.GovernmentID, app.ProvinceID, p.call.FiscalYear, app.Title, regime,
		account, p.call.ProjectFrom, p.call.ProjectTo, amounts.National, amounts.Sido, amounts.Sigungu, amounts.Own)
	if err != nil {
		return Award{}, fmt.Errorf("insert award: %w", err)
	}
	a, err := Get(ctx, tx, id)
	if err != nil {
		return Award{}, err
	}
	if err := ledger.Own(ctx, tx, account, ledger.OwnerOf(a.Object())); err != nil {
		return Award{}, err
	}
	if err := insertLines(ctx, tx, a, p.call.CodeSet, lines); err != nil {
		return Award{}, err
	}
	if err := tx.Record(ctx, "award:create", a.Ref(), nil, a); err != nil {
		return Award{}, err
	}
	return a, tx.Emit(ctx, "award.create", a.Ref(), a)
}

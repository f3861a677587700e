package api

import (
	"eoul/pkg/application"
	"eoul/pkg/audit"
	"eoul/pkg/award"
	"eoul/pkg/comment"
	"eoul/pkg/document"
	"eoul/pkg/execution"
	"eoul/pkg/identity"
	"eoul/pkg/intake"
	"eoul/pkg/ledger"
	"eoul/pkg/notice"
	"eoul/pkg/organization"
	"eoul/pkg/planbook"
	"eoul/pkg/program"
	"eoul/pkg/report"
	"eoul/pkg/review"
	"eoul/pkg/screening"
	"eoul/pkg/selection"
	"eoul/pkg/settlement"
	"eoul/pkg/work"
)

// Services are what the handlers call, of the API and of the pages alike.
type Services struct {
	Work          *work.Runner
	Organizations *organization.Service
	People        *identity.Service
	Documents     *document.Service
	Ledger        *ledger.Service
	Programs      *program.Service
	Applications  *application.Service
	Planbooks     *planbook.Service
	Comments      *comment.Service
	Screenings    *screening.Service
	Reviews       *review.Service
	Selections    *selection.Service
	Awards        *award.Service
	Expenditures  *execution.Service
	Settlements   *settlement.Service
	Notices       *notice.Service
	Audit         *audit.Service
	Reports       *report.Service
}

// NewServices makes every service on one database; uploaded files go to store.
func NewServices(run *work.Runner, people *identity.Service, store document.Store) Services {
	documents := &document.Service{Work: run, Store: store}
	applications := &application.Service{Work: run, Documents: documents}
	return Services{
		Work:          run,
		Organizations: &organization.Service{Work: run},
		People:        people,
		Documents:     documents,
		Ledger:        &ledger.Service{Work: run},
		Programs:      &program.Service{Work: run},
		Applications:  applications,
		Planbooks:     &planbook.Service{Work: run, Applications: applications, Reader: intake.NewReader()},
		Comments:      &comment.Service{Work: run},
		Screenings:    &screening.Service{Work: run},
		Reviews:       &review.Service{Work: run},
		Selections:    &selection.Service{Work: run},
		Awards:        &award.Service{Work: run},
		Expenditures:  &execution.Service{Work: run},
		Settlements:   &settlement.Service{Work: run},
		Notices:       &notice.Service{Work: run},
		Audit:         &audit.Service{Work: run},
		Reports:       &report.Service{Work: run},
	}
}

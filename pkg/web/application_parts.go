package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
)

type deliberationForm struct {
	partForm
	Committee  string        `form:"committee"`
	HeldOn     calendar.Date `form:"held_on"`
	Agenda     string        `form:"agenda"`
	Decision   string        `form:"decision"`
	Note       string        `form:"note"`
	DocumentID document.ID   `form:"document_id"`
}

func deliberationFormOf(d *application.Deliberation) deliberationForm {
	if d == nil {
		return deliberationForm{}
	}
	return deliberationForm{Committee: d.Committee, HeldOn: d.HeldOn, Agenda: d.Agenda, Decision: d.Decision, Note: d.Note, DocumentID: d.DocumentID}
}

func (s *Server) saveDeliberation(c echo.Context) error {
	var in deliberationForm
	return s.savePart(c, &in, &in.partForm, application.PartDeliberation, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		d := &application.Deliberation{Committee: in.Committee, HeldOn: in.HeldOn, Agenda: in.Agenda, Decision: in.Decision, Note: in.Note, DocumentID: in.DocumentID}
		if *d == (application.Deliberation{}) {
			d = nil // an emptied form takes the part away
		}
		return s.Applications.SaveDeliberation(ctx, who, in.ID, in.Version, d)
	})
}

type partnersForm struct {
	partForm
	Partners []partnerForm `form:"partners"`
}

type partnerForm struct {
	Name       string        `form:"name"`
	BusinessNo string        `form:"business_no"`
	Role       string        `form:"role"`
	AgreedOn   calendar.Date `form:"agreed_on"`
	DocumentID document.ID   `form:"document_id"`
	Remove     bool          `form:"remove"`
}

func (p partnerForm) blank() bool { return p.Remove || p == partnerForm{} }

func (p partnerForm) partner() application.Partner {
	return application.Partner{Name: p.Name, BusinessNo: p.BusinessNo, Role: p.Role, AgreedOn: p.AgreedOn, DocumentID: p.DocumentID}
}

func partnerForms(partners []application.Partner) []partnerForm {
	out := make([]partnerForm, len(partners))
	for i, p := range partners {
		out[i] = partnerForm{Name: p.Name, BusinessNo: p.BusinessNo, Role: p.Role, AgreedOn: p.AgreedOn, DocumentID: p.DocumentID}
	}
	return out
}

func (s *Server) savePartners(c echo.Context) error {
	var in partnersForm
	return s.savePart(c, &in, &in.partForm, application.PartPartners, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		partners, kept := keep(in.Partners, partnerForm.blank, partnerForm.partner)
		saved, err := s.Applications.SavePartners(ctx, who, in.ID, in.Version, partners)
		return saved, renumbered(err, "partners", kept)
	})
}

type activitiesForm struct {
	partForm
	Activities []activityForm `form:"activities"`
}

type activityForm struct {
	Area     string        `form:"area"`
	Title    string        `form:"title"`
	Content  string        `form:"content"`
	StartsOn calendar.Date `form:"starts_on"`
	EndsOn   calendar.Date `form:"ends_on"`
	Remove   bool          `form:"remove"`
}

func (a activityForm) blank() bool { return a.Remove || a == activityForm{} }

func (a activityForm) activity() application.Activity {
	return application.Activity{Area: a.Area, Title: a.Title, Content: a.Content, StartsOn: a.StartsOn, EndsOn: a.EndsOn}
}

func activityForms(activities []application.Activity) []activityForm {
	out := make([]activityForm, len(activities))
	for i, a := range activities {
		out[i] = activityForm{Area: a.Area, Title: a.Title, Content: a.Content, StartsOn: a.StartsOn, EndsOn: a.EndsOn}
	}
	return out
}

func (s *Server) saveActivities(c echo.Context) error {
	var in activitiesForm
	return s.savePart(c, &in, &in.partForm, application.PartActivities, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		activities, kept := keep(in.Activities, activityForm.blank, activityForm.activity)
		saved, err := s.Applications.SaveActivities(ctx, who, in.ID, in.Version, activities)
		return saved, renumbered(err, "activities", kept)
	})
}

type indicatorsForm struct {
	partForm
	Indicators []indicatorForm `form:"indicators"`
}

type indicatorForm struct {
	Name     string `form:"name"`
	Formula  string `form:"formula"`
	Unit     string `form:"unit"`
	Baseline string `form:"baseline"`
	Target   string `form:"target"`
	Evidence string `form:"evidence"`
	Remove   bool   `form:"remove"`
}

func (i indicatorForm) blank() bool { return i.Remove || i == indicatorForm{} }

func (i indicatorForm) indicator() application.Indicator {
	return application.Indicator{Name: i.Name, Formula: i.Formula, Unit: i.Unit, Baseline: i.Baseline, Target: i.Target, Evidence: i.Evidence}
}

func indicatorForms(indicators []application.Indicator) []indicatorForm {
	out := make([]indicatorForm, len(indicators))
	for i, n := range indicators {
		out[i] = indicatorForm{Name: n.Name, Formula: n.Formula, Unit: n.Unit, Baseline: n.Baseline, Target: n.Target, Evidence: n.Evidence}
	}
	return out
}

func (s *Server) saveIndicators(c echo.Context) error {
	var in indicatorsForm
	return s.savePart(c, &in, &in.partForm, application.PartIndicators, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		indicators, kept := keep(in.Indicators, indicatorForm.blank, indicatorForm.indicator)
		saved, err := s.Applications.SaveIndicators(ctx, who, in.ID, in.Version, indicators)
		return saved, renumbered(err, "indicators", kept)
	})
}

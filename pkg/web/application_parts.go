package web

import (
	"mime/multipart"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
)

type deliberationForm struct {
	partForm
	Committee  string                `form:"committee"`
	HeldOn     calendar.Date         `form:"held_on"`
	Agenda     string                `form:"agenda"`
	Decision   string                `form:"decision"`
	Note       string                `form:"note"`
	DocumentID document.ID           `form:"document_id"`
	File       *multipart.FileHeader `form:"file"` // the minutes, where they are not there yet
}

func deliberationFormOf(d *application.Deliberation) deliberationForm {
	if d == nil {
		return deliberationForm{}
	}
	return deliberationForm{Committee: d.Committee, HeldOn: d.HeldOn, Agenda: d.Agenda, Decision: d.Decision, Note: d.Note, DocumentID: d.DocumentID}
}

func (f *deliberationForm) edit(map[string]string) partEdit {
	d := &application.Deliberation{Committee: f.Committee, HeldOn: f.HeldOn, Agenda: f.Agenda, Decision: f.Decision, Note: f.Note, DocumentID: f.DocumentID}
	if *d == (application.Deliberation{}) {
		d = nil // an emptied form takes the part away
	}
	return partEdit{Edit: application.DeliberationEdit(d)}
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
	From       calendar.Date `form:"agreement_from"`
	Until      calendar.Date `form:"agreement_until"`
	DocumentID document.ID   `form:"document_id"`
	Remove     bool          `form:"remove"`
}

func (p partnerForm) blank() bool { return p.Remove || p == partnerForm{} }

func (p partnerForm) partner() application.Partner {
	return application.Partner{Name: p.Name, BusinessNo: p.BusinessNo, Role: p.Role, AgreedOn: p.AgreedOn, AgreementFrom: p.From, AgreementUntil: p.Until, DocumentID: p.DocumentID}
}

func partnerForms(partners []application.Partner) []partnerForm {
	out := make([]partnerForm, len(partners))
	for i, p := range partners {
		out[i] = partnerForm{Name: p.Name, BusinessNo: p.BusinessNo, Role: p.Role, AgreedOn: p.AgreedOn, From: p.AgreementFrom, Until: p.AgreementUntil, DocumentID: p.DocumentID}
	}
	return out
}

func (f *partnersForm) edit(map[string]string) partEdit {
	partners, typed := keep(f.Partners, partnerForm.blank, partnerForm.partner)
	return partEdit{Edit: application.PartnersEdit(partners), field: typedRows("partners", typed)}
}

func (s *Server) savePartners(c echo.Context) error { return s.savePart(c, &partnersForm{}) }

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

func (f *activitiesForm) edit(map[string]string) partEdit {
	activities, typed := keep(f.Activities, activityForm.blank, activityForm.activity)
	return partEdit{Edit: application.ActivitiesEdit(activities), field: typedRows("activities", typed),
		show: func(p partFigures) (outputs, values map[string]string) {
			return f.months(p.Call.ProjectFrom, p.Call.ProjectTo).outputs(), nil
		}}
}

func (s *Server) saveActivities(c echo.Context) error { return s.savePart(c, &activitiesForm{}) }

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

func (f *indicatorsForm) edit(map[string]string) partEdit {
	indicators, typed := keep(f.Indicators, indicatorForm.blank, indicatorForm.indicator)
	return partEdit{Edit: application.IndicatorsEdit(indicators), field: typedRows("indicators", typed)}
}

func (s *Server) saveIndicators(c echo.Context) error { return s.savePart(c, &indicatorsForm{}) }

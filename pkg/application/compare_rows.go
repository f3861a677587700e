package application

import "eoul/pkg/calendar"

// The rows of each list part, named by what makes two of them the same row and
// spelt as a person reads them.

func day(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.Korean()
}

func deliberationRows(p Plan) []row {
	d := p.Deliberation
	if d == nil {
		return nil
	}
	return []row{{"논의 결과", []cell{
		{"위원회", d.Committee}, {"개최일", day(d.HeldOn)}, {"안건", d.Agenda}, {"의결", d.DecisionLabel()}, {"조건·의견", d.Note}, {"회의록", p.fileName(d.DocumentID)},
	}}}
}

func partnerRows(p Plan) []row {
	out := make([]row, len(p.Partners))
	for i, r := range p.Partners {
		out[i] = row{r.Name, []cell{{"사업자등록번호", r.BusinessNo}, {"역할", r.Role}, {"협약일", day(r.AgreedOn)}, {"협약 시작일", day(r.AgreementFrom)}, {"협약 종료일", day(r.AgreementUntil)}, {"협약서", p.fileName(r.DocumentID)}}}
	}
	return out
}

func activityRows(p Plan) []row {
	out := make([]row, len(p.Activities))
	for i, r := range p.Activities {
		out[i] = row{r.Title, []cell{{"분야", r.Area}, {"내용", r.Content}, {"시작일", day(r.StartsOn)}, {"종료일", day(r.EndsOn)}}}
	}
	return out
}

func indicatorRows(p Plan) []row {
	out := make([]row, len(p.Indicators))
	for i, r := range p.Indicators {
		out[i] = row{r.Name, []cell{{"산식", r.Formula}, {"단위", r.Unit}, {"기준값", r.Baseline}, {"목표값", r.Target}, {"증빙", r.Evidence}}}
	}
	return out
}

func attachmentRows(p Plan) []row {
	out := make([]row, len(p.Attachments))
	for i, r := range p.Attachments {
		name := r.Name
		if r.Title != "" {
			name = r.Title + " (" + r.Name + ")"
		}
		out[i] = row{name, []cell{{"크기", r.SizeText()}, {"내용 확인값(SHA-256)", r.SHA256}}}
	}
	return out
}

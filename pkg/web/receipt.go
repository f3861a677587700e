package web

import (
	"bytes"
	"fmt"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/report/pdf"
)

func receiptRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/applications/:id/receipt.pdf", Action: "application:read", Handle: (*Server).downloadReceipt},
	}
}

// downloadReceipt sends the receipt of the last version that was handed in as PDF.
func (s *Server) downloadReceipt(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	handed, err := s.Applications.Submission(c.Request().Context(), s.who(c), in.ID, 0)
	if err != nil {
		return err
	}
	var letter bytes.Buffer
	if err := s.letters.Receipt(&letter, receiptOf(handed, s.cfg.Demo)); err != nil {
		return fmt.Errorf("write receipt: %w", err)
	}
	return sendBytes(c, "접수증 "+handed.ReceiptNo+".pdf", pdf.MediaType, letter.Bytes())
}

func receiptOf(h application.Handed, demo bool) pdf.Receipt {
	plan := h.Submission.Content
	r := pdf.Receipt{
		Number: h.ReceiptNo, CallNumber: plan.CallNumber, CallTitle: plan.CallTitle, Government: plan.Government, Title: plan.Title,
		No: h.Submission.No, SubmittedAt: h.Submission.SubmittedAt, Totals: h.Submission.Totals,
		SHA256: fmt.Sprintf("%x", h.Submission.SHA256), Demo: demo,
	}
	for _, a := range plan.Attachments {
		r.Files = append(r.Files, pdf.ReceiptFile{Title: a.Title, Name: a.Name, Size: a.SizeText(), SHA256: a.SHA256})
	}
	return r
}

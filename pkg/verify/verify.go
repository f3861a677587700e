// Package verify recomputes what must always hold from what cannot change: counters
// from the postings, states from the trail, rankings from their scores, settlements
// from the ledger, stored files from their checksums. It owns no table and changes
// nothing.
//
// A finding means that somebody or something went past the product: every way
// through it keeps these promises.
package verify

import (
	"context"
	"fmt"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// Finding is one disagreement.
type Finding struct {
	Check   string `json:"check"`  // counter, trail, deadline, budget, tranche, expenditure, settlement, repayment, ranking, file, stored
	Object  string `json:"object"` // account:12, application:7
	Message string `json:"message"`
	Detail  string `json:"detail"` // the two values
}

// Service verifies one database and the store of its files; without a store it looks
// at the database alone.
type Service struct {
	Work  *work.Runner
	Files document.Store
}

// Run checks the database at one instant, so that work going on meanwhile is no
// finding, and the stored files after it. progress hears how many of the checks are done; nil is fine. A sound
// database gives no findings.
func (s *Service) Run(ctx context.Context, who authz.Actor, progress func(done, total int)) ([]Finding, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	found, err := s.database(ctx, who, progress)
	if err != nil || s.Files == nil {
		return found, err
	}
	damaged, err := s.files(ctx, who, progress)
	return append(found, damaged...), err
}

func (s *Service) database(ctx context.Context, who authz.Actor, progress func(done, total int)) ([]Finding, error) {
	return work.Snapshot(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]Finding, error) {
		if err := tx.Allow("report:verify", authz.Object{Kind: "report"}); err != nil {
			return nil, err
		}
		var rounds []review.RoundID
		if err := tx.Select(ctx, &rounds, sqlLocked); err != nil {
			return nil, fmt.Errorf("list rounds: %w", err)
		}
		checks := []func(context.Context, *work.Tx) ([]Finding, error){counters, invariants}
		for _, id := range rounds {
			checks = append(checks, func(ctx context.Context, tx *work.Tx) ([]Finding, error) { return ranking(ctx, tx, id) })
		}
		var out []Finding
		for i, check := range checks {
			progress(i, len(checks))
			found, err := check(ctx, tx)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
		progress(len(checks), len(checks))
		return out, nil
	})
}

const sqlLocked = `select id from rounds where state = 'locked' order by id`

// counters adds all postings up again.
func counters(ctx context.Context, tx *work.Tx) ([]Finding, error) {
	differences, err := ledger.Recount(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []Finding
	for _, d := range differences {
		out = append(out, Finding{Check: "counter", Object: fmt.Sprintf("account:%d", d.Account), Message: messageOf("counter"),
			Detail: fmt.Sprintf("%s: 장부 %s, 전표 합계 %s", d.Kind, four(d.Counter), four(d.Postings))})
	}
	return out, nil
}

// four writes an amount per source, so that odd sums show where they differ.
func four(b money.BySource) string {
	var parts []string
	for _, src := range money.Sources() {
		parts = append(parts, src.Label()+" "+b.At(src).Comma())
	}
	return strings.Join(parts, "·") + "원"
}

// The counters are told apart by Recount, which knows them as amounts.
const sqlInvariants = `
	select invariant as check, object, detail from violated_invariants() where invariant <> 'counter' order by 1, 2, 3`

// invariants asks the database's own oracle.
func invariants(ctx context.Context, tx *work.Tx) ([]Finding, error) {
	var out []Finding
	if err := tx.Select(ctx, &out, sqlInvariants); err != nil {
		return nil, fmt.Errorf("ask for violated invariants: %w", err)
	}
	for i := range out {
		out[i].Message = messageOf(out[i].Check)
	}
	return out, nil
}

// ranking follows a locked round's ranking from its scores again.
func ranking(ctx context.Context, tx *work.Tx, id review.RoundID) ([]Finding, error) {
	differences, err := review.Recompute(ctx, tx, id)
	if err != nil {
		return nil, fmt.Errorf("round %d: %w", id, err)
	}
	var out []Finding
	for _, d := range differences {
		object := fmt.Sprintf("round:%d", d.RoundID)
		if d.ApplicationID != 0 {
			object = fmt.Sprintf("application:%d", d.ApplicationID)
		}
		out = append(out, Finding{Check: "ranking", Object: object, Message: messageOf("ranking"),
			Detail: fmt.Sprintf("%s: 저장 %s, 계산 %s", d.Field, d.Stored, d.Computed)})
	}
	return out, nil
}

// messageOf says in Korean what a check found.
func messageOf(check string) string {
	switch check {
	case "counter":
		return "장부의 누계가 전표의 합계와 다릅니다."
	case "trail":
		return "상태나 판이 이력에 남은 것과 다릅니다."
	case "deadline":
		return "마감 뒤에 제출된 것으로 되어 있습니다."
	case "budget":
		return "예산 항목의 합이 교부결정액과 다릅니다."
	case "tranche":
		return "지급 회차와 지급 전표가 맞지 않습니다."
	case "expenditure":
		return "집행과 그 전표가 다릅니다."
	case "settlement":
		return "확정된 정산이 장부와 다릅니다."
	case "repayment":
		return "종결된 정산의 반납액이 납부액과 다릅니다."
	case "file":
		return "제출한 계획서의 첨부파일이 올린 파일과 다릅니다."
	case "stored":
		return "올린 파일의 내용이 저장소에 없거나 바뀌었습니다."
	case "ranking":
		return "순위가 점수에서 다시 계산한 것과 다릅니다."
	}
	return "지켜져야 할 규칙이 어긋났습니다."
}

// ObjectLabel is an object in Korean: 계정 12.
func (f Finding) ObjectLabel() string {
	kind, id, _ := strings.Cut(f.Object, ":")
	nouns := map[string]string{"account": "계정", "application": "신청", "call": "공모", "round": "심사", "sheet": "평가표", "selection": "선정",
		"award": "교부", "tranche": "지급 회차", "expenditure": "집행", "settlement": "정산", "grant": "권한", "repayment": "반납", "document": "파일"}
	if noun, ok := nouns[kind]; ok {
		return noun + " " + id
	}
	return kind + " " + id
}

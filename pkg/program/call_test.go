package program_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// as runs fn in a recorded unit of work of a manager.
func as[T any](t testing.TB, d *dbtest.DB, who authz.Actor, fn func(context.Context, *work.Tx) (T, error)) (T, error) {
	t.Helper()
	return work.Do(t.Context(), d.Work, who, func(ctx context.Context, tx *work.Tx) (T, error) {
		if err := tx.Allow("program:create", authz.Object{Kind: "program"}); err != nil {
			return *new(T), err
		}
		out, err := fn(ctx, tx)
		if err != nil {
			return out, err
		}
		return out, tx.Record(ctx, "program:create", work.Ref{Kind: "test", ID: 1}, nil, nil)
	})
}

// TestFlowIsTheDatabase compares the machine with the transitions the trigger reads.
func TestFlowIsTheDatabase(t *testing.T) {
	var rows []string
	if err := dbtest.New(t).DB.Select(&rows, `select concat_ws('|', machine, from_state, verb, to_state) from transitions where machine = 'call'`); err != nil {
		t.Fatal(err)
	}
	want := program.Flow.Rows()
	slices.Sort(rows)
	slices.Sort(want)
	if !slices.Equal(rows, want) {
		t.Errorf("schema.sql has %v, the machine %v", rows, want)
	}
}

// TestStatesCannotBeSkipped writes states past the machine.
func TestStatesCannotBeSkipped(t *testing.T) {
	d := dbtest.New(t)
	call := fixture.Draft(t, d, fixture.Cast(t, d))
	for _, state := range []string{"open", "closed", "published"} {
		tx := d.Owner.MustBegin()
		_, err := tx.Exec(`update calls set state = $2, announced_at = app_now() where id = $1`, call.ID, state)
		if err == nil || !strings.Contains(err.Error(), "no transition") {
			t.Errorf("a draft became %s: %v", state, err)
		}
		_ = tx.Rollback()
	}
}

func TestEveryMistakeAtOnce(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	in := fixture.CallInput(c, fixture.Now(t, d))
	in.Title, in.Cap, in.Applicants, in.CodeSet = " ", in.Cap.Neg(), program.Words{"country"}, "eu"
	in.ClosesAt, in.EndorseUntil = in.OpensAt, in.OpensAt.Add(-time.Hour)
	in.ProjectTo = calendar.Must(in.FiscalYear+1, time.January, 1)
	in.Matching.SidoMax, in.Matching.SigunguMax, in.Matching.OwnMax = 1_000, 1_000, 1_000
	in.Sections[0].Kind, in.Sections[1].Title, in.Sections[2].MaxLength = "Öffnung", "", 5
	in.Documents[1].Code = in.Documents[0].Code
	in.Rubric.Criteria[0].Floor, in.Rubric.Criteria[1].Max, in.Rubric.Criteria[2].TieOrder = 21, 0, 9
	in.Rubric.Bonus[0].Points = 0
	in.TotalFloor, in.DropFrom = 1_000, 2
	_, err := s.CreateCall(t.Context(), c.Manager, in)
	_, fields := fault.Public(err)
	for _, f := range []string{"title", "cap", "applicants", "code_set", "closes_at", "endorse_until", "project_to", "matching.national_bps", "sections.0.kind",
		"sections.1.title", "sections.2.max_length", "documents.1.code", "rubric.criteria.0.floor", "rubric.criteria.1.max", "rubric.criteria.2.tie_order",
		"rubric.bonus.0.points", "total_floor", "drop_from", "fiscal_year"} {
		if fields[f] == "" {
			t.Errorf("no message for %s", f)
		}
	}
	if fault.KindOf(err) != fault.Invalid || !strings.Contains(fields["fiscal_year"], "예산이 없습니다") {
		t.Errorf("refused as %v", err)
	}
}

// TestUpdateAndCopy rewrites a draft with everything that hangs on it, once of two
// racing managers, and begins another call from it.
func TestUpdateAndCopy(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	call := fixture.Draft(t, d, c)
	in := must[program.CallDetail](t)(s.Call(t.Context(), c.Manager, call.ID)).Input()
	in.Title, in.Sections, in.Documents = "고친 공모", in.Sections[:2], nil
	in.Rubric.Criteria = []program.Criterion{{Title: "하나", Max: 40}, {Title: "둘", Max: 60, Floor: 30}}
	var won, lost atomic.Int64
	var both sync.WaitGroup
	for _, who := range []authz.Actor{c.Manager, c.Manager2} {
		both.Go(func() {
			switch _, err := s.UpdateCall(context.WithoutCancel(t.Context()), who, call.ID, call.Version, in); {
			case err == nil:
				won.Add(1)
			case fault.KindOf(err) == fault.Conflict:
				lost.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	both.Wait()
	if won.Load() != 1 || lost.Load() != 1 {
		t.Errorf("%d saved, %d were told", won.Load(), lost.Load())
	}
	if _, err := s.UpdateCall(t.Context(), c.Finance, call.ID, call.Version+1, in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("finance rewrites the call: %v", err)
	}
	after := must[program.CallDetail](t)(s.Call(t.Context(), c.Auditor, call.ID))
	if after.Title != "고친 공모" || len(after.Sections) != 2 || len(after.Documents) != 0 || after.Rubric.Max() != 100 || after.Rubric.TieChain()[0].Title != "둘" {
		t.Errorf("saved %+v", after.Record)
	}
	if n := audited(t, d, "call:update", "call", int64(call.ID)); n != 1 {
		t.Errorf("audited %d times", n)
	}
	copied := must[program.CallInput](t)(s.CopyOf(t.Context(), c.Manager, call.ID))
	if copied.Title != "고친 공모" || !copied.OpensAt.IsZero() || copied.FiscalYear != 0 || len(copied.Rubric.Criteria) != 2 {
		t.Errorf("copied %+v", copied)
	}
}

// TestReceiptNumbersHaveNoGaps lets eight people hand in at once while some of them fail.
func TestReceiptNumbersHaveNoGaps(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	call := fixture.Call(t, d, c)
	numbers := make([]string, 24)
	var people sync.WaitGroup
	for i := range 24 {
		people.Go(func() {
			n, err := as(t, d, c.Manager, func(ctx context.Context, tx *work.Tx) (string, error) {
				n, err := program.NextReceipt(ctx, tx, call.ID)
				if err == nil && i%3 == 0 {
					err = fault.New(fault.Conflict, "제출하지 못했습니다.")
				}
				return n, err
			})
			if err == nil {
				numbers[i] = n
			}
		})
	}
	people.Wait()
	got := slices.DeleteFunc(numbers, func(n string) bool { return n == "" })
	slices.Sort(got)
	if len(got) != 16 || got[0] != call.Number+"-0001" || got[15] != call.Number+"-0016" || len(slices.Compact(slices.Clone(got))) != 16 {
		t.Errorf("receipt numbers %v", got)
	}
	var version int
	if err := d.DB.Get(&version, `select version from calls where id = $1`, call.ID); err != nil || version != call.Version {
		t.Errorf("receipts raised the call to version %d from %d, %v", version, call.Version, err)
	}
}

// TestRubric corrects a rubric with a reason until it is frozen, and never after.
func TestRubric(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	call := fixture.Call(t, d, c)
	read := func() program.Rubric {
		return must[program.CallDetail](t)(s.Call(t.Context(), c.Manager, call.ID)).Rubric
	}
	first := read()
	if first.Max() != 100 || len(first.Bonus) != 2 {
		t.Errorf("rubric of %d points with %d bonus items", first.Max(), len(first.Bonus))
	}
	var chain []int
	for _, k := range first.TieChain() {
		chain = append(chain, k.Position)
	}
	if !slices.Equal(chain, []int{2, 3, 1, 4, 5, 6}) {
		t.Errorf("the tie chain is %v, want heaviest first, then as written", chain)
	}
	in := program.RubricInput{Criteria: []program.Criterion{{Title: "하나", Max: 100}}}
	if _, err := s.CorrectRubric(t.Context(), c.Officer, call.ID, in, "오기"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an officer corrects it: %v", err)
	}
	_, err := s.CorrectRubric(t.Context(), c.Manager, call.ID, in, " ")
	want(t, "without a reason", err, fault.Invalid, "reason")
	after := must[program.Rubric](t)(s.CorrectRubric(t.Context(), c.Manager, call.ID, in, "오기"))
	if len(after.Criteria) != 1 || audited(t, d, "rubric:update", "rubric", int64(after.ID)) != 1 {
		t.Errorf("corrected to %+v", after)
	}
	for range 2 { // freezing twice changes nothing
		must[bool](t)(as(t, d, c.Manager, func(ctx context.Context, tx *work.Tx) (bool, error) {
			return true, program.FreezeRubrics(ctx, tx, call.ID)
		}))
	}
	hash := must[[]byte](t)(after.Hash())
	if got := read().Frozen; !bytes.Equal(got, hash) {
		t.Errorf("frozen as %x, content is %x", got, hash)
	}
	_, err = s.CorrectRubric(t.Context(), c.Manager, call.ID, in, "늦음")
	want(t, "after freezing", err, fault.Conflict, "심사를 시작한 뒤에는")
	for _, q := range []string{`update criteria set max = 5`, `delete from criteria`, `insert into bonus_items (rubric_id, position, title, points) select id, 9, 'x', 1 from rubrics`,
		`update rubrics set frozen_hash = null`, `delete from rubrics`} {
		tx := d.Owner.MustBegin()
		if _, err := tx.Exec(q); err == nil || !strings.Contains(err.Error(), "frozen") {
			t.Errorf("%s: %v", q, err)
		}
		_ = tx.Rollback()
	}
}

// TestExpenseCodes checks the seed against what is sure.
func TestExpenseCodes(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	for set, sure := range map[string]map[string]string{
		program.NationalCodes: {"110-03": "상용임금", "210-01": "일반수용비", "210-14": "일반용역비", "320-09": "고용부담금"},
		program.LocalCodes:    {"201-01": "사무관리비", "307-02": "민간경상사업보조", "802-01": "국고보조금반환금"},
	} {
		codes := must[[]program.ExpenseCode](t)(as(t, d, c.Manager, func(ctx context.Context, tx *work.Tx) ([]program.ExpenseCode, error) {
			return program.ExpenseCodes(ctx, tx, set)
		}))
		for _, k := range codes {
			if name, ok := sure[k.Code]; ok && name == k.Name {
				delete(sure, k.Code)
			}
			if k.Certainty != "sure" && k.Certainty != "medium" && k.Certainty != "unverified" || k.Category == "" {
				t.Errorf("code %+v", k)
			}
		}
		if len(sure) > 0 {
			t.Errorf("%s lacks %v", set, sure)
		}
	}
}

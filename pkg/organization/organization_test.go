package organization_test

import (
	"context"
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

func admin() authz.Actor {
	return authz.Actor{ID: 7, Name: "관리", Grants: []authz.Grant{{Role: "admin", Any: true}}}
}

func person() authz.Actor { return authz.Actor{ID: 8, Name: "아무개"} }

// view runs a query of the package the way other packages do.
func view[T any](t *testing.T, d *dbtest.DB, fn func(context.Context, *work.Tx) (T, error)) T {
	t.Helper()
	out, err := work.View(t.Context(), d.Work, person(), func(ctx context.Context, tx *work.Tx) (T, error) {
		if _, err := tx.Scope("organization:read"); err != nil {
			t.Fatal(err)
		}
		return fn(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestQueries(t *testing.T) {
	dbtest.Queries(t, dbtest.New(t).DB, ".")
}

func TestSeventeenAndTwoHundredTwentySixOnEveryDay(t *testing.T) {
	d := dbtest.New(t)
	for _, day := range []calendar.Date{
		calendar.Must(2021, 3, 22), calendar.Must(2022, 3, 1), calendar.Must(2023, 6, 10), calendar.Must(2023, 6, 11),
		calendar.Must(2023, 6, 30), calendar.Must(2023, 7, 1), calendar.Must(2024, 1, 17), calendar.Must(2024, 1, 18), calendar.Must(2026, 1, 1),
	} {
		for kind, want := range map[string]int{organization.Sido: 17, organization.Sigungu: 226} {
			got := view(t, d, func(ctx context.Context, tx *work.Tx) ([]organization.Organization, error) {
				return organization.OfKinds(ctx, tx, day, kind)
			})
			if len(got) != want {
				t.Errorf("%s: %d of kind %s, want %d", day, len(got), kind, want)
			}
			for _, o := range got {
				if kind == organization.Sigungu && o.Name != "군위군" && o.RegionCode[:2] == "47" && o.ParentName != "경상북도" {
					t.Errorf("%s stands under %q", o.Name, o.ParentName)
				}
			}
		}
	}
}

func TestDaeguBeforeAndAfterGunwi(t *testing.T) {
	d := dbtest.New(t)
	codes := func(day calendar.Date) string {
		rows := view(t, d, func(ctx context.Context, tx *work.Tx) ([]organization.Organization, error) {
			return organization.OfKinds(ctx, tx, day, organization.Sigungu)
		})
		var out []string
		for _, o := range rows {
			if o.ParentName == "대구광역시" {
				out = append(out, o.RegionCode+" "+o.Name)
			}
		}
		return strings.Join(out, ", ")
	}
	before := "2711000000 중구, 2714000000 동구, 2717000000 서구, 2720000000 남구, 2723000000 북구, 2726000000 수성구, 2729000000 달서구, 2771000000 달성군"
	if got := codes(calendar.Must(2022, 3, 1)); got != before {
		t.Errorf("대구 in 2022:\n got %s\nwant %s", got, before)
	}
	if got, want := codes(calendar.Must(2023, 7, 1)), before+", 2772000000 군위군"; got != want {
		t.Errorf("대구 from 2023-07-01:\n got %s\nwant %s", got, want)
	}
	old := view(t, d, func(ctx context.Context, tx *work.Tx) (organization.Organization, error) {
		return organization.ByRegion(ctx, tx, "4772000000")
	})
	if old.ValidTo != calendar.Must(2023, 6, 30) || old.FullName() != "경상북도 군위군" {
		t.Errorf("the old 군위군 is %+v", old)
	}
}

func TestOneMinistryAndNoSelfGovernmentInJeju(t *testing.T) {
	d := dbtest.New(t)
	rows := view(t, d, func(ctx context.Context, tx *work.Tx) ([]organization.Organization, error) {
		return organization.OfKinds(ctx, tx, calendar.Must(2022, 3, 1), organization.Ministry)
	})
	if len(rows) != 1 || rows[0].Name != "행정안전부" {
		t.Errorf("ministries: %+v", rows)
	}
	var n int
	if err := d.Owner.Get(&n, `select count(*) from regions where level = 'administrative_city' and parent_code = '5000000000'
		and not exists (select from organizations o where o.region_code = code)`); err != nil || n != 2 {
		t.Errorf("%d administrative cities without an organization, want 2 (%v)", n, err)
	}
	var code string
	if err := d.Owner.Get(&code, `select successor_code from regions where code = '4511000000'`); err != nil || code != "5211000000" {
		t.Errorf("전주시 goes on as %q (%v)", code, err)
	}
}

func TestSeedTwiceChangesNothing(t *testing.T) {
	d := dbtest.New(t)
	tx := d.Owner.MustBegin()
	defer func() { _ = tx.Rollback() }()
	var before, after int
	if err := tx.Get(&before, `select count(*) from organizations`); err != nil {
		t.Fatal(err)
	}
	if err := organization.Seed(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	if err := tx.Get(&after, `select count(*) from organizations`); err != nil || before != after || before < 245 {
		t.Errorf("%d organizations, then %d (%v)", before, after, err)
	}
}

func TestCreate(t *testing.T) {
	d := dbtest.New(t)
	s := organization.Service{Work: d.Work}
	from := calendar.Must(2020, 1, 1)
	in := organization.Input{Kind: organization.Sido, Name: "가람도", ValidFrom: from, Fictitious: true}
	if _, err := s.Create(t.Context(), person(), in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a person without the role got %v", err)
	}
	sido, err := s.Create(t.Context(), admin(), in)
	if err != nil {
		t.Fatal(err)
	}
	gu, err := s.Create(t.Context(), admin(), organization.Input{Kind: organization.Sigungu, Name: "나루군", Parent: sido.ID, ValidFrom: from, Fictitious: true})
	if err != nil || gu.FullName() != "가람도 나루군" || gu.Version != 1 {
		t.Fatalf("created %+v, %v", gu, err)
	}
	for name, in := range map[string]organization.Input{
		"kind name valid_from": {},
		"kind":                 {Kind: organization.Sido, Name: "서울특별시", ValidFrom: from},
		"parent_id":            {Kind: organization.Sigungu, Name: "다솜시", Parent: gu.ID, ValidFrom: from, Fictitious: true},
		"business_no valid_to": {Kind: organization.Partner, Name: "조합", BusinessNo: "1234567890", ValidFrom: from, ValidTo: from.AddDays(-1)},
	} {
		_, err := s.Create(t.Context(), admin(), in)
		_, fields := fault.Public(err)
		for _, want := range strings.Fields(name) {
			if fields[want] == "" {
				t.Errorf("%+v: no sentence for %s in %v", in, want, fields)
			}
		}
		if len(fields) != len(strings.Fields(name)) {
			t.Errorf("%+v: fields %v", in, fields)
		}
	}
}

func TestUpdateAndRace(t *testing.T) {
	d := dbtest.New(t)
	s := organization.Service{Work: d.Work}
	o, err := s.Create(t.Context(), admin(), organization.Input{Kind: organization.Partner, Name: "두레조합", ValidFrom: calendar.Must(2020, 1, 1)})
	if err != nil {
		t.Fatal(err)
	}
	in := organization.Input{Name: "새두레조합", BusinessNo: "124-81-00998", ValidFrom: o.ValidFrom}
	if _, err := s.Update(t.Context(), person(), o.ID, o.Version, in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a person without the role got %v", err)
	}
	got, err := s.Update(t.Context(), admin(), o.ID, o.Version, in)
	if err != nil || got.Name != "새두레조합" || got.BusinessNo != "1248100998" || got.Version != 2 {
		t.Fatalf("updated %+v, %v", got, err)
	}
	if _, err := s.Update(t.Context(), admin(), o.ID, o.Version, in); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a stale version got %v", err)
	}
	if _, err := s.Update(t.Context(), admin(), 999999, 1, in); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown organization got %v", err)
	}
}

func TestListPagesAndFilters(t *testing.T) {
	d := dbtest.New(t)
	s := organization.Service{Work: d.Work}
	req := page.Request{Size: 100, Filters: map[string]string{"kind": organization.Sigungu, "on": "2022-03-01"}}
	seen := map[organization.ID]bool{}
	for range 3 {
		got, err := s.List(t.Context(), person(), req)
		if err != nil || got.Total != 226 {
			t.Fatalf("total %d, %v", got.Total, err)
		}
		for _, o := range got.Items {
			seen[o.ID] = true
		}
		req.After = got.Next
	}
	if len(seen) != 226 || req.After != "" {
		t.Errorf("%d different rows on three pages, next %q", len(seen), req.After)
	}
	got, err := s.List(t.Context(), person(), page.Request{Query: "대구광역시 동"})
	if err != nil || len(got.Items) != 1 || got.Items[0].RegionCode != "2714000000" {
		t.Errorf("search gave %+v, %v", got.Items, err)
	}
	if got, err := s.List(t.Context(), person(), page.Request{Query: "%"}); err != nil || got.Total != 0 {
		t.Errorf("a percent sign is a letter: %d rows, %v", got.Total, err)
	}
	if _, err := s.List(t.Context(), authz.Anonymous(), page.Request{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a visitor got %v", err)
	}
}

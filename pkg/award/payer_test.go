package award_test

import (
	"slices"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/organization"
)

// TestARoleForEverythingIsNoPayerOfSido: whoever handles the money of all programmes
// is of the ministry; 시도비 is its 시·도's to send (decisions 4).
func TestARoleForEverythingIsNoPayerOfSido(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a := fixture.Granted(t, d, c)
	s := service(d)
	whole := c.Finance
	whole.Grants = []authz.Grant{{Role: "finance", Any: true}}
	for payer, want := range map[string]fault.Kind{organization.Sido: fault.Forbidden, organization.Ministry: 0} {
		tr, err := s.RequestTranche(t.Context(), c.Officer, a.ID, award.TrancheInput{PayerKind: payer, Amount: won(1_000)})
		if err != nil {
			t.Fatal(err)
		}
		show, err := s.ShowTranche(t.Context(), whole, tr.ID)
		if err != nil || slices.Contains(show.May, "draft") != (want == 0) {
			t.Errorf("%s: may %v, %v", payer, show.May, err)
		}
		if _, err = s.Draft(t.Context(), whole, tr.ID); want != 0 {
			wants(t, "drafts for "+payer, err, want)
			_, err = s.Draft(t.Context(), c.Province, tr.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		other := whole
		other.ID = c.Finance2.ID
		if _, err = s.Confirm(t.Context(), other, tr.ID); want != 0 {
			wants(t, "confirms for "+payer, err, want)
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

package api_test

import (
	"fmt"
	"testing"

	"eoul/pkg/fixture"
)

// TestCopyAndScreenByAPI copies a withdrawn plan into a new one and looks for what is
// like one that was handed in.
func TestCopyAndScreenByAPI(t *testing.T) {
	a := newApplicationAPI(t)
	apps := fixture.Applications(t, a.db)
	gone := fixture.Drafted(t, a.db, a.call, a.Officer)
	if _, err := apps.Withdraw(t.Context(), a.Officer, gone.ID, gone.Version, "다시 씁니다."); err != nil {
		t.Fatal(err)
	}
	now, err := apps.Create(t.Context(), a.Officer, a.call.ID, a.Naru, "")
	if err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("/api/v1/applications/%d/copy", now.ID)
	var plan struct {
		Sources []struct {
			ID int64 `json:"id"`
		} `json:"sources"`
		Parts []struct {
			Part string `json:"part"`
			Rows int    `json:"rows"`
		} `json:"parts"`
		Left []string `json:"left"`
	}
	a.do(t, "officer", "GET", at, nil, &plan, 200)
	if len(plan.Sources) != 1 || len(plan.Parts) != 0 {
		t.Errorf("without a source %+v", plan)
	}
	a.do(t, "officer2", "GET", at, nil, nil, 404)
	a.do(t, "officer", "GET", fmt.Sprintf("%s?from=%d", at, gone.ID), nil, &plan, 200)
	if len(plan.Parts) < 10 || len(plan.Left) != 2 {
		t.Errorf("with a source %+v", plan)
	}
	a.do(t, "officer", "POST", at, m{"from": gone.ID, "parts": []m{}}, nil, 422)
	var done struct {
		Copied, Kept []struct {
			Part string `json:"part"`
		}
	}
	both := m{"from": gone.ID, "parts": []m{{"part": "lines", "version": 0}, {"part": "partners", "version": 0}}}
	a.do(t, "officer", "POST", at, both, &done, 200)
	if len(done.Copied) != 2 || len(done.Kept) != 0 {
		t.Errorf("copied %+v", done)
	}
	a.do(t, "officer", "POST", at, both, &done, 200)
	if len(done.Copied) != 0 || len(done.Kept) != 2 {
		t.Errorf("a second time %+v", done)
	}

	one, other := fixture.HandedIn(t, a.db, a.call, a.Officer2), fixture.HandedIn(t, a.db, a.call, a.OfficerOther)
	screen := fmt.Sprintf("/api/v1/applications/%d/duplicates", one.ID)
	var found struct {
		Duplicates []struct {
			ID         int64 `json:"id"`
			Likenesses []struct {
				Kind string `json:"kind"`
			} `json:"likenesses"`
		} `json:"duplicates"`
	}
	a.do(t, "manager", "GET", screen, nil, &found, 200)
	if len(found.Duplicates) != 1 || found.Duplicates[0].ID != int64(other.ID) || len(found.Duplicates[0].Likenesses) != 3 {
		t.Errorf("found %+v", found)
	}
	a.do(t, "province", "GET", screen, nil, &found, 200)
	if len(found.Duplicates) != 0 {
		t.Errorf("the 시·도 sees another's: %+v", found)
	}
	a.do(t, "officer2", "GET", screen, nil, nil, 404)
}

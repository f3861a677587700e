package review_test

import (
	"testing"

	"eoul/pkg/fixture"
	"eoul/pkg/page"
	"eoul/pkg/review"
)

// TestWhatWaitsComesFirst pages through a worklist one by one: what is handed in stands
// behind what waits, and nothing is left out or shown twice.
func TestWhatWaitsComesFirst(t *testing.T) {
	w := setup(t)
	fixture.Assigned(t, w.DB, w.Company, w.call, len(w.Reviewers))
	who := w.Reviewers[0]
	tasks := fixture.Tasks(t, w.DB, who)
	if len(tasks) != 3 {
		t.Fatalf("%d tasks", len(tasks))
	}
	sheet := fixture.Declared(t, w.DB, who, tasks[0].ID)
	if _, err := w.reviews.Submit(t.Context(), who, sheet, fixture.Scored(t, w.DB, who, sheet, 1).Draft); err != nil {
		t.Fatal(err)
	}
	fixture.Declared(t, w.DB, who, tasks[2].ID)
	wanted := []review.AssignmentID{tasks[1].ID, tasks[2].ID, tasks[0].ID}
	req := page.Request{Size: 1}
	for i, id := range wanted {
		list, err := w.reviews.Mine(t.Context(), who, req)
		if err != nil || len(list.Items) != 1 || list.Items[0].ID != id || list.Items[0].Done() != (i == 2) || (list.Next == "") != (i == 2) {
			t.Fatalf("page %d: %+v, %v; want assignment %d", i+1, list, err, id)
		}
		req.After = list.Next
	}
}

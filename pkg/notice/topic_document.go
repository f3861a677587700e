package notice

import (
	"context"
	"fmt"

	"eoul/pkg/work"
)

const documentInfected = "document.infected"

// sqlFiled finds where a file is: in a draft or beside an expenditure.
const sqlFiled = `
	select coalesce((select min(application_id) from attachments where document_id = $1), 0) as application_id,
	       coalesce((select min(expenditure_id) from evidences where document_id = $1), 0) as expenditure_id`

// filed adds to a message about a file where its uploader can put another.
func filed(ctx context.Context, tx *work.Tx, about subject) (subject, error) {
	var at struct {
		Application int64 `db:"application_id"`
		Expenditure int64 `db:"expenditure_id"`
	}
	if err := tx.Get(ctx, &at, sqlFiled, about.ID); err != nil {
		return about, fmt.Errorf("find where the file is: %w", err)
	}
	about.ApplicationID, about.ExpenditureID = at.Application, at.Expenditure
	return about, nil
}

func documentTopic(name string, _ subject) (topic, bool) {
	if name != documentInfected {
		return topic{}, false
	}
	return topic{[]concerned{{"", named}}, say("올린 파일에서 악성코드가 발견되어 쓸 수 없습니다. 다른 파일을 올려 주십시오: %s"), func(s subject) string {
		switch {
		case s.ExpenditureID != 0:
			return fmt.Sprintf("/expenditures/%d", s.ExpenditureID)
		case s.ApplicationID != 0:
			return fmt.Sprintf("/applications/%d/plan/attachments", s.ApplicationID)
		}
		return "/notices"
	}}, true
}

package review

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/lib/pq"

	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/work"
)

// Post is where a reviewer worked: at a local government or at another body. What
// ended within the rule reviewer.past_years, or goes on, keeps them from the
// applications it concerns.
type Post struct {
	GovernmentID   organization.ID `db:"government_id" json:"government_id"` // 0: another body
	GovernmentName string          `db:"government_name" json:"government_name"`
	Body           string          `db:"body" json:"body"`
	From           calendar.Date   `db:"from_on" json:"from"`
	To             calendar.Date   `db:"to_on" json:"to"` // no date: still there
}

const maxPosts = 20

func checkPosts(f fault.Fields, posts []Post) {
	if len(posts) > maxPosts {
		f.Add("posts", fmt.Sprintf("경력은 %d개까지 적을 수 있습니다.", maxPosts))
	}
	for i := range posts {
		p, at := &posts[i], fmt.Sprintf("posts.%d.", i)
		p.Body = strings.TrimSpace(p.Body)
		if (p.GovernmentID == 0) == (p.Body == "") {
			f.Add(at+"body", "지자체를 고르거나 다른 기관의 이름을 적어 주십시오. 둘 가운데 하나만 적습니다.")
		}
		if utf8.RuneCountInString(p.Body) > 100 {
			f.Add(at+"body", "기관의 이름은 100자 안으로 적어 주십시오.")
		}
		if p.From.IsZero() {
			f.Add(at+"from", "일하기 시작한 날을 적어 주십시오.")
		} else if !p.To.IsZero() && p.To.Before(p.From) {
			f.Add(at+"to", "그만둔 날이 시작한 날보다 빠릅니다.")
		}
	}
}

const (
	sqlPosts = `
		select coalesce(p.government_id, 0) as government_id, coalesce(concat_ws(' ', v.name, g.name), '') as government_name, p.body, p.from_on, p.to_on
		  from reviewer_posts p
		  left join organizations g on g.id = p.government_id
		  left join organizations v on v.id = p.province_id
		 where p.reviewer_id = $1
		 order by p.position`
	sqlDropPosts = `delete from reviewer_posts where reviewer_id = $1`
	sqlAddPosts  = `
		insert into reviewer_posts (reviewer_id, position, government_id, province_id, body, from_on, to_on)
		select $1, n.position, g.id, g.parent_id, n.body, n.from_on::date, nullif(n.to_on, '')::date
		  from unnest($2::int[], $3::bigint[], $4::text[], $5::text[], $6::text[]) as n (position, government_id, body, from_on, to_on)
		  left join organizations g on g.id = n.government_id and g.kind in ('sido', 'sigungu')`
)

// readReviewer reads one member of a pool with where they worked.
func readReviewer(ctx context.Context, tx *work.Tx, id ReviewerID) (r Reviewer, err error) {
	if err = tx.Get(ctx, &r, sqlReviewer, id); err != nil {
		return r, err
	}
	r.Posts, err = postsOf(ctx, tx, id)
	return r, err
}

func postsOf(ctx context.Context, tx *work.Tx, id ReviewerID) (out []Post, err error) {
	return out, tx.Select(ctx, &out, sqlPosts, id)
}

// savePosts replaces where a reviewer worked before.
func savePosts(ctx context.Context, tx *work.Tx, id ReviewerID, posts []Post) error {
	if _, err := tx.ExecAll(ctx, sqlDropPosts, id); err != nil || len(posts) == 0 {
		return err
	}
	n := len(posts)
	positions, governments, bodies, from, to := make([]int64, n), make([]int64, n), make([]string, n), make([]string, n), make([]string, n)
	for i, p := range posts {
		positions[i], governments[i], bodies[i], from[i] = int64(i+1), int64(p.GovernmentID), p.Body, p.From.String()
		if !p.To.IsZero() {
			to[i] = p.To.String()
		}
	}
	_, err := tx.ExecAll(ctx, sqlAddPosts, id, pq.Array(positions), pq.Array(governments), pq.Array(bodies), pq.Array(from), pq.Array(to))
	return err
}

// checkGovernment refuses what is not a local government; 0 is none.
func checkGovernment(ctx context.Context, tx *work.Tx, id organization.ID) error {
	if id == 0 {
		return nil
	}
	o, err := organization.Get(ctx, tx, id)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err != nil || o.Kind != organization.Sido && o.Kind != organization.Sigungu {
		return fault.Fields{"government_id": "시·도나 시·군·구를 골라 주십시오."}.Err()
	}
	return nil
}

// nullable is the id for a column that is null for none.
func nullable(id organization.ID) any {
	if id == 0 {
		return nil
	}
	return int64(id)
}

// nonNil keeps a text[] column from becoming null.
func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

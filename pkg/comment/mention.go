package comment

import (
	"context"
	"slices"
	"strings"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// mentioned finds who is named, by choice or as @이름, and keeps them in c.
func mentioned(ctx context.Context, tx *work.Tx, a application.Application, c *Comment, chosen []authz.PersonID, f fault.Fields) ([]authz.PersonID, error) {
	c.Mentions = pq.Int64Array{}
	if len(chosen) == 0 && !strings.Contains(c.Body, "@") {
		return nil, nil
	}
	all, err := people(ctx, tx, a, c.Side)
	if err != nil {
		return nil, err
	}
	var out []authz.PersonID
	called := calledByName(all, c.Body)
	for _, p := range all {
		if slices.Contains(chosen, p.ID) || called[p.Name] {
			out = append(out, p.ID)
			c.Mentions = append(c.Mentions, int64(p.ID))
		}
	}
	for _, id := range chosen {
		if id != 0 && !slices.Contains(out, id) {
			f.Add("mentions", "우리 기관에서 이 신청을 맡은 사람만 부를 수 있습니다.")
		}
	}
	return out, nil
}

// calledByName finds the names written as @이름; where one name begins another, the
// longer one is meant.
func calledByName(people []Person, text string) map[string]bool {
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = p.Name
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	out := map[string]bool{}
	for _, name := range names {
		if rest := strings.ReplaceAll(text, "@"+name, ""); rest != text {
			out[name], text = true, rest
		}
	}
	return out
}

package audit

import (
	"context"
	"strconv"
	"strings"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

const (
	sqlColumns = `
		select id, at, actor_id, actor_name, rule, action, kind, object_id, coalesce(version, 0) as version,
		       coalesce(before, 'null') as before, coalesce(after, 'null') as after,
		       coalesce(request_id, '') as request_id, coalesce(ip, '') as ip
		  from audit_events e`
	sqlOf        = sqlColumns + ` where kind = $1 and object_id = $2 order by id`
	sqlListWhere = sqlColumns + ` where `
	// Counting stops where nobody reads on: the trail has millions of rows.
	sqlSeenWhere = `select e.id from audit_events e where `
	countHead    = `select count(*) from (`
	countEnd     = ` limit 10000) seen`
)

// CountLimit is the greatest total a list reports; it means "this many or more".
const CountLimit = 10000

// Of is the whole trail of one record, oldest first. Whoever calls it has made sure
// that the record may be read.
func Of(ctx context.Context, tx *work.Tx, kind string, id int64) (out []Event, err error) {
	err = tx.Select(ctx, &out, sqlOf, kind, id)
	return out, err
}

// Service holds the use cases of auditors.
type Service struct{ Work *work.Runner }

// Object shows the whole trail of one record, oldest first; a record the trail does
// not know is NotFound.
func (s *Service) Object(ctx context.Context, who authz.Actor, kind string, id int64) ([]Event, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]Event, error) {
		if err := everything(tx); err != nil {
			return nil, err
		}
		out, err := Of(ctx, tx, kind, id)
		if err == nil && len(out) == 0 {
			err = fault.New(fault.NotFound, "이 기록의 이력이 없습니다.")
		}
		return out, err
	})
}

// List shows the trail, newest first. Filters: actor (a part of the name), person
// (an id), kind, object (an id), action, from and to (days in Korea, both included). A filter that
// cannot be read is Invalid.
func (s *Service) List(ctx context.Context, who authz.Actor, req page.Request) (page.Slice[Event], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Event], err error) {
		if err := everything(tx); err != nil {
			return out, err
		}
		w, err := filter(req)
		if err != nil {
			return out, err
		}
		var total int
		if err := tx.Get(ctx, &total, countHead+sqlSeenWhere+w.String()+countEnd, w.Args...); err != nil {
			return out, err
		}
		var before EventID
		if ok, err := req.Start(&before); err != nil {
			return out, err
		} else if ok {
			w.And("e.id < $$", before)
		}
		var rows []Event
		q := sqlListWhere + w.String() + " order by e.id desc limit " + strconv.Itoa(req.Limit()+1)
		if err := tx.Select(ctx, &rows, q, w.Args...); err != nil {
			return out, err
		}
		return page.Cut(req, rows, total, func(e Event) any { return e.ID }), nil
	})
}

// everything demands a permission on the whole trail: its rows carry no government,
// so that it cannot be shown in part.
func everything(tx *work.Tx) error {
	scope, err := tx.Scope("audit:read")
	if err == nil && !scope.All {
		err = fault.New(fault.Forbidden, "감사 이력을 볼 권한이 없습니다.")
	}
	return err
}

func filter(req page.Request) (page.Where, error) {
	w := page.Begin("true", nil)
	f := fault.Fields{}
	day := func(name, text string, later int) {
		v := req.Filter(name)
		if v == "" {
			return
		}
		d, err := calendar.Parse(v)
		if err != nil {
			f.Add(name, "날짜는 2022-05-13과 같은 형식이어야 합니다.")
			return
		}
		w.And(text, calendar.Instant(d.AddDays(later), 0, 0).UTC().Format(time.RFC3339))
	}
	if v := strings.TrimSpace(req.Filter("actor")); v != "" {
		w.And("e.actor_name like $$", page.Like(v))
	}
	if v := req.Filter("person"); v != "" {
		id, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			f.Add("person", "사람을 골라 주십시오.")
		}
		w.And("e.actor_id = $$", id)
	}
	if v := req.Filter("kind"); v != "" {
		w.And("e.kind = $$", v)
	}
	if v := req.Filter("object"); v != "" {
		id, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			f.Add("object", "기록의 번호는 숫자여야 합니다.")
		}
		w.And("e.object_id = $$", id)
	}
	if v := req.Filter("action"); v != "" {
		w.And("e.action = $$", v)
	}
	day("from", "e.at >= $$", 0)
	day("to", "e.at < $$", 1)
	return w, f.Err()
}

const sqlLatest = sqlColumns + ` where kind = $1 and object_id = $2 and after is not null order by id desc limit 1`

// Latest is the last event that says what a record looks like, NotFound without
// one. Like Of, it asks for no permission.
func Latest(ctx context.Context, tx *work.Tx, kind string, id int64) (e Event, err error) {
	err = tx.Get(ctx, &e, sqlLatest, kind, id)
	return e, err
}

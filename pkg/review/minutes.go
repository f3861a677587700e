package review

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// MinutesID identifies the minutes of a round.
type MinutesID int64

// Minutes are the record of a round's discussion (심사 회의록) without what was said of
// each application. ID 0 means that nothing is written yet.
type Minutes struct {
	ID        MinutesID     `db:"id" json:"id"`
	RoundID   RoundID       `db:"round_id" json:"round_id"`
	HeldAt    time.Time     `db:"held_at" json:"held_at"`
	Place     string        `db:"place" json:"place"`
	Attendees pq.Int64Array `db:"attendees" json:"attendees"` // reviewers of the round
	Body      string        `db:"body" json:"body"`
	WrittenBy string        `db:"written_by_name" json:"written_by"`
	Version   int           `db:"version" json:"version"`
}

// Ref names the minutes at their version.
func (m Minutes) Ref() work.Ref {
	return work.Ref{Kind: "minutes", ID: int64(m.ID), Version: m.Version}
}

// trail is what the audit trail keeps: not the words, which may tell of scores.
func (m Minutes) trail() map[string]any {
	return map[string]any{"round_id": m.RoundID, "held_at": m.HeldAt, "place": m.Place, "attendees": m.Attendees}
}

// Attendee is a reviewer of the round and whether they took part.
type Attendee struct {
	ReviewerID ReviewerID `db:"id" json:"reviewer_id"`
	Name       string     `db:"name" json:"name"`
	Present    bool       `db:"-" json:"present"`
}

// MinutesItem is what was decided of one application.
type MinutesItem struct {
	ApplicationID  application.ID `db:"application_id" json:"application_id"`
	Number         string         `db:"number" json:"number"`
	GovernmentName string         `db:"government_name" json:"government_name"`
	Title          string         `db:"title" json:"title"`
	Decision       string         `db:"decision" json:"decision"`
}

// MinutesView is the page of the minutes: items and changes are those of applications
// the person discusses, or from the lock on of all when they may read its ranking.
type MinutesView struct {
	Round     Round         `json:"round"`
	Minutes   Minutes       `json:"minutes"`
	Attendees []Attendee    `json:"attendees"`
	Items     []MinutesItem `json:"items"`
	Changes   []ScoreChange `json:"changes"`
	CanWrite  bool          `json:"can_write"`
}

// MinutesInput is the whole minutes as typed. Version is 0 for the first time.
// An application that is left out stays as it is.
type MinutesInput struct {
	Version   int
	HeldAt    time.Time
	Place     string
	Attendees []ReviewerID
	Body      string
	Items     []DecisionInput
}

// DecisionInput is what was decided of one application, as typed.
type DecisionInput struct {
	Application application.ID
	Decision    string
}

const (
	sqlMinutes = `
		select m.id, m.round_id, m.held_at, m.place, m.attendees, m.body, p.name as written_by_name, m.version
		  from round_minutes m join people p on p.id = m.written_by
		 where m.round_id = $1`
	sqlInsertMinutes = `
		insert into round_minutes (round_id, held_at, place, attendees, body, written_by) values ($1, $2, $3, $4, $5, $6)`
	sqlUpdateMinutes = `
		update round_minutes set held_at = $2, place = $3, attendees = $4, body = $5, written_by = $6 where round_id = $1`
	sqlSaveItems = `
		insert into minutes_items (minutes_id, application_id, decision)
		select $1, n.application_id, n.decision from unnest($2::bigint[], $3::text[]) as n (application_id, decision)
		on conflict (minutes_id, application_id) do update set decision = excluded.decision`
	sqlAttendees = `
		select distinct r.id, n.name
		  from assignments a
		  join reviewers r on r.id = a.reviewer_id
		  join people n on n.id = r.person_id
		  join conflicts c on c.assignment_id = a.id and c.kind = 'none'
		 where a.round_id = $1 and not exists (select from exclusions e where e.assignment_id = a.id)
		 order by r.id`
	minutesItems = `
		select p.id as application_id, p.number, p.government_name, p.title, coalesce(i.decision, '') as decision
		  from rounds o
		  join applications p on exists (select from assignments a where a.round_id = o.id and a.application_id = p.id)
		  left join round_minutes m on m.round_id = o.id
		  left join minutes_items i on i.minutes_id = m.id and i.application_id = p.id
		 where o.id = $1 and `
	sqlItemsInDiscussion = minutesItems + `o.state <> 'scoring' and discusses(p.id, o.program_id, app_actor()) order by p.number`
	sqlItemsAfterLock    = minutesItems + `o.state = 'locked' order by p.number`
	sqlHasMinutes        = `select exists (select from round_minutes where round_id = $1)`
)

// maxMinutes bounds each text of the minutes, in characters.
const maxMinutes = 4000

// WriteMinutes keeps the minutes while the round is discussing. What the chair had
// asked for is asked anew: the second person confirms what they read. A version that
// is not the newest is a Conflict.
func (s *Service) WriteMinutes(ctx context.Context, who authz.Actor, id RoundID, in MinutesInput) (MinutesView, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out MinutesView, err error) {
		round, err := lockRound(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := tx.Allow("minutes:update", minutesOf(round)); err != nil {
			return out, err
		}
		if round.State != Discussing {
			return out, fault.New(fault.Conflict, "회의록은 토의하는 동안에만 적을 수 있습니다.")
		}
		before := MinutesView{Round: round}
		if err := before.read(ctx, tx); err != nil {
			return out, err
		}
		if before.Minutes.Version != in.Version {
			return out, fault.New(fault.Conflict, "그사이 회의록이 바뀌었습니다. 화면을 새로 열어 확인해 주십시오.")
		}
		if err := in.check(tx.Now, before); err != nil {
			return out, err
		}
		if err := in.write(ctx, tx, id, before.Minutes); err != nil {
			return out, err
		}
		if err := clearRequest(ctx, tx, round, "minutes:update"); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out.Round, sqlRound, id); err != nil {
			return out, err
		}
		if err := out.read(ctx, tx); err != nil {
			return out, err
		}
		var old any
		if before.Minutes.ID != 0 {
			old = before.Minutes.trail()
		}
		return out, tx.Record(ctx, "minutes:update", out.Minutes.Ref(), old, out.Minutes.trail())
	})
}

// check names every mistake at once; items by their place in the list.
func (in *MinutesInput) check(now time.Time, known MinutesView) error {
	f := fault.Fields{}
	in.Place, in.Body = strings.TrimSpace(in.Place), strings.TrimSpace(in.Body)
	if in.HeldAt.IsZero() || in.HeldAt.After(now) {
		f.Add("held_at", "회의를 연 때를 지금보다 늦지 않게 적어 주십시오.")
	}
	if n := utf8.RuneCountInString(in.Place); n == 0 || n > 200 {
		f.Add("place", "회의를 연 곳을 200자 안으로 적어 주십시오.")
	}
	if utf8.RuneCountInString(in.Body) > maxMinutes {
		f.Add("body", "회의 내용은 4,000자 안으로 적어 주십시오.")
	}
	sitting := func(id ReviewerID) bool {
		return slices.ContainsFunc(known.Attendees, func(a Attendee) bool { return a.ReviewerID == id })
	}
	slices.Sort(in.Attendees)
	in.Attendees = slices.Compact(in.Attendees)
	if len(in.Attendees) == 0 || slices.ContainsFunc(in.Attendees, func(id ReviewerID) bool { return !sitting(id) }) {
		f.Add("attendees", "이 심사의 위원 가운데 참석한 사람을 골라 주십시오.")
	}
	seen := map[application.ID]bool{}
	for i, item := range in.Items {
		at := "items." + strconv.Itoa(i)
		if seen[item.Application] || !slices.ContainsFunc(known.Items, func(k MinutesItem) bool { return k.ApplicationID == item.Application }) {
			f.Add(at+".decision", "토의하지 않는 신청이거나 두 번 적혔습니다.")
		}
		seen[item.Application] = true
		if utf8.RuneCountInString(item.Decision) > maxMinutes {
			f.Add(at+".decision", "결정은 4,000자 안으로 적어 주십시오.")
		}
	}
	return f.Err()
}

func (in MinutesInput) write(ctx context.Context, tx *work.Tx, id RoundID, before Minutes) error {
	q, present := sqlUpdateMinutes, make([]int64, len(in.Attendees))
	if before.ID == 0 {
		q = sqlInsertMinutes
	}
	for i, who := range in.Attendees {
		present[i] = int64(who)
	}
	if err := tx.Exec(ctx, q, id, in.HeldAt, in.Place, pq.Array(present), in.Body, tx.Actor.ID); err != nil {
		return err
	}
	var now Minutes
	if err := tx.Get(ctx, &now, sqlMinutes, id); err != nil {
		return err
	}
	ids, texts := make([]int64, len(in.Items)), make([]string, len(in.Items))
	for i, item := range in.Items {
		ids[i], texts[i] = int64(item.Application), strings.TrimSpace(item.Decision)
	}
	_, err := tx.ExecAll(ctx, sqlSaveItems, now.ID, pq.Array(ids), pq.Array(texts))
	return err
}

package planbook

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"

	jsonv2 "github.com/go-json-experiment/json"
	"golang.org/x/text/unicode/norm"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/intake"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/work"
)

// ID identifies a file that was sent.
type ID int64

// Service holds the use cases of the round trip.
type Service struct {
	Work         *work.Runner
	Applications *application.Service
	Reader       *intake.Reader
}

const (
	// A file is kept three days, for the one who sent it; a new one takes its place.
	sqlForget = `
		delete from plan_imports
		 where created_at < $3::timestamptz - interval '3 days' or (application_id = $1 and person_id = $2)`
	sqlKeep = `
		insert into plan_imports (application_id, person_id, name, file, content, created_at)
		values ($1, $2, $3, $4, $5, $6) returning id`
	sqlFind = `
		select id, name, content, created_at from plan_imports
		 where id = $1 and application_id = $2 and person_id = $3 and created_at >= $4::timestamptz - interval '3 days'`
	sqlFile = `
		select file from plan_imports
		 where id = $1 and application_id = $2 and person_id = $3 and created_at >= $4::timestamptz - interval '3 days'`
	sqlDone = `delete from plan_imports where id = $1 and application_id = $2 and person_id = $3`
)

// kept is a file as it is stored, without its bytes.
type kept struct {
	ID        ID        `db:"id"`
	Name      string    `db:"name"`
	Content   []byte    `db:"content"`
	CreatedAt time.Time `db:"created_at"`
	upload    upload
}

// Workbook makes the workbook of the draft as it stands, for whoever may see the
// draft. Close it when it was sent.
func (s *Service) Workbook(ctx context.Context, who authz.Actor, id application.ID) (xlsx.File, error) {
	w, err := s.Applications.BudgetWorkspace(ctx, who, id)
	if err != nil {
		return xlsx.File{}, err
	}
	return write(w)
}

// Upload reads and keeps a file that a person sent, and changes nothing of the plan.
// A file that cannot be taken is Invalid for the field "file"; mistakes inside are in
// the Import, not an error.
func (s *Service) Upload(ctx context.Context, who authz.Actor, id application.ID, name string, data []byte) (Import, error) {
	a, err := work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (application.Application, error) {
		return application.Writable(ctx, tx, id)
	})
	if err != nil {
		return Import{}, err
	}
	content, err := s.Reader.Read(ctx, data)
	if err != nil {
		return Import{}, err
	}
	w, err := s.Applications.Workspace(ctx, who, id)
	if err != nil {
		return Import{}, err
	}
	u, err := understand(content, a.Number, versions(w))
	if err != nil {
		return Import{}, err
	}
	text, err := jsonv2.Marshal(u)
	if err != nil {
		return Import{}, fmt.Errorf("encode tables: %w", err)
	}
	k := kept{Name: tidy(name, u.CSV), upload: u}
	k.ID, err = work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (file ID, err error) {
		if _, err := application.Writable(ctx, tx, id); err != nil {
			return 0, err
		}
		if _, err := tx.ExecAll(ctx, sqlForget, id, who.ID, tx.Now); err != nil {
			return 0, fmt.Errorf("forget old files: %w", err)
		}
		k.CreatedAt = tx.Now
		return file, tx.Get(ctx, &file, sqlKeep, id, who.ID, k.Name, data, string(text), tx.Now)
	})
	if err != nil {
		return Import{}, err
	}
	return s.examine(ctx, who, k, w)
}

// Show checks a file that was sent again, against the draft as it stands now.
func (s *Service) Show(ctx context.Context, who authz.Actor, id application.ID, file ID) (Import, error) {
	k, err := s.find(ctx, who, id, file)
	if err != nil {
		return Import{}, err
	}
	w, err := s.Applications.Workspace(ctx, who, id)
	if err != nil {
		return Import{}, err
	}
	return s.examine(ctx, who, k, w)
}

func (s *Service) find(ctx context.Context, who authz.Actor, id application.ID, file ID) (kept, error) {
	return work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (k kept, err error) {
		if _, err := application.Writable(ctx, tx, id); err != nil {
			return k, err
		}
		found, err := tx.Find(ctx, &k, sqlFind, file, id, who.ID, tx.Now)
		switch {
		case err != nil:
			return k, fmt.Errorf("read file: %w", err)
		case !found:
			return k, errNoFile()
		}
		if err := jsonv2.Unmarshal(k.Content, &k.upload); err != nil {
			return k, fmt.Errorf("decode tables: %w", err)
		}
		return k, nil
	})
}

// versions are those of the parts that a workbook holds.
func versions(w application.Workspace) map[string]int {
	out := map[string]int{}
	for _, t := range tables() {
		p, _ := w.Report.Part(t.Part)
		out[t.Part] = p.Version
	}
	return out
}

// Agreement is what a person saw before they applied a file: the version of each part
// it replaces, and that they know of what others saved since it was downloaded.
type Agreement struct {
	Versions  map[string]int
	Overwrite bool
}

// Apply replaces the parts that a file changes, all or none. Invalid while there is a
// mistake in it, or others saved since the download and nobody agreed to overwrite
// that; Conflict when the draft is not what was shown; NotFound when it was applied.
func (s *Service) Apply(ctx context.Context, who authz.Actor, id application.ID, file ID, agreed Agreement) ([]application.Saved, error) {
	in, err := s.Show(ctx, who, id, file)
	if err != nil {
		return nil, err
	}
	switch {
	case in.Errors > 0:
		return nil, fault.New(fault.Invalid, fmt.Sprintf("고칠 곳이 %d군데 남아 있어 반영할 수 없습니다.", in.Errors))
	case len(in.edits) == 0:
		return nil, fault.New(fault.Invalid, "지금 저장된 내용과 같아 반영할 것이 없습니다.")
	case !same(in.Versions, agreed.Versions):
		return nil, fault.New(fault.Conflict, "확인한 뒤에 계획서가 바뀌었습니다. 바뀌는 내용을 다시 확인해 주십시오.")
	case len(in.Since) > 0 && !agreed.Overwrite:
		f := fault.Fields{}
		f.Add("overwrite", "그사이 저장된 내용을 바꾸는 데 동의해 주십시오.")
		return nil, f.Err()
	}
	return work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]application.Saved, error) {
		saved, err := application.ApplyEdits(ctx, tx, id, in.edits)
		if err != nil {
			return nil, err
		}
		n, err := tx.ExecAll(ctx, sqlDone, file, id, who.ID)
		if err == nil && n == 0 {
			err = errNoFile()
		}
		return saved, err
	})
}

func same(a, b map[string]int) bool {
	if len(a) != len(b) {
		return false
	}
	for part, v := range a {
		if is, ok := b[part]; !ok || is != v {
			return false
		}
	}
	return true
}

// tidy is the name of a file as it is shown and given back: without folders and
// control characters, at most 100 characters before its ending.
func tidy(name string, csv bool) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	if name = strings.Trim(name, " ."); name == "" {
		name = "사업계획서"
	}
	ending := ".xlsx"
	if csv {
		ending = ".csv"
	}
	return clip(name, 100) + ending
}

const sqlForgetAll = `delete from plan_imports where created_at < $1::timestamptz - interval '3 days'`

// Forget deletes the files whose three days are over; the server does so now and then.
func (s *Service) Forget(ctx context.Context) (int64, error) {
	return work.Draft(ctx, s.Work, authz.System("올린 파일 정리"), func(ctx context.Context, tx *work.Tx) (int64, error) {
		if _, err := tx.Scope("document:sweep"); err != nil {
			return 0, err
		}
		return tx.ExecAll(ctx, sqlForgetAll, tx.Now)
	})
}

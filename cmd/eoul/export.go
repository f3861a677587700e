package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"eoul"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/postgres"
	"eoul/pkg/report"
	"eoul/pkg/work"
)

// ExportCmd writes reports into files.
type ExportCmd struct {
	Settlement exportSettlement `cmd:"" help:"정산보고서를 엑셀 파일로 내보냅니다."`
}

// exportSettlement writes the settlement workbook.
type exportSettlement struct {
	databaseFlags
	Call  string `xor:"which" required:"" placeholder:"번호" help:"공모의 번호. 그 공모의 모든 사업을 한 파일에 담습니다."`
	Award string `xor:"which" required:"" placeholder:"번호" help:"교부결정의 번호. 그 사업만 담습니다."`
	Out   string `short:"o" required:"" placeholder:"파일" help:"쓸 파일. 이미 있으면 바꾸어 씁니다."`
}

// Help is what eoul export settlement --help says beyond its options.
func (exportSettlement) Help() string {
	return `총괄표, 재원별 정산, 비목별 집행, 집행내역의 네 시트를 만듭니다. 모든 시트는 한 시점의 자료이며, 합계는
수식과 값이 함께 들어 있고 총괄표 아래에 시트 사이의 검산을 적습니다. 서버가 돌고 있어도 실행할 수 있습니다.

예: eoul export settlement --call 2022-001 -o 정산보고서.xlsx`
}

// Run writes the workbook; the file appears whole or not at all.
func (c *exportSettlement) Run(ctx context.Context, out *cliOut) (err error) {
	d, err := c.open(ctx, postgres.Open)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	runner, done, err := d.job(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	service := report.Service{Work: runner}
	file, err := service.Settlement(ctx, authz.System("내보내기"), report.Which{Call: c.Call, Award: c.Award})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := writeWhole(c.Out, file); err != nil {
		return err
	}
	return out.line("%s에 썼습니다.", c.Out)
}

// job is a unit-of-work runner for one long command beside the server, and how to
// give its connections back.
func (d *database) job(ctx context.Context) (*work.Runner, func() error, error) {
	policy, err := authz.New(eoul.Policies)
	if err != nil {
		return nil, nil, err
	}
	options := []postgres.Option{postgres.Pool(2), postgres.Named("eoul job"), postgres.Patient()}
	if d.narrow {
		options = append(options, postgres.As(postgres.AppRole))
	}
	db, err := postgres.Connect(ctx, d.app, options...)
	if err != nil {
		return nil, nil, err
	}
	if err := postgres.CheckVersion(ctx, db); err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return work.New(db, policy), db.Close, nil
}

// writeWhole writes a file beside its place and moves it there when it is complete.
func writeWhole(path string, from io.WriterTo) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".eoul-*.xlsx")
	if err != nil {
		return cannotWrite(path, err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone after the move
	_, err = from.WriteTo(f)
	if err = errors.Join(err, f.Chmod(0o600), f.Close()); err != nil {
		return cannotWrite(path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return cannotWrite(path, err)
	}
	return nil
}

// cannotWrite is the sentence about a file when its folder is to blame.
func cannotWrite(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrExist) {
		return fault.Wrap(fault.Invalid, fmt.Sprintf("%s에 쓸 수 없습니다. 폴더와 권한을 확인해 주세요.", path), err)
	}
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"eoul/pkg/authz"
	"eoul/pkg/postgres"
	"eoul/pkg/verify"
)

// VerifyCmd recomputes counters, states, rankings, settlements and checksums of files.
type VerifyCmd struct {
	databaseFlags
	fileFlags
	JSON bool `name:"json" help:"다른 프로그램이 읽을 수 있게 출력합니다."`
}

// Help is what eoul verify --help says beyond its options.
func (VerifyCmd) Help() string {
	return `장부의 누계를 전표에서, 상태를 이력에서, 순위를 점수에서, 확정된 정산을 장부에서 다시 계산해 저장된 것과
견주고, 올린 파일이 저장소에 그대로 있는지 SHA-256으로 확인합니다. 읽기만 하므로 서버가 돌고 있어도 실행할 수 있습니다.

종료 코드: 0 모두 맞음, 1 맞지 않는 것이 있음(하나에 한 줄씩 알립니다).

예: eoul verify --json > 점검.json`
}

// Run prints what disagrees.
func (c *VerifyCmd) Run(ctx context.Context, out *cliOut) (err error) {
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
	store, err := c.store(ctx, c.databaseFlags)
	if err != nil {
		return err
	}
	service := verify.Service{Work: runner, Files: store}
	findings, err := service.Run(ctx, authz.System("점검"), bar())
	if err != nil {
		return err
	}
	return c.report(out, findings)
}

func (c *VerifyCmd) report(out *cliOut, findings []verify.Finding) error {
	if c.JSON {
		if err := out.json(append([]verify.Finding{}, findings...)); err != nil {
			return err
		}
	} else {
		for _, f := range findings {
			if err := out.line("[%s] %s: %s (%s)", f.Check, f.ObjectLabel(), f.Message, f.Detail); err != nil {
				return err
			}
		}
	}
	if n := len(findings); n > 0 {
		return Exit{Code: exitFailed, Msg: fmt.Sprintf("맞지 않는 것이 %d건 있습니다.", n)}
	}
	if c.JSON {
		return nil
	}
	return out.line("모두 맞습니다.")
}

// bar shows progress on a terminal; elsewhere there is nobody to see it.
func bar() func(done, total int) {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		return nil
	}
	b := progressbar.NewOptions(1, progressbar.OptionSetDescription("점검"), progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	return func(done, total int) {
		b.ChangeMax(total)
		_ = b.Set(done)
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/demo"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/install"
	"eoul/pkg/postgres"
)

// DemoCmd serves the demonstration.
type DemoCmd struct {
	databaseFlags
	fileFlags
	listenFlags
	Scale bool `help:"속도를 재는 큰 자료(신청 300건, 집행 10만 건)를 더합니다."`
}

// Help is what eoul demo --help says beyond its options.
func (DemoCmd) Help() string {
	return `데이터 폴더에 전용 PostgreSQL을 띄우고(TCP 없이 유닉스 소켓만 씁니다) 2022년 사례와 가상의 사업으로 채운
뒤, 이 컴퓨터에서만 보이는 주소에서 시작합니다. 역할별 로그인은 시작할 때마다 출력합니다. 다시 시작하면
쓰던 자료로 이어지고, Ctrl-C를 누르면 서버와 PostgreSQL이 함께 끝납니다.

이미 있는 PostgreSQL을 쓰려면 빈 데이터베이스의 주소를 DATABASE_URL에 적습니다. 그 역할이 표를 만들고,
서버는 그중 권한이 적은 eoul_app으로 움직입니다.

예: EOUL_ADDR=127.0.0.1:8081 EOUL_DATA=./data eoul demo`
}

// Run fills the database when it is new and serves it until it is told to stop.
func (c *DemoCmd) Run(ctx context.Context, out *cliOut, log *slog.Logger) (err error) {
	if !loopback(c.Addr) {
		return fault.New(fault.Invalid, "시연은 이 컴퓨터에서만 볼 수 있습니다. EOUL_ADDR에 127.0.0.1이나 localhost를 적어 주세요.")
	}
	p, err := c.listenFlags.open(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	d, err := c.databaseFlags.open(ctx, postgres.Start)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	db, err := c.prepare(ctx, d)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	store, scanner, err := c.files(ctx, c.databaseFlags)
	if err != nil {
		return err
	}
	seats, err := c.fill(ctx, d, db, store, out)
	if err != nil {
		return err
	}
	g := &gate{db: db}
	site, err := site{demo: true, proxy: c.TrustedProxy, pace: c.Pace, forgetUnsent: c.KeepUnsent == "off", log: log, scanner: scanner}.build(ctx, db, store, g)
	if err != nil {
		return err
	}
	if err := announce(out, p.main.Addr().String(), seats); err != nil {
		return err
	}
	defer site.jobs.start(ctx)()
	return p.serve(ctx, log, site.web.HTTP(c.Addr), g, d.gone(), 0)
}

// fill makes the demonstration the first time.
func (c *DemoCmd) fill(ctx context.Context, d *database, app *sqlx.DB, store document.Store, out *cliOut) (seats []demo.Seat, err error) {
	owner, err := d.connectOwner(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, owner.Close()) }()
	folder, err := c.folder()
	if err != nil {
		return nil, err
	}
	seats, err = filler{out: out, folder: folder, store: store, app: app, owner: owner}.fill(ctx)
	if err == nil && c.Scale {
		err = enlarge(ctx, owner, out)
	}
	return seats, err
}

// enlarge adds the dataset that `make bench` measures on, once.
func enlarge(ctx context.Context, owner *sqlx.DB, out *cliOut) error {
	if err := out.line("큰 자료를 더합니다. 처음 한 번만 20초쯤 걸립니다."); err != nil {
		return err
	}
	tx, err := owner.BeginTxx(ctx, nil)
	if err != nil {
		return postgres.Translate(err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := demo.Scale(ctx, tx); err != nil {
		return err
	}
	return postgres.Translate(tx.Commit())
}

// announce prints where the demonstration is and who can sign in.
func announce(out *cliOut, addr string, seats []demo.Seat) error {
	lines := []string{"", "어울 시연: http://" + addr + "  (끝내려면 Ctrl-C)", "", "로그인            비밀번호              역할"}
	for _, s := range seats {
		lines = append(lines, fmt.Sprintf("%-12s  %-20s  %s", s.Login, s.Password, s.Role))
	}
	lines = append(lines, "", "정산보고서(엑셀): finance로 로그인한 뒤 http://"+addr+"/reports 에서 내려받습니다.", "")
	for _, l := range lines {
		if err := out.line("%s", l); err != nil {
			return err
		}
	}
	return nil
}

// prepare builds the demonstration and connects to it as the app role.
func (c *DemoCmd) prepare(ctx context.Context, d *database) (*sqlx.DB, error) {
	if err := d.install(ctx, install.MarkDemo); err != nil {
		return nil, err
	}
	if err := d.narrowable(ctx); err != nil {
		return nil, err
	}
	db, err := d.connectApp(ctx)
	if err != nil {
		return nil, err
	}
	is, err := install.IsDemo(ctx, db)
	if err == nil && !is {
		err = fault.New(fault.Conflict, "실제 업무에 쓰는 데이터베이스에는 시연 자료를 넣지 않습니다. 빈 데이터베이스를 지정해 주세요.")
	}
	if err == nil {
		err = postgres.CheckRole(ctx, db, postgres.SetRole, postgres.UnsafeDisk)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// loopback tells whether an address is seen by this machine alone.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

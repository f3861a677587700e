package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/award"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/rule"
)

// bareConfig is what the bare server needs to do the same reads: the very texts of
// the product's queries, in the order it runs them.
type bareConfig struct {
	Database     string
	Call         int64
	List, Detail []string
}

// totals is one row of the query that adds the sums to a list.
type totals struct {
	ID      application.ID `db:"application_id"`
	Amounts money.BySource `db:"amounts"`
	No      int            `db:"no"`
}

// bareDetail is an award with its budget lines, as the product shows it, without
// what the viewer may do.
type bareDetail struct {
	Award      award.Award       `json:"award"`
	Lines      []award.Line      `json:"lines"`
	Balances   []ledger.Balances `json:"balances"`
	Conditions []string          `json:"conditions"`
	Tranches   []award.Tranche   `json:"tranches"`
	Secured    []money.BySource  `json:"secured"`
}

// bareServer answers a list and a detail with prepared SQL and nothing else: no
// session, no permission, no transaction, no middleware. It prints its address and
// serves until it is killed.
func bareServer(ctx context.Context, text string) error {
	var cfg bareConfig
	if err := json.Unmarshal([]byte(text), &cfg); err != nil {
		return err
	}
	db, err := bareDB(cfg.Database)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	list, err := prepare(ctx, db, cfg.List, 3)
	if err != nil {
		return err
	}
	detail, err := prepare(ctx, db, cfg.Detail, 9)
	if err != nil {
		return err
	}
	e := echo.New()
	e.GET("/list", func(c echo.Context) error { return bareList(c, list, cfg.Call) })
	e.GET("/detail/:id", func(c echo.Context) error { return bareShow(c, detail) })
	return bareServe(ctx, e)
}

// bareDB is a pool as large as the product's, that keeps its connections.
func bareDB(address string) (*sqlx.DB, error) {
	db, err := sqlx.Open("postgres", address)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(20)
	return db, nil
}

// bareServe prints the address of a free port and serves there until it is killed.
func bareServe(ctx context.Context, e *echo.Echo) error {
	e.HideBanner, e.HidePort = true, true
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	e.Listener = l
	fmt.Println("http://" + l.Addr().String())
	go func() {
		<-ctx.Done()
		_ = e.Close()
	}()
	server := &http.Server{Handler: e, ReadHeaderTimeout: 5 * time.Second}
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) && ctx.Err() == nil {
		return err
	}
	return nil
}

// prepare prepares the queries; another number than the handler knows means that the
// product reads differently now and the handler must follow.
func prepare(ctx context.Context, db *sqlx.DB, texts []string, want int) ([]*sqlx.Stmt, error) {
	if len(texts) != want {
		return nil, fmt.Errorf("the product runs %d queries where the bare handler knows %d: %q", len(texts), want, texts)
	}
	out := make([]*sqlx.Stmt, len(texts))
	for i, q := range texts {
		var err error
		if out[i], err = db.PreparexContext(ctx, q); err != nil {
			return nil, fmt.Errorf("prepare %s: %w", q, err)
		}
	}
	return out, nil
}

func bareList(c echo.Context, q []*sqlx.Stmt, call int64) error {
	ctx := c.Request().Context()
	out := page.Slice[application.Item]{}
	if err := q[0].GetContext(ctx, &out.Total, call); err != nil {
		return err
	}
	if err := q[1].SelectContext(ctx, &out.Items, call); err != nil {
		return err
	}
	ids := make([]int64, len(out.Items))
	for i, a := range out.Items {
		ids[i] = int64(a.ID)
	}
	var sums []totals
	if err := q[2].SelectContext(ctx, &sums, pq.Array(ids)); err != nil {
		return err
	}
	byID := make(map[application.ID]money.BySource, len(sums))
	for _, s := range sums {
		byID[s.ID] = s.Amounts
	}
	for i, a := range out.Items {
		sum := byID[a.ID]
		out.Items[i].Totals = &sum
	}
	return c.JSON(http.StatusOK, out)
}

func bareShow(c echo.Context, q []*sqlx.Stmt) error {
	ctx := c.Request().Context()
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return err
	}
	var out bareDetail
	if err := q[0].GetContext(ctx, &out.Award, id); err != nil {
		return err
	}
	if err := q[1].SelectContext(ctx, &out.Lines, id); err != nil {
		return err
	}
	accounts := []int64{int64(out.Award.AccountID)}
	for _, l := range out.Lines {
		accounts = append(accounts, int64(l.AccountID))
	}
	var total int
	var secured []ledger.Posting
	var rules []rule.Rule
	var days []rule.Holiday
	own, kinds := pq.Array(accounts[:1]), pq.Array([]string{"secure"})
	for i, read := range []func(*sqlx.Stmt) error{
		func(q *sqlx.Stmt) error { return q.SelectContext(ctx, &out.Balances, pq.Array(accounts)) },
		func(q *sqlx.Stmt) error { return q.SelectContext(ctx, &out.Conditions, id) },
		func(q *sqlx.Stmt) error { return q.SelectContext(ctx, &out.Tranches, id) },
		func(q *sqlx.Stmt) error { return q.GetContext(ctx, &total, own, kinds) },
		func(q *sqlx.Stmt) error { return q.SelectContext(ctx, &secured, own, kinds) },
		func(q *sqlx.Stmt) error { return q.SelectContext(ctx, &rules) },
		func(q *sqlx.Stmt) error { return q.SelectContext(ctx, &days) },
	} {
		if err := read(q[2+i]); err != nil {
			return err
		}
	}
	for _, p := range secured {
		out.Secured = append(out.Secured, p.BySource)
	}
	return c.JSON(http.StatusOK, out)
}

// startBare runs bareServer in a child process and gives its address.
func startBare(ctx context.Context, cfg bareConfig) (url string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	text, err := json.Marshal(cfg)
	if err != nil {
		return "", nil, err
	}
	return startChild(ctx, self, "bare-server", string(text))
}

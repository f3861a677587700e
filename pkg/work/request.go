package work

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/fault"
)

// Request is what a unit of work knows of the HTTP request it serves. With a Key
// the same command is done at most once (invariants R-3).
type Request struct {
	ID       string // printed on error pages and in every log line
	IP       string
	Key      string // made by the client; empty for jobs and commands
	Route    string
	BodyHash [32]byte
	Encode   func(result any) (Reply, error) // the reply to keep for a repetition
}

// Reply is what a repetition of a request is answered with.
type Reply struct {
	Status   int    `db:"status"`
	Location string `db:"location"`
	Body     []byte `db:"body"`
}

// Replayed is returned by Do instead of doing the same request twice.
type Replayed struct{ Reply }

// Error makes a Replayed an error, so that it passes through services untouched.
func (*Replayed) Error() string { return "work: this request was already done" }

type requestKey struct{}

// WithRequest attaches the request to a context.
func WithRequest(ctx context.Context, req Request) context.Context {
	return context.WithValue(ctx, requestKey{}, req)
}

func requestFrom(ctx context.Context) Request {
	req, _ := ctx.Value(requestKey{}).(Request)
	return req
}

const (
	sqlClaim = `
		insert into requests (actor_id, route, key, body_hash, at) values ($1, $2, $3, $4, $5)
		on conflict (actor_id, route, key) do nothing`
	sqlReply = `
		select body_hash, status, location, body from requests
		 where actor_id = $1 and route = $2 and key = $3`
	sqlStoreReply = `
		update requests set status = $4, location = $5, body = $6
		 where actor_id = $1 and route = $2 and key = $3`
	sqlRequestExists = `
		select count(*) from requests where actor_id = $1 and route = $2 and key = $3 and status is not null`
)

// claim takes the key for this transaction. A repetition waits for the first one
// and then gets its reply; the same key with another body is Invalid.
func (tx *Tx) claim(ctx context.Context, req Request) error {
	res, err := tx.stmt(ctx, sqlClaim).ExecContext(ctx, int64(tx.Actor.ID), req.Route, req.Key, req.BodyHash[:], tx.Now)
	if e, ok := errors.AsType[*pq.Error](err); ok && e.Code == "55P03" {
		return &fault.Error{Kind: fault.Conflict, Retry: 3 * time.Second, Err: err,
			Msg: "같은 요청을 아직 처리하고 있습니다. 잠시 뒤 다시 확인해 주세요."}
	}
	if err != nil {
		return fmt.Errorf("claim request key: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	var row struct {
		BodyHash []byte `db:"body_hash"`
		Reply
	}
	if err := tx.stmt(ctx, sqlReply).GetContext(ctx, &row, int64(tx.Actor.ID), req.Route, req.Key); err != nil {
		return fmt.Errorf("read stored reply: %w", err)
	}
	if !bytes.Equal(row.BodyHash, req.BodyHash[:]) {
		return fault.New(fault.Invalid, "같은 요청 키로 다른 내용을 보냈습니다. 새 키로 다시 보내 주세요.")
	}
	return &Replayed{row.Reply}
}

func (tx *Tx) storeReply(ctx context.Context, req Request, result any) error {
	var reply Reply
	if req.Encode != nil {
		var err error
		if reply, err = req.Encode(result); err != nil {
			return fmt.Errorf("encode reply: %w", err)
		}
	}
	return tx.Exec(ctx, sqlStoreReply, int64(tx.Actor.ID), req.Route, req.Key, reply.Status, reply.Location, reply.Body)
}

// Counter counts the queries of one request, so that tests can assert that a list
// costs the same for 3 rows and for 300, and keeps their texts, so that a benchmark
// can run the same ones without us.
type Counter struct {
	mu    sync.Mutex
	texts []string
}

// N is how many queries ran so far.
func (c *Counter) N() int { return len(c.Texts()) }

// Texts are the queries in the order they ran.
func (c *Counter) Texts() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.texts)
}

func (c *Counter) add(q string) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts = append(c.texts, q)
}

type counterKey struct{}

// Counting gives a context whose units of work are counted.
func Counting(ctx context.Context) (context.Context, *Counter) {
	c := &Counter{}
	return context.WithValue(ctx, counterKey{}, c), c
}

func counterFrom(ctx context.Context) *Counter {
	c, _ := ctx.Value(counterKey{}).(*Counter)
	return c
}

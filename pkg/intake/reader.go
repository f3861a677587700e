package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"eoul/pkg/fault"
	"eoul/pkg/report/xlsx"
)

// What one child may use and how long people wait.
const (
	cpuSeconds  = 20
	memoryBytes = 512 << 20
	patience    = 30 * time.Second // of one child, by the clock on the wall
	waiting     = 4                // files in the queue; a further one is Unavailable
	maxAnswer   = 64 << 20         // bytes
)

// Reader hands files to a child process, one at a time. Make it with NewReader.
type Reader struct {
	turn  chan struct{} // holds one token while a child runs
	queue chan struct{} // one token for the file under way and each that waits
	order order
	wait  time.Duration
}

// NewReader makes a Reader whose children are this program with Argument.
func NewReader() *Reader {
	return &Reader{
		turn: make(chan struct{}, 1), queue: make(chan struct{}, 1+waiting),
		order: order{CPU: cpuSeconds, Memory: memoryBytes}, wait: patience,
	}
}

// Read gives the cells of a file. What is not taken is Invalid for the field
// "file", more than MaxSize TooLarge, a full queue Unavailable.
func (r *Reader) Read(ctx context.Context, data []byte) (Content, error) {
	if len(data) > MaxSize {
		return Content{}, fault.New(fault.TooLarge, "10MB를 넘는 파일은 올릴 수 없습니다. 그림이나 쓰지 않는 시트를 지우고 다시 올려 주십시오.")
	}
	text, err := r.run(ctx, order{Do: "read"}, data)
	if err != nil {
		return Content{}, err
	}
	var a answer
	if err := jsonv2.Unmarshal(text, &a); err != nil {
		return Content{}, fmt.Errorf("read the child's answer: %w", err)
	}
	if a.Refused != "" {
		return Content{}, Refuse(a.Refused)
	}
	return a.Content, nil
}

// Mark gives the same workbook back with cells coloured and commented.
func (r *Reader) Mark(ctx context.Context, data []byte, marks []xlsx.Mark) ([]byte, error) {
	return r.run(ctx, order{Do: "mark", Mark: marks}, data)
}

// run waits for its turn and runs one child.
func (r *Reader) run(ctx context.Context, o order, data []byte) ([]byte, error) {
	select {
	case r.queue <- struct{}{}:
	default:
		return nil, busy(nil)
	}
	defer func() { <-r.queue }()
	late := time.NewTimer(r.wait)
	defer late.Stop()
	select {
	case r.turn <- struct{}{}:
	case <-late.C:
		return nil, busy(nil)
	case <-ctx.Done():
		return nil, busy(ctx.Err())
	}
	defer func() { <-r.turn }()
	o.CPU, o.Memory = r.order.CPU, r.order.Memory
	return r.child(ctx, o, data)
}

func busy(cause error) error {
	return &fault.Error{Kind: fault.Unavailable, Retry: 15 * time.Second, Err: cause,
		Msg: "다른 파일을 확인하고 있어 지금은 받을 수 없습니다. 잠시 뒤 다시 올려 주십시오."}
}

func (r *Reader) child(ctx context.Context, o order, data []byte) ([]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	head, err := json.Marshal(o)
	if err != nil {
		return nil, fmt.Errorf("write order: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, r.wait)
	defer cancel()
	cmd := exec.CommandContext(ctx, self, Argument) // #nosec G204 -- this program itself
	cmd.Env = []string{"GOTRACEBACK=none"}          // no address of the database, no secrets
	cmd.Dir = os.TempDir()
	cmd.Stdin = io.MultiReader(bytes.NewReader(append(head, '\n')), bytes.NewReader(data))
	out, complaints := &bounded{most: maxAnswer}, &bounded{most: 4 << 10, quiet: true}
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = out, complaints, time.Second
	err = cmd.Run()
	switch {
	case err == nil:
		return out.Bytes(), nil
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, busy(ctx.Err())
	case cmd.ProcessState == nil && ctx.Err() == nil:
		return nil, fmt.Errorf("start the child: %w", err)
	}
	// Out of time, out of memory or a fault in a library: the file is to blame.
	bad := Refuse(msgExhausted)
	if o.Do == "mark" {
		bad = Refuse(msgUnmarked)
	}
	if e, ok := errors.AsType[*fault.Error](bad); ok {
		e.Err = fmt.Errorf("child: %w: %s", err, complaints.String())
	}
	return nil, bad
}

// bounded keeps what the child writes, up to a size. A quiet one drops the rest.
type bounded struct {
	bytes.Buffer
	most  int
	quiet bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if room := b.most - b.Len(); len(p) > room {
		if !b.quiet {
			return 0, errors.New("the answer is too long")
		}
		_, _ = b.Buffer.Write(p[:room])
		return len(p), nil
	}
	return b.Buffer.Write(p)
}

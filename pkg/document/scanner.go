package document

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"eoul/pkg/fault"
)

// The states of a file. Pending and infected ones are given to nobody.
const (
	Unscanned = "unscanned" // no scanner was there when it came
	Pending   = "pending"
	Clean     = "clean"
	Infected  = "infected"
)

// scanTime bounds one scan; a claim lasts longer, so that no file is scanned twice
// at once.
const scanTime = 25 * time.Second

// scanChunk is how much is sent at once.
const scanChunk = 64 << 10

// Scanner asks a clamd daemon. It holds no connection: each file has its own.
type Scanner struct{ network, address string }

// NewScanner reads unix:/run/clamav/clamd.ctl, tcp:host:3310 or host:3310; anything
// else is Invalid. Whether the daemon answers is seen at the first file: until it
// does, files stay pending.
func NewScanner(at string) (*Scanner, error) {
	network, address, found := strings.Cut(at, ":")
	socket := found && network == "unix"
	if socket && strings.HasPrefix(address, "/") {
		return &Scanner{network, address}, nil
	}
	address = strings.TrimPrefix(at, "tcp:")
	if host, port, err := net.SplitHostPort(address); err == nil && host != "" && port != "" && !socket {
		return &Scanner{"tcp", address}, nil
	}
	return nil, fault.New(fault.Invalid, "EOUL_CLAMD에 unix:/run/clamav/clamd.ctl이나 tcp:127.0.0.1:3310과 같이 적어 주세요.")
}

// Scan sends bytes to the daemon and gives the name of what it found, empty for clean
// ones. That it could not look at all of them is an error, never clean.
func (s *Scanner) Scan(ctx context.Context, body io.Reader) (finding string, err error) {
	ctx, cancel := context.WithTimeout(ctx, scanTime)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, s.network, s.address)
	if err != nil {
		return "", fmt.Errorf("reach clamd: %w", err)
	}
	defer func() { _ = conn.Close() }()
	if until, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(until); err != nil {
			return "", fmt.Errorf("reach clamd: %w", err)
		}
	}
	sent := stream(conn, body)
	// Where the daemon stops listening it has said why.
	reply, err := bufio.NewReader(io.LimitReader(conn, 4096)).ReadString(0)
	if err != nil {
		return "", errors.Join(sent, fmt.Errorf("hear clamd: %w", err))
	}
	reply = strings.TrimRight(reply, "\x00")
	if finding, ok := strings.CutSuffix(strings.TrimPrefix(reply, "stream: "), " FOUND"); ok && finding != "" {
		return finding, nil
	}
	if sent != nil || reply != "stream: OK" {
		return "", errors.Join(sent, fmt.Errorf("clamd says %q", reply))
	}
	return "", nil
}

// stream sends bytes as clamd's INSTREAM wants them: pieces with their length before
// them, the last one empty.
func stream(to io.Writer, body io.Reader) error {
	if _, err := io.WriteString(to, "zINSTREAM\x00"); err != nil {
		return fmt.Errorf("ask clamd: %w", err)
	}
	piece := make([]byte, 4+scanChunk)
	for {
		n, err := io.ReadFull(body, piece[4:])
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("read document: %w", err)
		}
		binary.BigEndian.PutUint32(piece, uint32(n)) //nolint:gosec // at most scanChunk
		if _, err := to.Write(piece[:4+n]); err != nil {
			return fmt.Errorf("send to clamd: %w", err)
		}
		if n == 0 {
			return nil
		}
	}
}

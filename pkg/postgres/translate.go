package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/lib/pq"

	"eoul/pkg/fault"
)

const (
	busy    = "잠시 뒤 다시 시도해 주세요."
	gone    = "데이터베이스에 연결할 수 없습니다. 잠시 뒤 다시 시도해 주세요."
	late    = "마감 시각이 지나 접수할 수 없습니다."
	refused = "지금 상태에서는 처리할 수 없습니다. 화면을 새로 고쳐 확인해 주세요."
)

// SQLSTATE values that triggers of schema.sql raise.
const (
	codeLate    = "P0D01" // the deadline has passed
	codeRefused = "P0E01" // a rule refuses; the constraint name says which
)

// Translate turns an error of the database into a fault a person can act on.
// Faults pass unchanged, the cause always stays in the chain, and what has no
// sentence is Internal.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if e, ok := errors.AsType[*pq.Error](err); ok {
		return translateCode(e, err)
	}
	_, network := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(fault.Unavailable, busy, err)
	case network, errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Wrap(fault.Unavailable, gone, err)
	}
	return err
}

func translateCode(e *pq.Error, err error) error {
	switch e.Code {
	case codeLate:
		return fault.Wrap(fault.Conflict, late, err)
	case codeRefused:
		s, ok := sentences[e.Constraint]
		if !ok {
			s.msg = refused
		}
		return fault.Wrap(fault.Conflict, s.msg, err)
	case "23505", "23503", "23514", "23P01", "23502":
		return constraint(e, err)
	case "40001", "40P01", // the unit of work has retried already
		"57014", "55P03": // statement_timeout, lock_timeout
		return fault.Wrap(fault.Unavailable, busy, err)
	case "57P01", "57P02", "57P03", "25P03", "53300":
		return fault.Wrap(fault.Unavailable, gone, err)
	}
	switch e.Code.Class() {
	case "08":
		return fault.Wrap(fault.Unavailable, gone, err)
	case "53": // disk or memory is full
		return fault.Wrap(fault.Unavailable, busy, err)
	}
	return err
}

func constraint(e *pq.Error, err error) error {
	s, ok := sentences[e.Constraint]
	switch {
	case !ok:
		return err
	case s.field != "":
		return &fault.Error{Kind: s.kind, Msg: s.msg, Fields: map[string]string{s.field: s.msg}, Err: err}
	}
	return fault.Wrap(s.kind, s.msg, err)
}

package work

import (
	"context"
	"sync"

	"github.com/jmoiron/sqlx"
)

// maxStatements bounds the cache: the texts are constants and compositions of
// constant fragments, so there are some hundreds of them.
const maxStatements = 2000

// statements keeps each query text prepared: lib/pq spends two round trips on an
// unprepared query with arguments and one on a prepared one.
type statements struct {
	db      *sqlx.DB
	mu      sync.RWMutex
	ready   map[string]*sqlx.Stmt
	waiting map[string]bool
}

func newStatements(db *sqlx.DB) *statements {
	return &statements{db: db, ready: map[string]*sqlx.Stmt{}, waiting: map[string]bool{}}
}

// get is the prepared statement of q, or nil after noting q for preparation.
func (s *statements) get(q string) *sqlx.Stmt {
	s.mu.RLock()
	st, waiting := s.ready[q], s.waiting[q]
	s.mu.RUnlock()
	if st != nil || waiting {
		return st
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.ready)+len(s.waiting) < maxStatements {
		s.waiting[q] = true
	}
	return nil
}

// prepare prepares what was noted, on a connection of its own, after a unit of
// work gave its connection back. A text that cannot be prepared stays unprepared;
// running it reports the error where it belongs.
func (s *statements) prepare(ctx context.Context) {
	s.mu.Lock()
	var todo []string
	for q := range s.waiting {
		todo = append(todo, q)
		delete(s.waiting, q)
	}
	s.mu.Unlock()
	for _, q := range todo {
		st, err := s.db.PreparexContext(context.WithoutCancel(ctx), q)
		if err != nil {
			continue
		}
		s.mu.Lock()
		if s.ready[q] != nil {
			_ = st.Close() //nolint:sqlclosecheck // another unit was first; the one that stays must not close
		} else {
			s.ready[q] = st
		}
		s.mu.Unlock()
	}
}

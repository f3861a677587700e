package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// server measures the product as a process: the size of its binary, how soon it is
// ready on an existing PostgreSQL, and what it holds while nobody asks.
func (l *lab) server(ctx context.Context, t *table) error {
	progress("server")
	info, err := os.Stat(l.eoul)
	if err != nil {
		return err
	}
	t.atMost("binary", "", "", float64(info.Size())/(1<<20), 40, " MB")
	var ready, idle float64
	for range rounds {
		s, err := l.serve(ctx, l.address()...)
		if err != nil {
			return err
		}
		if took := s.ready.Seconds(); ready == 0 || took < ready {
			ready = took
		}
		time.Sleep(time.Second)
		memory, err := resident(s.cmd.Process.Pid)
		if err != nil {
			return err
		}
		idle = max(idle, memory)
		if err := s.stop(); err != nil {
			return err
		}
	}
	t.atMost("ready on an existing PostgreSQL", "", "", ready, 0.5, " s")
	t.atMost("idle memory", "", "", idle, 60, " MB")
	return nil
}

// resident is the memory a process holds, in MB.
func resident(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Split(string(text), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024, err
		}
	}
	return 0, fmt.Errorf("process %d tells no VmRSS", pid)
}

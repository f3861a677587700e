package intake

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"syscall"

	jsonv2 "github.com/go-json-experiment/json"

	"eoul/pkg/report/xlsx"
)

// Argument is the hidden command by which a program becomes the child.
const Argument = "read-file"

// order is the first line the child reads; the file follows it.
type order struct {
	CPU    uint64      `json:"cpu"`    // seconds
	Memory uint64      `json:"memory"` // bytes
	Mark   []xlsx.Mark `json:"mark,omitempty"`
	Do     string      `json:"do"` // read or mark
}

// answer is what the child writes for read; for mark it writes the workbook.
type answer struct {
	Refused string  `json:"refused,omitempty"`
	Content Content `json:"content"`
}

// Child does the work of the child process and gives its exit code. It limits
// itself before it looks at the file.
func Child(in io.Reader, out, complaints io.Writer) int {
	if err := work(in, out); err != nil {
		_, _ = fmt.Fprintln(complaints, err)
		return 1
	}
	return 0
}

func work(in io.Reader, out io.Writer) error {
	r := bufio.NewReaderSize(in, 64<<10)
	line, err := r.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("read order: %w", err)
	}
	var o order
	if err := json.Unmarshal(line, &o); err != nil {
		return fmt.Errorf("read order: %w", err)
	}
	if err := o.limit(); err != nil {
		return fmt.Errorf("set limits: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	if o.Do == "mark" {
		return xlsx.WriteMarked(out, data, o.Mark)
	}
	w := bufio.NewWriterSize(out, 64<<10)
	if err := jsonv2.MarshalWrite(w, examine(data)); err != nil {
		return fmt.Errorf("write cells: %w", err)
	}
	return w.Flush()
}

// limit bounds this process: files cannot grow, so nothing can be left behind.
func (o order) limit() error {
	debug.SetMemoryLimit(int64(o.Memory / 4 * 3)) //nolint:gosec // some hundred megabytes
	debug.SetGCPercent(-1)                        // a child is short: memory is collected near its limit only
	limits := map[int]syscall.Rlimit{
		syscall.RLIMIT_CPU:   {Cur: o.CPU, Max: o.CPU + 1},
		syscall.RLIMIT_FSIZE: {},
		syscall.RLIMIT_CORE:  {},
	}
	if limitsMemory {
		limits[syscall.RLIMIT_DATA] = syscall.Rlimit{Cur: o.Memory, Max: o.Memory}
	}
	for which, limit := range limits {
		if err := syscall.Setrlimit(which, &limit); err != nil {
			return err
		}
	}
	// Requests of people come first; a system that refuses only makes them slower.
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, os.Getpid(), 5)
	return nil
}

// examine reads a file of any kind.
func examine(data []byte) answer {
	content, err := read(data)
	if bad, ok := errors.AsType[refusal](err); ok {
		return answer{Refused: bad.Error()}
	} else if err != nil {
		return answer{Refused: msgDamaged}
	}
	return answer{Content: content}
}

func read(data []byte) (Content, error) {
	packed, err := isPacked(data)
	switch {
	case err != nil:
		return Content{}, err
	case packed:
		return readBook(data)
	}
	return readCSV(data)
}

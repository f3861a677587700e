package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/demo"
)

// rounds is how often both sides of a comparison run, in turn.
const rounds = 5

// sheets measures the workbook with 100,000 expenditures: the whole process, from its
// start to the file, against the writing alone of the same cells.
func (l *lab) sheets(ctx context.Context, t *table) error {
	progress("workbook")
	path := filepath.Join(l.folder, "ours.xlsx")
	if _, _, err := l.export(ctx, path); err != nil {
		return err
	}
	bare, err := startWriter(ctx, path, filepath.Join(l.folder, "bare.xlsx"))
	if err != nil {
		return err
	}
	defer bare.stop()
	var took pairs
	var peak float64
	for range rounds {
		whole, memory, err := l.export(ctx, path)
		if err != nil {
			return err
		}
		alone, err := bare.write()
		if err != nil {
			return err
		}
		took, peak = append(took, pair{whole, alone}), max(peak, memory)
	}
	m := took.middle()
	t.atMost("(d) workbook, 100,000 expenditures", fmt.Sprintf("%.2f s", m.ours), fmt.Sprintf("%.2f s", m.bare), m.ratio(), 1.5, "")
	t.atMost("(d) its peak memory", "", "", peak, 200, " MB")
	return nil
}

// export runs the product's command; it gives seconds and peak memory in MB.
func (l *lab) export(ctx context.Context, path string) (seconds, memory float64, err error) {
	cmd := exec.CommandContext(ctx, l.eoul, "export", "settlement", "--call", demo.ScaleNumber, "-o", path)
	cmd.Env = append(os.Environ(), l.address()...)
	begin := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, 0, fmt.Errorf("export: %w: %s", err, out)
	}
	seconds = time.Since(begin).Seconds()
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, 0, errors.New("export: this system does not tell the memory of a child")
	}
	return seconds, float64(usage.Maxrss) / 1024, nil
}

// writer is a child that holds the cells of a workbook in memory.
type writer struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

func startWriter(ctx context.Context, from, to string) (*writer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	w := &writer{cmd: exec.CommandContext(ctx, self, "bare-sheet", from, to)}
	w.cmd.Stderr = os.Stderr
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.out = bufio.NewScanner(out)
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	_, err = w.next() // it has read the cells
	return w, err
}

// write makes the child write its workbook and gives the seconds it took.
func (w *writer) write() (float64, error) {
	if _, err := fmt.Fprintln(w.in, "write"); err != nil {
		return 0, err
	}
	return w.next()
}

func (w *writer) next() (n float64, err error) {
	if !w.out.Scan() {
		return 0, fmt.Errorf("the bare writer ended: %w", errors.Join(w.out.Err(), io.ErrUnexpectedEOF))
	}
	_, err = fmt.Sscan(w.out.Text(), &n)
	return n, err
}

func (w *writer) stop() {
	_ = w.in.Close()
	_ = w.cmd.Wait()
}

// bareSheet reads a workbook into memory and prints 0; then, for each line it is
// sent, it prints how long excelize's StreamWriter takes to write the same cells.
func bareSheet(from, to string) error {
	sheets, err := cells(from)
	if err != nil {
		return err
	}
	fmt.Println(0)
	for orders := bufio.NewScanner(os.Stdin); orders.Scan(); {
		begin := time.Now()
		if err := sheets.write(to); err != nil {
			return err
		}
		fmt.Println(time.Since(begin).Seconds())
	}
	return nil
}

// book is the cells of a workbook as StreamWriter takes them.
type book struct {
	names []string
	rows  [][][]any
}

func (b book) write(path string) error {
	f := excelize.NewFile()
	for i, name := range b.names {
		if _, err := f.NewSheet(name); err != nil {
			return err
		}
		w, err := f.NewStreamWriter(name)
		if err != nil {
			return err
		}
		for r, row := range b.rows[i] {
			if err := w.SetRow("A"+strconv.Itoa(r+1), row); err != nil {
				return err
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return errors.Join(f.SaveAs(path), f.Close())
}

// cells reads every sheet; numbers stay numbers, and a cell without a style has one,
// as ours do.
func cells(path string) (out book, err error) {
	f, err := excelize.OpenFile(path)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, name := range f.GetSheetList() {
		rows, err := f.Rows(name)
		if err != nil {
			return out, err
		}
		var all [][]any
		for rows.Next() {
			texts, err := rows.Columns(excelize.Options{RawCellValue: true})
			if err != nil {
				return out, err
			}
			all = append(all, styled(texts))
		}
		if err := errors.Join(rows.Error(), rows.Close()); err != nil {
			return out, err
		}
		out.names, out.rows = append(out.names, name), append(out.rows, all)
	}
	return out, nil
}

func styled(texts []string) []any {
	row := make([]any, len(texts))
	for i, text := range texts {
		cell := excelize.Cell{StyleID: 1}
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			cell.Value = n
		} else if text != "" {
			cell.Value = text
		}
		row[i] = cell
	}
	return row
}

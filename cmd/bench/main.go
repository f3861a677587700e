// Command bench measures the product against the bare limits of the same machine, in
// the same run, and prints one table. It builds its dataset with `eoul demo --scale`
// on a private PostgreSQL with the product's own settings.
//
// What is bare runs in a child process of its own, as the product does: a plain
// echo handler with the same SQL prepared, excelize's StreamWriter with the same
// cells in memory, the same writes in one transaction.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"eoul/pkg/intake"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// errMissed ends the program with code 1 after the table was printed.
var errMissed = errors.New("bench: not every limit was kept")

func run(ctx context.Context, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "bare-sheet":
			return bareSheet(args[1], args[2])
		case intake.Argument: // the child that reads files, as in cmd/eoul
			os.Exit(intake.Child(os.Stdin, os.Stdout, os.Stderr))
		case "bare-server":
			return bareServer(ctx, args[1])
		case "bare-desk":
			return bareDeskServer(ctx, args[1])
		}
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	eoul := flags.String("eoul", "bin/eoul", "the product's binary")
	folder := flags.String("folder", "", "folder of the dataset; kept and used again when given")
	only := flags.String("only", "", "one of sheets, server, pages, submits, autosaves, officers, imports, rankings, desks")
	if err := flags.Parse(args); err != nil {
		return err
	}
	l, err := newLab(ctx, *eoul, *folder)
	if err != nil {
		return err
	}
	defer l.Close()
	t := &table{}
	for _, m := range []struct {
		name string
		run  func(context.Context, *table) error
	}{{"sheets", l.sheets}, {"server", l.server}, {"pages", l.pages}, {"submits", l.submits}, {"autosaves", l.autosaves}, {"officers", l.officers}, {"imports", l.imports}, {"rankings", l.rankings}, {"desks", l.desks}} {
		if *only != "" && *only != m.name {
			continue
		}
		if err := m.run(ctx, t); err != nil {
			return errors.Join(err, t.print(os.Stdout))
		}
	}
	if err := t.print(os.Stdout); err != nil {
		return err
	}
	if t.missed {
		return errMissed
	}
	return nil
}

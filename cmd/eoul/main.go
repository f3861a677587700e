// Command eoul is the whole product in one binary: the server, a demonstration,
// the care of its database, and the calculators.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"eoul/pkg/fault"
)

// commandLine is everything that can be typed after eoul.
type commandLine struct {
	Serve   ServeCmd   `cmd:"" help:"서버를 시작합니다."`
	Demo    DemoCmd    `cmd:"" help:"시연용 자료와 함께 서버를 시작합니다."`
	Migrate MigrateCmd `cmd:"" help:"데이터베이스를 이 프로그램의 판에 맞춥니다."`
	User    UserCmd    `cmd:"" help:"사람을 더하고 역할, 비밀번호, API 토큰을 줍니다."`
	Verify  VerifyCmd  `cmd:"" help:"장부와 상태를 전표와 이력에서 다시 계산해 견줍니다."`
	Export  ExportCmd  `cmd:"" help:"보고서를 파일로 내보냅니다."`
	Calc    CalcCmd    `cmd:"" help:"나누기, 기한, 한글 금액, 집행률, 점수, 사업자등록번호를 계산합니다."`
	Read    ReadCmd    `cmd:"" hidden:"" name:"read-file"`

	LogLevel slog.Level `env:"EOUL_LOG_LEVEL" default:"info" placeholder:"debug|info|warn|error" help:"로그에 남길 가장 낮은 수준."`
}

const about = `어울: 지방자치단체 보조사업을 공모에서 정산까지 다루는 시스템.

처음이라면 eoul demo를 실행해 보십시오. PostgreSQL 15 이상이 설치되어 있으면 따로 준비할 것이 없습니다.
실제 운영은 eoul migrate로 데이터베이스를 준비하고 eoul serve로 시작합니다.
모든 옵션은 환경 변수로도 정할 수 있으며, 로그는 한 줄에 하나씩 JSON으로 표준 오류에 적습니다.`

func main() {
	// The first Ctrl-C stops cleanly, a second one at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop()
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program without the process: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var cli commandLine
	exited := -1
	parser, err := kong.New(&cli,
		kong.Name("eoul"), kong.Description(about), kong.Writers(stdout, stderr), kong.Help(koreanHelp),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&cliOut{stdout}),
	)
	if err != nil {
		return fail(stderr, err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // help was asked for and printed
		return exited
	}
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "명령을 이해하지 못했습니다(%v). eoul --help에 쓰는 법이 있습니다.\n", err)
		return exitInput
	}
	log := slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: cli.LogLevel}))
	slog.SetDefault(log)
	if err := command.Run(log); err != nil {
		return fail(stderr, err)
	}
	return 0
}

// fail says why the program ends: one sentence when somebody can act on it.
func fail(stderr io.Writer, err error) int {
	code, msg := exitFailed, err.Error()
	if exit, ok := errors.AsType[Exit](err); ok {
		code = exit.Code
	} else if fault.KindOf(err) != fault.Internal {
		msg, _ = fault.Public(err)
		slog.Debug("cause", "err", err)
	}
	_, _ = fmt.Fprintln(stderr, msg)
	return code
}

// koreanHelp prints kong's help with its few fixed words in Korean.
func koreanHelp(options kong.HelpOptions, ctx *kong.Context) error {
	var text bytes.Buffer
	out := ctx.Stdout
	ctx.Stdout = &text
	err := kong.DefaultHelpPrinter(options, ctx)
	ctx.Stdout = out
	if err != nil {
		return err
	}
	words := strings.NewReplacer("Usage:", "쓰는 법:", "Arguments:", "인자:", "Commands:", "명령:", "Flags:", "옵션:",
		"Show context-sensitive help.", "이 설명을 보여 줍니다.",
		`Run "eoul <command> --help" for more information on a command.`, `명령마다 자세한 설명이 있습니다: eoul <명령> --help`)
	_, err = words.WriteString(out, text.String())
	return err
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
)

// CalcCmd holds the calculators. They use the functions of the server and the
// rules embedded in this program, and need no database.
type CalcCmd struct {
	Split    calcSplit    `cmd:"" help:"금액을 비율대로 1원도 남기지 않고 나눕니다."`
	Deadline calcDeadline `cmd:"" help:"민법에 따라 기간의 마지막 날을 계산합니다."`
	Words    calcWords    `cmd:"" help:"금액을 한글로 적습니다."`
	Rate     calcRate     `cmd:"" help:"집행률처럼 두 금액의 비율을 계산합니다."`
	Score    calcScore    `cmd:"" help:"심사위원 점수의 평균을 계산합니다."`
	Bizno    calcBizno    `cmd:"" help:"사업자등록번호의 검증번호를 확인합니다."`
}

// Help is what eoul calc --help says beyond the list of calculators.
func (CalcCmd) Help() string {
	return `서버가 쓰는 것과 같은 계산을 명령줄에서 합니다. 데이터베이스가 없어도 되며, 법정 기준과 공휴일은
프로그램에 들어 있는 자료를 씁니다. --json을 붙이면 다른 프로그램이 읽을 수 있게 출력합니다.

종료 코드: 0 정상, 1 번호가 맞지 않음(bizno), 2 입력을 쓸 수 없음.

예: eoul calc split --amount 7,753,087 --weights 50,50`
}

// cliOut is where a command writes its answer; sentences about errors go to
// standard error by way of Exit.
type cliOut struct{ io.Writer }

// line writes one line for people.
func (o *cliOut) line(format string, args ...any) error {
	_, err := fmt.Fprintf(o, format+"\n", args...)
	return err
}

// json writes one JSON document for machines.
func (o *cliOut) json(v any) error {
	enc := json.NewEncoder(o)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// lines writes several lines and stops at the first error.
func (o *cliOut) lines(texts []string) error {
	for _, text := range texts {
		if err := o.line("%s", text); err != nil {
			return err
		}
	}
	return nil
}

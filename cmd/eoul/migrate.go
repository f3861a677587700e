package main

import (
	"context"
	"errors"

	"eoul/pkg/postgres"
)

// MigrateCmd builds an empty database or upgrades an older one.
type MigrateCmd struct {
	databaseFlags
}

// Help is what eoul migrate --help says beyond its options.
func (MigrateCmd) Help() string {
	return `비어 있는 데이터베이스에는 표와 기본 자료(지자체, 법정 기준, 공휴일)를 만들고, 이전 판은 이 판으로
올립니다. 올리는 단계마다 한 거래로 처리하므로 중간에 그쳐도 반만 바뀌는 일은 없습니다. 여러 번 실행해도
같은 결과입니다. 이 프로그램보다 새로운 데이터베이스는 건드리지 않습니다.

표를 소유한 역할의 주소를 EOUL_OWNER_URL에 적습니다. 서버는 권한이 적은 역할 eoul_app으로 연결합니다.

예: EOUL_OWNER_URL=postgres://eoul_owner@db.example/eoul?sslmode=verify-full eoul migrate`
}

// Run does it and says at which version the database stands.
func (c *MigrateCmd) Run(ctx context.Context, out *cliOut) (err error) {
	if c.Owner != "" {
		c.URL = c.Owner
	}
	db, err := c.open(ctx, postgres.Open)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.install(ctx); err != nil {
		return err
	}
	release, err := postgres.Current()
	if err != nil {
		return err
	}
	return out.line("데이터베이스가 %d판입니다.", release.Newest())
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"eoul/pkg/document"
	"eoul/pkg/fault"
)

// fileFlags say where uploaded files lie and who looks for viruses in them.
type fileFlags struct {
	S3Endpoint      string `name:"s3-endpoint" env:"EOUL_S3_ENDPOINT" placeholder:"https://…" help:"올린 파일을 둘 S3 호환 저장소의 주소. 없으면 데이터 폴더의 files에 둡니다."`
	S3Bucket        string `name:"s3-bucket" env:"EOUL_S3_BUCKET" placeholder:"이름" help:"저장소의 버킷. 미리 만들어 두어야 합니다."`
	S3Region        string `name:"s3-region" env:"EOUL_S3_REGION" default:"us-east-1" help:"저장소의 지역."`
	S3AccessKey     string `name:"s3-access-key" env:"EOUL_S3_ACCESS_KEY" placeholder:"키" help:"접근 키."`
	S3AccessKeyFile string `name:"s3-access-key-file" env:"EOUL_S3_ACCESS_KEY_FILE" placeholder:"파일" help:"접근 키가 든 파일."`
	S3SecretKey     string `name:"s3-secret-key" env:"EOUL_S3_SECRET_KEY" placeholder:"키" help:"비밀 키. 다른 사람이 볼 수 있으니 파일이나 환경 변수로 주십시오."`
	S3SecretKeyFile string `name:"s3-secret-key-file" env:"EOUL_S3_SECRET_KEY_FILE" placeholder:"파일" help:"비밀 키가 든 파일."`
	Clamd           string `name:"clamd" env:"EOUL_CLAMD" placeholder:"unix:/…" help:"악성코드 검사기 clamd의 주소(unix:/run/clamav/clamd.ctl, tcp:127.0.0.1:3310). 있으면 검사를 마친 파일만 내려받고 제출할 수 있습니다."`
}

// files opens where files lie and the scanner, which is nil when none is named.
func (f fileFlags) files(ctx context.Context, d databaseFlags) (document.Store, *document.Scanner, error) {
	store, err := f.store(ctx, d)
	if err != nil || f.Clamd == "" {
		return store, nil, err
	}
	scanner, err := document.NewScanner(f.Clamd)
	return store, scanner, err
}

// store opens the object store when one is named, else the folder in the data folder.
func (f fileFlags) store(ctx context.Context, d databaseFlags) (document.Store, error) {
	if f.S3Endpoint == "" {
		if f.S3Bucket != "" {
			return nil, fault.New(fault.Invalid, "EOUL_S3_BUCKET을 쓰려면 EOUL_S3_ENDPOINT에 저장소의 주소를 적어 주세요.")
		}
		folder, err := d.folder()
		if err != nil {
			return nil, err
		}
		return document.NewFolder(filepath.Join(folder, "files"))
	}
	access, err := secret(f.S3AccessKey, f.S3AccessKeyFile, "EOUL_S3_ACCESS_KEY")
	if err != nil {
		return nil, err
	}
	key, err := secret(f.S3SecretKey, f.S3SecretKeyFile, "EOUL_S3_SECRET_KEY")
	if err != nil {
		return nil, err
	}
	return document.NewBucket(ctx, document.BucketConfig{
		Endpoint: f.S3Endpoint, Bucket: f.S3Bucket, Region: f.S3Region, AccessKey: access, SecretKey: key,
	})
}

// secret is a value given as it is or in a file; both at once are one too many.
func secret(value, file, variable string) (string, error) {
	switch {
	case file == "":
		return value, nil
	case value != "":
		return "", fault.New(fault.Invalid, fmt.Sprintf("%s와 %s_FILE 중 하나만 정해 주세요.", variable, variable))
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fault.Wrap(fault.Invalid, fmt.Sprintf("%s_FILE이 가리키는 파일을 읽을 수 없습니다: %s", variable, file), err)
	}
	return strings.TrimSpace(string(text)), nil
}

package document

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"eoul/pkg/fault"
)

// bucketTime bounds one request to the object store: 10 MB at a slow 1 MB/s and a
// good deal of patience.
const bucketTime = 30 * time.Second

// BucketConfig says where an S3-compatible store is.
type BucketConfig struct {
	Endpoint  string // https://s3.example or http://127.0.0.1:9000
	Bucket    string
	Region    string
	AccessKey string
	SecretKey string
}

// Bucket is a Store in one bucket of an S3-compatible server, addressed by path.
type Bucket struct {
	client *minio.Client
	name   string
}

// NewBucket connects to a bucket and looks whether it is there. A setting that cannot
// be right is Invalid, a server that does not answer or does not let us in is
// Unavailable; both say in one sentence what to check.
func NewBucket(ctx context.Context, c BucketConfig) (*Bucket, error) {
	at, err := url.Parse(c.Endpoint)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" || at.Path != "" && at.Path != "/" {
		return nil, fault.Wrap(fault.Invalid, "EOUL_S3_ENDPOINT에 https://s3.example과 같은 주소를 적어 주세요.", err)
	}
	if c.Bucket == "" || c.AccessKey == "" || c.SecretKey == "" {
		return nil, fault.New(fault.Invalid, "EOUL_S3_BUCKET, EOUL_S3_ACCESS_KEY, EOUL_S3_SECRET_KEY를 모두 정해 주세요.")
	}
	client, err := minio.New(at.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""),
		Secure: at.Scheme == "https", Region: c.Region, BucketLookup: minio.BucketLookupPath, MaxRetries: 3,
	})
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "EOUL_S3_ENDPOINT의 주소를 쓸 수 없습니다.", err)
	}
	ctx, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	there, err := client.BucketExists(ctx, c.Bucket)
	switch {
	case err != nil:
		return nil, fault.Wrap(fault.Unavailable, fmt.Sprintf("파일 저장소 %s의 버킷 %s을(를) 열 수 없습니다. 주소와 접근 키를 확인해 주세요.", c.Endpoint, c.Bucket), err)
	case !there:
		return nil, fault.New(fault.Unavailable, fmt.Sprintf("파일 저장소 %s에 버킷 %s이(가) 없습니다. 버킷을 먼저 만들어 주세요.", c.Endpoint, c.Bucket))
	}
	return &Bucket{client: client, name: c.Bucket}, nil
}

// Keep puts an object that is not there yet; the server refuses to overwrite and
// compares the SHA-256 with what it got. An object that is there must be whole.
func (s *Bucket) Keep(ctx context.Context, sum string, size int64, body io.Reader) error {
	if err := checksum(sum); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	raw, err := hex.DecodeString(sum)
	if err != nil {
		return err
	}
	opts := minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true,
		UserMetadata: map[string]string{"X-Amz-Checksum-Sha256": base64.StdEncoding.EncodeToString(raw)}}
	opts.SetMatchETagExcept("*")
	_, err = s.client.PutObject(limited, s.name, sum, body, size, opts)
	switch minio.ToErrorResponse(err).StatusCode {
	case http.StatusPreconditionFailed, http.StatusConflict: // it is there, or somebody is just putting it there
		return s.whole(ctx, sum)
	}
	if err != nil {
		return s.away("keep", err)
	}
	return nil
}

// whole reads an object that somebody else keeps at this moment: a server may refuse a
// second one before the first can be read.
func (s *Bucket) whole(ctx context.Context, sum string) error {
	for wait := 20 * time.Millisecond; ; wait *= 2 {
		f, err := s.Open(ctx, sum)
		if err == nil {
			return f.Close()
		}
		if !errors.Is(err, fs.ErrNotExist) || wait > 2*time.Second {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// Open fetches an object into a temporary file and compares its checksum.
func (s *Bucket) Open(ctx context.Context, sum string) (io.ReadSeekCloser, error) {
	if err := checksum(sum); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	object, err := s.client.GetObject(ctx, s.name, sum, minio.GetObjectOptions{})
	if err != nil {
		return nil, s.away("open", err)
	}
	defer func() { _ = object.Close() }()
	f, err := scratch()
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(f, io.LimitReader(object, MaxSize+1)); err != nil {
		return nil, errors.Join(s.away("open", err), f.Close())
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := checked(f, sum); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Remove takes an object away.
func (s *Bucket) Remove(ctx context.Context, sum string) error {
	if err := checksum(sum); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	if err := s.client.RemoveObject(ctx, s.name, sum, minio.RemoveObjectOptions{}); err != nil {
		return s.away("remove", err)
	}
	return nil
}

// away tells a missing object (fs.ErrNotExist) and an answer of the server that we
// did not expect from a server that cannot be reached, which a person may wait for.
func (s *Bucket) away(what string, err error) error {
	answer, answered := errors.AsType[minio.ErrorResponse](err)
	switch {
	case answered && answer.Code == minio.NoSuchKey:
		return fmt.Errorf("%s object: %w: %w", what, fs.ErrNotExist, err)
	case answered && answer.StatusCode < http.StatusInternalServerError:
		return fmt.Errorf("%s object: %w", what, err)
	}
	return fault.Wrap(fault.Unavailable, "파일 저장소에 연결할 수 없습니다. 잠시 뒤 다시 시도해 주세요.", fmt.Errorf("%s object: %w", what, err))
}

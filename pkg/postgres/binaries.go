package postgres

import (
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"eoul/pkg/fault"
)

// Oldest is the first major version of PostgreSQL that Eoul runs on.
const Oldest = 15

const installHint = "Debian에서는 apt-get install postgresql, 다른 시스템에서는 PostgreSQL 15 이상을 설치하고 PATH에 두거나 DATABASE_URL을 지정해 주세요."

// Binaries is one installation of PostgreSQL.
type Binaries struct {
	Folder       string
	Major, Minor int
}

// Path is the file of one program of the installation.
func (b Binaries) Path(program string) string { return filepath.Join(b.Folder, program) }

// currentMinors are the minor releases of May 2026; anything older lacks fixes of
// security or data loss and is warned about.
func currentMinors() map[int]int { return map[int]int{15: 18, 16: 14, 17: 10, 18: 4} }

// FindBinaries looks for PostgreSQL on PATH and then under /usr/lib/postgresql.
// When major is not 0 only that major version will do, because it wrote the data.
// It is Unavailable, with a sentence on what to install, when there is none or
// when what PATH offers is older than 15.
func FindBinaries(major int) (Binaries, error) {
	var found []Binaries
	for _, folder := range binaryFolders() {
		b, err := versionOf(folder)
		if err != nil {
			continue
		}
		if major == 0 || b.Major == major {
			return b, b.check()
		}
		found = append(found, b)
	}
	if len(found) > 0 {
		return Binaries{}, fault.New(fault.Unavailable, fmt.Sprintf(
			"데이터는 PostgreSQL %d의 것인데 설치된 것은 %d입니다. PostgreSQL %d을 설치해 주세요.", major, found[0].Major, major))
	}
	return Binaries{}, fault.New(fault.Unavailable, "PostgreSQL을 찾을 수 없습니다. "+installHint)
}

func (b Binaries) check() error {
	if b.Major < Oldest {
		return fault.New(fault.Unavailable, fmt.Sprintf(
			"PostgreSQL %d.%d은 너무 오래되었습니다(%s). %s", b.Major, b.Minor, b.Folder, installHint))
	}
	if b.Minor < currentMinors()[b.Major] {
		slog.Warn("이 PostgreSQL에는 보안 수정이 빠져 있습니다. 같은 판의 최신 수정본으로 올려 주세요.",
			"version", fmt.Sprintf("%d.%d", b.Major, b.Minor), "fixed_in", fmt.Sprintf("%d.%d", b.Major, currentMinors()[b.Major]))
	}
	return nil
}

func binaryFolders() []string {
	var folders []string
	if p, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(p); err == nil {
			p = real
		}
		folders = append(folders, filepath.Dir(p))
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(debian, func(a, b string) int { return majorOfPath(b) - majorOfPath(a) })
	return append(folders, debian...)
}

// majorOfPath reads 15 from /usr/lib/postgresql/15/bin.
func majorOfPath(folder string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
	if err != nil {
		return 0
	}
	return n
}

func versionOf(folder string) (Binaries, error) {
	b := Binaries{Folder: folder}
	for _, program := range []string{"postgres", "initdb"} {
		if _, err := os.Stat(b.Path(program)); err != nil {
			return b, err
		}
	}
	out, err := exec.Command(b.Path("postgres"), "--version").Output() //nolint:gosec,noctx // the path is an installed program, it answers at once
	if err != nil {
		return b, err
	}
	m := regexp.MustCompile(`(\d+)(?:\.(\d+))?`).FindStringSubmatch(string(out))
	if m == nil {
		return b, fmt.Errorf("postgres --version answered %q", out)
	}
	b.Major, err = strconv.Atoi(m[1])
	if err != nil {
		return b, err
	}
	if m[2] != "" {
		b.Minor, err = strconv.Atoi(m[2])
	}
	return b, err
}

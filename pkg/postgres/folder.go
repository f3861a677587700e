package postgres

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"eoul/pkg/fault"
)

// longestSocket is the most bytes a Unix socket address holds on Linux.
const longestSocket = 107

const socketFile = ".s.PGSQL.5432"

// DataFolder is where Eoul keeps its data: EOUL_DATA, else /var/lib/eoul for root,
// else the user's own data folder.
func DataFolder() (string, error) {
	if f := os.Getenv("EOUL_DATA"); f != "" {
		return filepath.Abs(f)
	}
	if os.Geteuid() == 0 {
		return "/var/lib/eoul", nil
	}
	if f := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(f) {
		return filepath.Join(f, "eoul"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fault.Wrap(fault.Unavailable, "데이터 폴더를 정할 수 없습니다. EOUL_DATA를 지정해 주세요.", err)
	}
	return filepath.Join(home, ".local", "share", "eoul"), nil
}

// account is the system user PostgreSQL runs as: it refuses to run as root.
type account struct {
	uid, gid int
	drop     bool // this process is root and must change to the user
}

func clusterAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	missing := "root로 실행하려면 시스템 사용자 postgres가 있어야 합니다. " + installHint
	u, err := user.Lookup("postgres")
	if err != nil {
		return account{}, fault.Wrap(fault.Unavailable, missing, err)
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err := errors.Join(err1, err2); err != nil {
		return account{}, fault.Wrap(fault.Unavailable, missing, err)
	}
	return account{uid: uid, gid: gid, drop: true}, nil
}

// command prepares a program to run as the account in a process group of its own,
// so that Ctrl-C in a terminal does not reach it before us.
func (a account) command(dir, program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...) //nolint:gosec,noctx // fixed programs; they are stopped through their leash, not by a context
	cmd.Dir = dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "PG") && !strings.HasPrefix(v, "LC_") && !strings.HasPrefix(v, "LANG") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)} //nolint:gosec // ids of a system user fit
	}
	return cmd
}

// own makes a private folder of the account.
func (a account) own(folder string) error {
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	if a.drop {
		return os.Chown(folder, a.uid, a.gid)
	}
	return nil
}

// claim makes the data folder and holds it until the returned file is closed.
// A folder that is in use is a Conflict, one that cannot be used Unavailable.
func claim(folder string, a account) (*os.File, error) {
	unusable := func(err error) error {
		return fault.Wrap(fault.Unavailable, fmt.Sprintf(
			"데이터 폴더 %s을(를) 쓸 수 없습니다. 권한을 확인하거나 EOUL_DATA로 다른 폴더를 지정해 주세요.", folder), err)
	}
	if err := os.MkdirAll(folder, 0o711); err != nil { //nolint:gosec // the cluster's user passes through; what lies inside is private
		return nil, unusable(err)
	}
	lock, err := os.OpenFile(filepath.Join(folder, "eoul.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, unusable(err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fault.Wrap(fault.Conflict, fmt.Sprintf(
				"데이터 폴더 %s에서 eoul이 이미 실행 중입니다. 먼저 실행한 것을 끝내거나 EOUL_DATA로 다른 폴더를 지정해 주세요.", folder), err)
		}
		return nil, unusable(err)
	}
	if err := a.mayEnter(folder); err != nil {
		_ = lock.Close()
		return nil, err
	}
	return lock, nil
}

// mayEnter lets the account pass through the data folder and makes sure that it
// can: a folder below another person's private one stays shut.
func (a account) mayEnter(folder string) error {
	if !a.drop {
		return nil
	}
	info, err := os.Stat(folder)
	if err == nil {
		err = os.Chmod(folder, info.Mode().Perm()|0o011)
	}
	if err == nil {
		err = a.command("/", "/bin/sh", "-c", `cd "$1"`, "sh", folder).Run()
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, fmt.Sprintf(
			"시스템 사용자 postgres가 데이터 폴더 %s에 들어갈 수 없습니다. EOUL_DATA로 다른 폴더를 지정해 주세요.", folder), err)
	}
	return nil
}

// runtimeFolder makes the private folder of the socket. Its name follows from the
// data folder, so that a crash leaves nothing that piles up.
func runtimeFolder(data string, a account) (string, error) {
	sum := sha256.Sum256([]byte(data))
	var last error
	for _, base := range runtimeBases() {
		folder := filepath.Join(base, fmt.Sprintf("eoul-%x", sum[:5]))
		if len(filepath.Join(folder, socketFile)) > longestSocket {
			continue
		}
		if last = a.own(folder); last != nil {
			continue
		}
		if last = private(folder, a.uid); last == nil {
			return folder, nil
		}
	}
	return "", fault.Wrap(fault.Unavailable, "소켓을 둘 짧고 개인적인 폴더가 없습니다. XDG_RUNTIME_DIR나 TMPDIR을 지정해 주세요.", last)
}

func runtimeBases() []string {
	if os.Geteuid() == 0 {
		return []string{"/run", os.TempDir(), "/tmp"}
	}
	bases := []string{os.TempDir(), "/tmp"}
	if f := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(f) {
		bases = append([]string{f}, bases...)
	}
	return bases
}

// private makes sure that nobody else put the folder there.
func private(folder string, uid int) error {
	info, err := os.Lstat(folder)
	if err != nil {
		return err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(st.Uid) != uid || info.Mode().Perm() != 0o700 {
		return fmt.Errorf("%s is not a private folder of user %d", folder, uid)
	}
	return nil
}

// postmaster reads the process id and the socket folder a running server noted.
func postmaster(cluster string) (pid int, socket string) {
	f, err := os.Open(filepath.Join(cluster, "postmaster.pid"))
	if err != nil {
		return 0, ""
	}
	defer func() { _ = f.Close() }()
	var lines []string
	for s := bufio.NewScanner(f); s.Scan(); {
		lines = append(lines, strings.TrimSpace(s.Text()))
	}
	if len(lines) > 0 {
		pid, _ = strconv.Atoi(lines[0])
	}
	if len(lines) > 4 {
		socket = lines[4]
	}
	return pid, socket
}

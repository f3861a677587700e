package filetest

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// signature is the line clamd needs to know EICAR's test file by its MD5.
const signature = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n"

// Eicar is the text every scanner calls a virus by agreement; it is harmless.
const Eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// Scanner starts clamd and gives its address for document.NewScanner.
func Scanner(t testing.TB) (at string, stop func()) {
	t.Helper()
	program := find(t, "clamd", "install Debian's package clamav-daemon")
	dir, err := os.MkdirTemp("", "eoul-clamd-") // short: a socket's path has 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "clamd.ctl")
	config := fmt.Sprintf("Foreground yes\nLocalSocket %s\nDatabaseDirectory %s\nStreamMaxLength 12M\nMaxThreads 2\n", socket, dir)
	for name, text := range map[string]string{"eicar.hdb": signature, "clamd.conf": config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(context.Background(), program, "--config-file="+filepath.Join(dir, "clamd.conf")) // #nosec G204 -- a test
	stop = serve(t, cmd, func(ctx context.Context) error {
		conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
		if err == nil {
			err = conn.Close()
		}
		return err
	})
	return "unix:" + socket, stop
}

// Workbook is a small workbook of the form of XLSX; its one cell file holds text.
func Workbook(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, entry := range [][2]string{{"[Content_Types].xml", "<Types/>"}, {"xl/workbook.xml", "<workbook/>"}, {"xl/media/a.txt", text}} {
		w, err := z.Create(entry[0])
		if err == nil {
			_, err = io.WriteString(w, entry[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"eoul/pkg/verify"
)

func TestVerifySaysWhatDisagrees(t *testing.T) {
	d := filled(t)
	if code, stdout, stderr := command(t, d, "verify"); code != 0 || stdout != "모두 맞습니다.\n" {
		t.Fatalf("exit %d, %s%s", code, stdout, stderr)
	}
	if code, stdout, _ := command(t, d, "verify", "--json"); code != 0 || strings.TrimSpace(stdout) != "[]" {
		t.Fatalf("exit %d, %s", code, stdout)
	}
	d.Broken = true
	var account string
	if err := d.Owner.Get(&account, `update accounts set spent_own = spent_own + 1 where id = (select min(id) from accounts where kind = 'line') returning id`); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command(t, d, "verify")
	if code != exitFailed || !strings.Contains(stdout, "[counter] 계정 "+account+": ") || !strings.Contains(stderr, "맞지 않는 것이 1건 있습니다.") {
		t.Errorf("exit %d, %s%s", code, stdout, stderr)
	}
	code, stdout, _ = command(t, d, "verify", "--json")
	var findings []verify.Finding
	if err := json.Unmarshal([]byte(stdout), &findings); err != nil || code != exitFailed || len(findings) != 1 || findings[0].Object != "account:"+account {
		t.Errorf("exit %d, %s %v", code, stdout, err)
	}
}

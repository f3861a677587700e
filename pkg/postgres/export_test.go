package postgres

import (
	"maps"
	"slices"
	"syscall"
)

// Constraints lists the names that have a sentence.
func Constraints() []string { return slices.Sorted(maps.Keys(sentences)) }

// Orphan kills the shell that holds the server and forgets the server, as if both
// eoul and the shell had been killed.
func (c *Cluster) Orphan() {
	_ = syscall.Kill(c.cmd.Process.Pid, syscall.SIGKILL)
	<-c.done
	_ = c.lock.Close()
}

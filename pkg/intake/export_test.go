package intake

import "time"

// Limited is a Reader whose children may use less and wait less.
func Limited(cpu, memory uint64, wait time.Duration) *Reader {
	r := NewReader()
	r.order, r.wait = order{CPU: cpu, Memory: memory}, wait
	return r
}

// LimitsMemory tells whether this build's children bound their data segment.
const LimitsMemory = limitsMemory

// Examine reads a file in this process, for fuzzing.
func Examine(data []byte) (Content, string) {
	a := examine(data)
	return a.Content, a.Refused
}

// Hold takes every place of the queue and gives a function that frees them.
func (r *Reader) Hold() (free func()) {
	for range cap(r.queue) {
		r.queue <- struct{}{}
	}
	return func() {
		for range cap(r.queue) {
			<-r.queue
		}
	}
}

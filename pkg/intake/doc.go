// Package intake reads the workbooks and CSV files that people send, without
// trusting them: what a file is, is told by its content; it is read by a child
// process with limits on processor time and memory (decisions 31, invariant S-19),
// one file at a time; and what it holds comes back as plain cells.
//
// A file that cannot be taken is an Invalid fault for the field "file", in a
// sentence that says what to do about it. Formulas are never calculated; a cell
// with one says so. The child has no address of the database and writes no file.
//
// Limits: 10 MB, 200 entries, 64 MB unpacked, a ratio of 100, 50,000 rows, 64
// columns, 400,000 cells; 20 seconds of processor time, 512 MB of memory.
package intake

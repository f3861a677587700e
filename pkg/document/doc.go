// Package document owns uploaded files: what they are called, what they really
// are, their checksum, whether a scanner found them clean, and where their bytes lie.
//
// Tables: stored_objects, documents. The bytes lie in a Store, a folder or an
// S3-compatible bucket, under the name of their SHA-256; the same bytes are stored
// once and never change. Who may open a file is decided by the record that refers
// to it (an application, an expenditure), never here.
//
// The order of things keeps every document's bytes there, whenever the program ends:
//
//   - Upload claims the bytes (a row of stored_objects), then stores them, then makes
//     the document. What stops in between leaves bytes without a document.
//   - Sweep takes away documents that nothing refers to, then, one by one and under
//     the lock of their row, bytes that no document has. A claim younger than a day is
//     left alone, so an upload under way never loses its bytes.
//
// With a Scanner a new file is pending until clamd called it clean or infected; until
// then, and for ever when infected, nobody gets its bytes and no plan with it can be
// handed in (invariants S-18, I-30). Without one it is unscanned.
package document

// Package document owns uploaded files: what they are called, what they really
// are, their checksum and where their bytes lie.
//
// Table: documents. A row appears only after its bytes are safely on disk under
// the name of their SHA-256; the same bytes are stored once. Neither row nor bytes
// ever change. Who may open a file is decided by the record that refers to it (an
// application, an expenditure), never here.
package document

// Package eoul embeds what the one binary carries with it: the schema, who may
// do what, and the pages. It stands at the top because embed cannot reach upwards.
package eoul

import "embed"

// Schema is the whole current schema; it builds every fresh database.
//
//go:embed schema.sql
var Schema string

// Policies holds the permission model and table.
//
//go:embed policies
var Policies embed.FS

// Templates holds the pages and, under static, what a browser loads.
//
//go:embed all:templates
var Templates embed.FS

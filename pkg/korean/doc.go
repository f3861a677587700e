// Package korean writes and reads what is particular to Korean documents: amounts
// in words, business registration numbers, and text in the CP949 encoding.
package korean

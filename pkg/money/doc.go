// Package money holds whole won and the four sources that pay for a project.
//
// An Amount is an exact number of won. It can be built, added and divided only
// here, so no float and no fraction of a won can enter a sum. Inside the program
// arithmetic is exact and not limited to Max, so that a sum of many allowed
// amounts can be compared before it is refused; whatever leaves the program, to
// PostgreSQL or as JSON, is checked against Max and refused with ErrRange.
package money

// Package xlsx writes workbooks as Korean offices expect them: a merged title, a
// line of facts, the unit, grey header rows with merged group heads, frozen heads,
// sums as formulas that carry their value, and a print setup of one page width.
//
// A Form is a sheet that people fill in: open and locked cells, drop-down lists, a
// total row. WriteMarked colours and comments cells of somebody's workbook.
//
// A sheet is a list of Columns and a stream of rows, so that 100,000 rows cost no
// more memory than 100. Text is written as typed inline strings: nothing a person
// typed can become a formula (decisions 32). It is the only importer of excelize.
package xlsx

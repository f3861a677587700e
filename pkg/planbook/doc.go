// Package planbook is the Excel round trip of a plan: its workbook is written with
// what the draft holds, comes back edited, is checked without saving anything, shown
// as what would change, and then replaces the parts it changes in one transaction.
//
// Table: plan_imports, one file per person and application, for three days.
//
// Promises:
//   - The workbook names its template, its application and the versions of the parts
//     it was made from, in a hidden sheet; another application's is refused.
//   - Sheets and columns are found by their headings, not by names or letters.
//   - Every mistake is reported at once with sheet, cell, value, rule and remedy, in
//     the order of the cells; rules are those of the forms (application.Edit).
//   - A file with a mistake is never applied. What is applied is what was shown: a
//     part saved since is a Conflict, and the file is checked again.
//   - A part that the file leaves as it was downloaded stays as it is stored now.
//
// Amounts are whole won. A number is read digit by digit, never as a fraction; text
// such as "1,000", "１０００", "₩1,000" or "1,000원" is a number, "1.0E+8" as text is
// refused: whatever wrote it may have cut digits off. Formulas are refused where a
// person fills in values, and never calculated.
package planbook

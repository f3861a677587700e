// Package e2e plays the whole case as the people in it, against the whole product:
// from the call of a ministry to the settlement workbook, once on the pages in a
// browser and once through the API. It holds tests only.
//
// A stage is the product on a database of its own, with a cast of real governments
// and a clock that the story moves on. What a test does not do by its own hand, such
// as opening a call when its hour has come, the stage does where the story says so.
package e2e

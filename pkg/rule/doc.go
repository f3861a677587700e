// Package rule holds what the law and the ministries' rules fix in numbers:
// periods, thresholds, rounding units, public holidays. Each value has the days
// on which it is in force, its source, and how sure it is, so that a case of 2022
// is computed with the values of 2022.
//
// It owns the tables rules and holidays. Their first content is embedded here
// (rules.csv, holidays.csv); an installation may add later versions and holidays.
// A valid_from of 2021-01-01 means that no earlier day was looked at.
//
// Certainty is "sure" (read in the text), "medium" or "unverified".
package rule

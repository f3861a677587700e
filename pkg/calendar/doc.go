// Package calendar holds days as the law counts them: dates without a clock, the
// Korean zone, public holidays, and the last day of a period by 민법 §157, §160
// and §161. It never asks what time it is; the caller brings the instant.
package calendar

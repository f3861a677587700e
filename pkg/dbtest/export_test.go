package dbtest

// Plan lets a test see what Queries would report.
var Plan = plan

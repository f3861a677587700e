// Package postgres is all that is particular to PostgreSQL: connections with
// Eoul's limits, a private cluster for machines without a database, upgrades,
// the check of the role a server runs as, and the sentences behind constraint
// names. It knows no noun of the domain.
//
// Promises: every connection has a time limit for statements, locks and idle
// transactions; a database is either fully upgraded to one version or untouched;
// text of the database never becomes a person's message.
package postgres

package report_test

import (
	"testing"

	"eoul/pkg/dbtest"
)

func TestQueries(t *testing.T) { dbtest.Queries(t, dbtest.New(t).DB, ".") }

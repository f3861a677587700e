# Everything a person does with this repository, by name: `make help`.

GO    ?= go
EOUL   = bin/eoul
SHARED = $(GO) run ./pkg/dbtest/cluster
# What takes longest is tested beside everything else, not after it.
LONG   = ./pkg/web ./pkg/e2e ./cmd/eoul

.DEFAULT_GOAL := help
.PHONY: help run build test lint gen bench fuzz soak office check db clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## start the demonstration on http://127.0.0.1:8080 (installs PostgreSQL on Debian)
	@if [ -z "$$DATABASE_URL" ]; then .ci/need postgresql; fi
	@exec $(EOUL) demo

build: ## build the one binary, bin/eoul
	@CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o $(EOUL) ./cmd/eoul

test: ## run every test with the race detector, browser tests included
	@.ci/need gcc libc6-dev postgresql chromium-headless-shell fonts-noto-cjk clamav-daemon poppler-utils
	@.ci/s3
	@EOUL_BROWSER=required EOUL_SERVERS=required $(SHARED) $(GO) test -race -vet=off -ldflags=-w -shuffle=on -timeout 20m $(LONG) ./...

lint: ## check format, vet, golangci-lint and that generated files are current
	@.ci/lint

gen: ## write what is derived: package map, permission matrix, state diagrams
	@$(GO) run ./cmd/gen

bench: build ## measure against the bare limits of the same machine
	@.ci/need postgresql
	@$(GO) run ./cmd/bench

fuzz: ## try every fuzz function for 30 seconds
	@.ci/fuzz 30s

soak: ## run the large counts: long races, all pairs, many worlds
	@.ci/need gcc libc6-dev postgresql
	@EOUL_SOAK=1 $(SHARED) $(GO) test -count=1 -timeout 6h ./...

office: ## take the workbooks through LibreOffice and back
	@.ci/need postgresql libreoffice-calc-nogui
	@EOUL_OFFICE=1 $(SHARED) $(GO) test -count=1 -timeout 10m ./pkg/report/... ./pkg/planbook/...

check: test lint ## test and lint

db: ## start a test server to look into: keeps the databases of failed tests until Ctrl-C
	@.ci/need postgresql
	@$(SHARED)

clean: ## remove what was built
	@rm -rf bin

# Shoal. The two commands: `make run` and `make test`.

GO      ?= go
export CGO_ENABLED ?= 0
VERSION ?= $(shell git describe --tags --always 2>/dev/null || echo development)

.PHONY: run test quick build assets needs needs-test lint race fuzz bench bench-api bench-swarm bench-tracker bench-spy bench-federation clean help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: needs build ## build and start on http://localhost:9000 with data in ./data
	./bin/shoal serve

build: assets ## bin/shoal, which needs nothing beside it
	$(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/shoal ./server

assets: ## compile and compress what browsers load; prints the bytes the network carries
	$(GO) run ./static/build

test: needs needs-test assets ## everything
	@$(MAKE) --no-print-directory -j2 quick race # side by side: much of the second is waiting for films to play

quick: lint ## what needs neither a database nor ffmpeg
	$(GO) vet ./...
	GOOS=js GOARCH=wasm $(GO) vet ./wasm/... ./app/... ./shared/...
	$(GO) test ./app/... ./wasm/... ./static/... # one thread in the browser

race: ## the tests of the server and of what both ends share, looking for data races
	CGO_ENABLED=1 $(GO) test -race -tags disable_libutp -timeout 30m ./server/... ./shared/... # uTP in Go, as in the program

lint: ## formatting and static analysis, with the versions of tools.mod
	@test -z "$$($(GO) tool -modfile=tools.mod gofumpt -l app docs server shared static wasm migrations | tee /dev/stderr)" || (echo "run: go tool -modfile=tools.mod gofumpt -w ." && false)
	$(GO) tool -modfile=tools.mod staticcheck ./...
	GOOS=js GOARCH=wasm $$($(GO) tool -modfile=tools.mod -n staticcheck) ./wasm/... ./app/... ./shared/...

FUZZTIME ?= 20s
fuzz: ## each fuzz test for FUZZTIME
	@for p in $$($(GO) list ./...); do for f in $$($(GO) test -list '^Fuzz' $$p 2>/dev/null | grep '^Fuzz'); do \
		echo "$$p $$f"; $(GO) test $$p -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) || exit 1; done; done

bench: needs needs-test build ## ratios against a peer or a limit measured in the same run
	$(GO) run ./server/bench

bench-api: needs build ## the REST interface with a million made-up videos beside a thousand; SIZE=100000 for fewer
	$(GO) run ./server/bench/api -videos $(or $(SIZE),1000000)

bench-swarm: needs needs-test build ## how much of a video 4, 16 and 64 viewers bring each other over WebRTC
	$(GO) run ./server/bench/swarm

bench-tracker: needs needs-test build ## what announces cost beside npm's bittorrent-tracker
	$(GO) run ./server/bench/tracker -part cost

bench-spy: needs needs-test build ## what one place learns of a swarm beside npm's bittorrent-tracker
	$(GO) run ./server/bench/tracker -part spy

bench-federation: needs ## activities a second to a thousand other servers of which some hang and some are down
	$(GO) run ./server/bench/federation

needs: ## install what running needs
	@sh .ci/needs run

needs-test: ## install what testing needs
	@sh .ci/needs test

clean: ## remove what was built; data stays
	rm -rf bin static/dist/*

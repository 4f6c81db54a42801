# Everything that a developer or an operator does here, by name.
CONFIGURATION ?= Release
URL ?= $(or $(ASPNETCORE_URLS),http://127.0.0.1:5080)
ARGS ?=
GATEPOST_FUZZ ?= 1000000

.PHONY: run demo test deps build publish bench fmt verify openapi vectors backups soak fuzz properties clean

run: ## the server alone, on $(URL), data in ./data
	dotnet build src/Gatepost.Server -c $(CONFIGURATION) -v quiet -nologo
	artifacts/bin/Gatepost.Server/$(shell echo $(CONFIGURATION) | tr A-Z a-z)/Gatepost.Server --urls $(URL)

demo: ## a fresh server, a ticket and a survey response, and their signed webhooks (DEMO_ONCE=1 exits after them)
	@echo "Building; the first time takes about a minute."
	dotnet build src/Gatepost.Server -c Release -v quiet -nologo
	python3 tools/demo.py artifacts/bin/Gatepost.Server/release/Gatepost.Server

test: deps ## all tests; the last line is "N passed, N failed"
	@python3 tools/test.py

vectors: ## every vector through the HTTP route; the last line is "N vectors, N failed" (GATEPOST_VECTORS=folder:folder)
	@python3 tools/vectors.py

deps: ## what the tests need beside the .NET SDK
	@tools/deps.sh

build:
	dotnet build Gatepost.slnx -c $(CONFIGURATION)

publish: ## the server, at artifacts/server/
	dotnet publish src/Gatepost.Server -c Release -o artifacts/server

bench: publish ## make bench ARGS="throughput --seconds 10 --json"
	dotnet run -c Release --project bench/Gatepost.Bench -- $(ARGS)

fmt: ## formats the code
	dotnet format Gatepost.slnx

verify: ## what a reviewer asks for: format, generated files, tests
	dotnet format Gatepost.slnx --verify-no-changes
	$(MAKE) openapi
	git diff --exit-code docs/openapi.json
	$(MAKE) test

openapi: ## writes docs/openapi.json from the running code
	dotnet run --project src/Gatepost.Server -c $(CONFIGURATION) -- openapi > docs/openapi.json.new
	mv docs/openapi.json.new docs/openapi.json

backups: publish ## makes backups of both databases under load, restores them, and checks what is sent again
	python3 tools/backups.py artifacts/server/Gatepost.Server

soak: publish ## the long crash and backlog runs
	dotnet run -c Release --project bench/Gatepost.Bench -- crash --json
	dotnet run -c Release --project bench/Gatepost.Bench -- backlog --json

fuzz: ## a million mutated requests and mails through every provider (GATEPOST_FUZZ=n, GATEPOST_FUZZ_SEED=n)
	dotnet build tests/Gatepost.Providers.Tests -c $(CONFIGURATION) -v quiet -nologo
	GATEPOST_FUZZ=$(GATEPOST_FUZZ) dotnet run --no-build -c $(CONFIGURATION) --project tests/Gatepost.Providers.Tests -- -class '*.FuzzTests' -showLiveOutput

properties: ## the property tests with many more inputs
	CsCheck_Iter=200000 python3 tools/test.py

clean:
	rm -rf artifacts

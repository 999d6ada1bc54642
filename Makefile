# Every target installs what it lacks beside what is there already; a second run needs no network.
PYTHON ?= python3
SETUP = @$(PYTHON) tools/setup.py
VENV := .venv/bin
# Where tests/api, tests/clients and tests/programs run; with workerd nothing else does. `make bench` and `make soak`
# also take `all`.
RUNTIME ?= embedded
# Of a whole run only: a few tests alone cannot reach what pyproject.toml asks for.
COVERAGE = $(if $(ARGS)$(filter workerd,$(RUNTIME)),,--cov)

.PHONY: help setup dev workerd lint format unit fuzz programs test bench bench-page soak smoke generate \
        screenshots deploy-check deploy clean

help:
	@echo "                   first, later: on two cores, with a quick connection"
	@echo "make dev           15 s, 5 s    the Worker on http://localhost:8787, with a demo painter or Cloudflare"
	@echo "make workerd       1 min, 10 s  the same in Cloudflare's own runtime, which needs the internet"
	@echo "make lint          20 s, 7 s    ruff, mypy, eslint and tsc"
	@echo "make format        20 s, 1 s    let ruff rewrite the layout"
	@echo "make unit          40 s, 30 s   the tests that need nothing but Python"
	@echo "make fuzz          3 min        requests that nobody should send, as part of make test"
	@echo "make programs      2 min, 1 min whole programs in front of the Worker: Open WebUI, litellm's proxy"
	@echo "make test          25 min       all tests; RUNTIME=workerd: those of the API and of clients, in Cloudflare's runtime"
	@echo "make bench         10 min       measure the Worker beside others, RUNTIME=workerd or all; ARGS=--quick: one minute"
	@echo "make bench-page    5 min        measure the page in Chromium; ARGS=--quick: one minute"
	@echo "make soak          10 min       mixed traffic, RUNTIME=workerd or all; ARGS=--minutes=1: a short one"
	@echo "make smoke         10 s, 5 s    whether a deployment works; URL=https://...; PAID=1: one image"
	@echo "make generate      15 s, 1 s    the files that are made from src/ and from npm"
	@echo "make screenshots   2 min        pictures of the page, in docs/ and screenshots/; ARGS=--sheets: every width, theme, language"
	@echo "make deploy-check  15 s, 2 s    what a deployment would upload, and its size"
	@echo "make deploy        1 min        deploy to Cloudflare"
	@echo "make clean         1 s          remove everything that was installed or made"

# Lint and tests at once, as .ci/run needs them.
setup:
	$(SETUP)

dev:
	$(SETUP) dev
	@$(VENV)/python -m dev.serve

workerd:
	$(SETUP) dev
	@$(VENV)/python -m dev.workerd

lint:
	$(SETUP) lint
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy
	@$(VENV)/node node_modules/eslint/bin/eslint.js .
	@$(VENV)/node node_modules/typescript/bin/tsc --project jsconfig.json

format:
	$(SETUP) lint
	@$(VENV)/ruff check --fix .
	@$(VENV)/ruff format .

unit:
	$(SETUP) unit
	@$(VENV)/python -m pytest -n auto --maxprocesses=4 tests/unit $(COVERAGE) $(ARGS)

fuzz:
	$(SETUP) test
	@$(VENV)/python -m pytest -n auto --maxprocesses=4 --dist loadfile tests/fuzz $(ARGS)

programs:
	$(SETUP) programs
	@RUNTIME=$(RUNTIME) $(VENV)/python -m pytest -n auto --maxprocesses=4 --dist loadfile \
	  tests/programs $(ARGS)

test:
	$(SETUP) test
	@RUNTIME=$(RUNTIME) $(VENV)/python -m pytest -n auto --maxprocesses=4 --dist loadfile \
	  --no-loadscope-reorder $(COVERAGE) $(ARGS)

bench:
	$(SETUP) bench $(if $(filter embedded,$(RUNTIME)),,rival)
	@RUNTIME=$(RUNTIME) $(VENV)/python -m bench $(ARGS)

bench-page:
	$(SETUP) bench test
	@$(VENV)/python -m bench.page $(ARGS)

soak:
	$(SETUP) bench
	@RUNTIME=$(RUNTIME) $(VENV)/python -m bench.soak $(ARGS)

# Installs nothing of the development. URL, KEY and PAID reach it through the environment.
smoke:
	$(if $(findstring command,$(origin KEY)),$(error A command line can be read by every user of the \
	  machine: leave KEY out and type the key when asked, or export it))
	$(SETUP) uv
	@UV_PROJECT_ENVIRONMENT=.tools/smoke UV_PYTHON_DOWNLOADS=never .tools/bin/uv run --quiet \
	  --frozen --only-group smoke --python $(PYTHON) -m tools.smoke

generate:
	$(SETUP) generate
	@$(VENV)/python -m tools.generate

screenshots:
	$(SETUP) test
	@$(VENV)/python -m tests.browser.pictures $(ARGS)

deploy-check:
	$(SETUP) dev
	@$(VENV)/python -m tools.deploy_check

deploy:
	$(SETUP) dev
	@PATH="$(CURDIR)/$(VENV):$$PATH" $(VENV)/python -m tools.deploy $(ARGS)

# What .gitignore lists, but for .dev.vars.
clean:
	rm -rf .venv .venv-workers .tools .wrangler node_modules python_modules pylock.toml build \
	  *.egg-info .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis screenshots
	@find . -name .git -prune -o \( -name __pycache__ -o -name "*.pyc" \) -prune -exec rm -rf {} +

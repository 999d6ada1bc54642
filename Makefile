# Every target sets up what it needs by itself; a second run needs no network.
PYTHON ?= python3
VENV := .venv/bin

.PHONY: help setup dev workerd test bench soak smoke lint format generate screenshots deploy-check \
        deploy clean

help:
	@echo "make dev           the Worker on http://localhost:8787, with a demo painter or Cloudflare"
	@echo "make workerd       the same under Cloudflare's own tools, which need the internet"
	@echo "make test          all tests"
	@echo "make bench         measure the Worker beside a plain JavaScript one; ARGS=--quick: one minute"
	@echo "make soak          ten minutes of mixed traffic; ARGS=--minutes=1: a short one"
	@echo "make smoke         whether a deployment works; URL=https://... KEY=...; PAID=1: with one image"
	@echo "make lint          ruff, mypy, eslint and tsc"
	@echo "make format        let ruff rewrite the layout"
	@echo "make generate      the files under assets/ that come from src/ and from npm"
	@echo "make screenshots   pictures of the page, in docs/ and screenshots/"
	@echo "make deploy-check  what a deployment would upload, and its size"
	@echo "make deploy        deploy to Cloudflare"
	@echo "make clean         remove everything that was installed or made"

setup:
	@$(PYTHON) tools/setup.py

dev: setup
	@$(VENV)/python -m dev.serve

workerd: setup
	@$(VENV)/python -m dev.workerd

test: setup
	@$(VENV)/python -m pytest -n auto --maxprocesses=4 --dist loadfile $(ARGS)

bench: setup
	@UV_PYTHON_DOWNLOADS=never .tools/bin/uv sync --quiet --frozen --group bench --python $(VENV)/python
	@$(VENV)/python -m bench $(ARGS)

soak: setup
	@$(VENV)/python -m bench.soak $(ARGS)

# Installs nothing of the development. URL, KEY and PAID reach it through the environment.
smoke:
	@$(PYTHON) tools/setup.py uv
	@UV_PROJECT_ENVIRONMENT=.tools/smoke UV_PYTHON_DOWNLOADS=never .tools/bin/uv run --quiet \
	  --frozen --only-group smoke --python $(PYTHON) -m tools.smoke

lint: setup
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy
	@$(VENV)/node node_modules/eslint/bin/eslint.js .
	@$(VENV)/node node_modules/typescript/bin/tsc --project jsconfig.json

format: setup
	@$(VENV)/ruff check --fix .
	@$(VENV)/ruff format .

generate: setup
	@$(VENV)/python -m tools.generate

screenshots: setup
	@$(VENV)/python -m tests.browser.screenshots

deploy-check: setup
	@$(VENV)/python -m tools.deploy_check

deploy: setup
	@PATH="$(CURDIR)/$(VENV):$$PATH" $(VENV)/python -m tools.deploy $(ARGS)

clean:
	rm -rf .venv .venv-workers .tools node_modules python_modules .wrangler pylock.toml

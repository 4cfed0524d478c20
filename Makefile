# `make demo` to look, `make test` to check. Everything goes into .venv; nothing else is touched.
# Locked versions are installed; `make lock` renews them within the ranges of pyproject.toml.

PYTHON ?= python3
DATA ?= shop
STEPS ?= 10000
KILLS ?= 200
# Three files of tests at a time on two cores; each file's tests stay together, with what they share.
# The plugin of schemathesis, which the tests run as a program, costs each process a second.
PYTEST ?= -m pytest -p no:schemathesis -n auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder
VENV := .venv
BIN := $(VENV)/bin
LOCKS := requirements

# Real photos, where a checkout has them beside it; otherwise they are fetched when needed.
PHOTOS := ../shared/data/clothing-photos
ifneq ($(wildcard $(PHOTOS)),)
export LOOKALIKE_CLOTHING_PHOTOS ?= $(CURDIR)/$(PHOTOS)
endif
PRODUCTS := ../shared/data/product-photos
ifneq ($(wildcard $(PRODUCTS)),)
export LOOKALIKE_PRODUCT_PHOTOS ?= $(CURDIR)/$(PRODUCTS)
endif

.DEFAULT_GOAL := help

.PHONY: help
help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / \t/' | expand -t 16

.PHONY: install
install: $(VENV)/.serve  ## install the service into .venv, and nothing more

.PHONY: demo
demo: $(VENV)/.serve  ## install the service, fill a shop with real photos and serve it
	$(BIN)/lookalike demo --data $(DATA) $(if $(ITEMS),--items $(ITEMS))

.PHONY: demo-photos
demo-photos: $(VENV)/.serve  ## the same with real photos, in a shop of their own
	$(BIN)/lookalike demo --data clothing-photos

# What tests write comes and goes by the thousand, flushed each time: in memory, where it has room.
IN_MEMORY := $(shell [ "$$(df -k --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 8000000 ] 2>/dev/null && echo /dev/shm)

.PHONY: test
# Servers and workers are started by the hundred: none compiles our modules that another has.
test: export PYTHONDONTWRITEBYTECODE :=
test: export TMPDIR := $(or $(TMPDIR),$(IN_MEMORY),/tmp)
test: $(VENV)/.test programs  ## install what the tests need and run the whole suite
	$(BIN)/python $(PYTEST)

.PHONY: check
check: $(VENV)/.test  ## lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: architecture
architecture: $(VENV)/.test  ## count rooms, files, arrows and circles, and draw them anew
	$(BIN)/python -m tests.architecture --draw

.PHONY: docs
docs: $(VENV)/.test  ## write the documents as a site, build/docs/index.html; a broken link fails
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -c docs . build/docs

.PHONY: bench
bench: $(VENV)/.serve  ## this machine's speed beside that of the bare libraries
	$(BIN)/lookalike bench

.PHONY: figures
figures: $(VENV)/.test  ## what imports, fetching and searches beside them reach (half an hour)
	$(BIN)/python -m tests.benchmarks.stock_room all

.PHONY: never-drifts
never-drifts: $(VENV)/.test  ## two writers, kills and promotions at random: make never-drifts STEPS=10000
	$(BIN)/python -m tests.never_drifts --steps $(STEPS)

.PHONY: kills
kills: $(VENV)/.test  ## processes of every kind of work killed at random moments: make kills KILLS=200
	$(BIN)/python -m tests.never_drifts --kills $(KILLS)

.PHONY: programs
programs:  ## make sure that a browser and a Redis are there for the tests
	@$(SHELL) .ci/programs

.PHONY: lock
lock: $(VENV)/.test  ## renew the locked versions
	$(BIN)/python .ci/lock.py

.PHONY: schema
schema: $(VENV)/.test  ## write down what a new catalogue gets, after adding a migration
	$(BIN)/python -m tests.new_catalogue

.PHONY: clean
clean:  ## remove the virtual environment and caches; the catalogue in var/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "the venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }

# Stamps, so that a second start installs nothing: they are older than what they were made from
# only when that has changed.
$(VENV)/.serve: pyproject.toml $(LOCKS)/serve.txt | $(VENV)/bin/python
	@echo "installing the service into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $(LOCKS)/serve.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.test: pyproject.toml $(LOCKS)/all.txt | $(VENV)/bin/python
	@echo "installing what the tests need into $(VENV), TensorFlow (about 600 MB) among it"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $(LOCKS)/all.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@ $(VENV)/.serve

# What everyone can type. Each verb works from a fresh clone with git, make, python3 and python3-venv.
#
#   make demo    install, appraise the packaged plan, say where the report lies
#   make test    everything that must hold: lint, documentation, tests
#   make lint    style, types, the order of the rooms
#   make docs    build the documentation, warnings as errors
#   make bench   the benchmarks (SIZE=small: the ones' smallest size)
#   make test-long   tests that take minutes, which make test leaves out but for their smallest size
#
# and for who works on it: make fix (mend style), make constraints (renew the pinned versions),
# make clean (remove all that the others made, the environment included).

PYTHON  ?= python3
VENV    ?= .venv
PLAN    ?= build/south-west
OUT     ?= out/south-west
SIZE    ?= full
WORKERS ?= auto

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
BUILT_FROM := pyproject.toml constraints.txt hatch_build.py assets/package.json assets/package-lock.json

.NOTPARALLEL:
.PHONY: demo test test-long lint fix docs bench constraints clean

demo: $(VENV)/.installed
	rm -rf $(PLAN)
	$(BIN)/standby example south-west $(PLAN)
	$(BIN)/standby appraise $(PLAN) --out $(OUT)

test: lint docs
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile

test-long: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m long --numprocesses $(WORKERS) --dist loadfile

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.installed-dev
	rm -rf docs/reference/generated
	$(BIN)/python -m sphinx --builder html --fail-on-warning --keep-going --quiet docs docs/_build/html
	@echo "The documentation is in docs/_build/html/index.html"

bench: $(VENV)/.installed-dev
	@set -e; for file in benchmarks/bench_*.py; do \
	  echo "== $$file"; \
	  $(BIN)/python "$$file" $(if $(filter small,$(SIZE)),--small); \
	done

# uv is used for this alone: it resolves for every Python and system at once.
constraints:
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install --quiet uv
	build/constraints/bin/python -m uv pip compile --quiet --universal --upgrade --python-version 3.11 \
	  --fork-strategy fewest --no-header --no-annotate --no-emit-index-url --all-extras \
	  --group dev --group install \
	  pyproject.toml --output-file build/constraints.txt
	{ echo "# Versions that make installs; renew with: make constraints"; cat build/constraints.txt; } > constraints.txt

clean:
	rm -rf $(VENV) build dist out docs/_build docs/reference/generated src/standby/report/assets/vendor
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests benchmarks docs -name __pycache__ -type d -exec rm -rf {} +

$(VENV)/.installed: $(BUILT_FROM)
	@$(PYTHON) -c 'import sys; sys.exit("Standby needs Python 3.11 or later; say which: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@echo "Installing into $(VENV): about a minute the first time"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade pip
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the tests and the documentation need"
	$(PIP) --editable '.[all]' --group dev
	@touch $@

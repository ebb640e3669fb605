# Every command a developer, the pipeline or a curious visitor needs. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run site test test-serving test-site test-training check check-site types format bench lock clean

PYTHON ?= python3.11
ifeq ($(shell command -v $(PYTHON)),)
PYTHON := python3
endif
PORT ?= 8080
export PORT
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# This checkout's code, whatever another one has left in the shell.
export PYTHONPATH := $(CURDIR)/functions:$(CURDIR)

include infra/provision.mk

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/serving site ## Serve everything on http://127.0.0.1:$PORT (8080); data stays in .local/
	@exec .venv/bin/python -m dermaloop.devserver

site: ## Build the site into frontend/dist, if it is not fresh
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory frontend/dist/index.html; \
	else echo "Node 20 with npm is needed for the site (apt-get install nodejs npm); the API is served without it."; fi

test: test-site test-serving test-training ## Run every test, with a coverage report

test-serving: .venv/testing .venv-tflite/ready .venv-train/ready .venv-readers/ready site .venv-vertex/ready .venv-terraform/ready ## Run the tests of the functions, and of the site in a browser
	.venv/bin/python -m pytest

test-site: frontend/node_modules/.ready ## Run the site's unit tests
	cd frontend && npm test --silent

# The native training engine needs AVX-512 and g++; elsewhere, and with NATIVE=no, its tests are skipped by name.
NATIVE ?= $(shell grep -qs avx512bw /proc/cpuinfo && command -v g++ >/dev/null && echo yes)

test-training: .venv-train/ready $(if $(filter yes,$(NATIVE)),.venv-train/native) ## Run the tests of the training job (TensorFlow, in its own environment)
	.venv-train/bin/python -m pytest tests/model_export --confcutdir=tests/model_export --override-ini addopts=--strict-markers -q

check: check-site check-format-infra .venv/testing ## Format, lint, types and import rules
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

check-site: frontend/node_modules/.ready
	cd frontend && npm run --silent check

types: .venv/testing frontend/node_modules/.ready ## Write the site's types of the API anew
	.venv/bin/python -m tests.frontend.api_types

format: .venv/testing ## Put the code into the house's format
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: .venv/testing .venv-train/flask .venv-onnx/ready ## Measure speed and size; writes tests/benchmarks/report.md
	.venv/bin/python -m tests.benchmarks

lock: .venv/testing ## Pin every dependency anew from the *.in files
	.venv/bin/python -m pip install --quiet pip-tools==7.6.2
	for folder in functions tests; do (cd $$folder && ../.venv/bin/pip-compile --quiet --upgrade --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --strip-extras --no-header --allow-unsafe --annotation-style=line requirements.in); done

clean: ## Remove what was set up; keeps .local/
	rm -rf frontend/node_modules frontend/dist .venv .venv-train .venv-tflite .venv-readers .venv-onnx .venv-vertex .venv-terraform .venv-checkov .mypy_cache .ruff_cache .pytest_cache .hypothesis

# What each command needs, set up once and again only when its pins change.
.venv/serving: functions/requirements.txt
	@echo "Setting up Python for serving (once, about a minute) ..."
	@$(PYTHON) -m venv .venv || { echo "Python 3.11 with venv is needed: apt-get install python3-venv"; exit 1; }
	@.venv/bin/python -m pip install --quiet -r functions/requirements.txt
	@.venv/bin/python -c "import site, pathlib; pathlib.Path(site.getsitepackages()[0], 'dermaloop.pth').write_text('$(CURDIR)/functions\n$(CURDIR)\n')"
	@touch $@

.venv/testing: .venv/serving tests/requirements.txt
	@echo "Setting up the tools for checking and testing (once) ..."
	@.venv/bin/python -m pip install --quiet -r tests/requirements.txt
	@touch $@

SITE := $(shell find frontend/src frontend/public frontend/*.html frontend/vite.config.ts -type f 2>/dev/null)

frontend/node_modules/.ready: frontend/package-lock.json
	@echo "Setting up the tools for the site (once) ..."
	@command -v npm >/dev/null || { echo "Node 20 with npm is needed: apt-get install nodejs npm"; exit 1; }
	@cd frontend && npm ci --silent
	@touch $@

frontend/dist/index.html: frontend/node_modules/.ready $(SITE)
	@echo "Building the site ..."
	@cd frontend && npm run --silent build -- --logLevel warn
	@touch $@

.venv-train/ready: functions/requirements.txt model_export/requirements.txt
	@echo "Setting up TensorFlow for training (once, a few minutes, 2 GB) ..."
	@$(PYTHON) -m venv .venv-train
	@.venv-train/bin/python -m pip install --quiet -c functions/requirements.txt -r model_export/requirements.txt
	@.venv-train/bin/python -c "import site, pathlib; pathlib.Path(site.getsitepackages()[0], 'dermaloop.pth').write_text('$(CURDIR)/functions\n$(CURDIR)\n')"
	@touch $@

.venv-train/native: .venv-train/ready model_export/native/requirements.txt
	@echo "Setting up PyTorch for the native training engine (once; 0.2 GB, or 0.5 GB and CUDA's libraries where the registry"
	@echo "has no build for processors alone; NATIVE=no does without it) ..."
	@.venv-train/bin/python -m pip install --quiet -r model_export/native/requirements.txt
	@touch $@

.venv-tflite/ready:
	@echo "Setting up the older TFLite runtime, to compare with (once) ..."
	@$(PYTHON) -m venv .venv-tflite
	@.venv-tflite/bin/python -m pip install --quiet tflite-runtime==2.14.0 "numpy==1.26.4" pillow==13.0.0 msgspec==0.22.0
	@.venv-tflite/bin/python -c "import site, pathlib; pathlib.Path(site.getsitepackages()[0], 'dermaloop.pth').write_text('$(CURDIR)/functions\n')"
	@touch $@

.venv-readers/ready: tests/readers/requirements.txt
	@echo "Setting up programs of others that read what ours write, for the tests (once) ..."
	@$(PYTHON) -m venv .venv-readers
	@.venv-readers/bin/python -m pip install --quiet -r tests/readers/requirements.txt
	@.venv-readers/bin/python -m pip install --quiet --no-deps labelme==6.3.1
	@touch $@

.venv-vertex/ready:
	@echo "Setting up Google's definition of training jobs, to check ours against (once) ..."
	@$(PYTHON) -m venv .venv-vertex
	@.venv-vertex/bin/python -m pip install --quiet --no-deps google-cloud-aiplatform==2.7.0 proto-plus==1.29.0 \
	  protobuf==7.36.2 google-api-core==2.44.0 googleapis-common-protos==1.76.0
	@touch $@

.venv-train/flask: .venv-train/ready
	@.venv-train/bin/python -m pip install --quiet -c functions/requirements.txt flask
	@touch $@

.venv-onnx/ready: functions/requirements.txt
	@echo "Setting up ONNX Runtime, to compare with (once) ..."
	@$(PYTHON) -m venv .venv-onnx
	@.venv-onnx/bin/python -m pip install --quiet -r functions/requirements.txt onnxruntime==1.31.1 onnx==1.23.2
	@touch $@

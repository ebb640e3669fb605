# Included by the Makefile: what provisions, ships and looks after a Google project. `make help` lists these too.
.PHONY: terraform check-infra check-format-infra plan doctor provision deploy destroy publish smoke rollback admin train-image costs simulate drill

PROJECT ?=
REGION ?=
ENVIRONMENT ?= dev
EMAIL ?=
ADDRESS ?=
SHIP = PYTHONPATH=$(CURDIR) $(PYTHON) -m infra.ship
export PROJECT REGION ENVIRONMENT
WHERE = --project "$(PROJECT)" --region "$(REGION)" --environment "$(ENVIRONMENT)" $(SHIP_OPTIONS)

doctor: ## Look whether this machine and PROJECT can be deployed to, and say what to do
	@$(SHIP) doctor $(WHERE)

ifeq ($(PROJECT),)
plan: .venv/testing .venv-terraform/ready ## Show what deploying to PROJECT would change (without PROJECT: to a fresh one)
	@.venv/bin/python -m tests.infra
else
plan:
	@$(SHIP) plan $(WHERE)
endif

deploy: ## Provision PROJECT and publish the site, from nothing or over what is there (ENVIRONMENT=dev or prod)
	@$(SHIP) deploy $(WHERE)

destroy: ## Remove everything from PROJECT again
	@$(SHIP) destroy $(WHERE)

provision:
	@$(SHIP) apply $(WHERE)

publish: ## Send the built site to PROJECT
	@$(SHIP) publish $(WHERE)

smoke: ## Ask the deployed site (or ADDRESS) what a person would
	@$(SHIP) smoke $(WHERE) --address "$(ADDRESS)"

rollback: ## Put the site and the champions back to what they were before the last publish
	@$(SHIP) rollback $(WHERE)

admin: ## Make EMAIL an admin of PROJECT
	@$(SHIP) admin $(WHERE) --email "$(EMAIL)"

train-image: ## Let Google build PROJECT's training image
	@$(SHIP) train-image $(WHERE)

costs: ## What a month costs at 100, 10,000 and 1,000,000 predictions, by list prices
	@PYTHONPATH=$(CURDIR) $(PYTHON) -m infra.costs

simulate: .venv/testing ## Simulate days of growing load: latency, instances, cost, quotas
	@.venv/bin/python -m infra.costs simulate

drill: .venv/testing ## Back up, lose and restore a store, on the emulators
	.venv/bin/python -m pytest tests/infra/test_drill.py --no-cov -q -s
terraform: ## Say how to get terraform where it is missing
	@command -v terraform >/dev/null && terraform version || echo "Terraform 1.9 or later: https://developer.hashicorp.com/terraform/install (Debian, Ubuntu: HashiCorp's apt repository; macOS: brew install hashicorp/tap/terraform)"

check-infra: .venv/testing .venv-terraform/ready .venv-checkov/ready ## Hold the Terraform configuration against its policies, and checkov's
	.venv/bin/python -m pytest tests/infra --no-cov -q
	.venv-checkov/bin/checkov --config-file infra/checkov.yaml

check-format-infra:
	@if command -v terraform >/dev/null; then terraform fmt -check -recursive; \
	else echo "SKIPPED, as terraform is not installed (make terraform): the format of the Terraform files"; fi

.venv-terraform/ready: tests/infra/stub/requirements.txt
	@echo "Setting up the stand-in for Google's Terraform provider (once) ..."
	@$(PYTHON) -m venv .venv-terraform
	@.venv-terraform/bin/python -m pip install --quiet -r tests/infra/stub/requirements.txt
	@touch $@

.venv-checkov/ready:
	@echo "Setting up checkov (once, under a minute) ..."
	@$(PYTHON) -m venv .venv-checkov
	@.venv-checkov/bin/python -m pip install --quiet checkov==3.3.30
	@touch $@

# Included by the Makefile: what provisions, ships and looks after a Google project. `make help` lists these too.
.PHONY: terraform check-infra check-format-infra

PROJECT ?=
export PROJECT

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

"""The Terraform configuration, held against the real `terraform` and what this project promises of its plan."""

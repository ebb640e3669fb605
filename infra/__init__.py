"""What runs beside Terraform: shipping, looking after and pricing a project. Needs Python and gcloud alone."""

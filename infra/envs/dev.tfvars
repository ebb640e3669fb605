# A project to try things in: small, nothing protected, gone with `make destroy`.
environment = "dev"

sizes = {
  predict-malignancy = { max_instances = 3 }
  predict-disease    = { max_instances = 3 }
  assess             = { max_instances = 3 }
}
retention = { backups = 7, old_models = 30 }
training  = { machine = "n1-standard-4", hours = 4 }

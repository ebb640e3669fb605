# `terraform test`, with every provider mocked: what a change of variables changes. tests/infra holds the rest in Python.

mock_provider "google" {}
mock_provider "google-beta" {}
mock_provider "time" {}
mock_provider "archive" {}

variables {
  project_id = "dermaloop-test"
}

run "nothing_but_a_project" {
  command = plan

  assert {
    condition     = length(local.sized) == 9 && alltrue([for size in values(local.sized) : size.min_instances == 0])
    error_message = "Nine functions, and none costs anything while nobody calls."
  }
  assert {
    condition     = length(module.delivery.triggers) == 0
    error_message = "Without a repository nothing is followed."
  }
}

run "production_keeps_one_instance_warm_and_asks_before_it_ships" {
  command = plan

  variables {
    environment = "prod"
    sizes       = { assess = { min_instances = 1, max_instances = 40 } }
    delivery    = { repository = "projects/p/locations/r/connections/c/repositories/n" }
  }

  assert {
    condition     = local.sized["assess"].min_instances == 1 && local.sized["assess"].max_instances == 40 && local.sized["assess"].memory == "1Gi"
    error_message = "A size given replaces that one figure and leaves the others."
  }
  assert {
    condition     = module.delivery.triggers == { plan = false, proposed = false, ship = true }
    error_message = "Only shipping waits for approval; its plan is there to be read before."
  }
}

run "a_wrong_project_is_refused" {
  command = plan
  variables {
    project_id = "My Project"
  }
  expect_failures = [var.project_id]
}

run "a_function_that_does_not_exist_is_refused" {
  command = plan
  variables {
    sizes = { predict = { memory = "1Gi" } }
  }
  expect_failures = [var.sizes]
}

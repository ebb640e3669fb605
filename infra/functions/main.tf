# The functions: one zip, one service account each, and who may call them.

resource "google_service_account" "function" {
  for_each = var.functions

  project      = var.project_id
  account_id   = "fn-${each.key}"
  display_name = "Dermaloop function ${each.key}"
}

# Who lends pictures signs their addresses as itself, through IAM: there is no key that could get lost.
resource "google_service_account_iam_member" "lender" {
  for_each = { for name, function in var.functions : name => function if function.lends }

  service_account_id = google_service_account.function[each.key].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = google_service_account.function[each.key].member
}

# Who builds the zip into images: the default identity has no rights on new projects.
resource "google_service_account" "builder" {
  project      = var.project_id
  account_id   = "functions-builder"
  display_name = "Builds the functions"
}

resource "google_project_iam_member" "builder" {
  for_each = toset(["roles/logging.logWriter", "roles/artifactregistry.writer"])

  project = var.project_id
  role    = each.value
  member  = google_service_account.builder.member
}

resource "google_storage_bucket_iam_member" "builder" {
  bucket = var.bundle.bucket
  role   = "roles/storage.objectViewer"
  member = google_service_account.builder.member
}

resource "time_sleep" "builder_known" {
  create_duration = "60s"
  depends_on      = [google_project_iam_member.builder, google_storage_bucket_iam_member.builder]
}

resource "google_cloudfunctions2_function" "function" {
  # checkov:skip=CKV_GCP_124:Browsers and phones call the public functions; the others are internal (a policy test holds it)

  for_each = var.functions

  project     = var.project_id
  location    = var.region
  name        = each.key # with hyphens: the Cloud Run service behind it then has the very same name
  description = each.value.description
  labels      = var.labels

  build_config {
    runtime           = "python311"
    entry_point       = each.value.entry_point
    service_account   = google_service_account.builder.id
    docker_repository = var.repository

    source {
      storage_source {
        bucket = var.bundle.bucket
        object = var.bundle.object
      }
    }
  }

  service_config {
    available_memory                 = each.value.memory
    available_cpu                    = each.value.cpu
    max_instance_request_concurrency = each.value.concurrency
    min_instance_count               = each.value.min_instances
    max_instance_count               = each.value.max_instances
    timeout_seconds                  = each.value.timeout
    ingress_settings                 = each.value.public ? "ALLOW_ALL" : "ALLOW_INTERNAL_ONLY"
    all_traffic_on_latest_revision   = true
    service_account_email            = google_service_account.function[each.key].email
    environment_variables            = merge(var.environment, each.value.environment, each.value.lends ? { DERMALOOP_LINKS_ACCOUNT = google_service_account.function[each.key].email } : {})

    dynamic "secret_environment_variables" {
      for_each = { for name, secret in var.secrets : name => secret if contains(secret.readers, each.key) && secret.version != null }
      content {
        project_id = var.project_id
        key        = secret_environment_variables.value.variable
        secret     = google_secret_manager_secret.needed[secret_environment_variables.key].secret_id
        version    = secret_environment_variables.value.version
      }
    }
  }

  depends_on = [time_sleep.builder_known, google_secret_manager_secret_iam_member.reader]
}

# A secret's value is put there by hand and never passes through Terraform; a pinned version makes rotating a deployment.
resource "google_secret_manager_secret" "needed" {
  for_each = var.secrets

  project   = var.project_id
  secret_id = each.key
  labels    = var.labels

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each = merge([for name, secret in var.secrets : { for reader in secret.readers : "${name}/${reader}" => { secret = name, reader = reader } }]...)

  project   = var.project_id
  secret_id = google_secret_manager_secret.needed[each.value.secret].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.value.reader].member
}

# Browsers call these; who signs in to what is the functions' own affair (a Firebase token takes the place of IAM's).
resource "google_cloud_run_service_iam_member" "anybody" {
  # checkov:skip=CKV_GCP_102:Public by design; sign-in is the function's own, and a policy test holds which are public

  for_each = { for name, function in var.functions : name => function if function.public }

  project  = var.project_id
  location = var.region
  service  = google_cloudfunctions2_function.function[each.key].name
  role     = "roles/run.invoker"
  member   = "allUsers"
}

# The bus and the scheduler: the only ones to reach the others.
resource "google_service_account" "caller" {
  project      = var.project_id
  account_id   = "event-caller"
  display_name = "Signs what the bus and the scheduler send to functions"
}

resource "google_cloud_run_service_iam_member" "caller" {
  for_each = { for name, function in var.functions : name => function if !function.public }

  project  = var.project_id
  location = var.region
  service  = google_cloudfunctions2_function.function[each.key].name
  role     = "roles/run.invoker"
  member   = google_service_account.caller.member
}

# One breach of every policy, added to the configuration by a test that each of them is found. Applied nowhere else.

resource "google_storage_bucket" "planted_pictures" {
  name     = "planted-pictures"
  location = "EU"

  versioning {
    enabled = true
  }
}

resource "google_storage_bucket" "planted_models" {
  name                        = "planted-models"
  location                    = "EU"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
}

resource "google_project_iam_member" "planted_basic" {
  project = var.project_id
  role    = "roles/editor"
  member  = "serviceAccount:fn-assess@example.org"
}

resource "google_storage_bucket_iam_member" "planted_public" {
  bucket = "planted-pictures"
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}

resource "google_project_iam_member" "planted_impersonation" {
  project = var.project_id
  role    = "roles/iam.serviceAccountTokenCreator"
  member  = "serviceAccount:fn-assess@example.org"
}

resource "google_service_account_iam_member" "planted_signer" {
  service_account_id = "projects/p/serviceAccounts/fn-admin@example.org"
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "serviceAccount:fn-assess@example.org"
}

resource "google_project_iam_member" "planted_database" {
  project = var.project_id
  role    = "roles/datastore.user"
  member  = "serviceAccount:fn-assess@example.org"
}

resource "google_cloudfunctions2_function" "planted" {
  for_each = toset(["planted-one", "planted-two"])

  name     = each.key
  location = "europe-west1"

  build_config {
    runtime         = "python311"
    service_account = ""
  }
  service_config {
    available_cpu                    = "0.5"
    max_instance_request_concurrency = 10
    max_instance_count               = 1
    ingress_settings                 = "ALLOW_ALL"
    service_account_email            = "shared@example.org"
  }
}

resource "google_pubsub_subscription" "planted" {
  name  = "planted"
  topic = "planted"

  push_config {
    push_endpoint = "https://example.org"
  }
}

resource "google_firestore_database" "planted" {
  name        = "planted"
  location_id = "europe-west1"
  type        = "FIRESTORE_NATIVE"
}

resource "google_firebaserules_ruleset" "planted" {
  source {
    files {
      name    = "firestore.rules"
      content = "allow read: if true;"
    }
  }
}

resource "google_project_service" "planted" {
  service = "planted.googleapis.com"
}

resource "google_artifact_registry_repository" "planted" {
  repository_id = "planted"
  format        = "DOCKER"
}

resource "google_monitoring_alert_policy" "planted" {
  display_name = "planted"
  combiner     = "OR"

  conditions {
    display_name = "planted"
  }
}

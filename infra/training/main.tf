# Training: the images of the job and of the functions, whom the job acts as, and who may start or watch it.

resource "google_artifact_registry_repository" "images" {
  for_each = toset(["training", "functions"])

  project       = var.project_id
  location      = var.region
  repository_id = each.key
  format        = "DOCKER"
  description   = "Images of ${each.key}"
  labels        = var.labels
  kms_key_name  = var.encryption_key

  cleanup_policies {
    id     = "keep-the-last"
    action = "KEEP"
    most_recent_versions {
      keep_count = each.key == "training" ? 5 : 20
    }
  }
  cleanup_policies {
    id     = "delete-the-old"
    action = "DELETE"
    condition {
      older_than = "2592000s"
    }
  }
}

resource "google_service_account" "trainer" {
  project      = var.project_id
  account_id   = "trainer"
  display_name = "Dermaloop training job"
}

resource "google_project_iam_member" "trainer_logs" {
  project = var.project_id
  role    = "roles/logging.logWriter"
  member  = google_service_account.trainer.member
}

resource "google_project_iam_custom_role" "starter" {
  project     = var.project_id
  role_id     = "dermaloopTrainingStarter"
  title       = "Dermaloop training starter"
  description = "Starts, looks up and cancels training jobs, and touches nothing else of Vertex AI."
  permissions = ["aiplatform.customJobs.cancel", "aiplatform.customJobs.create", "aiplatform.customJobs.get", "aiplatform.customJobs.list"]
}

resource "google_project_iam_custom_role" "watcher" {
  project     = var.project_id
  role_id     = "dermaloopTrainingWatcher"
  title       = "Dermaloop training watcher"
  description = "Sees how training jobs fare and what they log."
  permissions = ["aiplatform.customJobs.get", "aiplatform.customJobs.list", "logging.logEntries.list"]
}

resource "google_project_iam_member" "starter" {
  for_each = var.starters

  project = var.project_id
  role    = google_project_iam_custom_role.starter.id
  member  = each.value
}

resource "google_project_iam_member" "watcher" {
  for_each = var.watchers

  project = var.project_id
  role    = google_project_iam_custom_role.watcher.id
  member  = each.value
}

# Who starts a job chooses whom it acts as: the trainer and nobody else.
resource "google_service_account_iam_member" "starter" {
  for_each = var.starters

  service_account_id = google_service_account.trainer.name
  role               = "roles/iam.serviceAccountUser"
  member             = each.value
}

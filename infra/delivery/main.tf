# Cloud Build: whom it acts as, and what it follows. It may do all that `terraform apply` does, and so change rights:
# that is why production asks a person first.

resource "google_service_account" "delivery" {
  project      = var.project_id
  account_id   = "delivery"
  display_name = "Cloud Build: checks, provisions and publishes"
}

resource "google_project_iam_member" "delivery" {
  for_each = local.roles

  project = var.project_id
  role    = each.value
  member  = google_service_account.delivery.member
}

resource "google_service_account_iam_member" "acts_as" {
  for_each = var.acts_as

  service_account_id = each.value
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.delivery.member
}

locals {
  roles = var.repository == null ? toset([]) : toset([
    "roles/artifactregistry.admin",
    "roles/cloudbuild.builds.editor",
    "roles/cloudfunctions.admin",
    "roles/cloudscheduler.admin",
    "roles/datastore.owner",
    "roles/firebase.admin",
    "roles/iam.roleAdmin",
    "roles/iam.serviceAccountAdmin",
    "roles/identityplatform.admin",
    "roles/logging.configWriter",
    "roles/logging.logWriter",
    "roles/monitoring.editor",
    "roles/pubsub.admin",
    "roles/resourcemanager.projectIamAdmin",
    "roles/run.admin",
    "roles/secretmanager.admin",
    "roles/serviceusage.serviceUsageAdmin",
    "roles/storage.admin",
  ])
  triggers = var.repository == null ? {} : merge(
    {
      proposed = { account = google_service_account.checks.id, ship = "no", approval = false, proposed = true, description = "Checks and tests what is proposed, with no right to anything here" }
      ship     = { account = google_service_account.delivery.id, ship = "yes", approval = var.approval, proposed = false, description = "Checks, tests, provisions and publishes" }
    },
    # What the person who approves has to read: the same commit's plan, made without waiting.
    var.approval ? { plan = { account = google_service_account.delivery.id, ship = "plan", approval = false, proposed = false, description = "Shows what shipping would change" } } : {},
  )
}

# Whoever proposes a change decides what its build runs.
resource "google_service_account" "checks" {
  project      = var.project_id
  account_id   = "checks"
  display_name = "Cloud Build: checks proposed changes"
}

resource "google_project_iam_member" "checks" {
  project = var.project_id
  role    = "roles/logging.logWriter"
  member  = google_service_account.checks.member
}

resource "google_cloudbuild_trigger" "follow" {
  for_each = local.triggers

  project         = var.project_id
  location        = var.region
  name            = each.key
  description     = each.value.description
  filename        = "cloudbuild.yaml"
  service_account = each.value.account
  substitutions   = { _SHIP = each.value.ship, _ENVIRONMENT = var.environment, _REGION = var.region }

  repository_event_config {
    repository = var.repository
    dynamic "push" {
      for_each = each.value.proposed ? [] : [1]
      content {
        branch = "^${var.branch}$"
      }
    }
    dynamic "pull_request" {
      for_each = each.value.proposed ? [1] : []
      content {
        branch          = "^${var.branch}$"
        comment_control = "COMMENTS_ENABLED_FOR_EXTERNAL_CONTRIBUTORS_ONLY"
      }
    }
  }
  approval_config {
    approval_required = each.value.approval
  }
  depends_on = [google_project_iam_member.delivery]
}

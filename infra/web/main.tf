# The site: Firebase, its web app, where it is hosted, and how doctors sign in. `make deploy` sends the pages.

resource "google_firebase_project" "site" {
  provider = google-beta
  project  = var.project_id
}

resource "google_firebase_web_app" "site" {
  provider        = google-beta
  project         = google_firebase_project.site.project
  display_name    = "Dermaloop"
  deletion_policy = "DELETE"
}

resource "google_firebase_hosting_site" "site" {
  provider = google-beta
  project  = google_firebase_project.site.project
  site_id  = var.project_id
  app_id   = google_firebase_web_app.site.app_id
}

# Anybody may sign up, which gives no right at all: an admin makes somebody a doctor.
resource "google_identity_platform_config" "sign_in" {
  project            = google_firebase_project.site.project
  authorized_domains = concat(["localhost", "${var.project_id}.web.app", "${var.project_id}.firebaseapp.com"], var.domains)

  sign_in {
    allow_duplicate_emails = false
    email {
      enabled           = true
      password_required = true
    }
  }
  mfa {
    state = "ENABLED"
    provider_configs {
      state = "ENABLED"
      totp_provider_config {
        adjacent_intervals = 2
      }
    }
  }
}

data "google_firebase_web_app_config" "site" {
  provider   = google-beta
  project    = var.project_id
  web_app_id = google_firebase_web_app.site.app_id
}

resource "google_project_iam_member" "accounts" {
  for_each = var.grants

  project = var.project_id
  role    = each.value.role
  member  = each.value.member
}

# Push messages to people's devices, and nothing else of Firebase.
resource "google_project_iam_custom_role" "notifier" {
  project     = var.project_id
  role_id     = "dermaloopNotifier"
  title       = "Dermaloop notifier"
  description = "Sends push messages."
  permissions = ["cloudmessaging.messages.create"]
}

resource "google_project_iam_member" "notifier" {
  for_each = var.notifiers

  project = var.project_id
  role    = google_project_iam_custom_role.notifier.id
  member  = each.value
}

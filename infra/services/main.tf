# The APIs the project uses, the agents that Google's services act as, and their right to a key of ours.

resource "google_project_service" "used" {
  for_each = toset(var.apis)

  project            = var.project_id
  service            = each.value
  disable_on_destroy = false # others in the project may use it; enabling it again is free
}

# An API answers "not enabled" for a while after it was.
resource "time_sleep" "enabled" {
  create_duration = "60s"
  triggers        = { apis = join(",", sort(var.apis)) }
  depends_on      = [google_project_service.used]
}

resource "google_project_service_identity" "agent" {
  provider = google-beta
  for_each = toset(["pubsub.googleapis.com", "firestore.googleapis.com", "artifactregistry.googleapis.com"])

  project    = var.project_id
  service    = each.value
  depends_on = [time_sleep.enabled]
}

data "google_storage_project_service_account" "storage" {
  project    = var.project_id
  depends_on = [time_sleep.enabled]
}

resource "google_kms_crypto_key_iam_member" "agent" {
  for_each = var.encryption_key == null ? toset([]) : toset(["pubsub", "firestore", "artifactregistry", "storage"])

  crypto_key_id = var.encryption_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.key == "storage" ? data.google_storage_project_service_account.storage.member : google_project_service_identity.agent["${each.key}.googleapis.com"].member
}

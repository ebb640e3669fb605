# The bus: a topic for each event, pushed to a function; what cannot be delivered waits among the dead letters.

locals {
  retention = "${var.dead_letter_days * 86400}s"
}

resource "google_pubsub_topic" "event" {
  for_each = var.topics

  project                    = var.project_id
  name                       = each.key
  labels                     = var.labels
  kms_key_name               = var.encryption_key
  message_retention_duration = "604800s" # a week, to replay what a faulty release swallowed

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
}

resource "google_pubsub_topic" "dead" {
  project      = var.project_id
  name         = "dead-letters"
  labels       = var.labels
  kms_key_name = var.encryption_key

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
}

# Without a subscription a topic forgets at once.
resource "google_pubsub_subscription" "dead" {
  project                    = var.project_id
  name                       = "dead-letters"
  topic                      = google_pubsub_topic.dead.id
  labels                     = var.labels
  message_retention_duration = local.retention
  ack_deadline_seconds       = 600

  expiration_policy {
    ttl = "" # never
  }
}

resource "google_pubsub_subscription" "push" {
  for_each = var.topics

  project                    = var.project_id
  name                       = "${each.key}-to-${each.value.function}"
  topic                      = google_pubsub_topic.event[each.key].id
  labels                     = var.labels
  ack_deadline_seconds       = 600
  message_retention_duration = "604800s"

  push_config {
    push_endpoint = "${each.value.uri}${each.value.path}"
    oidc_token {
      service_account_email = var.caller.email
      audience              = each.value.audience
    }
  }
  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }
  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead.id
    max_delivery_attempts = 10
  }
  expiration_policy {
    ttl = ""
  }
}

# Dead letters are forwarded by Pub/Sub's own agent.
resource "google_pubsub_topic_iam_member" "agent" {
  project = var.project_id
  topic   = google_pubsub_topic.dead.name
  role    = "roles/pubsub.publisher"
  member  = var.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "agent" {
  for_each = var.topics

  project      = var.project_id
  subscription = google_pubsub_subscription.push[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = var.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "undertaker" {
  for_each = var.undertakers

  project      = var.project_id
  subscription = google_pubsub_subscription.dead.name
  role         = "roles/pubsub.subscriber"
  member       = each.value
}

resource "google_service_account_iam_member" "agent_signs" {
  service_account_id = var.caller.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = var.pubsub_agent
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = var.publishers

  project = var.project_id
  topic   = google_pubsub_topic.event[each.value.topic].name
  role    = "roles/pubsub.publisher"
  member  = each.value.member
}

resource "google_cloud_scheduler_job" "due" {
  for_each = var.schedules

  project          = var.project_id
  region           = var.region
  name             = each.key
  description      = each.value.description
  schedule         = each.value.cron
  time_zone        = "Etc/UTC"
  attempt_deadline = "320s"

  http_target {
    http_method = "POST"
    uri         = "${each.value.uri}${each.value.path}"
    headers     = { "Content-Type" = "application/json" }
    body        = base64encode(each.value.body)
    oidc_token {
      service_account_email = var.caller.email
      audience              = each.value.audience
    }
  }
  retry_config {
    retry_count          = 3
    min_backoff_duration = "30s"
  }
}

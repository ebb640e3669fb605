output "ready" {
  description = "The project's id, once its APIs answer: what needs an API takes the project from here."
  value       = var.project_id
  depends_on  = [time_sleep.enabled]
}

output "pubsub_agent" {
  description = "Who forwards dead letters and signs the tokens of pushes."
  value       = google_project_service_identity.agent["pubsub.googleapis.com"].member
}

output "encryption_key" {
  description = "The key, once the agents may use it."
  value       = var.encryption_key
  depends_on  = [google_kms_crypto_key_iam_member.agent]
}

output "account" {
  value = google_service_account.delivery.email
}

output "triggers" {
  description = "What Cloud Build follows, and whether it asks first."
  value       = { for name, trigger in google_cloudbuild_trigger.follow : name => trigger.approval_config[0].approval_required }
}

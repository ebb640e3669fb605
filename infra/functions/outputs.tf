output "members" {
  description = "Whom each function acts as, for grants."
  value       = { for name, account in google_service_account.function : name => account.member }
}

output "uris" {
  description = "Where each function answers, once its callers may call it."
  value       = { for name, function in google_cloudfunctions2_function.function : name => function.service_config[0].uri }
  depends_on  = [google_cloud_run_service_iam_member.anybody, google_cloud_run_service_iam_member.caller]
}

output "caller" {
  description = "Whom the bus and the scheduler call as."
  value       = { email = google_service_account.caller.email, name = google_service_account.caller.name, member = google_service_account.caller.member }
}

output "accounts" {
  description = "The service accounts by name: who deploys functions must be allowed to act as them."
  value = merge(
    { for name, account in google_service_account.function : name => account.name },
    { builder = google_service_account.builder.name, caller = google_service_account.caller.name },
  )
}

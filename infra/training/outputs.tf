output "repositories" {
  description = "The repositories' full names."
  value       = { for name, repository in google_artifact_registry_repository.images : name => repository.id }
}

output "trainer" {
  value = { email = google_service_account.trainer.email, member = google_service_account.trainer.member, name = google_service_account.trainer.name }
}

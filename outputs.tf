output "site" {
  description = "Where people find it."
  value       = module.web.site.url
}

output "hosting_site" {
  description = "The hosting site that the pages are sent to."
  value       = module.web.site.id
}

output "web_config" {
  description = "What the pages need to sign people in; none of it is secret."
  value       = module.web.config
}

output "functions" {
  description = "Where each function answers."
  value       = module.functions.uris
}

output "buckets" {
  description = "The buckets of pictures, models and source."
  value       = module.storage.buckets
}

output "databases" {
  description = "The databases of cases and documents."
  value       = module.database.names
}

output "training_images" {
  description = "The registry that the training image is pushed to."
  value       = "${var.region}-docker.pkg.dev/${var.project_id}/training"
  depends_on  = [module.training]
}

output "dead_letters" {
  description = "The subscription that keeps what could not be delivered."
  value       = module.messaging.dead_letters
}

output "region" {
  value = var.region
}

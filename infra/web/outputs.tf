output "site" {
  value = { id = google_firebase_hosting_site.site.site_id, url = google_firebase_hosting_site.site.default_url }
}

output "config" {
  description = "What the pages need to sign people in; none of it is secret."
  value = {
    apiKey     = data.google_firebase_web_app_config.site.api_key
    authDomain = data.google_firebase_web_app_config.site.auth_domain
    projectId  = var.project_id
    appId      = google_firebase_web_app.site.app_id
  }
}

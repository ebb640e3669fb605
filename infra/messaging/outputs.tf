output "topics" {
  value = { for name, topic in google_pubsub_topic.event : name => topic.id }
}

output "dead_letters" {
  description = "The subscription that keeps what could not be delivered."
  value       = google_pubsub_subscription.dead.name
}

output "subscriptions" {
  value = { for name, subscription in google_pubsub_subscription.push : name => subscription.name }
}

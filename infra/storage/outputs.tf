output "buckets" {
  value = { for name, bucket in google_storage_bucket.kept : name => bucket.name }
}

output "bundle" {
  description = "Where the functions' zip lies."
  value       = { bucket = google_storage_bucket_object.functions.bucket, object = google_storage_bucket_object.functions.name }
}

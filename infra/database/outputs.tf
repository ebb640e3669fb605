output "names" {
  description = "The databases' ids in Firestore."
  value       = { for name, database in google_firestore_database.kept : name => database.name }
}

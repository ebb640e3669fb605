variable "project_id" { type = string }

variable "region" { type = string }

variable "destroyable" { type = bool }

variable "backup_days" { type = number }

variable "encryption_key" {
  type    = string
  default = null
}

variable "indexes_file" {
  description = "What to index otherwise than Firestore does by itself, and what expires; written from the code."
  type        = string
}

variable "rules_file" { type = string }

variable "grants" {
  description = "Who may do what in which database: cases or documents."
  type        = map(object({ database = string, role = string, member = string }))
}

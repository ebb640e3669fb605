variable "project_id" { type = string }

variable "region" { type = string }

variable "labels" { type = map(string) }

variable "encryption_key" {
  type    = string
  default = null
}

variable "starters" {
  description = "Who may start training jobs, by name."
  type        = map(string)
}

variable "watchers" {
  description = "Who may look at them and at their logs, by name."
  type        = map(string)
}

variable "project_id" { type = string }

variable "domains" { type = list(string) }

variable "grants" {
  description = "Who may look up or change people's accounts."
  type        = map(object({ role = string, member = string }))
}

variable "notifiers" {
  description = "Who may send push messages, by name."
  type        = map(string)
}

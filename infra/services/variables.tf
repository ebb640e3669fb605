variable "project_id" { type = string }

variable "apis" {
  description = "Full names, such as run.googleapis.com."
  type        = list(string)
}

variable "encryption_key" {
  type    = string
  default = null
}

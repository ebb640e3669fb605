variable "project_id" { type = string }

variable "labels" { type = map(string) }

variable "emails" { type = list(string) }

variable "host" {
  description = "The site's host name."
  type        = string
}

variable "picture_functions" {
  description = "The functions whose latency people feel."
  type        = list(string)
}

variable "dead_letters" {
  description = "The subscription that keeps dead letters."
  type        = string
}

variable "budget" {
  description = "The monthly cost from which on mails are sent, or none."
  type        = object({ account = string, amount = number, currency = string })
  default     = null
}

variable "project_id" { type = string }

variable "region" { type = string }

variable "labels" { type = map(string) }

variable "dead_letter_days" { type = number }

variable "encryption_key" {
  type    = string
  default = null
}

variable "pubsub_agent" { type = string }

variable "caller" {
  description = "The account that signs what is sent to functions."
  type        = object({ email = string, name = string, member = string })
}

variable "topics" {
  description = "Where each event goes: the function, its address, the path there, and what its token is made out to."
  type        = map(object({ function = string, uri = string, path = string, audience = string }))
}

variable "publishers" {
  description = "Who may publish what."
  type        = map(object({ topic = string, member = string }))
}

variable "undertakers" {
  description = "Who may take dead letters off the bus, by name."
  type        = map(string)
}

variable "schedules" {
  description = "What is called at which times."
  type        = map(object({ description = string, cron = string, uri = string, path = string, body = string, audience = string }))
}

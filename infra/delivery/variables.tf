variable "project_id" { type = string }

variable "region" { type = string }

variable "environment" { type = string }

variable "repository" {
  description = "The connected repository to follow, or none."
  type        = string
  default     = null
}

variable "branch" { type = string }

variable "approval" {
  description = "Whether a person must approve before a build provisions anything."
  type        = bool
}

variable "acts_as" {
  description = "The service accounts that what it deploys acts as, by name."
  type        = map(string)
}

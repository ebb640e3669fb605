variable "project_id" { type = string }

variable "region" { type = string }

variable "labels" { type = map(string) }

variable "destroyable" {
  description = "Whether `terraform destroy` may remove buckets that hold something."
  type        = bool
}

variable "old_models_days" { type = number }

variable "encryption_key" {
  type    = string
  default = null
}

variable "left_out" {
  description = "What of functions/ is not deployed, as paths and globs."
  type        = set(string)
}

variable "grants" {
  description = "Who may do what in which bucket. `role` is a role, or `keeper`: create and delete without reading. `objects` narrows it to champions (the pointers) or candidates (the rest of models/)."
  type = map(object({
    bucket  = string
    role    = string
    member  = string
    objects = optional(string)
  }))
}

variable "unaudited" {
  description = "Whose reading is not written down: who cannot read pictures."
  type        = list(string)
}

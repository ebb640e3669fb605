variable "project_id" { type = string }

variable "region" { type = string }

variable "labels" { type = map(string) }

variable "bundle" {
  description = "The zip of all functions."
  type        = object({ bucket = string, object = string })
}

variable "repository" {
  description = "Where the built images lie."
  type        = string
}

variable "environment" {
  description = "Settings all functions share."
  type        = map(string)
}

variable "functions" {
  description = "The functions by name. `public`: anybody may call it; otherwise only the bus and the scheduler. `lends`: it signs addresses of pictures."
  type = map(object({
    entry_point   = string
    description   = string
    public        = bool
    lends         = bool
    memory        = string
    cpu           = string
    concurrency   = number
    min_instances = number
    max_instances = number
    timeout       = number
    environment   = map(string)
  }))

  validation {
    condition     = alltrue([for function in values(var.functions) : function.concurrency == 1 || tonumber(function.cpu) >= 1])
    error_message = "A function that answers more than one request at once needs cpu of 1 or more."
  }
}

variable "secrets" {
  description = "Secrets by name: the setting that holds each, the functions that read it, and the version they read; none until one was added."
  type        = map(object({ variable = string, readers = list(string), version = optional(string) }))
  default     = {}
}

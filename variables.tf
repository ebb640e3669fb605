variable "project_id" {
  description = "The Google Cloud project to provision. It must exist and have a billing account."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id is the project's id, such as dermaloop-prod-4711: 6 to 30 small letters, digits and hyphens. `gcloud projects list` shows it in its first column; its name or number will not do."
  }
}

variable "region" {
  description = "Where everything runs and is kept. It cannot be changed later without losing the database."
  type        = string
  default     = "europe-west1"

  validation {
    condition     = contains(["asia-east1", "asia-northeast1", "asia-northeast3", "europe-west1", "europe-west3", "europe-west4", "us-central1", "us-east1", "us-west1"], var.region)
    error_message = "region must be one where functions, Vertex AI and the rewrites of Firebase Hosting all work: asia-east1, asia-northeast1, asia-northeast3, europe-west1, europe-west3, europe-west4, us-central1, us-east1 or us-west1."
  }
}

variable "environment" {
  description = "`prod` protects the database and the buckets from deletion and asks for approval before every deployment; `dev` can be destroyed."
  type        = string
  default     = "dev"

  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "environment must be dev or prod."
  }
}

variable "sizes" {
  description = "What differs, for some functions, from their sizes in main.tf."
  type = map(object({
    memory        = optional(string)
    cpu           = optional(string)
    concurrency   = optional(number)
    min_instances = optional(number)
    max_instances = optional(number)
    timeout       = optional(number)
  }))
  default = {}

  validation {
    condition     = alltrue([for name in keys(var.sizes) : contains(["predict-malignancy", "predict-disease", "assess", "care", "cases", "review", "admin", "start-training", "sweep"], name)])
    error_message = "sizes names a function that does not exist: ${join(", ", keys(var.sizes))}. There are predict-malignancy, predict-disease, assess, care, cases, review, admin, start-training and sweep."
  }
  validation {
    condition     = alltrue([for size in values(var.sizes) : try(size.max_instances, null) == null || try(size.max_instances >= coalesce(size.min_instances, 0) && size.max_instances >= 1, false)])
    error_message = "sizes: max_instances must be at least 1 and at least min_instances."
  }
  validation {
    condition     = alltrue([for size in values(var.sizes) : try(size.memory, null) == null || can(regex("^[0-9]+(Mi|Gi)$", size.memory))])
    error_message = "sizes: memory is written as 512Mi or 1Gi."
  }
}

variable "retention" {
  description = "How long things are kept, in days. Pictures and cases stay until somebody deletes them."
  type = object({
    backups      = optional(number, 28)
    dead_letters = optional(number, 14)
    old_models   = optional(number, 365)
  })
  default = {}

  validation {
    condition     = var.retention.backups >= 7 && var.retention.backups <= 98
    error_message = "retention.backups must be from 7 to 98 days: Firestore keeps no backup for longer than 14 weeks."
  }
  validation {
    condition     = var.retention.dead_letters >= 1 && var.retention.dead_letters <= 31
    error_message = "retention.dead_letters must be from 1 to 31 days: Pub/Sub keeps no message for longer."
  }
}

variable "training" {
  description = "The training job: its image in the project's registry, its machine, and after how many hours it is ended. `accelerator` empty: on the CPU. What to train and when is the admin page's policy. `promotes`: whether the policy \"when the gate is green\" may move the champion without an admin."
  type = object({
    image       = optional(string, "training:latest")
    machine     = optional(string, "n1-standard-8")
    accelerator = optional(string, "")
    hours       = optional(number, 12)
    promotes    = optional(bool, false)
  })
  default = {}

  validation {
    condition     = can(regex("^[a-z0-9-]+:[A-Za-z0-9._-]+$", var.training.image))
    error_message = "training.image is name:tag within the project's registry, such as training:latest."
  }
  validation {
    condition     = var.training.hours >= 1 && var.training.hours <= 168
    error_message = "training.hours must be from 1 to 168: a job that runs for longer than a week is stuck."
  }
}

variable "alerts" {
  description = "Who is told, and from which monthly cost on. Without a billing account no budget is made: reading it needs a right on the account."
  type = object({
    emails          = optional(list(string), [])
    billing_account = optional(string)
    monthly_budget  = optional(number, 50)
    currency        = optional(string, "USD")
  })
  default = {}

  validation {
    condition     = alltrue([for email in var.alerts.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "alerts.emails holds something that is no e-mail address."
  }
  validation {
    condition     = var.alerts.billing_account == null || can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.alerts.billing_account))
    error_message = "alerts.billing_account looks like 012345-6789AB-CDEF01; `gcloud billing accounts list` shows it."
  }
}

variable "delivery" {
  description = "The repository that Cloud Build follows: the full name of a repository connected to Cloud Build in this region (projects/P/locations/R/connections/C/repositories/N). None: no trigger, deploy by `make deploy`."
  type = object({
    repository = optional(string)
    branch     = optional(string, "main")
  })
  default = {}

  validation {
    condition     = var.delivery.repository == null || can(regex("^projects/[^/]+/locations/[^/]+/connections/[^/]+/repositories/[^/]+$", var.delivery.repository))
    error_message = "delivery.repository must be the full name of a connected repository; `gcloud builds repositories list --connection=C --region=R --format='value(name)'` shows it."
  }
}

variable "domains" {
  description = "Further domains the site is reached at, besides PROJECT.web.app."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for domain in var.domains : can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", domain))])
    error_message = "domains holds host names such as skin.example.org, without https:// and without a path."
  }
}

variable "mail" {
  description = "The provider that sends reminders by e-mail. Its password lies in Secret Manager as smtp-password: add it there, then say its version here. No host: no e-mails, push messages only."
  type = object({
    host             = optional(string, "")
    port             = optional(number, 587)
    sender           = optional(string, "")
    user             = optional(string, "")
    password_version = optional(number)
  })
  default = {}

  validation {
    condition     = var.mail.host == "" || can(regex("^[^@\\s]+@[^@\\s]+$", var.mail.sender))
    error_message = "mail.sender must be the address e-mails come from once mail.host is given."
  }
}

variable "encryption_key" {
  description = "A Cloud KMS key of yours in the same region, under which buckets, databases, topics and images are encrypted. None: Google's own keys."
  type        = string
  default     = null

  validation {
    condition     = var.encryption_key == null || can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.encryption_key))
    error_message = "encryption_key must be projects/P/locations/R/keyRings/K/cryptoKeys/N."
  }
}

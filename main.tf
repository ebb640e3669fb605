# Dermaloop on Google Cloud. The map of functions below is the one place for their sizes and rights; the modules in
# infra/ each hold one kind of thing with its IAM. infra/README.md says how to apply this, and what then.

terraform {
  required_version = ">= 1.9"

  required_providers {
    archive     = { source = "hashicorp/archive", version = ">= 2.5.0, < 3.0.0" }
    google      = { source = "hashicorp/google", version = ">= 6.50.0, < 8.0.0" }
    google-beta = { source = "hashicorp/google-beta", version = ">= 6.50.0, < 8.0.0" }
    time        = { source = "hashicorp/time", version = ">= 0.12.0, < 1.0.0" }
  }

  backend "gcs" {} # the bucket comes with `terraform init -backend-config`; `make deploy` makes it
}

provider "google" {
  project = var.project_id
  region  = var.region
}

provider "google-beta" {
  project               = var.project_id
  region                = var.region
  billing_project       = var.project_id
  user_project_override = true
}

locals {
  production = var.environment == "prod"
  labels     = { app = "dermaloop", environment = var.environment }
  uri        = "https://${var.region}-${var.project_id}.cloudfunctions.net" # known before the functions are, as `uris` is not

  # What a function takes unless it says otherwise. One CPU is the least that may answer several requests at once.
  plain = { memory = "512Mi", cpu = "1", concurrency = 40, min_instances = 0, max_instances = 10, timeout = 60, public = true }
  photo = merge(local.plain, { memory = "1Gi", concurrency = 8, max_instances = local.production ? 100 : 10 })
  event = merge(local.plain, { public = false, concurrency = 4, max_instances = 3, timeout = 300 })

  # `cases` and `documents`: what it may do in the two databases; `pictures` and `models`: in the buckets (`keep` writes
  # and discards without reading, `gather` reads and adds, `freeze` adds snapshots, `promote` moves the champion
  # too); `publishes`: which events; `accounts`: with people's sign-ins; `trains`: with jobs;
  # `notifies`: reaches people who left an address; `buries`: takes dead letters off the bus; `lends`: signs addresses of
  # the pictures it may read.
  none  = { cases = "", documents = "", pictures = "", models = "", publishes = [], accounts = "", trains = "", notifies = false, buries = false, lends = false }
  reads = merge(local.none, { cases = "write", pictures = "keep", models = "read" })

  functions = {
    predict-malignancy = { size = local.photo, rights = local.reads, does = "API#1: benign or malignant" }
    predict-disease    = { size = local.photo, rights = local.reads, does = "API#2: which of seven diagnoses" }
    assess             = { size = local.photo, rights = local.reads, does = "One to three photos of one lesion, both models, one answer" }
    care               = { size = local.plain, rights = merge(local.none, { documents = "read" }), does = "Care articles, questions, where to go" }
    cases              = { size = local.plain, rights = merge(local.none, { cases = "write", documents = "write", pictures = "write" }), does = "Shows and deletes what was kept; reminders, questions to a doctor" }
    review             = { size = merge(local.photo, { concurrency = 20, max_instances = 10 }), rights = merge(local.none, { cases = "read", documents = "write", pictures = "read", models = "read", publishes = ["annotation-saved"], accounts = "read", lends = true }), does = "Doctors read and annotate" }
    admin              = { size = merge(local.photo, { max_instances = 5 }), rights = merge(local.none, { cases = "write", documents = "write", pictures = "gather", models = "freeze_and_promote", publishes = keys(local.topics), accounts = "write", trains = "watch", buries = true }), does = "People, uploads, training runs, models" }
    start-training     = { size = local.event, rights = merge(local.none, { cases = "read", documents = "write", pictures = "read", models = var.training.promotes ? "freeze_and_promote" : "freeze", publishes = ["training-requested"], trains = "start" }), does = "Takes the events of the bus" }
    sweep              = { size = local.event, rights = merge(local.none, { cases = "write", documents = "write", pictures = "write", models = "freeze", publishes = ["training-requested", "model-published"], trains = "start", notifies = true, buries = true }), does = "Finds what was left behind and what is due" }
  }
  sized = { for name, function in local.functions : name => merge(function.size, { for key, value in try(var.sizes[name], {}) : key => value if value != null }) }

  trainer = merge(local.none, { cases = "read", documents = "write", pictures = "read", models = "publish", publishes = ["model-published"] })
  rights  = merge({ for name, function in local.functions : name => function.rights }, { trainer = local.trainer })
  members = merge(module.functions.members, { trainer = module.training.trainer.member })

  # What each right means in roles. `objects` narrows a role to champions' pointers or to candidates.
  roles = {
    database = { read = "roles/datastore.viewer", write = "roles/datastore.user" }
    accounts = { read = "roles/firebaseauth.viewer", write = "roles/firebaseauth.admin" }
    bucket = {
      read               = [{ role = "roles/storage.objectViewer", objects = null }]
      keep               = [{ role = "keeper", objects = null }]
      gather             = [{ role = "roles/storage.objectViewer", objects = null }, { role = "roles/storage.objectCreator", objects = null }]
      freeze             = [{ role = "roles/storage.objectViewer", objects = null }, { role = "roles/storage.objectCreator", objects = "snapshots" }]
      write              = [{ role = "roles/storage.objectUser", objects = null }]
      freeze_and_promote = [{ role = "roles/storage.objectViewer", objects = null }, { role = "roles/storage.objectCreator", objects = "snapshots" }, { role = "roles/storage.objectUser", objects = "champions" }]
      publish            = [{ role = "roles/storage.objectViewer", objects = null }, { role = "roles/storage.objectCreator", objects = "candidates" }]
    }
  }
  database_grants = merge([for who, rights in local.rights : { for database in ["cases", "documents"] :
    "${who}/${database}" => { database = database, role = local.roles.database[rights[database]], member = local.members[who] } if rights[database] != ""
  }]...)
  bucket_grants = merge(flatten([for who, rights in local.rights : [for bucket in ["pictures", "models"] : { for grant in try(local.roles.bucket[rights[bucket]], []) :
    "${who}/${bucket}/${coalesce(grant.objects, trimprefix(grant.role, "roles/storage."))}" => { bucket = bucket, role = grant.role, objects = grant.objects, member = local.members[who] }
  }]])...)
  account_grants = { for who, rights in local.rights : who => { role = local.roles.accounts[rights.accounts], member = local.members[who] } if rights.accounts != "" }
  publishers     = merge([for who, rights in local.rights : { for topic in rights.publishes : "${who}/${topic}" => { topic = topic, member = local.members[who] } }]...)

  mail_settings = var.mail.host == "" ? {} : {
    DERMALOOP_SMTP_HOST   = var.mail.host
    DERMALOOP_SMTP_PORT   = tostring(var.mail.port)
    DERMALOOP_SMTP_SENDER = var.mail.sender
    DERMALOOP_SMTP_USER   = var.mail.user
  }
  # Cloud Run lets only this caller through, and takes the signature off its token.
  caller_settings = { DERMALOOP_CALLERS = module.functions.caller.email, DERMALOOP_CALLER_SIGNATURES = "cloud_run" }

  notifiers = [for name, function in local.functions : name if function.rights.notifies]

  topics = {
    annotation-saved   = "start-training"
    training-requested = "start-training"
    model-published    = "start-training"
  }

  settings = {
    DERMALOOP_BACKEND            = "gcp"
    DERMALOOP_PROJECT            = var.project_id
    DERMALOOP_BUCKET             = module.storage.buckets["pictures"]
    DERMALOOP_MODELS_BUCKET      = module.storage.buckets["models"]
    DERMALOOP_DATABASE           = module.database.names["cases"]
    DERMALOOP_DOCUMENTS_DATABASE = module.database.names["documents"]
    DERMALOOP_DEAD_LETTERS       = module.messaging.dead_letters
    DERMALOOP_REGION             = var.region
    DERMALOOP_TRAINING_IMAGE     = "${var.region}-docker.pkg.dev/${var.project_id}/training/${var.training.image}"
    DERMALOOP_TRAINING_ACCOUNT   = module.training.trainer.email
    DERMALOOP_TRAINING_MACHINE   = var.training.machine
    DERMALOOP_TRAINING_GPU       = var.training.accelerator
    DERMALOOP_TRAINING_HOURS     = tostring(var.training.hours)
    DERMALOOP_ALLOWED_ORIGINS    = join(",", [for host in concat(["${var.project_id}.web.app", "${var.project_id}.firebaseapp.com"], var.domains) : "https://${host}"])
  }
}

module "services" {
  source         = "./infra/services"
  project_id     = var.project_id
  encryption_key = var.encryption_key
  apis = [for name in [
    "aiplatform", "artifactregistry", "billingbudgets", "cloudbuild", "cloudfunctions", "cloudkms", "cloudscheduler", "fcm", "firebase",
    "firebasehosting", "firebaserules", "firestore", "iam", "iamcredentials", "identitytoolkit", "logging", "monitoring", "pubsub", "run", "secretmanager", "storage",
  ] : "${name}.googleapis.com"]
}

module "storage" {
  source          = "./infra/storage"
  project_id      = module.services.ready
  region          = var.region
  labels          = local.labels
  destroyable     = !local.production
  old_models_days = var.retention.old_models
  encryption_key  = module.services.encryption_key
  left_out        = ["**/__pycache__/**", "**/*.pyc", "dermaloop/devserver.py", "dermaloop/local_*.py", "dermaloop/indexes.py", "dermaloop/transfer.py", "requirements.in"]
  grants          = local.bucket_grants
  unaudited       = [for who, rights in local.rights : local.members[who] if rights.models != "" && !contains(["read", "write"], rights.pictures)]
}

module "database" {
  source         = "./infra/database"
  project_id     = module.services.ready
  region         = var.region
  destroyable    = !local.production
  backup_days    = var.retention.backups
  encryption_key = module.services.encryption_key
  indexes_file   = "${path.root}/infra/firestore.indexes.json"
  rules_file     = "${path.root}/infra/firestore.rules"
  grants         = local.database_grants
}

module "functions" {
  source      = "./infra/functions"
  project_id  = module.services.ready
  region      = var.region
  labels      = local.labels
  bundle      = module.storage.bundle
  repository  = module.training.repositories["functions"]
  environment = local.settings
  functions = { for name, size in local.sized : name => merge(size, {
    entry_point = replace(name, "-", "_")
    description = local.functions[name].does
    lends       = local.functions[name].rights.lends
    environment = merge(
      contains(local.notifiers, name) ? local.mail_settings : {},
      size.public ? {} : merge(local.caller_settings, { DERMALOOP_AUDIENCES = "${local.uri}/${name}" }),
    )
  }) }
  secrets = var.mail.host == "" ? {} : {
    smtp-password = { variable = "DERMALOOP_SMTP_PASSWORD", readers = local.notifiers, version = var.mail.password_version == null ? null : tostring(var.mail.password_version) }
  }
}

module "messaging" {
  source           = "./infra/messaging"
  project_id       = module.services.ready
  region           = var.region
  labels           = local.labels
  dead_letter_days = var.retention.dead_letters
  encryption_key   = module.services.encryption_key
  pubsub_agent     = module.services.pubsub_agent
  caller           = module.functions.caller
  publishers       = local.publishers
  undertakers      = { for who, rights in local.rights : who => local.members[who] if rights.buries }
  topics = { for topic, function in local.topics : topic => {
    function = function, uri = module.functions.uris[function], path = "/api/events/${topic}", audience = "${local.uri}/${function}"
  } }
  schedules = {
    sweep = {
      description = "Finds training runs that never started or never ended, and what is due"
      cron        = "*/15 * * * *", uri = module.functions.uris["sweep"], path = "/api/sweep", body = "{}", audience = "${local.uri}/sweep"
    }
  }
}

module "training" {
  source         = "./infra/training"
  project_id     = module.services.ready
  region         = var.region
  labels         = local.labels
  encryption_key = module.services.encryption_key
  starters       = { for name, function in local.functions : name => module.functions.members[name] if function.rights.trains == "start" }
  watchers       = { for name, function in local.functions : name => module.functions.members[name] if function.rights.trains == "watch" }
}

module "web" {
  source     = "./infra/web"
  project_id = module.services.ready
  domains    = var.domains
  grants     = local.account_grants
  notifiers  = { for name in local.notifiers : name => module.functions.members[name] }
}

module "delivery" {
  source      = "./infra/delivery"
  project_id  = module.services.ready
  region      = var.region
  environment = var.environment
  repository  = var.delivery.repository
  branch      = var.delivery.branch
  approval    = local.production
  acts_as     = merge(module.functions.accounts, { trainer = module.training.trainer.name })
}

module "observability" {
  source            = "./infra/observability"
  project_id        = module.services.ready
  labels            = local.labels
  emails            = var.alerts.emails
  host              = "${var.project_id}.web.app"
  picture_functions = [for name, function in local.functions : name if function.rights.pictures == "keep"]
  dead_letters      = module.messaging.dead_letters
  budget            = var.alerts.billing_account == null ? null : { account = var.alerts.billing_account, amount = var.alerts.monthly_budget, currency = var.alerts.currency }
}

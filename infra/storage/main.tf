# Three buckets: pictures, which are gone when deleted; models, which keep their former versions; the functions' source.

locals {
  locked = {
    pictures = { versioned = false, soft_delete = 0 } # what people delete must be gone at once
    models   = { versioned = true, soft_delete = 7 * 24 * 3600 }
    source   = { versioned = false, soft_delete = 0 }
  }
}

resource "google_storage_bucket" "kept" {
  # checkov:skip=CKV_GCP_62:Cloud Audit Logs (below) say who read what, without a further bucket of logs
  # checkov:skip=CKV_GCP_78:Deleted pictures must be gone and the source is named by its hash; models are versioned

  for_each = local.locked

  project                     = var.project_id
  name                        = "${var.project_id}-${each.key}"
  location                    = upper(var.region)
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.destroyable
  labels                      = var.labels

  versioning {
    enabled = each.value.versioned
  }
  soft_delete_policy {
    retention_duration_seconds = each.value.soft_delete
  }
  lifecycle_rule {
    condition {
      age = 1
    }
    action {
      type = "AbortIncompleteMultipartUpload"
    }
  }
  dynamic "lifecycle_rule" {
    for_each = each.value.versioned ? [1] : []
    content {
      condition {
        days_since_noncurrent_time = var.old_models_days
        with_state                 = "ARCHIVED"
      }
      action {
        type = "Delete"
      }
    }
  }
  dynamic "encryption" {
    for_each = var.encryption_key == null ? [] : [var.encryption_key]
    content {
      default_kms_key_name = encryption.value
    }
  }
}

# Create and delete, but not read: a function that takes a stranger's photo cannot look at anybody else's.
resource "google_project_iam_custom_role" "picture_keeper" {
  project     = var.project_id
  role_id     = "dermaloopPictureKeeper"
  title       = "Dermaloop picture keeper"
  description = "Keeps and discards pictures without being able to see any."
  permissions = ["storage.objects.create", "storage.objects.delete"]
}

resource "google_storage_bucket_iam_member" "granted" {
  for_each = var.grants

  bucket = google_storage_bucket.kept[each.value.bucket].name
  role   = each.value.role == "keeper" ? google_project_iam_custom_role.picture_keeper.id : each.value.role
  member = each.value.member

  dynamic "condition" {
    for_each = each.value.objects == null ? [] : [local.conditions[each.value.objects]]
    content {
      title      = each.value.objects
      expression = condition.value
    }
  }
}

locals {
  objects       = "projects/_/buckets/${var.project_id}-models/objects"
  models_prefix = "${local.objects}/models/"
  conditions = {
    champions  = "resource.name.startsWith(\"${local.models_prefix}\") && resource.name.endsWith(\"/champion.json\")"
    snapshots  = "resource.name.startsWith(\"${local.objects}/snapshots/\")"
    candidates = "resource.name.startsWith(\"${local.models_prefix}\") && !resource.name.endsWith(\"/champion.json\")"
  }
}

# Who looked at which picture. Not the functions that only add them: their models are read with every start.
resource "google_project_iam_audit_config" "storage" {
  project = var.project_id
  service = "storage.googleapis.com"

  audit_log_config {
    log_type         = "DATA_READ"
    exempted_members = var.unaudited
  }
  audit_log_config {
    log_type = "DATA_WRITE"
  }
}

data "archive_file" "functions" {
  type             = "zip"
  source_dir       = "${path.root}/functions"
  output_path      = "${path.root}/.terraform/functions.zip"
  output_file_mode = "0644" # or the zip, and so its hash, would differ between machines
  excludes         = var.left_out
}

resource "google_storage_bucket_object" "functions" {
  bucket = google_storage_bucket.kept["source"].name
  name   = "functions-${data.archive_file.functions.output_md5}.zip" # a new name is what makes Google build anew
  source = data.archive_file.functions.output_path

  lifecycle {
    create_before_destroy = true
  }
}

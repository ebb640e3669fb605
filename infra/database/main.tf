# Two databases: `cases` (what anybody sends) and `documents` (what doctors write). A right can be narrowed to a
# database and no further, and the functions that take photos from strangers must not reach doctors' work.

locals {
  names       = { cases = "(default)", documents = "documents" }
  declared    = jsondecode(file(var.indexes_file))
  of_cases    = ["cases", "idempotency", "audit"] # functions/dermaloop/adapters/firestore_layout.py
  both        = ["audit"]
  collections = distinct(concat([for index in local.declared.indexes : index.collectionGroup], [for field in local.declared.fieldOverrides : field.collectionGroup]))
  homes = { for collection in local.collections : collection => (
    contains(local.both, collection) ? ["cases", "documents"] : contains(local.of_cases, collection) ? ["cases"] : ["documents"]
  ) }
  indexes = merge([for index in local.declared.indexes : { for home in local.homes[index.collectionGroup] :
    join("/", concat([home, index.collectionGroup], [for field in index.fields : "${field.fieldPath}:${lookup(field, "order", lookup(field, "arrayConfig", ""))}"])) => merge(index, { home = home })
  }]...)
  fields = merge([for field in local.declared.fieldOverrides : { for home in local.homes[field.collectionGroup] :
    "${home}/${field.collectionGroup}/${field.fieldPath}" => merge(field, { home = home })
  }]...)
}

resource "google_firestore_database" "kept" {
  for_each = local.names

  project                           = var.project_id
  name                              = each.value
  location_id                       = var.region
  type                              = "FIRESTORE_NATIVE"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = var.destroyable ? "DELETE_PROTECTION_DISABLED" : "DELETE_PROTECTION_ENABLED"
  deletion_policy                   = var.destroyable ? "DELETE" : "ABANDON"

  dynamic "cmek_config" {
    for_each = var.encryption_key == null ? [] : [var.encryption_key]
    content {
      kms_key_name = cmek_config.value
    }
  }
}

resource "google_firestore_index" "asked" {
  for_each = local.indexes

  project     = var.project_id
  database    = google_firestore_database.kept[each.value.home].name
  collection  = each.value.collectionGroup
  query_scope = lookup(each.value, "queryScope", "COLLECTION")

  dynamic "fields" {
    for_each = each.value.fields
    content {
      field_path   = fields.value.fieldPath
      order        = lookup(fields.value, "order", null)
      array_config = lookup(fields.value, "arrayConfig", null)
    }
  }
}

resource "google_firestore_field" "special" {
  for_each = local.fields

  project    = var.project_id
  database   = google_firestore_database.kept[each.value.home].name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath

  # No list: the indexes Firestore makes by itself. An empty one: none.
  dynamic "index_config" {
    for_each = can(each.value.indexes) ? [each.value.indexes] : []
    content {
      dynamic "indexes" {
        for_each = index_config.value
        content {
          order        = lookup(indexes.value, "order", null)
          array_config = lookup(indexes.value, "arrayConfig", null)
          query_scope  = lookup(indexes.value, "queryScope", "COLLECTION")
        }
      }
    }
  }
  dynamic "ttl_config" {
    for_each = lookup(each.value, "ttl", false) ? [1] : []
    content {}
  }
}

resource "google_firestore_backup_schedule" "daily" {
  for_each = local.names

  project   = var.project_id
  database  = google_firestore_database.kept[each.key].name
  retention = "${7 * 86400}s"

  daily_recurrence {}
}

resource "google_firestore_backup_schedule" "weekly" {
  for_each = local.names

  project   = var.project_id
  database  = google_firestore_database.kept[each.key].name
  retention = "${var.backup_days * 86400}s"

  weekly_recurrence {
    day = "SUNDAY"
  }
}

resource "google_firebaserules_ruleset" "closed" {
  project = var.project_id

  source {
    files {
      name    = "firestore.rules"
      content = file(var.rules_file)
    }
  }
}

resource "google_firebaserules_release" "closed" {
  for_each = local.names

  project      = var.project_id
  name         = each.key == "cases" ? "cloud.firestore" : "cloud.firestore/${each.value}"
  ruleset_name = google_firebaserules_ruleset.closed.name
  depends_on   = [google_firestore_database.kept]
}

# https://cloud.google.com/firestore/docs/security/iam#iam-conditions
resource "google_project_iam_member" "granted" {
  for_each = var.grants

  project = var.project_id
  role    = each.value.role
  member  = each.value.member

  condition {
    title      = "only-${each.value.database}"
    expression = "resource.name == \"projects/${var.project_id}/databases/${local.names[each.value.database]}\""
  }
}

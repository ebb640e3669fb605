# The signals: what is counted from the logs, when an alert is raised, what the dashboard shows.

locals {
  run      = "resource.type=\"cloud_run_revision\""
  requests = "${local.run} AND metric.type=\"run.googleapis.com/request_count\""
  latency  = "${local.run} AND metric.type=\"run.googleapis.com/request_latencies\""
  pictures = join(" OR ", [for name in var.picture_functions : "resource.labels.service_name=\"${name}\""])
  dead     = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${var.dead_letters}\" AND metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\""
  uptime   = "resource.type=\"uptime_url\" AND metric.type=\"monitoring.googleapis.com/uptime_check/check_passed\" AND metric.labels.check_id=\"${google_monitoring_uptime_check_config.site.uptime_check_id}\""
  service  = ["resource.labels.service_name"]

  counts = {
    unkept          = { description = "Answers given though the store could not keep them", filter = "jsonPayload.message:\"a prediction was not kept\"", labels = {} }
    refused_models  = { description = "Champions that could not be served", filter = "jsonPayload.message:\"champion refused\"", labels = { model = "EXTRACT(jsonPayload.model)" } }
    failed_training = { description = "Training runs that failed or vanished", filter = "jsonPayload.message:\"a training run was mended\" AND jsonPayload.message:\"failed for good\"", labels = {} }
  }

  plain = { denominator = null, for = "0s", aligner = "ALIGN_DELTA", reducer = "REDUCE_SUM", by = [], severity = "WARNING", above = 0 }
  alerts = {
    errors = merge(local.plain, {
      title       = "more than 2 % of the requests of a function fail", severity = "CRITICAL", above = 0.02, for = "300s", by = local.service
      filter      = "${local.requests} AND metric.labels.response_code_class=\"5xx\""
      denominator = local.requests
      advice      = "Look for ERROR lines of that function in the logs; each carries the request's id. After a deployment, roll back (infra/README.md, Operations)."
    })
    latency = merge(local.plain, {
      title  = "one in twenty photos waits longer than 3 seconds", above = 3000, for = "900s", aligner = "ALIGN_PERCENTILE_95", reducer = "REDUCE_MAX", by = local.service
      filter = "${local.latency} AND (${local.pictures})"
      advice = "Cold starts or too few instances: compare instance counts with max_instances, then raise `sizes` (infra/README.md, Operations)."
    })
    dead_letters = merge(local.plain, {
      title  = "an event could not be delivered", aligner = "ALIGN_MAX", reducer = "REDUCE_MAX", severity = "ERROR"
      filter = local.dead
      advice = "The message waits in the subscription `${var.dead_letters}`. Find out why the function refused it, then replay it (infra/README.md, Operations)."
    })
    failed_training = merge(local.plain, {
      title  = "a training run failed", severity = "ERROR"
      filter = "${local.run} AND metric.type=\"logging.googleapis.com/user/dermaloop/failed_training\""
      advice = "The admin page shows the run and the last lines it logged. The champion serves on; nothing was published."
    })
    refused_models = merge(local.plain, {
      title  = "a champion could not be served", severity = "CRITICAL"
      filter = "${local.run} AND metric.type=\"logging.googleapis.com/user/dermaloop/refused_models\""
      advice = "Functions answer with the version they had, new instances with the bundled one. Roll the champion back (infra/README.md, Operations)."
    })
    unkept = merge(local.plain, {
      title  = "answers are given but not kept", severity = "ERROR", above = 5
      filter = "${local.run} AND metric.type=\"logging.googleapis.com/user/dermaloop/unkept\""
      advice = "Firestore or Cloud Storage does not answer, or a right is missing: see the error beside it, and status.cloud.google.com."
    })
    down = merge(local.plain, {
      title  = "the site or its API cannot be reached", severity = "CRITICAL", above = 1, for = "300s", aligner = "ALIGN_NEXT_OLDER", reducer = "REDUCE_COUNT_FALSE", by = ["resource.labels.host"]
      filter = local.uptime
      advice = "Two places or more cannot reach the site. Open it; look at the last hosting release and at `assess`."
    })
  }

  charts = [
    { title = "Requests a second, by function", filter = local.requests, aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", by = local.service },
    { title = "Failed requests a second", filter = "${local.requests} AND metric.labels.response_code_class=\"5xx\"", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", by = local.service },
    { title = "Slowest twentieth, ms", filter = local.latency, aligner = "ALIGN_PERCENTILE_95", reducer = "REDUCE_MAX", by = local.service },
    { title = "Instances", filter = "${local.run} AND metric.type=\"run.googleapis.com/container/instance_count\"", aligner = "ALIGN_MAX", reducer = "REDUCE_SUM", by = local.service },
    { title = "Memory used, share", filter = "${local.run} AND metric.type=\"run.googleapis.com/container/memory/utilizations\"", aligner = "ALIGN_PERCENTILE_99", reducer = "REDUCE_MAX", by = local.service },
    { title = "Dead letters", filter = local.dead, aligner = "ALIGN_MAX", reducer = "REDUCE_MAX", by = [] },
    { title = "Answers not kept", filter = "${local.run} AND metric.type=\"logging.googleapis.com/user/dermaloop/unkept\"", aligner = "ALIGN_DELTA", reducer = "REDUCE_SUM", by = [] },
    { title = "Database reads a second", filter = "resource.type=\"firestore.googleapis.com/Database\" AND metric.type=\"firestore.googleapis.com/document/read_ops_count\"", aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", by = [] },
  ]
}

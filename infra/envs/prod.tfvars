# What people rely on: protected from deletion, approved before each deployment, one instance of `assess` kept warm.
environment = "prod"

sizes = {
  assess = { min_instances = 1 }
}

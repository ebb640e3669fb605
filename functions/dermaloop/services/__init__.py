"""What the product does: plain functions over ports, one use case a file."""

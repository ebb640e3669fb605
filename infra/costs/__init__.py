"""What it costs and how it scales, from list prices and from what was measured: `make costs`, `make simulate`."""

"""What training and serving must agree on: labels, pixels, measures and the manifest that travels with a model."""

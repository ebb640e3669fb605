"""The training job: real images in, small verified models out."""

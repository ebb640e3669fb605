"""Tests of the training job, in an environment that has TensorFlow."""

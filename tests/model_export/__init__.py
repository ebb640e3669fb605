"""Tests of the training job: made lesions, real TensorFlow."""

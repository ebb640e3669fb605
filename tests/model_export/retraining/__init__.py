"""Tests of the loop's own training."""

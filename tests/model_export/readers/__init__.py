"""Tests of the readers, on small drawn pictures laid out as each data set is published."""

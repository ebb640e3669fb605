"""Costs and scaling."""

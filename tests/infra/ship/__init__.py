"""Shipping, against a stand-in for Google."""

"""Servers that speak Google's protocols, started by the tests that need them."""

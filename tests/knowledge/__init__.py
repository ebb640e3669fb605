"""The words people read: whole, sourced, translated."""

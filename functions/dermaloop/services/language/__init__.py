"""Reads what people write in English, Chinese and Korean, mixed as they mix them, by rules one can look up."""

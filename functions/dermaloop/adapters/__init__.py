"""The ports fulfilled, one technology a file; each imports its SDK only when it is used."""

"""The servers one would write otherwise, to be compared with on the same cores."""

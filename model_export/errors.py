"""What stops a training job: always with a message that says what is wrong and where."""


class ExportError(Exception):
    """A data set, recipe, checkpoint or candidate that cannot be used as it is."""

"""What the embedded services and the launcher tell a person when they cannot go on."""


class StartError(Exception):
    """Something needed could not be started. The message is one line that says what to do."""


class StopRequested(Exception):
    """A signal, or the end of the program that reads our output, asks to stop."""

"""What is wrong with a callback."""


class BadCallback(Exception):
    """A request that the platform did not send, or that nobody can read.

    `reason` is a stable word for the log; it holds nothing of the request.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

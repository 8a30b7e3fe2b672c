"""What a channel says at its door while the database is away: come again."""

from typing import Final

AGAIN: Final = "5"
"""Seconds, for a header: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after"""


class Away(Exception):
    """We cannot take anything now; the platform must offer it again."""

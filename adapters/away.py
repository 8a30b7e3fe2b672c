"""What a channel says at its door while the database is away: come again."""


class Away(Exception):
    """We cannot take anything now; the platform must offer it again."""

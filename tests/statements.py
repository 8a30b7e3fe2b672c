"""What SQLAlchemy makes of a statement is kept for the next house, as one process keeps it for long.

An engine keeps that by itself, but thousands of houses are opened, each with an engine of its own:
compiling the same statements anew for each took a fifth of all the time tests took.
"""

from typing import Any, Final

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.util import LRUCache

_MOST: Final = 5_000  # as many as there are, and more


class _Compiled(LRUCache[tuple[Any, ...], Any]):
    """Whatever engine it is for: each engine's dialect is another, but made in the same way.

    https://docs.sqlalchemy.org/en/20/core/connections.html#sql-caching (a key begins with the dialect)
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        super().__setitem__(key[1:], value)


_COMPILED: Final = {"sqlite": _Compiled(_MOST), "postgresql": _Compiled(_MOST)}


def engine(url: str, **options: Any) -> Engine:
    """In place of `create_engine` in bot.database."""
    compiled = _COMPILED[make_url(url).get_backend_name()]
    return create_engine(url, execution_options={"compiled_cache": compiled}, **options)

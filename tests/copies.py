"""A database that took long to fill, copied for each test that wants it filled."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.postgres import POSTGRES


@contextmanager
def copy_of(url: str, folder: Path) -> Iterator[str]:
    """The address of a copy of a database that nobody has open; afterwards it is gone."""
    found = make_url(url)
    if found.get_backend_name() == "sqlite":
        copy = folder / "citybot.sqlite3"
        shutil.copyfile(str(found.database), copy)
        yield f"sqlite:///{copy}"
        return
    name = f"citybot_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{found.database}"')
        try:
            yield found.set(database=name).render_as_string(hide_password=False)
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

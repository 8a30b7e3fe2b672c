"""One PostgreSQL database a test process, emptied after each test: making one takes half a second."""

import os
import uuid

import psycopg

from bot.database import Database

POSTGRES = os.environ.get("CITYBOT_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
# What a test left open would hold its rows.
_CLOSE_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
# Rows are deleted, not truncated: a truncated table is a new file, waited for until it is on disk.
_EMPTY = """
    DO $$ DECLARE one text; filled boolean; BEGIN
        FOR one IN SELECT quote_ident(tablename) FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        LOOP
            EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || one || ')' INTO filled;
            IF filled THEN EXECUTE 'DELETE FROM ' || one; END IF;
        END LOOP;
        FOR one IN SELECT quote_ident(sequencename) FROM pg_sequences
            WHERE schemaname = 'public' AND last_value IS NOT NULL
        LOOP
            EXECUTE 'ALTER SEQUENCE ' || one || ' RESTART';
        END LOOP;
    END $$"""
_SHAPE = """
    SELECT (SELECT version_num FROM alembic_version),
        md5(string_agg(concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull), ','
            ORDER BY attrelid::regclass::text, attnum))
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'i', 'S')"""


class Postgres:
    """A database with our schema. Raises psycopg.OperationalError where no server answers."""

    def __init__(self) -> None:
        self._admin = psycopg.connect(POSTGRES, autocommit=True)
        self._name = f"citybot_{uuid.uuid4().hex[:12]}"
        self._create()

    @property
    def url(self) -> str:
        """Its address, as settings take it."""
        return self._address.replace("postgresql:", "postgresql+psycopg:", 1)

    def clean(self) -> None:
        """Empty it; make it anew where a test changed its shape, or took it away."""
        try:
            with psycopg.connect(self._address, autocommit=True) as connection:
                connection.execute(_CLOSE_OTHERS)
                # A foreign key would want its tables emptied in an order.
                connection.execute("SET session_replication_role = replica")
                connection.execute(_EMPTY)
                is_ours = connection.execute(_SHAPE).fetchone() == self._shape
        except psycopg.Error:
            is_ours = False
        if not is_ours:
            self._drop()
            self._create()

    def close(self) -> None:
        """Take it away."""
        self._drop()
        self._admin.close()

    @property
    def _address(self) -> str:
        return f"{POSTGRES.rpartition('/')[0]}/{self._name}"

    def _create(self) -> None:
        self._admin.execute(f'CREATE DATABASE "{self._name}"')
        # Nothing here is to survive a power cut: no test waits for the disk.
        self._admin.execute(f'ALTER DATABASE "{self._name}" SET synchronous_commit = off')
        database = Database(self.url)
        database.upgrade()
        database.close()
        with psycopg.connect(self._address) as connection:
            self._shape = connection.execute(_SHAPE).fetchone()

    def _drop(self) -> None:
        self._admin.execute(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

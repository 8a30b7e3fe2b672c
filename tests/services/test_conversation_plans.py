"""A page of conversations is read along an index on either database, whatever is asked for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Executable, insert, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.cli.bench.bulk import Bulk, picked
from bot.database import Database
from bot.models import Base
from bot.rows import Dialect
from bot.services.conversations import PAGE, Wanted, statement

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
ALL = Wanted(
    dialog="human",
    outcome="declined",
    confidence="low",
    label="school",
    since=NOW - timedelta(days=2),
    until=NOW - timedelta(days=1),
    before=(NOW, 7),
)


@pytest.fixture
def filled(database: Database) -> Database:
    """With conversations: of an empty table that was looked at, any index is as good."""
    bulk = Bulk(database)
    bulk.insert(
        "transcript (address, channel, language, heard_at)",
        f"SELECT 'p' || i, {picked('i', ('telegram',) * 7 + ('web',))}, "
        f"{picked('i', ('de',) * 9 + ('en', 'zh'))}, {bulk.later(NOW, 'i')} FROM n",
        (0, 3000),
    )
    bulk.analyse()
    return database


def plan(database: Database, wanted: Wanted) -> str:
    """How the database would find it; PostgreSQL without its way out, for the tables are small."""
    dialect: Dialect = "sqlite" if database.is_sqlite else "postgresql"
    asked = compiled(dialect, statement(wanted, NOW, dialect, PAGE + 1))
    with database.write() as connection:
        if database.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")
            return "\n".join(str(row[3]) for row in rows)
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL enable_sort = off"))
        return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {asked}"))


def tidy(postgres_url: str) -> None:
    """As autovacuum leaves it in the end.

    New words wait in a list beside the index, which each search reads as well. How long that list is
    hangs on what tests before this one wrote; where it is long, reading all texts costs less.
    """
    address = postgres_url.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) transcript_line")


def compiled(dialect: str, asked: Executable) -> str:
    spoken: Any = sqlite.dialect() if dialect == "sqlite" else postgresql.dialect()
    sql = str(asked.compile(dialect=spoken, compile_kwargs={"literal_binds": True}))
    return sql.replace("%%", "%")


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(), "ix_transcript_heard_at"),
        (Wanted(before=(NOW, 7)), "ix_transcript_heard_at"),
        (Wanted(channel="web"), "ix_transcript_channel"),
        (Wanted(language="zh"), "ix_transcript_language"),
        (replace(ALL, channel="web"), "ix_transcript_"),  # of so few, either may do
    ],
)
def test_a_page_is_read_in_its_order(filled: Database, wanted: Wanted, index: str) -> None:
    told = plan(filled, wanted)
    assert index in told
    assert "TEMP B-TREE" not in told
    assert "Sort" not in told
    assert "SCAN transcript\n" not in f"{told}\n"
    assert "Seq Scan" not in told


@pytest.mark.parametrize("words", ["城市花园", "园", "housing coop", "Gärten"])
def test_words_are_looked_up_and_no_text_is_read_through(database: Database, words: str) -> None:
    told = plan(database, Wanted(words=words))
    if database.is_sqlite:
        assert "SCAN transcript_word VIRTUAL TABLE INDEX" in told
        assert "SCAN transcript_line" not in told
    else:
        assert "Scan on transcript_word" in told or "pk_transcript_line" in told
        assert "Seq Scan" not in told


def test_of_many_messages_the_rare_word_is_found_by_its_index(postgres_url: str) -> None:
    """With real figures PostgreSQL takes the index of the words by itself."""
    database = Database(postgres_url)
    database.upgrade()
    line = Base.metadata.tables["transcript_line"]
    rows = [
        {
            "transcript_id": n % 50,
            "source": "inbox",
            "source_id": n,
            "said_at": NOW,
            "words": "hello" if n % 10_000 else "hello rare",
        }
        for n in range(50_000)
    ]
    with database.write() as connection:
        connection.execute(insert(line), rows)
    tidy(postgres_url)
    dialect: Dialect = "postgresql"
    asked = compiled(dialect, statement(Wanted(words="rare"), NOW, dialect, PAGE + 1))
    with database.read() as connection:
        told = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {asked}"))
    database.close()
    assert "Bitmap Index Scan on transcript_word" in told

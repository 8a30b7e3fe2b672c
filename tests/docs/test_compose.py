"""The container files name settings, ports and addresses that exist, and keep what they say."""

import re
from dataclasses import fields
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from bot.cli import COMMANDS
from bot.config import PLAIN, Settings, read
from bot.metrics import Metrics
from bot.server import web_application
from tests.docs.markdown import page

COMPOSE: dict[str, Any] = yaml.safe_load(page("docker-compose.yml"))
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = page("Dockerfile")
SETTINGS = {f"CITYBOT_{field.name.upper()}" for field in fields(Settings)} | set(PLAIN)
PASSWORD = "${POSTGRES_PASSWORD:?say it in the environment or in .env}"


def dockerfile(order: str) -> list[str]:
    """What follows an instruction, lines joined."""
    text = DOCKERFILE.replace("\\\n", " ")
    return [line.partition(" ")[2] for line in text.splitlines() if line.startswith(f"{order} ")]


def image_settings() -> dict[str, str]:
    return dict(pair.split("=", 1) for line in dockerfile("ENV") for pair in line.split())


def house_environment() -> dict[str, str]:
    """What the program finds in its environment inside the container."""
    told = {k: v.replace(PASSWORD, "s3cret") for k, v in SERVICES["citybot"]["environment"].items()}
    return image_settings() | told


def test_every_name_in_the_environment_is_a_setting() -> None:
    named = set(SERVICES["citybot"]["environment"]) | set(image_settings())
    assert named - {"PATH", "PYTHONDONTWRITEBYTECODE"} <= SETTINGS


def test_the_program_reads_that_environment() -> None:
    chosen = read(environ=house_environment())
    assert (chosen.host, str(chosen.data_dir), chosen.log_format) == ("0.0.0.0", "/data", "json")
    database, redis = make_url(chosen.database()), make_url(chosen.redis_url)
    assert database.drivername == "postgresql+psycopg"
    assert (database.host, redis.host) == ("postgres", "redis")
    made = SERVICES["postgres"]["environment"]
    assert (made["POSTGRES_USER"], made["POSTGRES_DB"]) == (database.username, database.database)
    assert made["POSTGRES_PASSWORD"].replace(PASSWORD, "s3cret") == database.password


def test_every_part_listens_where_the_others_look() -> None:
    chosen = read(environ=house_environment())
    (published,) = SERVICES["citybot"]["ports"]
    assert published.endswith(f":{chosen.port}")
    assert dockerfile("EXPOSE") == [str(chosen.port)]
    assert chosen.port == Settings().port
    assert (make_url(chosen.database()).port, make_url(chosen.redis_url).port) == (5432, 6379)


async def test_the_health_check_asks_an_address_that_is_there(database: Any) -> None:
    (check,) = dockerfile("HEALTHCHECK")
    port, path = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", check).groups()
    served = web_application(database, (), Metrics()).router.resources()
    assert int(port) == Settings().port
    assert path in {resource.canonical for resource in served}


def test_the_command_is_one_of_ours() -> None:
    (*_others, last) = dockerfile("CMD")
    assert yaml.safe_load(last) == ["citybot", "run"]
    assert "run" in COMMANDS


def test_nothing_runs_as_root_or_writes_beside_its_volume() -> None:
    house = SERVICES["citybot"]
    assert dockerfile("USER") == ["citybot"]
    assert house["read_only"] is True
    assert house["volumes"] == [f"data:{image_settings()['CITYBOT_DATA_DIR']}"]
    assert house["cap_drop"] == ["ALL"]
    volumes = {v.split(":")[0] for service in SERVICES.values() for v in service.get("volumes", ())}
    assert volumes == set(COMPOSE["volumes"])


def test_only_this_machine_reaches_it() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert published == ["127.0.0.1:8080:8080"]


@pytest.mark.parametrize("service", ["postgres", "redis"])
def test_images_are_pinned_to_a_major_version(service: str) -> None:
    name, _colon, version = SERVICES[service]["image"].partition(":")
    assert (name, version.isdigit()) == (service, True)


def test_the_dump_tool_is_as_new_as_the_server() -> None:
    (server,) = re.findall(r"postgres:(\d+)", SERVICES["postgres"]["image"])
    assert re.findall(r"postgresql-client-(\d+)", DOCKERFILE) == [server]


def test_the_image_holds_every_room() -> None:
    copied = {line.split()[0] for line in dockerfile("COPY")}
    assert {"adapters", "bot", "dialogs", "knowledge", "locales"} <= copied
    assert "tests" not in copied

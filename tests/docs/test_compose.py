"""The container files name settings, ports and addresses that exist, and keep what they say."""

import os
import re
import shutil
import subprocess
from dataclasses import fields
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from bot.cli import COMMANDS
from bot.config import PLAIN, Settings, read
from bot.database import Database
from bot.metrics import Metrics
from bot.processes import ROLES, read_roles
from bot.server import web_application
from tests.conftest import missing
from tests.docs.markdown import ROOT, page

COMPOSE: dict[str, Any] = yaml.safe_load(page("docker-compose.yml"))
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = page("Dockerfile")
NGINX = page("docs/stack/nginx.conf")
OURS = {name: told for name, told in SERVICES.items() if told.get("image") == "citybot"}
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
    told = {k: v.replace(PASSWORD, "s3cret") for k, v in SERVICES["web"]["environment"].items()}
    unset = {k: "" for k, v in told.items() if v.endswith(":-}")}  # as compose reads them
    return image_settings() | told | unset


def test_every_name_in_the_environment_is_a_setting() -> None:
    for told in OURS.values():
        named = set(told["environment"]) | set(image_settings())
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
    (upstream,) = re.findall(r"server (\w+):(\d+) resolve", NGINX)
    assert upstream == ("web", str(chosen.port))
    (listened,) = re.findall(r"listen (\d+);", NGINX)
    assert SERVICES["proxy"]["ports"] == [f"127.0.0.1:8080:{listened}"]
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


def test_every_role_is_served_and_by_commands_of_ours() -> None:
    commands = {name: told["command"] for name, told in OURS.items()}
    assert commands.pop("migrate") == ["citybot", "db", "upgrade"]
    assert {name: words[:3] for name, words in commands.items()} == {
        role: ["citybot", "run", "--roles"] for role in ROLES
    }
    assert all(read_roles(words[3]) == {name} for name, words in commands.items())


def test_nobody_starts_before_the_schema_is_there_or_is_seen_before_it_is_ready() -> None:
    for role in ROLES:
        after = {name: how["condition"] for name, how in OURS[role]["depends_on"].items()}
        assert after["migrate"] == "service_completed_successfully"
        assert after["postgres"] == after["redis"] == "service_healthy"
    assert SERVICES["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_there_are_as_many_connections_as_the_processes_may_take() -> None:
    processes = sum(OURS[role].get("deploy", {}).get("replicas", 1) for role in ROLES)
    (most,) = re.findall(r"max_connections=(\d+)", " ".join(SERVICES["postgres"]["command"]))
    pool = Database("postgresql+psycopg://nobody@127.0.0.1/nothing").engine.pool
    assert int(most) > processes * (pool.size() + pool._max_overflow)


def test_nothing_runs_as_root_or_writes_beside_its_volume() -> None:
    assert dockerfile("USER") == ["citybot"]
    for told in OURS.values():
        assert told["read_only"] is True
        assert told["volumes"] == [f"data:{image_settings()['CITYBOT_DATA_DIR']}"]
        assert told["cap_drop"] == ["ALL"]
    proxy = SERVICES["proxy"]
    assert (proxy["user"], proxy["read_only"], proxy["cap_drop"]) == ("101:101", True, ["ALL"])
    mounted = [v.split(":") for service in SERVICES.values() for v in service.get("volumes", ())]
    assert {name for name, *_rest in mounted if not name.startswith("./")} == set(
        COMPOSE["volumes"]
    )
    assert all(rest[-1] == "ro" for name, *rest in mounted if name.startswith("./"))


def test_what_the_proxy_writes_goes_where_it_may() -> None:
    written = re.findall(r"(?:pid|_temp_path) (\S+);", NGINX)
    assert len(written) == 6
    assert all(path.startswith("/tmp/") for path in written)


def test_compose_itself_reads_it() -> None:
    """Part of Docker, or a program of its own; neither needs Docker to run for this."""
    part = (
        shutil.which("docker")
        and not subprocess.run(
            ["docker", "compose", "version"], check=False, capture_output=True
        ).returncode
    )
    if not part and not shutil.which("docker-compose"):
        missing("docker compose")
    compose = ["docker", "compose"] if part else ["docker-compose"]
    told = subprocess.run(
        [*compose, "-f", ROOT / "docker-compose.yml", "config", "--quiet"],
        env=os.environ | {"POSTGRES_PASSWORD": "x"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (told.returncode, told.stderr) == (0, "")


def test_only_this_machine_reaches_it() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert published == ["127.0.0.1:8080:8080"]


@pytest.mark.parametrize(
    ("service", "image"), {"postgres": "postgres", "redis": "redis", "proxy": "nginx"}.items()
)
def test_images_are_pinned_to_a_major_version(service: str, image: str) -> None:
    name, _colon, version = SERVICES[service]["image"].partition(":")
    assert (name, version.isdigit()) == (image, True)


def test_the_dump_tool_is_as_new_as_the_server() -> None:
    (server,) = re.findall(r"postgres:(\d+)", SERVICES["postgres"]["image"])
    assert re.findall(r"postgresql-client-(\d+)", DOCKERFILE) == [server]


def test_the_image_holds_every_room() -> None:
    copied = {line.split()[0] for line in dockerfile("COPY")}
    assert {"adapters", "bot", "dialogs", "knowledge", "locales"} <= copied
    assert "tests" not in copied

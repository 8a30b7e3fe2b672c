"""What can go wrong at the API, as RFC 9457 writes it: a code for programs, a sentence to read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import orjson
from aiohttp import web

from bot.dialog import Invalid
from bot.i18n import _, sentences, translate
from bot.services.broadcast import BadBroadcast
from bot.services.fields import BadEvent
from bot.services.poll_written import BadPoll
from bot.services.registration import Refused
from bot.web.problem import Kind, Problem

NO_TOKEN = Kind(401, "no_token", _("Please show a token: Authorization: Bearer …"))
BAD_TOKEN = Kind(401, "bad_token", _("This token is unknown, revoked, or its time is over."))
NO_SCOPE = Kind(403, "no_scope", _("This token may not do that; it needs the scope {scope}."))
TOO_LARGE = Kind(413, "too_large", _("The body is too large: {limit} bytes at most."))
TOO_MANY = Kind(429, "too_many", _("Too many requests. Please wait {seconds} seconds."))
NO_KEY = Kind(
    400, "no_key", _("Please send an Idempotency-Key: 1 to 100 letters, digits, - and _.")
)
KEY_USED = Kind(422, "key_used", _("This Idempotency-Key was sent with another request before."))
BAD_FIELD = Kind(422, "bad_field", _("“{field}” is missing, or cannot be what it is."))
REFUSED = Kind(422, "refused", _("That cannot be done."))


def bad_field(field: str) -> Problem:
    """One field of the body or the address that cannot be taken."""
    return Problem(BAD_FIELD, field=field)


@contextmanager
def refusals_told(language: str) -> Iterator[None]:
    """What a service refuses becomes a Problem that gives its reason."""
    try:
        yield
    except (Invalid, BadEvent, BadPoll, Refused) as no:
        raise Problem(REFUSED, notice=translate(language, no.why, **no.values)) from no
    except BadBroadcast as no:
        wrong = (translate(language, one.why, **one.values) for one in no.every)
        raise Problem(REFUSED, notice=sentences(*wrong)) from no


def told(problem: Problem, language: str) -> web.Response:
    """The problem as application/problem+json."""
    kind = problem.kind
    said: Mapping[str, object] = {
        "type": f"urn:citybot:problem:{kind.code}",
        "title": problem.told(language),
        "status": kind.status,
        "code": kind.code,
    }
    response = web.Response(
        body=orjson.dumps(said), status=kind.status, content_type="application/problem+json"
    )
    response.headers["Content-Language"] = language
    response.headers.update(problem.headers)
    return response

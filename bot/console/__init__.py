"""The staff pages: who is in the team, what needs them, and what people asked."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from aiohttp import web

from bot.console.account import ACCOUNT, AccountPage
from bot.console.articles import ARTICLES, ArticlePages
from bot.console.broadcasts.rooms import broadcast_rooms
from bot.console.canned import CANNED, CannedPage
from bot.console.channel import ChannelPage
from bot.console.channels import CHANNELS, ChannelPages
from bot.console.conversation import ConversationPage
from bot.console.conversations import CONVERSATIONS, ConversationPages
from bot.console.desk import Desk
from bot.console.door import CONFIRM, FACTOR, SIGN_IN, Door, Room
from bot.console.editor import EditorPages
from bot.console.factor import FactorPage
from bot.console.gaps import GAPS, GapPages
from bot.console.help import HELP, HelpPage
from bot.console.live import LIVE, LivePages
from bot.console.organising.rooms import event_rooms
from bot.console.people import PEOPLE, PeoplePages
from bot.console.person import PersonPage
from bot.console.polling import poll_rooms
from bot.console.questions import QuestionPages
from bot.console.radar import CHARTS, RADAR, RadarPages
from bot.console.rendering import STATIC, Rendering
from bot.console.settings import SETTINGS, SettingsPage
from bot.console.signing import SigningPages
from bot.console.team import TEAM_PAGE, WELCOME, TeamPage
from bot.console.today import TodayPage
from bot.console.tokens import TOKENS, TokenPages
from bot.console.trail import TrailPage
from bot.console.visit import Visit
from bot.console.webhooks import WEBHOOKS, WebhookPages
from bot.services.roles import AUDIT, EDIT, PRIVATE, READ, REVIEW, TEAM
from bot.web.assets import SHARED, Shelf
from bot.web.problem import NOT_FOUND, WRONG_METHOD, Problem

_FOLDER = Path(__file__).parent / "static"
_TOKEN = "{token:[A-Za-z0-9_-]{20,60}}"  # noqa: S105 - the shape of one
_ID = "{id:[0-9]{1,17}}"
_SLUG = "{slug:[a-z0-9-]{1,80}}"
_PERSON = "{person:[0-9a-f]{32}}"
_NAME = "{name:[a-z0-9._-]{1,40}}"
Answer = Callable[[Visit], Awaitable[web.StreamResponse]]
Rooms = Mapping[str, Mapping[str, Room]]


def routes(desk: Desk) -> Iterable[web.RouteDef]:
    """Every address with its methods; any other method there is answered 405."""
    shelf = Shelf((*_FOLDER.iterdir(), *SHARED))
    door = Door(desk, rendering := Rendering(desk.settings, shelf.version))
    yield web.get(f"{STATIC}/{{version:[0-9a-f]+}}/{{name:[a-z]+[.][a-z]+}}", shelf.fetch)
    for path, by_method in rooms(desk, rendering).items():
        for method, room in by_method.items():
            at = web.get if method == "GET" else partial(web.route, method)  # GET brings HEAD
            yield at(path, door.to(room))
        yield web.route("*", path, door.to(Room(_refuse(*by_method), None)))
    yield web.route("*", "/console/{anything:.*}", door.to(Room(_refuse(), READ)))


def rooms(desk: Desk, rendering: Rendering) -> Rooms:
    """All rooms by address and method, each with who may enter."""
    return {
        "/console": {"GET": Room(TodayPage(desk, rendering).show, READ, lags=True)},
        LIVE: {"GET": Room(LivePages(desk).listen, READ)},
        HELP: {"GET": Room(HelpPage(rendering).show, None)},
        **_signing_rooms(SigningPages(desk, rendering)),
        **_account_rooms(AccountPage(desk, rendering), FactorPage(desk, rendering)),
        **_question_rooms(QuestionPages(desk, rendering)),
        **_talk_rooms(desk, rendering),
        **_people_rooms(desk, rendering),
        **_channel_rooms(ChannelPages(desk, rendering), ChannelPage(desk, rendering)),
        **_gap_rooms(GapPages(desk, rendering)),
        **_article_rooms(ArticlePages(desk, rendering), EditorPages(desk, rendering)),
        **event_rooms(desk, rendering),
        **broadcast_rooms(desk, rendering),
        **_radar_rooms(RadarPages(desk, rendering)),
        **poll_rooms(desk, rendering),
        **_trail_rooms(TrailPage(desk, rendering)),
        **_team_rooms(TeamPage(desk, rendering)),
        **_setting_rooms(SettingsPage(desk, rendering)),
        **_token_rooms(TokenPages(desk, rendering)),
        **_webhook_rooms(WebhookPages(desk, rendering)),
    }


def _signing_rooms(signing: SigningPages) -> Rooms:
    return {
        SIGN_IN: {"GET": Room(signing.ask, None), "POST": Room(signing.enter, None)},
        f"{WELCOME}{_TOKEN}": {
            "GET": Room(signing.welcome, None),
            "POST": Room(signing.choose, None),
        },
        "/console/sign-out": {"POST": Room(signing.leave, READ, bare=True)},
        CONFIRM: {
            "GET": Room(signing.ask_again, READ, bare=True),
            "POST": Room(signing.confirm, READ, bare=True),
        },
    }


def _account_rooms(account: AccountPage, factor: FactorPage) -> Rooms:
    return {
        FACTOR: {
            "GET": Room(factor.show, READ, confirms=True, bare=True),
            "POST": Room(factor.prove, READ, confirms=True, bare=True, back=FACTOR),
        },
        ACCOUNT: {"GET": Room(account.show, READ)},
        f"{ACCOUNT}/end": {"POST": Room(account.end, READ, back=ACCOUNT)},
        f"{ACCOUNT}/digest": {"POST": Room(account.digest, READ, back=ACCOUNT)},
        f"{ACCOUNT}/password": {"POST": Room(account.change, READ, confirms=True, back=ACCOUNT)},
    }


def _question_rooms(questions: QuestionPages) -> Rooms:
    return {
        "/console/questions": {"GET": Room(questions.list, READ, lags=True)},
        "/console/questions.csv": {"GET": Room(questions.file, READ, lags=True)},
        f"/console/questions/{_ID}": {
            "GET": Room(questions.show, READ),
            "POST": Room(questions.answer, REVIEW),
        },
    }


def _token_rooms(tokens: TokenPages) -> Rooms:
    return {
        TOKENS: {
            "GET": Room(tokens.show, TEAM),
            "POST": Room(tokens.make, TEAM, confirms=True, back=TOKENS),
        },
        f"{TOKENS}.csv": {"GET": Room(tokens.file, TEAM)},
        f"{TOKENS}/{_NAME}": {"POST": Room(tokens.revoke, TEAM, confirms=True, back=TOKENS)},
    }


def _webhook_rooms(webhooks: WebhookPages) -> Rooms:
    one = f"{WEBHOOKS}/{_ID}"
    return {
        WEBHOOKS: {
            "GET": Room(webhooks.list, TEAM),
            "POST": Room(webhooks.add, TEAM, confirms=True, back=WEBHOOKS),
        },
        one: {
            "GET": Room(webhooks.show, TEAM),
            "POST": Room(webhooks.change, TEAM, confirms=True, back=WEBHOOKS),
        },
        f"{WEBHOOKS}.csv": {"GET": Room(webhooks.table, TEAM)},
        f"{one}/calls.csv": {"GET": Room(webhooks.log, TEAM)},
        f"{one}/resend": {"POST": Room(webhooks.resend, TEAM)},
    }


def _setting_rooms(settings: SettingsPage) -> Rooms:
    return {
        SETTINGS: {"GET": Room(settings.show, TEAM)},
        f"{SETTINGS}.csv": {"GET": Room(settings.file, TEAM)},
    }


def _gap_rooms(gaps: GapPages) -> Rooms:
    one = f"{GAPS}/{_ID}"
    return {
        GAPS: {"GET": Room(gaps.list, READ, lags=True)},
        f"{GAPS}.csv": {"GET": Room(gaps.file, READ, lags=True)},
        one: {"GET": Room(gaps.show, READ), "POST": Room(gaps.decide, REVIEW)},
        f"{one}/merge": {"POST": Room(gaps.merge, REVIEW)},
        f"{one}/split": {"POST": Room(gaps.split, REVIEW)},
    }


def _radar_rooms(radar: RadarPages) -> Rooms:
    files = {f"{RADAR}/{name}.csv": {"GET": Room(radar.file, READ, lags=True)} for name in CHARTS}
    return {RADAR: {"GET": Room(radar.show, READ, lags=True)}, **files}


def _talk_rooms(desk: Desk, rendering: Rendering) -> Rooms:
    talks, talk = ConversationPages(desk, rendering), ConversationPage(desk, rendering)
    canned, one = CannedPage(desk, rendering), f"{CONVERSATIONS}/{_ID}"
    return {
        CONVERSATIONS: {"GET": Room(talks.list, READ, lags=True)},
        f"{CONVERSATIONS}.csv": {"GET": Room(talks.file, READ, lags=True)},
        one: {"GET": Room(talk.show, READ)},
        f"{one}/script": {"GET": Room(talk.script, READ)},
        f"{one}/say": {"POST": Room(talk.say, REVIEW)},
        f"{one}/remark": {"POST": Room(talk.remark, REVIEW)},
        f"{one}/raw": {"POST": Room(talk.raw, PRIVATE, confirms=True, back=CONVERSATIONS)},
        CANNED: {"GET": Room(canned.show, REVIEW), "POST": Room(canned.change, EDIT)},
    }


def _channel_rooms(channels: ChannelPages, channel: ChannelPage) -> Rooms:
    one = f"{CHANNELS}/{_NAME}"
    return {
        CHANNELS: {"GET": Room(channels.list, READ, lags=True)},
        f"{CHANNELS}.csv": {"GET": Room(channels.file, READ, lags=True)},
        one: {"GET": Room(channel.show, READ, lags=True)},
        f"{one}/queue.csv": {"GET": Room(channel.file, READ, lags=True)},
        f"{one}/change": {"POST": Room(channel.change, TEAM)},
        f"{one}/decide": {"POST": Room(channel.decide, TEAM)},
        f"{one}/test": {"POST": Room(channel.test, TEAM)},
    }


def _people_rooms(desk: Desk, rendering: Rendering) -> Rooms:
    people, person = PeoplePages(desk, rendering), PersonPage(desk, rendering)
    one = f"{PEOPLE}/{_PERSON}"
    return {
        PEOPLE: {"GET": Room(people.list, READ, lags=True)},
        f"{PEOPLE}.csv": {"GET": Room(people.file, READ, lags=True)},
        one: {"GET": Room(person.show, READ)},
        f"{one}/raw": {"POST": Room(person.raw, PRIVATE, confirms=True, back=PEOPLE)},
        f"{one}/export": {"POST": Room(person.export, PRIVATE, confirms=True, back=PEOPLE)},
        f"{one}/withdraw": {"POST": Room(person.withdraw, PRIVATE, confirms=True, back=PEOPLE)},
        f"{one}/erase": {
            "GET": Room(person.ask, PRIVATE, confirms=True),
            "POST": Room(person.erase, PRIVATE, confirms=True, back=PEOPLE),
        },
    }


def _article_rooms(articles: ArticlePages, editor: EditorPages) -> Rooms:
    one = f"{ARTICLES}/{_SLUG}"
    return {
        ARTICLES: {"GET": Room(articles.list, READ)},
        f"{ARTICLES}.csv": {"GET": Room(articles.file, READ)},
        f"{ARTICLES}/new": {"GET": Room(editor.blank, EDIT), "POST": Room(editor.write, EDIT)},
        one: {"GET": Room(editor.show, READ), "POST": Room(editor.write, EDIT)},
        f"{one}/history": {
            "GET": Room(articles.history, READ),
            "POST": Room(articles.revert, EDIT),
        },
    }


def _trail_rooms(trail: TrailPage) -> Rooms:
    return {
        "/console/audit": {"GET": Room(trail.show, AUDIT)},
        "/console/audit.csv": {"GET": Room(trail.file, AUDIT, confirms=True)},
        "/console/audit/chain": {"GET": Room(trail.check, AUDIT)},
    }


def _team_rooms(team: TeamPage) -> Rooms:
    return {
        TEAM_PAGE: {
            "GET": Room(team.show, TEAM),
            "POST": Room(team.add, TEAM, confirms=True, back=TEAM_PAGE, keeps=("name", "role")),
        },
        f"{TEAM_PAGE}.csv": {"GET": Room(team.file, TEAM)},
        f"{TEAM_PAGE}/{_NAME}": {"POST": Room(team.change, TEAM, confirms=True, back=TEAM_PAGE)},
    }


def _refuse(*methods: str) -> Answer:
    """What stands behind a method that an address does not know; without any: behind none."""

    async def no(_visit: Visit) -> web.StreamResponse:
        if methods:
            raise Problem(WRONG_METHOD, headers={"Allow": ", ".join(methods)})
        raise Problem(NOT_FOUND)

    return no

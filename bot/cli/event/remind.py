"""`citybot event remind list|add|pause|resume|remove`: when the people of an event are reminded."""

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import click

from bot.cli.event.looking import print_rows
from bot.cli.event.reaching import the_event
from bot.cli.login import login
from bot.cli.reach import database_of, look
from bot.cli.speech import TranslatedCommand, TranslatedGroup, language, say, tell
from bot.dialog import Transaction
from bot.i18n import _, languages
from bot.services.actors import named
from bot.services.event_office import EventOffice
from bot.services.events import Event
from bot.services.registration import STATUSES
from bot.services.reminder_ledger import ledger
from bot.services.reminder_rules import LATE, ReminderRules, Rule
from bot.services.reminder_texts import on_the_clock
from bot.services.reminder_written import BadRule, fires_at, read_rule
from bot.services.workdays import COUNTRIES

_COLUMNS = ("rule", "enabled", "fires_at", "who", "late_minutes", "workday", "counts")
_event = click.argument("event_id", metavar="EVENT")
_rule = click.argument("rule_id", metavar="RULE", type=int)
_dry = click.option("--dry-run", is_flag=True, help=_("Only say what would be done."))


@click.command(cls=TranslatedGroup, help=_("When the people of an event are reminded."))
def remind() -> None:
    """Only a family."""


@remind.command("list", cls=TranslatedCommand, help=_("List the rules, and what became of each."))
@_event
@click.option(
    *("-o", "--output"),
    type=click.Choice(["text", "json", "jsonl", "csv"]),
    default="text",
    help=_("text, json, jsonl: one a line, or csv: a table."),
)
@click.pass_context
def list_(ctx: click.Context, event_id: str, output: str) -> None:
    """Print one rule a line: when it fires, for whom, and how many are due, sent, parked."""
    event = the_event(ctx, event_id)
    rules = look(ctx, lambda transaction: ReminderRules(transaction).of_event(event_id)) or ()
    counts = look(ctx, lambda transaction: ledger(transaction, event_id)) or {}
    if output == "text":
        for rule in rules:
            click.echo(_as_line(rule, event, counts.get(rule.id, {})))
    else:
        rows = [_as_row(rule, event, counts.get(rule.id, {})) for rule in rules]
        print_rows(_COLUMNS, rows, output)
    tell(_("Rules: {count}."), count=len(rules))


@remind.command(cls=TranslatedCommand, help=_("Add a rule: remind people before or after."))
@_event
@click.option("--before", help=_("So long before the start: 1d, 2h, 30m."))
@click.option("--after", help=_("So long after the end, likewise."))
@click.option("--at", help=_("At this local time of that day: 18:00"))
@click.option("--on", help=_("Or at a certain local time: 2027-05-03 09:00"))
@click.option(
    "--workday",
    type=click.Choice(COUNTRIES),
    help=_("If that is no working day there: on the working day before."),
)
@click.option(
    "--status",
    type=click.Choice(STATUSES),
    multiple=True,
    help=_("Who is reminded; default: confirmed. May be repeated."),
)
@click.option("--text", "texts", multiple=True, help=_("What is added, by language: de=Bis bald!"))
@click.option(
    "--late",
    type=click.IntRange(0, 100_000),
    default=LATE,
    show_default=True,
    help=_("Minutes after which it is not said any more."),
)
@_dry
@click.pass_context
def add(ctx: click.Context, /, event_id: str, dry_run: bool, **parts: Any) -> None:
    """Say when it will fire, and for how many."""
    event = the_event(ctx, event_id)
    try:
        named = {"statuses": parts["status"], "texts": dict(map(_text, parts["texts"]))}
        rule = read_rule(event_id, {**parts, **named})
        fires = fires_at(rule, event, datetime.now(UTC), language())
    except ValueError:
        tell(_("I cannot read that rule. For example: --before 1d --at 18:00"))
        sys.exit(2)
    except BadRule as bad:
        tell(bad.why, **bad.values)
        sys.exit(1)
    told = on_the_clock(language(), fires, event.local_zone)
    if not dry_run:
        _change(ctx, lambda office: office.add_rule(rule))
    tell(_("It would fire on {moment}.") if dry_run else _("It fires on {moment}."), moment=told)


def _text(written: str) -> tuple[str, str]:
    code, equals, text = written.partition("=")
    if not (equals and code in languages() and text.strip()):
        raise ValueError(written)
    return code, text.strip()


@remind.command(cls=TranslatedCommand, help=_("Let a rule rest."))
@_rule
@click.pass_context
def pause(ctx: click.Context, rule_id: int) -> None:
    """Its reminders are stopped until it is resumed."""
    _of_rule(ctx, rule_id, lambda office, rule: office.let_rest(rule, True))
    tell(_("Rule {rule} rests."), rule=rule_id)


@remind.command(cls=TranslatedCommand, help=_("Let a rule work again."))
@_rule
@click.pass_context
def resume(ctx: click.Context, rule_id: int) -> None:
    """Its reminders live again."""
    _of_rule(ctx, rule_id, lambda office, rule: office.let_rest(rule, False))
    tell(_("Rule {rule} works."), rule=rule_id)


@remind.command(cls=TranslatedCommand, help=_("Take a rule away."))
@_rule
@click.pass_context
def remove(ctx: click.Context, rule_id: int) -> None:
    """Its reminders are stopped for good."""
    _of_rule(ctx, rule_id, lambda office, rule: office.remove_rule(rule))
    tell(_("Rule {rule} is gone."), rule=rule_id)


def _of_rule(
    ctx: click.Context, rule_id: int, change: Callable[[EventOffice, Rule], object]
) -> None:
    found = look(ctx, lambda transaction: ReminderRules(transaction).get(rule_id))
    if found is None:
        tell(_("There is no rule {rule}."), rule=rule_id)
        sys.exit(1)
    _change(ctx, lambda office: change(office, found))


def _change(ctx: click.Context, change: Callable[[EventOffice], object]) -> None:
    """Change the rules of an event; its reminders follow in the same transaction."""
    with database_of(ctx) as database, database.write() as connection:
        change(EventOffice(Transaction(connection, datetime.now(UTC)), named("", login())))


def _as_line(rule: Rule, event: Event, counts: Mapping[str, int]) -> str:
    moment = on_the_clock(language(), rule.moment(event), event.local_zone)
    parts = [f"{rule.id}", moment, ",".join(rule.statuses)]
    parts += [] if rule.enabled else [say(_("rests"))]
    return "  ".join((*parts, *(f"{step}: {counts[step]}" for step in sorted(counts))))


def _as_row(rule: Rule, event: Event, counts: Mapping[str, int]) -> dict[str, Any]:
    fires = rule.moment(event).astimezone(event.local_zone).isoformat()
    values = (rule.id, rule.enabled, fires, ",".join(rule.statuses), rule.late_minutes)
    return dict(zip(_COLUMNS, (*values, rule.workday, dict(counts)), strict=True))

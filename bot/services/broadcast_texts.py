"""What a broadcast says in one language: its text filled in, its links, and what can be tapped."""

from base64 import b64decode
from collections.abc import Iterator

from bot.dialog import Transaction
from bot.i18n import _, translate
from bot.message import Attachment, Choice, Link, Reply
from bot.services import event_texts, poll_texts
from bot.services.broadcast import BadBroadcast, Broadcast
from bot.services.broadcast_placeholders import filled
from bot.services.events import Events
from bot.services.polls import Polls
from bot.services.texts import in_language


class Saying:
    """One broadcast, and what it is about, ready to be said in any language."""

    def __init__(self, transaction: Transaction, broadcast: Broadcast) -> None:
        """Raises BadBroadcast when what it is about is not there, or not for the public."""
        self._broadcast = broadcast
        self._event = Events(transaction).get(broadcast.event_id) if broadcast.event_id else None
        self._poll = Polls(transaction).get(broadcast.poll_id) if broadcast.poll_id else None
        found = self._event or self._poll
        if broadcast.about and (found is None or found.state == "draft"):
            text = _("{about} is not there, or not public yet.")
            raise BadBroadcast(text, place="about", about=broadcast.about)

    def in_language(self, language: str) -> Reply:
        """The reply everybody of that language gets."""
        text = filled(self._broadcast.texts[language], dict(self._values(language)))
        stop = Choice(self._way_out(), translate(language, _("No more of these")))
        return Reply(
            text,
            (*self._choices(language), stop),
            tuple(Link(in_language(p.label, language), p.url) for p in self._broadcast.links),
            tuple(self._images(language)),
        )

    def _way_out(self) -> str:
        """Out of the one topic it was for; else out of all that we begin ourselves."""
        topics = self._broadcast.audience.topics
        return f"topics:off={topics[0]}" if len(topics) == 1 else "unsubscribe"

    def _values(self, language: str) -> Iterator[tuple[str, str]]:
        if self._event is not None:
            yield "event", self._event.name(language)
            yield "when", event_texts.when(self._event, language)
            yield "where", self._event.where(language)
        if self._poll is not None:
            yield "poll", self._poll.name(language)
            yield "closes", poll_texts.until(self._poll, language)

    def _choices(self, language: str) -> Iterator[Choice]:
        for place, label in enumerate(self._broadcast.choices):
            yield Choice(f"broadcast:{self._broadcast.id}={place}", label[language])
        if self._event is not None:
            yield Choice(f"events:{self._event.id}", translate(language, _("About this event")))
        if self._poll is not None:
            yield Choice(f"vote:{self._poll.id}", translate(language, _("Take part")))

    def _images(self, language: str) -> Iterator[Attachment]:
        image = self._broadcast.image
        if image is not None:
            shows = in_language(image.alt, language)
            instead = translate(language, _("Image: {shows}"), shows=shows)
            yield Attachment(image.kind, b64decode(image.base64), shows, instead)


def as_read(transaction: Transaction, broadcast: Broadcast) -> dict[str, Reply]:
    """What people read, by language; as it was written where what it is about is gone."""
    try:
        saying = Saying(transaction, broadcast)
    except BadBroadcast:
        return {code: Reply(text) for code, text in broadcast.texts.items()}
    return {code: saying.in_language(code) for code in broadcast.texts}

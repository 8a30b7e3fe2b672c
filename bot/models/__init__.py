"""Every table of the house, one file a topic."""

from bot.models.base import Base, Instant
from bot.models.content import ArticleVersion, Question
from bot.models.mail import Inbox, Outbox
from bot.models.people import Conversation, Person, Place

__all__ = [
    "ArticleVersion",
    "Base",
    "Conversation",
    "Inbox",
    "Instant",
    "Outbox",
    "Person",
    "Place",
    "Question",
]

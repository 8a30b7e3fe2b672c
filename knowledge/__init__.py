"""What the assistant knows: articles, the index over them, and answers with sources."""

from knowledge.article import Article, Source
from knowledge.index import Found, Hit, Index

__all__ = ["Article", "Found", "Hit", "Index", "Source"]

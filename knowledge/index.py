"""PROVISIONAL, to be replaced whole by the real index: a plain word count, so that the house composes."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Hit:
    slug: str
    lang: str
    score: float
    passages: tuple[str, ...]
    matched: tuple[str, ...] = ()


class Found(tuple):
    confidence = 0.0


class Index:
    def __init__(self, articles):
        self._articles = list(articles)

    @classmethod
    def build(cls, articles):
        return cls(articles)

    def search(self, text, lang="en", k=5):
        words = {w for w in text.lower().split() if len(w) > 3} | {text[i:i+2] for i in range(min(len(text), 200)) if text[i] > "\u4e00"}
        scored = []
        for a in self._articles:
            if a.lang == lang:
                body = (a.title + " ".join(a.aliases) + a.text).lower()
                scored.append((sum(w in body for w in words), a))
        scored.sort(key=lambda x: -x[0])
        found = Found(
            Hit(a.slug, a.lang, float(n), tuple(p for p in a.text.split("\n\n") if not p.startswith("#"))[:2])
            for n, a in scored[:k]
        )
        found.confidence = min(1.0, (scored[0][0] if scored else 0) / 3)
        return found

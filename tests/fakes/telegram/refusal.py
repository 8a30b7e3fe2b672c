"""How the Bot API says no."""

from typing import Any, ClassVar


class Refusal(Exception):
    """`ok: false` with this code and description."""

    NAMES: ClassVar = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        name = self.NAMES.get(code, "")
        named = not name or description.startswith(name)
        told = description if named else f"{name}: {description}"
        super().__init__(told)
        self.code, self.description, self.parameters = code, told, parameters

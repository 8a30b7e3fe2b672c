"""A browser in front of a house: tabs, what stands in them, and pages of other sites."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from playwright.async_api import Frame, Page, expect

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Tab:
    """The chat in a page, or in a frame of one."""

    def __init__(self, view: Page | Frame) -> None:
        self.view = view
        self.page = view if isinstance(view, Page) else view.page
        self.field = view.locator("#text")
        self.lines = view.locator(".line")
        self.replies = view.locator(".line.citybot")

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def ask(self, text: str) -> None:
        """Say it, and wait for one more reply."""
        before = await self.replies.count()
        await self.say(text)
        await expect(self.replies).to_have_count(before + 1)

    async def read(self) -> list[tuple[str, str]]:
        """The talk: who said what, in order."""
        said = await self.lines.evaluate_all(
            "lines => lines.map(line => [line.classList[1],"
            " [...line.querySelectorAll('.text > p')].map(p => p.textContent).join('\\n\\n')])"
        )
        return [(who, text) for who, text in said]

    async def mine(self) -> list[str]:
        return [text for who, text in await self.read() if who == "you"]

    async def violations(self) -> list[str]:
        """What axe finds wrong here, as sentences."""
        return await violations(self.view)


# A bar that stays at the edge covers other controls wherever one has scrolled to: where it stands in
# the page by itself, what axe says of sizes does not hang on how many lines the menu takes.
_UNSTUCK = "document.querySelectorAll('.stick').forEach(one => (one.style.position = 'static'))"

# Only what is wrong leaves the browser: of what is right, axe tells far more than it takes to find it.
_WRONG = """
    levels => axe.run({runOnly: levels, iframes: false, resultTypes: ["violations"]}).then(found =>
        found.violations.map(v =>
            [`${v.id}: ${v.help}`, v.nodes.map(node => node.html.slice(0, 120))]))
"""


async def violations(view: Page | Frame) -> list[str]:
    """What axe finds wrong on a page (not in its frames), as sentences."""
    await view.evaluate(_UNSTUCK)
    await view.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[tuple[str, list[str]]] = await view.evaluate(_WRONG, LEVELS)
    return [f"{said} {where}" for said, where in found]


def watch(page: Page) -> list[str]:
    """Collects what must not happen: errors of scripts, what a policy blocked, dialogs."""
    seen: list[str] = []
    page.on("pageerror", lambda error: seen.append(f"error: {error}"))
    page.on("dialog", lambda dialog: seen.append(f"dialog: {dialog.message}"))
    page.on(
        "console",
        lambda said: seen.append(said.text) if "Content Security Policy" in said.text else None,
    )
    return seen


@asynccontextmanager
async def another_site(chat: str, **settings: str) -> AsyncIterator[str]:
    """A page of another origin with the widget in it, under the policy our guide names."""
    attributes = "".join(f' data-{name}="{value}"' for name, value in settings.items())
    html = (
        '<!doctype html><html lang="de"><title>Rathaus</title><main><h1>Rathaus</h1>'
        f'<p><a href="#top">Ein Link</a></p></main><script async src="{chat}/widget.js"'
        f"{attributes}></script></html>"
    )
    policy = (
        f"default-src 'none'; script-src {chat}; frame-src {chat}; "
        "require-trusted-types-for 'script'"
    )

    async def show(_request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=html, content_type="text/html", headers=headers)

    app = web.Application()
    app.router.add_get("/", show)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()

"""Chromium for tests: where it is, how it is started, and visits that remember what went wrong in them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.servers import ROOT

EXECUTABLE = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SITE = ROOT / "frontend" / "dist" / "index.html"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
)  # fmt: skip

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}


def missing() -> str:
    """What this machine lacks for these tests, in words; nothing where they can run."""
    if EXECUTABLE is None:
        return "Chromium is not on this machine: apt-get install chromium"
    if not SITE.is_file():
        return "the site is not built: make site (Node 20 with npm)"
    return ""


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(_FLAGS))
        yield browser
        browser.close()


@dataclass
class Visit:
    """One person's browser: a page, and everything it complained about."""

    page: Page
    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def go(self, path: str = "/") -> Page:
        self.page.goto(self.address + path)
        self.page.wait_for_selector("h1")
        return self.page

    def audit(self, state: str) -> None:
        """Fails on anything axe finds by WCAG 2.2 A and AA, or by its good practices."""
        self.page.evaluate(AXE.read_text())
        found: list[dict[str, Any]] = self.page.evaluate("async () => (await axe.run(document)).violations")
        said = [f"{v['id']}: {v['help']}: {[node['html'][:160] for node in v['nodes'][:3]]}" for v in found]
        assert not said, f"axe, {state}:\n" + "\n".join(said)

    def sent(self, path: str) -> list[Request]:
        """What was asked of one address so far."""
        return [request for request in self.requests if request.url.endswith(path)]

    def overflows(self) -> bool:
        """Whether the page has to be scrolled sideways."""
        wide: bool = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        return wide


@contextmanager
def visiting(browser: Browser, address: str, **options: Any) -> Iterator[Visit]:
    """A fresh person: no storage, English unless told; ends with an error if the page had one."""
    context = browser.new_context(**{"locale": "en-US", **DESKTOP, **options})
    context.set_default_timeout(60_000)  # as with `expect`: what never comes fails anyway, what comes late does not
    visit = Visit(context.new_page(), context, address)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("request", lambda request: visit.requests.append(request))
    visit.page.on("console", lambda message: _hear(visit, message.type, message.text))
    try:
        yield visit
    finally:
        context.close()
    assert not visit.complaints, visit.complaints


def _hear(visit: Visit, kind: str, text: str) -> None:
    expected = "Failed to load resource" in text  # tests take the network away on purpose
    if kind in ("error", "warning") and not expected:
        visit.complaints.append(text)

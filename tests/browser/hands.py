"""How a person at the phone page does things: with a finger, or with the keyboard alone."""

from typing import Protocol

from playwright.async_api import Locator, Page, expect

STEPS_MAX = 150

TOWARDS = """(target) => {
  const here = document.activeElement;
  if (here === target) return "";
  const follows = here.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING;
  return follows || here === document.body ? "Tab" : "Shift+Tab";
}"""


class Hands(Protocol):
    """What a person can do."""

    def newest(self, label: str) -> Locator:
        """The newest button with that label, or with one that has it inside."""

    async def press(self, label: str) -> None:
        """Presses that button."""

    async def command(self, name: str) -> None:
        """Gives a command such as ``earnings``."""


class Finger:
    """Taps at what is on the screen."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def newest(self, label: str) -> Locator:
        return self._page.get_by_role("button", name=label).last

    async def press(self, label: str) -> None:
        await self.newest(label).tap()

    async def command(self, name: str) -> None:
        await self._page.get_by_role("button", name="Menu", exact=True).last.tap()
        await self._page.get_by_role("menuitem", name=f"/{name}").tap()


class Keyboard:
    """Walks with Tab, presses with Enter and types; has no mouse."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def newest(self, label: str) -> Locator:
        return self._page.get_by_role("button", name=label).last

    async def press(self, label: str) -> None:
        await self._walk_to(self.newest(label))
        await self._page.keyboard.press("Enter")

    async def command(self, name: str) -> None:
        await self._walk_to(self._page.get_by_label("Message", exact=True))
        await self._page.keyboard.type(f"/{name}")
        await self._page.keyboard.press("Enter")

    async def _walk_to(self, target: Locator) -> None:
        await expect(target).to_be_visible()
        for _ in range(STEPS_MAX):
            key = await target.evaluate(TOWARDS)
            if not key:
                return
            await self._page.keyboard.press(key)
        raise AssertionError(f"{STEPS_MAX} steps with Tab do not lead to {target}")

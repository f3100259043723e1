"""Using a page without a mouse: reaching an element with the Tab key, and acting on it with a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Found
    from playwright.sync_api import Page

TABS = 60
"""Keys pressed before an element counts as out of reach."""
EFFECT_MILLISECONDS = 1000
"""How long a key that was pressed may take to change something."""
_HAS_FOCUS = "e => e === document.activeElement || e.contains(document.activeElement)"
# One of several radio buttons is reached through its group: Tab leads to the group, arrows within it.
_GROUP_HAS_FOCUS = """e => { const a = document.activeElement;
  return e === a || (e.type === 'radio' && a.type === 'radio' && a.name === e.name && a.form === e.form) }"""


def tab_to(page: Page, element: Found) -> bool:
    """Walks through the page with Tab, as somebody without a mouse would; False when the element is not reached."""
    handle = element.element_handle()
    radio = handle.evaluate("e => e.type === 'radio'")
    page.evaluate("() => { document.activeElement && document.activeElement.blur() }")
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if handle.evaluate(_GROUP_HAS_FOCUS if radio else _HAS_FOCUS):
            break
    else:
        return False
    for _ in range(TABS):
        if handle.evaluate(_HAS_FOCUS):
            return True
        page.keyboard.press("ArrowDown")
    return False


def press_on(page: Page, element: Found) -> bool:
    """Presses the key that acts on the focused element; False when nothing comes of it."""
    from playwright.sync_api import Error

    if element.evaluate("e => e.type === 'radio' || e.type === 'checkbox'"):
        if not element.is_checked():
            page.keyboard.press("Space")
        return element.is_checked()
    before = page.evaluate("() => [location.href, document.body.innerHTML.length]")
    page.keyboard.press("Enter")
    try:
        page.wait_for_function(
            "before => location.href !== before[0] || document.body.innerHTML.length !== before[1]",
            arg=before,
            timeout=EFFECT_MILLISECONDS,
        )
    except Error as error:
        if type(error).__name__ == "TimeoutError":
            return False
        page.wait_for_load_state("domcontentloaded")  # the page was just being replaced
    return True

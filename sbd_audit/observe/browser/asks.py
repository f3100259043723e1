"""What pages ask the device for: place, camera, microphone, address book, notices.

The browser says nothing about a request a headless page makes, so the few functions a page asks with are listened
to. An address book is offered as on a telephone; it is always empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

NAME = "__sbdAsked"

# Runs in every page before its own scripts, and hands on what would have been done.
_LISTEN = """(() => {
  const tell = window.__sbdAsked;
  const listen = (owner, name, words) => {
    if (!owner || typeof owner[name] !== 'function') return;
    const own = owner[name];
    owner[name] = function (...given) {
      for (const word of words(...given)) tell(word);
      return own.apply(this, given);
    };
  };
  const place = () => ['location'];
  listen(navigator.geolocation, 'getCurrentPosition', place);
  listen(navigator.geolocation, 'watchPosition', place);
  listen(navigator.mediaDevices, 'getUserMedia', wanted => [
    ...(wanted && wanted.video ? ['camera'] : []), ...(wanted && wanted.audio ? ['microphone'] : [])]);
  listen(window.Notification, 'requestPermission', () => ['notifications']);
  listen(window.PushManager && window.PushManager.prototype, 'subscribe', () => ['notifications']);
  if (!navigator.contacts) Object.defineProperty(navigator, 'contacts', {
    value: { select: async () => [], getProperties: async () => ['name', 'email', 'tel'] } });
  listen(navigator.contacts, 'select', () => ['contacts']);
})()"""


def listen(context: BrowserContext, heard: Callable[[str], None]) -> None:
    """Has `heard` called with the word of our vocabulary for each thing a page asks for."""
    context.expose_binding(NAME, lambda _, word: heard(str(word)))
    context.add_init_script(_LISTEN)

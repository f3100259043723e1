"""Who is signed in where: sessions are made once per account and device, proved, and reused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sbd_audit.models.binding import BindingStep
from sbd_audit.observe.accounts import Account, Device
from sbd_audit.observe.browser import BrowserWorker, Flow
from sbd_audit.observe.extract import ReplyPage
from sbd_audit.observe.halt import PASSING, Halt, passing, wrong_place
from sbd_audit.outcome import Reason

if TYPE_CHECKING:
    from sbd_audit.observe.scene import Scene
    from sbd_audit.observe.world import World


SUCCESS = ("done", "created", "signed_in")


class Sessions:
    """The sessions one worker thread works with; the browser is started when first needed."""

    def __init__(self, world: World, browser: BrowserWorker | None) -> None:
        self.world = world
        self.browser = browser
        self._visitor = Account("visitor", "logged_out", "", "", "", "")

    def ensure(self, account: Account, device: str, scene: Scene) -> None:
        """Signs the account in on the device if it is not yet; raises `Halt` when that cannot be done."""
        if account.device(device).signed_in:
            return
        steps = self.world.platform.set_up("session")
        if steps is None:
            raise Halt(None, Reason.no_binding, "the platform file has no prepare.session")
        if not account.exists:
            raise Halt(None, Reason.set_up_failed, f"{account.role} has no account to sign in with")
        scene.signing_in, before = True, scene.signing_in
        try:
            self.play(steps, scene, account, device)
        finally:
            scene.signing_in = before
        self.prove(account, device, scene)
        account.device(device).signed_in = True

    def play(
        self, steps: tuple[BindingStep, ...], scene: Scene, account: Account, device: str = "first"
    ) -> None:
        """Plays set-up steps as `account`. A word of success ends them early; any other means it did not work."""
        actor, before = scene.actor, scene.device
        shadow = scene.locals.get("as")
        scene.actor, scene.device, scene.locals["as"] = account, device, account
        try:
            for step in steps:
                word = scene.step(step) if scene.applies(step) else None
                if word in SUCCESS:
                    return
                if word is not None:
                    raise Halt(
                        word, Reason.set_up_failed, f"set-up of {account.role} ended with {word}"
                    )
        finally:
            scene.actor, scene.device = actor, before
            if shadow is None:
                scene.locals.pop("as", None)
            else:
                scene.locals["as"] = shadow

    def prove(self, account: Account, device: str, scene: Scene) -> None:
        """Asks the platform who is signed in; raises `Halt` (wrong place) unless it is this account."""
        proof = self.world.platform.signed_in
        if proof is None:
            return
        url = self.world.target.base_url.rstrip("/") + proof.get
        headers = {
            key: str(scene.filled_for(account, device, value))
            for key, value in self.world.platform.session_headers.items()
        }
        page = ReplyPage(
            self.world.http.send("GET", url, jar=account.device(device).jar, headers=headers)
        )
        if page.status in PASSING:
            raise passing(page.status, urlsplit(url).path)
        wanted = str(scene.filled_for(account, device, proof.equals))
        if proof.json_path is not None:
            seen: Any = page.json_at(proof.json_path)
        else:
            node = page.html.css_first(proof.css or "body")
            seen = " ".join(node.text().split()) if node else None
        if str(seen) != wanted and not (proof.css and seen and wanted in str(seen)):
            raise wrong_place(
                f"{account.role} is not signed in on the {device} device (status {page.status})"
            )

    def forget(self, account: Account) -> None:
        """A fresh browser for the account: no cookies, nothing remembered."""
        account.devices["first"] = Device("first")
        if self.browser is not None:
            self.browser.fresh(account, "first")

    def flow(self, account: Account | None, device: str, locale: str) -> Flow:
        """A browser page of the account's own, with its cookies; raises `Halt` when there is no browser."""
        if self.browser is None:
            raise Halt(None, Reason.no_browser, "no browser was found")
        return self.browser.flow(account or self._visitor, device, locale)

    def exhibits(self, flow: Flow, scene: Scene) -> list[str]:
        """Keeps what the page looked like at the end; its cookies go back to the account."""
        kept = []
        for exhibit in flow.exhibits():
            picture = exhibit.media_type.startswith("image/")
            kept.append(
                self.world.store.add(
                    exhibit.body, exhibit.media_type, exhibit.says, screenshot=picture
                )
            )
        if self.browser is not None:
            self.browser.sync_back(scene.actor or self._visitor, scene.device)
        return kept

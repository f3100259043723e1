"""Baraza (Swahili: a public gathering): a small social network to practise on and to prove the audit with.

Its safe configuration protects people as the catalogue asks; every switch breaks exactly one thing. It serves
loopback only, keeps everything in memory, and knows nothing of the audit.
"""

from sbd_audit.demo.baraza.server import Site, start
from sbd_audit.demo.baraza.switchboard import SWITCHES, Built

__all__ = ["SWITCHES", "Built", "Site", "start"]

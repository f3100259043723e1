"""Every setting a person has: where it starts, for a grown-up and for a child, and what it can be, the closest first."""

from __future__ import annotations

OPEN = {
    "messages": "all",
    "profile": "all",
    "comments": "all",
    "mentions": "all",
    "groups": "friends",
    "found_by": "all",
    "friends_list": "friends",
    "location": "off",
    "sign_in_mail": "quiet",
    "sensitive": "hide",
    # age and privacy
    "found_by_contact": "none",
    "address_book": "off",
    "last_seen": "friends",
    "read_marks": "on",
    "typing": "on",
    "downloads": "friends",
    "places": "off",
    # contact and design
    "calls": "friends",
    "tags": "all",
    "reshares": "all",
    "vanishing": "friends",
    "live": "all",
    "autoplay": "on",
    "streaks": "on",
    "pushes": "all",
    "likes": "shown",
    "breaks": "off",
    "feed": "interests",
    "assistant": "on",
    "ads": "off",
}
CLOSED = OPEN | {
    "messages": "friends",
    "profile": "friends",
    "comments": "friends",
    "mentions": "friends",
    "found_by": "none",
    "friends_list": "me",
    # age and privacy
    "last_seen": "none",
    "read_marks": "off",
    "typing": "off",
    "downloads": "none",
    # contact and design
    "tags": "friends",
    "reshares": "friends",
    "vanishing": "off",
    "live": "off",
    "autoplay": "off",
    "streaks": "off",
    "pushes": "needed",
    "likes": "hidden",
    "breaks": "on",
    "assistant": "off",
    "ads": "locked",
}
CHOICES = {
    "messages": ("none", "friends", "all"),
    "profile": ("me", "friends", "all"),
    "comments": ("none", "friends", "all"),
    "mentions": ("none", "friends", "all"),
    "groups": ("none", "friends", "all"),
    "found_by": ("none", "friends", "all"),
    "friends_list": ("me", "friends", "all"),
    "location": ("off", "friends"),
    "sign_in_mail": ("quiet", "send"),
    "sensitive": ("hide", "show"),
    # age and privacy
    "found_by_contact": ("none", "friends", "all"),
    "address_book": ("off", "on"),
    "last_seen": ("none", "friends", "all"),
    "read_marks": ("off", "on"),
    "typing": ("off", "on"),
    "downloads": ("none", "friends", "all"),
    "places": ("off", "near", "exact"),
    # contact and design
    "calls": ("none", "friends", "all"),
    "tags": ("none", "friends", "all"),
    "reshares": ("none", "friends", "all"),
    "vanishing": ("off", "friends", "all"),
    "live": ("off", "friends", "all"),
    "autoplay": ("off", "on"),
    "streaks": ("off", "on"),
    "pushes": ("needed", "all"),
    "likes": ("hidden", "shown"),
    "breaks": ("on", "off"),
    "feed": ("interests", "behaviour"),
    "assistant": ("off", "on"),
    "ads": ("locked", "off", "on"),
}
UNLIKE: dict[str, dict[str, str]] = {
    "messages": {"dm_open_to_strangers_for_minors": "all", "stricter_than_asked": "none"},
    "profile": {"minor_profile_public": "all", "stricter_than_asked": "me"},
    # age and privacy
    "address_book": {"contact_sync_on": "on"},
    "downloads": {"download_offered": "all"},
    "last_seen": {"minor_last_seen_open": "all"},
    # contact and design
    "live": {"live_starts_open": "all"},
    "feed": {"profiled_feed_for_minors": "behaviour"},
    "autoplay": {"autoplay_starts_on": "on"},
    "assistant": {"assistant_on_for_minors": "on"},
    "ads": {"ads_personalised_for_minors": "on"},
}
"""For a child's setting: what it starts at instead when a switch is thrown."""
UNLIKE_FOR_ADULTS = {"last_seen": {"adult_last_seen_open": "all"}}
UNLIKE_FOR_ALL = {"places": {"location_on_for_new_accounts": "exact"}}
"""The same, for adults' and for everybody's."""
LET_IN_ONE_BY_ONE = ("messages", "profile")
"""Where these start closed to all, somebody is let in by being accepted as a friend."""

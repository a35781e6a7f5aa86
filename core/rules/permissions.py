"""The one table of what each role may do, on the organisers' pages and in Slack. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from core.model.staff import Role


class Deed(StrEnum):
    """What staff can do. `look`: figures, masked contributions, the report. `take_along`: contributions as a file.
    `teach`: let the program learn topics, or go back. `invite`: places and their links. `run_meeting`: note who came to
    an event, and what becomes of its agenda."""

    LOOK = "look"
    OPEN_ALERT = "open_alert"
    REVIEW = "review"
    TAKE = "take"
    SORT = "sort"
    HIDE = "hide"
    ANSWER = "answer"
    TAKE_ALONG = "take_along"
    TEACH = "teach"
    INVITE = "invite"
    RUN_MEETING = "run_meeting"
    SEE_DELIVERIES = "see_deliveries"
    CHANGE_CONSULTATION = "change_consultation"
    SAY_WHO_IS_STAFF = "say_who_is_staff"


LEAST: Mapping[Deed, Role] = {
    Deed.LOOK: Role.READER,
    Deed.OPEN_ALERT: Role.MODERATOR,
    Deed.REVIEW: Role.MODERATOR,
    Deed.TAKE: Role.MODERATOR,
    Deed.SORT: Role.MODERATOR,
    Deed.HIDE: Role.MODERATOR,
    Deed.ANSWER: Role.ORGANISER,
    Deed.TAKE_ALONG: Role.ORGANISER,
    Deed.TEACH: Role.ORGANISER,
    Deed.INVITE: Role.ORGANISER,
    Deed.RUN_MEETING: Role.ORGANISER,
    Deed.SEE_DELIVERIES: Role.ORGANISER,
    Deed.CHANGE_CONSULTATION: Role.ORGANISER,
    Deed.SAY_WHO_IS_STAFF: Role.OWNER,
}

IN_SLACK = Role.MODERATOR
"""The role of somebody in the partner's workspace whose e-mail address is no member's: they may read and tidy, and
neither answer in the organisation's name nor change what is asked."""

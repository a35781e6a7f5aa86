"""The pace, one rule at a time; what holds always is in tests/laws/test_pacing_laws.py."""

from datetime import UTC, datetime, timedelta

import pytest

from core.model.deliveries import Lane
from core.model.messages import Halted, Moved, NotSent, Outcome, Rejected, Sent, Uncertain, Unreachable
from core.rules.pacing import LOST_PROBE, SLACK, TELEGRAM, Limits, Pace, halted, observed, permits, sending
from tests.bench.pacing.halt import recovery

NOW = datetime(2027, 1, 19, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TRIP = timedelta(milliseconds=60)


def send(pace: Pace, chat: str, now: datetime, outcome: Outcome | None = None) -> datetime:
    """One message there and back; the time of its answer."""
    assert permits(pace, chat, Lane.REPLY, now=now) <= now
    sending(pace, chat, now=now)
    observed(pace, chat, outcome or Sent("1"), sent_at=now, now=now + TRIP)
    return now + TRIP


def refuse_two(pace: Pace, wait: timedelta = 3 * SECOND) -> datetime:
    """The token is halted; until when."""
    for chat in ("first", "second"):
        sending(pace, chat, now=NOW)
    for chat in ("first", "second"):
        observed(pace, chat, Halted(wait), sent_at=NOW, now=NOW + TRIP)
    return NOW + TRIP + wait


def test_thirty_leave_at_once_and_the_next_a_second_after_the_first_answer() -> None:
    pace = Pace(TELEGRAM)
    for number in range(30):
        assert permits(pace, f"citizen {number}", Lane.REPLY, now=NOW) == NOW
        sending(pace, f"citizen {number}", now=NOW)
    assert permits(pace, "next", Lane.REPLY, now=NOW) == NOW + SECOND, "nothing is answered yet: ask again then"
    for number in range(30):
        observed(pace, f"citizen {number}", Sent("1"), sent_at=NOW, now=NOW + TRIP)
    assert permits(pace, "next", Lane.REPLY, now=NOW + TRIP) == NOW + TRIP + SECOND
    assert permits(pace, "next", Lane.REPLY, now=NOW + TRIP + SECOND) == NOW + TRIP + SECOND


@pytest.mark.parametrize(("lane", "at_once"), [(Lane.PUSH, 3), (Lane.STAFF, 30), (Lane.REPLY, 30)])
def test_bulk_is_spread_and_replies_are_not(lane: Lane, at_once: int) -> None:
    pace = Pace(TELEGRAM)
    sent = 0
    while permits(pace, f"citizen {sent}", lane, now=NOW) <= NOW:
        sending(pace, f"citizen {sent}", lane, now=NOW)
        sent += 1
    assert sent == at_once


@pytest.mark.parametrize(("replied", "used"), [(False, 30), (True, 29)])
def test_bulk_borrows_the_last_place_only_while_no_replies_are_about(replied: bool, used: int) -> None:
    """Ten seconds of pushes: how many of the thirty places are taken in the end?"""
    pace = Pace(TELEGRAM)
    if replied:
        pace.replied_at = NOW + 9 * SECOND
    now, most = NOW, 0
    for number in range(400):
        now = max(now, permits(pace, f"citizen {number}", Lane.PUSH, now=now))
        if now > NOW + 10 * SECOND:
            break
        sending(pace, f"citizen {number}", Lane.PUSH, now=now)
        observed(pace, f"citizen {number}", Sent("1"), sent_at=now, now=now + timedelta(milliseconds=1))
        in_the_last_second = [at for at, _ in pace.answered if at > now - SECOND]
        most = max(most, len(in_the_last_second)) if now > NOW + 9 * SECOND else most
    assert most == used


def test_a_limit_of_one_still_lets_bulk_go() -> None:
    assert permits(Pace(Limits(most=1, burst=1)), "citizen", Lane.PUSH, now=NOW) == NOW


def test_three_in_a_row_to_one_chat_then_one_a_second() -> None:
    pace = Pace(TELEGRAM)
    now = NOW
    for _ in range(3):
        now = send(pace, "citizen", now)
    assert permits(pace, "another", Lane.REPLY, now=now) == now
    fourth = permits(pace, "citizen", Lane.REPLY, now=now)
    assert fourth == NOW + TRIP + SECOND
    fifth = permits(pace, "citizen", Lane.REPLY, now=send(pace, "citizen", fourth))
    assert fifth == fourth + SECOND


def test_what_is_in_the_air_counts_for_its_chat() -> None:
    pace = Pace(TELEGRAM)
    for _ in range(3):
        sending(pace, "citizen", now=NOW)
    assert permits(pace, "citizen", Lane.REPLY, now=NOW) == NOW + SECOND


def test_slack_takes_one_a_second_a_channel() -> None:
    pace = Pace(SLACK)
    answered = send(pace, "C1", NOW)
    assert permits(pace, "C1", Lane.STAFF, now=answered) == answered + SECOND
    assert permits(pace, "C2", Lane.STAFF, now=answered) == answered


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        (Sent("1"), True),
        (Rejected("chat not found"), True),
        (Unreachable("blocked"), True),
        (Moved("-100"), True),
        (Uncertain("lost"), True),
        (Halted(SECOND), True),
        (NotSent("refused"), False),
    ],
)
def test_only_what_certainly_never_left_gives_its_place_back_at_once(outcome: Outcome, counts: bool) -> None:
    pace = Pace(Limits(most=1, burst=1))
    answered = send(pace, "citizen", NOW, outcome)
    free = answered + SECOND if counts else answered
    assert permits(pace, "another", Lane.REPLY, now=answered) == free


def test_one_refused_chat_waits_alone() -> None:
    pace = Pace(TELEGRAM)
    answered = send(pace, "citizen", NOW, Halted(5 * SECOND))
    assert permits(pace, "citizen", Lane.REPLY, now=answered) == answered + 5 * SECOND
    assert permits(pace, "another", Lane.REPLY, now=answered) == answered
    assert halted(pace, now=answered) is None


def test_the_same_chat_refused_twice_does_not_halt_the_others() -> None:
    pace = Pace(TELEGRAM)
    for _ in range(2):
        sending(pace, "citizen", now=NOW)
    for _ in range(2):
        observed(pace, "citizen", Halted(5 * SECOND), sent_at=NOW, now=NOW + TRIP)
    assert permits(pace, "another", Lane.REPLY, now=NOW + TRIP) == NOW + TRIP


def test_a_second_chat_refused_meanwhile_halts_the_token() -> None:
    pace = Pace(TELEGRAM)
    until = refuse_two(pace)
    assert halted(pace, now=NOW + TRIP) == until
    assert permits(pace, "another", Lane.REPLY, now=NOW + TRIP) == until
    assert halted(pace, now=until) is None


def test_a_second_chat_refused_after_the_first_has_waited_does_not() -> None:
    pace = Pace(TELEGRAM)
    send(pace, "first", NOW, Halted(SECOND))
    answered = send(pace, "second", NOW + 2 * SECOND, Halted(SECOND))
    assert permits(pace, "another", Lane.REPLY, now=answered) == answered


def test_a_longer_refusal_lengthens_the_halt_and_a_shorter_one_does_not_shorten_it() -> None:
    pace = Pace(TELEGRAM)
    for chat in ("first", "second", "third", "fourth"):
        sending(pace, chat, now=NOW)
    for chat, wait in (("first", 3), ("second", 3), ("third", 9), ("fourth", 1)):
        observed(pace, chat, Halted(wait * SECOND), sent_at=NOW, now=NOW + TRIP)
    assert halted(pace, now=NOW + TRIP) == NOW + TRIP + 9 * SECOND


def test_a_probe_that_is_never_heard_of_is_sent_again() -> None:
    pace = Pace(TELEGRAM)
    until = refuse_two(pace)
    sending(pace, "probe", now=until)
    assert permits(pace, "another", Lane.REPLY, now=until + SECOND) > until + SECOND
    assert permits(pace, "another", Lane.REPLY, now=until + LOST_PROBE) == until + LOST_PROBE


def test_a_token_that_was_halted_before_a_restart_starts_with_a_probe() -> None:
    pace = Pace(TELEGRAM, estimate=20, halted_until=NOW + SECOND)
    assert permits(pace, "citizen", Lane.REPLY, now=NOW) == NOW + SECOND
    sending(pace, "citizen", now=NOW + SECOND)
    assert permits(pace, "another", Lane.REPLY, now=NOW + SECOND) > NOW + SECOND
    assert pace.estimate == 20


def test_the_estimate_never_starts_above_the_known_limit() -> None:
    assert Pace(TELEGRAM, estimate=4000).estimate == 30
    assert Pace(TELEGRAM).estimate == 30


def test_two_halts_below_the_estimate_in_a_row_lower_it() -> None:
    """Not a mood then: the platform takes fewer than we knew."""
    pace = Pace(TELEGRAM)
    now = NOW
    for attempt in range(2):
        for number in range(12):
            sending(pace, f"{attempt} {number}", now=now)
        for number in range(12):
            outcome = Sent("1") if number < 10 else Halted(3 * SECOND)
            observed(pace, f"{attempt} {number}", outcome, sent_at=now, now=now + TRIP)
        now = now + TRIP + 3 * SECOND
        sending(pace, "probe", now=now)
        observed(pace, "probe", Sent("1"), sent_at=now, now=now + TRIP)
        assert pace.estimate == (30 if attempt == 0 else 10)
        now += 2 * SECOND


@pytest.mark.parametrize(("later", "estimate"), [(60 * SECOND, 28), (600 * SECOND, 30)])
def test_a_refusal_of_no_more_than_usual_lowers_nothing_unless_another_follows(later: timedelta, estimate: int) -> None:
    """A platform in a mood is not slower afterwards, and what was usual says nothing of a limit that just changed."""
    pace = Pace(TELEGRAM)
    for now, found in ((NOW, 30), (NOW + later, estimate)):
        for number in range(30):
            sending(pace, f"{now} {number}", now=now)
        for number in range(30):
            outcome = Sent("1") if number < 28 else Halted(8 * SECOND)
            observed(pace, f"{now} {number}", outcome, sent_at=now, now=now + TRIP)
        assert halted(pace, now=now + TRIP) == now + TRIP + 8 * SECOND
        sending(pace, "probe", now=now + 9 * SECOND)
        observed(pace, "probe", Sent("1"), sent_at=now + 9 * SECOND, now=now + 9 * SECOND + TRIP)
        assert pace.estimate == found


@pytest.mark.parametrize("seed", [4, 91])
def test_after_a_mood_of_the_platform_all_is_soon_as_before(seed: int) -> None:
    """Of a hundred seeded halts those after which the pace stayed low for minutes, while it took them for the limit."""
    waited, refused = recovery(seed)
    assert waited <= 2
    assert refused <= 6


def test_a_step_up_that_is_refused_makes_the_next_one_wait_longer_and_says_so_alone() -> None:
    """The platform takes ten: every step above is refused once, halts the token at once, and costs patience."""
    pace = Pace(TELEGRAM, estimate=10)
    now, steps = NOW, []
    for number in range(12_000):
        chat = f"citizen {number}"
        now = max(now, permits(pace, chat, Lane.PUSH, now=now))
        sending(pace, chat, now=now)
        full = sum(at > now - SECOND for at, _ in pace.answered) >= 10
        observed(pace, chat, Halted(3 * SECOND) if full else Sent("1"), sent_at=now, now=now)
        if full:
            assert halted(pace, now=now) == now + 3 * SECOND
            assert pace.estimate == 10
            steps.append(now)
    first, second, third = (later - earlier for earlier, later in zip([NOW, *steps[:2]], steps[:3], strict=True))
    assert second > 1.7 * first
    assert third > 1.7 * second


def test_after_a_refusal_one_more_goes_and_tells_whom_it_meant() -> None:
    pace = Pace(TELEGRAM)
    answered = send(pace, "citizen", NOW, Halted(5 * SECOND))
    sending(pace, "another", now=answered)
    assert permits(pace, "third", Lane.REPLY, now=answered) > answered
    observed(pace, "another", Sent("1"), sent_at=answered, now=answered + TRIP)
    assert permits(pace, "third", Lane.REPLY, now=answered + TRIP) == answered + TRIP


def test_a_rise_that_was_found_is_followed_up_at_once() -> None:
    """From 10 to 30 in seconds, once the first step went well: 12, 16, 24, 30."""
    pace = Pace(TELEGRAM, estimate=10)
    now, seen = NOW, {10: NOW}
    for number in range(2_000):
        chat = f"citizen {number}"
        now = max(now, permits(pace, chat, Lane.PUSH, now=now))
        sending(pace, chat, now=now)
        observed(pace, chat, Sent("1"), sent_at=now, now=now)
        seen.setdefault(pace.estimate, now)
    assert list(seen) == [10, 12, 16, 24, 30]
    assert seen[30] - seen[12] < 6 * SECOND


def test_what_is_paid_for_takes_no_place_from_what_is_free() -> None:
    pace = Pace(TELEGRAM)
    for number in range(200):
        assert permits(pace, f"c{number}", Lane.PUSH, now=NOW, paid=True) == NOW
        sending(pace, f"c{number}", now=NOW, paid=True)
    assert permits(pace, "anna", Lane.REPLY, now=NOW) == NOW
    for number in range(200, 999):
        sending(pace, f"c{number}", now=NOW, paid=True)
    assert permits(pace, "anna", Lane.PUSH, now=NOW, paid=True) == NOW, "no place is kept for replies: they have theirs"
    sending(pace, "c999", now=NOW, paid=True)
    assert permits(pace, "anna", Lane.PUSH, now=NOW, paid=True) > NOW
    assert permits(pace, "anna", Lane.REPLY, now=NOW) == NOW


@pytest.mark.parametrize("paid", [True, False])
def test_a_halt_of_either_pace_holds_both_back(*, paid: bool) -> None:
    pace = Pace(TELEGRAM)
    for chat in ("anna", "bo"):
        sending(pace, chat, now=NOW, paid=paid)
        observed(pace, chat, Halted(timedelta(seconds=3)), sent_at=NOW, now=NOW, paid=paid)
    until = NOW + timedelta(seconds=3)
    assert halted(pace, now=NOW) == until
    assert permits(pace, "carl", Lane.PUSH, now=NOW, paid=True) >= until
    assert permits(pace, "carl", Lane.REPLY, now=NOW) >= until


def test_a_chat_that_had_paid_messages_waits_for_its_free_ones_too() -> None:
    pace = Pace(TELEGRAM)
    for _ in range(3):
        sending(pace, "anna", now=NOW, paid=True)
        observed(pace, "anna", Sent("1"), sent_at=NOW, now=NOW, paid=True)
    assert permits(pace, "anna", Lane.REPLY, now=NOW) == NOW + timedelta(seconds=1)
    assert permits(pace, "bo", Lane.REPLY, now=NOW) == NOW


def test_the_paid_pace_is_kept_and_where_none_is_sold_nothing_changes() -> None:
    pace = Pace(SLACK)
    for number in range(5):
        sending(pace, f"c{number}", now=NOW, paid=True)
    assert permits(pace, "anna", Lane.REPLY, now=NOW, paid=True) > NOW

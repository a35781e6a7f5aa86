"""Lost answers make pushes wait, longer each time; an answer that comes ends it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.model.messages import Halted, NotSent, Outcome, Rejected, Sent, Uncertain, Unreachable
from core.rules.doubt import FIRST_WAIT, LONGEST_WAIT, LOST_IN_A_ROW, NO_DOUBT, Doubt, after

NOW = datetime(2027, 1, 19, 9, 0, tzinfo=UTC)
LOST = Uncertain("502")
SAYS_NOTHING = (NotSent("no connection"), Halted(timedelta(seconds=3)))
ANSWERS = (Sent("1"), Rejected("too long"), Unreachable("blocked"))
outcomes: st.SearchStrategy[Outcome] = st.sampled_from([LOST, *SAYS_NOTHING, *ANSWERS])


def lost(times: int) -> Doubt:
    doubt = NO_DOUBT
    for _ in range(times):
        doubt = after(doubt, LOST, now=NOW)
    return doubt


def test_one_or_two_lost_answers_are_no_reason_to_wait() -> None:
    assert lost(LOST_IN_A_ROW - 1).until is None


def test_the_third_one_is() -> None:
    assert lost(LOST_IN_A_ROW).until == NOW + FIRST_WAIT


def test_what_was_in_the_air_already_does_not_make_it_longer() -> None:
    assert lost(30).until == NOW + FIRST_WAIT


def test_each_probe_that_is_lost_doubles_the_wait_up_to_a_limit() -> None:
    doubt, now, waits = lost(LOST_IN_A_ROW), NOW, []
    for _ in range(8):
        assert doubt.until is not None
        now = doubt.until
        doubt = after(doubt, LOST, now=now)
        assert doubt.until is not None
        waits.append(doubt.until - now)
    assert waits[:3] == [2 * FIRST_WAIT, 4 * FIRST_WAIT, 8 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT


@given(st.lists(outcomes), st.sampled_from(ANSWERS))
def test_an_answer_ends_it_whatever_was_before(before: list[Outcome], answer: Outcome) -> None:
    doubt = NO_DOUBT
    for outcome in before:
        doubt = after(doubt, outcome, now=NOW)
    assert after(doubt, answer, now=NOW) == NO_DOUBT


@given(st.integers(0, 10), st.sampled_from(SAYS_NOTHING))
def test_what_never_left_or_must_wait_says_nothing_about_it(times: int, outcome: Outcome) -> None:
    doubt = lost(times)
    assert after(doubt, outcome, now=NOW) == doubt

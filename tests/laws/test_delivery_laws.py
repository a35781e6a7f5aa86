"""Deliveries and campaigns only make the moves of their tables; settling loses, repeats and forgets nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model.campaigns import CAMPAIGN_MOVES, CampaignState, campaign_moved
from core.model.deliveries import MOST_ATTEMPTS, MOVES, Delivery, Lane, Phrase, Reason, Spec, State, moved, settle
from core.model.errors import NotAllowed
from core.model.ids import AccountId, AddressId, DeliveryId
from core.model.messages import Halted, Moved, NotSent, Outcome, Rejected, Sent, Uncertain, Unreachable

law = settings(deadline=None)

NOW = datetime(2027, 1, 19, 9, 0, tzinfo=UTC)
ENDED = frozenset({State.SENT, State.UNREACHABLE, State.SKIPPED, State.CANCELLED})

details = st.sampled_from(["", "chat not found", "connection refused"])
waits = st.timedeltas(timedelta(0), timedelta(days=1))
outcomes: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(Sent, st.sampled_from(["1", "17:42"])),
    st.builds(NotSent, details),
    st.builds(Halted, waits),
    st.builds(Rejected, details),
    st.builds(Unreachable, details),
    st.builds(Moved, st.just("-100")),
    st.builds(Uncertain, details),
)
deliveries = st.builds(
    Delivery,
    id=st.just(DeliveryId("delivery")),
    key=st.just("piscine:1:rappel:citizen"),
    account=st.just(AccountId("account")),
    address=st.just(AddressId("address")),
    lane=st.sampled_from(Lane),
    body=st.just(Spec((Phrase("reminder", {}),))),
    language=st.sampled_from(["fr", "en"]),
    due_at=st.timedeltas(timedelta(hours=-1), timedelta(hours=1)).map(lambda off: NOW + off),
    planned_at=st.just(NOW - timedelta(days=1)),
    state=st.sampled_from(State),
    reason=st.none() | st.sampled_from(Reason),
    attempts=st.integers(0, MOST_ATTEMPTS - 1),
)
sending = deliveries.map(lambda delivery: replace(delivery, state=State.SENDING))


@law
@given(deliveries, st.sampled_from(State))
def test_a_move_is_in_the_table_or_it_is_refused(delivery: Delivery, to: State) -> None:
    if to in MOVES[delivery.state]:
        assert moved(delivery, to) == replace(delivery, state=to, reason=None, detail="")
    else:
        with pytest.raises(NotAllowed, match=f"{delivery.state} to {to}"):
            moved(delivery, to)


@law
@given(deliveries, outcomes)
def test_what_has_ended_never_comes_back(delivery: Delivery, outcome: Outcome) -> None:
    """A late answer never regresses a delivery."""
    if delivery.state in ENDED:
        with pytest.raises(NotAllowed):
            settle(delivery, outcome, now=NOW)


@law
@given(sending, outcomes)
def test_what_was_sending_settles_by_the_table_whatever_the_outcome(delivery: Delivery, outcome: Outcome) -> None:
    settled = settle(delivery, outcome, now=NOW)
    assert settled.state in MOVES[State.SENDING]
    kept = replace(
        delivery,
        state=settled.state,
        reason=settled.reason,
        detail=settled.detail,
        due_at=settled.due_at,
        attempts=settled.attempts,
        external_id=settled.external_id,
        sent_at=settled.sent_at,
    )
    assert settled == kept, "whose, what and which are never touched"


@law
@given(sending, outcomes)
def test_every_row_that_is_not_sent_says_why(delivery: Delivery, outcome: Outcome) -> None:
    settled = settle(delivery, outcome, now=NOW)
    if settled.state in (State.SENT, State.PLANNED):
        assert settled.reason is None
    else:
        assert settled.reason is not None
    if settled.state is State.PLANNED and not isinstance(outcome, Moved | Halted):
        assert isinstance(outcome, NotSent | Uncertain)
        assert settled.detail == outcome.reason
    assert (settled.sent_at == NOW) is (settled.state is State.SENT)
    assert bool(settled.external_id) is (settled.state is State.SENT)


@law
@given(sending, outcomes)
def test_nothing_goes_again_earlier_than_it_was_due_or_sooner_than_asked(delivery: Delivery, outcome: Outcome) -> None:
    settled = settle(delivery, outcome, now=NOW)
    assert settled.due_at >= delivery.due_at
    if isinstance(outcome, Halted):
        assert settled.due_at >= NOW + outcome.wait
        assert settled.attempts == delivery.attempts, "a platform that asks to wait uses up no try"
    if settled.attempts > delivery.attempts:
        assert timedelta(seconds=1) <= settled.due_at - min(NOW, settled.due_at)
        assert settled.due_at - max(NOW, delivery.due_at) <= timedelta(minutes=5)


@law
@given(sending, details)
def test_only_a_reply_may_be_seen_twice(delivery: Delivery, reason: str) -> None:
    """A push that may have arrived stays uncertain: nobody is written to twice in the town's name."""
    settled = settle(delivery, Uncertain(reason), now=NOW)
    if delivery.lane is not Lane.REPLY:
        assert settled.state is State.UNCERTAIN
        assert settled.reason is Reason.MAY_HAVE_ARRIVED
        assert settle(settled, Sent("1"), now=NOW).state is State.SENT, "unless it is found to have arrived"
    else:
        assert settled.state in (State.PLANNED, State.FAILED)


@law
@given(deliveries, st.lists(outcomes, min_size=1, max_size=60))
def test_trying_comes_to_an_end(delivery: Delivery, following: list[Outcome]) -> None:
    """Played through again and again, a delivery ends, or may be seen twice at most so often, or waits."""
    delivery = replace(delivery, state=State.PLANNED, attempts=0)
    tries = 0
    for outcome in following:
        delivery = moved(moved(delivery, State.CLAIMED), State.SENDING)
        delivery = settle(delivery, outcome, now=NOW)
        tries += isinstance(outcome, Uncertain) and delivery.lane is Lane.REPLY
        if delivery.state is not State.PLANNED:
            break
    assert tries <= MOST_ATTEMPTS
    assert (delivery.state is State.FAILED) == (delivery.reason in {Reason.TOO_MANY_TRIES, Reason.REJECTED})


@law
@given(sending, st.integers(1, 500))
def test_what_never_left_is_tried_until_it_goes(delivery: Delivery, times: int) -> None:
    """A night without network loses nothing, and each new try waits two minutes at most."""
    now, delivery = max(NOW, delivery.due_at), replace(delivery, attempts=0)
    for _ in range(times):
        again = settle(delivery, NotSent("no connection"), now=now)
        assert again.state is State.PLANNED
        assert timedelta(seconds=1) <= again.due_at - now <= timedelta(minutes=3)
        now = again.due_at
        delivery = replace(again, state=State.SENDING)
    lost = settle(delivery, Uncertain("lost"), now=now)
    assert lost.state in (State.PLANNED, State.UNCERTAIN), "one lost answer is no reason to give up"


def test_each_try_waits_twice_as_long() -> None:
    spec = Spec((Phrase("reminder", {}),))
    delivery = Delivery(
        DeliveryId("d"), "k", AccountId("a"), AddressId("b"), Lane.REPLY, spec, "fr", NOW, NOW, state=State.SENDING
    )
    waited = []
    for attempts in range(MOST_ATTEMPTS - 1):
        again = settle(replace(delivery, attempts=attempts), NotSent("refused"), now=NOW)
        waited.append((again.due_at - NOW).total_seconds())
    assert waited == [1, 2, 4, 8, 16, 32, 64]


@law
@given(st.sampled_from(CampaignState), st.sampled_from(CampaignState))
def test_a_campaign_moves_by_its_table_or_not_at_all(state: CampaignState, to: CampaignState) -> None:
    if to in CAMPAIGN_MOVES[state]:
        assert campaign_moved(state, to) is to
    else:
        with pytest.raises(NotAllowed, match=f"is {state}: it cannot become {to}"):
            campaign_moved(state, to)


def within(moves: Mapping[str, frozenset[str]], start: str) -> set[str]:
    """Every state that can be reached from `start`."""
    seen = {start}
    while more := {to for state in seen for to in moves[state]} - seen:
        seen |= more
    return seen


@pytest.mark.parametrize(
    ("moves", "start", "ends"),
    [
        (MOVES, State.PLANNED, ENDED),
        (CAMPAIGN_MOVES, CampaignState.DRAFT, {CampaignState.STOPPED, CampaignState.FINISHED}),
    ],
)
def test_every_state_can_be_reached_and_none_is_a_trap(
    moves: Mapping[str, frozenset[str]], start: str, ends: set[str]
) -> None:
    assert within(moves, start) == set(moves)
    for state in moves:
        assert (not moves[state]) is (state in ends)
        assert within(moves, state) & set(ends), f"{state} leads nowhere"

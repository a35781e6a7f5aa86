"""The checker of the simulation is believed only because it catches each kind of broken promise when one is planted."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.faults.checker import RULES, check
from tests.faults.history import Acknowledged, Asked, Event, Fault, History, Kept, Owed, Told, Wanted, Wrote

ANNA = "chat of anna"
ANSWER = Wrote(1.0, "1", ANNA, Wanted.ANSWER, "ouvrir le soir", 4)
CHOICE = Wrote(2.0, "2", ANNA, Wanted.CHOICE, "a:often:weekly:1:0badcafe", 5)
STOP = Wrote(50.0, "3", ANNA, Wanted.STOP, "STOP", 9)
REPLY = Asked(3.0, "bot", ANNA, "reply-1", taken=True, left=2.9)
PUSH = Asked(40.0, "bot", ANNA, "push-1", taken=True, left=39.9, worked=frozenset({"1", "2"}), paid=True)
FINE: Sequence[Event] = (
    ANSWER,
    CHOICE,
    Acknowledged(2.5, ("1", "2")),
    REPLY,
    Told(3.1, "reply-1", "Sent"),
    PUSH,
    Told(40.1, "push-1", "Sent"),
    STOP,
    Acknowledged(50.1, ("3",)),
)
KEPT = Kept(
    inbox={"1": "done", "2": "done", "3": "done"},
    parts=((ANNA, 4, "ouvrir le soir"),),
    answers=((ANNA, "often", "weekly"),),
    deliveries=(
        Owed("reply-1", ANNA, "reply", "", "sent", "", late=False),
        Owed("push-1", ANNA, "push", "reminder", "sent", "", late=False),
        Owed("push-2", ANNA, "push", "last-call", "cancelled", "opted_out", late=False),
    ),
    paid={"reminder": 1},
)
GOOD = History(FINE, KEPT, most=3, burst=2, most_paid=4, ceilings={"reminder": 1})
OTHERS = "nobody gets what they refused"


def _more(*events: Event) -> History:
    return replace(GOOD, events=(*FINE, *events))


def _kept(**changes: object) -> History:
    return replace(GOOD, kept=replace(KEPT, **changes))  # type: ignore[arg-type]  # fields of one dataclass


def _owed(place: int, **changes: object) -> History:
    rows = list(KEPT.deliveries)
    rows[place] = replace(rows[place], **changes)  # type: ignore[arg-type]  # fields of one dataclass
    return _kept(deliveries=tuple(rows))


def _asked(at: float, reference: str, *, chat: str = ANNA, **changes: object) -> Asked:
    return replace(Asked(at, "bot", chat, reference, taken=True, left=at - 0.1), **changes)  # type: ignore[arg-type]  # as above


PLANTED: Sequence[tuple[str, str, Callable[[], History]]] = (
    ("nothing acknowledged is lost", "never worked on", lambda: _kept(inbox={**KEPT.inbox, "2": "new"})),
    ("nothing acknowledged is lost", "set apart", lambda: _kept(inbox={**KEPT.inbox, "2": "quarantined"})),
    ("nothing acknowledged is lost", "never committed", lambda: _kept(inbox={"1": "done", "3": "done"})),
    ("answers are kept once", "lost", lambda: _kept(parts=())),
    ("answers are kept once", "lost, typed early", lambda: replace(
        _kept(parts=()), events=(replace(ANSWER, wanted=Wanted.EARLY), *FINE[1:])
    )),
    ("answers are kept once", "kept twice", lambda: _kept(parts=KEPT.parts * 2)),
    ("answers are kept once", "cut", lambda: _kept(parts=((ANNA, 4, "ouvrir le"),))),
    ("answers are kept in order", "turned round", lambda: _kept(parts=((ANNA, 6, "et"), *KEPT.parts))),
    ("choices are kept", "another one is kept", lambda: _kept(answers=((ANNA, "often", "never"),))),
    ("no push arrives twice", "the same row", lambda: _more(_asked(60.0, "push-1"))),
    ("no push arrives twice", "another row of the step", lambda: replace(
        _kept(deliveries=(*KEPT.deliveries, replace(KEPT.deliveries[1], reference="push-3"))),
        events=(*FINE, _asked(60.0, "push-3")),
    )),
    ("a reply is repeated only in doubt", "repeated", lambda: _more(_asked(60.0, "reply-1"))),
    ("everything owed ends", "still claimed", lambda: _owed(1, state="claimed")),
    ("everything owed ends", "sent and never arrived", lambda: _owed(2, state="sent", reason="")),
    ("everything owed ends", "no reason", lambda: _owed(2, reason="")),
    ("everything owed ends", "cancelled and arrived", lambda: _owed(1, state="cancelled", reason="opted_out")),
    (OTHERS, "a push after STOP", lambda: _more(_asked(60.0, "push-2", worked=frozenset({"1", "2", "3"})))),
    (OTHERS, "a reminder after the end", lambda: _more(_asked(60.0, "push-2", finished=True))),
    ("no ceiling is passed", "one more arrived", lambda: _more(_asked(60.0, "push-1", paid=True))),
    ("no ceiling is passed", "one more is counted", lambda: _kept(paid={"reminder": 2})),
    ("no ceiling is passed", "it was not counted", lambda: _kept(paid={})),
    ("no ceiling is passed", "of a step without one", lambda: replace(GOOD, ceilings={})),
    ("no rate is exceeded", "of what is paid for", lambda: _more(
        *(_asked(70.0 + number / 10, "", chat=f"chat {number}", taken=False, paid=True) for number in range(5))
    )),
    ("no rate is exceeded", "of the token", lambda: _more(
        *(_asked(70.0 + number / 10, "", chat=f"chat {number}", taken=False) for number in range(4))
    )),
    ("no rate is exceeded", "of the chat", lambda: _more(*(_asked(70.0 + number / 10, "") for number in range(3)))),
)  # fmt: skip


def test_a_history_in_which_all_is_well_passes_and_puts_every_promise_to_the_test() -> None:
    verdict = check(GOOD)
    assert verdict.broken == ()
    assert set(verdict.checked) == set(RULES)


@pytest.mark.parametrize(("promise", "what", "history"), PLANTED, ids=[f"{each[0]}: {each[1]}" for each in PLANTED])
def test_a_planted_violation_is_caught(promise: str, what: str, history: Callable[[], History]) -> None:
    assert any(sentence.startswith(promise) for sentence in check(history()).broken), what


def test_what_doubt_and_a_wrong_clock_excuse() -> None:
    again = _asked(60.0, "reply-1")
    assert not check(_more(Told(59.0, "reply-1", "Uncertain"), again)).broken
    assert not check(_more(Fault(59.0, "killed", 62.0), again)).broken
    fast = [_asked(70.0 + number / 10, "") for number in range(3)]
    assert not check(_more(Fault(70.15, "clock", 70.15), *fast)).broken


def test_who_typed_early_and_never_came_to_the_question_said_nothing() -> None:
    early = (replace(ANSWER, wanted=Wanted.EARLY), *FINE[2:])
    assert not check(replace(_kept(parts=(), answers=()), events=early)).broken


def test_a_row_that_is_not_due_yet_may_wait() -> None:
    assert not check(_owed(2, state="planned", reason="", late=True)).broken
    assert check(_owed(2, state="planned", reason="")).broken

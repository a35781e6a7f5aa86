"""Reads a history and says which promises were broken. Pure: the same history, the same verdict.

what came in     acknowledged ─▶ worked on · answers kept once, in order · choices kept
what went out    a push reaches nobody twice · each row ends, with a reason · nobody gets what they refused · the rate
                 · no more is paid for than may be
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tests.faults.history import Acknowledged, Asked, Fault, History, Told, Wanted, Wrote

PUSH, REMINDING = "push", frozenset({"reminder", "last-call"})
ENDED = frozenset({"sent", "failed", "unreachable", "uncertain", "skipped", "cancelled"})
NEVER_LEFT = frozenset({"skipped", "cancelled", "unreachable"})
KILLED, CLOCK = "killed", "clock"
SECOND = 1 - 1e-6


@dataclass(frozen=True, slots=True)
class Verdict:
    """`broken`: one sentence a violation. `checked`: how often each promise was put to the test."""

    broken: tuple[str, ...]
    checked: Counter[str]


def check(history: History) -> Verdict:
    broken: list[str] = []
    checked: Counter[str] = Counter()
    for promise, rule in RULES.items():
        for sentence in rule(history):
            checked[promise] += 1
            if sentence:
                broken.append(f"{promise}: {sentence}")
    return Verdict(tuple(broken), checked)


def _acknowledged(history: History) -> set[str]:
    return {update for event in history.events if isinstance(event, Acknowledged) for update in event.updates}


def _wrote(history: History, *wanted: Wanted) -> dict[str, Wrote]:
    """By update, once: the platform may bring the same one several times."""
    return {event.update: event for event in history.events if isinstance(event, Wrote) and event.wanted in wanted}


def nothing_acknowledged_is_lost(history: History) -> Iterator[str]:
    for update in sorted(_acknowledged(history)):
        state = history.kept.inbox.get(update, "gone")
        yield "" if state == "done" else f"update {update} was acknowledged and is {state}"


def answers_are_kept_once(history: History) -> Iterator[str]:
    """What was typed before agreeing is kept a day for its question; who never comes that far has not said it."""
    kept = Counter(history.kept.parts)
    acknowledged = _acknowledged(history)
    came_further = {chat for chat, *_ in history.kept.answers}
    for update, wrote in _wrote(history, Wanted.ANSWER, Wanted.EARLY).items():
        if update in acknowledged:
            times = kept[wrote.chat, wrote.message_id, wrote.text]
            fine = times == 1 or (wrote.wanted is Wanted.EARLY and not times and wrote.chat not in came_further)
            yield "" if fine else f"the answer of update {update} is kept {times} times"


def answers_are_kept_in_order(history: History) -> Iterator[str]:
    chats: dict[str, list[int]] = defaultdict(list)
    for chat, message_id, _ in history.kept.parts:
        chats[chat].append(message_id)
    for chat, ids in chats.items():
        yield "" if ids == sorted(ids) else f"the parts of {chat} are kept in the order {ids}"


def choices_are_kept(history: History) -> Iterator[str]:
    acknowledged = _acknowledged(history)
    kept = set(history.kept.answers)
    for update, wrote in _wrote(history, Wanted.CHOICE).items():
        if update in acknowledged:
            _, question, option, *_ = wrote.text.split(":")
            yield "" if (wrote.chat, question, option) in kept else f"the choice of update {update} is not kept"


def _taken(history: History) -> dict[str, list[Asked]]:
    """By delivery, each time the platform took it."""
    found: dict[str, list[Asked]] = defaultdict(list)
    for event in history.events:
        if isinstance(event, Asked) and event.taken and event.reference:
            found[event.reference].append(event)
    return found


def no_push_arrives_twice(history: History) -> Iterator[str]:
    taken = _taken(history)
    steps: Counter[tuple[str, str]] = Counter()
    for owed in history.kept.deliveries:
        if owed.lane == PUSH:
            times = len(taken[owed.reference])
            steps[owed.chat, owed.step] += times
            yield "" if times <= 1 else f"push {owed.reference} arrived {times} times"
    for (chat, step), times in steps.items():
        yield "" if times <= 1 else f"{chat} got the step {step} {times} times"


def a_reply_is_repeated_only_in_doubt(history: History) -> Iterator[str]:
    """In doubt: its answer was lost, or the process died while it was in the air."""
    lanes = {owed.reference: owed.lane for owed in history.kept.deliveries}
    deaths = [event.at for event in history.events if isinstance(event, Fault) and event.kind == KILLED]
    lost: dict[str, list[float]] = defaultdict(list)
    for event in history.events:
        if isinstance(event, Told) and event.outcome == "Uncertain":
            lost[event.reference].append(event.at)
    for reference, sendings in _taken(history).items():
        if lanes.get(reference) != PUSH:
            yield ""
            for first, second in pairwise(sendings):
                doubt = any(first.left <= at <= second.left for at in (*deaths, *lost[reference]))
                yield "" if doubt else f"reply {reference} arrived again although its answer was heard"


def everything_owed_ends(history: History) -> Iterator[str]:
    taken = _taken(history)
    for owed in history.kept.deliveries:
        times = len(taken[owed.reference])
        if owed.state not in ENDED:
            yield "" if owed.late else f"{owed.lane} {owed.reference} is still {owed.state}"
        elif owed.state == "sent":
            yield "" if times else f"{owed.lane} {owed.reference} is sent and never arrived"
        elif not owed.reason:
            yield f"{owed.lane} {owed.reference} is {owed.state} without a reason"
        elif owed.lane == PUSH and owed.state in NEVER_LEFT:
            yield "" if not times else f"push {owed.reference} is {owed.state} and arrived"
        else:
            yield ""


def nobody_gets_what_they_refused(history: History) -> Iterator[str]:
    lanes = {owed.reference: owed for owed in history.kept.deliveries}
    refused = set(_wrote(history, Wanted.STOP, Wanted.NOT_INTERESTED))
    for event in history.events:
        if isinstance(event, Asked) and (owed := lanes.get(event.reference)) and owed.lane == PUSH:
            after = sorted(event.worked & refused)
            yield f"push {event.reference} left after {after} was worked on" if after else ""
            reminded = event.finished and owed.step in REMINDING
            yield f"reminder {event.reference} left after the person had finished" if reminded else ""


def no_ceiling_is_passed(history: History) -> Iterator[str]:
    """What arrived as paid was counted before, and what is counted stays below the ceiling of its step."""
    steps = {owed.reference: owed.step for owed in history.kept.deliveries}
    arrived: Counter[str] = Counter()
    for event in history.events:
        if isinstance(event, Asked) and event.paid:
            step = steps.get(event.reference, "")
            arrived[step] += event.taken
            over = arrived[step] > history.ceilings.get(step, 0)
            yield f"message {arrived[step]} of {step} was paid for" if over else ""
    for step in sorted(arrived.keys() | history.kept.paid.keys()):
        counted, most = history.kept.paid.get(step, 0), history.ceilings.get(step, 0)
        right = arrived[step] <= counted <= most
        yield "" if right else f"{counted} of {step} are counted as paid for, {arrived[step]} were, {most} may be"


def no_rate_is_exceeded(history: History) -> Iterator[str]:
    """Each sending that reached the platform counts, taken or not. A clock that was just set forward hides the last
    second from the program: what the platform refuses then is not held against it."""
    jumps = [event.at for event in history.events if isinstance(event, Fault) and event.kind == CLOCK]
    accounts: dict[tuple[str, bool], list[float]] = defaultdict(list)
    chats: dict[tuple[str, str], list[float]] = defaultdict(list)
    for event in history.events:
        if isinstance(event, Asked):
            accounts[event.account, event.paid].append(event.at)
            chats[event.account, event.chat].append(event.at)
    for (account, paid), times in accounts.items():
        most = history.most_paid if paid else history.most
        for at, later in zip(times, times[most:], strict=False):
            fast = later - at < SECOND and not any(at <= jump <= later for jump in jumps)
            yield f"{account} took more than {most} in the second after {at:.3f}" if fast else ""
    for (_, chat), times in chats.items():
        full = float("-inf")
        for at in times:
            fast = max(full, at) - at > history.burst - SECOND
            spared = any(at - history.burst - 1 <= jump <= at for jump in jumps)
            yield f"{chat} got messages too fast at {at:.3f}" if fast and not spared else ""
            full = max(full, at) + 1


RULES = {
    "nothing acknowledged is lost": nothing_acknowledged_is_lost,
    "answers are kept once": answers_are_kept_once,
    "answers are kept in order": answers_are_kept_in_order,
    "choices are kept": choices_are_kept,
    "no push arrives twice": no_push_arrives_twice,
    "a reply is repeated only in doubt": a_reply_is_repeated_only_in_doubt,
    "everything owed ends": everything_owed_ends,
    "nobody gets what they refused": nobody_gets_what_they_refused,
    "no ceiling is passed": no_ceiling_is_passed,
    "no rate is exceeded": no_rate_is_exceeded,
}

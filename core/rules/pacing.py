"""How fast one token may send: never refused when the platform's limit is known, and learning when it is not.

    permits ─▶ (not yet: wait and ask again)
       │
       ▼ now
    sending ─▶ the bytes leave ─▶ observed          each `sending` is followed by exactly one `observed`

* **A sliding window counted from the response.** The platform counts a message at some instant between our sending and
  its answer. So a message fills a place from the moment it leaves until one window after its answer: whatever the
  network does, the platform never sees more than the limit in any window. (It costs 1/(1 + round trip).)
* **One chat**: a bucket of `burst` messages that refills by one every `gap`, counted from the response likewise.
* **Refused**: the platform does not say whether it means this chat or all of them. The chat waits, and nothing else
  leaves until one more answer is there: when a second chat is refused meanwhile, the token waits. After that, one probe
  goes alone; only when it is taken do the others follow.
* **Learning** (`estimate`, never above the known limit): what was admitted in the window that was refused is the new
  estimate. One refusal while we were slower than the estimate says nothing about it; a second in a row does. Nor does
  the first one that comes when no more than usual was sent: the platform is in a mood, or its limit has just changed
  and the window says only what the old one was. The next one tells.
  Upwards by a tenth, and only after a window that was full; what went well is followed by twice as much at once, a step
  that is refused brings back what is known, and makes the next one wait longer.
* **Pushes are spread**, and leave one place free while replies are about: those never queue behind them. When none came
  for a while, a push borrows that place if the next one comes free at once: the first reply waits for that, no longer.

* **Paid messages** are counted apart, by a pace of their own with the higher limit (`Pace.paid`): those that are free
  keep their places. A halt of either holds both back, and so does a chat that is asked to wait.

`Pace` is the one mutable thing in `core/rules`, on purpose: it holds the stamps of a window and the state of every chat
seen in it. At a thousand messages a second that is three thousand chats: copying them twice a message costs four times
what the whole decision does (30 µs against 8, measured). It has one owner (the sender of its token), reads no clock,
and the same calls give the same answers; `sending` and `observed` return it, so that callers write as with a value.

`now` may lag by less than a window. Further back, the machine's clock was set back: everything the pace remembers moves
with it, so that an hour set back is not an hour of silence.

The platforms' own pages say about so much and guarantee nothing: core.telegram.org/bots/faq ("broadcasting"),
docs.slack.dev ("rate limits").
"""

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from core.model.deliveries import Lane
from core.model.messages import Halted, NotSent, Outcome, Sent, Uncertain

NOTHING = timedelta(0)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
ASK_AGAIN = timedelta(milliseconds=50)
"""When the answer hangs on a probe that is still in the air."""
LOST_PROBE = timedelta(seconds=60)
"""A probe of which nothing was heard for so long is sent again."""
FIRST_PATIENCE = timedelta(seconds=30)
LONGEST_PATIENCE = timedelta(minutes=10)
PATIENCE_PER_HALT = 10
"""A step up that is refused costs a halt: the longer the last one was, the longer until the next step."""
STEP = 0.1
"""Of the estimate, and two at least: with the round trip, one more is often not noticed and says nothing."""
RISEN = 1.1
"""Steps that were refused in the end were worth it when they brought so much."""
TRIAL = 1.3
"""Windows that a step must last before the next, twice as large."""
DENSE = 0.25
"""Of a window: when pushes followed each other for so long as closely as they may, the pace was the estimate."""
SPREAD = 0.97
"""Of the even distance between two pushes: the rest lets them catch up with what held them back."""
GRAIN = timedelta(milliseconds=10)
"""Pushes that may follow each other more closely are not spread: looking at the clock costs more than it brings."""
USUAL = 0.9
"""Of what a full window brings at the estimate: a refusal after so much says nothing of how much is too much."""
LATE = 2
"""Even distances: a sender that was busy makes up for so much, with pushes that follow at once."""
BORROWED = 2
"""Even distances: a push may take the last place when another comes free within so much."""
ABOUT = timedelta(seconds=5)
"""For so long after a reply, the last place is kept for the next one."""
LONGEST_DOUBT = timedelta(seconds=2)
"""A refusal of which nobody knows yet whether it means the token holds the others back no longer than this."""


@dataclass(frozen=True, slots=True)
class Limits:
    """At most `most` messages in any `window` over all chats; in one chat `burst` at once, then one every `gap`.

    `paid`: the same as `most`, of messages that are paid for; 0: the platform sells none.
    """

    most: int
    burst: int
    gap: timedelta = timedelta(seconds=1)
    window: timedelta = timedelta(seconds=1)
    paid: int = 0


TELEGRAM = Limits(most=30, burst=3, paid=1000)
SLACK = Limits(most=5, burst=1)
"""`chat.postMessage`: one a second a channel; "several hundred a minute" over a workspace, read as 300."""


@dataclass(slots=True)
class ChatPace:
    """`full_until`: when the bucket will have refilled. `halted_until`: the platform asked this chat to wait."""

    full_until: datetime = LONG_AGO
    halted_until: datetime = LONG_AGO
    in_flight: int = 0


@dataclass(slots=True)
class Refusal:
    """The first of the refusals that make a halt: `chat` waits `until`; `at`: when we heard of it.

    `taken`: what the platform took in the window that ended there, still growing while answers to what left before `at`
    come in; `least`: what it took the time before. `full`: we were going at the estimate. `estimate`: what it was, once
    the pace was found to be the reason.
    """

    chat: str
    at: datetime
    until: datetime
    taken: int
    full: bool
    least: int = 0
    estimate: int | None = None
    sent_at: datetime = LONG_AGO


@dataclass(slots=True)
class Pace:
    """What one token's sender knows. Read `estimate` and `halted_until`; let the functions below write.

    To go on after a restart: `Pace(limits, estimate=…, halted_until=…)`; the rest is older than a window by then.

    `unexplained_until`: until then a refusal is a second one, and speaks of the pace.

    `answered`: (when, was it taken) of the answers inside the window. `probing`: the token was halted and no probe has
    been taken since; `probe`: the chat it went to, when. `slow`: we were refused below the estimate, and
    no window was full since. `pressed`: a window was full since the last change.

    `suspicion`: a refusal that may mean the token, until a message to another chat that left later was answered.
    `step`: the last one up, while it is on trial; `base`: the estimate before the first of them. `left_at`: the last
    message; `replied_at`: the last that was no push. `next_push_at`: when the next push may go, as they are spread;
    `dense_since`: since when they follow each other as closely as they may. `round_trip`: seconds, of late. `paid`: the
    pace of what is paid for, where the platform sells that; `pushes_only`: it is that one, and no reply needs a place.
    """

    limits: Limits
    estimate: int = 0
    halted_until: datetime = LONG_AGO
    in_flight: int = 0
    answered: deque[tuple[datetime, bool]] = field(default_factory=deque)
    chats: dict[str, ChatPace] = field(default_factory=dict)
    refusal: Refusal | None = None
    probing: bool = False
    probe: tuple[str, datetime] | None = None
    slow: Refusal | None = None
    pressed: bool = False
    changed_at: datetime = LONG_AGO
    patience: timedelta = FIRST_PATIENCE
    latest: datetime = LONG_AGO
    suspicion: Refusal | None = None
    step: int = 0
    base: int = 0
    left_at: datetime = LONG_AGO
    next_push_at: datetime = LONG_AGO
    replied_at: datetime = LONG_AGO
    dense_since: datetime = LONG_AGO
    round_trip: float = 0.0
    unexplained_until: datetime = LONG_AGO
    paid: "Pace | None" = None
    pushes_only: bool = False

    def __post_init__(self) -> None:
        if self.limits.paid:
            self.paid = Pace(replace(self.limits, most=self.limits.paid, paid=0), pushes_only=True)
        self.estimate = min(self.estimate or self.limits.most, self.limits.most)
        self.probing = self.probing or self.halted_until > LONG_AGO


def permits(pace: Pace, chat: str, lane: Lane, *, now: datetime, paid: bool = False) -> datetime:
    """When a message to `chat` may go. At or before `now`: now. Later: wait until then and ask again.

    `chat` "": when one to somebody who had none lately may go; before that, nobody's may."""
    now = _present(pace, now)
    at = max(now, pace.halted_until, _chat_permits(pace, chat, now))
    if pace.paid is not None and paid:
        return max(at, permits(pace.paid, chat, lane, now=now))
    if pace.paid is not None and pace.paid.latest is not LONG_AGO:
        at = max(at, pace.paid.halted_until, _chat_permits(pace.paid, chat, now))
    if pace.probing and pace.probe is not None and now < pace.probe[1] + LOST_PROBE:
        return max(at, now + ASK_AGAIN)
    if pace.suspicion is not None and pace.in_flight and now < pace.suspicion.at + LONGEST_DOUBT:
        return max(at, now + ASK_AGAIN)
    places = pace.estimate
    if lane is Lane.PUSH:
        even = _even(pace)
        if even >= GRAIN:
            at = max(at, pace.next_push_at)
        if pace.estimate > 1 and not pace.pushes_only and _occupied(pace, now) >= pace.estimate - 1:
            if even >= GRAIN and now >= pace.replied_at + ABOUT and pace.answered:
                at = max(at, pace.answered[0][0] + pace.limits.window - BORROWED * even)
            else:
                places -= 1
    too_many = _occupied(pace, now) - places
    if too_many < 0:
        return at
    if too_many < len(pace.answered):
        return max(at, pace.answered[too_many][0] + pace.limits.window)
    return max(at, now + pace.limits.window)  # a message in the air must be answered first, then leave the window


def sending(pace: Pace, chat: str, lane: Lane = Lane.PUSH, *, now: datetime, paid: bool = False) -> Pace:
    """The bytes are about to leave. Only after `permits` said now, of the same lane, `paid` or not."""
    if paid and pace.paid is not None:
        sending(pace.paid, chat, lane, now=now)
        return pace
    now = _present(pace, now)
    _sweep(pace, now)
    one = pace.chats.pop(chat, None) or ChatPace()
    pace.chats[chat] = one  # at the end: the sweep looks at the front
    one.in_flight += 1
    pace.in_flight += 1
    even = _even(pace)
    if pace.next_push_at < now - LATE * even:
        pace.dense_since = now
    pace.left_at = now
    pace.next_push_at = max(pace.next_push_at, now - LATE * even) + SPREAD * even
    if lane is not Lane.PUSH:
        pace.replied_at = now
    if pace.probing and now >= pace.halted_until:
        pace.probe = (chat, now)
    if _occupied(pace, now) >= pace.estimate - 1:
        pace.pressed = True
    return pace


def observed(pace: Pace, chat: str, outcome: Outcome, *, sent_at: datetime, now: datetime, paid: bool = False) -> Pace:
    """What became of it: `sent_at` is the `now` of its `sending`, `now` the time of the answer; `paid` as there."""
    if paid and pace.paid is not None:
        observed(pace.paid, chat, outcome, sent_at=sent_at, now=now)
        return pace
    heard_at, now = now, _present(pace, now)
    one = pace.chats.setdefault(chat, ChatPace())
    one.in_flight = max(0, one.in_flight - 1)
    pace.in_flight = max(0, pace.in_flight - 1)
    probed = pace.probe is not None and pace.probe[0] == chat
    if probed:
        pace.probe = None
    if isinstance(outcome, NotSent):
        return pace  # it never left: nothing to count, nothing learnt
    taken = not isinstance(outcome, Halted | Uncertain)
    if taken:
        pace.round_trip += max(-pace.round_trip, ((heard_at - sent_at).total_seconds() - pace.round_trip) / 16)
    one.full_until = max(one.full_until, now) + pace.limits.gap
    pace.answered.append((_in_order(pace, heard_at, now), taken))
    if isinstance(outcome, Halted):
        _refuse(pace, chat, one, now + max(outcome.wait, NOTHING), probed=probed, sent_at=sent_at, now=now)
    elif taken:
        if probed:
            pace.probing = False
        if pace.suspicion is not None and pace.suspicion.chat != chat and sent_at > pace.suspicion.sent_at:
            pace.suspicion = None
        if pace.refusal is not None and sent_at <= pace.refusal.at:
            pace.refusal.taken += 1
            _lower(pace, pace.refusal, now)
        elif isinstance(outcome, Sent) and pace.pressed and not pace.probing:
            _step_up(pace, now)
    return pace


def halted(pace: Pace, *, now: datetime) -> datetime | None:
    """Until when the whole token waits, or None."""
    until = max(pace.halted_until, pace.paid.halted_until if pace.paid is not None else LONG_AGO)
    return until if until > now else None


def _occupied(pace: Pace, now: datetime) -> int:
    """Places taken: in the air, or answered less than a window ago."""
    gone = now - pace.limits.window
    answered = pace.answered
    while answered and answered[0][0] <= gone:
        answered.popleft()
    return pace.in_flight + len(answered)


def _in_order(pace: Pace, heard_at: datetime, now: datetime) -> datetime:
    """When an answer came that is told late: `now`, unless it was a moment ago; never before one told earlier."""
    if now - heard_at >= pace.limits.window or heard_at > now:
        return now
    return max(heard_at, pace.answered[-1][0]) if pace.answered else heard_at


def _even(pace: Pace) -> timedelta:
    """From one push to the next when a window is full all the time."""
    return (pace.limits.window + timedelta(seconds=pace.round_trip)) / pace.estimate


def _chat_permits(pace: Pace, chat: str, now: datetime) -> datetime:
    one = pace.chats.get(chat)
    if one is None:
        return now
    full = max(one.full_until, now) + one.in_flight * pace.limits.gap
    return max(full - (pace.limits.burst - 1) * pace.limits.gap, one.halted_until)


def _refuse(
    pace: Pace, chat: str, one: ChatPace, until: datetime, *, probed: bool, sent_at: datetime, now: datetime
) -> None:
    one.halted_until = max(one.halted_until, until)
    pace.pressed = False
    if probed or pace.halted_until > now:  # the halt is longer than was said: about the pace it says nothing
        pace.halted_until = max(pace.halted_until, until)
        return
    first = pace.refusal
    if first is None or first.until <= now:
        dense = pace.left_at >= pace.dense_since + DENSE * pace.limits.window
        full = dense or _occupied(pace, now) >= pace.estimate - 1
        taken = sum(was_taken for _, was_taken in pace.answered)
        pace.refusal = pace.suspicion = Refusal(chat, now, until, taken, full, sent_at=sent_at)
        if pace.step:  # a step up that is refused speaks for itself
            _halt(pace, pace.refusal, until, now)
    elif first.chat == chat:
        first.until = max(first.until, until)
    else:
        _halt(pace, first, until, now)


def _halt(pace: Pace, first: Refusal, until: datetime, now: datetime) -> None:
    pace.halted_until = until
    pace.probing = True
    pace.suspicion = None
    _learn(pace, first, now)


def _learn(pace: Pace, refusal: Refusal, now: datetime) -> None:
    """The token was refused: was it the pace? Certainly when it was full; else when it is the second time."""
    if refusal.taken == 0 or refusal.estimate is not None:
        return  # nothing at all was taken: a halt from before, or a platform in trouble
    if not (refusal.full or pace.step):
        before, pace.slow = pace.slow, refusal
        if before is None:
            return
        refusal.least = before.taken
    elif not pace.step and refusal.taken >= USUAL * _usual(pace) and now >= pace.unexplained_until:
        pace.unexplained_until = pace.halted_until + _patience(pace.halted_until - now)
        return
    refusal.estimate = pace.estimate
    pace.slow = None
    _lower(pace, refusal, now)
    if pace.step and pace.estimate <= RISEN * pace.base:
        pace.patience = min(2 * pace.patience, LONGEST_PATIENCE)
    else:
        pace.patience = _patience(pace.halted_until - now)
    pace.step = 0


def _patience(halt: timedelta) -> timedelta:
    return min(max(FIRST_PATIENCE, PATIENCE_PER_HALT * halt), LONGEST_PATIENCE)


def _usual(pace: Pace) -> float:
    """How many a full window brings, counted from the response."""
    return pace.limits.window / _even(pace)


def _lower(pace: Pace, refusal: Refusal, now: datetime) -> None:
    """What was taken is the new estimate, but never what was refused: or we would be refused for ever."""
    if refusal.estimate is not None:
        pace.estimate = max(1, min(max(refusal.taken, refusal.least), refusal.estimate - 1))
        pace.changed_at = now


def _step_up(pace: Pace, now: datetime) -> None:
    """A full window went well: time for a step, or for the one after it?"""
    pace.slow = None
    since = now - pace.changed_at
    if pace.step and since < TRIAL * pace.limits.window:
        return
    pace.pressed = False
    if pace.estimate == pace.limits.most:
        pace.step = 0
    elif pace.step or since >= pace.patience:
        pace.base = pace.base if pace.step else pace.estimate
        pace.step = 2 * pace.step or max(2, round(STEP * pace.estimate))
        pace.estimate = min(pace.estimate + pace.step, pace.limits.most)
        pace.changed_at = now


def _sweep(pace: Pace, now: datetime) -> None:
    """Forgets chats that no longer matter: looks at two for each one that comes, so that it keeps up."""
    for _ in range(min(2, len(pace.chats))):
        chat = next(iter(pace.chats))
        one = pace.chats.pop(chat)
        if one.in_flight or one.full_until > now or one.halted_until > now:
            pace.chats[chat] = one


def _present(pace: Pace, now: datetime) -> datetime:
    """`now`, never before what was seen; when the clock was set back, what is remembered moves with it."""
    if now >= pace.latest:
        pace.latest = now
        return now
    back = pace.latest - now
    if back < pace.limits.window:
        return pace.latest
    pace.latest = now
    if pace.paid is not None:
        _present(pace.paid, now)
    pace.answered = deque((at - back, taken) for at, taken in pace.answered)
    for one in pace.chats.values():
        one.full_until = _earlier(one.full_until, back)
        one.halted_until = _earlier(one.halted_until, back)
    pace.refusal = None
    pace.probe = (pace.probe[0], pace.probe[1] - back) if pace.probe else None
    pace.halted_until = _earlier(pace.halted_until, back)
    pace.suspicion = None
    pace.changed_at = _earlier(pace.changed_at, back)
    pace.left_at = _earlier(pace.left_at, back)
    pace.next_push_at = _earlier(pace.next_push_at, back)
    pace.replied_at = _earlier(pace.replied_at, back)
    pace.unexplained_until = _earlier(pace.unexplained_until, back)
    pace.dense_since = _earlier(pace.dense_since, back)
    return now


def _earlier(at: datetime, by: timedelta) -> datetime:
    return at if at is LONG_AGO else at - by

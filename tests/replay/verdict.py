"""Compares what people did with what the program says of it: the database, the export, the digest and the status.

Every disagreement is one sentence that names a row of the input and a fact, never anybody's words.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core.model.contributions import ContributionState
from core.model.deliveries import Lane, Reason, State
from core.model.people import Purpose
from core.work.outbox import PUSHES_AT_HAND, REPLIES_AT_HAND
from nlp.masking import mask
from tests.replay.crowd import Chat
from tests.replay.ledger import Account, Kept, Ledger
from tests.replay.people import Role, Way

CONSULTATION = "grand-debat"
SUBJECT, OPINION, HABITAT = "sujet", "avis", "habitat"
REMINDER = "reminder"
LOST_AT_MOST = 0.15
"""On a rough line: the share of messages whose answer may be lost. Far above what the stand-in is told to lose."""

AROUND = timedelta(seconds=20)
"""Whoever finishes so close to the moment of their reminder may be met by it or not: both are right."""


@dataclass(frozen=True, slots=True)
class Played:
    """What was done, and what it came to. `said`: by chat, the ids of the messages that are the answer, in order.
    `rough`: answers of the platform were lost on their way. `killed`: when, in seconds of `time.monotonic`.
    """

    roles: Sequence[Role]
    said: Mapping[int, Sequence[int]]
    chats: Mapping[int, Chat]
    why: str
    remind_after: timedelta
    killed: Sequence[float]
    starts: int
    rough: bool
    updates: int
    ledger: Ledger
    export: Sequence[Mapping[str, Any]]
    digest: Mapping[str, Any]
    status: Mapping[str, Any]

    @property
    def kills(self) -> int:
        return len(self.killed)

    @property
    def cut_short(self) -> bool:
        """Some messages were in the air when the program died, or were never answered."""
        return self.rough or self.kills > 0


@dataclass(slots=True)
class Verdict:
    """`counts`: what was found, by name. `disagreements`: nothing, or the replay has failed."""

    counts: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)


def judge(played: Played) -> Verdict:
    verdict = Verdict()
    for role in played.roles:
        account = played.ledger.accounts.get(role.number, Account())
        for fact in _person(role, account, played, verdict.counts):
            verdict.disagreements.append(f"{role.row.id}: {fact}")
    for fact in (*_whole(played, verdict.counts), *_export(played), *_digest(played, verdict.counts), *_status(played)):
        verdict.disagreements.append(fact)
    return verdict


# ── one person ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _person(role: Role, account: Account, played: Played, counts: Counter[str]) -> Iterator[str]:
    counts["people"] += 1
    if len(account.dialogues) != 1:
        yield f"{len(account.dialogues)} dialogues instead of one"
        return
    dialogue = account.dialogues[0]
    if dialogue.source != role.known_source:
        yield "the source is not theirs"
    if account.answers.get(SUBJECT) != role.subject:
        yield "the answer to the first question is not theirs"
    if account.answers.get(HABITAT, "") != (role.habitat if role.answers else ""):
        yield "the answer to the last question is not theirs"
    finished = dialogue.finished_at is not None
    counts["finished" if finished else "unfinished"] += 1
    if finished is not role.answers:
        yield "finished, but stopped after the first question" if finished else "did not finish"
    wanted = [Purpose.PARTICIPATION.value] + ([Purpose.RESULTS.value] if role.answers and role.results else [])
    if sorted(account.consents) != sorted(wanted):
        yield "the consents are not theirs"
    yield from _contribution(role, account, played, counts)
    yield from _reminder(role, account, played, counts)
    yield from _replies(role, account, played, counts)


def _contribution(role: Role, account: Account, played: Played, counts: Counter[str]) -> Iterator[str]:
    expected = int(role.answers and not role.passes)
    counts["expected"] += expected
    counts["stored"] += len(account.contributions)
    if len(account.contributions) != expected:
        yield f"{len(account.contributions)} contributions instead of {expected}"
        return
    if not expected:
        return
    kept = account.contributions[0]
    given = list(zip(played.said[role.number], role.row.messages, strict=False))
    counts["parts"] += len(kept.texts)
    if Counter(kept.texts) != Counter(given):
        yield f"{len(kept.texts)} messages stored, {len(given)} written, or not the same words"
    else:
        counts["whole"] += 1
    if list(kept.texts) == given == sorted(given):
        counts["in order"] += 1
    else:
        yield "the messages are not in their order"
    if kept.parts != len(given):
        yield f"{kept.parts} messages counted, {len(given)} written"
    yield from _read(kept, role)
    counts["tagged" if kept.topics else "à classer"] += 1


def _read(kept: Kept, role: Role) -> Iterator[str]:
    if kept.state != ContributionState.READ:
        yield f"the contribution is {kept.state}, not read"
    elif kept.text != mask("\n".join(text for _, text in kept.texts), kept.language or "fr").text:
        yield "the text that people read is not the masked whole"
    if (kept.question, kept.channel, kept.source, kept.redirect) != (OPINION, "telegram", role.known_source, None):
        yield "the question, the channel or the source of the contribution is not theirs"


def _reminder(role: Role, account: Account, played: Played, counts: Counter[str]) -> Iterator[str]:
    """Once to whoever had not finished when its moment came, and to nobody else."""
    pushes = [owed for owed in account.deliveries if owed.lane == Lane.PUSH]
    seen = played.chats[role.number].count(lambda message: played.why in message.labels)
    if len(pushes) > 1 or any(push.step != REMINDER for push in pushes):
        yield f"{len(pushes)} pushes are owed"
        return
    state = pushes[0].state if pushes else None
    counts["reminded"] += seen
    if seen > 1:
        yield f"reminded {seen} times"
    if state == State.SENT and seen != 1:
        yield f"the reminder is noted as sent, and was seen {seen} times"
    if state == State.UNCERTAIN:
        counts["uncertain"] += 1
        if not played.cut_short:
            yield "the reminder is uncertain, though nothing was cut short"
    elif state == State.SKIPPED and pushes[0].reason != Reason.ALREADY_FINISHED:
        yield f"the reminder was left out: {pushes[0].reason}"
    elif state not in (State.SENT, State.SKIPPED, None):
        yield f"the reminder is {state}"
    yield from _deserved(role, account, played, counts, reminded=state in (State.SENT, State.UNCERTAIN))


def _deserved(role: Role, account: Account, played: Played, counts: Counter[str], *, reminded: bool) -> Iterator[str]:
    dialogue = account.dialogues[0]
    if role.way is not Way.FINISHES:
        counts["to remind"] += 1
        if not reminded:
            yield "did not finish, and was not reminded"
        return
    if dialogue.finished_at is None:
        return
    due = dialogue.started_at + played.remind_after
    counts["slower than the reminder"] += reminded
    if reminded and dialogue.finished_at + AROUND < due:
        yield "was reminded after having finished"
    # While the program was away nobody was reminded, and what people had done meanwhile was heard first.
    if not reminded and dialogue.finished_at > due + AROUND and played.starts == 1:
        yield "had not finished when the reminder was due, and was not reminded"


def _replies(role: Role, account: Account, played: Played, counts: Counter[str]) -> Iterator[str]:
    """Every message that people saw is one that was owed; a kill may repeat those that were in the air."""
    seen = len(played.chats[role.number].seen)
    sent = sum(owed.state == State.SENT for owed in account.deliveries)
    left = Counter(owed.state for owed in account.deliveries if owed.lane == Lane.REPLY and owed.state != State.SENT)
    if left:
        yield f"{sum(left.values())} replies are not sent: {', '.join(left)}"
    arrived = sum(owed.state == State.UNCERTAIN for owed in account.deliveries)
    if seen < sent or (seen > sent + arrived and not played.cut_short):
        yield f"{seen} messages seen, {sent} noted as sent"
    pushes_seen = played.chats[role.number].count(lambda message: played.why in message.labels)
    pushes_sent = sum(owed.state == State.SENT for owed in account.deliveries if owed.lane == Lane.PUSH)
    counts["messages seen"] += seen
    counts["replies repeated"] += (seen - pushes_seen) - (sent - pushes_sent)


# ── everybody ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _whole(played: Played, counts: Counter[str]) -> Iterator[str]:
    counts["updates"] = played.updates
    known = {role.number for role in played.roles}
    if strangers := set(played.ledger.accounts) - known:
        yield f"{len(strangers)} chats of which nobody knows"
    if played.ledger.orphans:
        yield f"{played.ledger.orphans} contributions of nobody"
    if played.ledger.updates != {"done": played.updates}:
        yield f"{played.updates} updates were sent, the inbox holds {dict(played.ledger.updates)}"
    lost = LOST_AT_MOST if played.rough else 0.0
    most = played.kills * (REPLIES_AT_HAND + PUSHES_AT_HAND) + lost * counts["messages seen"]
    if counts["replies repeated"] > most:
        yield f"{counts['replies repeated']} replies were repeated, {most:.0f} at most may be"
    most = played.kills * PUSHES_AT_HAND + lost * counts["to remind"]
    if counts["uncertain"] > most:
        yield f"{counts['uncertain']} reminders are uncertain, {most:.0f} at most may be"


def _export(played: Played) -> Iterator[str]:
    """One row a contribution, and each field as the database has it."""
    kept = {
        contribution.id: (role, contribution)
        for role in played.roles
        for contribution in played.ledger.accounts.get(role.number, Account()).contributions
    }
    rows = {row["id"]: row for row in played.export}
    if len(rows) != len(played.export):
        yield "the export tells a contribution twice"
    if set(rows) != set(kept):
        yield f"the export has {len(set(rows) - set(kept))} rows too many and {len(set(kept) - set(rows))} too few"
    for identity in rows.keys() & kept.keys():
        (role, contribution), row = kept[identity], rows[identity]
        expected = {
            "consultation": CONSULTATION,
            "question": contribution.question,
            "channel": contribution.channel,
            "source": contribution.source,
            "language": contribution.language,
            "text": contribution.text,
            "parts": contribution.parts,
            "status": contribution.state,
        }
        if wrong := [name for name, value in expected.items() if row[name] != value]:
            yield f"{role.row.id}: the export says otherwise: {', '.join(wrong)}"
        if len(row["topics"]) != len(contribution.topics):
            yield f"{role.row.id}: the export has other topics"


def _digest(played: Played, counts: Counter[str]) -> Iterator[str]:
    digest, roles = played.digest, played.roles
    accounts = [played.ledger.accounts.get(role.number, Account()) for role in roles]
    kept = [contribution for account in accounts for contribution in account.contributions]
    finished = sum(role.answers for role in roles)
    topics = Counter(topic for contribution in kept for topic in contribution.topics)
    pushed = sum(_pushed(account) for account in accounts)
    arrived = Counter(role.known_source for role in roles)
    ended = Counter(role.known_source for role in roles if role.answers)
    nudge = digest["nudges"][0] if digest["nudges"] else {"sent": 0, "finished_after": 0}
    expected: dict[str, tuple[object, object]] = {
        "the funnel": (
            digest["funnel"],
            {"arrived": len(roles), "agreed": len(roles), "answered": len(roles), "finished": finished},
        ),
        "contributions": (digest["contributions"], counts["expected"]),
        "to be sorted": (digest["unsorted"], counts["à classer"]),
        "topics": ({each["topic"]: each["contributions"] for each in digest["topics"]}, dict(topics)),
        "sources": (
            {each["token"]: (each["arrived"], each["finished"]) for each in digest["sources"]},
            {token: (arrived[token], ended[token]) for token in arrived},
        ),
        "answers to the last question": (
            digest["sectors"]["answers"],
            sum(bool(role.habitat) for role in roles if role.answers),
        ),
        "the response": (
            (digest["response"]["answered"], digest["response"]["pushed"]),
            (pushed, pushed),
        ),
        "reminders": (nudge["sent"], pushed),
        "uncertain": (digest["uncertain"], counts["uncertain"]),
        "quarantined and untaggable": ((digest["quarantined"], digest["untaggable"]), (0, 0)),
    }
    for name, (said, true) in expected.items():
        if said != true:
            yield f"the digest says of {name}: {said}, and it is {true}"


def _status(played: Played) -> Iterator[str]:
    status = played.status
    for name in ("unprocessed", "unsent", "untagged", "halts", "failed", "quarantined", "untaggable"):
        if status[name]:
            yield f"the status says {name}: {status[name]}"
    for name in ("oldest_unprocessed_seconds", "oldest_unsent_seconds", "oldest_untagged_seconds"):
        if status[name] is not None:
            yield f"the status says {name}: {status[name]}"
    everything = [owed for account in played.ledger.accounts.values() for owed in account.deliveries]
    sent = Counter(owed.state for owed in everything if owed.step == REMINDER)
    steps: Mapping[str, Any] = next(
        (each["steps"] for each in status["consultations"] if each["id"] == CONSULTATION), {}
    )
    if steps.get(REMINDER, {}) != dict(sent):
        yield f"the status says of the reminder: {steps.get(REMINDER)}, and it is {dict(sent)}"


def _pushed(account: Account) -> bool:
    return any(owed.lane == Lane.PUSH and owed.state == State.SENT for owed in account.deliveries)

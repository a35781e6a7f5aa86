"""What is wrong with an installation, and what to do: the part that the database and its disk can tell.

Each check gives findings and never raises for what it finds: the next one is asked all the same. Nothing of a citizen,
and no secret, is in a finding.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from core.model.deliveries import Param
from core.model.errors import DamagedDatabase, PorteVoixError, SilentDatabase, StorageError
from core.storage.engine import Storage, open_storage
from core.storage.reserve import Reserve
from core.work.status import LATE, status

LITTLE_ROOM, HARDLY_ROOM = 2_000, 200
"""Megabytes free on the disk of the database."""


class Verdict(StrEnum):
    GOOD = "good"
    LOOK = "look"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """`about`: what was looked at. `key`, `params`: the sentence, which says what to do unless all is well."""

    about: str
    verdict: Verdict
    key: str
    params: Mapping[str, Param] = field(default_factory=dict)


def good(about: str, key: str, **params: Param) -> Finding:
    return Finding(about, Verdict.GOOD, key, params)


def look(about: str, key: str, **params: Param) -> Finding:
    return Finding(about, Verdict.LOOK, key, params)


def bad(about: str, key: str, **params: Param) -> Finding:
    return Finding(about, Verdict.BAD, key, params)


def said(about: str, error: PorteVoixError) -> Finding:
    """One of our own errors says itself what to do."""
    return bad(about, error.key, **error.places) if error.key else bad(about, "doctor.said", text=str(error))


async def database_findings(url: str, *, now: datetime) -> Sequence[Finding]:
    """Can it be read, is it whole, and does work pile up in it?"""
    try:
        async with open_storage(url, readonly=True) as storage:
            async with storage.reading() as unit:
                found = await status(unit, now=now)
            apart = await _tallied_apart(storage)
    except DamagedDatabase:
        return [bad("database", "doctor.database.damaged")]
    except SilentDatabase:
        return [bad("database", "doctor.database.silent")]
    except StorageError as error:
        return [said("database", error)]
    findings = [good("database", "doctor.database.good", n=len(found.consultations))]
    findings += [bad("database", "doctor.database.tallies", consultation=each) for each in apart]
    for n, age, key in (
        (found.unprocessed, found.oldest_unprocessed_seconds, "doctor.work.unprocessed"),
        (found.unsent, found.oldest_unsent_seconds, "doctor.work.unsent"),
        (found.untagged, found.oldest_untagged_seconds, "doctor.work.untagged"),
    ):
        if n and age is not None and age >= LATE.total_seconds():
            findings.append(look("work", key, n=n, minutes=age // 60))
    for n, key in (
        (found.quarantined, "doctor.work.quarantined"),
        (found.failed, "doctor.work.failed"),
        (found.uncertain, "doctor.work.uncertain"),
        (found.alerts, "doctor.work.alerts"),
    ):
        if n:
            findings.append(look("work", key, n=n))
    return findings


async def _tallied_apart(storage: Storage) -> list[str]:
    """The consultations whose figures, as they are kept up to date, are not what their rows count for. Asked twice:
    where several write, a row may change between the two counts."""
    async with storage.reading() as unit:
        wrong = [each.id for each in await unit.consultations.all() if await unit.readouts.miscounted(each.id)]
    if wrong:
        async with storage.reading() as unit:
            wrong = [each for each in wrong if await unit.readouts.miscounted(each)]
    return [str(each) for each in wrong]


def disk_findings(file: Path) -> Sequence[Finding]:
    """Is there room, also for an erasure on a full disk, and may only its owner read the database?"""
    folder = file.parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < HARDLY_ROOM:
        findings = [bad("disk", "doctor.disk.full", megabytes=free)]
    elif free < LITTLE_ROOM:
        findings = [look("disk", "doctor.disk.little", megabytes=free)]
    else:
        findings = [good("disk", "doctor.disk.good", gigabytes=free // 1000)]
    if file.exists():
        kept = Reserve(file).bytes // 1_000_000
        findings.append(
            good("disk", "doctor.disk.reserve", megabytes=kept) if kept else look("disk", "doctor.disk.no_reserve")
        )
    if file.exists() and file.stat().st_mode & 0o077:
        findings.append(bad("disk", "doctor.disk.open", file=str(file)))
    return findings

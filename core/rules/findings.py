"""What there is to say about a file before its consultation starts: a remark, where it stands, how much it weighs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.model.deliveries import Param


class Severity(StrEnum):
    """`refuse`: the campaign does not start. `warn`: the organiser decides."""

    REFUSE = "refuse"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark: a key of the catalogue, its parameters, and where it stands in the file (`questions[2].text`)."""

    severity: Severity
    key: str
    where: str = ""
    params: Mapping[str, Param] = field(default_factory=dict)


def line_of(finding: Finding, lines: Mapping[str, int]) -> int | None:
    """The line of the file on which a remark's key stands, or the nearest key around it. `lines`: of every key."""
    where = finding.where
    while where and where not in lines:
        where = where.rpartition(".")[0]
    return lines.get(where) if where else None


def refused(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.REFUSE for finding in findings)


def refuse(key: str, where: str = "", /, **params: Param) -> Finding:
    return Finding(Severity.REFUSE, key, where, params)


def warn(key: str, where: str = "", /, **params: Param) -> Finding:
    return Finding(Severity.WARN, key, where, params)

"""When a post of the file leaves: like a step, on the clocks of the consultation, for everybody at once. Pure."""

from datetime import datetime

from core.model.consultations import Consultation, Post, Step, StepKind
from core.rules.calendar import Due, Skipped, due_at


def post_due(
    consultation: Consultation, post: Post, *, start: datetime, closes_at: datetime, now: datetime
) -> Due | Skipped:
    """Quiet hours, Sundays and holidays are those of the consultation's zone: a group has no clock of its own."""
    return due_at(
        Step(post.id, StepKind.PROMPT, post.moment),
        start=start,
        arrival=None,
        zone=consultation.zone,
        quiet=consultation.quiet,
        now=now,
        closes_at=closes_at,
    )

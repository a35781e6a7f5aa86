"""What a step brought, in words: an interval or an honest "cannot be told"; no stars, no p-values."""

from collections.abc import Callable
from datetime import datetime
from math import ceil, floor

from core.model.consultations import Design
from core.model.deliveries import Day, Param
from core.rules.effect import Difference, Verdict
from core.rules.readout import EffectFigure, Pooled

Voice = Callable[..., str]
NARROW = 0.04
"""An interval narrower than four points is said in tenths."""


def effect_words(figure: EffectFigure | None, voice: Voice) -> str:
    if figure is None:
        return voice("effect.none")
    reading = figure.reading
    groups: dict[str, Param] = {
        "told": reading.told.people,
        "told_finished": reading.told.finished,
        "waiting": reading.waiting.people,
        "waiting_finished": reading.waiting.finished,
    }
    match reading.verdict:
        case Verdict.SO_FAR:
            day: datetime = figure.reads_at
            said = voice("effect.so_far", day=Day(day.date()), **groups)
        case Verdict.UNEVEN:
            said = voice("effect.uneven", told=reading.told.people, waiting=reading.waiting.people)
        case Verdict.TOO_FEW:
            said = voice("effect.too_few", needed=reading.needed or 0)
        case Verdict.READ:
            assert reading.effect is not None, "what was read has an effect"
            said = _read(figure, reading.effect, voice)
    if figure.daily:
        said = f"{said} {voice('effect.daily')}"
    if figure.sooner is not None:
        told, waiting = round(figure.sooner.told), round(figure.sooner.waiting)
        said = f"{said} {voice('effect.sooner', told=told, waiting=waiting)}"
    return said


def pooled_words(figure: Pooled, voice: Voice) -> str:
    low, high = _ends(figure.effect, voice)
    return voice("effect.pooled", campaigns=figure.campaigns, low=low, high=high)


def _read(figure: EffectFigure, effect: Difference, voice: Voice) -> str:
    low, high = _ends(effect, voice)
    said = voice("effect.wordings" if figure.design is Design.WORDINGS else "effect.read", low=low, high=high)
    if not effect.open:
        return said
    if figure.reading.needed:
        return f"{said} {voice('effect.open_needs', needed=figure.reading.needed)}"
    return f"{said} {voice('effect.open')}"


def _ends(effect: Difference, voice: Voice) -> tuple[str, str]:
    """Both ends in people of a hundred, rounded outwards: never surer than the interval."""
    scale = 1 if effect.high - effect.low >= NARROW else 10
    return (
        _signed(floor(100 * scale * effect.low), scale, voice),
        _signed(ceil(100 * scale * effect.high), scale, voice),
    )


def _signed(points: int, scale: int, voice: Voice) -> str:
    sign = "+" if points > 0 else "−" if points < 0 else ""
    whole, tenth = divmod(abs(points), scale)
    number = str(whole) if scale == 1 else voice("effect.decimal", whole=whole, tenth=tenth)
    return f"{sign}{number}"

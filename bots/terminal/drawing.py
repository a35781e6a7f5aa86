"""A response curve to look at: marks in the terminal, a day or a week each, or lines that differ without colour."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.model.errors import FileError, not_written
from core.rules.curves import Curve

LEVELS = " ▁▂▃▄▅▆▇█"
PICTURES = (".svg", ".png")
MOST_MARKS = 56
"""Of one row, beside its name and its last figure: an old terminal is 80 letters wide."""
WIDTH, HEIGHT, ROW = 640, 320, 22
INK = "#1b1b1b"


def by_week(curve: Curve) -> Curve:
    """The same with a week in each place: how many until its end, and how many messages left in it."""
    weeks = [range(first, min(first + 7, len(curve.days))) for first in range(0, len(curve.days), 7)]
    return Curve(
        tuple(curve.days[week[-1]] for week in weeks),
        tuple(curve.came[week[-1]] for week in weeks),
        tuple(curve.finished[week[-1]] for week in weeks),
        {step: tuple(sum(counts[day] for day in week) for week in weeks) for step, counts in curve.sent.items()},
    )


def rows(curve: Curve, names: Mapping[str, str]) -> list[str]:
    """One row for each line, its last figure after it; below, in which places each step left. `names`: by "came",
    "finished" and the steps."""
    most = max(*curve.came, *curve.finished, 1)
    room = max(len(name) for name in names.values())
    drawn = [
        f"{names[key]:{room}} │{''.join(LEVELS[_level(count, most)] for count in counts)}│ {counts[-1]}"
        for key, counts in (("came", curve.came), ("finished", curve.finished))
    ]
    for step, counts in curve.sent.items():
        marks = "".join("▲" if count else "·" for count in counts)
        drawn.append(f"{names.get(step, step):{room}} │{marks}│ {sum(counts)}")
    return drawn


def _level(count: int, most: int) -> int:
    """What is more than nothing is seen."""
    return max(1, round(count / most * (len(LEVELS) - 1))) if count else 0


def picture(curve: Curve, names: Mapping[str, str], path: Path, *, title: str, below: str, axis: str) -> None:
    """Writes the curve as .svg or .png, `below` under its `title`, `axis` beside the numbers. Lines differ by their
    dashes; each step has a row with a mark on each day on which some of it left."""
    if path.suffix.lower() not in PICTURES:
        raise FileError(f"{path.name} is no picture that can be drawn: let its name end in .svg or .png")
    import altair  # noqa: PLC0415 (they take a second)
    import vl_convert  # noqa: PLC0415

    lines = [
        {"day": day.isoformat(), "people": counts[number], "what": names[key]}
        for key, counts in (("came", curve.came), ("finished", curve.finished))
        for number, day in enumerate(curve.days)
    ]
    marks = [
        {"day": day.isoformat(), "step": names.get(step, step)}
        for step, counts in curve.sent.items()
        for day, count in zip(curve.days, counts, strict=True)
        if count
    ]
    drawn = _parts(altair, curve, lines, marks, axis)
    headed = drawn.properties(title=altair.TitleParams(title, subtitle=below, anchor="start", offset=12))
    specification = headed.to_dict()
    try:
        if path.suffix.lower() == ".svg":
            path.write_text(vl_convert.vegalite_to_svg(specification), encoding="utf-8")
        else:
            path.write_bytes(vl_convert.vegalite_to_png(specification, scale=2))
    except OSError as error:
        raise not_written(str(path), error) from error


def _parts(altair: Any, curve: Curve, lines: list[dict[str, Any]], marks: list[dict[str, Any]], axis: str) -> Any:
    """The two lines, and under them, day by day, what left."""
    span = altair.Scale(domain=[curve.days[0].isoformat(), curve.days[-1].isoformat()])

    def day(labels: bool) -> Any:
        return altair.X("day:T", title=None, scale=span, axis=altair.Axis(format="%d/%m", grid=False, labels=labels))

    curves = (
        altair.Chart(altair.Data(values=lines), width=WIDTH, height=HEIGHT)
        .mark_line(color=INK, strokeWidth=2)
        .encode(
            x=day(labels=True),
            y=altair.Y("people:Q", title=axis),
            strokeDash=altair.StrokeDash("what:N", title=None, legend=altair.Legend(orient="top")),
        )
    )
    if not marks:
        return curves
    left = (
        altair.Chart(altair.Data(values=marks), width=WIDTH, height=altair.Step(ROW))
        .mark_point(shape="triangle-up", filled=True, size=60, color=INK, opacity=1)
        .encode(x=day(labels=False), y=altair.Y("step:N", title=None, sort=None, axis=altair.Axis(grid=True)))
    )
    return altair.vconcat(curves, left, spacing=8)

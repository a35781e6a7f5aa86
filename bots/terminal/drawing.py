"""A response curve to look at: in the terminal, a mark a day; as a picture, lines that differ without colour."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.model.errors import FileError
from core.rules.curves import Curve

LEVELS = " ▁▂▃▄▅▆▇█"
PICTURES = (".svg", ".png")
WIDTH, HEIGHT = 640, 320


def rows(curve: Curve, names: Mapping[str, str]) -> list[str]:
    """One row for each line, its last figure after it; below, on which days each step left. `names`: by "came",
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


def picture(curve: Curve, names: Mapping[str, str], path: Path) -> None:
    """Writes the curve as .svg or .png. Lines differ by their dashes; steps are upright lines with their names."""
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
        if count and (count == max(counts))
    ]
    specification = _layers(altair, lines, marks).to_dict()
    try:
        if path.suffix.lower() == ".svg":
            path.write_text(vl_convert.vegalite_to_svg(specification), encoding="utf-8")
        else:
            path.write_bytes(vl_convert.vegalite_to_png(specification, scale=2))
    except OSError as error:
        raise FileError(f"{path} cannot be written ({error.strerror}): name a folder that is there") from error


def _layers(altair: Any, lines: list[dict[str, Any]], marks: list[dict[str, Any]]) -> Any:
    day = altair.X("day:T", title=None, axis=altair.Axis(format="%d/%m", grid=False))
    curves = (
        altair.Chart(altair.Data(values=lines))
        .mark_line(color="#1b1b1b", strokeWidth=2)
        .encode(
            x=day,
            y=altair.Y("people:Q", title=None),
            strokeDash=altair.StrokeDash("what:N", title=None, legend=altair.Legend(orient="top")),
        )
    )
    steps = altair.Chart(altair.Data(values=marks)).encode(x=day)
    rules = steps.mark_rule(color="#6b6b6b", strokeDash=[2, 3])
    words = steps.mark_text(align="left", dx=4, y=10, color="#1b1b1b").encode(text="step:N")
    return altair.layer(curves, rules, words).properties(width=WIDTH, height=HEIGHT)

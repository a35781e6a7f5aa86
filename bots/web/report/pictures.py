"""The pictures of the report, for the screen and for paper: read without colour, in shapes and lines that differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bots.web.charts import libraries
from core.rules.readout import cut

WIDTH, CURVE_HEIGHT, ROW = 470, 150, 26
"""Points; a page holds 480 between its margins."""
LABELS = 170
"""Points for the names of the rows."""
LABEL_ROOM, SIZE, MOST_TICKS = 32, 10, 4
SIGN_ROW, SIGN_ROOM = 13, 13.0
"""Points: how high the letter above a day is with its distance, and how wide."""
PRINT_INK, PRINT_BAR = "#111111", "#0b4f6c"
PRINT_FONT = "Liberation Sans, Arial, Helvetica, DejaVu Sans, sans-serif"


@dataclass(frozen=True, slots=True)
class Shown:
    """One day. `label`: as it is written under the picture."""

    day: date
    label: str
    count: int


def printed_bars(rows: Sequence[tuple[str, int]]) -> str:
    """A bar a row (name, count), in the given order, with its count. Returns SVG."""
    altair, converter = libraries()
    most = max((count for _, count in rows), default=0) or 1
    values = [{"place": place, "count": count} for place, (_, count) in enumerate(rows)]
    base = altair.Chart(altair.Data(values=values)).encode(y=_names(altair, [name for name, _ in rows]))
    length = altair.X("count:Q", axis=None, scale=altair.Scale(domain=[0, most * 1.15]))
    bars = base.mark_bar(height=0.6 * ROW, color=PRINT_BAR).encode(x=length)
    counts = base.mark_text(align="left", dx=5, color=PRINT_INK, fontSize=SIZE, fontWeight="bold").encode(
        x=length, text="count:Q"
    )
    return _drawn(altair.layer(bars, counts).properties(width=WIDTH - LABELS, height=ROW * len(rows)), converter)


def printed_days(days: Sequence[Shown], marks: Sequence[tuple[date, str]], title: str) -> str:
    """A bar a day; above the days of `marks` a dashed line, from the bar up, with its letter. Returns SVG."""
    altair, converter = libraries()
    most = max((each.count for each in days), default=0) or 1
    places = {each.day: place for place, each in enumerate(days)}
    values = [{"place": place, "count": each.count} for place, each in enumerate(days)]
    signs: dict[int, str] = {}
    for day, sign in marks:
        if day in places:
            signs[places[day]] = f"{signs[places[day]]} {sign}" if places[day] in signs else sign
    every = max(1, -(-len(days) // MOST_TICKS))
    ticks = list(range(0, len(days), every))
    along = altair.X(
        "place:Q",
        title=None,
        axis=altair.Axis(
            values=ticks,
            labelExpr=_labels([(place, days[place].label) for place in ticks]),
            grid=False,
            labelFlush=False,
        ),
        scale=altair.Scale(domain=[-0.7, len(days) - 0.3], nice=False),
    )
    up = altair.Y(
        "count:Q",
        title=title,
        axis=altair.Axis(tickMinStep=1, tickCount=5),
        scale=altair.Scale(domain=[0, most * 1.15]),
    )
    width = max(1.0, min(24.0, 0.7 * (WIDTH - 40) / len(days)))
    bars = altair.Chart(altair.Data(values=values)).mark_bar(color=PRINT_BAR, width=width).encode(x=along, y=up)
    layers = [bars]
    for up_by, row in enumerate(_rows(signs, (WIDTH - 40) / len(days))):
        marked = [{"place": place, "sign": signs[place], "count": days[place].count} for place in row]
        lines = altair.Chart(altair.Data(values=marked)).encode(x="place:Q")
        ruled = lines.mark_rule(color=PRINT_INK, strokeDash=[4, 3], strokeWidth=1.2)
        named = lines.mark_text(color=PRINT_INK, fontSize=11, fontWeight="bold", dy=-6 - SIGN_ROW * up_by)
        layers.append(ruled.encode(y="count:Q", y2=altair.value(0)))
        layers.append(named.encode(y=altair.value(0), text="sign:N"))
    return _drawn(altair.layer(*layers).properties(width=WIDTH - 40, height=CURVE_HEIGHT), converter)


def _rows(signs: Mapping[int, str], apart: float) -> list[list[int]]:
    """The places of the signs, in as many rows one above the other as it takes for none to touch the next. `apart`:
    points from a place to the next."""
    rows, ends = list[list[int]](), list[float]()
    for place, sign in sorted(signs.items()):
        half = SIGN_ROOM * len(sign.split()) / 2
        row = next((each for each, end in enumerate(ends) if end <= place * apart - half), len(rows))
        if row == len(rows):
            rows.append([])
            ends.append(0.0)
        rows[row].append(place)
        ends[row] = place * apart + half
    return rows


def printed_shares(groups: Sequence[tuple[str, float, float, float, float]], title: str, percent: str) -> str:
    """A line a group (name, share of the answers, its limits, share of the people): a dot with its interval, and an
    upright stroke where the people are. `percent`: what follows a number. Returns SVG."""
    altair, converter = libraries()
    values = [
        {"place": place, "share": share, "low": low, "high": high, "people": people}
        for place, (_, share, low, high, people) in enumerate(groups)
    ]
    base = altair.Chart(altair.Data(values=values)).encode(y=_names(altair, [name for name, *_ in groups]))
    along = altair.Axis(labelExpr=f"format(100 * datum.value, '.0f') + {_literal(percent)}", tickCount=6)
    most = max(0.1, *(max(high, people) for _, _, _, high, people in groups))
    scale = altair.Scale(domain=[0, min(1.0, most * 1.1)], nice=False)
    interval = base.mark_rule(color=PRINT_BAR, strokeWidth=3).encode(
        x=altair.X("low:Q", title=title, axis=along, scale=scale), x2="high:Q"
    )
    dot = base.mark_point(color=PRINT_BAR, filled=True, size=70, opacity=1).encode(x="share:Q")
    people = base.mark_tick(color=PRINT_INK, thickness=3, size=18).encode(x="people:Q")
    return _drawn(
        altair.layer(interval, dot, people).properties(width=WIDTH - LABELS, height=ROW * len(groups)), converter
    )


def _names(altair: Any, names: Sequence[str]) -> Any:
    """An upright axis with the names of the rows, two of the same name apart."""
    said = _labels([(place, cut(name, LABEL_ROOM)) for place, name in enumerate(names)])
    axis = altair.Axis(labelExpr=said, labelLimit=LABELS, minExtent=LABELS - 10, ticks=False, domain=False)
    return altair.Y("place:O", title=None, axis=axis)


def _labels(named: Sequence[tuple[int, str]]) -> str:
    """What stands at each value of an axis, as one of Vega's expressions."""
    return "".join(f"datum.value == {place} ? {_literal(label)} : " for place, label in named) + "''"


def _drawn(chart: Any, converter: Any) -> str:
    whole = chart.configure(font=PRINT_FONT).configure_view(stroke=None)
    whole = whole.configure_axis(labelFontSize=SIZE, titleFontSize=SIZE, labelColor=PRINT_INK, titleColor=PRINT_INK)
    drawn: str = converter.vegalite_to_svg(whole.to_dict())
    return drawn


def _literal(text: str) -> str:
    """A text inside such an expression."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

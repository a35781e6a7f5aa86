"""Counts as a picture: bars that are read without colour, in the page's own ink, light or dark.

    rows ─▶ Altair ─▶ Vega's SVG ─▶ only shapes and texts are kept, colours become classes ─▶ inline SVG

Inline SVG is the one text that a page holds unescaped: it is built again here, element by element, from a short list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as Tree

from markupsafe import Markup

from core.rules.readout import cut

WIDTH = 360
ROW = 44
BAR = 16
LABEL_ROOM = 44
SIZE = 14

_INK, _BAR, _VALUE = "#010101", "#020202", "#030303"
_CLASSES = {_INK: "ink", _BAR: "bar", _VALUE: "value"}
_SVG = "http://www.w3.org/2000/svg"
_KEPT = {"g": {"transform"}, "path": {"d", "transform"}, "text": {"transform", "text-anchor", "font-size"}}


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    count: int
    said: str
    """The count as it is written beside the bar."""


def bars(rows: Sequence[Row], *, name: str, describes: str) -> Markup:
    """One bar a row, in the given order, its label above it. `name`: the id of its title. `describes`: what it shows.

    It takes a tenth of a second: nothing for the service's own loop.
    """
    altair, converter = libraries()
    drawn = converter.vegalite_to_svg(_chart(altair, rows).to_dict())
    return Markup(_rebuilt(drawn, name, describes))  # noqa: S704 (built from a list of elements, all texts escaped)


@cache
def libraries() -> tuple[ModuleType, ModuleType]:
    """Loaded with the first picture: they take a second, and a service without results needs neither."""
    import altair  # noqa: PLC0415
    import vl_convert  # noqa: PLC0415

    return altair, vl_convert


def _chart(altair: Any, rows: Sequence[Row]) -> Any:
    most = max((row.count for row in rows), default=0) or 1
    values = [
        {"place": place, "label": cut(row.label, LABEL_ROOM), "count": row.count, "said": row.said}
        for place, row in enumerate(rows)
    ]
    place = altair.Y("place:O", axis=None, scale=altair.Scale(paddingInner=0, paddingOuter=0))
    length = altair.X("count:Q", axis=None, scale=altair.Scale(domain=[0, most * 1.3]))
    base = altair.Chart(altair.Data(values=values)).encode(y=place)
    text = {"align": "left", "fontSize": SIZE, "baseline": "middle"}
    return (
        altair.layer(
            base.mark_bar(height=BAR, yOffset=9, color=_BAR).encode(x=length),
            base.mark_text(**text, dy=-11, color=_INK).encode(x=altair.value(0), text="label:N"),
            base.mark_text(**text, dy=9, dx=6, color=_VALUE).encode(x=length, text="said:N"),
        )
        .properties(width=WIDTH, height=ROW * len(rows))
        .configure_view(stroke=None)
    )


def _rebuilt(drawn: str, name: str, describes: str) -> str:
    found = Tree.fromstring(drawn)  # noqa: S314 (made by Vega a moment ago, no document type)
    box = found.get("viewBox", f"0 0 {WIDTH} {ROW}")
    root = Tree.Element("svg", {"viewBox": box, "role": "img", "aria-labelledby": name, "class": "chart"})
    Tree.SubElement(root, "title", {"id": name}).text = describes
    for each in found:
        _copy(each, root)
    return Tree.tostring(root, encoding="unicode", short_empty_elements=False)


def _copy(element: Tree.Element, into: Tree.Element) -> None:
    tag = element.tag.removeprefix(f"{{{_SVG}}}")
    if tag not in _KEPT:
        return
    colour = _CLASSES.get(element.get("fill", ""))
    if tag == "path" and colour is None:
        return  # backgrounds and frames
    kept = {key: value for key, value in element.attrib.items() if key in _KEPT[tag]}
    if colour:
        kept["class"] = colour
    copied = Tree.SubElement(into, tag, kept)
    copied.text = element.text
    for each in element:
        _copy(each, copied)

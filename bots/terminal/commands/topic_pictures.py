"""Two pictures of how good a tagger is: how often a score is right, and what is taken for what."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from core.model.errors import not_written

_SIZE = 320
_CELL = 44

Say = Callable[..., str]


def draw(figures: Mapping[str, Any], folder: Path, say: Say) -> list[Path]:
    """Writes reliability.svg and confusion.svg into `folder` and says where they are. It takes a second or two."""
    import altair  # noqa: PLC0415 (a second that no other command needs)
    import vl_convert  # noqa: PLC0415

    charts = {"reliability": _reliability(altair, figures, say), "confusion": _confusion(altair, figures, say)}
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, chart in charts.items():
            path = folder / f"{name}.svg"
            path.write_text(vl_convert.vegalite_to_svg(chart.to_dict()), encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise not_written(str(folder), error) from None
    return written


def _reliability(altair: Any, figures: Mapping[str, Any], say: Say) -> Any:
    """One point for each bin with its interval; on the line, a score says exactly how often it is right."""
    said = altair.X("score:Q", title=say("topics.picture.score"), scale=altair.Scale(domain=[0, 1]))
    right = altair.Y("value:Q", title=say("topics.picture.right"), scale=altair.Scale(domain=[0, 1]))
    bins = altair.Chart(altair.Data(values=figures["calibration"]["bins"]))
    exact = altair.Chart(altair.Data(values=[{"score": 0, "value": 0}, {"score": 1, "value": 1}]))
    layers = altair.layer(
        exact.mark_line(strokeDash=[4, 4], color="#777777").encode(x=said, y=right),
        bins.mark_rule(color="#1f4e79").encode(x=said, y=altair.Y("low:Q"), y2="high:Q"),
        bins.mark_point(filled=True, size=60, color="#1f4e79").encode(x=said, y=right),
    )
    return layers.properties(width=_SIZE, height=_SIZE, title=say("topics.picture.reliability"))


def _confusion(altair: Any, figures: Mapping[str, Any], say: Say) -> Any:
    """Rows: what a text is about. Columns: where it was filed. Darker: a larger share of its row."""
    totals: dict[str, int] = {}
    for cell in figures["confusion"]:
        totals[cell["topic"]] = totals.get(cell["topic"], 0) + cell["texts"]
    cells = [
        {
            **cell,
            "filed": cell["filed"] or say("topics.picture.nowhere"),
            "share": cell["texts"] / totals[cell["topic"]],
        }
        for cell in figures["confusion"]
    ]
    columns = altair.X("filed:N", title=say("topics.picture.filed"), axis=altair.Axis(labelAngle=-40, labelLimit=180))
    base = altair.Chart(altair.Data(values=cells)).encode(
        x=columns, y=altair.Y("topic:N", title=say("topics.picture.about"), axis=altair.Axis(labelLimit=180))
    )
    dark = altair.condition("datum.share > 0.5", altair.value("#ffffff"), altair.value("#111111"))
    layers = altair.layer(
        base.mark_rect().encode(color=altair.Color("share:Q", scale=altair.Scale(scheme="blues"), legend=None)),
        base.mark_text(fontSize=11).encode(text="texts:Q", color=dark),
    )
    return layers.properties(width=altair.Step(_CELL), height=altair.Step(_CELL), title=say("topics.picture.confusion"))

"""A message, a window or a Home tab as a page that looks like Slack's, light or dark: to be judged by eye.

    blocks ─▶ HTML, one piece a block; a kind that is not known here raises KeyError rather than being left out

Everything that people wrote is escaped; `mrkdwn` is shown as it stands. Colours and sizes are near those of Slack's own
pages, good enough to judge what is said and whether it fits.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

Json = Mapping[str, Any]

LIGHT = "--page:#fff;--ink:#1d1c1d;--soft:#616061;--line:#ddd;--button:#fff;--field:#fff"
DARK = "--page:#1a1d21;--ink:#d1d2d3;--soft:#9a9b9e;--line:#3c3e42;--button:#1a1d21;--field:#222529"

STYLE = """
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.46668 Lato,"Noto Sans","DejaVu Sans",sans-serif}
.message{display:flex;gap:8px;padding:12px 20px;max-width:680px}
.face{flex:0 0 36px;height:36px;border-radius:4px;background:#1d3557;color:#fff;font-weight:900;text-align:center;
 line-height:36px}
.who{font-weight:900}
.app{background:var(--line);border-radius:2px;font-size:10px;padding:1px 3px;margin:0 4px}
.soft{color:var(--soft);font-size:12px}
.body{min-width:0;flex:1}
.window{width:520px;margin:16px auto;border:1px solid var(--line);border-radius:8px}
.bar{padding:16px 24px;font-size:22px;font-weight:900;border-bottom:1px solid var(--line)}
.inside{padding:8px 24px 16px}
.foot{padding:16px 24px;border-top:1px solid var(--line);text-align:right}
.home{max-width:720px;padding:8px 24px 24px}
.section{display:flex;gap:16px;margin:8px 0;align-items:flex-start}
.section>.text{flex:1;min-width:0}
.text,.quote,h3,.context,.field{white-space:pre-wrap;overflow-wrap:anywhere}
h3{font-size:18px;line-height:1.3;margin:16px 0 4px;font-weight:900}
.context{color:var(--soft);font-size:13px;margin:6px 0}
.quote{border-inline-start:4px solid var(--line);padding-inline-start:12px;margin:4px 0}
.actions{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0}
button{font:900 13px/1 inherit;color:var(--ink);background:var(--button);border:1px solid var(--line);
 border-radius:4px;padding:8px 12px;max-width:220px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
button.go{background:#007a5a;color:#fff;border-color:#007a5a}
button.stop{background:#e01e5a;color:#fff;border-color:#e01e5a}
label{display:block;font-weight:900;margin:12px 0 4px}
.field{border:1px solid var(--soft);border-radius:4px;padding:8px 12px;background:var(--field);min-height:38px}
.tall{min-height:84px}
.pick::after{content:"▾";float:right}
.empty{color:var(--soft)}
hr{border:0;border-top:1px solid var(--line);margin:12px 0}
"""


def drawn(shown: Json, *, dark: bool = False, who: str = "Porte-voix", when: str = "08:45") -> str:
    """The page of one message, window or Home tab. `shown`: as the program gave it to Slack."""
    inside = "".join(_block(each) for each in shown.get("blocks") or ())
    match shown.get("type"):
        case "modal":
            bar, foot = f'<div class="bar">{_plain(shown["title"])}</div>', _footer(shown)
            body = f'<div class="window">{bar}<div class="inside">{inside}</div>{foot}</div>'
        case "home":
            body = f'<div class="home">{inside}</div>'
        case _:
            inside = inside or f'<div class="text">{escape(str(shown.get("text", "")))}</div>'
            name = f'<span class="who">{escape(who)}</span><span class="app">APP</span>'
            head = f'{name}<span class="soft">{escape(when)}</span>'
            body = f'<div class="message"><div class="face">P</div><div class="body">{head}{inside}</div></div>'
    colours = DARK if dark else LIGHT
    head = f'<!doctype html><meta charset="utf-8"><style>:root{{{colours}}}{STYLE}</style>'
    return f"{head}<body>{body}</body>"


def _footer(view: Json) -> str:
    buttons = [f"<button>{_plain(view['close'])}</button>"] if "close" in view else []
    if "submit" in view:
        buttons.append(f'<button class="go">{_plain(view["submit"])}</button>')
    return f'<div class="foot">{" ".join(buttons)}</div>' if buttons else ""


def _block(block: Json) -> str:
    return _BLOCKS[block["type"]](block)


def _header(block: Json) -> str:
    return f'<h3 dir="auto">{_plain(block["text"])}</h3>'


def _context(block: Json) -> str:
    return f'<div class="context" dir="auto">{" ".join(_plain(each) for each in block["elements"])}</div>'


def _actions(block: Json) -> str:
    return f'<div class="actions">{"".join(_element(each) for each in block["elements"])}</div>'


def _section(block: Json) -> str:
    texts = [block["text"]] if "text" in block else []
    said = "".join(f'<div class="text" dir="auto">{_plain(each)}</div>' for each in [*texts, *block.get("fields", [])])
    return f'<div class="section"><div class="text">{said}</div>{_accessory(block)}</div>'


def _accessory(block: Json) -> str:
    return _element(block["accessory"]) if "accessory" in block else ""


def _element(element: Json) -> str:
    return _ELEMENTS[element["type"]](element)


def _button(element: Json) -> str:
    kind = {"primary": ' class="go"', "danger": ' class="stop"'}.get(element.get("style", ""), "")
    return f"<button{kind}>{_plain(element['text'])}</button>"


def _text_input(element: Json) -> str:
    tall = " tall" if element.get("multiline") else ""
    return _field(element.get("initial_value", ""), element, tall)


def _select(element: Json) -> str:
    chosen = element.get("initial_option")
    return _field(chosen["text"]["text"] if chosen else "", element, " pick")


def _several(element: Json) -> str:
    chosen = {each["value"] for each in element.get("initial_options", ())}
    boxes = [f"{'☑' if each['value'] in chosen else '☐'} {_plain(each['text'])}" for each in element["options"]]
    return "".join(f'<div class="text">{each}</div>' for each in boxes)


def _date(element: Json) -> str:
    return _field(element.get("initial_date", ""), element, " pick")


def _moment(element: Json) -> str:
    """Two fields side by side, on the clock of whoever looks."""
    at = element.get("initial_date_time")
    day, hour = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}".split() if at else ("", "")
    return _field(day, element, " pick") + _field(hour, element, " pick")


def _field(value: str, element: Json, kind: str) -> str:
    said = escape(value) if value else f'<span class="empty">{_plain(element.get("placeholder", {"text": ""}))}</span>'
    return f'<div class="field{kind}">{said}</div>'


def _input(block: Json) -> str:
    hint = f'<div class="soft">{_plain(block["hint"])}</div>' if "hint" in block else ""
    return f"<label>{_plain(block['label'])}</label>{_element(block['element'])}{hint}"


def _rich(part: Json) -> str:
    said = "".join(_leaf(each) if "elements" not in each else _rich(each) for each in part["elements"])
    kind = {"rich_text_quote": "quote", "rich_text_list": "list"}.get(part["type"], "text")
    return f'<div class="{kind}" dir="auto">{said}</div>'


def _leaf(leaf: Json) -> str:
    said = escape(str(leaf.get("text") or leaf.get("url") or leaf["type"]))
    for style, tag in (("bold", "b"), ("italic", "i")):
        if leaf.get("style", {}).get(style):
            said = f"<{tag}>{said}</{tag}>"
    return said


def _plain(text: Json) -> str:
    return escape(str(text["text"]))


_BLOCKS: Mapping[str, Callable[[Json], str]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "rich_text": lambda block: "".join(_rich(each) for each in block["elements"]),
    "divider": lambda _: "<hr>",
    "input": _input,
}

_ELEMENTS: Mapping[str, Callable[[Json], str]] = {
    "button": _button,
    "plain_text_input": _text_input,
    "static_select": _select,
    "file_input": lambda _: '<span class="button">Upload</span>',
    "checkboxes": _several,
    "datepicker": _date,
    "datetimepicker": _moment,
}

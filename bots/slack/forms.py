"""A form as a Slack window, and what came back of it. Pure.

    Pick ─▶ static select    Tick ─▶ checkboxes    Write ─▶ plain text input
    When ─▶ datetime picker, on the clock of whoever fills it in    Upload ─▶ file input
    blocks ─▶ as in a message, above

Checkboxes hold ten options: more are several groups, whose names differ after a dot and which come back as one.
What a form is about travels in `private_metadata`: it carries no right, the desk asks again who may do what.
Limits: https://docs.slack.dev/reference/views, https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import assert_never

from bots.slack.blocks import MESSAGE, Json, to_blocks
from bots.slack.decode import Payload, part_of, team_of, text_of
from bots.slack.text import clean, cut, one_line, visible
from core.model.forms import Field, Form, Pick, Tick, Upload, When, Write
from core.model.messages import Card

FORM = "porte_voix_form"
TITLE, LABEL, OPTION, MOST_OPTIONS, MOST_BOXES = 24, 2000, 75, 100, 10
LONGEST_INPUT = 3000
ONE_LINE = 300
"""What may be as long is written on one line: a title, a day."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that somebody sent. `view`: its window. `files`: by field, where Slack keeps the file that was given."""

    action: str
    fields: Mapping[str, str] = field(repr=False)
    user: str
    team: str
    view: str
    files: Mapping[str, str] = field(repr=False, default_factory=dict)
    response_url: str = ""


def to_form(form: Form, close: str) -> Json:
    """A window to fill in. Raises ValueError for a form that Slack could not hold."""
    if len(form.action) > LONGEST_INPUT:
        raise ValueError("a form's action holds at most 3000 characters")
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": form.action,
        "title": _plain(form.title, TITLE),
        "submit": _plain(form.send, TITLE),
        "close": _plain(close, TITLE),
        "blocks": [
            *to_blocks(Card(form.blocks), surface=MESSAGE),
            *(one for each in form.fields for one in _fields(each)),
        ],
    }


def submission_of(body: Payload) -> Submission:
    """What was chosen and written. `ValueError` for what is not the shape Slack documents."""
    view = part_of(body, "view")
    values = part_of(part_of(view, "state"), "values")
    fields: dict[str, str] = {}
    files: dict[str, str] = {}
    for block, actions in values.items():
        if not isinstance(actions, Mapping):
            raise ValueError("no values in this payload")
        name = str(block).partition(".")[0]
        for given in actions.values():
            said = _given(given)
            fields[name] = f"{fields[name]} {said}".strip() if name in fields else said
            if url := _kept_at(given):
                files[name] = url
    return Submission(
        action=text_of(view, "private_metadata", ""),
        fields=fields,
        user=text_of(part_of(body, "user"), "id"),
        team=team_of(body),
        view=text_of(view, "id"),
        files=files,
    )


def _kept_at(element: object) -> str:
    files = element.get("files") if isinstance(element, Mapping) else None
    first = files[0] if isinstance(files, list) and files else None
    url = first.get("url_private_download") if isinstance(first, Mapping) else None
    return url if isinstance(url, str) else ""


def _given(element: object) -> str:
    if not isinstance(element, Mapping):
        return ""
    ticked = element.get("selected_options")
    if isinstance(ticked, list):
        return " ".join(str(each.get("value")) for each in ticked if isinstance(each, Mapping))
    at = element.get("selected_date_time")
    if isinstance(at, int):
        return datetime.fromtimestamp(at, UTC).isoformat()
    chosen = element.get("selected_option")
    found = chosen.get("value") if isinstance(chosen, Mapping) else element.get("value")
    return found if isinstance(found, str) else ""


def _fields(each: Field) -> list[Json]:
    return list(_boxes(each)) if isinstance(each, Tick) else [_field(each)]


def _boxes(tick: Tick) -> Iterator[Json]:
    """Nothing ticked is an answer too: the desk says whether it will do."""
    for place in range(0, len(tick.choices), MOST_BOXES):
        name = f"{tick.name}.{place}" if place else tick.name
        some = tick.choices[place : place + MOST_BOXES]
        options = [{"text": _plain(one.label, OPTION), "value": one.id} for one in some]
        element: Json = {"type": "checkboxes", "action_id": name, "options": options}
        if ticked := [each for each in options if each["value"] in tick.chosen]:
            element["initial_options"] = ticked
        label = _plain(tick.label if not place else "…", LABEL)
        yield {"type": "input", "block_id": name, "label": label, "optional": True, "element": element}


def _field(each: Pick | Write | When | Upload) -> Json:
    block: Json = {"type": "input", "block_id": each.name, "label": _plain(each.label, LABEL)}
    match each:
        case Pick(choices=choices, chosen=chosen):
            options = [{"text": _plain(one.label, OPTION), "value": one.id} for one in choices[:MOST_OPTIONS]]
            element: Json = {"type": "static_select", "action_id": each.name, "options": options}
            if found := [one for one in options if one["value"] == chosen]:
                element["initial_option"] = found[0]
        case Write(longest=longest, given=given):
            element = {
                "type": "plain_text_input",
                "action_id": each.name,
                "multiline": longest > ONE_LINE,
                "max_length": min(longest, LONGEST_INPUT),
            }
            if visible(given):
                element["initial_value"] = cut(clean(given), min(longest, LONGEST_INPUT))
            block["optional"] = True
        case When(given=at):
            element = {"type": "datetimepicker", "action_id": each.name}
            if at is not None:
                element["initial_date_time"] = int(at.timestamp())
            block["optional"] = True
        case Upload():
            element = {"type": "file_input", "action_id": each.name, "max_files": 1}
        case _:
            assert_never(each)
    return {**block, "element": element}


def _plain(text: str, longest: int) -> Json:
    return {"type": "plain_text", "text": cut(one_line(text), longest), "emoji": False}

"""A form as a Slack window, and what came back of it. Pure.

    Pick ─▶ static select    Write ─▶ plain text input    Upload ─▶ file input    blocks ─▶ as in a message, above

What a form is about travels in `private_metadata`: it carries no right, the desk asks again who may do what.
Limits: https://docs.slack.dev/reference/views, https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from bots.slack.blocks import MESSAGE, Json, to_blocks
from bots.slack.decode import Payload, part_of, team_of, text_of
from bots.slack.text import clean, cut, one_line, visible
from core.model.forms import Form, Pick, Upload, Write
from core.model.messages import Card

FORM = "porte_voix_form"
TITLE, LABEL, OPTION, MOST_OPTIONS = 24, 2000, 75, 100
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
        "blocks": [*to_blocks(Card(form.blocks), surface=MESSAGE), *(_field(each) for each in form.fields)],
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
        for given in actions.values():
            fields[str(block)] = _given(given)
            if url := _kept_at(given):
                files[str(block)] = url
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
    chosen = element.get("selected_option")
    found = chosen.get("value") if isinstance(chosen, Mapping) else element.get("value")
    return found if isinstance(found, str) else ""


def _field(each: Pick | Write | Upload) -> Json:
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
        case Upload():
            element = {"type": "file_input", "action_id": each.name, "max_files": 1}
        case _:
            assert_never(each)
    return {**block, "element": element}


def _plain(text: str, longest: int) -> Json:
    return {"type": "plain_text", "text": cut(one_line(text), longest), "emoji": False}

"""What Slack accepts as blocks, type by type; written from its reference, not from the program's code.

Every field must be known, of the right type and inside its length. Lengths are counted the severe way: UTF-16 units, in
plain texts after `& < >` have become entities. https://docs.slack.dev/reference/block-kit/blocks
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str], object]

MESSAGE, MODAL, HOME = "message", "modal", "home"
MOST_BLOCKS = {MESSAGE: 50, MODAL: 100, HOME: 100}
MESSAGE_WEIGHT, BLOCK_WEIGHT = 13_297, 74
"""The sum over one message is not documented. Measured by users: 9,597 characters in 50 blocks pass, 11,341 in 45 do
not (slackapi/bolt-js#2867); 13,297 is the most seen in one block (slackapi/bolt-js#2509)."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def units(text: str, *, marked_up: bool = False) -> int:
    escaped = text if marked_up else text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return len(escaped.encode("utf-16-le", "surrogatepass")) // 2


def problems_in(blocks: Any, surface: str = MESSAGE) -> list[str]:
    """Why Slack would say `invalid_blocks`; empty when it would not."""
    return _Inspection(surface).run(blocks)


def too_long(blocks: list[dict[str, Any]]) -> bool:
    """Why it would say `msg_blocks_too_long`."""
    return sum(map(_text_in, blocks)) + BLOCK_WEIGHT * len(blocks) > MESSAGE_WEIGHT


def _text_in(part: Any) -> int:
    if isinstance(part, Mapping):
        return sum(units(v) if k == "text" and isinstance(v, str) else _text_in(v) for k, v in part.items())
    return sum(map(_text_in, part)) if isinstance(part, list) else 0


class _Inspection:
    def __init__(self, surface: str) -> None:
        self.surface = surface
        self.problems: list[str] = []
        self.block_ids: set[str] = set()
        self.action_ids: set[str] = set()

    def run(self, blocks: Any) -> list[str]:
        if not isinstance(blocks, list):
            return ["blocks must be an array [json-pointer:/blocks]"]
        if len(blocks) > MOST_BLOCKS[self.surface]:
            self.say(f"no more than {MOST_BLOCKS[self.surface]} items allowed", "/blocks")
        for index, block in enumerate(blocks):
            self.block(block, f"/blocks/{index}")
        return self.problems

    def say(self, what: str, where: str) -> None:
        self.problems.append(f"{what} [json-pointer:{where}]")

    # ── small parts ──────────────────────────────────────────────────────────────────────────────────────────────────

    def fields(self, part: Any, where: str, required: dict[str, Check], optional: dict[str, Check]) -> bool:
        if not isinstance(part, dict):
            self.say("must be an object", where)
            return False
        for name in required:
            if name not in part:
                self.say(f"missing required field: {name}", where)
        for name, value in part.items():
            check = required.get(name) or optional.get(name)
            if check is None:
                self.say(f"invalid additional property: {name}", where)
            else:
                check(value, f"{where}/{name}")
        return True

    def string(self, most: int, least: int = 1, *, marked_up: bool = False) -> Check:
        def check(value: Any, where: str) -> None:
            if not isinstance(value, str):
                self.say("must be a string", where)
            elif units(value, marked_up=marked_up) > most:
                self.say(f"must be less than {most + 1} characters", where)
            elif units(value) < least or (least and not value.strip()):
                self.say("must be more than 0 characters", where)
            elif _FORBIDDEN.search(value):
                self.say("holds a character that cannot be shown", where)

        return check

    def boolean(self, value: Any, where: str) -> None:
        if not isinstance(value, bool):
            self.say("must be a boolean", where)

    def integer(self, value: Any, where: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            self.say("must be an integer", where)

    def one_of(self, *values: Any) -> Check:
        return lambda value, where: None if value in values else self.say(f"must be one of {values}", where)

    def is_type(self, name: str) -> dict[str, Check]:
        return {"type": self.one_of(name)}

    def many(self, check: Check, most: int, least: int = 1) -> Check:
        def check_all(value: Any, where: str) -> None:
            if not isinstance(value, list):
                return self.say("must be an array", where)
            if not least <= len(value) <= most:
                self.say(f"must have {least} to {most} items", where)
            for index, each in enumerate(value):
                check(each, f"{where}/{index}")
            return None

        return check_all

    def text(self, most: int, *, plain_only: bool = False) -> Check:
        def check(value: Any, where: str) -> None:
            kind = value.get("type") if isinstance(value, dict) else None
            if kind == "plain_text":
                self.fields(value, where, self.is_type(kind) | {"text": self.string(most)}, {"emoji": self.boolean})
            elif kind == "mrkdwn" and not plain_only:
                words = {"text": self.string(most, marked_up=True)}
                self.fields(value, where, self.is_type(kind) | words, {"verbatim": self.boolean})
            else:
                self.say("must be a valid text object", where)

        return check

    def unique(self, known: set[str], what: str) -> Check:
        def check(value: Any, where: str) -> None:
            self.string(255)(value, where)
            if value in known:
                self.say(f"{what} already exists", where)
            elif isinstance(value, str):
                known.add(value)

        return check

    def choose(self, part: Any, where: str, kinds: Mapping[str, Check]) -> None:
        kind = str(part.get("type")) if isinstance(part, dict) else ""
        if kind in kinds:
            kinds[kind](part, where)
        else:
            self.say(f"unsupported type: {kind}", where)

    # ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def block(self, part: Any, where: str) -> None:
        kinds: dict[str, Check] = {
            "section": self.section,
            "header": self.simple({"text": self.text(150, plain_only=True)}),
            "divider": self.simple({}),
            "context": self.simple({"elements": self.many(self.context_element, 10)}),
            "actions": self.simple({"elements": self.many(self.element, 25)}),
            "image": self.image,
            "rich_text": self.simple({"elements": self.many(self.rich, 100)}),
        }
        if self.surface != MESSAGE:
            kinds["input"] = self.input
        self.choose(part, where, kinds)

    def common(self) -> dict[str, Check]:
        return {"block_id": self.unique(self.block_ids, "block_id")}

    def simple(self, required: dict[str, Check]) -> Check:
        return lambda part, where: self.fields(part, where, self.is_type(part["type"]) | required, self.common())

    def section(self, part: Any, where: str) -> None:
        optional = self.common() | {
            "text": self.text(3000),
            "fields": self.many(self.text(2000), 10),
            "accessory": self.accessory,
            "expand": self.boolean,
        }
        self.fields(part, where, self.is_type("section"), optional)
        if "text" not in part and "fields" not in part:
            self.say("must have text or fields", where)

    def accessory(self, part: Any, where: str) -> None:
        (self.image if isinstance(part, dict) and part.get("type") == "image" else self.element)(part, where)

    def image(self, part: Any, where: str) -> None:
        required = self.is_type("image") | {"image_url": self.string(3000), "alt_text": self.string(2000)}
        self.fields(part, where, required, self.common() | {"title": self.text(2000, plain_only=True)})

    def input(self, part: Any, where: str) -> None:
        required = self.is_type("input") | {"label": self.text(2000, plain_only=True), "element": self.input_element}
        optional = self.common() | {
            "hint": self.text(2000, plain_only=True),
            "optional": self.boolean,
            "dispatch_action": self.boolean,
        }
        self.fields(part, where, required, optional)

    def context_element(self, part: Any, where: str) -> None:
        self.choose(part, where, {"plain_text": self.text(2000), "mrkdwn": self.text(2000), "image": self.image})

    # ── elements ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def element(self, part: Any, where: str) -> None:
        self.choose(part, where, {"button": self.button, "static_select": self.select, "overflow": self.overflow})

    def input_element(self, part: Any, where: str) -> None:
        self.choose(part, where, {
            "plain_text_input": self.text_input,
            "static_select": self.select,
            "file_input": self.file_input,
            "checkboxes": self.checkboxes,
            "datetimepicker": self.datetime_picker,
        })  # fmt: skip

    def file_input(self, part: Any, where: str) -> None:
        optional = self.action() | {
            "filetypes": self.many(self.string(20), 50),
            "max_files": self.one_of(*range(1, 11)),
        }
        self.fields(part, where, self.is_type("file_input"), optional)

    def action(self) -> dict[str, Check]:
        return {"action_id": self.unique(self.action_ids, "action_id")}

    def button(self, part: Any, where: str) -> None:
        optional = self.action() | {
            "value": self.string(2000),
            "url": self.string(3000),
            "style": self.one_of("primary", "danger"),
            "confirm": self.confirm,
            "accessibility_label": self.string(75),
        }
        self.fields(part, where, self.is_type("button") | {"text": self.text(75, plain_only=True)}, optional)

    def confirm(self, part: Any, where: str) -> None:
        words = {
            name: self.text(most, plain_only=True) for name, most in (("title", 100), ("confirm", 30), ("deny", 30))
        }
        self.fields(part, where, words | {"text": self.text(300)}, {"style": self.one_of("primary", "danger")})

    def option(self, part: Any, where: str) -> None:
        required = {"text": self.text(75), "value": self.string(150)}
        self.fields(part, where, required, {"description": self.text(75, plain_only=True)})

    def select(self, part: Any, where: str) -> None:
        optional = self.action() | {"placeholder": self.text(150, plain_only=True), "initial_option": self.option}
        required = self.is_type("static_select") | {"options": self.many(self.option, 100)}
        self.fields(part, where, required, optional | {"confirm": self.confirm})

    def checkboxes(self, part: Any, where: str) -> None:
        required = self.is_type("checkboxes") | {"options": self.many(self.option, 10)}
        self.fields(part, where, required, self.action() | {"initial_options": self.many(self.option, 10)})

    def datetime_picker(self, part: Any, where: str) -> None:
        optional = self.action() | {
            "initial_date_time": self.timestamp,
            "confirm": self.confirm,
            "focus_on_load": self.boolean,
        }
        self.fields(part, where, self.is_type("datetimepicker"), optional)

    def timestamp(self, value: Any, where: str) -> None:
        """Seconds since 1970, in ten digits."""
        if not isinstance(value, int) or isinstance(value, bool) or len(str(value)) != 10:
            self.say("must be a UNIX timestamp of 10 digits", where)

    def overflow(self, part: Any, where: str) -> None:
        required = self.is_type("overflow") | {"options": self.many(self.option, 5)}
        self.fields(part, where, required, self.action() | {"confirm": self.confirm})

    def text_input(self, part: Any, where: str) -> None:
        optional = self.action() | {
            "placeholder": self.text(150, plain_only=True),
            "initial_value": self.string(3000),
            "multiline": self.boolean,
            "min_length": self.integer,
            "max_length": self.integer,
        }
        self.fields(part, where, self.is_type("plain_text_input"), optional)

    # ── rich text ────────────────────────────────────────────────────────────────────────────────────────────────────

    def rich(self, part: Any, where: str) -> None:
        inside = {"elements": self.many(self.rich_leaf, 500)}
        border = {"border": self.one_of(0, 1)}
        self.choose(
            part,
            where,
            {
                "rich_text_section": lambda p, w: self.fields(p, w, self.is_type("rich_text_section") | inside, {}),
                "rich_text_quote": lambda p, w: self.fields(p, w, self.is_type("rich_text_quote") | inside, border),
                "rich_text_list": self.rich_list,
            },
        )

    def rich_list(self, part: Any, where: str) -> None:
        required = self.is_type("rich_text_list") | {
            "style": self.one_of("bullet", "ordered"),
            "elements": self.many(self.rich, 500),
        }
        self.fields(
            part, where, required, {"indent": self.integer, "offset": self.integer, "border": self.one_of(0, 1)}
        )

    def rich_leaf(self, part: Any, where: str) -> None:
        style: dict[str, Check] = {"style": self.style}
        leaves: dict[str, tuple[dict[str, Check], dict[str, Check]]] = {
            "text": ({"text": self.string(12_000)}, style),
            "link": ({"url": self.string(3000)}, style | {"text": self.string(3000), "unsafe": self.boolean}),
            "user": ({"user_id": self.string(30)}, style),
            "usergroup": ({"usergroup_id": self.string(30)}, style),
            "channel": ({"channel_id": self.string(30)}, style),
            "broadcast": ({"range": self.one_of("here", "channel", "everyone")}, style),
            "emoji": ({"name": self.string(100)}, style | {"unicode": self.string(100)}),
        }
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in leaves:
            return self.say(f"unsupported type: {kind}", where)
        required, optional = leaves[kind]
        self.fields(part, where, self.is_type(kind) | required, optional)
        return None

    def style(self, part: Any, where: str) -> None:
        self.fields(part, where, {}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), self.boolean))


def problems_in_view(view: Any) -> list[str]:
    """Why Slack would refuse to show this modal or home tab."""
    kind = view.get("type") if isinstance(view, dict) else None
    if kind not in {MODAL, HOME}:
        return ["must be a modal or a home view [json-pointer:/view/type]"]
    look = _Inspection(kind)
    blocks: dict[str, Check] = {"blocks": lambda value, _: None}
    optional: dict[str, Check] = {
        "callback_id": look.string(255),
        "private_metadata": look.string(3000, least=0),
        "external_id": look.string(255),
    }
    if kind == MODAL:
        optional |= {"close": look.text(24, plain_only=True), "submit": look.text(24, plain_only=True)}
        optional |= {"clear_on_close": look.boolean, "notify_on_close": look.boolean, "submit_disabled": look.boolean}
        blocks["title"] = look.text(24, plain_only=True)
    look.fields(view, "/view", look.is_type(kind) | blocks, optional)
    look.run(view.get("blocks"))
    has_input = any(isinstance(each, dict) and each.get("type") == "input" for each in view.get("blocks") or ())
    if kind == MODAL and has_input and "submit" not in view:
        look.say("missing required field: submit", "/view")
    return look.problems

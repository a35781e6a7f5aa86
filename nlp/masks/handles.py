"""Where e-mail addresses and links to people's profiles are, also when they are spelt out to slip past a rule.

"jean@exemple.fr", "jean . dupont @ exemple . fr", "jean point dupont arobase exemple point fr", "jean (at) exemple
(dot) com", "facebook.com/jean", "t.me/jean", "@jean_d", "mon insta : jean_d".
"""

import re
from collections.abc import Iterator

from nlp.masks.spans import Span

_LOCAL = r"\w.+%'-"
# Starts at the beginning of a word only. A longer run than any real address is masked from its last 64 characters on.
_EMAIL = re.compile(
    rf"(?:(?<![{_LOCAL}])[{_LOCAL}]{{1,64}}|(?<=[{_LOCAL}]{{64}}))@(?:[\w-]{{1,63}}\.){{1,6}}[\w-]{{2,63}}"
)

# The sign between name and house, and the one between the parts, as people spell them.
_AT = r"(?:@|[(\[{<]\s?(?:at|@|a|arobase?|chez)\s?[)\]}>]|\barr?ob?[ao](?:se|ze?|s)?\b|\bat\b)"
_DOT = r"(?:\.|[(\[{<]\s?(?:dot|point|\.)\s?[)\]}>]|\bpoint\b|\bpt\b|\bdot\b)"
_AROUND = re.compile(_AT, re.IGNORECASE)
_DASH = r"(?:\s?(?:\btirets?(?: du (?:bas|six))?\b|\bunderscore\b|[-_])\s?)"
_BEFORE = re.compile(
    rf"(?<![\w])[\w+-]{{1,40}}(?:(?:\s?{_DOT}\s?|{_DASH})[\w+-]{{1,40}}){{0,4}}\s{{0,3}}$", re.IGNORECASE
)
_AFTER = re.compile(
    rf"\s{{0,3}}[\w-]{{1,40}}(?:(?:\s?{_DOT}\s?|{_DASH})[\w-]{{1,40}}){{0,3}}?\s?{_DOT}\s?"
    r"(?:fr|com|net|org|eu|be|ch|ca|uk|io|me|info|gouv|re|nc|pf|es|it|de|lu|pro|paris|bzh|asso|edu)\b",
    re.IGNORECASE,
)
_WINDOW = 120
# A bare "at" between two words is English before it is an address: the house must then be one that carries mail.
_MAIL_HOUSES = re.compile(
    r"\s{0,3}(?:g\s?mail|hot\s?mail|outlook|live|msn|yahoo|ymail|free|orange|wanadoo|sfr|laposte|icloud|me|proton\s?mail|proton|gmx|aol|"
    r"bbox|numericable|neuf|club-internet)\b",
    re.IGNORECASE,
)
_SPELT_DOT = re.compile(r"\b(?:point|dot)\b|[(\[{<]\s?(?:dot|point|\.)", re.IGNORECASE)

_LINK = re.compile(
    r"(?<![\w.@-])(?:https?://)?(?:(?:www|web|m|fr|fr-fr|en|vm|mobile)\.)?"
    r"(?:facebook|fb|instagram|twitter|x|tiktok|linkedin|snapchat|threads|bsky|telegram|t|wa|discord|vk|signal)"
    r"\.(?:com|me|net|app|gg|org|dog|fr)/[^\s<>\"»]{1,300}"
    r"|(?<![\w.@-])(?:https?://)?(?:(?:www|m)\.)?youtube\.com/(?:@|c/|user/|channel/)[^\s<>\"»]{1,300}",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@./+-])@[A-Za-z_][A-Za-z0-9_]{2,31}(?:\.[A-Za-z0-9_]{1,31}){0,2}(?![\w@])")
_ACCOUNT = re.compile(
    r"(?<!\w)(?P<network>insta|instagram|snap|snapchat|tiktok|telegram|facebook|fb|twitter|linkedin|discord|whatsapp)"
    r"\s{0,2}(?P<sign>:|=|c['’ ]?est|is)\s{0,2}(?P<account>@?[\w.]{3,32})",
    re.IGNORECASE,
)
_PERSONAL = frozenset({"insta", "instagram", "snap", "snapchat", "tiktok", "telegram", "discord"})
_NOT_HANDLES = frozenset({"@home", "@work", "@school", "@all", "@everyone", "@here", "@tous", "@toutes", "@midi"})


def emails(text: str) -> Iterator[Span]:
    """Addresses in their usual form."""
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield Span(match.start(), match.end(), "email")


def spelt_emails(text: str) -> Iterator[Span]:
    """Addresses with spaces, or with words for the signs."""
    free = 0
    for sign in _AROUND.finditer(text):
        if sign.start() < free:
            continue
        after = _AFTER.match(text, sign.end(), sign.end() + _WINDOW)
        if after is None:
            continue
        word = sign.group().casefold() == "at"
        if word and not (_MAIL_HOUSES.match(text, sign.end()) or _SPELT_DOT.search(after.group())):
            continue
        start = max(free, sign.start() - _WINDOW)
        before = _BEFORE.search(text[start : sign.start()])
        if before is None:
            continue
        free = after.end()
        yield Span(start + before.start(), after.end(), "email")


def profiles(text: str) -> Iterator[Span]:
    """Links to an account, @names, and "insta : name"."""
    if "/" in text:
        for match in _LINK.finditer(text):
            yield Span(match.start(), match.end(), "profile")
    if "@" in text:
        for match in _HANDLE.finditer(text):
            if match.group().casefold() in _NOT_HANDLES:
                continue
            yield Span(match.start(), match.end(), "profile")
    for match in _ACCOUNT.finditer(text):
        if _is_account(match):
            yield Span(match.start("account"), match.end("account"), "profile")


def _is_account(match: re.Match[str]) -> bool:
    """A plain word after "facebook :" goes on with the sentence; after "insta :" it is a name, unless "insta is …"."""
    account = match["account"]
    if not account.isalpha():
        return True
    return account.islower() and match["network"].casefold() in _PERSONAL and match["sign"] in {":", "="}

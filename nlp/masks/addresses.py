"""Where somebody lives: "12 rue des Lilas, bât. B, 75011 Paris", "lieu-dit le Moulin, 05100 Briançon", "4 Mill Lane".

A street alone is a place that people speak of and stays: "la rue de la Gare est sale", "place Wilson". What makes it an
address is a number before it. Behind it go the building, the flat, the postal code and the town.

    (n° | bâtiment B,) 12 bis  rue  des Lilas  (, appartement 4) (, 75011 Paris)
"""

import re
from collections.abc import Iterator

from nlp.masks.spans import Span
from nlp.normalise import fold
from nlp.words.stopwords import SMALL_WORDS, STOPWORDS

_FIGURE = re.compile(r"\d")
_NUMBER = r"\d{1,4}(?:[ \t]?(?:bis|ter|quater|[A-Da-d])\b)?"
# Nothing else than a way is called so; the others are also a lesson, a seat, a way through …
_SURE = (
    r"rue|avenue|ave?|av\.|boulevard|blvd|bld|bd|boul|all[ée]e|impasse|imp\.?|chemin|ch\.|che|quai|ruelle|"
    r"venelle|sentier|faubourg|fbg|"
    r"rond[- ]point|esplanade|promenade|mont[ée]e|sente|traverse|chauss[ée]e|square|sq\.?"
)
_OTHER_WAYS = (
    r"place|pl\.?|route|rte|cours|passage|r[ée]sidence|r[ée]s\.|cit[ée]|hameau|lotissement|villa|parc|"
    r"domaine|clos|cour|"
    r"mail|voie|parvis|galerie|port|pont|côte|cote|r"
)
_WAY = re.compile(
    rf"(?<![\w.,/-])(?P<head>(?:n°|n\.|num[ée]ro|au)?[ \t]?)(?P<number>{_NUMBER})(?P<between>[ \t]?,?[ \t]{{1,2}})"
    rf"(?:(?P<of>de[ \t]la|de[ \t]l['’]|du|des)[ \t]?)?(?:(?P<sure>{_SURE})|"
    rf"(?P<other>{_OTHER_WAYS}))(?=[ \t.])\.?[ \t]{{1,2}}",
    re.IGNORECASE,
)
_PARTICLE = re.compile(
    r"(?:(?:de[ \t]la|de[ \t]l['’]|de|du|des|d['’]|aux|au|à[ \t]la|la|le|les|l['’]|of)(?:[ \t]{1,2}|(?<=['’])))",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W_]+(?:['’.-][^\W_]+){0,4}\.?(?=\W|$)")
_GAP = re.compile(r"[ \t]{1,2}")
_MOST_NAMES = 5
_MOST_SMALL_NAMES = 3
_MONTHS_TEXT = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
_MONTHS = frozenset(_MONTHS_TEXT.split())
_UNLIKELY_TEXT = """
sale sales etroite dangereuse dangereuses sombre pietonne pietonnes pietonnier departementale nationale municipale
etudiante cyclable cyclables barree fermee coupee animee calme bruyante
"""
_UNLIKELY = frozenset(_UNLIKELY_TEXT.split())
_HOME_WORDS_TEXT = "bat batiment appt apt app appartement esc escalier hall porte etage residence bp cedex flat"
_NO_NAMES = STOPWORDS["fr"] | _UNLIKELY | frozenset(_HOME_WORDS_TEXT.split())
_BEFORE_WIDTH = 16
_RANGE = re.compile(r"\d[ \t]?(?:bis|ter)?[ \t](?:au|à)[ \t]?$", re.IGNORECASE)
"""The whole of a street: "du 1 au 15 rue …"."""
_LINE = re.compile(r"\b(?:lignes?|bus|tram|tramway|m[ée]tro|car|arr[êe]t)[ \t](?:n°[ \t]?)?$", re.IGNORECASE)
_LIVES = (
    r"habit\w{1,4}|adresse|r[ée]sid\w{1,3}|demeur\w{1,4}|domicil\w{1,3}|loge\w{0,2}|vis|vit|vivons|livr\w{2,3}|"
    r"live[sd]?|address|moved"
)
_AT_HOME = re.compile(rf"\b(?:{_LIVES})\b[^.!?\n]{{0,24}}$", re.IGNORECASE)
_CUE = re.compile(
    rf"\b(?:{_LIVES}|chez|devant|venez|situ[ée]\w{{0,2}}|come|au|num[ée]ro)\b[^.!?\n]{{0,24}}$", re.IGNORECASE
)
_CUE_WIDTH = 40

# ── what goes with it ────────────────────────────────────────────────────────────────────────────────────────────────

_HOME = (
    r"(?:(?:b[âa]timent|b[âa]t\.?|appartement|appart|appt?\.?|apt\.?|escalier|esc\.?|hall|entr[ée]e|porte|"
    r"bloc|[ée]tage|logement|chambre|flat|unit)"
    r"[ \t]?(?:n°[ \t]?)?(?:\d{1,4}[A-Za-z]?|[A-Z]\d{0,3}|gauche|droite)\b"
    r"|\d{1,2}(?:er|e|è|[èe]me|nd|rd|th|st)[ \t](?:[ée]tage|[ée]t\.|floor)"
    r"(?:[ \t](?:porte[ \t])?(?:gauche|droite|face))?"
    r"|r[ée]sidence[ \t](?:(?:les?|la|des|du|"
    r"de[ \t]la)[ \t])?[A-ZÀ-Ý][^\W\d_]{1,30}(?:[ \t][A-ZÀ-Ý][^\W\d_]{1,30}){0,2})"
)
_WORD = r"[^\W\d_]{2,30}(?:['’-][^\W\d_]{1,30}){0,5}"
_CAPITAL = r"[A-ZÀ-Ý][^\W\d_]{0,30}(?:['’-][^\W\d_]{1,30}){0,5}"
_TOWN = (
    rf"(?:{_CAPITAL}(?:[ \t]{_CAPITAL}){{0,3}}|(?:(?:la|le|les|saint|sainte|st)[ \t])?{_WORD})"
    r"(?:[ \t](?:cedex|Cedex|CEDEX)(?:[ \t]\d{1,2})?)?"
)
_CODE = rf"(?:F-)?\d{{5}}(?:[ \t,]{{1,3}}{_TOWN})?"
_UK_CODE = r"(?:[A-Z][a-z]+[ \t])?[A-Z]{1,2}\d[A-Z\d]?[ \t]?\d[A-Z]{2}\b"
_TAIL = re.compile(rf"[ \t]{{0,2}}[,;\n(–-]?[ \t]{{0,2}}(?:(?i:{_HOME})|(?<!\d){_CODE}(?!\d)|{_UK_CODE})\)?")
_TAIL_TOWN = re.compile(rf"[ \t]{{0,2}},?[ \t](?:à|in)[ \t]{_CAPITAL}(?:[ \t]{_CAPITAL}){{0,2}}")
_HEAD = re.compile(rf"(?<!\w)(?:{_HOME}[ \t]?[,;]?[ \t]{{0,2}}){{1,3}}$", re.IGNORECASE)
_HEAD_WIDTH = 60
_MOST_TAILS = 4

_LIEU_DIT = re.compile(
    r"(?<!\w)lieu[- ]?dit[ \t:]{1,3}«?[ \t]?(?:(?:les?|la|au|aux)[ \t]|"
    r"l['’])?[^\W\d_]{2,30}(?:[ \t-][A-ZÀ-Ý][^\W\d_]{1,30}){0,3}[ \t]?»?",
    re.IGNORECASE,
)
_BOX = re.compile(
    r"(?<!\w)(?:B\.?P\.?|C\.?S\.?|P\.?O\.?[ \t]?Box|bo[îi]te[ \t]postale)[ \t]?(?:n°[ \t]?)?\d{1,5}(?!\w)"
)
_ENGLISH = re.compile(
    r"(?<![\w.,/-])\d{1,4}[A-Za-z]?,?[ \t](?P<name>(?:[A-Za-z][\w'’.-]{0,30}[ \t]){1,3})"
    r"(?P<way>street|st|road|rd|lane|avenue|ave|close|drive|terrace|grove|crescent|gardens|court|mews|row|"
    r"way|walk|hill|square|place)\b(?![ \t]?\.?\w*lights?)",
    re.IGNORECASE,
)
_HOMES = re.compile(rf"(?<!\w)(?P<homes>{_HOME}(?:[ \t]?[,;]?[ \t]{{1,2}}{_HOME}){{1,3}})", re.IGNORECASE)


def addresses(text: str) -> Iterator[Span]:
    """Places where somebody lives, each with what belongs to it."""
    numbered = _FIGURE.search(text) is not None
    for match in _WAY.finditer(text) if numbered else ():
        if (end := _street_end(text, match)) is not None:
            numero = match["head"].strip().startswith("n")
            yield _whole(text, match.start() if numero else match.start("number"), end)
    if "ieu" in text:
        for match in _LIEU_DIT.finditer(text):
            whole = _whole(text, match.start(), match.end())
            if whole.end > match.end() or _AT_HOME.search(text[max(0, match.start() - _CUE_WIDTH) : match.start()]):
                yield whole
    for match in _BOX.finditer(text) if numbered else ():
        yield _whole(text, match.start(), match.end())
    for match in _HOMES.finditer(text):
        yield Span(match.start("homes"), match.end("homes"), "address")
    for match in _ENGLISH.finditer(text) if numbered else ():
        if _is_english(text, match):
            yield _whole(text, match.start(), match.end())


def _street_end(text: str, match: re.Match[str]) -> int | None:
    """Where the name of the street ends; None when this is no address."""
    headed = bool(match["head"].strip())
    before = text[max(0, match.start("number") - _BEFORE_WIDTH) : match.start("number")]
    if (match["of"] and not headed) or _LINE.search(before) or _RANGE.search(before):
        return None
    end, capitals, particles = _street_name(text, match.end())
    if end is None or capitals:
        return end
    told = headed or not match["number"].strip().isdigit() or _cued(text, match.start())
    if match["sure"]:
        return end if particles or told else None
    return end if told and (particles or _TAIL.match(text, end)) else None


def _street_name(text: str, place: int) -> tuple[int | None, int, int]:
    """Where the name at `place` ends, None when there is none; how many of its words have a capital; its particles."""
    end, capitals, small, particles = None, 0, 0, 0
    for _ in range(_MOST_NAMES * 2):
        if particle := _PARTICLE.match(text, place):
            if end is not None and not text[particle.end() : particle.end() + 1].isupper():
                break  # "rue du Moulin de la Tour" goes on, "rue du Moulin le soir" does not
            place, particles = particle.end(), particles + 1
            continue
        word = _NAME.match(text, place)
        if word is None:
            break
        plain = fold(word.group()).rstrip(".")
        figures = word.group()[0].isdigit()
        capital = word.group()[0].isupper() or plain in {"st", "ste"} or (plain.isdigit() and len(plain) != 5)
        if plain in _NO_NAMES or (not capital and (figures or plain in STOPWORDS["en"])):
            break
        if not capital and ((capitals and plain not in _MONTHS) or small >= _MOST_SMALL_NAMES):
            break
        capitals, small = capitals + capital, small + (not capital)
        end = word.end()
        gap = _GAP.match(text, end)
        if gap is None or capitals + small >= _MOST_NAMES:
            break
        place = gap.end()
    return end, capitals, particles


def _whole(text: str, start: int, end: int) -> Span:
    for _ in range(_MOST_TAILS):
        tail = _TAIL.match(text, end) or _TAIL_TOWN.match(text, end)
        if tail is None:
            break
        end = tail.end()
    before = max(0, start - _HEAD_WIDTH)
    head = _HEAD.search(text[before:start])
    return Span(before + head.start() if head else start, end, "address")


def _cued(text: str, start: int) -> bool:
    return _CUE.search(text[max(0, start - _CUE_WIDTH) : start]) is not None


def _is_english(text: str, match: re.Match[str]) -> bool:
    names = match["name"].split()
    if any(fold(name) in SMALL_WORDS for name in names):
        return False
    return all(name[0].isupper() for name in names) or _cued(text, match.start())

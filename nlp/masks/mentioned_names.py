"""People who are spoken of: "mon fils Lucas", "Karim Benali a tout cassé", "la famille Nguyen", a name at the end.

    a first name of the list, with a capital  +  capitals behind it     Sophie Moreau · Jean-Pierre Le Goff
    a frequent surname inside a sentence                                il faut en parler à Dupont
    a word for a person                       +  a name                 ma voisine Fatima · le gardien, Marc Petit
    "la famille", "chez", "demandez à"        +  a name

Precision first: a street, a school, a saint, somebody in office and a public figure stay. Of names that are also words
("Pierre", "Rose") both a capital and a second sign are asked for.
"""

import re
from collections.abc import Iterator

from nlp.masks.first_names import EVERYDAY, SURNAMES, is_first_name
from nlp.masks.names import PARTICLES, PLACES, is_public, name_at
from nlp.masks.spans import Span
from nlp.normalise import fold
from nlp.words.stopwords import SMALL_WORDS

_LETTERS = r"[^\W\d_]{1,30}(?:['’-][^\W\d_]{1,30}){0,3}"
_WORD = re.compile(_LETTERS)
_CAPITAL = re.compile(rf"(?<![\w'’@.-])(?:[NODL]['’])?[A-ZÀ-ÖØ-Þ]{_LETTERS}(?![\w@])")
_SURNAME = re.compile(
    rf"[ \t]{{1,2}}(?:(?:de|du|da|dos|van|von|el|ben|bin|di|le|la|des)[ \t])?(?:d['’]|l['’]|N['’]|"
    rf"O['’])?(?:Le|La|De|Da|Dos|Van|Von|El|Ben|Bin|Di|Du|Mc|Mac)?[ \t]?"
    rf"(?P<name>[A-ZÀ-ÖØ-Þ]{_LETTERS})(?![\w@])"
)
_RELATION = re.compile(
    r"(?<!\w)(?:(?:mon|ma|mes|notre|nos|son|sa|leur|my|our|his|her|their)[ \t](?:petite?[ \t]|grande?[ \t]|"
    r"meilleure?[ \t]|old[ \t]|little[ \t])?"
    r"(?:fils|fille|filles|enfants?|mari|femme|[ée]poux|[ée]pouse|compagn(?:on|e)|copain|copine|ami|amie|"
    r"voisin|voisine|voisins|fr[èe]re|s[œo]e?ur|m[èe]re|p[èe]re|maman|papa|"
    r"oncle|tante|cousine?|neveu|ni[èe]ce|grand-m[èe]re|grand-p[èe]re|mamie|papi|coll[èe]gue|patron(?:ne)?|"
    r"coloc|b[ée]b[ée]|conjointe?|"
    r"son|daughter|child|husband|wife|partner|friend|neighbou?r|brother|sister|mother|father|mum|dad|uncle|"
    r"aunt|colleague|boss|baby|flatmate)"
    r"|(?:le|la|l['’]|un|une|the)[ \t]?(?:gardien(?:ne)?|concierge|animat(?:eur|rice)|voisine?|locataire|"
    r"propri[ée]taire|institut(?:eur|rice)|ma[îi]tresse|ma[îi]tre|prof|"
    r"professeure?|docteure?|m[ée]decin|infirmi[èe]re?|assistante?[ \t]sociale|dame|monsieur|jeune|"
    r"caretaker|tenant|teacher|nurse|landlord|landlady|neighbou?r)"
    r"|(?:le|la)[ \t](?:fils|fille|p[èe]re|m[èe]re|veuve)(?=[ \t](?-i:[A-ZÀ-ÖØ-Þ]))"
    r"(?![ \t](?:no[ëe]l|lachaise|fouettard|nature|patrie))"
    r"|(?:la|les)[ \t](?:famille|voisins|[ée]poux)|(?:the)[ \t]family)"
    r"[ \t]?,?[ \t]{1,2}",
    re.IGNORECASE,
)
_FAMILY = re.compile(r"(?:famille|voisins|poux|family)\W{0,3}$", re.IGNORECASE)
_SELF = re.compile(
    r"(?<!\w)(?:moi[ \t]?,?[ \t]?c['’ ]?est|ici|moi[ \t]?,|c['’]est|je[ \t]suis|i['’ ]?a?m|this[ \t]is|"
    r"it['’]s)[ \t]{1,2}",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"(?<!\w)(?:demandez?[ \t](?:à|a)|contactez?|appelez?|voir[ \t]avec|parlez?[ \t](?:à|a|avec)|"
    r"dites[ \t](?:à|a)|chez|avec|ask|call|contact|tell|with)[ \t]{1,2}",
    re.IGNORECASE,
)
_LAST_LINE = re.compile(
    rf"(?:^|\n|[.!?])[ \t]*(?P<name>[A-ZÀ-ÖØ-Þ]{_LETTERS}(?:[ \t][A-ZÀ-ÖØ-Þ]{_LETTERS}){{1,2}})[ \t]*\.?\s*$"
)
_HISTORY_TEXT = """
hugo jaures moulin ferry curie veil verne zola foch leclerc voltaire rousseau moliere pasteur clemenceau gambetta
diderot descartes camus sartre prevert brassens piaf baker michel eluard aragon baudelaire rimbaud verlaine balzac
flaubert dumas proust lafayette napoleon bonaparte jeanne arc mandela king luther gandhi dolto montessori freinet
blum mendes zay brossolette carnot thiers hallyday aznavour brel platini zidane mbappe noah coubertin perec laurent
saint st sainte notre christ dieu marianne charles gaulle
"""
_HISTORY = frozenset(_HISTORY_TEXT.split())
_ROMAN = re.compile(r"[ \t][IVX]{1,5}(?!\w)")
_SAINT = re.compile(r"\b(?:saint|sainte|st|ste|san|santa|los|s[aã]o)\W{1,2}$", re.IGNORECASE)
_WAYS_TEXT = "street road lane close drive terrace grove avenue crescent court gardens square park school bridge"
_WAYS = frozenset(_WAYS_TEXT.split())


def mentioned_names(text: str) -> Iterator[Span]:
    """Names with a first name that the list knows, or with a word for a person before them."""
    for match in _CAPITAL.finditer(text):
        if (span := _known(text, match)) and not _stays(text, span):
            yield span
    for cue in _RELATION.finditer(text):
        if (span := _after_relation(text, cue)) and not _stays(text, span):
            yield span
    for pattern in (_SELF, _ASKED):
        for cue in pattern.finditer(text):
            if (span := _first_name_at(text, cue.end(), small=pattern is _SELF)) and not _stays(text, span):
                yield span
    tail = max(0, len(text) - 120)
    if (last := _LAST_LINE.search(text, tail)) and _signs(last["name"]):
        span = Span(last.start("name"), last.end("name"), "name")
        if not _stays(text, span):
            yield span


def _known(text: str, match: re.Match[str]) -> Span | None:
    """A first name of the list with a surname; alone only when it can be nothing else."""
    plain = fold(match.group())
    if not is_first_name(plain):
        alone = plain in SURNAMES and not _begins(text, match.start()) and not _shouted(text, match)
        return Span(match.start(), match.end(), "name") if alone else None
    end = _with_surname(text, match.end())
    if _shouted(text, match) or _ROMAN.match(text, end):
        return None
    if end == match.end() and "-" not in plain and (plain in EVERYDAY or _begins(text, match.start())):
        return None
    return Span(match.start(), end, "name")


def _with_surname(text: str, end: int) -> int:
    for _ in range(2):
        surname = _SURNAME.match(text, end)
        if surname is None or _is_small_word(surname["name"]) or set(surname["name"]) <= set("IVX"):
            break
        end = surname.end()
    return end


def _after_relation(text: str, cue: re.Match[str]) -> Span | None:
    capital = _CAPITAL.match(text, cue.end())
    if capital is None:
        return _first_name_at(text, cue.end(), small=True)
    plain = fold(capital.group())
    end = _with_surname(text, capital.end())
    if plain in PLACES or (_is_small_word(plain) and (plain not in PARTICLES or end == capital.end())):
        return None
    if not is_first_name(plain) and not _FAMILY.search(text, cue.start(), cue.end()) and "," in cue.group():
        return None
    return Span(capital.start(), end, "name")


def _first_name_at(text: str, place: int, *, small: bool) -> Span | None:
    """A first name of the list right there. `small`: also without a capital, when it is no everyday word."""
    word = _WORD.match(text, place)
    if word is None:
        return None
    plain = fold(word.group())
    capital = word.group()[0].isupper()
    if not is_first_name(plain) or (not capital and (not small or plain in EVERYDAY)):
        return None
    if not capital:
        return name_at(text, place, small=2)
    return Span(word.start(), _with_surname(text, word.end()), "name")


def _signs(name: str) -> bool:
    """Two capitalised words that no sentence is made of."""
    first, *others = name.split()
    return is_first_name(fold(first)) and not any(_is_small_word(other) for other in others)


def _stays(text: str, span: Span) -> bool:
    """A street, a school, a saint, somebody in office, a public figure."""
    name = fold(text[span.start : span.end]).split()
    if (len(name) > 1 and name[-1] in _HISTORY | _WAYS) or _SAINT.search(text, max(0, span.start - 8), span.start):
        return True
    return is_public(text, span.start, span)


def _begins(text: str, start: int) -> bool:
    """At the beginning of a sentence every word has a capital."""
    before = text[max(0, start - 4) : start].rstrip(" \t")
    return not before or before[-1] in '.!?\n:;«"('


def _shouted(text: str, match: re.Match[str]) -> bool:
    """Where all is in capitals, a capital says nothing."""
    return match.group().isupper() and text[max(0, match.start() - 20) : match.end() + 20].isupper()


def _is_small_word(word: str) -> bool:
    plain = fold(word)
    return plain in SMALL_WORDS or plain in {"madame", "monsieur", "mme"}

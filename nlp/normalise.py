"""From what people type to what can be compared: clean text, words without accents, everyday abbreviations written out.

Two promises. `clean` gives a text that any database, screen or file can hold, and changes nothing that a reader would
miss. `fold` gives the form under which words are compared: "Écoles" and "ecoles" are the same word. All is linear in
the length of the text.
"""

import re
import unicodedata

# Invisible or direction-changing characters: they hide words from people or from rules. ZWJ and the variation selector
# stay only between emoji, where taking them out would change what is seen.
_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0"
    "\ufff9\ufffa\ufffb"
)
_JOINERS = frozenset("\u200d\ufe0f\ufe0e\u20e3")
_LINE_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029\u000b\u000c]")
_WORTH_A_LOOK = re.compile(r"[^\n\t -~À-ÖØ-öø-ÿŒœ’«»…–—€\u00a0\u202f]")
MARKS = "\u0300-\u036f\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_MARKS = re.compile(f"[{MARKS}]+")
_MARKS_KEPT = 3
_WITHOUT_MARKS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
"""Letters whose mark is no sign of its own: "ışık" typed as "IŞIK" is "isik"."""
_EMOJI_FROM = 0x203C

WORD = re.compile(r"[^\W_]+", re.UNICODE)

# What people write on a phone → the words they mean. Ours, short on purpose: only forms with one reading.
SHORT_FORMS: dict[str, dict[str, tuple[str, ...]]] = {
    "fr": {
        "ajd": ("aujourd", "hui"),
        "appart": ("appartement",),
        "apparts": ("appartements",),
        "asso": ("association",),
        "assos": ("associations",),
        "aprem": ("apres", "midi"),
        "bcp": ("beaucoup",),
        "biblio": ("bibliotheque",),
        "bibli": ("bibliotheque",),
        "bjr": ("bonjour",),
        "bsr": ("bonsoir",),
        "cad": ("c", "est", "a", "dire"),
        "ciné": ("cinema",),
        "cine": ("cinema",),
        "conso": ("consommation",),
        "cpdt": ("cependant",),
        "dc": ("donc",),
        "dim": ("dimanche",),
        "ds": ("dans",),
        "écolo": ("ecologique",),
        "ecolo": ("ecologique",),
        "elec": ("electricite",),
        "gvt": ("gouvernement",),
        "gouv": ("gouvernement",),
        "hosto": ("hopital",),
        "hs": ("hors", "service"),
        "impots": ("impots",),
        "instit": ("instituteur",),
        "jms": ("jamais",),
        "jr": ("jour",),
        "jrs": ("jours",),
        "koi": ("quoi",),
        "lgtps": ("longtemps",),
        "mdr": (),
        "med": ("medecin",),
        "mediat": ("mediatheque",),
        "mnt": ("maintenant",),
        "mtn": ("maintenant",),
        "nvx": ("nouveaux",),
        "ojd": ("aujourd", "hui"),
        "ordi": ("ordinateur",),
        "pb": ("probleme",),
        "pbs": ("problemes",),
        "pcq": ("parce", "que"),
        "pdt": ("pendant",),
        "pk": ("pourquoi",),
        "pq": ("pourquoi",),
        "pkoi": ("pourquoi",),
        "poubs": ("poubelles",),
        "prof": ("professeur",),
        "profs": ("professeurs",),
        "qd": ("quand",),
        "qq": ("quelques",),
        "qqch": ("quelque", "chose"),
        "qqn": ("quelqu", "un"),
        "rdv": ("rendez", "vous"),
        "resto": ("restaurant",),
        "restos": ("restaurants",),
        "restau": ("restaurant",),
        "ru": ("restaurant", "universitaire"),
        "slt": ("salut",),
        "stp": (),
        "svp": (),
        "tjrs": ("toujours",),
        "tjs": ("toujours",),
        "tps": ("temps",),
        "trotti": ("trottinette",),
        "tt": ("tout",),
        "vac": ("vacances",),
        "vs": ("vous",),
        "wc": ("toilettes",),
        "we": ("week", "end"),
    },
    "en": {
        "appt": ("appointment",),
        "bc": ("because",),
        "bldg": ("building",),
        "cos": ("because",),
        "cuz": ("because",),
        "govt": ("government",),
        "hosp": ("hospital",),
        "hrs": ("hours",),
        "lib": ("library",),
        "pls": (),
        "plz": (),
        "ppl": ("people",),
        "prof": ("professor",),
        "rd": ("road",),
        "sat": ("saturday",),
        "tmrw": ("tomorrow",),
        "uni": ("university",),
        "wknd": ("weekend",),
    },
}


def clean(text: str) -> str:
    """`text` as people see it, in NFC, without NUL, lone surrogates, control, bidi and zero-width characters.

    Line breaks become "\\n"; at most three marks stay on one letter.
    """
    if not _WORTH_A_LOOK.search(text):
        return text
    text = unicodedata.normalize("NFC", _LINE_BREAKS.sub("\n", text))
    kept: list[str] = []
    marks = 0
    for place, char in enumerate(text):
        if "\ud800" <= char <= "\udfff":
            kept.append("\ufffd")
            continue
        if char in _JOINERS:
            if _joins(text, place):
                kept.append(char)
            continue
        if (
            char in _INVISIBLE
            or (char < " " and char not in "\n\t")
            or "\x7f" <= char <= "\x9f"
            or char >= "\U000e0000"
        ):
            continue
        if unicodedata.combining(char):
            marks += 1
            if marks > _MARKS_KEPT:
                continue
        else:
            marks = 0
        kept.append(char)
    return "".join(kept)


def fold(text: str) -> str:
    """Lower case without accents: "Œuvre d’ÉTÉ" → "oeuvre d’ete"."""
    text = text.casefold()
    if text.isascii():
        return text
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_WITHOUT_MARKS)


def written_words(text: str) -> list[str]:
    """The words in order, as they stand there: `fold` of each gives `words`, short forms aside."""
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKC", text))
    return WORD.findall(text)


def words(text: str, language: str = "") -> list[str]:
    """The folded words in order, short forms written out when `language` has some: "Pb ds l'école" → probleme dans l
    ecole.
    """
    return written_out(WORD.findall(fold(text)), language)


def written_out(folded: list[str], language: str) -> list[str]:
    shorts = SHORT_FORMS.get(language)
    if not shorts:
        return folded
    written: list[str] = []
    for word in folded:
        longer = shorts.get(word)
        if longer is None:
            written.append(word)
        else:
            written.extend(longer)
    return written


def _joins(text: str, place: int) -> bool:
    """Whether the joiner at `place` belongs to an emoji: 👩‍🌾, ❤️, 6️⃣."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if text[place] == "\u20e3" or after == "\u20e3":
        return before.isascii() or before == "\ufe0f"
    picture = bool(before) and (ord(before) >= _EMOJI_FROM or before in "©®")
    return picture and (text[place] != "\u200d" or (bool(after) and ord(after) >= _EMOJI_FROM))

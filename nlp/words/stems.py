"""Two words that differ only by an ending are one: "horaire" and "horaires", "gratuit" and "gratuite".

A light stemmer for folded words: it takes off plurals, feminines and the commonest verb endings, and stops early,
because two topics that melt into one are worse than an ending that is not recognised. The idea of a *light* stemmer
for French is Savoy's (Journal of the American Society for Information Science 50(10), 1999); the rules are ours.
"""

# An ending, what replaces it, and the fewest letters that must be left before it. In each step the first that fits.
_Rules = tuple[tuple[str, str, int], ...]

_FRENCH: tuple[_Rules, ...] = (
    (("erons", "", 4), ("irons", "", 4), ("eaux", "eau", 1), ("aux", "al", 3), ("s", "", 3), ("x", "", 4)),
    (
        ("euse", "eur", 3),
        ("trice", "teur", 3),
        ("enne", "en", 3),
        ("elle", "el", 3),
        ("ive", "if", 3),
        ("ee", "", 4),
        ("e", "", 4),
    ),
    (
        ("issement", "", 4),
        ("issent", "", 4),
        ("issant", "", 4),
        ("eraient", "", 4),
        ("iraient", "", 4),
        ("eront", "", 4),
        ("iront", "", 4),
        ("erait", "", 4),
        ("irait", "", 4),
        ("aient", "", 4),
        ("ait", "", 4),
        ("ant", "", 5),
        ("ent", "", 4),
        ("er", "", 4),
        ("ez", "", 4),
        ("ir", "", 4),
    ),
)
_ENGLISH: tuple[_Rules, ...] = (
    (("ies", "y", 2), ("ss", "ss", 0), ("us", "us", 0), ("is", "is", 0), ("s", "", 3)),
    (("ness", "", 4), ("ing", "", 4), ("ed", "", 4), ("er", "", 4), ("e", "", 4)),
)


def stem(word: str, language: str) -> str:
    """The part of a folded `word` that its forms share; the word itself in a language without rules."""
    for rules in _FRENCH if language == "fr" else _ENGLISH if language == "en" else ():
        for ending, put, left in rules:
            if word.endswith(ending) and len(word) - len(ending) >= left:
                word = word[: len(word) - len(ending)] + put
                break
    return word

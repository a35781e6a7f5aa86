"""As which language a text is read, and with which word vectors: decided here for tagging and for learning alike."""

from nlp.words.vectors import FRENCH_PACKAGE, WordVectors, word_vectors

PLAIN = "xx"
"""Any other language: words as they are, without endings, small words or vectors of a language that is not theirs."""
READINGS = ("fr", "en", PLAIN)


def read_as(*languages: str) -> str:
    """The first of them that is known here: the text's, then the conversation's, whose taxonomy it is."""
    return next((known for known in languages if known in READINGS), PLAIN)


def vectors_of(reading: str) -> WordVectors | None:
    """Only French has some. Raises PorteVoixError when they are not installed."""
    return word_vectors(FRENCH_PACKAGE) if reading == "fr" else None

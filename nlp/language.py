"""In which language a short text is written. The conversation's own language is believed until the words say otherwise.

"oui", "ok", "parking" are no evidence; a few function words are. Between the two, py3langid's likelihoods decide,
with a head start for the conversation's language that the text must overcome.
"""

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from nlp.normalise import SHORT_FORMS, WORD, clean, fold
from nlp.words.stopwords import STOPWORDS

# Languages that people in France and their neighbours write to a town hall. Close cousins of French that a model finds
# in every third short text (Occitan, Walloon, Latin …) are left out on purpose.
LANGUAGES = (
    "fr en es pt it de nl ca ro pl ru uk bg sr hr sq tr ar fa ps ur hi bn ta vi zh ja ko ka hy el he hu cs sk sv da fi"
)
_HEAD_START = 3.0
_FEWER_WORDS = 3.0
_A_FUNCTION_WORD = 5.0
_MOST = 600
# Three different ones of these, and the conversation is in that language already: no need to ask the model.
_UNMISTAKABLE_TEXT = {
    "fr": "les des est pas pour dans avec nous vous je sont une qui aux et mais il du ne faut plus",
    "en": "the and is are of for with this that not we you have be it more should they to",
}
_UNMISTAKABLE = {language: frozenset(text.split()) for language, text in _UNMISTAKABLE_TEXT.items()}
_ENOUGH = 3
_GERMAN_TEXT = """
der die das den dem und nicht mehr ist sind ein eine einen keine kein zu weniger im auf fur mit bei wir ich sie es gibt
sehr viel zum zur als auch bitte danke uber ohne nur noch immer
"""
_SPANISH_TEXT = """
el los las una uno menos muy mucho mucha muchos muchas para con por del al y es son hay mejor todos todas sin
nada porque pero gracias aqui esta estan lo mi mis nuestro
"""
_TELLING = {
    "fr": (STOPWORDS["fr"] | SHORT_FORMS["fr"].keys() | {"tro", "cest", "jai", "ya", "pr", "mm", "pa"})
    - STOPWORDS["en"],
    "en": (STOPWORDS["en"] | SHORT_FORMS["en"].keys()) - STOPWORDS["fr"],
    "de": frozenset(_GERMAN_TEXT.split()),
    "es": frozenset(_SPANISH_TEXT.split()),
}
# Of two or three words a model makes Romanian, Catalan or Italian as easily as French: these need more than that.
_OWN_SIGNS_OR_FREQUENT = "fr en de es ar ru uk zh ja ko fa ur hi bn ta"
_RARE = frozenset(LANGUAGES.split()) - frozenset(_OWN_SIGNS_OR_FREQUENT.split())
_FEW, _RARE_NEEDS = 3, 4.0


def detect(text: str, prior: str) -> str:
    """The ISO 639-1 code of the text's language; `prior` when nothing speaks against it."""
    found = WORD.findall(fold(clean(text[:_MOST])))
    spoken = [word for word in found if not word.isdigit()]
    if not spoken or len(_UNMISTAKABLE.get(prior, frozenset()).intersection(spoken)) >= _ENOUGH:
        return prior
    scores: dict[str, float] = dict(_identifier().rank(" ".join(spoken) if text.isupper() else text[:_MOST].lower()))
    for language, telling in _TELLING.items():
        scores[language] += _A_FUNCTION_WORD * len(telling.intersection(spoken))
    if len(spoken) <= _FEW:
        for language in _RARE - {prior}:
            scores[language] -= _RARE_NEEDS
    best = max(scores, key=lambda language: scores[language])
    head_start = _HEAD_START + _FEWER_WORDS / len(spoken)
    return prior if scores[best] - scores.get(prior, float("-inf")) < head_start else best


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES.split())
    return identifier

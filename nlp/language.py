"""In which language a short text is written. The conversation's own language is believed until the words say otherwise.

"oui", "ok", "parking" are no evidence; a few function words are. Between the two, py3langid's likelihoods decide,
with a head start for the conversation's language that the text must overcome.
"""

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from nlp.normalise import WORD, clean, fold
from nlp.stopwords import STOPWORDS

# Languages that people in France and their neighbours write to a town hall. Close cousins of French that a model
# finds in
# every third short text (Occitan, Walloon, Latin …) are left out on purpose.
LANGUAGES = (
    "fr en es pt it de nl ca ro pl ru uk bg sr hr sq tr ar fa ps ur hi bn ta vi zh ja ko ka hy el he hu cs sk sl sv da fi "
    "et lt lv"
)
_HEAD_START = 4.0
_A_FUNCTION_WORD = 5.0
_MOST = 600


def detect(text: str, prior: str) -> str:
    """The ISO 639-1 code of the text's language; `prior` when nothing speaks against it."""
    found = WORD.findall(fold(clean(text[:_MOST])))
    spoken = [word for word in found if not word.isdigit()]
    if not spoken:
        return prior
    scores: dict[str, float] = dict(_identifier().rank(" ".join(spoken) if text.isupper() else text[:_MOST].lower()))
    for language, others in (("fr", "en"), ("en", "fr")):
        only = STOPWORDS[language] - STOPWORDS[others]
        scores[language] += _A_FUNCTION_WORD * len(only.intersection(spoken))
    best = max(scores, key=lambda language: scores[language])
    if best == prior or scores[best] - scores.get(prior, float("-inf")) < _HEAD_START:
        return prior
    return best


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES.split())
    return identifier

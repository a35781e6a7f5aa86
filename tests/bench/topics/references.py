"""What else could file the same texts: each gets the same rows, and nothing else."""

from collections.abc import Sequence

import numpy as np

from tests.bench.topics.cases import Case, Matrix, truth

_EPOCHS = 5
_SEED = 20190315


def machine(train_cases: Sequence[Case], cases: Sequence[Case], size: int) -> Matrix:
    """The reference: TF-IDF of words and characters, linear SVM, one for each question; what it says (0 or 1)."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union
    from sklearn.svm import LinearSVC

    said = np.zeros((len(cases), size))
    alone = all(len(case.topics) == 1 for case in train_cases)
    for question in {case.question for case in train_cases}:
        known = [case for case in train_cases if case.question == question]
        here = [place for place, case in enumerate(cases) if case.question == question]
        if not here:
            continue
        views = make_union(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, strip_accents="unicode"),
            TfidfVectorizer(
                analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, strip_accents="unicode"
            ),
        )
        seen, asked = views.fit_transform([case.text for case in known]), views.transform([cases[p].text for p in here])
        wanted = truth(known, size)
        if alone:
            said[here, LinearSVC(C=0.3).fit(seen, wanted.argmax(axis=1)).predict(asked)] = 1
            continue
        for topic in np.flatnonzero((wanted.sum(axis=0) > 0) & (wanted.sum(axis=0) < len(known))):
            said[here, topic] = LinearSVC(C=1.0).fit(seen, wanted[:, topic]).predict(asked)
    return said


def textcat(train_cases: Sequence[Case], cases: Sequence[Case], size: int) -> Matrix:
    """spaCy's own classifier of texts about one thing each, as it comes, five times over the rows; its best topic."""
    import random

    import spacy
    from spacy.training import Example as Lesson
    from spacy.util import fix_random_seed, minibatch

    fix_random_seed(_SEED)
    nlp = spacy.blank("fr")
    labels = [str(place) for place in range(size)]
    component = nlp.add_pipe("textcat")
    for label in labels:
        component.add_label(label)  # type: ignore[attr-defined]  # a textcat has labels
    lessons = [
        Lesson.from_dict(
            nlp.make_doc(case.text), {"cats": {label: float(int(label) in case.topics) for label in labels}}
        )
        for case in train_cases
    ]
    nlp.initialize(lambda: lessons[:1000])
    optimizer = nlp.create_optimizer()
    chance = random.Random(_SEED)
    for _ in range(_EPOCHS):
        chance.shuffle(lessons)
        for batch in minibatch(lessons, size=128):
            nlp.update(batch, sgd=optimizer)
    said = np.zeros((len(cases), size))
    for row, doc in enumerate(nlp.pipe([case.text for case in cases], batch_size=256)):
        said[row, int(max(doc.cats, key=lambda label: doc.cats[label]))] = 1
    return said

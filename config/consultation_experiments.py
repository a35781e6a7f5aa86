"""The experiment of a step, as a consultation file says it: `waves`, `holdout 10 %`, or a section. Reminders at one
moment for all have two waves unless they say otherwise; everything else has none."""

import re
from collections.abc import Sequence
from datetime import timedelta

from ruamel.yaml.nodes import ScalarNode

from config import consultation_schema as schema
from config import people_words
from config.people_words import folded
from config.yaml_entries import Section
from core.model.consultations import WAVES, Anchor, Design, Experiment, Moment, StepKind, Text

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=60)
LEAST, MOST = 0.05, 0.95
_USUAL_SHARE = {Design.WAVES: 0.5, Design.HOLDOUT: 0.1, Design.WORDINGS: 0.5}
_WITH_SHARE = re.compile(r"(.+?)[\s:]+(\d[\d.,]*\s*%)")


def experiment(step: Section, kind: StepKind, when: Sequence[Moment]) -> Experiment | None:
    """`share` in the file is of those who get it first (waves), who never do (holdout), who read the other words."""
    if "experiment" not in step:
        for_all_at_once = len(when) == 1 and (when[0].at is not None or when[0].anchor is Anchor.START)
        return WAVES if kind is StepKind.REMINDER and for_all_at_once else None
    if isinstance(step.nodes["experiment"], ScalarNode):
        word = step.word("experiment")
        if folded(word) in schema.NO_EXPERIMENT:
            return None
        named, share = (found[1], found[2]) if (found := _WITH_SHARE.fullmatch(word)) else (word, "")
        design = _design(step, "experiment", named)
        made = None if design is None else _made(step, "experiment", design, people_words.share(share), None, {})
    else:
        section = step.section("experiment", schema.EXPERIMENT)
        design = _design(section, "kind", section.word("kind"))
        share_of = section.value("share", people_words.share, None, "file.experiment_share")
        time = section.value("time", people_words.duration, None, "file.not_a_duration")
        made = None if design is None else _made(section, "kind", design, share_of, time, section.text("text"))
    if made is not None and kind not in (StepKind.REMINDER, StepKind.LAST_CALL):
        step.wrong("experiment", "file.experiment_step")
    return made


def _design(section: Section, key: str, word: str) -> Design | None:
    design = schema.DESIGNS.get(folded(word))
    if design is None and word:
        section.wrong(key, "file.not_an_experiment", found=word)
    return design


def _made(
    section: Section, key: str, design: Design, share: float | None, time: timedelta | None, text: Text
) -> Experiment:
    part = _USUAL_SHARE[design] if share is None else share
    if not LEAST <= part <= MOST:
        section.wrong("share" if "share" in section else key, "file.experiment_share", found=f"{part:.0%}")
    usual = WAVES.time if design is Design.WAVES else timedelta(days=7)
    if time is not None and not SHORTEST <= time <= LONGEST:
        section.wrong("time", "file.experiment_time")
    if (design is Design.WORDINGS) != bool(text):
        section.wrong("text" if "text" in section else key, "file.experiment_text")
    return Experiment(design, part if design is Design.WAVES else 1 - part, time or usual, text)

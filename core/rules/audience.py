"""Does somebody belong to the audience of a step?"""

from core.model.audience import Facts, Who


def belongs(who: Who, facts: Facts) -> bool:
    return (
        _one_of(who.sources, facts.sources)
        and _one_of(who.languages, frozenset((facts.language,)))
        and _one_of(who.sectors, facts.sectors)
        and _one_of(who.topics, facts.topics)
        and who.finished in (None, facts.finished)
        and who.took_part_before in (None, facts.took_part_before)
        and all(belongs(each, facts) for each in who.all)
        and (not who.any or any(belongs(each, facts) for each in who.any))
        and not any(belongs(each, facts) for each in who.none)
    )


def _one_of(wanted: tuple[str, ...], known: frozenset[str]) -> bool:
    return not wanted or not known.isdisjoint(wanted)

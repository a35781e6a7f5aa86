"""Drawing, enum and table of a state machine say the same: a state that is not drawn is one nobody knows of."""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import ModuleType

import pytest

from core.model import campaigns, contributions, deliveries, dialogues, follow_ups, publications

MACHINES: list[tuple[ModuleType, type[StrEnum]]] = [
    (deliveries, deliveries.State),
    (campaigns, campaigns.CampaignState),
    (contributions, contributions.ContributionState),
    (dialogues, dialogues.Stage),
    (follow_ups, follow_ups.Progress),
    (publications, publications.Publication),
]
TABLES: list[tuple[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]]] = [
    (deliveries.State, deliveries.MOVES),  # type: ignore[list-item]  # a Mapping is invariant in its key
    (campaigns.CampaignState, campaigns.CAMPAIGN_MOVES),  # type: ignore[list-item]  # likewise
    (follow_ups.Progress, follow_ups.PROGRESS_MOVES),  # type: ignore[list-item]  # likewise
    (publications.Publication, publications.PUBLICATION_MOVES),  # type: ignore[list-item]  # likewise
]


def drawing(module: ModuleType) -> str:
    """The paragraph of the module's docstring that has arrows in it."""
    return next(paragraph for paragraph in (module.__doc__ or "").split("\n\n") if "──▶" in paragraph)


@pytest.mark.parametrize(("module", "states"), MACHINES, ids=lambda value: value.__name__)
def test_every_state_is_in_the_drawing(module: ModuleType, states: type[StrEnum]) -> None:
    assert {state.value for state in states} <= set(re.findall(r"[a-z_]+", drawing(module)))


@pytest.mark.parametrize(("module", "states"), MACHINES, ids=lambda value: value.__name__)
def test_every_arrow_leads_to_a_state(module: ModuleType, states: type[StrEnum]) -> None:
    ends = set(re.findall(r"(?:▶|\|) \(?([a-z_]+)", drawing(module)))
    assert ends
    assert ends <= {state.value for state in states} | {"back"}, "(back to where it was)"


@pytest.mark.parametrize(("states", "moves"), TABLES, ids=lambda value: getattr(value, "__name__", ""))
def test_the_table_has_a_line_for_every_state(
    states: type[StrEnum], moves: Mapping[StrEnum, frozenset[StrEnum]]
) -> None:
    assert set(moves) == set(states)
    assert all(to in states for line in moves.values() for to in line)


@pytest.mark.parametrize("states", [states for _, states in MACHINES])
def test_states_are_full_words(states: type[StrEnum]) -> None:
    for state in states:
        assert state.value == state.name.lower()
        assert len(state.value) > 3

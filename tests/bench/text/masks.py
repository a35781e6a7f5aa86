"""Masks: of each kind the share that is gone, and of all that is masked the share that had to be, with bounds."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from core.rules.effect import wilson
from nlp.masking import mask
from tests.bench.text.mask_cases import MAKERS, Case, cases, negatives

KINDS = tuple(MAKERS)
_PIECE = re.compile(r"\w{3,}|\d{2,}")


def hidden(case: Case) -> bool:
    """Nothing that tells of the secret is left: no piece of it that the rest of the text does not say anyway."""
    around = Counter(_pieces(case.text.replace(case.secret, " ", 1)))
    shown = mask(case.text, case.language).text
    left = Counter(_pieces(shown))
    told = [piece for piece in _pieces(case.secret) if piece not in COMMON]
    return shown != case.text and all(left[piece] <= around[piece] for piece in told)


def _pieces(text: str) -> list[str]:
    return [piece.casefold() for piece in _PIECE.findall(text)]


_COMMON_TEXT = """
rue avenue boulevard impasse allée chemin place quai route square cours passage ruelle sentier résidence bis ter
bâtiment appartement escalier étage porte gauche lieu dit les des numéro flat street road lane point dot clé mailto
arobase
"""
COMMON = frozenset(_COMMON_TEXT.split())
"""Words of a form that tell nobody anything by themselves."""


def recall(kind: str, given: Sequence[Case] | None = None) -> tuple[int, int, list[Case]]:
    """(how many are hidden, of how many, the others)."""
    tried = given or cases(kind)
    missed = [case for case in tried if not hidden(case)]
    return len(tried) - len(missed), len(tried), missed


def precision() -> tuple[int, int, list[Case]]:
    """(masks that had to be, all masks, innocent texts that lost something)."""
    wanted = sum(recall(kind)[0] for kind in KINDS)
    wronged: list[Case] = []
    wrong = 0
    for kind in KINDS:
        for case in cases(kind):
            wrong += max(0, len(mask(case.text, case.language).kinds) - 1)
    for case in negatives():
        found = mask(case.text, case.language).kinds
        wrong += len(found)
        if found:
            wronged.append(case)
    return wanted, wanted + wrong, wronged


def figures() -> Mapping[str, tuple[float, float, float]]:
    """Key → (share, lower and upper bound)."""
    found = {}
    for kind in KINDS:
        right, of, _ = recall(kind)
        found[f"mask_recall_{kind}"] = (right / of, *wilson(right / of, of))
    right, of, _ = precision()
    found["mask_precision"] = (right / of, *wilson(right / of, of))
    return found

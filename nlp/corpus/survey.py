"""Looking at many texts at once, in a process of its own: `python -m nlp.corpus.survey`. One JSON object in, one out.

    stdin ── {"do": "themes" | "gist", "texts", "others", "language"} ─▶ stdout ── {"themes": […]} | {"gist": {…}}

It has no database and no network, and writes nothing down. `Surveyor` asks it, as core/work/ports.py promises.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from core.work.ports import Gist, Theme
from nlp.child import answer_once, ask

PATIENCE = timedelta(minutes=5)
_GIVEN_UP = "looking at the contributions took too long, or too much memory, and was given up"


class Surveyor:
    """Many texts, in a process of their own."""

    async def themes(self, texts: Sequence[str], others: Sequence[str], language: str) -> Sequence[Theme]:
        said = await _asked({"do": "themes", "texts": list(texts), "others": list(others), "language": language})
        return [Theme(**{name: tuple(each) for name, each in theme.items()}) for theme in said["themes"]]

    async def gist(self, texts: Sequence[str], others: Sequence[str], language: str) -> Gist:
        said = await _asked({"do": "gist", "texts": list(texts), "others": list(others), "language": language})
        return Gist(**{name: tuple(each) for name, each in said["gist"].items()})


async def _asked(request: Mapping[str, Any]) -> Mapping[str, Any]:
    return await ask("nlp.corpus.survey", request, PATIENCE, otherwise=_GIVEN_UP)


def main() -> None:
    answer_once(answer)


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Loaded here: whoever only asks needs no numpy for it."""
    from nlp.corpus.gist import gist  # noqa: PLC0415
    from nlp.corpus.themes import themes  # noqa: PLC0415

    if request["do"] == "gist":
        return {"gist": asdict(gist(request["texts"], request["others"], request["language"]))}
    found = themes(request["texts"], request["others"], request["language"])
    return {"themes": [asdict(each) for each in found]}


if __name__ == "__main__":
    main()

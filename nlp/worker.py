"""The tagger's own process: `python -m nlp.worker`. One JSON line in is a batch, one JSON line out is one text's
answer.

    parent ── {"batch": 7, "taxonomies": […], "jobs": [[text, language, taxonomy's place, question, model], …]} ─▶ stdin
           ── {"batch": 8, "alike": [text, …]} ─▶
    stdout ── {"ready": true}, then per text {"batch": 7, "job": 0, "tagged": {…}} | {… "untaggable": "reason"},
              {"batch": 8, "alike": [place of the first that says the same, …]} ─▶
    parent

It has no database and no network. It ends when its input ends, however its parent died and whatever it is doing: the
input is read in a thread of its own. Signals of the terminal are the parent's business. Nothing it reads is ever
written to a log.
"""

import argparse
import contextlib
import importlib
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

from core.model.errors import PorteVoixError
from core.work.ports import Tagged, Untaggable
from nlp.child import own_output
from nlp.corpus.duplicates import groups
from nlp.pipeline import Pipeline, Watch
from nlp.wire import unpack

# Below the process that answers people: a batch of texts never delays a reply.
_NICE = 5


def main() -> None:
    """Serve until the input ends."""
    parser = argparse.ArgumentParser(prog="python -m nlp.worker", description=__doc__)
    parser.add_argument("--watch", default="", help="module:function called with each text before it is read (tests)")
    arguments = parser.parse_args()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    replies = own_output(_NICE)
    with contextlib.suppress(BrokenPipeError):
        _serve(replies, arguments.watch)
    os._exit(0)  # the reading thread may still wait


def _serve(replies: BinaryIO, watch: str) -> None:
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests,), daemon=True).start()
    try:
        pipeline = Pipeline(_watch(watch))
    except (PorteVoixError, ImportError, OSError, ValueError) as error:
        _say(replies, {"broken": f"{type(error).__name__}: {error}"})
        return
    _say(replies, {"ready": True})
    while True:
        request = json.loads(requests.get())
        if "alike" in request:
            _say(replies, {"batch": request["batch"], "alike": groups(request["alike"])})
            continue
        for place, answer in enumerate(_answers(pipeline, request)):
            said = {"untaggable": answer.reason} if isinstance(answer, Untaggable) else {"tagged": asdict(answer)}
            _say(replies, {"batch": request["batch"], "job": place, **said})


def _answers(pipeline: Pipeline, request: Mapping[str, Any]) -> Iterator[Tagged | Untaggable]:
    for job in unpack(request):
        yield pipeline.answer(job)


def _read(requests: "queue.SimpleQueue[bytes]") -> None:
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def _say(replies: BinaryIO, reply: Mapping[str, Any]) -> None:
    replies.write(json.dumps(reply).encode("ascii") + b"\n")
    replies.flush()


def _watch(path: str) -> Watch | None:
    if not path:
        return None
    module, _, name = path.partition(":")
    watch: Watch = getattr(importlib.import_module(module), name)
    return watch


if __name__ == "__main__":
    main()

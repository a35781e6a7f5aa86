"""The two taggers: one in its own process, which no text can bring down, and one in this process, for the demo and
tests.

Both keep the contract of `core.work.ports.Tagger` (tests/unit/nlp/test_tagger_contract.py runs on both): one answer a
job, in order, and never an exception because of a text. The process is a plain child with two pipes:

    waiting ──▶ sent ──▶ answered
       ▲          │ the process died, or said nothing for too long: this text is suspected, the process is replaced
       └─ alone ──┤
                  └──▶ untaggable (the second time)
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from core.model.errors import PorteVoixError
from core.work.ports import Tagged, TagJob, Untaggable
from nlp.child import start
from nlp.wire import pack, pack_texts, read_answer

if TYPE_CHECKING:
    from nlp.pipeline import Pipeline, Watch

_CHUNK = 256
_STARTS = 2
_FAREWELL = 3.0


class InProcessTagger:
    """The same answers without a process of its own. A text that hangs hangs everything: for the demo and for tests."""

    def __init__(self, *, watch: "Watch | None" = None) -> None:
        """The pipeline is loaded by the first call of `tag` (some seconds)."""
        self._watch = watch
        self._pipeline: Pipeline | None = None

    async def tag(self, jobs: Sequence[TagJob]) -> Sequence[Tagged | Untaggable]:
        """One answer a job, in order; others get their turn between two texts."""
        from nlp.pipeline import Pipeline  # noqa: PLC0415  # spaCy: a second and 100 MB, which the other tagger's process has

        answers: list[Tagged | Untaggable] = []
        for job in jobs:
            if self._pipeline is None:
                self._pipeline = Pipeline(self._watch)
            answers.append(self._pipeline.answer(job))
            await asyncio.sleep(0)
        return answers

    async def alike(self, texts: Sequence[str]) -> Sequence[int]:
        from nlp.corpus.duplicates import groups  # noqa: PLC0415  # numpy, where it is asked for

        return await asyncio.to_thread(groups, list(texts))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pipeline = None


class ProcessTagger:
    """spaCy in a process of its own, started on entry, replaced when it dies, gone on exit."""

    def __init__(
        self,
        *,
        patience: timedelta = timedelta(seconds=20),
        start_patience: timedelta = timedelta(seconds=120),
        watch: str = "",
    ) -> None:
        """`patience`: how long one text may take; `watch`: module:function that the process calls with each text
        (tests).
        """
        self._patience = patience.total_seconds()
        self._start_patience = start_patience.total_seconds()
        self._watch = watch
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._ready = False
        self._batch = 0
        self._over = False
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """The process's id while there is one."""
        return None if self._process is None else self._process.pid

    async def __aenter__(self) -> Self:
        await self._spawn()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        await self._end(_FAREWELL if self._ready else 0.0)

    async def tag(self, jobs: Sequence[TagJob]) -> Sequence[Tagged | Untaggable]:
        """One answer a job, in order. Raises PorteVoixError only when the process cannot start, or was stopped on
        exit.
        """
        async with self._turn:
            answers: dict[int, Tagged | Untaggable] = {}
            waiting = deque(range(len(jobs)))
            suspected: int | None = None
            while waiting:
                sent = [waiting[0]] if suspected == waiting[0] else list(waiting)[:_CHUNK]
                trouble = await self._ask(jobs, sent, answers)
                while waiting and waiting[0] in answers:
                    waiting.popleft()
                if not trouble:
                    suspected = None
                    continue
                await self._end(0.0)
                if suspected == waiting[0]:
                    answers[waiting.popleft()] = Untaggable(f"{trouble} twice")
                    suspected = None
                else:
                    suspected = waiting[0]
            return [answers[place] for place in range(len(jobs))]

    async def alike(self, texts: Sequence[str]) -> Sequence[int]:
        """For each text the place of the first that says the same. When the process does not answer, each stands alone:
        a suggestion less, and nothing lost."""
        async with self._turn:
            process = await self._running()
            assert process.stdin is not None
            self._batch += 1
            try:
                process.stdin.write(pack_texts(list(texts), self._batch))
                async with asyncio.timeout(self._patience):
                    await process.stdin.drain()
                while reply := await self._reply(process, self._patience):
                    if reply.get("batch") == self._batch:
                        return [int(place) for place in reply["alike"]]
            except (TimeoutError, ConnectionError):
                pass
            await self._end(0.0)
            return range(len(texts))

    async def _ask(self, jobs: Sequence[TagJob], sent: list[int], answers: dict[int, Tagged | Untaggable]) -> str:
        """Send these jobs and gather the answers as they come; what went wrong before the last one, or ""."""
        process = await self._running()
        assert process.stdin is not None
        self._batch += 1
        answered = 0
        try:
            process.stdin.write(pack([jobs[place] for place in sent], self._batch))
            async with asyncio.timeout(self._patience):
                await process.stdin.drain()
            while answered < len(sent):
                reply = await self._reply(process, self._patience)
                if reply is None:
                    return "stopped the tagger"
                if reply.get("batch") == self._batch:  # else: of a batch whose caller went away
                    answers[sent[reply["job"]]] = read_answer(reply)
                    answered += 1
        except TimeoutError:
            return "took too long"
        except ConnectionError:
            return "stopped the tagger"
        return ""

    async def _running(self) -> asyncio.subprocess.Process:
        """A process that said it is ready."""
        for _ in range(_STARTS):
            if self._process is not None and self._process.returncode is not None:
                await self._end(0.0)
            process = self._process or await self._spawn()
            if self._ready:
                return process
            try:
                reply = await self._reply(process, self._start_patience)
            except TimeoutError:
                reply = None
            if reply is not None and "broken" in reply:
                await self._end(0.0)
                raise PorteVoixError(
                    f"The topic tagger cannot start ({reply['broken']}): run `make` to install what it needs"
                )
            if reply is not None and reply.get("ready"):
                self._ready = True
                return process
            await self._end(0.0)
        raise PorteVoixError("The topic tagger stops while it starts: is there enough memory (about 400 MB)?")

    async def _spawn(self) -> asyncio.subprocess.Process:
        if self._over:
            raise PorteVoixError("The topic tagger was stopped while it had work: the texts wait for the next start")
        self._ready = False
        self.starts += 1
        self._process = await start("nlp.worker", *(["--watch", self._watch] if self._watch else []))
        return self._process

    async def _reply(self, process: asyncio.subprocess.Process, patience: float) -> dict[str, Any] | None:
        """The next line, None at the end of the output."""
        assert process.stdout is not None
        async with asyncio.timeout(patience):
            line = await process.stdout.readline()
        reply: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return reply

    async def _end(self, patience: float) -> None:
        """Close its input and wait that long, then kill; nothing of it remains, no zombie and no open pipe."""
        process, self._process, self._ready = self._process, None, False
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            if patience:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(patience):
                        await process.wait()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            await process.stdout.read()
            await process.wait()
            with contextlib.suppress(ConnectionError):
                await process.stdin.wait_closed()

"""`topics tag|learn|back|evaluate|init`: the partner's own list of topics, on files of texts, without a database.

`learn` and `back` take a CONSULTATION instead, `themes` and `accept` take nothing else: taught.py, themes.py beside."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bots.terminal.commands import taught, themes, topic_pictures
from bots.terminal.commands.lines import STANDARD, Line, in_option, out_option, read_lines, read_names, write_lines
from bots.terminal.commands.shape import command, file_argument, group, json_option
from bots.terminal.parts import Parts, ReadTopics, TopicTools
from bots.terminal.screen import Screen
from core.model.consultations import Taxonomy
from core.model.errors import FileError
from core.work.ports import Reading

_Labelled = tuple[Line, Collection[str]]
_LABELS_SHOWN = 5


def add(app: typer.Typer, parts: Parts, screen: Screen) -> None:
    topics = group(screen, "topics")
    app.add_typer(topics, name="topics")

    @command(topics, screen, "tag", "topics.tag")
    def tag(
        taxonomy: Annotated[Path, taxonomy_option(screen)],
        source: Annotated[str, in_option(screen)],
        out: Annotated[str, out_option(screen)] = STANDARD,
        model: Annotated[Path | None, model_option(screen)] = None,
        evidence: Annotated[bool, typer.Option("--evidence", help=screen.text("help.topics.evidence"))] = False,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        _tag(taxonomy, source, out, model, parts.topics(), screen, evidence=evidence, as_json=as_json)

    @command(topics, screen, "learn", "topics.learn")
    def learn(
        consultation: Annotated[str, taught.consultation_or_nothing(screen)] = "",
        taxonomy: Annotated[Path | None, taxonomy_option(screen)] = None,
        model: Annotated[Path | None, model_option(screen, there=False)] = None,
        labelled: Annotated[str, labelled_option(screen)] = "",
        unlabelled: Annotated[str, _unlabelled_option(screen)] = "",
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        if consultation:
            taught.learn(consultation, parts, screen, as_json=as_json)
            return
        if taxonomy is None or model is None:
            raise FileError(screen.text("topics.whose"))
        _learn(taxonomy, model, labelled, unlabelled, parts.topics(), screen, as_json=as_json)

    @command(topics, screen, "back", "topics.back")
    def back(
        consultation: Annotated[str, taught.consultation_or_nothing(screen)] = "",
        model: Annotated[Path | None, model_option(screen)] = None,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        if consultation:
            taught.back(consultation, parts, screen, as_json=as_json)
            return
        if model is None:
            raise FileError(screen.text("topics.whose"))
        done = parts.topics().back(model)
        if as_json:
            screen.json(done)
        else:
            screen.say("topics.back", version=str(done["version"]), was=str(done["was"]))

    @command(topics, screen, "evaluate", "topics.evaluate")
    def evaluate(
        taxonomy: Annotated[Path, taxonomy_option(screen)],
        labelled: Annotated[str, labelled_option(screen)],
        model: Annotated[Path | None, model_option(screen)] = None,
        pictures: Annotated[Path | None, _pictures_option(screen)] = None,
        as_json: Annotated[bool, json_option(screen)] = False,
    ) -> None:
        _evaluate(taxonomy, labelled, model, pictures, parts.topics(), screen, as_json=as_json)

    themes.add(topics, parts, screen)

    @command(topics, screen, "init", "topics.init")
    def init(labels: Annotated[Path, file_argument(screen, "topics.labels")]) -> None:
        _init(labels, screen)


def taxonomy_option(screen: Screen) -> Any:
    return typer.Option(
        "--taxonomy",
        exists=True,
        dir_okay=False,
        metavar=screen.text("help.word.file"),
        show_default=False,
        help=screen.text("help.topics.taxonomy"),
    )


def labelled_option(screen: Screen) -> Any:
    return typer.Option(
        "--labelled",
        metavar=screen.text("help.word.file"),
        show_default=False,
        help=screen.text("help.topics.labelled"),
    )


def _unlabelled_option(screen: Screen) -> Any:
    return typer.Option(
        "--unlabelled",
        metavar=screen.text("help.word.file"),
        show_default=False,
        help=screen.text("help.topics.unlabelled"),
    )


def model_option(screen: Screen, *, there: bool = True) -> Any:
    return typer.Option(
        "--model",
        exists=there,
        file_okay=False,
        metavar=screen.text("help.word.folder"),
        show_default=False,
        help=screen.text("help.topics.model"),
    )


def _pictures_option(screen: Screen) -> Any:
    return typer.Option(
        "--pictures",
        file_okay=False,
        metavar=screen.text("help.word.folder"),
        show_default=False,
        help=screen.text("help.topics.pictures"),
    )


def labels_of(line: Line, known: Mapping[str, str]) -> Sequence[str]:
    """What a line is said to be about, as it stands there: `topics` when one of those is known, else `topic`."""
    several, one = line.values.get("topics"), line.values.get("topic")
    fields = [[label for label in each if isinstance(label, str)] for each in (_as_list(several), [one])]
    return next(
        (labels for labels in fields if any(_known_as(label, known) for label in labels)), fields[0] or fields[1]
    )


def _known_labels(taxonomy: Taxonomy) -> Mapping[str, str]:
    """By what people may write for a topic, its id or a name of it, the id."""
    exact = {name: topic.id for topic in taxonomy.topics for name in (*topic.name.values(), topic.id)}
    return {_plain(name): topic for name, topic in exact.items()} | exact


def _known_as(label: str, known: Mapping[str, str]) -> str:
    """The id of the topic, "" of none: capitals and spaces do not matter."""
    return known.get(label) or known.get(_plain(label), "")


def _plain(label: str) -> str:
    return " ".join(label.casefold().split())


def _as_list(labels: Any) -> list[Any]:
    return labels if isinstance(labels, list) else [labels]


def question_of(line: Line) -> str:
    """The question that a line answers, by its id where there is one."""
    for key in ("question_id", "question"):
        named = line.values.get(key)
        if isinstance(named, str) and named:
            return named
    return ""


def _tag(
    taxonomy_file: Path,
    source: str,
    out: str,
    model: Path | None,
    tools: TopicTools,
    screen: Screen,
    *,
    evidence: bool,
    as_json: bool,
) -> None:
    taxonomy = tools.read(taxonomy_file)
    lines = read_lines(source, screen)
    read, language = tools.reader(taxonomy, model), tools.language(taxonomy)
    nowhere = 0

    def fields(line: Line) -> Mapping[str, Any]:
        nonlocal nowhere
        found = read(line.text, line.language(language), question_of(line))
        nowhere += not found.topics
        tags = [
            {"topic": tag.topic, "score": round(tag.score, 4), **({"words": tag.words} if evidence else {})}
            for tag in found.topics
        ]
        return {"tags": tags, "abstained": not tags, "language": found.language}

    wrong = write_lines(out, lines, fields, screen)
    if out != STANDARD and as_json:
        screen.json({"lines": len(lines), "wrong": wrong, "abstained": nowhere})
    elif out != STANDARD:
        screen.remark("topics.tagged", n=len(lines), file=out, nowhere=nowhere)
    if wrong:
        raise typer.Exit(1)


def _learn(
    taxonomy_file: Path,
    model: Path,
    labelled: str,
    unlabelled: str,
    tools: TopicTools,
    screen: Screen,
    *,
    as_json: bool,
) -> None:
    if not labelled and not unlabelled:
        raise FileError(screen.text("topics.nothing_given"))
    taxonomy = tools.read(taxonomy_file)
    told, left_out = _labelled(labelled, taxonomy, screen, quiet=as_json)
    known = [(line.text, question_of(line), labels) for line, labels in told]
    more = [(line.text, question_of(line), ()) for line in _readable(unlabelled, screen)] if unlabelled else []
    if left_out and not as_json:
        screen.remark("topics.foreign", n=left_out)
    with screen.working("topics.learning", total=1.0, hidden=as_json) as working:
        facts = tools.learn(taxonomy, known, more, model, working.at)
    if as_json:
        screen.json({**facts, "without_label": left_out})
        return
    screen.say("topics.learnt", version=str(facts["version"]), sorted=facts["sorted"], unsorted=facts["unsorted"])
    if "micro_f1" in facts:
        micro, macro, filed = (_percent(facts[name]) for name in ("micro_f1", "macro_f1", "sorted_share"))
        screen.say("topics.held_back", micro=micro, macro=macro, share=filed)
    else:
        screen.say("topics.too_few")


def _labelled(source: str, taxonomy: Taxonomy, screen: Screen, *, quiet: bool) -> tuple[list[_Labelled], int]:
    """The lines that say what they are about, and how many were left out: they say nothing that the list knows. An
    empty list of topics says "none of them". Labels that are not in the list are told."""
    lines, known = _readable(source, screen) if source else [], _known_labels(taxonomy)
    told: list[_Labelled] = []
    foreign = Counter[str]()
    for line in lines:
        labels = labels_of(line, known)
        found = dict.fromkeys(topic for label in labels if (topic := _known_as(label, known)))
        foreign.update(label for label in labels if not _known_as(label, known))
        if found or (line.values.get("topics") == [] and not line.values.get("topic")):
            told.append((line, tuple(found)))
    if foreign and not quiet:
        names = ", ".join(f"{label} ({n})" for label, n in foreign.most_common(_LABELS_SHOWN))
        screen.remark("topics.unknown_labels", labels=names)
    if source and not any(found for _, found in told):
        raise FileError(screen.text("topics.no_labels", file=source))
    return told, len(lines) - len(told)


def _readable(source: str, screen: Screen) -> list[Line]:
    lines = read_lines(source, screen)
    for line in lines:
        if line.error:
            screen.remark("lines.wrong", line=line.number, why=line.error)
    return [line for line in lines if not line.error]


def _evaluate(
    taxonomy_file: Path,
    source: str,
    model: Path | None,
    pictures: Path | None,
    tools: TopicTools,
    screen: Screen,
    *,
    as_json: bool,
) -> None:
    taxonomy = tools.read(taxonomy_file)
    told, left_out = _labelled(source, taxonomy, screen, quiet=as_json)
    read = tools.reader(taxonomy, model)
    readings = list(_readings([line for line, _ in told], read, tools.language(taxonomy), screen, hidden=as_json))
    figures = tools.judge([topic.id for topic in taxonomy.topics], readings, [labels for _, labels in told])
    if pictures is not None:
        for path in topic_pictures.draw(figures, pictures, screen.text):
            screen.remark("topics.drawn", file=str(path))
    if as_json:
        screen.json({**figures, "without_label": left_out})
    else:
        _show(figures, left_out, screen)


def _readings(
    lines: Sequence[Line], read: ReadTopics, language: str, screen: Screen, *, hidden: bool
) -> Iterator[Reading]:
    with screen.working("lines.going", total=len(lines), hidden=hidden) as working:
        for done, line in enumerate(lines, start=1):
            yield read(line.text, line.language(language), question_of(line))
            working.at(done)


def _show(figures: Mapping[str, Any], unlabelled: int, screen: Screen) -> None:
    screen.say("topics.judged", n=figures["texts"], without=unlabelled)
    for said, part in (
        (screen.text("topics.micro"), figures["micro"]),
        (screen.text("topics.macro"), figures["macro"]),
    ):
        screen.show(f"{said} {part['f1']:.3f} ({part['low']:.3f} – {part['high']:.3f})")
    screen.show(f"{screen.text('topics.coverage')} {_interval(figures['coverage'])}")
    screen.show(f"{screen.text('topics.precision')} {_interval(figures['precision'])}")
    screen.say("topics.calibration", excess=_percent(figures["calibration"]["excess"]))
    screen.say("topics.each")
    for topic in figures["topics"]:
        precision, recall = topic["precision"], topic["recall"]
        screen.say(
            "topics.one",
            topic=topic["topic"],
            n=topic["support"],
            precision=_interval(precision),
            recall=_interval(recall),
        )


def _interval(part: Mapping[str, Any]) -> str:
    return f"{_percent(part['value'])} ({_percent(part['low'])} – {_percent(part['high'])})" if part["of"] else "–"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _init(labels: Path, screen: Screen) -> None:
    names = read_names(labels, screen)
    screen.show(screen.text("topics.form"))
    screen.show("topics:")
    for name in names:
        screen.show(f'  - name: {_quoted(name)}\n    description: ""\n    words: []')


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

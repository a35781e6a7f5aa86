"""`topics tag|learn|back|evaluate|init`: the partner's own list of topics, on files of texts, without a database.

`learn` and `back` take a CONSULTATION instead, `themes` and `accept` take nothing else: taught.py, themes.py beside."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bots.terminal.commands import taught, themes, topic_pictures
from bots.terminal.commands.lines import STANDARD, Line, in_option, out_option, read_lines, read_names, write_lines
from bots.terminal.commands.shape import command, file_argument, group, json_option
from bots.terminal.parts import Lesson, Parts, ReadTopics, TopicTools
from bots.terminal.screen import Screen
from core.model.consultations import Taxonomy
from core.model.errors import FileError
from core.work.ports import Reading


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


def labels_of(line: Line, taxonomy: Taxonomy) -> Collection[str]:
    """The topics that a line is said to be about: those of the list in `topics`, else the one in `topic`, by id or
    name.
    """
    known = {name: topic.id for topic in taxonomy.topics for name in (*topic.name.values(), topic.id)}
    several = line.values.get("topics")
    found = [known[name] for name in several if name in known] if isinstance(several, list) else []
    one = line.values.get("topic")
    return dict.fromkeys(found or ([known[one]] if isinstance(one, str) and one in known else []))


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
    known, foreign = _lessons(labelled, taxonomy, screen)
    more = [(line.text, question_of(line), ()) for line in _readable(unlabelled, screen)] if unlabelled else []
    if foreign and not as_json:
        screen.remark("topics.foreign", n=foreign)
    with screen.working("topics.learning", total=1.0, hidden=as_json) as working:
        facts = tools.learn(taxonomy, known, more, model, working.at)
    if as_json:
        screen.json({**facts, "without_label": foreign})
        return
    screen.say("topics.learnt", version=str(facts["version"]), sorted=facts["sorted"], unsorted=facts["unsorted"])
    if "micro_f1" in facts:
        micro, macro, filed = (_percent(facts[name]) for name in ("micro_f1", "macro_f1", "sorted_share"))
        screen.say("topics.held_back", micro=micro, macro=macro, share=filed)
    else:
        screen.say("topics.too_few")


def _lessons(source: str, taxonomy: Taxonomy, screen: Screen) -> tuple[list[Lesson], int]:
    """What people said, and how many lines were left out: their label is not in the list, or there is none. An empty
    list of topics says "none of them"."""
    lines = _readable(source, screen) if source else []
    told = [(line, labels_of(line, taxonomy)) for line in lines]
    known = [(line.text, question_of(line), labels) for line, labels in told if labels or _none_of_them(line)]
    if source and not known:
        raise FileError(screen.text("topics.no_labels", file=source))
    return known, len(lines) - len(known)


def _none_of_them(line: Line) -> bool:
    return line.values.get("topics") == [] and not line.values.get("topic")


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
    lines = read_lines(source, screen)
    told = [line for line in lines if not line.error and labels_of(line, taxonomy)]
    if not told:
        raise FileError(screen.text("topics.no_labels", file=source))
    read = tools.reader(taxonomy, model)
    readings = list(_readings(told, read, tools.language(taxonomy), screen, hidden=as_json))
    figures = tools.judge(
        [topic.id for topic in taxonomy.topics], readings, [labels_of(line, taxonomy) for line in told]
    )
    if pictures is not None:
        for path in topic_pictures.draw(figures, pictures, screen.text):
            screen.remark("topics.drawn", file=str(path))
    if as_json:
        screen.json({**figures, "without_label": len(lines) - len(told)})
    else:
        _show(figures, len(lines) - len(told), screen)


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
    return f"{_percent(part['value'])} ({_percent(part['low'])} – {_percent(part['high'])})"


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

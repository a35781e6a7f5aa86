"""`campaign preview FILE --who`: who would get what and when, who would not and why. Nothing is sent or written."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bots.terminal.parts import Parts
from bots.terminal.screen import Screen
from core.model.consultations import Consultation, Design, Post, Step
from core.model.deliveries import Day
from core.model.errors import NotFound
from core.model.experiments import Group
from core.rules.calendar import Due, on_wall
from core.rules.paid import stars
from core.rules.posts import post_due
from core.rules.specs.steps import post_spec, step_spec
from core.work.cards.digest_layout import Voice
from core.work.pushes.dry_run import StepPlan, Wave, dry_run
from core.work.wording import spec_message

MOST_IDS = 10
"""People named one by one; `--json` names all of them."""


async def show_who(consultation: Consultation, parts: Parts, screen: Screen, *, as_json: bool) -> None:
    try:
        async with parts.reading() as storage, storage.reading() as unit:
            plans = await dry_run(unit, consultation, now=parts.clock.now())
    except NotFound:
        plans = ()  # no database yet: nobody has come
    if as_json:
        told = [
            {"step": each.id, "kind": "post", "room": each.room, "source": each.source} for each in consultation.posts
        ]
        screen.json([*(plan_as_dict(each, consultation, parts) for each in plans), *told])
        return
    for post in consultation.posts:
        _tell_post(post, consultation, parts, screen)
    if not plans:
        screen.say("who.nobody_yet")
        return
    for plan in plans:
        tell_plan(plan, consultation, parts, screen)
    screen.show("")
    screen.say("who.nothing_sent")


def _tell_post(post: Post, consultation: Consultation, parts: Parts, screen: Screen) -> None:
    opens, language = consultation.opens_at, consultation.languages[0]
    due = post_due(consultation, post, start=opens, closes_at=consultation.closes_at, now=opens)
    screen.heading(f"── {post.id}")
    if isinstance(due, Due):
        screen.show(screen.text("who.post", room=post.room, when=_moment(due.at, consultation, screen)), indent=2)
        if due.shifted:
            screen.show(screen.text("who.post_shifted"), indent=2)
    label = consultation.in_language(consultation.sources[post.source], screen.language)
    screen.show(screen.text("who.post_source", label=label, source=post.source), indent=2)
    screen.bubble(spec_message(post_spec(consultation, language, "", post.text), language, parts.words))


def tell_plan(plan: StepPlan, consultation: Consultation, parts: Parts, screen: Screen) -> None:
    voice = Voice(screen.words, screen.language)
    screen.heading(f"── {voice.step(plan.step.id)}")
    if plan.sent:
        states = ", ".join(
            f"{screen.words.say(f'desk.sent.state.{state}', screen.language, {})} {count}"
            for state, count in sorted(plan.sent.items())
        )
        screen.show(screen.text("who.planned_already", list=states), indent=2)
    screen.show(screen.text("who.people", n=plan.people), indent=2)
    if plan.halted:
        screen.show(voice("nudge.halted"), indent=2)
    if plan.by_source:
        labels = {each: consultation.in_language(said, screen.language) for each, said in consultation.sources.items()}
        came = [
            f"{labels.get(token, token) or voice('source.none')} {count}"
            for token, count in sorted(plan.by_source.items(), key=lambda each: (-each[1], each[0]))
        ]
        screen.show(screen.text("who.by_source", list=" · ".join(came)), indent=2)
    for line in _when(plan, consultation, screen):
        screen.show(line, indent=2)
    for reason, some in plan.left_out.items():
        said = screen.text("who.left_out", n=len(some), why=voice(f"reason.{reason.value}"), ids=_ids(some))
        screen.show(said, indent=2)
    if plan.once:
        said = screen.text("who.left_out", n=len(plan.once), why=voice("once_only"), ids=_ids(plan.once))
        screen.show(said, indent=2)
    if plan.people:
        screen.show(screen.text("who.lasts", n=plan.seconds), indent=2)
    if plan.step.paid:
        most, spent = plan.step.paid, plan.spent
        cost = screen.text(
            "who.paid", n=plan.paid, stars=stars(plan.paid), most=most, most_stars=stars(most), spent=spent
        )
        screen.show(cost, indent=2)
    if plan.people:
        language = consultation.languages[0]
        for step in _wordings(plan.step):
            screen.bubble(spec_message(step_spec(consultation, step, language), language, parts.words))


def _when(plan: StepPlan, consultation: Consultation, screen: Screen) -> Iterator[str]:
    for wave in plan.waves:
        first, last = (_moment(at, consultation, screen) for at in (wave.first, wave.last))
        between = first if first == last else screen.text("who.between", first=first, last=last)
        named = screen.text(f"who.group.{_named(wave.group, plan.step)}")
        yield screen.text("who.wave", n=len(wave.people), group=named, when=between, ids=_ids(wave.people))
    if plan.never:
        yield screen.text("who.never", n=len(plan.never), ids=_ids(plan.never))
    if plan.outside:
        yield screen.text("who.outside", n=len(plan.outside), ids=_ids(plan.outside))
    if plan.shifted:
        yield screen.text("who.shifted", n=plan.shifted)
    if plan.step.experiment is None or not plan.people:
        return
    if plan.smallest is None:
        yield screen.text("who.sees_nothing")
    else:
        whole, tenth = divmod(round(1000 * plan.smallest), 10)
        points = Voice(screen.words, screen.language)("effect.decimal", whole=whole, tenth=tenth)
        yield screen.text("who.sees", points=points, base=round(100 * plan.base))


def _named(group: Group, step: Step) -> str:
    """Whoever is first in no order is called by what they get."""
    design = step.experiment.design if step.experiment and group is Group.FIRST else Design.WAVES
    return {Design.HOLDOUT: "told", Design.WORDINGS: "words"}.get(design, group.value)


def _moment(at: Any, consultation: Consultation, screen: Screen) -> str:
    wall = on_wall(at, consultation.zone)
    voice = Voice(screen.words, screen.language)
    return screen.text("who.moment", weekday=voice.weekday(wall.date()), day=Day(wall.date()), time=voice.hour(wall))


def _ids(people: tuple[Any, ...]) -> str:
    shown = " ".join(str(each)[:8] for each in people[:MOST_IDS])
    return f"{shown} …" if len(people) > MOST_IDS else shown


def plan_as_dict(plan: StepPlan, consultation: Consultation, parts: Parts) -> Mapping[str, Any]:
    texts = {
        language: [
            spec_message(step_spec(consultation, step, language), language, parts.words).text
            for step in _wordings(plan.step)
        ]
        for language in consultation.languages
    }
    return {
        "step": plan.step.id,
        "kind": plan.step.kind.value,
        "experiment": plan.step.experiment.design.value if plan.step.experiment else None,
        "already": dict(plan.sent),
        "people": plan.people,
        "by_source": dict(plan.by_source),
        "waves": [_wave(each) for each in plan.waves],
        "held_out": list(plan.never),
        "not_in_audience": list(plan.outside),
        "left_out": {reason.value: list(some) for reason, some in plan.left_out.items()},
        "reminded_once": list(plan.once),
        "halted": plan.halted,
        "shifted": plan.shifted,
        "seconds": plan.seconds,
        "paid": {"messages": plan.paid, "stars": stars(plan.paid), "spent": plan.spent, "most": plan.step.paid},
        "smallest_effect": plan.smallest,
        "texts": texts,
    }


def _wordings(step: Step) -> tuple[Step, ...]:
    """The step in its words, then in the other ones that it is compared with."""
    if step.experiment is None or step.experiment.design is not Design.WORDINGS:
        return (step,)
    return step, replace(step, text=step.experiment.text)


def _wave(wave: Wave) -> Mapping[str, Any]:
    return {
        "group": None if wave.group is Group.APART else wave.group.value,
        "people": list(wave.people),
        "first": wave.first,
        "last": wave.last,
    }

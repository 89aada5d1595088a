"""What the buttons of a question's page do: a step or a reply added, removed, said earlier or later.

Pure: a form in, a form out. Whoever led to a step that goes is led to what follows it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from ivr.console.forms.answer_form import ANYWHERE, GOES_ON, AnswerForm, Reply, Step
from ivr.console.forms.entry_points_form import rearranged
from ivr.dialogue.answers import Tail


@dataclass(frozen=True, slots=True)
class Restructured:
    """A form after a button."""

    form: AnswerForm
    focus: str
    """The step to go on with."""


def restructured(form: AnswerForm, command: str) -> Restructured:
    """Return *form* after *command* (``add e1``, ``unreply q1 0``, ``leave known 0``…), or as it was."""
    verb, _, rest = command.partition(" ")
    name, _, place = rest.partition(" ")
    match verb:
        case "reply" | "unreply":
            return Restructured(_with_replies(form, name, verb, place), name)
        case "enter" | "leave" | "sooner":
            return Restructured(replace(form, ways_in=rearranged(form.ways_in, verb, name, place)), name)
        case "apart":
            return _apart(form)
        case "add" if form.step(name):
            return _added(form, name)
        case "remove" if form.step(name) and len(form.steps) > 1:
            return _removed(form, name)
        case "rise" if (above := before(form, name)) is not None:
            return Restructured(_swapped(form, above, name), name)
        case "fall" if (below := after(form, name)) is not None:
            return Restructured(_swapped(form, name, below), name)
    return Restructured(form, name)


def before(form: AnswerForm, name: str) -> str | None:
    """Return the step that *name* can be said before; None when there is none."""
    step = form.step(name)
    leading = (each for each in form.steps if each.tail in GOES_ON and each.next == name)
    found = next(leading, None)
    return found.name if step and found and found.name != name and _moves(step) else None


def after(form: AnswerForm, name: str) -> str | None:
    """Return the step that *name* can be said after; None when there is none."""
    step = form.step(name)
    following = form.step(step.next) if step and step.tail in GOES_ON else None
    return following.name if following and before(form, following.name) == name else None


def _moves(step: Step) -> bool:
    """A step that asks, or that may be followed or not, is not simply said earlier."""
    return step.tail in GOES_ON or (step.tail != Tail.QUESTION and not step.next)


def _added(form: AnswerForm, name: str) -> Restructured:
    """A step after *name*, which leads to it; a question does not: one of its replies will."""
    new = Step(_free_name(form))
    steps: list[Step] = []
    for step in form.steps:
        if step.name != name or step.tail == Tail.QUESTION:
            steps.append(step)
        elif step.tail in GOES_ON:
            new = replace(new, tail=Tail.NEXT if step.next else Tail.END, next=step.next)
            steps.append(replace(step, next=new.name))
        else:
            new = _ending_like(step, new)
            steps.append(_going_to(new.name, step))
        if step.name == name:
            steps.append(new)
    return Restructured(replace(form, steps=tuple(steps)), new.name)


def _apart(form: AnswerForm) -> Restructured:
    """A step at the end that nothing leads to yet: a reply or a way in will."""
    new = Step(_free_name(form))
    return Restructured(replace(form, steps=(*form.steps, new)), new.name)


def _free_name(form: AnswerForm) -> str:
    names = {step.name for step in form.steps}
    return next(each for n in range(1, 1000) if (each := f"e{n}") not in names)


def _removed(form: AnswerForm, name: str) -> Restructured:
    gone = next(step for step in form.steps if step.name == name)
    place = form.steps.index(gone)
    steps = []
    for step in form.steps:
        if step is gone:
            continue
        if step.tail in GOES_ON and step.next == name and not gone.next:
            step = replace(_ending_like(gone, step), tail=_plain_end(gone))
        steps.append(step)
    left = replace(
        form,
        steps=tuple(steps),
        start=form.start if form.start != name else gone.next or steps[0].name,
        resume="" if form.resume == name else form.resume,
        ways_in=form.ways_in.without(name),
    )
    pointing = _led(left, lambda target: gone.next if target == name and gone.next else target)
    return Restructured(pointing, steps[max(place - 1, 0)].name)


def _swapped(form: AnswerForm, first: str, second: str) -> AnswerForm:
    """*second* is said before *first*, which followed it; whoever led to *first* leads to *second*."""
    above, below = (next(step for step in form.steps if step.name == name) for name in (first, second))
    led = _led(form, lambda target: second if target == first else target, but=(first, second))
    if below.tail in GOES_ON:
        rising, falling = replace(below, next=first), replace(above, next=below.next)
    else:
        rising = replace(_going_to(first, below), tail=above.tail)
        falling = _ending_like(below, above)
    steps: list[Step] = []
    for step in led.steps:
        if step.name == first:
            steps += (rising, falling)
        elif step.name != second:
            steps.append(step)
    return replace(led, steps=tuple(steps), start=second if form.start == first else form.start)


def _led(form: AnswerForm, to: Callable[[str], str], but: tuple[str, ...] = ()) -> AnswerForm:
    """*form* whose targets are what *to* makes of them, except those of the steps *but*."""

    def replies(given: tuple[Reply, ...]) -> tuple[Reply, ...]:
        return tuple(replace(reply, go=to(reply.go)) for reply in given)

    def led(step: Step) -> Step:
        return replace(
            step,
            next=to(step.next),
            with_link=to(step.with_link),
            without_link=to(step.without_link),
            if_closed=to(step.if_closed),
            replies=replies(step.replies),
        )

    steps = tuple(step if step.name in but else led(step) for step in form.steps)
    return replace(form, steps=steps, anywhere=replies(form.anywhere))


def _with_replies(form: AnswerForm, name: str, verb: str, place: str) -> AnswerForm:
    def changed(given: tuple[Reply, ...]) -> tuple[Reply, ...]:
        if verb == "reply":
            return (*given, Reply())
        return tuple(reply for n, reply in enumerate(given) if str(n) != place)

    if name == ANYWHERE:
        return replace(form, anywhere=changed(form.anywhere))
    steps = (
        replace(step, replies=changed(step.replies)) if step.name == name else step for step in form.steps
    )
    return replace(form, steps=tuple(steps))


def _going_to(name: str, step: Step) -> Step:
    return replace(step, tail=Tail.NEXT, next=name, link="", with_link="", without_link="")


def _ending_like(end: Step, step: Step) -> Step:
    return replace(
        step,
        tail=end.tail,
        next=end.next,
        link=end.link,
        with_link=end.with_link,
        without_link=end.without_link,
    )


def _plain_end(gone: Step) -> str:
    """What stands before a question that goes ends there: it has nothing to ask."""
    return Tail.END if gone.tail == Tail.QUESTION else gone.tail

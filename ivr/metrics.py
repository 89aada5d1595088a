"""Prometheus metrics: what calls do, counted from what is observed, and how the machine keeps up.

Counts; knows no number, no word, no call id. docs/operations.md says which values should wake somebody.
"""

import math
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)

from ivr.audio.ticker import LATENESS_BOUNDS, Lateness
from ivr.background import Background
from ivr.dialogue import events
from ivr.dialogue.actions import HandOffReason, HangUp, LeaveMessage, Perform, Say, StopPrompt, Transfer
from ivr.dialogue.ports import Caller
from ivr.dialogue.understanding import Understanding
from ivr.store.assembly import Observed
from ivr.store.recorder import Observer

RESPOND_BOUNDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0)
"""Seconds from the end of an utterance to the order of our next word."""
CALL_BOUNDS = (10, 20, 30, 60, 90, 120, 180, 300, 600, 1200)
REASONS = frozenset(HandOffReason)
"""Reasons of transfers with a series of their own; any other is ``other``: labels must stay few."""


class Metrics:
    """One registry. ``observer`` counts calls; ``watch`` reads values when they are scraped."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._watched = _Watched()
        registry.register(self._watched)
        self.calls = Counter("ivr_calls", "Calls answered", registry=registry)
        self.exits = Counter("ivr_exits", "How calls ended", ["exit", "reason"], registry=registry)
        self.call_seconds = Histogram(
            "ivr_call_seconds", "Length of calls", buckets=CALL_BOUNDS, registry=registry
        )
        self.understandings = Counter(
            "ivr_understandings", "Decisions about utterances", ["outcome"], registry=registry
        )
        self.respond_seconds = Histogram(
            "ivr_respond_seconds",
            "From the end of an utterance to the order of our next word",
            buckets=RESPOND_BOUNDS,
            registry=registry,
        )
        self.barge_ins = Counter("ivr_barge_ins", "Prompts cut by speech", registry=registry)
        self.keys = Counter("ivr_keys", "Keys pressed", registry=registry)
        self.failures = Counter(
            "ivr_turn_failures", "Prompts or recognitions that failed", ["part"], registry=registry
        )
        self.effects = Counter(
            "ivr_effects", "Links, callbacks, refusals", ["effect", "succeeded"], registry=registry
        )

    def observer(self, call: str, caller: Caller) -> Observer:
        """Return the observer of one call."""
        self.calls.inc()
        return _CallCount(self).observe

    def gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show *value* at every scrape."""
        self._watched.add(lambda: GaugeMetricFamily(name, text, value=value()))

    def total(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show *value*, which only grows, at every scrape."""
        self._watched.add(lambda: CounterMetricFamily(name, text, value=value()))

    def background(self, background: Background) -> None:
        """Show which work beside the calls has ended though it should go on, and how often."""
        self._watched.add(lambda: _ends(background))

    def info(self, name: str, text: str, labels: Callable[[], dict[str, str]]) -> None:
        """Show *labels* at every scrape, on one series ``{name}_info`` whose value is 1."""
        self._watched.add(lambda: InfoMetricFamily(name, text, value=labels()))

    def lateness(self, lateness: Lateness) -> None:
        """Show how late frames are sent."""
        self._watched.add(lambda: _histogram(lateness))
        self.total("ivr_ticks_skipped", "Ticks not held because the loop was busy", lambda: lateness.skipped)


class _Watched:
    """A collector of values that live elsewhere."""

    def __init__(self) -> None:
        self._families: list[Callable[[], Metric]] = []

    def add(self, family: Callable[[], Metric]) -> None:
        self._families.append(family)

    def collect(self) -> Iterable[Metric]:
        for family in self._families:
            yield family()


class _CallCount:
    """Counts one call."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._began = math.inf
        self._heard: float | None = None
        self._speech = self._ended = False
        self._effects: dict[int, str] = {}

    def observe(self, now: float, what: Observed) -> None:
        metrics = self._metrics
        self._began = min(self._began, now)
        match what:
            case events.Utterance():
                self._heard, self._speech = now, False
            case Say() if self._heard is not None:
                metrics.respond_seconds.observe(now - self._heard)
                self._heard = None
            case Understanding():
                metrics.understandings.labels(what.reject or what.outcome).inc()
            case events.SpeechStarted():
                self._speech = True
            case StopPrompt() if self._speech:
                metrics.barge_ins.inc()
                self._speech = False
            case events.KeyPressed():
                metrics.keys.inc()
            case events.PromptFailed():
                metrics.failures.labels("prompt").inc()
            case events.RecognitionFailed():
                metrics.failures.labels("recognition").inc()
            case Perform(turn, effect):
                self._effects[turn] = type(effect).__name__
            case events.EffectDone(turn, succeeded):
                metrics.effects.labels(self._effects.pop(turn, "unknown"), str(succeeded).lower()).inc()
            case Transfer() | LeaveMessage() | HangUp() | events.CallerHungUp():
                self._end(now, what)

    def _end(self, now: float, what: Observed) -> None:
        if self._ended:
            return
        self._ended = True
        reason = what.reason if isinstance(what, Transfer | LeaveMessage) else ""
        shown = reason if reason in REASONS or not reason else "other"
        self._metrics.exits.labels(EXITS[type(what)], shown).inc()
        self._metrics.call_seconds.observe(now - self._began)


EXITS: dict[type, str] = {
    Transfer: "transfer",
    LeaveMessage: "message",
    HangUp: "hang-up",
    events.CallerHungUp: "caller",
}


def _ends(background: Background) -> CounterMetricFamily:
    text = "How often work beside the calls died and was begun again"
    family = CounterMetricFamily("ivr_background_ends", text, labels=["work"])
    for work in background.works():
        family.add_metric([work.name], float(work.ends))
    return family


def _histogram(lateness: Lateness) -> HistogramMetricFamily:
    buckets, seen = [], 0
    for bound, count in zip(LATENESS_BOUNDS, lateness.counts, strict=True):
        seen += count
        buckets.append(("+Inf" if bound == float("inf") else str(bound), float(seen)))
    name, text = "ivr_frame_lateness_seconds", "How late audio frames are sent"
    return HistogramMetricFamily(name, text, buckets=buckets, sum_value=lateness.total)

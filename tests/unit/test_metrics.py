"""What is counted of a call, and that nothing about its caller is."""

import pytest
from prometheus_client import generate_latest

from ivr.audio.ticker import Lateness
from ivr.dialogue import events
from ivr.dialogue.actions import HangUp, Line, Perform, RefuseRecording, Say, StopPrompt, Transfer
from ivr.dialogue.ports import Caller
from ivr.dialogue.understanding import Outcome, Reject, Understanding
from ivr.metrics import Metrics
from ivr.store.assembly import Observed

pytestmark = pytest.mark.unit

SAY = Say(1, (Line("menu.1", "Bonjour"),))
HEARD = events.Utterance(1, (events.Hypothesis("mon numéro est le 0612345678"),))


def counted(*observed: Observed, metrics: Metrics | None = None) -> str:
    """Observe one thing a second; return what is scraped."""
    metrics = metrics or Metrics()
    observe = metrics.observer("c1", Caller("0612345678"))
    for second, what in enumerate(observed):
        observe(float(second), what)
    return generate_latest(metrics.registry).decode()


def test_a_call_is_counted() -> None:
    """Answered, understood, answered in time, ended: once each."""
    scraped = counted(SAY, HEARD, Understanding("x", Outcome.ANSWER), SAY, HangUp(), events.CallerHungUp())
    assert "ivr_calls_total 1.0" in scraped
    assert 'ivr_understandings_total{outcome="answer"} 1.0' in scraped
    assert "ivr_respond_seconds_count 1.0" in scraped
    assert "ivr_respond_seconds_sum 2.0" in scraped
    assert 'ivr_exits_total{exit="hang-up",reason=""} 1.0' in scraped
    assert "ivr_call_seconds_sum 4.0" in scraped
    assert 'exit="caller"' not in scraped


def test_trouble_is_counted() -> None:
    """Rejects by their reason, barge-ins, failures, effects."""
    scraped = counted(
        SAY, events.SpeechStarted(), StopPrompt(), HEARD,
        Understanding("x", Outcome.REJECT, reject=Reject.NO_MATCH),
        events.PromptFailed(1, "x"), events.RecognitionFailed(1, "x"), events.KeyPressed("1"), StopPrompt(),
        Perform(1, RefuseRecording()), events.EffectDone(1, False),
    )  # fmt: skip
    assert 'ivr_understandings_total{outcome="no-match"} 1.0' in scraped
    assert "ivr_barge_ins_total 1.0" in scraped
    assert 'ivr_turn_failures_total{part="prompt"} 1.0' in scraped
    assert 'ivr_turn_failures_total{part="recognition"} 1.0' in scraped
    assert "ivr_keys_total 1.0" in scraped
    assert 'ivr_effects_total{effect="RefuseRecording",succeeded="false"} 1.0' in scraped


def test_reasons_stay_few() -> None:
    """A reason nobody foresaw does not make a series of its own."""
    assert 'exit="transfer",reason="requested"' in counted(Transfer("support", "requested"))
    assert 'exit="transfer",reason="other"' in counted(Transfer("support", "mon numéro est le 06"))


def test_nothing_personal_is_scraped() -> None:
    """No number, no word, no call id."""
    scraped = counted(SAY, HEARD, Understanding(HEARD.text, Outcome.ANSWER), SAY, HangUp())
    assert not {"0612345678", "numéro", "c1"} & set(scraped.replace('"', " ").split())


def test_lateness_is_a_histogram() -> None:
    """The ticker's own counts, cumulated as Prometheus wants them."""
    metrics, lateness = Metrics(), Lateness()
    metrics.lateness(lateness)
    for seconds in (0.0004, 0.004, 7.0):
        lateness.observe(seconds)
    lateness.skipped = 3
    scraped = counted(metrics=metrics)
    assert 'ivr_frame_lateness_seconds_bucket{le="0.005"} 2.0' in scraped
    assert 'ivr_frame_lateness_seconds_bucket{le="+Inf"} 3.0' in scraped
    assert "ivr_ticks_skipped_total 3.0" in scraped


def test_gauges_are_read_when_scraped() -> None:
    """A value that lives elsewhere is shown as it is now."""
    metrics, values = Metrics(), [1.0]
    metrics.gauge("ivr_spool_bytes", "x", lambda: values[0])
    assert "ivr_spool_bytes 1.0" in counted(metrics=metrics)
    values[0] = 2.0
    assert "ivr_spool_bytes 2.0" in counted(metrics=metrics)

"""Golden transcripts become moves, and what the line did becomes a transcript again."""

from pathlib import Path

import pytest

from ivr.dialogue.actions import HangUp as LineHungUp
from ivr.dialogue.actions import Line, Listen, Say
from ivr.dialogue.events import PromptFinished
from ivr.errors import ConfigurationError
from ivr.simulator.circumstances import Circumstances
from ivr.simulator.script import End, HearOut, Interrupt, Press, Speak, StaySilent
from ivr.simulator.spoken import held, read_transcripts

pytestmark = pytest.mark.unit

CALL = """\
# What it is about.
@ desk {agents_free: 1}
@ caller {number: "0612345699"}
IVR     Bonjour.
CALLER  (barge-in) {answer mac} où est-elle
IVR     À l'écran.
(silence)
IVR     Je vous écoute.
KEY     1
IVR     Suite.
KEY     (barge-in) 2
CALLER  {agent} quelqu'un
END     Transfer(queue='support', reason='requested')
"""


def write(folder: Path, text: str, name: str = "call.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_line_that_drives_becomes_a_move(tmp_path: Path) -> None:
    """In order, the dictated meanings left to the real matcher; an agent who is free must be heard."""
    (transcript,) = read_transcripts([write(tmp_path, CALL)])
    assert transcript.call.steps == (
        Interrupt("où est-elle", after=1.0),
        StaySilent(),
        HearOut(),
        Press("1"),
        Press("2", after=1.0),
        Speak("quelqu'un"),
    )
    assert transcript.call.number == "0612345699"
    assert transcript.call.end == End("transfer", agent=True)
    assert transcript.circumstances == Circumstances(agents_free=1)


def test_a_call_without_an_end_is_heard_out(tmp_path: Path) -> None:
    """The caller listens to the last answer, then hangs up; nobody else has his number."""
    one, two = read_transcripts([write(tmp_path, "CALLER  mac\nIVR  À l'écran.\n", f"{n}.txt") for n in "12"])
    assert one.call.steps == (Speak("mac"), HearOut())
    assert one.call.end == End("caller")
    assert one.call.number != two.call.number


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("(voice fails)\n", "call.txt:1: nobody can do this on a real line"),
        ("CALLER  (barge-in)\n", "call.txt:1: nobody can do this"),
        (
            "@ effects {succeed: false}\n",
            "call.txt:1: a real line cannot be made to do this: effects succeed",
        ),
        ("\n@ desk {hold_seconds: 70}\n", "call.txt:2: .* desk hold_seconds"),
        ("@ desk {callback: true}\n", "a callback always has slots"),
        ('@ desk {open: false, hours: "la nuit"}\n', "the hours are « du lundi"),
    ],
)
def test_what_no_real_line_can_be_made_to_do_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    """With file and line; nothing is passed over in silence."""
    with pytest.raises(ConfigurationError, match=complaint):
        read_transcripts([write(tmp_path, text)])


def test_keys_of_one_number_follow_each_other(tmp_path: Path) -> None:
    """Between two keys the line says nothing, and nothing is waited for; after a prompt it is heard out."""
    text = "IVR     À quel numéro ?\nKEY     0\nKEY     1\nIVR     C'est exact ?\nKEY     1\n"
    (spoken,) = read_transcripts([write(tmp_path, text)])
    assert spoken.call.steps == (HearOut(), Press("0"), Press("1"), HearOut(), Press("1"), HearOut())


def test_two_callers_of_one_server_need_two_numbers(tmp_path: Path) -> None:
    """They are told apart by it; on another server the same number is another call."""
    first, second = write(tmp_path, CALL, "a.txt"), write(tmp_path, CALL, "b.txt")
    with pytest.raises(ConfigurationError, match=r"b\.txt: .*a\.txt has a caller of the same number"):
        read_transcripts([first, second])
    elsewhere = write(tmp_path, CALL.replace("agents_free: 1", "agents_free: 0"), "c.txt")
    assert len(read_transcripts([first, elsewhere])) == 2


def test_what_was_observed_is_written_where_it_belongs() -> None:
    """Comments and the caller's lines stay; the line's own are what it really did."""
    transcript = ["# About.", "IVR     Bonjour.", "CALLER  mac", "IVR     Rien.", "END     HangUp()"]
    entries = [
        (0.0, Say(1, (Line("accueil", "Bonjour."),))),
        (1.0, PromptFinished(1)),
        (1.0, Listen(1)),
        (3.0, Say(2, (Line("mac.r", "À l'écran."),))),
        (4.0, LineHungUp()),
    ]
    assert held(transcript, entries, [3]) == [
        "# About.",
        "IVR     Bonjour.",
        "CALLER  mac",
        "IVR     À l'écran.",
        "END     HangUp()",
    ]

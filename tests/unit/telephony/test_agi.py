"""The AGI codec."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.telephony import agi
from ivr.telephony.agi import (
    AgiArgumentError,
    AgiSyntaxError,
    Environment,
    HangUpNotice,
    Message,
    Parser,
    Reply,
)

pytestmark = pytest.mark.unit

ENVIRONMENT = (
    b"agi_network: yes\nagi_network_script: ivr?returned=busy\nagi_request: agi://127.0.0.1/ivr?returned=busy\n"
    b"agi_channel: PJSIP/caller-00000001\nagi_callerid: 0612345678\nagi_calleridname: H\xe9l\xe8ne: 2\n"
    b"agi_arg_1: intent=horaires\nagi_arg_2: seul\n\n"
)

CAPTURED = b"""agi_network: yes
agi_network_script: call?returned=&intent=
agi_request: agi://127.0.0.1:36313/call?returned=&intent=
agi_channel: PJSIP/callers-00000000
agi_language: fr
agi_type: PJSIP
agi_uniqueid: 1795384688.0
agi_version: 22.10.1+dfsg+~cs6.17.60671434-1
agi_callerid: 0612345678
agi_calleridname: 0612345678
agi_callingpres: 0
agi_callingani2: 0
agi_callington: 0
agi_callingtns: 0
agi_dnid: 0123456789
agi_rdnis: unknown
agi_context: ivr-in
agi_extension: serve
agi_priority: 6
agi_enhanced: 0.0
agi_accountcode: \n\
agi_threadid: 139802082694848

200 result=1
200 result=0
200 result=-1
"""
"""All that Asterisk 22.10.1 sent in a call whose caller hung up: TIMEOUT set, answered, AudioSocket ended."""


def replies(stream: bytes) -> list[Message]:
    """Return what follows the environment."""
    parser = Parser()
    parser.feed(b"agi_network: yes\n\n")
    return parser.feed(stream)


def environment() -> Environment:
    """Return the environment above, read."""
    [message] = Parser().feed(ENVIRONMENT)
    assert isinstance(message, Environment)
    return message


def test_reads_what_asterisk_sent() -> None:
    """A captured session gives the environment and three results."""
    environment, *results = Parser().feed(CAPTURED)
    assert isinstance(environment, Environment)
    assert (environment.script, environment.options) == ("call", {})
    assert (environment.channel, environment.variables["accountcode"]) == ("PJSIP/callers-00000000", "")
    assert [reply.result for reply in results if isinstance(reply, Reply)] == ["1", "0", "-1"]


def test_environment_of_a_call() -> None:
    """Channel, route, arguments and options are found; the query is no part of the route."""
    read = environment()
    assert (read.script, read.channel) == ("ivr", "PJSIP/caller-00000001")
    assert read.arguments == ("intent=horaires", "seul")
    assert read.options == {"returned": "busy", "intent": "horaires"}


def test_latin_1_names_do_not_stop_a_call() -> None:
    """A caller's name that is no UTF-8 is read as Latin-1; a colon in it is kept."""
    assert environment().variables["calleridname"] == "Hélène: 2"
    assert Parser().feed("agi_calleridname: Hélène\n\n".encode())[0] == Environment(
        {"calleridname": "Hélène"}
    )


@pytest.mark.parametrize("cut", range(0, len(ENVIRONMENT), 7))
def test_environment_cut_anywhere(cut: int) -> None:
    """TCP may cut the block anywhere."""
    parser = Parser()
    assert parser.feed(ENVIRONMENT[:cut]) + parser.feed(ENVIRONMENT[cut:]) == [environment()]


@pytest.mark.parametrize(
    "block", [b"\n", b"GET / HTTP/1.1\r\n", b"agi_x\n", b"\x16\x03\x01\n", b"agi_a: b\nx: y\n"]
)
def test_other_protocols_are_refused(block: bytes) -> None:
    """A browser, a TLS hello or an empty block is no AGI."""
    with pytest.raises(AgiSyntaxError):
        Parser().feed(block)


@pytest.mark.parametrize("flood", [b"a" * 20_000, b"agi_a: b\n" * 2_000])
def test_an_endless_environment_is_refused(flood: bytes) -> None:
    """Neither one giant line nor endless lines are kept."""
    with pytest.raises(AgiSyntaxError):
        Parser().feed(flood)


@pytest.mark.parametrize("flood", [b"2" * 70_000, b"100 EvaluationJob\n" * 7_000, b"520-x\n" * 12_000])
def test_an_endless_reply_is_refused(flood: bytes) -> None:
    """The same holds after the environment."""
    with pytest.raises(AgiSyntaxError):
        replies(flood)


@pytest.mark.parametrize(
    ("line", "result", "data"),
    [
        (b"200 result=0", "0", None),
        (b"200 result=-1 endpos=0", "-1", None),
        (b"200 result=1 (hangup)", "1", "hangup"),
        (b"200 result= (timeout)", "", "timeout"),
        (b"200 result=1 (a=b (c) d)", "1", "a=b (c) d"),
        (b"200 result=1 ()", "1", ""),
    ],
)
def test_results(line: bytes, result: str, data: str | None) -> None:
    """Result and value are told apart, whatever the value looks like."""
    assert replies(line + b"\n") == [Reply(200, result, data, line.decode())]


def test_usage_takes_several_lines() -> None:
    """A 520 is one reply, however long; what follows is the next."""
    stream = b"520-Invalid command syntax.\nUsage: GET VARIABLE <name>\n\n520 End of proper usage.\n"
    stream += b"200 result=1 (B)\n"
    first, second = replies(stream)
    assert isinstance(first, Reply)
    assert (first.code, "GET VARIABLE" in first.text) == (520, True)
    assert second == Reply(200, "1", "B", "200 result=1 (B)")


def test_refusals() -> None:
    """Unknown commands and dead channels are replies, not accidents."""
    stream = b"510 Invalid or unknown command\n511 Command Not Permitted on a dead channel\n520 x\n"
    assert [reply.code for reply in replies(stream) if isinstance(reply, Reply)] == [510, 511, 520]


def test_hang_up_notice_is_no_reply() -> None:
    """HANGUP may come at any time; the reply to the command still follows."""
    assert replies(b"HANGUP\n200 result=1 (A)\n") == [
        HangUpNotice(),
        Reply(200, "1", "A", "200 result=1 (A)"),
    ]


def test_a_provisional_reply_is_skipped() -> None:
    """100 announces that the reply will take time."""
    assert replies(b"100 EvaluationJob...\n200 result=0\n") == [Reply(200, "0", None, "200 result=0")]


@given(st.binary(max_size=300))
def test_random_bytes_are_messages_or_an_error(noise: bytes) -> None:
    """Nothing but AgiSyntaxError is raised, in either state."""
    for parse in (Parser().feed, replies):
        try:
            assert isinstance(parse(noise), list)
        except AgiSyntaxError:
            continue


def test_commands_are_quoted_when_they_must() -> None:
    """Plain words stay readable in a trace; spaces, quotes, backslashes and nothing at all are quoted."""
    assert agi.encode_command("ANSWER") == b"ANSWER\n"
    assert (
        agi.encode_command("SET VARIABLE", "TIMEOUT(absolute)", "10")
        == b"SET VARIABLE TIMEOUT(absolute) 10\n"
    )
    assert (
        agi.encode_command("SET VARIABLE", "A", 'é "b" \\c') == 'SET VARIABLE A "é \\"b\\" \\\\c"\n'.encode()
    )
    assert agi.encode_command("SET VARIABLE", "A", "") == b'SET VARIABLE A ""\n'


@pytest.mark.parametrize("evil", ["a\nHANGUP", "a\rb", "a\0b", "x" * 2_000])
def test_one_command_never_becomes_two(evil: str) -> None:
    """Line breaks and what Asterisk's buffer would cut are refused, not sent."""
    with pytest.raises(AgiArgumentError):
        agi.encode_command("SET VARIABLE", "A", evil)


def test_lone_surrogates_are_sent_as_a_question_mark() -> None:
    """Text that is no Unicode cannot break a command."""
    assert agi.encode_command("SET VARIABLE", "A", "\ud800") == b'SET VARIABLE A "?"\n'

"""The decoding graph of the recogniser: lexicon, CTC topology and language model as a look-ahead pair.

Uses OpenFst (pynini's wheel): never import it in a process that loads vosk, the two dead-lock.
"""

import math
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pywrapfst as fst

from ivr.language_model import lookahead
from ivr.language_model.lexicon import Pronunciations
from ivr.language_model.ngram import END, START, UNKNOWN, Model
from ivr.language_model.phones import PHONE_ID, PHONES

UNKNOWN_PHONE_COST = 1.84
"""Nats per phone of an unknown word: about 0.9 of the entropy of a uniform phone, times 0.6."""
UNKNOWN_PHONES = 3
"""The least length of an unknown word."""

_BACKOFF = "#0"
_FIRST_DISAMBIGUATION = len(PHONES) + 1

Lexicon = Mapping[str, Pronunciations]


def write(folder: Path, lexicon: Lexicon, model: Model) -> None:
    """Write HCLr.fst, Gr.fst, words.txt and disambig_tid.int of this vocabulary and language model."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = _word_ids(lexicon)
    entries = fst.determinize(_lexicon_fst(lexicon, ids))
    expanded = _ctc(entries)
    expanded.connect()
    expanded.arcsort("olabel")
    (folder / "HCLr.fst").write_bytes(_with_lookahead(expanded, ids[_BACKOFF]))
    write_grammar(folder / "Gr.fst", model, ids)
    table = "".join(f"{word} {number}\n" for word, number in ids.items())
    (folder / "words.txt").write_text(table, encoding="utf-8")
    (folder / "disambig_tid.int").write_text(f"{2 * len(PHONES) + 1}\n", encoding="ascii")


def write_grammar(path: Path, model: Model, ids: Mapping[str, int]) -> None:
    """Write Gr.fst: the language model over these word numbers, as the look-ahead composition wants it."""
    grammar = _grammar_fst(model, ids)
    grammar.arcsort("ilabel")
    fst.convert(grammar, "const").write(str(path))


def _word_ids(lexicon: Lexicon) -> dict[str, int]:
    """Numbers in depth-first order of the lexicon, so that the words below a state are few intervals."""
    names = [UNKNOWN, *sorted(lexicon)]
    draft = {word: number for number, word in enumerate(names, 1)}
    order = _depth_first(fst.determinize(_lexicon_fst(lexicon, draft)))
    ids = {"<eps>": 0} | {names[label - 1]: number for number, label in enumerate(order, 1)}
    return ids | {_BACKOFF: len(ids)}


def _depth_first(entries: fst.MutableFst) -> list[int]:
    labels: dict[int, None] = {}
    seen: set[int] = set()
    stack = [(entries.start(), 0)]
    while stack:
        state, label = stack.pop()
        if label:
            labels.setdefault(label)
        if state not in seen:
            seen.add(state)
            stack += [(arc.nextstate, arc.olabel) for arc in reversed(list(entries.arcs(state)))]
    return list(labels)


def _lexicon_fst(lexicon: Lexicon, ids: Mapping[str, int]) -> fst.VectorFst:
    """Phones to words, one loop; homophones and prefixes end in disambiguation symbols."""
    ways = [(word, phones, cost) for word in sorted(lexicon) for phones, cost in lexicon[word].items()]
    shared = Counter(phones for _, phones, _ in ways)
    prefixes = {phones[:end] for phones in shared for end in range(1, len(phones))}
    used: Counter[tuple[str, ...]] = Counter()
    result = fst.VectorFst()
    home = result.add_state()
    result.set_start(home)
    result.set_final(home)
    for word, phones, cost in ways:
        labels = [PHONE_ID[phone] + 1 for phone in phones]
        if shared[phones] > 1 or phones in prefixes:
            used[phones] += 1
            labels.append(_FIRST_DISAMBIGUATION + used[phones])
        _add_word(result, home, labels, ids[word], cost)
    _add_unknown(result, home, _FIRST_DISAMBIGUATION + max(used.values(), default=0) + 1, ids[UNKNOWN])
    return result


def _add_word(result: fst.VectorFst, home: int, labels: list[int], word: int, cost: float) -> None:
    state = home
    for index, label in enumerate(labels):
        target = home if index == len(labels) - 1 else result.add_state()
        result.add_arc(state, _arc(label, 0 if index else word, 0.0 if index else cost, target))
        state = target


def _add_unknown(result: fst.VectorFst, home: int, symbol: int, word: int) -> None:
    states = [result.add_state() for _ in range(UNKNOWN_PHONES + 1)]
    result.add_arc(home, _arc(symbol, word, 0.0, states[0]))
    for phone in range(2, len(PHONES) + 1):
        for here, there in zip(states, [*states[1:], states[-1]], strict=True):
            result.add_arc(here, _arc(phone, 0, UNKNOWN_PHONE_COST, there))
    result.add_arc(states[-1], _arc(symbol + 1, 0, 0.0, home))


def _ctc(entries: fst.MutableFst) -> fst.VectorFst:
    """The CTC topology composed with `entries`, built directly.

    A phone q becomes an entry arc 2q, a self-loop 2q-1 and an epsilon exit; every state with phones, and
    every final state, loops on blank (transition-id 1). Disambiguation symbols become epsilons.
    """
    result = fst.VectorFst()
    result.add_states(entries.num_states())
    result.set_start(entries.start())
    middle: dict[tuple[int, int], int] = {}
    never = fst.Weight.zero(entries.weight_type())
    for state in entries.states():
        final = entries.final(state)
        if final != never:
            result.set_final(state, final)
        arcs = list(entries.arcs(state))
        for arc in arcs:
            if arc.ilabel == 0 or arc.ilabel >= _FIRST_DISAMBIGUATION:
                result.add_arc(state, fst.Arc(0, arc.olabel, arc.weight, arc.nextstate))
                continue
            key = (arc.ilabel, arc.nextstate)
            if key not in middle:
                middle[key] = result.add_state()
                result.add_arc(middle[key], _arc(2 * arc.ilabel - 1, 0, 0.0, middle[key]))
                result.add_arc(middle[key], _arc(0, 0, 0.0, arc.nextstate))
            result.add_arc(state, fst.Arc(2 * arc.ilabel, arc.olabel, arc.weight, middle[key]))
        if final != never or any(0 < arc.ilabel < _FIRST_DISAMBIGUATION for arc in arcs):
            result.add_arc(state, _arc(1, 0, 0.0, state))
    return result


def _with_lookahead(graph: fst.MutableFst, labels: int) -> bytes:
    never = fst.Weight.zero(graph.weight_type())
    states = []
    for state in graph.states():
        arcs = list(graph.arcs(state))
        states.append(
            lookahead.State(
                frozenset(arc.olabel for arc in arcs if arc.olabel),
                tuple(arc.nextstate for arc in arcs if not arc.olabel),
                graph.final(state) != never,
            )
        )
    with tempfile.NamedTemporaryFile(suffix=".fst") as scratch:
        fst.convert(graph, "const").write(scratch.name)
        return lookahead.file_bytes(Path(scratch.name).read_bytes(), states, labels)


def _grammar_fst(model: Model, ids: Mapping[str, int]) -> fst.VectorFst:
    """The trigram as an acceptor; back-off arcs are epsilons."""
    result = fst.VectorFst()
    state_of = {history: result.add_state() for history in model.explicit}
    result.set_start(state_of[(START,)])
    longest = max(map(len, model.explicit))
    for history, chances in model.explicit.items():
        for word, chance in chances.items():
            if word == END:
                result.set_final(state_of[history], _weight(chance))
                continue
            target = _after(history, word, longest, state_of)
            result.add_arc(state_of[history], _arc(ids[word], ids[word], -math.log(chance), target))
        if history:
            shorter = state_of[history[1:]]
            cost = -math.log(model.backoff[history])
            result.add_arc(state_of[history], _arc(0, 0, cost, shorter))
    return result


def _after(history: tuple[str, ...], word: str, longest: int, state_of: Mapping[tuple[str, ...], int]) -> int:
    following = (*history, word)[-longest:]
    while following not in state_of:
        following = following[1:]
    return state_of[following]


def _arc(ilabel: int, olabel: int, cost: float, target: int) -> fst.Arc:
    return fst.Arc(ilabel, olabel, fst.Weight("tropical", cost), target)


def _weight(chance: float) -> fst.Weight:
    return fst.Weight("tropical", -math.log(chance))

"""YAML as it is always written: what is read again is what was meant."""

import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ivr.content.tree import tree_of
from ivr.knowledge.files.writer import Tree, written

pytestmark = pytest.mark.unit

SIGNS = "-?:,[]{}#&*!|>'\"%@`~ \u00a0\u202f\u0085\u2028é«»…"
TEXTS = st.one_of(
    st.text(string.ascii_letters + string.digits + SIGNS, max_size=12),
    st.text(max_size=8).filter(lambda text: not any("\ud800" <= each <= "\udfff" for each in text)),
    st.sampled_from(
        ["null", "~", "non", "6.3.1", "a: b", "a #b", "- a", "…", "«a»", "deux\nlignes", " a ", "0x1"]
    ),
)
TREES = st.recursive(
    st.one_of(TEXTS, st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)


def stripped(tree: Tree) -> Tree:
    """Blanks around texts of several lines do not count."""
    if isinstance(tree, dict):
        return {key: stripped(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [stripped(each) for each in tree]
    return tree.strip() if isinstance(tree, str) and "\n" in tree else tree


@given(TREES, st.sampled_from(["faq/x.yaml", "phrasings/x.yaml"]))
def test_what_is_written_is_read_again(tree: Tree, path: str) -> None:
    """Whatever a form holds, the file says just that."""
    text = written(tree, path)
    assert stripped(tree_of(text)) == stripped(tree)
    assert written(tree_of(text), path) == text


def test_short_lists_stand_on_one_line_and_long_ones_do_not() -> None:
    """As a person would write them; phrasings have a line each, so that changes of two people meet less."""
    assert written({"a": ["b", "c, d", "e"]}) == 'a: [b, "c, d", e]\n'
    assert written({"a": ["b" * 60, "c" * 60]}) == f"a:\n  - {'b' * 60}\n  - {'c' * 60}\n"
    assert written({"a": ["b"]}, "phrasings/x.yaml") == "a:\n  - b\n"
    assert written([{"a": "b", "c": ["d"]}, "e"]) == "- a: b\n  c: [d]\n- e\n"


def test_any_reader_of_yaml_takes_texts_for_texts() -> None:
    """Signs that YAML knows are quoted."""
    found = yaml.load(written({"a": "x: y", "b": "# z", "c": "l'un « deux »"}), Loader=yaml.BaseLoader)
    assert found == {"a": "x: y", "b": "# z", "c": "l'un « deux »"}

"""Makes `ivr/language_model/background/ngrams.tsv`: n-gram counts of general French, dictionary words only.

Its text is Debian's French package descriptions; the result is committed, so users never need this stage.
"""

import argparse
from collections import Counter
from itertools import pairwise
from pathlib import Path

from ivr.language_model.text import words
from models.training import corpus

WORDS, PAIRS = 4500, 14000
_LEAST = 4


def ngrams(sentences: list[str], dictionary: set[str]) -> list[tuple[str, int]]:
    """The most frequent words and word pairs whose words are all in the dictionary, with their counts."""
    single: Counter[str] = Counter()
    double: Counter[str] = Counter()
    for sentence in sentences:
        tokens = words(sentence)
        single.update(tokens)
        double.update(f"{one} {other}" for one, other in pairwise(tokens))
    known = [(word, count) for word, count in single.most_common() if word in dictionary and count >= _LEAST]
    kept = dict(known[:WORDS])
    pairs = [
        (pair, count) for pair, count in double.most_common() if all(word in kept for word in pair.split())
    ]
    return sorted(known[:WORDS]) + sorted(pair for pair in pairs[:PAIRS] if pair[1] >= _LEAST)


def main() -> None:
    """Command line of the background stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lists", type=Path, help="folder with apt's Translation-fr index")
    parser.add_argument("dictionary", type=Path, help="a French word list, /usr/share/dict/french of wfrench")
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    entries = options.dictionary.read_text(encoding="utf-8").splitlines()
    dictionary = {token for entry in entries if entry.islower() for token in words(entry)}
    lines = ngrams(corpus.package_descriptions(options.lists), dictionary)
    header = "# n-grams of Debian's French package descriptions, counted by models/training/background.py\n"
    table = "".join(f"{gram}\t{count}\n" for gram, count in lines)
    options.output.write_text(header + table, encoding="utf-8")


if __name__ == "__main__":
    main()

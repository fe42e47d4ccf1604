"""The places named in five articles: what `geofront scan` finds, beside a hand count.

    python benchmarks/mentions.py --texts FOLDER

FOLDER holds the texts, ``000*.txt`` to ``004*.txt``; they are not part of the project. What counts
of each is the prose between two phrases (`PARTS`): no headline, menu, comment, infobox or list of
references; headings and captions within the prose count.

``tests/data/mentions.csv`` says how often each part names which place of the shipped tables. It was
counted by hand, by these rules:

- A mention is a name, or a description by which a reader who has the tables knows the one place
  (*the abandoned base*), also where a word of the table's spelling is missing. Pronouns and bare
  nouns (*the city*, *the airbase*, *a checkpoint near it*) are none.
- The longest name counts, once: *Palmyra Castle* is no mention of Palmyra.
- A bare name counts for the place that bears it, also where the writer means the province around
  it (*in eastern Homs*); a name of the province (*the countryside of Homs*) for the province.
- Names of battles and offensives mention their place; names of people and of groups do not.
- In a list such as *the A, B and C oil fields*, each is a field.
- What is in none of the shipped tables (countries, Mosul, the Golan) is not counted.

A mention that may be several places, none of them better by more than `TIE`, is right if one of
them is. Precision is the share of what is found that is right, recall the share of the hand count
that is found.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.tables import shipped_places
from geofront.gazetteer.text.mentions import Mention, scan

TRUTH = Path(__file__).parents[1] / "tests" / "data" / "mentions.csv"
TARGET = 0.95
TIE = 0.01
MEGABYTE = 1_000_000

PARTS = {
    "000": ("Turkish forces continue to", "The situation remains tense"),
    "001": ("ISIS announced a new", "militant-held area is found"),
    "002": ("Tens of ISIL militants", "by its special forces"),
    "003": ("Syrian army forces have", "Sputnik reported"),
    "004": ("The Palmyra offensive in", "See also"),
}
"""The first and the last words of what counts of each text."""


class Score(NamedTuple):
    """How many mentions were found, how many there are, how many were found rightly."""

    found: int
    true: int
    right: int

    def __str__(self) -> str:
        """Tell precision, recall and F1."""
        precision, recall = self.right / self.found, self.right / self.true
        f1 = 2 * self.right / (self.found + self.true)
        return f"{self.found:8}{self.true:8}{self.right:8}{precision:11.3f}{recall:8.3f}{f1:8.3f}"


def main() -> None:
    """Scan, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--texts", type=Path, required=True, help="folder of the five texts")
    arguments = parser.parse_args()
    gazetteer = Gazetteer(shipped_places("syria")[0])
    parts = {text: read_part(arguments.texts, text) for text in PARTS}
    scores = []
    faults = []
    print(f"{'text':8}{'found':>8}{'true':>8}{'right':>8}{'precision':>11}{'recall':>8}{'F1':>8}")
    for text, part in parts.items():
        score, lines = compare(scan(part, gazetteer), read_truth(text))
        print(f"{text:8}{score}")
        scores.append(score)
        faults += [f"{text}: {line}" for line in lines]
    total = Score(*(sum(column) for column in zip(*scores, strict=True)))
    print(f"{'all':8}{total}   (target: {TARGET} each)")
    print("\n".join(["", *faults]))
    time_it("\n\n".join(parts.values()), gazetteer)


def read_part(folder: Path, text: str) -> str:
    """Return the prose of a text."""
    (path,) = folder.glob(f"{text}*.txt")
    whole = path.read_text("utf-8")
    first, last = PARTS[text]
    start = whole.index(first)
    return whole[start : whole.index(last, start) + len(last)]


def read_truth(text: str) -> Counter[str]:
    """Return how often a text names each place."""
    with TRUTH.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["text"] == text]
    return Counter({row["place_id"]: int(row["count"]) for row in rows})


def compare(mentions: list[Mention], truth: Counter[str]) -> tuple[Score, list[str]]:
    """Return the score, and a line for each place of which too many or too few were found."""
    found: Counter[str] = Counter()
    for mention in mentions:
        best = mention.matches[0]
        tied = [m.place.id for m in mention.matches if m.score >= best.score - TIE]
        wanted = (i for i in tied if found[i] < truth[i])
        found[next(wanted, best.place.id)] += 1
    lines = [
        f"{'false alarm' if found[i] > truth[i] else 'missed'} {abs(found[i] - truth[i])}: {i}"
        for i in sorted({*found, *truth})
        if found[i] != truth[i]
    ]
    return Score(found.total(), truth.total(), (found & truth).total()), lines


def time_it(prose: str, gazetteer: Gazetteer) -> None:
    """Print how long a megabyte of such prose takes."""
    text = (prose + "\n\n") * (MEGABYTE // len(prose) + 1)
    started = time.perf_counter()
    count = len(scan(text, gazetteer))
    seconds = time.perf_counter() - started
    print(f"\n{len(text) / MEGABYTE:.2f} million characters, {count:,} mentions: {seconds:.1f} s")


if __name__ == "__main__":
    main()

"""How many turns of the invented interviews have the right name, how many a wrong one.

    python -m tests.bench naming

Every interview in every kind of transcript that prints names, with numbered speakers, and as
voices that a recogniser wrote down, names misspelt.
"""

from __future__ import annotations

import sys

from tests.talks import (
    NAMED,
    NUMBERED,
    Score,
    as_published,
    as_voices,
    name_talk,
    sample_talks,
    score,
    score_roles,
    talks,
)


def measure(part: str) -> dict[str, Score]:
    """Return the scores of one file of interviews, by rendering."""
    scores: dict[str, Score] = {}
    for dialect in (*NAMED, *NUMBERED):
        printed = dialect in NAMED
        scores[dialect] = total = Score()
        for talk in talks(part):
            found = name_talk(talk, as_published(talk, dialect), publisher=True)
            total += score(talk, *found, printed=printed)
    for name, options in (
        ("voices", {}),
        ("voices, well spelt", {"misheard": False}),
        ("voices, no marks", {"flat": True}),
    ):
        scores[name] = total = Score()
        for talk in talks(part):
            total += score(talk, *name_talk(talk, as_voices(talk, **options), publisher=False))
    return scores


def measure_roles(part: str) -> Score:
    """Return how many roles are right, invented, or missed, over every publisher's transcript."""
    total = Score()
    for dialect in (*NAMED, *NUMBERED):
        for talk in talks(part):
            found = name_talk(talk, as_published(talk, dialect), publisher=True)
            total += score_roles(talk, *found)
    return total


def main() -> None:
    """Print the figures; with `-v`, every turn that is not named right."""
    for part in ("first", "second", "third"):
        whole = Score()
        for name, each in measure(part).items():
            print(f"{part:7} {name:20} {each}")
            whole += each
            if "-v" in sys.argv:
                print(*each.mistakes, sep="\n")
        print(f"{part:7} {'all':20} {whole}")
    print(f"third   {'roles':20} {measure_roles('third')}")
    sample = Score()
    for talk in sample_talks():
        sample += score(talk, *name_talk(talk, as_voices(talk), publisher=False))
    print(f"sample  {'voices':20} {sample}")


if __name__ == "__main__":
    main()

"""How well passages are tagged, by words alone and with likeness, and what a tag costs.

    python -m tests.bench.tagging

Over the passages labelled by hand in `tests/tagging`: those the evidence was developed on, and
those that were looked at once. By words alone, and under the title of an interview on the beat, as
a passage stands in the archive; what only sounds like the beat stands under that title too.
"""

from __future__ import annotations

import time

from corpus.settings import load_settings
from corpus.topics import Subject, load_subject
from index.embed import open_embedder
from index.tags.tagging import LIKE_ENOUGH, Prototypes, tag
from tests.tagging import Labelled, Score, measure, read_labelled

SETS = ("develop", "held", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
INTERVIEW = "An armorer on guns on film sets"
BARS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75)


def likeness_of(passages: list[Labelled], subject: Subject) -> dict[str, dict[str, float]]:
    """Return for each passage how like it is to each topic."""
    embedder = open_embedder(load_settings())
    contents = [passage.content for passage in passages]
    alike = Prototypes(subject, embedder).likeness(embedder.embed(contents))
    return dict(zip(contents, alike, strict=True))


def with_likeness(
    passages: list[Labelled], subject: Subject, alike: dict[str, dict[str, float]], bar: float
) -> Score:
    """Measure words and likeness together, likeness from `bar` on."""
    return measure(
        passages,
        lambda content: [
            (each.kind, each.id) for each in tag(content, subject, likeness=alike[content], bar=bar)
        ],
    )


def passages_a_second(subject: Subject) -> float:
    """Return how many passages are tagged in a second of processor time, as at indexing."""
    contents = [passage.content for name in SETS for passage in read_labelled(name)]
    tag(contents[0], subject)  # the vocabulary is made ready once
    begun = time.process_time()
    for at, content in enumerate(contents):
        tag(content, subject, around=f"{INTERVIEW}\n{contents[at - 1]}\n{contents[at - 2]}")
    return len(contents) / (time.process_time() - begun)


def main() -> None:
    """Print the figures."""
    subject = load_subject()
    print(f"{passages_a_second(subject):.0f} passages a second, with title and neighbours")
    for name in SETS:
        passages = read_labelled(name)
        words = measure(
            passages, lambda text: [(each.kind, each.id) for each in tag(text, subject)]
        )
        print(f"{name}: {len(passages)} passages")
        print(f"  words             precision {words.precision():.3f} recall {words.recall():.3f}")
        titled = measure(
            passages,
            lambda text: [(each.kind, each.id) for each in tag(text, subject, around=INTERVIEW)],
        )
        print(
            f"  words, titled     precision {titled.precision():.3f} recall {titled.recall():.3f}"
        )
        alike = likeness_of(passages, subject)
        for bar in BARS:
            both = with_likeness(passages, subject, alike, bar)
            mark = " ← the bar" if bar == LIKE_ENOUGH else ""
            print(
                f"  words, like ≥ {bar:.2f} precision {both.precision():.3f}"
                f" recall {both.recall():.3f}{mark}"
            )
        for topic_id in subject.topics:
            key = ("topic", topic_id)
            right, wrong, missed = words.right[key], words.wrong[key], words.missed[key]
            print(f"    {topic_id:<22} right {right:>3}  wrong {wrong:>2}  missed {missed:>2}")


if __name__ == "__main__":
    main()

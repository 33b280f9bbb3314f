"""Whose words an article holds: the speaker of each quotation and paraphrase, or nobody."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from corpus.types import Credit, Manner
from corpus.vocabulary import load_vocabulary
from ingest.extract import extract_page
from ingest.quotations import find_quotations
from tests.quotedwords import measure, shown

SEED = Path(__file__).resolve().parents[2] / "shared" / "seeds" / "kcrw-the-business-rust.html"


def told(*paragraphs: str, **known) -> list[tuple[str, str]]:
    """Return the words and the speaker of each turn that is not the byline's."""
    found = find_quotations(paragraphs, **known)
    return [
        (each.span.of(text), shown(each.speaker))
        for text, quotations in zip(paragraphs, found, strict=True)
        for each in quotations
    ]


# ── figures: floors that only rise ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(("half", "right"), [("develop", 0.98), ("held", 0.93), ("fresh", 0.97)])
def test_quotations_in_invented_paragraphs_are_found_and_given_to_the_right_speaker(half, right):
    counted = measure(half)
    assert counted.f1 >= 0.98, counted.failures
    assert counted.right >= right, counted.failures
    assert counted.precision >= 0.96, counted.failures
    assert counted.wrong <= 0.03, counted.failures


def test_what_the_prose_says_somebody_is_goes_with_every_turn_of_theirs():
    counted = measure("fresh").counts
    assert counted["roles"] >= 60
    assert counted["roles right"] == counted["roles"]


def test_of_the_seed_page_two_stretches_are_the_armorers_and_nothing_else_is_his():
    if not SEED.exists():
        pytest.skip("the shared seed page is not on this machine")
    page = extract_page(SEED.read_bytes(), url="https://www.kcrw.com/x")
    found = find_quotations(
        [paragraph.text for paragraph in page.paragraphs],
        credits=page.credits,
        byline=page.byline,
        title=page.title or "",
    )
    his = [
        (each.manner, each.span.of(paragraph.text))
        for paragraph, quotations in zip(page.paragraphs, found, strict=True)
        for each in quotations
        if each.speaker and each.speaker.name == "Bryan W. Carpenter"
    ]
    assert [manner for manner, _ in his] == [Manner.QUOTED, Manner.QUOTED]
    assert his[0][1] == "The number one is the live round being on set,"
    assert his[1][1].startswith("That never should occur.")
    assert his[1][1].endswith("there’s a litany of mistakes.")
    credit = next(c for c in page.credits if c.name == "Bryan W. Carpenter")
    assert "armorer" in load_vocabulary().roles_in(credit.description or "")
    quoted = [each for found_in in found for each in found_in if each.manner is Manner.QUOTED]
    assert len(quoted) == 2


# ── evidence ─────────────────────────────────────────────────────────────────────────────────


def test_a_speaker_comes_with_the_cue_the_full_name_and_what_the_article_says_of_them():
    paragraphs = [
        "Mirela Kostova, a property master, arrived at six.",
        "“Nobody touches the cart,” Kostova said.",
    ]
    speaker = find_quotations(paragraphs)[1][0].speaker
    assert speaker is not None
    assert (speaker.name, speaker.heard) == ("Mirela Kostova", "Kostova")
    assert speaker.description == "a property master"
    reasons = {reason.kind: reason for reason in speaker.reasons}
    assert reasons["quotation cue"].quote == "Kostova said"
    assert reasons["antecedent"].quote == "Mirela Kostova"
    assert reasons["apposition"].quote == "a property master"
    for reason in speaker.reasons:
        assert reason.paragraph is not None
        assert reason.span is not None
        assert reason.span.of(paragraphs[reason.paragraph]) == reason.quote


def test_a_label_is_never_a_person():
    speaker = find_quotations(["“We were never told,” the crew said."])[0][0].speaker
    assert speaker is not None
    assert (speaker.name, speaker.label, speaker.confidence) == (None, "the crew", 0.0)


def test_a_title_before_a_name_is_not_part_of_it():
    assert told("“It is over,” Interior Minister Wolfram Paschke said.") == [
        ("It is over,", "Wolfram Paschke")
    ]


def test_somebody_credited_as_photographer_does_not_make_a_surname_ambiguous():
    credits = [Credit(name="Hedda Barlow", part="photographer")]
    assert told(
        "Nestor Barlow runs a shop.", "“I sell to everybody,” Barlow said.", credits=credits
    ) == [("I sell to everybody,", "Nestor Barlow")]


def test_she_is_not_the_one_the_quotation_names():
    paragraphs = ["Claudia Penn came in late.", "“I never liked Penn’s work,” she said."]
    assert told(*paragraphs) == [("I never liked Penn’s work,", "-")]


def test_somebody_new_takes_the_pronoun_away():
    paragraphs = ["Edmund Farrow stayed at the gate. A grip came out.", "“Go home,” he said."]
    assert told(*paragraphs) == [("Go home,", "-")]


def test_a_place_line_is_nobody():
    assert told("WESTON, Ohio — Edmund Farrow said the gun was never checked.") == [
        ("the gun was never checked", "Edmund Farrow")
    ]


def test_a_role_told_at_a_later_place_goes_with_the_turns_before_it():
    paragraphs = ["“I count,” said Tamsin Oduya.", "Oduya, a firearms instructor, left at noon."]
    speaker = find_quotations(paragraphs)[0][0].speaker
    assert speaker is not None
    assert speaker.description == "a firearms instructor"
    assert [r.quote for r in speaker.reasons if r.kind == "apposition"] == [speaker.description]


def test_what_somebody_never_was_is_no_role_of_theirs():
    found = find_quotations(["Tamsin Oduya was never the armorer. “I count,” Oduya said."])
    assert [each.speaker.description for each in found[0] if each.speaker] == [None]


def test_an_exchange_of_two_is_not_carried_on_by_the_last_to_speak():
    assert told(
        "“How many witnesses?” asked Judge Beatrix Holloway.",
        "“Two,” said Lorcan Finch.",
        "“You said two this morning.”",
    )[2] == ("You said two this morning.", "-")


def test_his_or_her_tells_of_the_owner_and_not_of_the_one_owned():
    assert told(
        "First assistant director Noor Selwyn did not return messages. Her lawyer, Simeon Clark, "
        "did. “My client has cooperated fully,” he said."
    ) == [("My client has cooperated fully,", "Simeon Clark")]


def test_a_pronoun_that_clashes_with_what_another_told_of_somebody_is_not_theirs():
    found = told(
        "“I didn’t do it,” pleaded Hal Brisket, the director, before Judge Amelia Strood cut him "
        "off. “Sit down,” she snapped."
    )
    assert found[1] in {("Sit down,", "-"), ("Sit down,", "Amelia Strood")}


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (
            "Sean Ostrov, the armorer, recalled prosecutor Irene Vantage telling him: “Go on.”",
            "Irene Vantage",
        ),
        (
            "“It was the armorer’s fault,” attorney Priya Nattrass quoted Hal Brisket as saying.",
            "Hal Brisket",
        ),
        ("Sean Ostrov remembers her telling him: “You are done here.”", "-"),
    ],
)
def test_what_somebody_recalls_of_another_is_the_others(text, speaker):
    assert [who for _, who in told(text)] == [speaker]


def test_a_cue_verb_at_the_beginning_of_a_sentence_is_no_first_name():
    speaker = find_quotations(
        ["I told Agnes Moorcock, the armorer, to wait. Said Moorcock: “She dared me.”"]
    )[0][0].speaker
    assert speaker is not None
    assert (speaker.name, speaker.description) == ("Agnes Moorcock", "the armorer")


def test_who_asked_does_not_answer():
    assert told("“You loaded it?” Irene Vantage asked. “Yes, I did,” she said.")[1][1] == "-"
    assert told(
        "Dmitri Hallam took the stand. “You loaded it?” the lawyer asked. “Yes, I did,” he said."
    )[1] == ("Yes, I did,", "Dmitri Hallam")


def test_a_role_between_commas_is_kept_where_the_grammar_is_misread():
    speaker = find_quotations(
        ["According to Dmitri Hallam, the film’s property master, the cart “was never left alone.”"]
    )[0][0].speaker
    assert speaker is not None
    assert speaker.description == "the film’s property master"


def test_a_sentence_split_by_its_cue_goes_on_and_into_the_next_paragraph():
    found = told(
        "Ana Prewett spoke last.",
        "“The third thing,” Prewett continued, “is to ask who else counted.",
        "“And the fourth is to go home.”",
    )
    assert [who for _, who in found] == ["Ana Prewett"] * 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We fell down,” said dolly grip Ursula Finchley.", ("We fell down,", "Ursula Finchley")),
        ("“It was thin,” cinematographer Ye-jin Pak said.", ("It was thin,", "Ye-jin Pak")),
        ("“It was cold,” said נועה בן-דוד.", ("It was cold,", "~נועה בן-דוד")),
        ("Ursula Finchley came. “Liar,” she whispered.", ("Liar,", "Ursula Finchley")),
        ("“Well . . .” Ursula Finchley said.", ("Well . . .", "Ursula Finchley")),
    ],
)
def test_short_words_and_rare_names_are_found(text, expected):
    assert told(text) == [expected]


def test_a_paraphrase_that_ends_in_quoted_words_keeps_both_marks():
    for words, _ in told("Tamsin Oduya said the file “remains open.” The office closed."):
        assert words.count("“") == words.count("”")


# ── bad input ────────────────────────────────────────────────────────────────────────────────


def test_unbalanced_marks_over_a_whole_article_swallow_no_paragraph_of_the_byline():
    paragraphs = [
        "Edmund Farrow opened the truck at six and found the box.",
        "“It was empty, Farrow said, and then he closed it again.",
        "The inquiry opened in May. Nobody has been charged.",
        "Later” it closed” again. The film was never finished.",
    ] * 20
    found = find_quotations(paragraphs)
    for place, quotations in enumerate(found):
        if place % 4 != 1:
            assert not [q for q in quotations if q.manner is Manner.QUOTED], place


def test_marks_alone_and_nothing_at_all_are_no_quotations():
    for text in ("“", "”", "““““”", '"', "''", "‘", "“”" * 500, "", " ", "…”", "\u202e“\u202c"):
        assert [q for found in find_quotations([text, text]) for q in found] in ([], [])


@pytest.mark.parametrize(
    ("name", "verb"),
    [("李小龙", "said"), ("محمد الأحمد", "said"), ("Анна Петрова", "said"), ("דוד לוי", "said")],
)
def test_names_in_any_script_are_read_without_harm(name, verb):
    found = told(f"“Nobody checked the gun that morning,” {name} {verb}.")
    assert [words for words, _ in found] == ["Nobody checked the gun that morning,"]
    assert found[0][1] in {name, f"~{name.casefold()}", "-"}


def test_words_in_a_language_without_cues_we_know_are_nobodys():
    assert told("قال أحمد: «لم يتحقق أحد من المسدس».")[0][1] == "-"


@pytest.mark.slow
def test_hostile_text_takes_no_time():
    hostile = [
        "“" * 4_000,
        '"a' * 4_000,
        "said " * 8_000,
        "A." * 10_000,
        "Smith-" * 5_000 + " said “no”.",
        "according to " * 4_000,
        "<script>alert(“said he”)</script>" * 300,
        "“x” said " * 2_000,
    ]
    begun = time.process_time()
    find_quotations(hostile)
    assert time.process_time() - begun < 20


def test_an_article_of_200_000_words_is_read_in_bounded_time():
    rng = random.Random(4)
    words = ("the", "cart", "stood", "open", "while", "crew", "waited", "for", "light", "outside")
    plain = [" ".join(rng.choices(words, k=100)).capitalize() + "." for _ in range(1_990)]
    spoken = ["“Nobody touched the cart that morning,” Edmund Farrow said."] * 10
    paragraphs = plain[:1_000] + spoken + plain[1_000:]
    begun = time.process_time()
    found = find_quotations(paragraphs)
    assert time.process_time() - begun < 30
    assert shown(found[1_000][0].speaker) == "Edmund Farrow"

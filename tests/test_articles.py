"""An article from its page to its text: whose each turn is, with evidence in place."""

from __future__ import annotations

from corpus.types import Attribution, Manner, Method, Span
from ingest.articletexts import Paragraph, Quoted, build_article_text
from ingest.pipeline import finish
from ingest.standpoints import find_note
from tests.test_pipeline import discover, shop  # noqa: F401 -- a fixture

AUTHOR = Attribution(method=Method.BYLINE, confidence=0.95, person_id="author")
FILL = "The truck opened at five, and the first thing that anybody did was to count what was in it."


def test_a_paraphrase_is_its_own_turn_and_never_the_bylines():
    words = "Ana Lund said the gun was never checked. Nobody answered."
    lund = Attribution(method=Method.QUOTATION_CUE, confidence=0.9, person_id="lund")
    quoted = Quoted(Span(14, 39), Manner.REPORTED, lund)
    text = build_article_text(
        [Paragraph(words, AUTHOR, quotations=(quoted,))], document_id="d", made_with="test"
    )
    turns = [(t.manner.value, t.span.of(words), t.attribution.person_id) for t in text.turns]
    assert turns == [
        ("authored", "Ana Lund said", "author"),
        ("reported", "the gun was never checked", "lund"),
        ("authored", "Nobody answered.", "author"),
    ]


def test_letters_stay_in_exactly_one_turn_with_quotations_and_paraphrases():
    words = "“Never,” she said. Lund said it was cold. “No.”"
    quoted = (
        Quoted(Span(1, 7)),
        Quoted(Span(28, 39), Manner.REPORTED),
        Quoted(Span(43, 46)),
    )
    text = build_article_text(
        [Paragraph(words, AUTHOR, quotations=quoted)], document_id="d", made_with="test"
    )
    covered = [place for turn in text.turns for place in range(turn.span.start, turn.span.end)]
    assert len(covered) == len(set(covered))
    missing = set(range(len(words))) - set(covered)
    assert not [words[place] for place in missing if words[place].isalnum()]


# ── the first person ─────────────────────────────────────────────────────────────────────────


def page(title: str, byline: str, *paragraphs: str) -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f'<html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1>'
        f"<p>{byline}</p>{body}</article></body></html>"
    )


def turns_of(shop, html):  # noqa: F811
    document = discover(shop, html)
    finish(document.id, shop)
    text = shop.catalogue.text(document.id)
    return [
        (
            shop.catalogue.person(turn.attribution.person_id).name
            if turn.attribution.person_id
            else None,
            turn.manner,
            turn.span.of(text.content),
        )
        for turn in text.turns
    ]


def test_an_interview_without_labels_belongs_to_the_two_who_hold_it(shop):  # noqa: F811
    found = turns_of(
        shop,
        page(
            "What an armory costs",
            "By Marisol Tench",
            "We spoke with armorer Odalys Brandt about her week. " + FILL,
            "Where does a week begin for you?",
            "With a list, and with a second list of what the first one forgot. " + FILL,
            "Who else keeps the key?",
            "Nobody else keeps it, and nobody ever has while I worked there. " + FILL,
            "What would you change?",
            "I would change the hours before I changed anything else at all. " + FILL,
        ),
    )
    whose = {words.split()[0]: (name, manner) for name, manner, words in found}
    assert whose["We"] == ("Marisol Tench", Manner.AUTHORED)
    assert whose["Where"] == ("Marisol Tench", Manner.SPOKEN)
    assert whose["With"] == ("Odalys Brandt", Manner.SPOKEN)
    assert whose["I"] == ("Odalys Brandt", Manner.SPOKEN)


def test_questions_and_answers_from_a_courtroom_are_not_the_reporters(shop):  # noqa: F811
    found = turns_of(
        shop,
        page(
            "A morning in court",
            "By Marisol Tench",
            "The third day was short, and most of it was one exchange. " + FILL,
            "Q: Did you look inside the box before you carried it to the cart?",
            "A: I did not look inside it, because nobody had ever told me to look.",
            "Q: And did you ask anybody whether it had been looked at by then?",
            "A: I asked one person, and that person had gone home by the evening.",
        ),
    )
    assert {name for name, manner, _ in found if manner is Manner.SPOKEN} == {None}


def test_a_piece_told_to_a_writer_is_spoken_by_the_one_who_told_it(shop):  # noqa: F811
    found = turns_of(
        shop,
        page(
            "The longest day",
            "By Odalys Brandt, as told to Sam Ferrow",
            "I came in at five and I counted what was in the truck before anybody else came.",
            "I have done that every morning for thirty years. " + FILL,
        ),
    )
    assert {(name, manner) for name, manner, _ in found} == {("Odalys Brandt", Manner.SPOKEN)}


def test_in_a_first_person_piece_i_is_the_byline(shop):  # noqa: F811
    found = turns_of(
        shop,
        page(
            "Why I left",
            "By Odalys Brandt",
            "I left in the spring. “This is no way to work,” I told the producers. " + FILL,
            "Nobody called me afterwards, and I did not call anybody either. " + FILL,
        ),
    )
    assert ("Odalys Brandt", Manner.QUOTED, "This is no way to work,") in found


def test_the_line_about_the_author_gives_their_role_in_this_piece_with_evidence(shop):  # noqa: F811
    line = "Odalys Brandt was an armorer from 1984 to 2016. She lives in Tucson."
    document = discover(shop, page("Why I left", "By Odalys Brandt", FILL, FILL + " Again.", line))
    finish(document.id, shop)
    text = shop.catalogue.text(document.id)
    own = [turn for turn in text.turns if turn.manner is Manner.AUTHORED]
    assert {turn.attribution.roles for turn in own} == {("armorer",)}
    reason = next(e for e in own[0].attribution.evidence if e.kind == "apposition")
    assert reason.span.of(text.content) == "Odalys Brandt was an armorer from 1984 to 2016."


def test_a_line_about_somebody_else_gives_the_author_no_role(shop):  # noqa: F811
    line = "Sam Ferrow was an armorer from 1984 to 2016."
    document = discover(shop, page("Why I left", "By Odalys Brandt", FILL, FILL + " Again.", line))
    finish(document.id, shop)
    roles = [turn.attribution.roles for turn in shop.catalogue.text(document.id).turns]
    assert "armorer" not in {role for each in roles for role in each}


def test_what_a_printed_interview_says_its_people_are_is_their_role(shop):  # noqa: F811
    labelled = page(
        "Ten minutes",
        "By Jon Pike",
        "Ana Lund is the property master of “Salt.” She spoke to us in the back of her truck.",
        "Jon Pike: Where does your job end and the next one begin?",
        "Ana Lund: At the trigger. If it has a trigger it lives in a safe.",
        "Jon Pike: And who has the key?",
        "Ana Lund: Not me, and I sleep well because of it.",
    )
    headed = page(
        "Five questions for armorer Selma Ruud",
        "By Jon Pike",
        "Selma Ruud has kept guns safe for years. We spoke with her about keys and coffee.",
        "How did you start?",
        "I was a locksmith. Somebody needed a safe opened, and I never left.",
        "What is the first thing you teach?",
        "That you look. Every time, even when I just looked.",
        "And coffee?",
        "Black, before five, and never on the table with the rounds.",
    )
    for html, name, role in (
        (labelled, "Ana Lund", "property_master"),
        (headed, "Selma Ruud", "armorer"),
    ):
        document = discover(shop, html, name=role)
        finish(document.id, shop)
        text = shop.catalogue.text(document.id)
        people = {person.id: person.name for person in shop.catalogue.people()}
        roles = {
            turn.attribution.roles
            for turn in text.turns
            if people.get(turn.attribution.person_id or "") == name
        }
        assert roles == {(role,)}, name


def test_the_note_on_a_told_piece_gives_the_role_of_the_one_who_told_it():
    note = "This as-told-to piece is from a conversation with Dmitri Hallam, 44, a property master."
    told = find_note([note, "I got there at five."], "Dmitri Hallam")
    assert told is not None
    assert told.quote == "a property master"
    assert find_note(["Dmitri Hallam, a property master, left."], "Dmitri Hallam") is None

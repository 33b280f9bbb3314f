"""Shows in a question: read where something can be said on them, never from plain words."""

import pytest

from index.understanding.shows import find_shows

SHOWS = ("The Business", "Fresh Air Hour", "Set Talk", "KQRX", "TheTrades", "Props", "Q")


def names(question, shows=SHOWS):
    return [one.name for one in find_shows(question, shows)]


@pytest.mark.parametrize(
    ("question", "shows", "words"),
    [
        ("armorers on The Business about blanks", ["The Business"], "on The Business"),
        ("what was said on the Business about blanks", ["The Business"], "on the Business"),
        ("blanks in Set Talk", ["Set Talk"], "in Set Talk"),
        ("blanks on kqrx?", ["KQRX"], "on kqrx"),
        ("blanks on thetrades", ["TheTrades"], "on thetrades"),
        ("blanks from the podcast set talk", ["Set Talk"], "from the podcast set talk"),
        ("blanks in the set talk podcast", ["Set Talk"], "in the set talk podcast"),
        ("what did he tell Set Talk about blanks", ["Set Talk"], "Set Talk"),
        ("an interview with Set Talk about blanks", ["Set Talk"], "an interview with Set Talk"),
        ("in an episode of Fresh Air Hour", ["Fresh Air Hour"], None),
        ("Set Talk: who loads the gun", ["Set Talk"], "Set Talk"),
        ("Set Talk episodes about blanks", ["Set Talk"], "Set Talk episodes"),
        ("Props", ["Props"], "Props"),
        ("The Business", ["The Business"], "The Business"),
        ("blanks on Set Talk and on KQRX", ["Set Talk", "KQRX"], "on Set Talk"),
    ],
)
def test_a_show_is_read_where_it_is_written_as_one(question, shows, words):
    found = find_shows(question, SHOWS)
    assert [one.name for one in found] == shows
    assert words is None or found[0].span.of(question) == words


@pytest.mark.parametrize(
    "question",
    [
        "who is in the business of armoring",
        "who is in the business",
        "in The Business of Guns",
        "props on set",
        "armorers on props",
        "set talk before a take",
        "quotes about The Business",
        "blanks but not on Set Talk",
        "everything except from Set Talk",
        "set talk",
        "on Set Talkers",
        "in the fresh air hour after hour",
        "what did people say about Set Talk",
        "on Business",
        "guns on Q",
    ],
)
def test_plain_words_are_no_show(question):
    assert names(question) == []


def test_a_name_in_quotation_marks_is_a_show_only_behind_on():
    marked = find_shows("blanks on \uf100 please", SHOWS, ["fresh air hour"], "\uf100")
    assert [one.name for one in marked] == ["Fresh Air Hour"]
    assert find_shows("who said \uf100", SHOWS, ["set talk"], "\uf100") == []


@pytest.mark.parametrize(
    ("question", "show"),
    [
        ("what did the Night Reel say about blanks", "The Night Reel (SAMPLE)"),
        ("blanks on The Night Reel (SAMPLE) since 2022", "The Night Reel (SAMPLE)"),
        ("blanks on the Night Reel podcast", "The Night Reel (SAMPLE)"),
        ("The Night Reel", "The Night Reel (SAMPLE)"),
        ("blanks on Crew Call", None),  # which of the two?
        ("blanks on Crew Call (Radio)", "Crew Call (Radio)"),
        ("blanks on (Radio)", "(Radio)"),  # that is all it has
    ],
)
def test_what_a_name_adds_in_brackets_need_not_be_said(question, show):
    shows = ("The Night Reel (SAMPLE)", "Crew Call (Radio)", "Crew Call [Web]", "(Radio)")
    assert names(question, shows) == ([show] if show else [])


def test_a_name_in_quotation_marks_need_not_have_what_is_added_in_brackets():
    (found,) = find_shows("blanks on \uf100", ["The Reel (SAMPLE)"], ["the reel"], "\uf100")
    assert found.name == "The Reel (SAMPLE)"


def test_odd_names_of_shows_are_only_names():
    shows = ("", " ", "(", "a+b", "[^", "The ", ".*")
    assert names("live rounds on a+b", shows) in ([], ["a+b"])
    assert names("live rounds on .*", shows) in ([], [".*"])

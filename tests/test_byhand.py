"""What is chosen by hand wins over what the question says, and the answer says so."""

from contextlib import nullcontext
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from corpus.errors import NotFoundError, PeriodError
from tests.seeded import Line, open_empty, publish, seed_archive, seed_episode
from ui import cli
from ui.answers import AskFilters

QUESTION = "what did armorers say about dummy rounds"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    made = seed_archive(tmp_path_factory.mktemp("archive"))
    publish(made.archive)
    return made.archive


def said(answer):
    return [part.said for part in answer.understood]


def kinds(answer):
    return {part.kind for part in answer.understood}


def test_a_role_chosen_by_hand_takes_the_place_of_the_questions(archive):
    answer = archive.ask(QUESTION, AskFilters(roles=("property master",)))
    assert answer.query.roles == ("property_master",)
    assert "not read as armorer (chosen by hand: property master)" in said(answer)
    assert "role" not in kinds(answer)


def test_the_same_role_chosen_by_hand_is_no_contradiction(archive):
    answer = archive.ask(QUESTION, AskFilters(roles=("armourer",)))
    assert "role armorer" in said(answer)
    assert "not read as" not in kinds(answer)


def test_a_role_that_is_left_out_is_asked_for_when_chosen_by_hand(archive):
    answer = archive.ask("what did non-armorers say about rounds", AskFilters(roles=("armorer",)))
    assert (answer.query.roles, answer.query.not_roles) == (("armorer",), ())
    assert "not read as armorer (chosen by hand: armorer)" in said(answer)
    other = archive.ask("what did non-armorers say about rounds", AskFilters(roles=("host",)))
    assert other.query.not_roles == ("armorer",)


def test_a_standing_that_only_a_source_prints_can_be_chosen(tmp_path):
    made = open_empty(tmp_path)
    words = "The wound was the width of a thumb and came from a blank at arm's length."
    seed_episode(made, lines=(Line(words, "Ola Brandt", "wound Surgeon"),))
    publish(made)
    for named in ("wound Surgeon", "Wound surgeon"):
        (hit,) = made.ask("wound from a blank", AskFilters(roles=(named,))).hits
        assert (hit.role, hit.quote.exact) == ("wound Surgeon", words)
    with pytest.raises(NotFoundError, match="no such role"):
        made.ask("wound from a blank", AskFilters(roles=("pilot",)))
    made.close()


def test_days_chosen_by_hand_win(archive):
    answer = archive.ask("armorers on rounds in 2020", AskFilters(since=date(2022, 1, 1)))
    assert (answer.query.since, answer.query.until) == (datetime(2022, 1, 1, tzinfo=UTC), None)
    assert said(answer)[1:3] == [
        "not read as 2020-01-01 (chosen by hand: since 2022-01-01)",
        "not read as 2020-12-31 (chosen by hand: since 2022-01-01)",
    ]
    plain = archive.ask("armorers on rounds in 2020", AskFilters(until=date(2020, 6, 1)))
    assert said(plain)[1] == "since 2020-01-01"


def test_days_that_end_before_they_begin_are_refused(archive):
    with pytest.raises(PeriodError, match="ends before it begins") as refused:
        archive.ask("rounds", AskFilters(since=date(2024, 1, 2), until=date(2024, 1, 1)))
    assert isinstance(refused.value, NotFoundError)  # so that the page says it as well
    archive.ask("rounds", AskFilters(since=date(2024, 1, 1), until=date(2024, 1, 1)))


def test_an_unknown_show_is_said_with_those_like_it(archive):
    (show,) = list(archive.store.facet("show"))[:1]
    answer = archive.ask("rounds", AskFilters(sources=(show[:-1],)))
    assert answer.hits == ()
    (part,) = [part for part in answer.understood if part.kind == "unknown show"]
    assert part.is_note
    assert show in part.note
    known = archive.ask("rounds", AskFilters(sources=(show.upper(),)))
    assert "unknown show" not in kinds(known)


def test_an_unknown_speaker_chosen_by_hand_is_said_with_those_like_it(archive):
    name = next(iter(archive.catalogue.names().values()))
    answer = archive.ask("rounds", AskFilters(speakers=(name[:-1],)))
    (part,) = [part for part in answer.understood if part.kind == "unknown speaker"]
    assert name in part.note
    assert kinds(archive.ask("rounds", AskFilters(speakers=(name,)))).isdisjoint({part.kind})
    strange = archive.ask("rounds", AskFilters(speakers=("Qqq",)))
    assert [part.note for part in strange.understood if part.kind == "unknown speaker"] == [""]


def test_an_off_that_is_no_part_is_said(archive, monkeypatch):
    monkeypatch.setattr(cli, "open_archive", lambda settings: nullcontext(archive))
    done = CliRunner().invoke(cli.app, ["ask", QUESTION, "--off", "nonsense:x"])
    assert done.exit_code == 0
    assert "nonsense:x: no such part" in done.stderr
    assert "role:armorer" in done.stderr
    done = CliRunner().invoke(cli.app, ["ask", QUESTION, "--off", "role:armorer"])
    assert "no such part" not in done.stderr


def test_nobody_left_out_is_quoted(archive):
    everybody = {hit.speaker for hit in archive.ask("rounds").hits}
    one = sorted(everybody)[0]
    without = archive.ask(f"what did people other than {one} say about rounds")
    assert without.query.not_speakers == (one,)
    assert one not in {hit.speaker for hit in without.hits}
    rest = archive.ask("what did non-armorers say about rounds")
    assert all("armorer" not in hit.quote.attribution.roles for hit in rest.hits)

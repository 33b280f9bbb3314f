"""Saved searches as the catalogue keeps them: addresses, what each was sent, what failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError
from corpus.types import SentQuote, Span, Watch
from tests.indexed import NOW

FILTERS = (("roles", ("armorer",)), ("limit", ("500",)))
ASKED = Watch(id="", question="live rounds", filters=FILTERS, author="rae", made=NOW)
SECRET = "json://user:s3cret\x00@hooks.example/T0/B0"


@pytest.fixture
def catalogue(catalogue_url):
    with Catalogue(catalogue_url) as opened:
        yield opened


def a_sent(number=1, **facts):
    values = {"key": f"k{number}", "document_id": "d1", "revision": 1, "speaker": "Ines Okafor"}
    values |= {"person_id": None}
    values |= {"span": Span(number, number + 9), "words": f"words {number}"}
    return SentQuote(**(values | facts))


def test_a_search_is_kept_with_its_addresses(catalogue):
    made = catalogue.add_watch(ASKED, ["-", "/tmp/a.atom", "-"])
    assert [(each.number, each.address) for each in made.addresses] == [
        (1, "-"),
        (2, "/tmp/a.atom"),
    ]
    assert replace(made, id="", addresses=()) == ASKED
    assert catalogue.watches() == [made]
    assert catalogue.watch(made.id[:3]) == made


def test_the_same_search_again_gets_the_address_added(catalogue):
    made = catalogue.add_watch(ASKED, ["-"])
    later = replace(ASKED, made=NOW + timedelta(days=1), author="bo")
    again = catalogue.add_watch(later, ["-", SECRET])
    assert again.id == made.id
    assert [each.added for each in again.addresses] == [NOW, NOW + timedelta(days=1)]
    assert again.addresses[1].address == SECRET.replace("\x00", "")
    other = catalogue.add_watch(replace(ASKED, filters=()), ["-"])
    assert other.id != made.id


def test_what_went_to_one_address_did_not_go_to_another(catalogue):
    made = catalogue.add_watch(ASKED, ["-", "/tmp/a.txt"])
    both = [a_sent(1), a_sent(2)]
    catalogue.save_sent(made.id, 1, both, now=NOW)
    catalogue.save_sent(made.id, 1, both[:1], now=NOW + timedelta(days=1))  # twice is once
    assert catalogue.sent_quotes(made.id, 1) == both
    assert catalogue.sent_quotes(made.id, 2) == []
    first, second = catalogue.watch(made.id).addresses
    assert (first.sent, first.delivered) == (2, NOW + timedelta(days=1))
    assert (second.sent, second.delivered) == (0, None)


def test_a_failure_stays_until_something_goes_through(catalogue):
    made = catalogue.add_watch(ASKED, ["-"])
    catalogue.note_delivery(made.id, 1, failed="nobody answers")
    assert catalogue.watch(made.id).addresses[0].failed == "nobody answers"
    catalogue.save_sent(made.id, 1, [a_sent()], now=NOW)
    assert catalogue.watch(made.id).addresses[0].failed is None


def test_what_is_forgotten_leaves_nothing_behind(catalogue):
    made = catalogue.add_watch(ASKED, ["-", SECRET])
    for number in (1, 2):
        catalogue.save_sent(made.id, number, [a_sent()], now=NOW)
    catalogue.remove_address(made.id, 2)
    assert [each.number for each in catalogue.watch(made.id).addresses] == [1]
    assert catalogue.sent_quotes(made.id, 2) == []
    catalogue.save_sent(made.id, 2, [a_sent()], now=NOW)  # was on its way: it is too late
    assert catalogue.sent_quotes(made.id, 2) == []
    catalogue.remove_watch(made.id)
    assert catalogue.watches() == []
    with pytest.raises(NotFoundError, match="see onrecord watches"):
        catalogue.watch(made.id)

"""What is said of people, by themselves and by others: a role with the place, or nothing."""

from __future__ import annotations

import pytest

from corpus.types import Credit, Origin, Segment, Transcript, Word
from ingest.names.apposition import phrase_roles
from ingest.naming import name_voices
from ingest.texts import build_episode_text

HOST, GUEST, OTHER = "Ann Lee", "Bob Ray", "Cleo Park"


def named(*turns, title="", credits=(), publisher=True):
    segments = tuple(
        Segment(
            words=tuple(
                Word(text=word, start_time=0, end_time=0, speaker=label) for word in said.split()
            ),
            start_time=0, end_time=0, speaker=label,
        )
        for label, said in turns
    )  # fmt: skip
    transcript = Transcript(
        segments=segments, language="en", origin=Origin.PUBLISHER if publisher else Origin.ASR
    )
    text = build_episode_text(transcript, document_id="d", media_sha256=None)
    return text, name_voices(text, credits, publisher=publisher, title=title)


def roles(*turns, **options):
    _, voices = named(*turns, **options)
    return {label: set(voice.credit.roles) for label, voice in voices.items() if voice.credit}


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("My guest today is armorer Bob Ray.", {"armorer"}),
        ("With us is Bob Ray, who is a property master.", {"property_master"}),
        ("Bob Ray is the armorer. He opens each box.", {"armorer"}),
        ("Bob is the film's armorer.", {"armorer"}),
        ("Ray, the film's armorer, was there.", {"armorer"}),
        ("The armorer is Bob Ray.", {"armorer"}),
        ("We met an armorer named Bob Ray.", {"armorer"}),
        ("Bob Ray has worked as an armorer for years.", {"armorer"}),
        ("Bob Ray was the armorer on Salt Prairie.", {"armorer"}),
        ("We spoke to Bob Ray, one of the town's best armorers.", {"armorer"}),
        ("On my left, armorers Bob Ray and Di Fox.", {"armorer"}),
        ("On my left, armorers Di Fox and Bob Ray.", {"armorer"}),
        ("As an armorer, Bob, what do you see?", {"armorer"}),
        ("We have a prop master with us. His name is Bob Ray.", {"property_master"}),
        ("Bob Ray, actor and stunt coordinator, is here.", {"actor", "stunt_coordinator"}),
        ("Bob Ray's an armorer from Duluth.", {"armorer"}),
        ("Bob, you've been an armorer for years.", {"armorer"}),
        ("My guest is Bob Ray; he's an armorer.", {"armorer"}),
        ("Bob, you're an armorer, right?", set()),
        ("Bob Ray is no longer an armorer.", set()),
        ("Here is Bob Ray, an armorer, and the director Di Fox.", {"armorer"}),
        ("Bob Ray loads them for a living. She's been an armorer for years.", {"armorer"}),
        ("Joining us is Bob Ray. He has been an armorer for years.", {"armorer"}),
        ("With us today, a friend, and Bob Ray - he's a property master.", {"property_master"}),
        ("With me is Bob Ray, who's been an armorer for years.", {"armorer"}),
        # and nothing
        ("Bob Ray knew her husband. He's been an armorer for years.", set()),
        ("Bob Ray knew Di Fox well. She's an armorer.", set()),
        ("Bob Ray called the director. He's an armorer.", set()),
        ("Bob, the armorer told me to wait.", set()),
        ("Bob, the armorer, did he wait?", set()),
        ("Did you call the armorer, Bob?", set()),
        ("Bob Ray, director Di Fox told me about you.", set()),
        ("Bob Ray's armorer was late.", set()),
        ("Is Bob Ray the armorer?", set()),
        ("Bob Ray is the armorer?", set()),
        ("Bob Ray is not an armorer.", set()),
        ("If Bob Ray is the armorer, we stop.", set()),
        ("They say Bob Ray is the armorer.", set()),
        ("Here is Di Fox, an armorer, Bob Ray, and a dog.", set()),
        ("The assistant to the armorer is Bob Ray.", set()),
        ("Bob Ray is the armorer's lawyer.", {"lawyer"}),
        ("Bob Ray knew the armorer Di Fox.", set()),
        ("Bob Fox is an armorer. Bob is at home.", set()),
        ("Di Fox was taught by Bob Ray. She is an armorer.", set()),
        ("The alleged armorer Bob Ray was there.", set()),
        ("Bob, are you an armorer?", set()),
        ("Thank you, Bob. Armorers everywhere will listen.", set()),
    ],
)  # fmt: skip
def test_others_say_what_somebody_is(words, wanted):
    found = roles((HOST, f"Hello. {words}"), (GUEST, "Good morning to you."), (HOST, "Good."))
    assert found[GUEST] == wanted
    assert found[HOST] == set()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("I'm an armorer.", {"armorer"}),
        ("I am the property master on Salt Prairie.", {"property_master"}),
        ("And I am a property master, so I hold the key.", {"property_master"}),
        ("As an armorer, I look twice.", {"armorer"}),
        ("I've been a weapons handler for eighteen years.", {"armorer"}),
        ("I was the armorer on Salt Prairie.", {"armorer"}),
        ("I'm not just an armorer, I'm a prop master.", {"property_master"}),
        ("I work as an armorer and a stunt coordinator.", {"armorer", "stunt_coordinator"}),
        ("I'm Bob Ray, the armorer on Salt Prairie.", {"armorer"}),
        ("Actually, I'm a prop master, not an armorer.", {"property_master"}),
        ("I'm careful because I'm an armorer.", {"armorer"}),
        # and nothing
        ("I've worked in film as an armorer since May.", {"armorer"}),
        ("I'm a director of safety.", set()),
        ("I've never been an armorer.", set()),
        ("I'm not an armorer.", set()),
        ("I am no armorer.", set()),
        ("If I were an armorer, I would know.", set()),
        ("If I was the armorer, I would know.", set()),
        ("People think I'm an armorer.", set()),
        ("I wanted to be an actor.", set()),
        ("I was an actor before that.", set()),
        ("She said, I'm an armorer, and left.", set()),
        ('He wrote, "I am tired. I am an armorer."', set()),
        ("I'm an armorer's son.", set()),
        ("I'm the armorer, you are the actor, and the door opens.", set()),
        ("Am I an armorer?", set()),
        ("I'm tired, armorers never sleep.", set()),
        ("I'm with the armorer on this.", set()),
        ("My wife is an armorer.", set()),
        ("As an armorer, he would know.", set()),
        ("I'm afraid the armorer left.", set()),
        ("I'm like a director of traffic.", set()),
        ("I'm joined by armorer Di Fox.", set()),
        ("I'm happy and armorers are happy.", set()),
    ],
)
def test_people_say_what_they_are(words, wanted):
    found = roles((HOST, "Tell me."), (GUEST, words), (HOST, "I see."))
    assert found == {HOST: set(), GUEST: wanted}


def test_what_somebody_denies_they_are_not_whatever_others_say():
    found = roles(
        (HOST, "My guest is the armorer Bob Ray."),
        (GUEST, "Actually, I'm a prop master, not an armorer."),
    )
    assert found[GUEST] == {"property_master"}


def test_the_evidence_stands_where_it_says():
    text, voices = named(
        (HOST, "My guest is the armorer Bob Ray."), (GUEST, "I'm a stunt coordinator as well.")
    )
    told = [each for each in voices[GUEST].evidence if each.span]
    assert {each.kind for each in told} == {"introduction", "self-description"}
    assert all(each.span.of(text.content) == each.quote for each in told)


def test_the_title_says_what_its_person_is():
    found = roles((HOST, "Hello."), (GUEST, "Hello."), title="Armorer Bob Ray on blanks")
    assert found[GUEST] == {"armorer"}


def test_a_first_name_that_two_people_have_means_neither():
    found = roles(
        (HOST, "Bob Ray and Bob Fox are here. Bob is an armorer."), (GUEST, "Yes."), (OTHER, "No.")
    )
    assert found == {HOST: set(), GUEST: set(), OTHER: set()}


def test_voices_named_by_votes_have_their_role_as_well():
    found = roles(
        ("Speaker 1", "I'm Ann Lee. My guest is Bob Ray. Bob, welcome."),
        ("Speaker 2", "Thank you, Ann. I'm a firearms examiner."),
        publisher=False,
        credits=[Credit(name=HOST, part="host"), Credit(name=GUEST, part="guest")],
    )
    assert found["Speaker 2"] == {"firearms_examiner"}


def people(*said):
    turns = [(f"Speaker {label}", words) for label, words in said]
    _, voices = named(*turns)
    return [voice.credit.name if voice.credit else None for voice in voices.values()]


ASKS = ((1, "And then?"), (2, "Then we left."), (1, "I see."))


@pytest.mark.parametrize(
    ("turns", "names"),
    [
        (((1, "I'm your host Ann Lee. Her name is Cleo Park. Cleo, tell me."), (2, "I will.")),
         [HOST, OTHER]),
        (((1, "I'm Ann Lee. Today we talk to Bob Ray. Welcome, Bob."), (2, "Thanks.")),
         [HOST, GUEST]),
        (((1, "I'm Ann Lee. Today we talk to Bob Ray."), (2, "It is late.")), [HOST, None]),
        (((1, "I'm Ann Lee. Today, the case of Bob Ray. Bob, where are you?"), (2, "He is gone."),
          (3, "He is.")), [HOST, None, None]),
        (((1, "I'm Ann Lee. His name is Bob Ray, and he is in jail."), (2, "He is.")),
         [HOST, None]),
        (((1, "Welcome to the hour."), (2, "Thanks."), (3, "I'm Bob Ray for Larkspur Soap.")),
         [None, None, None]),
        (((1, "I'm Ann Lee, says the sign. I'm Bob Ray, says another."), (2, "It does.")),
         [None, None]),
    ],
)  # fmt: skip
def test_a_publishers_numbered_voices_have_the_names_they_are_given(turns, names):
    assert people(*turns, *ASKS) == names


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("the film's armorer and a prop master, who", ("armorer", "property_master")),
        ("armorers never sleep", ()),
        ("one of the best armorers", ("armorer",)),
        ("an armorer, and property master Cleo Park", ("armorer",)),
        ("director Cleo Park", ()),
    ],
)
def test_a_phrase_gives_its_roles_to_one_person(words, wanted):
    assert phrase_roles(words)[0] == wanted


def test_a_name_with_accents_apostrophe_and_hyphen_is_found_where_it_is_said():
    name = "Zoë Inés O'Hallan-Ruz"
    found = roles((HOST, f"My guest is armorer {name}."), (name, "Thank you."))
    assert found == {HOST: set(), name: {"armorer"}}


# ── two people of nearly one name ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        "Today, Tobias Wrenn, who should not be confused with the armorer Tobias Renn.",
        "Today, Tobias Wrenn. It was the armorer Tobias Renn who loaded it.",
        "Tobias Wrenn is here. The armorer, Tobias Renn, is not.",
        "He is often mistaken for the armorer Tobias Wrenn.",
        "No relation of the armorer Tobias Wrenn, by the way.",
    ],
)
@pytest.mark.parametrize("publisher", [True, False])
def test_what_is_said_beside_another_name_is_not_theirs(words, publisher):
    given = (Credit(name="Tobias Wrenn", part="guest"),)
    found = roles(("Ann Lee", words), ("Tobias Wrenn", "Hi."), credits=given, publisher=publisher)
    assert not found.get("Tobias Wrenn")


def test_in_print_another_spelling_anywhere_is_another_person():
    turns = [
        ("Ann Lee", "Today, Tobias Wrenn."),
        ("Tobias Wrenn", "Hello."),
        ("Ann Lee", "The armorer Tobias Renn loaded it."),
    ]
    assert roles(*turns)["Tobias Wrenn"] == set()


@pytest.mark.parametrize(
    ("said", "description", "wanted"),
    [
        ("Hello.", None, {"armorer"}),
        ("Hello.", "property master", {"property_master"}),
        ("I'm the property master.", None, {"property_master"}),
    ],
)
def test_a_name_misheard_gives_a_role_only_to_who_has_none(said, description, wanted):
    claimed = ("property_master",) if description else ()
    given = (Credit(name="Larry Zanoff", roles=claimed, description=description),)
    found = roles(
        ("Ann Lee", "With us is armorer Larry Zanov."), ("Larry Zanoff", said), credits=given
    )
    assert found["Larry Zanoff"] == wanted


def test_what_people_say_they_are_goes_before_what_others_say():
    _, voices = named(
        ("Ann Lee", "With us is armorer Bob Ray."), ("Bob Ray", "I'm the first assistant director.")
    )
    assert voices["Bob Ray"].credit.roles == ("assistant_director", "armorer")

"""What people, bodies and papers are called in print: the words that tell them apart."""

from __future__ import annotations

import re

HYPHENS = frozenset("-‑’'")
PARTICLES = frozenset({"de", "da", "la", "van", "von", "der", "del", "bin", "al", "di", "du"})
NO_NAMES = frozenset({"DATE", "TIME", "MONEY", "CARDINAL", "ORDINAL", "LANGUAGE"})
# First words of companies and last words of places, which the model takes for people.
EMBLEMS = frozenset(
    re.findall(
        r"\w+",
        """
        blue red black white green gold golden silver dark bright cold hot new old big great little
        first second third north south east west northern southern eastern western sun moon star
        sky sea ocean river lake mountain valley hill forest fire iron stone steel wolf lion bear
        eagle hawk heron fox tiger dragon apple lantern harbor harbour summit horizon crown royal
        grand high wild open free true pure deep modern global national american british united
        creek road street avenue county ranch canyon beach boulevard square park bridge island
        bay heights falls springs
        """,
    )
)
TITLES = re.compile(
    r"(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Professor|Sir|Dame|Judge|Justice|Sgt|Sergeant|Lt|Lieutenant|"
    r"Capt|Captain|Det|Detective|Cpl|Deputy|Officer|Sheriff|Chief|President|Senator|Sen|Rep|Gov|"
    r"Governor|Mayor|Commissioner|Inspector|Superintendent|Constable|Agent|Attorney|Rev|Reverend|"
    r"Investigator|Prosecutor|Director|Producer|Writer|Actor|Actress|Armorer|Armourer|Coach|"
    r"Administrator|Chairman|Chairwoman|Chair|Executive|Ambassador|General|Gen|Admiral|Colonel|Col|"
    r"Major|Maj|Pastor|Bishop|Spokesman|Spokeswoman|Spokesperson|Analyst|Coordinator|Supervisor|"
    r"Manager|Editor|Critic|Author|Engineer|Scientist|Leader|Representative|Congressman|"
    r"Congresswoman|Founder|Master|Examiner|Specialist|Instructor|Firefighter|Trooper|Ranger|"
    r"Cinematographer|Lawyer|Secretary|Minister|Councillor|Councilman|Councilwoman|District|Gaffer|"
    r"Grip|Electrician|Bassist|Drummer|Singer|Guitarist|Designer|Photographer|Journalist|Reporter|"
    r"Historian|Dancer|Choreographer|Teacher|Nurse|Doctor|Surgeon|Novelist|Poet|Screenwriter|"
    r"Playwright|Comedian|Host|Anchor|Presenter|Juror|Counsel|Barrister|Solicitor|Artist|Curator|"
    r"Economist|Biologist|Physicist|Researcher|Activist|Farmer|Pilot|Captain|Prop|Stuntman|Stuntwoman)\.?"
)
FEMALE = re.compile(
    r"\b(?:Mrs|Ms|Miss|Dame|woman|actress|mother|wife|widow|daughter|sister|aunt|niece|"
    r"grandmother|spokeswoman|chairwoman|businesswoman|congresswoman|saleswoman|girlfriend|"
    r"stuntwoman|forewoman|heroine|waitress|girl)\b",
    re.IGNORECASE,
)
MALE = re.compile(
    r"\b(?:Mr|Sir|man|father|husband|widower|son|brother|uncle|nephew|grandfather|"
    r"spokesman|chairman|businessman|congressman|salesman|boyfriend|stuntman|foreman|boy)\b",
    re.IGNORECASE,
)
BODIES = frozenset(
    re.findall(
        r"\w+",
        """
        academy administration agency alliance army association authority bank board brotherhood
        bureau church city club co coalition college commission committee company corp corporation
        council county court department district division entertainment federation films foundation
        fund government group guild hospital house inc industries institute international
        labor league limited llc llp lodge ltd magazine media ministry movies museum navy network
        news office organisation organization partners party pictures police post press productions
        ranch records review rentals school senate services society solutions station store studio
        studios supply systems television theatre theater times today trust union university unit
        weekly journal gazette herald tribune chronicle ledger courier daily echo mirror standard
        telegraph guardian globe props armory costumes effects insurance logistics
        """,
    )
)
# Bodies of people that are one noun; "a spokesperson" is a person, "the report" is neither.
PLURAL = frozenset({"NNS", "NNPS"})
PAPERS = frozenset(
    re.findall(
        r"\w+",
        """
        report affidavit complaint lawsuit suit document filing statement letter email e-mail
        memo memorandum transcript warrant indictment study survey poll book article post tweet
        message note notice sign rule rules manual bulletin headline caption label law policy
        contract order ruling records record data evidence log sheet call video footage story page
        website review release text script page poster
        """,
    )
)
HUMANS = frozenset(
    re.findall(
        r"\w+",
        """
        man woman boy girl officer driver grip member worker employee witness neighbor neighbour
        friend colleague lawyer attorney mother father brother sister son daughter husband wife
        doctor nurse source official spokesperson guard judge juror detective deputy sheriff agent
        expert analyst teacher student electrician carpenter technician assistant partner boss
        owner manager executive predecessor successor cousin rival tenant resident survivor victim
        suspect caller stranger guest aide
        """,
    )
)
NAMELESS = re.compile(
    r"\b(?:who|speaking|declin|ask|request|anonym|condition|not to be|without|familiar|close)"
)
KEPT = frozenset({"det", "amod", "compound", "poss", "nummod", "case", "prep", "nmod", "punct"})
PREPOSITIONS = frozenset({"of", "for", "at", "in", "with", "on", "from", "to", "behind", "under"})

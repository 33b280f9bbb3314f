"""Common English first names that tell whether "he" or "she" can be meant.

Names given to both are left out: they tell nothing, and silence is the safe answer.
"""

from __future__ import annotations

import re


def _names(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


FEMALE = _names(
    """
    abigail ada agnes aisha alice alicia amanda amelia amy ana andrea angela anita ann anna anne
    annie barbara beatrice becky beth bethany betty brenda bridget camille carla carmen carol
    caroline catherine cecilia charlotte cheryl chloe christina christine cindy claire clara
    claudia colleen constance cynthia daisy deborah debra denise diana diane dolores donna
    dora doris dorothy edith eileen elaine eleanor elena elisabeth elise elizabeth ella ellen
    emily emma erica erin esther eva eve evelyn fatima fiona frances gabriela gail gemma
    genevieve georgia gertrude gina giulia gladys glenda gloria grace greta gwen halima hannah
    harriet hazel heather heidi helen helena henrietta hilary holly ida imogen ines ingrid irene
    iris isabel isabella jane janet janice jasmine jennifer jenny jessica jill joan joanna
    joanne josephine joyce juanita judith judy julia julie june karen kate katherine kathleen
    kathryn katie kristen kristin lara laura lauren leila lena lila lillian linda lisa
    lois lorraine louise lucia lucy lydia madeline maggie mara marcia margaret margot maria
    marie marilyn marjorie marsha martha mary matilda maureen maya megan melanie
    melissa mercedes michelle mildred miranda miriam molly monica muriel nadia nancy naomi
    natalie natasha nicole nina nora norma olga olivia paige pamela patricia paula pauline
    penelope petra phoebe phyllis priya rachel rebecca regina renee rhonda rita roberta rosa
    rosalind rosemary ruth sally samantha sandra sara sarah selma sharon sheila shirley sigrid
    silvia sofia sonia sophia sophie stella stephanie sue susan susanna suzanne sybil sylvia
    tamara tamsin tanya tara teresa theresa tina ursula valerie vanessa vera veronica victoria
    viola violet virginia vivian wilhelmina wanda wendy winifred yolanda yvonne zoe
    adele agatha aisling alma amina astrid ayesha birgit brigitte carlotta chiara claudine cora
    delia dina dorothea edna elsa elsie estelle etta eugenia felicity flora francesca freya frieda
    georgina giselle gwendolyn hilda ilse imelda isla ivy jocelyn katarina katya lotte lucille
    ludmila mabel magda margarita mariana marta maud mila minerva myra natalia nell noemi odette
    ophelia paloma pearl philippa pilar prudence ramona rosalie rosie ruby sabine sadie saskia
    simone sylvie thelma tess trudy ulrike yasmin yvette zara
    """
)
MALE = _names(
    """
    aaron abdul abel abraham adam adrian ahmed alan albert alejandro alexander alfred ali alvin
    andrew anthony antonio archie arnold arthur barry ben benjamin bernard bill bob brad bradley
    brandon brendan brian bruce bruno bryan byron carl carlos cecil charles chester christopher
    clarence clifford clive colin conor craig curtis cyril damian daniel darren dave david
    dean declan dennis derek dmitri dominic donald doug douglas duncan dwight earl edgar edmund
    eduardo edward edwin eli elias eric ernest eugene evan felix fernando floyd francisco frank
    franklin fred frederick gareth gary gavin geoffrey george gerald gerard gilbert giovanni
    glenn gordon graham grant greg gregory gunnar gus guy hamish hans harold harry harvey hassan
    hector henry herbert herman horace howard hugh hugo ian ibrahim igor isaac ivan jack jacob
    jake james jason jeff jeffrey jeremy jerome jim joe joel john johnny jonathan jorge jose
    joseph josh joshua juan julian karl keith ken kenneth kevin kurt lance larry lars lawrence
    leo leon leonard leroy lloyd louis lucas luis luke malcolm marcus mario mark
    martin marvin mateo matthew maurice max michael miguel mike miles mohammed nathan neil
    nicholas nick nigel noel norman oliver omar oscar otto owen patrick paul pedro percy peter
    phil philip pierre rafael ralph ramon randall raymond reginald rex ricardo richard rick
    robert rodney roger roland ron ronald rory roy rudolph rufus rupert russell ryan
    samuel scott sean sebastian sergei seth shane sid simon solomon stanley stefan stephen steve
    steven stuart sven ted terence theodore thomas tim timothy toby todd tom tony travis trevor
    victor vincent wallace walter warren wayne wesley wilfred will william winston zachary
    adolfo alain alec alexei amos andre andrei angus emil emilio enrique ernesto ezra fabian
    fergus fritz gideon giles guillermo gunther gustav harald heinrich hendrik hiroshi ignacio ivor
    javier jonas julio karim kofi kwame leif leonid levi luca marco matthias mikhail moses mustafa
    nikolai nils olaf oleg oswald pablo pavel pieter rashid raul reuben roberto rodrigo ruben
    salvatore santiago sergio silas tariq theo thaddeus tobias ulrich vadim viktor vladimir wilhelm
    xavier yusuf zoltan
    """
)
FIRST_NAMES = FEMALE | MALE


def gender_of(first: str) -> str:
    """Return "f" or "m" for a folded first name that is nearly always that, else ""."""
    return "f" if first in FEMALE else "m" if first in MALE else ""

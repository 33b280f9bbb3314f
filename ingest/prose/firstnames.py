"""Common English first names that tell whether "he" or "she" can be meant.

Names given to both tell that somebody is a person, not which: silence is the safe answer.
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
    adaeze adriana agathe alba alexandra alina ama amalia amara anastasia angelina anika antonia
    anya aoife aurora ava beatrix beatriz bella bernadette bernice bianca bonnie bronwyn carina
    carolina cassandra catalina celeste celia celine chidinma cordelia corinne cornelia dagmar
    daniela daphne edwina eloise eluned elvira emilia esme eunice fatou felicia fernanda florence
    francine gerda grainne hedda hedwig helga hermione hortense inga ingeborg iona isabelle ivana
    jacinta jacqueline jana jeanette johanna josefina jutta karin karina katrina kirsten larissa
    lavinia leonora leticia lidia liesl liv livia lorna lucinda luisa luz maeve magdalena maja
    malin marguerite mariam marianne mariela marina marisa marisol marit marlene matilde mavis mei
    melinda mercy meredith milena mina mireille mirela moira monika myrtle nadine natalya ngozi
    niamh octavia ottilie ottoline paola paulina perpetua polly portia raquel renata rhiannon
    ricarda rocio romy rosamund rosario roxana sabrina salma samira sanna serena shirin signe
    sinead siobhan solange solveig sonja stefania svetlana tabitha tatiana thea theodora thora
    tilda valentina verena vilma viviana wilma winona ximena yara yusra zainab zelda zeynep
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
    absalom achim adalbert ahmad aidan alastair alberto albrecht aldo alessandro alexandre alfonso
    alfredo algernon alistair ambrose anders andreas andreu angelo anselm anton arjun armand
    armando arno arvid asher augustus axel barnaby bartholomew basil bastian benedict benito
    benoit bernardo bertrand bjorn bogdan boris bradford caleb callum carlo casimir caspian cedric
    cesar christoph claudio claus clayton clemens clement clifton clint colm conrad cornelius
    cosmo cuthbert cyrus dario darius davide desmond diego dieter dietmar dietrich dirk donovan
    eamon ebenezer edgardo edmond eduard eitan elmer emanuel emmanuel enoch enzo erich erik ernst
    errol esteban ethan etienne evander fabio faisal farid felipe ferdinand ferris fidel finlay
    florian francois franz friedrich gabriel gaspar gaston gerhard gervase gregor grigori guido
    gunter gwilym hakan hamza hank hannes harlan hartmut hideo hiram hollis horatio horst hubert
    humberto ignatius ilya isaiah isidore ismail ivo jacek jacques jan janusz jarek jasper javad
    jens jerzy jiro joachim joao jochen johan johann johannes josef juergen julius jurgen kaspar
    kaveh kenji khalid klaus konrad konstantin kristof laszlo laurence laurent leandro leopold
    lionel lorcan lorenzo lothar lucian lucius ludovic ludwig lutz magnus manfred manuel marcel
    marcelo marek marius marten mats mauricio mehmet melvin meyer mihai milan milo milos mohamed
    mohammad monty mordecai mortimer muhammad murray nathaniel nestor octavian octavio orlando
    orson orville oskar ottmar padraig pascal patricio pavlos percival petr philippe piotr quentin
    radovan raimund rainer randolph raphael rasmus reinhard renzo rhodri rhys roderick rodolfo
    rolf romain rowland rurik sandeep sanjay saul sebastien selim sigmund stanislav stellan stig
    takeshi terrence thierry thor torsten torvald tristan ugo ulf umberto uri valentin vasily
    vernon vikram vincenzo virgil vito vittorio vivek wendell werner wolfgang wolfram yannick
    yosef yuri zachariah zdenek
    """
)
EITHER = _names(
    """
    addison alex amit ariel ashley aubrey avery billie bobbie cameron carey casey charlie chris
    corey courtney dana devon dylan elliot ellis emerson finley frankie hayden hyun jackie jaime
    jamie jean jesse jody jules jun kai kavi kelly kelsey kendall kerry kim kiran kit kris kyle
    lesley leslie lindsay loren mackenzie marion marley micah ming nikita noor pat quinn reese
    remy riley robbie robin ronnie rowan sam sandy sasha shannon shelby sidney skyler stevie
    sydney toni tracy tyler wei whitney wyn yael
    """
)
FIRST_NAMES = FEMALE | MALE | EITHER


def gender_of(first: str) -> str:
    """Return "f" or "m" for a folded first name that is nearly always that, else ""."""
    return "f" if first in FEMALE else "m" if first in MALE else ""

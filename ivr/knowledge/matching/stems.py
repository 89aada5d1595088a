"""One stem for the forms of a French word as telephone callers use them.

Snowball's stemmer with the irregular verbs it cannot know; no meaning here, that is :mod:`.concepts`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import snowballstemmer

from ivr.french.heard import fold

_FORMS = {
    "etre": "suis es est sommes etes sont etais etait etions etaient sera seront serait soit soient fut ete",
    "avoir": "ai as avons avez ont avais avait avions avaient aura auront aurait auraient aie ait aurais eu",
    "aller": "vais vas va allons allez vont irai ira iront irait allais allait aille",
    "pouvoir": "peux peut pouvons pouvez peuvent pouvais pouvait pourrai pourra pourrons pourront "
    "pourrais pourrait pourrions pourriez puis puisse puissent pourrez",
    "vouloir": "veux veut voulons voulez veulent voulais voulait voulu voudrais voudrait voudrai voudrions "
    "voudra veuille souhaite souhaites souhaitons souhaiterais souhaiterait souhaiterions souhaitez "
    "souhaiter aimerais aimerait aimerions desire desirons",
    "devoir": "dois doit devons devez doivent devrais devrait devrai devra devrions doive doivent",
    "faire": "fais fait faites font faisons faisais faisait ferai fera ferons feront ferait fasse",
    "savoir": "sais sait savons savez savent savais saura saurais sache",
    "marcher": "marche marches marchent marchait marchera marchaient",
    "voir": "vois voit voyons voyez voient verrai verra vu voyais",
    "partir": "pars part partent partons parti partie partis partira partait partant",
    "mettre": "mets met mettons mettez mettent mis mise mettra mettait remettre remets",
    "venir": "viens vient venons venez viennent venu venue viendra",
    "prendre": "prends prend prenons prenez prennent pris prise prendra",
    "dire": "dit disons disent disait",
    "numero": "numeros num",
    "appel": "appels",
    "appeler": "appelle appelles appelent appellent appele appelee appelons appelez appelait "
    "appelais appellera",
    "eteint": "eteinte eteints eteindre eteins etain",
    "payer": "paie paies paient paye payes payons payez payant payants payante payantes paiera",
    "perdre": "perdu perdue perdus perdues perds perd perdez perdent perdons",
    "allumer": "allume allumes allument allumait allumera rallume rallumer",
    "pays": "pay",
    "tout": "tous toute toutes",
    "mon": "ma mes",
    "son": "sa ses",
    "notre": "nos",
    "votre": "vos",
    "le": "la les l",
    "de": "des d du",
    "que": "qu",
    "ce": "c ca cela cette ces cet",
    "je": "j",
    "se": "s",
    "me": "m",
    "te": "t",
}
_IRREGULAR = {form: base for base, forms in _FORMS.items() for form in [base, *forms.split()]}
_ENDING = re.compile(r"(?:ees|ee|ez|er|es)$")
_STEMMER = snowballstemmer.stemmer("french")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem that the forms of *word* share, without accents: ``bloqu`` for « bloqué »."""
    word = fold(word)
    base = _IRREGULAR.get(word)
    if base is not None:
        return base
    if len(word) <= 3 or word[0].isdigit():
        return word
    stemmed: str = _STEMMER.stemWord(_ENDING.sub("e", word))
    return fold(stemmed)


def stems(words: Sequence[str]) -> list[str]:
    """Return the stem of each word."""
    return [stem(word) for word in words]

"""What a caller may say at any question that is neither an answer to it nor a question of the FAQ.

Each is a whole phrase: an utterance with anything else in it is none of these.
"""

import enum
import re
from dataclasses import dataclass
from functools import lru_cache

from ivr.french.numbers import say_integer
from ivr.french.numerals import ORDINALS
from ivr.french.phrases import fold


class Wish(enum.StrEnum):
    """What the caller wants of the conversation itself."""

    MENU = "menu"
    """« Retour au menu »."""
    RESTART = "restart"
    """« Reprenez au début »."""
    STOP = "stop"
    """« Stop », « laissez tomber »."""
    STEP = "step"
    """« L'étape deux »; :attr:`Wanted.number`, negative from the end."""
    STEPS = "steps"
    """« Il y a combien d'étapes ? »"""
    SPELL = "spell"
    """« Épelez »."""
    SEND = "send"
    """« Envoyez-moi ça par mail »; :attr:`Wanted.channel`."""
    LOUDER = "louder"
    """« Parlez plus fort »."""
    BADLY = "badly"
    """« Je vous entends mal », « ça coupe »."""
    PRESENCE = "presence"
    """« Allô ? », « vous êtes là ? »"""
    CUSTOMER_NUMBER = "customer-number"
    """« Mon numéro de client, c'est… »"""
    ANOTHER = "another"
    """« J'ai une autre question. »"""
    CORRECTION = "correction"
    """« Ce n'est pas ce que je demandais. »"""
    CALLBACK = "callback"
    """« Rappelez-moi. »"""
    PRICE = "price"
    """« C'est payant ? », said of what was just heard."""
    WHY = "why"
    """« Pourquoi ? », said of what was just heard."""
    DURATION = "duration"
    """« Ça prend combien de temps ? », said of what was just heard."""
    DIFFERENCE = "difference"
    """« C'est quoi la différence ? »"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One wish and what it names."""

    wish: Wish
    number: int = 0
    channel: str = ""


_BEFORE = (
    r"(?:(?:oui|ouais|non|alors|euh|heu|ah|oh|bon|ben|bah|ok|d accord|mais|et|donc|pardon|excusez moi|allo|"
    r"attendez|attends|ecoutez|dites|s il vous plait|svp|merci|desolee?|en fait|finalement|du coup|"
    r"plutot|je prefere"
    r"|qu) )*"
)
_ASKING = (
    r"(?:(?:est ce que )?(?:vous (?:pouvez|pourriez)|(?:pouvez|pourriez|voulez) vous|tu peux|"
    r"je (?:peux|pourrais|voudrais|veux|souhaite|souhaiterais|prefererais)|j aimerais(?: bien)?|"
    r"puis je|pourrais je|"
    r"on (?:peut|pourrait|va)|peut on|il faudrait|il faut|faut|faudrait|merci de|essayez de|veuillez) )?"
)
_AFTER = (
    r"(?: (?:s il vous plait|s il te plait|svp|merci|hein|maintenant|la|voila|d abord|monsieur|madame|"
    r"encore|"
    r"un (?:petit )?peu|je vous prie|si possible|quoi|donc|plutot|alors|deja|de suite|tout de suite))*"
)


def _whole(core: str) -> re.Pattern[str]:
    return re.compile(f"{_BEFORE}{_ASKING}(?:{core}){_AFTER}")


_GO = (
    r"(?:(?:on )?(?:revenir|reviens|revenez|revient|retourner|retournez|retourne|repasser|aller|allez|"
    r"remettez moi|"
    r"ramenez moi|sortir|passez|retour)(?: (?:au|a l|a la|vers le|sur le|du|de l|en))? )?"
)
_AGAIN = (
    r"(?:(?:on )?(?:reprenez|reprendre|reprends|reprend|recommencez|recommencer|recommence|repartez|"
    r"repartir|repart|refaites|"
    r"refaire|retournez|retourner|revenez|revenir|retour|recommencons|reprenons))"
)
_OF_IT = (
    r"(?: (?:moi|tout|tout ca|ca|l explication|votre explication|la procedure|la reponse|les etapes|"
    r"depuis|a zero))*"
)
_FROM_START = (
    r" (?:(?:depuis|a partir d|des|au|du|de|a|le|la|tout) )*(?:debut|depart|zero|commencement|"
    r"premiere etape)"
)
_SHOW = (
    r"(?:(?:revenez|revenir|reviens|retournez|retourner|retour|passez|passer|allez|aller|redites|"
    r"repetez|relisez|redonnez|donnez|dites|"
    r"reprenez|reprendre|je suis|j en suis|c est|on passe)(?: moi)?(?: (?:a|au|sur|de|directement))* )?"
)
_POINT = r"(?:etape|point|instruction|consigne|partie|phase|manip|manipulation)"
_NUMBERS = ORDINALS | {fold(say_integer(n)): n for n in range(1, 20)} | {str(n): n for n in range(1, 20)}
_NTH = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_BY = (
    r"(?P<email>e ?mails?|mails?|mel|courriels?|messagerie electronique)|(?P<sms>sms|textos?|"
    r"message ecrit|whatsapp)|"
    r"(?P<other>ecrit|courrier|la poste|telephone|portable)"
)
_ANY_CHANNEL = re.compile(rf"\b(?:{_BY})\b")
_LOUD = (
    r"(?:(?:parlez|parler|parle|dites|repetez|redites|augmentez|montez|haussez|mettez)(?: (?:moi|le|"
    r"la|ca|votre|un peu|beaucoup|du))* )?"
    r"(?:plus fort|moins bas|le (?:son|volume|ton)|(?:son|volume|ton|voix))"
)
_I_HEAR = r"(?:je (?:vous |t |l |n )*entend\w*|on (?:vous |n |t )*entend|j entend\w*)"
_NUMBER_OF = (
    r"(?:client|contrat|dossier|abonne|abonnement|compte|commande|siret|siren|ticket|reference|facture|"
    r"societe|adherent)"
)
_ONCE_MORE = (
    r"(?:une?|d|la|ma|mon|deux|quelques)? ?(?:toute )?(?:petite )?(?:autres?|derniere|deuxieme|"
    r"nouvelle|seconde|troisieme|encore une)"
    r"(?: petite)? (?:question|chose|demande|point|probleme|renseignement|precision|truc|questions|choses)"
)
_CALLS_BACK = (
    r"(?:(?:qu |que )?(?:un conseiller|quelqu un|on|il|vous|elle)(?: (?:peut|pourrait|peuvent|"
    r"pouvez))? (?:me |nous )?"
    r"(?:rappell?er?|rappelle|rappelez)|rappel(?:ez|le|er)? (?:moi|nous)?|(?:etre|me faire|"
    r"etes) rappele?e?r?|"
    r"(?:demander |avoir |programmer )?un rappel|me rappeler|rappelez)"
)
_WHEN = (
    r"(?: (?:plus tard|demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|apres|ce soir|dans|cet? \w+|"
    r"le \w+|en|fin|debut|de|une|\w+ heures?|a|la|matinee|journee|apres midi))*"
)

_PHRASES: tuple[tuple[Wish, re.Pattern[str]], ...] = (
    (Wish.STOP, _whole(
        r"(?:stop|arretez?|taisez vous|chut|ca suffit|silence|annulez?|annuler|laissez tomber|"
        r"laisse tomber|on arrete|"
        r"j abandonne|abandonnez?)(?: (?:vous|tout|la|ca|de parler|stop|arretez|maintenant|l explication))*"
    )),
    (Wish.MENU, _whole(
        rf"(?:(?:laissez tomber|stop|annulez) )?{_GO}(?:(?:le|au|a l|du|la) )?(?:menu(?: principal|"
        r" general| d accueil| de depart)?|accueil|"
        r"question principale|premiere question|debut du menu)"
    )),
    (Wish.RESTART, _whole(
        rf"(?:je (?:me )?suis perdue? )?(?:{_AGAIN}{_OF_IT}{_FROM_START}|(?:on )?recommenc(?:ez|er|e|"
        r"ons)(?: (?:tout|ca|l explication))*|(?:tout )?(?:depuis|du|au|a partir du) (?:tout )?debut)"
    )),
    (Wish.STEP, _whole(rf"{_SHOW}(?:(?:l|la|le|a l|a la|au) )?{_POINT}(?: (?:numero|n))? (?P<n>{_NTH})")),
    (Wish.STEP, _whole(rf"{_SHOW}(?:(?:l|la|le|a la|au) )?(?P<n>{_NTH}) {_POINT}")),
    (Wish.STEPS, _whole(
        r"(?:(?:ca fait|il y a|y a|y en a|il y en a|on a|il reste|reste t il|ca|en|il en reste|"
        r"c est) )*combien (?:y a t il |il y a |y a |reste t il |il reste |en reste t il |"
        r"il en reste |il reste )?"
        rf"(?:(?:d|de) {_POINT}s?|{_POINT}s?|d operations)?(?: (?:il y a|y a t il|il reste|reste t il|"
        r"encore|en tout|au total|y a|il y en a|restantes|restent))*"
        rf"|combien d {_POINT}s .{{0,20}}|(?:il |"
        r"y )?(?:en )?reste(?: t il)?(?: il)? combien(?: d etapes| de points)?(?: .*)?"
        r"|(?:c est|il y en a|y en a|ca va etre|il en reste|y en a)(?: encore)?(?: (?:long|beaucoup|"
        r"pour longtemps|loin))+|(?:c est )?bientot (?:fini|termine)|c est bientot la fin"
        r"|(?:on|j)(?: en)? (?:est|suis)(?: rendu)? (?:a combien|ou|a quelle etape|a quel point)|"
        r"(?:ou|a quelle etape) en (?:est on|sommes nous|suis je)"
    )),
    (Wish.SPELL, _whole(
        r"(?:(?:me|le|la|l|nous|les) )*(?:epele[zrs]?|epelle[zrs]?|epeler|epelez)(?: (?:le|la|moi|l|"
        r"ca|nous|mot|nom|adresse|ce|cette|celui|lentement))*|"
        r"(?:comment )?(?:ca|cela) s (?:ecrit|epelle|orthographie)(?: comment)?|"
        r"comment (?:est ce que |vous |on |ca )?(?:l |s |le )?(?:ecri(?:t|vez)|epelle|epelez|"
        r"orthographie)(?: (?:ca|cela|vous|on|le))?|"
        r"lettre (?:par|a) lettre|(?:l )?orthographe|dictez? (?:la|le|moi)(?: (?:l adresse|le lien|"
        r"lettre par lettre|lentement))*|dicter l adresse"
    )),
    (Wish.SEND, re.compile(
        r"(?:.*\b(?:envo(?:ye[zr]|ie[sz]?|i|yer)|recevoir|recois|transmett\w+|expedie\w*)\b (?:(?:moi|"
        r"nous|l|le|la|les|ca|cela|tout|un|une|resume|explication|explications|lien|document|"
        r"instructions|procedure|etapes) )*(?:par|en|dans un|sur mon|a mon|un|le)\b (?:un |mon |"
        rf"le )?(?:{_BY})\b(?: .{{0,30}})?|"
        rf"{_BEFORE}(?:(?:plutot|et|c est possible|"
        rf"possible) )?par (?:{_BY.replace('P<', 'P<b')})(?: (?:c est possible|possible))?{_AFTER})"
    )),
    (Wish.LOUDER, _whole(rf"{_LOUD}(?: (?:je suis|c est|il y a|j ai|je|on) .*)?")),
    (Wish.LOUDER, _whole(
        r"(?:c est|vous (?:parlez|etes)|votre voix est|le son est|ca parle)(?: (?:un peu|tres|beaucoup|"
        r"vraiment))* (?:trop|pas assez|tres) (?:bas|fort|faible|doucement|basse)(?: .*)?"
    )),
    (Wish.BADLY, _whole(
        r"(?:ca|la ligne|le son|vous|l appel|la communication|il y a|y a|j ai)(?: (?:est|n est|etes|"
        r"de la|de l|des|du|me|un))* (?:(?:tres|vraiment|un peu|beaucoup) )?"
        r"(?:coupe|a coupe|coupez|hache[es]?|gresill\w+|friture|echo|parasites?|saccade\w*|"
        r"passe (?:mal|pas|tres mal)|loin)(?: (?:je|j|beaucoup|tout|sans|un|la|de|on|pas mal|souvent|"
        r"au) ?.*)?"
        rf"|.*\b{_I_HEAR}(?: (?:vous|t|l))*(?: (?:vraiment|tres|super|plutot|assez))* (?:mal|a peine|"
        r"pas(?: (?:bien|tres bien|tout))?|plus|rien|par morceaux|presque pas)(?: .*)?"
        r"|la ligne est (?:tres )?mauvaise.*|(?:je )?n ai (?:pas|rien) (?:tout |"
        r"bien )?entendu(?: .{0,30})?|j ai (?:pas|rien) (?:tout |bien )?entendu(?: .{0,30})?"
    )),
    (Wish.PRESENCE, _whole(
        r"allo(?: (?:allo|oui|bonjour|la|est ce que|(?:il )?y a (?:encore )?quelqu un|vous (?:etes|"
        r"m entendez)(?: (?:encore|toujours|bien))*(?: la)?|quelqu un))*|(?:vous|tu) (?:etes|"
        r"es)(?: (?:toujours|encore|bien))? la|(?:etes vous|es tu)(?: (?:toujours|encore))? la|"
        r"(?:est ce qu )?(?:il )?y a (?:t il )?quelqu un(?: au bout du fil| a l appareil)?|"
        r"(?:vous )?m entendez(?: vous)?|(?:est ce que )?(?:vous|tu) (?:m|me) (?:entendez|entends|"
        r"recevez)(?: (?:bien|toujours))?|y a plus personne|il n y a plus personne"
    )),
    (Wish.CUSTOMER_NUMBER, re.compile(
        rf"{_BEFORE}(?:(?:je vous (?:donne|dis|communique|laisse)|voici|voila|j ai|vous voulez|"
        r"il vous faut|vous avez besoin de|c est|je suis le|pour info) )*"
        r"(?:mon|notre|ma|le|la|votre|mes|nos|un) (?:(?:numero|num|reference|code|matricule) (?:de |"
        rf"d |du |de la |des )*(?:mon |notre |ma )?{_NUMBER_OF}|siret|siren)(?: (?:d abord|avant|c est|"
        r"est|le|la|si vous voulez|numero|client|de|alors|euh|\d+|[a-z]|"
        r"zero|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|"
        r"seize|vingts?|trente|quarante|cinquante|soixante|cent|mille|et|tiret|point))*"
    )),
    (Wish.ANOTHER, _whole(
        r"(?:(?:j|je|il|on|attendez) )?(?:(?:ai|aurais|avais|voulais|y a|voudrais)(?: (?:encore|juste|"
        rf"aussi|vous demander|demander|poser))* )?{_ONCE_MORE}(?: (?:a (?:vous )?(?:poser|demander|"
        r"voir)|encore|pour vous))*"
        r"|j (?:en )?(?:ai|aurais|avais)(?: (?:encore|juste|aussi))* (?:une|quelques)(?: (?:petite|"
        r"autre))*(?: questions?)?(?: (?:a vous|a) (?:poser|demander))?|"
        r"j ai autre chose(?: a (?:vous )?demander)?"
        r"|encore une(?: question)?|(?:une )?autre|autre chose|oui (?:une|encore une)(?: autre)?|"
        r"j en ai (?:encore )?(?:une|d autres)(?: autre)?"
    )),
    (Wish.CORRECTION, re.compile(
        r"(?:(?:non|mais|euh|ah|pardon|attendez|desolee?|si|ben|bah) )*(?:(?:c|ce|ca|"
        r"cela) (?:n )?(?:est|etait) (?:vraiment )?(?:pas|rien)(?: (?:du tout|vraiment|"
        r"exactement))? (?:a )?(?:ce que|ca que|cela que|ma question|la question|la bonne (?:question|"
        r"reponse)|de ca que|ce dont)(?: .*)?"
        r"|(?:vous )?(?:n )?(?:avez|aviez) (?:pas|rien|mal) (?:repondu|compris)(?: .*)?|"
        r"vous m avez mal compris.*|vous (?:me )?(?:n )?(?:y etes|comprenez) (?:pas|rien)(?: .*)?|"
        r"(?:ca|cela) (?:n )?a rien a voir.*|rien a voir.*"
        r"|vous (?:me )?repondez a cote|(?:c est )?(?:a cote de la plaque|hors sujet)|(?:ca|"
        r"cela) (?:ne )?repond pas(?: .*)?|(?:je )?(?:n )?(?:ai|avais) pas demande ca|"
        r"mauvaise reponse|erreur)(?: (?:moi|monsieur|madame|hein|la))*"
    )),
    (Wish.CALLBACK, _whole(rf"{_CALLS_BACK}{_WHEN}")),
    (Wish.PRICE, _whole(
        r"(?:(?:c|ce|ca|cela)(?: (?:est|sera|serait|doit etre))? )?(?:(?:que|"
        r"s) )?(?:est ce )?(?:c est |soit )?(?:payants?|payante|gratuite?s?|cher|facture|"
        r"en supplement|en plus|un supplement)|"
        r"(?:est ce que )?(?:ca|cela|c) (?:est )?(?:me |nous |va me )?(?:coute\w*|coutera|"
        r"revient)(?: (?:combien|quelque chose|cher|a combien))?|(?:c est )?(?:a )?combien(?: (?:ca|"
        r"cela) (?:coute|couterait|fait|va couter))?(?: exactement)?|"
        r"(?:a |c est )?quel (?:prix|tarif|est le prix|est le tarif|cout)|il faut payer(?: combien)?|"
        r"(?:c est|ca coute) combien(?: (?:ca|cela|la facturation(?: minimale)?|le rappel|l option|"
        r"cette option|exactement))?|(?:est ce )?(?:c est )?(?:payant|gratuit)(?: (?:ou|ou pas|ou non|"
        r"payant|gratuit))*(?: (?:ca|le \w+|la \w+|cette \w+))?|"
        r"(?:le prix|les tarifs|le cout|le tarif)"
    )),
    (Wish.WHY, _whole(
        r"(?:et )?pourquoi(?: (?:ca|cela|donc|faire|il faut(?: faire)? (?:ca|cela)|faut faire ca|"
        r"je dois(?: faire)? ca|dois je faire ca|il faut faire ca|c est comme ca|"
        r"est ce qu il faut faire ca))*|pour quelle(?:s)? raisons?|(?:a quoi (?:ca|cela) sert|"
        r"ca sert a quoi|(?:c est )?pour quoi faire|dans quel but|pour quoi)"
    )),
    (Wish.DURATION, _whole(
        r"(?:(?:ca|cela|il|c|on) (?:prend|dure|faut|est|va prendre|en a pour|doit attendre|"
        r"peut attendre|met)(?: (?:attendre|compter))? )?(?:pendant |"
        r"depuis )?combien de temps(?: (?:il faut(?: attendre| compter)?|ca (?:prend|dure)|faut il|"
        r"environ|a peu pres|d attente|en tout|au total|exactement))*|(?:ca|c) (?:prend|dure|est|"
        r"va etre) (?:longtemps|long)|(?:c est|ca prend|dans) (?:quel|combien de) (?:delai|jours|"
        r"temps)|quel(?: est le)? delai|en combien de temps(?: (?:environ|c est fait))?|"
        r"sous combien de (?:temps|jours)"
    )),
    (Wish.DIFFERENCE, _whole(
        r"(?:(?:c|ce) (?:est )?)?(?:(?:est )?quoi |quelle (?:est )?|y a (?:t il )?(?:une |"
        r"quoi comme )?)?(?:(?:la|une|comme|les) )?differences?(?: (?:entre .*|avec .*))?|"
        r"ca change quoi|qu est ce que ca change|(?:c est )?(?:pas |"
        r"pas la )?(?:la )?meme chose(?: non)?|c est pareil(?: non)?|(?:lequel|laquelle|"
        r"que) (?:choisir|prendre|dois je choisir|je choisis)|"
        r"(?:vous me )?conseillez(?: moi)? (?:quoi|lequel|laquelle)|expliquez(?: moi)? (?:les choix|"
        r"la difference)"
    )),
)  # fmt: skip

_PERSON = re.compile(r"\b(?:passez|conseiller|quelqu un de|humain|vois|lis|personne)\b")
"""With one of these words, what sounds like a correction is more than one."""

_ALONE = (Wish.CORRECTION, Wish.PRESENCE)

LONGEST = 16
"""Words of a wish at most: a longer utterance says something else as well."""


@lru_cache(maxsize=1024)
def wanted(text: str) -> Wanted | None:
    """Return what *text* wants of the conversation, if that is all it says."""
    plain = fold(text)
    if not plain or plain.count(" ") >= LONGEST:
        return None
    for wish, pattern in _PHRASES:
        if (found := pattern.fullmatch(plain)) and not (wish in _ALONE and _PERSON.search(plain)):
            return Wanted(wish, _number(found), _channel(found) if wish is Wish.SEND else "")
    return None


def channel(text: str) -> str:
    """Return by which means *text* wants something sent: ``email``, ``sms``, ``other``; empty without one.

    >>> channel("vous ne pourriez pas me mettre tout ça dans un mail")
    'email'
    """
    found = _ANY_CHANNEL.search(fold(text))
    return found.lastgroup or "" if found else ""


def _number(found: re.Match[str]) -> int:
    named = found.groupdict().get("n")
    return _NUMBERS[named] if named else 0


def _channel(found: re.Match[str]) -> str:
    named = {name.removeprefix("b") for name, value in found.groupdict().items() if value}
    return next(iter(named), "")

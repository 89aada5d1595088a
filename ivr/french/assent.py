"""Yes and no as they are said to a closed question: « volontiers », « c'est bon », « surtout pas ».

Whole phrases only: « oui mais… » is for whoever understands the rest.
"""

import re
from functools import lru_cache

from ivr.french.phrases import fold

_LEAD = (
    r"(?:(?:euh|heu|ah|oh|bon|ben|bah|alors|et|en|gros|je crois que|je pense que|en effet|eh|hein|allez) )*"
)
_TAIL = (
    r"(?: (?:merci|beaucoup|s il vous plait|svp|monsieur|madame|hein|alors|donc|la|voila|bien|sur|"
    r"maintenant|oui|ouais|ok|"
    r"d accord|parfait|vous|pouvez|y|aller|je vous remercie|c est gentil|pour le moment|"
    r"pour l instant|aujourd hui|du tout))*"
)
_YES = (
    r"(?:oui|ouais|ouaip|mouais|si|ui)(?: (?:oui|ouais|si))*|(?:oui |ouais |si )*(?:"
    r"(?:c est |tout est |ca me semble |ca a l air )?(?:tout a fait )?(?:bon|ca|cela|exact|juste|"
    r"correct|parfait|bien ca|le bon(?: numero)?|bien celui la|bien cela|tres bien|nickel|impeccable|"
    r"tout bon|entendu|note|ok|okay|d accord|super|genial|conforme)|tout a fait(?: ca)?|"
    r"exactement(?: ca)?|absolument|effectivement|en effet|evidemment|bien sur|bien entendu|carrement|"
    r"certainement|"
    r"volontiers|avec plaisir|pourquoi pas|je veux bien|je (?:le )?voudrais bien|j aimerais bien|"
    r"je suis d accord|ca (?:me )?(?:va|marche|convient|roule)|allez y|allons y|vas y|faites|"
    r"faites donc|faites le|affirmatif|"
    r"voila|c est mon numero|c est ce que je (?:veux|demande|voulais)|passez (?:le|la|les) moi|"
    r"s il vous plait|envoyez|en gros oui|plutot oui|il me semble|je confirme|d accord|ok|okay|"
    r"entendu|parfait|super|tres bien)"
)
_NO = (
    r"(?:non|nan|na|nenni|negatif|que nenni)(?: (?:non|nan))*|(?:(?:non|nan|ah non|oh non) )*(?:(?:"
    r"(?:c|ce|ca|cela) (?:n )?est (?:pas|plutot pas)|pas|surtout pas|vraiment pas|plutot pas|"
    r"absolument pas|certainement pas)"
    r"(?: (?:du tout|ca|cela|exact|exactement|tout a fait|vraiment|bon|le bon(?: numero)?|la bonne|"
    r"juste|correct|la peine|besoin|utile|necessaire|celui la|le mien|mon numero|maintenant|"
    r"tout de suite|"
    r"aujourd hui|pour l instant|pour le moment|encore|envie|question|forcement|interesse|interessee|"
    r"exactement ca|tout a fait ca|de (?:conseiller|rappel|message|lien)|d agent|un conseiller))*|"
    r"(?:c est |tout est )?(?:inexact|incorrect|faux|errone|mauvais)|(?:c est )?(?:le|"
    r"un) mauvais numero|(?:il y a|y a) une (?:erreur|faute)|vous vous (?:etes )?tromp\w+|"
    r"vous avez (?:mal (?:note|entendu)|fait une erreur)|"
    r"jamais(?: de la vie)?|sans facon|ca (?:ira|va aller|suffit|suffira)|c est bon ca ira|"
    r"plus tard(?: .{0,25})?|une autre fois|je rappellerai|(?:plutot )?(?:demain|un autre jour)|"
    r"je (?:vais|prefere) (?:me debrouiller|reflechir|attendre|voir|rappeler)(?: .{0,20})?|(?:j |"
    r"je )?(?:n )?(?:en )?(?:ai (?:pas|plus) (?:besoin|envie)|veux (?:pas|plus|rien)|souhaite (?:pas|"
    r"plus|rien))(?: .{0,30})?|je ne (?:le )?(?:veux|souhaite) pas(?: .{0,30})?|"
    r"je prefere (?:pas|ne pas)(?: .{0,30})?|je (?:ne )?veux (?:parler a personne|"
    r"pas parler a .{0,20})|laissez tomber|plus ou moins mais non|(?:rien|aucun)(?: .{0,15})?|"
    r"pas de conseiller|ni l un ni l autre)"
)
_IS_YES = re.compile(f"{_LEAD}(?:{_YES})(?: (?:{_YES}))*{_TAIL}")
_IS_NO = re.compile(f"{_LEAD}(?:{_NO})(?: merci)?(?: (?:{_NO}))*{_TAIL}")
_LEAVING = """
    oui / ouais / non / no / nan / euh / ben / bah / ah / alors / bon / voilà / et / mais / ok / okay /
    d'accord / très bien / parfait / super / génial / nickel / entendu / eh / hein / là / donc /
    allez / bonjour / monsieur / madame / impeccable / au revoir / à bientôt / à la prochaine /
    à plus / à plus tard / à une autre fois / salut / ciao / adieu / bye / goodbye / bonne journée /
    bonne soirée / bonne après-midi / bon après-midi / bonne fin de journée / bonne fin de semaine /
    bonne continuation / bonne année / bonne nuit / bon week-end / bon courage / bon dimanche / merci /
    merci beaucoup / merci bien / merci infiniment / merci à vous / un grand merci / beaucoup / bien /
    infiniment / mille fois / pour tout / pour votre aide / pour l'info / pour les infos /
    pour les informations / pour la réponse / pour votre réponse / pour les renseignements /
    pour ces informations / pour le renseignement / de votre aide / de votre réponse /
    je vous remercie / je te remercie / je vous souhaite une / je vous laisse / c'est tout /
    c'est tout ce que je voulais / c'est tout ce que je voulais savoir / c'est tout pour moi /
    c'est tout bon / c'est bon / c'est parfait / c'est gentil / c'est fini / c'est terminé /
    c'est super / c'est très bien / c'est clair / c'est noté / ce sera tout / ça sera tout /
    ce serait tout / c'était tout / ça ira / ça suffit / ça suffira / ça me suffit / ça me va /
    ça va aller / ça marche / j'ai fini / j'ai terminé / j'ai plus rien / j'ai tout /
    j'ai tout compris / j'ai compris / j'ai tout ce qu'il me faut / j'ai tout ce qu'il faut /
    j'ai ce qu'il me faut / j'ai ce qu'il faut / j'ai ma réponse / j'ai eu ma réponse /
    j'ai la réponse / j'ai mon renseignement / j'ai fini de poser mes questions / mes questions /
    ma question / pas d'autre question / pas d'autres questions / plus de question /
    plus de questions / plus d'autre question / je n'ai pas d'autre question /
    je n'ai pas d'autres questions / je n'ai plus de question / je n'ai plus de questions /
    j'ai pas d'autre question / j'ai pas d'autres questions / j'ai plus de question /
    j'ai plus de questions / je n'ai plus rien / je n'ai plus rien à demander /
    j'ai plus rien à demander / aucune question / aucune autre question / aucune / rien /
    rien d'autre / rien de plus / du tout / sans façon / pour aujourd'hui / pour le moment /
    pour l'instant / pour maintenant / aujourd'hui / pas pour le moment / pas pour l'instant /
    je raccroche / vous pouvez raccrocher / raccrochez / on s'arrête là / on en reste là /
    restons-en là / fin de l'appel / fin de la conversation / à vous / à vous aussi / vous aussi /
    tout va bien / je vais raccrocher / terminé / fini / pas besoin / besoin de rien /
    je n'ai besoin de rien / j'ai besoin de rien
"""
_LEAVING_WORDS = frozenset(tuple(fold(phrase).split()) for phrase in _LEAVING.split("/"))
_LONGEST_LEAVE = max(map(len, _LEAVING_WORDS))
_NOBODY = re.compile(
    r"\b(?:(?:pas|sans|aucun|ni|jamais)(?: (?:du tout|de|d|un|une|a|besoin|la peine|envie|parler|avec|"
    r"avoir|passer|me|question))*"
    r" (?:conseiller|conseillere|agent|humain|operateur|operatrice|quelqu un|technicien)|(?:a|"
    r"besoin de) personne)\b"
)


@lru_cache(maxsize=1024)
def assent(text: str) -> bool | None:
    """Return whether *text* says yes or no to a closed question; None if it is neither, or says more."""
    plain = fold(text)
    if refuses_agent(text) or _IS_NO.fullmatch(plain):
        return False
    return True if _IS_YES.fullmatch(plain) else None


def takes_leave(text: str) -> bool:
    """Return whether *text* does nothing but end the conversation: « non merci, ce sera tout, au revoir »."""
    words = fold(text).split()
    whole = [True] + [False] * len(words)  # whether the first n words are a row of such phrases
    for end in range(1, len(words) + 1):
        starts = range(max(0, end - _LONGEST_LEAVE), end)
        whole[end] = any(whole[start] and tuple(words[start:end]) in _LEAVING_WORDS for start in starts)
    return bool(words) and whole[-1]


def refuses_agent(text: str) -> bool:
    """Return whether *text* wants no person: « non, pas de conseiller »."""
    plain = fold(text)
    return plain.count(" ") < 9 and _NOBODY.search(plain) is not None and "passez" not in plain

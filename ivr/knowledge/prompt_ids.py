"""The shared prompts that the dialogue asks for by name, and the slots it fills in them.

A list and nothing else. tests/unit/knowledge/test_prompt_ids.py keeps it equal to what ``ivr.dialogue`` says.
"""

FILLED = {
    "amb.difference": ("label-a", "label-b"),
    "amb.difference.trois": ("label-a", "label-b", "label-c"),
    "amb.generique": ("label-a", "label-b"),
    "amb.relance": ("mot-a", "mot-b"),
    "apropos.horaires": ("horaires",),
    "apropos.jour": ("quand", "horaires"),
    "apropos.jour.ferme": ("quand",),
    "cb.numero": ("quatre-derniers-chiffres",),
    "cb.ok": ("numero-par-paires",),
    "cb.ok.quand": ("quand", "numero-par-paires"),
    "cb.verif": ("numero-par-paires",),
    "clavier.choix": ("touche", "label"),
    "conf.1": ("label",),
    "contexte.inconnu": ("label",),
    "enreg.info": ("lieu-mentions",),
    "epeler.1": ("lettres",),
    "lien.mail.verif": ("debut-adresse",),
    "lien.sms.appelant": ("quatre-derniers-chiffres",),
    "lien.sms.verif": ("numero-par-paires",),
    "multi.1": ("label-a",),
    "multi.2": ("label-b",),
    "multi.3": ("label-b",),
    "multi.encore": ("label-b",),
    "multi.plus": ("label-a",),
    "nav.etapes": ("nombre",),
    "nav.etapes.total": ("nombre",),
    "nav.reprise": ("label",),
    "ni.ouinon": ("question-en-attente",),
    "num.suite": ("numero-par-paires",),
    "tr.agent": ("label", "etapes"),
    "tr.attente.position": ("position",),
    "tr.ferme": ("horaires",),
    "tr.occupe": ("duree",),
}
"""Prompts with slots; every other prompt has none."""

SLOTS = frozenset({"fonction"}.union(*FILLED.values()))
"""Every value the dialogue can fill in; ``fonction`` is a catalogue's."""

REQUIRED = frozenset(
    """
    accueil.1 aide.1 aide.2 aide.touches amb.aucun amb.difference amb.difference.trois amb.generique
    amb.relance apropos.bloque apropos.colere apropos.coupe apropos.fort apropos.fort.limite
    apropos.horaires apropos.jour apropos.jour.ferme apropos.langue apropos.machine
    apropos.numero-client apropos.presence apropos.presence.2 apropos.sans-horaires cb.abandon
    cb.autre-numero cb.creneau cb.creneau.ferme cb.echec cb.numero cb.ok cb.ok.quand cb.proposer
    cb.verif clavier.1 clavier.choix clavier.conseiller clavier.retour clavier.suite conf.1 conf.corrige
    conf.non conf.non.2 contexte.attente contexte.inconnu enreg.avis enreg.info enreg.refus envoi.email
    envoi.rien envoi.sms epeler.1 epeler.rien err.1 err.2 err.fin fin.1 fin.2 fin.lien fin.question
    fin.rappel glose.inconnu hs.1 hs.bruit hs.court hs.encore hs.proche lien.absent lien.canal
    lien.echec lien.envoye lien.envoye.court lien.mail.verif lien.proposer lien.sms.appelant
    lien.sms.numero lien.sms.verif menu.1 menu.autre menu.court menu.retour msg.1 msg.mdp msg.proposer
    multi.1 multi.2 multi.3 multi.encore multi.plus nav.attente nav.debut nav.derniere nav.etapes
    nav.etapes.total nav.instant nav.lent nav.manip nav.patiente nav.plus-rien nav.recommence
    nav.reprise nav.sans-contexte nav.stop nav.suite.1 nav.suite.2 nav.toujours-la ni.1 ni.2 ni.3 ni.fin
    ni.ouinon nm.1 nm.2 nm.3 num.pourquoi num.pourquoi.lien num.suite secu.mdp tr.accord tr.attente.1
    tr.contexte tr.echec tr.ferme tr.ferme.choix tr.ferme.sans-horaires tr.libre tr.occupe
    tr.occupe.choix tr.occupe.choix.message tr.occupe.choix.rappel tr.occupe.longtemps
    tr.occupe.sans-duree tr.proposer tr.refus urgence.1
    """.split()  # noqa: SIM905 - a list of one id per line would be eighty lines
)
"""Prompts without which a call would break."""

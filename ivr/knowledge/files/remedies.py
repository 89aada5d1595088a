"""Everything that can be wrong with a file of ``prompts/``, by code: in English for who runs the server, and
in French for who writes the texts.

Words only; who finds a problem says where it is. ``{names}`` are what he fills in.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ivr.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Remedy:
    """What is wrong in one place, and what to do about it."""

    code: "Code"
    values: Mapping[str, object]

    def __str__(self) -> str:
        """In English."""
        return self.code.english.format(**self.values)

    @property
    def french(self) -> str:
        """In French."""
        return self.code.french.format(**self.values)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong, and where."""

    file: str
    line: int
    """From 1."""
    key: str
    """Key in the file, e.g. ``lines.r.text``; empty for the file as a whole."""
    remedy: Remedy

    def __str__(self) -> str:
        """As ``file:line: key: remedy``, in English."""
        return (
            f"{self.file}:{self.line}: {self.key}: {self.remedy}"
            if self.key
            else (f"{self.file}:{self.line}: {self.remedy}")
        )


class FilesRefused(ConfigurationError):
    """Files that are wrong; the message has one line per problem."""

    def __init__(self, found: Iterable[Found]) -> None:
        self.found = tuple(found)
        super().__init__("\n".join(map(str, self.found)))


class ValueRefused(ConfigurationError):
    """A value that is wrong, of a setting or of a key of a file."""

    def __init__(self, key: str, remedy: Remedy) -> None:
        self.remedy = remedy
        super().__init__(f"{key}: {remedy}")


class Code(enum.Enum):
    """What can be wrong: English, French."""

    # --- the shape of a file
    NO_FILE = "no such file: restore it", "Ce fichier manque : remettez-le."
    UNREADABLE = "cannot be read: {problem}", "Ce fichier ne peut pas être lu : {problem}"
    NOT_UTF8 = "is not UTF-8: save the file in UTF-8", "Ce fichier n'est pas en UTF-8 : enregistrez-le ainsi."
    TOO_LARGE = "too large for one file: split it", "Ce fichier est trop grand : coupez-le en deux."
    NO_YAML_HERE = "not valid YAML here: {problem}", "La forme du fichier est fausse ici : {problem}"
    NO_YAML = "not valid YAML: {problem}", "La forme du fichier est fausse : {problem}"
    NO_TABLE = "must be a table: « key: value » lines", "Écrivez des lignes « clé : valeur »."
    NO_TABLE_HERE = "must be a table", "Il faut ici des lignes « clé : valeur »."
    NO_LIST = "must be a list (lines that start with « - »)", "Il faut ici une liste : des lignes « - »."
    NO_LISTS = "must be a list of lists: - [one, two]", "Il faut ici une liste de listes : - [un, deux]"
    NO_TEXTS = "must be a list of texts: [one, two]", "Une ligne de la liste est vide ou illisible."
    NO_TEXT = "must be a text, not a list or a table", "Il faut ici un texte, et non une liste."
    NO_NUMBER = (
        "must be a whole number, not « {found} »",
        "Il faut ici un nombre entier, et non « {found} ».",
    )
    NO_CHOICE = "« {found} » is not one of: {known}", "« {found} » n'est pas un choix possible."
    UNKNOWN_KEY_NEAR = (
        "unknown key; do you mean « {near} »?",
        "Cette clé n'existe pas : vouliez-vous dire « {near} » ?",
    )
    UNKNOWN_KEY = "unknown key; known: {known}", "Cette clé n'existe pas ; celles qui existent : {known}"
    TWICE = (
        "written twice (first on line {first}): remove one",
        "Écrit deux fois (déjà ligne {first}) : retirez l'un des deux.",
    )
    MISSING = "missing: give it a text", "Écrivez un texte : ce champ est vide."
    MISSING_PHRASES = "missing: list the phrases that callers use", "Écrivez les mots de l'appelant."

    # --- what may be spoken
    LONG_LINE = (
        "{count} words, at most {most}: split the line",
        "{count} mots, {most} au plus : coupez en deux étapes.",
    )
    LONG_SENTENCE = (
        "a sentence of {count} words, at most {most}: « {begins}… »",
        "Une phrase de {count} mots, {most} au plus : « {begins}… »",
    )
    TWO_QUESTIONS = (
        "two questions in one line: keep the last",
        "Deux questions dans la même étape : gardez la dernière.",
    )
    FIGURE = "spell the figure « {figure} » in words", "Écrivez le chiffre « {figure} » en toutes lettres."
    ADDRESS = (
        "an address cannot be spoken: name the document and register it in links.yaml",
        "Une adresse ne se dit pas : nommez le document, on l'enverra.",
    )
    UNSPEAKABLE = (
        "« {sign} » cannot be spoken: write it in words",
        "« {sign} » ne se prononce pas : écrivez-le en mots.",
    )
    TYPOGRAPHY = (
        "French typography: put a space before or after « {found} »",
        "Il manque une espace avant ou après « {found} ».",
    )
    UNKNOWN_SLOT = "unknown slot {slot}; known: {known}", "La valeur {slot} n'existe pas."
    BRACE = "a brace that is no slot: {{slot-name}}", "Une accolade est seule : retirez-la."
    KEEP_SLOT = "keep the slot {slot}", "Gardez {slot} : la ligne y met une valeur."
    NO_SLOT = "nothing fills {slot} here: remove it", "Rien ne remplace {slot} ici : retirez-le."
    NO_SLOT_IN_LINE = (
        "nothing fills {slot} here: only a catalogue's lines have a slot",
        "Rien ne remplace {slot} ici : seules les étapes d'une liste ont une telle valeur.",
    )
    PROMPT_ID = (
        "an id has small letters, figures, points and hyphens only",
        "Un nom n'a que des minuscules sans accent, des chiffres, des points et des tirets.",
    )
    PROMPT_TWICE = (
        "already in {file}, line {line}: remove one",
        "Déjà dans {file}, ligne {line} : retirez l'un des deux.",
    )
    NO_PROMPTS = "no prompts here: restore the folder", "Aucun message ici : remettez le dossier."
    PROMPT_NEEDED = (
        "missing: the dialogue asks for it, restore it",
        "La ligne a besoin de ce message : remettez-le.",
    )
    NO_PROMPT = (
        "no text for « {prompt} » in lines/: write it there",
        "Le message « {prompt} » n'a pas de texte.",
    )

    # --- answers
    NO_ANSWERS = (
        "no answers here: point `prompts` at the folder that holds faq/",
        "Gardez au moins une question.",
    )
    NO_LINES = "missing: write at least the first answer, « r »", "Écrivez au moins la première phrase."
    REPLY_OR_SAY = (
        "needs either « reply » (oui, non, inconnu) or « say » (a list of phrases)",
        "Écrivez ce que dit l'appelant, ou choisissez oui ou non.",
    )
    ALSO_OF_REPLY = (
        "other words for a « reply »: write « say »",
        "Ces mots s'ajoutent à oui ou à non : choisissez l'un des deux.",
    )
    NO_CONTENT = (
        "no content « {name} »; known: {known}",
        "« {name} » n'est pas un contenu connu : {known}",
    )
    NO_VERSION = "« {found} » is no version: write 6.3.1", "« {found} » n'est pas une version : écrivez 6.3.1"
    WORD_TAKEN = (
        "« {word} » already stands for {other}: choose another",
        "« {word} » désigne déjà « {other} » : choisissez un autre mot.",
    )
    LINE_NAME = (
        "a line's name has small letters, figures, points and hyphens only",
        "Le nom d'une étape n'a que des minuscules sans accent, des chiffres, des points et des tirets.",
    )
    NO_NEXT = "missing: « {tail} » announces a line that follows", "Choisissez l'étape suivante."
    NEXT_NOT_PLAYED = (
        "never played after « {tail} »: remove it or change the tail",
        "Aucune étape ne peut suivre celle-ci.",
    )
    NO_REPLIES = "missing: a question needs its replies", "Dites où mène chaque réponse de l'appelant."
    NO_QUESTION = (
        "« question » needs a text that ends with its question",
        "Cette étape doit se terminer par une question.",
    )
    ASKS = (
        "asks a question, so its tail must be « question », not « {tail} »",
        "Cette étape pose une question : choisissez « L'appelant répond à la question », ou reformulez.",
    )
    YES_AND_NO = "say where both « oui » and « non » lead", "Dites où mènent « oui » et « non »."
    NO_DOCUMENT = "missing: name the document (a key of links.yaml)", "Choisissez le document."
    UNKNOWN_ANSWER = "no answer « {intent} » in the FAQ", "La question « {intent} » n'existe pas."
    UNKNOWN_LINE = (
        "no line « {line} » in this answer; lines: {known}",
        "L'étape « {line} » n'existe plus : choisissez-en une autre.",
    )
    UNKNOWN_DOCUMENT = "no document « {link} » in links.yaml", "Le document « {link} » n'existe pas."
    DOCUMENT_NOT_LISTED = (
        "add « {link} » to this answer's « links »",
        "Le document « {link} » sert dans cette réponse : gardez-le coché.",
    )
    PATH_BEGINS = (
        "must begin with the line of « start »",
        "Le parcours commence par l'étape choisie comme début.",
    )
    ASKS_NOTHING = (
        "« {line} » asks nothing: only questions can be skipped",
        "« {line} » ne pose plus de question.",
    )
    NEVER_REACHED = (
        "never reached: lead to it (next, go, openings) or remove it",
        "Rien ne mène à cette étape : choisissez-la comme suite, ou retirez-la.",
    )
    DISPLAY_TARGET = (
        "({target}): write (lien:KEY), (intent:ID) or an https address",
        "({target}) : écrivez (lien:DOCUMENT), (intent:QUESTION) ou https.",
    )

    # --- closed questions, glosses, documents
    NEITHER = (
        "« {name} » is neither an intent nor a question of this file",
        "La question « {name} » n'existe pas.",
    )
    CHOICES = "a closed question has two or three", "Il faut deux ou trois choix."
    TOLD_APART = (
        "{other} already tells these apart: remove one",
        "« {other} » départage déjà ces questions : retirez l'un des deux.",
    )
    NO_CLOSED_QUESTION = "no question « {prompt} » in this file", "Le choix « {prompt} » n'existe pas."
    EXPLAINED = (
        "« {phrase} » is already explained by {other}: remove one",
        "« {phrase} » est déjà expliqué par « {other} » : retirez l'un des deux.",
    )
    NO_HTTPS = (
        "must begin with https://, or be null when unknown",
        "Une adresse commence par https:// ; laissez vide si elle est inconnue.",
    )

    # --- phrasings
    INTENT_NAME = (
        "the file {file} must say « intent: {intent} »",
        "Le fichier {file} doit dire « intent: {intent} ».",
    )
    NO_PHRASINGS = "write at least one line", "Écrivez au moins une façon de poser la question."
    UNKNOWN_COMMAND = (
        "no such command; known: {known}",
        "Cette commande n'existe pas ; celles qui existent : {known}",
    )
    UNKNOWN_INTENT = "no such intent « {intent} »", "La question « {intent} » n'existe pas."

    # --- incidents, desk, pronunciation
    ANNOUNCEMENT_ASKS = (
        "an announcement asks nothing: the caller's question follows it",
        "Un message ne pose pas de question : celle de l'appelant vient après.",
    )
    ANNOUNCEMENT_SLOT = (
        "nothing fills a slot here: remove it",
        "Rien ne remplace les mots entre accolades ici : retirez-les.",
    )
    ENDS_FIRST = "must come after « from »", "La fin doit venir après le début."
    NO_MOMENT = (
        "« {found} » is no moment: write 2026-11-23T14:00:00+01:00",
        "« {found} » n'est pas un moment : écrivez 2026-11-23T14:00:00+01:00",
    )
    NO_QUEUE = (
        "« {name} » is no queue: letters, figures, points, hyphens",
        "« {name} » n'est pas un nom de file : lettres sans accent, chiffres, - . _",
    )
    LAST_DAY = (
        "must come after « day », a year at most",
        "Le dernier jour vient après le premier, un an plus tard au plus.",
    )
    NO_HOURS = "missing: write [09:00-12:00]", "Donnez les heures : [09:00-12:00]"
    NO_SPAN = (
        "« {found} » is no span: {remedy}",
        "« {found} » n'est pas une plage : donnez le début puis la fin.",
    )
    OVERLAP = "two spans overlap: join them", "Deux plages se chevauchent : réunissez-les."
    NO_DATE = "« {found} » is no date: write 2026-12-24", "« {found} » n'est pas une date."
    NO_REGION = "no « {name} »; known: {known}", "« {name} » n'est pas une région connue."
    LEXICON_LIST = (
        "the lexicon is a list of `- {{written: …, spoken: …}}`",
        "Le lexique est une liste de « - {{written: …, spoken: …}} ».",
    )
    LEXICON_TWICE = "{written!r} is there twice", "« {written} » est déjà dans le lexique."
    LEXICON_ENTRY = (
        "an entry is `{{written: …, spoken: …}}`",
        "Une ligne du lexique est « {{written: …, spoken: …}} ».",
    )
    LEXICON_KEY = (
        "unknown key; an entry has `written` and `spoken`",
        "Une ligne du lexique n'a que « written » et « spoken ».",
    )
    LEXICON_EMPTY = "`{key}` is a text, not empty", "« {key} » est vide : écrivez un texte."
    LEXICON_MISSING = "`{key}` is missing", "« {key} » manque : écrivez-le."

    def __init__(self, english: str, french: str) -> None:
        self.english, self.french = english, french

    def __call__(self, **values: object) -> Remedy:
        """Return what is wrong, with what is to be filled in."""
        return Remedy(self, values)

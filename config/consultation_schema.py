"""The keys of a consultation file, section by section: what may stand where, and what people write instead.

`docs/consultation-file.md` explains each of them; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import replace

from config.yaml_entries import Key
from core.model.consultations import Design, QuestionKind, QuotePolicy, StepKind

CONSULTATION = (
    Key("consultation", required=True, said=("id", "identifiant", "name", "nom"), missing="file.missing_consultation"),
    Key("partner", required=True, said=("partenaire", "organisation"), missing="file.missing_partner"),
    Key("languages", required=True, said=("langues", "language", "langue"), missing="file.missing_languages"),
    Key("zone", required=True, said=("timezone", "time_zone", "fuseau", "tz"), missing="file.missing_zone"),
    Key(
        "opens", required=True, said=("opens_at", "start", "ouvre", "ouverture", "debut"), missing="file.missing_opens"
    ),
    Key("closes", required=True, said=("closes_at", "end", "ferme", "fermeture", "fin"), missing="file.missing_closes"),
    Key("title", required=True, said=("titre",), missing="file.missing_title"),
    Key("why", required=True, said=("pourquoi", "reason", "raison"), missing="file.missing_why"),
    Key("decided", required=True, said=("decide", "already_decided", "deja_decide"), missing="file.missing_decided"),
    Key("open", required=True, said=("ouvert", "still_open", "en_discussion"), missing="file.missing_open"),
    Key("why_you", said=("pourquoi_vous",)),
    Key("decision", required=True, said=("decider", "qui_decide", "who_decides"), missing="file.missing_decision"),
    Key("readers", required=True, said=("lecteurs", "who_reads", "reader"), missing="file.missing_readers"),
    Key("reply", required=True, said=("reponse", "answer", "response"), missing="file.missing_reply"),
    Key("notice", required=True, said=("mention", "mentions", "privacy", "information"), missing="file.missing_notice"),
    Key("retention", said=("conservation", "keep")),
    Key("sources", said=("source", "provenances")),
    Key("sectors", said=("secteurs", "quartiers", "districts")),
    Key("reference", said=("references", "population", "habitants")),
    Key("questions", required=True, said=("question",), missing="file.missing_questions"),
    Key("taxonomy", required=True, said=("taxonomie", "topics", "themes"), missing="file.missing_taxonomy"),
    Key("redirects", said=("redirections", "redirect", "urgences")),
    Key("steps", required=True, said=("etapes", "campaign", "campagne"), missing="file.missing_steps"),
    Key("posts", said=("publications", "post", "publication")),
    Key("quiet_hours", said=("quiet", "heures_calmes", "silence")),
    Key("digest", said=("resume", "synthese")),
)
PARTNER = (
    Key("id", required=True, said=("identifiant",), missing="file.missing_partner_id"),
    Key("name", required=True, said=("nom",), missing="file.missing_partner_name"),
    Key("counter", said=("guichet", "accueil")),
    Key("second_person", said=("deuxieme_personne", "four_eyes")),
    Key("pushes_a_week", said=("envois_par_semaine", "cap")),
)
DECISION = (
    Key("who", required=True, said=("qui",), missing="file.missing_who"),
    Key("on", required=True, said=("date", "when", "le", "quand"), missing="file.missing_on"),
    Key("several", said=("plusieurs", "plural", "pluriel")),
)
READERS = (
    Key("who", required=True, said=("qui",), missing="file.missing_who"),
    Key("several", said=("plusieurs", "plural", "pluriel")),
)
REPLY = (
    Key("by", required=True, said=("before", "avant", "date"), missing="file.missing_by"),
    Key("service", required=True, said=("who", "qui", "from"), missing="file.missing_service"),
    Key("ask_after", said=("demander_apres", "ask", "satisfaction")),
)
NOTICE = (
    Key("version"),
    Key("minimum_age", said=("age", "age_minimum")),
    Key("contact", required=True, missing="file.missing_contact"),
    Key("more", required=True, said=("en_savoir_plus", "details"), missing="file.missing_more"),
)
RETENTION = (
    Key("contributions", said=("answers", "reponses")),
    Key("raw_updates"),
    Key("message_bodies", said=("messages",)),
    Key("inactive_people", said=("people", "personnes")),
    Key("consent_proofs", said=("proofs", "preuves")),
    Key("held_text"),
)
SECTOR = (
    Key("id", said=("identifiant",)),
    Key("label", required=True, said=("name", "nom", "libelle"), missing="file.missing_label"),
    Key("share", said=("part", "habitants")),
)
QUESTION = (
    Key("id", said=("identifiant",)),
    Key("kind", required=True, said=("type", "genre"), missing="file.missing_question_kind"),
    Key("text", required=True, said=("question", "ask", "texte", "title"), missing="file.missing_question_text"),
    Key("hint", said=("aide", "help", "conseil")),
    Key("options", said=("choices", "choix", "reponses", "answers")),
    Key("low", said=("from", "min", "minimum", "de")),
    Key("high", said=("to", "max", "maximum", "a")),
    Key("low_label"),
    Key("high_label"),
    Key("taxonomy", said=("taxonomie", "topics", "themes")),
    Key("name", said=("nom", "titre")),
    Key("starts", said=("debut", "commence", "date", "when", "quand")),
    Key("ends", said=("finit", "jusqu_a", "until")),
    Key("place", said=("lieu", "where", "ou", "link", "lien")),
    Key("kept_from", said=("garde_de", "reprend", "carried_from", "proposals_of")),
    Key("most", said=("dots", "points", "votes", "au_plus", "maximum_choix")),
    Key("cancelled", said=("annule", "canceled")),
)
OPTION = (
    Key("id", said=("identifiant",)),
    Key("label", required=True, said=("text", "texte", "libelle"), missing="file.missing_label"),
)
TAXONOMY = (Key("topics", required=True, said=("themes",), missing="file.missing_topics"),)
TOPIC = (
    Key("id", said=("identifiant",)),
    Key("name", required=True, said=("nom", "label"), missing="file.missing_topic_name"),
    Key("description", said=("sentence", "phrase")),
    Key("words", said=("mots", "keywords")),
)
REDIRECT = (
    Key("id", said=("identifiant",)),
    Key("words", required=True, said=("mots", "phrases"), missing="file.missing_redirect_words"),
    Key("answer", required=True, said=("reponse", "text", "message"), missing="file.missing_redirect_answer"),
    Key("serious", said=("grave", "urgent")),
)
STEP = (
    Key("id", said=("identifiant",)),
    Key("kind", required=True, said=("type", "genre", "step"), missing="file.missing_step_kind"),
    Key("when", required=True, said=("quand", "moment", "at", "date"), missing="file.missing_step_when"),
    Key("text", said=("texte", "message", "words")),
    Key("experiment", said=("experience", "test", "essai")),
    Key("for", said=("pour", "audience", "who", "qui")),
    Key("paid", said=("paye", "payant", "budget", "stars", "etoiles")),
)
POST = (
    Key("id", said=("identifiant",)),
    Key(
        "in",
        required=True,
        said=("dans", "group", "groupe", "channel", "canal", "room", "to"),
        missing="file.missing_post_in",
    ),
    Key("when", required=True, said=("quand", "moment", "at", "date"), missing="file.missing_post_when"),
    Key("source", said=("provenance",)),
    Key("text", said=("texte", "message", "words")),
)
AUDIENCE = (
    Key("source", said=("sources", "provenance")),
    Key("language", said=("languages", "langue", "langues")),
    Key("sector", said=("sectors", "secteur", "secteurs", "quartier")),
    Key("topic", said=("topics", "theme", "themes")),
    Key("answer", said=("answers", "reponse", "reponses")),
    Key("finished", said=("fini", "done")),
    Key("took_part_before", said=("deja_participe", "before", "took_part")),
    Key("all", said=("and", "et", "tous")),
    Key("any", said=("or", "ou")),
    Key("not", said=("none", "sauf", "pas")),
)
EXPERIMENT = (
    Key("kind", required=True, said=("type", "genre", "design"), missing="file.missing_experiment_kind"),
    Key("share", said=("part", "first", "premiers")),
    Key("time", said=("duree", "within", "later", "after", "apres", "delai")),
    Key("text", said=("texte", "message", "words", "other")),
)
MOMENT = (
    Key("after", said=("apres",)),
    Key("from", said=("depuis", "since", "anchor")),
    Key("at", said=("a",)),
    Key("every", said=("chaque", "tous_les", "weekly")),
)
QUIET = (
    Key("from", required=True, said=("start", "de"), missing="file.missing_quiet_from"),
    Key("to", required=True, said=("end", "until", "a"), missing="file.missing_quiet_to"),
    Key("days", said=("jours", "day")),
)
_STAFF_READ_WHEN = (
    Key("when", said=("quand",)),
    Key("days", said=("jours", "weekdays", "day", "jour")),
    Key("at", said=("heure", "hour", "time")),
    Key("language", said=("langue",)),
)
_STAFF_READ_WHAT = (
    Key("zone", said=("timezone", "fuseau", "tz")),
    Key("topics", said=("themes", "follows", "suit")),
    Key("quiet_line", said=("ligne_calme", "quiet")),
)
_CHANNEL = Key("slack_channel", said=("slack", "channel", "canal"))
DIGEST = (
    *_STAFF_READ_WHEN,
    _CHANNEL,
    Key("emails", said=("email", "e_mail", "mail", "mails", "courriel", "courriels")),
    Key("quotes", said=("citations",)),
    Key("read_within", said=("lu_en", "hours", "heures")),
    *_STAFF_READ_WHAT,
    Key("rooms", said=("salons", "channels", "canaux")),
)
ROOM = (replace(_CHANNEL, required=True, missing="file.missing_channel"), *_STAFF_READ_WHEN, *_STAFF_READ_WHAT)

SECTIONS: Mapping[str, tuple[Key, ...]] = {
    "": CONSULTATION,
    "partner": PARTNER,
    "decision": DECISION,
    "readers": READERS,
    "reply": REPLY,
    "notice": NOTICE,
    "retention": RETENTION,
    "sectors": SECTOR,
    "questions": QUESTION,
    "questions.options": OPTION,
    "taxonomy": TAXONOMY,
    "taxonomy.topics": TOPIC,
    "redirects": REDIRECT,
    "steps": STEP,
    "steps.when": MOMENT,
    "steps.experiment": EXPERIMENT,
    "steps.for": AUDIENCE,
    "posts": POST,
    "posts.when": MOMENT,
    "quiet_hours": QUIET,
    "digest": DIGEST,
    "digest.rooms": ROOM,
}
"""Every section by its path, for those who must walk them all."""

QUESTION_KINDS: Mapping[str, QuestionKind] = {
    "open": QuestionKind.OPEN,
    "ouverte": QuestionKind.OPEN,
    "single": QuestionKind.SINGLE,
    "un choix": QuestionKind.SINGLE,
    "several": QuestionKind.SEVERAL,
    "plusieurs choix": QuestionKind.SEVERAL,
    "scale": QuestionKind.SCALE,
    "echelle": QuestionKind.SCALE,
    "number": QuestionKind.NUMBER,
    "nombre": QuestionKind.NUMBER,
    "sector": QuestionKind.SECTOR,
    "secteur": QuestionKind.SECTOR,
    "event": QuestionKind.EVENT,
    "evenement": QuestionKind.EVENT,
    "rendez-vous": QuestionKind.EVENT,
}
STEP_KINDS: Mapping[str, StepKind] = {
    "prompt": StepKind.PROMPT,
    "invitation": StepKind.PROMPT,
    "reminder": StepKind.REMINDER,
    "rappel": StepKind.REMINDER,
    "last_call": StepKind.LAST_CALL,
    "last call": StepKind.LAST_CALL,
    "dernier appel": StepKind.LAST_CALL,
    "results": StepKind.RESULTS,
    "resultats": StepKind.RESULTS,
}
DESIGNS: Mapping[str, Design] = {
    "waves": Design.WAVES,
    "two waves": Design.WAVES,
    "vagues": Design.WAVES,
    "deux vagues": Design.WAVES,
    "holdout": Design.HOLDOUT,
    "hold-out": Design.HOLDOUT,
    "temoin": Design.HOLDOUT,
    "groupe temoin": Design.HOLDOUT,
    "wordings": Design.WORDINGS,
    "two wordings": Design.WORDINGS,
    "deux textes": Design.WORDINGS,
    "textes": Design.WORDINGS,
}
QUIET_DAYS: Mapping[str, str] = {
    "sunday": "sundays",
    "sundays": "sundays",
    "dimanche": "sundays",
    "dimanches": "sundays",
    "holidays": "holidays",
    "public holidays": "holidays",
    "feries": "holidays",
    "jours feries": "holidays",
}
NO_EXPERIMENT = frozenset({"none", "no", "aucune", "non"})
QUOTES: Mapping[str, QuotePolicy] = {
    "none": QuotePolicy.NONE,
    "aucune": QuotePolicy.NONE,
    "reviewed": QuotePolicy.REVIEWED,
    "relues": QuotePolicy.REVIEWED,
    "masked": QuotePolicy.MASKED,
    "masquees": QuotePolicy.MASKED,
}

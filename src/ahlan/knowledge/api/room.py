"""The chapter of this room, and what its verbs refuse."""

from django.utils.translation import gettext_lazy as _

from ahlan.core.api.problems import refusal
from ahlan.core.api.rooms import Room
from ahlan.knowledge.actions.articles import BadFile, ChangedMeanwhile, TooMany
from ahlan.knowledge.actions.sections import NotEmpty

READ, WRITE = "articles:read", "articles:write"

knowledge = Room(
    "knowledge",
    _("Articles"),
    "Articles in several languages, the sections they stand in, and what customers searched in vain.",
    order=17,
)
refusal(
    ChangedMeanwhile,
    409,
    _("Somebody else has saved it since the revision you name in “seen”. Read it first, then save again."),
)
refusal(TooMany, 409, _("There are as many as can be kept."))
refusal(NotEmpty, 409, _("Articles stand in it, maybe some that are put away. Move them first."))
refusal(BadFile, 422, _("The file is empty or too large, or a picture with too many points."))

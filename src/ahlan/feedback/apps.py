from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "ahlan.feedback"
    label = "feedback"

    def ready(self) -> None:
        from ahlan.core.navigation import SETTINGS, entry  # noqa: PLC0415 -- apps must be loaded first
        from ahlan.feedback import panels, sentences, subscribers  # noqa: F401, PLC0415 -- the same
        from ahlan.feedback.journal import panels as journal_panels  # noqa: F401, PLC0415 -- the same
        from ahlan.feedback.register import panels as register_panels  # noqa: F401, PLC0415 -- the same
        from ahlan.feedback.segments import panels as segments_panels  # noqa: F401, PLC0415 -- the same
        from ahlan.feedback.segments import subscribers as segments_subscribers  # noqa: F401, PLC0415 -- the same

        entry("feedback", _("Feedback"), "feedback:results", "gauge", 40, "feedback.view")
        entry("needs", _("Needs"), "feedback:needs", "lightbulb", 42, "feedback.view")
        entry("register", _("Register"), "feedback:register", "megaphone", 41, "tickets.view")
        entry(
            "feedback.register",
            _("Complaints and letters"),
            "feedback:register_settings",
            "megaphone",
            41,
            "feedback.manage",
            place=SETTINGS,
        )
        entry(
            "feedback.surveys",
            _("Surveys"),
            "feedback:surveys",
            "message-circle-question-mark",
            41,
            "feedback.manage",
            place=SETTINGS,
        )
        entry(
            "feedback.segments",
            _("Segments"),
            "feedback:segments",
            "users",
            41,
            "feedback.manage",
            place=SETTINGS,
        )
        entry(
            "feedback.themes", _("Themes"), "feedback:themes", "list", 41, "feedback.manage", place=SETTINGS
        )
        entry(
            "feedback.readers",
            _("Who reads along"),
            "feedback:readers",
            "share-2",
            41,
            "feedback.manage",
            place=SETTINGS,
        )
        entry(
            "feedback.instruments",
            _("Instruments"),
            "feedback:instruments",
            "ruler",
            41,
            "feedback.manage",
            place=SETTINGS,
        )

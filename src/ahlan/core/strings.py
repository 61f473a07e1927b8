"""What the scripts in static/core/js say. They get it with the page, in the reader's language."""

from django.utils.translation import gettext_lazy as _

STRINGS = {
    "connection_lost": _("The connection is lost. Trying again… What you have typed is safe."),
    "connection_back": _("The connection is back."),
    "trouble": _("The desk cannot reach its database. Nothing that was saved is lost; it goes on by itself."),
    "new_rows": _("{n} new"),
    "draft_saving": _("Saving…"),
    "draft_saved": _("Draft saved"),
    "draft_kept_here": _("Draft kept in this browser; it will be saved when the connection is back."),
    "upload_failed": _("“{name}” was not uploaded. Your text is safe; try the file again."),
    "upload_too_large": _("“{name}” is too large."),
    "uploading": _("Uploading {name}"),
    "undo": _("Undo"),
    "dismiss": _("Dismiss"),
    "still_uploading": _("A file is still being uploaded. The message can be sent in a moment."),
    "request_failed": _("That did not work, and nothing was changed. Try again in a moment."),
    "not_reached": _(
        "The server cannot be reached. Nothing was changed; try again when the connection is back."
    ),
    "not_allowed": _("You may not do this. Ask an administrator if you should."),
}

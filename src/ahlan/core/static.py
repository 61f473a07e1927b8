"""Static files named by their content, so that browsers may keep them for ever."""

from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedFiles(ManifestStaticFilesStorage):
    """Manifest storage that also rewrites imports between our JavaScript modules."""

    support_js_module_import_aggregation = True
    manifest_strict = False

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """A name that a library's file mentions but does not ship (htmx 4's extensions do) stays as it is."""
        try:
            return super().hashed_name(name, content, filename)
        except ValueError:
            return name

"""Static files named by their content, so that browsers may keep them for ever."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedFiles(ManifestStaticFilesStorage):
    """Manifest storage that also rewrites imports between our JavaScript modules."""

    support_js_module_import_aggregation = True
    manifest_strict = False

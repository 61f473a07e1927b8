"""Tests never write into the house's own data folder."""

import os
import tempfile

os.environ.setdefault("AHLAN_DATA", tempfile.mkdtemp(prefix="ahlan-test-"))

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from ahlan.core.fonts import _build

SAMPLES = {"hebrew": "שלום₪", "cyrillic": "Привет₽"}


@pytest.mark.parametrize("script", SAMPLES)
def test_a_subset_holds_its_script_and_stays_variable(tmp_path: Path, script: str) -> None:
    from ahlan.core.fonts import SCRIPTS

    made = _build(script, SCRIPTS[script], tmp_path / "font.woff2")

    font = TTFont(made)
    assert {ord(letter) for letter in SAMPLES[script]} <= set(font.getBestCmap())
    assert "fvar" in font
    assert made.stat().st_size < 30_000
    assert list(tmp_path.iterdir()) == [made]

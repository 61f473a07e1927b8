"""`ahlan feedback score`."""

import json

import pytest
from typer.testing import CliRunner

from ahlan.site.cli import app


def run(*words, **more):
    return CliRunner().invoke(app, ["feedback", *map(str, words)], **more)


def test_score_as_one_object(tmp_path):
    (tmp_path / "a.csv").write_text("score\n10\n9\n9\n8\n8\n7\n6\n5\n3\n0\n11\n")

    done = run("score", "NPS", tmp_path / "a.csv", "--json")
    told = json.loads(done.stdout)

    assert done.exit_code == 0
    assert {key: told[key] for key in ("instrument", "score", "n", "promoters", "passives", "detractors", "refused")} == {
        "instrument": "nps", "score": -10, "n": 10, "promoters": 3, "passives": 3, "detractors": 4, "refused": 1,
    }  # fmt: skip
    assert told["distribution"]["8"] == 2
    assert told["refusals"] == [{"line": 12, "reason": "score: 11 is outside 0 to 10"}]


def test_score_as_text_from_standard_input():
    done = run("score", "csat", "-", input="5\n4\n1\n9\n")

    assert done.exit_code == 0
    assert "score           66.6667\n" in done.stdout
    assert "line 4: score: 9 is outside 1 to 5" in done.stdout


def test_weights_of_the_index(tmp_path):
    (tmp_path / "a.csv").write_text("8,7,7\n")

    told = json.loads(
        run("score", "acsi", tmp_path / "a.csv", "--weights", ".3885,.3190,.2925", "--json").stdout
    )

    assert (told["score"], told["weighted"]) == (70.3703703704, 70.9833333333)
    assert run("score", "acsi", tmp_path / "a.csv", "--weights", "1,1,1").exit_code == 1
    assert run("score", "csat", tmp_path / "a.csv", "--weights", "1").exit_code == 1


def test_clear_errors(tmp_path):
    assert "cannot be read" in run("score", "csat", tmp_path / "none.csv").output
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe5")
    assert "not text in UTF-8" in run("score", "csat", tmp_path / "bad.csv").output


@pytest.mark.django_db
def test_import_and_an_instrument_of_ones_own(tmp_path):
    from ahlan.feedback.actions.instruments import save_instrument
    from ahlan.feedback.models import Answer
    from ahlan.feedback.tests.test_answering import own_instrument

    (tmp_path / "a.csv").write_text("5\n4\n7\n")
    told = [
        json.loads(run("import", "csat", tmp_path / "a.csv", "--at", "2026-02-03", "--json").stdout)
        for _ in range(2)
    ]
    assert [(one["taken"], one["known"], one["refused"]) for one in told] == [(2, 0, 1), (0, 2, 1)]
    assert {one.answered_at.date().isoformat() for one in Answer.objects.all()} == {"2026-02-03"}

    save_instrument(own_instrument(), actor="system")
    done = run("score", "OWN-1", "-", "--json", input="yes,van,4,5,50,50,\n,,1,1,,,\n")
    assert json.loads(done.stdout)["score"] == 2.75
    assert "There is no instrument" in run("score", "mood", "-", input="1\n").output
    assert "no survey" in run("import", "csat", "-", "--survey", "None", input="1\n").output
    assert "is not a day" in run("import", "csat", "-", "--at", "soon", input="1\n").output

"""Conditions that SQLite recognises in queries with parameters too."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def no_key_is_null(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("events", "Job").objects.filter(unique_key="").update(unique_key=None)


class Migration(migrations.Migration):
    dependencies = [("events", "0002_vacuum")]
    atomic = False  # PostgreSQL does not alter a table whose rows the same transaction has changed

    operations = [
        migrations.RemoveConstraint("job", "job_unfinished_once"),
        migrations.RemoveIndex("job", "job_finished"),
        migrations.AlterField("job", "unique_key", models.CharField(max_length=120, null=True)),
        migrations.RunPython(no_key_is_null, migrations.RunPython.noop),
        migrations.AddIndex(
            "job",
            models.Index(
                condition=models.Q(("finished_at__isnull", False)),
                fields=["finished_at"],
                name="job_finished",
            ),
        ),
        migrations.AddConstraint(
            "job",
            models.UniqueConstraint(
                condition=models.Q(("finished_at__isnull", True), ("unique_key__isnull", False)),
                fields=("unique_key",),
                name="job_unfinished_once",
            ),
        ),
    ]

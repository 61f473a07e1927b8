import django.db.models.deletion
from django.db import migrations, models


def end_visits(apps, schema_editor):
    """Who came in before comes in once more: which address he proved was not kept."""
    apps.get_model("customers", "Visit").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_ways_in")]

    operations = [
        migrations.RunPython(end_visits, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="visit", name="customer"),
        migrations.AddField(
            model_name="visit",
            name="address",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="visits", to="customers.address"
            ),
            preserve_default=False,
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0010_mark_internal")]
    operations = [
        migrations.AddField("message", "named", models.JSONField(blank=True, default=dict)),
    ]

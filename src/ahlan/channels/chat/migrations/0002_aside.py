from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_first")]
    operations = [migrations.AddField("chat", "aside", models.BooleanField(default=False))]

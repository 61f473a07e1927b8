from django.db import migrations, models

from ahlan.channels.models import new_public_id


def name_each(apps, schema_editor):
    for inbox in apps.get_model("channels", "Inbox").objects.filter(public_id=None).only("pk").iterator():
        inbox.public_id = new_public_id()
        inbox.save(update_fields=["public_id"])


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0003_signatures'),
    ]

    operations = [
        migrations.AddField(
            model_name='inbox',
            name='public_id',
            field=models.CharField(max_length=20, null=True, editable=False),
        ),
        migrations.RunPython(name_each, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='inbox',
            name='public_id',
            field=models.CharField(default=new_public_id, editable=False, max_length=20, unique=True),
        ),
    ]

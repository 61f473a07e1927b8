"""Tickets of own divisions from before they were marked: the tickets, the saved views they lie in, and the counts."""

from django.db import migrations
from django.db.models import Count, Q


def mark(apps, schema_editor):
    if not apps.get_model("customers", "Organisation").objects.filter(internal=True).exists():
        return
    Ticket, Listed, Tally = (apps.get_model("tickets", name) for name in ("Ticket", "Listed", "Tally"))
    own = Q(customer__merged_into=None, customer__organisation__internal=True)
    own |= Q(customer__merged_into__organisation__internal=True)
    Ticket.objects.filter(pk__in=Ticket.objects.filter(own).values("pk")).update(internal=True)
    Listed.objects.filter(ticket__in=Ticket.objects.filter(internal=True)).update(internal=True)
    where = ("inbox_id", "team_id", "assignee_id", "state", "removal", "snoozed", "internal")
    sums = list(Ticket.objects.values(*where).annotate(n=Count("id")).order_by())
    sums += Listed.objects.values("view_id", "inbox_id", "internal").annotate(n=Count("id")).order_by()
    Tally.objects.all().delete()
    Tally.objects.bulk_create(Tally(**row) for row in sums)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0009_internal"), ("customers", "0001_first")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]

"""What names a tag goes on meaning it when the tag is renamed or becomes another one."""

import pytest

from ahlan.routing.models import Plan
from ahlan.rules.models import Macro, TicketTemplate
from ahlan.rules.tests.makers import do, leaf, make_rule
from ahlan.service_levels.models import Policy
from ahlan.tickets.actions.tags import merge_tags, rename_tag
from ahlan.tickets.actions.work import tag_ticket
from ahlan.tickets.models import Tag
from tests.makers import make_inbox, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def tags():
    tag_ticket(make_ticket(inbox=make_inbox()), ["bill", "invoice", "urgent"], actor="system")
    return {one.name: one for one in Tag.objects.all()}


def test_rules_macros_and_templates_say_the_new_name(tags):
    rule = make_rule("Bills", do("add_tags", "urgent, bill"))
    macro = Macro.objects.create(name="No bill", acts=[do("remove_tags", "bill"), do("take")])
    template = TicketTemplate.objects.create(name="Bill", fields={"tags": "bill, new", "subject": "bill"})
    rename_tag(tags["bill"], "receipt", actor="system")
    for one in (rule, macro, template):
        one.refresh_from_db()

    assert rule.acts == [do("add_tags", "urgent, receipt")]
    assert macro.acts == [do("remove_tags", "receipt"), do("take")]
    assert template.fields == {"tags": "receipt, new", "subject": "bill"}


def test_conditions_of_every_room_ask_for_the_tag_it_became(tags):
    bill, invoice = tags["bill"], tags["invoice"]
    tree = {"all": [{"any": [leaf("tags", "none_of", str(bill.pk), str(invoice.pk))]}]}
    rule = make_rule("Bills", do("add_tags", "bill, invoice"), conditions=tree)
    policy = Policy.objects.create(name="Bills", conditions=tree, order=1)
    plan = Plan.objects.create(name="Bills", conditions=tree, order=1)
    merge_tags(bill, invoice, actor="system")
    for one in (rule, policy, plan):
        one.refresh_from_db()

    asked = {"all": [{"any": [leaf("tags", "none_of", str(invoice.pk))]}]}
    assert (rule.conditions, policy.conditions, plan.conditions) == (asked, asked, asked)
    assert rule.acts == [do("add_tags", "invoice")]

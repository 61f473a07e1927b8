"""A case of a log becomes the life of a ticket: each row by the verb it means, at the moment it tells of."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from ahlan.channels.models import Inbox
from ahlan.events.history import history
from ahlan.importers.mapping import EventMapping, Meaning
from ahlan.importers.models import Case, CaseStep
from ahlan.importers.naming import SYSTEM, Names, customer_of, field_of, inbox_of, status_of
from ahlan.importers.reading import BadRow, moment, value, whole
from ahlan.importers.sorting import Step
from ahlan.staff.models import Agent
from ahlan.tickets.actions import work
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.actions.opening import open_ticket
from ahlan.tickets.models import Direction, State, Ticket
from ahlan.tickets.vocabulary import DEFAULT


@dataclass
class Told:
    """What came of a case: its rows that were taken, those known already, those refused with the reason."""

    taken: int
    known: int
    refused: list[tuple[Step, str]]
    is_new: bool


class Teller:
    """Tells cases to the desk, by one mapping. After a rollback: `forget`."""

    def __init__(self, mapping: EventMapping) -> None:
        self.mapping, self.layout = mapping, mapping.layout
        self.names = Names(self.layout.source, agents=mapping.agents)

    def forget(self) -> None:
        self.names.forget()
        self.__dict__.pop("inbox", None)

    @cached_property
    def inbox(self) -> Inbox:
        return inbox_of(self.mapping.inbox)

    def meaning(self, step: Step) -> Meaning:
        """Raises BadRow for an activity the mapping says nothing of."""
        activity = self.of(step, self.mapping.activity)
        found = self.mapping.activities.get(activity, self.mapping.others)
        if found is None:
            raise BadRow(f"the mapping does not say what the activity “{activity[:60]}” means")
        return found

    def of(self, step: Step, column: str) -> str:
        return value(step.row.cells, column, self.layout)

    def check(self, step: Step) -> None:
        """Raises BadRow for what the desk could not be told of a row."""
        self.meaning(step)
        self._priority(step)
        if opened := self.of(step, self.mapping.opened_at):
            moment(opened, self.layout)
        for one in self.mapping.fields:
            if one.kind == "number" and (said := self.of(step, one.column)):
                whole(said)

    def tell(self, steps: list[Step]) -> Told:
        """One case, in the caller's transaction. Rows taken before are passed over."""
        case = (
            Case.objects.filter(source=self.layout.source, name=steps[0].case)
            .select_related("ticket")
            .first()
        )
        before = dict(case.steps.values_list("digest", "at")) if case else {}
        new, known = [], 0
        for digest, step in _digested(steps, self):
            known += digest in before
            if digest not in before:
                new.append((digest, step))
        latest = max(before.values(), default=None)
        late = [
            (step, "is earlier than what was taken of this case")
            for _digest, step in new
            if latest and step.at < latest
        ]
        new = [(digest, step) for digest, step in new if not (latest and step.at < latest)]
        if not new:
            return Told(0, known, late, is_new=False)
        is_new = case is None
        case = case or self._open(new[0][1], [step for _digest, step in new])
        self._live(case.ticket, [step for _digest, step in new])
        CaseStep.objects.bulk_create(
            CaseStep(
                case=case, digest=digest, activity=self.of(step, self.mapping.activity)[:120], at=step.at
            )
            for digest, step in new
        )
        return Told(len(new), known, late, is_new)

    def _open(self, first: Step, steps: list[Step]) -> Case:
        at = first.at
        if opened := self.of(first, self.mapping.opened_at):
            at = moment(opened, self.layout)
        cells: Mapping[str, str] = {key: value(first.row.cells, key, self.layout) for key in first.row.cells}
        subject = _filled(self.mapping.subject, cells) or first.case
        who = self.of(first, self.mapping.customer) or f"{self.layout.source} {first.case}"
        with history(at):
            ticket = open_ticket(
                self.inbox, customer_of(who, self.layout.source), subject=subject, actor=SYSTEM, says=Direction.NOTE,
                text=_filled(self.mapping.text, cells) or subject, priority=self._priority(first) or 2,
            )  # fmt: skip
        return Case.objects.create(source=self.layout.source, name=first.case, ticket=ticket)

    def _live(self, ticket: Ticket, steps: list[Step]) -> None:
        for n, step in enumerate(steps):
            after = steps[n + 1] if n + 1 < len(steps) else None
            with history(max(step.at, ticket.opened_at)):
                self._around(ticket, step)
                if self._counts(step, after):
                    self._do(ticket, self.meaning(step), self._agent(step))
        with history(max(steps[-1].at, ticket.opened_at)):
            self._word(ticket, steps[-1])

    def _counts(self, step: Step, after: Step | None) -> bool:
        means = self.meaning(step)
        if means.needs and not self.of(step, means.needs):
            return False
        same = after is not None and self.of(after, self.mapping.activity) == self.of(
            step, self.mapping.activity
        )
        return not (means.last and same)

    def _around(self, ticket: Ticket, step: Step) -> None:
        """Who has it, and how urgent it is, as the row says."""
        team = self.names.team(self.of(step, self.mapping.team), self.inbox)
        if team is not None and ticket.team_id != team.pk:
            work.transfer_ticket(ticket, team, actor=SYSTEM)
        if (priority := self._priority(step)) and priority != ticket.priority:
            work.set_priority(ticket, priority, actor=SYSTEM)
        agent = self._agent(step)
        if agent is not None and ticket.assignee_id != agent.pk:
            work.assign_ticket(ticket, agent, actor=SYSTEM)

    def _do(self, ticket: Ticket, means: Meaning, agent: Agent | None) -> None:
        actor = agent.actor if agent else SYSTEM
        if means.does in ("assigned", "reopened"):
            if ticket.state == State.CLOSED or means.does == "reopened":
                work.reopen_ticket(ticket, actor=actor)
            else:
                work.set_state(ticket, State.OPEN, actor=actor)
        elif means.does not in ("opened", "ignored"):
            state = State(means.does)
            key = status_of(means.status, state.value) if means.status else state.value
            if ticket.state == state:
                work.set_status(ticket, key, actor=actor)
            else:
                work.set_state(ticket, state, actor=actor, status=key if means.status else DEFAULT)

    def _word(self, ticket: Ticket, last: Step) -> None:
        """Tags and fields, as the latest row says."""
        tags = [
            one.tag for one in self.mapping.tags if last.row.cells.get(one.column, "").strip() == one.value
        ]
        if tags:
            work.tag_ticket(ticket, tags, actor=SYSTEM)
        values = {
            field_of(one): [found] for one in self.mapping.fields if (found := self.of(last, one.column))
        }
        if values:
            set_fields(ticket, values, actor=SYSTEM)

    def _agent(self, step: Step) -> Agent | None:
        return self.names.agent(self.of(step, self.mapping.agent))

    def _priority(self, step: Step) -> int | None:
        said = self.of(step, self.mapping.priority)
        if said and said not in self.mapping.priorities:
            raise BadRow(f"the mapping does not say what the priority “{said[:60]}” means")
        return self.mapping.priorities.get(said)


def _digested(steps: list[Step], teller: Teller) -> list[tuple[str, Step]]:
    """Each step with what tells it from the others of its case, in whatever file it comes again."""
    seen: Counter[str] = Counter()
    found = []
    for step in steps:
        told = "\0".join(
            (
                step.at.isoformat(),
                *(teller.of(step, one) for one in (teller.mapping.activity, teller.mapping.agent)),
            )
        )
        seen[told] += 1
        found.append((sha256(f"{told}\0{seen[told]}".encode()).hexdigest()[:32], step))
    return found


def _filled(template: str, cells: Mapping[str, str]) -> str:
    """Columns in braces; nothing else of a template is understood, so that no file can do more than be read."""
    for key, said in cells.items():
        template = template.replace("{" + key + "}", said)
    return template

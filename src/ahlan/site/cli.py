"""The command line: `ahlan COMMAND --help` tells of each."""

import os
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Ahlan: the whole of a company's customer service in one program.",
)
mail = typer.Typer(
    no_args_is_help=True, help="Mail by hand: receive it from a pipe, a file, an mbox or a Maildir."
)
user = typer.Typer(no_args_is_help=True, help="People who work at the desk.")
app.add_typer(mail, name="mail")
knowledge = typer.Typer(no_args_is_help=True, help="Articles: bring them in, write them out.")
feedback = typer.Typer(
    no_args_is_help=True, help="Surveys: score raw answers, bring in those given elsewhere."
)
app.add_typer(user, name="user")
app.add_typer(feedback, name="feedback")
kpis = typer.Typer(help="Figures: what they come to, and making them anew.", no_args_is_help=True)
app.add_typer(kpis, name="kpis")
app.add_typer(knowledge, name="knowledge")
bring_in = typer.Typer(
    no_args_is_help=True, help="History from other systems, at the times it happened; nobody is told."
)
app.add_typer(bring_in, name="import")


def start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ahlan.site.settings")
    import django  # noqa: PLC0415 -- help must not wait for it

    django.setup()


@app.command()
def run(
    empty: Annotated[bool, typer.Option("--empty", help="Start without the sample company.")] = False,
) -> None:
    """Run everything: pages, workers, timers and the mail door. Ctrl-C stops it cleanly."""
    start_django()
    from ahlan.site import house  # noqa: PLC0415 -- needs Django

    house.prepare(sample=not empty)
    house.run()


@app.command()
def web(
    door: Annotated[bool, typer.Option(help="Open the mail door in this process too.")] = False,
) -> None:
    """Serve the pages and the live stream alone, for an installation of several processes."""
    start_django()
    from ahlan.site import house  # noqa: PLC0415 -- needs Django

    house.serve(door=door)


@app.command()
def work(
    threads: Annotated[int, typer.Option(help="How many jobs at once.")] = 2,
    timers: Annotated[bool, typer.Option(help="Also start what is due at a time.")] = True,
    queue: Annotated[list[str] | None, typer.Option(help="Only these queues.")] = None,
) -> None:
    """Do the jobs: understand mail, send it, fetch it."""
    start_django()
    from ahlan.site import house  # noqa: PLC0415 -- needs Django

    house.work(threads=threads, timers=timers, queues=queue)


@app.command()
def setup() -> None:
    """Bring the database and the files made from others (fonts, translations, static files) up to date."""
    start_django()
    from ahlan.site import house  # noqa: PLC0415 -- needs Django

    house.prepare(sample=False)


@app.command()
def sample() -> None:
    """Load the sample company into a desk that has nobody yet."""
    start_django()
    from ahlan.site.sample import load_sample  # noqa: PLC0415 -- needs Django

    typer.echo(
        "The sample company is there." if load_sample() else "There is somebody already: nothing was done."
    )


@app.command()
def backup(
    target: Annotated[str, typer.Argument(help="The file to write, for example ahlan-2026-11-22.tar")],
) -> None:
    """Write everything into one file, while the product runs."""
    start_django()
    from ahlan.site.backup import NotSaved, back_up  # noqa: PLC0415 -- needs Django

    try:
        typer.echo(back_up(target))
    except NotSaved as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@app.command()
def restore(
    source: Annotated[str, typer.Argument(help="A file that `ahlan backup` wrote.")],
    force: Annotated[bool, typer.Option(help="Replace a desk that has tickets.")] = False,
) -> None:
    """Bring back what a backup holds. Stop the product first."""
    start_django()
    from ahlan.site.backup import NotRestored, bring_back  # noqa: PLC0415 -- needs Django

    try:
        typer.echo(bring_back(source, force=force))
    except NotRestored as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@app.command()
def doctor() -> None:
    """Look whether all is well, and say what to do where it is not."""
    start_django()
    from ahlan.site.doctor import examine  # noqa: PLC0415 -- needs Django

    findings = examine()
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.well else 'LOOK'}  {finding.text}")
    raise typer.Exit(0 if all(finding.well for finding in findings) else 1)


@app.command()
def search(
    query: Annotated[list[str] | None, typer.Argument(help="Words and filters, as in the product.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One object, for programs.")] = False,
    who: Annotated[
        str, typer.Option("--as", help="Whose eyes: an agent’s address. An administrator’s without.")
    ] = "",
    kind: Annotated[str, typer.Option(help="Only this kind: ticket, customer …")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many of each kind.")] = 20,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the index anew; may be stopped and goes on.")
    ] = False,
) -> None:
    """Find what was written, as somebody who may see it."""
    start_django()
    from ahlan.site import search_command  # noqa: PLC0415 -- needs Django

    if rebuild:
        search_command.rebuild(typer.echo)
        return
    try:
        typer.echo(
            search_command.found(" ".join(query or ()), who=who, kind=kind, limit=limit, as_json=as_json)
        )
    except search_command.NotAsked as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@mail.command("receive")
def mail_receive(
    source: Annotated[str, typer.Argument(help="A mail, an mbox, a Maildir, or - for standard input.")] = "-",
    inbox: Annotated[
        str, typer.Option(help="The inbox's address; without it the mail's own headers tell.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print one line of JSON for each mail.")] = False,
) -> None:
    """Receive mail as the door would: the same mail twice is one message."""
    start_django()
    from ahlan.site.mail_command import receive_all  # noqa: PLC0415 -- needs Django

    raise typer.Exit(receive_all(source, inbox=inbox, as_json=json))


@user.command("create")
def user_create(
    email: Annotated[str, typer.Argument(help="The address to sign in with.")],
    name: Annotated[str, typer.Option(help="The name customers see.")] = "",
    role: Annotated[str, typer.Option(help="admin, lead, agent or viewer.")] = "agent",
    language: Annotated[str, typer.Option(help="en, he, ar, fi, fa or ru.")] = "en",
) -> None:
    """Add somebody, and print a link that signs in once."""
    start_django()
    from django.core.exceptions import ValidationError  # noqa: PLC0415 -- needs Django

    from ahlan.site.house import sign_in_url  # noqa: PLC0415 -- needs Django
    from ahlan.staff.actions import create_agent  # noqa: PLC0415 -- needs Django

    try:
        agent = create_agent(email=email, name=name, role=role, language=language, actor="system")
    except ValidationError as error:
        typer.echo("; ".join(error.messages), err=True)
        raise typer.Exit(1) from None
    typer.echo(sign_in_url(agent))


@knowledge.command("import")
def knowledge_import(
    folder: Annotated[str, typer.Argument(help="A folder of Markdown, or of <language>.json collections.")],
    draft: Annotated[bool, typer.Option("--draft", help="Publish nothing.")] = False,
    agents: Annotated[bool, typer.Option("--agents", help="New sections are for agents only.")] = False,
) -> None:
    """Bring in every article of a folder. Safe to repeat: what is there is worded anew where it differs."""
    start_django()
    from pathlib import Path  # noqa: PLC0415 -- only here

    from ahlan.knowledge.actions.folders import import_folder  # noqa: PLC0415 -- needs Django

    try:
        report = import_folder(
            Path(folder), publishing=not draft, audience="agents" if agents else "customers"
        )
    except NotADirectoryError:
        typer.echo(f"There is no folder {folder}.", err=True)
        raise typer.Exit(66) from None
    for trouble in report.troubles:
        typer.echo(trouble, err=True)
    typer.echo(
        f"{report.begun} articles new, {report.worded} wordings changed, {report.same} the same, {report.files} files; "
        f"{len(report.troubles)} could not be read."
    )
    raise typer.Exit(1 if report.troubles else 0)


@knowledge.command("search")
def knowledge_search(
    query: Annotated[str, typer.Argument(help="What a customer would type.")],
    language: Annotated[str, typer.Option(help="en, he, ar, fi, fa or ru; without it all of them.")] = "",
    agents: Annotated[bool, typer.Option("--agents", help="Also what is for agents only.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Search the published articles as the help centre does. Exit code 1 when nothing is found."""
    start_django()
    from ahlan.site.knowledge_command import search  # noqa: PLC0415 -- needs Django

    raise typer.Exit(search(query, language, agents=agents, as_json=json))


@knowledge.command("export")
def knowledge_export(
    folder: Annotated[str, typer.Argument(help="Where to write; made where it is not there.")],
) -> None:
    """Write every article that is not put away as Markdown, with its files."""
    start_django()
    from pathlib import Path  # noqa: PLC0415 -- only here

    from ahlan.knowledge.actions.folders import export_folder  # noqa: PLC0415 -- needs Django

    typer.echo(f"{export_folder(Path(folder))} wordings written.")


@feedback.command("score")
def feedback_score(
    instrument: Annotated[
        str, typer.Argument(help="csat, ces, ces1, nps, acsi, servqual, servperf, or the key of your own.")
    ],
    file: Annotated[str, typer.Argument(help="A table, one row an answer, one column an item; or -.")],
    weights: Annotated[str, typer.Option(help="Of the three questions of ACSI, as 0.4,0.3,0.3.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One object, for programs.")] = False,
) -> None:
    """Compute the score of raw answers, with its interval. Values that cannot be are refused and counted."""
    from ahlan.feedback.instruments.files import NotRead  # noqa: PLC0415 -- help must not wait for it
    from ahlan.feedback.instruments.ready import READY  # noqa: PLC0415 -- the same
    from ahlan.site import feedback_command as command  # noqa: PLC0415 -- the same

    if instrument.strip().casefold() not in READY:
        start_django()  # the house's own stand in its database
    try:
        typer.echo(command.scored(instrument, file, weights=weights, as_json=json))
    except (command.NoSuchInstrument, NotRead) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@feedback.command("import")
def feedback_import(
    instrument: Annotated[str, typer.Argument(help="csat, nps …, or the key of your own.")],
    file: Annotated[str, typer.Argument(help="A table as for `score`; or -.")],
    at: Annotated[
        str, typer.Option(help="When they were answered, as 2026-11-28, where no column says so.")
    ] = "",
    survey: Annotated[str, typer.Option(help="The name of the survey they belong to.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One object, for programs.")] = False,
) -> None:
    """Bring in answers given elsewhere. Safe to repeat. Under a header, columns named key, answered_at, ticket, agent, team and language may stand beside them."""
    start_django()
    from ahlan.feedback.instruments.files import NotRead  # noqa: PLC0415 -- needs Django
    from ahlan.site import feedback_command as command  # noqa: PLC0415 -- needs Django

    try:
        told, refused = command.imported(instrument, file, at=at, survey=survey, as_json=json)
    except (command.NoSuchInstrument, NotRead) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(told)
    raise typer.Exit(1 if refused else 0)


Mapped = Annotated[
    str,
    typer.Option("--mapping", help="What its columns mean, in TOML: a file, or one that comes with Ahlan."),
]
Dry = Annotated[bool, typer.Option("--dry-run", help="Do it all and undo it: say what would come of it.")]
Refused = Annotated[
    str, typer.Option("--refused", help="Write the rows that are refused, with the reason, here.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One object, for programs.")]


@bring_in.command("events")
def import_events(
    file: Annotated[
        str, typer.Argument(help="A table with a header: a row for each thing that happened to a case.")
    ],
    mapping: Mapped,
    dry_run: Dry = False,
    refused: Refused = "",
    json: AsJson = False,
) -> None:
    """Make tickets of an event log (helpdesk-tax2017, uci-incident …). Safe to repeat and to stop. Exit code 1 when rows were refused."""
    _bring_in("events", file, mapping, dry_run, refused, json)


@bring_in.command("calls")
def import_calls(
    file: Annotated[str, typer.Argument(help="A table with a header: a row for each call.")],
    mapping: Mapped,
    dry_run: Dry = False,
    refused: Refused = "",
    json: AsJson = False,
) -> None:
    """Keep the calls of a log (anonymous-bank …). Safe to repeat and to stop. Exit code 1 when rows were refused."""
    _bring_in("calls", file, mapping, dry_run, refused, json)


def _bring_in(kind: str, file: str, mapping: str, dry: bool, refused: str, as_json: bool) -> None:
    start_django()
    from ahlan.importers.mapping import BadMapping  # noqa: PLC0415 -- needs Django
    from ahlan.site import import_command  # noqa: PLC0415 -- the same

    try:
        told, bad = import_command.bring_in(kind, file, mapping, dry=dry, refused=refused, as_json=as_json)
    except BadMapping as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(told)
    raise typer.Exit(1 if bad else 0)


@kpis.command("show")
def kpis_show(
    start: Annotated[str, typer.Option("--from", help="The first day, as 2026-11-01.")],
    end: Annotated[str, typer.Option("--to", help="The day after the last one.")],
    by: Annotated[
        str, typer.Option(help="team, agent, inbox, channel, language, priority, tag, customer_kind or bot.")
    ] = "",
    zone: Annotated[
        str, typer.Option(help="By whose clocks a day begins and ends; the house's by default.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="One object, for programs.")] = False,
) -> None:
    """Every figure of some days, with how many it is made of, how it was read, and its interval."""
    start_django()
    from ahlan.site import kpis_command as command  # noqa: PLC0415 -- needs Django

    try:
        typer.echo(command.shown(start, end, by=by, zone=zone, as_json=json))
    except command.NotAsked as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@kpis.command("rebuild")
def kpis_rebuild(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; tell what differs from the log.")
    ] = False,
) -> None:
    """Make every fact that figures are made of anew from the event log."""
    start_django()
    from ahlan.kpis.actions import rebuild  # noqa: PLC0415 -- needs Django

    if not check:
        typer.echo(f"{rebuild.rebuild()} facts.")
        return
    found = rebuild.differences()
    typer.echo("\n".join(found) if found else "All figures are what the log tells.")
    raise typer.Exit(1 if found else 0)


def main() -> None:
    app()

"""Running the house: prepare it, serve its pages, do its work, keep its processes together."""

import asyncio
import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import structlog
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from ahlan.core.reached import house_address
from ahlan.staff.models import Agent

log = structlog.get_logger(__name__)

PAGE_THREADS = 8
RESTART_PAUSE = 1.0  # seconds before a worker that died is started again


def address() -> str:
    return house_address()


def sign_in_url(agent: Agent) -> str:
    """A link that signs this person in once, within a day."""
    from ahlan.staff.actions import make_link  # noqa: PLC0415 -- urls must be ready

    return f"{address()}{reverse('staff:link', args=[make_link(agent)])}"


def prepare(*, sample: bool) -> None:
    """Bring the database up to date and make the files that are made from others. Quick when nothing changed."""
    settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    _migrate()
    _make_files()
    from ahlan.staff.actions import make_roles  # noqa: PLC0415 -- tables must exist

    make_roles()
    if apps.is_installed("ahlan.courtesy"):
        from ahlan.courtesy.actions.questionnaires import make_ready  # noqa: PLC0415 -- a room that may be left out

        make_ready()
    if apps.is_installed("ahlan.feedback"):
        from ahlan.feedback.actions.instruments import make_ready as make_instruments  # noqa: PLC0415 -- the same
        from ahlan.feedback.register.actions.settings import make_terms  # noqa: PLC0415 -- the same

        make_instruments()
        make_terms()
    if sample and not Agent.objects.exists():
        from ahlan.site.sample import load_sample  # noqa: PLC0415 -- only on the first start

        print("Loading the sample company …", flush=True)  # noqa: T201 -- progress on the terminal
        load_sample()


def _migrate() -> None:
    """Migrate when a migration on disk is not in the database's own list: reading names costs no import of each."""
    from django.apps import apps  # noqa: PLC0415 -- ready by now
    from django.db.migrations.recorder import MigrationRecorder  # noqa: PLC0415 -- only here

    done = set(MigrationRecorder(connection).applied_migrations())
    there = {
        (config.label, path.stem)
        for config in apps.get_app_configs()
        for path in Path(config.path).glob("migrations/[0-9]*.py")
    }
    if there - done:
        call_command("migrate", verbosity=0, interactive=False)


def _make_files() -> None:
    """Fonts, translations, hashed static files; again only when a source has changed."""
    stamp, now = settings.DATA / "static.stamp", _sources()
    if stamp.exists() and stamp.read_text() == now and settings.STATIC_ROOT.exists():
        return
    from ahlan.core import fonts, translations  # noqa: PLC0415 -- slow import

    if not any((settings.PACKAGE / "core/static/core/fonts").glob("*.woff2")):
        fonts.build_fonts()
    with contextlib.suppress(
        OSError
    ):  # where the package cannot be written, the first letter cuts them beside the data
        fonts.cut_weights()
    translations.compile_all()
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(_sources())


def _sources() -> str:
    digest = hashlib.sha256(b"ahlan")
    for path in sorted(
        [*settings.PACKAGE.glob("**/static/**/*"), *settings.PACKAGE.glob("**/locale/**/*.po")]
    ):
        found = path.stat()
        digest.update(f"{path.relative_to(settings.PACKAGE)}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def run() -> None:
    """Everything in one process group: this process serves, a child works, and is started again when it dies."""
    _refuse_taken_ports()
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_working, args=(stop,), name="worker's keeper")
    keeper.start()
    try:
        serve(door=True, greet=True)
    finally:
        stop.set()
        keeper.join()


def _refuse_taken_ports() -> None:
    import socket  # noqa: PLC0415 -- only here

    for name, host, port in (
        ("PORT", "127.0.0.1", settings.PORT),
        ("MAIL_PORT", settings.MAIL_HOST, settings.MAIL_PORT),
    ):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                sys.exit(
                    f"Port {port} is taken by another program. Choose another: {name}={port + 1} ahlan run"
                )


def _keep_working(stop: threading.Event) -> None:
    while not stop.is_set():
        command = [sys.executable, "-m", "ahlan", "work"]
        worker = subprocess.Popen(command, env={**os.environ, "AHLAN_PARENT": str(os.getpid())})
        while worker.poll() is None and not stop.wait(0.2):
            pass
        if stop.is_set():
            _end(worker)
            return
        log.warning("the worker ended and is started again", code=worker.returncode)
        stop.wait(RESTART_PAUSE)


def _end(worker: "subprocess.Popen[bytes]") -> None:
    worker.terminate()
    try:
        worker.wait(timeout=20)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def serve(*, door: bool, greet: bool = False) -> None:
    """Pages and the live stream on one port, and the mail door beside them."""
    import uvicorn  # noqa: PLC0415 -- only the web process needs it

    host = os.environ.get("AHLAN_HOST", "127.0.0.1" if not settings.SITE_URL else "0.0.0.0")  # noqa: S104
    config = uvicorn.Config(
        application(door=door, greet=greet),
        host=host,
        port=settings.PORT,
        log_config=None,
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=3,
        proxy_headers=bool(settings.SITE_URL),
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run()


def application(*, door: bool = False, greet: bool = False) -> Any:
    """The ASGI application: streams in the event loop, pages as WSGI in threads."""
    from a2wsgi import WSGIMiddleware  # noqa: PLC0415 -- only the web process needs it
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    from ahlan.channels.chat.streams import chats_or  # noqa: PLC0415
    from ahlan.events.live import Live, live_or  # noqa: PLC0415

    pages = WSGIMiddleware(cast(Any, get_wsgi_application()), workers=PAGE_THREADS)

    @contextlib.asynccontextmanager
    async def open_house() -> AsyncIterator[None]:
        server: asyncio.Server | None = None
        if door:
            from ahlan.channels.email.door import open_door  # noqa: PLC0415 -- only where mail comes in

            server = await open_door(settings.MAIL_HOST, settings.MAIL_PORT)
        if greet:
            await asyncio.to_thread(_greet)
        try:
            yield
        finally:
            if server is not None:
                server.close()

    live = Live()
    return live_or(chats_or(cast(Any, pages), live), around=open_house, live=live)


def _greet() -> None:
    """One line for each thing served, and a way in."""
    lines = [
        f"Ahlan is at home.   {address()}/",
        f"Mail door           smtp://{settings.MAIL_HOST}:{settings.MAIL_PORT}",
        f"Everything kept in  {settings.DATA}",
    ]
    first = Agent.objects.filter(role__key="admin", is_active=True).order_by("id").first()
    if first is not None:
        lines.append(f"Sign in once with   {sign_in_url(first)}")
    else:
        lines.append("Nobody can sign in yet: ahlan user create you@example.org --role admin")
    print("\n".join(lines), flush=True)  # noqa: T201 -- this is what the terminal is for


def work(*, threads: int, timers: bool, queues: list[str] | None) -> None:
    """Do jobs until told to stop."""
    from ahlan.channels.email.watch import watch_mailboxes  # noqa: PLC0415 -- only the worker needs them
    from ahlan.events.timers import run_timers  # noqa: PLC0415
    from ahlan.events.worker import run_worker  # noqa: PLC0415

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    helpers = [threading.Thread(target=_watch_parent, args=(stop,), daemon=True)]
    if timers:
        for helper in (run_timers, watch_mailboxes):
            helpers.append(threading.Thread(target=helper, kwargs={"stop": stop}, name=helper.__name__))
    for thread in helpers:
        thread.start()
    run_worker(queues=queues, threads=threads, stop=stop, lease=timedelta(seconds=settings.LEASE))
    stop.set()
    for thread in helpers[1:]:
        thread.join()


def _watch_parent(stop: threading.Event) -> None:
    """A child of `ahlan run` ends when its parent has been killed, so that nothing runs unseen."""
    parent = int(os.environ.get("AHLAN_PARENT", "0"))
    while parent and not stop.is_set():
        if os.getppid() != parent:
            stop.set()
        time.sleep(0.5)

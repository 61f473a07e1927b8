"""Finding by meaning, against a real server on loopback that answers as the API does: it knows what a few words mean."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ahlan.search import actions, meaning
from ahlan.search.models import Meaning

from . import test_finding
from .test_finding import Pieces, found, put, sources

pytestmark = pytest.mark.django_db
notes = test_finding.notes
MEANS = {"refund": 0, "money": 0, "reimbursement": 0, "parcel": 1, "shipment": 1}


class Server(BaseHTTPRequestHandler):
    asked: list[dict] = []
    broken = False

    def do_POST(self):
        given = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append({**given, "path": self.path, "key": self.headers["authorization"]})
        rows = [{"index": n, "embedding": self.vector(text)} for n, text in enumerate(given["input"])]
        body = b"not json" if self.broken else json.dumps({"data": rows[::-1]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def vector(self, text):
        numbers = [0.0, 0.0, 0.01]
        for word in text.casefold().split():
            if word in MEANS:
                numbers[MEANS[word]] += 3.0
        return numbers

    def log_message(self, *_args):
        pass


@pytest.fixture
def server(settings):
    Server.asked, Server.broken = [], False
    house = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=house.serve_forever)
    thread.start()
    meaning._asked.cache_clear()
    settings.EMBEDDINGS_URL = f"http://127.0.0.1:{house.server_port}/v1"
    settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_KEY = "small", "secret"
    sources.add(Pieces())
    yield Server
    house.shutdown()
    thread.join()
    house.server_close()


def learnt():
    actions.count_new()
    while meaning.learn():
        pass


def test_what_means_the_same_is_found_without_a_common_word(server):
    put(1, "how to get your money back")
    put(2, "where is my shipment now")
    learnt()

    assert found("reimbursement") == [1]
    assert found("parcel") == [2]
    assert server.asked[0]["path"] == "/v1/embeddings" and server.asked[0]["key"] == "Bearer secret"
    assert server.asked[0]["model"] == "small"


def test_what_one_may_not_see_is_not_meant_either(server):
    put(1, "how to get your money back", shelf="b")
    learnt()

    assert found("reimbursement", "b") == [1]
    assert found("reimbursement", "a") == found("reimbursement", "nobody") == []


def test_a_changed_text_is_learnt_anew(server):
    put(1, "how to get your money back")
    learnt()
    put(1, "where is my shipment now")
    assert Meaning.objects.count() == 0
    learnt()

    assert (found("reimbursement"), found("parcel")) == ([], [1])


def test_words_decide_alone_while_it_is_off_or_broken_or_away(server, settings):
    put(1, "how to get your money back")
    learnt()
    server.broken = True
    assert found("reimbursement") == []
    assert found("money") == [1]

    settings.EMBEDDINGS_URL = "http://127.0.0.1:9/v1"
    assert found("reimbursement") == []
    put(2, "a new shipment")
    assert meaning.learn() == 0

    settings.EMBEDDINGS_URL, asked = "", len(server.asked)
    assert (found("reimbursement"), meaning.learn(), len(server.asked)) == ([], 0, asked)


def test_nobody_is_asked_while_one_types(server):
    put(1, "how to get your money back")
    learnt()
    asked = len(server.asked)

    found("reimburs", typing=True)

    assert len(server.asked) == asked

"""The live classroom over real HTTP: every vote counted once, nothing lost or broken by what else arrives, and closed with the kernel."""

import contextlib
import csv
import http.client
import os
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from lab import CHROMIUM, FLAGS

from nnlib import experiments
from nnlib.exercises import predict, quiz
from nnlib.exercises.cards import QUIZZES
from nnlib.experiments import show
from nnlib.jupyter import classroom
from nnlib.jupyter.classroom import server
from nnlib.jupyter.classroom.panel import Panel, histogram, observed, questions, same
from nnlib.jupyter.classroom.server import POLICY, SCRIPT, STYLE, Server, hashed
from nnlib.jupyter.classroom.votes import SEATS, Asked, Budget, Lesson, Refused

FLOOD = int(os.environ.get("NNLIB_FLOOD", 2000))  # requests
HOLD = int(os.environ.get("NNLIB_HOLD", 80))  # connections; 800 is what the server allows, and needs 2,000 open files in one process
WAY = Asked("Which way?", "Which way?", ("up", "down", "<b>&"))


@pytest.fixture
def room():
    opened = classroom.open()
    yield opened
    classroom.close()
    hang_up()


def hang_up():
    while Phone.lines:
        Phone.lines.pop().close()


class Phone:
    """A browser without JavaScript: it keeps a cookie, and sends the form that it got."""

    lines = []

    def __init__(self, room):
        self.port, self.path, self.cookie = room.server.port, f"/{room.lesson.code}", None
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.lines.append(self.line)

    def ask(self, method, path, body=None):
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        if cookie := answer.headers.get("Set-Cookie"):
            assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "expires" not in cookie.lower() and "Max-Age" not in cookie
            self.cookie = cookie.split(";")[0]
        self.headers = answer.headers
        return answer.status, text

    def load(self):
        status, self.page = self.ask("GET", self.path)
        self.fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.page))
        return status

    def vote(self, answer):
        return self.ask("POST", self.path, urlencode({**self.fields, "answer": answer}))


def class_of(room, n=30):
    phones = [Phone(room) for _ in range(n)]
    for phone in phones:
        assert phone.load() == 200
    return phones


def at_once(phones, act):
    with ThreadPoolExecutor(len(phones)) as pool:
        return list(pool.map(act, phones))


def test_thirty_phones_vote_twice_and_every_vote_counts_once(room, tmp_path):
    panel = Panel(room, predict("Which way?", ["up", "down", "<b>&"]))
    panel.ask()
    phones = class_of(room)
    first = list(zip(phones, [0] * 12 + [1] * 15 + [2] * 3))
    begun = time.monotonic()
    assert all(status == 303 for status, _ in at_once(first, lambda pair: pair[0].vote(pair[1])))
    panel.show_votes()
    seconds = time.monotonic() - begun
    print(f"30 votes, then the histogram: {seconds:.2f} s")
    assert "vote 1: 30 answers" in panel.bars.value and [n for _, n in panel.rounds[0].counts()] == [12, 15, 3]
    assert all(phone.load() == 200 and "<h1>Sent</h1>" in phone.page and "down" not in phone.page for phone in phones)
    for phone, choice in first[:5]:  # sent twice: once counted
        phone.fields = {"vote": "1", "token": phone.cookie.split("=")[1]}
        assert phone.vote(choice)[0] == 303
    assert [n for _, n in panel.rounds[0].counts()] == [12, 15, 3]
    assert phones[0].vote(1)[0] == 303 and [n for _, n in panel.rounds[0].counts()] == [11, 16, 3]  # a change of mind
    panel.ask()  # the second vote
    assert [phone.load() for phone in phones] == [200] * 30 and "Second vote." in phones[0].page
    at_once(phones[:28], lambda phone: phone.vote(1))
    panel.card.reveal("down")
    panel.verdict()
    assert "vote 1: 30 answers" in panel.bars.value and "vote 2: 28 answers" in panel.bars.value and "&#10003; down" in panel.bars.value
    rows = list(csv.reader(room.lesson.export(tmp_path / "votes.csv").read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["question", "round", "answer", "votes", "of"]
    assert rows[1:] == [
        ["Which way?", "1", "up", "11", "30"],
        ["Which way?", "1", "down", "16", "30"],
        ["Which way?", "1", "<b>&", "3", "30"],
    ] + [["Which way?", "2", option, str(n), "28"] for option, n in (("up", 0), ("down", 28), ("<b>&", 0))]


def test_a_page_is_small_and_needs_neither_script_nor_mouse_nor_absolute_address(room):
    room.lesson.ask(Asked("How `much`?", "How <code>much</code>?", (*(f"answer {i}, " + "long " * 20 for i in range(7)), "<b>&")))
    phone = Phone(room)
    assert phone.load() == 200 and len(phone.page.encode()) < 30_000 and len(phone.page.encode()) < 9_000
    assert "<span>answer 0, long" in phone.page and "<b>" not in phone.page and "&lt;b&gt;&amp;" in phone.page
    assert phone.page.count('type="radio"') == 8 == phone.page.count("<label>") and "<legend>" in phone.page and 'lang="en"' in phone.page
    assert 'name="viewport"' in phone.page and "action=" not in phone.page and "onclick" not in phone.page
    assert not re.findall(r"""(?:src|href|action)=["'](?:/|https?:)""", phone.page)  # relative: a proxy may stand before it
    assert phone.headers["Content-Security-Policy"] == POLICY and hashed(STYLE) in POLICY and hashed(SCRIPT) in POLICY
    assert phone.page.count(STYLE) == 1 and phone.headers["Server"] is None
    room.lesson.close_vote()
    phone.load()
    assert '<noscript><meta http-equiv="refresh"' in phone.page


@pytest.mark.parametrize("prefix", ["", "/services/vote", "/user/ada%20b@x.org/proxy/absolute/8765"])
def test_behind_a_proxy_every_step_stays_under_its_prefix(prefix, room):
    """A hub leaves the prefix in the path, jupyter-server-proxy takes it away; what is sent back must be right for both."""
    vote, phone = room.lesson.ask(WAY), Phone(room)
    status, text = phone.ask("GET", f"{prefix}/")
    assert status == 200 and 'name="code"' in text and "action=" not in text
    status, _ = phone.ask("GET", f"{prefix}/?code={room.lesson.code.lower()}")
    assert status == 303 and phone.headers["Location"] == room.lesson.code  # relative: to PREFIX/CODE
    phone.path = f"{prefix}/{room.lesson.code}"
    assert phone.load() == 200 and "Path=" not in phone.headers["Set-Cookie"]  # so it goes where the page is, and nowhere else
    assert phone.vote(1)[0] == 303 and phone.headers["Location"] == "?" and vote.counts()[1] == ("down", 1)
    assert Phone(room).ask("GET", f"{prefix}/{room.lesson.code}/more")[0] == 404


def test_what_is_malformed_late_or_foreign_counts_nothing_and_says_why(room):
    lesson, phone, path = room.lesson, Phone(room), f"/{room.lesson.code}"
    lesson.ask(WAY)
    phone.load()
    good = phone.fields
    other = Lesson()
    bad = {
        "Choose one of the answers.": [good | {"answer": a} for a in ("3", "-1", "", "x", "1e3", "٣", "9" * 900)] + [good],
        "This page is of another lesson": [
            good | {"answer": "0", "token": t} for t in ("", "x", "é" * 32, other.token(), good["token"][:-1] + "g")
        ],
        "That vote is closed.": [good | {"answer": "0", "vote": v} for v in ("0", "2", "", "x")],
    }
    for words, bodies in bad.items():
        for body in bodies:
            status, text = Phone(room).ask("POST", path, urlencode(body))
            assert status == 409 and words in text, body
    for body in ("", "%%%", "answer=%ff%fe&vote=1", "&".join("a=1" for _ in range(400))):  # up to the 2,048 bytes that are read at all
        assert Phone(room).ask("POST", path, body)[0] in (400, 409)
    assert Phone(room).ask("GET", "/WRONG")[0] == 404 and Phone(room).ask("GET", "/a/b/c")[0] == 404
    assert Phone(room).ask("DELETE", path)[0] == 405
    lesson.close_vote()
    status, text = phone.vote(0)
    assert status == 409 and "That vote is closed." in text
    lesson.ask(WAY)  # the form of the first vote arrives in the second
    assert phone.vote(0)[0] == 409 and [len(vote.answers) for vote in lesson.votes] == [0, 0]
    phone.load()
    assert phone.vote(0)[0] == 303


@pytest.mark.parametrize(
    "raw",
    [
        b"POST /%s HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n",
        b"POST /%s HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /%s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n" + b"a" * 5000,
        b"GET /%s HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00" + bytes(range(256)),
        b"GET",
    ],
    ids=["huge", "negative", "chunks", "header", "TLS", "unfinished"],
)
def test_huge_and_broken_requests_are_dropped_and_the_vote_goes_on(raw, room):
    vote = room.lesson.ask(WAY)
    with socket.create_connection(("127.0.0.1", room.server.port), timeout=10) as line:
        line.sendall(raw.replace(b"%s", room.lesson.code.encode()))
        if raw[:1] in b"P":
            with contextlib.suppress(ConnectionError):
                while line.recv(4096):
                    pass
    phone = Phone(room)
    phone.load()
    assert phone.vote(1)[0] == 303 and len(vote.answers) == 1


def test_a_flood_loses_no_vote(room):
    vote = room.lesson.ask(WAY)
    phones = class_of(room)
    seen, refused, stop = [], [], threading.Event()

    def flood(worker):
        flooder = Phone(room)
        flooder.load() if worker % 2 else None  # half of them with a token
        body = urlencode({**getattr(flooder, "fields", {}), "answer": "2"})
        flooder.cookie = flooder.cookie if worker % 2 else None
        for _ in range(FLOOD // 4):
            cookie, flooder.cookie = flooder.cookie, flooder.cookie if worker % 2 else None
            status, _ = flooder.ask("POST" if worker % 2 else "GET", flooder.path, body if worker % 2 else None)
            flooder.cookie = cookie if worker % 2 else None
            seen.append(status)
        stop.set()

    workers = [threading.Thread(target=flood, args=(i,)) for i in range(4)]
    for worker in workers:
        worker.start()
    time.sleep(0.3)
    for phone in phones:
        refused += [phone.vote(0)[0] != 303]
    for worker in workers:
        worker.join()
    print(f"{len(seen)} requests, {seen.count(429)} of them refused; votes {vote.counts()}")
    assert len(seen) == FLOOD // 4 * 4 and set(seen) <= {200, 303, 429} and seen.count(429) > FLOOD // 4
    assert not any(refused) and vote.counts() == [("up", 30), ("down", 0), ("<b>&", 2)]  # the two flooders have a vote each
    assert len(room.lesson.votes) == 1 and Phone(room).ask("GET", "/")[0] in (200, 429)


def test_somebody_who_holds_every_connection_keeps_nobody_out(room, monkeypatch):
    """HOLD connections that send nothing, and more as soon as one is closed; thirty phones load and vote meanwhile."""
    monkeypatch.setattr(server, "CONNECTIONS", HOLD)
    vote, held, most, stop = room.lesson.ask(WAY), [], [], threading.Event()

    def hog():
        while not stop.is_set():
            with contextlib.suppress(OSError):
                held.append(socket.create_connection(("127.0.0.1", room.server.port), timeout=5))
                most.append(len(room.server.connections()))
            time.sleep(0 if len(held) < HOLD + 20 else 0.005)

    greedy = threading.Thread(target=hog)
    greedy.start()
    try:
        while len(held) < HOLD + 20:
            time.sleep(0.01)
        begun = time.monotonic()
        phones = class_of(room)
        assert all(status == 303 for status, _ in at_once(phones, lambda phone: phone.vote(1)))
        print(f"{len(held)} connections opened, at most {max(most)} held; 30 votes in {time.monotonic() - begun:.1f} s")
    finally:
        stop.set()
        greedy.join()
        for line in held:
            line.close()
    assert vote.counts()[1] == ("down", 30) and HOLD - 5 <= max(most) <= HOLD


def test_sizes_are_bounded():
    lesson = Lesson()
    vote = lesson.ask(Asked("How many?", "How many?", None))
    for _ in range(SEATS):
        lesson.send(lesson.token(), "1", "7")
    with pytest.raises(Refused, match="no more answers"):
        lesson.send(lesson.token(), "1", "7")
    assert vote.counts() == [("7", SEATS)]
    budget = Budget(2, 0.001)
    assert [budget.take("a") for _ in range(3)] == [True, True, False]
    for i in range(5000):
        budget.take(i)
    assert len(budget.left) <= 2001


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 2,5 ", "2.5"),
        ("2.50", "2.5"),
        ("96 %", "96"),
        ("1e-5", "1e-05"),
        ("０.5", "0.5"),
        ("None", "none"),
        ("nan", "nan"),
        ("a\x00\u202eb", "a b"),
        ("1e999", "1e999"),
    ],
)
def test_typed_answers_are_brought_into_one_spelling(typed, kept):
    lesson = Lesson()
    vote = lesson.ask(Asked("?", "?", None))
    lesson.send(lesson.token(), "1", typed)
    assert vote.counts() == [(kept, 1)]


@pytest.mark.parametrize("typed", ["", "  ", "\x00", "x" * 41])
def test_typed_answers_that_are_none(typed):
    lesson = Lesson()
    lesson.ask(Asked("?", "?", None))
    with pytest.raises(Refused):
        lesson.send(lesson.token(), "1", typed)


def test_what_is_typed_is_never_markup_and_never_a_formula(room, tmp_path):
    vote = room.lesson.ask(Asked("?", "?", None))
    for text in ("<script>x</script>", "=1+1", '"><i>', "-5"):
        room.lesson.send(room.lesson.token(), "1", text)
    assert "<script" not in histogram([vote]) and "<i>" not in histogram([vote])
    text = room.lesson.export(tmp_path / "votes.csv").read_text()
    assert ",'=1+1,1,4" in text and ",-5,1,4" in text


EXPERIMENTS = sorted(file.stem for file in (experiments.__path__ and __import__("pathlib").Path(experiments.__path__[0])).glob("[a-z]*.py"))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_question_of_every_experiment_can_be_voted_on(name):
    module = __import__(f"nnlib.experiments.{name}", fromlist=[name])
    shown = show(module)
    ((asked, right, _),) = questions(shown)
    assert asked.options == module.QUESTION.options and right is None and len(asked.html) < 2000
    if not hasattr(module, "stream"):
        assert observed(shown) in asked.options


def test_every_quiz_question_and_prediction_can_be_voted_on(room):
    for id, stored in QUIZZES.items():
        for (asked, right, reasons), question in zip(questions(quiz(id)), stored, strict=True):
            assert asked.text == question.text and right in asked.options and set(reasons) == set(asked.options)
            assert len(urlencode({"answer": len(asked.options)})) < 100
            room.lesson.ask(asked)
            phone = Phone(room)
            phone.load()
            assert phone.page.count('type="radio"') == len(asked.options) and len(phone.page.encode()) < 30_000
    ((asked, _, _),) = questions(predict("How many?", [1, 2, 3]))
    assert asked.options == (1, 2, 3)
    assert questions("anything else") == questions(None) == []


@pytest.mark.parametrize(
    ("answer", "seen", "agree"),
    [("96", "96 %", True), ("it falls", '"it falls"', True), (3, "3", True), ("0.0001", "1e-4", True), ("3", "4", False)],
)
def test_an_answer_is_compared_with_what_was_seen(answer, seen, agree):
    assert same(answer, seen) is agree


def test_a_quiz_verdict_shows_the_reasons(room):
    panel = Panel(room, quiz("week2a"))
    panel.choice.value = 1
    panel.ask()
    panel.verdict()
    right = QUIZZES["week2a"][1]
    assert room.lesson.current is None and panel.seen == right.right and "&#10003;" in panel.bars.value


def test_a_prediction_has_no_verdict_before_it_is_revealed(room):
    panel = Panel(room, predict("How many?"))
    panel.ask()
    panel.verdict()
    assert panel.seen is None and "Run the cell" in panel.status.value and room.lesson.current


def test_a_port_that_is_taken_is_said_and_a_second_open_is_the_same_room(room):
    assert classroom.open() is room and classroom.open(*room.where) is room
    with pytest.raises(OSError):
        Server(Lesson(), port=room.server.port)
    port = room.server.port
    classroom.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(ValueError, match="take another port"):
        classroom.open(port=port)
    assert classroom.room is None


def test_a_classroom_that_was_tried_on_this_machine_opens_for_all_with_its_votes(room):
    vote, phone, port = room.lesson.ask(WAY), Phone(room), room.server.port
    phone.load()
    assert phone.vote(1)[0] == 303
    assert classroom.open(address="0.0.0.0", link="https://x.org/y/") is room and room.link == f"https://x.org/y/{room.lesson.code}"
    assert room.server.port != port and Phone(room).load() == 200
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    port = room.server.port
    assert classroom.open(port=port) is room and room.server.port == port and room.link.startswith("http://127.0.0.1:")
    again = Phone(room)
    again.load()
    assert again.vote(0)[0] == 303 and [n for _, n in vote.counts()] == [1, 1, 0]


def test_in_a_kernel_the_buttons_stand_under_the_cell_votes_count_while_a_cell_runs_and_it_closes_with_the_kernel(tmp_path):
    start_new_kernel = pytest.importorskip("jupyter_client.manager").start_new_kernel
    manager, client = start_new_kernel(kernel_name="python3")
    said = []

    def run(code, wait=True):
        def hook(message):
            said.append(message)

        return client.execute_interactive(code, timeout=60, output_hook=hook) if wait else client.execute(code)

    def printed():
        return "".join(m["content"].get("text", "") for m in said if m["msg_type"] == "stream")

    try:
        run(
            "from nnlib.exercises import predict\nfrom nnlib.jupyter import classroom\nroom = classroom.open()\nprint(room.server.port, room.lesson.code)\nroom"
        )
        port, code = printed().split()[:2]
        said.clear()
        run('guess = predict("How many?", [1, 2])\nguess')
        widgets = [m for m in said if "application/vnd.jupyter.widget-view+json" in m["content"].get("data", {})]
        assert len(widgets) == 2  # the card and the buttons
        run("guess.classroom.ask()")

        class Where:
            server, lesson = type("S", (), {"port": int(port)}), type("L", (), {"code": code})

        phones = class_of(Where, 5)
        busy, done = tmp_path / "busy", tmp_path / "done"
        run(f"from pathlib import Path\nPath({str(busy)!r}).touch()\nwhile not Path({str(done)!r}).exists():\n    pass", wait=False)
        while not busy.exists():
            time.sleep(0.05)
        assert all(status == 303 for status, _ in at_once(phones, lambda phone: phone.vote(1)))  # while the cell runs
        done.touch()
        said.clear()
        run("print(guess.classroom.rounds[0].counts())")
        assert "[(1, 0), (2, 5)]" in printed()
        run("guess.reveal(2)")
        said.clear()
        run("print(guess.classroom.seen, room.lesson.current); classroom.usual()")
        assert printed().startswith("2 None") and "Usual, in vote 1: 2 (5 of 5)" in printed()
        assert all(m["msg_type"] != "error" for m in said)
    finally:
        hang_up()
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", int(port)), timeout=5)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_at_360_pixels_without_javascript_the_keyboard_alone_sends_a_vote(room):
    from playwright.sync_api import sync_playwright

    vote = room.lesson.ask(
        Asked("What?", "What happens to a_very_long_name_of_a_variable_without_a_break[i, j] then?", ("x" * 60, "y " * 40, "z"))
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False).new_page()
        page.goto(f"http://127.0.0.1:{room.server.port}/")
        for key in ("Tab", *room.lesson.code.lower(), "Enter"):
            page.keyboard.press(key)
        page.wait_for_selector("fieldset")
        boxes = [box.bounding_box() for box in page.locator("label, button, legend").all()]
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)
        assert all(box["height"] >= 44 for box in boxes[1:])  # large enough for a finger
        for key in ("Tab", "Space", "ArrowDown", "Tab", "Enter"):
            page.keyboard.press(key)
        page.wait_for_selector("h1")
        assert page.inner_text("h1") == "Sent" and vote.counts()[1][1] == 1
        browser.close()

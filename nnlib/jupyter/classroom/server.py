"""The page on which a class votes: one form, which needs neither JavaScript nor more than 3 kB, served by tornado from a thread of the kernel.

Every address in it is relative, so it also works behind a proxy that adds a prefix, or takes it away again.
"""

import asyncio
import base64
import hashlib
import socket
import threading
from html import escape

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from .votes import LONGEST, Budget, Refused

BODY, HEADERS, CONNECTIONS, IDLE_SECONDS = 2048, 8192, 800, 15
WAIT_SECONDS = 6  # between two looks for the next question, without JavaScript

STYLE = """
body { font: 20px/1.4 system-ui, sans-serif; margin: 0 auto; max-width: 34em; padding: 16px; color: #1a1a1a; background: #fff; overflow-wrap: anywhere }
h1 { font-size: 22px } fieldset { border: 0; margin: 0; padding: 0 } legend { font-weight: 600; padding: 0; margin-bottom: 12px }
label { display: flex; gap: 10px; align-items: center; min-height: 48px; border: 1px solid #767676; border-radius: 8px; padding: 4px 12px; margin: 8px 0 }
label:has(:checked) { border: 2px solid #00539b; background: #e8f1fa } input[type=radio] { width: 24px; height: 24px; flex: none }
input[type=text] { font: inherit; width: 100%; box-sizing: border-box; min-height: 48px; padding: 4px 10px }
button { font: inherit; min-height: 48px; padding: 8px 28px; border: 0; border-radius: 8px; background: #00539b; color: #fff }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #1a1a1a } label:has(:checked) { background: #20384f } a { color: #8ec5ff } }
"""
SCRIPT = """
const now = document.body.dataset.state;
setInterval(() => fetch("?state=1", {cache: "no-store"}).then(r => r.ok ? r.text() : now).then(t => t === now || location.replace(location.pathname)).catch(() => 0), 2000);
"""


def hashed(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


POLICY = f"default-src 'none'; style-src {hashed(STYLE)}; script-src {hashed(SCRIPT)}; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


def page(title, body, state="", wait=False):
    """A whole page; with ``state`` it looks for the next question, and with ``wait`` also where there is no JavaScript."""
    again = f'<noscript><meta http-equiv="refresh" content="{WAIT_SECONDS}"></noscript>' if wait else ""
    script = f"<script>{SCRIPT}</script>" if state else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">{again}'
        f'<title>{escape(title)}</title><style>{STYLE}</style></head><body data-state="{escape(state)}"><main>{body}</main>{script}</body></html>'
    )


def form(vote, token, chosen, remark):
    """The question as a form."""
    remark = f'<p role="alert"><strong>{escape(remark)}</strong></p>' if remark else ""
    options = vote.question.options
    if options is None:
        value = escape(str(chosen or ""))
        fields = f'<label>Your answer <input type="text" name="answer" maxlength="{LONGEST}" autocomplete="off" required value="{value}"></label>'
    else:
        fields = "".join(
            f'<label><input type="radio" name="answer" value="{i}" required{" checked" if option == chosen else ""}> <span>{escape(str(option))}</span></label>'
            for i, option in enumerate(options)
        )
    second = "<p>Second vote.</p>" if vote.round > 1 else ""
    return (
        f'{remark}{second}<form method="post"><fieldset><legend>{vote.question.html}</legend>{fields}</fieldset>'
        f'<input type="hidden" name="vote" value="{vote.number}"><input type="hidden" name="token" value="{token}"><button>Send</button></form>'
    )


class Page(RequestHandler):
    """GET shows the question, POST sends an answer."""

    def initialize(self, lesson, budgets):
        self.lesson, self.budgets = lesson, budgets

    def set_default_headers(self):
        for name in ("Server", "Content-Type"):
            self.clear_header(name)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")

    def prepare(self):
        """A token has a rate of its own, so that nobody in the room can use up another one's."""
        self.token = self.get_cookie("nnlib_vote", "")
        if not self.lesson.knows(self.token):
            self.token = None
        key = self.token or self.request.remote_ip
        if not self.budgets["token" if self.token else "address"].take(key):
            self.refuse(429, "Too many requests at once. Wait two seconds, then send it again.")

    def refuse(self, status, words):
        self.set_status(status)
        if status == 429:
            self.set_header("Retry-After", "2")
        self.finish(page("Not counted", f'<h1>Not counted</h1><p role="alert">{escape(words)}</p><p><a href="?">Back</a></p>'))

    def write_error(self, status_code, **kwargs):
        self.set_status(status_code)
        self.finish(
            page("Not found", "<h1>There is nothing here</h1>") if status_code == 404 else page("Not counted", "<h1>Not counted</h1>")
        )

    def log_exception(self, *_):
        pass  # what a stranger sends is not a message for the teacher's notebook

    def right_code(self, code):
        if code.upper() == self.lesson.code:
            return True
        if self.budgets["code"].take(self.request.remote_ip):
            self.refuse(404, "There is no lesson with that code.")
        else:
            self.refuse(429, "Too many wrong codes. Wait a moment.")
        return False

    def get(self, code):
        if not code:
            asked = self.get_query_argument("code", "")
            if asked and self.right_code(asked):
                self.set_status(303)
                self.set_header("Location", self.lesson.code)
                self.finish()
            elif not asked:
                self.finish(
                    page(
                        "Vote",
                        '<h1>Vote</h1><form><label>Code <input type="text" name="code" maxlength="4" required></label><button>Go</button></form>',
                    )
                )
            return
        if self.right_code(code):
            self.show(remark="")

    def show(self, remark, status=200):
        if not self.token:
            self.token = self.lesson.token()
            self.set_cookie("nnlib_vote", self.token, httponly=True, samesite="Strict", path=None)  # until the browser is closed
        vote = self.lesson.current
        answer = vote and vote.answers.get(self.token)
        state = f"{vote.number if vote else 0}"
        self.set_status(status)
        if self.get_query_argument("state", None):
            self.set_header("Content-Type", "text/plain")
            self.finish(state)
        elif vote is None:
            note = f'<p role="alert">{escape(remark)}</p>' if remark else ""
            self.finish(
                page(
                    "Wait",
                    f'{note}<h1>No question is open</h1><p>The next one appears here. <a href="?">Look again</a></p>',
                    state,
                    wait=True,
                )
            )
        elif answer is None or remark or self.get_query_argument("change", None):
            self.finish(page("Vote", form(vote, self.token, answer, remark), state))
        else:
            self.finish(
                page(
                    "Sent",
                    '<h1>Sent</h1><p>The next question appears here. <a href="?">Look again</a></p><p><a href="?change=1">Change my answer</a></p>',
                    state,
                    wait=True,
                )
            )

    def post(self, code):
        if not self.right_code(code):
            return
        token = self.get_body_argument("token", "")
        try:
            if token != self.token and not self.budgets["token"].take(token if self.lesson.knows(token) else self.request.remote_ip):
                raise Refused("Too many answers at once.")
            self.lesson.send(token, self.get_body_argument("vote", ""), self.get_body_argument("answer", ""))
        except Refused as refused:
            self.show(str(refused), status=409)
            return
        self.set_status(303)
        self.set_header("Location", "?")
        self.finish()


class Bounded(HTTPServer):
    """A server with at most CONNECTIONS connections: a new one closes the oldest, so that nobody keeps the others out by holding many."""

    streams = ()

    def handle_stream(self, stream, address):
        self.streams = [other for other in self.streams if not other.closed()]
        for oldest in self.streams[: max(len(self.streams) + 1 - CONNECTIONS, 0)]:
            oldest.close()
        self.streams.append(stream)
        super().handle_stream(stream, address)


class Server:
    """Serves a lesson from a thread of its own, so that votes count while a cell runs. ``port`` is where it listens.

    OSError if the address or the port cannot be had.
    """

    def __init__(self, lesson, address="127.0.0.1", port=0):
        self.ready, self.error = threading.Event(), None
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run(lesson, address, port)), name="classroom", daemon=True)
        self.thread.start()
        self.ready.wait()
        if self.error:
            raise self.error

    async def run(self, lesson, address, port):
        self.loop, self.end = asyncio.get_running_loop(), asyncio.Event()
        budgets = {"token": Budget(20, 2), "address": Budget(400, 40), "code": Budget(20, 1)}
        application = Application(
            [(r"/(?:[\w.~@%-]+/)*([A-Za-z]{0,8})", Page, {"lesson": lesson, "budgets": budgets})], log_function=lambda _: None
        )
        sizes = {"max_body_size": BODY, "max_header_size": HEADERS, "max_buffer_size": 2 * HEADERS}
        self.server = server = Bounded(application, **sizes, idle_connection_timeout=IDLE_SECONDS, body_timeout=5)
        try:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            listening = socket.create_server((address, port), family=family, backlog=128)
            listening.setblocking(False)
            server.add_sockets([listening])
            self.port = listening.getsockname()[1]
        except (OSError, OverflowError) as error:
            self.error = error
            return
        finally:
            self.ready.set()
        await self.end.wait()
        server.stop()
        await server.close_all_connections()

    def connections(self):
        """The connections that are open."""
        return [stream for stream in self.server.streams if not stream.closed()]

    def close(self):
        """Stop listening, and wait until it is done."""
        if self.thread.is_alive():
            self.loop.call_soon_threadsafe(self.end.set)
            self.thread.join(5)

"""A class votes on the question that stands in the teacher's notebook: a prediction, a quiz, the question of an experiment.

    from nnlib.jupyter import classroom
    classroom.open()                      # this machine alone, to try it
    classroom.open(address="0.0.0.0")     # all who reach this machine over the network
    classroom.export("votes.csv")         # counts, without names
    classroom.close()                     # it also closes with the kernel

Every cell that shows such a question gets buttons: ask the class, show the votes, a second vote, the verdict. Students open the link,
answer, and see nothing but "sent".

votes.py    questions, votes, counts, how often each sender may ask
server.py   the page, and the server in a thread of the kernel
panel.py    the teacher's buttons
"""

import asyncio
import atexit
import socket
import weakref
from html import escape

from .panel import Panel, questions
from .server import Server
from .votes import Lesson

room = None  # the open classroom, one for each kernel


class Room:
    """A lesson, its server, and the teacher's panels."""

    def __init__(self, address, port, link):
        self.lesson, self.server = Lesson(), None
        self.listen(address, port, link)
        self.panels, self.waiting = weakref.WeakSet(), False
        try:
            self.loop = asyncio.get_running_loop()
        except RuntimeError:
            self.loop = None
        self.lesson.changed = self.on_vote

    def listen(self, address, port, link):
        """Open the page at an address; the one before it is closed, and its votes stay."""
        before = self.server
        if before and port == before.port:
            before.close()
        self.server = Server(self.lesson, address, port)
        if before:
            before.close()
        host = own_address() if address in ("", "0.0.0.0", "::") else f"[{address}]" if ":" in address else address
        self.link = f"{(link or f'http://{host}:{self.server.port}').rstrip('/')}/{self.lesson.code}"
        self.where = (address, port, link)

    def on_vote(self):
        """Called by the server's thread: refresh the panels soon, five times a second at most."""
        if self.loop and not self.waiting:
            self.waiting = True
            self.loop.call_soon_threadsafe(self.loop.call_later, 0.2, self.refresh)

    def refresh(self):
        self.waiting = False
        for panel in list(self.panels):
            if panel.rounds:
                panel.refresh()

    def after_cell(self, result):
        """Put the buttons under a cell that shows a question, and the verdict where a prediction was revealed."""
        for panel in list(self.panels):
            if panel.seen is None and panel.rounds and getattr(panel.card, "observed", None) is not None:
                panel.verdict()
        if questions(result.result):
            from IPython.display import display

            panel = Panel(self, result.result)
            self.panels.add(panel)
            panel.card.classroom = panel  # it lives as long as the card
            display(panel.widget)

    def __repr__(self):
        return f"Vote at {self.link}"

    def _repr_html_(self):
        return f'<p style="font-size: 28px">Vote at <b>{escape(self.link)}</b></p>'


def own_address():
    """The address under which others on the network see this machine, by its routes alone; nothing is sent."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
    except OSError:
        return socket.gethostname()


def shell():
    """IPython, or None outside it."""
    from IPython import get_ipython

    return get_ipython()


def open(address="127.0.0.1", port=0, link=None):
    """Open the classroom and show its link; a second call shows it again, or opens it at another address with all its votes.

    address    where it listens: this machine alone, "0.0.0.0" for all who reach it over the network
    port       0 for any that is free
    link       what stands before the code, where students come through a proxy, as "https://hub.example.org/services/vote"
    ValueError if the address or the port cannot be had.
    """
    global room
    try:
        if room is None:
            room = Room(address, port, link)
            if shell():
                shell().events.register("post_run_cell", room.after_cell)
        elif (address, port, link) not in (room.where, ("127.0.0.1", 0, None)):
            room.listen(address, port, link)
            room.refresh()
    except (OSError, OverflowError) as error:
        raise ValueError(
            f"the classroom cannot listen at {address}, port {port} ({error}): take another port, or 0 for a free one"
        ) from None
    return room


def close():
    """Close the page. The counts stay until the next open()."""
    global room, last
    if room is not None:
        room.server.close()
        if shell():
            shell().events.unregister("post_run_cell", room.after_cell)
        room, last = None, room


last = None  # the classroom that was closed
atexit.register(close)


def export(path="votes.csv"):
    """Write the counts of all votes as CSV: question, round, answer, votes, of. Returns the path. ValueError if there was no lesson."""
    return lesson().export(path)


def usual():
    """Print the most frequent answer to each question, as the guide has it after "Usual"."""
    for vote in lesson().votes:
        if vote.answers:
            answer, count = max(vote.counts(), key=lambda row: row[1])
            print(f'"{vote.question.text}" Usual, in vote {vote.round}: {answer} ({count} of {len(vote.answers)}).')


def lesson():
    if (room or last) is None:
        raise ValueError("no classroom was opened: write classroom.open()")
    return (room or last).lesson

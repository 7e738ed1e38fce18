"""Questions, votes and counts of one lesson, without a network and without names. Every method may be called from any thread."""

import csv
import hashlib
import hmac
import secrets
import threading
import time
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

SEATS = 300  # voters in one vote
LONGEST = 40  # characters of an answer that is typed
VOTES = 500  # votes taken in one lesson
KEYS = 2000  # senders whose rate is remembered
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels: a code is not a word


class Refused(Exception):
    """A vote that does not count, and why, in words for the sender."""


@dataclass(frozen=True)
class Asked:
    """A question as it is put to a class: as plain text, as HTML, and its options (None: an answer is typed)."""

    text: str
    html: str
    options: tuple | None


@dataclass
class Vote:
    """One round of one question; ``answers`` maps a token to an answer."""

    number: int
    question: Asked
    round: int
    open: bool = True
    answers: dict = field(default_factory=dict)

    def counts(self):
        """[(answer, votes)]: the options in their order, typed answers by number, then the rest by frequency."""
        given = list(self.answers.values())
        if self.question.options is not None:
            return [(option, given.count(option)) for option in self.question.options]
        return sorted(((answer, given.count(answer)) for answer in set(given)), key=lambda row: (number(row[0]), -row[1], row[0]))


def number(answer):
    """A typed answer as a number, infinity if it is none."""
    try:
        value = float(answer)
    except ValueError:
        return float("inf")
    return value if value == value else float("inf")


def tidy(answer):
    """A typed answer in one spelling: " 2,5 % " and "2.5" are the same. Refused if nothing or too much is typed."""
    text = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFKC", answer)).split())
    if not text:
        raise Refused("Nothing was typed.")
    if len(text) > LONGEST:
        raise Refused(f"An answer has at most {LONGEST} characters.")
    value = number(text.removesuffix("%").strip().replace(",", "."))
    return f"{value:.6g}" if abs(value) != float("inf") else text.casefold()


class Budget:
    """How often each sender may ask: ``burst`` requests at once, ``rate`` per second from then on."""

    def __init__(self, burst, rate):
        self.burst, self.rate, self.left = burst, rate, {}

    def take(self, key, cost=1):
        """Whether ``key`` may send another request."""
        now = time.monotonic()
        if key not in self.left and len(self.left) >= KEYS:
            self.left = {k: (n, t) for k, (n, t) in self.left.items() if n + (now - t) * self.rate < self.burst}
            key = key if len(self.left) < KEYS else "all others"
        count, then = self.left.get(key, (self.burst, now))
        count = min(self.burst, count + (now - then) * self.rate)
        self.left[key] = (count - cost, now) if count >= cost else (count, now)
        return count >= cost


class Lesson:
    """The votes of one lesson, and its code."""

    def __init__(self):
        self.code = "".join(secrets.choice(LETTERS) for _ in range(4))
        self.secret, self.lock, self.votes, self.changed = secrets.token_bytes(32), threading.RLock(), [], lambda: None

    # ---- senders: a random token, signed, so that none need be stored before it votes

    def token(self):
        """A token for a sender who has none."""
        name = secrets.token_hex(8)
        return name + self.signature(name)

    def signature(self, name):
        return hmac.new(self.secret, name.encode(), hashlib.sha256).hexdigest()[:16]

    def knows(self, token):
        """Whether this lesson gave out the token."""
        return isinstance(token, str) and len(token) == 32 and hmac.compare_digest(self.signature(token[:16]).encode(), token[16:].encode())

    # ---- the teacher's side

    @property
    def current(self):
        """The vote that is open, or None."""
        return self.votes[-1] if self.votes and self.votes[-1].open else None

    def ask(self, question):
        """Open a vote; the one before it is closed. A second vote on the same question is round 2."""
        with self.lock:
            if len(self.votes) >= VOTES:
                raise ValueError(f"a lesson has at most {VOTES} votes: write classroom.close(), and classroom.open() for another one")
            self.close_vote()
            rounds = sum(vote.question == question for vote in self.votes)
            self.votes.append(Vote(len(self.votes) + 1, question, rounds + 1))
            return self.votes[-1]

    def close_vote(self):
        """Take no more answers."""
        with self.lock:
            if self.current:
                self.current.open = False

    def rounds(self, question):
        """The votes on a question, the first one first."""
        return [vote for vote in self.votes if vote.question == question]

    def export(self, path):
        """Write a row for each answer: question, round, answer, votes, of. Returns the path."""
        with self.lock, open(path, "w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(["question", "round", "answer", "votes", "of"])
            for vote in self.votes:
                for answer, count in vote.counts():
                    shown = f"'{answer}" if isinstance(answer, str) and answer[0] in "=+-@" and number(answer) == float("inf") else answer
                    writer.writerow([vote.question.text, vote.round, shown, count, len(vote.answers)])
        return Path(path)

    # ---- the class's side

    def send(self, token, number, answer):
        """Count an answer. A sender's later answer replaces the earlier one; Refused if it does not count."""
        with self.lock:
            vote = self.current
            if not self.knows(token):
                raise Refused("This page is of another lesson. Answer here.")
            if vote is None or str(vote.number) != number:
                raise Refused("That vote is closed.")
            if vote.question.options is None:
                answer = tidy(answer)
            elif answer.isascii() and answer.isdigit() and int(answer[:4]) < len(vote.question.options):
                answer = vote.question.options[int(answer[:4])]
            else:
                raise Refused("Choose one of the answers.")
            if token not in vote.answers and len(vote.answers) >= SEATS:
                raise Refused(f"{SEATS} have voted: no more answers are taken.")
            vote.answers[token] = answer
        self.changed()

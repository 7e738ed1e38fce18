"""What the teacher sees under a question: the number of answers, the histogram when it is wanted, and the verdict."""

from html import escape

import ipywidgets as widgets

from ...exercises.cards import Prediction, Quiz, html_of
from ...experiments.frame.controls import clean
from ...experiments.frame.show import Experiment, final, on_this_thread, opening
from .votes import Asked, Refused, tidy


def questions(card):
    """The questions of a card or an experiment: [(Asked, what is right or None, reasons by option)]; empty for anything else."""
    if isinstance(card, Prediction):
        options = tuple(card.options) if card.options else None
        return [(Asked(card.question, html_of(card.question), options), None, {})]
    if isinstance(card, Quiz):
        return [(Asked(q.text, html_of(q.text), tuple(q.options)), q.right, q.options) for q in card.questions]
    if isinstance(card, Experiment):
        question = card.experiment.QUESTION
        return [(Asked(question.text, question.text, tuple(question.options)), None, {})]
    return []


def observed(card):
    """What happened: the value of a prediction that was revealed, or of an experiment; None if it is not known yet."""
    if isinstance(card, Prediction):
        return card.observed
    if isinstance(card, Experiment):
        experiment = card.experiment
        settings = clean(experiment.CONTROLS, opening(experiment) | experiment.QUESTION.settings)
        return experiment.QUESTION.observe(final(experiment, settings))
    return None


def same(answer, seen):
    """Whether an answer says what was seen."""
    try:
        return answer == seen or tidy(str(answer)) == tidy(str(seen).strip("\"'"))
    except Refused:
        return False


def histogram(rounds, seen=None, reasons=None):
    """The counts of all rounds side by side, as a table with bars."""
    counts = [dict(vote.counts()) for vote in rounds]
    answers = list(dict.fromkeys(answer for count in counts for answer in count))
    most = max([1, *(n for count in counts for n in count.values())])
    rows = ""
    for answer in answers[:40]:
        right = seen is not None and same(answer, seen)
        cells = "".join(
            f'<td style="width: {round(90 / len(counts))}%; padding: 4px 8px"><div style="display: flex; gap: 8px; align-items: center">'
            f'<div style="width: {70 * count.get(answer, 0) / most:.0f}%; height: 22px; background: {"#117733" if right else "#0072B2"}"></div>'
            f"<span>{count.get(answer, 0)}</span></div></td>"
            for count in counts
        )
        reason = f'<br><span style="font-size: 16px">{html_of(reasons[answer])}</span>' if reasons and seen is not None else ""
        rows += f'<tr><th scope="row" style="text-align: left; padding: 4px 8px">{"&#10003; " if right else ""}{escape(str(answer))}{reason}</th>{cells}</tr>'
    more = f"<p>and {len(answers) - 40} other answers</p>" if len(answers) > 40 else ""
    heads = "".join(
        f'<th scope="col" style="text-align: left; padding: 4px 8px">vote {vote.round}: {len(vote.answers)} answers</th>' for vote in rounds
    )
    return f'<table style="font-size: 20px; line-height: 1.3; width: 100%"><tr><td></td>{heads}</tr>{rows}</table>{more}'


class Panel:
    """The buttons under one card. ``ask``, ``show_votes``, ``close_vote`` and ``verdict`` do by code what they do by hand."""

    def __init__(self, room, card):
        self.room, self.card, self.asked = room, card, questions(card)
        self.shown = False
        self.seen = None
        names = [(f"question {n}", n - 1) for n in range(1, len(self.asked) + 1)]
        self.choice = widgets.Dropdown(options=names, value=0, layout={"width": "140px", "display": "" if len(names) > 1 else "none"})
        self.choice.observe(on_this_thread(lambda _: self.turn()), "value")
        self.status, self.bars = widgets.HTML(), widgets.HTML()
        self.buttons = []
        for words, action in (
            ("Ask the class", self.ask),
            ("Show votes", self.show_votes),
            ("Close the vote", self.close_vote),
            ("Verdict", self.verdict),
        ):
            self.buttons.append(widgets.Button(description=words, layout={"width": "auto", "min_width": "148px"}))
            self.buttons[-1].on_click(on_this_thread(lambda _, action=action: action()))
        self.widget = widgets.VBox([widgets.HBox([self.choice, *self.buttons], layout={"flex_flow": "row wrap"}), self.status, self.bars])
        self.refresh()

    @property
    def question(self):
        return self.asked[self.choice.value][0]

    @property
    def rounds(self):
        return self.room.lesson.rounds(self.question)

    def turn(self):
        self.shown, self.seen = False, None
        self.refresh()

    def ask(self):
        """Open a vote; if there was one, the second begins, and the histogram of the first is hidden."""
        self.shown, self.seen = False, None
        self.room.lesson.ask(self.question)
        self.refresh()

    def show_votes(self):
        """Show the histogram, or hide it."""
        self.shown = not self.shown
        self.refresh()

    def close_vote(self):
        self.room.lesson.close_vote()
        self.refresh()

    def verdict(self):
        """Close the vote and mark what is right. A prediction has to be revealed first, by the cell below it."""
        _, right, _ = self.asked[self.choice.value]
        self.seen = right if right is not None else observed(self.card)
        if self.seen is None:
            self.status.value = '<span style="font-size: 20px">Run the cell that reveals it first.</span>'
            return
        self.shown = True
        self.close_vote()

    def refresh(self):
        """Write the number of answers, and the histogram if it is shown."""
        rounds = self.rounds
        self.buttons[0].description = "Second vote" if len(rounds) == 1 else "Vote again" if rounds else "Ask the class"
        self.buttons[1].description = "Hide votes" if self.shown else "Show votes"
        state = f"{len(rounds[-1].answers)} answers, the vote is {'open' if rounds[-1].open else 'closed'}" if rounds else "not asked yet"
        seen = "" if self.seen is None else f" It is {escape(str(self.seen))}."
        self.status.value = f'<span style="font-size: 20px" role="status">{escape(self.room.link)} &middot; {state}.{seen}</span>'
        self.bars.value = histogram(rounds, self.seen, self.asked[self.choice.value][2]) if self.shown and rounds else ""

"""Ten minutes a day: questions that come back after 1, 3, 7 and 21 days with fresh numbers, and a test before and after.

item.py       one question, its options with a reason for each, what a typed answer means
family.py     a kind of question, from which endless items are drawn
families/     all of them, notebook by notebook
course.py     the notebooks and what each wants you to be able to do
memory.py     when a family is due, in the progress file
choosing.py   which questions come next
card.py       the card, by keyboard or in plain text
daily.py      review()
forms.py      before() and after()
"""


def review(id=None, *, through=None, before=None):
    """Five questions on the notebooks behind you, those that are due first.

    id        an exercise or a derivation: questions of its kind with fresh numbers, as review("week2.dense_backward")
    through   the last notebook that you have worked through, as "week3", if you did its exercises elsewhere
    before    three questions to warm up for a notebook, on the ones before it, as "week4"
    """
    from .daily import card

    return card(id, through, before)


def before():
    """Twenty questions on the whole course: how many you can answer already, and which blocks you may skip."""
    from .forms import test

    return test("before")


def after():
    """Twenty questions like those of before(), with other numbers: what you have gained, concept by concept."""
    from .forms import test

    return test("after")


def has_variants(id):
    """Whether review(id) has questions."""
    from .daily import families_of

    return bool(families_of(id))

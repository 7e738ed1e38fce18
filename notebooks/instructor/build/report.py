"""What cost the class most, and what it got wrong, from the learners' exported progress."""

import csv
import io
import json
import re
from collections import Counter
from datetime import datetime

COUNTS = ("tries", "hints")
LIKELY = 500  # tries or hints of one exercise: more than that no learner makes
COLUMNS = "id title learners tried passed not_passed failed_tries hints solution_first cost".split()


def parsed(file):
    """The rows of a file: .json of progress.export() or the progress file itself; .csv, also as Excel saves it."""
    data = file.read_bytes()
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    if file.suffix.lower() == ".csv":
        head = text.split("\n", 1)[0]
        rows = list(csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count)))
        if not rows or not {"id", "tries"} <= set(rows[0]):
            raise ValueError(f"its first line is {head.strip()[:60]!r}, and that of progress.export begins with id,title,passed,tries")
        return rows
    rows = json.loads(text)
    if isinstance(rows, dict):  # nnlib_progress.json
        from nnlib.exercises.progress import answered, predicted

        tasks = [
            {"id": id, **row, "messages": " | ".join(row.get("messages", ()))}
            for id, row in rows.items()
            if isinstance(row, dict) and ("tries" in row or id.startswith("review.")) and not id.startswith(("quiz.", "predict."))
        ]
        rows = tasks + answered(rows) + predicted(rows)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) and "id" in row for row in rows):
        raise ValueError("it is not a list of exercises")
    return rows


def whole(value, what):
    """A count as a number: "3", 3 and "3.0" (Excel) alike."""
    number = float(value or 0)
    if number != int(number) or not 0 <= number <= LIKELY:
        raise ValueError(f"{what} is {value}, which no learner makes")
    return int(number)


def truth(value):
    """Whether a field says yes: a date and True do, an empty field, False and 0 do not."""
    return str(value or "").strip().lower() not in ("", "false", "falsch", "faux", "0", "none", "null", "no")


def exported(file, tasks, quizzes):
    """(rows of tasks, {question: answer}, {prediction: (guess, what was seen)}, remarks) of one learner's file.

    ValueError if it is not exported progress.
    """
    rows, answers, guesses, remarks, unknown, reviewed = {}, {}, {}, [], [], False
    for given in parsed(file):
        id = str(given["id"]).strip()
        if id.startswith("quiz."):
            if id in quizzes and given.get("answer") in quizzes[id].options:
                answers[id] = given["answer"]
            continue
        if id.startswith("predict."):
            guesses[str(given.get("title"))] = (str(given.get("answer")), str(given.get("messages")))
            continue
        if id.startswith("review."):  # before() and after(): see gains
            reviewed = True
            continue
        if id not in tasks:
            unknown.append(id)
            continue
        row = {name: whole(given.get(name), f"{name} of {id}") for name in COUNTS}
        row |= {name: truth(given.get(name)) for name in ("passed", "solution", "after_solution")}
        row["messages"] = [m for m in str(given.get("messages") or "").split(" | ") if m in tasks[id].messages]
        row["when"] = str(given.get("passed") or "")
        if row["passed"] and not row["tries"]:
            remarks.append(f"{id} is passed without a try")
        rows[id] = row
    if not rows and not reviewed and not guesses:
        raise ValueError(f"none of its exercises is of this course ({', '.join(unknown[:3])})" if unknown else "it holds no exercise")
    if unknown:
        remarks.append(f"{len(unknown)} rows of exercises that this course does not have: {', '.join(unknown[:3])}")
    return rows, answers, guesses, remarks + implausible(rows)


def implausible(rows):
    """What an edited file looks like, in words."""
    moments = []
    for row in rows.values():
        if row["passed"]:
            try:
                moments.append(datetime.fromisoformat(row["when"]).timestamp())
            except ValueError:
                if not re.match(r"[\d./: -]+(\+|$)", row["when"]):  # Excel writes dates its own way
                    return [f"a pass has the date {row['when'][:30]!r}"]
    if len(moments) >= 5 and max(Counter(int(m // 60) for m in moments).values()) >= 5:
        return ["five exercises or more passed within one minute"]
    return []


def summarize(learners, tasks):
    """One row for each exercise, the dearest first. Cost: tries before the first pass plus hints, over the whole class."""
    table = []
    for id, task in tasks.items():
        mine = [rows[id] for rows in learners if id in rows]
        t = {"id": id, "title": task.title, "learners": len(learners), "tried": sum(r["tries"] + r["hints"] > 0 for r in mine)}
        t["passed"] = sum(r["passed"] for r in mine)
        t["not_passed"] = t["tried"] - sum(r["passed"] and r["tries"] + r["hints"] > 0 for r in mine)
        t["failed_tries"] = sum(max(r["tries"] - r["passed"], 0) for r in mine)
        t["hints"] = sum(r["hints"] for r in mine)
        t["solution_first"] = sum(r["after_solution"] or (r["solution"] and not r["passed"]) for r in mine)
        table.append(t | {"cost": t["failed_tries"] + t["hints"]})
    return sorted(table, key=lambda t: -t["cost"])


def misconceptions(learners, answers, quizzes):
    """[where, what, learners, of]: each mistake that a check named, each wrong first answer of a quiz; the most frequent first."""
    found = Counter((id, message) for rows in learners for id, row in rows.items() for message in row["messages"])
    tried = Counter(id for rows in learners for id, row in rows.items() if row["tries"])
    table = [[id, message, n, tried[id]] for (id, message), n in found.items()]
    wrong = Counter((id, answer) for given in answers for id, answer in given.items() if answer != quizzes[id].right)
    asked = Counter(id for given in answers for id in given)
    table += [[id, f"{quizzes[id].text} {answer}", n, asked[id]] for (id, answer), n in wrong.items()]
    return sorted(table, key=lambda row: (-row[2], row[0], row[1]))


def predictions(guesses):
    """[question, guess, learners, of, what was seen]: how often each first guess was made; guesses in one spelling."""
    from nnlib.jupyter.classroom.votes import Refused, number, tidy

    def spelled(text):
        try:
            text = tidy(text)
        except Refused:
            return text
        return text if number(text) == float("inf") else float(text)

    made = Counter((question, spelled(guess)) for mine in guesses for question, (guess, _) in mine.items())
    asked = Counter(question for mine in guesses for question in mine)
    seen = {question: what.strip("\"'") for mine in guesses for question, (_, what) in mine.items()}
    questions = list(seen)
    table = [[question, guess, n, asked[question], seen[question]] for (question, guess), n in made.items()]
    return sorted(table, key=lambda row: (questions.index(row[0]), -row[2], str(row[1])))


def safe(value):
    """A cell that a spreadsheet shows and does not compute."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def write_table(file, head, rows):
    with open(file, "w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(head)
        writer.writerows([safe(value) for value in row] for row in rows)


def tests_of(file):
    """form -> {family: (right, wrong idea)} of one learner's before() and after(), from an export or the progress file itself."""
    from nnlib.exercises.review.forms import row_of

    rows = parsed(file) if file.suffix.lower() == ".csv" else json.loads(file.read_text(encoding="utf-8-sig"))
    found = {"before": {}, "after": {}}
    for form, answers in found.items():
        if isinstance(rows, dict):
            row = row_of(form, rows) or {"right": (), "wrong": ()}
            answers |= {name: (True, "") for name in row["right"]} | {name: (False, idea) for name, idea in row["wrong"]}
        else:
            prefix = f"review.{form}."
            answers |= {
                r["id"].removeprefix(prefix): (truth(r["passed"]), r.get("wrong_idea", "")) for r in rows if r["id"].startswith(prefix)
            }
    return found


def gains(learners):
    """One row for each question of before() and after(): shares right, gain, and the most frequent wrong idea; the least gained first."""
    from nnlib.exercises.review.families import FAMILIES

    table = []
    for name in sorted({name for found in learners for answers in found.values() for name in answers}):
        given = {form: [found[form][name] for found in learners if name in found[form]] for form in ("before", "after")}
        share = {form: sum(right for right, _ in rows) / len(rows) if rows else None for form, rows in given.items()}
        ideas = Counter(idea for rows in given.values() for right, idea in rows if idea)
        family = FAMILIES.get(name)
        table.append(
            {
                "question": name,
                "notebook": family.notebook if family else "",
                "concept": family.idea if family else "",
                "before": share["before"],
                "after": share["after"],
                "gain": None if None in share.values() else share["after"] - share["before"],
                "commonest_wrong_idea": ideas.most_common(1)[0][0] if ideas else "",
                "times": ideas.most_common(1)[0][1] if ideas else 0,
            }
        )
    return sorted(table, key=lambda row: 9 if row["gain"] is None else row["gain"])


def write_gains(files, out):
    """Write gains.csv, if any learner took before() or after(). No learner is named in it."""
    table = gains([tests_of(file) for file in files])
    if not table:
        return table
    with open(out / "gains.csv", "w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, list(table[0]))
        writer.writeheader()
        writer.writerows({key: round(v, 2) if isinstance(v, float) else v for key, v in row.items()} for row in table)
    known = [row["gain"] for row in table if row["gain"] is not None]
    if known:
        print(f"before and after: a mean gain of {sum(known) / len(known):+.2f}; least in {table[0]['concept']}")
    return table


def draw_report(table, file):
    """Bars of failed tries and hints, for the fifteen most expensive exercises."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    top = [t for t in table if t["tried"]][:15][::-1]
    figure, ax = plt.subplots(figsize=(11, 1.5 + 0.42 * len(top)), layout="constrained")
    names = [f"{t['title']} ({t['id'].split('.')[0]})" for t in top]
    failed, hints = [t["failed_tries"] for t in top], [t["hints"] for t in top]
    ax.barh(names, failed, color="#0072B2", label="failed tries")
    ax.barh(names, hints, left=failed, color="#E69F00", hatch="//", label="hints taken")
    for place, t in enumerate(top):
        ax.text(t["cost"], place, f" {t['passed']} of {t['tried']} passed", va="center")
    ax.set_xlabel(f"failed tries and hints, {table[0]['learners']} learners together")
    ax.set_title("What cost the class most")
    ax.margins(x=0.18)
    if top:
        ax.legend(loc="lower right")
    figure.savefig(file, dpi=120)
    plt.close(figure)


def write_report(folder, out):
    """Write report.csv, report.png, misconceptions.csv, predictions.csv, and gains.csv from before() and after(). No learner is named in any."""
    from nnlib.exercises.cards import QUIZZES
    from nnlib.exercises.exercise import TASKS

    quizzes = {f"quiz.{id}.{n}": question for id, questions in QUIZZES.items() for n, question in enumerate(questions, 1)}
    files = sorted(f for f in folder.rglob("*") if f.is_file() and f.suffix.lower() in (".json", ".csv", ".xlsx") and out not in f.parents)
    learners, answers, guesses, seen, accepted = [], [], [], {}, []
    for file in files:
        name = file.relative_to(folder)
        try:
            if file.suffix.lower() == ".xlsx":
                raise ValueError("it is an Excel workbook; save it as CSV, or hand in what progress.export wrote")
            rows, given, guessed, remarks = exported(file, TASKS, quizzes)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, csv.Error) as error:
            print(f"left out: {name} is not exported progress of this course: {error}")
            continue
        work = json.dumps([rows, given, guessed], sort_keys=True)
        if work in seen and any(":" in row["when"] for row in rows.values()):  # alike to the second
            print(f"left out: {name} is a copy of {seen[work]}")
            continue
        seen[work] = name
        for remark in remarks:
            print(f"look at: {name}: {remark}")
        learners.append(rows)
        answers.append(given)
        guesses.append(guessed)
        accepted.append(file)
    if not learners:
        raise SystemExit(f"{folder} holds no exported progress: learners write  progress.export('name.csv')")
    out.mkdir(parents=True, exist_ok=True)
    table = summarize(learners, TASKS)
    write_table(out / "report.csv", COLUMNS, [[t[name] for name in COLUMNS] for t in table])
    wrong = misconceptions(learners, answers, quizzes)
    write_table(out / "misconceptions.csv", ["where", "what", "learners", "of"], wrong)
    write_table(out / "predictions.csv", ["question", "guess", "learners", "of", "it was"], predictions(guesses))
    draw_report(table, out / "report.png")
    write_gains(accepted, out)
    print(f"{len(learners)} learners; dearest: " + ", ".join(f"{t['id']} ({t['cost']})" for t in table[:3]))
    for where, what, count, of in wrong[:3]:
        print(f"{count} of {of}: {where}: {what}")
    return table

"""What cost the class most, from the learners' exported progress."""

import csv
import json
from collections import Counter


def exported(file):
    """The rows of one learner's progress.export(), .json or .csv, or of the progress file itself."""
    if file.suffix == ".csv":
        with open(file, newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
    else:
        rows = json.loads(file.read_text(encoding="utf-8-sig"))
        rows = [{"id": id, "title": id, **row} for id, row in rows.items() if isinstance(row, dict)] if isinstance(rows, dict) else rows
    return [
        {
            "id": r["id"],
            "title": r["title"],
            "passed": bool(r.get("passed")),
            **{name: int(r.get(name) or 0) for name in ("tries", "hints")},
        }
        for r in rows
        if not r["id"].startswith("review.")
    ]


def tests_of(file):
    """form -> {family: (right, wrong idea)} of one learner's before() and after(), from an export or the progress file itself."""
    from nnlib.exercises.review.forms import row_of

    if file.suffix == ".csv":
        with open(file, newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
    else:
        rows = json.loads(file.read_text(encoding="utf-8-sig"))
    found = {"before": {}, "after": {}}
    for form, answers in found.items():
        if isinstance(rows, dict):
            row = row_of(form, rows) or {"right": (), "wrong": ()}
            answers |= {name: (True, "") for name in row["right"]} | {name: (False, idea) for name, idea in row["wrong"]}
        else:
            prefix = f"review.{form}."
            answers |= {
                r["id"].removeprefix(prefix): (bool(r["passed"]), r.get("wrong_idea", "")) for r in rows if r["id"].startswith(prefix)
            }
    return found


def gains(learners):
    """One row for each question of before() and after(): shares right, gain, and the commonest wrong idea; the least gained first."""
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


def summarize(learners):
    """One row for each exercise, the dearest first. Cost: tries that failed plus hints taken, over the whole class."""
    table = {}
    for rows in learners:
        for row in rows:
            t = table.setdefault(
                row["id"], {"id": row["id"], "title": row["title"], "tried": 0, "passed": 0, "failed_tries": 0, "hints": 0}
            )
            t["title"] = max(t["title"], row["title"], key=lambda title: title != row["id"])
            t["tried"] += row["tries"] + row["hints"] > 0
            t["passed"] += row["passed"]
            t["failed_tries"] += max(row["tries"] - row["passed"], 0)
            t["hints"] += row["hints"]
    for t in table.values():
        t["learners"], t["gave_up"] = len(learners), t["tried"] - t["passed"]
        t["cost"] = t["failed_tries"] + t["hints"]
    return sorted(table.values(), key=lambda t: -t["cost"])


def draw_report(table, file):
    """Bars of failed tries and hints, the dearest fifteen exercises on top."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    top = [t for t in table if t["tried"]][:15][::-1]
    figure, ax = plt.subplots(figsize=(11, 1.5 + 0.42 * len(top)), layout="constrained")
    names = [f"{t['title']} ({t['id'].split('.')[0]})" for t in top]
    failed, hints = [t["failed_tries"] for t in top], [t["hints"] for t in top]
    ax.barh(names, failed, color="#0072B2", label="tries that failed")
    ax.barh(names, hints, left=failed, color="#E69F00", hatch="//", label="hints taken")
    for place, t in enumerate(top):
        ax.text(t["cost"], place, f" {t['passed']} of {t['tried']} passed", va="center")
    ax.set_xlabel(f"failed tries and hints, {table[0]['learners']} learners together")
    ax.set_title("What cost the class most")
    ax.margins(x=0.18)
    ax.legend(loc="lower right")
    figure.savefig(file, dpi=120)
    plt.close(figure)


def write_report(folder, out):
    """Write report.csv and report.png, and gains.csv from before() and after(). No learner is named in either."""
    learners, files = [], []
    for file in sorted([*folder.glob("*.json"), *folder.glob("*.csv")]):
        try:
            learners.append(exported(file))
            files.append(file)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            print(f"left out: {file.name} is no exported progress ({type(error).__name__}: {error})")
    if not any(learners):
        raise SystemExit(f"{folder} holds no exported progress: learners write  progress.export('name.csv')")
    out.mkdir(parents=True, exist_ok=True)
    table = summarize(learners)
    columns = ["id", "title", "learners", "tried", "passed", "gave_up", "failed_tries", "hints", "cost"]
    with open(out / "report.csv", "w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, columns)
        writer.writeheader()
        writer.writerows(table)
    draw_report(table, out / "report.png")
    write_gains(files, out)
    print(f"{len(learners)} learners; dearest: " + ", ".join(f"{t['id']} ({t['cost']})" for t in table[:3]))
    return table

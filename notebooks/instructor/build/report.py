"""What cost the class most, from the learners' exported progress."""

import csv
import json


def exported(file):
    """The rows of one learner's progress.export(), .json or .csv, or of the progress file itself."""
    if file.suffix == ".csv":
        with open(file, newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
    else:
        rows = json.loads(file.read_text(encoding="utf-8-sig"))
        rows = [{"id": id, "title": id, **row} for id, row in rows.items()] if isinstance(rows, dict) else rows
    return [
        {
            "id": r["id"],
            "title": r["title"],
            "passed": bool(r.get("passed")),
            **{name: int(r.get(name) or 0) for name in ("tries", "hints")},
        }
        for r in rows
    ]


def summarize(learners):
    """One row for each exercise, the most expensive first. Cost: tries that failed plus hints taken, over the whole class."""
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
    ax.legend(loc="lower right")
    figure.savefig(file, dpi=120)
    plt.close(figure)


def write_report(folder, out):
    """Write report.csv and report.png. No learner is named in either."""
    learners = []
    for file in sorted([*folder.glob("*.json"), *folder.glob("*.csv")]):
        try:
            learners.append(exported(file))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            print(f"left out: {file.name} is not exported progress ({type(error).__name__}: {error})")
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
    print(f"{len(learners)} learners; most expensive: " + ", ".join(f"{t['id']} ({t['cost']})" for t in table[:3]))
    return table

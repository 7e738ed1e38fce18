"""What a teacher makes of the course, one sub-command each.

    python notebooks/instructor/build course OUT           the learners' copy: no teachers' notes, hints, solutions, folded answers
    python notebooks/instructor/build course OUT --keep hints answers    ... with some of it: notes, hints, solutions, answers, decks
    python notebooks/instructor/build kit OUT --windows    for a lab without a network: such a copy, and the wheels of all that it needs
    python notebooks/instructor/build answers OUT          the answer key: every stub solved, executed, as .ipynb and HTML
    python notebooks/instructor/build slides --fetch --assets ASSETS    once, with a network: reveal.js, MathJax and their like from npm
    python notebooks/instructor/build slides OUT --assets ASSETS        decks that need no network; --plan 50: those of one lesson
    python notebooks/instructor/build live OUT             the notebooks with the code of the experiments hidden, for Presentation Mode
    python notebooks/instructor/build pages OUT            the experiments and notebooks as pages that live without a kernel
    python notebooks/instructor/build lite OUT             the notebooks in a browser, by JupyterLite (pip install jupyterlite-core jupyterlite-pyodide-kernel)
    python notebooks/instructor/build assignments OUT --tool nbgrader    graded work, or --tool otter
    python notebooks/instructor/build quizzes OUT          quiz and review questions as Moodle XML and QTI
    python notebooks/instructor/build update FOLDER        a new version of the notebooks for a learner's folder; her work stays
    python notebooks/instructor/build report FOLDER OUT    what cost the class most, from the learners' exported progress
    python notebooks/instructor/build exam OUT --variants 4 --seed 1    sheets to print: the same questions, other numbers in each variant, and keys
    python notebooks/instructor/build refresh [--check]    for authors: run the notebooks here and store their outputs, or only compare
    python notebooks/instructor/build minutes [--write]    for authors: how long each block takes, or store it in the notebooks
    python notebooks/instructor/build glossary [--write]   for authors: what is used before it is introduced, or write glossary.ipynb

``--only week4_losses week5_initialization`` takes some notebooks instead of all (not in quizzes, update and report). guide.md in the folder above says when to use what.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that this folder is the package build
from build.answers import write_answers
from build.course import LEVELS, write_course
from build.exam import write_exam
from build.graded import write_assignments, write_quizzes
from build.kit import write_kit
from build.lite import write_lite
from build.pages import write_pages
from build.refresh import refresh
from build.report import write_report
from build.slides import fetch, write_live, write_slides, write_stage
from build.update import write_update


def write_minutes(only, write):
    """For authors: how long each block takes, by the rule."""
    from build.minutes import write_minutes as run  # here, as --help needs nothing that must be installed

    return run(only, write)


def write_glossary(write):
    """For authors: what is used before it is introduced, and the glossary."""
    from build.glossary import write_glossary as run

    return run(write)


COMMANDS = {
    "course": write_course,
    "kit": write_kit,
    "answers": write_answers,
    "slides": write_slides,
    "live": write_live,
    "pages": write_pages,
    "lite": write_lite,
    "assignments": write_assignments,
    "quizzes": write_quizzes,
    "update": write_update,
    "report": write_report,
    "exam": write_exam,
    "refresh": refresh,
    "minutes": write_minutes,
    "glossary": write_glossary,
}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, function in COMMANDS.items():
        command = commands.add_parser(name, help=function.__doc__.splitlines()[0])
        if name == "report":
            command.add_argument("folder", type=Path, help="the learners' files")
        if name == "update":
            command.add_argument("folder", type=Path, help="the learner's folder")
            command.add_argument("--base", type=Path, help="the course as the learner got it")
            continue
        if name not in ("refresh", "minutes", "glossary"):
            command.add_argument("out", type=Path, nargs="?" if name == "slides" else None, help="a new folder")
        if name == "assignments":
            command.add_argument("--tool", choices=("nbgrader", "otter"), required=True, help="the tool that grades")
        if name not in ("report", "glossary", "quizzes"):
            command.add_argument("--only", nargs="+", metavar="NOTEBOOK", help="names without .ipynb, or of experiments")
        if name in ("slides", "answers"):
            command.add_argument("--assets", type=Path, required=name == "slides", help="folder of the scripts from npm")
            command.add_argument("--pages", type=Path, help="folder of build pages: the experiments live, where stills stand otherwise")
        if name in ("course", "kit"):
            command.add_argument(
                "--keep", nargs="+", choices=LEVELS, default=(), help="what stays in the copy; solutions bring hints with them"
            )
        if name == "kit":
            command.add_argument("--windows", action="store_true", help="for 64-bit Windows; without it for machines like this one")
        if name == "course":
            command.add_argument("--assets", type=Path, help="folder of the scripts from npm, for decks")
        if name == "live":
            command.add_argument("--experiment", help="only this experiment, as curvature, ready for the projector")
        if name == "slides":
            command.add_argument("--plan", type=int, choices=(50, 90), help="only the slides of the guide's plan for so many minutes")
            command.add_argument("--fetch", action="store_true", help="fill ASSETS from npm; needs a network and npm")
        if name == "exam":
            command.add_argument("--variants", type=int, default=4, help="how many (4)")
            command.add_argument("--seed", type=int, default=0, help="a number; the same one gives the same sheets")
            command.add_argument("--items", type=int, default=20, help="questions on each sheet (20)")
        if name == "refresh":
            command.add_argument("--check", action="store_true", help="write nothing; list the cells that would change")
        if name in ("minutes", "glossary"):
            command.add_argument("--write", action="store_true", help="store it in the notebooks")
    given = parser.parse_args(arguments)
    if given.command == "course":
        return bool(write_course(given.out, given.only, given.keep, given.assets))
    if given.command == "kit":
        return bool(write_kit(given.out, given.windows, given.only, given.keep))
    if given.command == "answers":
        return bool(write_answers(given.out, given.only, given.assets, given.pages))
    if given.command == "lite":
        return write_lite(given.out, given.only)
    if given.command == "pages":
        return write_pages(given.out, given.only)
    if given.command == "update":
        return write_update(given.folder, given.base)
    if given.command == "assignments":
        return write_assignments(given.out, given.tool, given.only)
    if given.command == "quizzes":
        return write_quizzes(given.out)
    if given.command == "live":
        return write_stage(given.out, given.experiment) if given.experiment else write_live(given.out, given.only)
    if given.command == "exam":
        return not write_exam(given.out, given.variants, given.seed, given.items, given.only)
    if given.command == "report":
        return not write_report(given.folder, given.out)
    if given.command == "refresh":
        return bool(refresh(given.only, given.check)) and given.check
    if given.command == "minutes":
        return write_minutes(given.only, given.write)
    if given.command == "glossary":
        return bool(write_glossary(given.write))
    if given.fetch:
        fetch(given.assets)
    elif not given.out:
        parser.error("slides needs OUT, or --fetch")
    if given.out:
        write_slides(given.out, given.assets, given.only, given.pages, given.plan)


if __name__ == "__main__":
    sys.exit(main())

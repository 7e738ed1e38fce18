"""What a teacher makes of the course, one sub-command each.

    python notebooks/instructor/build course OUT           the course without hints, solutions and folded answers
    python notebooks/instructor/build answers OUT          the answer key: every stub solved, executed, as .ipynb and HTML
    python notebooks/instructor/build slides --fetch --assets ASSETS    once, with a network: reveal.js, MathJax and their like from npm
    python notebooks/instructor/build slides OUT --assets ASSETS        decks that need no network; --plan 50: those of one lesson
    python notebooks/instructor/build live OUT             the notebooks with the code of the experiments hidden, for Presentation Mode
    python notebooks/instructor/build assignments OUT --tool nbgrader    graded work, or --tool otter
    python notebooks/instructor/build quizzes OUT          the quizzes as Moodle XML and QTI
    python notebooks/instructor/build update FOLDER        a new version of the notebooks for a learner's folder; her work stays
    python notebooks/instructor/build report FOLDER OUT    what cost the class most, from the learners' exported progress
    python notebooks/instructor/build refresh [--check]    for authors: run the notebooks here and store their outputs, or only compare

``--only week4_losses week5_initialization`` takes some notebooks instead of all. guide.md in the folder above says when to use what.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that this folder is the package build
from build.answers import write_answers
from build.copies import finish
from build.course import write_course
from build.graded import write_assignments, write_quizzes
from build.refresh import refresh
from build.report import write_report
from build.slides import fetch, write_live, write_slides, write_stage
from build.update import write_update

COMMANDS = {
    "course": write_course,
    "answers": write_answers,
    "slides": write_slides,
    "live": write_live,
    "assignments": write_assignments,
    "quizzes": write_quizzes,
    "update": write_update,
    "report": write_report,
    "refresh": refresh,
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
        if name != "refresh":
            command.add_argument("out", type=Path, nargs="?" if name == "slides" else None, help="a new folder")
        if name == "assignments":
            command.add_argument("--tool", choices=("nbgrader", "otter"), required=True, help="the tool that grades")
        if name not in ("report", "quizzes"):
            command.add_argument("--only", nargs="+", metavar="NOTEBOOK", help="names without .ipynb")
        if name in ("slides", "answers"):
            command.add_argument("--assets", type=Path, required=name == "slides", help="folder of the scripts from npm")
        if name == "live":
            command.add_argument("--experiment", help="only this experiment, as curvature, ready for the projector")
        if name == "slides":
            command.add_argument("--plan", type=int, choices=(50, 90), help="only the slides of the guide's plan for so many minutes")
            command.add_argument("--fetch", action="store_true", help="fill ASSETS from npm; needs a network and npm")
        if name == "refresh":
            command.add_argument("--check", action="store_true", help="write nothing; list the cells that would change")
    given = parser.parse_args(arguments)
    if given.command == "course":
        found = write_course(given.out, given.only)
        for link in finish(given.out):
            print("no link any more:", link)
        return bool(found)
    if given.command == "answers":
        return bool(write_answers(given.out, given.only, given.assets))
    if given.command == "update":
        return write_update(given.folder, given.base)
    if given.command == "assignments":
        return write_assignments(given.out, given.tool, given.only)
    if given.command == "quizzes":
        return write_quizzes(given.out)
    if given.command == "live":
        return write_stage(given.out, given.experiment) if given.experiment else write_live(given.out, given.only)
    if given.command == "report":
        return not write_report(given.folder, given.out)
    if given.command == "refresh":
        return bool(refresh(given.only, given.check)) and given.check
    if given.fetch:
        fetch(given.assets)
    elif not given.out:
        parser.error("slides needs OUT, or --fetch")
    if given.out:
        write_slides(given.out, given.assets, given.only, given.plan)


if __name__ == "__main__":
    sys.exit(main())

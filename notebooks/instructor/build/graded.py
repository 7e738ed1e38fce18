"""Work that is graded: each notebook's exercises as an assignment for nbgrader or otter-grader, quizzes for Moodle and by QTI."""

import ast
import re
import textwrap
import zipfile
from collections import Counter
from html import escape

from . import fresh, notebooks, read, write
from .answers import derived

HOW = """# {title}

Each exercise stands in {name}.ipynb, with all that leads up to it and a `check` that you may run as often as you like. Put your functions here when you are done, and hand this file in."""
TEST = """from nnlib.exercises.checker import examine
from nnlib.exercises.exercise import find

judged = examine(find("{id}"), {name})
assert judged.passed, judged.message"""
TEST_DERIVATION = """from nnlib.exercises.derivations.verdict import verdict
from nnlib.exercises.exercise import DERIVATIONS

judged = verdict(DERIVATIONS["{id}"], {name})
assert judged.passed, judged.message"""
OTTER_TEST = '''""" # BEGIN TEST CONFIG
name: {label}
points: {points}
""" # END TEST CONFIG
def test_{label}({name}):
{test}'''


def tasks(file):
    """(task, cell with the stub, markdown of the task) of each exercise and derivation of a notebook, in its order."""
    from nnlib.exercises.exercise import TASKS

    cells, ids = read(file).cells, {}
    for cell in cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "check":
                    ids[node.args[1].id] = node.args[0].value
    text = ""
    for cell in cells:
        if cell.cell_type == "markdown":
            text = cell.source
        elif "raise NotImplementedError" in cell.source:
            stub = next(node.name for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef))
            yield TASKS[ids[stub]], cell, text
        elif id := derived(cell.source):
            yield TASKS[id], cell, text


def parts(task, cell, text):
    """(label, text of the task, name of the answer, lines before the solution, lines of the solution, test) of a task."""
    label = task.id.replace(".", "_")
    if hasattr(task, "worked"):
        name, body = label, f'{label} = """\n{task.source()}\n"""'
        sheet = textwrap.dedent(ast.parse(cell.source).body[-1].value.args[1].value).strip()
        text += f"\n\n```text\n{sheet}\n```\n\nAssign all your lines, as one text, to `{name}`."
        return label, text, name, "", body, TEST_DERIVATION.format(id=task.id, name=name)
    lines = cell.source[: cell.source.index("    raise NotImplementedError")]
    function = ast.parse(task.source()).body[0]
    source = task.source().splitlines()
    first = function.body[bool(ast.get_docstring(function)) :][0]
    body = "\n".join(source[first.lineno - 1 :])
    return label, text, function.name, lines, body, TEST.format(id=task.id, name=function.name)


def heading(file):
    return HOW.format(title=read(file).cells[0].source.splitlines()[0].lstrip("# "), name=file.stem)


def nbgrader_notebook(file):
    """The source notebook of an assignment: solutions between nbgrader's marks, locked tests with points."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    def graded(source, id, **about):
        about = {"schema_version": 3, "grade_id": id, "grade": False, "solution": False, "locked": False, "task": False} | about
        return new_code_cell(source, metadata={"nbgrader": about})

    cells = [new_markdown_cell(heading(file)), graded("import numpy as np", "imports", locked=True)]
    for task, cell, text in tasks(file):
        label, text, _, before, body, test = parts(task, cell, text)
        room = "    " if before else ""
        cells.append(new_markdown_cell(text))
        cells.append(graded(f"{before}{room}### BEGIN SOLUTION\n{body}\n{room}### END SOLUTION", label, solution=True))
        cells.append(graded(test, f"{label}_test", grade=True, locked=True, points=task.importance))
    return numbered(new_notebook(cells=cells), file)


def otter_notebook(file):
    """The source notebook of an assignment in otter's format."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

    config = f"# ASSIGNMENT CONFIG\nname: {file.stem}\ninit_cell: true\nexport_cell: false\nfiles: []\ntests:\n  ok_format: false\ngenerate:\n  pdf: false"
    cells = [new_raw_cell(config), new_markdown_cell(heading(file)), new_code_cell("import numpy as np")]
    for task, cell, text in tasks(file):
        label, text, name, before, body, test = parts(task, cell, text)
        room = "    " if before else ""
        cells += [
            new_raw_cell(f"# BEGIN QUESTION\nname: {label}\npoints: {task.importance}"),
            new_markdown_cell(text),
            new_raw_cell("# BEGIN SOLUTION"),
        ]
        empty = "" if before else f'{name} = ""  # your lines\n'
        cells.append(new_code_cell(f"{before}{empty}{room}# BEGIN SOLUTION\n{body}\n{room}# END SOLUTION"))
        cells += [new_raw_cell("# END SOLUTION"), new_raw_cell("# BEGIN TESTS")]
        test = OTTER_TEST.format(label=label, points=task.importance, name=name, test=textwrap.indent(test, "    "))
        cells += [new_code_cell(test), new_raw_cell("# END TESTS"), new_raw_cell("# END QUESTION")]
    return numbered(new_notebook(cells=cells), file)


def numbered(notebook, file):
    """The same ids in every build, and the kernel of the course."""
    for i, cell in enumerate(notebook.cells):
        cell.id = f"cell-{i}"
    notebook.metadata = read(file).metadata
    return notebook


def write_assignments(out, tool, only=None):
    """Write an assignment for each notebook with exercises: for nbgrader a course folder, for otter a notebook for ``otter assign``."""
    fresh(out)
    files = [file for file in notebooks(only) if any(tasks(file))]
    for file in files:
        if tool == "nbgrader":
            write(nbgrader_notebook(file), out / "source" / file.stem / file.name)
        else:
            write(otter_notebook(file), out / file.stem / file.name)
    if tool == "nbgrader":
        config = 'c = get_config()\nc.CourseDirectory.course_id = "nnlib"\nc.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}\n'
        config += "c.ExecutePreprocessor.timeout = 120\n"
        (out / "nbgrader_config.py").write_text(config, encoding="utf-8")
        print(f"{out}: {len(files)} assignments. In it:  nbgrader generate_assignment {files[0].stem}")
    else:
        print(f"{out}: {len(files)} assignments. In it:  otter assign {files[0].stem}/{files[0].name} {files[0].stem}/dist")


# ---- quizzes


def quiz_questions():
    """(quiz id, number, Question) of all quizzes."""
    from nnlib.exercises.cards import QUIZZES

    return [(id, n, question) for id, questions in QUIZZES.items() for n, question in enumerate(questions, 1)]


def review_questions():
    """(review_week1a, number, Question): one item of each family of the review outside deeper blocks, with the numbers of seed 0."""
    from nnlib.exercises.cards import Question
    from nnlib.exercises.review.families import FAMILIES
    from nnlib.exercises.review.item import shown

    rows, seen = [], Counter()
    for family in (f for f in FAMILIES.values() if not f.deeper):
        item, id = family.item(0, 0), f"review_{family.notebook}"
        seen[id] += 1
        reasons = {shown(option): item.why if option == item.key else item.reason(option) for option in item.options}
        rows.append((id, seen[id], Question(item.text, reasons, shown(item.key))))
    return sorted(rows, key=lambda row: list(seen).index(row[0]))


def html(text):
    """A text as HTML: `code` as code; a text of several lines keeps its columns."""
    marked = re.sub("`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
    return f"<pre>{marked}</pre>" if "\n" in text else marked


def element(name, *inside, **attributes):
    """An XML element; strings inside are escaped, other elements are not."""
    from xml.etree import ElementTree

    made = ElementTree.Element(name, {key.rstrip("_"): str(value) for key, value in attributes.items()})
    for part in inside:
        if isinstance(part, str):
            made.text = part
        else:
            made.append(part)
    return made


def xml(root, file):
    from xml.etree import ElementTree

    ElementTree.indent(root)
    file.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def moodle(rows):
    """The questions as Moodle XML, a category for each id, with the reason of each option as its feedback."""
    root, category = element("quiz"), None
    for id, number, question in rows:
        if id != category:
            category = id
            root.append(
                element("question", element("category", element("text", f"$course$/Neural networks from scratch/{id}")), type="category")
            )
        answers = [
            element(
                "answer",
                element("text", html(option)),
                element("feedback", element("text", html(reason)), format="html"),
                fraction=100 if option == question.right else 0,
                format="html",
            )
            for option, reason in question.options.items()
        ]
        root.append(
            element(
                "question",
                element("name", element("text", f"{id}, question {number}")),
                element("questiontext", element("text", html(question.text)), format="html"),
                element("generalfeedback", element("text", ""), format="html"),
                element("defaultgrade", "1"),
                element("penalty", "0"),
                element("hidden", "0"),
                element("single", "true"),
                element("shuffleanswers", "true"),
                element("answernumbering", "abc"),
                *answers,
                type="multichoice",
            )
        )
    return root


def qti_item(id, number, question):
    """One question as an item of QTI 1.2, which Canvas, Blackboard and others read."""
    name = f"{id}_{number}"
    options = list(question.options)
    labels = [
        element("response_label", element("material", element("mattext", html(option), texttype="text/html")), ident=f"{name}_{i}")
        for i, option in enumerate(options)
    ]
    choice = element("response_lid", element("render_choice", *labels, shuffle="Yes"), ident="answer", rcardinality="Single")
    asked = element("presentation", element("material", element("mattext", html(question.text), texttype="text/html")), choice)
    conditions, feedback = [], []
    for i, option in enumerate(options):
        test = element("conditionvar", element("varequal", f"{name}_{i}", respident="answer"))
        score = [element("setvar", "100", action="Set", varname="SCORE")] if option == question.right else []
        shown = element("displayfeedback", feedbacktype="Response", linkrefid=f"{name}_{i}_fb")
        conditions.append(element("respcondition", test, *score, shown, **{"continue": "No" if score else "Yes"}))
        text = element("material", element("mattext", html(question.options[option]), texttype="text/html"))
        feedback.append(element("itemfeedback", element("flow_mat", text), ident=f"{name}_{i}_fb"))
    outcome = element("outcomes", element("decvar", maxvalue=100, minvalue=0, varname="SCORE", vartype="Decimal"))
    fields = [("question_type", "multiple_choice_question"), ("points_possible", "1")]
    meta = [element("qtimetadatafield", element("fieldlabel", label), element("fieldentry", entry)) for label, entry in fields]
    about = element("itemmetadata", element("qtimetadata", *meta))
    return element(
        "item", about, asked, element("resprocessing", outcome, *conditions), *feedback, ident=name, title=f"{id}, question {number}"
    )


def write_quizzes(out):
    """Write the quizzes, and one question of each kind of the review, as Moodle XML and as a QTI 1.2 package."""
    fresh(out)
    rows = [*quiz_questions(), *review_questions()]
    xml(moodle(rows), out / "moodle.xml")
    files = []
    for id in dict.fromkeys(id for id, _, _ in rows):
        items = [qti_item(*row) for row in rows if row[0] == id]
        test = element("assessment", element("section", *items, ident="root_section"), ident=id, title=id)
        space = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
        xml(element("questestinterop", test, xmlns=space), out / "qti" / id / f"{id}.xml")
        files.append(f"{id}/{id}.xml")
    resources = [
        element("resource", element("file", href=name), identifier=name.split("/")[0], type="imsqti_xmlv1p2", href=name) for name in files
    ]
    space = "http://www.imsglobal.org/xsd/imscp_v1p1"
    xml(
        element("manifest", element("organizations"), element("resources", *resources), identifier="nnlib", xmlns=space),
        out / "qti" / "imsmanifest.xml",
    )
    with zipfile.ZipFile(out / "qti.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for name in ["imsmanifest.xml", *files]:
            packed.write(out / "qti" / name, name)
    print(f"{out}: {len(rows)} questions in moodle.xml and qti.zip")

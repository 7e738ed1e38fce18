"""Stored outputs: those of one run in a fresh kernel, from top to bottom."""

import copy

from . import notebooks, read, write
from .answers import execute

METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}


def merged(outputs):
    """The outputs of a cell, with printed lines that arrived in pieces joined."""
    joined = []
    for output in outputs:
        if joined and output.output_type == "stream" == joined[-1].output_type and output.name == joined[-1].name:
            joined[-1].text += output.text
        else:
            joined.append(copy.deepcopy(output))
    return joined


def with_words(outputs):
    """The same outputs; a picture that brings no alt text of its own gets what its cell prints, which says the same in numbers.

    The answer to a prediction is not part of it.
    """
    lines = "".join(output.get("text", "") for output in outputs).splitlines()
    printed = "; ".join(" ".join(line.split()) for line in lines if line.strip() and not line.startswith("No guess was made."))
    for output in outputs:
        if printed and "image/png" in output.get("data", {}):
            output.metadata.setdefault("image/png", {}).setdefault("alt", printed)
    return outputs


def texts(outputs):
    """What nbval compares: all but pictures and widgets."""
    return [
        output.get("text") or {kind: data for kind, data in output.get("data", {}).items() if kind.startswith("text/")} or output
        for output in merged(outputs)
    ]


def pictures(outputs):
    return [output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})]


def refresh(only=None, check=False):
    """Run the notebooks and store their outputs; with check, only list the cells whose text changes.

    Returns the changed cells. Where a cell shows the same widget in the same state as before, its stored output stays as it is.
    """
    from nbformat import from_dict

    changed = []
    for file in notebooks(only):
        stored = read(file)
        notebook = execute(copy.deepcopy(stored), file.parent)
        for i, (before, cell) in enumerate(zip(stored.cells, notebook.cells)):
            cell.metadata.pop("execution", None)  # times, which differ in every run
            if cell.cell_type != "code":
                continue
            cell.outputs = with_words(merged(cell.outputs))
            if texts(before.outputs) != texts(cell.outputs):
                changed.append(f"{file.name}, cell {i}")
            elif pictures(before.outputs) == pictures(cell.outputs) and any(
                "application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in before.outputs
            ):
                cell.outputs = [
                    from_dict({**output, "execution_count": cell.execution_count}) if "execution_count" in output else output
                    for output in before.outputs
                ]
        notebook.metadata = from_dict(METADATA)
        if not check:
            write(notebook, file)
        print(f"{file.name}: {sum(name.startswith(file.name + ',') for name in changed)} cells print something else")
    for name in changed:
        print("CHANGED", name)
    return changed

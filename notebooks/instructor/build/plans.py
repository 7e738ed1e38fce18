"""Which slides of a notebook belong to each item of its plans in guide.md, in the order of the plan; a slide is known by its first cell."""

import copy
import re
from pathlib import Path

from . import DETAILS

GUIDE = Path(__file__).parents[1] / "guide.md"
LONG = 10  # lines of code; of a longer cell only the output is shown
ASKS = re.compile(r"\*\*(?:Predict|Before you (?:run|look)|Guess)")

# notebook -> (items of 50 minutes, what 90 minutes add): the first cells of an item's slides
PLANS = {
    "start_here": (
        [
            ["7d0d1e50"],
            ["cdd10637", "483dd796"],
            ["9978c2b8", "addb931c"],
            ["96074ba6", "0f625523"],
            ["47821867"],
            ["be939f5c"],
        ],
        [["52827e5f"], ["86c45ce7"], ["184ac05a"], ["53b060dd"], []],
    ),
    "week1a_one_neuron": (
        [
            ["a4943730", "ac5247d1"],
            ["fa352052", "d8c8c6fc", "9638b6f9"],
            ["3fee31d4", "92757a7e"],
            ["ed69daba", "c9c6101e"],
            ["56e3961b", "5ecbdcdf"],
        ],
        [["9c676f09", "e42fec32"], ["a3c51f08"], ["48bb45bb"], ["1c891d67"], []],
    ),
    "week1b_forward_propagation": (
        [["b3d6715e"], ["a5e2cba0", "72f1e517", "f49921f0"], ["df214c9a", "e5852eee"], ["06b28828", "98ae48d5"], ["725c09ac", "53a8b887"]],
        [["67fa2da6"], ["60b9d2f7"], ["7836e139"], ["f66f736c", "7415ad6c"]],
    ),
    "week2a_backprop_by_hand": (
        [
            ["a8310a59"],
            ["4202c147", "8ad7343e", "fa3a284c", "a1c10d23"],
            ["144f454c", "02f100c2", "ffbcd97f"],
            ["a73154db", "80d30ec7"],
            ["b3938c25"],
        ],
        [["d3339bb1", "ec8ffa1c"], ["2ae2eb43"], ["5b723c1e", "cf2e963e"], ["cdcd7b1c", "87f5e290"], []],
    ),
    "week2b_backprop_in_matrices": (
        [["4a8223ce"], ["f374e30c"], ["26690e2f", "78d46993"], ["55724be3"], ["076866bf", "5f1d9d3e"], ["b4752c75", "152e4e71"]],
        [["b8c5b043"], ["ff35364f"], ["d0aab0e4", "d7f79503"], ["6f37573e"], ["93f5bc3c"]],
    ),
    "week3_activations": (
        [
            ["6d27d73e", "e2033b83", "f811d4aa"],
            ["eae53533", "25c4714d"],
            ["a361ac3d", "e05805e7"],
            ["4035b0ef"],
            ["e9a0c1ad", "2297951d", "92fa6fda"],
        ],
        [["c7dd0b1f", "3a3fe0c6"], ["c0f56463", "d1f8fa80", "45427d28"], ["94777fdc"], ["3e7a90c1"]],
    ),
    "week4_losses": (
        [
            ["2540d3ed", "6f7fb9f4", "d66f0540"],
            ["ef9efd2e", "39cf43e1", "b624f0d0"],
            ["9f1e180e", "8a5f0997", "badea40f"],
            ["40f9c1b8", "0a4282f1"],
            ["740e5319"],
        ],
        [["69dc2249", "b1ce741a", "704e5239"], ["6123c440"], ["d41a37f8"], []],
    ),
    "week5_initialization": (
        [["1c26aa78", "d301cdbd", "5f1b67c2"], ["ae65c68e", "60cf735d"], ["64787794", "0cbdf23b"], ["dab41d77"], ["d2dde7c3"]],
        [["50bb0ee3"], ["7936deca"], ["b8a603dc"], []],
    ),
    "week6a_gradient_descent": (
        [["3af51b25", "08fc5f92"], ["5ebef631"], ["a5ef109b", "872d71a2"], ["e9132c99", "5ced33d2"], ["5935ab1a"]],
        [["710c2daf", "78649067", "90328a17"], ["00838959"], ["81cc7579"], ["5caeb9e4"]],
    ),
    "week6b_momentum_to_adam": (
        [["29820e90"], ["c2eca652"], ["c7023809"], ["016b878b", "7fd23d21"], ["44bf4cd2", "3d56fd35"], ["546b04b4"]],
        [["3f6fe280", "c069045a"], ["eab28b37"], ["7fd36f8f", "d1611179"], []],
    ),
    "week7a_deep_networks": (
        [["23aed36b"], ["d21f18e8", "01dd72c0", "568863d8"], ["5bb658df", "58920263"], ["99fd212c", "be140dac"], ["c1c5918c"]],
        [["47d00dd8"], ["6f5814e5"], ["efa9bfda"], ["48ebc540"], ["67fde21d"]],
    ),
    "week7b_generalization": (
        [["a86da269"], ["9e0b1ea0", "9e25b549"], ["d42ee819", "91017d98", "c8e04430"], ["238d1903"], ["b7393b94"]],
        [["52109f6c"], ["6306962a"], ["638bf9b2", "6657c342"], ["f66af9e3"], []],
    ),
    "week8_clinic_and_capstone": (
        [["76109424"], ["0a009bf5"], ["43850dfb", "44823939"], ["ce7be263", "1cadeaec"], ["0d9041fb", "3ec54581"], ["13bdd33e"]],
        [["0123ae4e", "55a9208a", "36109f78"], ["20407cf6"], ["467b3959", "1c36da6c"]],
    ),
    "your_own_data": (
        [["355575d7"], ["02b907f9"], ["dc48c010", "f544b0a6"], ["3b2e1d88"], []],
        [["79b8c979", "3874e27d", "0f439f6c"], ["0ea1e949"], []],
    ),
    "playground": (
        [["293a68c0"], [], [], [], []],
        [["7f40c0b9", "more0002"], [], ["61181001"]],
    ),
}


def items(name, minutes):
    """[(what, minutes)] of the plan for 50 or 90 minutes of a notebook, as the guide has it."""
    plans = re.findall(r"^\*\*(50|90) minutes\.\*\* (.*)$", GUIDE.read_text(encoding="utf-8"), re.M)
    titles = ["start_here", *sorted(name for name in PLANS if name.startswith("week")), "your_own_data", "playground"]
    mine = dict(plans[2 * titles.index(name) : 2 * titles.index(name) + 2])
    texts = [mine["50"]] if minutes == 50 else [mine["50"], mine["90"].removeprefix("The same, with ")]
    return [(what.strip(" .,"), int(n)) for text in texts for what, n in re.findall(r"(.+?) \((\d+)\)", text)]


def slides_of(notebook):
    """Id of the first cell of each slide -> its cells."""
    slides, current = {}, []
    for cell in notebook.cells:
        if cell.metadata.get("slideshow", {}).get("slide_type") in ("slide", "subslide"):
            current = slides.setdefault(cell.id, [])
        current.append(cell)
    return slides


def left_out():
    """Notebook -> {word: notebook}: what only slides outside its 50 minutes introduce, and the first later lesson of 50 minutes that says it."""
    from nnlib.exercises.glossary import entries

    from . import for_teachers, notebooks, read

    order, shown, where = [name for name in PLANS if name != "playground"], {}, {}
    for name in order:
        inside, first, texts = {cell for group in PLANS[name][0] for cell in group}, None, []
        for cell in read(notebooks([name])[0]).cells:
            if cell.metadata.get("slideshow", {}).get("slide_type") in ("slide", "subslide"):
                first = cell.id
            where[cell.id] = (name, first in inside)
            if first in inside and cell.cell_type == "markdown" and not for_teachers(cell):
                texts.append(cell.source)
        shown[name] = "\n".join(texts)
    found = {name: {} for name in order}
    for entry in entries():
        name, inside = where.get(entry.cell, (None, True))
        if entry.kind == "word" and not inside:
            words = re.compile("|".join(rf"\b{re.escape(word.strip())}s?\b" for word in entry.names), re.I)
            later = next((other for other in order[order.index(name) + 1 :] if words.search(shown[other])), None)
            if later:
                found[name].setdefault(entry.names[0], later)
    return {name: words for name, words in found.items() if words}


def planned(notebook, name, minutes):
    """The notebook cut down to one lesson: the slides of each item of the plan, with its name above; no cell that only holds code."""
    from nbformat.v4 import new_markdown_cell

    slides, cells = slides_of(notebook), []
    groups = [*PLANS[name][0], *(PLANS[name][1] if minutes == 90 else [])]
    for n, ((what, length), group) in enumerate(zip(items(name, minutes), groups, strict=True)):
        title = f"*{n + 1}. {what} ({length} min)*"
        if not group:
            cells.append(new_markdown_cell(title, id=f"item-{n}", metadata={"slideshow": {"slide_type": "slide"}}))
        for first in group:
            for cell in copy.deepcopy(slides[first]):
                if cell.cell_type == "code" and not cell.outputs:
                    continue
                if cell.cell_type == "code" and len(cell.source.splitlines()) > LONG:
                    cell.metadata["transient"] = {"remove_source": True}
                if cell.id == first:
                    cell.source = f"{title}\n\n{cell.source}"
                    cell.metadata["slideshow"] = {"slide_type": "slide" if first == group[0] else "subslide"}
                cells.append(cell)
    notebook.cells = cells
    return notebook


def questions_first(notebook):
    """What answers a prediction appears with a key of its own: the cells behind the question are a fragment of its slide."""
    asked = False
    for cell in notebook.cells:
        slide = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        if slide in ("slide", "subslide"):
            asked = False
        if slide in ("notes", "skip"):
            continue
        card = cell.cell_type == "code" and re.search(r"^(?:\w+ = )?(?:predict|quiz|parsons)\(", cell.source, re.M)
        reveals = cell.cell_type == "code" and ".reveal(" in cell.source
        if (asked or reveals) and not card and cell.cell_type == "code" and slide == "-":
            cell.metadata["slideshow"] = {"slide_type": "fragment"}
            asked = False
        if card or (cell.cell_type == "markdown" and ASKS.search(DETAILS.sub("", cell.source))):
            asked = True
        for output in cell.get("outputs", ()):
            if "No guess was made. " in output.get("text", ""):
                output["text"] = output["text"].replace("No guess was made. ", "")
    return notebook

"""The three pictures of README.md, from a real JupyterLab: run ``python tests/readme_pictures.py``; needs Chromium and playwright.

It writes notebooks/images/*.png. Look at them before you commit them.
"""

import tempfile
from io import BytesIO
from pathlib import Path

import numpy as np
from lab import Lab, write_notebook
from matplotlib.image import imread, imsave

IMAGES = Path(__file__).parents[1] / "notebooks" / "images"
PLAYGROUND = "from nnlib.experiments import playground\n\nplayground.Panel()"
HINGES = "from nnlib.experiments import hinges, show\n\nshow(hinges)"
CHECK = """import numpy as np

from nnlib.exercises import check


def softmax_cross_entropy_backward(Z, y):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    return P - np.eye(Z.shape[1])[y]


check("week2.softmax_cross_entropy_backward", softmax_cross_entropy_backward)"""


def save(name, *shots):
    """Screenshots of one width, one below the other, as a PNG."""
    IMAGES.mkdir(exist_ok=True)
    whole = np.concatenate([imread(BytesIO(shot))[..., :3] for shot in shots])
    imsave(IMAGES / name, whole, pil_kwargs={"optimize": True})
    print(name, whole.shape[:2], (IMAGES / name).stat().st_size // 1000, "kB")


def opened(lab, source):
    write_notebook(lab.folder / "one.ipynb", source, "pass")
    page = lab.open("one.ipynb")
    lab.run_all(page)
    return page


def main():
    with tempfile.TemporaryDirectory() as scratch:
        notebooks = Path(scratch) / "notebooks"
        notebooks.mkdir()
        with Lab(notebooks, Path(scratch), (1280, 1000)) as lab:
            page = opened(lab, PLAYGROUND)
            panel = page.locator(".nnlib-experiment")
            panel.locator("canvas[data-frames]").first.wait_for(timeout=90_000)
            panel.get_by_role("button", name="Play", exact=True).click()
            page.wait_for_function(
                "() => +/epoch (\\d+)/.exec(document.querySelector('.nn-network canvas').ariaLabel)[1] > 300", timeout=120_000
            )
            box = panel.locator(".nn-network canvas").bounding_box()
            page.mouse.move(box["x"] + 205, box["y"] + 250)
            panel.locator(".nn-card", has_text="bias").wait_for(timeout=30_000)
            page.wait_for_timeout(500)
            panel.get_by_role("button", name="Pause", exact=True).focus()
            tabs = panel.locator(".nn-tabs").bounding_box()
            whole = panel.bounding_box()
            save("playground.png", page.screenshot(clip=whole | {"height": tabs["y"] + tabs["height"] - whole["y"]}))
            page.close()

            page = opened(lab, HINGES)
            panel = page.locator(".nnlib-experiment")
            panel.locator("canvas[data-frames]").wait_for(timeout=90_000)
            page.wait_for_timeout(1500)
            before = panel.screenshot()
            panel.get_by_role("button", name="5 to 10").click()
            panel.locator(".nn-right").wait_for(timeout=60_000)
            page.wait_for_timeout(1500)
            save("experiment.png", before, panel.screenshot())
            page.close()

            page = opened(lab, CHECK)
            cell = page.locator(".jp-CodeCell").first
            cell.locator(".jp-OutputArea-output").first.wait_for(timeout=90_000)
            page.wait_for_timeout(1500)
            save("check.png", cell.screenshot())
            page.close()


if __name__ == "__main__":
    main()

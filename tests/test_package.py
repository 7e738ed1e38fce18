"""The package as a whole: light to import, imports downward only, one list of dependencies, files short enough to be read."""

import ast
import importlib.metadata
import inspect
import json
import re
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import numpy as np
import pytest
import yaml
from packaging.requirements import Requirement

import nnlib
import nnlib.jupyter

# ---- the limits, all in one place

LONGEST_CORE_FILE = 200  # lines of code, without docstrings, comments and blank lines; near 150 is the aim
CORE_TOGETHER = 1950  # the network near 1,750, and 180 that read a CSV file
MODULES_OVER_NUMPY = 40  # that `import nnlib` may load, its own included
LARGEST_DATA_FILE = 200_000  # bytes

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "nnlib"
CORE = sorted(PACKAGE.glob("*.py"))

# A module imports only from those to its left.
ORDER = (
    "checks initializers layer layers activations losses storage network optimizers differences gradient_check tables datasets training "
    "metrics plots experiments exercises jupyter"
).split()
CORE_NAMES = ORDER[: ORDER.index("plots")]
# What may be imported from outside, the standard library aside. A core file has numpy alone.
OUTSIDE = {
    "plots": {"numpy", "matplotlib"},
    "experiments": {"numpy", "matplotlib", "ipywidgets", "IPython", "traitlets", "anywidget", "contourpy", "threadpoolctl"},
    "exercises": {"numpy", "ipywidgets", "IPython", "traitlets"},
    "jupyter": {"ipywidgets", "IPython", "tornado"},
}
# Core functions that import when they are called: (file, what)
LAZY = {("training", "plots"), ("training", "tqdm")}


def repository_files():
    """Files under version control, and new ones that are not ignored."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


# ---- light to import


def modules_after(code):
    """Names of the modules that a fresh Python has loaded after ``code``."""
    script = f"{code}\nimport sys\nprint(*sorted(sys.modules), sep='\\n')"
    return set(subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


def test_importing_nnlib_loads_no_pictures_no_widgets_and_no_peers():
    tops = {name.split(".")[0] for name in modules_after("import nnlib")}
    assert "nnlib" in tops and "numpy" in tops
    assert not tops & {"matplotlib", "ipywidgets", "IPython", "tqdm", "torch", "sklearn", "scipy", "pandas"}


def test_importing_nnlib_costs_little_over_numpy_alone():
    extra = modules_after("import nnlib") - modules_after("import numpy")
    assert {f"nnlib.{path.stem}" for path in CORE if path.stem != "__init__"} <= extra
    assert len(extra) <= MODULES_OVER_NUMPY, sorted(extra)


def test_training_on_a_short_run_loads_no_progress_bar():
    code = "from nnlib import *\nX, y = datasets.moons(20)\nfit(mlp([2, 3, 1], loss=BinaryCrossEntropy()), X, y, SGD(0.1), epochs=2)"
    assert "tqdm" not in modules_after(code)


def test_pictures_are_there_when_they_are_asked_for():
    assert "matplotlib" in modules_after("import nnlib\nnnlib.plots")
    assert "matplotlib" in modules_after("from nnlib import plots")
    with pytest.raises(AttributeError, match="no attribute 'plot'"):
        _ = nnlib.plot


def test_all_lists_the_names_that_the_package_imports_for_its_readers():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert set(nnlib.__all__) == imported and len(nnlib.__all__) == len(imported)
    assert set(dir(nnlib)) == imported | {"plots"}


def test_the_package_says_what_it_is_even_where_docstrings_are_stripped():
    script = "import nnlib; print(nnlib.__doc__.split(':')[0])"
    assert subprocess.run([sys.executable, "-OO", "-c", script], cwd=ROOT, capture_output=True, text=True).stdout == "nnlib\n"


# ---- the import rule


def imports(path):
    """(module, nested) for each import in a file: nnlib's own as "plots", others by their top name; nested: inside a function."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(child) for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda)) for child in ast.walk(node)}
    package = ["nnlib", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(tree):
        nested = id(node) in inside
        if isinstance(node, ast.Import):
            targets = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = base + (node.module.split(".") if node.module else [])
            targets = [[*base, alias.name] for alias in node.names]
        else:
            continue
        for target in targets:
            if target[0] != "nnlib":
                yield target[0], nested
            elif len(target) > 1 and target[1] in ORDER:
                yield target[1], nested
            else:
                yield "nnlib", nested  # a public name, by way of the top


def place(path):
    """The place of a file in ORDER: its own name, or that of its folder."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def broken_rules(path):
    """What breaks the import rule in a file, in words."""
    me = place(path)
    for target, nested in imports(path):
        if target in sys.stdlib_module_names or target == me or (me == "__init__" and target in CORE_NAMES):
            continue
        if (me, target) in LAZY and nested:
            continue
        if target == "nnlib":
            if me not in OUTSIDE:
                yield f"{path.name} imports the whole of nnlib: write from .module import name"
        elif target in ORDER:
            if me == "__init__" or ORDER.index(target) >= ORDER.index(me):
                yield f"{path.name} imports {target}, which stands above it"
            elif nested and me not in OUTSIDE:
                yield f"{path.name} imports {target} inside a function"
        elif target not in OUTSIDE.get(me, {"numpy"}):
            yield f"{path.name} imports {target}"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_only_downward(path):
    assert place(path) in [*ORDER, "__init__"], f"give {place(path)} its place in ORDER"
    assert list(broken_rules(path)) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("layers.py", "from .network import Network"),
        ("layers.py", "from . import network"),
        ("layers.py", "import nnlib.network"),
        ("layers.py", "from nnlib import Network"),
        ("layers.py", "from nnlib.network import Network"),
        ("layers.py", "import matplotlib.pyplot as plt"),
        ("network.py", "from .plots import curves"),
        ("network.py", "def f():\n    from . import plots"),
        ("training.py", "from . import plots"),
        ("training.py", "from tqdm.auto import tqdm"),
        ("datasets.py", "def f():\n    import sklearn"),
        ("losses.py", "def f():\n    from .activations import sigmoid"),
        ("__init__.py", "from . import plots"),
        ("plots/curves.py", "from ..exercises import check"),
        ("plots/curves.py", "def f():\n    from ..experiments import frame"),
        ("plots/curves.py", "import ipywidgets"),
        ("exercises/week1.py", "import matplotlib"),
        ("exercises/week1.py", "import torch"),
    ],
)
def test_the_rule_sees_what_breaks_it(file, line, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(line + "\n", encoding="utf-8")
    assert list(broken_rules(path))


# ---- one list of dependencies


def pyproject():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def requirement(text):
    """("numpy", ">=2.0") from "numpy>=2.0", without the marker that keeps it out of a browser."""
    name, specifier = re.fullmatch(r"\s*([\w.-]+)\s*([<>=!~].*)?", text.split(";")[0]).groups()
    return name.lower().replace("_", "-"), (specifier or "").replace(" ", "")


def everywhere_but_in_a_browser(requirements):
    return [text for text in requirements if "== 'emscripten'" not in text]


def test_environment_yml_and_pyproject_list_the_same_packages_and_versions():
    project = pyproject()["project"]
    wanted = dict(map(requirement, [*everywhere_but_in_a_browser(project["dependencies"]), *project["optional-dependencies"]["test"]]))
    wanted["python"] = project["requires-python"].replace(" ", "")
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    found = dict(requirement(entry) for entry in listed if isinstance(entry, str))
    assert found.pop("pip") == ""
    (by_pip,) = (entry["pip"] for entry in listed if isinstance(entry, dict))
    assert by_pip[0] == "-e ."
    assert found | dict(map(requirement, by_pip[1:])) == wanted


def test_conda_takes_its_packages_from_conda_forge_alone():
    assert yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["channels"] == ["conda-forge"]


def test_what_is_installed_satisfies_the_list():
    for requirement in map(Requirement, everywhere_but_in_a_browser(pyproject()["project"]["dependencies"])):
        assert importlib.metadata.version(requirement.name) in requirement.specifier, requirement


def test_the_peers_are_no_dependency():
    project = pyproject()["project"]
    needed = {requirement(text)[0] for text in project["dependencies"] + project["optional-dependencies"]["test"]}
    assert not needed & {"torch", "scikit-learn", "scipy"}
    assert {requirement(text)[0] for text in project["optional-dependencies"]["peers"]} == {"torch", "scikit-learn"}


IMPORTED_AS = {"pyyaml": "yaml", "scikit-learn": "sklearn", "websocket-client": "websocket", "ipython": "IPython", "pytest-xdist": "xdist"}


def test_what_tests_and_builds_import_is_listed():
    project = pyproject()["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    listed = {requirement(text)[0] for group in groups for text in group}
    known = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in listed} | {"nnlib", "build"} | set(sys.stdlib_module_names)
    for folder in ("tests", "notebooks/instructor"):
        files = sorted((ROOT / folder).rglob("*.py"))
        known |= {file.stem for file in files}  # the tests' own helpers
        for file in files:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    assert {alias.name.split(".")[0] for alias in node.names} <= known, file
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    assert node.module.split(".")[0] in known, f"{file} imports {node.module}, which no list holds"


def test_no_source_file_is_too_long_to_be_read():
    long = [f"{file.relative_to(ROOT)}: {lines}" for file in PACKAGE.rglob("*.py") if (lines := len(file.read_text().splitlines())) > 500]
    assert long == []


def test_the_version_is_the_same_in_both_places():
    assert nnlib.__version__ == pyproject()["project"]["version"]


def test_every_file_of_the_package_is_packed():
    assert pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["nnlib"]  # with everything in it
    left_out = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard", "nnlib"]  # hatchling packs nothing that .gitignore names
    for path in repository_files():
        if path.is_relative_to(PACKAGE) and path.suffix == ".py":
            assert (path.parent / "__init__.py").exists(), f"{path.parent.name} needs an __init__.py"
    assert subprocess.run(left_out, cwd=ROOT, capture_output=True, text=True, check=True).stdout == ""


# ---- the Jupyter server


def test_installing_nnlib_gives_the_jupyter_server_its_extension():
    list_all = [sys.executable, "-m", "jupyter_server.extension.serverextension", "list"]
    listed = subprocess.run(list_all, capture_output=True, text=True, check=True)
    assert re.search(r"nnlib\.jupyter\W.*enabled.*nnlib\.jupyter\W.*OK", listed.stdout + listed.stderr, re.DOTALL)


def test_the_extension_lets_every_message_go_at_once_and_changes_nothing_else():
    told = []

    class Connection:
        websocket_handler = types.SimpleNamespace(set_nodelay=told.append)

        def connect(self):
            told.append("connected")
            return "what the server waits for"

    settings = {"kernel_websocket_connection_class": Connection}
    nnlib.jupyter._load_jupyter_server_extension(types.SimpleNamespace(web_app=types.SimpleNamespace(settings=settings)))
    assert settings["kernel_websocket_connection_class"]().connect() == "what the server waits for"
    assert told == [True, "connected"]


# ---- nothing of one machine, nothing of one company


MACHINE = re.compile(r"(?<![\w.~-])/(?:home|root|work|tmp|mnt|Users|var/folders)/[\w.]+|\b[A-Z]:\\+Users\\")
ESCAPES = re.compile(r"(?:\\u001b|\\x1b|\x1b)\[[\d;]*m|\\[nrt](?=/)")  # a colour, or a line end inside JSON, right before a path
PRIVATE_INDEX = re.compile(r"(?:extra-index|index)[-_]url\b|\b(?:UV_DEFAULT_INDEX|PIP_INDEX_URL)\b", re.IGNORECASE)
PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org"}


def lines_that_hold(pattern, text):
    return [line.strip()[:160] for line in ESCAPES.sub(" ", text).splitlines() if pattern.search(line)]


def test_no_file_holds_a_path_of_a_machine_or_a_private_package_index():
    here = Path(__file__).resolve()
    for path in repository_files():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        if path.resolve() != here:  # this file spells out what it looks for
            assert not lines_that_hold(MACHINE, text), path
            assert not lines_that_hold(PRIVATE_INDEX, text), path


@pytest.mark.parametrize(
    "text",
    [
        "see /home/ada/course/x.py",
        '"/tmp/ipykernel_7/1.py"',
        "/" + "root/.cache",
        "cd " + "/" + "work/main",
        "C:\\Users\\ada",
        '"C:\\\\Users\\\\ada"',
        "=/Users/ada/x",
        "file:" + "///home/ada/x",
        r"File \u001b[0;32m/tmp/x.py",
        r"Traceback\n/home/ada/x.py",
    ],
)
def test_a_path_of_a_machine_is_seen(text):
    assert lines_that_hold(MACHINE, text)


@pytest.mark.parametrize("text", ["https://example.org/home/x", "docs/home/plan.md", "~/home/x", "a/tmp/b", "/homework/1"])
def test_other_paths_are_left_alone(text):
    assert not lines_that_hold(MACHINE, text)


def test_the_lock_file_names_public_hosts_only():
    lock = ROOT / "uv.lock"
    if not lock.exists():
        pytest.skip("there is no lock file")
    hosts = set(re.findall(r"\w+://([^/\"\s]+)", lock.read_text(encoding="utf-8")))
    assert hosts and hosts <= PUBLIC_HOSTS, hosts - PUBLIC_HOSTS


def test_the_lock_file_holds_the_same_requirements_as_pyproject():
    lock = ROOT / "uv.lock"
    if not lock.exists():
        pytest.skip("there is no lock file")
    (locked,) = [package for package in tomllib.loads(lock.read_text(encoding="utf-8"))["package"] if package["name"] == "nnlib"]
    project = pyproject()["project"]
    listed = project["dependencies"] + [text for group in project["optional-dependencies"].values() for text in group]
    found = {(entry["name"], entry.get("specifier", "")) for entry in locked["metadata"]["requires-dist"]}
    assert found == {requirement(text) for text in listed}


# ---- made to be read


PUBLIC = sorted(name for name, thing in vars(nnlib).items() if getattr(thing, "__module__", "").startswith("nnlib.") and name[0] != "_")
PROMISED = """
    Network mlp fit minibatches Dense Dropout BatchNorm Identity Sigmoid Tanh ReLU LeakyReLU ELU GELU Softmax
    MeanSquaredError BinaryCrossEntropy SoftmaxCrossEntropy CategoricalCrossEntropy
    SGD Momentum Nesterov AdaGrad RMSProp Adam AdamW
    numerical_gradient check_layer check_loss check_network GradientError TrainingDiverged
    zeros constant normal lecun_normal lecun_uniform xavier_normal xavier_uniform he_normal he_uniform orthogonal
    train_test_split accuracy confusion_matrix calibration
""".split()


@pytest.mark.parametrize("name", PROMISED)
def test_every_promised_name_is_imported_from_the_top(name):
    assert name in PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_a_docstring_of_its_own(name):
    thing = getattr(nnlib, name)
    doc = vars(thing).get("__doc__") if inspect.isclass(thing) else inspect.getdoc(thing)
    assert doc and doc.strip()
    if dataclass_signature := re.match(rf"{name}\(.*\)$", doc.strip()):
        pytest.fail(f"{dataclass_signature.group()} is written by dataclass, not by us")


def lines_of_code(path):
    """How many lines hold code: comments and blank lines do not count, nor do docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    lines = {
        line
        for node in ast.walk(tree)
        if hasattr(node, "lineno") and id(node) not in prose and not (isinstance(node, ast.Expr) and id(node.value) in prose)
        for line in ((node.lineno, node.end_lineno) if hasattr(node, "body") else range(node.lineno, node.end_lineno + 1))
        if not (hasattr(node, "body") and line == node.end_lineno)
    }
    return len(lines)


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.name)
def test_every_core_file_opens_with_prose_and_stays_short(path):
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "open with a sentence that says what the file is"
    assert lines_of_code(path) <= LONGEST_CORE_FILE


def test_the_core_together_can_be_read_in_an_evening():
    lengths = {path.name: lines_of_code(path) for path in CORE}
    assert sum(lengths.values()) <= CORE_TOGETHER, lengths


def test_the_shipped_data_are_small_and_say_where_they_come_from():
    data = PACKAGE / "data"
    assert max(path.stat().st_size for path in data.iterdir()) <= LARGEST_DATA_FILE
    about = (data / "README.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in about and "Alpaydin" in about and "10.24432/C50P49" in about
    X, y = nnlib.datasets.digits()
    assert X.shape == (1797, 64) and np.unique(y).tolist() == list(range(10))


# Phrases that a native editor would not leave: inversions, private verbs, a translated accent. In small letters.
BANNED = re.compile(
    r"asked for is|\bwanted is\b|in the midst|take off the|took off the|\b(?:a|an) (?:row|epoch|example|class|step|copy|unit) an? (?:epoch|example|class|step|row|unit)\b"
    r"|is said to be|said to be \d|\bmisspelt\b|from behind|per cent\b|so it never comes loose|the sign is turned|is told calmly|what came\b"
    r"|for the eye|the judges of|in the course of the running|\bthe commonest\b|out of the way it is"
    r"|twice too (?:large|long|small|high)|\bright but for\b|right, but in another order|stands? (?:in|out)side the (?:loop|root|parentheses)"
    r"|(?:have|has) changed places|sorts? upwards|alone or in company|missing or too much|\bby which (?:a )?sliders?\b"
    r"|\bon on the\b|maximum off\b|how far .{0,20} may put off|no shape complains|for whoever\b|who always says|from whom or what|fit only so\b"
    r"|where another number is right|where (?:\S+ ){1,3}(?:is|was) meant\?|is the narrower place|says? the class with",
)


EDITED_OUT = re.compile(  # in every file
    r"(?<!there )(?<!here )\b(?:is|are|was|were) no (?!longer\b|more\b|better\b|worse\b|need\b|\w+er than\b)(?:\w+ )?(?:number|row|example|word|text|label|list|message|chance"
    r"|exercise|answer|proof|test|cure|comparison|error|plain|exported|multiple|minimum|quadratic|polynomial|twin|sigmoid)s?\b"
    r"|one and the same|\bby lot\b|\banew\b|\btells (?:for|on|which)\b|\bas one (?:would|writes|types)\b|\bone would\b|\bof one's own\b|what is no\b",
)


def test_no_text_holds_a_phrase_that_was_edited_out():
    found = []
    for file in repository_files():
        if file.suffix not in (".py", ".md", ".ipynb", ".js") or file == Path(__file__).resolve() or file.is_relative_to(ROOT / "tests"):
            continue
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".ipynb":
            text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
        found += [f"{file.relative_to(ROOT)}: {match[0]!r}" for match in BANNED.finditer(text.lower())]
    for file in repository_files():
        if file.suffix in (".py", ".md", ".txt", ".js", ".ipynb") and file != Path(__file__).resolve():
            text = re.sub(r'"image/png": ".*"', "", file.read_text(encoding="utf-8"))
            found += [f"{file.relative_to(ROOT)}: {match[0]!r}" for match in EDITED_OUT.finditer(text.lower())]
    assert not found, "\n".join(found)


def test_every_public_name_occurs_where_a_reader_meets_it():
    """In a notebook or the README, as ``Name``, ``module.name`` or ``net.name``."""
    pages = [*(ROOT / "notebooks").glob("*.ipynb"), ROOT / "README.md"]
    words = {word for page in pages for word in re.findall(r"\w+", page.read_text(encoding="utf-8"))}
    missing = {*nnlib.__all__, *(name for name in dir(nnlib.Network) if name[0] != "_")} - words
    assert not missing, missing

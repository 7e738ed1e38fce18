"""Simulates another machine on this one and lists every notebook cell whose printed output changes.

    python tests/portability.py                         all variants below, all notebooks (about three minutes each on two cores)
    python tests/portability.py --only seeds=5 -- week4 five seeds, the notebooks whose name begins with week4
    python tests/portability.py --only cores numpy      some of the variants
    python tests/portability.py --tests --only seeds=3  the tests on three such machines

seeds=N    data and start weights off by up to 4 units in the last place, N times differently (20 if N is left out); for a network in
           float32 in the last place of float32, where the data's last place no longer shows
cores      each processor that OpenBLAS can play here (OPENBLAS_CORETYPE)
features   NumPy without its faster instructions, one after the other down to its baseline (NPY_DISABLE_CPU_FEATURES)
threads    one and two threads in matrix products
numpy      the oldest NumPy that pyproject.toml allows and the newest that pip finds for this Python (needs the package index)

The comparison is nbval's strict one. Exit code: the number of variants with a changed cell. With ``--tests`` the tests of trained networks
run instead of the notebooks, and what fails is listed: what they assert must hold on other machines, too.
"""

import argparse
import functools
import os
import re
import subprocess
import sys
import tempfile
from hashlib import blake2b
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
CORES = (
    "Prescott Core2 Penryn Dunnington Nehalem Sandybridge Haswell SkylakeX Cooperlake Sapphirerapids Atom Barcelona Bulldozer Zen".split()
)
# the tests that assert something of a network after training; all others compare with formulas
TRAINED = ["tests/test_training.py", "tests/test_optimizers.py", "tests/test_reference_networks.py", "tests/exercises/test_clinic.py"]
TRAINED += [f"tests/experiments/test_{name}.py" for name in ("batch_size", "bug_lab", "curvature", "depth_width", "hinges", "loss_pairing")]
TRAINED += [f"tests/experiments/test_{name}.py" for name in ("momentum", "optimizer_race", "rate_depth", "signal_propagation", "symmetry")]
TRAINED += [f"tests/experiments/test_{name}.py" for name in ("train_or_evaluate", "trainability")]
VARIANTS = ("seeds", "cores", "features", "threads", "numpy")


def off_by(key, values):
    """-4 to 4 units in the last place of ``values``: the same for the same ``key``."""
    digest = blake2b(repr(key).encode(), digest_size=8).digest()
    steps = np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big"))).integers(-4, 5, values.shape)
    return steps.astype(values.dtype) * np.spacing(values)


class OffByUlps(np.random.Generator):
    """A generator whose real numbers are off by up to 4 units in the last place: by the same for equal state and equal ``seed``."""

    seed = 0

    def off(self, draw, arguments, settings):
        state = self.bit_generator.state
        values = np.asarray(draw(self, *arguments, **settings))
        values = values + off_by((self.seed, state["state"], state["has_uint32"]), values)
        return values if values.shape else values[()]

    def standard_normal(self, *arguments, **settings):
        return self.off(np.random.Generator.standard_normal, arguments, settings)

    def normal(self, *arguments, **settings):
        return self.off(np.random.Generator.normal, arguments, settings)

    def uniform(self, *arguments, **settings):
        return self.off(np.random.Generator.uniform, arguments, settings)

    def random(self, *arguments, **settings):
        return np.minimum(self.off(np.random.Generator.random, arguments, settings), 1 - 2**-24)


def perturb(seed):
    """From now on ``np.random.default_rng`` gives generators that are off in the last place, differently for each ``seed``, and so are the
    start weights of networks in float32."""
    from nnlib import Network

    OffByUlps.seed = seed
    original, build = np.random.default_rng, Network.__init__

    @functools.wraps(build)
    def build_off(self, *arguments, **settings):
        build(self, *arguments, **settings)
        if self.theta.dtype == np.float32:
            for weights in np.atleast_2d(self.theta):  # equal starts stay equal
                weights += off_by((seed, weights.tobytes()), weights)

    Network.__init__ = build_off

    def default_rng(seed=None):
        return seed if isinstance(seed, np.random.Generator) else OffByUlps(original(seed).bit_generator)

    np.random.default_rng = default_rng


def pytest_configure(config):
    """As a plugin of pytest: the machine of NNLIB_LAST_PLACE."""
    if "NNLIB_LAST_PLACE" in os.environ:
        perturb(int(os.environ["NNLIB_LAST_PLACE"]))


def run_tests(environment, folder):
    """The tests that fail under ``environment``."""
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider", "-p", "portability", *TRAINED]
    path = os.pathsep.join(filter(None, [str(ROOT / "tests"), environment.get("PYTHONPATH") or os.environ.get("PYTHONPATH")]))
    run = subprocess.run(command, cwd=ROOT, env=os.environ | environment | {"PYTHONPATH": path}, capture_output=True, text=True)
    if run.returncode not in (0, 1):
        raise SystemExit(f"pytest ended with {run.returncode}:\n{run.stdout[-3000:]}{run.stderr[-3000:]}")
    return re.findall(r"^(?:FAILED|ERROR) (.*?)(?: - .*)?$", run.stdout, re.M)


def run_notebooks(files, environment, folder):
    """The cells of ``files`` that nbval finds changed under ``environment``, as 'notebook::Cell 7'."""
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")]
    command += ["-n", "0"] * (len(files) == 1) + [str(file) for file in files]
    run = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ
        | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NNLIB_PROGRESS": str(folder / "progress.json")}
        | environment,
        capture_output=True,
        text=True,
    )
    changed = re.findall(r"^(?:FAILED|ERROR) (?:notebooks/)?(.*?::.*?)(?: - .*)?$", run.stdout, re.M)
    if run.returncode not in (0, 1) or (run.returncode and not changed):
        raise SystemExit(f"pytest ended with {run.returncode}:\n{run.stdout[-3000:]}{run.stderr[-3000:]}")
    return changed


def profile(folder, seed):
    """An IPYTHONDIR under ``folder`` whose kernels start with ``perturb(seed)``."""
    startup = folder / f"seed{seed}" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-off.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT / 'tests')!r})\nimport portability\nportability.perturb({seed})\nsys.path.pop(0)\n"
    )
    return {"IPYTHONDIR": str(startup.parents[1]), "NNLIB_LAST_PLACE": str(seed)}


def cores():
    """The OPENBLAS_CORETYPEs that NumPy's OpenBLAS accepts on this processor."""
    probe = "import numpy, threadpoolctl; print(threadpoolctl.threadpool_info()[0].get('architecture'))"
    for core in CORES:
        run = subprocess.run([sys.executable, "-c", probe], env=os.environ | {"OPENBLAS_CORETYPE": core}, capture_output=True, text=True)
        if run.stdout.strip().lower() == core.lower():
            yield core


def features():
    """The instruction sets that NumPy uses here beyond its baseline, as growing lists to switch off."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    used = [name for name in __cpu_dispatch__ if __cpu_features__[name]]
    return [" ".join(used[-n:]) for n in range(1, len(used) + 1)]


def numpys(folder):
    """Folders with the oldest and the newest NumPy for this Python, to stand first on the path."""
    oldest = re.search(r'"numpy>=([\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))[1]
    for name, wanted in (("oldest", f"numpy=={oldest}.*"), ("newest", "numpy")):
        target = folder / name
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target), wanted], check=True)
        yield next(target.glob("numpy-*.dist-info")).name.removesuffix(".dist-info"), str(target)


def variants(only, folder):
    """(name, environment) of each machine to be played."""
    for kind in only:
        kind, _, count = kind.partition("=")
        if kind == "seeds":
            yield from ((f"last place, seed {seed}", profile(folder, seed)) for seed in range(int(count or 20)))
        elif kind == "cores":
            yield from ((f"core {core}", {"OPENBLAS_CORETYPE": core}) for core in cores())
        elif kind == "features":
            yield from ((f"without {names}", {"NPY_DISABLE_CPU_FEATURES": names}) for names in features())
        elif kind == "threads":
            yield from ((f"{n} threads", {"OMP_NUM_THREADS": n, "OPENBLAS_NUM_THREADS": n}) for n in "12")
        elif kind == "numpy":
            path = os.environ.get("PYTHONPATH", "")
            yield from ((name, {"PYTHONPATH": target + os.pathsep + path}) for name, target in numpys(folder))
        else:
            raise SystemExit(f"no variant {kind!r}: there are {', '.join(VARIANTS)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", help="beginnings of the names of notebooks; all if left out")
    parser.add_argument("--tests", action="store_true", help="run the tests instead of the notebooks")
    parser.add_argument("--only", nargs="+", action="extend", default=None, metavar="VARIANT")
    given = parser.parse_args()
    files = [file for file in sorted((ROOT / "notebooks").glob("*.ipynb")) if file.name.startswith(tuple(given.notebooks) or "")]
    if not files:
        raise SystemExit(f"no notebook begins with {' or '.join(given.notebooks)}")
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, environment in variants(given.only or VARIANTS, Path(folder)):
            changed = run_tests(environment, Path(folder)) if given.tests else run_notebooks(files, environment, Path(folder))
            what = "failed tests" if given.tests else "changed cells"
            print(f"{name}: {len(changed)} {what}", *changed, sep="\n    ", flush=True)
            bad += bool(changed)
    return bad


if __name__ == "__main__":
    sys.exit(main())

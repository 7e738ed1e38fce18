"""A folder for machines without a network: a copy of the course, and the wheels of all that it needs."""

import shutil
import subprocess
import sys
import zipfile

from . import replaced
from .copies import START
from .course import write_course

WINDOWS = {
    "os_name": "nt",
    "sys_platform": "win32",
    "platform_system": "Windows",
    "platform_machine": "AMD64",
    "platform_release": "10",
    "platform_version": "10",
}
OFFLINE = """## Start

You need Python {python}, and no network. In this folder:

```bash
{lines}
```

{other}The second time the last line is enough.
"""
LINES = {
    True: "py -{python} -m venv .venv\n.venv\\Scripts\\pip install --no-index --find-links wheels nnlib\n.venv\\Scripts\\jupyter lab notebooks",
    False: "python{python} -m venv .venv\n.venv/bin/pip install --no-index --find-links wheels nnlib\n.venv/bin/jupyter lab notebooks",
}


def wheel_names(folder):
    """Project name, in its normal form -> wheel."""
    from packaging.utils import parse_wheel_filename

    return {parse_wheel_filename(file.name)[0]: file for file in folder.glob("*.whl")}


def required(wheel, extras, environment):
    """The requirements of a wheel with these extras in an environment."""
    from email.parser import Parser

    from packaging.requirements import Requirement

    with zipfile.ZipFile(wheel) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith(".dist-info/METADATA") and name.count("/") == 1)
        about = Parser().parsestr(packed.read(name).decode("utf-8"))
    needs = map(Requirement, about.get_all("Requires-Dist", ()))
    return [need for need in needs if not need.marker or any(need.marker.evaluate(environment | {"extra": e}) for e in {"", *extras})]


def missing(folder, environment, first="nnlib"):
    """What ``first`` needs in that environment, directly or not, and what has no wheel in the folder: [Requirement]."""
    from packaging.utils import canonicalize_name

    have, seen, open_ends, lacking = wheel_names(folder), set(), [(first, ())], {}
    while open_ends:
        name, extras = open_ends.pop()
        for need in required(have[name], extras, environment):
            found = canonicalize_name(need.name)
            if found not in have:
                lacking[found] = need
            elif (found, *sorted(need.extras)) not in seen:
                seen.add((found, *sorted(need.extras)))
                open_ends.append((found, need.extras))
    return list(lacking.values())


def write_kit(out, windows=False, only=None, keep=()):
    """Write a copy of the course with the wheels of all that it needs, for machines without a network; returns what is missing.

    For machines like this one, or with 64-bit Windows; they need the same Python version. pip reads conditions such as "only on Windows"
    for the machine where it runs, so what they add is looked up here.
    """
    from packaging.markers import default_environment

    leaked = write_course(out, only, keep)
    wheels, pip = out / "wheels", [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "-w", wheels, out], check=True)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    target = ["--only-binary=:all:", "--python-version", version, *(["--platform", "win_amd64"] if windows else [])]
    environment = default_environment() | (WINDOWS if windows else {})
    (course,) = wheels.iterdir()  # by its file: the index has another project with this name
    wanted = [str(course)]
    while wanted:
        subprocess.run([*pip, "download", "-q", *target, "--find-links", wheels, "-d", wheels, *wanted], check=True)
        before, wanted = wanted, [str(need).split(";")[0].strip() for need in missing(wheels, environment)]
        if wanted == before:
            raise SystemExit(f"no wheel for {', '.join(wanted)}")
    for folder in ("build", "dist"):
        shutil.rmtree(out / folder, ignore_errors=True)
    readme = (out / "README.md").read_text(encoding="utf-8")
    start = readme[readme.index(START.split("\n")[0]) : readme.index("\nEvery exercise has a `check`")]
    other = "" if windows else "On Windows the course needs wheels of its own: `build kit OUT --windows` makes them. "
    offline = OFFLINE.format(python=version, lines=LINES[windows].format(python=version), other=other)
    (out / "README.md").write_text(replaced(readme, start, offline), encoding="utf-8")
    size = sum(file.stat().st_size for file in wheels.iterdir()) / 1e6
    print(
        f"{out}: {len(wheel_names(wheels))} wheels, {size:.0f} MB, for {'64-bit Windows' if windows else 'machines like this one'}, Python {version}"
    )
    return leaked

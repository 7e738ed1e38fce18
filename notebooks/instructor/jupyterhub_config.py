"""JupyterHub for a class on one Linux machine: every learner gets a server and a copy of the notebooks of their own.

    sudo jupyterhub -f notebooks/instructor/jupyterhub_config.py

"A class on one machine" in guide.md says how to install, start and collect. The course is the folder from which nnlib is installed. Settings:

NNLIB_HUB_GROUP                  the Unix group of those who may log in ("learners" unless you say otherwise)
NNLIB_HUB_ADMIN                  accounts with the hub's panel, where servers are seen and stopped, as "ada bert"; none unless you say so
NNLIB_HUB_PORT                   8000 unless you say otherwise
NNLIB_HUB_CERT, NNLIB_HUB_KEY    certificate and key for https: with both the hub listens to the network, else to this machine only
NNLIB_HUB_VOTE                   port of the teacher's classroom, 8765 say, which /services/vote/ then shows; none unless you say so
"""

import asyncio
import importlib.util
import os
import pwd
import sys
from pathlib import Path

COURSE = Path(importlib.util.find_spec("nnlib").origin).parents[1]
if not (COURSE / "notebooks" / "start_here.ipynb").exists():
    raise SystemExit(f"{COURSE} holds no notebooks: install the course with  pip install -e FOLDER")
PORT = os.environ.get("NNLIB_HUB_PORT", "8000")
CERT, KEY = (os.environ.get(name, "") for name in ("NNLIB_HUB_CERT", "NNLIB_HUB_KEY"))

c = get_config()  # noqa: F821  JupyterHub provides it

# Passwords cross the network only encrypted. Accounts are those of the machine (PAM), of one group.
c.JupyterHub.bind_url = f"https://:{PORT}" if CERT and KEY else f"http://127.0.0.1:{PORT}"
c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = CERT, KEY
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {os.environ.get("NNLIB_HUB_GROUP", "learners")}
c.Authenticator.admin_users = set(os.environ.get("NNLIB_HUB_ADMIN", "").split())

# A server runs as its learner's own account, so the machine itself keeps learners apart. SimpleLocalProcessSpawner would run all as one account;
# SystemdSpawner could limit each learner's memory, but needs systemd and another package.
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.LocalProcessSpawner.popen_kwargs = {"umask": 0o077}  # new files are readable by their owner alone
# This spawner cannot limit a learner's memory. The limit here is 2 GiB for each process: an array that is too large ends in a MemoryError.
c.Spawner.cmd = ["prlimit", f"--data={2 * 2**30}", sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 300  # a whole class that arrives at once
c.Spawner.notebook_dir = "~/course"
c.Spawner.default_url = "/lab/tree/notebooks/start_here.ipynb"
c.Spawner.args = [
    "--KernelManager.transport=ipc",  # sockets in the learner's own folder: on a port, others could listen to a kernel's outputs
    "--MappingKernelManager.cull_idle_timeout=1800",  # kernels of closed notebooks
    "--LabApp.news_url=None",  # no news, no look for updates, no list of extensions: nothing is fetched
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
]


def progress(spawner):
    return f"{pwd.getpwnam(spawner.user.name).pw_dir}/course/nnlib_progress.json"


c.Spawner.environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NNLIB_PROGRESS": progress}

# A learner's process cannot read the teacher's folder, so it gets the lines of build/update.py with its own.
UPDATE = (Path(__file__).with_name("build") / "update.py").read_text(encoding="utf-8").split("\nif __name__ ==")[0]
COPY = (
    UPDATE
    + """
course, mine = map(Path, sys.argv[1:])
for name in ("README.md", "LICENSE"):
    if not (mine / name).exists():
        store((course / name).read_bytes(), mine / name)
update(course, mine)
if not (mine / "nnlib").exists():
    (mine / "nnlib").unlink(missing_ok=True)
    (mine / "nnlib").symlink_to(course / "nnlib")
"""
)


async def copy_course(spawner):
    """Bring the course into the learner's folder, as the learner: her work stays, and a deleted notebook comes back fresh."""
    learner = pwd.getpwnam(spawner.user.name)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", COPY, COURSE, Path(learner.pw_dir) / "course"),
        **{"user": learner.pw_uid, "group": learner.pw_gid, "extra_groups": [], "umask": 0o077, "cwd": "/"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the course could not be copied for {learner.pw_name}: {said.decode().splitlines()[-1]}")


c.Spawner.pre_spawn_hook = copy_course

# A server in which nothing ran or was saved for two hours is stopped, even with its page open; a restart of the hub leaves the others running.
c.JupyterHub.cleanup_servers = False
c.JupyterHub.services = [{"name": "culler", "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=7200"]}]
# Nobody logs in to vote, so the page is no server of the hub's own. Whoever listens on that port first is shown, so it is off unless asked for.
if VOTE := os.environ.get("NNLIB_HUB_VOTE"):
    c.JupyterHub.services += [{"name": "vote", "url": f"http://127.0.0.1:{int(VOTE)}", "display": False}]
c.JupyterHub.load_roles = [
    {"name": "culler", "services": ["culler"], "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"]}
]

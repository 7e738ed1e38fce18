"""A class on one machine, for real: JupyterHub with its proxy, a system account for every learner, week 2b run to its end by all at once.

    sudo PYTHON tests/benchmarks/hub.py [LEARNERS] [PICTURE.png]

PYTHON is one in which the course, jupyterhub and jupyterhub-idle-culler are installed; configurable-http-proxy is on the PATH. It needs root, because
it makes the accounts nnlib-test-01, -02, ... and removes them with their homes at the end. Nothing else on the machine is changed. With PICTURE.png (and
playwright and Chromium) one more learner comes through a real browser. LEARNERS is 20 unless you say otherwise. Run it on a quiet machine.

The hub is the shipped configuration with other ports and a short wait for the culler. Every learner logs in with the form and a password, waits
for the server as the waiting page does, opens Lab, and runs the cells over the kernel's websocket. Memory is PSS: pages shared by several
processes are counted once, divided among them.
"""

import contextlib
import json
import os
import pwd
import re
import resource
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
import websocket
from requests.cookies import get_cookie_header

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
GROUP = "nnlib-test"
NOTEBOOK = "week2b_backprop_in_matrices.ipynb"
START = "/lab/tree/notebooks/start_here.ipynb"
CONFIG = """
load_subconfig({shipped!r})
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.JupyterHub.services[0]["command"][-1:] = ["--timeout={timeout}", "--cull-every=5"]
"""


# ---- accounts and the hub


def shell(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def free_ports(n):
    probes = [socket.socket() for _ in range(n)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Class:
    """The accounts and the hub, for the time of a with-block."""

    def __init__(self, n):
        self.passwords = {f"{GROUP}-{i:02d}": secrets.token_urlsafe(12) for i in range(n)}
        self.outsider = f"{GROUP}-outsider"

    def __enter__(self):
        self.state = Path(tempfile.mkdtemp())
        self.port, self.hub_port, self.api_port = free_ports(3)
        self.url = f"http://127.0.0.1:{self.port}"
        shell("groupadd", GROUP)
        for name in [*self.passwords, self.outsider]:
            groups = ["-G", GROUP] if name in self.passwords else []
            shell("useradd", "-m", "-K", "HOME_MODE=0755", "-s", "/bin/bash", *groups, name)
        self.passwords[self.outsider] = secrets.token_urlsafe(12)
        shell("chpasswd", input="".join(f"{name}:{word}\n" for name, word in self.passwords.items()))
        self.log = open(self.state / "log", "w")
        self.start()
        return self

    def start(self, timeout=3600):
        """Start the hub, with that many seconds until an idle server is stopped; returns the seconds until its login page is there."""
        shipped = str(ROOT / "notebooks" / "instructor" / "jupyterhub_config.py")
        config = CONFIG.format(shipped=shipped, hub=self.hub_port, api=self.api_port, timeout=timeout)
        (self.state / "config.py").write_text(config)
        before = time.monotonic()
        env = os.environ | {"NNLIB_HUB_GROUP": GROUP, "NNLIB_HUB_PORT": str(self.port)}
        self.hub = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", "config.py"], cwd=self.state, env=env, stdout=self.log, stderr=self.log
        )
        while True:
            try:
                requests.get(f"{self.url}/hub/login", timeout=5).raise_for_status()
                return time.monotonic() - before
            except requests.RequestException:
                if self.hub.poll() is not None or time.monotonic() > before + 60:
                    raise SystemExit((self.state / "log").read_text()) from None
                time.sleep(0.2)

    def stop(self):
        self.hub.terminate()
        self.hub.wait(60)

    def __exit__(self, *_):
        self.stop()
        for name in self.passwords:
            for pid in processes(name):
                os.kill(pid, 9)
        time.sleep(1)
        for name in self.passwords:
            shell("userdel", "-r", name)
        shell("groupdel", GROUP)
        self.log.close()
        text = (self.state / "log").read_text()
        trouble = re.findall(r"^(?:\[E | *\w[\w.]*(?:Error|Exception): ).*$", text, re.M)
        print(f"\nhub's log: {text.count(chr(10))} lines, {len(trouble)} errors", *trouble[:20], sep="\n")
        shutil.rmtree(self.state)


def processes(owner):
    """The ids of an account's living processes."""
    uid, found = pwd.getpwnam(owner).pw_uid, []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            if process.stat().st_uid == uid and "State:\tZ" not in (process / "status").read_text():
                found.append(int(process.name))
    return found


def memory(pids):
    """(PSS, RSS) of some processes in MB."""
    total = [0, 0]
    for pid in pids:
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            for i, field in enumerate(("Pss", "Rss")):
                total[i] += int(re.search(rf"^{field}:\s+(\d+)", text, re.M)[1]) / 1024
    return total


def worked(pids):
    """Seconds of processor time that some processes have used."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


def children(pid):
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found if pwd.getpwuid(Path(f"/proc/{child}").stat().st_uid).pw_name == "root"]


def is_kernel(pid):
    return b"ipykernel" in Path(f"/proc/{pid}/cmdline").read_bytes()


def used():
    """What the whole machine cannot give to others, in MB."""
    info = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return (int(info["MemTotal"].split()[0]) - int(info["MemAvailable"].split()[0])) / 1024


class Peak(threading.Thread):
    """The most memory during a with-block: of the learners' processes, and of the whole machine above its start, others' work included."""

    def __init__(self, learners):
        super().__init__()
        self.learners, self.most, self.machine = learners, 0, 0

    def __enter__(self):
        self.going, self.base = True, used()
        self.start()
        return self

    def run(self):
        while self.going:
            self.machine = max(self.machine, used() - self.base)
            self.most = max(self.most, sum(memory(processes(learner.name))[0] for learner in self.learners))
            time.sleep(1)

    def __exit__(self, *_):
        self.going = False
        self.join()


# ---- a learner


class Learner:
    def __init__(self, school, name):
        self.url, self.name, self.password = school.url, name, school.passwords[name]
        self.home = f"{self.url}/user/{name}"
        self.web = requests.Session()

    def login(self, password=None):
        """Log in by the form; the status of the answer. A success leads on to the start of the server."""
        page = self.web.get(f"{self.url}/hub/login").text
        form = {"username": self.name, "password": password or self.password}
        form["_xsrf"] = re.search(r'name="_xsrf"\s+value="([^"]+)"', page)[1]
        return self.web.post(f"{self.url}/hub/login?next=%2Fhub%2F", data=form).status_code

    def server(self):
        """Wait for the server as the waiting page does, then open Lab; the address on which it ends."""
        self.web.get(f"{self.url}/hub/spawn")
        with self.web.get(f"{self.url}/hub/api/users/{self.name}/server/progress", stream=True) as events:
            events.raise_for_status()
            for line in events.iter_lines():
                event = json.loads(line[6:]) if line.startswith(b"data: ") else {}
                if event.get("failed"):
                    raise RuntimeError(f"{self.name}: {event['message']}")
                if event.get("ready"):
                    break
        page = self.web.get(f"{self.home}/")
        page.raise_for_status()
        return page.url

    def token(self, path):
        return next(cookie.value for cookie in self.web.cookies if cookie.name == "_xsrf" and cookie.path == path)

    def api(self, method, place, **body):
        answer = self.web.request(
            method, f"{self.home}/api/{place}", json=body or None, headers={"X-XSRFToken": self.token(f"/user/{self.name}/")}
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def stop(self):
        path = f"{self.url}/hub/api/users/{self.name}/server"
        self.web.delete(path, headers={"X-XSRFToken": self.token("/hub/")}).raise_for_status()
        while processes(self.name):
            time.sleep(0.1)

    def kernel(self, notebook=NOTEBOOK):
        """Open a notebook: its code cells, and a websocket to its kernel."""
        path = f"notebooks/{notebook}"
        cells = self.api("GET", f"contents/{path}")["content"]["cells"]
        session = self.api("POST", "sessions", path=path, name=notebook, type="notebook", kernel={"name": "python3"})
        self.session = session["id"]
        self.connect(session["kernel"]["id"])
        return [cell["source"] for cell in cells if cell["cell_type"] == "code"]

    def connect(self, kernel):
        address = f"{self.home}/api/kernels/{kernel}/channels?session_id={self.session}"
        cookie = get_cookie_header(self.web.cookies, requests.Request("GET", address))
        self.socket = websocket.create_connection(address.replace("http", "ws", 1), cookie=cookie, timeout=600)

    def run(self, code):
        """Run one cell to its end; what it printed, and its errors."""
        message = uuid.uuid4().hex
        header = {"msg_id": message, "msg_type": "execute_request", "username": "", "session": self.session, "version": "5.3", "date": ""}
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        request = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": []}
        self.socket.send(json.dumps(request))
        said, errors, open_ends = "", [], {"reply", "idle"}
        while open_ends:
            raw = self.socket.recv()
            if isinstance(raw, bytes):  # a message with binary buffers: an experiment's picture
                continue
            reply = json.loads(raw)
            if reply["parent_header"].get("msg_id") != message:
                continue
            kind, content = reply["msg_type"], reply["content"]
            if kind == "execute_reply":
                open_ends.discard("reply")
            elif kind == "status" and content["execution_state"] == "idle":
                open_ends.discard("idle")
            elif kind == "stream":
                said += content["text"]
            elif kind == "error":
                errors.append(f"{content['ename']}: {content['evalue']}")
        return said, errors

    def close(self):
        self.socket.close()
        self.api("DELETE", f"sessions/{self.session}")


def timed(function, *arguments):
    before = time.monotonic()
    result = function(*arguments)
    return time.monotonic() - before, result


def arrive(learner):
    """Log in, wait for the server, see Lab on the start page; the seconds this took."""
    seconds, where = timed(lambda: (learner.login(), learner.server())[1])
    assert where.endswith(f"/user/{learner.name}{START}"), where
    return seconds


def open_notebook(learner):
    names = {file["name"] for file in learner.api("GET", "contents/notebooks")["content"]}
    assert NOTEBOOK in names and len(names) == len(list((ROOT / "notebooks").glob("*.ipynb"))), names
    return learner.kernel()


def run_all(learner, cells):
    return [error for cell in cells for error in learner.run(cell)[1]]


def spread(seconds):
    return f"median {statistics.median(seconds):.1f} s, worst {max(seconds):.1f} s"


def measure(learners):
    """All of them at once: arrive, open week 2b, run it; prints times, errors and memory."""
    with ThreadPoolExecutor(len(learners)) as pool, Peak(learners) as peak:
        load = os.getloadavg()[0]
        own = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        arrivals = list(pool.map(arrive, learners))
        opened = list(pool.map(lambda learner: timed(open_notebook, learner), learners))
        whole = time.monotonic()
        runs = list(pool.map(lambda learner, one: timed(run_all, learner, one[1]), learners, opened))
        whole = time.monotonic() - whole
        own = resource.getrusage(resource.RUSAGE_SELF).ru_utime - own
    errors = [error for _, each in runs for error in each]
    print(f"\n{len(learners)} at once (load before: {load:.1f}; this script itself took {own:.1f} s)")
    print(f"  from the login form to Lab     {spread(arrivals)}")
    print(f"  notebook open, kernel there    {spread([seconds for seconds, _ in opened])}")
    print(f"  week 2b, {len(opened[0][1])} cells              {spread([seconds for seconds, _ in runs])}; all after {whole:.1f} s")
    print(f"  errors                         {len(errors)}", *errors[:3])
    everyone = []
    for learner in learners:
        pids = processes(learner.name)
        kernel = [pid for pid in pids if is_kernel(pid)]
        everyone.append({"server": sorted(set(pids) - set(kernel)), "kernel": kernel, "both": pids})
    for kind in ("server", "kernel", "both"):
        pss, rss = zip(*(memory(each[kind]) for each in everyone))
        work = statistics.mean(worked(each[kind]) for each in everyone)
        print(
            f"  {kind:6s}  PSS mean {statistics.mean(pss):.0f} MB, most {max(pss):.0f} MB; RSS mean {statistics.mean(rss):.0f} MB; processor {work:.1f} s"
        )
    together = sum(pss)  # of both
    print(
        f"  all learners together          PSS {together:.0f} MB, peak {peak.most:.0f} MB; the whole machine's peak {peak.machine:.0f} MB above its start"
    )
    return errors


# ---- what must hold


def check(what, holds):
    print(f"  {'yes' if holds else 'NO '}  {what}")
    return holds


def promises(school, a, b):
    """Two learners with running servers and no kernels."""
    print("\nwhat must hold")
    results = []
    stranger = Learner(school, a.name)
    results.append(check("a wrong password is refused", stranger.login("wrong") == 403))
    stranger.name, stranger.password = school.outsider, school.passwords[school.outsider]
    results.append(check("an account outside the group is refused", stranger.login() == 403))
    stranger = requests.get(f"{a.home}/api/contents", allow_redirects=True)
    results.append(check("without login there is the form, or nothing", stranger.status_code == 403 or "/hub/login" in stranger.url))
    there = a.web.get(f"{b.home}/api/contents")
    results.append(check("a learner cannot use another's server", there.status_code == 403 or "/hub/" in there.url))

    a.kernel("start_here.ipynb")
    folder = Path(pwd.getpwnam(b.name).pw_dir) / "course"
    for path in (folder, folder / "notebooks" / NOTEBOOK, folder / "nnlib_progress.json"):
        said, errors = a.run(
            f"import os\nprint(os.listdir({str(path)!r}) if os.path.isdir({str(path)!r}) else open({str(path)!r}).read(9))"
        )
        results.append(check(f"a learner cannot read another's {path.name}", not said and "PermissionError" in errors[0]))
    said = a.run("import os, nnlib\nprint(os.getuid(), os.environ['OMP_NUM_THREADS'], nnlib.__file__)")[0].split()
    results.append(check("a kernel runs as its learner, with one thread", said[:2] == [str(pwd.getpwnam(a.name).pw_uid), "1"]))
    said = a.run("import json, ipykernel\nprint(json.load(open(ipykernel.get_connection_file()))['transport'])")[0]
    results.append(check("nobody can listen to a kernel on a port", said == "ipc\n"))
    said, errors = a.run("import numpy as np\ntoo_large = np.ones(400_000_000)")
    results.append(check("3.2 GB in one kernel end in a MemoryError", "MemoryError" in errors[0]))
    results.append(check("... and the kernel lives on", a.run("print(1 + 1)")[0] == "2\n"))
    said, errors = a.run("open(nnlib.__file__, 'a')")
    results.append(check("nnlib is the course's, for reading", "PermissionError" in errors[0]))
    results.append(check("it can be opened from Lab", "class" in a.api("GET", "contents/nnlib/layers.py")["content"]))
    a.run("from nnlib.exercises import check as judge\njudge('week1.relu', lambda Z: Z * (Z > 0))")
    a.close()

    week = f"contents/notebooks/{NOTEBOOK}"
    document = a.api("GET", week)["content"]
    document["cells"][0]["source"] = "my own work"
    a.api("PUT", week, type="notebook", format="json", content=document)
    a.api("DELETE", "contents/notebooks/week1a_one_neuron.ipynb")
    a.stop()
    a.server()
    results.append(check("a restarted learner finds the work", a.api("GET", week)["content"]["cells"][0]["source"] == "my own work"))
    back = a.api("GET", "contents/notebooks/week1a_one_neuron.ipynb")["content"]["cells"]
    results.append(check("... and a deleted notebook fresh", len(back) > 20))

    collected = school.state / "progress"
    collected.mkdir()
    for home in {Path(pwd.getpwnam(name).pw_dir) for name in school.passwords}:
        if (home / "course" / "nnlib_progress.json").exists():
            shutil.copy(home / "course" / "nnlib_progress.json", collected / f"{home.name}.json")
    build = [sys.executable, str(ROOT / "notebooks" / "instructor" / "build"), "report", str(collected), str(school.state / "report")]
    said = shell(*build)
    print("      the report says:", said.strip())
    results.append(check("the report reads the progress files", "learners" in said and "left out" not in said))

    a.kernel("start_here.ipynb")
    a.run("kept = 42")
    a.socket.close()
    school.stop()
    results.append(check("when the hub stops, the servers go on", processes(a.name) and processes(b.name)))
    seconds = school.start()
    where = a.web.get(f"{a.home}/").url
    a.connect(a.api("GET", f"sessions/{a.session}")["kernel"]["id"])
    held = where.endswith(START) and a.run("print(kept)")[0] == "42\n"
    results.append(check(f"after its restart ({seconds:.0f} s) login, server and variables are still there", held))
    a.close()
    school.stop()
    school.start(timeout=5)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and any(processes(name) for name in school.passwords):
        time.sleep(1)
    results.append(check("servers that nobody uses are stopped", not any(processes(name) for name in school.passwords)))
    time.sleep(5)  # the hub notes it
    return all(results)


def browser(school, name, picture):
    """One learner in Chromium: the form, the waiting page, Lab on the start page; nothing requested from other machines."""
    from lab import CHROMIUM, FLAGS
    from playwright.sync_api import sync_playwright

    outside = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((school.url, "data:", "blob:")) else None)
        page.goto(school.url)
        page.fill("#username_input", name)
        page.fill("#password_input", school.passwords[name])
        page.click("#login_submit")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=120_000)
        page.wait_for_selector('.jp-StatusBar-TextItem:has-text("| Idle")', timeout=120_000)
        page.wait_for_timeout(3000)
        page.screenshot(path=picture)
        where = page.url
        chromium.close()
    print("\nthrough a browser")
    return check(f"Lab opens on the start page: {where}", where.endswith(START)) & check("no request to another machine", not outside)


def main(n=20, picture=None):
    with Class(n + 2) as school:
        alone, *crowd = (Learner(school, name) for name in list(school.passwords)[: n + 1])
        good = not measure([alone])
        alone.close()
        alone.stop()
        good &= not measure(crowd)
        print(f"  hub {memory([school.hub.pid])[0]:.0f} MB, proxy and culler {memory(children(school.hub.pid))[0]:.0f} MB (PSS)")
        for learner in crowd:
            learner.close()
        for learner in crowd[2:]:
            learner.stop()
        if picture:
            good &= browser(school, f"{GROUP}-{n + 1:02d}", picture)
        good &= promises(school, *crowd[:2])
    return not good


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, *sys.argv[2:]))

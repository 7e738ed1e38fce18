"""The class server's configuration, without a hub: who may reach it, and that a learner's work is never overwritten. benchmarks/hub.py runs the real one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from traitlets.config import PyFileConfigLoader

pytest.importorskip("pwd")  # accounts as Unix has them

INSTRUCTOR = Path(__file__).parent.parent / "notebooks" / "instructor"


def load(monkeypatch, **environment):
    for name in ("NNLIB_HUB_CERT", "NNLIB_HUB_KEY", "NNLIB_HUB_PORT", "NNLIB_HUB_GROUP", "NNLIB_HUB_VOTE", "NNLIB_HUB_ADMIN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return PyFileConfigLoader("jupyterhub_config.py", str(INSTRUCTOR)).load_config()


def test_the_hub_listens_to_the_network_only_with_a_certificate_and_its_key(monkeypatch):
    assert load(monkeypatch).JupyterHub.bind_url == "http://127.0.0.1:8000"
    assert load(monkeypatch, NNLIB_HUB_CERT="c.pem").JupyterHub.bind_url == "http://127.0.0.1:8000"
    both = load(monkeypatch, NNLIB_HUB_CERT="c.pem", NNLIB_HUB_KEY="k.pem", NNLIB_HUB_PORT="443")
    assert both.JupyterHub.bind_url == "https://:443"


def test_a_login_brings_a_corrected_notebook_and_keeps_the_work_in_it(tmp_path, monkeypatch):
    def notebook(**cells):
        return json.dumps({"cells": [{"cell_type": "markdown", "id": id, "metadata": {}, "source": [text]} for id, text in cells.items()]})

    course, mine = tmp_path / "course", tmp_path / "mine"
    for name in ("README.md", "LICENSE", "nnlib/layers.py"):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text("new")
    (course / "notebooks").mkdir()
    (course / "notebooks" / "a.ipynb").write_text(notebook(a="teh", b="stub"))
    copy = [sys.executable, "-I", "-c", load(monkeypatch).Spawner.pre_spawn_hook.__globals__["COPY"], course, mine]
    subprocess.run(copy, check=True)
    (mine / "notebooks" / "a.ipynb").write_text(notebook(a="teh", b="my work"))
    (course / "notebooks" / "a.ipynb").write_text(notebook(a="the", b="stub"))
    subprocess.run(copy, check=True)
    cells = json.loads((mine / "notebooks" / "a.ipynb").read_text())["cells"]
    assert ["".join(cell["source"]) for cell in cells] == ["the", "my work"]


def test_the_hub_shows_a_page_to_vote_only_if_asked_and_only_of_this_machine(monkeypatch):
    assert [service["name"] for service in load(monkeypatch).JupyterHub.services] == ["culler"]
    vote = load(monkeypatch, NNLIB_HUB_VOTE="8765").JupyterHub.services[-1]
    assert (vote["name"], vote["url"]) == ("vote", "http://127.0.0.1:8765") and "oauth_no_confirm" not in vote
    with pytest.raises(ValueError):
        load(monkeypatch, NNLIB_HUB_VOTE="evil.example.org:80")


def test_only_one_group_may_log_in_and_a_server_has_one_thread(monkeypatch):
    assert load(monkeypatch).PAMAuthenticator.allowed_groups == {"learners"}
    assert load(monkeypatch).Authenticator.admin_users == set() == load(monkeypatch, NNLIB_HUB_ADMIN=" ").Authenticator.admin_users
    assert load(monkeypatch, NNLIB_HUB_ADMIN="ada bert").Authenticator.admin_users == {"ada", "bert"}
    config = load(monkeypatch, NNLIB_HUB_GROUP="class-b")
    assert config.PAMAuthenticator.allowed_groups == {"class-b"} and "allow_all" not in config.Authenticator
    assert config.Spawner.environment["OMP_NUM_THREADS"] == "1"


def test_a_copy_of_the_course_keeps_work_brings_back_what_was_deleted_and_takes_no_teacher_s_file(tmp_path, monkeypatch):
    course, mine = tmp_path / "course", tmp_path / "home" / "course"
    for name in ("README.md", "LICENSE", "notebooks/a.ipynb", "notebooks/b.ipynb", "notebooks/instructor/guide.md", "nnlib/layers.py"):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text("new")
    mine.parent.mkdir()
    copy = [sys.executable, "-I", "-c", load(monkeypatch).Spawner.pre_spawn_hook.__globals__["COPY"], course, mine]
    subprocess.run(copy, check=True)
    (mine / "notebooks" / "a.ipynb").write_text("my work")
    (mine / "notebooks" / "b.ipynb").unlink()
    subprocess.run(copy, check=True)
    files = {
        str(file.relative_to(mine)): file.read_text()
        for file in mine.rglob("*")
        if file.is_file() and not {"nnlib", ".course"} & set(file.parts)
    }
    assert files == {"README.md": "new", "LICENSE": "new", "notebooks/a.ipynb": "my work", "notebooks/b.ipynb": "new"}
    assert (mine / "nnlib" / "layers.py").read_text() == "new" and (mine / "nnlib").is_symlink()

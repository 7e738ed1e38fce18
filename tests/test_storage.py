"""Files: links are followed, devices are refused, savers do not collide, and a hand-made file is refused before it costs anything."""

import ast
import json
import os
import subprocess
import sys
import threading
import time
import zipfile

import numpy as np
import pytest

from nnlib import BatchNorm, Dense, MeanSquaredError, Network, Tanh, mlp


def network(width=3, **options):
    return Network([Dense(2, width), BatchNorm(width), Tanh(), Dense(width, 1)], MeanSquaredError(), rng=width, **options)


# ---- where a file goes

needs_links = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no POSIX system")


@needs_links
def test_save_through_a_link_writes_the_file_that_it_points_to(tmp_path):
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "target.npz"
    (tmp_path / "link.npz").symlink_to(target)
    (tmp_path / "link to link.npz").symlink_to("link.npz")
    for name in ("link.npz", "link to link.npz"):  # the first time the target is not there yet
        net = network(len(name))
        net.save(tmp_path / name)
        assert (tmp_path / name).is_symlink() and not target.is_symlink()
        np.testing.assert_array_equal(Network.load(target).theta, net.theta)
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["folder", "link to link.npz", "link.npz", "target.npz"]


@needs_links
@pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "folder", "link to a folder"])
def test_what_is_no_file_is_refused_and_stays_what_it_is(kind, tmp_path):
    place = tmp_path / "place.npz"
    os.mkfifo(place) if "pipe" in kind else place.mkdir()
    (tmp_path / "link.npz").symlink_to(place)
    path, before = tmp_path / "link.npz" if "link" in kind else place, place.stat().st_mode
    for call in (network().save, Network.load):
        with pytest.raises(ValueError, match=r"place\.npz"):
            call(path)
    assert place.stat().st_mode == before and (tmp_path / "link.npz").is_symlink()
    assert len(list(tmp_path.rglob("*"))) == 2


@pytest.mark.parametrize("path", [5, None, 2.5, True, ["net.npz"]], ids=repr)
def test_a_path_that_is_no_text_is_refused_by_name(path):
    for call in (network().save, Network.load):
        with pytest.raises(ValueError, match=r"net\.npz") as caught:
            call(path)
        assert repr(path) in str(caught.value)


def test_the_rights_of_the_old_file_stay(tmp_path):
    path = tmp_path / "net.npz"
    network().save(path)
    path.chmod(0o640)
    network().save(path)
    assert path.stat().st_mode & 0o777 == 0o640 or os.name == "nt"


# ---- several savers, and savers that fail


def test_two_threads_that_save_to_one_path_leave_one_whole_file(tmp_path):
    path, errors, nets = tmp_path / "net.npz", [], [network(3), network(40)]

    def saver(net):
        try:
            for _ in range(40):
                net.save(path)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=saver, args=(net,)) for net in nets]
    nets[0].save(path)
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):  # a reader beside them
        assert Network.load(path).theta.size in {net.theta.size for net in nets}
    assert errors == [] and [file.name for file in tmp_path.iterdir()] == ["net.npz"]


def test_saving_does_not_ask_the_parser(tmp_path, monkeypatch):
    """Two threads that parse, as one that saves beside one that loads, are an error to CPython before 3.11.8, now and then."""
    monkeypatch.setattr(ast, "parse", lambda *args, **kwargs: pytest.fail("it parses"))
    mlp([2, 3, 1], loss=MeanSquaredError()).save(tmp_path / "net.npz")  # ReLU has no __init__


SAVER = """
import sys
from nnlib import MeanSquaredError, Network, mlp
net = mlp([3, int(sys.argv[2]), 1], loss=MeanSquaredError())
for _ in range(int(sys.argv[3])):
    net.save(sys.argv[1])
"""


def savers(path, rounds):
    """Two processes that save networks of different sizes to one path; returns how many files a reader found damaged."""
    processes = [subprocess.Popen([sys.executable, "-c", SAVER, path, width, str(rounds)]) for width in ("4", "400")]
    damaged = 0
    while any(process.poll() is None for process in processes):
        try:
            Network.load(path)
        except FileNotFoundError:
            pass
        except ValueError:
            damaged += 1
        time.sleep(0.001)
    assert [process.returncode for process in processes] == [0, 0]
    Network.load(path)
    return damaged


def test_two_processes_that_save_to_one_path_leave_no_damaged_file(tmp_path):
    assert savers(tmp_path / "net.npz", int(os.environ.get("NNLIB_SAVES", 20))) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["net.npz"]


@pytest.mark.parametrize("error", [OSError("no space left on device"), KeyboardInterrupt()], ids=repr)
def test_a_save_that_fails_leaves_the_old_file_and_no_other(error, tmp_path, monkeypatch):
    path = tmp_path / "net.npz"
    network().save(path)
    before = path.read_bytes()

    def fail(file, **arrays):
        file.write(b"half")
        raise error

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(type(error)):
        network(5).save(path)
    assert path.read_bytes() == before and [file.name for file in tmp_path.iterdir()] == ["net.npz"]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_network_that_could_not_be_loaded_is_not_saved_over_one_that_can(bad, tmp_path):
    path, net = tmp_path / "net.npz", network()
    net.save(path)
    before = path.read_bytes()
    net.theta[0] = bad
    with pytest.raises(ValueError, match="theta must hold finite numbers"):
        net.save(path)
    assert path.read_bytes() == before


# ---- files made by hand


def forged(path, description=None, arrays=None, save=np.savez):
    """A saved network with its description or its arrays changed."""
    network().save(path)
    with np.load(path) as file:
        content = dict(file)
    if description:
        about = json.loads(str(content["nnlib"]))
        description(about)
        content["nnlib"] = json.dumps(about)
    save(path, **content | (arrays or {}))
    return path


N = network().theta.size
HUGE = {
    "a large Dense": lambda d: d["layers"].__setitem__(0, ["nnlib.Dense", {"n_in": 2, "n_out": 10**9}]),
    "a large square Dense": lambda d: d["layers"].append(["nnlib.Dense", {"n_in": 30_000, "n_out": 30_000}]),
    "a large BatchNorm": lambda d: d["layers"][1][1].update(n=10**9),
    "a million copies": lambda d: d["options"].update(copies=10**6),
    "a milliard copies": lambda d: d["options"].update(copies=10**9),
}


@pytest.mark.parametrize("description", HUGE.values(), ids=HUGE)
def test_a_description_larger_than_its_arrays_is_refused_at_once(description, tmp_path):
    start = time.process_time()
    with pytest.raises(ValueError, match="damaged"):
        Network.load(forged(tmp_path / "net.npz", description))
    assert time.process_time() - start < 1


ARRAYS = {
    "NaN": ({"theta": np.full(N, np.nan)}, "theta"),
    "infinity": ({"theta": np.full(N, np.inf)}, "theta"),
    "complex": ({"theta": np.full(N, 1 + 1j)}, "complex128"),
    "text": ({"theta": np.full(N, "1.5")}, "<U3"),
    "dates": ({"theta": np.full(N, "2026-01-01", "M8[D]")}, "datetime64"),
    "spans of time": ({"theta": np.full(N, 3, "m8[s]")}, "timedelta64"),
    "a negative variance": ({"1.running_var": np.full((1, 3), -1.0)}, "negative variance"),
    "a mean that is NaN": ({"1.running_mean": np.full((1, 3), np.nan)}, "1.running_mean"),
}


@pytest.mark.parametrize(("arrays", "words"), ARRAYS.values(), ids=ARRAYS)
def test_arrays_that_are_no_weights_are_refused_by_name(arrays, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        Network.load(forged(tmp_path / "net.npz", arrays=arrays))


def test_numbers_beyond_float32_are_refused_in_a_float32_network(tmp_path):
    with pytest.raises(ValueError, match="theta"):
        Network.load(forged(tmp_path / "net.npz", lambda d: d["options"].update(dtype="float32"), {"theta": np.full(N, 1e300)}))


def test_a_compressed_file_is_refused_before_it_fills_the_memory(tmp_path):
    path = forged(tmp_path / "net.npz", arrays={"theta": np.zeros(10_000_000)}, save=np.savez_compressed)
    assert path.stat().st_size < 100_000
    with pytest.raises(ValueError, match="compressed"):
        Network.load(path)


@pytest.mark.parametrize("options", [{}, {"copies": 3}, {"dtype": np.float32}])
def test_what_save_writes_load_still_reads(options, tmp_path):
    for net in (network(**options), mlp([2, 1], loss=MeanSquaredError(), **options), Network([Tanh()], MeanSquaredError(), **options)):
        net.save(tmp_path / "net.npz")
        assert zipfile.is_zipfile(tmp_path / "net.npz")
        np.testing.assert_array_equal(Network.load(tmp_path / "net.npz").theta, net.theta)

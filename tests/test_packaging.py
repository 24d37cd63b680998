"""The four packages are ours, and the built wheel runs from another folder in an empty environment."""

import importlib.util
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("crawler", "nlp", "db", "tradewire")


@pytest.mark.parametrize("name", PACKAGES)
def test_package_resolves_inside_this_project(name):
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT), f"another distribution provides {name!r}: {spec.origin}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(out),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return next(out.glob("tradewire-*.whl"))


def test_wheel_holds_the_packages_and_their_data_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == set(PACKAGES)
    for wanted in ("db/schema.sql", "db/data/kinds.toml", "tradewire/templates/digest.html"):
        assert wanted in names


def test_wheel_runs_from_another_folder_in_an_empty_environment(wheel, tmp_path):
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    zipfile.ZipFile(wheel).extractall(site)
    # the libraries of this environment stand in for an index; ours come from the wheel alone
    ours = Path(importlib.util.find_spec("click").origin).parents[1]
    (Path(site) / "libraries.pth").write_text(f"{ours}\n")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    where = subprocess.run(
        [python, "-c", "import tradewire, db; print(tradewire.__file__)"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert str(home) in where.stdout
    done = subprocess.run(
        [python, "-m", "tradewire", "init"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "tradewire.sqlite").is_file()

"""docs/extending.md, followed step by step in a copy of the project."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```\w*\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the packages beside an empty working folder."""
    home = tmp_path_factory.mktemp("extending")
    for package in ("crawler", "nlp", "db", "tradewire"):
        shutil.copytree(
            ROOT / package, home / "project" / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    (home / "work").mkdir()
    return home


def run(copy: Path, command: list[str]) -> str:
    paths = os.pathsep.join([str(copy / "project"), *[p for p in sys.path if p and Path(p) != ROOT]])
    done = subprocess.run(
        command,
        cwd=copy / "work",
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout + done.stderr


def follow(copy: Path, block: str) -> int:
    """Do what one block says; how many steps it had."""
    head, _, rest = block.partition("\n")
    if match := re.fullmatch(r"# append to: (\S+)", head):
        path = copy / "project" / match[1]
        path.write_text(path.read_text(encoding="utf-8") + "\n" + rest, encoding="utf-8")
        return 1
    if match := re.fullmatch(r"# file: (\S+)", head):
        (copy / "work" / match[1]).parent.mkdir(parents=True, exist_ok=True)
        (copy / "work" / match[1]).write_text(rest, encoding="utf-8")
        return 1
    if head == "# run":
        wanted = re.findall(r"^# (.+)$", rest, re.MULTILINE)[-1]
        assert wanted in run(copy, [sys.executable, "-c", rest])
        return 1
    steps, output = 0, ""
    for line in block.splitlines():
        if line.startswith("$ "):
            words = shlex.split(line[2:])
            module = {"tradewire": "tradewire", "sqlite-utils": "sqlite_utils"}[words[0]]
            output = run(copy, [sys.executable, "-m", module, *words[1:]])
            steps += 1
        elif line:
            assert line in output, (line, output)
    return steps


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_page_works_as_written(copy):
    blocks = BLOCK.findall((ROOT / "docs" / "extending.md").read_text(encoding="utf-8"))
    assert sum(follow(copy, block) for block in blocks) >= 15

"""Helpers of several test modules."""

import os
import subprocess
import sys
from pathlib import Path


def run_tradewire(*arguments: str, cwd: Path, timeout: float = 600, **environment: str):
    """`tradewire ...` as a process of its own in `cwd`, with this checkout's packages."""
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *[p for p in sys.path if p]])
    return subprocess.run(
        [sys.executable, "-m", "tradewire", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": paths, "COLUMNS": "120"} | environment,
        capture_output=True,
        text=True,
        timeout=timeout,
    )

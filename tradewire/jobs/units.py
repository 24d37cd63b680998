"""What `tradewire jobs install` prints: a systemd service and timer, or a crontab line, that run what is due."""

import shlex
import sys
from pathlib import Path

SERVICE = """\
# ~/.config/systemd/user/tradewire.service
[Unit]
Description=Tradewire: run the jobs that are due

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart={command}
SuccessExitStatus=3 4

# ~/.config/systemd/user/tradewire.timer
[Unit]
Description=Tradewire: look for due jobs

[Timer]
OnCalendar=*:0/5
Persistent=true
AccuracySec=30s

[Install]
WantedBy=timers.target

# then: systemctl --user daemon-reload && systemctl --user enable --now tradewire.timer
"""


def command() -> str:
    return shlex.join([sys.executable, "-m", "tradewire", "jobs", "run"])


def systemd(folder: Path) -> str:
    """Service and timer; a timer with Persistent= catches up once after downtime, our tables do the rest."""
    return SERVICE.format(folder=str(folder).replace("%", "%%"), command=command().replace("%", "%%"))


def crontab(folder: Path) -> str:
    line = f"cd {shlex.quote(str(folder))} && {command()} >> jobs.log 2>&1".replace(
        "%", "\\%"
    )  # cron ends lines at %
    return f"*/5 * * * * {line}\n"

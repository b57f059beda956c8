"""The recipes of docs/consumers, taken from the pages as they stand there.

A page has blocks of three kinds. One with a name, such as ```sql take.sql, is a file. All blocks of `sh` are one script.
A block of `console` shows commands with what they print. And it may have a table of faults: its first column is a key of
`[faults]`, its second what the consumer makes of a trail with such faults.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOCKTRAIL = os.environ.get("MOCKTRAIL", str(ROOT / "target/debug/mocktrail"))
PAGES = ROOT / "docs/consumers"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FAULT = re.compile(r"^\| `(\w+)` \| ([^|]+?) \|", re.MULTILINE)

# What the pages ask for, and what stands in its place when the trail is to have faults.
ASKED = "--seed 7 --events 2_000"
SHARES = {"late": 0.1, "duplicate_events": 0.05, "hostile_strings": 0.1, "unknown_fields": 0.1, "version_drift": 0.1}
OBJECTS = 3


@dataclass
class Page:
    """A page with its recipe."""

    name: str
    files: dict[str, str] = field(default_factory=dict)
    script: str = ""
    shown: list[tuple[str, str]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, name: str) -> Page:
        text = (PAGES / f"{name}.md").read_text()
        page = cls(name, faults=dict(FAULT.findall(text)))
        for language, file, body in BLOCK.findall(text):
            if file:
                page.files[file] = body
            elif language == "sh":
                page.script += body
            elif language == "console":
                command, _, printed = body.removeprefix("$ ").partition("\n")
                page.shown.append((command, printed))
        return page

    def follow(self, place: Path, env: dict[str, str], *faults: str) -> bool:
        """Does what the page says, in a folder, if wanted over a trail with faults; whether it could be done."""
        script = self.script
        for name, text in self.files.items():
            (place / name).write_text(env_in(text, env))
        if faults:
            asked = "".join(f"{fault} = {SHARES.get(fault, OBJECTS)}\n" for fault in faults)
            (place / "faults.toml").write_text(f"seed = 7\n[traffic]\nevents = 500\n[faults]\n{asked}")
            assert ASKED in script, f"{self.name}.md does not make a trail with `{ASKED}`"
            script = script.replace(ASKED, "faults.toml")
        done = self.bash(f"set -euo pipefail\n{script}", place, env)
        assert faults or done.returncode == 0, f"{self.name}.md: {done.stderr}"
        return done.returncode == 0

    def bash(self, script: str, place: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        path = f"{Path(MOCKTRAIL).resolve().parent}:{env.get('PATH', os.environ['PATH'])}"
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        command = ["bash", "-c", env_in(script, env)]
        return subprocess.run(command, cwd=place, env=own | env | {"PATH": path}, capture_output=True, text=True)

    def reconciled(self, place: Path, env: dict[str, str]) -> dict | None:
        """What `reconcile` finds, by the page's command; nothing where the consumer wrote no file."""
        command = next(command for command, _ in self.shown if command.startswith("mocktrail reconcile"))
        if not (place / command.split()[-1]).exists():
            return None
        done = self.bash(f"{command} --json", place, env)
        assert done.returncode in (0, 1), f"{self.name}.md: {done.stderr}"
        return json.loads(done.stdout)


def env_in(text: str, env: dict[str, str]) -> str:
    """A text with the ports of this test in place of those that the page names."""
    for name, port in env.items():
        if name.startswith("PORT_"):
            text = text.replace(f"127.0.0.1:{name[5:]}", f"127.0.0.1:{port}")
    return text


def pattern(shown: str) -> str:
    """`…` stands for any text in a line, and alone in a line for any lines."""
    any_lines, line = r"(?:.*\n)*?", lambda text: re.escape(text).replace("…", ".*") + r"\n"
    return "".join(any_lines if text.strip() == "…" else line(text) for text in shown.splitlines())


def words(could: bool, found: dict | None) -> str:
    """What became of a trail, in the words of the tables."""
    said = [] if could else ["fails"]
    if found is not None:
        kinds = {"lost": "loses", "duplicated": "doubles", "altered": "alters", "foreign": "invents"}
        said += [word for kind, word in kinds.items() if found.get(kind)]
    return ", ".join(said) or "right"

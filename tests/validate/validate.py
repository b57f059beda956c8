"""Has `aws cloudtrail validate-logs` judge trails with digest files, good ones and damaged ones.

    python3 validate.py MOCKTRAIL [--aws AWS] [--server COMMAND]

MOCKTRAIL is the program. It makes trails, damages them and serves them on this machine as a bucket with CloudTrail's
calls; the AWS CLI, unmodified, reads them there. Good trails must be valid, with as many files as their manifests
list. Of damaged ones the CLI must say what `expect` in the manifest says, and nothing else. A COMMAND that takes the
same arguments can stand in for `MOCKTRAIL serve`.

Exit codes: 0 all as expected, 1 something was not.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TWO_REGIONS = """
seed = 31
[time]
for = "48h"
[traffic]
events = 1_500
[[account]]
id = "111122223333"
regions = ["us-east-1", "eu-west-1"]
[trail]
digests = true
"""

ORGANIZATION = """
seed = 32
[time]
start = 2026-03-02T07:41:21Z
for = "8h"
[traffic]
events = 400
[[account]]
id = "111122223333"
regions = ["us-east-1"]
[[account]]
id = "444455556666"
regions = ["us-east-1", "us-west-2"]
[trail]
name = "org_trail"
bucket = "org-logs"
prefix = "audit/logs"
organization = "o-exampleorgid"
home_region = "us-west-2"
digests = true
"""

STOPS = """
seed = 33
[traffic]
events = 1_200
[trail]
digests = true
key_lifetime = "6h"
backfill = 0.1
stopped = ["2026-03-02T06:30:00Z/2026-03-02T09:10:00Z", "2026-03-02T15:00:00Z/2026-03-02T17:00:00Z"]
"""

DAMAGED = """
seed = 34
[time]
for = "12h"
[traffic]
events = 300
[trail]
digests = true
"""


@dataclass
class Tools:
    mocktrail: str
    aws: str
    server: list[str]
    scratch: Path


@dataclass
class Verdict:
    code: int
    counts: Counter
    invalid: list[str]
    text: str


@dataclass
class Stream:
    """One account in one region, as the manifest lists it."""

    account: str
    region: str
    counts: Counter
    first: str
    last: str


# --- trails -----------------------------------------------------------------------------------


def make(tools: Tools, name: str, scenario: str) -> Path:
    place = tools.scratch / name
    file = tools.scratch / f"{name}.toml"
    file.write_text(scenario, "utf-8")
    run([tools.mocktrail, "generate", str(file), "--to", str(place)])
    return place


def run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{shlex.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def read_manifest(place: Path) -> list[dict]:
    with open(place / ".mocktrail/manifest.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def streams(place: Path) -> list[Stream]:
    """What each stream holds: digests, backfill digests, log files, and from when to when digests end."""
    header, *lines, _ = read_manifest(place)
    found = {}
    for entry in header["streams"]:
        found[entry["account"], entry["region"]] = Stream(entry["account"], entry["region"], Counter(), "9", "0")
    for line in lines:
        name = line["key"].rsplit("/", 1)[1].removesuffix(".json.gz")
        account, _, region, *_ = name.split("_")
        stream = found[account, region]
        if line["kind"] == "log":
            stream.counts["log"] += 1
            continue
        stream.counts["backfill digest" if name.endswith("_backfill") else "digest"] += 1
        stamp = name.removesuffix("_backfill").rsplit("_", 1)[1]
        stream.first, stream.last = min(stream.first, stamp), max(stream.last, stamp)
    return list(found.values())


# --- the validator ----------------------------------------------------------------------------


@contextlib.contextmanager
def served(tools: Tools, place: Path) -> Iterator[dict]:
    """Serves a trail; gives what the server says of itself."""
    command = [*tools.server, str(place), "--listen", "127.0.0.1:0", "--json"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline()
        if not line:
            raise SystemExit(f"{shlex.join(command)} said nothing")
        yield json.loads(line)
    finally:
        server.terminate()
        server.wait(20)


def validate(tools: Tools, served: dict, stream: Stream) -> Verdict:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {
        "AWS_ENDPOINT_URL": served["address"],
        "AWS_ACCESS_KEY_ID": served["accessKeyId"],
        "AWS_SECRET_ACCESS_KEY": served["secretAccessKey"],
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "NO_PROXY": "*",
    }
    command = [
        tools.aws, "cloudtrail", "validate-logs", "--trail-arn", served["trailArn"], "--region", stream.region,
        "--account-id", stream.account, "--start-time", stream.first, "--end-time", stream.last, "--verbose",
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    counts = Counter()
    for valid, _, kind in re.findall(r"^(\d+)/(\d+) ((?:backfill )?digest|log) files valid", done.stdout, re.MULTILINE):
        counts[kind] = int(valid)
    invalid = [line for line in done.stderr.splitlines() if "INVALID" in line]
    return Verdict(done.returncode, counts, invalid, done.stdout + done.stderr)


# --- what must come out -----------------------------------------------------------------------


def check_good(tools: Tools, name: str, scenario: str) -> list[str]:
    """Everything is valid, and there is as much of it as the manifest says."""
    place = make(tools, name, scenario)
    problems = []
    with served(tools, place) as server:
        for stream in streams(place):
            verdict = validate(tools, server, stream)
            where = f"{name}, {stream.account} in {stream.region}"
            if (verdict.code, verdict.counts, verdict.invalid) != (0, stream.counts, []):
                problems.append(f"{where}: expected {dict(stream.counts)} valid, got code {verdict.code}\n{verdict.text}")
            print(f"{where}: " + ", ".join(f"{number} {kind} files valid" for kind, number in verdict.counts.items()))
    return problems


def check_damaged(tools: Tools, trail: Path, kind: str) -> list[str]:
    """The validator says what the manifest expects, and `check` finds something."""
    place = tools.scratch / kind
    shutil.copytree(trail, place)
    damaged = json.loads(run([tools.mocktrail, "damage", str(place), "--kind", kind, "--seed", "1", "--json"]))
    lines = {line["key"]: line for line in read_manifest(place) if line["type"] == "object"}
    expect = [line for one in damaged for line in lines[one["key"]]["expect"]]
    (stream,) = streams(trail)
    with served(tools, place) as server:
        verdict = validate(tools, server, stream)
    found = subprocess.run([tools.mocktrail, "check", str(place)], capture_output=True, text=True)
    problems = []
    if sorted(verdict.invalid) != sorted(expect) or verdict.code != (1 if expect else 0):
        told = "\n".join(verdict.invalid)
        problems.append(f"{kind}: code {verdict.code}\n{told}\nexpected\n" + "\n".join(expect) + f"\n{verdict.text}")
    if found.returncode != 1:
        problems.append(f"{kind}: `check` ends with {found.returncode}\n{found.stdout}{found.stderr}")
    print(f"{kind}: " + (expect[-1].split("INVALID: ")[1] if expect else "valid to the validator; check finds it"))
    return problems


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Have the AWS CLI validate trails, good ones and damaged ones.")
    parser.add_argument("mocktrail", metavar="MOCKTRAIL", help="the program")
    parser.add_argument("--aws", default="aws", help="the AWS CLI (default: aws)")
    parser.add_argument("--server", metavar="COMMAND", help="what serves a trail (default: MOCKTRAIL serve)")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    mocktrail = os.path.abspath(arguments.mocktrail)
    server = shlex.split(arguments.server) if arguments.server else [mocktrail, "serve"]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(2) as pool:
        tools = Tools(mocktrail, arguments.aws, server, Path(scratch))
        good = {"two-regions": TWO_REGIONS, "organization": ORGANIZATION, "stops": STOPS}
        results = [pool.submit(check_good, tools, name, scenario) for name, scenario in good.items()]
        trail = make(tools, "undamaged", DAMAGED)
        kinds = [line["kind"] for line in json.loads(run([mocktrail, "damage", "--list", "--json"]))]
        results += [pool.submit(check_damaged, tools, trail, kind) for kind in kinds]
        problems = [problem for result in results for problem in result.result()]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

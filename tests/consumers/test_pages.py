"""Follows the pages of docs/consumers to the letter, with programs that are installed.

    MOCKTRAIL=path/to/mocktrail python3 -m unittest discover --start-directory tests/consumers

`duckdb`, `jq`, `trailscraper`, `aws` and `node` are taken from the path, chDB and moto's server from this Python; what is
missing is skipped. NODE_MODULES names a folder in which sqs-consumer and the AWS SDK are installed.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

import pages
from pages import MOCKTRAIL, PAGES, ROOT, Page

sys.path.insert(0, str(ROOT / "tests/emit"))
import test_emit  # noqa: E402  (moto's server is started as it is there)

BIN = Path(sys.executable).parent
PATH = f"{BIN}:{os.environ['PATH']}"
NODE_MODULES = os.environ.get("NODE_MODULES", "")


def has(*programs: str) -> bool:
    return all(shutil.which(program, path=PATH) for program in programs)


@unittest.skipUnless(shutil.which(MOCKTRAIL), "MOCKTRAIL names no program")
class Follow(unittest.TestCase):
    def scratch(self) -> Path:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        return Path(place.name)

    def follow(self, page: Page, place: Path, env: dict[str, str]) -> None:
        """Without faults, all is printed as the page shows it."""
        page.follow(place, env)
        self.assertTrue(page.shown, f"{page.name}.md shows nothing")
        for command, printed in page.shown:
            done = page.bash(command, place, env)
            self.assertRegex(done.stdout + done.stderr, re.compile(f"^{pages.pattern(printed)}$"), f"{page.name}.md: {command}")

    def test_every_page_is_in_the_index_and_every_tested_one_here(self) -> None:
        index = dict(re.findall(r"^\| \[[^]]+\]\((\S+)\.md\) \|.*\| (yes|no) \|$", (PAGES / "README.md").read_text(), re.MULTILINE))
        self.assertEqual(set(index), {page.stem for page in PAGES.glob("*.md")} - {"README"})
        tested = {name.removeprefix("test_page_").replace("_", "-") for name in dir(self) if name.startswith("test_page_")}
        self.assertEqual({name for name, is_tested in index.items() if is_tested == "yes"}, tested)

    def test_the_table_of_athena_lies_where_log_files_do(self) -> None:
        text = (PAGES / "athena.md").read_text()
        bucket, where = re.search(r"'storage.location.template' = 's3://([^/]+)/(.+)/\$\{timestamp\}'", text).groups()
        self.assertIn(f"location 's3://{bucket}/{where}'", text)
        self.assertIn("'projection.timestamp.format' = 'yyyy/MM/dd'", text)
        place = self.scratch()
        Page("athena", script=f"mocktrail generate {pages.ASKED} --to trail\n").follow(place, {})
        keys = [path.relative_to(place / "trail").as_posix() for path in place.rglob("*.json.gz")]
        self.assertTrue(keys)
        for key in keys:
            self.assertRegex(key, rf"^{re.escape(where)}/\d{{4}}/\d\d/\d\d/[^/]+$")

    def each_alone(self, name: str) -> None:
        """A trail for each fault: one that ends the consumer would hide all others."""
        page, env = Page.read(name), {"PATH": PATH}
        self.follow(page, self.scratch(), env)
        found = {}
        for fault in page.faults:
            place = self.scratch()
            could = page.follow(place, env, fault)
            found[fault] = pages.words(could, page.reconciled(place, env))
        self.assertEqual(found, page.faults)

    @unittest.skipUnless(has("duckdb"), "the command line of DuckDB is not installed")
    def test_page_duckdb(self) -> None:
        self.each_alone("duckdb")

    @unittest.skipUnless(importlib.util.find_spec("chdb"), "chDB is not installed")
    def test_page_clickhouse(self) -> None:
        self.each_alone("clickhouse")

    @unittest.skipUnless(importlib.util.find_spec("chdb"), "chDB is not installed")
    def test_clickhouse_reads_a_bucket_as_its_page_says(self) -> None:
        page, place = Page.read("clickhouse"), self.scratch()
        page.files["take.py"] = re.sub(r"    from file\(.*\n", lambda _: page.files["from.sql"], page.files["take.py"])
        self.assertIn("s3(", page.files["take.py"])
        made, take = page.script.splitlines()
        Page("clickhouse", script=made).follow(place, {})
        command = [MOCKTRAIL, "serve", str(place / "trail"), "--listen", "127.0.0.1:0", "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            self.addCleanup(server.terminate)
            port = json.loads(server.stdout.readline())["address"].rsplit(":", 1)[-1]
            self.follow(Page("clickhouse", page.files, take, page.shown), place, {"PATH": PATH, "PORT_9000": port})
            server.terminate()

    @unittest.skipUnless(has("jq"), "jq is not installed")
    def test_page_jq(self) -> None:
        self.each_alone("jq")

    @unittest.skipUnless(has("trailscraper"), "trailscraper is not installed")
    def test_page_trailscraper(self) -> None:
        self.each_alone("trailscraper")

    def all_in_one(self, name: str, *needs: Path) -> None:
        """A trail with all faults of the page: each object is read for itself, and `reconcile` counts by fault."""
        server = test_emit.Server()
        self.addCleanup(server.close)
        page, env = Page.read(name), {"PATH": PATH, "PORT_5000": server.url.rsplit(":", 1)[-1]}
        kinds = {about["key"]: about["kind"] for about in test_emit.mocktrail("faults")}
        for faults in ([], list(page.faults)):
            urllib.request.urlopen(urllib.request.Request(f"{server.url}/moto-api/reset", method="POST")).close()
            place = self.scratch()
            for need in needs:
                (place / need.name).symlink_to(need)
            if not faults:
                self.follow(page, place, env)
                continue
            self.assertTrue(page.follow(place, env, *faults), f"{name}.md")
            sums = page.reconciled(place, env)["byFault"]
            self.assertEqual({fault: pages.words(True, sums.get(kinds[fault])) for fault in faults}, page.faults)

    @unittest.skipUnless(test_emit.boto3 and has("aws"), "boto3, moto or the AWS CLI is not installed")
    def test_page_boto3(self) -> None:
        self.all_in_one("boto3", ROOT / "tests/emit/consumer.py")

    @unittest.skipUnless(Path(NODE_MODULES, "sqs-consumer").exists() and test_emit.boto3 and has("aws", "node"), "NODE_MODULES, moto or the AWS CLI is missing")
    def test_page_sqs_consumer(self) -> None:
        self.all_in_one("sqs-consumer", Path(NODE_MODULES))


if __name__ == "__main__":
    sys.exit(unittest.main())

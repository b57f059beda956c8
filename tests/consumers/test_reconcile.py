"""Has `reconcile` judge a reader that counts for itself, and an index in DuckDB.

    MOCKTRAIL=path/to/mocktrail python3 -m unittest discover --start-directory tests/consumers

DuckDB is used where it is installed: `pip install duckdb`. The reader needs nothing but Python, and counts by itself what
must be found.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOCKTRAIL = os.environ.get("MOCKTRAIL", str(ROOT / "target/debug/mocktrail"))
EVENTS = 5_000


def installed(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


@unittest.skipUnless(shutil.which(MOCKTRAIL), "MOCKTRAIL names no program")
class Reconcile(unittest.TestCase):
    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = Path(place.name)
        made = [MOCKTRAIL, "generate", "--seed", "21", "--events", str(EVENTS), "--to", str(self.place / "trail")]
        subprocess.run(made, check=True, stderr=subprocess.DEVNULL)

    def records(self) -> list[dict]:
        """All records, as any reader finds them."""
        records = []
        for path in sorted((self.place / "trail").rglob("*.json.gz")):
            with gzip.open(path) as file:
                records += json.load(file)["Records"]
        return records

    def reconcile(self, *received: str | Path, text: str | None = None, code: int = 0) -> dict:
        command = [MOCKTRAIL, "reconcile", str(self.place / "trail"), *map(str, received), "--json", "--all"]
        done = subprocess.run(command, input=text, capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout[:2_000])
        return json.loads(done.stdout)

    def test_a_reader_that_counts_for_itself(self) -> None:
        draw = random.Random(4)
        records = self.records()
        self.assertEqual(len(records), EVENTS)
        received = []
        for record in records:
            received += [record] * draw.choices([1, 0, 2, 5], [90, 4, 4, 2])[0]
        draw.shuffle(received)
        times = Counter(record["eventID"] for record in received)
        text = "".join(json.dumps({"n": n, "detail": record}) + "\n" for n, record in enumerate(received))
        found = self.reconcile("-", text=text, code=1)
        lost = {record["eventID"] for record in records if not times[record["eventID"]]}
        self.assertEqual({event["eventID"] for event in found["lostEvents"]}, lost)
        twice = {event["eventID"]: event["received"] for event in found["duplicatedEvents"]}
        self.assertEqual(twice, {event: often for event, often in times.items() if often > 1})
        self.assertEqual((found["compared"], found["altered"], found["foreign"]), (len(received), 0, 0))

    @unittest.skipUnless(installed("duckdb"), "DuckDB is not installed")
    def test_duckdb(self) -> None:
        import duckdb

        database = duckdb.connect()
        files = self.place / "trail/AWSLogs/**/*.json.gz"
        database.sql(f"""
            create table events as
            select unnest(json -> '$.Records[*]') as record
            from read_json_objects('{files}', format = 'unstructured', maximum_object_size = 100000000)
        """)
        copy = lambda query, name: database.sql(f"copy ({query}) to '{self.place / name}'")
        copy("select record ->> 'eventID' as eventid from events", "ids.csv")
        copy("select record from events", "records.csv")
        copy("select record ->> 'eventID' as event_id from events", "ids.parquet")
        self.assertEqual(self.reconcile(self.place / "ids.csv")["distinct"], EVENTS)
        self.assertEqual(self.reconcile(self.place / "records.csv")["compared"], EVENTS)
        # Parquet goes through DuckDB once more.
        copy(f"select event_id from '{self.place / 'ids.parquet'}'", "again.csv")
        self.assertEqual(self.reconcile(self.place / "again.csv")["distinct"], EVENTS)
        # An index that drops half a day.
        copy("select record ->> 'eventID' as eventid from events where record ->> 'eventTime' < '2026-03-02T12'", "half.csv")
        with open(self.place / "half.csv", newline="") as file:
            half = sum(1 for _ in csv.DictReader(file))
        found = self.reconcile(self.place / "half.csv", code=1)
        self.assertEqual((found["distinct"], found["lost"]), (half, EVENTS - half))
        self.assertEqual(found["firstLost"]["eventTime"][:13], "2026-03-02T12")


if __name__ == "__main__":
    sys.exit(unittest.main())

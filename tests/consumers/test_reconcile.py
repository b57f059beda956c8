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

    def duckdb(self):
        """A database with a table of all records, and what copies the answer to a query into a file."""
        import duckdb

        database = duckdb.connect()
        files = self.place / "trail/AWSLogs/**/*.json.gz"
        database.sql(f"""
            create table events as
            select unnest(json -> '$.Records[*]') as record
            from read_json_objects('{files}', format = 'unstructured', maximum_object_size = 100000000)
        """)
        return database, lambda query, name, how="": database.sql(f"copy ({query}) to '{self.place / name}' {how}")

    @unittest.skipUnless(installed("duckdb"), "DuckDB is not installed")
    def test_duckdb(self) -> None:
        _, copy = self.duckdb()
        copy("select record ->> 'eventID' as eventid from events", "ids.csv")
        copy("select record from events", "records.csv")
        self.assertEqual(self.reconcile(self.place / "ids.csv")["distinct"], EVENTS)
        self.assertEqual(self.reconcile(self.place / "records.csv")["compared"], EVENTS)
        # An index that drops half a day.
        copy("select record ->> 'eventID' as eventid from events where record ->> 'eventTime' < '2026-03-02T12'", "half.csv")
        with open(self.place / "half.csv", newline="") as file:
            half = sum(1 for _ in csv.DictReader(file))
        found = self.reconcile(self.place / "half.csv", code=1)
        self.assertEqual((found["distinct"], found["lost"]), (half, EVENTS - half))
        self.assertEqual(found["firstLost"]["eventTime"][:13], "2026-03-02T12")

    @unittest.skipUnless(installed("duckdb"), "DuckDB is not installed")
    def test_parquet_of_duckdb(self) -> None:
        _, copy = self.duckdb()
        dropped = "where record ->> 'eventTime' < '2026-03-02T12'"
        copy(f"select record ->> 'eventID' as eventid from events {dropped}", "half.csv")
        half = self.reconcile(self.place / "half.csv", code=1)
        self.assertTrue(0 < half["lost"] < EVENTS)
        for codec in ["uncompressed", "snappy", "zstd", "gzip", "lz4_raw"]:
            for version in ["v1", "v2"]:
                with self.subTest(codec=codec, version=version):
                    how = f"(format parquet, compression {codec}, parquet_version {version}, row_group_size 2048)"
                    copy("select record ->> 'eventID' as eventid from events", "ids.parquet", how)
                    found = self.reconcile(self.place / "ids.parquet")
                    self.assertEqual((found["received"], found["distinct"]), (EVENTS, EVENTS))
                    copy("select 'x' as host, record from events", "records.parquet", how)
                    self.assertEqual(self.reconcile(self.place / "records.parquet")["compared"], EVENTS)
                    copy(f"select record ->> 'eventID' as eventid from events {dropped}", "half.parquet", how)
                    found = self.reconcile(self.place / "half.parquet", code=1)
                    for name in ["received", "lost", "lostEvents", "lostObjects", "looksLike"]:
                        self.assertEqual(found[name], half[name], name)

    @unittest.skipUnless(installed("duckdb"), "DuckDB is not installed")
    def test_types_and_nests_of_duckdb(self) -> None:
        database, copy = self.duckdb()
        id = "record ->> 'eventID'"
        arrived = "'2027-01-01'::timestamptz as loaded"
        for name, query, compared in [
            ("uuid", f"select ({id})::uuid as id, {arrived}, 5::hugeint as h, 1.5::decimal(9, 2) as d from events", 0),
            ("nested", f"select {{'l': [1, 2], 'detail': {{'eventID': {id}}}}} as w, map {{'k': 1}} as m from events", 0),
            ("list", f"select list({id}) as ids from events", 0),
            ("text", "select record::varchar as _raw, 'x' as host from events", EVENTS),
            ("file", 'select list(record) as "Records" from events', EVENTS),
        ]:
            with self.subTest(name):
                copy(query, "some.parquet")
                found = self.reconcile(self.place / "some.parquet")
                self.assertEqual((found["distinct"], found["compared"], found["foreign"]), (EVENTS, compared, 0))
        copy(f"select ({id})::uuid as id, {arrived} from events", "late.parquet")
        late = self.reconcile(self.place / "late.parquet", "--arrival", "loaded", "--late-after", "10m", code=1)
        self.assertEqual((late["late"], late["withoutArrival"]), (EVENTS, 0))
        # Every member a column, as DuckDB takes their types: the same is found in columns and in the JSON of them.
        (self.place / "lines.jsonl").write_text("".join(json.dumps(record) + "\n" for record in self.records()))
        members = "columns = {eventVersion: 'varchar', eventID: 'varchar', eventTime: 'varchar', awsRegion: 'varchar', " + (
            "userIdentity: 'struct(type varchar, arn varchar, sessionContext struct(attributes json))', "
            "resources: 'struct(type varchar, ARN varchar)[]', requestParameters: 'json', readOnly: 'boolean'}"
        )
        database.sql(f"create table members as select * from read_json('{self.place / 'lines.jsonl'}', {members})")
        copy("select * from members", "members.parquet")
        copy("select * from members", "members.json", "(format json)")
        columns, lines = (self.reconcile(self.place / f"members.{form}", code=1) for form in ["parquet", "json"])
        self.assertEqual(columns["compared"], EVENTS)
        for name in ["altered", "byMember", "looksLike"]:
            self.assertEqual(columns[name], lines[name], name)

    @unittest.skipUnless(installed("duckdb"), "DuckDB is not installed")
    def test_parquet_that_cannot_be_read(self) -> None:
        _, copy = self.duckdb()
        copy("select record from events", "brotli.parquet", "(format parquet, compression brotli)")
        copy("select record from events", "cut.parquet")
        whole = (self.place / "cut.parquet").read_bytes()
        (self.place / "cut.parquet").write_bytes(whole[: len(whole) // 2])
        for name, reason in [("brotli", "column `record` is compressed with BROTLI"), ("cut", "the footer at its end")]:
            command = [MOCKTRAIL, "reconcile", self.place / "trail", self.place / f"{name}.parquet"]
            done = subprocess.run(command, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(len(done.stderr.splitlines()), 1)
            self.assertIn(f"{name}.parquet`: ", done.stderr)
            self.assertIn(reason, done.stderr)

if __name__ == "__main__":
    sys.exit(unittest.main())

"""Consumers with a bug each read what a live run tells of, and `reconcile` says what they lost, and why.

What must be found is counted here from the bucket and from what the consumer wrote, without the manifest.
"""

import concurrent.futures
import contextlib
import io
import json
import pathlib
import shutil
import tempfile
import unittest

import test_emit
from test_emit import mocktrail

if test_emit.boto3:
    import bugs
    import consumer

SCENARIO = """
seed = 6

[traffic]
neighbours = 0.3

[faults]
{faults}
"""


class Lab:
    """A live run into a bucket, with a queue for each consumer."""

    def __init__(self, server, name, faults, consumers, *arguments):
        self.s3, self.sqs = server.client("s3"), server.client("sqs")
        self.bucket, self.place = name, pathlib.Path(tempfile.mkdtemp())
        self.s3.create_bucket(Bucket=name)
        (self.place / "scenario.toml").write_text(SCENARIO.format(faults=faults))
        self.queues = {each: self.sqs.create_queue(QueueName=f"{name}-{each.__name__}")["QueueUrl"] for each in consumers}
        told = [word for queue in self.queues.values() for word in ("--notify", f"sqs:{queue}")]
        place = ["--to", f"s3://{name}", "--endpoint-url", server.url, "--manifest-dir", str(self.place / "trail")]
        mocktrail("emit", str(self.place / "scenario.toml"), *arguments, *place, *told)
        self.files = self.read()

    def read(self):
        """All records that lie in the bucket, by the key of their file."""
        files = {}
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
            for listed in page["Contents"]:
                body = self.s3.get_object(Bucket=self.bucket, Key=listed["Key"])["Body"].read()
                files[listed["Key"]] = consumer.records(body) if body else []
        return files

    def consume(self, kind):
        """What a consumer writes until its queue is empty, or it dies."""
        out = io.StringIO()
        with contextlib.suppress(ValueError), contextlib.redirect_stderr(io.StringIO()):
            kind(self.sqs, self.s3, self.queues[kind], out).run()
        return out.getvalue()

    def reconcile(self, text, code):
        received = self.place / "received.jsonl"
        received.write_text(text)
        return mocktrail("reconcile", str(self.place / "trail"), str(received), "--all", code=code)

    def close(self):
        shutil.rmtree(self.place)


@unittest.skipIf(test_emit.boto3 is None, "boto3 or moto is not installed")
class Bugs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = test_emit.Server()
        cls.addClassCleanup(server.close)
        of_records = [bugs.DropsItsLastBatch, bugs.KnowsEventsByTheirRequest, bugs.IgnoresTheSecondOfAPair, bugs.CutsLongFields]
        with concurrent.futures.ThreadPoolExecutor() as side_by_side:
            empty = side_by_side.submit(
                Lab,
                server,
                "empty",
                "empty_objects = 2",
                [consumer.Consumer, bugs.DiesOfAnEmptyObject, *of_records],
                *("--flush", "1s", "--rate", "300/s", "--for", "6s"),
            )
            # Names of files carry minutes: one that comes late must have an earlier minute than those before it.
            disorder = side_by_side.submit(
                Lab,
                server,
                "disorder",
                "delayed_objects = 6",
                [consumer.Consumer, bugs.SkipsFilesOutOfOrder],
                *("--flush", "1m", "--speed", "60x", "--rate", "100/s", "--for", "8s"),
            )
        cls.empty, cls.disorder = empty.result(), disorder.result()
        cls.addClassCleanup(cls.empty.close)
        cls.addClassCleanup(cls.disorder.close)

    def judge(self, lab, kind):
        """Counts what a consumer lost and altered, and holds against it what `reconcile` says."""
        text = lab.consume(kind)
        received = {record["eventID"]: record for record in map(json.loads, text.splitlines())}
        delivered = {record["eventID"]: record for records in lab.files.values() for record in records}
        lost = delivered.keys() - received.keys()
        altered = {name for name, record in received.items() if record != delivered[name]}
        whole = [key for key, records in lab.files.items() if records and all(record["eventID"] in lost for record in records)]
        found = lab.reconcile(text, code=1 if lost or altered else 0)
        self.assertEqual({event["eventID"] for event in found["lostEvents"]}, lost)
        self.assertEqual({event["eventID"] for event in found["alteredRecords"]}, altered)
        self.assertEqual((found["lost"], found["altered"], found["lostObjects"]), (len(lost), len(altered), len(whole)))
        self.assertEqual((found["duplicated"], found["foreign"], found["expected"]), (0, 0, len(delivered)))
        return [delivered[name] for name in lost], [received[name] for name in altered], " ".join(found["looksLike"])

    def test_a_right_one_loses_nothing(self):
        for lab in (self.empty, self.disorder):
            self.assertEqual(self.judge(lab, consumer.Consumer), ([], [], ""))

    def test_one_that_skips_files_out_of_order(self):
        lost, altered, words = self.judge(self.disorder, bugs.SkipsFilesOutOfOrder)
        self.assertTrue(lost and not altered)
        self.assertIn("only goes forward in time and skips files that come out of order", words)

    def test_one_that_dies_of_an_empty_object(self):
        lost, altered, words = self.judge(self.empty, bugs.DiesOfAnEmptyObject)
        self.assertTrue(lost and not altered)
        self.assertIn("has the fault empty-object: looks like a consumer that dies of it", words)
        self.assertTrue(any(key in words for key, records in self.empty.files.items() if not records), words)

    def test_one_that_drops_its_last_batch(self):
        lost, altered, words = self.judge(self.empty, bugs.DropsItsLastBatch)
        self.assertTrue(0 < len(lost) < bugs.BATCH and not altered)
        self.assertIn("dropped its last batch", words)

    def test_one_that_knows_events_by_their_request(self):
        lost, altered, words = self.judge(self.empty, bugs.KnowsEventsByTheirRequest)
        self.assertTrue(lost and not altered and not any("requestID" in record for record in lost))
        self.assertIn("takes records with the same requestID for one event", words)

    def test_one_that_ignores_the_second_record_of_a_pair(self):
        lost, altered, words = self.judge(self.empty, bugs.IgnoresTheSecondOfAPair)
        self.assertTrue(lost and not altered and all("invokedBy" in record["userIdentity"] for record in lost))
        self.assertIn("leaves out the second record of a call", words)

    def test_one_that_cuts_long_fields(self):
        lost, altered, words = self.judge(self.empty, bugs.CutsLongFields)
        self.assertTrue(altered and not lost)
        self.assertIn(f"a text cut to {bugs.LONGEST} characters", words)


if __name__ == "__main__":
    unittest.main()

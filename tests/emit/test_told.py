"""A queue that tells of objects twice, never, and before they are there, read while the run goes on."""

import collections
import json
import pathlib
import subprocess
import tempfile
import unittest

import test_emit
from test_emit import CREDENTIALS, PROGRAM, Server

if test_emit.boto3:
    from consumer import keys, messages

SCENARIO = """
seed = 8

[faults]
duplicate_notifications = 2
missing_notifications = 2
early_notifications = 3
"""


def said(line):
    """What the manifest says of telling of an object."""
    return next((fault["notify"] for fault in line["faults"] if "notify" in fault), "once")


@unittest.skipIf(test_emit.boto3 is None, "boto3 or moto is not installed")
class Told(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.server = Server()
        self.addCleanup(self.server.close)
        self.s3, self.sqs = self.server.client("s3"), self.server.client("sqs")
        self.s3.create_bucket(Bucket="audit-lab")
        self.queue = self.sqs.create_queue(QueueName="logs")["QueueUrl"]

    def start(self):
        (self.folder / "scenario.toml").write_text(SCENARIO)
        place = ["--to", "s3://audit-lab", "--endpoint-url", self.server.url, "--manifest-dir", str(self.folder)]
        asked = ["--rate", "100/s", "--flush", "1s", "--for", "6s", "--notify", f"sqs:{self.queue}", "--json"]
        command = [PROGRAM, "emit", str(self.folder / "scenario.toml"), *asked, *place]
        return subprocess.Popen(command, env=test_emit.os.environ | CREDENTIALS, stdout=subprocess.PIPE, text=True)

    def is_there(self, key):
        """Asked for at once, as soon as it is told of."""
        try:
            self.s3.get_object(Bucket="audit-lab", Key=key)
        except self.s3.exceptions.NoSuchKey:
            return False
        return True

    def test_a_consumer_is_told_as_the_manifest_says(self):
        run, found = self.start(), collections.defaultdict(list)
        while run.poll() is None or self.is_left():
            for body in messages(self.sqs, self.queue):
                for _, key in keys(body):
                    found[key].append(self.is_there(key))
        report = json.loads(run.communicate()[0])
        lines = [json.loads(line) for line in (self.folder / "manifest.jsonl").read_text().splitlines()]
        objects = {line["key"]: said(line) for line in lines if line["type"] == "object"}
        times = {"once": 1, "twice": 2, "never": 0, "early": 1}
        for key, what in objects.items():
            self.assertEqual(len(found[key]), times[what], (key, what))
        early = [found[key] for key, what in objects.items() if what == "early"]
        self.assertEqual(len(early), 3)
        self.assertIn([False], early, "an early message comes before its object")
        self.assertTrue(all(all(found[key]) for key, what in objects.items() if what != "early"))
        told = report["notifications"][0]
        self.assertEqual((told["repeated"], told["withheld"], told["early"]), (2, 2, 3))
        self.assertEqual(told["sent"], len(objects) + 2 - 2)

    def is_left(self):
        asked = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["ApproximateNumberOfMessages"])
        return int(asked["Attributes"]["ApproximateNumberOfMessages"]) > 0


if __name__ == "__main__":
    unittest.main()

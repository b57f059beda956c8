"""A live run into a bucket, and a consumer that learns of its files from a queue. Skipped where boto3 or moto is missing.

MOCKTRAIL names the program; without it, target/debug/mocktrail of the checkout is taken. How messages and files are
read is `consumer`'s, which knows nothing of mocktrail.
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

try:
    import boto3
    import botocore.client
    import flask_cors  # noqa: F401  (the server needs it)
    import moto.server  # noqa: F401
    from consumer import keys, messages, records
except ImportError:
    boto3 = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("MOCKTRAIL", str(ROOT / "target" / "debug" / "mocktrail"))
BUCKET = "audit-lab"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "dummy", "AWS_SECRET_ACCESS_KEY": "dummy", "AWS_REGION": "us-east-1"}


class Server:
    """moto's server on a free port."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                urllib.request.urlopen(self.url + "/moto-api/", timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="dummy",
            aws_secret_access_key="dummy",
            config=botocore.client.Config(s3={"addressing_style": "path"}),
        )

    def close(self):
        self.process.terminate()
        self.process.wait(20)


def mocktrail(*arguments, code=0):
    """What the program reports as JSON."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run([PROGRAM, *arguments, "--json"], env=own | CREDENTIALS, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def consume(sqs, s3, queue):
    """The eventIDs of all objects that the queue tells of, and the keys in the order in which it does."""
    ids, told = [], []
    for body in messages(sqs, queue):
        for bucket, key in keys(body):
            told.append(key)
            body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            ids.extend(record["eventID"] for record in records(body))
    return ids, told


def manifest(folder):
    lines = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    return [line for line in lines if line["type"] == "object"], lines[-1]


@unittest.skipIf(boto3 is None, "boto3 or moto is not installed")
class Consumer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.s3, cls.sqs, cls.sns = (cls.server.client(service) for service in ("s3", "sqs", "sns"))
        cls.s3.create_bucket(Bucket=BUCKET)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.queue = self.sqs.create_queue(QueueName=self.id().rsplit(".", 1)[-1])["QueueUrl"]

    def emit(self, prefix, *arguments):
        place = ["--to", f"s3://{BUCKET}/{prefix}", "--endpoint-url", self.server.url, "--manifest-dir", str(self.folder)]
        return mocktrail("emit", "--rate", "300/s", "--flush", "1s", "--for", "4s", *place, *arguments)

    def assert_nothing_lost(self, ids, told):
        objects, footer = manifest(self.folder)
        self.assertEqual(sorted(told), sorted(line["key"] for line in objects))
        self.assertEqual((len(ids), len(set(ids))), (1200, 1200))
        self.assertEqual(footer["events"], 1200)
        tags = {line["key"]: line["bytes"] for line in objects}
        listed = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=told[0].split("AWSLogs")[0])
        self.assertEqual(tags, {found["Key"]: found["Size"] for page in listed for found in page["Contents"]})

    def test_a_queue_tells_of_every_object(self):
        report = self.emit("events", "--notify", f"sqs:{self.queue}", "--notify-test")
        told = report["notifications"][0]
        self.assertEqual((told["sent"], told["failed"]), (report["objects"] + 1, 0))
        self.assert_nothing_lost(*consume(self.sqs, self.s3, self.queue))

    def test_entity_tags_and_sizes_are_those_of_the_bucket(self):
        self.emit("tags", "--notify", f"sqs:{self.queue}")
        for body in messages(self.sqs, self.queue):
            told = json.loads(body)["Records"][0]["s3"]["object"]
            found = self.s3.head_object(Bucket=BUCKET, Key=urllib.parse.unquote_plus(told["key"]))
            self.assertEqual((found["ETag"].strip('"'), found["ContentLength"]), (told["eTag"], told["size"]))

    def test_a_topic_tells_of_every_object(self):
        arn = self.sns.create_topic(Name="trail")["TopicArn"]
        queue_arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue_arn)
        report = self.emit("topic", "--notify", f"sns:{arn}", "--notify-shape", "cloudtrail-sns", "--notify-test")
        self.assertEqual(report["notifications"][0]["failed"], 0)
        self.assert_nothing_lost(*consume(self.sqs, self.s3, self.queue))

    def test_what_was_told_is_told_again(self):
        self.emit("again")
        self.assertEqual(list(messages(self.sqs, self.queue)), [])
        listed = str(self.folder / "manifest.jsonl")
        for shape in ("s3", "s3-sns", "cloudtrail-sns", "eventbridge"):
            report = mocktrail("notify", listed, "--to", f"sqs:{self.queue}", "--notify-shape", shape, "--rate", "500/s")
            self.assertEqual(report["notifications"][0]["sent"], report["objects"])
            self.assert_nothing_lost(*consume(self.sqs, self.s3, self.queue))

    def test_a_queue_that_is_not_there_is_told(self):
        gone = f"sqs:{self.server.url}/123456789012/gone"
        done = subprocess.run(
            [PROGRAM, "emit", "--rate", "50/s", "--flush", "1s", "--for", "1s", "--to", str(self.folder / "trail"), "--notify", gone],
            env=os.environ | CREDENTIALS,
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("did not take", done.stderr)
        self.assertIn("mocktrail notify", done.stderr)


if __name__ == "__main__":
    unittest.main()

"""Reads a queue that tells of log files, fetches them, and writes each record as a line of JSON.

    python3 consumer.py QUEUE_URL > received.jsonl

Endpoint, region and credentials are those of boto3: AWS_ENDPOINT_URL, AWS_REGION and so on. It ends when the queue is
empty, and knows nothing of mocktrail: it would read the queue of any trail.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
import urllib.parse
import zlib
from collections.abc import Iterator
from typing import TextIO

import boto3

# Digests, uploads under way and logs of other services lie in the same bucket.
LOG_FILE = re.compile(r"\d{12}_CloudTrail_[a-z0-9-]+_\d{8}T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz")
GZIP = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# A message may come before its object is there: so often it is looked for, with so many seconds in between.
TRIES, PAUSE = 10, 0.5


def messages(sqs, queue: str) -> Iterator[str]:
    """All messages of a queue; each is deleted once it was handled."""
    while True:
        batch = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=0).get("Messages", [])
        if not batch:
            return
        for message in batch:
            yield message["Body"]
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def keys(body: str) -> list[tuple[str, str]]:
    """The buckets and keys that a message of any shape tells of."""
    if body == "CloudTrail validation message.":
        return []
    message = json.loads(body)
    if message.get("Type") == "Notification":
        return keys(message["Message"])
    if message.get("Event") == "s3:TestEvent":
        return []
    if "s3ObjectKey" in message:
        return [(message["s3Bucket"], key) for key in message["s3ObjectKey"]]
    if message.get("detail-type") == "Object Created":
        return [(message["detail"]["bucket"]["name"], message["detail"]["object"]["key"])]
    events = [record["s3"] for record in message["Records"]]
    return [(event["bucket"]["name"], urllib.parse.unquote_plus(event["object"]["key"])) for event in events]


def records(body: bytes) -> list[dict]:
    """The records of a log file."""
    text = gzip.decompress(body) if body.startswith(GZIP) else body
    return json.loads(text.removeprefix(BYTE_ORDER_MARK))["Records"]


class Consumer:
    """Takes every event once, in whatever order files come."""

    def __init__(self, sqs, s3, queue: str, out: TextIO) -> None:
        self.sqs, self.s3, self.queue, self.out = sqs, s3, queue, out
        # Of a trail without an end it would have to forget them after some days.
        self.seen: set[str | None] = set()

    def run(self) -> None:
        for message in messages(self.sqs, self.queue):
            for bucket, key in keys(message):
                if LOG_FILE.fullmatch(key.rsplit("/", 1)[-1]):
                    self.take_file(bucket, key)

    def take_file(self, bucket: str, key: str) -> None:
        body = self.fetch(bucket, key)
        for record in self.unpack(key, body) if body is not None else []:
            self.take(record)

    def fetch(self, bucket: str, key: str) -> bytes | None:
        for _ in range(TRIES):
            try:
                return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            except self.s3.exceptions.NoSuchKey:
                time.sleep(PAUSE)
        print(f"not there: {key}", file=sys.stderr)
        return None

    def unpack(self, key: str, body: bytes) -> list[dict]:
        try:
            return records(body)
        except (OSError, EOFError, ValueError, zlib.error) as error:
            print(f"set aside: {key}: {error}", file=sys.stderr)
            return []

    def take(self, record: dict) -> None:
        identity = self.identity(record)
        if identity not in self.seen:
            self.seen.add(identity)
            self.write(record)

    def identity(self, record: dict) -> str | None:
        return record["eventID"]

    def write(self, record: dict) -> None:
        self.out.write(json.dumps(record) + "\n")


def main() -> None:
    arguments = argparse.ArgumentParser(description="Reads a queue that tells of log files.")
    arguments.add_argument("queue", metavar="QUEUE_URL")
    Consumer(boto3.client("sqs"), boto3.client("s3"), arguments.parse_args().queue, sys.stdout).run()


if __name__ == "__main__":
    main()

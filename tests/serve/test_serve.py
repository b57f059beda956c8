"""The endpoint as boto3 sees it. Skipped where boto3 is not installed.

MOCKTRAIL names the program; without it, target/debug/mocktrail of the checkout is taken.
"""

import gzip
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

try:
    import boto3
    import botocore.client
    import botocore.exceptions
except ImportError:
    boto3 = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("MOCKTRAIL", str(ROOT / "target" / "debug" / "mocktrail"))
BUCKET = "amzn-s3-demo-bucket"


class Endpoint:
    """A running `mocktrail serve`."""

    def __init__(self, path):
        command = [PROGRAM, "serve", str(path), "--listen", "127.0.0.1:0", "--json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.told = json.loads(self.process.stdout.readline())

    def client(self, service, secret=None, region=None):
        return boto3.client(
            service,
            endpoint_url=self.told["address"],
            region_name=region or self.told["region"],
            aws_access_key_id=self.told["accessKeyId"],
            aws_secret_access_key=secret or self.told["secretAccessKey"],
            config=botocore.client.Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
        )

    def close(self):
        self.process.send_signal(2)
        code = self.process.wait(20)
        self.process.stdout.close()
        assert code == 0, code


def records_of(directory):
    """All records of a trail, by eventID."""
    found = {}
    for path in directory.glob("AWSLogs/**/*.json.gz"):
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]:
            found[record["eventID"]] = record
    return found


class Contract:
    """What holds for a trail on disk and for the scenario it was made from."""

    def test_pages_of_both_kinds_hold_all_files(self):
        s3 = self.endpoint.client("s3")
        for operation in ("list_objects", "list_objects_v2"):
            pages = s3.get_paginator(operation).paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 7})
            found = {item["Key"]: item["Size"] for page in pages for item in page.get("Contents", [])}
            self.assertEqual(found, {key: len(body) for key, body in self.files.items()})
        folders = s3.list_objects_v2(Bucket=BUCKET, Prefix="AWSLogs/", Delimiter="/")
        self.assertEqual([item["Prefix"] for item in folders["CommonPrefixes"]], ["AWSLogs/111122223333/"])

    def test_objects_are_those_of_the_trail(self):
        s3 = self.endpoint.client("s3")
        for key, body in self.files.items():
            answer = s3.get_object(Bucket=BUCKET, Key=key)
            self.assertEqual(answer["Body"].read(), body)
            self.assertEqual((answer["ContentType"], answer["ContentEncoding"]), ("application/json", "gzip"))
            part = s3.get_object(Bucket=BUCKET, Key=key, Range="bytes=3-9")
            self.assertEqual(part["Body"].read(), body[3:10])
            head = s3.head_object(Bucket=BUCKET, Key=key)
            self.assertEqual((head["ETag"], head["LastModified"]), (answer["ETag"], answer["LastModified"]))

    def refused(self, code, status, call, **arguments):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(**arguments)
        answer = caught.exception.response
        self.assertEqual((answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]), (code, status))

    def test_refusals_have_the_names_that_programs_know(self):
        s3, key = self.endpoint.client("s3"), next(iter(self.files))
        self.refused("NoSuchKey", 404, s3.get_object, Bucket=BUCKET, Key="none")
        self.refused("NoSuchBucket", 404, s3.get_object, Bucket="another-bucket", Key="none")
        self.refused("InvalidRange", 416, s3.get_object, Bucket=BUCKET, Key=key, Range="bytes=9999999-")
        self.refused("404", 404, s3.head_object, Bucket=BUCKET, Key="none")
        wrong = {"secret": "wrong"}
        self.refused("SignatureDoesNotMatch", 403, self.endpoint.client("s3", **wrong).list_buckets)
        self.refused("SignatureDoesNotMatch", 403, self.endpoint.client("cloudtrail", **wrong).list_trails)
        cloudtrail = self.endpoint.client("cloudtrail")
        self.refused("TrailNotFoundException", 400, cloudtrail.get_trail, Name="none")
        self.refused("UnknownOperationException", 400, cloudtrail.list_channels)

    def looked_up(self, region=None, **arguments):
        pages = self.endpoint.client("cloudtrail", region=region).get_paginator("lookup_events").paginate(**arguments)
        return [event for page in pages for event in page["Events"]]

    def test_events_are_looked_up_as_they_lie_in_the_files(self):
        everything = self.looked_up()
        self.assertEqual({event["EventId"]: json.loads(event["CloudTrailEvent"]) for event in everything}, self.records)
        self.assertEqual(len(everything), len(self.records))
        times = [event["EventTime"] for event in everything]
        self.assertEqual(times, sorted(times, reverse=True))
        self.assertEqual(self.looked_up(region="eu-west-1"), [])

    def test_events_are_looked_up_by_name_time_and_id(self):
        attribute = {"AttributeKey": "EventName", "AttributeValue": "ListUsers"}
        found = {event["EventId"] for event in self.looked_up(LookupAttributes=[attribute])}
        self.assertEqual(found, {id for id, record in self.records.items() if record["eventName"] == "ListUsers"})
        self.assertTrue(found)
        start, end = "2026-03-02T14:00:00Z", "2026-03-02T16:30:00Z"
        found = {event["EventId"] for event in self.looked_up(StartTime=start, EndTime=end)}
        self.assertEqual(found, {id for id, record in self.records.items() if start <= record["eventTime"] <= end})
        self.assertTrue(found)
        for id in list(self.records)[::97]:
            attribute = {"AttributeKey": "EventId", "AttributeValue": id}
            (event,) = self.looked_up(LookupAttributes=[attribute])
            self.assertEqual((event["EventId"], event["EventName"]), (id, self.records[id]["eventName"]))

    def test_the_trail_is_described(self):
        (trail,) = self.endpoint.client("cloudtrail").describe_trails()["trailList"]
        self.assertEqual((trail["TrailARN"], trail["S3BucketName"]), (self.endpoint.told["trailArn"], BUCKET))
        self.assertTrue(self.endpoint.client("cloudtrail").get_trail_status(Name=trail["TrailARN"])["IsLogging"])


@unittest.skipIf(boto3 is None, "boto3 is not installed")
class OnDisk(Contract, unittest.TestCase):
    """A trail in a directory."""

    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        directory = pathlib.Path(cls.place.name) / "trail"
        command = [PROGRAM, "generate", "--seed", "7", "--to", str(directory)]
        subprocess.run(command, check=True, capture_output=True)
        paths = directory.glob("AWSLogs/**/*.json.gz")
        cls.files = {str(path.relative_to(directory)): path.read_bytes() for path in paths}
        cls.records = records_of(directory)
        cls.endpoint = Endpoint(cls.served(directory))

    @staticmethod
    def served(directory):
        return directory

    @classmethod
    def tearDownClass(cls):
        cls.endpoint.close()
        cls.place.cleanup()

    def test_it_is_a_bucket_for_tests_too(self):
        s3 = self.endpoint.client("s3")
        s3.create_bucket(Bucket="another-bucket")
        for bucket in (BUCKET, "another-bucket"):
            for algorithm in ("CRC32", "CRC32C", "SHA256", "CRC64NVME"):
                put = {"Bucket": bucket, "Key": "x/a b+ü", "Body": b"body", "Metadata": {"Some-Name": "value"}}
                try:
                    s3.put_object(**put, ContentType="text/plain", ChecksumAlgorithm=algorithm)
                except botocore.exceptions.MissingDependencyException:
                    continue
                answer = s3.get_object(Bucket=bucket, Key="x/a b+ü")
                self.assertEqual((answer["Body"].read(), answer["ContentType"]), (b"body", "text/plain"))
                self.assertEqual(answer["Metadata"], {"some-name": "value"})
            listed = s3.list_objects_v2(Bucket=bucket, Prefix="x/")["Contents"]
            self.assertEqual([item["Key"] for item in listed], ["x/a b+ü"])
            wrong = {"Bucket": bucket, "Key": "x/wrong", "Body": b"body", "ChecksumCRC32": "AAAAAA=="}
            self.refused("BadDigest", 400, s3.put_object, **wrong)
            self.refused("404", 404, s3.head_object, Bucket=bucket, Key="x/wrong")
            s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "x/a b+ü"}]})
            self.assertNotIn("Contents", s3.list_objects_v2(Bucket=bucket, Prefix="x/"))
        s3.delete_bucket(Bucket="another-bucket")


@unittest.skipIf(boto3 is None, "boto3 is not installed")
class Virtual(OnDisk):
    """The same trail out of its scenario."""

    @staticmethod
    def served(directory):
        return directory / ".mocktrail" / "scenario.toml"

    def test_it_is_a_bucket_for_tests_too(self):
        s3 = self.endpoint.client("s3")
        self.refused("AccessDenied", 403, s3.put_object, Bucket=BUCKET, Key="x", Body=b"")
        self.refused("AccessDenied", 403, s3.delete_object, Bucket=BUCKET, Key=next(iter(self.files)))


if __name__ == "__main__":
    unittest.main()

"""Tests of the trail reader: good trees pass, and each planted mistake is found.

    python3 -m unittest discover -s tests/reader
"""

from __future__ import annotations

import base64
import contextlib
import copy
import gzip
import hashlib
import io
import json
import tempfile
import unittest
import zlib
from collections.abc import Callable
from pathlib import Path

import read_trail as reader
import signatures

ACCOUNT = "111122223333"
OTHER = "444455556666"
REGION = "us-east-1"
STAMP = "20260302T0905Z"
TIME = "2026-03-02T09:01:07Z"
ORG = "m-" + "0123456789abcdef" * 2
USER_ID = "7c9f0c0e-1b2d-4d6f-9a55-0e3b1c2d4f60"
ORG_ARN = f"arn:aws:workmail:{REGION}:{ACCOUNT}:organization/{ORG}"
HIDDEN = reader.HIDDEN
SAMPLES = Path(__file__).with_name("samples-2017.json")


# --- good records -----------------------------------------------------------------------------


def encoded(prefix: str, account: str, length: int) -> str:
    """An access key or unique id that carries its account, as AWS makes them."""
    value = (1 << 47 | int(account) << 7 | 5).to_bytes(6, "big") + b"\x12\x34\x56\x78"
    return (prefix + base64.b32encode(value).decode() + "Q")[:length]


def uuid(number: int) -> str:
    return f"{number:08x}-1a2b-4c3d-8e4f-5a6b7c8d9e0f"


def attributes() -> dict:
    return {"creationDate": "2026-03-02T08:30:00Z", "mfaAuthenticated": "false"}


def assumed_role(account: str = ACCOUNT) -> dict:
    role = encoded("AROA", account, 21)
    return {
        "type": "AssumedRole",
        "principalId": f"{role}:ana@example.com",
        "arn": f"arn:aws:sts::{account}:assumed-role/MailAdmin/ana@example.com",
        "accountId": account,
        "accessKeyId": encoded("ASIA", account, 20),
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": role,
                "arn": f"arn:aws:iam::{account}:role/ops/MailAdmin",
                "accountId": account,
                "userName": "MailAdmin",
            },
            "attributes": attributes(),
        },
    }


def iam_user() -> dict:
    return {
        "type": "IAMUser",
        "principalId": encoded("AIDA", ACCOUNT, 21),
        "arn": f"arn:aws:iam::{ACCOUNT}:user/staff/ben",
        "accountId": ACCOUNT,
        "accessKeyId": encoded("AKIA", ACCOUNT, 20),
        "userName": "ben",
    }


def root() -> dict:
    return {
        "type": "Root",
        "principalId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:root",
        "accountId": ACCOUNT,
        "accessKeyId": encoded("ASIA", ACCOUNT, 20),
        "sessionContext": {"attributes": attributes()},
    }


def federated_user() -> dict:
    issuer = {key: value for key, value in iam_user().items() if key not in ("accessKeyId",)}
    return {
        "type": "FederatedUser",
        "principalId": f"{ACCOUNT}:cleo",
        "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/cleo",
        "accountId": ACCOUNT,
        "accessKeyId": encoded("ASIA", ACCOUNT, 20),
        "sessionContext": {"sessionIssuer": issuer, "attributes": attributes()},
    }


def record(number: int, action: str, parameters: dict | None, response: dict | None = None, *, read: bool = False,
           identity: dict | None = None, service: str = "workmail", region: str = REGION, error: tuple | None = None) -> dict:
    source = "workmailMessageFlow" if service == "workmailmessageflow" else service
    code = {"errorCode": error[0], "errorMessage": error[1]} if error else {}
    return {
        "eventVersion": "1.11",
        "userIdentity": identity or assumed_role(),
        "eventTime": TIME,
        "eventSource": f"{source}.amazonaws.com",
        "eventName": action,
        "awsRegion": region,
        "sourceIPAddress": "203.0.113.24",
        "userAgent": "aws-cli/2.33.23 md/command#workmail",
        **code,
        "requestParameters": parameters,
        "responseElements": response,
        "requestID": uuid(0x1000 + number),
        "eventID": uuid(number),
        "readOnly": read,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{service}.{region}.amazonaws.com",
        },
    }


def create_user(number: int = 1) -> dict:
    parameters = {"name": "dora", "displayName": HIDDEN, "password": HIDDEN, "organizationId": ORG}
    return record(number, "CreateUser", parameters, {"userId": USER_ID})


def list_users(number: int = 2) -> dict:
    parameters = {"organizationId": ORG, "maxResults": 50, "filters": {"displayNamePrefix": HIDDEN, "state": "ENABLED"}}
    return record(number, "ListUsers", parameters, read=True, identity=iam_user())


def denied(number: int = 3) -> dict:
    action = "workmail:ResetPassword"
    message = (
        f"User: {assumed_role()['arn']} is not authorized to perform: {action} on resource: {ORG_ARN} "
        f"because no identity-based policy allows the {action} action"
    )
    return record(number, "ResetPassword", None, error=("AccessDenied", message))


def not_found(number: int = 4) -> dict:
    parameters = {"organizationId": ORG, "groupId": "all-staff", "memberId": "dora"}
    error = ("EntityNotFoundException", "No such entity.")
    return record(number, "AssociateMemberToGroup", parameters, identity=root(), error=error)


def throttled(number: int = 5) -> dict:
    error = ("ThrottlingException", "Rate exceeded")
    return record(number, "DescribeUser", None, read=True, identity=federated_user(), error=error)


def list_organizations(number: int = 6) -> dict:
    found = record(number, "ListOrganizations", None, read=True)
    found["sessionCredentialFromConsole"] = "true"
    return found


def get_message(number: int = 7) -> dict:
    return record(number, "GetRawMessageContent", {"messageId": USER_ID}, read=True, service="workmailmessageflow")


def kms_by_workmail(number: int = 8) -> dict:
    """A neighbour: the service calls AWS KMS for itself."""
    found = record(number, "Decrypt", {"encryptionContext": {"aws:workmail:arn": ORG_ARN}}, read=True, service="kms")
    service = f"workmail.{REGION}.amazonaws.com"
    found |= {"userIdentity": {"type": "AWSService", "invokedBy": service}, "sourceIPAddress": service, "userAgent": service}
    del found["tlsDetails"]
    return reordered(found | {"sharedEventID": uuid(0x2000 + number)})


def ses_for_caller(number: int = 9) -> dict:
    """A neighbour: the service calls SES with the caller's session."""
    service = f"workmail.{REGION}.amazonaws.com"
    identity = assumed_role() | {"invokedBy": service}
    answer = {"verificationToken": "a"}
    found = record(number, "VerifyDomainIdentity", {"domain": "example.com"}, answer, identity=identity, service="ses")
    del found["tlsDetails"]
    return found | {"sourceIPAddress": service, "userAgent": service}


def of_iam(number: int = 13) -> dict:
    parameters = {"aWSServiceName": "events.workmail.amazonaws.com"}
    found = record(number, "CreateServiceLinkedRole", parameters, {"role": {}}, service="iam")
    store = f"arn:aws:identitystore::{ACCOUNT}:identitystore/d-0123456789"
    found["userIdentity"]["onBehalfOf"] = {"userId": USER_ID, "identityStoreArn": store}
    found["tlsDetails"] |= {"clientProvidedHostHeader": "iam.amazonaws.com", "keyExchange": "x25519"}
    return found


def tag_organization(number: int = 10) -> dict:
    return record(number, "TagResource", {"resourceARN": ORG_ARN, "tags": [{"key": "team", "value": "mail"}]})


def reset_password(number: int = 11) -> dict:
    return record(number, "ResetPassword", {"organizationId": ORG, "userId": USER_ID, "password": HIDDEN})


def access_effect(action: str = "IMAP", caller: str = "userId") -> dict:
    parameters = {"organizationId": ORG, "ipAddress": "203.0.113.7", "action": action, caller: USER_ID}
    return record(14, "GetAccessControlEffect", parameters, read=True)


def mobile_rule() -> dict:
    parameters = {"organizationId": ORG, "name": "phones", "effect": "DENY", "deviceTypes": ["iPhone"]}
    return record(15, "CreateMobileDeviceAccessRule", parameters, {"mobileDeviceAccessRuleId": uuid(0x77)})


def availability() -> dict:
    provider = {"lambdaArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:free-busy"}
    parameters = {"organizationId": ORG, "domainName": "partner.example", "lambdaProvider": provider}
    return record(16, "CreateAvailabilityConfiguration", parameters)


def console_rule(number: int = 12) -> dict:
    return record(number, "SetJournalingRules", {"organizationId": ORG})


GOOD = [
    access_effect, mobile_rule, availability,
    create_user, list_users, denied, not_found, throttled, list_organizations, get_message, kms_by_workmail,
    ses_for_caller, tag_organization, reset_password, console_rule, of_iam,
]


def reordered(found: dict) -> dict:
    return {name: found[name] for name in reader.RECORD_ORDER if name in found}


def of_2017(action: str, number: int) -> dict:
    """A good record with the structure of a documented sample, and ids in today's form."""
    sample = next(s for s in json.loads(SAMPLES.read_text("utf-8")) if s["eventName"] == action)
    time = {"eventTime": TIME, "eventID": uuid(number), "awsRegion": REGION}
    return sample | time | {"userIdentity": iam_user()}


# --- trees ------------------------------------------------------------------------------------


def log_key(account: str = ACCOUNT, region: str = REGION, stamp: str = STAMP, unique: str = "Zt4mA0b1C2d3E4f5") -> str:
    date = f"{stamp[:4]}/{stamp[4:6]}/{stamp[6:8]}"
    return f"AWSLogs/{account}/CloudTrail/{region}/{date}/{account}_CloudTrail_{region}_{stamp}_{unique}.json.gz"


def compact(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def packed(raw: bytes) -> bytes:
    return gzip.compress(raw, mtime=0)


def put(folder: Path, key: str, data: bytes) -> None:
    path = folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def put_records(folder: Path, key: str, records: list) -> None:
    put(folder, key, packed(compact({"Records": records})))


def manifest_line(folder: Path, key: str) -> dict:
    data = (folder / key).read_bytes()
    raw = gzip.decompress(data)
    times = [found["eventTime"] for found in json.loads(raw)["Records"]]
    return {
        "type": "object", "kind": "log", "key": key, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(),
        "rawBytes": len(raw), "rawCrc32": f"{zlib.crc32(raw):08x}", "rawSha256": hashlib.sha256(raw).hexdigest(),
        "records": len(times), "firstEventTime": min(times), "lastEventTime": max(times), "deliveredAt": "2026-03-02T09:06:00Z",
    }


def manifest(folder: Path, keys: list[str], streams: list) -> list[dict]:
    objects = [manifest_line(folder, key) for key in keys]
    total = {name: sum(line[name] for line in objects) for name in ("records", "rawBytes", "bytes")}
    footer = {"type": "footer", "objects": len(objects), "events": total["records"], **total}
    return [{"type": "header", "format": 1, "streams": streams}, *objects, footer]


def put_lines(folder: Path, name: str, lines: list) -> None:
    put(folder, f".mocktrail/{name}", b"".join(compact(line) + b"\n" for line in lines))


class TrailCase(unittest.TestCase):
    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.outer = Path(place.name)
        self.folder = self.fresh()

    def fresh(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.outer))

    def lines(self, folder: Path, *arguments: str) -> list[str]:
        return reader.check(reader.parse_arguments([str(folder), *arguments])).findings.lines

    def assert_clean(self, folder: Path, *arguments: str) -> None:
        self.assertEqual(self.lines(folder, *arguments), [])

    def assert_found(self, expected: str, folder: Path, *arguments: str) -> None:
        found = self.lines(folder, *arguments)
        self.assertTrue(any(expected in line for line in found), f"`{expected}` is not in {found}")

    def assert_plants(self, plants: list[tuple[str, Callable, Callable]], *arguments: str) -> None:
        """Each plant: the text expected, a good record, and what spoils it in place (or returns another)."""
        for expected, make, spoil in plants:
            with self.subTest(expected):
                good, folder = make(), self.fresh()
                put_records(folder, log_key(), [good])
                self.assert_clean(folder, *arguments)
                spoiled = copy.deepcopy(good)
                spoiled = spoil(spoiled) or spoiled
                put_records(folder, log_key(), [spoiled])
                self.assert_found(f"json.gz:0: {expected}", folder, *arguments)


def setting(*path_and_value: object) -> Callable:
    """Sets a (nested) member, in place if it is there."""
    *path, last, value = path_and_value

    def spoil(found: dict) -> None:
        for step in path:
            found = found[step]
        found[last] = value

    return spoil


def adding(name: str, value: object) -> Callable:
    return lambda found: reordered(found | {name: value})


def dropping(*path: str) -> Callable:
    def spoil(found: dict) -> None:
        for step in path[:-1]:
            found = found[step]
        del found[path[-1]]

    return spoil


def swapped(*path: str) -> Callable:
    """Turns the order of an object's members round."""

    def spoil(found: dict) -> dict:
        inner = found
        for step in path:
            inner = inner[step]
        turned = dict(reversed(inner.items()))
        inner.clear()
        inner.update(turned)
        return found

    return spoil


class GoodTrees(TrailCase):
    def test_every_good_record_passes(self) -> None:
        put_records(self.folder, log_key(), [make() for make in GOOD])
        self.assert_clean(self.folder, "--expect-events", str(len(GOOD)))

    def test_a_prefix_and_an_organization_folder_pass(self) -> None:
        key = "logs/2026/" + log_key().replace("AWSLogs/", "AWSLogs/o-exampleorgid/")
        put_records(self.folder, key, [create_user()])
        self.assert_clean(self.folder)

    def test_the_era_of_2017_passes_with_its_samples(self) -> None:
        names = ["CreateUser", "CreateAlias", "GetRawMessageContent"]
        put_records(self.folder, log_key(), [of_2017(name, 1 + i) for i, name in enumerate(names)])
        self.assert_clean(self.folder, "--era", "2017", "--samples", str(SAMPLES))

    def test_keys_and_ids_without_an_account_pass_in_2017_only(self) -> None:
        found = of_2017("CreateAlias", 1)
        found["userIdentity"] |= {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "principalId": "AIDACKCEVSQ6C2EXAMPLE"}
        put_records(self.folder, log_key(), [found])
        self.assert_clean(self.folder, "--era", "2017")
        self.assert_found("has the form of before 2019", self.folder)

    def test_a_manifest_and_labels_that_tell_the_truth_pass(self) -> None:
        second = log_key(OTHER, "eu-west-1")
        put_records(self.folder, second, [other_account()])
        put_records(self.folder, log_key(), [create_user()])
        streams = [{"account": OTHER, "region": "eu-west-1"}, f"{ACCOUNT}/{REGION}"]
        put_lines(self.folder, "manifest.jsonl", manifest(self.folder, [second, log_key()], streams))
        put_lines(self.folder, "labels.jsonl", [{"eventID": uuid(1), "incident": "x", "step": 1, "technique": "T1114.002"}])
        self.assert_clean(self.folder)

    def test_text_beyond_ascii_passes(self) -> None:
        found = list_users()
        found["requestParameters"]["filters"] = {"usernamePrefix": "zoë < & / \u2028 \U0001f4ee"}
        put_records(self.folder, log_key(), [found])
        self.assert_clean(self.folder)

    def test_a_chain_of_digests_passes(self) -> None:
        put_digests(self.folder)
        self.assert_clean(self.folder)


def other_account() -> dict:
    found = record(40, "ListOrganizations", None, read=True, identity=assumed_role(OTHER), region="eu-west-1")
    return found | {"recipientAccountId": OTHER}


class Keys(TrailCase):
    def test_each_mistake_in_a_key_is_found(self) -> None:
        good = log_key()
        plants = [
            ("no place for a log file", good + ".tmp~/x"),
            ("no place for a log file", f"AWSLogs/{ACCOUNT}/notes.txt"),
            ("no place for a log file", good.replace("AWSLogs/", "AWSLogs/o-SHORT/")),
            ("no place for a log file", good.replace("AWSLogs/", "awslogs/")),
            ("is no CloudTrail file name", good + ".tmp"),
            ("is no CloudTrail file name", good.replace("0905Z", "090500Z")),
            ("is no time", log_key(stamp="20260302T2905Z")),
            (f"account {OTHER} in the name", good.replace(f"{ACCOUNT}_Cloud", f"{OTHER}_Cloud")),
            ("region eu-west-1 in the name", good.replace("_us-east-1_", "_eu-west-1_")),
            ("date folders 2026/03/01 differ", good.replace("/02/", "/01/")),
            ("is no multiple of 5", log_key(stamp="20260302T0904Z")),
            ("unique part `short`", log_key(unique="short")),
            ("unique part `Zt4mA0b1C2d3E4f-`", log_key(unique="Zt4mA0b1C2d3E4f-")),
        ]
        for expected, key in plants:
            with self.subTest(key):
                folder = self.fresh()
                put_records(folder, key, [create_user()])
                self.assert_found(expected, folder)

    def test_an_empty_trail_is_found_unless_expected(self) -> None:
        self.assert_found("no log files", self.folder)
        self.assert_clean(self.folder, "--expect-events", "0")


class Documents(TrailCase):
    def test_each_mistake_in_the_gzip_file_is_found(self) -> None:
        raw = compact({"Records": [create_user()]})
        good = packed(raw)
        named = io.BytesIO()
        with gzip.GzipFile("log.json", "wb", fileobj=named, mtime=0) as file:
            file.write(raw)
        plants = [
            ("no gzip file", raw),
            ("22 bytes after the first gzip member", good + packed(b"{}")),
            ("3 bytes after the first gzip member", good + b"\0\0\0"),
            ("gzip member is cut off", good[:-9]),
            ("cannot inflate", good[:-8] + bytes(8)),
            ("gzip header carries optional fields", named.getvalue()),
            ("gzip header carries a time (7)", gzip.compress(raw, mtime=7)),
        ]
        for expected, data in plants:
            with self.subTest(expected):
                put(self.folder, log_key(), data)
                self.assert_found(f"json.gz:-: {expected}", self.folder)

    def test_each_mistake_in_the_document_is_found(self) -> None:
        text = compact({"Records": [create_user()]}).decode()
        plants = [
            ("no UTF-8 JSON", text[:-1]),
            ("no UTF-8 JSON", text.replace("dora", "\udcff")),
            ("no UTF-8 JSON", text.replace('"readOnly":false', '"readOnly":NaN')),
            ("text is not the compact form", text + "\n"),
            ("text is not the compact form", text.replace('":', '": ', 1)),
            ("text is not the compact form", text.replace("us-east-1", "us\\u002deast-1")),
            ("text is not the compact form", text.replace('"name":"dora"', '"name":"dora","name":"dora"')),
            ("text is not the compact form", text.replace("aws-cli/", "aws-cli\\/")),
            ("no object with the single member", '{"Records":[],"More":1}'),
            ("no object with the single member", "[]"),
            ("no array with at least one record", '{"Records":[]}'),
            ("json.gz:0: record is number", '{"Records":[1]}'),
        ]
        for expected, plant in plants:
            with self.subTest(plant[-30:]):
                put(self.folder, log_key(), packed(plant.encode("utf-8", "surrogateescape")))
                self.assert_found(expected, self.folder)


class Records(TrailCase):
    def test_each_mistake_in_order_presence_and_type_is_found(self) -> None:
        self.assert_plants([
            ("member `userAgent` stands after `errorCode`", denied, swap_error_and_agent),
            ("unknown member `eventContext`", create_user, adding_last("eventContext", {})),
            ("`eventID` is missing", create_user, dropping("eventID")),
            ("`requestParameters` is missing", create_user, dropping("requestParameters")),
            ("`requestID` is missing", create_user, dropping("requestID")),
            ("`managementEvent` is missing at eventVersion 1.11", create_user, dropping("managementEvent")),
            ("`eventCategory` is missing at eventVersion 1.11", create_user, dropping("eventCategory")),
            ("`readOnly` is missing at eventVersion 1.11", create_user, dropping("readOnly")),
            ("readOnly is string, expected boolean", create_user, setting("readOnly", "false")),
            ("sessionCredentialFromConsole is boolean", list_organizations, setting("sessionCredentialFromConsole", True)),
            ("responseElements is string, expected object or null", create_user, setting("responseElements", "")),
            ("eventVersion `1.5` is none of", create_user, setting("eventVersion", "1.5")),
            ("eventVersion 1.07, expected 1.08 or later", create_user, setting("eventVersion", "1.07")),
            ("`tlsDetails` is unknown to eventVersion 1.07", create_user, setting("eventVersion", "1.07")),
            ("`vpcEndpointAccountId` is unknown to eventVersion 1.08", create_user,
             lambda found: reordered(found | {"vpcEndpointAccountId": ACCOUNT, "eventVersion": "1.08"})),
        ])

    def test_each_mistake_in_time_place_and_ids_is_found(self) -> None:
        self.assert_plants([
            ("eventTime `2026-03-02 09:01:07Z` is not of the form", create_user, setting("eventTime", "2026-03-02 09:01:07Z")),
            ("eventTime `2026-02-30T09:01:07Z` is not of the form", create_user, setting("eventTime", "2026-02-30T09:01:07Z")),
            ("eventTime 2026-03-02T09:05:01Z is newer", create_user, setting("eventTime", "2026-03-02T09:05:01Z")),
            ("eventTime 2026-03-02T08:49:59Z is too old", create_user, setting("eventTime", "2026-03-02T08:49:59Z")),
            (f"recipientAccountId {OTHER}", create_user, setting("recipientAccountId", OTHER)),
            ("awsRegion us-west-2", create_user, setting("awsRegion", "us-west-2")),
            ("eventID `00000001-1a2b-1c3d-", create_user, setting("eventID", uuid(1).replace("-4", "-1", 1))),
            ("eventID `", create_user, setting("eventID", "A" + uuid(1)[1:])),
            ("requestID `77` is no UUID", create_user, setting("requestID", "77")),
            ("sharedEventID `x` is no UUID", kms_by_workmail, setting("sharedEventID", "x")),
            ("eventSource `WorkMail.amazonaws.com` is no service name", create_user,
             setting("eventSource", "WorkMail.amazonaws.com")),
            ("eventName `Verify Domain` is no operation name", ses_for_caller, setting("eventName", "Verify Domain")),
            ("eventType `ApiCall` is unknown", create_user, setting("eventType", "ApiCall")),
            ("eventCategory `Mail` is unknown", create_user, setting("eventCategory", "Mail")),
            ("managementEvent does not fit", create_user, setting("managementEvent", False)),
            ("serviceEventDetails in a record", create_user, adding("serviceEventDetails", {"a": 1})),
            ("requestParameters is an empty object", list_organizations, setting("requestParameters", {})),
            ("userAgent is empty or longer than 1024", create_user, setting("userAgent", "x" * 1025)),
        ])

    def test_the_age_of_events_can_be_relaxed(self) -> None:
        put_records(self.folder, log_key(), [create_user() | {"eventTime": "2026-03-02T08:31:00Z"}])
        self.assert_found("too old for the file", self.folder)
        self.assert_clean(self.folder, "--max-age", "60")

    def test_an_event_twice_is_found_across_files(self) -> None:
        put_records(self.folder, log_key(), [create_user()])
        put_records(self.folder, log_key(unique="a" * 16), [create_user()])
        self.assert_found(f"eventID {uuid(1)} was already in", self.folder)

    def test_a_wrong_number_of_events_is_found(self) -> None:
        put_records(self.folder, log_key(), [create_user()])
        self.assert_found("1 distinct eventIDs, expected 2", self.folder, "--expect-events", "2")

    def test_each_mistake_about_the_caller_is_found(self) -> None:
        fields = "tlsDetails"
        self.assert_plants([
            ("sourceIPAddress `203.0.113.256` is neither", create_user, setting("sourceIPAddress", "203.0.113.256")),
            ("sourceIPAddress `ses.amazonaws.com` without invokedBy", create_user,
             setting("sourceIPAddress", "ses.amazonaws.com")),
            ("invokedBy workmail.us-east-1", ses_for_caller, setting("userAgent", "aws-cli/2")),
            ("invokedBy `workmail` is no service", ses_for_caller, setting("userIdentity", "invokedBy", "workmail")),
            ("tlsDetails in a call that AWS made itself", ses_for_caller, adding(fields, create_user()[fields])),
            ("tlsDetails: member `cipherSuite` stands after", create_user, swapped(fields)),
            ("tlsDetails: unknown member `version`", create_user, setting(fields, "version", "TLSv1.3")),
            ("tlsVersion TLSv1.2 does not go with", create_user, setting(fields, "tlsVersion", "TLSv1.2")),
            ("clientProvidedHostHeader `workmail.eu-west-1", create_user,
             setting(fields, "clientProvidedHostHeader", "workmail.eu-west-1.amazonaws.com")),
            ("clientProvidedHostHeader `workmail.us-east-1", get_message,
             setting(fields, "clientProvidedHostHeader", "workmail.us-east-1.amazonaws.com")),
            ("clientProvidedHostHeader `mail.example.com` is no host of AWS", of_iam,
             setting(fields, "clientProvidedHostHeader", "mail.example.com")),
            ("sessionCredentialFromConsole is `false`", list_organizations, setting("sessionCredentialFromConsole", "false")),
            ("sessionCredentialFromConsole with a long-lived", list_users, adding("sessionCredentialFromConsole", "true")),
        ])


def adding_last(name: str, value: object) -> Callable:
    return lambda found: found | {name: value}


def swap_error_and_agent(found: dict) -> dict:
    names = list(found)
    agent, code = names.index("userAgent"), names.index("errorCode")
    names[agent], names[code] = names[code], names[agent]
    return {name: found[name] for name in names}


class Identities(TrailCase):
    IDENTITY = "userIdentity"
    ISSUER = ("userIdentity", "sessionContext", "sessionIssuer")
    ATTRIBUTES = ("userIdentity", "sessionContext", "attributes")

    def test_each_mistake_in_the_shape_of_an_identity_is_found(self) -> None:
        me = self.IDENTITY
        self.assert_plants([
            ("userIdentity: member `accessKeyId` stands after `sessionContext`", create_user, swapped(me)),
            ("userIdentity: unknown member `name`", create_user, setting(me, "name", "x")),
            ("userIdentity.accountId is number", create_user, setting(me, "accountId", 111122223333)),
            ("userIdentity.type `Human` is unknown", create_user, setting(me, "type", "Human")),
            ("userIdentity without type", create_user, dropping(me, "type")),
            ("userIdentity of type IAMUser lacks `userName`", list_users, dropping(me, "userName")),
            ("userIdentity of type AssumedRole has `userName`", create_user, user_name_in_role),
            ("userIdentity of type AWSService has `accountId`", kms_by_workmail,
             setting(me, {"type": "AWSService", "accountId": ACCOUNT, "invokedBy": f"workmail.{REGION}.amazonaws.com"})),
            ("userIdentity of type SAMLUser outside of STS", create_user,
             setting(me, {"type": "SAMLUser", "principalId": "q:s", "userName": "s", "identityProvider": "q"})),
            ("userIdentity.accountId `x` is no account", list_users, setting(me, "accountId", "x")),
            ("onBehalfOf has the members userId", create_user, setting(me, identity_center_user({"userId": USER_ID}))),
            ("onBehalfOf is no user of an identity store", create_user,
             setting(me, identity_center_user({"userId": USER_ID, "identityStoreArn": "d-0123456789"}))),
        ])

    def test_each_mistake_in_keys_and_ids_is_found(self) -> None:
        me = self.IDENTITY
        self.assert_plants([
            ("userIdentity.accessKeyId is missing", create_user, dropping(me, "accessKeyId")),
            ("accessKeyId `ASIA0000000000000000` is not", create_user, setting(me, "accessKeyId", "ASIA" + "0" * 16)),
            (f"accessKeyId `{encoded('ASIA', OTHER, 20)}` encodes the account {OTHER}", create_user,
             setting(me, "accessKeyId", encoded("ASIA", OTHER, 20))),
            ("accessKeyId `ASIAIOSFODNN7EXAMPLE` has the form of before 2019", create_user,
             setting(me, "accessKeyId", "ASIAIOSFODNN7EXAMPLE")),
            ("userIdentity of type AssumedRole with the long-lived key", create_user,
             setting(me, "accessKeyId", encoded("AKIA", ACCOUNT, 20))),
            ("accessKeyId ASIA", list_users, setting(me, "accessKeyId", encoded("ASIA", ACCOUNT, 20))),
            ("principalId `AROA", list_users, setting(me, "principalId", encoded("AROA", ACCOUNT, 21))),
            (f"principalId `{encoded('AIDA', OTHER, 21)}` encodes the account {OTHER}", list_users,
             setting(me, "principalId", encoded("AIDA", OTHER, 21))),
            (f"caller of account {OTHER} in the trail of {ACCOUNT}", create_user, setting(me, assumed_role(OTHER))),
        ])

    def test_each_mistake_in_arns_is_found(self) -> None:
        me = self.IDENTITY
        self.assert_plants([
            (f"arn `arn:aws:iam::{ACCOUNT}:user/eve` is not the user ben", list_users,
             setting(me, "arn", f"arn:aws:iam::{ACCOUNT}:user/eve")),
            ("user name `a b` is not", list_users, setting(me, "userName", "a b")),
            (f"principalId `{OTHER}` of Root", not_found, setting(me, "principalId", OTHER)),
            ("arn `root` is not the account's root", not_found, setting(me, "arn", "root")),
            ("arn `arn:aws:sts::111122223333:assumed-role/ops/MailAdmin/ana@example.com`", create_user,
             setting(me, "arn", f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/MailAdmin/ana@example.com")),
            ("session name `` is not", create_user, setting(me, "principalId", encoded("AROA", ACCOUNT, 21))),
            ("principalId `cleo` is not account and name", throttled, setting(me, "principalId", "cleo")),
            ("arn `x` is not the federated user cleo", throttled, setting(me, "arn", "x")),
            ("sessionIssuer of a federated user is neither", throttled, setting(*self.ISSUER, "type", "Role")),
            (f"sessionIssuer.arn `arn:aws:iam::{ACCOUNT}:role/Other`", create_user,
             setting(*self.ISSUER, "arn", f"arn:aws:iam::{ACCOUNT}:role/Other")),
            (f"sessionIssuer.accountId {OTHER}", create_user, setting(*self.ISSUER, "accountId", OTHER)),
            ("sessionIssuer.principalId `AIDA", create_user, setting(*self.ISSUER, "principalId", encoded("AIDA", ACCOUNT, 21))),
        ])

    def test_each_mistake_in_the_session_is_found(self) -> None:
        me, context = self.IDENTITY, "sessionContext"
        self.assert_plants([
            ("sessionContext: member `sessionIssuer` stands after", create_user, swapped(me, context)),
            ("sessionIssuer of an assumed role has the members none", create_user, setting(*self.ISSUER, {})),
            ("empty sessionIssuer at eventVersion 1.11", not_found,
             setting(me, context, {"sessionIssuer": {}, "attributes": attributes()})),
            ("sessionContext.attributes has the members mfaAuthenticated", create_user, swapped(*self.ATTRIBUTES)),
            ("sessionContext.attributes has the members none", create_user, setting(*self.ATTRIBUTES, {})),
            ("userIdentity.sessionContext.attributes.mfaAuthenticated is boolean", create_user,
             setting(*self.ATTRIBUTES, "mfaAuthenticated", False)),
            ("mfaAuthenticated is `no`", create_user, setting(*self.ATTRIBUTES, "mfaAuthenticated", "no")),
            ("creationDate `20260302T083000Z`", create_user, setting(*self.ATTRIBUTES, "creationDate", "20260302T083000Z")),
            ("session of 2026-03-02T09:02:00Z is used at", create_user,
             setting(*self.ATTRIBUTES, "creationDate", "2026-03-02T09:02:00Z")),
            ("session of 2026-02-28T09:02:00Z is used at", create_user,
             setting(*self.ATTRIBUTES, "creationDate", "2026-02-28T09:02:00Z")),
            ("sessionContext.ec2RoleDelivery is `2`", create_user, setting(me, context, "ec2RoleDelivery", "2")),
        ])


def identity_center_user(person: dict) -> dict:
    return {"type": "IdentityCenterUser", "accountId": ACCOUNT, "onBehalfOf": person, "credentialId": "c"}


def user_name_in_role(found: dict) -> None:
    identity = found["userIdentity"] | {"userName": "MailAdmin"}
    found["userIdentity"] = {name: identity[name] for name in reader.IDENTITY_ORDER if name in identity}


class WorkMailCalls(TrailCase):
    ASKED = "requestParameters"

    def test_each_mistake_in_the_frame_is_found(self) -> None:
        self.assert_plants([
            ("eventName `MakeUser` is no operation", create_user, setting("eventName", "MakeUser")),
            ("GetRawMessageContent is no operation of workmail.amazonaws.com", get_message,
             setting("eventSource", "workmail.amazonaws.com")),
            ("readOnly is true, but CreateUser is a write", create_user, setting("readOnly", True)),
            ("readOnly is false, but ListUsers is a read", list_users, setting("readOnly", False)),
            ("readOnly is true, but SetJournalingRules is a write", console_rule, setting("readOnly", True)),
            ("eventType AwsConsoleAction, expected AwsApiCall", create_user, setting("eventType", "AwsConsoleAction")),
            ("eventCategory Data, expected Management", create_user,
             lambda found: found | {"eventCategory": "Data", "managementEvent": False}),
            ("errorMessage without errorCode", denied, dropping("errorCode")),
        ])

    def test_a_region_without_workmail_is_found(self) -> None:
        region = "eu-central-1"
        put_records(self.folder, log_key(region=region), [record(1, "ListOrganizations", None, read=True, region=region)])
        self.assert_found("there is no WorkMail in eu-central-1", self.folder)

    def test_each_mistake_in_the_request_is_found(self) -> None:
        asked = self.ASKED
        self.assert_plants([
            ("requestParameters is null, but organizationId is required", create_user, setting(asked, None)),
            ("requestParameters lacks `name`", create_user, dropping(asked, "name")),
            ("requestParameters has the unknown member `Name`", create_user, setting(asked, "Name", "dora")),
            ("requestParameters.displayName is sensitive", create_user, setting(asked, "displayName", "Dora")),
            ("requestParameters.filters.displayNamePrefix is sensitive", list_users,
             setting(asked, "filters", "displayNamePrefix", "D")),
            ("requestParameters.name is hidden", create_user, setting(asked, "name", HIDDEN)),
            ("requestParameters.maxResults is string", list_users, setting(asked, "maxResults", "50")),
            ("requestParameters.maxResults is boolean", list_users, setting(asked, "maxResults", True)),
            ("requestParameters.maxResults has the size or value 101", list_users, setting(asked, "maxResults", 101)),
            ("requestParameters.organizationId `m-xyz`", create_user, setting(asked, "organizationId", "m-xyz")),
            ("requestParameters.organizationId has the size", create_user, setting(asked, "organizationId", "m-xyz")),
            ("requestParameters.filters.state `ON` is none of", list_users, setting(asked, "filters", "state", "ON")),
            ("requestParameters.userId `dora@example.com` is no identifier", reset_password,
             setting(asked, "userId", "dora@example.com")),
            ("requestParameters.tags[0] lacks `value`", tag_organization, setting(asked, "tags", [{"key": "team"}])),
            ("resourceARN `arn:aws:workmail:eu-west-1", tag_organization,
             setting(asked, "resourceARN", ORG_ARN.replace(REGION, "eu-west-1"))),
        ])

    def test_members_that_exclude_each_other_are_found(self) -> None:
        asked = self.ASKED
        self.assert_plants([
            ("requestParameters of GetAccessControlEffect need one of", access_effect,
             setting(asked, "impersonationRoleId", "crm")),
            ("requestParameters of GetAccessControlEffect need one of", access_effect, dropping(asked, "userId")),
            ("requestParameters.action `IMAP`, impersonation roles", lambda: access_effect("EWS", "impersonationRoleId"),
             setting(asked, "action", "IMAP")),
            ("requestParameters has `deviceTypes` and its opposite", mobile_rule,
             setting(asked, "notDeviceTypes", ["iPad"])),
            ("requestParameters of CreateAvailabilityConfiguration have two providers", availability,
             setting(asked, "ewsProvider", {"ewsEndpoint": "https://ews.example.com/x", "ewsUsername": "x", "ewsPassword": HIDDEN})),
        ])

    def test_each_mistake_in_the_response_is_found(self) -> None:
        self.assert_plants([
            ("responseElements is null, expected userId", create_user, setting("responseElements", None)),
            ("responseElements lacks `userId`", create_user, setting("responseElements", {"id": USER_ID})),
            ("responseElements has the unknown member `name`", create_user, setting("responseElements", "name", "dora")),
            ("responseElements.userId `dora-the-user` is no identifier", create_user,
             setting("responseElements", "userId", "dora-the-user")),
            ("responseElements of ListUsers is not null", list_users, setting("responseElements", {"users": []})),
            ("responseElements of ResetPassword is not null", reset_password, setting("responseElements", {"userId": USER_ID})),
        ])

    def test_each_mistake_in_an_error_is_found(self) -> None:
        def saying(old: str, new: str) -> Callable:
            return lambda found: found | {"errorMessage": found["errorMessage"].replace(old, new)}

        self.assert_plants([
            ("requestParameters with AccessDenied, expected null", denied, setting(self.ASKED, {"organizationId": ORG})),
            ("requestParameters with ThrottlingException, expected null", throttled,
             setting(self.ASKED, {"organizationId": ORG})),
            ("responseElements with AccessDenied", ses_for_caller, adding("errorCode", "AccessDenied")),
            ("requestParameters is null, but organizationId is required", not_found, setting(self.ASKED, None)),
            ("responseElements with EntityNotFoundException", not_found, setting("responseElements", {"a": 1})),
            ("errorCode AccessDeniedException is not declared", denied, setting("errorCode", "AccessDeniedException")),
            ("errorCode TooManyTagsException is not declared", not_found, setting("errorCode", "TooManyTagsException")),
            ("AccessDenied message has another form", denied, saying("because no", "for want of an")),
            ("AccessDenied message has another form", denied,
             lambda found: found | {"errorMessage": found["errorMessage"].split(" because")[0]}),
            ("AccessDenied message names arn:aws:sts::111122223333:assumed-role/MailAdmin/eve", denied,
             saying("ana@example.com", "eve")),
            ("AccessDenied message names the action workmail:CreateUser", denied, saying("ResetPassword", "CreateUser")),
            ("AccessDenied message: resource `*`", denied, saying(ORG_ARN, "*")),
        ])

    def test_bad_values_are_allowed_where_the_service_complained_of_them(self) -> None:
        found = record(1, "DescribeGroup", {"organizationId": ORG, "groupId": "no such!"}, read=True)
        found |= {"errorCode": "InvalidParameterException", "errorMessage": "Bad id."}
        put_records(self.folder, log_key(), [reordered(found)])
        self.assert_clean(self.folder)

    def test_each_mistake_against_2017_is_found(self) -> None:
        asked = self.ASKED

        def user() -> dict:
            return of_2017("CreateUser", 1)

        self.assert_plants([
            ("requestParameters.displayName is hidden, it was in clear", user, setting(asked, "displayName", HIDDEN)),
            ("requestParameters.password is there", user, setting(asked, "password", HIDDEN)),
            ("readOnly is false, expected to be left out", user, adding("readOnly", False)),
            ("`managementEvent` is unknown to eventVersion 1.05", user, adding("managementEvent", True)),
            ("`eventCategory` is unknown to eventVersion 1.05", user, adding("eventCategory", "Management")),
            ("`tlsDetails` is unknown to eventVersion 1.05", user, adding("tlsDetails", create_user()["tlsDetails"])),
            ("eventVersion 1.08, expected 1.05", user, setting("eventVersion", "1.08")),
        ], "--era", "2017")


class Samples(TrailCase):
    def structure_finding(self, spoil: Callable) -> list[str]:
        found = of_2017("CreateAlias", 1)
        put_records(self.folder, log_key(), [spoil(found) or found])
        lines = self.lines(self.folder, "--era", "2017", "--samples", str(SAMPLES))
        return [line for line in lines if line.startswith("samples-2017.json:1:")]

    def test_another_order_deep_inside_is_found(self) -> None:
        self.assertEqual(
            self.structure_finding(swapped("requestParameters")),
            ["samples-2017.json:1: no CreateAlias has this structure: found `requestParameters.entityId: string`, "
             "the sample has `requestParameters.alias: string`"],
        )

    def test_another_type_is_found(self) -> None:
        self.assertIn("found `responseElements: object`", self.structure_finding(setting("responseElements", {"a": 1}))[0])

    def test_a_further_member_is_found(self) -> None:
        found = self.structure_finding(adding("readOnly", False))[0]
        self.assertIn("found `readOnly: boolean`, the sample has `eventType: string`", found)

    def test_an_action_that_never_succeeds_is_found(self) -> None:
        self.structure_finding(lambda found: None)
        self.assert_found("the trail has no successful CreateUser", self.folder, "--era", "2017", "--samples", str(SAMPLES))


class Manifests(TrailCase):
    SECOND = log_key(stamp="20260302T0910Z")

    def setUp(self) -> None:
        super().setUp()
        put_records(self.folder, log_key(), [create_user()])
        put_records(self.folder, self.SECOND, [list_users() | {"eventTime": "2026-03-02T09:04:00Z"}])

    def good(self) -> list[dict]:
        return manifest(self.folder, [log_key(), self.SECOND], [{"account": ACCOUNT, "region": REGION}])

    def assert_manifest(self, expected: str, lines: list) -> None:
        put_lines(self.folder, "manifest.jsonl", lines)
        with self.subTest(expected):
            self.assert_found(f".mocktrail/manifest.jsonl:{expected}", self.folder)

    def test_each_wrong_fact_about_a_file_is_found(self) -> None:
        for name, wrong in {
            "kind": "digest", "bytes": 1, "sha256": "0" * 64, "rawBytes": 1, "rawCrc32": "0000000g", "records": 9,
            "firstEventTime": TIME[:-2] + "8Z", "lastEventTime": None, "rawSha256": "x",
        }.items():
            lines = self.good()
            lines[1][name] = wrong
            self.assert_manifest(f"2: {name} of {log_key()}", lines)

    def test_each_wrong_total_is_found(self) -> None:
        for name in ("objects", "events", "records", "rawBytes", "bytes"):
            lines = self.good()
            lines[-1][name] += 1
            self.assert_manifest(f"4: footer says {name}", lines)

    def test_each_mistake_in_sequence_and_coverage_is_found(self) -> None:
        header, first, second, footer = self.good()
        self.assert_manifest("-: is not one header", [first, header, second, footer])
        self.assert_manifest("-: is not one header", [header, first, second])
        self.assert_manifest(f"3: {log_key()} stands after {self.SECOND}", [header, second, first, footer])
        self.assert_manifest(f"-: does not list {self.SECOND}", [header, first, footer])
        self.assert_manifest(f"-: lists {log_key()} 2 times", [header, first, first, second, footer])
        self.assert_manifest("3: object `AWSLogs/x` is no log", [header, first, second | {"key": "AWSLogs/x"}, footer])
        self.assert_manifest(f"2: stream {ACCOUNT} {REGION}", [header | {"streams": []}, first, second, footer])
        self.assert_manifest("1: stream 7 names no account", [header | {"streams": [7]}, first, second, footer])
        early = first | {"deliveredAt": "2026-03-02T09:00:00Z"}
        self.assert_manifest("2: deliveredAt 2026-03-02T09:00:00Z", [header, early, second, footer])
        self.assert_manifest("5: line is no object", [*self.good(), 1])
        put(self.folder, ".mocktrail/manifest.jsonl", b"{")
        self.assert_found(".mocktrail/manifest.jsonl:1: line is no JSON", self.folder)

    def test_streams_out_of_header_order_are_found(self) -> None:
        third = log_key(OTHER, "eu-west-1")
        put_records(self.folder, third, [other_account()])
        streams = [f"{OTHER}/eu-west-1", f"{ACCOUNT}/{REGION}"]
        lines = manifest(self.folder, [log_key(), self.SECOND, third], streams)
        self.assert_manifest(f"4: {third} stands after {self.SECOND}", lines)

    def test_each_mistake_in_labels_is_found(self) -> None:
        put_lines(self.folder, "labels.jsonl", [{"eventID": uuid(99)}, {"eventID": uuid(1), "technique": "mail"}])
        self.assert_found(f".mocktrail/labels.jsonl:1: label of the eventID {uuid(99)}", self.folder)
        self.assert_found(".mocktrail/labels.jsonl:2: technique `mail`", self.folder)


def digest_key(stamp: str) -> str:
    folder = f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/{REGION}/2026/03/02"
    return f"{folder}/{ACCOUNT}_CloudTrail-Digest_{REGION}_my_trail_{REGION}_{stamp}.json.gz"


def put_digests(folder: Path, **changes: object) -> None:
    """A log file, the starting digest of the hour before and the one that lists it."""
    put_records(folder, log_key(), [create_user()])
    first, raw = digest_key("20260302T084121Z"), b""
    for key, start, end, previous, files in (
        (first, "07", "08", None, []),
        (digest_key("20260302T094121Z"), "08", "09", first, [log_key()]),
    ):
        digest = {
            "awsAccountId": ACCOUNT, "digestStartTime": f"2026-03-02T{start}:41:21Z", "digestEndTime": f"2026-03-02T{end}:41:21Z",
            "digestS3Bucket": "b", "digestS3Object": key, "digestPublicKeyFingerprint": "0" * 32,
            "digestSignatureAlgorithm": "SHA256withRSA", "newestEventTime": None, "oldestEventTime": None,
            "previousDigestS3Bucket": previous and "b", "previousDigestS3Object": previous,
            "previousDigestHashValue": previous and hashlib.sha256(raw).hexdigest(),
            "previousDigestHashAlgorithm": previous and "SHA-256", "previousDigestSignature": previous and "0" * 512,
            "logFiles": [log_entry(folder, name) for name in files],
        }
        raw = compact(digest | (changes if files else {})).replace(b"/", b"\\/")
        put(folder, key, packed(raw))


def log_entry(folder: Path, key: str) -> dict:
    value = hashlib.sha256(gzip.decompress((folder / key).read_bytes())).hexdigest()
    return dict(zip(reader.LOG_FILE_ORDER, ("b", key, value, "SHA-256", TIME, TIME)))


class Digests(TrailCase):
    def test_each_mistake_in_a_digest_is_found(self) -> None:
        put_records(self.folder, log_key(), [create_user()])
        entry = log_entry(self.folder, log_key())
        plants = [
            ("covers 2026-03-02T07:00:00Z to", {"digestStartTime": "2026-03-02T07:00:00Z"}),
            ("says it is x of", {"digestS3Object": "x"}),
            ("the members of logFiles", {"logFiles": [{"s3Bucket": "b"}]}),
            ("the members are not those of a digest file", {"more": 1}),
            (f"hash of {log_key()} does not match", {"logFiles": [entry | {"hashValue": "0" * 64}]}),
            ("names AWSLogs/gone, which is not there", {"logFiles": [entry, entry | {"s3Object": "AWSLogs/gone"}]}),
            (f"hash of {digest_key('20260302T084121Z')} does not match", {"previousDigestHashValue": "0" * 64}),
            (f"{log_key()}:-: is in no digest file", {"logFiles": []}),
        ]
        for expected, changes in plants:
            with self.subTest(expected):
                put_digests(self.folder, **changes)
                self.assert_found(expected, self.folder)


class CommandLine(TrailCase):
    def run_main(self, *arguments: str) -> tuple[int, list[str]]:
        with contextlib.redirect_stdout(io.StringIO()) as output:
            code = reader.main([str(self.folder), *arguments])
        return code, output.getvalue().splitlines()

    def test_a_good_trail_gives_one_line_and_zero(self) -> None:
        put_records(self.folder, log_key(), [create_user(), kms_by_workmail()])
        code, lines = self.run_main("--expect-events", "2")
        self.assertEqual(code, 0)
        sizes = r"\d+ raw bytes, \d+ gzip bytes"
        self.assertRegex(lines[0], rf"^1 files, 2 records, 2 distinct eventIDs, {sizes}, 1 WorkMail actions, 1 other actions$")
        self.assertEqual(len(lines), 1)

    def test_many_findings_are_cut_and_counted(self) -> None:
        put_records(self.folder, log_key(), [create_user(number) | {"requestID": "x"} for number in range(60)])
        code, lines = self.run_main()
        self.assertEqual((code, len(lines), lines[-1]), (1, 51, "60 findings, 50 shown"))
        self.assertEqual(lines[0], f"{log_key()}:0: requestID `x` is no UUID")

    def test_a_finding_is_one_printable_line(self) -> None:
        put(self.folder, log_key(), packed(json.dumps({"Records": [create_user() | {"requestID": "a\nb\ud800"}]}).encode()))
        self.assertIn(f"{log_key()}:0: requestID `a\\u000ab\\ud800` is no UUID", self.run_main()[1])

    def test_a_missing_directory_is_wrong_usage(self) -> None:
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as left:
            reader.main([str(self.folder / "none")])
        self.assertEqual(left.exception.code, 2)


class Facts(unittest.TestCase):
    """The data file is complete in itself."""

    def test_the_operations_are_all_there_and_name_known_shapes(self) -> None:
        rules = reader.load_rules("current")
        operations = rules.operations.values()
        self.assertEqual((len(operations), sum(operation["readOnly"] for operation in operations)), (94, 38))
        self.assertEqual(sum(operation["responseLogged"] for operation in operations), 10)
        named = {shape for operation in operations for part in ("request", "response") for shape in operation[part].values()}
        for shape in rules.shapes.values():
            named |= set(shape.get("members", {}).values()) | ({shape["of"]} if "of" in shape else set())
        self.assertEqual(named, set(rules.shapes))

    def test_required_members_exist(self) -> None:
        for name, operation in reader.load_rules("current").operations.items():
            self.assertLessEqual(set(operation["required"]), set(operation["request"]), name)

    def test_only_writes_that_return_something_log_it(self) -> None:
        for name, operation in reader.load_rules("current").operations.items():
            self.assertEqual(operation["responseLogged"], bool(operation["response"]) and not operation["readOnly"], name)


# --- signatures -------------------------------------------------------------------------------


def prime(start: int) -> int:
    """The first number from `start` on that is surely no product, by Fermat's test with four bases."""
    candidate = start | 1
    while any(pow(base, candidate - 1, candidate) != 1 for base in (2, 3, 5, 7)):
        candidate += 2
    return candidate


P, Q = prime(3 << 510), prime(5 << 509)
MODULUS, EXPONENT = P * Q, 65537
PRIVATE = pow(EXPONENT, -1, (P - 1) * (Q - 1))


def der_integer(value: int) -> bytes:
    data = value.to_bytes(value.bit_length() // 8 + 1, "big")
    length = bytes([len(data)]) if len(data) < 128 else bytes([0x81, len(data)])
    return b"\x02" + length + data


def public_key_list() -> dict:
    numbers = der_integer(MODULUS) + der_integer(EXPONENT)
    der = b"\x30\x81" + bytes([len(numbers)]) + numbers
    return {"PublicKeyList": [{"Value": base64.b64encode(der).decode(), "Fingerprint": hashlib.md5(der).hexdigest()}]}


def sign(text: bytes) -> str:
    size = (MODULUS.bit_length() + 7) // 8
    value = pow(int.from_bytes(signatures.padded(text, size), "big"), PRIVATE, MODULUS)
    return value.to_bytes(size, "big").hex()


class Signatures(TrailCase):
    """Two chained digests, signed with a key of 1024 bits."""

    def setUp(self) -> None:
        super().setUp()
        self.keys = public_key_list()
        fingerprint = self.keys["PublicKeyList"][0]["Fingerprint"]
        self.digests: list[dict] = []
        self.metadata: dict[str, dict] = {}
        for stamp, previous in (("20260302T084121Z", None), ("20260302T094121Z", "20260302T084121Z")):
            key = digest_key(stamp)
            before = previous and digest_key(previous)
            digest = {
                "digestEndTime": f"2026-03-02T{stamp[9:11]}:41:21Z", "digestS3Bucket": "b", "digestS3Object": key,
                "digestPublicKeyFingerprint": fingerprint, "digestSignatureAlgorithm": "SHA256withRSA",
                "previousDigestS3Object": before,
                "previousDigestSignature": before and self.metadata[before]["signature"],
            }
            self.digests.append(digest)
            signature = sign(signatures.signed_text(digest, "ab" * 32))
            self.metadata[key] = {"signature": signature, "signature-algorithm": "SHA256withRSA"}

    def problems(self, number: int) -> list[str]:
        put(self.folder, ".mocktrail/public-keys.json", json.dumps(self.keys).encode())
        keys = signatures.read_keys(self.folder / ".mocktrail/public-keys.json")
        return list(signatures.signature_problems(self.digests[number], "ab" * 32, self.metadata, keys))

    def test_right_signatures_pass(self) -> None:
        self.assertEqual([self.problems(0), self.problems(1)], [[], []])

    def test_each_mistake_in_a_signature_is_found(self) -> None:
        second = self.digests[1]["digestS3Object"]
        good = self.metadata[second]
        for expected, change in (
            ("signature does not verify", {"signature": self.metadata[digest_key("20260302T084121Z")]["signature"]}),
            ("signature does not verify", {"signature": good["signature"][2:]}),
            ("metadata says signature-algorithm x", {"signature-algorithm": "x"}),
        ):
            self.metadata[second] = good | change
            self.assertEqual(self.problems(1), [expected])
        self.metadata[second] = {"signature-algorithm": "SHA256withRSA"}
        self.assertEqual(self.problems(1), ["metadata has no signature"])

    def test_a_changed_chain_is_found(self) -> None:
        self.metadata[digest_key("20260302T084121Z")]["signature"] = "00"
        self.assertIn(f"previousDigestSignature is not the signature of {digest_key('20260302T084121Z')}", self.problems(1))
        self.digests[1]["digestEndTime"] = "2026-03-02T09:41:22Z"
        self.assertIn("signature does not verify", self.problems(1))

    def test_an_unknown_key_is_found(self) -> None:
        self.keys["PublicKeyList"][0]["Fingerprint"] = "0" * 32
        self.assertEqual(len(self.problems(1)), 1)
        self.assertIn("no public key has the fingerprint", self.problems(1)[0])


if __name__ == "__main__":
    unittest.main()

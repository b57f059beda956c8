"""Reads a trail directory as a consumer of CloudTrail would and reports what does not fit.

    python3 read_trail.py TRAIL_DIR [--era current|2017] [--expect-events N]
                          [--max-age MINUTES] [--samples FILE]

It is independent on purpose: what it expects comes from AWS's documents, from the public API
models (`../facts/workmail.json`) and from the form of real log files, never from the
program that wrote the trail. The order of this file is the order of the reading: the key, the
gzip file, the JSON document, the record, its identity, its WorkMail call; then the manifest,
the labels and the documented samples.

Exit codes: 0 nothing to report, 1 findings (one line each: `key:record-index: message`; the
index is `-` when the finding is about the whole file, a line number in the manifest and the
labels, a position in the samples), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import ipaddress
import json
import os
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from itertools import chain
from pathlib import Path

import signatures

MOST_SHOWN = 50
HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
SIDE_FOLDER = ".mocktrail"
LARGEST_FILE = 50 * 1024 * 1024
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Findings:
    """What was found wrong: all of it counted, the first lines kept."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.count = 0

    def add(self, key: str, index: int | None, message: str) -> None:
        self.count += 1
        if len(self.lines) < MOST_SHOWN:
            line = f"{key}:{'-' if index is None else index}: {message}"
            self.lines.append(UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", line))


# --- text forms -------------------------------------------------------------------------------

REGION = r"[a-z]{2}(?:-[a-z]+)+-\d"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
UUID_3 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}").fullmatch
UUID_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}").fullmatch
SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").fullmatch
ACCOUNT = re.compile(r"\d{12}").fullmatch
SERVICE_NAME = re.compile(r"[A-Za-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com").fullmatch
EVENT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*").fullmatch
IAM_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII).fullmatch
ACCESS_KEY = re.compile(r"A[KS]IA[A-Z2-7]{16}").fullmatch
UNIQUE_ID = re.compile(r"A(?:IDA|ROA)[A-Z2-7]{17}").fullmatch


@lru_cache(maxsize=1 << 16)
def moment(text: str) -> datetime | None:
    """The instant a `YYYY-MM-DDTHH:MM:SSZ` text names, or None."""
    try:
        return datetime.fromisoformat(text) if SECONDS(text) else None
    except ValueError:
        return None


@lru_cache(maxsize=1 << 16)
def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1 << 16)
def encoded_account(text: str) -> str | None:
    """The account inside 16 base-32 characters; None for the form used until about 2019."""
    value = int.from_bytes(base64.b32decode(text)[:6], "big")
    if not value >> 47:
        return None
    return f"{(value & 0x7FFFFFFFFF80) >> 7:012}"


@lru_cache(maxsize=None)
def order_problems(names: tuple[str, ...], order: tuple[str, ...]) -> tuple[str, ...]:
    """Names that are unknown, and the first two that stand the wrong way round."""
    unknown = tuple(f"unknown member `{name}`" for name in names if name not in order)
    ranks = [order.index(name) for name in names if name in order]
    for before, after in zip(ranks, ranks[1:]):
        if before > after:
            return (*unknown, f"member `{order[after]}` stands after `{order[before]}`")
    return unknown


TYPE_NAMES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}


def type_name(value: object) -> str:
    return TYPE_NAMES[type(value)]


def members_problems(where: str, value: dict, order: tuple[str, ...]) -> Iterator[str]:
    for problem in order_problems(tuple(value), order):
        yield f"{where}: {problem}"


# --- keys -------------------------------------------------------------------------------------

FOLDERS = re.compile(
    rf"(?:.+/)?AWSLogs/(?:o-[a-z0-9]{{10,32}}/)?(?P<account>\d{{12}})/(?P<kind>CloudTrail|CloudTrail-Digest)"
    rf"/(?P<region>{REGION})/(?P<date>\d{{4}}/\d\d/\d\d)/(?P<name>[^/]+)"
)
LOG_NAME = re.compile(rf"(\d{{12}})_CloudTrail_({REGION})_(\d{{8}}T\d{{4}}Z)_([^_]+)\.json\.gz")
TRAIL_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{2,127}"
DIGEST_NAME = re.compile(
    rf"(\d{{12}})_CloudTrail-Digest_({REGION})_{TRAIL_NAME}_{REGION}_(\d{{8}}T\d{{6}}Z)(?:_backfill)?\.json\.gz"
)
UNIQUE_PART = re.compile(r"[A-Za-z0-9]{16}").fullmatch


@dataclass(frozen=True)
class Key:
    """What a key says about the file under it."""

    text: str
    kind: str
    account: str
    region: str
    stamp: datetime


def parse_key(text: str) -> tuple[Key | None, list[str]]:
    """The key's meaning, None if it is no log or digest file; and what is wrong with it."""
    folders = FOLDERS.fullmatch(text)
    if folders is None:
        return None, ["no place for a log file in the documented layout"]
    kind = folders["kind"]
    name = (LOG_NAME if kind == "CloudTrail" else DIGEST_NAME).fullmatch(folders["name"])
    if name is None:
        return None, [f"`{folders['name']}` is no {kind} file name"]
    stamp = parse_stamp(name[3])
    if stamp is None:
        return None, [f"`{name[3]}` is no time"]
    key = Key(text, kind, folders["account"], folders["region"], stamp)
    return key, list(name_problems(key, folders["date"], name))


def parse_stamp(text: str) -> datetime | None:
    form = "%Y%m%dT%H%MZ" if len(text) == 14 else "%Y%m%dT%H%M%SZ"
    try:
        return datetime.strptime(text, form).replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def name_problems(key: Key, date: str, name: re.Match) -> Iterator[str]:
    if name[1] != key.account:
        yield f"account {name[1]} in the name, {key.account} in the folders"
    if name[2] != key.region:
        yield f"region {name[2]} in the name, {key.region} in the folders"
    if date != f"{key.stamp:%Y/%m/%d}":
        yield f"date folders {date} differ from the name's {name[3]}"
    if key.kind != "CloudTrail":
        return
    if key.stamp.minute % 5:
        yield f"minute of {name[3]} is no multiple of 5"
    if not UNIQUE_PART(name[4]):
        yield f"unique part `{name[4]}` is not 16 of A-Za-z0-9"


# --- gzip and JSON ----------------------------------------------------------------------------


def unpack(data: bytes) -> tuple[bytes | None, list[str]]:
    """The bytes inside exactly one gzip member with a bare header."""
    if len(data) > LARGEST_FILE:
        return None, [f"{len(data)} bytes, more than 50 MB"]
    if data[:3] != b"\x1f\x8b\x08":
        return None, ["no gzip file"]
    inflater = zlib.decompressobj(wbits=31)
    try:
        raw = inflater.decompress(data)
    except zlib.error as error:
        return None, [f"cannot inflate: {error}"]
    if not inflater.eof:
        return None, ["gzip member is cut off"]
    if inflater.unused_data:
        return None, [f"{len(inflater.unused_data)} bytes after the first gzip member"]
    problems = []
    if data[3]:
        problems.append(f"gzip header carries optional fields (flags {data[3]:#04x})")
    if any(data[4:8]):
        problems.append(f"gzip header carries a time ({int.from_bytes(data[4:8], 'little')})")
    if gzip.decompress(data) != raw:
        problems.append("two gzip readers see different bytes")
    return raw, problems


def refuse_constant(text: str) -> None:
    raise ValueError(f"`{text}` is not JSON")


def parse_json(raw: bytes) -> tuple[object, list[str]]:
    """The document and whether its text is compact UTF-8 without needless escapes."""
    try:
        document = json.loads(raw.decode("utf-8"), parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        return None, [f"no UTF-8 JSON: {error}"]
    compact = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    if compact != raw:
        return document, [f"text is not the compact form, first at {difference(raw, compact)}"]
    return document, []


def difference(found: bytes, expected: bytes) -> str:
    at = len(os.path.commonprefix([found, expected]))
    return f"byte {at}: {found[at:at + 20]!r} instead of {expected[at:at + 20]!r}"


def records_of(document: object) -> tuple[list, list[str]]:
    if not isinstance(document, dict) or list(document) != ["Records"]:
        return [], ["the document is no object with the single member `Records`"]
    records = document["Records"]
    if not isinstance(records, list) or not records:
        return [], ["`Records` is no array with at least one record"]
    return records, []


# --- the record -------------------------------------------------------------------------------

RECORD_ORDER = (
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress",
    "userAgent", "errorCode", "errorMessage", "requestParameters", "responseElements", "additionalEventData",
    "requestID", "eventID", "readOnly", "resources", "eventType", "apiVersion", "managementEvent",
    "recipientAccountId", "sharedEventID", "vpcEndpointId", "vpcEndpointAccountId", "serviceEventDetails",
    "eventCategory", "addendum", "edgeDeviceDetails", "tlsDetails", "sessionCredentialFromConsole",
)
RECORD_TYPES = dict.fromkeys(RECORD_ORDER, (str,)) | {
    "userIdentity": (dict,), "requestParameters": (dict, type(None)), "responseElements": (dict, type(None)),
    "additionalEventData": (dict,), "readOnly": (bool,), "resources": (list,), "managementEvent": (bool,),
    "serviceEventDetails": (dict,), "addendum": (dict,), "edgeDeviceDetails": (dict,), "tlsDetails": (dict,),
}
ALWAYS = (
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress",
    "userAgent", "requestParameters", "responseElements", "eventID", "eventType", "recipientAccountId",
)
VERSIONS = {f"1.{minor:02}": minor for minor in range(5, 12)}
ALWAYS_SINCE = {"managementEvent": 6, "eventCategory": 7, "readOnly": 8}
ALLOWED_SINCE = {
    "managementEvent": 6, "eventCategory": 7, "addendum": 8, "sessionCredentialFromConsole": 8,
    "edgeDeviceDetails": 8, "tlsDetails": 8, "vpcEndpointAccountId": 9,
}
EVENT_TYPES = {"AwsApiCall", "AwsServiceEvent", "AwsConsoleAction", "AwsConsoleSignIn", "AwsVpceEvents"}
CATEGORIES = {"Management", "Data", "NetworkActivity"}
SIZE_LIMITS = {"userAgent": 1024, "errorCode": 1024, "errorMessage": 1024, "requestID": 1024}
WORKMAIL_SERVICES = {
    "workmail.amazonaws.com": "workmail",
    "workmailMessageFlow.amazonaws.com": "workmailmessageflow",
    "workmailmessageflow.amazonaws.com": "workmailmessageflow",
}
WORKMAIL_REGIONS = {"us-east-1", "us-west-2", "eu-west-1"}


@dataclass(frozen=True)
class Rules:
    """What the era and the API models ask of a record."""

    era: str
    operations: dict
    shapes: dict
    permission_only: dict


@lru_cache(maxsize=None)
def load_rules(era: str) -> Rules:
    facts = json.loads((Path(__file__).resolve().parents[1] / "facts" / "workmail.json").read_text("utf-8"))
    for shape in facts["shapes"].values():
        if "pattern" in shape:
            shape["matches"] = re.compile(shape["pattern"], re.ASCII).fullmatch
    if era == "2017":
        # The documented record of that time has capital letters in its message id.
        facts["shapes"]["messageIdType"]["matches"] = re.compile(r"[A-Za-z0-9-]*").fullmatch
    return Rules(era, facts["operations"], facts["shapes"], facts["permissionOnly"])


@dataclass(frozen=True)
class Place:
    """Where a record lies, and the bounds this sets to its time (as text, which sorts like time)."""

    account: str
    region: str
    earliest: str
    latest: str


@dataclass(frozen=True, slots=True)
class Call:
    """A record whose members have the right types, with what most checks ask about it."""

    record: dict
    identity: dict
    version: int
    service: str | None  # the WorkMail service called, None for any other
    place: Place
    rules: Rules


def record_problems(record: object, place: Place, rules: Rules) -> Iterator[str]:
    if not isinstance(record, dict):
        yield f"record is {type_name(record)}, expected object"
        return
    broken = list(type_problems(record))
    yield from broken
    yield from order_problems(tuple(record), RECORD_ORDER)
    if broken:
        return
    version = VERSIONS.get(record["eventVersion"])
    if version is None:
        yield f"eventVersion `{record['eventVersion']}` is none of {', '.join(VERSIONS)}"
        return
    service = WORKMAIL_SERVICES.get(record["eventSource"])
    call = Call(record, record["userIdentity"], version, service, place, rules)
    yield from chain(
        version_problems(call), place_problems(call), id_problems(call), form_problems(call),
        caller_problems(call), tls_problems(call), identity_problems(call), console_problems(call),
    )
    if service:
        yield from workmail_problems(call)


def type_problems(record: dict) -> Iterator[str]:
    for name in ALWAYS:
        if name not in record:
            yield f"`{name}` is missing"
    for name, value in record.items():
        if name in RECORD_TYPES and type(value) not in RECORD_TYPES[name]:
            yield f"{name} is {type_name(value)}, expected {' or '.join(TYPE_NAMES[t] for t in RECORD_TYPES[name])}"
        elif name in ("userIdentity", "tlsDetails"):
            yield from text_problems(name, value)


def text_problems(where: str, value: dict) -> Iterator[str]:
    """Inside userIdentity and tlsDetails everything is text, truth values too, or an object of text."""
    for name, member in value.items():
        wanted = dict if name in IDENTITY_OBJECTS else str
        if not isinstance(member, wanted):
            yield f"{where}.{name} is {type_name(member)}, expected {TYPE_NAMES[wanted]}"
        elif wanted is dict:
            yield from text_problems(f"{where}.{name}", member)


def version_problems(call: Call) -> Iterator[str]:
    """Which members an eventVersion must and must not have."""
    record, version = call.record, call.version
    for name, since in ALWAYS_SINCE.items():
        if version >= since and name not in record:
            yield f"`{name}` is missing at eventVersion {record['eventVersion']}"
    for name, since in ALLOWED_SINCE.items():
        if version < since and name in record:
            yield f"`{name}` is unknown to eventVersion {record['eventVersion']}"
    if call.rules.era == "2017" and version != 5:
        yield f"eventVersion {record['eventVersion']}, expected 1.05 in the era of 2017"
    if call.rules.era == "current" and call.service and version < 8:
        yield f"eventVersion {record['eventVersion']}, expected 1.08 or later"
    if version < 8 and call.service and record.get("readOnly") is False:
        yield "readOnly is false, expected to be left out at this eventVersion"


def place_problems(call: Call) -> Iterator[str]:
    record, place = call.record, call.place
    if record["recipientAccountId"] != place.account:
        yield f"recipientAccountId {record['recipientAccountId']}, but the file is of {place.account}"
    if record["awsRegion"] != place.region:
        yield f"awsRegion {record['awsRegion']}, but the file is of {place.region}"
    time = record["eventTime"]
    if moment(time) is None:
        yield f"eventTime `{time}` is not of the form YYYY-MM-DDTHH:MM:SSZ"
    elif time > place.latest:
        yield f"eventTime {time} is newer than the file name's {place.latest}"
    elif time < place.earliest and "addendum" not in record:
        yield f"eventTime {time} is too old for the file, earliest {place.earliest}"


def id_problems(call: Call) -> Iterator[str]:
    record = call.record
    event = record["eventID"]
    if not UUID_4(event) and not ("sharedEventID" in record and UUID_3(event)):
        yield f"eventID `{event}` is no version-4 UUID"
    if "sharedEventID" in record and not UUID(record["sharedEventID"]):
        yield f"sharedEventID `{record['sharedEventID']}` is no UUID"
    request = record.get("requestID")
    if request is None:
        if record["eventType"] == "AwsApiCall":
            yield "`requestID` is missing"
    elif call.service and not UUID(request):
        yield f"requestID `{request}` is no UUID"


def form_problems(call: Call) -> Iterator[str]:
    """Members whose values come from small documented sets, or have a limit."""
    record = call.record
    source = record["eventSource"]
    if not SERVICE_NAME(source) or (call.service is None and source.lower() in WORKMAIL_SERVICES):
        yield f"eventSource `{source}` is no service name"
    if not EVENT_NAME(record["eventName"]):
        yield f"eventName `{record['eventName']}` is no operation name"
    if record["eventType"] not in EVENT_TYPES:
        yield f"eventType `{record['eventType']}` is unknown"
    if record.get("eventCategory", "Management") not in CATEGORIES:
        yield f"eventCategory `{record['eventCategory']}` is unknown"
    elif "eventCategory" in record and record.get("managementEvent") != (record["eventCategory"] == "Management"):
        yield f"managementEvent does not fit eventCategory {record['eventCategory']}"
    if "serviceEventDetails" in record and record["eventType"] != "AwsServiceEvent":
        yield "serviceEventDetails in a record that is no AwsServiceEvent"
    yield from refusal_problems(call)
    for name in ("requestParameters", "responseElements"):
        if record[name] == {}:
            yield f"{name} is an empty object, expected null"
    for name, limit in SIZE_LIMITS.items():
        if name in record and not 0 < len(record[name].encode("utf-8", "surrogatepass")) <= limit:
            yield f"{name} is empty or longer than {limit} bytes"


def refusal_problems(call: Call) -> Iterator[str]:
    """What holds for an error of any service."""
    record = call.record
    code = record.get("errorCode")
    if code is not None and record["responseElements"] is not None:
        yield f"responseElements with {code}, expected null"
    refused = re.match(r"User: (\S+) is not authorized to perform: ", record.get("errorMessage", ""))
    if refused and refused[1] != call.identity.get("arn", refused[1]):
        yield f"{code} message names {refused[1]}, the caller is {call.identity['arn']}"


# --- who called, and how ----------------------------------------------------------------------

TLS_ORDER = ("tlsVersion", "cipherSuite", "clientProvidedHostHeader", "keyExchange")
TLS_SUITES = {
    "TLSv1.3": {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"},
    "TLSv1.2": re.compile(r"(?:ECDHE-(?:RSA|ECDSA)-)?AES(?:128|256)-(?:GCM-)?SHA(?:256|384)?").fullmatch,
}
ANY_HOST = re.compile(r"(?:[a-z0-9*_-]+\.)+(?:amazonaws\.com|aws\.amazon\.com|api\.aws)(?::443)?").fullmatch


def made_by_aws(call: Call) -> bool:
    source = call.record["sourceIPAddress"]
    return source == "AWS Internal" or SERVICE_NAME(source) is not None


def caller_problems(call: Call) -> Iterator[str]:
    source, agent = call.record["sourceIPAddress"], call.record["userAgent"]
    service = call.identity.get("invokedBy")
    if service is not None:
        if (source, agent) != (service, service):
            yield f"invokedBy {service}, but sourceIPAddress `{source}` and userAgent `{agent}`"
    elif SERVICE_NAME(source) and call.rules.era == "current":
        yield f"sourceIPAddress `{source}` without invokedBy"
    elif source != "AWS Internal" and not SERVICE_NAME(source) and not is_address(source):
        yield f"sourceIPAddress `{source}` is neither an address nor a service"


def tls_problems(call: Call) -> Iterator[str]:
    details = call.record.get("tlsDetails")
    if details is None:
        return
    if made_by_aws(call):
        yield "tlsDetails in a call that AWS made itself"
    yield from members_problems("tlsDetails", details, TLS_ORDER)
    yield from cipher_problems(details)
    host = details.get("clientProvidedHostHeader")
    if call.service:
        expected = f"{call.service}.{call.record['awsRegion']}.amazonaws.com"
        if host != expected:
            yield f"clientProvidedHostHeader `{host}`, expected `{expected}`"
    elif host is not None and not ANY_HOST(host):
        yield f"clientProvidedHostHeader `{host}` is no host of AWS"


def cipher_problems(details: dict) -> Iterator[str]:
    version, suite = details.get("tlsVersion"), details.get("cipherSuite")
    if version is None and suite is None:
        return
    known = TLS_SUITES.get(version)
    if known is None or suite is None or not (suite in known if isinstance(known, set) else known(suite)):
        yield f"tlsVersion {version} does not go with cipherSuite {suite}"


def console_problems(call: Call) -> Iterator[str]:
    marker = call.record.get("sessionCredentialFromConsole")
    if marker is None:
        return
    if marker != "true":
        yield f"sessionCredentialFromConsole is `{marker}`, only ever `true`"
    if call.identity.get("accessKeyId", "ASIA")[:4] == "AKIA":
        yield "sessionCredentialFromConsole with a long-lived access key"


# --- userIdentity -----------------------------------------------------------------------------

IDENTITY_ORDER = (
    "type", "principalId", "arn", "accountId", "accessKeyId", "userName", "sessionContext", "invokedBy",
    "onBehalfOf", "inScopeOf", "credentialId", "identityProvider", "invokedByDelegate",
)
IDENTITY_OBJECTS = {
    "sessionContext", "sessionIssuer", "webIdFederationData", "attributes", "onBehalfOf", "inScopeOf", "invokedByDelegate",
}
IDENTITY_EXTRAS = {"invokedBy", "inScopeOf", "invokedByDelegate"}
PRINCIPAL = {"type", "principalId", "arn", "accountId"}
# Per type: what a call must have, what it may have beside. None: documented without a shape.
IDENTITY_SHAPES = {
    "Root": (PRINCIPAL, {"accessKeyId", "userName", "sessionContext"} | IDENTITY_EXTRAS),
    "IAMUser": (PRINCIPAL | {"userName"}, {"accessKeyId", "sessionContext"} | IDENTITY_EXTRAS),
    "AssumedRole": (PRINCIPAL | {"sessionContext"}, {"accessKeyId", "onBehalfOf", "credentialId"} | IDENTITY_EXTRAS),
    "FederatedUser": (PRINCIPAL | {"sessionContext"}, {"accessKeyId"} | IDENTITY_EXTRAS),
    "SAMLUser": ({"type", "principalId", "userName", "identityProvider"}, set()),
    "WebIdentityUser": ({"type", "principalId", "userName", "identityProvider"}, set()),
    "AWSAccount": ({"type", "principalId", "accountId"}, {"arn", "userName", "accessKeyId"} | IDENTITY_EXTRAS),
    "AWSService": ({"type", "invokedBy"}, set()),
    "IdentityCenterUser": ({"type", "accountId", "onBehalfOf", "credentialId"}, IDENTITY_EXTRAS),
    "Role": None,
    "Directory": None,
    "Unknown": None,
}
ONLY_AT_STS = {"SAMLUser", "WebIdentityUser"}
WITH_KEYS = {"Root", "IAMUser", "AssumedRole", "FederatedUser"}
IDENTITY_STORE = re.compile(r"arn:aws:identitystore::\d{12}:identitystore/d-[0-9a-f]{10}").fullmatch


def identity_problems(call: Call) -> Iterator[str]:
    identity = call.identity
    broken = [*members_problems("userIdentity", identity, IDENTITY_ORDER), *identity_shape_problems(call)]
    yield from broken
    if broken or "type" not in identity:
        return
    kind = identity["type"]
    if kind in WITH_KEYS | {"IdentityCenterUser"} and not ACCOUNT(identity.get("accountId", call.place.account)):
        yield f"userIdentity.accountId `{identity['accountId']}` is no account"
        return
    if kind in WITH_KEYS:
        yield from access_key_problems(call)
        yield from session_problems(call)
        yield from PRINCIPAL_CHECKS[kind](call)
    if "onBehalfOf" in identity:
        yield from identity_center_problems(identity["onBehalfOf"])


def identity_shape_problems(call: Call) -> Iterator[str]:
    identity, record = call.identity, call.record
    kind = identity.get("type")
    if kind is None:
        if record["eventType"] != "AwsServiceEvent" or set(identity) != {"accountId", "invokedBy"}:
            yield "userIdentity without type, but no AwsServiceEvent with accountId and invokedBy alone"
        return
    if kind not in IDENTITY_SHAPES:
        yield f"userIdentity.type `{kind}` is unknown"
    elif IDENTITY_SHAPES[kind]:
        required, optional = IDENTITY_SHAPES[kind]
        for name in sorted(required - identity.keys()):
            if record["eventType"] != "AwsConsoleSignIn":
                yield f"userIdentity of type {kind} lacks `{name}`"
        for name in sorted(identity.keys() - required - optional):
            yield f"userIdentity of type {kind} has `{name}`"
    if kind in ONLY_AT_STS and record["eventSource"] != "sts.amazonaws.com":
        yield f"userIdentity of type {kind} outside of STS"
    service = identity.get("invokedBy")
    if service is not None and service != "AWS Internal" and not SERVICE_NAME(service):
        yield f"invokedBy `{service}` is no service"


def access_key_problems(call: Call) -> Iterator[str]:
    identity = call.identity
    key, kind = identity.get("accessKeyId", ""), identity["type"]
    if not key:
        if call.service:
            yield "userIdentity.accessKeyId is missing"
        return
    if not ACCESS_KEY(key):
        yield f"accessKeyId `{key}` is not AKIA or ASIA and 16 of A-Z2-7"
        return
    yield from encoded_problems("accessKeyId", key, key[4:], call)
    temporary = key.startswith("ASIA")
    if kind in ("AssumedRole", "FederatedUser"):
        if not temporary:
            yield f"userIdentity of type {kind} with the long-lived key {key}"
    elif "invokedBy" not in identity and temporary != ("sessionContext" in identity):
        yield f"accessKeyId {key} {'without' if temporary else 'with'} sessionContext"


def unique_id_problems(where: str, text: str, prefix: str, call: Call) -> Iterator[str]:
    if not UNIQUE_ID(text) or not text.startswith(prefix):
        yield f"{where} `{text}` is not {prefix} and 17 of A-Z2-7"
    else:
        yield from encoded_problems(where, text, text[4:20], call)


def encoded_problems(where: str, text: str, code: str, call: Call) -> Iterator[str]:
    account = encoded_account(code)
    if account is None:
        if call.rules.era == "current":
            yield f"{where} `{text}` has the form of before 2019, without an account"
    elif account != call.identity.get("accountId", call.place.account):
        yield f"{where} `{text}` encodes the account {account}"


def root_problems(call: Call) -> Iterator[str]:
    identity, account = call.identity, call.identity.get("accountId")
    if identity.get("principalId") != account:
        yield f"principalId `{identity.get('principalId')}` of Root is not its account"
    if identity.get("arn", f"arn:aws:iam::{account}:root") != f"arn:aws:iam::{account}:root":
        yield f"arn `{identity['arn']}` is not the account's root"


def iam_user_problems(call: Call) -> Iterator[str]:
    identity = call.identity
    if "principalId" in identity:
        yield from unique_id_problems("principalId", identity["principalId"], "AIDA", call)
    if "arn" in identity:
        yield from iam_arn_problems("arn", identity["arn"], "user", identity.get("userName", ""), call)


def assumed_role_problems(call: Call) -> Iterator[str]:
    identity = call.identity
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    if list(issuer) != ["type", "principalId", "arn", "accountId", "userName"] or issuer["type"] != "Role":
        yield f"sessionIssuer of an assumed role has the members {', '.join(issuer) or 'none'}"
        return
    yield from issuer_problems(issuer, call)
    yield from unique_id_problems("sessionIssuer.principalId", issuer["principalId"], "AROA", call)
    yield from iam_arn_problems("sessionIssuer.arn", issuer["arn"], "role", issuer["userName"], call)
    principal, _, session = identity.get("principalId", "").partition(":")
    if principal != issuer["principalId"]:
        yield f"principalId `{identity.get('principalId')}` does not begin with sessionIssuer's `{issuer['principalId']}`"
    if not IAM_NAME(session) or len(session) < 2:
        yield f"session name `{session}` is not 2 to 64 of A-Za-z0-9_+=,.@-"
    expected = f"arn:aws:sts::{issuer['accountId']}:assumed-role/{issuer['userName']}/{session}"
    if identity.get("arn") != expected:
        yield f"arn `{identity.get('arn')}`, expected `{expected}`"


def federated_user_problems(call: Call) -> Iterator[str]:
    identity = call.identity
    account, _, name = identity.get("principalId", "").partition(":")
    if account != identity.get("accountId") or not name:
        yield f"principalId `{identity.get('principalId')}` is not account and name"
    if identity.get("arn") != f"arn:aws:sts::{account}:federated-user/{name}":
        yield f"arn `{identity.get('arn')}` is not the federated user {name}"
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    if issuer.get("type") not in ("IAMUser", "Root"):
        yield "sessionIssuer of a federated user is neither IAMUser nor Root"
        return
    yield from issuer_problems(issuer, call)
    if issuer["type"] == "IAMUser":
        yield from unique_id_problems("sessionIssuer.principalId", issuer.get("principalId", ""), "AIDA", call)
        yield from iam_arn_problems("sessionIssuer.arn", issuer.get("arn", ""), "user", issuer.get("userName", ""), call)


PRINCIPAL_CHECKS = {
    "Root": root_problems,
    "IAMUser": iam_user_problems,
    "AssumedRole": assumed_role_problems,
    "FederatedUser": federated_user_problems,
}


def issuer_problems(issuer: dict, call: Call) -> Iterator[str]:
    if issuer.get("accountId") != call.identity.get("accountId"):
        yield f"sessionIssuer.accountId {issuer.get('accountId')} differs from accountId {call.identity.get('accountId')}"


def iam_arn_problems(where: str, arn: str, kind: str, name: str, call: Call) -> Iterator[str]:
    if not IAM_NAME(name):
        yield f"{kind} name `{name}` is not 1 to 64 of A-Za-z0-9_+=,.@-"
    if not arn.startswith(f"arn:aws:iam::{call.identity.get('accountId')}:{kind}/") or not arn.endswith("/" + name):
        yield f"{where} `{arn}` is not the {kind} {name} of account {call.identity.get('accountId')}"


def identity_center_problems(person: dict) -> Iterator[str]:
    if list(person) != ["userId", "identityStoreArn"]:
        yield f"onBehalfOf has the members {', '.join(person)}"
    elif not UUID(person["userId"]) or not IDENTITY_STORE(person["identityStoreArn"]):
        yield "onBehalfOf is no user of an identity store"


# --- sessionContext ---------------------------------------------------------------------------

SESSION_ORDER = (
    "sessionIssuer", "webIdFederationData", "signInSessionArn", "attributes", "sourceIdentity", "ec2RoleDelivery", "assumedRoot",
)
ISSUER_ORDER = ("type", "principalId", "arn", "accountId", "userName")
SESSION_VALUES = {"ec2RoleDelivery": {"1.0", "2.0"}, "assumedRoot": {"true"}}
LONGEST_SESSION = timedelta(hours=36)


def session_problems(call: Call) -> Iterator[str]:
    context = call.identity.get("sessionContext")
    if context is None:
        return
    yield from members_problems("sessionContext", context, SESSION_ORDER)
    yield from members_problems("sessionIssuer", context.get("sessionIssuer", {}), ISSUER_ORDER)
    yield from attribute_problems(call, context.get("attributes", {}))
    for name in ("sessionIssuer", "webIdFederationData"):
        if call.version >= 10 and context.get(name) == {}:
            yield f"empty {name} at eventVersion {call.record['eventVersion']}"
    for name, known in SESSION_VALUES.items():
        if name in context and context[name] not in known:
            yield f"sessionContext.{name} is `{context[name]}`"


def attribute_problems(call: Call, attributes: dict) -> Iterator[str]:
    if list(attributes) != ["creationDate", "mfaAuthenticated"]:
        yield f"sessionContext.attributes has the members {', '.join(attributes) or 'none'}"
        return
    if attributes["mfaAuthenticated"] not in ("true", "false"):
        yield f"mfaAuthenticated is `{attributes['mfaAuthenticated']}`, neither `true` nor `false`"
    made, used = moment(attributes["creationDate"]), moment(call.record["eventTime"])
    if made is None:
        yield f"creationDate `{attributes['creationDate']}` is not of the form YYYY-MM-DDTHH:MM:SSZ"
    elif used and not made <= used <= made + LONGEST_SESSION:
        yield f"session of {attributes['creationDate']} is used at {call.record['eventTime']}"


# --- WorkMail calls ---------------------------------------------------------------------------

# Refused before the request was parsed: the parameters are lost with a JSON-RPC protocol.
REFUSED = {"AccessDenied", "ThrottlingException"}
SERVER_FAULT = re.compile(r"(?:InternalFailure|InternalServer|ServiceUnavailable)\w*").fullmatch
BAD_INPUT = {"InvalidParameterException", "ValidationException"}
POLICY = r"(?:identity-based|resource-based|session|service control|resource control|VPC endpoint) policy|permissions boundary"
DENIED = re.compile(
    r"User: \S+ is not authorized to perform: (?P<action>\w+:\w+)(?: on resource: (?P<resource>\S+))?"
    rf"(?P<reason> because no (?:{POLICY}) allows the (?P=action) action"
    rf"| with an explicit deny in an? (?:{POLICY})(?:: arn:aws:\S+)?)?"
).fullmatch
ENTITY_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|S(?:-\d+){3,}|r-[0-9a-f]{32}").fullmatch
JSON_TYPES = {"string": str, "boolean": bool, "integer": int, "long": int, "list": list, "structure": dict}


def workmail_problems(call: Call) -> Iterator[str]:
    record = call.record
    yield from workmail_frame_problems(call)
    name = record["eventName"]
    operation = call.rules.operations.get(name)
    if operation is None:
        if name not in call.rules.permission_only:
            yield f"eventName `{name}` is no operation of WorkMail"
        else:
            yield from read_only_problems(call, call.rules.permission_only[name])
        return
    if operation["service"] != call.service:
        yield f"{name} is no operation of {record['eventSource']}"
    yield from read_only_problems(call, operation["readOnly"])
    yield from request_problems(call, operation)
    if "errorCode" in record:
        yield from error_problems(call, operation)
    else:
        yield from response_problems(call, operation)


def workmail_frame_problems(call: Call) -> Iterator[str]:
    record = call.record
    if record["awsRegion"] not in WORKMAIL_REGIONS:
        yield f"there is no WorkMail in {record['awsRegion']}"
    if record["eventType"] != "AwsApiCall":
        yield f"eventType {record['eventType']}, expected AwsApiCall"
    if record.get("eventCategory", "Management") != "Management":
        yield f"eventCategory {record['eventCategory']}, expected Management"
    if call.identity.get("type") in WITH_KEYS and call.identity.get("accountId") != record["recipientAccountId"]:
        yield f"caller of account {call.identity.get('accountId')} in the trail of {record['recipientAccountId']}"
    if "errorMessage" in record and "errorCode" not in record:
        yield "errorMessage without errorCode"


def read_only_problems(call: Call, expected: bool) -> Iterator[str]:
    found = call.record.get("readOnly", False)
    if found != expected:
        yield f"readOnly is {str(found).lower()}, but {call.record['eventName']} is {'a read' if expected else 'a write'}"


def request_problems(call: Call, operation: dict) -> Iterator[str]:
    parameters, code = call.record["requestParameters"], call.record.get("errorCode", "")
    refused = code in REFUSED
    if refused and call.service == "workmail":
        if parameters is not None:
            yield f"requestParameters with {code}, expected null"
        return
    if parameters is None:
        if operation["required"] and not refused and not SERVER_FAULT(code):
            yield f"requestParameters is null, but {operation['required'][0]} is required"
        return
    reader = Values(call.rules, strict=code not in BAD_INPUT, accepted=not code)
    yield from reader.structure_problems("requestParameters", parameters, operation["request"], operation["required"])
    if not code:
        yield from company_problems(call.record["eventName"], parameters)
    if not code and "resourceARN" in parameters:
        yield from resource_problems("resourceARN", str(parameters["resourceARN"]), "organization", call)


def company_problems(name: str, parameters: dict) -> Iterator[str]:
    """Members that the documents allow one at a time, or only in each other's company."""
    if name == "GetAccessControlEffect":
        if ("userId" in parameters) == ("impersonationRoleId" in parameters):
            yield f"requestParameters of {name} need one of userId and impersonationRoleId"
        elif "impersonationRoleId" in parameters and parameters.get("action") != "EWS":
            yield f"requestParameters.action `{parameters.get('action')}`, impersonation roles only use EWS"
    if name in ("CreateMobileDeviceAccessRule", "UpdateMobileDeviceAccessRule"):
        for member in parameters:
            if f"not{member[:1].upper()}{member[1:]}" in parameters:
                yield f"requestParameters has `{member}` and its opposite"
    if name in ("CreateAvailabilityConfiguration", "UpdateAvailabilityConfiguration"):
        if "ewsProvider" in parameters and "lambdaProvider" in parameters:
            yield f"requestParameters of {name} have two providers"


@dataclass(frozen=True)
class Values:
    """Holds values against the shapes of the API model."""

    rules: Rules
    strict: bool  # patterns, sizes and enumerations hold: the service did not complain about them
    accepted: bool  # the call succeeded: identifiers are real ones

    def structure_problems(self, where: str, value: dict, members: dict, required: Iterable[str]) -> Iterator[str]:
        for name in required:
            if name not in value and not (self.rules.era == "2017" and members[name] == "Password"):
                yield f"{where} lacks `{name}`"
        for name, member in value.items():
            if name not in members:
                yield f"{where} has the unknown member `{name}`"
            else:
                yield from self.problems(f"{where}.{name}", member, members[name])

    def problems(self, where: str, value: object, name: str) -> Iterator[str]:
        shape = self.rules.shapes[name]
        if type(value) is not JSON_TYPES[shape["type"]]:
            yield f"{where} is {type_name(value)}, expected {shape['type']}"
        elif shape.get("sensitive"):
            yield from self.sensitive_problems(where, value, name)
        elif shape["type"] == "structure":
            yield from self.structure_problems(where, value, shape["members"], shape["required"])
        elif shape["type"] == "list":
            yield from self.range_problems(where, len(value), shape)
            for index, item in enumerate(value):
                yield from self.problems(f"{where}[{index}]", item, shape["of"])
        elif shape["type"] == "string":
            yield from self.text_problems(where, value, name, shape)
        elif shape["type"] in ("integer", "long"):
            yield from self.range_problems(where, value, shape)

    def sensitive_problems(self, where: str, value: str, name: str) -> Iterator[str]:
        if self.rules.era == "current":
            if value != HIDDEN:
                yield f"{where} is sensitive and shows `{value}`"
        elif name == "Password":
            yield f"{where} is there, a password was left out in 2017"
        elif name == "UserAttribute" and value == HIDDEN:
            yield f"{where} is hidden, it was in clear in 2017"

    def text_problems(self, where: str, value: str, name: str, shape: dict) -> Iterator[str]:
        if value == HIDDEN and name != "ImpersonationToken":
            yield f"{where} is hidden without being sensitive"
        yield from self.range_problems(where, len(value), shape)
        if not self.strict:
            return
        if "matches" in shape and not shape["matches"](value):
            yield f"{where} `{value}` does not match {shape['pattern']}"
        if "enum" in shape and value not in shape["enum"]:
            yield f"{where} `{value}` is none of {', '.join(shape['enum'])}"
        if self.accepted and name == "WorkMailIdentifier" and not ENTITY_ID(value):
            yield f"{where} `{value}` is no identifier of a user, group or resource"

    def range_problems(self, where: str, size: int, shape: dict) -> Iterator[str]:
        if self.strict and not shape.get("min", size) <= size <= shape.get("max", size):
            yield f"{where} has the size or value {size}, outside {shape.get('min', '')}..{shape.get('max', '')}"


def response_problems(call: Call, operation: dict) -> Iterator[str]:
    response, expected = call.record["responseElements"], operation["response"]
    if not operation["responseLogged"]:
        if response is not None:
            yield f"responseElements of {call.record['eventName']} is not null"
    elif response is None:
        yield f"responseElements is null, expected {', '.join(expected)}"
    else:
        reader = Values(call.rules, strict=True, accepted=True)
        yield from reader.structure_problems("responseElements", response, expected, expected)


def error_problems(call: Call, operation: dict) -> Iterator[str]:
    record = call.record
    code = record["errorCode"]
    if code not in operation["errors"] and code not in REFUSED and not SERVER_FAULT(code):
        yield f"errorCode {code} is not declared for {record['eventName']}"
    if code == "AccessDenied":
        yield from denied_problems(call, operation)


def denied_problems(call: Call, operation: dict) -> Iterator[str]:
    message = call.record.get("errorMessage", "")
    denied = DENIED(message)
    if denied is None or (denied["reason"] is None and call.rules.era == "current"):
        yield f"AccessDenied message has another form: `{message}`"
        return
    action = f"{call.service}:{call.record['eventName']}"
    if denied["action"] != action:
        yield f"AccessDenied message names the action {denied['action']}, expected {action}"
    if denied["resource"] is not None:
        yield from resource_problems("AccessDenied message: resource", denied["resource"], operation["resource"], call)


def resource_problems(where: str, arn: str, kind: str | None, call: Call) -> Iterator[str]:
    scope = f"{call.service}:{call.record['awsRegion']}:{call.record['recipientAccountId']}"
    form = {
        None: r"\*",
        "organization": rf"arn:aws:{scope}:organization/m-[0-9a-f]{{32}}",
        "RawMessage": rf"arn:aws:{scope}:message/m-[0-9a-f]{{32}}/[A-Za-z]+/[A-Za-z0-9-]+",
    }[kind]
    if not re.fullmatch(form, arn):
        yield f"{where} `{arn}` does not match {form}"


# --- the whole trail --------------------------------------------------------------------------


@dataclass
class Object:
    """One file of the trail, measured here."""

    key: Key
    facts: dict  # as a manifest would state them
    raw_sha256: str
    document: object = None  # of digest files only


@dataclass
class Trail:
    """What has been read so far."""

    rules: Rules
    max_age: timedelta
    findings: Findings = field(default_factory=Findings)
    objects: dict[str, Object] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    event_ids: dict[str, str] = field(default_factory=dict)
    actions: Counter = field(default_factory=Counter)
    outlines: dict[str, dict[tuple[str, ...], None]] = field(default_factory=dict)

    def add(self, key: str, index: int | None, problems: Iterable[str]) -> None:
        for problem in problems:
            self.findings.add(key, index, problem)

    def total(self, name: str) -> int:
        return sum(found.facts.get(name, 0) for found in self.objects.values())


def read_trail(root: Path, trail: Trail) -> None:
    trail.keys = sorted(trail_files(root))
    for text in trail.keys:
        key, problems = parse_key(text)
        trail.add(text, None, problems)
        if key:
            read_object(root, key, trail)
    read_digests(trail)


def trail_files(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        if Path(folder) == root:
            folders[:] = [name for name in folders if name != SIDE_FOLDER]
        for name in names:
            yield (Path(folder) / name).relative_to(root).as_posix()


def read_object(root: Path, key: Key, trail: Trail) -> None:
    data = (root / key.text).read_bytes()
    raw, problems = unpack(data)
    trail.add(key.text, None, problems)
    facts = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    found = trail.objects[key.text] = Object(key, facts, "")
    if raw is None:
        return
    facts |= {"rawBytes": len(raw), "rawCrc32": f"{zlib.crc32(raw):08x}"}
    found.raw_sha256 = hashlib.sha256(raw).hexdigest()
    if key.kind == "CloudTrail":
        read_log(key, raw, facts, trail)
    else:
        found.document = read_digest(key, raw, trail)


def read_log(key: Key, raw: bytes, facts: dict, trail: Trail) -> None:
    document, problems = parse_json(raw)
    trail.add(key.text, None, problems)
    if document is None:
        return
    records, problems = records_of(document)
    trail.add(key.text, None, problems)
    form = "%Y-%m-%dT%H:%M:%SZ"
    place = Place(key.account, key.region, (key.stamp - trail.max_age).strftime(form), key.stamp.strftime(form))
    for index, record in enumerate(records):
        trail.add(key.text, index, record_problems(record, place, trail.rules))
        if isinstance(record, dict):
            take_note(key.text, index, record, trail)
    times = [record.get("eventTime") for record in records if isinstance(record, dict)]
    times = [time for time in times if isinstance(time, str)]
    facts |= {"records": len(records), "firstEventTime": min(times, default=None), "lastEventTime": max(times, default=None)}


def take_note(key: str, index: int, record: dict, trail: Trail) -> None:
    """Remembers what is checked across files: identity of events, actions, shapes of samples."""
    event = record.get("eventID")
    if isinstance(event, str):
        if event in trail.event_ids:
            trail.findings.add(key, index, f"eventID {event} was already in {trail.event_ids[event]}")
        trail.event_ids.setdefault(event, key)
    name = record.get("eventName")
    if isinstance(name, str):
        trail.actions[name, record.get("eventSource") in WORKMAIL_SERVICES] += 1
        if name in trail.outlines and "errorCode" not in record:
            trail.outlines[name][outline(record)] = None


# --- digest files -----------------------------------------------------------------------------

DIGEST_ORDER = (
    "awsAccountId", "digestStartTime", "digestEndTime", "digestS3Bucket", "digestS3Object", "digestPublicKeyFingerprint",
    "digestSignatureAlgorithm", "newestEventTime", "oldestEventTime", "previousDigestS3Bucket", "previousDigestS3Object",
    "previousDigestHashValue", "previousDigestHashAlgorithm", "previousDigestSignature", "logFiles",
)
# The name is the end of a 5-minute slot; delivery is a few minutes around it.
CERTAINLY_DELIVERED = timedelta(minutes=15)
LOG_FILE_ORDER = ("s3Bucket", "s3Object", "hashValue", "hashAlgorithm", "newestEventTime", "oldestEventTime")


def read_digest(key: Key, raw: bytes, trail: Trail) -> dict | None:
    """A digest's own form; real ones write `/` as `\\/`, which is the same JSON."""
    document, problems = parse_json(raw.replace(b"\\/", b"/"))
    if not problems and (not isinstance(document, dict) or tuple(document) != DIGEST_ORDER):
        problems = ["the members are not those of a digest file, in their order"]
    trail.add(key.text, None, problems or digest_problems(key, document))
    return None if problems else document


def digest_problems(key: Key, digest: dict) -> Iterator[str]:
    start, end = moment(str(digest["digestStartTime"])), moment(str(digest["digestEndTime"]))
    if start is None or end is None or end - start != timedelta(hours=1) or end != key.stamp:
        yield f"covers {digest['digestStartTime']} to {digest['digestEndTime']}, expected the hour before the name's time"
    if (digest["awsAccountId"], digest["digestS3Object"]) != (key.account, key.text):
        yield f"says it is {digest['digestS3Object']} of {digest['awsAccountId']}"
    if not isinstance(digest["logFiles"], list) or len(log_entries(digest)) < len(digest["logFiles"]):
        yield "the members of logFiles are not the documented ones, in their order"


def read_digests(trail: Trail) -> None:
    """Hashes in digests against the files."""
    digests = [found for found in trail.objects.values() if found.document]
    listed: set[str] = set()
    covered: dict[tuple[str, str], datetime] = {}
    for found in digests:
        trail.add(found.key.text, None, digest_hash_problems(found.document, trail))
        listed.update(str(entry["s3Object"]) for entry in log_entries(found.document))
        stream = (found.key.account, found.key.region)
        covered[stream] = max(found.key.stamp, covered.get(stream, found.key.stamp))
    for text, found in trail.objects.items():
        until = covered.get((found.key.account, found.key.region))
        if found.key.kind == "CloudTrail" and until and found.key.stamp < until - CERTAINLY_DELIVERED and text not in listed:
            trail.findings.add(text, None, "is in no digest file")


def log_entries(digest: dict) -> list[dict]:
    entries = digest["logFiles"] if isinstance(digest["logFiles"], list) else []
    return [entry for entry in entries if isinstance(entry, dict) and tuple(entry) == LOG_FILE_ORDER]


def digest_hash_problems(digest: dict, trail: Trail) -> Iterator[str]:
    claims = [(str(entry["s3Object"]), entry["hashValue"]) for entry in log_entries(digest)]
    if digest["previousDigestS3Object"] is not None:
        claims.append((str(digest["previousDigestS3Object"]), digest["previousDigestHashValue"]))
    for key, value in claims:
        if key not in trail.objects:
            yield f"names {key}, which is not there"
        elif trail.objects[key].raw_sha256 != value:
            yield f"hash of {key} does not match"


# --- manifest and labels ----------------------------------------------------------------------

LOG_FACTS = ("bytes", "sha256", "rawBytes", "rawCrc32", "records", "firstEventTime", "lastEventTime")
FILE_FACTS = ("bytes", "sha256", "rawBytes", "rawCrc32")
KINDS = {"CloudTrail": "log", "CloudTrail-Digest": "digest"}


def read_lines(path: Path, name: str, trail: Trail) -> list[tuple[int, dict]]:
    """The JSON lines of a file, numbered from 1 and only the objects among them."""
    lines = []
    content = path.read_text("utf-8", errors="surrogateescape")
    for number, text in enumerate(content.removesuffix("\n").split("\n"), 1):
        try:
            line = json.loads(text)
        except ValueError as error:
            trail.findings.add(name, number, f"line is no JSON: {error}")
            continue
        if isinstance(line, dict):
            lines.append((number, line))
        else:
            trail.findings.add(name, number, "line is no object")
    return lines


def read_manifest(root: Path, trail: Trail) -> None:
    name = f"{SIDE_FOLDER}/manifest.jsonl"
    if not (root / name).exists():
        return
    lines = read_lines(root / name, name, trail)
    kinds = [line.get("type") for _, line in lines]
    if len(kinds) < 2 or kinds[0] != "header" or kinds[-1] != "footer" or set(kinds[1:-1]) - {"object"}:
        trail.findings.add(name, None, "is not one header, object lines and one footer")
        return
    objects = lines[1:-1]
    for number, line in objects:
        trail.add(name, number, object_problems(line, trail))
    trail.add(name, None, coverage_problems([line.get("key") for _, line in objects], trail))
    streams, problems = stream_ranks(lines[0][1])
    trail.add(name, 1, problems)
    for number, problem in sequence_problems(objects, streams):
        trail.findings.add(name, number, problem)
    trail.add(name, lines[-1][0], footer_problems(lines[-1][1], [line for _, line in objects], trail))
    read_signatures(root, [line for _, line in objects], trail)


def read_signatures(root: Path, objects: list[dict], trail: Trail) -> None:
    """Who signed the digests. Their signatures are in the metadata, which the manifest has."""
    path = root / SIDE_FOLDER / "public-keys.json"
    digests = [found for found in trail.objects.values() if found.document]
    if not path.exists() or not digests:
        return
    keys = signatures.read_keys(path)
    metadata = {str(line.get("key")): line.get("headers", {}).get("metadata", {}) for line in objects}
    for found in digests:
        trail.add(found.key.text, None, signatures.signature_problems(found.document, found.raw_sha256, metadata, keys))


def object_problems(line: dict, trail: Trail) -> Iterator[str]:
    found = trail.objects.get(str(line.get("key")))
    if found is None:
        yield f"object `{line.get('key')}` is no log or digest file of the trail"
        return
    if line.get("kind") != KINDS[found.key.kind]:
        yield f"kind of {found.key.text} is `{line.get('kind')}`, expected `{KINDS[found.key.kind]}`"
    for name in LOG_FACTS if found.key.kind == "CloudTrail" else FILE_FACTS:
        if name in found.facts and line.get(name) != found.facts[name]:
            yield f"{name} of {found.key.text} is {line.get(name)}, the file has {found.facts[name]}"
    if "rawSha256" in line and line["rawSha256"] != found.raw_sha256:
        yield f"rawSha256 of {found.key.text} does not match the file"
    delivered, last = line.get("deliveredAt"), found.facts.get("lastEventTime")
    if isinstance(delivered, str) and last and delivered < last:
        yield f"deliveredAt {delivered} is before the last event of {found.key.text} at {last}"


def coverage_problems(keys: list, trail: Trail) -> Iterator[str]:
    listed = Counter(map(str, keys))
    for key in trail.keys:
        if key not in listed:
            yield f"does not list {key}"
    for key, times in listed.items():
        if times > 1:
            yield f"lists {key} {times} times"


def stream_ranks(header: dict) -> tuple[dict[tuple[str, str], int], list[str]]:
    """The streams in header order; a stream names an account and a region in whatever form."""
    ranks, problems = {}, []
    for stream in header.get("streams") or []:
        text = json.dumps(stream)
        account, region = re.search(r"\d{12}", text), re.search(REGION, text)
        if account and region:
            ranks.setdefault((account[0], region[0]), len(ranks))
        else:
            problems.append(f"stream {text} names no account and region")
    return ranks, problems


def sequence_problems(objects: list[tuple[int, dict]], streams: dict) -> Iterator[tuple[int, str]]:
    before = (-1, "")
    for number, line in objects:
        text = str(line.get("key"))
        key, _ = parse_key(text)
        if key is None:
            continue
        rank = streams.get((key.account, key.region))
        if rank is None:
            yield number, f"stream {key.account} {key.region} of {text} is not in the header"
            continue
        if (rank, text) < before:
            yield number, f"{text} stands after {before[1]}"
        before = (rank, text)


def footer_problems(footer: dict, objects: list[dict], trail: Trail) -> Iterator[str]:
    expected = {
        "objects": len(objects),
        "events": len(trail.event_ids),
        "records": trail.total("records"),
        "rawBytes": trail.total("rawBytes"),
        "bytes": trail.total("bytes"),
    }
    for name, value in expected.items():
        if footer.get(name) != value:
            yield f"footer says {name} {footer.get(name)}, counted {value}"


def read_labels(root: Path, trail: Trail) -> None:
    name = f"{SIDE_FOLDER}/labels.jsonl"
    if not (root / name).exists():
        return
    for number, label in read_lines(root / name, name, trail):
        if str(label.get("eventID")) not in trail.event_ids:
            trail.findings.add(name, number, f"label of the eventID {label.get('eventID')}, which is not in the trail")
        if not re.fullmatch(r"T\d{4}(\.\d{3})?", str(label.get("technique", "T0000"))):
            trail.findings.add(name, number, f"technique `{label['technique']}` is no ATT&CK id")


# --- samples ----------------------------------------------------------------------------------


def outline(value: object, where: str = "") -> tuple[str, ...]:
    """Names, order and types of everything inside a value, one text per place."""
    here = (f"{where or 'record'}: {type_name(value)}",)
    if isinstance(value, dict):
        return here + tuple(chain.from_iterable(outline(v, f"{where}.{k}" if where else k) for k, v in value.items()))
    if isinstance(value, list):
        return here + tuple(dict.fromkeys(chain.from_iterable(outline(item, f"{where}[]") for item in value)))
    return here


def compare_samples(path: Path, samples: list[dict], trail: Trail) -> None:
    for index, sample in enumerate(samples):
        expected, seen = outline(sample), trail.outlines[sample["eventName"]]
        if not seen:
            trail.findings.add(path.name, index, f"the trail has no successful {sample['eventName']}")
        elif expected not in seen:
            closest = max(seen, key=lambda found: len(os.path.commonprefix([found, expected])))
            where = outline_difference(closest, expected)
            trail.findings.add(path.name, index, f"no {sample['eventName']} has this structure: {where}")


def outline_difference(found: tuple[str, ...], expected: tuple[str, ...]) -> str:
    at = len(os.path.commonprefix([found, expected]))
    end = ("the end",)
    return f"found `{(found[at:] or end)[0]}`, the sample has `{(expected[at:] or end)[0]}`"


# --- command line -----------------------------------------------------------------------------


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    about = "Read a trail directory and report what does not fit CloudTrail's documented form."
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("trail", type=Path, metavar="TRAIL_DIR")
    parser.add_argument("--era", choices=("current", "2017"), default="current", help="which record form to expect")
    parser.add_argument("--expect-events", type=int, metavar="N", help="number of distinct eventIDs")
    parser.add_argument("--max-age", type=int, default=15, metavar="MINUTES", help="oldest event in a file (default 15)")
    parser.add_argument("--samples", type=Path, metavar="FILE", help="JSON list of records whose structure must occur")
    options = parser.parse_args(arguments)
    if not options.trail.is_dir():
        parser.error(f"`{options.trail}` is no directory")
    if options.samples and not options.samples.is_file():
        parser.error(f"`{options.samples}` is no file")
    return options


def check(options: argparse.Namespace) -> Trail:
    trail = Trail(load_rules(options.era), timedelta(minutes=options.max_age))
    samples = json.loads(options.samples.read_text("utf-8")) if options.samples else []
    trail.outlines = {sample["eventName"]: {} for sample in samples}
    read_trail(options.trail, trail)
    read_manifest(options.trail, trail)
    read_labels(options.trail, trail)
    if samples:
        compare_samples(options.samples, samples, trail)
    if options.expect_events is not None and len(trail.event_ids) != options.expect_events:
        found = f"{len(trail.event_ids)} distinct eventIDs, expected {options.expect_events}"
        trail.findings.add(str(options.trail), None, found)
    if not trail.objects and options.expect_events != 0:
        trail.findings.add(str(options.trail), None, "no log files below AWSLogs")
    return trail


def summary(trail: Trail) -> str:
    workmail = sum(1 for _, ours in trail.actions if ours)
    return (
        f"{len(trail.objects)} files, {trail.total('records')} records, {len(trail.event_ids)} distinct eventIDs, "
        f"{trail.total('rawBytes')} raw bytes, {trail.total('bytes')} gzip bytes, "
        f"{workmail} WorkMail actions, {len(trail.actions) - workmail} other actions"
    )


def main(arguments: list[str] | None = None) -> int:
    trail = check(parse_arguments(arguments))
    findings = trail.findings
    if not findings.count:
        print(summary(trail))
        return 0
    for line in findings.lines:
        print(line)
    print(f"{findings.count} findings, {len(findings.lines)} shown")
    return 1


if __name__ == "__main__":
    sys.exit(main())

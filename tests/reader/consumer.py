"""Reads a bucket directory as a consumer of CloudTrail would, whatever lies in it, and prints what it has got.

    python3 consumer.py TRAIL_DIR [--bug NAME]

Each record is a line of JSON: `{"key": …, "record": …}`. Without a bug it is a right consumer: what it does about each
fault is what the page on faults tells. It is independent on purpose: of the manifest it takes only what a bucket and a
queue would tell, which is when an object was put and how it was announced. With a bug it gets one thing wrong.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

NAME = re.compile(r"\d{12}_CloudTrail_[a-z0-9-]+_(\d{8}T\d{4})Z_[A-Za-z0-9]{16}\.json\.gz")
KNOWN = set(
    """eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode
    errorMessage requestParameters responseElements additionalEventData requestID eventID readOnly resources eventType
    apiVersion managementEvent recipientAccountId sharedEventID vpcEndpointId vpcEndpointAccountId serviceEventDetails
    eventCategory addendum edgeDeviceDetails tlsDetails sessionCredentialFromConsole""".split()
)
GZIP = b"\x1f\x8b"
MOST = 300


class Died(Exception):
    """The consumer ends, as a careless one would."""


def unpack(body: bytes) -> tuple[bytes, bool, bool]:
    """What is in a gzip, whether that is all of it, and whether it is what was packed."""
    machine = zlib.decompressobj(wbits=31)
    try:
        text = machine.decompress(body)
    except zlib.error:
        return b"", False, False
    return text, machine.eof, True


def salvage(text: str) -> list[dict]:
    """The whole records at the start of a document that breaks off."""
    records, decoder = [], json.JSONDecoder()
    at = text.find("[") + 1
    while at < len(text):
        try:
            record, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            break
        records.append(record)
        at += 1
    return records


def unpack_anyhow(body: bytes) -> bytes:
    """Whatever comes out of a gzip before it makes no sense."""
    machine, text = zlib.decompressobj(wbits=31), b""
    try:
        for at in range(len(body)):
            text += machine.decompress(body[at : at + 1])
    except zlib.error:
        pass
    return text


def records(body: bytes, bug: str) -> list[dict]:
    """The records of an object."""
    if not body:
        if bug == "dies-of-empty-object":
            raise Died
        return []
    if body[:2] == GZIP:
        text, whole, sound = unpack(body)
        if not sound:
            return salvage(unpack_anyhow(body).decode(errors="ignore")) if bug == "trusts-corrupt" else []
        if not whole:
            return [] if bug == "all-or-nothing" else salvage(text.decode(errors="ignore"))
    else:
        if bug == "trusts-the-name":
            return []
        text = body
    if text.startswith(b"\xef\xbb\xbf"):
        if bug == "knows-no-bom":
            return []
        text = text[3:]
    try:
        found = json.loads(text)["Records"]
    except json.JSONDecodeError:
        return salvage(text.decode(errors="ignore")) if bug == "salvages-json" else []
    if not found and bug == "dies-of-no-records":
        raise Died
    return found


def keep(found: list[dict], slot: str, bug: str) -> list[dict]:
    """Those of the records that the consumer keeps, as it keeps them."""
    if bug == "drops-old":
        day, clock = slot.split("T")
        end = int(day[6:]) * 1440 + int(clock[:2]) * 60 + int(clock[2:])
        moment = lambda time: int(time[8:10]) * 1440 + int(time[11:13]) * 60 + int(time[14:16])
        return [record for record in found if end - moment(record["eventTime"]) <= 10]
    if bug == "goes-forward-only":
        latest, kept = "", []
        for record in found:
            if record["eventTime"] >= latest:
                kept.append(record)
            latest = max(latest, record["eventTime"])
        return kept
    if bug == "knows-all-fields":
        return [record for record in found if set(record) <= KNOWN]
    if bug == "knows-one-version":
        return [record for record in found if record["eventVersion"] == "1.11"]
    if bug == "cleans-texts":
        clean = lambda text: re.sub(r"[^ -~]|[\"'<>{}\\$=+@;|]", "", text)
        return [{**record, "userAgent": clean(record["userAgent"])} for record in found]
    if bug == "reads-some":
        return found[:MOST]
    if bug == "skips-single-records":
        return found if len(found) > 1 else []
    return found


def deeds(line: dict) -> list[str]:
    return [fault["notify"] for fault in line["faults"] if "notify" in fault]


def objects(trail: Path, bug: str) -> Iterator[str]:
    """The keys in the order in which they come."""
    lines = [json.loads(line) for line in (trail / ".mocktrail/manifest.jsonl").read_text().splitlines()]
    lines = [line for line in lines if line["type"] == "object"]
    last = ""
    for line in sorted(lines, key=lambda line: (line["deliveredAt"], line["key"])):
        key, notify = line["key"], deeds(line)
        behind, last = key < last, max(key, last)
        if bug == "remembers-last-key" and behind and "delayed-object" in [fault["kind"] for fault in line["faults"]]:
            continue
        if (bug == "waits-to-be-told" and "never" in notify) or (bug == "never-tries-again" and "early" in notify):
            continue
        yield from [key] * (3 if bug == "reads-again" and "twice" in notify else 1)


def read(trail: Path, bug: str) -> Iterator[tuple[str, dict]]:
    for key in objects(trail, bug):
        name = NAME.fullmatch(key.rsplit("/", 1)[-1])
        if not name:
            if bug == "reads-every-key":
                raise Died
            continue
        for record in keep(records((trail / key).read_bytes(), bug), name[1], bug):
            yield key, record


def main() -> None:
    trail, bug = Path(sys.argv[1]), sys.argv[3] if len(sys.argv) > 3 else ""
    got = []
    try:
        for item in read(trail, bug):
            got.append(item)
    except Died:
        pass
    times = Counter(record["eventID"] for _, record in got)
    for key, record in got:
        if bug == "drops-repeated" and times[record["eventID"]] > 1:
            continue
        print(json.dumps({"key": key, "record": record}))


if __name__ == "__main__":
    main()

"""Writes gzipped, CloudTrail-shaped log files with Python's standard library: DIRECTORY EVENTS RECORDS."""

import gzip
import json
import platform
import random
import sys
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

START = datetime(2026, 3, 2, 8, tzinfo=timezone.utc)
ACTIONS = ["CreateUser", "DeleteUser", "DescribeUser", "ListUsers", "ResetPassword", "CreateAlias", "ListGroups",
           "CreateGroup", "AssociateMemberToGroup", "RegisterToWorkMail", "GetMailboxDetails", "GetRawMessageContent"]
AGENTS = ["aws-cli/2.17.0 md/Botocore#2.0.0 ua/2.0 os/linux#6.1 lang/python#3.11.8",
          "Boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#5.10 lang/python#3.12.3",
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0"]
NAMES = ["ana", "bo", "carlos", "dina", "emil", "fatima", "george", "hana", "ivan", "julia", "kofi", "lena"]


class Plain:
    """Where values come from: nothing but the standard library."""

    versions = f"Python {platform.python_version()}"

    def __init__(self):
        self.random = random.Random(7)

    def uuid(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def user(self):
        return f"{self.random.choice(NAMES)}.{self.random.randrange(1000)}"

    def address(self):
        return f"198.51.100.{self.random.randrange(256)}"

    def agent(self):
        return self.random.choice(AGENTS)

    def letters(self, length):
        return "".join(self.random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=length))


def record(values, moment):
    user, session = values.user(), values.user()
    issuer = {"type": "Role", "principalId": "AROA" + values.letters(17), "accountId": "111122223333",
              "arn": f"arn:aws:iam::111122223333:role/{user}", "userName": user}
    identity = {
        "type": "AssumedRole", "principalId": f"{issuer['principalId']}:{session}",
        "arn": f"arn:aws:sts::111122223333:assumed-role/{user}/{session}", "accountId": "111122223333",
        "accessKeyId": "ASIA" + values.letters(16),
        "sessionContext": {"sessionIssuer": issuer, "attributes": {
            "creationDate": (moment - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "mfaAuthenticated": "false"}},
    }
    return {
        "eventVersion": "1.11", "userIdentity": identity, "eventTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "workmail.amazonaws.com", "eventName": values.random.choice(ACTIONS), "awsRegion": "eu-west-1",
        "sourceIPAddress": values.address(), "userAgent": values.agent(),
        "requestParameters": {"organizationId": "m-8d2c4fb1a0e94b7c9a5163de07f2b846", "userId": values.uuid(),
                              "name": values.user()},
        "responseElements": {"userId": values.uuid()}, "requestID": values.uuid(), "eventID": values.uuid(),
        "readOnly": False, "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                       "clientProvidedHostHeader": "workmail.eu-west-1.amazonaws.com"},
    }


def main(values):
    directory, events, size = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    for first in range(0, events, size):
        moments = (START + timedelta(seconds=number) for number in range(first, min(first + size, events)))
        text = json.dumps({"Records": [record(values, moment) for moment in moments]}, separators=(",", ":"))
        (directory / f"{first}.json.gz").write_bytes(gzip.compress(text.encode(), compresslevel=6))
    print(values.versions)


if __name__ == "__main__":
    main(Plain())

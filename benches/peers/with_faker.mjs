// Writes gzipped, CloudTrail-shaped log files with values from @faker-js/faker: DIRECTORY EVENTS RECORDS.

import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { faker } from "@faker-js/faker";

const START = Date.UTC(2026, 2, 2, 8);
const ACTIONS = ["CreateUser", "DeleteUser", "DescribeUser", "ListUsers", "ResetPassword", "CreateAlias", "ListGroups",
  "CreateGroup", "AssociateMemberToGroup", "RegisterToWorkMail", "GetMailboxDetails", "GetRawMessageContent"];
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const second = (moment) => new Date(moment).toISOString().slice(0, 19) + "Z";
const letters = (length) => faker.string.fromCharacters(LETTERS, length);

function record(moment) {
  const [user, session] = [faker.internet.username(), faker.internet.username()];
  const sessionIssuer = { type: "Role", principalId: "AROA" + letters(17), accountId: "111122223333",
    arn: `arn:aws:iam::111122223333:role/${user}`, userName: user };
  return {
    eventVersion: "1.11",
    userIdentity: {
      type: "AssumedRole", principalId: `${sessionIssuer.principalId}:${session}`,
      arn: `arn:aws:sts::111122223333:assumed-role/${user}/${session}`, accountId: "111122223333",
      accessKeyId: "ASIA" + letters(16),
      sessionContext: { sessionIssuer,
        attributes: { creationDate: second(moment - 3_600_000), mfaAuthenticated: "false" } },
    },
    eventTime: second(moment), eventSource: "workmail.amazonaws.com",
    eventName: faker.helpers.arrayElement(ACTIONS), awsRegion: "eu-west-1",
    sourceIPAddress: faker.internet.ipv4(), userAgent: faker.internet.userAgent(),
    requestParameters: { organizationId: "m-8d2c4fb1a0e94b7c9a5163de07f2b846", userId: faker.string.uuid(),
      name: faker.internet.username() },
    responseElements: { userId: faker.string.uuid() }, requestID: faker.string.uuid(), eventID: faker.string.uuid(),
    readOnly: false, eventType: "AwsApiCall", managementEvent: true, recipientAccountId: "111122223333",
    eventCategory: "Management",
    tlsDetails: { tlsVersion: "TLSv1.3", cipherSuite: "TLS_AES_128_GCM_SHA256",
      clientProvidedHostHeader: "workmail.eu-west-1.amazonaws.com" },
  };
}

faker.seed(7);
const [directory, events, size] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
for (let first = 0; first < events; first += size) {
  const records = [];
  for (let number = first; number < Math.min(first + size, events); number++) {
    records.push(record(START + number * 1_000));
  }
  writeFileSync(join(directory, `${first}.json.gz`), gzipSync(JSON.stringify({ Records: records })));
}
const { version } = createRequire(import.meta.url)("@faker-js/faker/package.json");
console.log(`@faker-js/faker ${version}, Node ${process.versions.node}`);

//! The yardstick: the program one writes in an afternoon to get WorkMail log files.
//!
//! It shares no code with the generator it is compared with. One `serde_json::Value` per record,
//! its values from `fake`, `uuid` and `chrono`; a log file is serialised into one buffer, then
//! gzipped by `flate2` at its default level. It is written to be plain, not to be slow: sub-objects
//! are moved rather than cloned, and a file is compressed in one call.
//!
//! What it leaves out is what takes longer than an afternoon. Nothing is remembered from one record
//! to the next, so every call has a new caller, users are described who were never created, and an
//! access key id does not encode its account.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use fake::Fake as _;
use fake::faker::company::en::{Buzzword, Profession};
use fake::faker::filesystem::en::SemverStable;
use fake::faker::internet::en::{IPv4, UserAgent, Username};
use fake::faker::lorem::en::Word;
use flate2::Compression;
use flate2::write::GzEncoder;
use rand::seq::IndexedRandom as _;
use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";
const ORGANIZATION: &str = "m-8d2c4fb1a0e94b7c9a5163de07f2b846";
const DOMAIN: &str = "example.com";
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// 2026-03-02T08:00:00Z, a Monday: the first second of every trail.
const START: i64 = 1_772_438_400;

/// What one log file covers: CloudTrail delivers about every five minutes.
const SLOT_SECONDS: u64 = 300;

const ACTIONS: [&str; 22] = [
    "AssociateMemberToGroup",
    "CreateAlias",
    "CreateGroup",
    "CreateResource",
    "CreateUser",
    "DeleteAlias",
    "DeleteUser",
    "DeregisterFromWorkMail",
    "DescribeOrganization",
    "DescribeUser",
    "GetMailboxDetails",
    "GetRawMessageContent",
    "ListAliases",
    "ListGroupMembers",
    "ListMailboxPermissions",
    "ListOrganizations",
    "ListUsers",
    "PutAccessControlRule",
    "PutMailboxPermissions",
    "RegisterToWorkMail",
    "ResetPassword",
    "UpdateUser",
];

/// Where a call comes from; decides the user agent, the kind of access key and the session.
#[derive(Clone, Copy, PartialEq)]
enum Client {
    Console,
    Cli,
    Lambda,
}

/// One CloudTrail record of a random action that ended at `at`.
pub fn record(rng: &mut impl Rng, at: DateTime<Utc>) -> Value {
    let action = pick(rng, &ACTIONS);
    let client = client(rng, action);
    let service = if action == "GetRawMessageContent" { "workmailMessageFlow" } else { "workmail" };
    let identity = user_identity(rng, client, at);
    let error = error(rng, service, action, &identity);
    let (request, response) = if error.is_some() {
        (Value::Null, Value::Null)
    } else {
        (request_parameters(rng, action), response_elements(rng, action))
    };

    let mut record = json!({ "eventVersion": "1.11" });
    record["userIdentity"] = identity;
    record["eventTime"] = timestamp(at).into();
    record["eventSource"] = format!("{service}.amazonaws.com").into();
    record["eventName"] = action.into();
    record["awsRegion"] = REGION.into();
    record["sourceIPAddress"] = IPv4().fake_with_rng::<String, _>(rng).into();
    record["userAgent"] = user_agent(rng, client, action).into();
    if let Some((code, message)) = error {
        record["errorCode"] = code.into();
        record["errorMessage"] = message.into();
    }
    record["requestParameters"] = request;
    record["responseElements"] = response;
    record["requestID"] = uuid(rng).into();
    record["eventID"] = uuid(rng).into();
    record["readOnly"] = is_read_only(action).into();
    record["eventType"] = "AwsApiCall".into();
    record["managementEvent"] = true.into();
    record["recipientAccountId"] = ACCOUNT.into();
    record["eventCategory"] = "Management".into();
    record["tlsDetails"] = json!({
        "tlsVersion": "TLSv1.3",
        "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": format!("{}.{REGION}.amazonaws.com", service.to_lowercase()),
    });
    if client == Client::Console {
        record["sessionCredentialFromConsole"] = "true".into();
    }
    record
}

/// One gzipped log file, `{"Records":[…]}`, of the first five minutes of a trail.
pub fn log_file(rng: &mut impl Rng, records: usize) -> Vec<u8> {
    gzip(&document(rng, records, slot(0)))
}

/// Writes `events` records below `dir`, under keys like those of CloudTrail, one log file for
/// every five minutes. Returns the number of bytes before compression.
///
/// # Errors
///
/// When a directory or a file cannot be written.
pub fn write_trail(dir: &Path, events: usize, records_per_file: usize, seed: u64) -> io::Result<u64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let records_per_file = records_per_file.max(1);
    let mut raw_bytes = 0;
    for (file, first) in (0..events).step_by(records_per_file).enumerate() {
        let from = slot(file as u64);
        let document = document(&mut rng, records_per_file.min(events - first), from);
        raw_bytes += document.len() as u64;

        let path = dir.join(key(&mut rng, from));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, gzip(&document))?;
    }
    Ok(raw_bytes)
}

/// Each record is serialised and dropped while it is still in the cache. Collecting a `Vec<Value>`
/// first is as obvious, but costs a fifth of the rate.
fn document(rng: &mut impl Rng, records: usize, from: DateTime<Utc>) -> Vec<u8> {
    let mut document = b"{\"Records\":[".to_vec();
    for index in 0..records {
        if index > 0 {
            document.push(b',');
        }
        let seconds = index as u64 * SLOT_SECONDS / records as u64;
        let record = record(rng, from + Duration::from_secs(seconds));
        serde_json::to_writer(&mut document, &record).expect("a `Vec` takes every write");
    }
    document.extend_from_slice(b"]}");
    document
}

fn gzip(document: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(document).expect("a `Vec` takes every write");
    encoder.finish().expect("a `Vec` takes every write")
}

/// The start of the five minutes that log file number `file` covers.
fn slot(file: u64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(START) + Duration::from_secs(file * SLOT_SECONDS)
}

/// Named after the end of the slot, as CloudTrail does.
fn key(rng: &mut impl Rng, from: DateTime<Utc>) -> String {
    let end = from + Duration::from_secs(SLOT_SECONDS);
    let day = end.format("%Y/%m/%d");
    let minute = end.format("%Y%m%dT%H%MZ");
    let unique = letters(rng, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 16);
    format!("AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/{day}/{ACCOUNT}_CloudTrail_{REGION}_{minute}_{unique}.json.gz")
}

fn client(rng: &mut impl Rng, action: &str) -> Client {
    match action {
        "GetRawMessageContent" => Client::Lambda,
        _ => pick(rng, &[Client::Console, Client::Console, Client::Cli, Client::Cli, Client::Lambda]),
    }
}

fn user_identity(rng: &mut impl Rng, client: Client, at: DateTime<Utc>) -> Value {
    if client == Client::Lambda || rng.random_bool(0.25) {
        assumed_role(rng, client, at)
    } else {
        iam_user(rng, client, at)
    }
}

fn assumed_role(rng: &mut impl Rng, client: Client, at: DateTime<Utc>) -> Value {
    let team = Profession().fake_with_rng::<&str, _>(rng).replace(' ', "-");
    let suffix = if client == Client::Lambda { "function-role" } else { "admin" };
    let role = format!("{team}-{suffix}");
    let session: String = Username().fake_with_rng(rng);
    let role_id = unique_id(rng, "AROA", 17);
    json!({
        "type": "AssumedRole",
        "principalId": format!("{role_id}:{session}"),
        "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"),
        "accountId": ACCOUNT,
        "accessKeyId": unique_id(rng, "ASIA", 16),
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": role_id,
                "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"),
                "accountId": ACCOUNT,
                "userName": role,
            },
            "attributes": {
                "creationDate": session_start(rng, at),
                "mfaAuthenticated": "false",
            },
        },
    })
}

fn iam_user(rng: &mut impl Rng, client: Client, at: DateTime<Utc>) -> Value {
    let user: String = Username().fake_with_rng(rng);
    let key_kind = if client == Client::Console { "ASIA" } else { "AKIA" };
    let mut identity = json!({
        "type": "IAMUser",
        "principalId": unique_id(rng, "AIDA", 17),
        "arn": format!("arn:aws:iam::{ACCOUNT}:user/{user}"),
        "accountId": ACCOUNT,
        "accessKeyId": unique_id(rng, key_kind, 16),
        "userName": user,
    });
    if client == Client::Console {
        identity["sessionContext"] = json!({
            "attributes": {
                "creationDate": session_start(rng, at),
                "mfaAuthenticated": "true",
            },
        });
    }
    identity
}

fn user_agent(rng: &mut impl Rng, client: Client, action: &str) -> String {
    let version: String = SemverStable().fake_with_rng(rng);
    match client {
        Client::Console => UserAgent().fake_with_rng(rng),
        Client::Cli => format!(
            "aws-cli/{version} md/awscrt#0.28.4 ua/2.1 os/linux#6.1.0 md/arch#x86_64 \
             lang/python#3.13.9 md/pyimpl#CPython m/E,b,Z cfg/retry-mode#standard \
             md/command#workmail.{}",
            kebab(action)
        ),
        Client::Lambda => format!(
            "aws-sdk-js/{version} ua/2.1 os/linux#5.10.245 lang/js md/nodejs#20.20.2 \
             api/workmail#{version} exec-env/AWS_Lambda_nodejs20.x m/N,E,e"
        ),
    }
}

/// Four calls in a hundred fail, before their parameters are read.
fn error(rng: &mut impl Rng, service: &str, action: &str, identity: &Value) -> Option<(&'static str, String)> {
    match rng.random_range(0..100) {
        0 => Some(("ThrottlingException", "Rate exceeded".to_owned())),
        1..4 => {
            let caller = identity["arn"].as_str().unwrap_or_default();
            let permission = format!("{}:{action}", service.to_lowercase());
            let message = format!(
                "User: {caller} is not authorized to perform: {permission} \
                 because no identity-based policy allows the {permission} action"
            );
            Some(("AccessDenied", message))
        }
        _ => None,
    }
}

fn request_parameters(rng: &mut impl Rng, action: &str) -> Value {
    match action {
        "ListOrganizations" => Value::Null,
        "GetRawMessageContent" => json!({ "messageId": uuid(rng) }),
        "CreateUser" => json!({
            "name": Username().fake_with_rng::<String, _>(rng),
            "displayName": HIDDEN,
            "password": HIDDEN,
            "firstName": HIDDEN,
            "lastName": HIDDEN,
            "organizationId": ORGANIZATION,
        }),
        "UpdateUser" => json!({
            "organizationId": ORGANIZATION,
            "userId": uuid(rng),
            "displayName": HIDDEN,
            "jobTitle": HIDDEN,
            "department": HIDDEN,
        }),
        "ResetPassword" => json!({
            "organizationId": ORGANIZATION,
            "userId": uuid(rng),
            "password": HIDDEN,
        }),
        "DeleteUser" | "DescribeUser" | "GetMailboxDetails" => json!({
            "organizationId": ORGANIZATION,
            "userId": uuid(rng),
        }),
        "CreateGroup" => json!({
            "organizationId": ORGANIZATION,
            "name": Word().fake_with_rng::<&str, _>(rng),
        }),
        "CreateResource" => json!({
            "organizationId": ORGANIZATION,
            "name": Word().fake_with_rng::<&str, _>(rng),
            "type": pick(rng, &["ROOM", "EQUIPMENT"]),
        }),
        "AssociateMemberToGroup" => json!({
            "organizationId": ORGANIZATION,
            "groupId": uuid(rng),
            "memberId": uuid(rng),
        }),
        "ListGroupMembers" => json!({
            "organizationId": ORGANIZATION,
            "groupId": uuid(rng),
            "maxResults": rng.random_range(1..=100),
        }),
        "CreateAlias" | "DeleteAlias" => json!({
            "alias": email(rng),
            "organizationId": ORGANIZATION,
            "entityId": uuid(rng),
        }),
        "RegisterToWorkMail" => json!({
            "organizationId": ORGANIZATION,
            "entityId": uuid(rng),
            "email": email(rng),
        }),
        "PutMailboxPermissions" => json!({
            "organizationId": ORGANIZATION,
            "entityId": uuid(rng),
            "granteeId": uuid(rng),
            "permissionValues": [pick(rng, &["FULL_ACCESS", "SEND_AS", "SEND_ON_BEHALF"])],
        }),
        "PutAccessControlRule" => json!({
            "name": Word().fake_with_rng::<&str, _>(rng),
            "effect": pick(rng, &["ALLOW", "DENY"]),
            "description": Buzzword().fake_with_rng::<&str, _>(rng),
            "ipRanges": [format!("{}/32", IPv4().fake_with_rng::<String, _>(rng))],
            "actions": [pick(rng, &["ActiveSync", "AutoDiscover", "EWS", "IMAP", "SMTP", "WebMail"])],
            "organizationId": ORGANIZATION,
        }),
        "DeregisterFromWorkMail" | "ListAliases" | "ListMailboxPermissions" => json!({
            "organizationId": ORGANIZATION,
            "entityId": uuid(rng),
        }),
        _ => json!({ "organizationId": ORGANIZATION }),
    }
}

fn response_elements(rng: &mut impl Rng, action: &str) -> Value {
    match action {
        "CreateUser" => json!({ "userId": uuid(rng) }),
        "CreateGroup" => json!({ "groupId": uuid(rng) }),
        "CreateResource" => json!({ "resourceId": format!("r-{}", uuid(rng).replace('-', "")) }),
        _ => Value::Null,
    }
}

fn is_read_only(action: &str) -> bool {
    ["Describe", "Get", "List"].iter().any(|verb| action.starts_with(verb))
}

/// `CreateUser` becomes `create-user`, the command of the AWS CLI.
fn kebab(action: &str) -> String {
    let mut name = String::new();
    for letter in action.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

fn session_start(rng: &mut impl Rng, at: DateTime<Utc>) -> String {
    timestamp(at - Duration::from_secs(rng.random_range(60..6 * 3_600)))
}

fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn email(rng: &mut impl Rng) -> String {
    format!("{}@{DOMAIN}", Username().fake_with_rng::<String, _>(rng))
}

fn uuid(rng: &mut impl Rng) -> String {
    uuid::Builder::from_random_bytes(rng.random()).into_uuid().to_string()
}

/// An access key or principal id: the prefix says what it is.
fn unique_id(rng: &mut impl Rng, prefix: &str, length: usize) -> String {
    format!("{prefix}{}", letters(rng, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length))
}

fn letters(rng: &mut impl Rng, alphabet: &[u8], length: usize) -> String {
    (0..length).map(|_| char::from(pick(rng, alphabet))).collect()
}

fn pick<T: Copy>(rng: &mut impl Rng, choices: &[T]) -> T {
    *choices.choose(rng).expect("there is always a choice")
}

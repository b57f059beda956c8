//! What many careless clients and arbitrary bytes do to the endpoint: nothing.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::OnceLock;
use std::thread;

use mocktrail::serve::{Served, Server};
use proptest::prelude::*;

use super::raw::{get, request};
use super::{BUCKET, elements, start, trail};

const CLIENTS: usize = 8;
const ROUNDS: usize = 120;

/// Resident memory of this process in KiB.
#[cfg(target_os = "linux")]
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(not(target_os = "linux"))]
fn resident() -> u64 {
    0
}

/// One client, one round: a request that is read to its end, or broken off at some point.
fn visit(server: &Server, keys: &[String], client: usize, round: usize) {
    let path = format!("{BUCKET}/{}", keys[(client * 31 + round * 7) % keys.len()]);
    let whole = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut socket = TcpStream::connect(server.address()).unwrap();
    // The other side may close while it is written to.
    match round % 5 {
        0 => assert_eq!(get(server, &path).status, 200),
        1 => drop(socket.write_all(&whole.as_bytes()[..whole.len() / 2])),
        2 => {
            let _ = socket.write_all(whole.as_bytes());
            let _ = socket.read(&mut [0; 1]);
        }
        3 => drop(socket.write_all(whole.repeat(20).as_bytes())),
        _ => drop(socket.write_all(format!("GET {BUCKET}?list-type=2 HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())),
    }
}

/// A thousand visits, most of which are broken off: the endpoint answers as before, in the memory that it had.
#[test]
fn clients_that_hang_up_leave_nothing_behind() {
    let server = start(Served::scenario(trail(3_000), None, 4 << 20).unwrap(), true);
    let list = || elements(&get(&server, &format!("{BUCKET}?list-type=2")).text(), "Key");
    let keys = list();
    let crowd = || {
        thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (server, keys) = (&server, &keys);
                scope.spawn(move || (0..ROUNDS).for_each(|round| visit(server, keys, client, round)));
            }
        });
    };
    crowd();
    let before = resident();
    crowd();
    assert_eq!(list(), keys);
    let more = resident().saturating_sub(before);
    assert!(more < 64 << 10, "{more} KiB more after the second crowd");
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| start(Served::scenario(trail(200), None, 1 << 20).unwrap(), true))
}

/// A JSON value that looks a little like what the calls take.
fn input() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "LookupAttributes",
        "AttributeKey",
        "AttributeValue",
        "StartTime",
        "EndTime",
        "MaxResults",
        "NextToken",
        "Name",
        "trailNameList",
        "EventName",
        "",
    ]);
    let leaf = prop_oneof![
        any::<f64>()
            .prop_filter("JSON has no others", |number| number.is_finite())
            .prop_map(|number| number.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        "\\PC{0,12}".prop_map(|text| serde_json::json!(text).to_string()),
        Just("null".to_owned()),
        Just("\"2026-03-02T09:00:00Z\"".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((names.clone(), inner), 0..4).prop_map(|members| {
                let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever a call is given, it is answered, and a fault is the caller's.
    #[test]
    fn no_input_of_a_call_is_a_fault_of_ours(
        operation in prop::sample::select(vec![
            "LookupEvents", "DescribeTrails", "ListTrails", "GetTrail", "GetTrailStatus", "ListPublicKeys",
        ]),
        input in prop_oneof![input(), "\\PC{0,40}"],
    ) {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: CloudTrail_20131101.{operation}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{input}",
            input.len()
        );
        let answer = request(server(), head.as_bytes());
        prop_assert!([200, 400, 404].contains(&answer.status), "{}: {}", answer.status, answer.text());
        prop_assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok(), "{}", answer.text());
    }

    /// Whatever a listing is asked for, it is answered, and a fault is the caller's.
    #[test]
    fn no_query_of_a_listing_is_a_fault_of_ours(
        query in prop::collection::vec((
            prop::sample::select(vec![
                "prefix", "marker", "start-after", "continuation-token", "delimiter", "max-keys", "list-type",
                "encoding-type",
            ]),
            prop_oneof!["[!-~&&[^&#% ]]{0,20}", "[0-9]{1,22}", Just("AWSLogs/111122223333/CloudTrail/".to_owned())],
        ), 0..5),
    ) {
        let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = get(server(), &format!("{BUCKET}?{}", query.join("&")));
        prop_assert!([200, 400, 501].contains(&answer.status), "{}: {}", answer.status, answer.text());
    }
}

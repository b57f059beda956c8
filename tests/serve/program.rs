//! The program: what it prints, and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mocktrail");

fn serve(arguments: &[&str]) -> Child {
    let command = &mut Command::new(PROGRAM);
    command.arg("serve").args(arguments).env_remove("MOCKTRAIL_SECRET_KEY");
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn interrupt(child: Child) -> (Option<i32>, String) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// One line for programs; a line for every answer; Ctrl-C ends it without a word.
#[test]
fn it_says_where_it_is_serves_and_ends() {
    let place = tempfile::tempdir().unwrap();
    let scenario = place.path().join("scenario.toml");
    std::fs::write(&scenario, "[trail]\nbucket = \"audit-lab\"\n[[account]]\nregions = [\"eu-west-1\"]\n").unwrap();
    let mut child = serve(&[scenario.to_str().unwrap(), "--listen", "127.0.0.1:0", "--json", "-v", "--anonymous"]);
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let told: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&told["bucket"], &told["region"]), (&"audit-lab".into(), &"eu-west-1".into()));
    assert_eq!(told["accessKeyId"], "AKIAIOSFODNN7EXAMPLE");
    let mut socket = TcpStream::connect(told["address"].as_str().unwrap().strip_prefix("http://").unwrap()).unwrap();
    socket.write_all(b"GET /audit-lab?location HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("eu-west-1</LocationConstraint>"), "{answer}");
    let (code, log) = interrupt(child);
    assert_eq!(code, Some(0));
    assert!(log.lines().count() == 1 && log.contains(" GET /audit-lab?location 200 "), "{log}");
}

/// Lines for a shell; the user's own secret is not among them.
#[test]
fn it_prints_lines_for_a_shell() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().to_str().unwrap();
    for (arguments, secret) in [
        (&[][..], "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        (
            &["--access-key", "MINE", "--secret-key", "own-secret"][..],
            "export AWS_SECRET_ACCESS_KEY=# the one you gave",
        ),
    ] {
        let mut child = serve(&[&[path, "--listen", "127.0.0.1:0"], arguments].concat());
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
        let lines: Vec<String> = lines.take(7).collect();
        assert!(lines[1].starts_with("export AWS_ENDPOINT_URL=http://127.0.0.1:"), "{lines:?}");
        assert!(lines.iter().any(|line| line == secret) && !lines.concat().contains("own-secret"), "{lines:?}");
        assert_eq!(lines[6], "# aws s3 ls --recursive s3://amzn-s3-demo-bucket");
        assert_eq!(interrupt(child), (Some(0), String::new()));
    }
}

/// What cannot be served, and an address that is taken.
#[test]
fn what_cannot_be_served_is_said() {
    let place = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (path, listen, code, error) in [
        (
            "no/such/place",
            "127.0.0.1:0",
            2,
            "error: cannot read `no/such/place`: no such file or directory (os error 2)",
        ),
        (place.path().to_str().unwrap(), &address, 3, &format!("error: cannot listen at `{address}`: ")),
    ] {
        let output = serve(&[path, "--listen", listen]).wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(code) && err.starts_with(error), "{err}");
    }
}

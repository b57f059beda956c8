//! The programs in other languages, with what they need from their registries.
//!
//! Not here, since no registry has them in a usable form: lading's payloads (crates.io has lading as a program, in an
//! old version, and not the crate that makes its payloads) and Elastic's corpus generator.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::measure::process::run;
use super::{Peer, RECORDS};

/// All that can be had here, and why others cannot.
pub(super) fn all(place: &Path) -> Vec<Result<Peer, String>> {
    vec![stdlib(place), faker(place), faker_js(place)]
}

fn stdlib(place: &Path) -> Result<Peer, String> {
    let script = copy(place, "stdlib.py", include_str!("stdlib.py"))?;
    peer("Python without packages", move || command("python3", &script))
}

fn faker(place: &Path) -> Result<Peer, String> {
    let name = "Python with Faker";
    copy(place, "stdlib.py", include_str!("stdlib.py"))?;
    let script = copy(place, "with_faker.py", include_str!("with_faker.py"))?;
    let packages = place.join("packages");
    let mut pip = Command::new("python3");
    let pip = pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "faker", "--target"]);
    install(name, pip.arg(&packages))?;
    peer(name, move || {
        let mut command = command("python3", &script);
        command.env("PYTHONPATH", &packages);
        command
    })
}

fn faker_js(place: &Path) -> Result<Peer, String> {
    let name = "Node with @faker-js/faker";
    let script = copy(place, "with_faker.mjs", include_str!("with_faker.mjs"))?;
    let mut npm = Command::new("npm");
    let npm = npm.args(["install", "--silent", "--no-audit", "--no-fund", "@faker-js/faker", "--prefix"]).arg(place);
    install(name, npm)?;
    peer(name, move || command("node", &script))
}

fn copy(place: &Path, name: &str, text: &str) -> Result<PathBuf, String> {
    let path = place.join(name);
    std::fs::write(&path, text).map_err(|error| error.to_string())?;
    Ok(path)
}

fn command(program: &str, script: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg(script);
    command
}

fn install(name: &str, command: &mut Command) -> Result<(), String> {
    run(command).map(drop).map_err(|reason| left_out(name, &reason))
}

/// Tries the program with one event; it says which versions it runs with.
fn peer(name: &str, command: impl Fn() -> Command + 'static) -> Result<Peer, String> {
    let write = move |events: u64, dir: &Path| run(command().arg(dir).args([events.to_string(), RECORDS.to_string()]));
    let dir = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (_, versions) = write(1, dir.path()).map_err(|reason| left_out(name, &reason))?;
    Ok(Peer {
        name: format!("{name} ({versions})"),
        write: Box::new(move |events, dir| write(events, dir).map(|(cost, _)| cost.cpu)),
    })
}

/// One line, whatever was said.
fn left_out(name: &str, reason: &str) -> String {
    format!("{name}: {}", reason.lines().last().unwrap_or("failed").trim())
}

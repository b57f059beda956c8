//! Where, when and with what a table was made, so that it can stand alone.

use std::process::Command;

/// Three lines above a table: machine, versions, command.
pub fn heading(command: &str) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let rustc = Command::new("rustc").arg("--version").output().ok();
    let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    format!(
        "machine: {}, {cores} cores, {} {}\nversion: mocktrail {}, {}\ncommand: {command}",
        processor().unwrap_or_else(|| "unknown processor".into()),
        std::env::consts::OS,
        std::env::consts::ARCH,
        env!("CARGO_PKG_VERSION"),
        rustc.unwrap_or_else(|| "unknown rustc".into()),
    )
}

/// The processor's name, where the system tells it.
fn processor() -> Option<String> {
    if let Ok(text) = std::fs::read_to_string("/proc/cpuinfo") {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        return Some(line.split_once(": ")?.1.to_owned());
    }
    let output = Command::new("sysctl").args(["-n", "machdep.cpu.brand_string"]).output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

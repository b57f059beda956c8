//! The scripts in `deploy/slurm`, run by Slurm: one node, started here with files and ports of its own.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::processes::{SCENARIO, mocktrail, succeed};
use crate::{assert_same, files};

/// A cluster of one node; ends when it is dropped.
struct Cluster {
    place: PathBuf,
    daemons: Vec<Child>,
}

/// The configuration of a node that trusts everyone, tells nobody, and needs neither munge nor cgroups.
const CONFIGURATION: &str = "ClusterName=mocktrail
SlurmctldHost=HOST(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
SlurmctldPort=PORT-1
SlurmdPort=PORT-2
StateSaveLocation=PLACE/state
SlurmdSpoolDir=PLACE/spool
SlurmctldPidFile=PLACE/slurmctld.pid
SlurmdPidFile=PLACE/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=1,sched_interval=1
MpiDefault=none
NodeName=HOST NodeAddr=127.0.0.1 CPUs=2
PartitionName=all Nodes=ALL Default=YES State=UP
";

impl Cluster {
    /// Starts the daemons; nothing where Slurm is not installed, or may not be started by this user.
    fn start(place: &Path) -> Option<Self> {
        let is_there = |program: &str| {
            Command::new(program).arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
        };
        let is_root = said(Command::new("id").arg("-u")) == "0";
        if !is_root || !["slurmctld", "slurmd", "sbatch"].into_iter().all(is_there) {
            return None;
        }
        let host = said(&mut Command::new("hostname"));
        let free = [0; 2].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = free.map(|listener| listener.local_addr().unwrap().port().to_string());
        let text = CONFIGURATION.replace("HOST", &host).replace("PLACE", place.to_str().unwrap());
        let text = text.replace("PORT-1", &ports[0]).replace("PORT-2", &ports[1]);
        fs::write(place.join("slurm.conf"), text).unwrap();
        for folder in ["state", "spool"] {
            fs::create_dir(place.join(folder)).unwrap();
        }
        let mut cluster = Self { place: place.to_owned(), daemons: Vec::new() };
        for (name, arguments) in [("slurmctld", &["-D"][..]), ("slurmd", &["-D", "-N", &host])] {
            let log = fs::File::create(place.join(format!("{name}.log"))).unwrap();
            let mut daemon = cluster.command(name);
            daemon.args(arguments).stdout(Stdio::null()).stderr(log);
            cluster.daemons.push(daemon.spawn().unwrap());
        }
        Some(cluster)
    }

    /// A program of Slurm's that speaks to this cluster, and finds ours.
    fn command(&self, program: &str) -> Command {
        let ours = Path::new(env!("CARGO_BIN_EXE_mocktrail")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new(program);
        command.env("SLURM_CONF", self.place.join("slurm.conf"));
        command.env("PATH", format!("{}:{path}", ours.display())).current_dir(&self.place);
        command
    }

    /// Waits until it is so, for a minute at most.
    fn wait_until(&self, what: &str, is_so: impl Fn() -> bool) {
        for _ in 0..600 {
            if is_so() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let logs = ["slurmctld.log", "slurmd.log"].map(|log| fs::read_to_string(self.place.join(log)).unwrap());
        panic!("{what} has not come; {}\n{}", said(&mut self.command("squeue")), logs.join("\n"));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for daemon in &mut self.daemons {
            // They end in order when asked to, and leave nothing behind.
            let _ = Command::new("kill").arg(daemon.id().to_string()).status();
            let _ = daemon.wait();
        }
    }
}

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
#[expect(clippy::print_stderr, reason = "it says why it is skipped")]
fn an_array_of_slurm_makes_the_trail_of_one_run() {
    let place = tempfile::tempdir().unwrap();
    let Some(cluster) = Cluster::start(place.path()) else {
        eprintln!("skipped: Slurm is not installed, or cannot be started by this user");
        return;
    };
    cluster.wait_until("the node", || said(cluster.command("sinfo").args(["-h", "-o", "%T"])).starts_with("idle"));
    fs::write(place.path().join("scenario.toml"), SCENARIO).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/slurm/submit.sh");
    let submitted = cluster.command(script.to_str().unwrap()).args(["5", "scenario.toml", "many"]).output().unwrap();
    assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
    succeed(mocktrail(place.path(), &["generate", "scenario.toml", "--to", "one"]).spawn().unwrap());
    let manifest = place.path().join("many/.mocktrail/manifest.jsonl");
    cluster.wait_until("the manifest", || manifest.exists());
    assert_same(&files(&place.path().join("many")), &files(&place.path().join("one")));
    let shards = fs::read_dir(place.path().join("many/.mocktrail")).unwrap();
    let shards = shards.filter(|entry| entry.as_ref().unwrap().file_name().to_str().unwrap().ends_with("-of-5.jsonl"));
    assert_eq!(shards.count(), 5);
}

//! `mocktrail serve`: a trail as an S3 bucket on this machine, until Ctrl-C.

use super::args::Serve;
use super::console::Console;
use super::exit::Exit;
use super::failure::Failure;

#[cfg(not(feature = "serve"))]
pub(crate) fn run(_: &Serve, _: &mut Console) -> Result<Exit, Failure> {
    Err(Failure::NoServe)
}

#[cfg(feature = "serve")]
pub(crate) use with_server::run;

#[cfg(feature = "serve")]
mod with_server {
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::Ordering;
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;
    use std::time::Duration;

    use serde_json::json;

    use super::{Console, Exit, Failure, Serve};
    use crate::cli::generate::signing_key;
    use crate::cli::{interrupt, request};
    use crate::clock::Time;
    use crate::scenario::Scenario;
    use crate::serve::{Keys, Options, Served, Server};
    use crate::trail::Trail;

    pub(crate) fn run(args: &Serve, console: &mut Console) -> Result<Exit, Failure> {
        let stop = interrupt::watch();
        let served = served(args, console)?;
        let words = Words { bucket: served.bucket().into(), region: served.region().into(), arn: served.trail_arn() };
        if !args.listen.ip().is_loopback() {
            console.say(&format!("warning: `{}` can be reached from other machines", args.listen.ip()));
        }
        let (log, lines) = channel();
        let log = args.verbose.then_some(log);
        let endpoint = Server::start(served, Options { listen: args.listen, keys: keys(args), now: Time::now, log })?;
        words.print(args, &format!("http://{}", endpoint.address()), console)?;
        while !stop.load(Ordering::Relaxed) {
            show(&lines, console);
        }
        endpoint.stop();
        Ok(Exit::Done)
    }

    /// Shows what is in the log, and waits a moment for more.
    fn show(lines: &Receiver<String>, console: &mut Console) {
        const MOMENT: Duration = Duration::from_millis(50);
        match lines.recv_timeout(MOMENT) {
            Ok(line) => console.say(&line),
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
            // Nobody writes a log.
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => thread::sleep(MOMENT),
        }
    }

    fn served(args: &Serve, console: &mut Console) -> Result<Served, Failure> {
        if args.path.is_dir() {
            return Ok(Served::directory(&args.path, scenario_beside(&args.path, console).as_ref())?);
        }
        let plan = request::of_file(&args.path)?;
        let key = signing_key(&plan.scenario)?;
        Ok(Served::scenario(Trail::new(Arc::new(plan)), key.as_deref(), args.cache)?)
    }

    /// The scenario beside a trail. A trail can be served without it, under default names.
    fn scenario_beside(directory: &Path, console: &mut Console) -> Option<Scenario> {
        let path = directory.join(".mocktrail").join("scenario.toml");
        if !path.exists() {
            return None;
        }
        match request::of_file(&path) {
            Ok(plan) => Some(plan.scenario),
            Err(failure) => {
                console.say(&format!("warning: default names are used, because of this: {failure}"));
                None
            }
        }
    }

    fn keys(args: &Serve) -> Keys {
        let keys = Keys { anonymous: args.anonymous, ..Keys::default() };
        match (&args.access_key, &args.secret_key) {
            (Some(access_key), Some(secret_key)) => {
                Keys { access_key: access_key.clone(), secret_key: secret_key.clone(), ..keys }
            }
            _ => keys,
        }
    }

    /// What the user is told.
    struct Words {
        bucket: String,
        region: String,
        arn: String,
    }

    impl Words {
        fn print(&self, args: &Serve, url: &str, console: &mut Console) -> Result<(), Failure> {
            let keys = keys(args);
            // The user's own secret is the user's.
            let secret = args.secret_key.is_none().then_some(keys.secret_key);
            let text = match args.json {
                true => json!({
                    "address": url,
                    "bucket": self.bucket,
                    "region": self.region,
                    "trailArn": self.arn,
                    "accessKeyId": keys.access_key,
                    "secretAccessKey": secret,
                })
                .to_string(),
                false => self.lines(url, &keys.access_key, secret.as_deref(), &args.path),
            };
            writeln!(console.out, "{text}")?;
            Ok(console.out.flush()?)
        }

        /// Lines for a shell, which takes the first and the last as comments.
        fn lines(&self, url: &str, access_key: &str, secret: Option<&str>, path: &Path) -> String {
            let Self { bucket, region, .. } = self;
            let secret = secret.unwrap_or("# the one you gave");
            format!(
                "# s3://{bucket} at {url}, from `{}`; Ctrl-C ends it\n\
                 export AWS_ENDPOINT_URL={url}\n\
                 export AWS_ACCESS_KEY_ID={access_key}\n\
                 export AWS_SECRET_ACCESS_KEY={secret}\n\
                 export AWS_REGION={region} AWS_DEFAULT_REGION={region}\n\
                 export AWS_EC2_METADATA_DISABLED=true\n\
                 # aws s3 ls --recursive s3://{bucket}",
                path.display()
            )
        }
    }
}

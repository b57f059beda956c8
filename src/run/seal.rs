//! The digests of a stream, made when all its log files are delivered.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::Stop;
use crate::delivery::{self, Delivered, Destination};
use crate::trail::{Chain, ChainState, Digest, Digests, LogLine, ObjectLine, Place};

/// So many digests are under way before the next is made.
const AHEAD: usize = 256;

/// Why digests could not be made or delivered.
pub(super) enum Unsealed {
    /// The destination failed.
    Delivery(delivery::Error),
    /// What the manifest says of the log files cannot be read back.
    Spool(io::Error),
}

/// Makes and delivers the digests of the stream that lies there; `log_files` are the lines of the manifest about its log files.
/// `done` is told of every digest, in the order of keys. False when it was to stop before all of them were made.
pub(super) fn seal(
    digests: &Digests,
    place: Place<'_>,
    log_files: impl Read,
    destination: &dyn Destination,
    stop: &Stop,
    done: &mut dyn FnMut(&ObjectLine, Delivered),
) -> Result<bool, Unsealed> {
    let mut sealing = Sealing::new(destination, done);
    let mut state = ChainState::default();
    let mut chain = Chain::new(digests, place, &mut state);
    for line in BufReader::new(log_files).lines() {
        if stop.load(Ordering::Relaxed) {
            return sealing.settle().map(|()| false);
        }
        let line = line.map_err(Unsealed::Spool)?;
        let line: LogLine = serde_json::from_str(&line).map_err(|error| Unsealed::Spool(error.into()))?;
        if let Some(listed) = line.listed() {
            sealing.deliver(chain.take(listed))?;
        }
    }
    sealing.deliver(chain.finish())?;
    sealing.settle().map(|()| true)
}

/// Digests under way.
struct Sealing<'a> {
    destination: &'a dyn Destination,
    done: &'a mut dyn FnMut(&ObjectLine, Delivered),
    lines: Vec<ObjectLine>,
    send: Sender<(usize, Result<Delivered, delivery::Error>)>,
    receive: Receiver<(usize, Result<Delivered, delivery::Error>)>,
}

impl<'a> Sealing<'a> {
    fn new(destination: &'a dyn Destination, done: &'a mut dyn FnMut(&ObjectLine, Delivered)) -> Self {
        let (send, receive) = channel();
        Self { destination, done, lines: Vec::new(), send, receive }
    }

    fn deliver(&mut self, digests: Vec<Digest>) -> Result<(), Unsealed> {
        for digest in digests {
            let index = self.lines.len();
            self.lines.push(ObjectLine::of_digest(&digest));
            let send = self.send.clone();
            // Who waits for the fates may have given up after a failure.
            let report = move |fate| drop(send.send((index, fate)));
            self.destination.put(digest.object, Box::new(report));
            if self.lines.len() == AHEAD {
                self.settle()?;
            }
        }
        Ok(())
    }

    /// Waits for all that is under way.
    fn settle(&mut self) -> Result<(), Unsealed> {
        let mut fates = vec![None; self.lines.len()];
        for _ in 0..self.lines.len() {
            let (index, fate) = self.receive.recv().expect("every delivery reports once");
            fates[index] = Some(fate.map_err(Unsealed::Delivery)?);
        }
        for (line, fate) in self.lines.drain(..).zip(fates) {
            (self.done)(&line, fate.expect("every delivery reported"));
        }
        Ok(())
    }
}

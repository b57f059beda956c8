//! Queues and topics: SQS and SNS, reached as buckets are.

use aws_config::{Region, SdkConfig};
use aws_sdk_sns::types::PublishBatchRequestEntry;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use tokio::runtime::Runtime;

use super::S3Options;
use super::connect::{self, loader};
use super::failure::chain;
use crate::delivery::Error;
use crate::delivery::notify::{Channel, Fault, Message};

/// An SQS queue.
#[derive(Debug)]
pub struct Queue {
    url: String,
    client: aws_sdk_sqs::Client,
    runtime: Runtime,
}

/// An SNS topic.
#[derive(Debug)]
pub struct Topic {
    arn: String,
    client: aws_sdk_sns::Client,
    runtime: Runtime,
}

impl Queue {
    /// The queue at a URL; its host is the one that is asked. `options` say who asks.
    ///
    /// # Errors
    /// The system gives no threads.
    pub fn connect(url: &str, options: &S3Options) -> Result<Self, Error> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
        let host = rest.split('/').next().unwrap_or_default();
        let of_host = host.strip_prefix("sqs.").and_then(|rest| rest.split('.').next());
        let region = of_host.filter(|_| host.contains(".amazonaws.com"));
        let options = S3Options {
            endpoint_url: Some(format!("{scheme}://{host}")),
            region: region.map(str::to_owned).or(options.region.clone()),
            ..options.clone()
        };
        let (runtime, config) = start(&options)?;
        Ok(Self { url: url.to_owned(), client: aws_sdk_sqs::Client::new(&config), runtime })
    }
}

impl Topic {
    /// The topic with an ARN. `options` say who asks, and whom when that is not AWS.
    ///
    /// # Errors
    /// [`Error::Endpoint`] for an endpoint that names no server; the system gives no threads.
    pub fn connect(arn: &str, options: &S3Options) -> Result<Self, Error> {
        let region = arn.split(':').nth(3).filter(|region| !region.is_empty());
        let options = S3Options { region: region.map(str::to_owned), ..options.clone() };
        let (runtime, config) = start(&options)?;
        Ok(Self { arn: arn.to_owned(), client: aws_sdk_sns::Client::new(&config), runtime })
    }
}

fn start(options: &S3Options) -> Result<(Runtime, SdkConfig), Error> {
    connect::check_endpoint(options)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| Error::Threads { cause })?;
    let config = runtime.block_on(async {
        let region: Region = connect::region(options).await;
        let credentials = connect::credentials(options, &region).await;
        loader(options, region, credentials).load().await
    });
    Ok((runtime, config))
}

impl Channel for Queue {
    fn name(&self) -> String {
        format!("sqs:{}", self.url)
    }

    fn send(&mut self, batch: &[Message]) -> Vec<Option<Fault>> {
        let entry = |(number, message): (usize, &Message)| {
            let entry = SendMessageBatchRequestEntry::builder().id(number.to_string()).message_body(&message.body);
            entry.build().expect("an entry has an id and a body")
        };
        let entries = batch.iter().enumerate().map(entry).collect();
        let request = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
        match self.runtime.block_on(request.send()) {
            Ok(answer) => faults(
                batch.len(),
                answer.successful.iter().map(|taken| taken.id.as_str()),
                answer.failed.iter().map(|failed| (failed.id.as_str(), failed.code.as_str(), failed.sender_fault)),
            ),
            Err(error) => {
                let status = error.raw_response().map(|answer| answer.status().as_u16());
                vec![Some(fault(status, chain(&error), &error.to_string())); batch.len()]
            }
        }
    }
}

impl Channel for Topic {
    fn name(&self) -> String {
        format!("sns:{}", self.arn)
    }

    fn is_topic(&self) -> bool {
        true
    }

    fn send(&mut self, batch: &[Message]) -> Vec<Option<Fault>> {
        let entry = |(number, message): (usize, &Message)| {
            let entry = PublishBatchRequestEntry::builder().id(number.to_string()).message(&message.body);
            let entry = entry.set_subject(message.subject.map(str::to_owned));
            entry.build().expect("an entry has an id and a message")
        };
        let entries = batch.iter().enumerate().map(entry).collect();
        let request = self.client.publish_batch().topic_arn(&self.arn).set_publish_batch_request_entries(Some(entries));
        match self.runtime.block_on(request.send()) {
            Ok(answer) => {
                let taken = answer.successful().iter().filter_map(|taken| taken.id());
                let failed = answer
                    .failed()
                    .iter()
                    .map(|failed| (failed.id.as_str(), failed.code.as_str(), failed.sender_fault));
                faults(batch.len(), taken, failed)
            }
            Err(error) => {
                let status = error.raw_response().map(|answer| answer.status().as_u16());
                vec![Some(fault(status, chain(&error), &error.to_string())); batch.len()]
            }
        }
    }
}

/// What an answer says of each message; one that it does not mention was not taken.
fn faults<'a>(
    number: usize,
    taken: impl Iterator<Item = &'a str>,
    failed: impl Iterator<Item = (&'a str, &'a str, bool)>,
) -> Vec<Option<Fault>> {
    let unsaid = Fault { what: "the answer does not mention it".to_owned(), is_final: false };
    let mut faults = vec![Some(unsaid); number];
    let mut set = |id: &str, fault| {
        if let Some(place) = id.parse().ok().and_then(|place: usize| faults.get_mut(place)) {
            *place = fault;
        }
    };
    taken.for_each(|id| set(id, None));
    failed.for_each(|(id, code, is_final)| set(id, Some(Fault { what: code.to_owned(), is_final })));
    faults
}

/// A request that failed as a whole. Refusals stay refusals; throttling, failures of the server and of the line pass.
fn fault(status: Option<u16>, causes: String, error: &str) -> Fault {
    let what = if causes.is_empty() { error.to_owned() } else { causes };
    let is_throttled = status == Some(429) || what.contains("Throttl");
    Fault { is_final: matches!(status, Some(400..=499)) && !is_throttled, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_apart_by_message() {
        let found = faults(
            4,
            ["0", "9"].into_iter(),
            [("2", "InternalError", false), ("3", "InvalidMessageContents", true)].into_iter(),
        );
        let summary: Vec<_> =
            found.iter().map(|fault| fault.as_ref().map(|fault| (fault.what.as_str(), fault.is_final))).collect();
        assert_eq!(
            summary,
            [
                None,
                Some(("the answer does not mention it", false)),
                Some(("InternalError", false)),
                Some(("InvalidMessageContents", true)),
            ]
        );
        let of = |status, causes: &str| fault(status, causes.to_owned(), "service error");
        assert!(!of(None, "").is_final && !of(Some(503), "").is_final && !of(Some(429), "").is_final);
        assert!(of(Some(403), "AccessDenied").is_final && !of(Some(400), "ThrottlingException").is_final);
        assert_eq!(of(None, "").what, "service error");
    }
}

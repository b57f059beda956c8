//! Connections: accepted, limited, answered, and ended in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::HeaderValue;
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use s3s::service::S3Service;
use s3s::{Body, HttpError};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::hex::hex;
use crate::seed::Seed;
use crate::serve::cloudtrail::{CloudTrail, Fault};
use crate::serve::keys::Keys;
use crate::serve::patient::Patient;
use crate::serve::signature::{self, Refusal};

/// So many connections are served at once; more wait to be accepted. Systems allow a process 1 024 open files, some of
/// which are those of the trail.
const CONNECTIONS: usize = 800;

/// A request's header, and the next request of a connection, must come within this time.
const HEADER: Duration = Duration::from_secs(15);

/// The body of a JSON call must come within this time, and a reader must take something within it.
const BODY: Duration = Duration::from_secs(30);

/// The longest body of a JSON call.
const JSON: usize = 64 << 10;

/// What is under way when the server ends has this long.
const GRACE: Duration = Duration::from_secs(5);

/// Answers requests of both kinds.
pub(crate) struct Endpoint {
    pub(crate) s3: S3Service,
    pub(crate) cloudtrail: Arc<CloudTrail>,
    pub(crate) keys: Keys,
    /// Told of every answer.
    pub(crate) log: Option<super::Log>,
    /// Requests so far.
    pub(crate) requests: AtomicU64,
}

/// Serves a listener until it is told to stop.
pub(crate) async fn serve(listener: TcpListener, endpoint: Arc<Endpoint>, mut stop: watch::Receiver<bool>) {
    let (graceful, room) = (GracefulShutdown::new(), Arc::new(Semaphore::new(CONNECTIONS)));
    loop {
        let next = async {
            let permit = Arc::clone(&room).acquire_owned().await.expect("nobody closes it");
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            _ = stop.changed() => break,
            next = next => next,
        };
        // Too many open files, most likely: others will close theirs.
        let Ok((socket, peer)) = accepted else {
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let connection = connection(socket, peer.to_string(), Arc::clone(&endpoint));
        let watched = graceful.watch(connection);
        // A connection that breaks, or a panic in it, ends that connection and nothing else.
        tokio::spawn(async move {
            let _ = watched.await;
            drop(permit);
        });
    }
    drop(listener);
    let _ = timeout(GRACE, graceful.shutdown()).await;
}

fn connection(
    socket: TcpStream,
    peer: String,
    endpoint: Arc<Endpoint>,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    // Answers are written whole; without this the last part of one may wait for the reader.
    let _ = socket.set_nodelay(true);
    let service = service_fn(move |request| {
        let (endpoint, peer) = (Arc::clone(&endpoint), peer.clone());
        async move { endpoint.answer(request, &peer).await }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER);
    builder.serve_connection(TokioIo::new(Patient::new(socket, BODY)), service)
}

impl Endpoint {
    async fn answer(&self, request: Request<Incoming>, peer: &str) -> Result<Response<Body>, HttpError> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let target =
            request.headers().get("x-amz-target").map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let what = target
            .clone()
            .map_or_else(|| format!("{} {}", request.method(), request.uri()), |target| format!("POST {target}"));
        let mut response = match target {
            Some(target) => self.answer_json(request, &target).await,
            None => self.s3.call(request.map(Body::from)).await?,
        };
        let id = hex(&Seed(number).key("request").draw().to_be_bytes()).to_uppercase();
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-amz-request-id", id);
        }
        if let Some(log) = &self.log {
            let length = response.body().size_hint().exact().map_or_else(|| "-".into(), |length| length.to_string());
            // Whoever reads the log may have gone away.
            let _ = log.send(format!("{peer} {what} {} {length}", response.status().as_u16()));
        }
        Ok(response)
    }

    async fn answer_json(&self, request: Request<Incoming>, target: &str) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let answer = match timeout(BODY, Limited::new(body, JSON).collect()).await {
            Ok(Ok(body)) => self.call(&parts, &body.to_bytes(), target).await,
            Ok(Err(_)) => Err(fault(413, "RequestEntityTooLargeException", "the request is too large or broke off")),
            Err(_) => Err(fault(408, "RequestTimeoutException", "the request did not arrive in time")),
        };
        match answer {
            Ok(answer) => respond(StatusCode::OK, &answer),
            Err(Fault { status, kind, message }) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                respond(status, &json!({ "__type": kind, "message": message }))
            }
        }
    }

    async fn call(&self, parts: &Parts, body: &[u8], target: &str) -> Result<Value, Fault> {
        let scope = signature::verify(parts, body, &self.keys).map_err(refuse)?;
        let input = match body {
            [] => json!({}),
            body => serde_json::from_slice(body)
                .map_err(|error| fault(400, "SerializationException", &format!("the request is no JSON: {error}")))?,
        };
        let (cloudtrail, target) = (Arc::clone(&self.cloudtrail), target.to_owned());
        let answer = tokio::task::spawn_blocking(move || {
            let region = scope.map_or_else(|| cloudtrail.trail.home_region.clone(), |scope| scope.region);
            cloudtrail.answer(&target, &input, &region)
        });
        answer.await.unwrap_or_else(|panic| Err(Fault::internal(&panic)))
    }
}

fn respond(status: StatusCode, document: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/x-amz-json-1.1");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
    response
}

fn fault(status: u16, kind: &'static str, message: &str) -> Fault {
    Fault { status, kind, message: message.to_owned() }
}

fn refuse(refusal: Refusal) -> Fault {
    match refusal {
        Refusal::Missing => fault(403, "MissingAuthenticationToken", "Missing Authentication Token"),
        Refusal::Incomplete => {
            fault(400, "IncompleteSignature", "the request's signature is not of version 4, or not whole")
        }
        Refusal::UnknownKey => {
            fault(403, "UnrecognizedClientException", "The security token included in the request is invalid.")
        }
        Refusal::Mismatch => fault(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
             Key and signing method.",
        ),
    }
}

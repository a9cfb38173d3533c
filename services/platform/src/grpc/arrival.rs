//! The arrival stamp.
//!
//! A request for which it matters when it arrived is read whole before anything else is done with
//! it, and the moment its last byte came is noted: ahead of authentication, limits and
//! decoding, so that load can delay it but not make it late. Complete requests wait in a queue of
//! their own, bounded in bytes. When the queue is full no further body is read, so that only
//! incomplete requests are ever turned away.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use http::Request;
use http_body::Body as _;
use http_body_util::Full;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::body::Body;

use crate::clock::Clock;
use crate::error::ApiError;
use crate::time::BusinessTime;

/// The largest body of a stamped request, in bytes.
pub const MAX_STAMPED_BODY: usize = 256 * 1024;

/// When the last byte of this request arrived; in the extensions of requests whose method stamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived(pub BusinessTime);

impl Arrived {
    /// The stamp of a request.
    ///
    /// # Errors
    /// Internal, when the method does not stamp: a mistake in its policy.
    pub fn from_request<T>(request: &tonic::Request<T>) -> Result<Self, ApiError> {
        request
            .extensions()
            .get::<Self>()
            .copied()
            .ok_or_else(|| ApiError::internal(Unstamped))
    }
}

/// A handler that needs a stamp has a method whose policy makes none.
#[derive(Debug, thiserror::Error)]
#[error("the method's policy does not stamp arrivals")]
struct Unstamped;

/// The clock was never right since the process started.
#[derive(Debug, thiserror::Error)]
#[error("business time is not known well enough yet")]
struct Unsettled;

/// The queue of stamped requests.
#[derive(Debug)]
pub(super) struct ArrivalQueue {
    clock: Clock,
    bytes: Arc<Semaphore>,
    read_timeout: Duration,
}

/// A complete request's place in the queue; freed when it has been answered.
#[derive(Debug)]
pub(super) struct Place {
    _bytes: OwnedSemaphorePermit,
}

impl ArrivalQueue {
    pub(super) fn new(clock: Clock, bytes: usize, read_timeout: Duration) -> Self {
        Self {
            clock,
            bytes: Arc::new(Semaphore::new(bytes)),
            read_timeout,
        }
    }

    /// Reads a request whole and stamps it.
    ///
    /// # Errors
    /// When there is no room for it in time, or it does not come in whole in time, or is too
    /// large. A complete request is never refused.
    pub(super) async fn receive(
        &self,
        request: Request<Body>,
    ) -> Result<(Request<Body>, Place), ApiError> {
        if !self.clock.has_settled() {
            return Err(ApiError::unavailable("clock", Unsettled));
        }
        let mut place = self.reserve().await?;
        let (mut parts, body) = request.into_parts();
        let read = tokio::time::timeout(self.read_timeout, self.read(body));
        let (body, arrived) = read.await.map_err(|_| {
            ApiError::exhausted("BODY_TOO_SLOW").with_message("The request did not come in whole.")
        })??;
        // What the body did not need is free for others.
        drop(place.split(MAX_STAMPED_BODY - body.len()));
        parts.extensions.insert(arrived);
        let request = Request::from_parts(parts, Body::new(Full::new(body.freeze())));
        Ok((request, Place { _bytes: place }))
    }

    /// Room for the largest body. Reserved as a whole, because requests that each held a part of
    /// the room could wait for each other for ever.
    async fn reserve(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let all = u32::try_from(MAX_STAMPED_BODY).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.bytes).acquire_many_owned(all);
        match tokio::time::timeout(self.read_timeout, room).await {
            Ok(room) => room.map_err(ApiError::internal),
            Err(_) => Err(ApiError::exhausted("ARRIVAL_QUEUE_FULL")),
        }
    }

    /// The bytes of a body, and when the last of them came.
    async fn read(&self, mut body: Body) -> Result<(BytesMut, Arrived), ApiError> {
        let mut whole = BytesMut::new();
        let mut last = None;
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            let frame = frame.map_err(|_| ApiError::cancelled())?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            if data.is_empty() {
                continue;
            }
            last = Some(self.clock.business());
            if whole.len() + data.len() > MAX_STAMPED_BODY {
                return Err(ApiError::too_large(MAX_STAMPED_BODY));
            }
            whole.extend_from_slice(&data);
        }
        let last = last.unwrap_or_else(|| self.clock.business());
        Ok((whole, Arrived(last)))
    }
}

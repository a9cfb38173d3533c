//! The arrival stamp.

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
    pub fn from_request<T>(request: &tonic::Request<T>) -> Result<Self, crate::ApiError> {
        request
            .extensions()
            .get::<Self>()
            .copied()
            .ok_or_else(|| crate::ApiError::internal(Unstamped))
    }
}

/// A handler that needs a stamp has a method whose policy makes none.
#[derive(Debug, thiserror::Error)]
#[error("the method's policy does not stamp arrivals")]
struct Unstamped;

//! A connector that takes no longer than it may, over resolving, connecting and encrypting together.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use tower::Service;

/// Bounds the time of the connector inside. Cheap to clone where that one is.
#[derive(Clone)]
pub(super) struct Prompt<C> {
    pub(super) inner: C,
    pub(super) within: Duration,
}

type BoxError = Box<dyn Error + Send + Sync>;

impl<C> Service<Uri> for Prompt<C>
where
    C: Service<Uri, Error: Into<BoxError>, Future: Send + 'static>,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = tokio::time::timeout(self.within, self.inner.call(to));
        Box::pin(async move { connecting.await?.map_err(Into::into) })
    }
}

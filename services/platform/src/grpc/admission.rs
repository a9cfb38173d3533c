//! How much is worked on at once.
//!
//! Ordinary requests beyond the limit are refused at once: waiting would only make everyone late.
//! Stamped requests are never refused for load; they wait for a place of their own.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::GrpcConfig;
use crate::error::ApiError;

/// Addresses remembered by the limit of public requests.
const MAX_ADDRESSES: usize = 10_000;
/// Seconds of public requests an address may save up.
const BURST_SECONDS: f64 = 4.0;

#[derive(Debug)]
pub(super) struct Admission {
    ordinary: Arc<Semaphore>,
    stamped: Arc<Semaphore>,
    public_per_second: f64,
    public: Mutex<HashMap<IpAddr, Bucket>>,
}

/// What an address has left.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Admission {
    pub(super) fn new(config: &GrpcConfig) -> Self {
        Self {
            ordinary: Arc::new(Semaphore::new(config.max_concurrent_requests)),
            stamped: Arc::new(Semaphore::new(config.max_concurrent_stamped)),
            public_per_second: f64::from(config.public_requests_per_second),
            public: Mutex::default(),
        }
    }

    /// A place for an ordinary request, or a refusal.
    pub(super) fn ordinary(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        Arc::clone(&self.ordinary)
            .try_acquire_owned()
            .map_err(|_| ApiError::exhausted("OVERLOADED"))
    }

    /// A place for a stamped request, as soon as there is one.
    pub(super) async fn stamped(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        Arc::clone(&self.stamped)
            .acquire_owned()
            .await
            .map_err(ApiError::internal)
    }

    /// Lets an address make so many public requests and no more.
    pub(super) fn public(&self, address: IpAddr, now: Instant) -> Result<(), ApiError> {
        let most = self.public_per_second * BURST_SECONDS;
        let mut buckets = self.public.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_ADDRESSES {
            let full = |bucket: &Bucket| bucket.at(now, self.public_per_second, most) >= most;
            buckets.retain(|_, bucket| !full(bucket));
            if buckets.len() >= MAX_ADDRESSES {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(address).or_insert(Bucket {
            tokens: most,
            at: now,
        });
        let tokens = bucket.at(now, self.public_per_second, most);
        *bucket = Bucket { tokens, at: now };
        if tokens < 1.0 {
            return Err(ApiError::exhausted("TOO_MANY_REQUESTS"));
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

impl Bucket {
    fn at(&self, now: Instant, per_second: f64, most: f64) -> f64 {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        (self.tokens + passed * per_second).min(most)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use super::*;

    fn admission(public_requests_per_second: u32) -> Admission {
        let config = GrpcConfig {
            public_requests_per_second,
            max_concurrent_requests: 1,
            max_concurrent_stamped: 1,
            ..GrpcConfig::default()
        };
        Admission::new(&config)
    }

    #[test]
    fn one_too_many_is_refused_until_another_ends() {
        let admission = admission(1);
        let place = admission.ordinary().unwrap();
        assert_eq!(admission.ordinary().unwrap_err().reason(), "OVERLOADED");
        drop(place);
        assert!(admission.ordinary().is_ok());
    }

    #[tokio::test]
    async fn a_stamped_request_waits_instead() {
        let admission = Arc::new(admission(1));
        let place = admission.stamped().await.unwrap();
        let mut waiting = Box::pin(admission.stamped());
        assert!(futures::poll!(&mut waiting).is_pending());
        drop(place);
        assert!(waiting.await.is_ok());
    }

    #[test]
    fn an_address_uses_up_its_public_requests_and_gets_new_ones_with_time() {
        let admission = admission(2);
        let (one, other) = (
            IpAddr::from(Ipv4Addr::LOCALHOST),
            IpAddr::from(Ipv4Addr::BROADCAST),
        );
        let now = Instant::now();
        for _ in 0..8 {
            assert!(admission.public(one, now).is_ok());
        }
        assert_eq!(
            admission.public(one, now).unwrap_err().reason(),
            "TOO_MANY_REQUESTS"
        );
        assert!(admission.public(other, now).is_ok());
        let later = now + Duration::from_millis(600);
        assert!(admission.public(one, later).is_ok());
        assert!(admission.public(one, later).is_err());
    }
}

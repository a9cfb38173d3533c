//! Tokens that were verified, until they expire. Keyed by hash, so that a dump of memory holds no
//! more tokens than it must, and bounded, so that nobody can fill it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::Actor;

/// How many tokens are remembered.
const CAPACITY: usize = 8_192;

/// SHA-256 of a token.
pub(super) type TokenHash = [u8; 32];

#[derive(Debug, Default)]
pub(super) struct TokenCache {
    verified: Mutex<HashMap<TokenHash, (u64, Actor)>>,
}

pub(super) fn hash(token: &str) -> TokenHash {
    Sha256::digest(token).into()
}

impl TokenCache {
    /// The caller of a token that was verified and has not expired at `now` (seconds since 1970).
    pub(super) fn get(&self, hash: &TokenHash, now: u64) -> Option<Actor> {
        let verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        verified
            .get(hash)
            .filter(|(expires, _)| *expires > now)
            .map(|(_, actor)| actor.clone())
    }

    /// Remembers a verified token. When full, expired ones go, and if none was, all: they are
    /// verified again at little cost.
    pub(super) fn put(&self, hash: TokenHash, expires: u64, actor: Actor, now: u64) {
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        if verified.len() >= CAPACITY {
            verified.retain(|_, (expires, _)| *expires > now);
        }
        if verified.len() >= CAPACITY {
            verified.clear();
        }
        verified.insert(hash, (expires, actor));
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.verified.lock().unwrap().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_remembered_until_it_expires() {
        let cache = TokenCache::default();
        cache.put(hash("one"), 100, Actor::nobody(), 0);
        assert_eq!(cache.get(&hash("one"), 99), Some(Actor::nobody()));
        assert_eq!(cache.get(&hash("one"), 100), None);
        assert_eq!(cache.get(&hash("two"), 0), None);
    }

    #[test]
    fn it_never_grows_beyond_its_bound() {
        let cache = TokenCache::default();
        for number in 0..(CAPACITY * 2 + 10) {
            cache.put(hash(&number.to_string()), 100, Actor::nobody(), 0);
            assert!(cache.len() <= CAPACITY);
        }
    }

    #[test]
    fn expired_tokens_make_room_first() {
        let cache = TokenCache::default();
        cache.put(hash("alive"), 100, Actor::nobody(), 0);
        for number in 0..(CAPACITY - 1) {
            cache.put(hash(&number.to_string()), 10, Actor::nobody(), 0);
        }
        cache.put(hash("new"), 100, Actor::nobody(), 50);
        assert_eq!(cache.len(), 2);
        assert!(cache.get(&hash("alive"), 50).is_some());
    }
}

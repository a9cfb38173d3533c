//! `/u/{token}`: where one leaves with one click (RFC 8058).
//!
//! A POST takes effect at once, without login or cookie: it is what mail programs send. A GET shows a page
//! with a button and changes nothing: it is what scanners of links send. Whoever lacks a token learns
//! nothing.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use sqlx::PgPool;
use winner_notification_core::mail::keys::TokenKeys;
use winner_notification_core::mail::unsubscribe::{self, Subscription};

use super::leaving_page::{Page, page};
use crate::commands::leave::{come_back, leave};
use crate::domain::notice::is_informative;
use crate::store::editions;

/// What the routes need.
#[derive(Clone)]
pub struct Leaving {
    /// Where it is recorded.
    pub pool: PgPool,
    /// Tell our tokens from others'.
    pub keys: Arc<TokenKeys>,
}

/// The routes.
pub fn routes(leaving: Leaving) -> Router {
    Router::new()
        .route("/u/{token}", get(show).post(take))
        .with_state(leaving)
}

async fn show(State(leaving): State<Leaving>, Path(token): Path<String>) -> Response {
    match leaving.read(&token) {
        Some(subscription) => leaving.answer(Page::Asks, &subscription).await,
        None => unknown(),
    }
}

/// A mail program's POST says `List-Unsubscribe=One-Click`, our own button too, and the one of the last
/// page `again=1`. Whatever else somebody with the token posts, they want to leave.
async fn take(State(leaving): State<Leaving>, Path(token): Path<String>, body: Bytes) -> Response {
    let Some(subscription) = leaving.read(&token) else {
        return unknown();
    };
    let again = body.as_ref() == b"again=1";
    let (done, page) = if again {
        (come_back(&leaving.pool, &subscription).await, Page::Back)
    } else {
        (leave(&leaving.pool, &subscription).await, Page::Left)
    };
    match done {
        Ok(()) => leaving.answer(page, &subscription).await,
        Err(error) => {
            tracing::warn!(%error, "leave.failed");
            with_headers(StatusCode::SERVICE_UNAVAILABLE, Page::Later, "", "")
        }
    }
}

impl Leaving {
    fn read(&self, token: &str) -> Option<Subscription> {
        unsubscribe::read(&self.keys, token).filter(|found| is_informative(&found.purpose))
    }

    async fn answer(&self, page: Page, subscription: &Subscription) -> Response {
        // The page is the same without its edition's name.
        let title = match editions::title(&self.pool, &subscription.edition).await {
            Ok(title) => title.unwrap_or_default(),
            Err(error) => {
                tracing::warn!(%error, "leaving.title.failed");
                crate::domain::language::Text::default()
            }
        };
        let title = title.read(crate::domain::language::Language::Indonesian);
        with_headers(StatusCode::OK, page, title, &subscription.purpose)
    }
}

fn unknown() -> Response {
    with_headers(StatusCode::NOT_FOUND, Page::Unknown, "", "")
}

/// Nothing is loaded, framed, remembered or told onwards: the address of the page is a secret.
fn with_headers(status: StatusCode, kind: Page, edition: &str, purpose: &str) -> Response {
    let headers: [(HeaderName, &str); 6] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
        ),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    (status, headers, Html(page(kind, edition, purpose))).into_response()
}

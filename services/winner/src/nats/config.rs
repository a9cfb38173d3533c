//! The `accounts` of a nats-server configuration, as JSON, which that server reads as well.

use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};

use super::account::{Account, OutsideReader, User, inbox_prefix, user_name};

/// The `accounts` block for a server.
pub fn accounts(accounts: &[Account]) -> Value {
    let mut block = Map::new();
    block.insert("SYS".to_owned(), json!({}));
    for account in accounts {
        block.insert(account.name.clone(), application(account));
        for reader in &account.outside {
            block.insert(
                outside_account(&account.name, &reader.name),
                outside(&account.name, reader),
            );
        }
    }
    Value::Object(block)
}

/// The name of an outsider's account.
pub fn outside_account(account: &str, outsider: &str) -> String {
    format!("{account}_OUTSIDE_{}", outsider.to_ascii_uppercase())
}

fn application(account: &Account) -> Value {
    let exports: Vec<Value> = account
        .outside
        .iter()
        .flat_map(|reader| {
            let borrower = outside_account(&account.name, &reader.name);
            lent_subjects(reader).map(|(subject, response)| {
                json!({ "service": subject, "accounts": [borrower], "response_type": response })
            })
        })
        .collect();
    json!({
        "jetstream": "enabled",
        "users": account.users.iter().map(user).collect::<Vec<_>>(),
        "exports": exports,
    })
}

/// The prefix under which an outsider's JetStream client finds its consumer (`$JS.API` is where the
/// server answers for the outsider's own account, which has none).
pub fn outside_api_prefix(lender: &str) -> String {
    format!("JS.{lender}.API")
}

/// An outsider has no JetStream of its own and reaches nothing but its consumer.
fn outside(lender: &str, reader: &OutsideReader) -> Value {
    let imports: Vec<Value> = lent_subjects(reader)
        .iter()
        .map(|(subject, _)| {
            json!({
                "service": { "account": lender, "subject": subject },
                "to": as_seen_outside(lender, subject),
            })
        })
        .collect();
    json!({ "users": [user(&outside_user(lender, reader))], "imports": imports })
}

/// The one user of an outsider's account.
pub fn outside_user(lender: &str, reader: &OutsideReader) -> User {
    let short = format!("outside-{}", reader.name);
    let name = user_name(lender, &short);
    User {
        password: reader.password.clone(),
        publish: lent_subjects(reader)
            .iter()
            .map(|(subject, _)| as_seen_outside(lender, subject))
            .collect(),
        subscribe: vec![format!("{}.>", inbox_prefix(&name))],
        short,
        name,
    }
}

fn as_seen_outside(lender: &str, subject: &str) -> String {
    subject.replace("$JS.API", &outside_api_prefix(lender))
}

/// Asking for the next messages, acknowledging them, and reading how far one is.
fn lent_subjects(reader: &OutsideReader) -> [(String, &'static str); 3] {
    let (stream, durable) = (&reader.stream, &reader.durable);
    [
        (
            format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"),
            "Stream",
        ),
        (
            format!("$JS.API.CONSUMER.INFO.{stream}.{durable}"),
            "Singleton",
        ),
        (format!("$JS.ACK.{stream}.{durable}.>"), "Singleton"),
    ]
}

fn user(user: &User) -> Value {
    json!({
        "user": user.name,
        "password": user.password.expose_secret(),
        "permissions": {
            "publish": { "allow": user.publish },
            "subscribe": { "allow": user.subscribe },
        },
    })
}

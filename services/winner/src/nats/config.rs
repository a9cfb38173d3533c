//! The `accounts` of a nats-server configuration, as JSON, which that server reads as well.

use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};

use super::account::{Account, OutsideReader, User, inbox_prefix};

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

/// An outsider has no JetStream of its own and reaches nothing but its consumer.
fn outside(lender: &str, reader: &OutsideReader) -> Value {
    let imports: Vec<Value> = lent_subjects(reader)
        .into_iter()
        .map(|(subject, _)| json!({ "service": { "account": lender, "subject": subject } }))
        .collect();
    let publish: Vec<String> = lent_subjects(reader).map(|(subject, _)| subject).to_vec();
    let user = User {
        name: super::account::user_name(lender, &format!("outside-{}", reader.name)),
        password: reader.password.clone(),
        publish,
        subscribe: vec![
            format!("{}.>", inbox_prefix(&format!("outside-{}", reader.name))),
            "_INBOX.>".to_owned(),
        ],
        allow_responses: false,
    };
    json!({ "users": [self::user(&user)], "imports": imports })
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
            "allow_responses": user.allow_responses,
        },
    })
}

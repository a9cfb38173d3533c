//! The mail server notification sends through: does it answer as one?

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;

use super::Finding;
use crate::cli::Common;

const PATIENCE: Duration = Duration::from_secs(5);

/// Reads the server's greeting and sends nothing.
async fn greeting(host: &str, port: u16) -> std::io::Result<String> {
    let connection = TcpStream::connect((host, port)).await?;
    let mut line = String::new();
    BufReader::new(connection).read_line(&mut line).await?;
    Ok(line.trim().to_owned())
}

pub(super) async fn examine(common: &Common) -> Finding {
    let subject = "mail server";
    let (host, port) = match crate::registry::mail_server(common) {
        Ok(address) => address,
        Err(error) => {
            return Finding::bad(subject, error, "correct notification's section [smtp]");
        }
    };
    let remedy = "check notification's smtp.host and smtp.port, and the firewall between";
    match tokio::time::timeout(PATIENCE, greeting(&host, port)).await {
        Ok(Ok(line)) if line.starts_with("220") => Finding::good(subject, line),
        Ok(Ok(line)) => Finding::bad(
            subject,
            format_args!("{host}:{port} greets with {line:?}, not as a mail server"),
            remedy,
        ),
        Ok(Err(error)) => Finding::bad(subject, format_args!("{host}:{port}: {error}"), remedy),
        Err(_elapsed) => Finding::bad(
            subject,
            format_args!("{host}:{port} says nothing for {} s", PATIENCE.as_secs()),
            remedy,
        ),
    }
}

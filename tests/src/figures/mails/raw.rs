//! The raw client: as many connections as are wanted, each hands over one mail after another, without
//! delay, and renders, records and decides nothing.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// About as large as the mail of a result, headers and both parts.
const BODY: usize = 7_000;

/// Hands over `amount` mails and says how long it took.
pub(crate) async fn send(port: u16, connections: u64, amount: u64) -> Result<Duration> {
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..connections {
        let mails = amount / connections + u64::from(client < amount % connections);
        clients.spawn(converse(port, mails));
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    Ok(began.elapsed())
}

async fn converse(port: u16, mails: u64) -> Result<()> {
    let socket = TcpStream::connect(("127.0.0.1", port)).await?;
    socket.set_nodelay(true)?;
    let mut socket = BufReader::new(socket);
    answer(&mut socket, "220").await?;
    say(&mut socket, "EHLO raw.contoh.test\r\n", "250").await?;
    let mut content = "Subject: DATA CONTOH\r\n\r\n".to_owned();
    while content.len() < BODY {
        content += "DATA CONTOH. Hasil tahap ini telah diumumkan.\r\n";
    }
    content += ".\r\n";
    for _ in 0..mails {
        say(&mut socket, "MAIL FROM:<a@contoh.test>\r\n", "250").await?;
        say(&mut socket, "RCPT TO:<b@good.test>\r\n", "250").await?;
        say(&mut socket, "DATA\r\n", "354").await?;
        say(&mut socket, &content, "250").await?;
    }
    say(&mut socket, "QUIT\r\n", "221").await
}

async fn say(socket: &mut BufReader<TcpStream>, words: &str, expected: &str) -> Result<()> {
    socket.get_mut().write_all(words.as_bytes()).await?;
    answer(socket, expected).await
}

/// Reads a whole answer, which may have several lines.
async fn answer(socket: &mut BufReader<TcpStream>, expected: &str) -> Result<()> {
    loop {
        let mut line = String::new();
        ensure!(socket.read_line(&mut line).await? > 0, "the sink hung up");
        ensure!(line.starts_with(expected), "the sink said {line}");
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(());
        }
    }
}

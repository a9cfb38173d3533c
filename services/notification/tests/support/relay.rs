//! Relays that misbehave on purpose: small servers that speak just enough SMTP.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;
use winner_notification::smtp::config::{RelayConfig, StartTls};

/// How a relay behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// Takes everything.
    Polite,
    /// Accepts the connection and says nothing.
    SilentGreeting,
    /// Answers this to MAIL.
    AnswersMail(&'static str),
    /// Answers this to RCPT.
    AnswersRcpt(&'static str),
    /// Answers this to DATA.
    AnswersData(&'static str),
    /// Answers this to the final dot.
    AnswersDot(&'static str),
    /// Reads the dot and says nothing.
    SilentAfterDot,
    /// Reads the dot and closes.
    ClosesAfterDot,
    /// Closes once it has invited the content.
    ClosesAfterData,
    /// Answers RCPT and says nothing to DATA.
    SilentAtData,
    /// Takes one message and closes without a word.
    ClosesAfterEachMessage,
    /// Puts plain text behind its answer to STARTTLS.
    InjectsBehindStartTls,
}

/// What reached the relay.
#[derive(Debug, Default)]
struct Spool {
    /// Contents that were ended by a dot, whether or not the relay answered.
    messages: Vec<String>,
    connections: usize,
}

/// A running relay.
pub struct RudeRelay {
    pub address: SocketAddr,
    spool: Arc<Mutex<Spool>>,
    tasks: TaskTracker,
}

impl RudeRelay {
    pub async fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let spool = Arc::new(Mutex::new(Spool::default()));
        let tasks = TaskTracker::new();
        let (kept, connections) = (spool.clone(), tasks.clone());
        tasks.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                lock(&kept).connections += 1;
                let kept = kept.clone();
                connections.spawn(async move {
                    // A client that hangs up in the middle is what these tests are about.
                    drop(converse(socket, manners, &kept).await);
                });
            }
        });
        Self {
            address,
            spool,
            tasks,
        }
    }

    /// The contents that were ended by a dot.
    pub fn messages(&self) -> Vec<String> {
        lock(&self.spool).messages.clone()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        lock(&self.spool).connections
    }
}

fn lock(spool: &Mutex<Spool>) -> std::sync::MutexGuard<'_, Spool> {
    spool.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn converse(
    socket: TcpStream,
    manners: Manners,
    spool: &Mutex<Spool>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(socket);
    if manners == Manners::SilentGreeting {
        return std::future::pending().await;
    }
    say(&mut stream, "220 rude.test ESMTP").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line
            .split([' ', '\r'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        match (verb.as_str(), manners) {
            ("EHLO", Manners::InjectsBehindStartTls) => {
                say(&mut stream, "250-rude.test\r\n250 STARTTLS").await?;
            }
            ("STARTTLS", _) => {
                say(&mut stream, "220 go\r\n250-rude.test\r\n250 AUTH PLAIN").await?;
            }
            ("EHLO", _) => say(&mut stream, "250-rude.test\r\n250 8BITMIME").await?,
            ("MAIL", Manners::AnswersMail(answer)) | ("RCPT", Manners::AnswersRcpt(answer)) => {
                say(&mut stream, answer).await?;
            }
            ("DATA", Manners::AnswersData(answer)) => say(&mut stream, answer).await?,
            ("DATA", Manners::SilentAtData) => return std::future::pending().await,
            ("DATA", Manners::ClosesAfterData) => {
                say(&mut stream, "354 go").await?;
                return Ok(());
            }
            ("DATA", _) => {
                say(&mut stream, "354 go").await?;
                let Some(content) = content(&mut stream).await? else {
                    return Ok(());
                };
                lock(spool).messages.push(content);
                match manners {
                    Manners::SilentAfterDot => return std::future::pending().await,
                    Manners::ClosesAfterDot => return Ok(()),
                    Manners::AnswersDot(answer) => say(&mut stream, answer).await?,
                    Manners::ClosesAfterEachMessage => {
                        say(&mut stream, "250 taken").await?;
                        return Ok(());
                    }
                    _ => say(&mut stream, "250 taken").await?,
                }
            }
            ("QUIT", _) => return say(&mut stream, "221 bye").await,
            _ => say(&mut stream, "250 ok").await?,
        }
    }
}

/// Reads up to the final dot; `None` where the client hangs up before it.
async fn content(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<String>> {
    let mut content = String::new();
    loop {
        let start = content.len();
        if stream.read_line(&mut content).await? == 0 {
            return Ok(None);
        }
        if &content[start..] == ".\r\n" {
            content.truncate(start);
            return Ok(Some(content));
        }
    }
}

async fn say(stream: &mut BufReader<TcpStream>, line: &str) -> std::io::Result<()> {
    stream.get_mut().write_all(line.as_bytes()).await?;
    stream.get_mut().write_all(b"\r\n").await
}

/// A configuration for a relay at `address`, with short time-outs.
pub fn config(address: SocketAddr) -> RelayConfig {
    RelayConfig {
        host: address.ip().to_string(),
        port: address.port(),
        hello_name: "winner.test".to_owned(),
        starttls: StartTls::None,
        ca_file: None,
        user: None,
        password: None,
        password_file: None,
        connections: 4,
        connect_timeout_ms: 500,
        greeting_timeout_ms: 500,
        command_timeout_ms: 500,
        body_timeout_ms: 500,
        answer_timeout_ms: 500,
        idle_timeout_ms: 60_000,
        messages_per_second: 0,
        connections_of_all_copies: 0,
    }
}

/// Longer than any of the time-outs above together.
pub const HANGS: Duration = Duration::from_secs(5);

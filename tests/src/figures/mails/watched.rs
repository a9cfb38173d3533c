//! A mail server in this process: it takes every mail, knows when each began, and can die.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// The header that names a message.
const ID: &str = "X-Winner-Message: ";

/// The server; it dies when it is dropped, and answers nobody any more.
pub(crate) struct Watched {
    port: u16,
    taken: Arc<Mutex<Vec<Arrival>>>,
    _alive: DropGuard,
}

/// A mail that was taken whole.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    /// The message.
    pub(crate) message: String,
    /// When its first byte came.
    pub(crate) began: Instant,
}

impl Watched {
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (taken, alive) = (Arc::default(), CancellationToken::new());
        let tasks = TaskTracker::new();
        tasks.spawn(accept(
            listener,
            Arc::clone(&taken),
            alive.clone(),
            tasks.clone(),
        ));
        Ok(Self {
            port,
            taken,
            _alive: alive.drop_guard(),
        })
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// How many mails were taken.
    pub(crate) fn count(&self) -> usize {
        lock(&self.taken).len()
    }

    /// What was taken, in order.
    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        lock(&self.taken).clone()
    }
}

/// How many messages arrived more than once.
pub(crate) fn doubled(arrivals: &[Arrival]) -> usize {
    let mut copies: BTreeMap<&str, usize> = BTreeMap::new();
    for arrival in arrivals {
        *copies.entry(&arrival.message).or_default() += 1;
    }
    copies.values().filter(|copies| **copies > 1).count()
}

async fn accept(
    listener: TcpListener,
    taken: Arc<Mutex<Vec<Arrival>>>,
    alive: CancellationToken,
    tasks: TaskTracker,
) {
    loop {
        let accepted = tokio::select! {
            () = alive.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        if let Ok((socket, _)) = accepted {
            let (taken, alive) = (Arc::clone(&taken), alive.clone());
            tasks.spawn(async move {
                tokio::select! {
                    () = alive.cancelled() => {}
                    // Who hangs up has nothing more to say.
                    _ = converse(socket, &taken) => {}
                }
            });
        }
    }
}

async fn converse(socket: TcpStream, taken: &Mutex<Vec<Arrival>>) -> Result<()> {
    socket.set_nodelay(true)?;
    let mut socket = BufReader::new(socket);
    say(&mut socket, "220 watched.contoh.test").await?;
    let (mut line, mut began) = (String::new(), Instant::now());
    loop {
        line.clear();
        if socket.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        match line.get(..4).unwrap_or_default() {
            "MAIL" => {
                began = Instant::now();
                say(&mut socket, "250 ok").await?;
            }
            "DATA" => {
                say(&mut socket, "354 go on").await?;
                let message = body(&mut socket).await?;
                lock(taken).push(Arrival { message, began });
                say(&mut socket, "250 taken").await?;
            }
            "QUIT" => return say(&mut socket, "221 bye").await,
            _ => say(&mut socket, "250 ok").await?,
        }
    }
}

/// Reads up to the final dot and answers the message's id.
async fn body(socket: &mut BufReader<TcpStream>) -> Result<String> {
    let (mut line, mut message) = (Vec::new(), None);
    loop {
        line.clear();
        let read = socket.read_until(b'\n', &mut line).await?;
        anyhow::ensure!(read > 0, "hung up within a mail");
        if line == b".\r\n" {
            return message.context("a mail without its message's id");
        }
        if message.is_none()
            && let Some(id) = line.strip_prefix(ID.as_bytes())
        {
            message = Some(String::from_utf8_lossy(id).trim().to_owned());
        }
    }
}

async fn say(socket: &mut BufReader<TcpStream>, words: &str) -> Result<()> {
    let line = format!("{words}\r\n");
    Ok(socket.get_mut().write_all(line.as_bytes()).await?)
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

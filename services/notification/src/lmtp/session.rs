//! One conversation.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::time::timeout;

use super::command::{self, Command};
use super::content::{Content, Line, content, line};

/// Why an address is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is none of ours, or its token is not.
    NoSuchAddress,
}

/// What became of a message for one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// What it means is stored, or it means nothing.
    Done,
    /// Not now; it is to be brought again.
    Later,
    /// Nobody here is meant.
    Refused,
}

/// Who decides what is taken and what it means.
pub trait Postmaster: Send + Sync + 'static {
    /// What an address stands for.
    type Address: Send + Sync;

    /// Reads an address.
    ///
    /// # Errors
    /// [`Refusal`] for one that is not ours.
    fn address(&self, path: &str) -> Result<Self::Address, Refusal>;

    /// Takes a message for one address.
    fn take(&self, address: &Self::Address, message: &[u8]) -> impl Future<Output = Taken> + Send;
}

/// Bounds of a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The largest message, in bytes.
    pub largest: usize,
    /// The longest silence, and the longest that a content or a conversation of commands may take.
    pub idle: Duration,
}

/// A message has one recipient; a server may bring a few at once.
const RECIPIENTS: usize = 20;
/// So many mistakes are answered.
const MISTAKES: u32 = 10;
/// So many commands are answered.
const COMMANDS: u32 = 1_000;
/// A content may take so many times as long as a silence.
const CONTENT: u32 = 5;

/// Speaks until the other side leaves, is silent for too long, or makes too many mistakes.
///
/// # Errors
/// When the connection fails.
pub(super) async fn converse<P: Postmaster>(
    socket: impl AsyncRead + AsyncWrite + Unpin + Send,
    postmaster: &P,
    limits: Limits,
) -> io::Result<()> {
    let mut session = Session {
        stream: BufStream::new(socket),
        limits,
        greeted: false,
        sender: false,
        recipients: Vec::new(),
        mistakes: 0,
    };
    session.say("220 winner LMTP").await?;
    for _ in 0..COMMANDS {
        let Ok(line) = timeout(limits.idle, line(&mut session.stream)).await else {
            return session.say("421 4.4.2 silent for too long").await;
        };
        let line = match line? {
            Line::Whole(line) => line,
            Line::TooLong => return session.say("500 5.5.2 line too long").await,
            Line::Ended => return Ok(()),
        };
        if !session.answer(&line, postmaster).await? {
            return Ok(());
        }
        if session.mistakes > MISTAKES {
            return session.say("421 4.7.0 too many mistakes").await;
        }
    }
    session.say("421 4.7.0 too many commands").await
}

struct Session<Stream: AsyncRead + AsyncWrite, Address> {
    stream: BufStream<Stream>,
    limits: Limits,
    greeted: bool,
    sender: bool,
    recipients: Vec<Address>,
    mistakes: u32,
}

impl<Stream: AsyncRead + AsyncWrite + Unpin + Send, Address: Send + Sync> Session<Stream, Address> {
    /// Answers a command; says whether the conversation goes on.
    async fn answer<P: Postmaster<Address = Address>>(
        &mut self,
        line: &str,
        postmaster: &P,
    ) -> io::Result<bool> {
        match command::read(line) {
            Command::Lhlo => {
                self.greeted = true;
                self.forget();
                let size = self.limits.largest;
                let extensions = format!(
                    "250-winner\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 SIZE {size}"
                );
                self.say(&extensions).await?;
            }
            Command::Mail if self.greeted && !self.sender => {
                self.sender = true;
                self.say("250 2.1.0 go on").await?;
            }
            Command::Rcpt(path) if self.sender => self.recipient(path, postmaster).await?,
            Command::Data if !self.recipients.is_empty() => {
                return self.message(postmaster).await;
            }
            Command::Data if self.sender => self.wrong("554 5.5.1 no valid recipients").await?,
            Command::Rset => {
                self.forget();
                self.say("250 2.0.0 forgotten").await?;
            }
            Command::Noop => self.say("250 2.0.0 yes").await?,
            Command::Quit => {
                self.say("221 2.0.0 goodbye").await?;
                return Ok(false);
            }
            Command::OtherGreeting => self.wrong("500 5.5.1 this is LMTP: say LHLO").await?,
            Command::Malformed => self.wrong("501 5.5.4 not like that").await?,
            Command::Unknown => self.wrong("500 5.5.1 no such command").await?,
            Command::Mail | Command::Rcpt(_) | Command::Data => {
                self.wrong("503 5.5.1 not now").await?;
            }
        }
        Ok(true)
    }

    async fn recipient<P: Postmaster<Address = Address>>(
        &mut self,
        path: &str,
        postmaster: &P,
    ) -> io::Result<()> {
        if self.recipients.len() >= RECIPIENTS {
            return self.wrong("452 4.5.3 too many recipients").await;
        }
        match postmaster.address(path) {
            Ok(address) => {
                self.recipients.push(address);
                self.say("250 2.1.5 go on").await
            }
            Err(Refusal::NoSuchAddress) => self.wrong("550 5.1.1 no such address").await,
        }
    }

    /// Takes a message and answers once for each recipient (RFC 2033, 4.2).
    async fn message<P: Postmaster<Address = Address>>(
        &mut self,
        postmaster: &P,
    ) -> io::Result<bool> {
        self.say("354 end with a dot").await?;
        let reading = content(&mut self.stream, self.limits.largest);
        let Ok(content) = timeout(self.limits.idle * CONTENT, reading).await else {
            self.say("421 4.4.2 too slow").await?;
            return Ok(false);
        };
        let message = match content? {
            Content::Whole(message) => Some(message),
            Content::TooLarge => None,
            Content::Ended => return Ok(false),
        };
        let recipients = std::mem::take(&mut self.recipients);
        for address in &recipients {
            let taken = match &message {
                Some(message) => Some(postmaster.take(address, message).await),
                None => None,
            };
            self.say(match taken {
                Some(Taken::Done) => "250 2.0.0 taken",
                Some(Taken::Later) => "451 4.3.0 try again later",
                Some(Taken::Refused) => "550 5.1.1 nobody is meant",
                None => "552 5.3.4 too large",
            })
            .await?;
        }
        self.forget();
        Ok(true)
    }

    fn forget(&mut self) {
        self.sender = false;
        self.recipients.clear();
    }

    async fn wrong(&mut self, answer: &str) -> io::Result<()> {
        self.mistakes += 1;
        self.say(answer).await
    }

    async fn say(&mut self, answer: &str) -> io::Result<()> {
        let answer = format!("{answer}\r\n");
        let telling = async {
            self.stream.write_all(answer.as_bytes()).await?;
            self.stream.flush().await
        };
        timeout(self.limits.idle, telling)
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }
}

#[cfg(test)]
mod tests;

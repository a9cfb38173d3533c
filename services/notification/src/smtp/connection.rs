//! One conversation with the relay, in two steps: [`Connection::offer`] says everything but the final
//! dot, [`Offered::let_go`] says the dot. Between the two the caller records that there is no way back.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use tokio::net::TcpStream;
use tokio::time::timeout;
use winner_platform::RealTime;

use super::config::{Encryption, Route, TimeOuts};
use super::mail::OutgoingMail;
use super::outcome::{AfterDot, BeforeDot, Step, words};
use super::wire::{Content, Gate, Wire};

/// A greeted, encrypted, authenticated connection that may carry messages one after another.
pub struct Connection {
    smtp: AsyncSmtpConnection,
    gate: Gate,
    time_outs: TimeOuts,
    /// When it last carried a message; `None` for a fresh one.
    pub(super) used_at: Option<RealTime>,
}

impl Connection {
    /// Connects, greets, encrypts and authenticates.
    ///
    /// # Errors
    /// [`BeforeDot`]: nothing of a message has been said.
    pub async fn open(route: &Route, time_outs: TimeOuts) -> Result<Self, BeforeDot> {
        let connecting = TcpStream::connect((route.host.as_str(), route.port));
        let socket = timeout(time_outs.connect, connecting)
            .await
            .map_err(|_| BeforeDot::Silent {
                step: Step::Connect,
                after: time_outs.connect,
            })?
            .map_err(BeforeDot::Unreachable)?;
        let gate = Gate::new();
        let wire =
            Wire::new(socket, gate.clone(), time_outs.connect).map_err(BeforeDot::Unreachable)?;
        let hello = ClientId::Domain(route.hello_name.clone());
        let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &hello);
        let smtp = within(time_outs.greeting, Step::Connect, greeting).await?;
        let mut connection = Self {
            smtp,
            gate,
            time_outs,
            used_at: None,
        };
        connection.encrypt(route, &hello).await?;
        connection.authenticate(route).await?;
        Ok(connection)
    }

    async fn encrypt(&mut self, route: &Route, hello: &ClientId) -> Result<(), BeforeDot> {
        let Encryption::StartTls(parameters) = &route.encryption else {
            return Ok(());
        };
        if !self.smtp.can_starttls() {
            return Err(BeforeDot::NoEncryption(None));
        }
        let upgrade = self.smtp.starttls(parameters.clone(), hello);
        within(self.time_outs.greeting, Step::Encrypt, upgrade).await?;
        self.gate.encrypted();
        Ok(())
    }

    async fn authenticate(&mut self, route: &Route) -> Result<(), BeforeDot> {
        let Some((user, password)) = route.credentials() else {
            return Ok(());
        };
        let credentials = Credentials::new(user, password);
        let auth = self
            .smtp
            .auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
        within(self.time_outs.command, Step::Authenticate, auth).await?;
        Ok(())
    }

    /// Says everything of a message but its final dot.
    ///
    /// # Errors
    /// [`BeforeDot`]: the message is not out, and the connection is gone.
    pub async fn offer(mut self, mail: &OutgoingMail) -> Result<Offered, BeforeDot> {
        let parameters = self.mail_parameters(mail)?;
        let command = self.time_outs.command;
        let sender = Mail::new(Some(mail.envelope.sender.clone()), parameters);
        within(command, Step::Sender, self.smtp.command(sender)).await?;
        let recipient = Rcpt::new(mail.envelope.recipient.clone(), Vec::new());
        within(command, Step::Recipient, self.smtp.command(recipient)).await?;
        within(command, Step::Data, self.smtp.command(Data)).await?;

        self.gate.reset();
        // The client ends the last line itself; ours would be followed by an empty one.
        let lines = mail.content.strip_suffix(b"\r\n").unwrap_or(&mail.content);
        let content = Content::new(lines.to_vec(), self.gate.clone());
        let (gate, time_outs) = (self.gate.clone(), self.time_outs);
        let mut telling: Telling = Box::pin(async move {
            let answer = self.smtp.message_iter(content).await;
            (self, answer)
        });
        tokio::select! {
            biased;
            () = gate.reached() => Ok(Offered { telling, gate, patience: time_outs.answer }),
            (_, answer) = &mut telling => Err(match answer {
                // No answer is due before the dot: the relay speaks out of turn.
                Ok(response) => BeforeDot::Answered {
                    step: Step::Body,
                    code: response.code().into(),
                    said: said(&response),
                },
                Err(source) => BeforeDot::at(Step::Body, source),
            }),
            () = tokio::time::sleep(time_outs.body) => {
                Err(BeforeDot::Silent { step: Step::Body, after: time_outs.body })
            }
        }
    }

    fn mail_parameters(&self, mail: &OutgoingMail) -> Result<Vec<MailParameter>, BeforeDot> {
        let server = self.smtp.server_info();
        let mut parameters = Vec::new();
        if mail.envelope.is_international() {
            if !server.supports_feature(Extension::SmtpUtfEight) {
                return Err(BeforeDot::NoInternationalAddresses);
            }
            parameters.push(MailParameter::SmtpUtfEight);
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }

    /// Says goodbye. That the relay does not answer to it harms nobody.
    pub async fn quit(mut self) {
        let goodbye = timeout(self.time_outs.connect, self.smtp.command(Quit)).await;
        if !matches!(goodbye, Ok(Ok(_))) {
            tracing::debug!("smtp.quit.unanswered");
        }
    }
}

type Telling = Pin<Box<dyn Future<Output = (Connection, Result<Response, SmtpError>)> + Send>>;

/// A message of which everything has been said but the final dot.
///
/// Dropping it closes the connection, and the relay may not deliver what it got.
#[must_use = "a message that is not let go is not sent"]
pub struct Offered {
    telling: Telling,
    gate: Gate,
    patience: Duration,
}

impl Offered {
    /// Writes the final dot and waits for the answer. Gives the connection back if it may be used again.
    pub async fn let_go(self) -> (AfterDot, Option<Connection>) {
        let Self {
            telling,
            gate,
            patience,
        } = self;
        gate.release();
        let Ok((connection, answer)) = timeout(patience, telling).await else {
            return (AfterDot::Silent { after: patience }, None);
        };
        match answer {
            Ok(response) if response.code().severity == Severity::PositiveCompletion => {
                gate.reset();
                (
                    AfterDot::Accepted {
                        code: response.code().into(),
                        said: said(&response),
                    },
                    Some(connection),
                )
            }
            Ok(response) => {
                // "Go on" is no answer to a dot, so what the relay did with the message is not known.
                let code: u16 = response.code().into();
                tracing::warn!(code, "smtp.answer.out_of_turn");
                (
                    AfterDot::Silent {
                        after: Duration::ZERO,
                    },
                    None,
                )
            }
            Err(source) => match source.status() {
                Some(code) => {
                    let (code, said) = (code.into(), words(&source));
                    (AfterDot::Rejected { code, said }, None)
                }
                None if gate.has_passed() => (AfterDot::Lost(source), None),
                None => (AfterDot::NeverLeft(source), None),
            },
        }
    }
}

/// The relay's words.
fn said(response: &Response) -> String {
    response.message().collect::<Vec<_>>().join(" ")
}

/// Runs one command against the clock.
async fn within<T>(
    limit: Duration,
    step: Step,
    command: impl Future<Output = Result<T, SmtpError>>,
) -> Result<T, BeforeDot> {
    match timeout(limit, command).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(source)) => Err(BeforeDot::at(step, source)),
        Err(_) => Err(BeforeDot::Silent { step, after: limit }),
    }
}

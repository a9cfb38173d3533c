//! A description, checked as a whole before anything is sent by it.

use serde::Deserialize;

use super::answer::{Answer, Find, Look, Read, Rule, Verdict, pointer};
use super::receipts::{Call, CallError, ReceiptSeen, Receipts};
use super::request::{Outgoing, Request, Send};
use super::secrets::{Secrets, UnusableSecret};
use super::template::{Template, TemplateError, Variable};

/// A provider's HTTP interface as written down.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The request.
    send: Send,
    /// How success looks.
    accepted: Look,
    /// Where the provider's id of the message stands.
    #[serde(default)]
    id: Option<Find>,
    /// What of an answer is kept as proof; it must hold nothing personal.
    #[serde(default)]
    says: Option<Find>,
    /// What other answers mean; the first that fits counts, and what none fits is unknown.
    #[serde(default)]
    answers: Vec<Rule>,
    /// How receipts are read.
    #[serde(default)]
    receipts: Option<Receipts>,
}

/// Why a description cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    /// Something contradicts itself.
    #[error("{0}")]
    Wrong(String),
    /// It names a secret that is not given.
    #[error("it names `{{secret.{0}}}`, which is not among the gateway's secrets")]
    NoSecret(String),
    /// It names the URL of receipts, and cannot read any, or the other way round.
    #[error("`{{receipt_url}}` is named, but there is no section `receipts`")]
    NoReceipts,
    /// A template is wrong.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A secret cannot be used.
    #[error(transparent)]
    Secret(#[from] UnusableSecret),
}

/// A gateway that can be spoken to.
#[derive(Debug, Clone)]
pub struct Gateway {
    description: Description,
    secrets: Secrets,
}

impl Description {
    /// The same interface at another URL.
    ///
    /// # Errors
    /// [`DescriptionError::Template`]
    pub fn at(mut self, url: &str) -> Result<Self, DescriptionError> {
        self.send.move_to(Template::try_from(url.to_owned())?);
        Ok(self)
    }

    fn check(&self) -> Result<(), String> {
        self.accepted
            .check()
            .map_err(|wrong| format!("accepted: {wrong}"))?;
        for rule in &self.answers {
            rule.check().map_err(|wrong| format!("answers: {wrong}"))?;
        }
        for find in [&self.id, &self.says].into_iter().flatten() {
            if let Find::Json(written) = find {
                pointer(written)?;
            }
        }
        self.receipts.as_ref().map_or(Ok(()), Receipts::check)
    }
}

impl Gateway {
    /// Checks a description, and that every secret it names is there.
    ///
    /// # Errors
    /// [`DescriptionError`]
    pub fn new(description: Description, secrets: Secrets) -> Result<Self, DescriptionError> {
        description.send.check()?;
        description.check().map_err(DescriptionError::Wrong)?;
        for variable in description.send.variables() {
            match variable {
                Variable::Secret(name) if secrets.get(name).is_none() => {
                    return Err(DescriptionError::NoSecret(name.clone()));
                }
                Variable::ReceiptUrl if description.receipts.is_none() => {
                    return Err(DescriptionError::NoReceipts);
                }
                _ => {}
            }
        }
        let signature = description.receipts.as_ref().and_then(Receipts::signature);
        if let Some(signature) = signature
            && secrets.get(signature.secret()).is_none()
        {
            return Err(DescriptionError::NoSecret(signature.secret().to_owned()));
        }
        Ok(Self {
            description,
            secrets,
        })
    }

    /// It must be told where receipts go.
    pub fn needs_receipt_url(&self) -> bool {
        let named = self.description.send.variables();
        named.contains(&&Variable::ReceiptUrl)
    }

    /// It sends receipts.
    pub const fn has_receipts(&self) -> bool {
        self.description.receipts.is_some()
    }

    /// The request for a message.
    ///
    /// # Errors
    /// Where the URL with its values is none.
    pub fn describe(&self, message: &Outgoing<'_>) -> Result<Request, url::ParseError> {
        self.description.send.describe(message, &self.secrets)
    }

    /// What an answer means.
    pub fn judge(&self, answer: &Answer<'_>) -> Verdict {
        let read = Read::new(answer);
        if self.description.accepted.is(&read) {
            let id = self.description.id.as_ref().and_then(|id| read.find(id));
            return Verdict::Accepted { id };
        }
        Rule::first(&self.description.answers, &read)
    }

    /// What of an answer is kept as proof.
    pub fn said(&self, answer: &Answer<'_>) -> Option<String> {
        Read::new(answer).find(self.description.says.as_ref()?)
    }

    /// The receipts of a call.
    ///
    /// # Errors
    /// [`CallError`] for a call that is not believed, or not of the form described.
    pub fn receipts(&self, call: &Call<'_>) -> Result<Vec<ReceiptSeen>, CallError> {
        let receipts = self.description.receipts.as_ref().ok_or(CallError::Form)?;
        receipts.read(call, &self.secrets)
    }
}

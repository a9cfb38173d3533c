//! What a service must be told beyond the common sections when it runs on a stack: lines of TOML.

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use winner_platform::Ids;

use super::{Installation, quoted, quoted_path};
use crate::stack::Stack;
use crate::stack::issuer::{ADMIN_GROUP, AUDIENCE, GROUPS_CLAIM, ISSUER};

/// Nothing.
#[expect(clippy::unnecessary_wraps, reason = "one signature for every service")]
pub(crate) fn nothing(_stack: &Stack, _installation: &Installation) -> Result<String> {
    Ok(String::new())
}

/// Intake: the stack's identity provider, and what signs invitations.
pub(crate) fn intake(_stack: &Stack, installation: &Installation) -> Result<String> {
    let issuer = installation.issuer()?;
    let link_key = installation.secret("links.key", &hex::encode(Ids::system().secret()))?;
    Ok(format!(
        "[intake.identity]\nadmin_group = {}\n\
         [[intake.identity.providers]]\nissuer = {}\naudience = {}\njwks_file = {}\n\
         groups_claim = {}\n\
         [intake.invitations]\nlink_key_file = {}\n",
        quoted(ADMIN_GROUP)?,
        quoted(ISSUER)?,
        quoted(AUDIENCE)?,
        quoted_path(issuer.jwks_file())?,
        quoted(GROUPS_CLAIM)?,
        quoted_path(&link_key)?,
    ))
}

/// Notification: the stack's mail sink, in plain text on this machine, and endpoints there.
pub(crate) fn notification(stack: &Stack, installation: &Installation) -> Result<String> {
    let sealing = STANDARD.encode(Ids::system().secret());
    let webhook_keys = installation.secret("webhooks.keys", &format!("stack {sealing}"))?;
    Ok(format!(
        "[notification.smtp]\nhost = \"127.0.0.1\"\nport = {}\nhello_name = \"winner.contoh.test\"\n\
         starttls = \"none\"\n\
         [notification.mail]\nfrom = \"Sekretariat Contoh <sekretariat@contoh.test>\"\n\
         reply_to = \"sekretariat@contoh.test\"\nlinks_base = \"https://kompetisi.contoh.test/\"\n\
         [notification.outside_editions]\ndata_notice = \"DATA CONTOH\"\n\
         [notification.webhooks]\nkey_file = {}\nallow_plain_loopback = true\n",
        stack.smtp_port(),
        quoted_path(&webhook_keys)?,
    ))
}

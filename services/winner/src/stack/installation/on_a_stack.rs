//! What a service must be told beyond the common sections when it runs on a stack: lines of TOML.

use super::{Installation, quoted, quoted_path};
use crate::keys::RandomSecret;
use crate::stack::Stack;
use crate::stack::issuer::{ADMIN_GROUP, AUDIENCE, GROUPS_CLAIM, ISSUER};
use crate::stack::outside::TEST_NUMBERS;
use anyhow::Result;

/// Nothing.
#[expect(clippy::unnecessary_wraps, reason = "one signature for every service")]
pub(crate) fn nothing(_stack: &Stack, _installation: &Installation) -> Result<String> {
    Ok(String::new())
}

/// Intake: the stack's identity provider, and what signs invitations.
pub(crate) fn intake(_stack: &Stack, installation: &Installation) -> Result<String> {
    let issuer = installation.issuer()?;
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
        quoted_path(&installation.random(RandomSecret::LINKS))?,
    ))
}

/// Notification: the stack's mail sink, in plain text on this machine, endpoints there, and the stack's
/// telephones, at any hour. SMS go to them once the gateway and the purposes are named (`sms.gateway`, as
/// `kannel`, and `sms.purposes`). Where receipts come in is each copy's own, from its environment; the file
/// has a place for the commands that look at settings.
pub(crate) fn notification(stack: &Stack, installation: &Installation) -> Result<String> {
    let gateway_login = installation.secret("gateway.login", "winner")?;
    Ok(format!(
        "[notification.smtp]\nhost = \"127.0.0.1\"\nport = {}\nhello_name = \"winner.contoh.test\"\n\
         starttls = \"none\"\n\
         [notification.mail]\nfrom = \"Sekretariat Contoh <sekretariat@contoh.test>\"\n\
         reply_to = \"sekretariat@contoh.test\"\nlinks_base = \"https://kompetisi.contoh.test/\"\n\
         [notification.outside_editions]\ndata_notice = \"DATA CONTOH\"\n\
         [notification.webhooks]\nkey_file = {}\nallow_plain_loopback = true\n\
         [notification.public_http]\nlisten = \"127.0.0.1:0\"\n\
         [notification.addresses]\nhash_key_file = {}\n\
         [notification.sms]\nurl = {}\n\
         secret_files = {{ username = {login}, password = {login} }}\n\
         receipts_base = {}\nreceipts_secret_file = {}\n\
         sender = \"WINNER\"\nsender_registration = \"registered\"\ntest_prefixes = [{}]\n\
         from_hour = 0\nuntil_hour = 24\nmessages_in_a_window = 1000\n",
        stack.smtp_port(),
        quoted_path(&installation.random(RandomSecret::WEBHOOKS))?,
        quoted_path(&installation.random(RandomSecret::ADDRESSES))?,
        quoted(&stack.outside().gateway())?,
        quoted(&format!(
            "{}/",
            installation.fleet.public_url("notification")?
        ))?,
        quoted_path(&installation.random(RandomSecret::RECEIPTS))?,
        quoted(TEST_NUMBERS)?,
        login = quoted_path(&gateway_login)?,
    ))
}

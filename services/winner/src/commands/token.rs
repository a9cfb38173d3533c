//! `winner token`: a token for trying things out by hand.
//!
//! It is signed with a service's own key, which whoever runs this must be able to read; and it is
//! refused where the database says production.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use secrecy::ExposeSecret;
use uuid::Uuid;
use winner_platform::auth::keys::ServiceKey;
use winner_platform::auth::{Grant, TokenSigner};
use winner_platform::clock::offsets_allowed;
use winner_platform::pg;

use crate::cli::Common;
use crate::settings::OperatorConfig;

/// What `winner token` takes.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Subcommand, Debug)]
enum Kind {
    /// What intake's ExchangeToken would give a person.
    Person {
        /// The person's id.
        #[arg(long)]
        id: Uuid,
        /// An office held: `chair@EDITION`, `official@EDITION/ORGANISATION`, or `admin` for the
        /// whole installation. May be repeated.
        #[arg(long = "office", value_name = "OFFICE[@EDITION[/SCOPE]]")]
        offices: Vec<String>,
        /// Intake's private key.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// How long it is good for, in seconds, 300 at most.
        #[arg(long, default_value_t = 300)]
        seconds: u64,
    },
    /// What one service shows another.
    Service {
        /// The service that calls.
        #[arg(long)]
        from: String,
        /// The service that is called.
        #[arg(long)]
        to: String,
        /// For whom it calls.
        #[arg(long)]
        on_behalf_of: Option<Uuid>,
        /// The calling service's private key.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// Runs the command: the token on standard output, nothing else.
///
/// # Errors
/// In production, or when the key cannot be read.
pub async fn run(common: &Common, arguments: Arguments) -> Result<()> {
    refuse_in_production(common).await?;
    let token = match arguments.kind {
        Kind::Person {
            id,
            offices,
            key,
            seconds,
        } => {
            let grants = offices
                .iter()
                .map(|office| parse_grant(office))
                .collect::<Result<Vec<_>>>()?;
            signer("intake", &key)?.person_token(id, &grants, Duration::from_secs(seconds))?
        }
        Kind::Service {
            from,
            to,
            on_behalf_of,
            key,
        } => signer(&from, &key)?.service_token(&to, on_behalf_of)?,
    };
    println!("{}", token.expose_secret());
    Ok(())
}

fn signer(service: &str, key: &std::path::Path) -> Result<TokenSigner> {
    Ok(TokenSigner::new(service, ServiceKey::from_pem_file(key)?))
}

async fn refuse_in_production(common: &Common) -> Result<()> {
    let config = OperatorConfig::load(common)?;
    let pool = pg::connect(&config.postgres, "platform").await?;
    let mut connection = pool.acquire().await?;
    let rehearsal = offsets_allowed(&mut connection)
        .await
        .context("schema platform is not migrated: run `winner migrate`")?;
    if !rehearsal {
        bail!("this installation is production: people sign in at the provider");
    }
    Ok(())
}

fn parse_grant(text: &str) -> Result<Grant> {
    let (office, place) = match text.split_once('@') {
        Some((office, place)) => (office, Some(place)),
        None => (text, None),
    };
    if office.is_empty() || place.is_some_and(str::is_empty) {
        bail!("{text:?} is no office: write chair@EDITION");
    }
    Ok(match place.map(|place| place.split_once('/')) {
        None => Grant::everywhere(office),
        Some(None) => Grant::new(office, place.unwrap_or_default()),
        Some(Some((edition, scope))) => Grant::new(office, edition).within(scope),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_are_read_with_their_place() {
        assert_eq!(parse_grant("admin").unwrap(), Grant::everywhere("admin"));
        assert_eq!(parse_grant("chair@e1").unwrap(), Grant::new("chair", "e1"));
        assert_eq!(
            parse_grant("official@e1/7371").unwrap(),
            Grant::new("official", "e1").within("7371")
        );
        assert!(parse_grant("chair@").is_err());
        assert!(parse_grant("").is_err());
    }
}

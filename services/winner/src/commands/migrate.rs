//! `winner migrate`: the database's roles and schemas.

use anyhow::{Context, Result};
use clap::Args;
use secrecy::ExposeSecret;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use winner_platform::{Ids, config, pg};

use crate::cli::Common;
use crate::registry::SERVICES;
use crate::schema::{migrate, roles};
use crate::settings::OperatorConfig;

/// What `winner migrate` takes.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Make the roles first, and give them the passwords configured: needs a superuser (admin_url).
    #[arg(long)]
    create_roles: bool,

    /// Mark this installation as production, for ever: business time cannot be shifted and no
    /// development token is minted.
    #[arg(long)]
    production: bool,
}

/// Runs the command.
///
/// # Errors
/// When the database refuses or a migration fails.
pub async fn run(common: &Common, arguments: Arguments) -> Result<()> {
    let config = OperatorConfig::load(common)?;
    let prefix = config.prefix()?;
    if arguments.create_roles {
        let url = config::secret(config.admin_url.as_ref(), config.admin_url_file.as_deref())
            .context("admin_url")?;
        let options: PgConnectOptions = url.expose_secret().parse().context("admin_url")?;
        let mut admin = options.connect().await.context("as the superuser")?;
        roles::create_roles(&mut admin, &prefix, &config.passwords()?, &Ids::system()).await?;
        admin.close().await?;
        println!("the roles are there");
    }
    let mut connection = pg::options(&config.postgres, "platform")?
        .connect()
        .await
        .context("as the migrator")?;
    migrate::migrate(&mut connection, &prefix, SERVICES, |line| {
        println!("{line}");
    })
    .await?;
    if arguments.production {
        forbid_offsets(&mut connection).await?;
        println!("this installation is production: business time is real time");
    }
    Ok(())
}

async fn forbid_offsets(connection: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "UPDATE platform.clock
         SET    offsets_forbidden = true"
    )
    .execute(connection)
    .await
    .context("a shifted clock cannot become production: set it back first")?;
    Ok(())
}

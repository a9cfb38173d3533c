//! `winner clock`: business time, shown and, outside production, shifted.

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use sqlx::PgPool;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use winner_platform::{clock, pg};

use crate::cli::Common;
use crate::settings::OperatorConfig;

/// What to do with the clock.
#[derive(Subcommand, Debug)]
pub enum Action {
    /// Shows business time and its distance from real time.
    Show,
    /// Sets business time: `2026-03-01T11:59:00+07:00`, or `real`.
    Set {
        /// The time it shall be now.
        to: String,
    },
    /// Moves business time on: `90s`, `15m`, `36h`, `2d`, or several as in `1d12h`.
    Advance {
        /// By how much.
        by: String,
    },
}

/// Runs the command.
///
/// # Errors
/// In production, or when the database cannot be reached.
pub async fn run(common: &Common, action: Action) -> Result<()> {
    let config = OperatorConfig::load(common)?;
    let pool = pg::connect(&config.postgres, "platform").await?;
    match action {
        Action::Show => {}
        Action::Set { to } => {
            let offset = if to == "real" {
                Duration::ZERO
            } else {
                let to = OffsetDateTime::parse(&to, &Rfc3339).with_context(|| {
                    format!("{to:?} is no time such as 2026-03-01T11:59:00+07:00")
                })?;
                to - database_time(&pool).await?
            };
            clock::set_offset(&pool, offset).await?;
        }
        Action::Advance { by } => {
            clock::advance_offset(&pool, parse_duration(&by)?).await?;
        }
    }
    show(&pool).await
}

async fn show(pool: &PgPool) -> Result<()> {
    let (real, offset) = (database_time(pool).await?, clock::read_offset(pool).await?);
    let business = real.saturating_add(offset);
    println!("business time {}", business.format(&Rfc3339)?);
    println!("real time     {}", real.format(&Rfc3339)?);
    println!("ahead by      {} s", offset.as_seconds_f64());
    Ok(())
}

/// What the database takes for real time.
///
/// # Errors
/// When it cannot be asked.
pub(crate) async fn database_time(pool: &PgPool) -> Result<OffsetDateTime> {
    Ok(sqlx::query_scalar!("SELECT clock_timestamp() AS \"now!\"")
        .fetch_one(pool)
        .await?)
}

/// A sum of whole seconds, minutes, hours and days, written as `1d12h30m5s`.
fn parse_duration(text: &str) -> Result<Duration> {
    let mut total = Duration::ZERO;
    let mut number = String::new();
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            number.push(letter);
            continue;
        }
        let count: i64 = number
            .parse()
            .with_context(|| format!("{text:?}: a number is missing before {letter:?}"))?;
        number.clear();
        let seconds = match letter {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => bail!("{text:?}: units are s, m, h and d"),
        };
        let part = count
            .checked_mul(seconds)
            .with_context(|| format!("{text:?} is too long"))?;
        total = total
            .checked_add(Duration::seconds(part))
            .with_context(|| format!("{text:?} is too long"))?;
    }
    if !number.is_empty() || text.is_empty() {
        bail!("{text:?}: a unit is missing: s, m, h or d");
    }
    Ok(total)
}

#[cfg(test)]
mod tests;

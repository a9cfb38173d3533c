//! Waiting for what happens elsewhere.

use std::time::Duration;

use anyhow::{Result, bail};

const PAUSE: Duration = Duration::from_millis(100);

/// Asks again and again until nothing is in the way any more. An asker that fails is asked again: the
/// servers may be down.
///
/// # Errors
/// When something is still in the way after `patience`: what it is.
pub async fn until_nothing(
    patience: Duration,
    mut in_the_way: impl AsyncFnMut() -> Result<Vec<String>>,
) -> Result<()> {
    let ends = tokio::time::Instant::now() + patience;
    loop {
        let left = match in_the_way().await {
            Ok(left) if left.is_empty() => return Ok(()),
            Ok(left) => left,
            Err(error) => vec![format!("{error:#}")],
        };
        if tokio::time::Instant::now() >= ends {
            bail!("after {} s still:\n{}", patience.as_secs(), left.join("\n"));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

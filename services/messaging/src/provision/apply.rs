//! Making one change.

use async_nats::jetstream;

use crate::provision::{Change, ProvisionError};

pub(super) async fn apply(
    jetstream: &jetstream::Context,
    change: &Change,
) -> Result<(), ProvisionError> {
    let subject = change.to_string();
    match change {
        Change::CreateStream(config) => {
            jetstream
                .create_stream(config.as_ref())
                .await
                .map_err(|error| ProvisionError::broker(&subject, error))?;
        }
        Change::UpdateStream(config) => {
            jetstream
                .update_stream(config.as_ref())
                .await
                .map_err(|error| ProvisionError::broker(&subject, error))?;
        }
        Change::CreateConsumer(stream, config) => {
            // Strict: whoever made it otherwise in the meantime is not overruled.
            jetstream
                .create_consumer_strict_on_stream(config.as_ref().clone(), stream)
                .await
                .map_err(|error| ProvisionError::broker(&subject, error))?;
        }
        Change::UpdateConsumer(stream, config) => {
            jetstream
                .update_consumer_on_stream(config.as_ref().clone(), stream)
                .await
                .map_err(|error| ProvisionError::broker(&subject, error))?;
        }
    }
    tracing::info!(change = subject, "provision.changed");
    Ok(())
}

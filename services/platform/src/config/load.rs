//! Merging the layers, and finding every mistake in one go.

use std::path::Path;

use serde::de::DeserializeOwned;

use super::{ConfigErrors, Loaded, Validate};

pub(super) fn load<T: DeserializeOwned + Validate>(
    _role: &str,
    _defaults_toml: &str,
    _file: Option<&Path>,
    _env_prefix: &str,
    _environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Loaded<T>, ConfigErrors> {
    unimplemented!()
}

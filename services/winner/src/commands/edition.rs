//! `winner edition`: checks an edition file and writes it as the request takes it.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use winner_proto::intake::v1::{ApplyEditionVersionRequest, CreateEditionRequest};

use crate::edition;

/// What `winner edition` takes.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The edition's rules, in YAML.
    file: PathBuf,

    /// The etag of the edition as you have seen it: write a further version of its rules instead of a
    /// new edition.
    #[arg(long)]
    etag: Option<String>,
}

/// Prints the request of `EditionService.CreateEdition`, or of `ApplyEditionVersion`, as JSON. Needs
/// no server.
///
/// # Errors
/// Everything that is wrong with the file, by line.
pub fn run(arguments: Arguments) -> Result<()> {
    let definition = edition::load(&arguments.file)?;
    // The same file, sent again, is the same request.
    let json = match arguments.etag {
        None => serde_json::to_string_pretty(&CreateEditionRequest {
            request_id: format!("create-{}", definition.edition_id),
            definition: Some(definition),
        }),
        Some(etag) => serde_json::to_string_pretty(&ApplyEditionVersionRequest {
            name: format!("editions/{}", definition.edition_id),
            request_id: format!("apply-after-{etag}"),
            definition: Some(definition),
            etag,
        }),
    };
    println!("{}", json?);
    Ok(())
}

//! Proofs about a record: receipts of single events, and that it has only grown.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use winner_judging_core::canonical;
use winner_judging_core::record::{Bundle, Receipt, VerifyingKey, bundle};
use winner_judging_core::verify::{GrowthError, growth};

/// An event with the proof that it is in the record.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proven {
    event: serde_json::Value,
    receipt: Receipt,
}

/// Checks a record against an earlier one, or its checkpoint, in a file.
pub(super) fn grown(
    record: &[u8],
    earlier: &Path,
    known: &[VerifyingKey],
) -> anyhow::Result<Result<u64, GrowthError>> {
    let text = std::fs::read_to_string(earlier)
        .with_context(|| format!("cannot read {}", earlier.display()))?;
    Ok(growth(record, &text, known))
}

/// The receipt of one event.
pub(super) fn receipt(
    record: &[u8],
    index: usize,
    known: &[VerifyingKey],
) -> anyhow::Result<String> {
    let record = Bundle::parse(record, known)?;
    let tree = bundle::tree(&record.events)?;
    let receipt = Receipt::of(&tree, index, &record.checkpoint);
    let (Some(event), Some(receipt)) = (record.events.get(index), receipt) else {
        anyhow::bail!("the record has {} events, from 0", record.events.len());
    };
    let proven = Proven {
        event: serde_json::to_value(event)?,
        receipt,
    };
    Ok(serde_json::to_string_pretty(&proven)?)
}

/// Prints the receipt of one event.
pub(super) fn print_receipt(
    record: &[u8],
    index: usize,
    known: &[VerifyingKey],
) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{}", receipt(record, index, known)?)?;
    Ok(())
}

/// Checks a receipt with keys that are known beforehand.
pub(super) fn check_receipt(path: &Path, known: &[VerifyingKey]) -> anyhow::Result<ExitCode> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let proven: Proven = serde_json::from_str(&text)
        .with_context(|| format!("{} is not a receipt", path.display()))?;
    let event = canonical::to_bytes(&proven.event)?;
    match proven.receipt.verify(&event, known) {
        Ok(()) => {
            writeln!(
                std::io::stdout(),
                "the event is in the record, at {}",
                proven.receipt.index
            )?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            writeln!(std::io::stderr(), "the receipt does not hold: {error}")?;
            Ok(ExitCode::FAILURE)
        }
    }
}

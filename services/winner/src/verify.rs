//! `winner verify`: does a published record hold? Offline, with nothing but the file.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use winner_judging_core::record::{SignedCheckpoint, SigningKey, VerifyingKey};
use winner_judging_core::verify::{Verdict, verify};

use crate::rank::read_key;

/// Verifies a public record: its form, its signatures, and every number in it.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The record.
    #[arg(value_name = "BUNDLE", required_unless_present = "print_witness_key")]
    pub bundle: Option<PathBuf>,
    /// A key trusted beforehand, as name+id+base64; may be given several times.
    #[arg(long, value_name = "KEY")]
    pub key: Vec<String>,
    /// Cosign the record if it holds: the witness's name. Prints the record with the cosignature added.
    #[arg(long, value_name = "NAME", requires = "cosign_key")]
    pub cosign_as: Option<String>,
    /// The witness's key: a file of 64 hexadecimal digits.
    #[arg(long, value_name = "FILE")]
    pub cosign_key: Option<PathBuf>,
    /// When it is cosigned, in seconds since 1970: `--at "$(date +%s)"`.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub at: u64,
    /// Print the witness's public key, for the organiser to list in the record.
    #[arg(long, requires = "cosign_as")]
    pub print_witness_key: bool,
}

/// Verifies; exits with 0 when the record holds and with 1 when it does not.
///
/// # Errors
/// When a file cannot be read, or a key is none.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let witness = witness(args)?;
    if let (true, Some(witness)) = (args.print_witness_key, &witness) {
        writeln!(out, "{}", witness.witness_key().to_text())?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(path) = &args.bundle else {
        return Ok(ExitCode::FAILURE);
    };
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let known = args
        .key
        .iter()
        .map(|text| VerifyingKey::parse(text).with_context(|| format!("the key {text}")))
        .collect::<anyhow::Result<Vec<_>>>()?;
    match verify(&bytes, &known) {
        Ok(verdict) => {
            if let Some(witness) = witness {
                write!(out, "{}", cosigned(&bytes, &witness, args.at)?)?;
            } else {
                print(&mut out, &verdict)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            writeln!(
                std::io::stderr().lock(),
                "the record does not hold: {error}"
            )?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn witness(args: &Args) -> anyhow::Result<Option<SigningKey>> {
    let (Some(name), Some(path)) = (&args.cosign_as, &args.cosign_key) else {
        return Ok(None);
    };
    Ok(Some(SigningKey::from_seed(name, &read_key(path)?)?))
}

/// The record with one more cosignature on its checkpoint.
fn cosigned(bytes: &[u8], witness: &SigningKey, at: u64) -> anyhow::Result<String> {
    let text = std::str::from_utf8(bytes)?;
    // An empty line ends the checkpoint, and the first event begins with a brace.
    let end = text.find("\n{").context("the record has no events")?;
    let mut signed = SignedCheckpoint::parse(&text[..end])?;
    witness.cosign(&mut signed, at);
    Ok(format!("{}{}", signed.to_text(), &text[end..]))
}

fn print(out: &mut impl std::io::Write, verdict: &Verdict) -> anyhow::Result<()> {
    writeln!(out, "the record of {} holds", verdict.origin)?;
    writeln!(out, "events:       {}", verdict.events)?;
    writeln!(out, "root:         {}", verdict.root)?;
    writeln!(out, "ranked:       {}", verdict.ranked)?;
    writeln!(out, "ranking hash: {}", verdict.ranking_hash)?;
    let witnesses = if verdict.witnesses.is_empty() {
        "none".to_owned()
    } else {
        verdict.witnesses.join(", ")
    };
    writeln!(out, "cosigned by:  {witnesses}")?;
    if !verdict.key_was_known {
        writeln!(
            out,
            "the key was read from the record itself; give --key to tie it to the organiser"
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser;

    use super::*;
    use crate::rank;

    #[derive(Parser)]
    enum Cli {
        Rank(rank::Args),
        Verify(Args),
    }

    /// Runs a command line and says whether it ended well.
    fn ends_well(line: &[&str]) -> bool {
        let code = match Cli::try_parse_from([&["winner"], line].concat()).unwrap() {
            Cli::Rank(args) => rank::run(&args).unwrap(),
            Cli::Verify(args) => run(&args).unwrap(),
        };
        format!("{code:?}") == format!("{:?}", ExitCode::SUCCESS)
    }

    const RUBRIC: &str = "criteria:\n  - {id: overall, weight: 1, scale: {min: 0, max: 10, step: 0.5}}\n\
                          rounding: {result: 2}\nties: [head_to_head]\naggregator: reml\n";

    /// A round of ten entries and five judges, ranked, recorded and signed.
    fn recorded(folder: &Path) -> String {
        let mut sheet = "entry,judge,score\n".to_owned();
        for entry in 0..10 {
            for judge in 0..4 {
                let (name, score) = ((judge + entry) % 5, (entry * 3 + judge * 5) % 8 + entry);
                sheet.extend([&format!("E{entry},J{name},{}\n", f64::from(score) / 2.0)[..]]);
            }
        }
        std::fs::write(folder.join("scores.csv"), sheet).unwrap();
        std::fs::write(folder.join("rubric.yaml"), RUBRIC).unwrap();
        std::fs::write(folder.join("key"), "01".repeat(32)).unwrap();
        let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        let (scores, rubric, key, record) = (
            path("scores.csv"),
            path("rubric.yaml"),
            path("key"),
            path("record"),
        );
        assert!(ends_well(&[
            "rank",
            "--scores",
            &scores,
            "--rubric",
            &rubric,
            "--top",
            "3",
            "--bundle",
            &record,
            "--signing-key",
            &key,
            "--origin",
            "winner.example/test",
            "--format",
            "csv",
        ]));
        record
    }

    #[test]
    fn a_record_that_was_just_made_holds_and_a_changed_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let record = recorded(folder.path());
        assert!(ends_well(&["verify", &record]));
        let text = std::fs::read_to_string(&record).unwrap();
        assert_eq!(text.matches("scorecard_submitted").count(), 40);
        std::fs::write(&record, text.replacen("\"given\":", "\"given\": ", 1)).unwrap();
        assert!(!ends_well(&["verify", &record]));
    }

    #[test]
    fn a_sheet_without_scores_ends_badly() {
        let folder = tempfile::tempdir().unwrap();
        let sheet = folder.path().join("empty.csv");
        std::fs::write(&sheet, "entry,judge\nA,J\n").unwrap();
        assert!(!ends_well(&["rank", "--scores", sheet.to_str().unwrap()]));
    }
}

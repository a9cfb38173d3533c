//! The files of `winner rank`: spreadsheets in, records out.

use std::path::Path;

use anyhow::{Context as _, bail};
use calamine::{Data, Range, Reader as _, open_workbook_auto};
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value};
use winner_judging_core::RankingInput;
use winner_judging_core::record::{Bundle, SigningKey, VerifyingKey};
use winner_judging_core::sheet::{self, Problem, ProblemKind};

use crate::rank::{Args, read_key};

/// Reads a CSV file, or a workbook's first sheet that names an entry (of none, its first); says what was guessed.
pub(crate) fn read_table(path: &Path) -> anyhow::Result<(Vec<Vec<String>>, Vec<Problem>)> {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    if ["xlsx", "xlsm", "xlsb", "xls", "ods"].contains(&extension.to_lowercase().as_str()) {
        return Ok((read_workbook(path)?, Vec::new()));
    }
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let decoded = sheet::decode(&bytes);
    let guessed = Problem {
        cell: sheet::cell_name(0, 0),
        kind: ProblemKind::OldEncoding,
    };
    let table = sheet::parse(&decoded.text)
        .with_context(|| format!("{} is not a table", path.display()))?;
    Ok((table, Vec::from_iter(decoded.guessed.then_some(guessed))))
}

fn read_workbook(path: &Path) -> anyhow::Result<Vec<Vec<String>>> {
    let mut workbook =
        open_workbook_auto(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut first = None;
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name);
        let range =
            range.with_context(|| format!("cannot read the sheet {name} of {}", path.display()))?;
        let table = cells(&range);
        if sheet::names_entries(&table) {
            return Ok(table);
        }
        first.get_or_insert(table);
    }
    first.with_context(|| format!("{} has no sheet", path.display()))
}

/// Rows and columns before the first cell are empty, but count: problems name cells as people see them.
fn cells(range: &Range<Data>) -> Vec<Vec<String>> {
    let (first_row, first_column) = range.start().unwrap_or((0, 0));
    let mut table = vec![Vec::new(); first_row as usize];
    for row in range.rows() {
        let before = std::iter::repeat_n(String::new(), first_column as usize);
        table.push(before.chain(row.iter().map(cell_text)).collect());
    }
    table
}

/// A cell as text: whole numbers without a point, others with the shortest digits. A date stays a date: spreadsheets make one of
/// `7.5` where the decimal sign is a comma, and its day number is no mark.
fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Float(value) => value.to_string(),
        Data::Empty => String::new(),
        Data::DateTime(date) => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        other => other.to_string(),
    }
}

/// Reads a YAML file; with `texts`, every scalar becomes a text, so that a decimal is never a float.
pub(crate) fn read_yaml(path: &Path, texts: bool) -> anyhow::Result<Value> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let documents =
        Yaml::load_from_str(&text).with_context(|| format!("{} is not YAML", path.display()))?;
    let [document] = documents.as_slice() else {
        bail!("{} holds no document, or several", path.display());
    };
    to_json(document, texts).with_context(|| format!("{} holds what JSON does not", path.display()))
}

fn to_json(node: &Yaml<'_>, texts: bool) -> anyhow::Result<Value> {
    Ok(match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Integer(number)) if !texts => Value::from(*number),
        Yaml::Value(Scalar::Integer(number)) => Value::from(number.to_string()),
        Yaml::Value(Scalar::FloatingPoint(number)) if !texts => Value::from(number.0),
        Yaml::Value(Scalar::FloatingPoint(number)) => Value::from(number.to_string()),
        Yaml::Value(Scalar::Boolean(value)) => Value::from(*value),
        Yaml::Value(Scalar::String(text)) => Value::from(text.as_ref()),
        Yaml::Sequence(items) => items
            .iter()
            .map(|item| to_json(item, texts))
            .collect::<anyhow::Result<_>>()?,
        Yaml::Mapping(members) => {
            let mut object = Map::new();
            for (name, member) in members {
                let name = name.as_str().context("a key is not a text")?;
                object.insert(name.to_owned(), to_json(member, texts)?);
            }
            Value::Object(object)
        }
        _ => bail!("a tag or an alias"),
    })
}

/// Writes the signed public record of a ranking.
pub(crate) fn write_bundle(path: &Path, input: &RankingInput, args: &Args) -> anyhow::Result<()> {
    let (Some(key), Some(origin)) = (&args.signing_key, &args.origin) else {
        bail!("a bundle needs --signing-key and --origin");
    };
    let key = SigningKey::from_seed(origin, &read_key(key)?)?;
    let witnesses = args
        .witness
        .iter()
        .map(|text| VerifyingKey::parse(text))
        .collect::<Result<Vec<_>, _>>()
        .context("a witness's key")?;
    let text = Bundle::of_round(input, &key, &witnesses)?.to_text()?;
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

//! The form of an edition, and answers that fit it.

use std::collections::{BTreeMap, BTreeSet};

use winner_proto::types::v1::{Value, value::Kind};

use super::ids::{ChoiceId, FieldId};
use super::region::RegionCode;

/// What a submission is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    fields: BTreeMap<FieldId, Field>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Where it stands in the form, from 0.
    pub position: usize,
    /// What answers it.
    pub kind: FieldKind,
    /// A submission without it is incomplete.
    pub required: bool,
    /// Matching may read the text, blinded.
    pub for_matching: bool,
    /// Judges see the answer.
    pub for_judges: bool,
}

/// What answers a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// Free text.
    Text {
        /// Longest text, in characters.
        max_characters: u32,
    },
    /// A whole number.
    Integer,
    /// An exact decimal.
    Decimal,
    /// Yes or no.
    Boolean,
    /// One or several of these.
    Choices(BTreeSet<ChoiceId>),
    /// A region.
    Region,
    /// Whole rupiah.
    Rupiah,
    /// A file that was uploaded before.
    File,
}

/// Why an answer does not fit its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The form has no such field.
    #[error("the form has no such field")]
    UnknownField,
    /// The answer is of another type.
    #[error("is of another type than the field")]
    WrongType,
    /// The text is too long.
    #[error("must have at most {0} characters")]
    TooLong(u32),
    /// The text holds control characters.
    #[error("must not hold control characters")]
    ControlCharacter,
    /// Not an exact decimal.
    #[error("must be a decimal such as 12.50")]
    NotADecimal,
    /// A choice that the form does not list, or none, or one twice.
    #[error("must be choices of the field, each once")]
    BadChoices,
    /// No region of the table.
    #[error("must be a known region code")]
    UnknownRegion,
    /// A negative amount.
    #[error("must not be negative")]
    Negative,
    /// The file's id or hash is malformed.
    #[error("must name an uploaded file by id and SHA-256")]
    BadFile,
}

impl AnswerError {
    /// The same for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownField => "UNKNOWN_FIELD",
            Self::WrongType => "WRONG_TYPE",
            Self::TooLong(_) => "TOO_LONG",
            Self::ControlCharacter => "CONTROL_CHARACTER",
            Self::NotADecimal => "NOT_A_DECIMAL",
            Self::BadChoices => "BAD_CHOICES",
            Self::UnknownRegion => "UNKNOWN_REGION",
            Self::Negative => "NEGATIVE",
            Self::BadFile => "BAD_FILE",
        }
    }
}

impl Form {
    /// A form of these fields.
    pub const fn new(fields: BTreeMap<FieldId, Field>) -> Self {
        Self { fields }
    }

    /// The fields, by id.
    pub const fn fields(&self) -> &BTreeMap<FieldId, Field> {
        &self.fields
    }

    /// Checks an answer; an answer of no kind clears the field and always fits.
    ///
    /// # Errors
    /// [`AnswerError`].
    pub fn fits(&self, id: &FieldId, answer: &Value) -> Result<(), AnswerError> {
        let field = self.fields.get(id).ok_or(AnswerError::UnknownField)?;
        match &answer.kind {
            None => Ok(()),
            Some(kind) => field.kind.fits(kind),
        }
    }
}

impl FieldKind {
    fn fits(&self, answer: &Kind) -> Result<(), AnswerError> {
        match (self, answer) {
            (Self::Text { max_characters }, Kind::Text(text)) => text_fits(text, *max_characters),
            (Self::Integer, Kind::Integer(_)) | (Self::Boolean, Kind::Boolean(_)) => Ok(()),
            (Self::Decimal, Kind::Decimal(text)) if is_decimal(text) => Ok(()),
            (Self::Decimal, Kind::Decimal(_)) => Err(AnswerError::NotADecimal),
            (Self::Choices(listed), Kind::Choices(chosen)) => {
                let ids = chosen.choice_ids.iter().map(|id| ChoiceId::parse(id));
                let known: BTreeSet<_> = ids
                    .filter_map(Result::ok)
                    .filter(|id| listed.contains(id))
                    .collect();
                let sound = !known.is_empty() && known.len() == chosen.choice_ids.len();
                if sound {
                    Ok(())
                } else {
                    Err(AnswerError::BadChoices)
                }
            }
            (Self::Region, Kind::RegionCode(code)) => RegionCode::parse(code)
                .map(drop)
                .map_err(|_| AnswerError::UnknownRegion),
            (Self::Rupiah, Kind::Rupiah(amount)) if *amount >= 0 => Ok(()),
            (Self::Rupiah, Kind::Rupiah(_)) => Err(AnswerError::Negative),
            (Self::File, Kind::File(file)) => {
                let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
                let sound = uuid::Uuid::try_parse(&file.file_id).is_ok()
                    && file.sha256.len() == 64
                    && file.sha256.bytes().all(hex);
                if sound {
                    Ok(())
                } else {
                    Err(AnswerError::BadFile)
                }
            }
            _ => Err(AnswerError::WrongType),
        }
    }
}

fn text_fits(text: &str, max_characters: u32) -> Result<(), AnswerError> {
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(AnswerError::ControlCharacter);
    }
    match u32::try_from(text.chars().count()) {
        Ok(count) if count <= max_characters => Ok(()),
        _ => Err(AnswerError::TooLong(max_characters)),
    }
}

/// An answer that says something: an empty text or nothing at all does not.
pub fn says_something(answer: &Value) -> bool {
    match &answer.kind {
        None => false,
        Some(Kind::Text(text)) => !text.trim().is_empty(),
        Some(_) => true,
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let sound = match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    };
    sound && text.len() <= 40
}

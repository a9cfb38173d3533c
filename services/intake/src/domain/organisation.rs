//! A team's body.

/// Its legal form. There is no form "social enterprise": eligibility looks at the mission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegalForm {
    /// Perseroan terbatas.
    Pt,
    /// Perseroan perorangan.
    PtPerorangan,
    /// Persekutuan komanditer.
    Cv,
    /// Koperasi.
    Koperasi,
    /// Yayasan.
    Yayasan,
    /// Perkumpulan.
    Perkumpulan,
    /// Firma.
    Firma,
    /// Persekutuan perdata.
    PersekutuanPerdata,
    /// Badan usaha milik desa.
    Bumdes,
    /// Not yet incorporated.
    NotIncorporated,
}

impl LegalForm {
    /// Every form.
    pub const ALL: [Self; 10] = [
        Self::Pt,
        Self::PtPerorangan,
        Self::Cv,
        Self::Koperasi,
        Self::Yayasan,
        Self::Perkumpulan,
        Self::Firma,
        Self::PersekutuanPerdata,
        Self::Bumdes,
        Self::NotIncorporated,
    ];

    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pt => "pt",
            Self::PtPerorangan => "pt_perorangan",
            Self::Cv => "cv",
            Self::Koperasi => "koperasi",
            Self::Yayasan => "yayasan",
            Self::Perkumpulan => "perkumpulan",
            Self::Firma => "firma",
            Self::PersekutuanPerdata => "persekutuan_perdata",
            Self::Bumdes => "bumdes",
            Self::NotIncorporated => "not_incorporated",
        }
    }

    /// From the stored form.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.code() == code)
    }
}

/// Nomor Induk Berusaha: 13 digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nib(String);

/// A text that is no NIB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have 13 digits")]
pub struct NotANib;

impl Nib {
    /// Reads a NIB; blanks, dots and hyphens between digits are left out.
    ///
    /// # Errors
    /// [`NotANib`].
    pub fn parse(text: &str) -> Result<Self, NotANib> {
        let digits: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '.' | '-'))
            .collect();
        if digits.len() == 13 && digits.bytes().all(|c| c.is_ascii_digit()) {
            Ok(Self(digits))
        } else {
            Err(NotANib)
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

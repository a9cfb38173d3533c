//! Regions by Kemendagri code, never by name: ten kabupaten and kota share theirs.

use std::fmt;

use super::region_table::{PROVINCES, REGENCIES};
use super::zone::Zone;

/// A province such as `73` or a kabupaten or kota such as `73.71`, from the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode(&'static str);

/// A text that is no code of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no region code that is known, such as `73` or `73.71`")]
pub struct UnknownRegion;

impl RegionCode {
    /// Looks a code up.
    ///
    /// # Errors
    /// [`UnknownRegion`] for whatever the table does not hold.
    pub fn parse(text: &str) -> Result<Self, UnknownRegion> {
        let province = PROVINCES.binary_search_by_key(&text, |(code, ..)| code);
        if let Some((code, ..)) = province.ok().and_then(|at| PROVINCES.get(at)) {
            return Ok(Self(code));
        }
        let regency = REGENCIES.binary_search_by_key(&text, |(code, _)| code);
        regency
            .ok()
            .and_then(|at| REGENCIES.get(at))
            .map(|(code, _)| Self(code))
            .ok_or(UnknownRegion)
    }

    /// The code.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The province that it is or lies in.
    #[must_use]
    pub fn province(self) -> Self {
        Self(self.0.get(..2).unwrap_or(self.0))
    }

    /// It is a province.
    pub const fn is_province(self) -> bool {
        self.0.len() == 2
    }

    /// The kabupaten and kota of a province that the table holds, by code.
    pub fn regencies(self) -> impl Iterator<Item = Self> {
        let known = REGENCIES.iter().map(|(code, _)| Self(code));
        known.filter(move |regency| self.is_province() && regency.province() == self)
    }

    /// Its name with its kind, such as `Kota Makassar`.
    pub fn name(self) -> &'static str {
        let province = PROVINCES
            .iter()
            .find(|(code, ..)| *code == self.0)
            .map(|(_, name, _)| *name);
        let regency = || {
            REGENCIES
                .iter()
                .find(|(code, _)| *code == self.0)
                .map(|(_, name)| *name)
        };
        province.or_else(regency).unwrap_or_default()
    }

    /// Its zone.
    pub fn zone(self) -> Zone {
        let province = self.province().0;
        PROVINCES
            .iter()
            .find(|(code, ..)| *code == province)
            .map_or(Zone::Wib, |(_, _, zone)| *zone)
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests;

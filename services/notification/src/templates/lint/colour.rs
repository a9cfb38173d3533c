//! Colours, and how well one is seen on another (WCAG 2.2, 1.4.3).

/// A colour of sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour([u8; 3]);

impl Colour {
    pub(super) const WHITE: Self = Self([255; 3]);
    pub(super) const BLACK: Self = Self([0; 3]);
    /// What browsers make of a link that says nothing.
    pub(super) const LINK: Self = Self([0, 0, 0xee]);

    /// Reads `#rrggbb`, `#rgb`, `white` and `black`; nothing else can be checked.
    pub(super) fn read(text: &str) -> Option<Self> {
        let digits = match text {
            "white" => return Some(Self::WHITE),
            "black" => return Some(Self::BLACK),
            hex => hex.strip_prefix('#')?,
        };
        let long: String = match digits.len() {
            3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
            _ => digits.to_owned(),
        };
        let mut colour = [0; 3];
        hex::decode_to_slice(long, &mut colour).ok()?;
        Some(Self(colour))
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 {
                part / 12.92
            } else {
                libm::pow((part + 0.055) / 1.055, 2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// From 1, the same, to 21, black on white.
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        let contrast = |a: &str, b: &str| {
            let ratio = Colour::read(a).unwrap().contrast(Colour::read(b).unwrap());
            format!("{ratio:.2}")
        };
        assert_eq!(contrast("#000", "white"), "21.00");
        assert_eq!(contrast("#777777", "#ffffff"), "4.48");
        assert_eq!(contrast("#767676", "#ffffff"), "4.54");
        assert_eq!(Colour::read("rebeccapurple"), None);
        assert_eq!(Colour::read("{{ colour }}"), None);
    }
}

//! The brand's colour, and what follows from it: a shade for each place that reads well (WCAG 2.2).

use std::{fmt, str::FromStr};

use serde::Serialize;

/// A colour of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color([u8; 3]);

/// `#0b6b5d`: dark enough for text on white.
pub(super) const DEFAULT: Color = Color([0x0b, 0x6b, 0x5d]);
pub(super) const WHITE: Color = Color([0xff; 3]);
const BLACK: Color = Color([0; 3]);

/// The grounds that mail.html has, light and dark: around the card, and the card.
const LIGHT: [Color; 2] = [Color([0xf3, 0xf4, 0xf6]), WHITE];
const DARK: [Color; 2] = [Color([0x10, 0x12, 0x14]), Color([0x1b, 0x1e, 0x22])];

/// Least contrast of text (success criterion 1.4.3), and of the code, which is what the mail is
/// for: more than 1.4.6 asks for, which is 7.
const TEXT: f64 = 4.5;
const CODE: f64 = 9.0;

/// A colour as mail.html uses it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Accent {
    light: Shades,
    dark: Shades,
}

#[derive(Clone, Debug, Serialize)]
struct Shades {
    /// The brand's name, and the line around the code.
    line: String,
    /// Behind the code.
    fill: String,
    /// The code.
    text: String,
}

impl Accent {
    pub(super) fn of(color: Color) -> Self {
        let shades = |[page, card]: [Color; 2], towards, part| {
            let fill = card.mixed(color, part);
            let line = color.readable(towards, TEXT, &[page, card]);
            Shades {
                line: line.to_string(),
                fill: fill.to_string(),
                text: line.readable(towards, CODE, &[fill]).to_string(),
            }
        };
        Self { light: shades(LIGHT, BLACK, 0.07), dark: shades(DARK, WHITE, 0.18) }
    }
}

impl Color {
    /// This much of the other colour in it, from 0 to 1.
    fn mixed(self, other: Self, part: f64) -> Self {
        let mix = |own: u8, other: u8| {
            let mixed = f64::from(own) * (1.0 - part) + f64::from(other) * part;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
            let rounded = mixed.round() as u8;
            rounded
        };
        Self(std::array::from_fn(|at| mix(self.0[at], other.0[at])))
    }

    /// The nearest one on the way to black or white that can be read on these grounds.
    fn readable(self, towards: Self, least: f64, grounds: &[Self]) -> Self {
        (0..=50)
            .map(|step| self.mixed(towards, f64::from(step) / 50.0))
            .find(|color| grounds.iter().all(|ground| color.contrast(*ground) >= least))
            .unwrap_or(towards)
    }

    /// From 1 to 21 (WCAG's contrast ratio).
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        a.max(b) / a.min(b)
    }

    /// WCAG's relative luminance.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.040_45 {
                channel / 12.92
            } else {
                ((channel + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl FromStr for Color {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected a colour such as #0b6b5d";
        let digits = text.trim().strip_prefix('#').ok_or(EXPECTED)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(EXPECTED);
        }
        let long = match digits.len() {
            3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
            6 => digits.to_owned(),
            _ => return Err(EXPECTED),
        };
        let number = u32::from_str_radix(&long, 16).map_err(|_| EXPECTED)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn colours_are_read_as_css_has_them() {
        assert_eq!("#0b6b5d".parse(), Ok(DEFAULT));
        assert_eq!(" #FFF ".parse(), Ok(WHITE));
        for malformed in ["", "#", "red", "#12345", "#12345g", "0b6b5d", "#+12345", "#ééé"] {
            assert!(malformed.parse::<Color>().is_err(), "{malformed}");
        }
        // WCAG's own examples.
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 1e-9);
        assert!(("#777".parse::<Color>().unwrap().contrast(WHITE) - 4.478).abs() < 0.001);
    }

    proptest! {
        #[test]
        fn any_brand_can_be_read(channels in any::<[u8; 3]>()) {
            let Accent { light, dark } = Accent::of(Color(channels));
            for (shades, grounds) in [(light, LIGHT), (dark, DARK)] {
                let [line, fill, text] =
                    [shades.line, shades.fill, shades.text].map(|color| color.parse::<Color>().unwrap());
                for ground in grounds {
                    prop_assert!(line.contrast(ground) >= TEXT);
                }
                prop_assert!(text.contrast(fill) >= CODE);
            }
        }
    }
}

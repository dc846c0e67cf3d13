//! What was measured, for people and for programs.

use serde_json::{Value, json};

/// How what a round says is called by people and by programs; a rate comes first.
type Column = (&'static str, &'static str);

/// The rounds of each at each place.
#[derive(Debug)]
pub(super) struct Results<const N: usize> {
    columns: [Column; N],
    /// Whom the others are held against: the first of these that was there.
    bases: &'static [&'static str],
    lines: Vec<(String, &'static str, Vec<[f64; N]>)>,
}

/// The median, and between what the rounds were.
struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let (least, most) = (values[0], values[values.len() - 1]);
        let median = f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2]);
        Self { median, least, most }
    }
}

impl<const N: usize> Results<N> {
    pub(super) fn new(columns: [Column; N], bases: &'static [&'static str]) -> Self {
        Self { columns, bases, lines: Vec::new() }
    }

    pub(super) fn add(&mut self, place: String, who: &'static str, round: [f64; N]) {
        match self.lines.iter_mut().find(|(at, name, _)| *at == place && *name == who) {
            Some((.., rounds)) => rounds.push(round),
            None => self.lines.push((place, who, vec![round])),
        }
    }

    /// One line for each of whom there are rounds: where, who, and in each column the spread and
    /// what part of the base's median it is.
    fn rows(&self) -> impl Iterator<Item = (&str, &'static str, [(Spread, f64); N])> {
        self.lines.iter().map(|(place, who, rounds)| {
            let at = |name| self.lines.iter().find(|(at, who, _)| at == place && who == name);
            let base = self.bases.iter().find_map(at);
            let cells = std::array::from_fn(|column| {
                let spread = |rounds: &[[f64; N]]| Spread::of(rounds.iter().map(|r| r[column]));
                let base = base.map_or(f64::NAN, |(.., base)| spread(base).median);
                let spread = spread(rounds);
                let ratio = spread.median / base;
                (spread, ratio)
            });
            (place.as_str(), *who, cells)
        })
    }

    #[expect(clippy::print_stdout, reason = "what the person who runs it waits for")]
    pub(super) fn print(&self, meaning: &str) {
        let width = |column: usize| if column == 0 { 20 } else { 11 };
        print!("{:<10}  {:<11}", "conns", "");
        for (column, (name, _)) in self.columns.iter().enumerate() {
            print!("  {name:>0$} ratio", width(column));
        }
        println!();
        for (place, who, cells) in self.rows() {
            print!("{place:<10}  {who:<11}");
            for (column, (Spread { median, least, most }, ratio)) in cells.iter().enumerate() {
                let cell = match column {
                    0 => format!("{median:.0} ({least:.0}–{most:.0})"),
                    _ => format!("{median:.1}"),
                };
                // What has no processor time of its own, or nothing to be held against.
                let [cell, ratio] = [cell, format!("{ratio:.2}")]
                    .map(|text| if text.contains("NaN") { "–".to_owned() } else { text });
                print!("  {cell:>0$} {ratio:>5}", width(column));
            }
            println!();
        }
        println!("\nMedians over the rounds (least–most); µs are processor time a {meaning}.");
    }

    pub(super) fn json(&self) -> Value {
        let rows = self.rows().map(|(place, who, cells)| {
            let mut row = json!({"place": place, "service": who});
            for ((_, key), (Spread { median, least, most }, ratio)) in
                self.columns.iter().zip(cells)
            {
                row[key] = json!({"median": median, "least": least, "most": most, "ratio": ratio});
            }
            row
        });
        rows.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROTOTYPE: &str = "prototype";
    const COLUMNS: [(&str, &str); 2] =
        [("requests/s", "requests_per_second"), ("Redis µs", "redis_us")];

    #[test]
    fn rounds_become_medians_and_parts_of_the_prototypes() {
        let mut results = Results::new(COLUMNS, &[PROTOTYPE]);
        for (who, rates) in [("signpost", [900.0, 300.0, 600.0]), (PROTOTYPE, [800.0, 1.0, 900.0])]
        {
            for rate in rates {
                results.add("64".to_owned(), who, [rate, rate / 10.0]);
            }
        }
        let row = &results.json()[0];
        assert_eq!((&row["place"], &row["service"]), (&json!("64"), &json!("signpost")));
        let rate = json!({"median": 600.0, "least": 300.0, "most": 900.0, "ratio": 0.75});
        assert_eq!(row["requests_per_second"], rate);
        assert_eq!(row["redis_us"]["median"], json!(60.0));
    }
}

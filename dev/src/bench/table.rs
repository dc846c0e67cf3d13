//! What was measured, for people and for programs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::measure::Round;

/// The rounds of each number of connections, by who had them, the API first.
#[derive(Debug, Default)]
pub(super) struct Results(BTreeMap<u16, Vec<(&'static str, Vec<Round>)>>);

/// The median, and between what the rounds were.
struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

impl Spread {
    fn of(rounds: &[Round], value: impl Fn(&Round) -> f64) -> Self {
        let mut values: Vec<f64> = rounds.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        let (least, most) = (values[0], values[values.len() - 1]);
        let median = f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2]);
        Self { median, least, most }
    }
}

/// What a round says, and how it is called by people and by programs.
type Column = (&'static str, &'static str, fn(&Round) -> f64);

const COLUMNS: [Column; 5] = [
    ("requests/s", "requests_per_second", |round| round.rate),
    ("CPU µs", "cpu_us", |round| round.cpu[0]),
    ("Redis µs", "redis_us", |round| round.cpu[1]),
    ("RabbitMQ µs", "rabbitmq_us", |round| round.cpu[2]),
    ("load µs", "load_us", |round| round.cpu[3]),
];
/// Whom the others are held against.
pub(super) const PROTOTYPE: &str = "prototype";

impl Results {
    pub(super) fn add(&mut self, connections: u16, who: &'static str, round: Round) {
        let all = self.0.entry(connections).or_default();
        match all.iter_mut().find(|(name, _)| *name == who) {
            Some((_, rounds)) => rounds.push(round),
            None => all.push((who, vec![round])),
        }
    }

    /// One line for each of whom there are rounds: connections, who, and in each column the
    /// spread and what part of the prototype's median it is.
    fn rows(&self) -> impl Iterator<Item = (u16, &'static str, [(Spread, f64); 5])> {
        self.0.iter().flat_map(|(connections, all)| {
            let prototype = all.iter().find(|(name, _)| *name == PROTOTYPE);
            all.iter().map(move |(name, rounds)| {
                let cells = COLUMNS.map(|(.., value)| {
                    let spread = Spread::of(rounds, value);
                    let base =
                        prototype.map_or(f64::NAN, |(_, base)| Spread::of(base, value).median);
                    let ratio = spread.median / base;
                    (spread, ratio)
                });
                (*connections, *name, cells)
            })
        })
    }

    #[expect(clippy::print_stdout, reason = "what the person who runs it waits for")]
    pub(super) fn print(&self, as_json: bool) {
        if as_json {
            return println!("{:#}", self.json());
        }
        let width = |column: usize| if column == 0 { 20 } else { 11 };
        print!("{:>5}  {:<9}", "conns", "");
        for (column, (name, ..)) in COLUMNS.iter().enumerate() {
            print!("  {name:>0$} ratio", width(column));
        }
        println!();
        for (connections, who, cells) in self.rows() {
            print!("{connections:>5}  {who:<9}");
            for (column, (Spread { median, least, most }, ratio)) in cells.iter().enumerate() {
                let cell = match column {
                    0 => format!("{median:.0} ({least:.0}–{most:.0})"),
                    _ => format!("{median:.1}"),
                };
                print!("  {cell:>0$} {ratio:>5.2}", width(column));
            }
            println!();
        }
        println!(
            "\nMedians over the rounds (least–most); µs are processor time a request; ratios are \
             to the prototype."
        );
    }

    fn json(&self) -> Value {
        let rows = self.rows().map(|(connections, who, cells)| {
            let mut row = json!({"connections": connections, "service": who});
            for ((_, key, _), (Spread { median, least, most }, ratio)) in COLUMNS.iter().zip(cells)
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

    #[test]
    fn rounds_become_medians_and_parts_of_the_prototypes() {
        let mut results = Results::default();
        for (who, rates) in [("signpost", [900.0, 300.0, 600.0]), (PROTOTYPE, [800.0, 1.0, 900.0])]
        {
            for rate in rates {
                results.add(64, who, Round { rate, cpu: [rate / 10.0; 4] });
            }
        }
        let row = &results.json()[0];
        assert_eq!((&row["connections"], &row["service"]), (&json!(64), &json!("signpost")));
        let rate = json!({"median": 600.0, "least": 300.0, "most": 900.0, "ratio": 0.75});
        assert_eq!(row["requests_per_second"], rate);
        assert_eq!(row["redis_us"]["median"], json!(60.0));
    }
}

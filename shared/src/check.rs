//! `check`: what is right and wrong with a set-up, a line each, for a person at 3 a.m. or, as
//! JSON, for a program. What is looked at is each binary's own; how it is told is here.

use std::{
    fmt::Display,
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;

use crate::{config::ConfigError, telemetry::trace};

/// The end of `check --help` in both binaries.
pub const HELP: &str = "\
It takes the settings of the service itself, from flags or the environment, and leaves nothing
behind where it looks.
A line for each check:
  ok       as it should be
  warn     works, but look at it
  FAIL     does not work, or loses something: what was found; what to do
  skipped  could not be looked at: why
--json writes an object a line: check, status (ok, warn, fail, skipped), found, advice (or null).
Exit status: 0 nothing failed (warnings may be there); 1 something failed, a wrong setting too;
2 wrong usage. It takes seconds; with peers that are silent, two minutes at most.";

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// As it should be.
    Ok,
    /// It works, but somebody should look at it.
    Warn,
    /// It does not work, or loses something.
    Fail,
    /// It could not be looked at.
    Skipped,
}

/// One check, and what came of it. It holds no password and no whole address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What was looked at.
    pub check: String,
    /// How it came out.
    pub status: Status,
    /// What was found.
    pub found: String,
    /// What to do.
    pub advice: Option<String>,
}

impl Line {
    /// All is well there.
    pub fn ok(check: impl Display, found: impl Display) -> Self {
        Self { check: check.to_string(), status: Status::Ok, found: plain(found), advice: None }
    }

    /// Something to look at.
    pub fn warn(check: impl Display, found: impl Display, advice: impl Display) -> Self {
        Self { status: Status::Warn, ..Self::ok(check, found).advising(advice) }
    }

    /// Something is wrong.
    pub fn fail(check: impl Display, found: impl Display, advice: impl Display) -> Self {
        Self { status: Status::Fail, ..Self::ok(check, found).advising(advice) }
    }

    /// It was not looked at.
    pub fn skipped(check: impl Display, why: impl Display) -> Self {
        Self { status: Status::Skipped, ..Self::ok(check, why) }
    }

    /// The same with something to do, or to know.
    #[must_use]
    pub fn advising(self, advice: impl Display) -> Self {
        Self { advice: Some(plain(advice)).filter(|advice| !advice.is_empty()), ..self }
    }

    fn text(&self) -> String {
        let status = match self.status {
            Status::Ok => "ok",
            Status::Warn => "warn",
            Status::Fail => "FAIL",
            Status::Skipped => "skipped",
        };
        let advice = self.advice.as_ref().map(|advice| format!("; {advice}"));
        let Self { check, found, .. } = self;
        format!("{status:<7}  {check:<30}  {found}{}", advice.unwrap_or_default())
    }
}

/// In one line, whatever a server or a file has said.
fn plain(text: impl Display) -> String {
    let text = text.to_string();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("; ").replace(char::is_control, " ")
}

/// What was found so far: each line is written at once.
#[derive(Debug)]
pub struct Report<W = io::Stdout> {
    out: W,
    json: bool,
    warnings: usize,
    failures: usize,
}

impl Report {
    /// To standard output.
    pub fn new(json: bool) -> Self {
        Self::to(io::stdout(), json)
    }
}

impl<W: Write> Report<W> {
    fn to(out: W, json: bool) -> Self {
        Self { out, json, warnings: 0, failures: 0 }
    }

    /// Writes lines. Whoever is not there to read them still gets the status.
    pub fn add(&mut self, lines: impl IntoIterator<Item = Line>) {
        for line in lines {
            self.warnings += usize::from(line.status == Status::Warn);
            self.failures += usize::from(line.status == Status::Fail);
            let written = if self.json { serde_json::to_string(&line).ok() } else { None };
            let _ = writeln!(self.out, "{}", written.unwrap_or_else(|| line.text()));
        }
    }

    /// A line for each setting that is wrong. They say themselves what is expected.
    pub fn mistakes(&mut self, wrong: impl IntoIterator<Item: Display>) {
        self.add(wrong.into_iter().map(|wrong| Line::fail("configuration", wrong, "")));
    }

    /// What the settings amount to, if they can be used.
    pub fn settings<T>(&mut self, checked: Result<T, ConfigError>) -> Option<T> {
        self.mistakes(trace::check().err());
        match checked {
            Err(error) => self.mistakes(error.each()),
            Ok(checked) => {
                self.add((!self.has_failed()).then(|| Line::ok("configuration", "can be used")));
                return Some(checked);
            }
        }
        None
    }

    /// Whether something failed.
    pub fn has_failed(&self) -> bool {
        self.failures > 0
    }

    /// Says how it ended, and with which status the process shall end.
    pub fn end(mut self) -> ExitCode {
        if !self.json {
            let Self { failures, warnings, .. } = self;
            let _ = writeln!(self.out, "{failures} failed, {warnings} to look at");
        }
        if self.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(json: bool) -> (String, ExitCode) {
        let mut out = Vec::new();
        let mut report = Report::to(&mut out, json);
        report.add([
            Line::ok("redis version", "7.0.15"),
            Line::fail("templates", "a\n\n  b\u{1b}[31m", "mend it"),
            Line::skipped("broker policies", "no management API"),
        ]);
        let code = report.end();
        (String::from_utf8(out).unwrap(), code)
    }

    #[test]
    fn a_check_is_a_line_for_people_and_for_programs() {
        let (text, code) = said(false);
        insta::assert_snapshot!(text, @r"
        ok       redis version                   7.0.15
        FAIL     templates                       a; b [31m; mend it
        skipped  broker policies                 no management API
        1 failed, 0 to look at
        ");
        assert_eq!(code, ExitCode::FAILURE);
        let (json, _) = said(true);
        insta::assert_snapshot!(json, @r#"
        {"check":"redis version","status":"ok","found":"7.0.15","advice":null}
        {"check":"templates","status":"fail","found":"a; b [31m","advice":"mend it"}
        {"check":"broker policies","status":"skipped","found":"no management API","advice":null}
        "#);
    }

    #[test]
    fn warnings_fail_nothing() {
        let mut report = Report::to(Vec::new(), true);
        report.add([Line::warn("a", "b", "c")]);
        assert_eq!(report.end(), ExitCode::SUCCESS);
    }
}

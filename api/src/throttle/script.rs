//! Decisions that run inside Redis, sent by their hash.

use std::sync::LazyLock;

use deadpool_redis::redis::{Arg, Cmd, Script, ToRedisArgs, cmd};

macro_rules! program {
    ($file:literal) => {
        LazyLock::new(|| Program::new(concat!(include_str!("prelude.lua"), include_str!($file))))
    };
}

pub(super) static TAKE: LazyLock<Program> = program!("take.lua");
pub(super) static RELEASE: LazyLock<Program> = program!("release.lua");
pub(super) static VERIFY: LazyLock<Program> = program!("verify.lua");
pub(super) static RATE: LazyLock<Program> = program!("rate.lua");

/// A Lua script and the name under which Redis keeps it.
pub(super) struct Program {
    source: &'static str,
    sha1: String,
}

impl Program {
    fn new(source: &'static str) -> Self {
        Self { source, sha1: Script::new(source).get_hash().to_owned() }
    }

    /// A call that has no arguments yet. On a cluster its keys must share a hash tag.
    pub(super) fn on(&'static self, keys: &[String]) -> Call {
        let mut by_hash = cmd("EVALSHA");
        by_hash.arg(&self.sha1).arg(keys.len()).arg(keys);
        Call { program: self, by_hash }
    }
}

/// One call of a script.
pub(super) struct Call {
    program: &'static Program,
    by_hash: Cmd,
}

impl Call {
    pub(super) fn arg(mut self, argument: impl ToRedisArgs) -> Self {
        self.by_hash.arg(argument);
        self
    }

    /// For a Redis that keeps the script; one that does not says NOSCRIPT and does nothing.
    pub(super) fn by_hash(&self) -> &Cmd {
        &self.by_hash
    }

    /// For a Redis that does not keep the script, and will from now on.
    pub(super) fn in_full(&self) -> Cmd {
        let mut full = cmd("EVAL");
        full.arg(self.program.source);
        for argument in self.by_hash.args_iter().skip(2) {
            if let Arg::Simple(argument) = argument {
                full.arg(argument);
            }
        }
        full
    }
}

//! Decisions that run inside Redis, sent by their hash.

use std::sync::LazyLock;

use deadpool_redis::redis::{Cmd, Script, ToRedisArgs, cmd};

pub(super) static TAKE: LazyLock<Program> =
    LazyLock::new(|| Program::new(include_str!("take.lua")));
pub(super) static RELEASE: LazyLock<Program> =
    LazyLock::new(|| Program::new(include_str!("release.lua")));
pub(super) static VERIFY: LazyLock<Program> =
    LazyLock::new(|| Program::new(include_str!("verify.lua")));
pub(super) static RATE: LazyLock<Program> =
    LazyLock::new(|| Program::new(include_str!("rate.lua")));

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
    pub(super) fn on<const N: usize>(&'static self, keys: [String; N]) -> Call {
        Call { program: self, keys: keys.into(), arguments: Vec::new() }
    }

    /// Has Redis keep the script: a pipeline can't do so on the way.
    pub(super) fn load(&self) -> Cmd {
        let mut load = cmd("SCRIPT");
        load.arg("LOAD").arg(self.source);
        load
    }
}

/// One call of a script.
pub(super) struct Call {
    program: &'static Program,
    keys: Vec<String>,
    arguments: Vec<Vec<u8>>,
}

impl Call {
    pub(super) fn arg(mut self, argument: impl ToRedisArgs) -> Self {
        argument.write_redis_args(&mut self.arguments);
        self
    }

    /// For a Redis that keeps the script; one that does not says NOSCRIPT and does nothing.
    pub(super) fn by_hash(&self) -> Cmd {
        self.evaluate("EVALSHA", &self.program.sha1)
    }

    /// For a Redis that does not keep the script, and will from now on.
    pub(super) fn in_full(&self) -> Cmd {
        self.evaluate("EVAL", self.program.source)
    }

    fn evaluate(&self, how: &str, what: &str) -> Cmd {
        let mut evaluate = cmd(how);
        evaluate.arg(what).arg(self.keys.len()).arg(&self.keys).arg(&self.arguments);
        evaluate
    }
}

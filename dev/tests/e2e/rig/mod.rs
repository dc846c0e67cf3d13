//! What tests have beside the library's rig: a private virtual host, and a world around the real
//! binaries. Whatever fails to start or to answer is a panic with its log.

mod broker;
mod tap;
mod world;

pub(crate) use signpost_dev::rig::*;

pub(crate) use self::{
    broker::VirtualHost,
    tap::tapped,
    world::{Answer, Api, Worker, World},
};

/// How many threads of this name a process has.
pub(crate) fn threads(process: &Process, name: &str) -> usize {
    let threads = std::fs::read_dir(format!("/proc/{}/task", process.id())).unwrap().flatten();
    let names = threads.flat_map(|thread| std::fs::read_to_string(thread.path().join("comm")));
    names.filter(|found| found.trim() == name).count()
}

//! What tests have beside the library's rig: a private virtual host, and a world around the real
//! binaries. Whatever fails to start or to answer is a panic with its log.

mod broker;
mod world;

pub(crate) use signpost_dev::rig::*;

pub(crate) use self::{
    broker::VirtualHost,
    world::{Answer, Api, Worker, World},
};

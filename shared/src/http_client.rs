//! One question over a connection of its own: what an admin listener, a management API or a
//! collector is asked is too little for a client with a pool.

use std::{error::Error, io, pin::pin};

use axum::body::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::{Request, Response, body::Body, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

/// What is answered, if its body is no larger.
pub(crate) async fn ask<S, B>(
    stream: S,
    request: Request<B>,
    largest: usize,
) -> io::Result<Response<Bytes>>
where
    S: AsyncRead + AsyncWrite + Unpin,
    B: 'static + Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let handshake = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(io::Error::other)?;
    let mut exchange = pin!(async {
        let answer = sender.send_request(request).await.map_err(io::Error::other)?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, largest).collect().await.map_err(io::Error::other)?;
        Ok(Response::from_parts(head, body.to_bytes()))
    });
    tokio::select! {
        answer = &mut exchange => answer,
        // It may end as soon as the answer is read.
        _ = connection => exchange.await,
    }
}

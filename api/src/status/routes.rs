//! The delivery status on the admin listener: `GET /status/{job}` and `GET /status?tag=`.

use axum::{
    Json, Router,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};
use signpost_shared::{status::Status, tag::AddressTag};

use super::Store;

/// A status as it is shown: as it is kept, but for the moment, which people read. Fields may be
/// added.
pub(super) fn for_people(status: &Status) -> Value {
    let mut told = json!(status);
    told["at"] = status.at.to_string().into();
    told
}

#[derive(Deserialize)]
struct Wanted {
    tag: AddressTag,
}

/// Both, or where nothing is kept the word that it is not.
pub fn routes(store: Option<Store>) -> Router {
    let Some(store) = store else {
        let off = || async { refused(StatusCode::NOT_FOUND, "SIGNPOST_STATUS is off") };
        return Router::new().route("/status", get(off)).route("/status/{job}", get(off));
    };
    Router::new()
        .route("/status", get(of_tag))
        .route("/status/{job}", get(of_job))
        .with_state(store)
}

async fn of_job(State(store): State<Store>, Path(job): Path<String>) -> Response {
    let Ok(job) = job.parse() else {
        return refused(StatusCode::BAD_REQUEST, "expected a job's id, a UUID");
    };
    match store.of_job(job).await {
        Ok(Some(status)) => shown(&for_people(&status)),
        Ok(None) => refused(StatusCode::NOT_FOUND, "no status is kept of this job"),
        Err(error) => refused(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
    }
}

async fn of_tag(
    State(store): State<Store>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Response {
    let Ok(Query(Wanted { tag })) = wanted else {
        let expected =
            "expected ?tag= and 16 hexadecimal digits, as `signpost-api address tag` prints";
        return refused(StatusCode::BAD_REQUEST, expected);
    };
    match store.of_tag(tag).await {
        Ok(statuses) => {
            let jobs: Vec<_> = statuses.iter().map(for_people).collect();
            shown(&json!({ "tag": tag, "jobs": jobs }))
        }
        Err(error) => refused(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
    }
}

fn shown(body: &Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn refused(status: StatusCode, error: &str) -> Response {
    (status, shown(&json!({ "error": error }))).into_response()
}

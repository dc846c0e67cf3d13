# The two images: `docker build --target api .` and `docker build --target worker .`
# Nothing is downloaded but the two base images and the crates.

FROM rust:1.95-trixie AS build
WORKDIR /signpost
# First the dependencies alone, with empty crates of ours: they are built again only when a
# manifest changes. `dev` and `dev/smtp-server` are members of the workspace and not built.
COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY api/Cargo.toml api/
COPY worker/Cargo.toml worker/
COPY shared/Cargo.toml shared/
COPY dev/Cargo.toml dev/
COPY dev/smtp-server/Cargo.toml dev/smtp-server/
# jemalloc is built with make; where there is none, the system's allocator has to do.
RUN command -v make >/dev/null || echo --no-default-features >.features; touch .features
RUN for crate in api worker shared dev dev/smtp-server; do \
        mkdir $crate/src && touch $crate/src/lib.rs && echo 'fn main() {}' >$crate/src/main.rs; \
    done \
    && cargo build --release --locked -p signpost-api -p signpost-worker $(cat .features) \
    && rm -r api/src worker/src shared/src
COPY templates templates
COPY shared shared
COPY api api
COPY worker worker
# Cargo goes by the time of a file, and ours are older than the empty ones were.
RUN touch shared/src/lib.rs api/src/lib.rs api/src/main.rs worker/src/lib.rs worker/src/main.rs \
    && cargo build --release --locked -p signpost-api -p signpost-worker $(cat .features) \
    && mkdir bin && cp target/release/signpost-api target/release/signpost-worker bin/ \
    && strip bin/* \
    && mkdir keys

FROM debian:trixie-slim AS base
# The certificate authorities that TLS goes by.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# A volume that is mounted here belongs to whom the binaries run as.
COPY --from=build --chown=10001:10001 /signpost/keys /keys
USER 10001:10001
STOPSIGNAL SIGTERM
LABEL org.opencontainers.image.vendor="Signpost" \
      org.opencontainers.image.licenses="Apache-2.0 OR MIT"

FROM base AS api
LABEL org.opencontainers.image.title="signpost-api" \
      org.opencontainers.image.description="Takes requests for sign-up codes, throttles them and queues the mails"
COPY --from=build /signpost/bin/signpost-api /usr/local/bin/signpost-api
ENV SIGNPOST_LISTEN=0.0.0.0:8080 SIGNPOST_ADMIN_LISTEN=0.0.0.0:9090
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=3 CMD ["signpost-api", "health"]
ENTRYPOINT ["signpost-api"]

FROM base AS worker
LABEL org.opencontainers.image.title="signpost-worker" \
      org.opencontainers.image.description="Writes the mails with sign-up codes and hands them to an SMTP relay"
COPY --from=build /signpost/bin/signpost-worker /usr/local/bin/signpost-worker
ENV SIGNPOST_ADMIN_LISTEN=0.0.0.0:9091
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=3 CMD ["signpost-worker", "health"]
ENTRYPOINT ["signpost-worker"]

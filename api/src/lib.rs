//! The HTTP side: validate, throttle, publish.

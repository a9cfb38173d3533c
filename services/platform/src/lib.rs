//! Shared machinery that knows nothing of competitions: configuration, telemetry, lifecycle, authentication, gRPC, clock, ids.

//! What every process measures of itself.

crate::metrics! {
    /// How long RPCs took that were answered here.
    pub(crate) SERVED: Durations = "rpc.server.call.duration", "s",
        ["rpc.system.name", "rpc.method", "rpc.response.status_code"];
    /// How long calls of other services took.
    pub(crate) CALLED: Durations = "rpc.client.call.duration", "s",
        ["rpc.system.name", "rpc.method", "rpc.response.status_code"];
    /// Whether a service of this process is ready: 1 or 0.
    pub(crate) READY: Gauge = "winner.service.ready", "{service}", ["winner.service"];
}

mod arrival;
mod auth;
mod client;
mod latency;
mod limits;
mod stop;

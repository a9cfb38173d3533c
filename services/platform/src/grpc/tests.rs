mod arrival;
mod auth;
mod client;
mod limits;
mod stop;

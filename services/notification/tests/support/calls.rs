//! The listener for receipts, and calls to it as providers make them.

use std::net::SocketAddr;
use std::sync::Arc;

use secrecy::ExposeSecret as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use winner_notification::http::{self, Proxies};
use winner_notification::jobs::receiver;
use winner_notification::sms::config::SmsConfig;
use winner_notification::sms::receipts::{ReceiptsDesk, routes};
use winner_platform::Shutdown;

use super::office::Office;

/// A running listener for receipts, with the job that joins them.
pub struct Receiving {
    pub address: SocketAddr,
    pub path: String,
    pub shutdown: Shutdown,
    tasks: TaskTracker,
}

impl Receiving {
    /// Starts it with the gateway and the secret of these settings.
    pub async fn start(office: &Office, config: &SmsConfig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::start_on(office, config, listener)
    }

    /// The same, where it is already known where it will be.
    pub fn start_on(office: &Office, config: &SmsConfig, listener: TcpListener) -> Self {
        let address = listener.local_addr().unwrap();
        let route = config.receipts().unwrap().unwrap();
        let path = format!(
            "/receipts/{}/{}",
            route.gateway,
            route.secret.expose_secret()
        );
        let (shutdown, heard) = (Shutdown::new(), Arc::new(Notify::new()));
        let desk = ReceiptsDesk {
            ledger: office.ledger.clone(),
            gateway: config.gateway().unwrap().unwrap(),
            route,
            proxies: Proxies::default(),
            heard: Arc::clone(&heard),
        };
        let tasks = TaskTracker::new();
        tasks.spawn(http::serve(listener, routes(desk), shutdown.clone()));
        tasks.spawn(receiver::run(
            office.ledger.clone(),
            heard,
            shutdown.clone(),
        ));
        Self {
            address,
            path,
            shutdown,
            tasks,
        }
    }

    /// Stops both.
    pub async fn stop(self) {
        self.shutdown.soft.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Calls with GET; the status.
    pub async fn get(&self, path_and_query: &str) -> u16 {
        let request =
            format!("GET {path_and_query} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        self.call(request.as_bytes()).await
    }

    /// Calls the right path with POST; the status.
    pub async fn post(&self, headers: &str, body: &str) -> u16 {
        let request = format!(
            "POST {} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
            self.path,
            body.len()
        );
        self.call(request.as_bytes()).await
    }

    /// Sends these bytes and reads the status.
    pub async fn call(&self, request: &[u8]) -> u16 {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

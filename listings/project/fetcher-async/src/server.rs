//! Stands for a site with pictures: it sends them late, and counts how many it sends at once.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::routing::get;
use image::{GrayImage, ImageFormat, ImageResult, Luma};
use tokio::runtime::Builder;

const PICTURES: i32 = 12;
const DELAY: Duration = Duration::from_millis(300);

pub struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Requests>>,
}

/// How many requests the server has in hand, and when the latest came.
struct Requests {
    now: usize,
    most: usize,
    latest: Instant,
}

impl Server {
    /// Starts a server that goes on until the program ends, on a thread and a runtime of its own.
    pub fn start() -> io::Result<Server> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let requests = Arc::new(Mutex::new(Requests {
            now: 0,
            most: 0,
            latest: Instant::now(),
        }));
        let site = Router::new()
            .route("/{number}", get(send))
            .with_state(Arc::clone(&requests));
        let runtime = Builder::new_current_thread().enable_all().build()?;
        thread::spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, site).await
            })
        });
        Ok(Server { address, requests })
    }

    pub fn urls(&self) -> Vec<String> {
        let address = self.address;
        (1..=PICTURES)
            .map(|number| format!("http://{address}/{number}"))
            .collect()
    }

    /// How many requests it has had in hand at the same time, at the most.
    pub fn most_at_once(&self) -> usize {
        self.requests.lock().unwrap().most
    }
}

async fn send(
    State(requests): State<Arc<Mutex<Requests>>>,
    Path(number): Path<i32>,
) -> Result<([(HeaderName, &'static str); 1], Vec<u8>), StatusCode> {
    {
        let mut requests = requests.lock().unwrap();
        requests.now += 1;
        requests.most = requests.most.max(requests.now);
        requests.latest = Instant::now();
    }
    // Counted from the latest request: a busy machine may bring late what was sent together.
    let left = || DELAY.saturating_sub(requests.lock().unwrap().latest.elapsed());
    while !left().is_zero() {
        tokio::time::sleep(left()).await;
    }
    requests.lock().unwrap().now -= 1;
    match picture(number) {
        Ok(png) => Ok(([(CONTENT_TYPE, "image/png")], png)),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// Rings around the middle, the more of them the higher the number.
fn picture(number: i32) -> ImageResult<Vec<u8>> {
    let picture = GrayImage::from_fn(32, 32, |x, y| {
        let (x, y) = (x as i32 - 16, y as i32 - 16);
        Luma([((x * x + y * y) * (number + 4) / 8 % 256) as u8])
    });
    let mut png = io::Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}

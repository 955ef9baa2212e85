//! Futures, a waker and an executor without a library.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, JoinHandle};
use std::time::Duration;

struct Countdown(u32);

impl Future for Countdown {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.0 == 0 {
            return Poll::Ready("liftoff");
        }
        println!("{}", self.0);
        self.0 -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

struct Alarm {
    rung: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Future for Alarm {
    type Output = Option<JoinHandle<()>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.rung.load(Ordering::SeqCst) {
            return Poll::Ready(self.thread.take());
        }
        if self.thread.is_none() {
            let (rung, waker) = (self.rung.clone(), cx.waker().clone());
            self.thread = Some(thread::spawn(move || ring(rung, waker)));
        }
        Poll::Pending
    }
}

fn ring(rung: Arc<AtomicBool>, waker: Waker) {
    thread::sleep(Duration::from_millis(100));
    rung.store(true, Ordering::SeqCst);
    waker.wake();
}

struct Counter(AtomicBool);

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn run<F: Future>(future: F) -> F::Output {
    let woken = Arc::new(Counter(AtomicBool::new(true)));
    let waker = Waker::from(woken.clone());
    let mut future = pin!(future);
    loop {
        if woken.0.swap(false, Ordering::SeqCst)
            && let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker))
        {
            return output;
        }
    }
}

async fn launch(from: u32) -> &'static str {
    Countdown(from).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{}", launch(2).await);
    let rung = Arc::new(AtomicBool::new(false));
    let thread = Alarm { rung, thread: None }.await;
    thread.unwrap().join().unwrap();
    println!("{}", run(launch(1)));
}

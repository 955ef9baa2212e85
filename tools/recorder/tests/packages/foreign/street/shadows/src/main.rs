//! Names that are called like the library's, like Tokio's and like the recorder's own.
#![allow(dead_code)]

#[macro_use]
mod macros;
mod recorder_linked {
    pub fn line(_: u32) -> &'static str {
        "mine"
    }
}
mod thread {
    pub fn sleep(length: std::time::Duration) -> u128 {
        length.as_millis()
    }
}
mod town {
    mod std {
        pub mod thread {
            pub fn sleep(length: ::std::time::Duration) -> u128 {
                length.as_millis()
            }
        }
    }
    mod tokio {
        pub mod time {
            pub fn sleep(length: ::std::time::Duration) -> u128 {
                length.as_millis()
            }
        }
    }
    pub fn long() -> u128 {
        let hour = ::std::time::Duration::from_secs(3600);
        std::thread::sleep(hour) + tokio::time::sleep(hour)
    }
}

#[derive(Clone, Copy)]
struct Instant(u64);

impl Instant {
    fn now() -> Instant {
        Instant(7)
    }
    fn elapsed(self) -> u64 {
        self.0
    }
}

struct Frame;
struct String;
struct Option;

trait Shows {
    fn show(&self) -> u8 {
        1
    }
    fn joins(&self) -> u8 {
        2
    }
    fn task(&self) -> u8 {
        3
    }
    fn id(&self) -> u8 {
        4
    }
}

impl<T: ?Sized> Shows for T {}

fn enter(site: u32) -> u32 {
    let __site = site + 1;
    __site
}

async fn nap(ms: u64) -> u64 {
    ::tokio::time::sleep(std::time::Duration::from_millis(ms)).await;
    ms
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let began = Instant::now();
    println!("{}", began.elapsed());
    println!("{}", recorder_linked::line(3));
    println!("{}", thread::sleep(std::time::Duration::from_secs(60)));
    println!("{}", town::long());
    let (_frame, _string, _option) = (Frame, String, Option);
    let shown = 5.show() + "".joins() + [0; 3].task() + began.id();
    println!("{} {}", shown, enter(1));
    println!("{}", join!(nap(1).await, nap(2).await));
    std::println!("{}", ::tokio::spawn(nap(30)).await.unwrap());
}

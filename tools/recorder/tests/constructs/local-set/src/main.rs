//! Tasks that stay on one thread, driven in three ways.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::sleep;

async fn push(list: Rc<RefCell<Vec<u64>>>, ms: u64) {
    sleep(Duration::from_millis(ms)).await;
    list.borrow_mut().push(ms);
}

async fn fill(list: Rc<RefCell<Vec<u64>>>) {
    let long = spawn_local(push(list.clone(), 200));
    let short = spawn_local(push(list, 100));
    long.await.unwrap();
    short.await.unwrap();
}

fn main() {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().unwrap();
    let list = Rc::new(RefCell::new(Vec::new()));
    let local = LocalSet::new();
    local.block_on(&runtime, fill(list.clone()));
    println!("{:?}", list.borrow());

    runtime.block_on(local.run_until(fill(list.clone())));
    println!("{:?}", list.borrow());

    local.spawn_local(push(list.clone(), 150));
    runtime.block_on(local);
    println!("{:?}", list.borrow());
}

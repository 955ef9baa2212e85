//! The rendered book: built with mdBook, served on this machine, its pages' links.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use axum::Router;
use html5gum::{Token, Tokenizer};
use problem::Problem;
use tempfile::TempDir;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use url::Url;

use crate::{root, tool};

/// Names to mdBook the path that the pages will be published below, if not the top of a host.
pub const URL: &str = "MDBOOK_OUTPUT__HTML__SITE_URL";

/// The rendered book in a folder of its own: made by the first test that asks, removed with the last
/// that holds it.
#[derive(Debug, Default)]
pub struct Pages(OnceLock<Result<TempDir, Problem>>);

impl Pages {
    /// The folder of the pages, rendered with the variables of `environment` as [`build`] says; when it
    /// is asked again, the same.
    ///
    /// # Errors
    ///
    /// When mdBook does not build them without complaint.
    pub fn get(&self, environment: &[(&str, &str)]) -> Result<&Path, Problem> {
        let made = self.0.get_or_init(|| {
            let folder = tempfile::tempdir().map_err(|error| {
                Problem::new("temp", "no folder can be made").found(error.to_string())
            })?;
            build(root(), folder.path(), environment)?;
            Ok(folder)
        });
        made.as_ref().map(TempDir::path).map_err(Problem::clone)
    }
}

/// Renders the book in `root` to `pages`, as `mdbook build` does with the variables of
/// `environment`, by which a host tells it what book.toml cannot know.
///
/// # Errors
///
/// When mdBook fails, warns, or reports an error and goes on.
pub fn build(root: &Path, pages: &Path, environment: &[(&str, &str)]) -> Result<(), Problem> {
    let mut command = Command::new(tool::mdbook()?);
    command.arg("build").arg(root).arg("--dest-dir").arg(pages);
    command.envs(environment.iter().copied());
    let output = command
        .output()
        .map_err(|error| Problem::new("mdbook", "cannot be started").found(error.to_string()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let complaint = said
        .lines()
        .any(|line| line.contains("WARN") || line.contains("ERROR"));
    if output.status.success() && !complaint {
        return Ok(());
    }
    Err(Problem::new(
        "book.toml",
        "mdBook does not build the book without complaint",
    )
    .expected("exit code 0 and no warning")
    .found(output.status.to_string())
    .shown("mdbook says", said))
}

/// What following every link of a site came to.
#[derive(Debug, Default)]
pub struct Crawl {
    /// How many pages were read.
    pub pages: usize,
    /// How many different addresses were asked for.
    pub addresses: usize,
    /// Links that lead nowhere or off the site's path, with the page they stand on.
    pub broken: Vec<String>,
}

/// A server of rendered pages on 127.0.0.1, for as long as this lives.
#[derive(Debug)]
pub struct Server {
    /// The address of the first page, with a slash at its end.
    pub address: String,
    _runtime: tokio::runtime::Runtime,
}

/// Serves `pages` on 127.0.0.1 below the path `prefix` (`/repo/`).
///
/// # Errors
///
/// When the server cannot be started.
pub fn serve(pages: &Path, prefix: &str) -> Result<Server, Problem> {
    let files = ServeDir::new(pages);
    let app = match prefix.trim_end_matches('/') {
        "" => Router::new().fallback_service(files),
        path => Router::new().nest_service(path, files),
    };
    start(app, prefix)
}

/// Serves `pages` on 127.0.0.1 and compresses what can be, as GitHub Pages does: where the time
/// that a page takes to load is the question, or its bytes are.
///
/// # Errors
///
/// When the server cannot be started.
pub fn serve_gzipped(pages: &Path) -> Result<Server, Problem> {
    let files = Router::new().fallback_service(ServeDir::new(pages));
    start(files.layer(CompressionLayer::new()), "/")
}

fn start(app: Router, prefix: &str) -> Result<Server, Problem> {
    let fail = |error: std::io::Error| {
        Problem::new(prefix, "the site cannot be served").found(error.to_string())
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(fail)?;
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .map_err(fail)?;
    let address = listener.local_addr().map_err(fail)?;
    runtime.spawn(async { axum::serve(listener, app).await });
    Ok(Server {
        address: format!("http://{address}{prefix}"),
        // The server ends with the runtime.
        _runtime: runtime,
    })
}

/// Serves `pages` below the path `prefix` and follows every link, script, style and image from
/// its first page on, as a browser would.
///
/// # Errors
///
/// When the server cannot be started.
pub fn crawl(pages: &Path, prefix: &str) -> Result<Crawl, Problem> {
    let server = serve(pages, prefix)?;
    Ok(follow(&server.address))
}

fn follow(start: &str) -> Crawl {
    let start = Url::parse(start).expect("an address of this machine");
    // Mistakes are what is looked for: a status is an answer, not an error.
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut crawl = Crawl::default();
    let mut waiting = vec![start.clone()];
    let mut known: BTreeMap<Url, String> =
        BTreeMap::from([(start.clone(), "the start".to_owned())]);
    while let Some(address) = waiting.pop() {
        crawl.addresses += 1;
        let from = known[&address].clone();
        let mut broken = |why: String| {
            crawl
                .broken
                .push(format!("{} on {from}: {why}", address.path()))
        };
        let mut answer = match agent.get(address.as_str()).call() {
            Ok(answer) if answer.status() == 200 => answer,
            Ok(answer) => {
                broken(answer.status().to_string());
                continue;
            }
            Err(error) => {
                broken(error.to_string());
                continue;
            }
        };
        if !address.path().starts_with(start.path()) {
            broken(format!("leads out of {}", start.path()));
            continue;
        }
        let kind = answer.headers().get("content-type");
        if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
            continue;
        }
        let Ok(page) = answer.body_mut().read_to_string() else {
            broken("is no text".to_owned());
            continue;
        };
        crawl.pages += 1;
        for link in links(&page, &address) {
            if link.host_str() == start.host_str() && link.port() == start.port() {
                known.entry(link.clone()).or_insert_with(|| {
                    waiting.push(link);
                    address.path().to_owned()
                });
            }
        }
    }
    crawl
}

/// The addresses that a page makes a browser load or offers to follow, without their fragments.
fn links(page: &str, address: &Url) -> BTreeSet<Url> {
    let mut base = address.clone();
    let mut found = BTreeSet::new();
    for token in Tokenizer::new(page) {
        let Ok(Token::StartTag(tag)) = token else {
            continue;
        };
        for name in ["href", "src"] {
            let Some(target) = tag.attributes.get(name.as_bytes()) else {
                continue;
            };
            let Ok(mut target) = base.join(&String::from_utf8_lossy(target)) else {
                continue;
            };
            target.set_fragment(None);
            if *tag.name == b"base"[..] {
                base = target;
            } else if target.scheme() == "http" {
                found.insert(target);
            }
        }
    }
    found
}

//! In a real browser the pages do what they promise: the tests are in the folder `pages`, each is
//! one test here.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Output};
use std::sync::{Arc, OnceLock};

use checks::trial;
use libtest_mimic::Arguments;
use problem::Problem;
use promises::{root, site, tool};
use serde_json::Value;

/// What went wrong in each test, by its name; `None` if nothing.
type Results = BTreeMap<String, Option<String>>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = match names() {
        Ok(names) => {
            let results = Arc::new(OnceLock::new());
            let of_test = |name: String| {
                let results: Arc<OnceLock<Result<Results, Problem>>> = Arc::clone(&results);
                trial(name.clone(), move || {
                    // Playwright shares out its tests itself; the first that is asked for runs all.
                    let results = results.get_or_init(run).as_ref().map_err(Problem::clone)?;
                    result(&name, results.get(&name))
                })
            };
            names.into_iter().map(of_test).collect()
        }
        Err(problem) => vec![trial("browser", || Err(problem))],
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn result(name: &str, found: Option<&Option<String>>) -> Result<(), Problem> {
    let problem = Problem::new(format!("tests/pages: {name}"), "this does not hold");
    match found {
        Some(None) => Ok(()),
        Some(Some(said)) => Err(problem.shown("playwright says", said)),
        None => Err(problem.expected("a result").found("none")),
    }
}

fn folder() -> PathBuf {
    root().join("tests/pages")
}

/// The names of all tests, which Playwright lists without a browser.
fn names() -> Result<Vec<String>, Problem> {
    tool::npm(&folder())?;
    let listed = playwright(&["--list"], |_| {})?;
    let names: Vec<_> = results(&listed)?.into_keys().collect();
    if names.is_empty() {
        return Err(Problem::new("tests/pages", "there is nothing to run")
            .expected("tests")
            .found("none"));
    }
    Ok(names)
}

fn run() -> Result<Results, Problem> {
    let chromium = tool::chromium()?;
    let pages = site::Pages::default();
    let server = site::serve(pages.get(&[])?, "/")?;
    let output = playwright(&[], |command| {
        command
            .env("BOOK_URL", &server.address)
            .env("CHROMIUM", chromium);
    })?;
    results(&output)
}

fn playwright(arguments: &[&str], with: impl FnOnce(&mut Command)) -> Result<Output, Problem> {
    let mut command = Command::new("node");
    command
        .arg("node_modules/@playwright/test/cli.js")
        .args(["test", "--reporter=json"])
        .args(arguments)
        .current_dir(folder())
        .env_remove("CI")
        // Some terminals' settings ask for colour, which wins over the wish for none.
        .env_remove("FORCE_COLOR")
        .env("NO_COLOR", "1");
    with(&mut command);
    command.output().map_err(|error| {
        Problem::new("playwright", "cannot be started")
            .expected("Node 20 or later")
            .found(error.to_string())
    })
}

/// Playwright's report: suites in suites, each with tests for one or more projects.
fn results(output: &Output) -> Result<Results, Problem> {
    let fail = |found: String| Problem::new("playwright", "there is no report").found(found);
    let report: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
        fail(error.to_string()).shown("playwright says", String::from_utf8_lossy(&output.stderr))
    })?;
    if let Some(error) = report["errors"].get(0) {
        return Err(fail(
            error["message"].as_str().unwrap_or_default().to_owned(),
        ));
    }
    let mut results = Results::new();
    for suite in items(&report["suites"]) {
        gather(suite, "", &mut results);
    }
    Ok(results)
}

fn gather(suite: &Value, path: &str, results: &mut Results) {
    let title = suite["title"].as_str().unwrap_or_default();
    let title = title.trim_end_matches(".spec.js");
    let path = if path.is_empty() {
        title.to_owned()
    } else {
        format!("{path}::{title}")
    };
    for spec in items(&suite["specs"]) {
        let name = spec["title"].as_str().unwrap_or_default();
        for test in items(&spec["tests"]) {
            let project = test["projectName"].as_str().unwrap_or_default();
            let failed = test["status"] != "expected";
            results.insert(
                format!("{path}::{name} ({project})"),
                failed.then(|| errors(test)),
            );
        }
    }
    for inner in items(&suite["suites"]) {
        gather(inner, &path, results);
    }
}

fn errors(test: &Value) -> String {
    let results = items(&test["results"]);
    let errors = results.iter().flat_map(|result| items(&result["errors"]));
    let messages = errors.filter_map(|error| error["message"].as_str());
    let said: Vec<_> = messages.collect();
    if said.is_empty() {
        format!("{}", test["status"])
    } else {
        said.join("\n")
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

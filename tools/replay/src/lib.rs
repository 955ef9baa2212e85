//! Shows the recorded run of a program in an mdBook, step by step.
//!
//! The crate [`recording`] reads a recording, [`steps`] folds it into what a reader sees, [`caption`] finds
//! the words, [`html`], [`highlight`] and [`timeline`] draw it; all of that is pure. [`expand`]
//! finds the recordings that a chapter names, [`moments`] the links to what they show. [`what_if`]
//! sets other listings' runs beside a run, [`predict`] asks before it is shown, and [`manifest`]
//! reads what a listing says about itself. [`words`] is a run as text, for who writes one.
//! [`Replay`] is the preprocessor.

pub mod caption;
pub mod expand;
pub mod highlight;
pub mod html;
pub mod manifest;
pub mod moments;
pub mod predict;
pub mod printed;
pub mod steps;
pub mod timeline;
pub mod what_if;
pub mod words;

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::errors::{Error, Result};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use preprocessor::each_chapter;

/// The preprocessor: expands `{{#replay LISTING}}` and `{{#predict LISTING}}` in every
/// chapter, and checks links to moments.
#[derive(Debug, Default, Clone, Copy)]
pub struct Replay;

impl Preprocessor for Replay {
    fn name(&self) -> &str {
        "replay"
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let src = &context.config.book.src;
        let runs = expand::Runs::of_book(&context.root);
        let chapters = each_chapter(&mut book, |path, text| {
            runs.expand(&src.join(path).to_string_lossy(), text)
        });
        let mut shown = expand::Shown::default();
        let mut outcome = Ok(());
        for chapter in chapters {
            outcome = outcome.and_then(|()| shown.add(chapter?));
        }
        let outcome = outcome.and_then(|()| shown.check_links());
        for warning in &shown.warnings {
            eprintln!(" WARN {warning}");
        }
        outcome.map_err(Error::new)?;
        Ok(book)
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(renderer == "html")
    }
}

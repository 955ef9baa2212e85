//! Lets readers take a page's programs with them, and says at each page's end what comes next and
//! what the page was verified with.
//!
//! [`programs`] finds the packages that a chapter shows, [`package`] reads one's manifest, [`archive`] packs
//! it into a link,
//! [`playground`] links to the Rust Playground, [`foot`] makes the page's end. [`Page`] is the
//! preprocessor.

pub mod archive;
pub mod foot;
pub mod package;
pub mod playground;
pub mod programs;

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::errors::{Error, Result};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use preprocessor::each_chapter;

use crate::foot::Foot;

/// The preprocessor: adds links below each program, and a line or two at each page's end.
#[derive(Debug, Default, Clone, Copy)]
pub struct Page;

impl Preprocessor for Page {
    fn name(&self) -> &str {
        "page"
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let (root, src) = (&context.root, &context.config.book.src);
        let foot = Foot::of_book(root, &book);
        let chapters = each_chapter(&mut book, |path, text| {
            let offered = programs::offer(root, &src.join(path), text);
            offered.map(|text| (text + &foot.after(path), ()))
        });
        for chapter in chapters {
            chapter.map_err(Error::new)?;
        }
        Ok(book)
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(renderer == "html")
    }
}

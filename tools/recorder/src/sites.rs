//! The places of a package's sources, as its recording numbers them.

use std::path::Path;

use recording::{Site, SiteKind};

use crate::fold::Places;
use crate::instrument::{self, Place};
use crate::manifest::lexical;
use crate::raw::Location;
use crate::scratch::{Copied, Kind};
use crate::tree;

/// All sites of a package.
pub(crate) fn sites(copy: &Copied) -> Vec<Site> {
    let main = &copy.sources[0].path;
    let files = copy.sources.iter().zip(&copy.files);
    let places = files.flat_map(|(source, file)| {
        let places = file.instrumented.places.iter();
        places.map(|place| (&source.path, place))
    });
    places
        .enumerate()
        .map(|(site, (path, place))| Site {
            site,
            kind: place.kind,
            function: place.function.clone(),
            at: place.at,
            text: place.text.clone(),
            file: (path != main).then(|| path.clone()),
            any: place.any,
            first: place.first,
        })
        .collect()
}

/// The functions that nothing was inserted into, and the files that are not understood.
pub(crate) fn left_alone(copy: &Copied) -> Vec<String> {
    let sources = copy.sources.iter().zip(&copy.files);
    let names = sources.flat_map(|(source, file)| {
        let all = instrument::instrument_in(&source.text, 0, &Default::default(), &copy.macros);
        match all {
            Ok(all) => all.names_of(&file.except),
            Err(_) => [source.path.clone()].into(),
        }
    });
    names.collect()
}

impl Copied {
    /// The number of the source that the compiler calls `path`.
    pub(crate) fn file(&self, kind: Kind, path: &str) -> Option<usize> {
        let path = tree::slashes(&lexical(Path::new(path)));
        let mut sources = self.sources.iter();
        sources.position(|source| self.called(kind, source) == path)
    }

    /// Where a place of the recorded copy stands in the package's own source: the file's number,
    /// line and column.
    pub(crate) fn original(&self, at: &Location) -> Option<(usize, [usize; 2])> {
        let number = self.file(Kind::Recorded, &at.file)?;
        let file = &self.files[number].instrumented;
        let byte = instrument::byte(&file.text, at.line, at.column)?;
        let (origin, _) = file.origin(byte);
        let (line, column) = instrument::position(&self.sources[number].text, origin);
        Some((number, [line, column]))
    }

    /// The same; and the number of the file's first site, and its places.
    fn places(&self, at: &Location) -> Option<(usize, &[Place], [usize; 2])> {
        let (number, at) = self.original(at)?;
        let before = &self.files[..number];
        let first = before.iter().map(|file| file.instrumented.places.len());
        Some((first.sum(), &self.files[number].instrumented.places, at))
    }

    fn place(&self, site: usize) -> Option<&Place> {
        let files = self.files.iter();
        files.flat_map(|file| &file.instrumented.places).nth(site)
    }
}

impl Places for Copied {
    fn spawned(&self, at: &Location) -> Option<usize> {
        let (first, places, at) = self.places(at)?;
        let here = places
            .iter()
            .position(|place| place.kind == SiteKind::Spawn && place.at[..2] == at);
        here.map(|site| first + site)
    }

    fn statement(&self, at: &Location) -> Option<usize> {
        let (first, places, at) = self.places(at)?;
        let around = places.iter().enumerate().filter(|(_, place)| {
            place.kind == SiteKind::Stmt && place.at[..2] <= at[..] && at[..] < place.at[2..]
        });
        around
            .max_by_key(|(_, place)| (place.at[0], place.at[1]))
            .map(|(site, _)| first + site)
    }

    fn kind(&self, site: usize) -> Option<SiteKind> {
        self.place(site).map(|place| place.kind)
    }

    fn argument(&self, site: usize) -> Option<&str> {
        self.place(site)?.argument.as_deref()
    }

    fn function(&self, site: usize) -> &str {
        self.place(site).map_or("", |place| &place.function)
    }
}

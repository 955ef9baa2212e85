//! The files that a crate is made of: its root, the modules that it declares, and what it includes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use problem::Problem;
use syn::visit::{self, Visit};

use crate::manifest::lexical;

/// What was found from a crate's root on.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    /// Files and their texts, the root first, then in the order in which they are declared.
    pub sources: Vec<(PathBuf, String)>,
    /// Files that are included as text, or as bytes, or as a piece of Rust.
    pub included: BTreeSet<PathBuf>,
}

impl Modules {
    /// Adds the crate whose root is `root`. `shown` makes of a path what messages call it.
    pub(crate) fn add(
        &mut self,
        root: &Path,
        shown: &dyn Fn(&Path) -> String,
    ) -> Result<(), Problem> {
        let mut waiting = vec![(lexical(root), true)];
        while let Some((path, is_mod)) = waiting.pop() {
            if self.sources.iter().any(|(known, _)| *known == path) {
                continue;
            }
            let bytes = fs::read(&path).map_err(|error| {
                Problem::new(shown(&path), "this source cannot be read").found(error.to_string())
            })?;
            let text = String::from_utf8(bytes).map_err(|_| {
                Problem::new(shown(&path), "this is no Rust source")
                    .expected("text")
                    .found("bytes that are not UTF-8")
            })?;
            // What is no Rust is left for the compiler to complain of.
            if let Ok(file) = syn::parse_file(&text) {
                let mut found = Found::new(&path, is_mod);
                found.visit_file(&file);
                waiting.extend(found.modules.into_iter().rev());
                self.included.extend(found.included);
            }
            self.sources.push((path, text));
        }
        Ok(())
    }
}

/// What one file names.
struct Found {
    /// The file's own folder.
    folder: PathBuf,
    /// Where the modules are that it declares without saying where.
    children: PathBuf,
    /// Where those are that say where: the same, but outside any `mod x { .. }`.
    named: PathBuf,
    /// The files, and whether their own modules stand beside them.
    modules: Vec<(PathBuf, bool)>,
    included: Vec<PathBuf>,
}

impl Found {
    fn new(file: &Path, is_mod: bool) -> Found {
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        let children = match file.file_stem() {
            Some(stem) if !is_mod => folder.join(stem),
            _ => folder.clone(),
        };
        Found {
            named: folder.clone(),
            folder,
            children,
            modules: Vec::new(),
            included: Vec::new(),
        }
    }
}

/// What a module says of its path: `#[path = ".."]`, also below a `cfg_attr`.
fn paths(item: &syn::ItemMod) -> Vec<String> {
    fn text(meta: &syn::Meta) -> Option<String> {
        let syn::Meta::NameValue(pair) = meta else {
            return None;
        };
        match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) if pair.path.is_ident("path") => Some(text.value()),
            _ => None,
        }
    }
    let mut found = Vec::new();
    for attribute in &item.attrs {
        found.extend(text(&attribute.meta));
        if attribute.path().is_ident("cfg_attr")
            && let Ok(metas) = attribute.parse_args_with(
                syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated,
            )
        {
            found.extend(metas.iter().filter_map(text));
        }
    }
    found
}

impl<'ast> Visit<'ast> for Found {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = item.ident.to_string();
        let name = name.strip_prefix("r#").unwrap_or(&name);
        let said = paths(item);
        if item.content.is_some() {
            let before = (self.children.clone(), self.named.clone());
            self.children = match said.first() {
                Some(said) => self.named.join(said),
                None => self.children.join(name),
            };
            self.named = self.children.clone();
            visit::visit_item_mod(self, item);
            (self.children, self.named) = before;
            return;
        }
        let usual = [
            (self.children.join(format!("{name}.rs")), false),
            (self.children.join(name).join("mod.rs"), true),
        ];
        let said = said.iter().map(|said| (self.named.join(said), true));
        let all = said.chain(usual).map(|(path, own)| (lexical(&path), own));
        // One of another platform, or one that is not there, is no loss here.
        self.modules.extend(all.filter(|(path, _)| path.is_file()));
    }

    fn visit_macro(&mut self, makro: &'ast syn::Macro) {
        let name = makro
            .path
            .segments
            .last()
            .map(|name| name.ident.to_string());
        if ["include_str", "include_bytes", "include"].contains(&&*name.unwrap_or_default())
            && let Ok(path) = makro.parse_body::<syn::LitStr>()
        {
            let path = lexical(&self.folder.join(path.value()));
            self.included.extend(path.is_file().then_some(path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files of a crate whose root is `src/main.rs`, from the folder in which these stand.
    fn of(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut modules = Modules::default();
        let root = folder.path().join("src/main.rs");
        modules
            .add(&root, &|path| path.display().to_string())
            .unwrap();
        let short = |path: &Path| {
            let path = path.strip_prefix(folder.path()).unwrap();
            path.display().to_string()
        };
        (
            modules
                .sources
                .iter()
                .map(|(path, _)| short(path))
                .collect(),
            modules.included.iter().map(|path| short(path)).collect(),
        )
    }

    #[test]
    fn follows_modules_wherever_rust_looks_for_them() {
        let (sources, included) = of(&[
            (
                "src/main.rs",
                "#![doc = include_str!(\"../README.md\")]\nmod a; mod b; mod r#fn; mod missing; mod inside { mod c; #[path = \"../d.rs\"] mod d; } #[path = \"../shared/e.rs\"] mod e; #[cfg_attr(unix, path = \"f1.rs\")] mod f; fn main() {}",
            ),
            ("README.md", ""),
            (
                "src/a.rs",
                "mod below; #[path = \"aside.rs\"] mod aside; mod deep { #[path = \"x.rs\"] mod x; }",
            ),
            ("src/a/below.rs", ""),
            ("src/aside.rs", ""),
            ("src/a/deep/x.rs", ""),
            ("src/b/mod.rs", "mod below;"),
            (
                "src/b/below.rs",
                "const T: &[u8] = include_bytes!(\"t.txt\");",
            ),
            ("src/b/t.txt", ""),
            ("src/fn.rs", ""),
            ("src/inside/c.rs", ""),
            ("src/d.rs", ""),
            ("shared/e.rs", "mod beside;"),
            ("shared/beside.rs", ""),
            ("src/f1.rs", ""),
            ("src/unused.rs", ""),
        ]);
        assert_eq!(
            sources,
            [
                "src/main.rs",
                "src/a.rs",
                "src/a/below.rs",
                "src/aside.rs",
                "src/a/deep/x.rs",
                "src/b/mod.rs",
                "src/b/below.rs",
                "src/fn.rs",
                "src/inside/c.rs",
                "src/d.rs",
                "shared/e.rs",
                "shared/beside.rs",
                "src/f1.rs",
            ]
        );
        assert_eq!(included, ["README.md", "src/b/t.txt"]);
    }
}

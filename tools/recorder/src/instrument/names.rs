//! What names stand for: imports, parameters, the variables of a pattern.

use syn::visit::{self, Visit};
use syn::{Expr, Pat, Path};

/// The names that a file imports, with the path behind each. What it makes itself, it has from
/// `self`.
pub(super) fn imports(file: &syn::File) -> Vec<(String, String)> {
    struct Uses(Vec<(String, String)>);
    impl<'ast> Visit<'ast> for Uses {
        fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
            walk(&item.tree, "", &mut self.0);
        }

        fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
            self.0.push(own(&item.ident.to_string()));
            visit::visit_item_mod(self, item);
        }
    }
    fn walk(tree: &syn::UseTree, path: &str, found: &mut Vec<(String, String)>) {
        match tree {
            syn::UseTree::Path(next) => walk(&next.tree, &format!("{path}{}::", next.ident), found),
            syn::UseTree::Name(name) if name.ident == "self" => {
                let path = path.trim_end_matches("::");
                let last = path.rsplit("::").next().unwrap_or(path);
                found.push((last.to_owned(), path.to_owned()));
            }
            syn::UseTree::Name(name) => {
                found.push((name.ident.to_string(), format!("{path}{}", name.ident)));
            }
            syn::UseTree::Rename(name) => {
                found.push((name.rename.to_string(), format!("{path}{}", name.ident)));
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| walk(tree, path, found));
            }
            syn::UseTree::Glob(_) => {}
        }
    }
    let mut uses = Uses(Vec::new());
    uses.visit_file(file);
    let macros = macros(file).into_iter();
    uses.0.extend(macros.map(|name| own(&name)));
    uses.0
}

/// A name that is made where it is used, with its path.
pub(super) fn own(name: &str) -> (String, String) {
    (name.to_owned(), format!("self::{name}"))
}

/// The names of the macros that a file makes.
pub(super) fn macros(file: &syn::File) -> Vec<String> {
    struct Macros(Vec<String>);
    impl<'ast> Visit<'ast> for Macros {
        fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
            self.0.extend(item.ident.as_ref().map(ToString::to_string));
        }
    }
    let mut macros = Macros(Vec::new());
    macros.visit_file(file);
    macros.0
}

/// A path, with what the file imports filled in.
pub(super) fn resolved(path: &Path, imports: &[(String, String)]) -> String {
    let names: Vec<String> = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    let Some((first, rest)) = names.split_first() else {
        return String::new();
    };
    let mut full = imports
        .iter()
        .find(|(name, _)| name == first && path.leading_colon.is_none())
        .map_or_else(|| first.clone(), |(_, full)| full.clone());
    for name in rest {
        full.push_str("::");
        full.push_str(name);
    }
    full
}

/// Whether an expression only names something that is there: to evaluate it twice does nothing.
pub(super) fn is_place(expression: &Expr) -> bool {
    match expression {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Paren(inner) => is_place(&inner.expr),
        Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Deref(_)) && is_place(&unary.expr),
        Expr::Index(index) => {
            is_place(&index.expr) && matches!(*index.index, Expr::Lit(_) | Expr::Path(_))
        }
        _ => false,
    }
}

/// The variables that a function's parameters make.
pub(super) fn parameters(signature: &syn::Signature) -> Vec<String> {
    let mut names = Vec::new();
    for input in &signature.inputs {
        if let syn::FnArg::Typed(input) = input {
            bound(&input.pat, &mut names);
        }
    }
    names
}

/// The variables that a pattern makes.
pub(super) fn bound(pattern: &Pat, names: &mut Vec<String>) {
    struct Names<'a>(&'a mut Vec<String>);
    impl<'ast> Visit<'ast> for Names<'_> {
        fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
            let name = pattern.ident.to_string();
            // A capital is a constant or a variant, not a variable.
            if !name.starts_with(char::is_uppercase) {
                self.0.push(name);
            }
            visit::visit_pat_ident(self, pattern);
        }
    }
    Names(names).visit_pat(pattern);
}

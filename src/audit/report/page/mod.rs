//! The figures as one page of HTML: no script, nothing from the network, light and dark, for narrow screens too.
//!
//! Pictures stretch with the page, so words never stand in them but beside them, as HTML. Everything that comes from
//! records goes through `html::text`.
//!
//! In reading order: `html` (words and tables), `timeline`, `week` and `lag` (pictures), `sections` (what the page says).

mod html;
mod lag;
mod sections;
mod timeline;
mod week;

use std::fmt::Write as _;

use super::figures::Figures;

/// The page about a trail of this name. It is well-formed XML too.
#[must_use]
pub fn page(figures: &Figures, name: &str) -> String {
    let name = html::text(name);
    let mut page = String::with_capacity(64 * 1024);
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n\
         <title>Trail {name}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n<h1>Trail <code>{name}</code></h1>\n",
        include_str!("style.css")
    );
    for section in sections::all(figures) {
        page.push_str(&section);
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

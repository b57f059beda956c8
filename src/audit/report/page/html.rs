//! Words and tables of the page.

use std::fmt::Write as _;

use crate::audit::report::compare::{count, part_of};
use crate::audit::report::legible;
use crate::audit::report::names::Ranking;

/// A text of any origin, as it may stand in an element or in an attribute between double quotes.
pub(super) fn text(text: &str) -> String {
    legible(text).chars().fold(String::with_capacity(text.len()), |mut safe, letter| {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
        safe
    })
}

/// A part of the page. `content` is HTML already.
pub(super) fn section(title: &str, content: &str) -> String {
    format!("<section>\n<h2>{title}</h2>\n{content}</section>\n")
}

/// A table with a head. Cells are HTML already; the first of a row leans left, the others right.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = String::from("<div class=\"wide\"><table>\n<thead><tr>");
    for cell in head {
        let _ = write!(table, "<th scope=\"col\">{cell}</th>");
    }
    table.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        table.push_str("<tr>");
        for (index, cell) in row.iter().enumerate() {
            let tag = if index == 0 { "th scope=\"row\"" } else { "td" };
            let _ = write!(table, "<{tag}>{cell}</{}>", &tag[..2]);
        }
        table.push_str("</tr>\n");
    }
    table.push_str("</tbody></table></div>\n");
    table
}

/// So many names of a ranking are shown.
const SHOWN: usize = 20;

/// A ranking as a table with bars; `all` are the records that shares are told of. Empty without names.
pub(super) fn ranking(title: &str, ranking: &Ranking, all: u64) -> String {
    let most = ranking.most.first().map_or(1, |(_, records)| *records).max(1);
    let row = |(name, records): &(String, u64)| {
        let width = 100 * records / most;
        vec![
            format!("{}<span class=\"bar\" style=\"width:{width}%\"></span>", text(name)),
            count(*records),
            part_of(*records, all),
        ]
    };
    let rows: Vec<Vec<String>> = ranking.most.iter().take(SHOWN).map(row).collect();
    if rows.is_empty() {
        return String::new();
    }
    let shown = rows.len() as u64;
    let rest = match ranking.distinct - shown {
        0 => String::new(),
        rest => format!("<p class=\"note\">and {} more</p>\n", count(rest)),
    };
    section(title, &(table(&["Name", "Records", "Share"], &rows) + &rest))
}

/// A picture `width` by `height` units large that takes the whole width of the page and `pixels` of its height.
pub(super) fn picture(label: &str, (width, height): (usize, usize), pixels: usize, shapes: &str) -> String {
    format!(
        "<svg role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" \
         style=\"height:{pixels}px\">{shapes}</svg>\n"
    )
}

/// Words, each in an element of its own.
pub(super) fn spans(words: &[&str]) -> String {
    words.iter().fold(String::new(), |spans, word| spans + "<span>" + word + "</span>")
}

/// Words below a picture, from its left to its right end.
pub(super) fn axis(words: &[&str]) -> String {
    format!("<div class=\"axis\">{}</div>\n", spans(words))
}

/// Words above or below a picture, each at so many percent of its width.
pub(super) fn marks(class: &str, words: &[(f64, &str)]) -> String {
    let mut marks = format!("<div class=\"marks {class}\">");
    for (place, word) in words {
        let _ = write!(marks, "<span style=\"left:{place:.1}%\">{word}</span>");
    }
    marks + "</div>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_taken_for_html() {
        assert_eq!(
            text("<b a=\"1\">&'\u{1b}\u{0}x</b>"),
            "&lt;b a=&quot;1&quot;&gt;&amp;&#39;\u{fffd}\u{fffd}x&lt;/b&gt;"
        );
    }
}

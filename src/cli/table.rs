//! Tables that fit the terminal: the last column takes what is left, over several lines if need be.

/// One column: its title and the side its cells lean to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column {
    Left(&'static str),
    Right(&'static str),
}

/// Rows of cells, each as long as `columns`.
pub(crate) struct Table<'a> {
    pub(crate) columns: &'a [Column],
    pub(crate) rows: Vec<Vec<String>>,
}

const GAP: &str = "  ";
/// A last column narrower than this is hard to read: its cells then go below their rows.
const LEAST: usize = 20;
const INDENT: usize = 4;

impl Table<'_> {
    /// The table in lines of at most `width` characters, as far as its words allow.
    pub(crate) fn render(&self, width: Option<usize>) -> String {
        let widths = self.widths();
        let (last, before) = widths.split_last().map_or((0, 0), |(last, others)| (*last, taken(others)));
        let layout = Layout::new(width.unwrap_or(usize::MAX), before, last);
        let titles: Vec<String> = self.columns.iter().map(|column| column.title().to_owned()).collect();
        let lines = std::iter::once(&titles).chain(&self.rows).flat_map(|cells| self.row(cells, &widths, layout));
        lines.map(|line| line.trim_end().to_owned() + "\n").collect()
    }

    /// The widest cell of each column.
    fn widths(&self) -> Vec<usize> {
        let widest =
            |index: usize| self.rows.iter().filter_map(move |row| row.get(index)).map(|cell| length(cell)).max();
        let titles = self.columns.iter().map(|column| length(column.title())).enumerate();
        titles.map(|(index, title)| title.max(widest(index).unwrap_or(0))).collect()
    }

    fn row(&self, cells: &[String], widths: &[usize], layout: Layout) -> Vec<String> {
        let Some((last, others)) = cells.split_last() else { return Vec::new() };
        let padded = others.iter().zip(self.columns).zip(widths);
        let start: String = padded.map(|((cell, column), width)| column.pad(cell, *width) + GAP).collect();
        let column = self.columns[self.columns.len() - 1];
        let mut below = wrap(last, layout.room).into_iter().map(|line| column.pad(&line, layout.last));
        let first = if layout.is_below { start } else { start + &below.next().unwrap_or_default() };
        let indent = " ".repeat(layout.indent);
        std::iter::once(first).chain(below.map(|line| format!("{indent}{line}"))).collect()
    }
}

/// Where the cells of the last column go.
#[derive(Clone, Copy)]
struct Layout {
    /// Below their rows.
    is_below: bool,
    /// From this column on.
    indent: usize,
    /// In lines of this length at most.
    room: usize,
    /// Padded to this width, where that helps.
    last: usize,
}

impl Layout {
    fn new(width: usize, before: usize, last: usize) -> Self {
        let room = width.saturating_sub(before);
        match room >= last.min(LEAST) {
            true => Self { is_below: false, indent: before, room, last: last.min(room) },
            false => Self { is_below: true, indent: INDENT, room: width.saturating_sub(INDENT).max(LEAST), last: 0 },
        }
    }
}

impl Column {
    const fn title(self) -> &'static str {
        match self {
            Self::Left(title) | Self::Right(title) => title,
        }
    }

    fn pad(self, cell: &str, width: usize) -> String {
        match self {
            Self::Left(_) => format!("{cell:<width$}"),
            Self::Right(_) => format!("{cell:>width$}"),
        }
    }
}

fn taken(widths: &[usize]) -> usize {
    widths.iter().map(|width| width + GAP.len()).sum()
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// The words of a text in lines of at most `width` characters; a longer word has a line of its own.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if length(line) + 1 + length(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(width: Option<usize>) -> String {
        let rows = [["one", "7", "a short text"], ["twenty-two", "1000", "a longer text that has to be wrapped"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec()).to_vec();
        Table { columns: &[Column::Left("NAME"), Column::Right("N"), Column::Left("TEXT")], rows }.render(width)
    }

    #[test]
    fn without_a_terminal_every_row_is_one_line() {
        assert_eq!(
            render(None),
            "NAME           N  TEXT\n\
             one            7  a short text\n\
             twenty-two  1000  a longer text that has to be wrapped\n"
        );
    }

    #[test]
    fn the_last_column_is_wrapped() {
        assert_eq!(
            render(Some(40)),
            "NAME           N  TEXT\n\
             one            7  a short text\n\
             twenty-two  1000  a longer text that has\n                  to be wrapped\n"
        );
    }

    #[test]
    fn in_a_narrow_terminal_the_last_column_goes_below() {
        assert_eq!(
            render(Some(30)),
            "NAME           N\n    TEXT\n\
             one            7\n    a short text\n\
             twenty-two  1000\n    a longer text that has to\n    be wrapped\n"
        );
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in 24..80 {
            assert!(render(Some(width)).lines().all(|line| length(line) <= width), "{width}");
        }
    }

    #[test]
    fn a_last_column_of_numbers_leans_right() {
        let rows = vec![vec!["a".to_owned(), "7".to_owned()]];
        let table = Table { columns: &[Column::Left("NAME"), Column::Right("COUNT")], rows };
        assert_eq!(table.render(Some(60)), "NAME  COUNT\na         7\n");
    }
}

//! Lines of text: bare eventIDs, CSV with or without a header, JSON behind a prefix, anything.

use std::borrow::Cow;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use memchr::{memchr, memchr_iter};
use uuid::Uuid;

use super::event_id::{self, Id, LENGTH, uuid, uuids};
use super::json::{Reach, reach};
use super::window::Window;
use super::{Broken, Finder, Item, Take};

/// No line is longer.
const LONGEST: usize = 64 * 1024 * 1024;
/// How many bare ids are handed on at once, which gives the processor several to open at a time.
const TOGETHER: usize = 64;

/// Reads lines up to the end.
pub(super) fn read<R: Read>(
    window: &mut Window<R>,
    finder: &Finder,
    take: &mut dyn Take,
    stop: &AtomicBool,
) -> Result<(), Broken> {
    let header = Header::read(window, finder)?;
    while !stop.load(Ordering::Relaxed) {
        if header.is_none() {
            bare(window, take);
        }
        let Some(end) = row(window, header.as_ref().map(|header| header.separator))? else { break };
        let line = &window.rest()[..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match &header {
            Some(header) => header.take(line, window.line, finder, take),
            None => plain(line, window.line, finder, take),
        }
        let end = (end + 1).min(window.rest().len());
        window.pass(end);
    }
    Ok(())
}

/// Hands on lines that are nothing but an id, as many as there are in the window.
fn bare<R: Read>(window: &mut Window<R>, take: &mut dyn Take) {
    let mut ids = [Uuid::nil(); TOGETHER];
    loop {
        let mut count = 0;
        for line in window.rest().chunks_exact(LENGTH + 1).take(TOGETHER) {
            let Some(id) = uuid(&line[..LENGTH]).filter(|_| line[LENGTH] == b'\n') else { break };
            ids[count] = id;
            count += 1;
        }
        if count == 0 {
            return;
        }
        take.ids(&ids[..count], window.line);
        window.pass_lines(count * (LENGTH + 1), count as u64);
    }
}

/// Where the next row ends; `None` at the end. Within quotes, cells of CSV go on over ends of lines.
fn row<R: Read>(window: &mut Window<R>, separator: Option<u8>) -> Result<Option<usize>, Broken> {
    loop {
        let rest = window.rest();
        let end = match separator {
            None => memchr(b'\n', rest),
            Some(separator) => memchr_iter(b'\n', rest).find(|end| is_whole(&rest[..*end], separator)),
        };
        if end.is_some() {
            return Ok(end);
        }
        match (window.is_last(), rest.len()) {
            (true, 0) => return Ok(None),
            (true, length) => return Ok(Some(length)),
            (false, length) if length > LONGEST => {
                return Err(Broken::Wrong(window.line, "a line of more than 64 MiB begins here".to_owned()));
            }
            _ => window.more()?,
        }
    }
}

/// Whether no cell is open at the end of some text.
fn is_whole(row: &[u8], separator: u8) -> bool {
    memchr(b'"', row).is_none() || Cells { rest: Some(row), separator }.last().is_none_or(|cell| cell.is_closed)
}

fn plain(line: &[u8], number: u64, finder: &Finder, take: &mut dyn Take) {
    let line = line.trim_ascii();
    let trimmed = line.strip_suffix(b",").unwrap_or(line);
    let trimmed = trimmed.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(trimmed);
    if let Some(id) = uuid(trimmed) {
        take.ids(&[id], number);
    } else if (line.starts_with(b"{") || line.starts_with(b"\"{")) && reach(line, true) == Reach::End(line.len()) {
        finder.split(line, number, take);
    } else if !line.is_empty() {
        let id = event_id::of_text(&finder.seal, line);
        take.item(Item { id, line: number, text: line, arrival: None });
    }
}

/// The first line of a CSV file, and where to look in those below.
struct Header {
    separator: u8,
    /// The column of the eventID; `None` when it has no name that tells.
    id: Option<usize>,
    arrival: Option<usize>,
}

impl Header {
    /// Takes the first line for a header when there is nothing in it that is received.
    fn read<R: Read>(window: &mut Window<R>, finder: &Finder) -> Result<Option<Self>, Broken> {
        let Some(end) = row(window, None)? else { return Ok(None) };
        let line = window.rest()[..end].trim_ascii();
        let is_header = !line.contains(&b'{') && uuids(line).next().is_none() && !line.is_empty();
        if !is_header {
            return Ok(None);
        }
        let often = |separator: &u8| memchr_iter(*separator, line).count();
        // Of those that are equally frequent the last one.
        let separator = *b"|;\t,".iter().max_by_key(|separator| often(separator)).expect("there are four");
        let names: Vec<String> = Cells { rest: Some(line), separator }
            .map(|cell| String::from_utf8_lossy(&cell.text()).trim().to_owned())
            .collect();
        let column = |wanted: &String| {
            let found = names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
            found.ok_or_else(|| Broken::Wrong(1, format!("there is no column `{wanted}`, only {}", names.join(", "))))
        };
        let id = finder.id.as_ref().map(column).transpose()?;
        let arrival = finder.arrival.as_ref().map(column).transpose()?;
        let id = id.or_else(|| names.iter().position(|name| is_event_id(name)));
        let end = (end + 1).min(window.rest().len());
        window.pass(end);
        Ok(Some(Self { separator, id, arrival }))
    }

    fn take(&self, line: &[u8], number: u64, finder: &Finder, take: &mut dyn Take) {
        if line.is_empty() {
            return;
        }
        let cells: Vec<Cow<[u8]>> =
            Cells { rest: Some(line), separator: self.separator }.map(|cell| cell.text()).collect();
        let text = |column: usize| cells.get(column).map(|cell| String::from_utf8_lossy(cell));
        let id = match self.id {
            Some(column) => text(column).map_or(Id::None, |cell| event_id::of_value(&finder.seal, &cell)),
            None => event_id::of_text(&finder.seal, line),
        };
        let record = cells.iter().find(|cell| cell.starts_with(b"{"));
        let arrival = self.arrival.and_then(text);
        take.item(Item { id, line: number, text: record.map_or(b"", |cell| cell), arrival });
    }
}

/// Whether a column is called as eventIDs are: `eventID`, `event_id`, `event.id`, `metadata.uid`, `detail.eventID`.
pub(super) fn is_event_id(name: &str) -> bool {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_lowercase();
    letters == "metadatauid" || letters.ends_with("eventid") && !letters.ends_with("sharedeventid")
}

/// A cell as it stands in a row.
struct Cell<'a> {
    raw: &'a [u8],
    /// False when a quote has no partner.
    is_closed: bool,
}

impl<'a> Cell<'a> {
    fn text(&self) -> Cow<'a, [u8]> {
        let raw = self.raw.trim_ascii();
        let Some(inner) = raw.strip_prefix(b"\"").map(|rest| rest.strip_suffix(b"\"").unwrap_or(rest)) else {
            return Cow::Borrowed(raw);
        };
        match memchr::memmem::find(inner, b"\"\"") {
            None => Cow::Borrowed(inner),
            Some(_) => Cow::Owned(String::from_utf8_lossy(inner).replace("\"\"", "\"").into_bytes()),
        }
    }
}

/// The cells of a row. RFC 4180.
struct Cells<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
}

impl<'a> Iterator for Cells<'a> {
    type Item = Cell<'a>;

    fn next(&mut self) -> Option<Cell<'a>> {
        let rest = self.rest?;
        let mut is_open = false;
        // A cell is quoted only if it begins so; what is quoted twice opens and closes again.
        let is_quoted = rest.first() == Some(&b'"');
        let end = rest.iter().position(|byte| {
            is_open ^= is_quoted && *byte == b'"';
            *byte == self.separator && !is_open
        });
        self.rest = end.map(|end| &rest[end + 1..]);
        Some(Cell { raw: &rest[..end.unwrap_or(rest.len())], is_closed: !is_open })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: &str, separator: u8) -> Vec<String> {
        let text = |cell: Cell| String::from_utf8(cell.text().into_owned()).unwrap();
        Cells { rest: Some(row.as_bytes()), separator }.map(text).collect()
    }

    #[test]
    fn cells_are_taken_out_of_their_quotes() {
        assert_eq!(cells(r#"a,"b,c","d ""e""",,"#, b','), ["a", "b,c", r#"d "e""#, "", ""]);
        assert_eq!(cells(r#"{"a":1};x"#, b';'), [r#"{"a":1}"#, "x"]);
        assert!(!is_whole(b"a,\"b", b',') && is_whole(b"a,b\"", b',') && is_whole(b"a,\"b\n\"", b','));
    }

    #[test]
    fn columns_that_hold_event_ids_are_known_by_name() {
        for (name, is) in [
            ("eventID", true),
            ("EVENT_ID", true),
            ("event.id", true),
            ("detail.eventID", true),
            ("metadata.uid", true),
            ("sharedEventID", false),
            ("requestID", false),
            ("id", false),
        ] {
            assert_eq!(is_event_id(name), is, "{name}");
        }
    }
}

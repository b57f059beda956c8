//! How many messages go in one request: SQS and SNS take ten, and 256 KiB together.

use std::collections::VecDeque;

use super::Message;

/// The most messages in a request.
pub(super) const MESSAGES: usize = 10;

/// The most bytes in a request.
const BYTES: usize = 256 * 1024;

/// How many of the first messages fit in one request; one always goes.
pub(super) fn fitting<T>(waiting: &VecDeque<T>, message: impl Fn(&T) -> &Message) -> usize {
    let mut bytes = 0;
    let fits = waiting.iter().take(MESSAGES).take_while(|item| {
        let message = message(item);
        bytes += message.body.len() + message.subject.map_or(0, str::len);
        bytes <= BYTES
    });
    fits.count().max(usize::from(!waiting.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_takes_ten_messages_and_a_quarter_of_a_mebibyte() {
        let of = |bytes: usize, number: usize| -> usize {
            let waiting: VecDeque<Message> =
                (0..number).map(|_| Message { body: "x".repeat(bytes), subject: None }).collect();
            fitting(&waiting, |message| message)
        };
        let cases = [(0, 5), (3, 3), (10, 10), (25, 10)];
        assert!(cases.iter().all(|(number, fit)| *number == 0 || of(600, *number) == *fit));
        assert_eq!((of(64 * 1024, 9), of(64 * 1024 + 1, 9), of(300 * 1024, 2), of(1, 0)), (4, 3, 1, 0));
    }
}

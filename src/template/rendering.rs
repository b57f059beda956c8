//! An action as the content of a record: what it puts in for one event.

use crate::event::{Event, Facts, Outcome};
use crate::record::{Content, Envelope, Fixed};
use crate::sink::{Sink, Text};
use crate::template::action::Action;
use crate::template::errors::ErrorCase;
use crate::template::shape::Source;

/// An action about to be written for one event.
pub(crate) struct Rendering<'a> {
    /// The action.
    pub action: &'a Action,
    /// What its shapes are filled from.
    pub source: Source<'a>,
}

impl<'a> Rendering<'a> {
    /// Brings an event and its action together.
    #[must_use]
    pub(crate) fn new(
        action: &'a Action,
        envelope: &'a Envelope,
        event: &'a Event,
        facts: &'a Facts,
        redaction: bool,
    ) -> Self {
        Self { action, source: Source { event, facts, event_name: &envelope.event_name, redaction } }
    }

    fn failure(&self) -> Option<&'a ErrorCase> {
        match self.source.event.outcome {
            Outcome::Success => None,
            Outcome::Error(index) => self.action.errors.get(usize::from(index)),
        }
    }
}

impl Content for Rendering<'_> {
    fn error(&self) -> Option<&Text> {
        self.failure().filter(|_| !self.action.is_sign_in()).map(|failure| &failure.code)
    }

    fn has_message(&self) -> bool {
        self.failure().is_some_and(|failure| !failure.message.is_empty())
    }

    fn message(&self, out: &mut impl Sink) {
        if let Some(failure) = self.failure().filter(|failure| !failure.message.is_empty()) {
            Fixed::ErrorMessage.write(out);
            failure.message.render(out, self.source);
            Fixed::Quote.write(out);
        }
    }

    fn request(&self, out: &mut impl Sink) {
        match self.failure() {
            Some(ErrorCase { loses_parameters: true, .. }) => Fixed::Null.write(out),
            Some(ErrorCase { request: Some(request), .. }) => request.render_members(out, self.source),
            _ => self.action.request.render_members(out, self.source),
        }
    }

    fn is_answered(&self) -> bool {
        let has_failed = self.failure().is_some() && !self.action.is_sign_in();
        !(has_failed || self.action.response.is_empty()) || !self.action.additional.is_empty()
    }

    fn response(&self, out: &mut impl Sink) {
        match self.failure() {
            Some(_) if !self.action.is_sign_in() => Fixed::Null.write(out),
            _ => self.action.response.render_members(out, self.source),
        }
    }

    fn additional(&self, out: &mut impl Sink) {
        if !self.action.additional.is_empty() {
            Fixed::Additional.write(out);
            self.action.additional.render_members(out, self.source);
        }
    }

    fn names_resources(&self) -> bool {
        !self.action.resources.is_empty()
    }

    fn resources(&self, out: &mut impl Sink) {
        self.action.resources.render(out, self.source);
    }
}

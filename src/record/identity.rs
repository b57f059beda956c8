//! `userIdentity`: its shape for each type of caller, with sub-members in the order of real log files.

use super::{Quirks, escape};
use crate::clock::Time;
use crate::sink::{Compound, Interner, Text};

/// Who called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// The account's root user, signed in to the console.
    Root {
        /// 12 digits.
        account: String,
        /// `ASIA…`.
        access_key: String,
        /// The sign-in session.
        attributes: Attributes,
    },
    /// An IAM user, with a long-lived key or, in a session, a temporary one.
    IamUser {
        /// 12 digits.
        account: String,
        /// `AIDA…`.
        principal: String,
        /// The user's name, also the end of the ARN.
        name: String,
        /// `AKIA…` or `ASIA…`.
        access_key: String,
        /// The console or MFA session, where there is one.
        attributes: Option<Attributes>,
    },
    /// A role that someone assumed.
    AssumedRole(Session),
}

/// A role session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    /// 12 digits.
    pub account: String,
    /// `AROA…`.
    pub role_id: String,
    /// Path of the role with both slashes, `/` for none.
    pub role_path: String,
    /// Name of the role.
    pub role_name: String,
    /// Name of the session: a person's address, a function's name, an instance id.
    pub name: String,
    /// `ASIA…`.
    pub access_key: String,
    /// When and how the session began.
    pub attributes: Attributes,
}

/// `sessionContext.attributes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// When the session began.
    pub created: Time,
    /// Signed in with a second factor.
    pub mfa: bool,
}

impl Identity {
    /// The word in `userIdentity.type`.
    #[must_use]
    pub(crate) const fn type_name(&self) -> &'static str {
        match self {
            Self::Root { .. } => "Root",
            Self::IamUser { .. } => "IAMUser",
            Self::AssumedRole(_) => "AssumedRole",
        }
    }

    /// The caller's ARN.
    #[must_use]
    pub(crate) fn arn(&self) -> String {
        self.arn_pieces().concat()
    }

    /// The caller's ARN, cut where it repeats what also stands elsewhere.
    fn arn_pieces(&self) -> Vec<&str> {
        match self {
            Self::Root { account, .. } => vec!["arn:aws:iam::", account, ":root"],
            Self::IamUser { account, name, .. } => vec!["arn:aws:iam::", account, ":user/", name],
            Self::AssumedRole(s) => {
                vec!["arn:aws:sts::", &s.account, ":assumed-role/", &s.role_name, "/", &s.name]
            }
        }
    }

    /// The `userIdentity` element as compact JSON.
    pub(crate) fn to_json(&self, quirks: &Quirks, texts: &mut Interner) -> Compound {
        let mut json = Pieces { texts, pieces: Vec::new() };
        let base = |json: &mut Pieces<'_>, principal: &[&str], account: &str, access_key: &str| {
            json.member("{\"type\":\"", &[self.type_name()]);
            json.member("\",\"principalId\":\"", principal);
            json.member("\",\"arn\":\"", &self.arn_pieces());
            json.member("\",\"accountId\":\"", &[account]);
            json.member("\",\"accessKeyId\":\"", &[access_key]);
        };
        match self {
            Self::Root { account, access_key, attributes } => {
                base(&mut json, &[account], account, access_key);
                json.context(None, *attributes, quirks);
            }
            Self::IamUser { account, principal, name, access_key, attributes } => {
                base(&mut json, &[principal], account, access_key);
                json.member("\",\"userName\":\"", &[name]);
                match attributes {
                    Some(attributes) => json.context(None, *attributes, quirks),
                    None => json.fixed("\"}"),
                }
            }
            Self::AssumedRole(session) => {
                let principal = [&*session.role_id, ":", &*session.name];
                base(&mut json, &principal, &session.account, &session.access_key);
                json.context(Some(session), session.attributes, quirks);
            }
        }
        let pieces = json.pieces;
        texts.atoms.compound(&pieces)
    }
}

/// JSON in the making, cut where equal texts can begin and end.
struct Pieces<'t> {
    texts: &'t mut Interner,
    pieces: Vec<Text>,
}

impl Pieces<'_> {
    fn fixed(&mut self, text: &str) {
        self.pieces.push(self.texts.text(text));
    }

    /// A member's name with what stands around it, and its value in pieces.
    fn member(&mut self, name: &str, value: &[&str]) {
        self.fixed(name);
        for piece in value {
            self.fixed(&escape(piece));
        }
    }

    /// `sessionContext` and the end; its issuer is there for roles only, its empty objects in one era only.
    fn context(&mut self, session: Option<&Session>, attributes: Attributes, quirks: &Quirks) {
        self.fixed("\",\"sessionContext\":{");
        if let Some(s) = session {
            self.member("\"sessionIssuer\":{\"type\":\"Role\",\"principalId\":\"", &[&s.role_id]);
            let arn = ["arn:aws:iam::", &s.account, ":role", &s.role_path, &s.role_name];
            self.member("\",\"arn\":\"", &arn);
            self.member("\",\"accountId\":\"", &[&s.account]);
            self.member("\",\"userName\":\"", &[&s.role_name]);
            self.fixed("\"},");
        } else if quirks.has_empty_context() {
            self.fixed("\"sessionIssuer\":{},");
        }
        if quirks.has_empty_context() {
            self.fixed("\"webIdFederationData\":{},");
        }
        self.member("\"attributes\":{\"creationDate\":\"", &[&attributes.created.floor_second().to_string()]);
        self.member("\",\"mfaAuthenticated\":\"", &[if attributes.mfa { "true" } else { "false" }]);
        self.fixed("\"}}}");
    }
}

//! Who calls, as the record shows them: the types of `userIdentity` and what belongs to each.

mod shape;
#[cfg(test)]
mod tests;

use Piece::{Own, Same};

use crate::clock::Time;

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
        /// Who.
        user: User,
        /// `AKIA…` or `ASIA…`.
        access_key: String,
        /// The console or MFA session, where there is one.
        attributes: Option<Attributes>,
    },
    /// A role that someone assumed.
    AssumedRole(Session),
    /// Someone for whom an IAM user fetched credentials with `GetFederationToken`.
    FederatedUser {
        /// What the IAM user called them.
        name: String,
        /// `ASIA…`.
        access_key: String,
        /// The IAM user whose key fetched the credentials.
        issuer: User,
        /// The session of the credentials.
        attributes: Attributes,
    },
    /// An AWS service that acts for itself: its host name.
    Service(String),
}

/// An IAM user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    /// 12 digits.
    pub account: String,
    /// `AIDA…`.
    pub id: String,
    /// The user's name, also the end of the ARN.
    pub name: String,
}

/// A role session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    /// 12 digits: the account of the role. Whoever assumed it may belong to another.
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
    /// The host of the `OpenID` Connect provider, where a web identity assumed the role.
    pub oidc_provider: Option<String>,
    /// Who is behind the session, where the one who began it had to say so.
    pub source_identity: Option<String>,
    /// The version of the instance metadata service that handed out the credentials: `1.0` or `2.0`.
    pub ec2_role_delivery: Option<&'static str>,
}

/// `sessionContext.attributes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// When the session began.
    pub created: Time,
    /// Signed in with a second factor.
    pub mfa: bool,
}

/// On which occasion an identity is seen: not every part of it is there every time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Occasion {
    /// It calls by itself.
    Call,
    /// A service of this host name goes on calling with its session.
    Forwarded(String),
    /// It signs in, so there is no key yet.
    SignIn,
    /// It says who it is and has yet to prove it.
    Unproven,
}

impl Identity {
    /// The word in `userIdentity.type`.
    #[must_use]
    pub(crate) const fn type_name(&self) -> &'static str {
        match self {
            Self::Root { .. } => "Root",
            Self::IamUser { .. } => "IAMUser",
            Self::AssumedRole(_) => "AssumedRole",
            Self::FederatedUser { .. } => "FederatedUser",
            Self::Service(_) => "AWSService",
        }
    }

    /// The caller's ARN; empty for a service, which has none.
    #[must_use]
    pub(crate) fn arn(&self) -> String {
        self.arn_pieces().iter().map(|piece| piece.text()).collect()
    }

    /// The session took a second factor.
    #[must_use]
    pub(crate) fn mfa(&self) -> bool {
        match self {
            Self::Root { attributes, .. } | Self::FederatedUser { attributes, .. } => attributes.mfa,
            Self::IamUser { attributes, .. } => attributes.is_some_and(|attributes| attributes.mfa),
            Self::AssumedRole(session) => session.attributes.mfa,
            Self::Service(_) => false,
        }
    }

    /// The caller's ARN, cut where it repeats what also stands elsewhere.
    fn arn_pieces(&self) -> Vec<Piece<'_>> {
        match self {
            Self::Root { account, .. } => vec![Same("arn:aws:iam::"), Same(account), Own(":root")],
            Self::IamUser { user, .. } => user.arn_pieces(),
            Self::AssumedRole(s) => {
                let account = [Same("arn:aws:sts::"), Same(&s.account), Own(":assumed-role/")];
                [&account[..], &[Own(&s.role_name), Same("/"), Own(&s.name)]].concat()
            }
            Self::FederatedUser { name, issuer, .. } => {
                vec![Same("arn:aws:sts::"), Same(&issuer.account), Own(":federated-user/"), Own(name)]
            }
            Self::Service(_) => Vec::new(),
        }
    }
}

impl User {
    fn arn_pieces(&self) -> Vec<Piece<'_>> {
        vec![Same("arn:aws:iam::"), Same(&self.account), Own(":user/"), Own(&self.name)]
    }
}

/// A piece of a text about a caller.
#[derive(Clone, Copy, Debug)]
enum Piece<'a> {
    /// It is the same wherever the text before it is.
    Same(&'a str),
    /// It may stand elsewhere too, or something else here.
    Own(&'a str),
}

impl<'a> Piece<'a> {
    const fn text(self) -> &'a str {
        match self {
            Self::Same(text) | Self::Own(text) => text,
        }
    }
}

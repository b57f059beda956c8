//! `userIdentity` as JSON: its shape for each type of caller, with sub-members in the order of real log files.

use super::Piece::{Own, Same};
use super::{Attributes, Identity, Occasion, Piece, Session, User};
use crate::event::END_OF_LAST;
use crate::record::{Quirks, escape};

impl Identity {
    /// The start of a record, with `userIdentity`, up to the instant, behind the end of the record before it.
    pub(crate) fn head<'q>(&self, occasion: &Occasion, quirks: &'q Quirks) -> Pieces<'q> {
        let version = quirks.version_text();
        let text = format!("{END_OF_LAST}{{\"eventVersion\":\"{version}\",\"userIdentity\":");
        let mut json = Pieces { quirks, cuts: vec![text.len()], text };
        json.member("{\"type\":\"", &[Own(self.type_name())]);
        match self {
            Self::Service(host) => json.member(",\"invokedBy\":\"", &[Same(host)]),
            _ => json.caller(self, occasion),
        }
        if let Occasion::Forwarded(host) = occasion {
            json.member(",\"invokedBy\":\"", &[Same(host)]);
        }
        json.text += "},\"eventTime\":\"";
        json
    }

    /// `principalId`.
    fn principal(&self) -> Vec<Piece<'_>> {
        match self {
            Self::Root { account, .. } => vec![Same(account)],
            Self::IamUser { user, .. } => vec![Own(&user.id)],
            Self::AssumedRole(session) => vec![Own(&session.role_id), Same(":"), Own(&session.name)],
            Self::FederatedUser { name, issuer, .. } => vec![Same(&issuer.account), Same(":"), Own(name)],
            Self::Service(_) => Vec::new(),
        }
    }

    fn account(&self) -> &str {
        match self {
            Self::Root { account, .. } => account,
            Self::IamUser { user, .. } | Self::FederatedUser { issuer: user, .. } => &user.account,
            Self::AssumedRole(session) => &session.account,
            Self::Service(_) => "",
        }
    }

    fn access_key(&self) -> &str {
        match self {
            Self::Root { access_key, .. }
            | Self::IamUser { access_key, .. }
            | Self::FederatedUser { access_key, .. } => access_key,
            Self::AssumedRole(session) => &session.access_key,
            Self::Service(_) => "",
        }
    }

    /// When and how its session began; `None` where it has no session, or where that is yet to come.
    const fn attributes(&self, occasion: &Occasion) -> Option<Attributes> {
        match (self, occasion) {
            (Self::Service(_), _)
            | (_, Occasion::Unproven)
            | (Self::Root { .. } | Self::IamUser { .. }, Occasion::SignIn) => None,
            (Self::Root { attributes, .. } | Self::FederatedUser { attributes, .. }, _) => Some(*attributes),
            (Self::IamUser { attributes, .. }, _) => *attributes,
            (Self::AssumedRole(session), _) => Some(session.attributes),
        }
    }
}

/// JSON in the making, cut where equal texts can begin and end.
pub(crate) struct Pieces<'t> {
    quirks: &'t Quirks,
    text: String,
    /// Where pieces begin and end.
    cuts: Vec<usize>,
}

impl Pieces<'_> {
    /// A member's name with what stands around it, and its value in pieces.
    fn member(&mut self, name: &str, value: &[Piece<'_>]) {
        self.text += name;
        for piece in value {
            if let Own(_) = piece {
                self.cuts.push(self.text.len());
            }
            self.text += &escape(piece.text());
            if let Own(_) = piece {
                self.cuts.push(self.text.len());
            }
        }
        self.text.push('"');
    }

    /// The pieces in a row.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.cuts.iter().copied());
        let ends = self.cuts.iter().copied().chain(std::iter::once(self.text.len()));
        starts.zip(ends).filter(|(start, end)| start < end).map(|(start, end)| &self.text[start..end])
    }

    /// Everything between `type` and `invokedBy`.
    fn caller(&mut self, identity: &Identity, occasion: &Occasion) {
        self.member(",\"principalId\":\"", &identity.principal());
        if *occasion != Occasion::Unproven {
            self.member(",\"arn\":\"", &identity.arn_pieces());
        }
        self.member(",\"accountId\":\"", &[Same(identity.account())]);
        match occasion {
            Occasion::Call | Occasion::Forwarded(_) => {
                self.member(",\"accessKeyId\":\"", &[Own(identity.access_key())]);
            }
            Occasion::SignIn => {}
            Occasion::Unproven => self.member(",\"accessKeyId\":\"", &[]),
        }
        if let Identity::IamUser { user, .. } = identity {
            self.member(",\"userName\":\"", &[Own(&user.name)]);
        }
        if let Some(attributes) = identity.attributes(occasion) {
            self.text += ",\"sessionContext\":{";
            self.issuer(identity);
            let session = match identity {
                Identity::AssumedRole(session) => Some(session),
                _ => None,
            };
            self.web_identity(session);
            self.session(session, attributes);
        }
    }

    /// Whose session it is, for roles and federated users.
    fn issuer(&mut self, identity: &Identity) {
        match identity {
            Identity::AssumedRole(s) => {
                let place = [Same("arn:aws:iam::"), Same(&s.account), Own(":role"), Own(&s.role_path)];
                let arn = [&place[..], &[Own(&s.role_name)]].concat();
                self.issued_by("Role", &s.role_id, &arn, &s.account, &s.role_name);
            }
            Identity::FederatedUser { issuer: user @ User { account, id, name }, .. } => {
                self.issued_by("IAMUser", id, &user.arn_pieces(), account, name);
            }
            _ if self.quirks.has_empty_context() => self.text += "\"sessionIssuer\":{},",
            _ => {}
        }
    }

    fn issued_by(&mut self, kind: &str, id: &str, arn: &[Piece<'_>], account: &str, name: &str) {
        self.member("\"sessionIssuer\":{\"type\":\"", &[Own(kind)]);
        self.member(",\"principalId\":\"", &[Own(id)]);
        self.member(",\"arn\":\"", arn);
        self.member(",\"accountId\":\"", &[Same(account)]);
        self.member(",\"userName\":\"", &[Own(name)]);
        self.text += "},";
    }

    /// The provider that vouched for the caller; an empty object in one era, where there was none.
    fn web_identity(&mut self, session: Option<&Session>) {
        if let Some((session, host)) = session.and_then(|session| Some((session, session.oidc_provider.as_ref()?))) {
            let arn = [Same("arn:aws:iam::"), Same(&session.account), Same(":oidc-provider/"), Same(host)];
            self.member("\"webIdFederationData\":{\"federatedProvider\":\"", &arn);
            self.text += ",\"attributes\":{}},";
        } else if self.quirks.has_empty_context() {
            self.text += "\"webIdFederationData\":{},";
        }
    }

    /// The rest of `sessionContext`, which stays to be closed.
    fn session(&mut self, session: Option<&Session>, attributes: Attributes) {
        self.member("\"attributes\":{\"creationDate\":\"", &[Own(&attributes.created.floor_second().to_string())]);
        self.member(",\"mfaAuthenticated\":\"", &[Same(if attributes.mfa { "true" } else { "false" })]);
        self.text.push('}');
        if let Some(session) = session.filter(|_| self.quirks.has_session_origin()) {
            if let Some(person) = &session.source_identity {
                self.member(",\"sourceIdentity\":\"", &[Own(person)]);
            }
            if let Some(version) = session.ec2_role_delivery {
                self.member(",\"ec2RoleDelivery\":\"", &[Same(version)]);
            }
        }
        self.text.push('}');
    }
}

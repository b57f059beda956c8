//! `userIdentity` as JSON: its shape for each type of caller, with sub-members in the order of real log files.

use super::{Attributes, Identity, Occasion, Session, User};
use crate::record::{Quirks, escape};
use crate::sink::{Compound, Interner, Text};

impl Identity {
    /// The `userIdentity` element as compact JSON.
    pub(crate) fn to_json(&self, occasion: &Occasion, quirks: &Quirks, texts: &mut Interner) -> Compound {
        let mut json = Pieces { texts, quirks, done: Vec::new(), open: String::new() };
        json.member("{\"type\":\"", &[self.type_name()]);
        match self {
            Self::Service(host) => json.member(",\"invokedBy\":\"", &[host]),
            _ => json.caller(self, occasion),
        }
        if let Occasion::Forwarded(host) = occasion {
            json.member(",\"invokedBy\":\"", &[host]);
        }
        json.fixed("}");
        let pieces = json.done;
        texts.atoms.compound(&pieces)
    }

    /// `principalId`.
    fn principal(&self) -> Vec<&str> {
        match self {
            Self::Root { account, .. } => vec![account],
            Self::IamUser { user, .. } => vec![&user.id],
            Self::AssumedRole(session) => vec![&session.role_id, ":", &session.name],
            Self::FederatedUser { name, issuer, .. } => vec![&issuer.account, ":", name],
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
struct Pieces<'t> {
    texts: &'t mut Interner,
    quirks: &'t Quirks,
    done: Vec<Text>,
    /// What has to be closed before anything else is written.
    open: String,
}

impl Pieces<'_> {
    fn fixed(&mut self, text: &str) {
        let closed = std::mem::take(&mut self.open) + text;
        self.done.push(self.texts.text(&closed));
    }

    /// A member's name with what stands around it, and its value in pieces.
    fn member(&mut self, name: &str, value: &[&str]) {
        self.fixed(name);
        for piece in value {
            self.done.push(self.texts.text(&escape(piece)));
        }
        self.open.push('"');
    }

    /// Everything between `type` and `invokedBy`.
    fn caller(&mut self, identity: &Identity, occasion: &Occasion) {
        self.member(",\"principalId\":\"", &identity.principal());
        if *occasion != Occasion::Unproven {
            self.member(",\"arn\":\"", &identity.arn_pieces());
        }
        self.member(",\"accountId\":\"", &[identity.account()]);
        match occasion {
            Occasion::Call | Occasion::Forwarded(_) => self.member(",\"accessKeyId\":\"", &[identity.access_key()]),
            Occasion::SignIn => {}
            Occasion::Unproven => self.member(",\"accessKeyId\":\"", &[]),
        }
        if let Identity::IamUser { user, .. } = identity {
            self.member(",\"userName\":\"", &[&user.name]);
        }
        if let Some(attributes) = identity.attributes(occasion) {
            self.fixed(",\"sessionContext\":{");
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
                let arn = ["arn:aws:iam::", &s.account, ":role", &s.role_path, &s.role_name];
                self.issued_by("Role", &s.role_id, &arn, &s.account, &s.role_name);
            }
            Identity::FederatedUser { issuer: user @ User { account, id, name }, .. } => {
                self.issued_by("IAMUser", id, &user.arn_pieces(), account, name);
            }
            _ if self.quirks.has_empty_context() => self.fixed("\"sessionIssuer\":{},"),
            _ => {}
        }
    }

    fn issued_by(&mut self, kind: &str, id: &str, arn: &[&str], account: &str, name: &str) {
        self.member("\"sessionIssuer\":{\"type\":\"", &[kind]);
        self.member(",\"principalId\":\"", &[id]);
        self.member(",\"arn\":\"", arn);
        self.member(",\"accountId\":\"", &[account]);
        self.member(",\"userName\":\"", &[name]);
        self.fixed("},");
    }

    /// The provider that vouched for the caller; an empty object in one era, where there was none.
    fn web_identity(&mut self, session: Option<&Session>) {
        if let Some((session, host)) = session.and_then(|session| Some((session, session.oidc_provider.as_ref()?))) {
            let arn = ["arn:aws:iam::", &session.account, ":oidc-provider/", host];
            self.member("\"webIdFederationData\":{\"federatedProvider\":\"", &arn);
            self.fixed(",\"attributes\":{}},");
        } else if self.quirks.has_empty_context() {
            self.fixed("\"webIdFederationData\":{},");
        }
    }

    /// The rest of `sessionContext`, which stays to be closed.
    fn session(&mut self, session: Option<&Session>, attributes: Attributes) {
        self.member("\"attributes\":{\"creationDate\":\"", &[&attributes.created.floor_second().to_string()]);
        self.member(",\"mfaAuthenticated\":\"", &[if attributes.mfa { "true" } else { "false" }]);
        self.open.push('}');
        if let Some(session) = session.filter(|_| self.quirks.has_session_origin()) {
            if let Some(person) = &session.source_identity {
                self.member(",\"sourceIdentity\":\"", &[person]);
            }
            if let Some(version) = session.ec2_role_delivery {
                self.member(",\"ec2RoleDelivery\":\"", &[version]);
            }
        }
        self.open.push('}');
    }
}

//! Every type of caller in every era, letter by letter.

use super::{Attributes, Identity, Occasion, Session, User};
use crate::clock::Time;
use crate::record::Quirks;

/// The eras: before sessions told where they come from, with empty objects, and without them.
const ERAS: [u8; 3] = [5, 9, 11];

fn json(identity: &Identity, occasion: &Occasion, version: u8) -> String {
    let quirks = Quirks { version, style_2017: false, redaction: true, tls_details: true };
    let head: String = identity.head(occasion, &quirks).pieces().collect();
    let json = head.split_once("\"userIdentity\":").and_then(|(_, rest)| rest.strip_suffix(",\"eventTime\":\""));
    json.expect("the identity stands between its name and the next one").to_owned()
}

/// Compares the three eras with one text; `[…]` is there in the era of empty objects only, `<…>` from it on.
fn check(identity: &Identity, occasion: &Occasion, expected: &str) {
    for version in ERAS {
        let without = |text: &str, ends: [char; 2], keep: bool| -> String {
            let mut kept = true;
            let letters = text.chars().filter(|letter| {
                let is_end = ends.contains(letter);
                kept = if is_end { keep || *letter == ends[1] } else { kept };
                kept && !is_end
            });
            letters.collect()
        };
        let era = without(&without(expected, ['[', ']'], version == 9), ['<', '>'], version >= 9);
        assert_eq!(json(identity, occasion, version), era, "1.{version:02}");
    }
}

fn attributes(mfa: bool) -> Attributes {
    Attributes { created: Time(1_772_443_845_678), mfa }
}

fn user(name: &str) -> User {
    User { account: "111122223333".into(), id: "AIDARTX3GSDS2ZDFCYZAG".into(), name: name.into() }
}

fn session() -> Session {
    Session {
        account: "111122223333".into(),
        role_id: "AROARTX3GSDS5WLV6ZKCX".into(),
        role_path: "/mail/".into(),
        role_name: "deploy".into(),
        name: "run-7".into(),
        access_key: "ASIARTX3GSDSQDBQQGWW".into(),
        attributes: attributes(false),
        oidc_provider: None,
        source_identity: None,
        ec2_role_delivery: None,
    }
}

fn root() -> Identity {
    Identity::Root {
        account: "111122223333".into(),
        access_key: "ASIARTX3GSDSQDBQQGWW".into(),
        attributes: attributes(true),
    }
}

/// A role session in JSON, with what stands in and behind its attributes.
fn role(web_identity: &str, behind: &str) -> String {
    [
        r#"{"type":"AssumedRole","principalId":"AROARTX3GSDS5WLV6ZKCX:run-7","#,
        r#""arn":"arn:aws:sts::111122223333:assumed-role/deploy/run-7","accountId":"111122223333","#,
        r#""accessKeyId":"ASIARTX3GSDSQDBQQGWW","sessionContext":{"sessionIssuer":{"type":"Role","#,
        r#""principalId":"AROARTX3GSDS5WLV6ZKCX","arn":"arn:aws:iam::111122223333:role/mail/deploy","#,
        r#""accountId":"111122223333","userName":"deploy"},"#,
        web_identity,
        r#""attributes":{"creationDate":"2026-03-02T09:30:45Z","mfaAuthenticated":"false"}"#,
        behind,
    ]
    .concat()
}

#[test]
fn the_root_user() {
    check(
        &root(),
        &Occasion::Call,
        concat!(
            r#"{"type":"Root","principalId":"111122223333","arn":"arn:aws:iam::111122223333:root","#,
            r#""accountId":"111122223333","accessKeyId":"ASIARTX3GSDSQDBQQGWW","sessionContext":{"#,
            r#"["sessionIssuer":{},"webIdFederationData":{},]"#,
            r#""attributes":{"creationDate":"2026-03-02T09:30:45Z","mfaAuthenticated":"true"}}}"#
        ),
    );
}

#[test]
fn a_user_with_a_long_lived_key_and_in_a_session_with_a_second_factor() {
    let base = concat!(
        r#"{"type":"IAMUser","principalId":"AIDARTX3GSDS2ZDFCYZAG","arn":"arn:aws:iam::111122223333:user/ana.kuhn","#,
        r#""accountId":"111122223333","accessKeyId":"ASIARTX3GSDSQDBQQGWW","userName":"ana.kuhn""#
    );
    let mut identity = Identity::IamUser {
        user: user("ana.kuhn"),
        access_key: "ASIARTX3GSDSQDBQQGWW".into(),
        attributes: Some(attributes(true)),
    };
    let context = concat!(
        r#","sessionContext":{["sessionIssuer":{},"webIdFederationData":{},]"#,
        r#""attributes":{"creationDate":"2026-03-02T09:30:45Z","mfaAuthenticated":"true"}}}"#
    );
    check(&identity, &Occasion::Call, &[base, context].concat());
    if let Identity::IamUser { access_key, attributes, .. } = &mut identity {
        (*access_key, *attributes) = ("AKIARTX3GSDSVX3DDX62".into(), None);
    }
    let long_lived = base.replace("ASIARTX3GSDSQDBQQGWW", "AKIARTX3GSDSVX3DDX62");
    check(&identity, &Occasion::Call, &(long_lived + "}"));
}

#[test]
fn a_federated_user() {
    let identity = Identity::FederatedUser {
        name: "ana.kuhn".into(),
        access_key: "ASIARTX3GSDSQDBQQGWW".into(),
        issuer: user("session-broker"),
        attributes: attributes(false),
    };
    check(
        &identity,
        &Occasion::Call,
        concat!(
            r#"{"type":"FederatedUser","principalId":"111122223333:ana.kuhn","#,
            r#""arn":"arn:aws:sts::111122223333:federated-user/ana.kuhn","accountId":"111122223333","#,
            r#""accessKeyId":"ASIARTX3GSDSQDBQQGWW","sessionContext":{"sessionIssuer":{"type":"IAMUser","#,
            r#""principalId":"AIDARTX3GSDS2ZDFCYZAG","arn":"arn:aws:iam::111122223333:user/session-broker","#,
            r#""accountId":"111122223333","userName":"session-broker"},["webIdFederationData":{},]"#,
            r#""attributes":{"creationDate":"2026-03-02T09:30:45Z","mfaAuthenticated":"false"}}}"#
        ),
    );
}

#[test]
fn a_role_and_the_ways_to_it() {
    let empty = r#"["webIdFederationData":{},]"#;
    check(&Identity::AssumedRole(session()), &Occasion::Call, &role(empty, "}}"));

    let web = Session { oidc_provider: Some("oidc.example.com".into()), ..session() };
    let provider = concat!(
        r#""webIdFederationData":{"federatedProvider":"#,
        r#""arn:aws:iam::111122223333:oidc-provider/oidc.example.com","attributes":{}},"#
    );
    check(&Identity::AssumedRole(web), &Occasion::Call, &role(provider, "}}"));

    let named = Session { source_identity: Some("ana.kuhn".into()), ..session() };
    check(&Identity::AssumedRole(named), &Occasion::Call, &role(empty, r#"<,"sourceIdentity":"ana.kuhn">}}"#));

    let instance = Session { ec2_role_delivery: Some("2.0"), ..session() };
    check(&Identity::AssumedRole(instance), &Occasion::Call, &role(empty, r#"<,"ec2RoleDelivery":"2.0">}}"#));
}

#[test]
fn a_service_that_calls_on_with_a_session() {
    let occasion = Occasion::Forwarded("workmail.eu-west-1.amazonaws.com".into());
    let expected = role(r#"["webIdFederationData":{},]"#, r#"},"invokedBy":"workmail.eu-west-1.amazonaws.com"}"#);
    check(&Identity::AssumedRole(session()), &occasion, &expected);
    let user = Identity::IamUser { user: user("ana.kuhn"), access_key: "AKIA".into(), attributes: None };
    let json = json(&user, &occasion, 11);
    assert!(json.ends_with(r#","userName":"ana.kuhn","invokedBy":"workmail.eu-west-1.amazonaws.com"}"#), "{json}");
}

#[test]
fn a_service_by_itself() {
    let expected = r#"{"type":"AWSService","invokedBy":"workmail.eu-west-1.amazonaws.com"}"#;
    check(&Identity::Service("workmail.eu-west-1.amazonaws.com".into()), &Occasion::Call, expected);
}

/// Whoever signs in has no key yet; whoever has yet to prove who they are has an empty one, and no ARN.
#[test]
fn people_who_sign_in() {
    check(
        &root(),
        &Occasion::SignIn,
        r#"{"type":"Root","principalId":"111122223333","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333"}"#,
    );
    let user = Identity::IamUser {
        user: user("ana.kuhn"),
        access_key: "ASIARTX3GSDSQDBQQGWW".into(),
        attributes: Some(attributes(true)),
    };
    check(
        &user,
        &Occasion::SignIn,
        concat!(
            r#"{"type":"IAMUser","principalId":"AIDARTX3GSDS2ZDFCYZAG","arn":"arn:aws:iam::111122223333:user/ana.kuhn","#,
            r#""accountId":"111122223333","userName":"ana.kuhn"}"#
        ),
    );
    check(
        &user,
        &Occasion::Unproven,
        concat!(
            r#"{"type":"IAMUser","principalId":"AIDARTX3GSDS2ZDFCYZAG","accountId":"111122223333","#,
            r#""accessKeyId":"","userName":"ana.kuhn"}"#
        ),
    );
    let role = role(r#"["webIdFederationData":{},]"#, "}}").replace(r#""accessKeyId":"ASIARTX3GSDSQDBQQGWW","#, "");
    check(&Identity::AssumedRole(session()), &Occasion::SignIn, &role);
}

//! User agents of the programs that call the API, in the forms that these programs really send.

use crate::event::{AgentNames, Tls};
use crate::seed::Key;

/// Which kind of program calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    /// A browser at the console.
    Browser,
    /// The AWS CLI, version 2.
    Cli,
    /// A Python program.
    Boto3,
    /// A `JavaScript` program.
    JavaScript,
    /// Terraform's AWS provider.
    Terraform,
    /// A Python function in AWS Lambda.
    Lambda,
    /// The AWS CLI on a machine that runs a CI pipeline.
    Runner,
    /// An AWS service of this host name, with the session of someone else.
    Service(&'static str),
}

/// A user agent with its place for the name of the operation or service.
pub(super) type Form<'a> = (&'a str, AgentNames, &'a str);

const BROWSERS: &[Form<'static>] = &[
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
        AgentNames::Nothing,
        "",
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
        AgentNames::Nothing,
        "",
    ),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", AgentNames::Nothing, ""),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
        AgentNames::Nothing,
        "",
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        AgentNames::Nothing,
        "",
    ),
];

const CLIS: &[Form<'static>] = &[
    (
        "aws-cli/2.33.23 md/awscrt#0.28.4 ua/2.1 os/macos#25.1.0 md/arch#arm64 lang/python#3.13.9 md/pyimpl#CPython m/E,b,Z cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#",
        AgentNames::Command,
        "",
    ),
    (
        "aws-cli/2.32.6 md/awscrt#0.28.4 ua/2.1 os/linux#6.8.0-1043-aws md/arch#x86_64 lang/python#3.13.9 md/pyimpl#CPython m/b,E,Z cfg/retry-mode#standard md/installer#exe md/distrib#ubuntu.24 md/prompt#off md/command#",
        AgentNames::Command,
        "",
    ),
];

const BOTO3: &[Form<'static>] = &[
    (
        "Boto3/1.40.61 md/Botocore#1.40.61 ua/2.1 os/linux#6.1.155-176.282.amzn2023.x86_64 md/arch#x86_64 lang/python#3.11.14 md/pyimpl#CPython m/Z,b,g,E,N cfg/retry-mode#standard Botocore/1.40.61",
        AgentNames::Nothing,
        "",
    ),
    (
        "Boto3/1.42.5 md/Botocore#1.42.5 ua/2.1 os/linux#6.12.55-74.119.amzn2023.x86_64 md/arch#x86_64 lang/python#3.13.9 md/pyimpl#CPython m/Z,b,D,E,N cfg/retry-mode#legacy Botocore/1.42.5",
        AgentNames::Nothing,
        "",
    ),
];

const JAVASCRIPT: &[Form<'static>] = &[(
    "aws-sdk-js/3.948.0 ua/2.1 os/linux#6.1.155-176.282.amzn2023.x86_64 lang/js md/nodejs#22.21.1 api/",
    AgentNames::Service,
    "#3.948.0 m/N,E,e",
)];

const TERRAFORM: &[Form<'static>] = &[(
    "APN/1.0 HashiCorp/1.0 Terraform/1.14.0 (+https://www.terraform.io) terraform-provider-aws/6.24.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.40.0 ua/2.1 os/linux lang/go#1.24.10 md/GOOS#linux md/GOARCH#amd64 api/",
    AgentNames::Service,
    "#1.36.12 m/E,g",
)];

const LAMBDAS: &[Form<'static>] = &[
    (
        "Boto3/1.40.4 md/Botocore#1.40.4 ua/2.1 os/linux#5.10.245-243.979.amzn2.x86_64 md/arch#x86_64 lang/python#3.12.12 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 m/Z,b,D,e cfg/retry-mode#legacy Botocore/1.40.4",
        AgentNames::Nothing,
        "",
    ),
    (
        "aws-sdk-js/3.901.0 ua/2.1 os/linux#5.10.245-243.979.amzn2.x86_64 lang/js md/nodejs#22.20.0 exec-env/AWS_Lambda_nodejs22.x api/",
        AgentNames::Service,
        "#3.901.0 m/E,e",
    ),
];

const RUNNERS: &[Form<'static>] = &[(
    "aws-cli/2.32.6 md/awscrt#0.28.4 ua/2.1 os/linux#6.11.0-1018-azure md/arch#x86_64 lang/python#3.13.9 md/pyimpl#CPython m/b,E,Z cfg/retry-mode#standard md/installer#exe md/distrib#ubuntu.24 md/prompt#off md/command#",
    AgentNames::Command,
    "",
)];

const YEAR_2017: &[Form<'static>] = &[
    (
        "aws-sdk-java/1.11.205 Mac_OS_X/10.11.6 Java_HotSpot(TM)_64-Bit_Server_VM/25.151-b12 java/1.8.0_151",
        AgentNames::Nothing,
        "",
    ),
    ("Boto3/1.4.8 Python/3.6.3 Linux/4.9.62-21.56.amzn1.x86_64 Botocore/1.8.14", AgentNames::Nothing, ""),
];

impl Client {
    /// The agent of one person or program, drawn once and kept.
    pub(super) fn agent(self, style_2017: bool, key: Key) -> Form<'static> {
        let forms = match self {
            Self::Service(host) => return (host, AgentNames::Nothing, ""),
            _ if style_2017 => YEAR_2017,
            Self::Browser => BROWSERS,
            Self::Cli => CLIS,
            Self::Boto3 => BOTO3,
            Self::JavaScript => JAVASCRIPT,
            Self::Terraform => TERRAFORM,
            Self::Lambda => LAMBDAS,
            Self::Runner => RUNNERS,
        };
        *key.pick(forms)
    }

    /// What the program's TLS handshake agrees on.
    #[must_use]
    pub(super) fn tls(self, key: Key) -> Tls {
        match (self, key.below(20)) {
            (Self::Browser, 0) => Tls::ChaCha20,
            (Self::Boto3, 0..3) => Tls::Aes256,
            (Self::JavaScript, 0) => Tls::Tls12,
            _ => Tls::Aes128,
        }
    }
}

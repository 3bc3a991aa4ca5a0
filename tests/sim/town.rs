//! Who there is: two tenants with services that differ in everything the rules look at.

use std::collections::HashMap;
use std::sync::Arc;

use beckon::directory::{Directory, Tenant};
use beckon_domain::ids::{AccountId, AgentId, TenantId};
use beckon_domain::settings::{
    Account, CardRules, Channel, Distribution, FlowTexts, Intake, Rooms, Service, Silence,
};
use beckon_domain::wrap_up::{Code, CodeList, WrapUp};
use jiff::SignedDuration;
use uuid::Uuid;

/// Customers of each account.
pub(crate) const CUSTOMERS: usize = 3;

/// A place that customers write to.
pub(crate) struct Place {
    pub(crate) tenant: TenantId,
    pub(crate) account: AccountId,
    /// Whether answers are pushed to a webhook.
    pub(crate) push: bool,
}

pub(crate) struct Town {
    pub(crate) directory: Arc<Directory>,
    pub(crate) places: Vec<Place>,
    /// Every agent of every tenant.
    pub(crate) agents: Vec<(TenantId, AgentId)>,
}

fn tenant(n: u128) -> TenantId {
    TenantId(Uuid::from_u128(0xaaaa_0000 + n))
}

fn agent(n: u128) -> AgentId {
    AgentId(Uuid::from_u128(0xbbbb_0000 + n))
}

fn service(name: &str, account: &str, channel: Channel, members: &[u128]) -> Service {
    Service {
        id: name.into(),
        name: format!("{name} desk"),
        members: members.iter().map(|n| agent(*n)).collect(),
        supervisors: Vec::new(),
        accounts: vec![Account { id: account.into(), channel }],
        distribution: Distribution::default(),
        wrap_up: WrapUp { length: Some(SignedDuration::from_mins(4)), ..WrapUp::default() },
        max_wait: Some(SignedDuration::from_mins(10)),
        sla_seconds: 20,
        texts: FlowTexts::default(),
        workflow: false,
        rooms: Rooms::default(),
        silence: Silence::default(),
        intake: Intake::default(),
        cards: CardRules::default(),
    }
}

/// The codes of every list.
pub(crate) const CODES: [&str; 2] = ["billing", "delivery"];

fn list(required: bool) -> CodeList {
    let code = |id: &str| Code { id: id.to_owned(), label: id.into() };
    CodeList { name: "Topic".into(), codes: CODES.map(code).to_vec(), required }
}

impl Town {
    pub(crate) fn new() -> Self {
        let support = Service {
            wrap_up: WrapUp {
                length: Some(SignedDuration::from_mins(4)),
                extensions: 2,
                codes: Some(list(true)),
                tags: true,
                ..WrapUp::default()
            },
            distribution: Distribution {
                capacity: 2,
                parked: 1,
                park_limit: Some(SignedDuration::from_mins(5)),
                broadcast: 2,
                ring_busy: true,
                ..Distribution::default()
            },
            ..service("support", "web", Channel::Web, &[1, 2, 3])
        };
        let sales = Service {
            wrap_up: WrapUp::default(),
            distribution: Distribution { misses: 0, ..Distribution::default() },
            texts: FlowTexts { greeting: None, ..FlowTexts::default() },
            ..service("sales", "api", Channel::Api, &[2, 3])
        };
        let other = Service {
            wrap_up: WrapUp {
                length: Some(SignedDuration::from_secs(20)),
                codes: Some(list(true)),
                codes2: Some(list(false)),
                ..WrapUp::default()
            },
            distribution: Distribution {
                rona: Some(SignedDuration::from_mins(5)),
                flag_declines: true,
                direct: 1,
                ..Distribution::default()
            },
            ..service("support", "sms", Channel::Sms, &[1, 4])
        };

        let url = || url::Url::parse("http://127.0.0.1:9/").unwrap();
        let names = |all: &[u128]| all.iter().map(|n| (agent(*n), format!("Agent {n}"))).collect();
        let pushed = |account: &str| HashMap::from([(AccountId::from(account), url())]);
        let first = Tenant::new(vec![support, sales], names(&[1, 2, 3]))
            .with_receivers(pushed("web"), Some(url()));
        // One of its agents has the same id as one of the first tenant's: they are two people.
        let second = Tenant::new(vec![other], names(&[1, 4])).with_receivers(pushed("sms"), None);

        let mut directory = Directory::default();
        directory.insert(tenant(1), first);
        directory.insert(tenant(2), second);
        let place =
            |n, account: &str, push| Place { tenant: tenant(n), account: account.into(), push };
        Self {
            directory: Arc::new(directory),
            places: vec![place(1, "web", true), place(1, "api", false), place(2, "sms", true)],
            agents: [(1, 1), (1, 2), (1, 3), (2, 1), (2, 4)]
                .map(|(t, a)| (tenant(t), agent(a)))
                .to_vec(),
        }
    }

    /// Whether answers to an account's customers are pushed.
    pub(crate) fn pushes(&self, of: TenantId, account: &AccountId) -> bool {
        self.places
            .iter()
            .any(|place| place.tenant == of && place.account == *account && place.push)
    }

    pub(crate) fn notices(&self, of: TenantId) -> bool {
        self.directory.tenant(of).is_some_and(|tenant| tenant.notices().is_some())
    }

    /// The limits of the services of a tenant.
    pub(crate) fn limits(&self, of: TenantId) -> impl Iterator<Item = &Distribution> {
        let tenant = self.directory.tenant(of);
        let accounts = self.places.iter().filter(move |place| place.tenant == of);
        accounts.filter_map(move |place| Some(&tenant?.service_of(&place.account)?.distribution))
    }
}

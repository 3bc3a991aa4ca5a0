//! Where a call goes.

use crate::activity::{Activity, ConversationReference};
use crate::service_url::ServiceUrl;

/// A service URL, with the tenant whose budget the call uses.
///
/// Made from a [`ServiceUrl`] alone, from a stored [`ConversationReference`], or from the
/// [`Activity`] that is being answered.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint<'a> {
    /// Base of the call.
    pub service_url: &'a ServiceUrl,
    /// Entra tenant id. Calls without one share a single budget in the limiter: give it
    /// wherever it is known.
    pub tenant: Option<&'a str>,
}

impl<'a> Endpoint<'a> {
    /// The endpoint with this tenant.
    #[must_use]
    pub const fn in_tenant(self, tenant: &'a str) -> Self {
        Self { tenant: Some(tenant), ..self }
    }
}

impl<'a> From<&'a ServiceUrl> for Endpoint<'a> {
    fn from(service_url: &'a ServiceUrl) -> Self {
        Self { service_url, tenant: None }
    }
}

impl<'a> From<&'a ConversationReference> for Endpoint<'a> {
    fn from(reference: &'a ConversationReference) -> Self {
        Self { service_url: &reference.service_url, tenant: reference.tenant_id.as_deref() }
    }
}

impl<'a> From<&'a Activity> for Endpoint<'a> {
    fn from(activity: &'a Activity) -> Self {
        Self { service_url: &activity.service_url, tenant: activity.tenant_id() }
    }
}

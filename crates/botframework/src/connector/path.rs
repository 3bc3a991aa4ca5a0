//! Builds the URLs of calls.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::service_url::ServiceUrl;

/// Everything but the unreserved characters of RFC 3986. Ids hold `:`, `@`, `;`, `=`, `/` and
/// `+`, and the connector wants each id as one segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An id that cannot be a path segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InvalidId;

/// A URL below a service URL, built segment by segment: an id can neither add a segment nor
/// leave its own.
#[derive(Debug)]
pub(super) struct Path(String);

impl Path {
    /// The fixed beginning of every call.
    pub(super) fn v3() -> Self {
        Self("/v3".to_owned())
    }

    /// `/v3/conversations/{id}`.
    pub(super) fn conversation(id: &str) -> Result<Self, InvalidId> {
        Self::v3().then("conversations").id(id)
    }

    /// `/v3/conversations/{id}/activities`.
    pub(super) fn activities(conversation: &str) -> Result<Self, InvalidId> {
        Ok(Self::conversation(conversation)?.then("activities"))
    }

    /// `/v3/conversations/{id}/activities/{id}`.
    pub(super) fn activity(conversation: &str, id: &str) -> Result<Self, InvalidId> {
        Self::activities(conversation)?.id(id)
    }

    /// `/v3/conversations/{id}/activities/{id}/reactions/{name}`.
    pub(super) fn reaction(
        conversation: &str,
        activity: &str,
        name: &str,
    ) -> Result<Self, InvalidId> {
        Self::activity(conversation, activity)?.then("reactions").id(name)
    }

    /// `/v3/teams/{id}`.
    pub(super) fn team(id: &str) -> Result<Self, InvalidId> {
        Self::v3().then("teams").id(id)
    }

    /// `/v3/attachments/{id}`.
    pub(super) fn attachment(id: &str) -> Result<Self, InvalidId> {
        Self::v3().then("attachments").id(id)
    }

    /// Appends a fixed segment.
    pub(super) fn then(mut self, segment: &'static str) -> Self {
        self.0.push('/');
        self.0.push_str(segment);
        self
    }

    /// Appends an id as one encoded segment.
    ///
    /// `.` and `..` are refused: they have no encoded form, since a URL parser takes `%2e%2e`
    /// for two dots and climbs.
    pub(super) fn id(mut self, id: &str) -> Result<Self, InvalidId> {
        if matches!(id, "" | "." | "..") {
            return Err(InvalidId);
        }
        self.0.push('/');
        self.0.extend(utf8_percent_encode(id, SEGMENT));
        Ok(self)
    }

    /// Appends a query parameter.
    pub(super) fn query(mut self, name: &'static str, value: &str) -> Self {
        self.0.push(if self.0.contains('?') { '&' } else { '?' });
        self.0.push_str(name);
        self.0.push('=');
        self.0.extend(utf8_percent_encode(value, SEGMENT));
        self
    }

    /// The whole URL below `base`.
    pub(super) fn under(&self, base: &ServiceUrl) -> String {
        format!("{}{}", base.as_str(), self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    fn base() -> ServiceUrl {
        ServiceUrl::parse("https://smba.trafficmanager.net/amer/tenant/").unwrap()
    }

    #[test]
    fn a_channel_thread_is_one_segment() {
        let path = Path::v3()
            .then("conversations")
            .id("19:abc+/=@thread.tacv2;messageid=17")
            .unwrap()
            .then("activities");
        assert_eq!(
            path.under(&base()),
            "https://smba.trafficmanager.net/amer/tenant/v3/conversations/\
             19%3Aabc%2B%2F%3D%40thread.tacv2%3Bmessageid%3D17/activities"
        );
    }

    #[test]
    fn queries_are_encoded_and_joined() {
        let path = Path::v3().query("pageSize", "50").query("continuationToken", "a&b=c d");
        assert_eq!(path.0, "/v3?pageSize=50&continuationToken=a%26b%3Dc%20d");
    }

    #[test]
    fn ids_that_are_no_segment_are_refused() {
        for id in ["", ".", ".."] {
            assert_eq!(Path::v3().id(id).unwrap_err(), InvalidId);
        }
    }

    proptest! {
        #[test]
        fn no_id_leaves_its_segment(id in "\\PC{1,40}|[./%2eE\\\\?#;:@]{1,8}") {
            let Ok(path) = Path::v3().then("conversations").id(&id) else {
                prop_assert!(matches!(id.as_str(), "." | ".."));
                return Ok(());
            };
            let url = Url::parse(&path.then("activities").under(&base())).unwrap();
            let segments: Vec<_> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments.len(), 6, "{}", url);
            prop_assert_eq!(segments[5], "activities");
            let decoded = percent_encoding::percent_decode_str(segments[4]).decode_utf8().unwrap();
            prop_assert_eq!(decoded, id);
            prop_assert_eq!(url.query(), None);
            prop_assert_eq!(url.fragment(), None);
        }
    }
}

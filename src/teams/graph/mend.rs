//! What an administrator can do about a failure.

use botframework::token::TokenError;

use super::error::{GraphError, Unsent};
use super::operation::Operation;

impl GraphError {
    /// What to do about it, in one sentence for an administrator.
    pub fn mend(&self) -> String {
        if let Some(permission) = self.missing_permission() {
            return grant(permission);
        }
        match self {
            Self::NotSent { why, .. } => unsent(why),
            Self::Unclear { .. } => {
                "look in Teams whether the chat is there, and remove it by hand; then try again"
                    .to_owned()
            }
            Self::Throttled { after, .. } => format!("try again in {} s", after.as_secs()),
            Self::Unavailable { .. } => "try again in a few minutes".to_owned(),
            Self::Refused { operation: Operation::FindApp, .. } => {
                "upload the app package in the Teams admin centre (Teams apps, Manage apps), or \
                 correct tenant.graph.teams_app_id: it is the id in the manifest"
                    .to_owned()
            }
            Self::Refused { operation: Operation::CreateChat | Operation::AddMember, .. } => {
                "check that the agent's id and those in tenant.graph.companions are Entra object \
                 ids of this tenant's accounts, each with a Teams licence"
                    .to_owned()
            }
            Self::Refused { operation: Operation::InstallApp, status: 400, .. } => {
                "the app in the catalog asks for other permissions than were consented to: upload \
                 the newest app package and approve it, then try again"
                    .to_owned()
            }
            Self::Refused { operation: Operation::InstallForUser, status: 404, .. } => {
                "check that the agent's id is the Entra object id of an account of this tenant \
                 with a Teams licence"
                    .to_owned()
            }
            Self::Refused { .. } => {
                "give the request-id to Microsoft's support if the text does not say enough"
                    .to_owned()
            }
        }
    }
}

fn grant(permission: &str) -> String {
    if permission.ends_with(".Chat") {
        format!(
            "the chat has not consented to {permission}: declare it in the manifest under \
             authorization.permissions.resourceSpecific (type Application), upload the app package \
             and approve it"
        )
    } else {
        format!(
            "grant the app registration the application permission {permission} of Microsoft \
             Graph and press Grant admin consent; it works some minutes later"
        )
    }
}

fn unsent(why: &Unsent) -> String {
    match why {
        Unsent::NotConfigured => "add [tenant.graph] with teams_app_id to the tenant".to_owned(),
        Unsent::Token(TokenError::Refused { .. }) => {
            "check bot.app_id, the tenant's id and BECKON_BOT_SECRET (an expired secret is \
             refused, too), and that an administrator of the tenant has granted consent to the app"
                .to_owned()
        }
        Unsent::Token(_) => {
            "this machine must reach the cloud's login address over port 443".to_owned()
        }
        Unsent::Connect(_) => "this machine must reach Graph's address over port 443".to_owned(),
        Unsent::Foreign(_) | Unsent::InvalidId | Unsent::NoEndpoint => {
            "this is a fault of Beckon or of an answer of Graph; please report it".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(operation: Operation, status: u16) -> GraphError {
        let (code, message) = ("Code".to_owned(), "Text.".to_owned());
        GraphError::Refused { operation, status, code, message, request_id: None }
    }

    #[test]
    fn what_is_missing_is_named_with_where_to_grant_it() {
        let administrator = refused(Operation::CreateChat, 403).mend();
        assert!(administrator.contains("Chat.Create") && administrator.contains("admin consent"));
        let manifest = refused(Operation::ListMessages, 403).mend();
        assert!(manifest.contains("ChatMessage.Read.Chat") && manifest.contains("manifest"));
    }

    #[test]
    fn every_failure_has_something_to_do() {
        let secret = TokenError::Refused { code: String::new(), description: String::new() };
        for (error, words) in [
            (refused(Operation::CreateChat, 400), "companions"),
            (refused(Operation::FindApp, 404), "teams_app_id"),
            (refused(Operation::InstallApp, 400), "app package"),
            (refused(Operation::InstallForUser, 404), "object id"),
            (refused(Operation::RenameChat, 400), "request-id"),
            (GraphError::unanswered(Operation::CreateChat, "lost"), "by hand"),
            (GraphError::unanswered(Operation::ListMembers, "lost"), "again"),
            (GraphError::not_sent(Operation::CreateChat, Unsent::NotConfigured), "teams_app_id"),
            (
                GraphError::not_sent(Operation::CreateChat, Unsent::Token(secret)),
                "BECKON_BOT_SECRET",
            ),
            (
                GraphError::not_sent(Operation::CreateChat, Unsent::Connect(String::new())),
                "port 443",
            ),
        ] {
            assert!(error.mend().contains(words), "{error}: {}", error.mend());
        }
    }
}

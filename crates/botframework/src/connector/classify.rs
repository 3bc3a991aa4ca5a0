//! From a status and a code to a meaning: Microsoft's table of "status codes from bot
//! conversational APIs", in code.

use std::time::Duration;

use ::http::StatusCode;

use super::error::{Answered, ConnectorError, ErrorKind, RequestIds, Retry};
use super::error_body::ErrorBody;
use super::operation::Operation;

/// Turns an answer that is no success into an error.
pub(super) fn error(
    operation: Operation,
    status: StatusCode,
    retry_after: Option<Duration>,
    request_ids: RequestIds,
    body: ErrorBody,
) -> ConnectorError {
    let kind = kind(status, body.code.as_deref());
    ConnectorError::answered(Answered {
        operation,
        kind,
        status,
        retry: retry(kind, operation, retry_after),
        ambiguous: status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT,
        code: body.code,
        message: body.message,
        request_ids,
    })
}

fn kind(status: StatusCode, code: Option<&str>) -> ErrorKind {
    match (status.as_u16(), code.unwrap_or_default()) {
        (400 | 404, "MemberNotFoundInConversation") => ErrorKind::MemberNotFound,
        (400, _) => ErrorKind::BadRequest,
        (401, "BotNotRegistered") => ErrorKind::BotNotRegistered,
        (401, _) => ErrorKind::Unauthorized,
        (403, "BotDisabledByAdmin") => ErrorKind::BotDisabledByAdmin,
        (403, "BotNotInConversationRoster") => ErrorKind::BotNotInRoster,
        // 209 is the message store's number for a blocked writer.
        (403, "ConversationBlockedByUser" | "MessageWritesBlocked" | "209") => ErrorKind::Blocked,
        (403, "InvalidBotApiHost") => ErrorKind::WrongHost,
        (403, "NotEnoughPermissions") => ErrorKind::NotEnoughPermissions,
        (403, _) => ErrorKind::Forbidden,
        (404, "ActivityNotFoundInConversation") => ErrorKind::ActivityNotFound,
        (404, "ConversationNotFound") => ErrorKind::ConversationNotFound,
        (404, _) => ErrorKind::NotFound,
        (412, _) => ErrorKind::Conflict,
        (413, _) => ErrorKind::TooLarge,
        (429, _) => ErrorKind::Throttled,
        (500, _) => ErrorKind::ServiceError,
        (502..=504, _) => ErrorKind::Unavailable,
        _ => ErrorKind::UnexpectedStatus,
    }
}

fn retry(kind: ErrorKind, operation: Operation, retry_after: Option<Duration>) -> Retry {
    let retryable = match kind {
        ErrorKind::Conflict | ErrorKind::Throttled | ErrorKind::Unavailable => true,
        // The table says no; a call that cannot act twice may try cautiously.
        ErrorKind::ServiceError => operation.is_idempotent(),
        _ => false,
    };
    match retry_after {
        _ if !retryable => Retry::No,
        Some(wait) => Retry::After(wait),
        None => Retry::Backoff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classify(operation: Operation, status: u16, code: &str) -> ConnectorError {
        let status = StatusCode::from_u16(status).unwrap();
        let code = (!code.is_empty()).then(|| code.to_owned());
        error(operation, status, None, RequestIds::default(), ErrorBody { code, message: None })
    }

    #[test]
    fn every_row_of_the_table() {
        let rows = [
            (400, "BadArgument", ErrorKind::BadRequest, Retry::No, false),
            (400, "BadSyntax", ErrorKind::BadRequest, Retry::No, false),
            (400, "MemberNotFoundInConversation", ErrorKind::MemberNotFound, Retry::No, false),
            (401, "BotNotRegistered", ErrorKind::BotNotRegistered, Retry::No, false),
            (401, "", ErrorKind::Unauthorized, Retry::No, false),
            (403, "BotDisabledByAdmin", ErrorKind::BotDisabledByAdmin, Retry::No, false),
            (403, "BotNotInConversationRoster", ErrorKind::BotNotInRoster, Retry::No, false),
            (403, "ConversationBlockedByUser", ErrorKind::Blocked, Retry::No, false),
            (403, "MessageWritesBlocked", ErrorKind::Blocked, Retry::No, false),
            (403, "InvalidBotApiHost", ErrorKind::WrongHost, Retry::No, false),
            (403, "NotEnoughPermissions", ErrorKind::NotEnoughPermissions, Retry::No, false),
            (403, "Other", ErrorKind::Forbidden, Retry::No, false),
            (404, "ActivityNotFoundInConversation", ErrorKind::ActivityNotFound, Retry::No, false),
            (404, "ConversationNotFound", ErrorKind::ConversationNotFound, Retry::No, false),
            (404, "", ErrorKind::NotFound, Retry::No, false),
            (412, "PreconditionFailed", ErrorKind::Conflict, Retry::Backoff, false),
            (413, "MessageSizeTooBig", ErrorKind::TooLarge, Retry::No, false),
            (429, "Throttled", ErrorKind::Throttled, Retry::Backoff, false),
            (500, "ServiceError", ErrorKind::ServiceError, Retry::No, true),
            (502, "ServiceError", ErrorKind::Unavailable, Retry::Backoff, true),
            (503, "", ErrorKind::Unavailable, Retry::Backoff, true),
            (504, "", ErrorKind::Unavailable, Retry::Backoff, true),
            (302, "", ErrorKind::UnexpectedStatus, Retry::No, false),
            (408, "", ErrorKind::UnexpectedStatus, Retry::No, true),
            (418, "", ErrorKind::UnexpectedStatus, Retry::No, false),
            (501, "", ErrorKind::UnexpectedStatus, Retry::No, true),
        ];
        for (status, code, kind, retry, ambiguous) in rows {
            let error = classify(Operation::SendToConversation, status, code);
            assert_eq!(
                (error.kind(), error.retry(), error.is_ambiguous()),
                (kind, retry, ambiguous),
                "{status} {code}"
            );
        }
    }

    #[test]
    fn an_internal_error_may_be_retried_where_that_cannot_post_twice() {
        for (operation, retry) in [
            (Operation::UpdateActivity, Retry::Backoff),
            (Operation::DeleteActivity, Retry::Backoff),
            (Operation::GetMember, Retry::Backoff),
            (Operation::ReplyToActivity, Retry::No),
            (Operation::CreateConversation, Retry::No),
        ] {
            assert_eq!(classify(operation, 500, "ServiceError").retry(), retry, "{operation}");
        }
    }
}

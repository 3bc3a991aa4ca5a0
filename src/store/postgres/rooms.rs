//! Rooms in chats: whose a chat is, and what is kept for those who carry messages there.

use beckon_domain::command::Reply;
use beckon_domain::ids::{CommandId, SessionId, TenantId};
use uuid::Uuid;

use super::Core;
use super::rows::{column, document, key_text, text_key};
use super::sql::query;
use crate::store::{OpenRoom, RoomRows, StoreError};

impl Core {
    pub(super) async fn room(
        &self,
        tenant: TenantId,
        session: SessionId,
    ) -> Result<Option<RoomRows>, StoreError> {
        let sql = "SELECT s.doc, r.doc FROM session s
             JOIN room r ON r.tenant = s.tenant AND r.session = s.id
             WHERE s.tenant = $1 AND s.id = $2";
        let answer = self.ask(query!(sql, tenant.0, session.0)).await?;
        let Some(row) = answer.rows.first() else { return Ok(None) };
        let both = document("session", row, 0)?.zip(document("room", row, 1)?);
        Ok(both.map(|(session, room)| RoomRows { session, room }))
    }

    pub(super) async fn session_of_chat(
        &self,
        tenant: TenantId,
        reference: &str,
    ) -> Result<Option<SessionId>, StoreError> {
        let sql = "SELECT session FROM room_chat WHERE tenant = $1 AND reference = $2";
        let answer = self.ask(query!(sql, tenant.0, key_text(reference))).await?;
        answer.rows.first().map(|row| Ok(SessionId(column(row, 0)?))).transpose()
    }

    pub(super) async fn open_rooms(
        &self,
        after: Option<(TenantId, SessionId)>,
        limit: usize,
    ) -> Result<Vec<OpenRoom>, StoreError> {
        let (tenant, session) =
            after.map_or((Uuid::nil(), Uuid::nil()), |(tenant, id)| (tenant.0, id.0));
        let sql = "SELECT tenant, session, open_chat FROM room
             WHERE open_chat IS NOT NULL AND (tenant, session) > ($1, $2)
             ORDER BY tenant, session LIMIT $3";
        let answer = self.ask(query!(sql, tenant, session, limit)).await?;
        let rows = answer.rows.iter().map(|row| {
            Ok(OpenRoom {
                tenant: TenantId(column(row, 0)?),
                session: SessionId(column(row, 1)?),
                reference: text_key(column(row, 2)?),
            })
        });
        rows.collect()
    }

    pub(super) async fn recorded(
        &self,
        tenant: TenantId,
        id: &CommandId,
    ) -> Result<Option<Reply>, StoreError> {
        let sql = "SELECT reply FROM command WHERE tenant = $1 AND id = $2";
        let answer = self.ask(query!(sql, tenant.0, key_text(id.as_str()))).await?;
        answer.rows.first().map_or(Ok(None), |row| document("command", row, 0))
    }
}

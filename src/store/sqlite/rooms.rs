//! Rooms in chats: whose a chat is, and what is kept for those who carry messages there.

use beckon_domain::command::Reply;
use beckon_domain::ids::{CommandId, SessionId, TenantId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::codec::decode;
use crate::store::{OpenRoom, RoomRows, StoreError};

pub(super) fn room(
    db: &mut Connection,
    tenant: TenantId,
    session: SessionId,
) -> Result<Option<RoomRows>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT s.doc, r.doc FROM session s
         JOIN room r ON r.tenant = s.tenant AND r.session = s.id WHERE s.tenant = ?1 AND s.id = ?2",
    )?;
    let documents: Option<(String, String)> = statement
        .query_row(params![tenant.0, session.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((session, room)) = documents else { return Ok(None) };
    Ok(Some(RoomRows { session: decode("session", &session)?, room: decode("room", &room)? }))
}

pub(super) fn session_of_chat(
    db: &mut Connection,
    tenant: TenantId,
    reference: &str,
) -> Result<Option<SessionId>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT session FROM room_chat WHERE tenant = ?1 AND reference = ?2")?;
    let key = params![tenant.0, reference];
    Ok(statement.query_row(key, |row| row.get(0).map(SessionId)).optional()?)
}

pub(super) fn open_rooms(
    db: &mut Connection,
    after: Option<(TenantId, SessionId)>,
    limit: usize,
) -> Result<Vec<OpenRoom>, StoreError> {
    let (tenant, session) =
        after.map_or((uuid::Uuid::nil(), uuid::Uuid::nil()), |(tenant, id)| (tenant.0, id.0));
    let mut statement = db.prepare_cached(
        "SELECT tenant, session, open_chat FROM room INDEXED BY room_open
         WHERE open_chat IS NOT NULL AND (tenant, session) > (?1, ?2)
         ORDER BY tenant, session LIMIT ?3",
    )?;
    let rows = statement.query_map(params![tenant, session, limit as i64], |row| {
        Ok(OpenRoom {
            tenant: TenantId(row.get(0)?),
            session: SessionId(row.get(1)?),
            reference: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn recorded(
    db: &mut Connection,
    tenant: TenantId,
    id: &CommandId,
) -> Result<Option<Reply>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT reply FROM command WHERE tenant = ?1 AND id = ?2")?;
    let key = params![tenant.0, id.as_str()];
    let reply: Option<String> = statement.query_row(key, |row| row.get(0)).optional()?;
    reply.map(|text| decode("command", &text)).transpose()
}

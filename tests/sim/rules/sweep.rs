//! Rule 9: the sweep runs once for each local date, whichever node does it, and no date is left out.

use std::collections::BTreeMap;

use beckon::store::SweepState;
use beckon_domain::ids::TenantId;

use crate::world::World;

/// How far each tenant was when it was looked at last, with the version of its row.
pub(super) type Known = BTreeMap<TenantId, (u64, SweepState)>;

/// A date that is done is never begun again, and never undone.
pub(super) fn once(world: &mut World) -> Result<(), String> {
    for (tenant, (version, state)) in read(world)? {
        if let Some(run) = &state.run
            && run.date <= state.done
        {
            return Err(format!("rule 9: {} is swept again", run.date));
        }
        let known = world.rules.swept.insert(tenant, (version, state.clone()));
        let Some((before, old)) = known else { continue };
        // A run that began and ended between two looks raises the version and leaves the date.
        let again = state == old && old.run.is_none() && version > before;
        if again || state.done < old.done {
            return Err(format!("rule 9: {} was swept twice, after {}", state.done, old.done));
        }
    }
    Ok(())
}

/// After the last look of every tenant's node: the newest date that is due is done.
pub(crate) fn all_swept(world: &World) -> Result<(), String> {
    let states = read(world)?;
    let directory = &world.town.directory;
    // Every tenant was looked at; what has come due since is for the next look.
    for tenant in directory.tenant_ids() {
        let done = states.get(&tenant).map(|(_, state)| (&state.run, state.done));
        let daily = directory.tenant(tenant).map(|known| &known.sweep().daily);
        let due = daily.and_then(|daily| daily.due(world.looked_at));
        if done != due.map(|due| (&None, due)) {
            return Err(format!("liveness: swept until {done:?}, due {due:?}"));
        }
    }
    Ok(())
}

fn read(world: &World) -> Result<Known, String> {
    let mut statement =
        world.db.prepare_cached("SELECT tenant, version, doc FROM sweep").expect("a statement");
    let mut rows = statement.query([]).map_err(|error| error.to_string())?;
    let mut known = Known::new();
    while let Some(row) = rows.next().map_err(|error| error.to_string())? {
        let text: String = row.get(2).expect("a document");
        let state = serde_json::from_str(&text).map_err(|error| format!("sweep: {error}"))?;
        known.insert(TenantId(row.get(0).expect("an id")), (row.get(1).expect("a number"), state));
    }
    Ok(known)
}

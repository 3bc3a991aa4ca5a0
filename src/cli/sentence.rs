//! An error as one sentence for an administrator.

/// What went wrong, and why, as far as it was not said yet: many errors name their cause in their
/// own words.
pub fn sentence(error: &anyhow::Error) -> String {
    let mut said = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !said.contains(&cause) {
            said.extend([": ", &cause]);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        let nowhere = || std::fs::read("no/such/file").map(|_| ()).unwrap_err();
        let cause = nowhere();
        let error = Err::<(), _>(nowhere()).context("cannot read x").unwrap_err();
        assert_eq!(sentence(&error), format!("cannot read x: {cause}"));
        let package = crate::manifest::PackageError::Read { path: "x".into(), source: nowhere() };
        assert_eq!(sentence(&package.into()), format!("cannot read x: {cause}"));
    }
}

//! Who plays: two agents and, one after the other, the customers.

/// The agents, in the order in which their chats stand on the page.
pub(crate) const AGENTS: [&str; 2] = ["Ada Lovelace", "Alan Turing"];

/// The account that is in every room beside the agent; nobody sits behind it.
pub(crate) const COMPANION: &str = "Contact Centre";

const CUSTOMERS: [(&str, &str); 5] = [
    ("Grace Hopper", "grace"),
    ("Katherine Johnson", "katherine"),
    ("Hedy Lamarr", "hedy"),
    ("Alexander Bell", "alexander"),
    ("Mary Somerville", "mary"),
];

/// A customer: a name, and the address by which the channel knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Customer {
    pub(crate) name: String,
    pub(crate) address: String,
}

/// Customer number `turn`, from 0. The names come round again, the addresses do not: whoever comes
/// the second time starts with an empty phone.
pub(crate) fn customer(turn: usize) -> Customer {
    let (name, address) = CUSTOMERS[turn % CUSTOMERS.len()];
    let address = match turn / CUSTOMERS.len() {
        0 => address.to_owned(),
        round => format!("{address}-{}", round + 1),
    };
    Customer { name: name.to_owned(), address }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_come_round_but_addresses_never_do() {
        let turns: Vec<_> = (0..12).map(customer).collect();
        assert_eq!(turns[0].name, turns[5].name);
        assert_eq!(turns[5].address, "grace-2");
        let addresses: HashSet<_> = turns.iter().map(|customer| &customer.address).collect();
        assert_eq!(addresses.len(), turns.len());
    }
}

//! Integration tests of the crate: real HTTP on the loopback interface, with a
//! fake for every peer.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod http;
#[cfg(test)]
mod inbound;

//! The inbound verifier: who may post to the messaging endpoint.

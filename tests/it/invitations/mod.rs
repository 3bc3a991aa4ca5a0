//! Invitations: who gets them, what their cards tell, and what becomes of those that do not arrive.

mod flagged;
mod opening;
mod reaching;
mod telling;

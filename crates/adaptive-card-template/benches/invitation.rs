//! Speed with mimalloc, which a service that cares for speed would use; see
//! `system_allocator` for the platform's own.

mod cards;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

//! Speed with the platform's allocator.

mod cards;

fn main() {
    divan::main();
}

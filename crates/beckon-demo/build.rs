//! Builds anew when the demo page's bundle changed, because it is embedded.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../web/dist-demo");
}

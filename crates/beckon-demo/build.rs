//! Builds anew when the demo page's bundle changed, because it is embedded.

fn main() {
    #[expect(clippy::print_stdout, reason = "a build script speaks to cargo on standard output")]
    {
        println!("cargo::rerun-if-changed=build.rs");
        println!("cargo::rerun-if-changed=../../web/dist-demo");
    }
}

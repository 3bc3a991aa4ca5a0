//! A plot with a logarithmic axis, as SVG.

use std::fmt::Write;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
const MARGIN: f64 = 56.0;

/// One line of measured points.
pub(crate) struct Plot {
    title: &'static str,
    axis: &'static str,
    points: Vec<(f64, f64)>,
}

impl Plot {
    pub(crate) fn new(title: &'static str, axis: &'static str) -> Self {
        Self { title, axis, points: Vec::new() }
    }

    pub(crate) fn add(&mut self, at: f64, value: f64) {
        self.points.push((at, value));
    }

    /// Writes the plot as SVG.
    pub(crate) fn write(&self, path: &str) -> std::io::Result<()> {
        std::fs::write(path, self.svg())
    }

    fn svg(&self) -> String {
        let top = self.points.iter().map(|point| point.1).fold(1.0, f64::max) * 1.15;
        let (first, last) = (
            self.points.first().map_or(1.0, |point| point.0).ln(),
            self.points.last().map_or(1.0, |point| point.0).ln(),
        );
        let x =
            |at: f64| MARGIN + (at.ln() - first) / (last - first).max(0.1) * (WIDTH - 2.0 * MARGIN);
        let y = |value: f64| HEIGHT - MARGIN - value / top * (HEIGHT - 2.0 * MARGIN);
        let mut marks = String::new();
        let mut line = String::new();
        for (at, value) in &self.points {
            let (x, y) = (x(*at), y(*value));
            // A string takes everything.
            let _ok = write!(line, "{x:.1},{y:.1} ");
            let _ok = write!(
                marks,
                r##"<circle cx="{x:.1}" cy="{y:.1}" r="4" fill="#5b5fc7"/>
<text x="{x:.1}" y="{:.1}" text-anchor="middle">{value:.0}</text>
<text x="{x:.1}" y="{:.1}" text-anchor="middle">{at}</text>
"##,
                y - 10.0,
                HEIGHT - MARGIN + 18.0,
            );
        }
        let Self { title, axis, .. } = self;
        let (base, right) = (HEIGHT - MARGIN, WIDTH - MARGIN);
        let (middle, foot) = (WIDTH / 2.0, HEIGHT - 14.0);
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" fill="#424242">
<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>
<text x="{MARGIN}" y="28" font-size="15">{title}</text>
<line x1="{MARGIN}" y1="{base}" x2="{right}" y2="{base}" stroke="#9e9e9e"/>
<polyline points="{line}" fill="none" stroke="#5b5fc7" stroke-width="2"/>
{marks}<text x="{middle}" y="{foot}" text-anchor="middle">{axis}</text>
</svg>
"##
        )
    }
}

//! Small pictures in SVG, drawn from numbers alone.

/// An interval with its point on a common axis from `low` to `high`.
pub(super) fn interval(point: f64, ends: [f64; 2], [low, high]: [f64; 2]) -> String {
    const WIDTH: f64 = 160.0;
    let span = if high > low { high - low } else { 1.0 };
    let at = |value: f64| (value - low) / span * (WIDTH - 10.0) + 5.0;
    format!(
        "<svg width=\"160\" height=\"14\" role=\"img\" aria-label=\"{:.2} – {:.2}\">\
         <line class=\"axis\" x1=\"0\" y1=\"7\" x2=\"160\" y2=\"7\"/>\
         <line class=\"band\" x1=\"{:.1}\" y1=\"7\" x2=\"{:.1}\" y2=\"7\"/>\
         <circle class=\"dot\" cx=\"{:.1}\" cy=\"7\" r=\"3.5\"/></svg>",
        ends[0],
        ends[1],
        at(ends[0]),
        at(ends[1]),
        at(point)
    )
}

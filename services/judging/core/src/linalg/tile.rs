//! Kernels on square tiles of 64 × 64 numbers, stored row by row.
//!
//! A product of two tiles is built from rows of 16 numbers, each of which is summed over the inner index in ascending
//! order; the compiler computes neighbours side by side.

use std::ops::Range;

/// The side of a tile.
pub const SIDE: usize = 64;
/// Numbers in a tile.
pub const AREA: usize = SIDE * SIDE;

/// Columns that are summed together: as many running sums as stay in the registers of any x86-64.
const BLOCK: usize = 16;
/// Numbers that every x86-64 computes side by side.
const LANES: usize = 2;

/// A tile as its rows.
pub type Tile = [[f64; SIDE]; SIDE];

/// Sixteen columns of a tile, row by row.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub struct Strip([[f64; BLOCK]; SIDE]);

/// The right factor of a product, regrouped as strips of columns.
pub type Strips = [Strip; SIDE / BLOCK];

/// A row of the left factor, every number written out for each lane: repeating them inside the loop would take as long
/// as a quarter of its sums.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Spread([[f64; LANES]; SIDE]);

impl Spread {
    fn of(row: &[f64; SIDE]) -> Self {
        Self(row.map(|value| [value; LANES]))
    }
}

/// A tile of zeros on the heap.
#[expect(
    clippy::large_stack_arrays,
    reason = "32 KiB, and only until it is boxed"
)]
pub fn zeros() -> Box<Tile> {
    Box::new([[0.0; SIDE]; SIDE])
}

/// Strips of zeros on the heap.
#[expect(
    clippy::large_stack_arrays,
    reason = "32 KiB, and only until it is boxed"
)]
pub fn empty_strips() -> Box<Strips> {
    Box::new([Strip([[0.0; BLOCK]; SIDE]); SIDE / BLOCK])
}

/// Regroups `b` for products `a * b`.
pub fn regroup(b: &Tile, strips: &mut Strips) {
    for (index, strip) in strips.iter_mut().enumerate() {
        for (part, row) in strip.0.iter_mut().zip(b) {
            part.copy_from_slice(&row[index * BLOCK..(index + 1) * BLOCK]);
        }
    }
}

/// Regroups `b` for products `a * transpose(b)`.
pub fn regroup_transposed(b: &Tile, strips: &mut Strips) {
    for (strip, rows) in strips.iter_mut().zip(b.as_chunks::<BLOCK>().0) {
        for (k, part) in strip.0.iter_mut().enumerate() {
            *part = std::array::from_fn(|column| rows[column][k]);
        }
    }
}

/// `c -= a * b`, with `b` regrouped.
pub fn subtract_product(c: &mut Tile, a: &Tile, b: &Strips) {
    subtract(c, a, b, |_, _| 0..SIDE);
}

/// `c -= a * b` on and below the diagonal, and in a few numbers above it.
pub fn subtract_lower_half(c: &mut Tile, a: &Tile, b: &Strips) {
    subtract(c, a, b, |row, strip| {
        0..if strip * BLOCK <= row { SIDE } else { 0 }
    });
}

/// `c -= a * b`, with a lower triangular `b` regrouped.
pub fn subtract_product_with_lower(c: &mut Tile, a: &Tile, b: &Strips) {
    subtract(c, a, b, |_, strip| strip * BLOCK..SIDE);
}

/// `c = a * b`, with a lower triangular `a`, and `b` regrouped.
pub fn product_of_lower(c: &mut Tile, a: &Tile, b: &Strips) {
    assign(c, a, b, |row, _| 0..row + 1);
}

/// `c = a * b`, with an upper triangular `b` regrouped.
pub fn product_with_upper(c: &mut Tile, a: &Tile, b: &Strips) {
    assign(c, a, b, |_, strip| 0..(strip + 1) * BLOCK);
}

/// `c -= a * b`, for each row and strip over the inner indices that are not nought.
#[expect(clippy::inline_always, reason = "the range must be known to the loop")]
#[inline(always)]
fn subtract(c: &mut Tile, a: &Tile, b: &Strips, inner: impl Fn(usize, usize) -> Range<usize>) {
    for (index, (c_row, a_row)) in c.iter_mut().zip(a).enumerate() {
        let spread = Spread::of(a_row);
        let parts = c_row.as_chunks_mut::<BLOCK>().0.iter_mut().zip(b);
        for (strip, (part, b)) in parts.enumerate() {
            for (c, product) in part.iter_mut().zip(sums(&spread, b, inner(index, strip))) {
                *c -= product;
            }
        }
    }
}

/// `c = a * b`, likewise.
#[expect(clippy::inline_always, reason = "the range must be known to the loop")]
#[inline(always)]
fn assign(c: &mut Tile, a: &Tile, b: &Strips, inner: impl Fn(usize, usize) -> Range<usize>) {
    for (index, (c_row, a_row)) in c.iter_mut().zip(a).enumerate() {
        let spread = Spread::of(a_row);
        let parts = c_row.as_chunks_mut::<BLOCK>().0.iter_mut().zip(b);
        for (strip, (part, b)) in parts.enumerate() {
            *part = sums(&spread, b, inner(index, strip));
        }
    }
}

/// A row of `a` times a strip: the only loop that matters.
#[expect(
    clippy::inline_always,
    reason = "the sums must stay in registers of the caller's loop"
)]
#[inline(always)]
fn sums(a: &Spread, b: &Strip, inner: Range<usize>) -> [f64; BLOCK] {
    let mut sums = [0.0; BLOCK];
    for (factor, row) in a.0[inner.clone()].iter().zip(&b.0[inner]) {
        for column in 0..BLOCK {
            sums[column] += factor[column % LANES] * row[column];
        }
    }
    sums
}

/// Replaces the lower triangle of a symmetric tile by its Cholesky factor and clears the rest.
///
/// Returns the first pivot that is not positive, as an error.
///
/// # Errors
/// The row of that pivot.
pub fn factor(tile: &mut Tile) -> Result<(), usize> {
    for j in 0..SIDE {
        let row_j = tile[j];
        let mut pivot = row_j[j];
        for value in &row_j[..j] {
            pivot -= value * value;
        }
        if pivot.is_nan() || pivot <= 0.0 {
            return Err(j);
        }
        let root = libm::sqrt(pivot);
        for i in j + 1..SIDE {
            let mut value = tile[i][j];
            for k in 0..j {
                value -= tile[i][k] * row_j[k];
            }
            tile[i][j] = value / root;
        }
        tile[j][j] = root;
        tile[j][j + 1..].fill(0.0);
    }
    Ok(())
}

/// The inverse of a lower triangular tile.
pub fn invert_lower(lower: &Tile, inverse: &mut Tile) {
    for i in 0..SIDE {
        let mut row = [0.0; SIDE];
        for k in 0..i {
            let factor = lower[i][k];
            for column in 0..=k {
                row[column] -= factor * inverse[k][column];
            }
        }
        let pivot = lower[i][i];
        for value in &mut row[..i] {
            *value /= pivot;
        }
        row[i] = 1.0 / pivot;
        inverse[i] = row;
    }
}

/// Copies `tile` transposed.
pub fn transpose(tile: &Tile, out: &mut Tile) {
    for (i, row) in tile.iter().enumerate() {
        for (j, value) in row.iter().enumerate() {
            out[j][i] = *value;
        }
    }
}

//! Kernels on square tiles of 64 × 64 numbers, stored row by row.
//!
//! A product of two tiles is built from rows of 16 numbers, each of which is summed over the inner index in ascending
//! order; the compiler computes neighbours side by side.

use std::ops::Range;

use super::real::Real;

/// The side of a tile.
pub const SIDE: usize = 64;
/// Numbers in a tile.
pub const AREA: usize = SIDE * SIDE;

/// Columns that are summed together.
const BLOCK: usize = 16;

/// A tile as its rows.
pub type Tile<T = f64> = [[T; SIDE]; SIDE];

/// Sixteen columns of a tile, row by row.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub struct Strip<T>([[T; BLOCK]; SIDE]);

/// The right factor of a product, regrouped as strips of columns.
pub type Strips<T = f64> = [Strip<T>; SIDE / BLOCK];

/// Rows of the left factor, every number written out for each of the lanes that are computed side by side: repeating
/// them inside the loop would take as long as a quarter of its sums.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Spread<T, const ROWS: usize, const LANES: usize>([[[T; LANES]; ROWS]; SIDE]);

impl<T: Real, const ROWS: usize, const LANES: usize> Spread<T, ROWS, LANES> {
    fn of(rows: &[[T; SIDE]; ROWS]) -> Self {
        Self(std::array::from_fn(|k| {
            std::array::from_fn(|row| [rows[row][k]; LANES])
        }))
    }
}

/// A tile of zeros on the heap.
pub fn zeros<T: Real>() -> Box<Tile<T>> {
    Box::new([[T::default(); SIDE]; SIDE])
}

/// Strips of zeros on the heap.
pub fn empty_strips<T: Real>() -> Box<Strips<T>> {
    Box::new([Strip([[T::default(); BLOCK]; SIDE]); SIDE / BLOCK])
}

/// Regroups `b` for products `a * b`.
pub fn regroup<T: Real>(b: &Tile<T>, strips: &mut Strips<T>) {
    for (index, strip) in strips.iter_mut().enumerate() {
        for (part, row) in strip.0.iter_mut().zip(b) {
            part.copy_from_slice(&row[index * BLOCK..(index + 1) * BLOCK]);
        }
    }
}

/// Regroups `b` for products `a * transpose(b)`.
pub fn regroup_transposed<T: Real>(b: &Tile<T>, strips: &mut Strips<T>) {
    for (strip, rows) in strips.iter_mut().zip(b.as_chunks::<BLOCK>().0) {
        for (k, part) in strip.0.iter_mut().enumerate() {
            *part = std::array::from_fn(|column| rows[column][k]);
        }
    }
}

/// `c -= a * b`, with `b` regrouped.
pub fn subtract_product<T: Real>(c: &mut Tile<T>, a: &Tile<T>, b: &Strips<T>) {
    T::multiply(c, a, b, |_, _| 0..SIDE, |c, product| *c -= product);
}

/// `c -= a * b` on and below the diagonal, and in a few numbers above it.
pub fn subtract_lower_half<T: Real>(c: &mut Tile<T>, a: &Tile<T>, b: &Strips<T>) {
    let inner = |row, strip| 0..if strip * BLOCK <= row { SIDE } else { 0 };
    T::multiply(c, a, b, inner, |c, product| *c -= product);
}

/// `c -= a * b`, with a lower triangular `b` regrouped.
pub fn subtract_product_with_lower<T: Real>(c: &mut Tile<T>, a: &Tile<T>, b: &Strips<T>) {
    let inner = |_, strip| strip * BLOCK..SIDE;
    T::multiply(c, a, b, inner, |c, product| *c -= product);
}

/// `c = a * b`, with a lower triangular `a`, and `b` regrouped.
pub fn product_of_lower<T: Real>(c: &mut Tile<T>, a: &Tile<T>, b: &Strips<T>) {
    let give = |c: &mut T, product: T| *c = product.or_nought();
    T::multiply(c, a, b, |row, _| 0..row + 1, give);
}

/// `c = a * b`, with an upper triangular `b` regrouped.
pub fn product_with_upper<T: Real>(c: &mut Tile<T>, a: &Tile<T>, b: &Strips<T>) {
    let inner = |_, strip| 0..(strip + 1) * BLOCK;
    T::multiply(c, a, b, inner, |c, product| *c = product.or_nought());
}

/// Gives every number of `c` its part of `a * b`, with `b` regrouped, `ROWS` rows together on `LANES` lanes.
///
/// `inner` says over which indices to sum up to a row and in a strip: elsewhere all is nought.
#[expect(clippy::inline_always, reason = "the ranges must be known to the loop")]
#[inline(always)]
pub(super) fn multiply<T: Real, const ROWS: usize, const LANES: usize>(
    c: &mut Tile<T>,
    a: &Tile<T>,
    b: &Strips<T>,
    inner: impl Fn(usize, usize) -> Range<usize>,
    give: impl Fn(&mut T, T),
) {
    let rows = c.as_chunks_mut::<ROWS>().0.iter_mut();
    for (index, (c, a)) in rows.zip(a.as_chunks::<ROWS>().0).enumerate() {
        let spread = Spread::<T, ROWS, LANES>::of(a);
        let last = (index + 1) * ROWS - 1;
        for (strip, b) in b.iter().enumerate() {
            let block = sums(&spread, b, inner(last, strip));
            for (c, sums) in c.iter_mut().zip(block) {
                for (c, sum) in c[strip * BLOCK..].iter_mut().zip(sums) {
                    give(c, sum);
                }
            }
        }
    }
}

/// Rows of `a` times a strip: the only loop that matters.
#[expect(
    clippy::inline_always,
    reason = "the sums must stay in registers of the caller's loop"
)]
#[inline(always)]
fn sums<T: Real, const ROWS: usize, const LANES: usize>(
    a: &Spread<T, ROWS, LANES>,
    b: &Strip<T>,
    inner: Range<usize>,
) -> [[T; BLOCK]; ROWS] {
    let mut sums = [[T::default(); BLOCK]; ROWS];
    for (factors, numbers) in a.0[inner.clone()].iter().zip(&b.0[inner]) {
        for row in 0..ROWS {
            for column in 0..BLOCK {
                sums[row][column] += factors[row][column % LANES] * numbers[column];
            }
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
pub fn factor<T: Real>(tile: &mut Tile<T>) -> Result<(), usize> {
    for j in 0..SIDE {
        let row_j = tile[j];
        let mut pivot = row_j[j];
        for value in &row_j[..j] {
            pivot -= *value * *value;
        }
        if !pivot.is_positive() {
            return Err(j);
        }
        let root = pivot.sqrt();
        for i in j + 1..SIDE {
            let mut value = tile[i][j];
            for k in 0..j {
                value -= tile[i][k] * row_j[k];
            }
            tile[i][j] = (value / root).or_nought();
        }
        tile[j][j] = root;
        tile[j][j + 1..].fill(T::default());
    }
    Ok(())
}

/// The inverse of a lower triangular tile.
pub fn invert_lower<T: Real>(lower: &Tile<T>, inverse: &mut Tile<T>) {
    for i in 0..SIDE {
        let mut row = [T::default(); SIDE];
        for k in 0..i {
            let factor = lower[i][k];
            for column in 0..=k {
                row[column] -= factor * inverse[k][column];
            }
        }
        let pivot = lower[i][i];
        for value in &mut row[..i] {
            *value = (*value / pivot).or_nought();
        }
        row[i] = T::ONE / pivot;
        inverse[i] = row;
    }
}

/// Copies `tile` transposed.
pub fn transpose<T: Real>(tile: &Tile<T>, out: &mut Tile<T>) {
    for (i, row) in tile.iter().enumerate() {
        for (j, value) in row.iter().enumerate() {
            out[j][i] = *value;
        }
    }
}

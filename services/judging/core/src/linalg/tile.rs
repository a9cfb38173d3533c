//! Kernels on square tiles of 64 × 64 numbers, stored row by row.
//!
//! A product of two tiles is built from blocks of 4 × 4 numbers, each of which is summed over the inner
//! index in ascending order; the compiler computes the four numbers of a row side by side.

/// The side of a tile.
pub const SIDE: usize = 64;
/// Numbers in a tile.
pub const AREA: usize = SIDE * SIDE;

/// Rows of a block.
const ROWS: usize = 2;
/// Columns of a block.
const BLOCK: usize = 8;

/// A tile as its rows.
pub type Tile = [[f64; SIDE]; SIDE];

/// The right factor of a product, regrouped as strips of four columns, each strip row by row.
pub type Strips = [[[f64; BLOCK]; SIDE]; SIDE / BLOCK];

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
    Box::new([[[0.0; BLOCK]; SIDE]; SIDE / BLOCK])
}

/// Regroups `b` for products `a * b`.
pub fn regroup(b: &Tile, strips: &mut Strips) {
    for (index, strip) in strips.iter_mut().enumerate() {
        for (quad, row) in strip.iter_mut().zip(b) {
            quad.copy_from_slice(&row[index * BLOCK..(index + 1) * BLOCK]);
        }
    }
}

/// Regroups `b` for products `a * transpose(b)`.
pub fn regroup_transposed(b: &Tile, strips: &mut Strips) {
    for (strip, rows) in strips.iter_mut().zip(b.as_chunks::<BLOCK>().0) {
        for (k, quad) in strip.iter_mut().enumerate() {
            *quad = std::array::from_fn(|column| rows[column][k]);
        }
    }
}

/// `c -= a * b`, with `b` regrouped.
pub fn subtract_product(c: &mut Tile, a: &Tile, b: &Strips) {
    for (c_rows, a_rows) in c
        .as_chunks_mut::<ROWS>()
        .0
        .iter_mut()
        .zip(a.as_chunks::<ROWS>().0)
    {
        for (index, strip) in b.iter().enumerate() {
            let block = product_block(a_rows, strip);
            for (c_row, block_row) in c_rows.iter_mut().zip(block) {
                for (c, product) in c_row[index * BLOCK..].iter_mut().zip(block_row) {
                    *c -= product;
                }
            }
        }
    }
}

/// `c = sign * a * b`, with `b` regrouped.
pub fn product(c: &mut Tile, sign: f64, a: &Tile, b: &Strips) {
    for (c_rows, a_rows) in c
        .as_chunks_mut::<ROWS>()
        .0
        .iter_mut()
        .zip(a.as_chunks::<ROWS>().0)
    {
        for (index, strip) in b.iter().enumerate() {
            let block = product_block(a_rows, strip);
            for (c_row, block_row) in c_rows.iter_mut().zip(block) {
                for (c, product) in c_row[index * BLOCK..].iter_mut().zip(block_row) {
                    *c = sign * product;
                }
            }
        }
    }
}

/// Four rows of `a` times four columns of `b`: the only loop that matters.
#[expect(
    clippy::inline_always,
    reason = "the sums must stay in registers of the caller's loop"
)]
#[inline(always)]
fn product_block(a: &[[f64; SIDE]; ROWS], b: &[[f64; BLOCK]; SIDE]) -> [[f64; BLOCK]; ROWS] {
    let mut sums = [[0.0; BLOCK]; ROWS];
    for k in 0..SIDE {
        let quad = b[k];
        for row in 0..ROWS {
            let factor = a[row][k];
            for column in 0..BLOCK {
                sums[row][column] += factor * quad[column];
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

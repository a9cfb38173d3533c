//! Merkle trees as in Certificate Transparency (RFC 6962 §2.1, RFC 9162 §2.1).

use sha2::{Digest as _, Sha256};

use crate::canonical::Digest;

/// The hash of a leaf: SHA-256 of a zero byte and the leaf's data.
pub fn leaf_hash(data: &[u8]) -> Digest {
    Digest(
        Sha256::new()
            .chain_update([0])
            .chain_update(data)
            .finalize()
            .into(),
    )
}

/// The hash of a node: SHA-256 of a one byte and both children's hashes.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest(
        Sha256::new()
            .chain_update([1])
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize()
            .into(),
    )
}

/// An append-only tree that remembers the hash of every full subtree, so that appending costs one node on
/// average and a proof as many look-ups as the tree is high.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// `levels[k][i]` is the hash of the leaves from `i << k` to `(i + 1) << k`.
    levels: Vec<Vec<Digest>>,
}

impl Tree {
    /// An empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// A tree of these leaves' data.
    pub fn of<T: AsRef<[u8]>>(leaves: impl IntoIterator<Item = T>) -> Self {
        let mut tree = Self::new();
        for leaf in leaves {
            tree.append(leaf.as_ref());
        }
        tree
    }

    /// How many leaves.
    pub fn size(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// Appends a leaf and returns its index.
    pub fn append(&mut self, data: &[u8]) -> usize {
        let index = self.size();
        let mut hash = leaf_hash(data);
        let mut level = 0;
        loop {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let hashes = &mut self.levels[level];
            hashes.push(hash);
            if hashes.len() % 2 == 1 {
                return index;
            }
            hash = node_hash(&hashes[hashes.len() - 2], &hash);
            level += 1;
        }
    }

    /// The root of all leaves; of none, the hash of nothing.
    pub fn root(&self) -> Digest {
        self.range(0, self.size())
    }

    /// The root when the tree had `size` leaves; `None` of a size it has not reached.
    pub fn root_at(&self, size: usize) -> Option<Digest> {
        (size <= self.size()).then(|| self.range(0, size))
    }

    /// The hash of `size` leaves from `start`, where `start` is a multiple of every subtree involved.
    fn range(&self, start: usize, size: usize) -> Digest {
        if size == 0 {
            return Digest::of(&[]);
        }
        if size.is_power_of_two() {
            let level = size.trailing_zeros() as usize;
            return self.levels[level][start >> level];
        }
        let left = split(size);
        node_hash(
            &self.range(start, left),
            &self.range(start + left, size - left),
        )
    }

    /// The proof that leaf `index` is in the tree of `size` leaves; `None` outside.
    pub fn inclusion(&self, index: usize, size: usize) -> Option<Vec<Digest>> {
        if index >= size || size > self.size() {
            return None;
        }
        let mut proof = Vec::new();
        let (mut start, mut rest) = (0, size);
        while rest > 1 {
            let left = split(rest);
            if index - start < left {
                proof.push(self.range(start + left, rest - left));
                rest = left;
            } else {
                proof.push(self.range(start, left));
                start += left;
                rest -= left;
            }
        }
        proof.reverse();
        Some(proof)
    }

    /// The proof that the tree of `old` leaves is a prefix of the tree of `new` leaves; `None` unless
    /// `0 < old <= new <= size`.
    pub fn consistency(&self, old: usize, new: usize) -> Option<Vec<Digest>> {
        if old == 0 || old > new || new > self.size() {
            return None;
        }
        let mut proof = Vec::new();
        let (mut start, mut rest, mut known) = (0, new, true);
        loop {
            if old - start == rest {
                if !known {
                    proof.push(self.range(start, rest));
                }
                break;
            }
            let left = split(rest);
            if old - start <= left {
                proof.push(self.range(start + left, rest - left));
                rest = left;
            } else {
                proof.push(self.range(start, left));
                start += left;
                rest -= left;
                known = false;
            }
        }
        proof.reverse();
        Some(proof)
    }
}

/// The largest power of two below `size`, which is at least 2.
fn split(size: usize) -> usize {
    1 << (usize::BITS - 1 - (size - 1).leading_zeros())
}

/// Whether `proof` shows that a leaf of this hash is at `index` of the tree of `size` leaves with this root
/// (RFC 9162 §2.1.3.2).
pub fn includes(leaf: Digest, index: usize, size: usize, proof: &[Digest], root: Digest) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for step in proof {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            hash = node_hash(step, &hash);
            while node % 2 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, step);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == root
}

/// Whether `proof` shows that the tree of `old` leaves is a prefix of the tree of `new` leaves (RFC 9162
/// §2.1.4.2).
pub fn is_consistent(
    (old, old_root): (usize, Digest),
    (new, new_root): (usize, Digest),
    proof: &[Digest],
) -> bool {
    if old == 0 || old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    let mut steps = proof.iter();
    let (mut node, mut last) = (old - 1, new - 1);
    while node % 2 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let first = if node == 0 {
        Some(&old_root)
    } else {
        steps.next()
    };
    let Some(first) = first else { return false };
    let (mut older, mut newer) = (*first, *first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            older = node_hash(step, &older);
            newer = node_hash(step, &newer);
            while node % 2 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            newer = node_hash(&newer, step);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && older == old_root && newer == new_root
}

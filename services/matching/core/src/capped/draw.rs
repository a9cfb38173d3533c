//! One draw from a lottery: along a cycle or a longest path of uncertain
//! pairs, probability moves from every second pair to its neighbours, one way
//! or the other by chance, until one of them is certain.

use sha2::{Digest, Sha256};

use super::{Lottery, Marginal};
use crate::instance::Pair;

/// What is published before the draw: the SHA-256 of the seed, in hexadecimal.
pub fn commitment(seed: &[u8]) -> String {
    hex::encode(Sha256::digest(seed))
}

/// Numbers from the SHA-256 of a seed and a counter, the same in any language.
struct Chance {
    seed: Vec<u8>,
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl Chance {
    fn new(seed: &[u8]) -> Self {
        Self {
            seed: seed.to_vec(),
            counter: 0,
            block: [0; 32],
            used: 32,
        }
    }

    fn next(&mut self) -> u64 {
        if self.used == 32 {
            let mut hash = Sha256::new();
            hash.update(&self.seed);
            hash.update(self.counter.to_be_bytes());
            self.block = hash.finalize().into();
            self.counter += 1;
            self.used = 0;
        }
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.block[self.used..self.used + 8]);
        self.used += 8;
        u64::from_be_bytes(bytes)
    }

    /// A number in `0..n`, every one exactly as likely.
    fn below(&mut self, n: u64) -> u64 {
        let most = u64::MAX - u64::MAX % n;
        loop {
            let x = self.next();
            if x < most {
                return x % n;
            }
        }
    }
}

/// The uncertain pairs as a graph of papers and judges.
struct Rounding<'a> {
    marginals: &'a [Marginal],
    papers: usize,
    whole: u32,
    units: Vec<u32>,
    /// Uncertain pairs at each node.
    at: Vec<Vec<u32>>,
    /// When a walk came by a node: the length of the path then, else `usize::MAX`.
    seen: Vec<usize>,
}

impl Lottery {
    /// One draw: pairs sorted by paper, then judge. Every pair is drawn with
    /// exactly its probability; papers and judges get their expected number,
    /// rounded up or down where that is not whole.
    pub fn draw(&self, seed: &[u8]) -> Vec<Pair> {
        let mut chance = Chance::new(seed);
        let (papers, judges) = (self.papers as usize, self.judges as usize);
        let mut rounding = Rounding {
            marginals: &self.marginals,
            papers,
            whole: self.whole,
            units: self.marginals.iter().map(|m| m.units).collect(),
            at: vec![Vec::new(); papers + judges],
            seen: vec![usize::MAX; papers + judges],
        };
        for (e, m) in (0u32..).zip(&self.marginals) {
            if m.units < self.whole {
                rounding.at[m.paper as usize].push(e);
                rounding.at[papers + m.judge as usize].push(e);
            }
        }
        rounding.run(&mut chance);
        let drawn = self
            .marginals
            .iter()
            .zip(&rounding.units)
            .filter(|(_, u)| **u == self.whole);
        drawn
            .map(|(m, _)| Pair {
                paper: m.paper,
                judge: m.judge,
            })
            .collect()
    }
}

impl Rounding<'_> {
    fn run(&mut self, chance: &mut Chance) {
        // Paths must start where a single pair is uncertain; when no such node
        // is left, every walk runs into a cycle.
        let mut ends: Vec<usize> = (0..self.at.len())
            .filter(|&n| self.at[n].len() == 1)
            .collect();
        let mut next = 0;
        loop {
            let start = loop {
                match ends.pop() {
                    Some(n) if self.at[n].len() == 1 => break n,
                    Some(_) => {}
                    None => {
                        while next < self.at.len() && self.at[next].is_empty() {
                            next += 1;
                        }
                        if next == self.at.len() {
                            return;
                        }
                        break next;
                    }
                }
            };
            let path = self.walk(start);
            self.shift(&path, chance);
            ends.push(start); // its pair may still be uncertain
            for e in path {
                let units = self.units[e as usize];
                if units == 0 || units == self.whole {
                    for node in self.nodes(e) {
                        self.at[node].retain(|&x| x != e);
                        if self.at[node].len() == 1 {
                            ends.push(node);
                        }
                    }
                }
            }
        }
    }

    fn nodes(&self, edge: u32) -> [usize; 2] {
        let m = self.marginals[edge as usize];
        [m.paper as usize, self.papers + m.judge as usize]
    }

    /// Walks until a dead end, or back to a node of the walk: then only the cycle counts.
    fn walk(&mut self, start: usize) -> Vec<u32> {
        let (mut path, mut nodes) = (Vec::new(), vec![start]);
        self.seen[start] = 0;
        let mut node = start;
        let mut from = 0;
        while let Some(&e) = self.at[node].iter().find(|&&e| path.last() != Some(&e)) {
            path.push(e);
            let [p, j] = self.nodes(e);
            node = if p == node { j } else { p };
            if self.seen[node] != usize::MAX {
                from = self.seen[node];
                break;
            }
            self.seen[node] = path.len();
            nodes.push(node);
        }
        for n in nodes {
            self.seen[n] = usize::MAX;
        }
        path.split_off(from)
    }

    fn shift(&mut self, path: &[u32], chance: &mut Chance) {
        let (mut up, mut down) = (u32::MAX, u32::MAX);
        for (k, &e) in path.iter().enumerate() {
            let (units, rest) = (self.units[e as usize], self.whole - self.units[e as usize]);
            let (rise, fall) = if k % 2 == 0 {
                (rest, units)
            } else {
                (units, rest)
            };
            up = up.min(rise);
            down = down.min(fall);
        }
        // Up by `up` with probability down / (up + down): nothing changes on average.
        let rises = chance.below(u64::from(up) + u64::from(down)) < u64::from(down);
        for (k, &e) in path.iter().enumerate() {
            let units = &mut self.units[e as usize];
            match (rises, k % 2 == 0) {
                (true, true) => *units += up,
                (true, false) => *units -= up,
                (false, true) => *units -= down,
                (false, false) => *units += down,
            }
        }
    }
}

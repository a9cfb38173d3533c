//! Which judges hold a graph together (Hopcroft & Tarjan 1973, CACM 16:372).

use super::Graph;

/// A depth-first search over judges (numbered first) and entries (after them), with low points.
pub(super) struct LowPoints<'a> {
    graph: &'a Graph,
    /// When each vertex was found, from 1; 0 is not yet.
    pub(super) found: Vec<usize>,
    low: Vec<usize>,
    /// How many judges hang below each vertex, itself included.
    judges_below: Vec<usize>,
    /// Into how many parts with a judge the rest of its component falls without each judge.
    pub(super) parts: Vec<usize>,
    clock: usize,
}

/// A vertex on the way from the root, with how many of its neighbours were looked at.
struct Step {
    vertex: usize,
    parent: Option<usize>,
    next: usize,
}

impl<'a> LowPoints<'a> {
    /// Nothing found yet.
    pub(super) fn new(graph: &'a Graph) -> Self {
        let vertices = graph.entries_of.len() + graph.judges_of.len();
        Self {
            graph,
            found: vec![0; vertices],
            low: vec![0; vertices],
            judges_below: vec![0; vertices],
            parts: vec![0; graph.entries_of.len()],
            clock: 0,
        }
    }

    fn neighbour(&self, vertex: usize, index: usize) -> Option<usize> {
        let judges = self.graph.entries_of.len();
        if vertex < judges {
            self.graph.entries_of[vertex]
                .get(index)
                .map(|entry| judges + entry)
        } else {
            self.graph.judges_of[vertex - judges].get(index).copied()
        }
    }

    fn find(&mut self, vertex: usize, parent: Option<usize>) -> Step {
        self.clock += 1;
        self.found[vertex] = self.clock;
        self.low[vertex] = self.clock;
        self.judges_below[vertex] = usize::from(vertex < self.graph.entries_of.len());
        // Everything above a vertex that is not the root is one part with a judge in it.
        if let (Some(_), Some(parts)) = (parent, self.parts.get_mut(vertex)) {
            *parts += 1;
        }
        Step {
            vertex,
            parent,
            next: 0,
        }
    }

    /// Searches everything that hangs together with a judge.
    pub(super) fn explore(&mut self, root: usize) {
        let mut way = vec![self.find(root, None)];
        while let Some(step) = way.last_mut() {
            let (vertex, parent) = (step.vertex, step.parent);
            step.next += 1;
            let index = step.next - 1;
            match self.neighbour(vertex, index) {
                Some(next) if self.found[next] == 0 => {
                    let step = self.find(next, Some(vertex));
                    way.push(step);
                }
                Some(next) if Some(next) != parent => {
                    self.low[vertex] = self.low[vertex].min(self.found[next]);
                }
                Some(_) => {}
                None => {
                    way.pop();
                    if let Some(parent) = parent {
                        self.leave(vertex, parent);
                    }
                }
            }
        }
    }

    fn leave(&mut self, vertex: usize, parent: usize) {
        self.low[parent] = self.low[parent].min(self.low[vertex]);
        self.judges_below[parent] += self.judges_below[vertex];
        let cut_off = self.low[vertex] >= self.found[parent] && self.judges_below[vertex] > 0;
        if let (true, Some(parts)) = (cut_off, self.parts.get_mut(parent)) {
            *parts += 1;
        }
    }
}

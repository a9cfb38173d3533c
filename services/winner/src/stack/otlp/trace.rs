//! One trace as a tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::span::{Span, SpanId, TraceId};

/// The spans of one trace, earliest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    id: TraceId,
    spans: Vec<Span>,
    /// The spans that are part of another one, known or not, in the order of `spans`.
    children: BTreeMap<SpanId, Vec<usize>>,
}

impl Trace {
    /// The trace `id` among `spans`.
    pub fn of(id: TraceId, spans: impl IntoIterator<Item = Span>) -> Self {
        let mut spans: Vec<Span> = spans.into_iter().filter(|span| span.trace == id).collect();
        spans.sort_by_key(|span| (span.start_nanos, span.id));
        let mut children: BTreeMap<SpanId, Vec<usize>> = BTreeMap::new();
        for (index, span) in spans.iter().enumerate() {
            if let Some(parent) = span.parent {
                children.entry(parent).or_default().push(index);
            }
        }
        Self {
            id,
            spans,
            children,
        }
    }

    /// Its id.
    pub fn id(&self) -> TraceId {
        self.id
    }

    /// Its spans, earliest first.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The spans that begin something: they are part of none that is here, though perhaps of a caller's
    /// who exports elsewhere.
    pub fn roots(&self) -> Vec<&Span> {
        let known: BTreeSet<SpanId> = self.spans.iter().map(|span| span.id).collect();
        self.spans
            .iter()
            .filter(|span| span.parent.is_none_or(|parent| !known.contains(&parent)))
            .collect()
    }

    /// The spans that are part of `span`, earliest first.
    pub fn children(&self, span: SpanId) -> impl Iterator<Item = &Span> {
        let children = self.children.get(&span).into_iter().flatten();
        children.map(|index| &self.spans[*index])
    }

    /// Whether everything is part of one first span.
    pub fn is_one_tree(&self) -> bool {
        self.roots().len() == 1 && self.reached().len() == self.spans.len()
    }

    /// What the span is part of, from the first one down to itself.
    pub fn path(&self, span: SpanId) -> Vec<&Span> {
        let mut path: Vec<&Span> = Vec::new();
        let mut next = Some(span);
        while let Some(span) = next.and_then(|id| self.spans.iter().find(|span| span.id == id)) {
            if path.iter().any(|known| known.id == span.id) {
                break;
            }
            path.push(span);
            next = span.parent;
        }
        path.reverse();
        path
    }

    /// The spans below the roots with their depth, each before what is part of it.
    fn reached(&self) -> Vec<(usize, &Span)> {
        let mut reached = Vec::new();
        let mut stack: Vec<_> = self.roots().into_iter().map(|root| (0, root)).collect();
        stack.reverse();
        while let Some((depth, span)) = stack.pop() {
            reached.push((depth, span));
            let children: Vec<_> = self
                .children(span.id)
                .map(|child| (depth + 1, child))
                .collect();
            stack.extend(children.into_iter().rev());
        }
        reached
    }
}

/// As an indented list, for whoever reads why a test failed.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "trace {}, {} spans", self.id, self.spans.len())?;
        let began = self.spans.first().map_or(0, |span| span.start_nanos);
        for (depth, span) in self.reached() {
            writeln!(
                f,
                "{:>8} us {:indent$}{} {}{} [{}]",
                (span.start_nanos - began) / 1_000,
                "",
                span.service,
                span.name,
                if span.failed { " (failed)" } else { "" },
                span.id,
                indent = 2 * depth,
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use super::super::span::Kind;
    use super::*;

    pub(crate) const TRACE: TraceId = TraceId::from_u128(7);

    pub(crate) fn span(id: u64, parent: u64, start_nanos: u64) -> Span {
        Span {
            trace: TRACE,
            id: SpanId::from_u64(id),
            parent: (parent != 0).then(|| SpanId::from_u64(parent)),
            links: Vec::new(),
            service: "intake".to_owned(),
            name: format!("span {id}"),
            kind: Kind::Internal,
            start_nanos,
            end_nanos: start_nanos + 10,
            failed: false,
            attributes: BTreeMap::new(),
            events: Vec::new(),
        }
    }

    fn ids(spans: &[&Span]) -> Vec<SpanId> {
        spans.iter().map(|span| span.id).collect()
    }

    #[test]
    fn spans_in_any_order_form_the_tree_they_are() {
        let trace = Trace::of(TRACE, [span(3, 2, 30), span(1, 0, 10), span(2, 1, 20)]);
        assert!(trace.is_one_tree());
        let path = trace.path(SpanId::from_u64(3));
        assert_eq!(ids(&path), [1, 2, 3].map(SpanId::from_u64));
    }

    #[test]
    fn the_caller_need_not_be_here() {
        let trace = Trace::of(TRACE, [span(1, 99, 10), span(2, 1, 20)]);
        assert!(trace.is_one_tree());
        assert_eq!(ids(&trace.roots()), [SpanId::from_u64(1)]);
    }

    #[test]
    fn a_span_whose_parent_is_missing_breaks_the_tree() {
        let trace = Trace::of(TRACE, [span(1, 0, 10), span(3, 2, 30)]);
        assert!(!trace.is_one_tree());
    }

    #[test]
    fn spans_that_are_part_of_each_other_are_no_tree() {
        let trace = Trace::of(TRACE, [span(1, 0, 5), span(2, 3, 10), span(3, 2, 20)]);
        assert!(!trace.is_one_tree());
        assert_eq!(trace.path(SpanId::from_u64(3)).len(), 2);
    }

    #[test]
    fn another_trace_is_not_part_of_it() {
        let stranger = Span {
            trace: TraceId::from_u128(8),
            ..span(2, 0, 20)
        };
        assert_eq!(
            Trace::of(TRACE, [span(1, 0, 10), stranger]).spans().len(),
            1
        );
    }
}

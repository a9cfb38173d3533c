//! What the contracts say in words: the comments above messages, fields and enum values.

use prost_reflect::FileDescriptor;

/// The comment above the element at `path`, as one paragraph.
pub(crate) fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let proto = file.file_descriptor_proto();
    let locations = proto.source_code_info.as_ref().map(|info| &info.location);
    let comment = locations
        .into_iter()
        .flatten()
        .find(|location| location.path == path)
        .map(|location| location.leading_comments().trim().replace("\n ", " "))
        .unwrap_or_default();
    assert!(
        !comment.is_empty(),
        "{} {path:?} has no comment",
        file.name()
    );
    comment
}

//! Compiles the contracts without `protoc` and writes the tables that describe them.

use std::path::{Path, PathBuf};
use std::{env, error::Error, fs};

use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, Value};
use prost_types::FileDescriptorSet;

#[path = "build/tables.rs"]
mod tables;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=winner");
    println!("cargo::rerun-if-changed=build");
    #[expect(clippy::disallowed_methods, reason = "cargo tells a build script so")]
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut files = Vec::new();
    proto_files(Path::new("winner"), &mut files)?;
    files.sort();

    let mut compiler = protox::Compiler::new(["."])?;
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(&files)?;
    // The encoded form keeps our own options; the decoded one would drop them.
    let encoded = compiler.encode_file_descriptor_set();
    fs::write(out.join("descriptor_set.bin"), &encoded)?;

    let set = FileDescriptorSet::decode(encoded.as_slice())?;
    tonic_prost_build::configure()
        .extern_path(".google.protobuf", "::pbjson_types")
        .compile_well_known_types(true)
        .bytes(".")
        .compile_fds(set)?;

    pbjson_build::Builder::new()
        .register_descriptors(&encoded)?
        .extern_path(".google.protobuf", "::pbjson_types")
        .ignore_unknown_fields()
        .ignore_unknown_enum_variants()
        .build(&[".winner"])?;

    let pool = DescriptorPool::decode(encoded.as_slice())?;
    fs::write(out.join("events.rs"), tables::events(&pool)?)?;
    fs::write(out.join("policies.rs"), tables::policies(&pool)?)?;
    Ok(())
}

fn proto_files(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            proto_files(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "proto") {
            files.push(path);
        }
    }
    Ok(())
}

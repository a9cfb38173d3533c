//! Writes the tables of events and policies from the options in the contracts.

use std::error::Error;
use std::fmt::Write as _;

use super::{DescriptorPool, DynamicMessage, MessageDescriptor, Value};

const OPTIONS: &str = "winner.options.v1";

/// The `Event` implementation of every event message, and the table of them all.
pub(crate) fn events(pool: &DescriptorPool) -> Result<String, Box<dyn Error>> {
    let option = extension(pool, "event")?;
    let mut impls = String::new();
    let mut table = Vec::new();
    for message in pool.all_messages() {
        let options = message.options();
        if !options.has_extension(&option) {
            continue;
        }
        let value = options.get_extension(&option);
        let event = value.as_message().ok_or("the event option is a message")?;
        let name = text(event, "name")?;
        let version = number(event, "version")?;
        let (aggregate, service, visibility) = aggregate(pool, event)?;
        let path = rust_path(&message);
        let package = message.package_name().to_owned();
        if !package.starts_with(&format!("winner.{service}.")) {
            return Err(
                format!("{}: {aggregate} belongs to {service}", message.full_name()).into(),
            );
        }
        let descriptor = format!(
            "EventDescriptor {{ service: {service:?}, aggregate: {aggregate:?}, name: {name:?}, \
             version: {version}, visibility: Visibility::{visibility}, message: {:?} }}",
            message.full_name()
        );
        writeln!(
            impls,
            "impl Event for {path} {{ const DESCRIPTOR: &'static EventDescriptor = &{descriptor}; }}"
        )?;
        table.push((format!("{service}.{aggregate}.{name}.{version}"), path));
    }
    table.sort();
    writeln!(
        impls,
        "/// Every event, by service, aggregate, name and version."
    )?;
    writeln!(impls, "pub static EVENTS: &[&EventDescriptor] = &[")?;
    for (_, path) in table {
        writeln!(impls, "    <{path} as Event>::DESCRIPTOR,")?;
    }
    writeln!(impls, "];")?;
    writeln!(
        impls,
        "/// Every aggregate type with its service and visibility."
    )?;
    writeln!(impls, "pub static AGGREGATES: &[AggregateDescriptor] = &[")?;
    for (name, service, visibility) in aggregates(pool)? {
        writeln!(
            impls,
            "    AggregateDescriptor {{ service: {service:?}, name: {name:?}, visibility: Visibility::{visibility} }},"
        )?;
    }
    writeln!(impls, "];")?;
    Ok(impls)
}

/// The policy of every RPC. An RPC without one fails the build.
pub(crate) fn policies(pool: &DescriptorPool) -> Result<String, Box<dyn Error>> {
    let option = extension(pool, "policy")?;
    let mut rows = Vec::new();
    for service in pool.services() {
        for method in service.methods() {
            let options = method.options();
            if !options.has_extension(&option) {
                return Err(format!("{} has no policy", method.full_name()).into());
            }
            let value = options.get_extension(&option);
            let policy = value.as_message().ok_or("the policy option is a message")?;
            let audience = enum_name(pool, policy, "audience", "Audience")?;
            let audience = match audience.trim_start_matches("AUDIENCE_") {
                "PUBLIC" => "Public",
                "LINK" => "Link",
                "SIGNED_IN" => "SignedIn",
                "OFFICES" => "Offices",
                "SERVICES" => "Services",
                other => return Err(format!("{}: audience {other}", method.full_name()).into()),
            };
            let offices = list(policy, "offices")?
                .iter()
                .map(|v| enum_value(pool, "Office", v).map(|n| office_code(&n)))
                .collect::<Result<Vec<_>, _>>()?;
            let services = list(policy, "services")?
                .iter()
                .map(|v| v.as_str().map(str::to_owned).ok_or("services are strings"))
                .collect::<Result<Vec<_>, _>>()?;
            if audience == "Offices" && offices.is_empty() {
                return Err(format!("{} names no office", method.full_name()).into());
            }
            if audience == "Services" && services.is_empty() {
                return Err(format!("{} names no service", method.full_name()).into());
            }
            let stamps = policy
                .get_field_by_name("stamps_arrival")
                .and_then(|v| v.as_bool());
            rows.push(format!(
                "    MethodPolicy {{ path: \"/{}/{}\", audience: Audience::{audience}, offices: &{offices:?}, services: &{services:?}, stamps_arrival: {} }},",
                service.full_name(),
                method.name(),
                stamps.unwrap_or(false),
            ));
        }
    }
    rows.sort();
    let mut out = String::from(
        "/// The policy of every RPC, by path.\npub static POLICIES: &[MethodPolicy] = &[\n",
    );
    for row in rows {
        out.push_str(&row);
        out.push('\n');
    }
    out.push_str("];\n");
    Ok(out)
}

fn extension(
    pool: &DescriptorPool,
    name: &str,
) -> Result<prost_reflect::ExtensionDescriptor, Box<dyn Error>> {
    let full = format!("{OPTIONS}.{name}");
    pool.get_extension_by_name(&full)
        .ok_or_else(|| format!("no extension {full}").into())
}

fn text(message: &DynamicMessage, field: &str) -> Result<String, Box<dyn Error>> {
    let value = message.get_field_by_name(field).ok_or("no such field")?;
    let text = value.as_str().unwrap_or_default().to_owned();
    if text.is_empty() {
        Err(format!("{field} is empty").into())
    } else {
        Ok(text)
    }
}

fn number(message: &DynamicMessage, field: &str) -> Result<u32, Box<dyn Error>> {
    let value = message
        .get_field_by_name(field)
        .and_then(|v| v.as_u32())
        .unwrap_or_default();
    if value == 0 {
        Err(format!("{field} is 0").into())
    } else {
        Ok(value)
    }
}

fn list(message: &DynamicMessage, field: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let value = message.get_field_by_name(field).ok_or("no such field")?;
    Ok(value.as_list().map(<[Value]>::to_vec).unwrap_or_default())
}

fn enum_value(pool: &DescriptorPool, name: &str, value: &Value) -> Result<String, Box<dyn Error>> {
    let number = value.as_enum_number().ok_or("not an enum")?;
    let full = format!("{OPTIONS}.{name}");
    let descriptor = pool.get_enum_by_name(&full).ok_or("no such enum")?;
    let value = descriptor.get_value(number).ok_or("no such enum value")?;
    Ok(value.name().to_owned())
}

fn enum_name(
    pool: &DescriptorPool,
    message: &DynamicMessage,
    field: &str,
    name: &str,
) -> Result<String, Box<dyn Error>> {
    let value = message.get_field_by_name(field).ok_or("no such field")?;
    enum_value(pool, name, &value)
}

fn office_code(name: &str) -> String {
    name.trim_start_matches("OFFICE_").to_lowercase()
}

fn aggregate(
    pool: &DescriptorPool,
    event: &DynamicMessage,
) -> Result<AggregateRow, Box<dyn Error>> {
    let name = enum_name(pool, event, "aggregate", "Aggregate")?;
    let name = name.trim_start_matches("AGGREGATE_").to_lowercase();
    aggregates(pool)?
        .into_iter()
        .find(|(n, _, _)| *n == name)
        .ok_or_else(|| format!("no aggregate {name}").into())
}

/// Name, service, visibility.
type AggregateRow = (String, String, &'static str);

/// Name, service and visibility of every aggregate type; a type that is not listed as public is internal.
fn aggregates(pool: &DescriptorPool) -> Result<Vec<AggregateRow>, Box<dyn Error>> {
    let visibility = extension(pool, "visibility")?;
    let service = extension(pool, "service")?;
    let descriptor = pool
        .get_enum_by_name(&format!("{OPTIONS}.Aggregate"))
        .ok_or("no enum Aggregate")?;
    let mut rows = Vec::new();
    for value in descriptor.values().filter(|v| v.number() != 0) {
        let options = value.options();
        let public = enum_value(pool, "Visibility", &options.get_extension(&visibility))?;
        let owner = options
            .get_extension(&service)
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if owner.is_empty() {
            return Err(format!("{} has no service", value.name()).into());
        }
        let shown = if public == "VISIBILITY_PUBLIC" {
            "Public"
        } else {
            "Internal"
        };
        rows.push((
            value.name().trim_start_matches("AGGREGATE_").to_lowercase(),
            owner,
            shown,
        ));
    }
    Ok(rows)
}

/// `winner.intake.v1.SubmissionSubmitted` as `crate::intake::v1::SubmissionSubmitted`.
fn rust_path(message: &MessageDescriptor) -> String {
    let package = message
        .package_name()
        .trim_start_matches("winner.")
        .replace('.', "::");
    format!("crate::{package}::{}", message.name())
}

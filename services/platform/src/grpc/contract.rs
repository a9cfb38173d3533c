//! Which RPCs a server answers, and that each has a policy.

use std::collections::HashMap;

use prost::Message;
use prost_types::FileDescriptorSet;
use winner_proto::policy::{Audience, MethodPolicy};

use super::ServeError;

/// Reflection tells what is in the public contracts and nothing else.
const REFLECTION: [&str; 2] = [
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];

static PUBLIC: MethodPolicy = MethodPolicy {
    path: "",
    audience: Audience::Public,
    offices: &[],
    services: &[],
    stamps_arrival: false,
};

/// The policy of every RPC that is answered, by path.
pub(super) type Policies = HashMap<String, &'static MethodPolicy>;

/// Finds the policy of every RPC of `services`.
///
/// # Errors
/// When an RPC has none, or a service is not described.
pub(super) fn policies(
    descriptors: &[u8],
    services: &[&'static str],
    declared: &'static [MethodPolicy],
) -> Result<Policies, ServeError> {
    let declared: HashMap<_, _> = declared
        .iter()
        .map(|policy| (policy.path, policy))
        .collect();
    let described = describe(descriptors)?;
    let mut found: Policies = REFLECTION.map(|path| (path.to_owned(), &PUBLIC)).into();
    let (mut without_policy, mut without_descriptor) = (Vec::new(), Vec::new());
    for service in services {
        let Some(methods) = described.get(*service) else {
            without_descriptor.push((*service).to_owned());
            continue;
        };
        for method in methods {
            let path = format!("/{service}/{method}");
            match declared.get(path.as_str()) {
                Some(policy) => {
                    found.insert(path, *policy);
                }
                None => without_policy.push(path),
            }
        }
    }
    if !without_descriptor.is_empty() {
        return Err(ServeError::NoDescriptor(without_descriptor));
    }
    if !without_policy.is_empty() {
        return Err(ServeError::NoPolicy(without_policy));
    }
    Ok(found)
}

/// The methods of every service described.
fn describe(descriptors: &[u8]) -> Result<HashMap<String, Vec<String>>, prost::DecodeError> {
    let set = FileDescriptorSet::decode(descriptors)?;
    let mut services = HashMap::new();
    for file in &set.file {
        for service in &file.service {
            let name = match file.package() {
                "" => service.name().to_owned(),
                package => format!("{package}.{}", service.name()),
            };
            let methods = service
                .method
                .iter()
                .map(|method| method.name().to_owned())
                .collect();
            services.insert(name, methods);
        }
    }
    Ok(services)
}

#[cfg(test)]
mod tests {
    use tonic_health::pb::FILE_DESCRIPTOR_SET;

    use super::*;

    static CHECK_ONLY: &[MethodPolicy] = &[MethodPolicy {
        path: "/grpc.health.v1.Health/Check",
        audience: Audience::SignedIn,
        offices: &[],
        services: &[],
        stamps_arrival: false,
    }];

    #[test]
    fn an_rpc_without_a_policy_is_named() {
        let refused = policies(FILE_DESCRIPTOR_SET, &["grpc.health.v1.Health"], CHECK_ONLY);
        match refused {
            Err(ServeError::NoPolicy(paths)) => {
                assert_eq!(paths, ["/grpc.health.v1.Health/Watch"]);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_service_that_is_not_described_is_named() {
        let refused = policies(FILE_DESCRIPTOR_SET, &["alpha.v1.Unknown"], CHECK_ONLY);
        assert!(
            matches!(refused, Err(ServeError::NoDescriptor(names)) if names == ["alpha.v1.Unknown"])
        );
        assert!(matches!(
            policies(&[0xFF], &[], CHECK_ONLY),
            Err(ServeError::Descriptors(_))
        ));
    }
}

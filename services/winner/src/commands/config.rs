//! `winner config`: what can be set, what is set, and whether it will do.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use crate::cli::Common;
use crate::registry::{SERVICES, service};
use crate::settings::{OPERATOR_DEFAULTS, OperatorConfig};

const OPERATOR: &str = "operator";

/// What to do with the configuration.
#[derive(Subcommand, Debug)]
pub enum Action {
    /// Reads the settings as the roles would and says everything that is wrong.
    Check {
        /// Only these roles [default: the four services and operator].
        roles: Vec<String>,
    },
    /// Prints the JSON Schema of a role's settings.
    Schema {
        /// A service, or operator.
        role: String,
    },
    /// Prints a role's commented defaults, to begin a file from.
    ShowDefaults {
        /// A service, or operator.
        role: String,
    },
}

/// Runs the command; the exit code says whether the settings will do.
///
/// # Errors
/// When a role is not known.
pub fn run(common: &Common, action: Action) -> Result<ExitCode> {
    match action {
        Action::Check { roles } => return check(common, roles),
        Action::Schema { role } => {
            let schema = match role.as_str() {
                OPERATOR => schemars::schema_for!(OperatorConfig),
                _ => service(&role)?.schema(),
            };
            println!("{}", serde_json::to_string_pretty(&schema)?);
        }
        Action::ShowDefaults { role } => {
            let defaults = match role.as_str() {
                OPERATOR => OPERATOR_DEFAULTS,
                _ => service(&role)?.defaults,
            };
            print!("{defaults}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn check(common: &Common, mut roles: Vec<String>) -> Result<ExitCode> {
    if roles.is_empty() {
        let services = SERVICES.iter().map(|service| service.name);
        roles = services.chain([OPERATOR]).map(str::to_owned).collect();
    }
    let mut wrong = false;
    for role in &roles {
        let checked = match role.as_str() {
            OPERATOR => OperatorConfig::load(common).map(|_| Vec::new()),
            _ => service(role)?.check(common),
        };
        match checked {
            Ok(warnings) => {
                println!("{role}: complete");
                for warning in warnings {
                    println!("{role}: allowed, but look: {warning}");
                }
            }
            Err(error) => {
                wrong = true;
                eprintln!("{error:#}");
            }
        }
    }
    Ok(if wrong {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
